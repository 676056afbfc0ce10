"""The lists of children that an area SEND inspection asks the council for, under the headings in which it asks.

List 1 is of those with an EHC plan, list 2 of those with SEN support. The headings are those of the public validator of these
lists (data-to-insight/annex-a-sen-validator-be, ``sen_validator/config.py``). What is not kept here stays empty: the council's own
systems hold it.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from db.exports import ExportedPupil
from db.pupils.records import DatedRow
from transitions.caseload.caseload import Caseload
from transitions.errors import NotAllowed
from transitions.exporting.files import Code, ExportTable, Options, described
from transitions.exporting.inspection_columns import INSPECTION, NOT_KEPT
from transitions.exporting.records import pupils_and_events
from transitions.pupils.events import AT_HOME, EXCLUDED
from transitions.workspace import Workspace


class InspectionList(NamedTuple):
    """Whom a list holds: by what SEN provision, and what it is called."""

    provision: str
    title: str


LISTS: Final = {
    "send-list-1": InspectionList("E", "Area SEND inspection, list 1: children and young people with an EHC plan"),
    "send-list-2": InspectionList("K", "Area SEND inspection, list 2: children and young people with SEN support"),
}


def inspection_table(what: str, workspace: Workspace, caseload: Caseload, options: Options) -> ExportTable:
    """Raises NotAllowed without a purpose: each row is about one child, and the file leaves the council."""
    if not options.purpose and not options.pseudonymised:
        raise NotAllowed(
            "A list for an inspection needs a purpose, such as the name of the inspection: add it, or use pseudonyms."
        )
    wanted = LISTS[what]
    headers = [column.header for column in INSPECTION[what]]

    def rows(code: Code) -> Iterator[Sequence[object]]:
        for row, events in pupils_and_events(workspace, caseload):
            if row.page.sen_provision == wanted.provision:
                known = _cells(row, events, code(row.page.id, row.page.upn))
                yield [known.get(header) for header in headers]

    empty = ", ".join(header for header in headers if header in NOT_KEPT)
    return ExportTable(wanted.title, f"{described(workspace, caseload)} · not kept here, so empty: {empty}", rows)


def _cells(row: ExportedPupil, events: Sequence[DatedRow], pseudonym: str | None) -> dict[str, object]:
    page = row.page
    at_home = any(one.kind == AT_HOME and one.ended_on is None for one in events)
    return {
        "Unique ID": pseudonym or str(page.id),
        "UPN": page.upn,
        "ULN": page.uln,
        "Date of birth": page.date_of_birth,
        "Gender": page.sex,
        "Date initial EHC plan issued": page.ehc_started_on,
        "SEN primary need": row.primary_need,
        "Main education establishment – URN": row.school_urn,
        "Main education establishment – phase": row.school_phase,
        "Elective home education": "Yes" if at_home else None,
        "Suspensions": page.suspensions,
        "Permanent exclusions": sum(one.kind == EXCLUDED for one in events) or None,
        "Absence": None if page.attendance_percent is None else round(100 - page.attendance_percent, 1),
        "Pupil Premium": "Yes" if page.pupil_premium else "No",
        "Known to children's social care?": "Yes" if row.social_care else "No",
        "Which children's social care team?": row.social_care,
    }
