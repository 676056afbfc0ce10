"""The list of movers: who goes to which school or college, for whoever meets about them; as a table, or a page for each of them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from transitions.caseload.caseload import Caseload
from transitions.exporting.documents.model import Heading, Note, Part, Table
from transitions.exporting.files import Code, ExportTable, Options, described
from transitions.handovers import board as boards
from transitions.handovers.board import BoardRow
from transitions.milestones.destinations import LEAVING
from transitions.pupils.markers import ADDRESS, Markers
from transitions.school_year import academic_year, academic_year_label, year_group_short
from transitions.text import how_many, searchable
from transitions.workspace import Workspace

_HEADER = ("Name", "Year", "From", "SEN", "Support level", "Handover", "Caseworker")
_SHARES = (6, 2, 6, 2, 4, 4, 4)


def movers_table(workspace: Workspace, caseload: Caseload, options: Options) -> ExportTable:
    """A row for each pupil of the caseload who moves in the academic year of the options (this one, for None).

    The schools come by name, and their pupils by theirs; who has no next school yet comes last.
    """
    today = academic_year(workspace.clock.today)
    year = today if options.academic_year is None else options.academic_year
    label, everyone = academic_year_label(year), replace(caseload, transitions=())

    hidden = Markers(workspace).hidden

    def rows(code: Code) -> Iterator[Sequence[object]]:
        found = [
            (move, line.row, line.status)
            for move in caseload.transitions or LEAVING
            for line in boards.load(workspace, everyone, move, year).lines
        ]
        found.sort(key=lambda one: _order(one[1], hidden))
        for move, row, status in found:
            yield (
                code(row.pupil_id, row.upn), row.to_school, row.surname, row.forename, row.preferred_name,
                year_group_short(today - row.cohort_year), row.from_school, move, label, row.sen_provision, row.tier, status, row.owner,
            )  # fmt: skip

    return ExportTable(f"Movers of {label} by next school", described(workspace, caseload), rows, _printed)


def _order(row: BoardRow, hidden: Mapping[int, Collection[str]]) -> tuple[bool, str]:
    """By school, then by name; where a school is not to be disclosed, neither the heading nor the place in the file tells it."""
    school = None if ADDRESS in hidden.get(row.pupil_id, ()) else row.to_school
    return school is None, searchable(school or "", row.surname, row.forename)


def _printed(rows: Sequence[Mapping[str, object]]) -> Iterator[Part]:
    if not rows:
        yield Note("Nobody of these pupils moves this year.")
    for number, (school, group) in enumerate(groupby(rows, key=lambda row: row["next_school"])):
        pupils = list(group)
        name = school or "No next school yet, or not to be shown"
        yield Heading(f"{name}: {how_many(len(pupils), 'pupil')}", new_page=number > 0)
        yield Table(_HEADER, tuple(map(_line, pupils)), _SHARES)


def _line(row: Mapping[str, object]) -> tuple[str, ...]:
    name = row.get("pseudonym") or f"{row['surname']}, {row['preferred_name'] or row['forename']}"
    shown = (name, *(row[header] for header in ("year_group", "school", "sen_provision", "tier", "status", "worker")))
    return tuple(str(one or "–") for one in shown)
