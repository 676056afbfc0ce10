"""The file of pupils: what an import of pupils reads back unchanged."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from db import exports as store
from db.exports import ExportedPupil
from transitions.caseload import caseload as caseloads
from transitions.caseload.caseload import Caseload
from transitions.exporting.files import Code, Exported, Options, described, write
from transitions.identifiers import laestab
from transitions.school_year import academic_year, year_group_short
from transitions.workspace import Workspace

__all__ = ["export_pupils"]

_YEAR_GROUPS = {-2: "N1", **{group: year_group_short(group) for group in range(-1, 15)}}
"""Year groups as an import reads them; others have no name there, and the date of birth says the same."""


def export_pupils(workspace: Workspace, caseload: Caseload, target: Path | None, options: Options) -> Exported:
    """Write one row for each pupil of the caseload, in its order. Raises as ``files.write`` does."""
    year = academic_year(workspace.clock.today)

    def rows(code: Code) -> Iterator[Sequence[object]]:
        found = store.pupils(workspace.read(), caseloads.selection(workspace, caseload), caseload.sort)
        return (_cells(row, year, code) for row in found)

    return write(workspace, "pupils", "Pupils", described(workspace, caseload), target, options, rows)


def _cells(row: ExportedPupil, year: int, code: Code) -> tuple[object, ...]:
    return (
        code(row.id, row.upn), row.upn, row.former_upn, row.uln, row.surname, row.forename, row.preferred_name,
        row.date_of_birth, row.sex, _YEAR_GROUPS.get(year - row.cohort_year), row.out_of_year_reason, row.sen_provision,
        row.primary_need, row.secondary_need, row.need_3, bool(row.pupil_premium), bool(row.free_school_meals),
        bool(row.previously_looked_after), row.social_care, row.social_care_since, bool(row.english_additional_language),
        row.home_language, bool(row.young_carer), _percent(row.attendance_percent), row.suspensions,
        bool(row.part_time_timetable), row.part_time_timetable_until, row.school_urn,
        _number(row.school_la, row.school_establishment), row.school, row.next_school_urn,
        _number(row.next_school_la, row.next_school_establishment), row.next_school, row.tier, row.worker,
        row.in_year_move_on, bool(row.child_protection_file),
    )  # fmt: skip


def _number(la: int | None, establishment: int | None) -> str | None:
    return None if la is None or establishment is None else laestab(la, establishment)


def _percent(attendance: float | None) -> object:
    """Give the number, or text with the sign for what could be taken for a share of 1 when it is read back."""
    return f"{attendance:g}%" if attendance is not None and 0 < attendance <= 1 else attendance
