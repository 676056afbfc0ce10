"""The files of workshops: each with its figures, and the lines of their registers. No pupil is in them."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Final

from db.pupils import pupils as names
from db.workshops import exports as store
from db.workshops.exports import ExportedLine, ExportedWorkshop, WorkshopSelection
from db.workshops.workshops import InvitationRow
from transitions.caseload.caseload import Caseload
from transitions.errors import NotAllowed
from transitions.exporting.files import Code, ExportTable, Options
from transitions.identifiers import laestab
from transitions.school_year import (
    academic_year,
    academic_year_label,
    academic_year_span,
    split_year_groups,
    year_group_label,
    year_group_short,
)
from transitions.text import searchable
from transitions.workshops.attendance import of_register
from transitions.workspace import Workspace

_Rows = Callable[[Code], Iterator[Sequence[object]]]
_NOBODY_KNOWN: Final = 0
"""No worker has this number: "mine" are nobody's before anybody said who they are."""


def workshops_table(workspace: Workspace, caseload: Caseload, options: Options) -> ExportTable:
    """One row for each workshop, in date order, narrowed by those filters of a caseload that workshops have.

    Raises NotAllowed for pseudonyms and for filters that only pupils have.
    """
    today = workspace.clock.today

    def rows(_: Code) -> Iterator[Sequence[object]]:
        for workshop, lines in groupby(_lines(workspace, caseload, options), lambda line: line.workshop):
            invitations = [line.invitation for line in lines if line.invitation is not None]
            yield (*_of_workshop(workshop), *_cells(workshop, invitations, today))

    return _table(workspace, "Workshops and meetings", caseload, options, rows)


def attendance_table(workspace: Workspace, caseload: Caseload, options: Options) -> ExportTable:
    """One row for each line of the workshops' registers. Narrowed, and raises, as ``export_workshops``."""
    today = workspace.clock.today

    def rows(_: Code) -> Iterator[Sequence[object]]:
        for line in _lines(workspace, caseload, options):
            if line.invitation is not None:
                yield (*_of_workshop(line.workshop), *_line_cells(line, line.invitation, today))

    return _table(workspace, "Who came to workshops and meetings", caseload, options, rows)


def _table(workspace: Workspace, title: str, caseload: Caseload, options: Options, rows: _Rows) -> ExportTable:
    if options.pseudonymised:
        raise NotAllowed(
            "There is no pupil in a file of workshops, so there is nothing to pseudonymise. Names of adults are left out as it is."
        )
    if caseload.states or caseload.cohorts or caseload.milestone:
        raise NotAllowed("States, cohorts and milestones are pupils'. Workshops have none: leave them out.")
    return ExportTable(title, _described(workspace, caseload, options), rows)


def _lines(workspace: Workspace, caseload: Caseload, options: Options) -> Iterator[ExportedLine]:
    worker = caseload.worker_id
    if worker is None and caseload.whose == "mine":
        worker = workspace.me or _NOBODY_KNOWN
    year = options.academic_year
    first, last = (date.min, date.max) if year is None else academic_year_span(year)
    selection = WorkshopSelection(
        first=first,
        last=last,
        worker_id=worker,
        unowned=worker is None and caseload.whose == "nobody's",
        school_id=caseload.school_id,
        transitions=caseload.transitions,
        year_groups=caseload.year_groups,
    )
    words = searchable(caseload.text).split()
    for line in store.lines(workspace.read(), selection):
        if not words or all(word in searchable(line.workshop.title, line.workshop.series) for word in words):
            yield line


def _described(workspace: Workspace, caseload: Caseload, options: Options) -> str:
    """The filter in words; a worker is an adult, and what was looked for may be a name: neither is in it."""
    whose = {"mine": "My workshops", "all": "All workshops", "nobody's": "Nobody's workshops"}[caseload.whose]
    parts = [whose if caseload.worker_id is None else "One worker's workshops"]
    if options.academic_year is not None:
        parts.append(academic_year_label(options.academic_year))
    parts.extend(year_group_label(group) for group in caseload.year_groups)
    parts.extend(caseload.transitions)
    if caseload.school_id is not None:
        parts.append(names.school_name(workspace.read(), caseload.school_id) or "a school")
    if caseload.text:
        parts.append("found by words")
    return " · ".join(parts)


def _of_workshop(row: ExportedWorkshop) -> tuple[object, ...]:
    return (
        row.id, academic_year_label(academic_year(row.on_day)), row.on_day, row.kind, row.title, row.series, row.status,
        row.host_school, row.transition, ", ".join(map(year_group_short, split_year_groups(row.year_groups))), row.programme,
        row.module,
    )  # fmt: skip


def _cells(row: ExportedWorkshop, invitations: Sequence[InvitationRow], today: date) -> tuple[object, ...]:
    found = of_register(invitations)
    schools, counted = found.schools, _is_counted(row, today)
    rated = counted and schools.marked.counted > 0
    figures = (
        schools.came, schools.apologies, schools.absent, schools.unmarked, schools.share.percent if rated else None,
        found.agencies.came, None if found.uncounted and not found.people else found.people,
    )  # fmt: skip
    return (
        row.last_day, row.starts, row.ends, row.place, row.host_school_urn, row.audience, schools.invited,
        *(figures if counted else (None,) * len(figures)), row.actions, row.actions_open, row.actions_achieved, row.worker,
        row.link, row.cancel_reason, row.agenda, row.notes,
    )  # fmt: skip


def _line_cells(line: ExportedLine, one: InvitationRow, today: date) -> tuple[object, ...]:
    number = None
    if line.school_la is not None and line.school_establishment is not None:
        number = laestab(line.school_la, line.school_establishment)
    marked = "not marked" if one.attendance == "invited" else one.attendance
    return (
        "person" if one.name else "agency" if one.school_id is None else "school", one.school, line.school_urn, number,
        one.phase, one.agency, marked if _is_counted(line.workshop, today) else None, one.people, one.name, one.before,
        one.after, one.note,
    )  # fmt: skip


def _is_counted(row: ExportedWorkshop, today: date) -> bool:
    return row.status != "cancelled" and row.on_day <= today
