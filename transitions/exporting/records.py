"""The files of small records: the dated events of pupils, and the programmes in which pupils and schools take part, of impact, of movers, and for an inspection."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any, Final, NamedTuple

from db import exports as store
from db.exports import ExportedPupil
from db.pupils import records as pupil_records
from db.pupils.records import DatedRow
from transitions.caseload import caseload as caseloads
from transitions.caseload.caseload import Caseload
from transitions.errors import NotAllowed
from transitions.exporting.columns import EVENTS, PROGRAMMES
from transitions.exporting.documents.model import Heading, Note, Part, Table
from transitions.exporting.files import Code, ExportTable, Options, described
from transitions.exporting.inspection_columns import INSPECTION, NOT_KEPT
from transitions.handovers import board as boards
from transitions.handovers.board import BoardRow
from transitions.impact.listing import KEYS, in_words, records
from transitions.impact.measure import Asked
from transitions.impact.measures import figures
from transitions.milestones.destinations import LEAVING
from transitions.pupils.codes import EXCLUSION_REASONS
from transitions.pupils.events import AT_HOME, EXCLUDED, suspensions
from transitions.pupils.markers import ADDRESS, Markers
from transitions.school_year import academic_year, academic_year_label, year_group_short
from transitions.text import how_many, searchable
from transitions.workspace import Workspace

_OF_PUPIL: Final = ("upn", "surname", "forename", "preferred_name", "date_of_birth", "school")


def pupils_and_events(workspace: Workspace, caseload: Caseload) -> Iterator[tuple[ExportedPupil, Sequence[DatedRow]]]:
    """The pupils of a caseload with what is dated of each, from which their suspensions are counted."""
    selection = caseloads.selection(workspace, caseload)
    dated = pupil_records.dated_among(workspace.read(), selection)
    for row in store.pupils(workspace.read(), selection, caseload.sort):
        events = dated.get(row.page.id, ())
        counted = suspensions(events, row.page.suspensions, workspace.clock.today).number
        yield row._replace(page=row.page._replace(suspensions=counted)), events


def events_table(workspace: Workspace, caseload: Caseload, _options: Options) -> ExportTable:
    """One row for each placement or other event of the pupils of a caseload."""

    def rows(code: Code) -> Iterator[Sequence[object]]:
        for pupil, events in pupils_and_events(workspace, caseload):
            for event in events:
                who = _who(workspace, pupil, code)
                reason = EXCLUSION_REASONS.get(event.reason or "")
                yield _cells(EVENTS, {**event._asdict(), **who, "at_school": event.school, "reason_words": reason})

    return ExportTable("Dated events of pupils", described(workspace, caseload), rows)


def programmes_table(workspace: Workspace, caseload: Caseload, _options: Options) -> ExportTable:
    """One row for each time that a pupil of a caseload took part, then, when no more than a school narrows it, for schools."""
    everybody = replace(caseload, school_id=None, sort=caseloads.DEFAULT_SORT) == Caseload()

    def rows(code: Code) -> Iterator[Sequence[object]]:
        selection = caseloads.selection(workspace, caseload)
        taking_part = pupil_records.programmes_among(workspace.read(), selection)
        for pupil in store.pupils(workspace.read(), selection, caseload.sort):
            for row in taking_part.get(pupil.page.id, ()):
                yield _cells(PROGRAMMES, {**row._asdict(), **_who(workspace, pupil, code), "of": "pupil"})
        for row in pupil_records.programmes_of_schools(workspace.read()) if everybody else ():
            if caseload.school_id in (None, row.school_id):
                yield _cells(PROGRAMMES, {**row._asdict(), "of": "school"})

    return ExportTable("Interventions and programmes", described(workspace, caseload), rows)


def _who(workspace: Workspace, pupil: ExportedPupil, code: Code) -> dict[str, Any]:
    page = pupil.page
    group = year_group_short(academic_year(workspace.clock.today) - page.cohort_year)
    own = {name: getattr(page, name) for name in _OF_PUPIL}
    return {**own, "pseudonym": code(page.id, page.upn), "year_group": group}


def _cells(columns: Iterable[Any], values: dict[str, Any]) -> tuple[object, ...]:
    return tuple(values.get(column.header) for column in columns)


def impact_table(workspace: Workspace, caseload: Caseload, options: Options) -> ExportTable:
    """A row for each figure of the academic year of the options (this one, for None), then for those that were entered alone.

    Raises NotAllowed for pseudonyms.
    """
    if options.pseudonymised:
        raise NotAllowed("There is no pupil in a file of figures, so there is nothing to pseudonymise.")
    year = academic_year(workspace.clock.today) if options.academic_year is None else options.academic_year
    asked = Asked(workspace, year, caseload)

    def rows(_: Code) -> Iterator[Sequence[object]]:
        return (tuple(in_words(one)[key] for key in KEYS) for one in records(workspace, figures(asked)))

    title = f"Figures that committees ask for, {asked.period}. Small numbers are shown: not for publication"
    return ExportTable(title, described(workspace, caseload), rows)


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
                known = _of_pupil(row, events, code(row.page.id, row.page.upn))
                yield [known.get(header) for header in headers]

    empty = ", ".join(header for header in headers if header in NOT_KEPT)
    return ExportTable(wanted.title, f"{described(workspace, caseload)} · not kept here, so empty: {empty}", rows)


def _of_pupil(row: ExportedPupil, events: Sequence[DatedRow], pseudonym: str | None) -> dict[str, object]:
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
        yield Note("None of these pupils moves this year.")
    for number, (school, group) in enumerate(groupby(rows, key=lambda row: row["next_school"])):
        pupils = list(group)
        name = school or "No next school yet, or not to be disclosed"
        yield Heading(f"{name}: {how_many(len(pupils), 'pupil')}", new_page=number > 0)
        yield Table(_HEADER, tuple(map(_line, pupils)), _SHARES)


def _line(row: Mapping[str, object]) -> tuple[str, ...]:
    name = row.get("pseudonym") or f"{row['surname']}, {row['preferred_name'] or row['forename']}"
    shown = (name, *(row[header] for header in ("year_group", "school", "sen_provision", "tier", "status", "worker")))
    return tuple(str(one or "–") for one in shown)
