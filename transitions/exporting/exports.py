"""The exports by name, for the command line and the app: of pupils, plans, what is missed, and workshops, each as a table."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache, partial
from itertools import chain, groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, Final

from db import exports as store
from db.caseload import actions as action_store
from db.caseload.actions import DueAction, OpenAction
from db.exports import ExportedLine, ExportedPupil, ExportedWorkshop, WorkshopSelection
from db.milestones import steps as step_store
from db.milestones.steps import MissedRow
from db.pupils import pupils as names
from db.pupils.pupils import PupilPage
from db.vocabulary import PLANS_IN_FORCE
from db.workshops.workshops import InvitationRow, WorkshopRow
from transitions.caseload import caseload as caseloads
from transitions.caseload.caseload import Caseload
from transitions.caseload.missed import ACTION, ACTION_OVERDUE
from transitions.errors import NotAllowed
from transitions.exporting.column import PSEUDONYM
from transitions.exporting.columns import PLANS, PUPILS, SECTIONS, completeness
from transitions.exporting.files import Code, Exported, ExportTable, Marked, Options, described, write
from transitions.exporting.handovers import handovers_table
from transitions.exporting.outgoing import ExportNote
from transitions.exporting.records import (
    LISTS,
    events_table,
    impact_table,
    inspection_table,
    movers_table,
    programmes_table,
    pupils_and_events,
)
from transitions.exporting.target import where_and_why
from transitions.exporting.writer import TableColumn, TableHeading, write_table
from transitions.identifiers import laestab
from transitions.milestones.definitions import load_shipped
from transitions.plans import audit_summary, auditing, questions
from transitions.plans.lifecycle import COMPLETED_MEANS
from transitions.pupils import markers, school_groups
from transitions.pupils.school_groups import called
from transitions.questionnaire import Filled, Section
from transitions.school_year import (
    academic_year,
    academic_year_label,
    academic_year_span,
    age_on,
    split_year_groups,
    year_group_label,
    year_group_short,
)
from transitions.text import how_many, search_words, searchable
from transitions.workshops.attendance import of_register
from transitions.workshops.reading import pounds
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
            yield (*_of_workshop(workshop.row), *_cells(workshop, invitations, today))

    return _table(workspace, "Workshops and meetings", caseload, options, rows)


def attendance_table(workspace: Workspace, caseload: Caseload, options: Options) -> ExportTable:
    """One row for each line of the workshops' registers. Narrowed, and raises, as ``workshops_table``."""
    today = workspace.clock.today

    def rows(_: Code) -> Iterator[Sequence[object]]:
        for line in _lines(workspace, caseload, options):
            if line.invitation is not None:
                yield (*_of_workshop(line.workshop.row), *_line_cells(line, line.invitation, today))

    return _table(workspace, "Who came to workshops and meetings", caseload, options, rows)


def _table(workspace: Workspace, title: str, caseload: Caseload, options: Options, rows: _Rows) -> ExportTable:
    if options.pseudonymised:
        raise NotAllowed(
            "There is no pupil in a file of workshops, so there is nothing to pseudonymise. Adults' names are left out anyway."
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
        groups=caseload.groups,
        groups_in=academic_year(workspace.clock.today) if year is None else year,
        transitions=caseload.transitions,
        year_groups=caseload.year_groups,
    )
    words = search_words(caseload.text)
    for line in store.register_lines(workspace.read(), selection):
        if not words or all(word in searchable(line.workshop.row.title, line.workshop.row.series) for word in words):
            yield line


def _described(workspace: Workspace, caseload: Caseload, options: Options) -> str:
    """The filter in words; a worker is an adult, and what was looked for may be a name: neither is in it."""
    owners = {"mine": "My workshops", "all": "All workshops", "nobody's": "Nobody's workshops"}[caseload.whose]
    parts = [owners if caseload.worker_id is None else "One worker's workshops"]
    if options.academic_year is not None:
        parts.append(academic_year_label(options.academic_year))
    parts.extend(year_group_label(group) for group in caseload.year_groups)
    parts.extend(caseload.transitions)
    parts.extend(called(one) for one in school_groups.groups(workspace) if one.id in caseload.groups)
    if caseload.school_id is not None:
        parts.append(names.school_name(workspace.read(), caseload.school_id) or "a school")
    if caseload.text:
        parts.append("found by words")
    return " · ".join(parts)


def _of_workshop(row: WorkshopRow) -> tuple[object, ...]:
    return (
        row.id, academic_year_label(academic_year(row.on_day)), row.on_day, row.kind, row.title, row.series, row.status,
        row.host_school, row.transition, ", ".join(map(year_group_short, split_year_groups(row.year_groups))), row.programme,
        row.module,
    )  # fmt: skip


def _cells(workshop: ExportedWorkshop, invitations: Sequence[InvitationRow], today: date) -> tuple[object, ...]:
    row = workshop.row
    found = of_register(invitations)
    schools, counted = found.schools, _is_counted(row, today)
    rated = counted and schools.marked.counted > 0
    figures = (
        schools.came, schools.apologies, schools.absent, schools.unmarked, schools.share.percent if rated else None,
        found.agencies.came, None if found.uncounted and not found.people else found.people,
    )  # fmt: skip
    return (
        row.last_day, row.starts, row.ends, row.place, workshop.host_school_urn, row.audience, schools.invited,
        *(figures if counted else (None,) * len(figures)), workshop.actions, row.open_actions, workshop.actions_achieved, row.worker,
        row.link, row.places, row.places_taken if row.places else None, None if row.fee is None else pounds(row.fee),
        workshop.links, row.cancel_reason, row.agenda, row.notes,
    )  # fmt: skip


def _line_cells(line: ExportedLine, one: InvitationRow, today: date) -> tuple[object, ...]:
    number = _laestab(line.school_la, line.school_establishment)
    marked = "not marked" if one.attendance == "invited" else one.attendance
    return (
        "person" if one.name else "agency" if one.school_id is None else "school", one.school, line.school_urn, number,
        one.phase, one.agency, marked if _is_counted(line.workshop.row, today) else None, one.people, one.name, one.before,
        one.after, one.note,
    )  # fmt: skip


def _is_counted(row: WorkshopRow, today: date) -> bool:
    return row.status != "cancelled" and row.on_day <= today


ACTION_COLUMNS: Final = (
    *map(TableColumn, ("upn", "surname", "forename", "year_group", "school", "next_school", "action", "owner")),
    TableColumn("due", "date"),
    TableColumn("overdue"),
)


def open_actions(workspace: Workspace, pupil_ids: Sequence[int]) -> list[OpenAction]:
    return action_store.open_actions(workspace.read(), pupil_ids)


def export_actions(
    workspace: Workspace, caseload: Caseload, pupil_ids: Sequence[int], target: Path, purpose: str = ""
) -> Exported:
    """Write the open actions of these pupils of a caseload to a workbook or CSV; the journal notes that they left.

    Raises ``CannotWrite`` when the file cannot be written or is there already.
    """
    asked, marked = (
        len(pupil_ids),
        Marked(workspace, [column.header for column in ACTION_COLUMNS], sharing=markers.PLANS),
    )
    pupil_ids = markers.kept(workspace, pupil_ids, markers.PLANS)
    # What was looked for by name stays out, for it may be a pupil's.
    filters = caseloads.describe(workspace, replace(caseload, text=""))
    heading = TableHeading("Open actions", workspace.clock.today, filters)
    held_back = markers.left_out(asked - len(pupil_ids))
    said = [*where_and_why(target, purpose=purpose)]
    written = write_table(
        workspace,
        target,
        ACTION_COLUMNS,
        marked.passing(_action_rows(open_actions(workspace, pupil_ids), workspace.clock.today, marked)),
        heading,
        note=lambda rows: ExportNote(
            "Exported actions",
            [
                f"{how_many(rows, 'open action')} of {how_many(len(pupil_ids), 'pupil')}",
                *filter(None, [filters, held_back, marked.said, *said]),
            ],
        ),
    )
    return Exported(*written, "; ".join(filter(None, [held_back, marked.said])))


def _action_rows(actions: Sequence[OpenAction], today: date, marked: Marked) -> Iterator[tuple[object, ...]]:
    for action in actions:
        marked.code(action.pupil_id, None)
        yield (
            action.upn, action.surname, action.forename, year_group_short(academic_year(today) - action.cohort_year),
            action.school, action.next_school, action.what, action.owner, action.due_on,
            action.due_on is not None and action.due_on < today,
        )  # fmt: skip


PLANS_TITLE: Final = f"Transition plans. Completed means: {COMPLETED_MEANS}"
"""The heading says what is counted, for the number is quoted without the program at hand."""

_FLAGS: Final = ("newest_version", "in_force", "completed")
_AS_NAMED: Final = {"named_worker_id": "named_worker", "destination_school_id": "destination_school"}
_HELD: Final = {
    "outcomes": "outcomes",
    "actions": "held_actions",
    "people": "held_people",
    "meetings": "held_meetings",
    "copies": "held_copies",
}
"""For the lists that sections hold, what says whether there is anything in them."""
_LISTS: Final = frozenset(_HELD.values())
_HEADERS: Final = tuple(column.header for column in PLANS)

_Asked = dict[str, tuple[str, ...]]
"""For each section of a plan, the fields of a row that answer its questions."""


def _plans(workspace: Workspace, caseload: Caseload, _options: Options) -> ExportTable:
    today = workspace.clock.today

    @cache
    def asked(transition: str, age: int, year_group: int) -> _Asked:
        found = questions.form_of(workspace, transition, age=age, year_group=year_group)
        return {section.code: tuple(_plan_fields(section)) for section in found.sections}

    def rows(code: Code) -> Iterator[Sequence[object]]:
        found = store.plans(workspace.read(), caseloads.selection(workspace, caseload), caseload.sort)
        return (_plan_cells(row, today, asked, code) for row in found)

    year = academic_year(today)
    counts = audit_summary.summary(workspace, caseload, *academic_year_span(year)).shares
    said = "; ".join(
        f"{name}: {share.text}" for name, share in counts.items() if share.of in ("children", "open plans")
    )
    title = f"{PLANS_TITLE}. {academic_year_label(year)}: {said}"
    return ExportTable(title, described(workspace, caseload), rows)


def _plan_fields(section: Section) -> Iterator[str]:
    for question in section.questions:
        yield _AS_NAMED.get(question.code, question.code)
    if section.holds:
        yield _HELD[section.holds]


def _plan_cells(
    row: Mapping[str, Any], today: date, questions_for: Callable[[str, int, int], _Asked], pseudonym: Code
) -> tuple[object, ...]:
    group = academic_year(today) - row["cohort_year"]
    sections = questions_for(row["transition"], age_on(date.fromisoformat(row["date_of_birth"]), today), group)
    points = auditing.points(json.loads(row["audit_judgements"] or "{}"))
    made: dict[str, object] = {
        "pseudonym": pseudonym(row["pupil_id"], row["upn"]),
        "year_group": year_group_short(group),
        "review_overdue": row["status"] in PLANS_IN_FORCE
        and row["review_on"] is not None
        and row["review_on"] < today.isoformat(),
        "pupil_voice_recorded": bool(row["pupil_voice"]),
        "destination": row["destination_school"] or row["destination"],
        "back_up_recorded": bool(row["back_up"]),
        "advocate_offered": None if row["advocate_offered"] is None else bool(row["advocate_offered"]),
        **{name: bool(row[name]) for name in _FLAGS},
        "audit_points": points.counted if points.base else None,
        "audit_points_possible": points.base or None,
        **{
            name: cell
            for code in SECTIONS
            for name, cell in completeness(code, _filled(row, sections.get(code, ()))).items()
        },
    }
    return tuple(made[name] if name in made else row[name] for name in _HEADERS)


def _filled(row: Mapping[str, Any], fields: Sequence[str]) -> Filled:
    """Of how many of these there is an answer: that no advocate was offered (0) is one; an empty list (0) is none."""
    answers = [row[name] not in ((None, "", 0) if name in _LISTS else (None, "")) for name in fields]
    return Filled(sum(answers), len(fields))


_YEAR_GROUPS = {-2: "N1", **{group: year_group_short(group) for group in range(-1, 15)}}
"""Year groups as an import reads them; others have no name there, and the date of birth says the same."""


def _pupils(workspace: Workspace, caseload: Caseload, _options: Options) -> ExportTable:
    year = academic_year(workspace.clock.today)

    def rows(code: Code) -> Iterator[Sequence[object]]:
        return (_pupil_cells(row, year, code) for row, _ in pupils_and_events(workspace, caseload))

    return ExportTable("Pupils", described(workspace, caseload), rows)


_PUPIL_VALUES: Final = (
    *PupilPage._fields, *ExportedPupil._fields, PSEUDONYM.header, "year_group", "attendance_percent", "school_laestab",
    "school_name", "next_school_laestab", "next_school_name", "worker",
)  # fmt: skip
_PUPIL_CELLS: Final[Callable[[tuple[object, ...]], tuple[object, ...]]] = itemgetter(
    *({name: at for at, name in enumerate(_PUPIL_VALUES)}[one.header] for one in PUPILS)
)


def _pupil_cells(row: ExportedPupil, year: int, code: Code) -> tuple[object, ...]:
    page = row.page
    return _PUPIL_CELLS((
        *page, *row, code(page.id, page.upn), _YEAR_GROUPS.get(year - page.cohort_year), _attendance(page.attendance_percent),
        _laestab(row.school_la, row.school_establishment), page.school,
        _laestab(row.next_school_la, row.next_school_establishment), page.next_school, page.owner,
    ))  # fmt: skip


def _laestab(la: int | None, establishment: int | None) -> str | None:
    return None if la is None or establishment is None else laestab(la, establishment)


def _attendance(attendance: float | None) -> object:
    """The number, or text with the sign for what could be taken for a share of 1 when it is read back."""
    return f"{attendance:g}%" if attendance is not None and 0 < attendance <= 1 else attendance


_UNTOLD: Final = "An action of the plan"


def _missed(workspace: Workspace, caseload: Caseload, options: Options) -> ExportTable:
    """One row for each overdue or missed step, overdue ones first, then one for each action past its day.

    Each kind comes longest first. With states in the caseload only steps in one of these are in the file. A pseudonymised
    file does not say what an action is: that is free text.
    """
    today = workspace.clock.today
    states = caseload.states or ("overdue", "missed")
    chosen = caseloads.selection(workspace, caseload)
    reasons = {reason.code: reason.words for reason in load_shipped().missed_reasons}

    def rows(code: Code) -> Iterator[Sequence[object]]:
        steps = step_store.each_missed(workspace.read(), chosen, overdue="overdue" in states, missed="missed" in states)
        actions = () if caseload.states else action_store.each_overdue(workspace.read(), chosen)
        return chain(
            (_step_cells(row, today, reasons, code) for row in steps),
            (_action_cells(row, today, code, with_text=not options.pseudonymised) for row in actions),
        )

    return ExportTable("Overdue and missed steps, overdue actions", described(workspace, caseload), rows)


def _step_cells(row: MissedRow, today: date, reasons: Mapping[str, str], code: Code) -> tuple[object, ...]:
    return (
        code(row.pupil_id, row.upn), row.upn, row.surname, row.forename, row.preferred_name, row.date_of_birth,
        year_group_short(academic_year(today) - row.cohort_year), row.school, row.next_school, row.owner, row.code,
        row.title, row.transition, row.severity, row.due_on, (today - row.late_after).days,
        "missed" if row.outcome == "missed" else "overdue", row.missed_on, row.reason,
        reasons.get(row.reason or "", row.reason), row.next_step, row.remind_on, None,
    )  # fmt: skip


def _action_cells(row: DueAction, today: date, code: Code, *, with_text: bool) -> tuple[object, ...]:
    return (
        code(row.pupil_id, row.upn), row.upn, row.surname, row.forename, row.preferred_name, row.date_of_birth,
        year_group_short(academic_year(today) - row.cohort_year), row.school, row.next_school, row.worker, ACTION,
        row.what if with_text else _UNTOLD, row.transition, None, row.due_on, (today - row.due_on).days, ACTION_OVERDUE,
        None, None, None, None, None, row.owner,
    )  # fmt: skip


_TABLES: Final[Mapping[str, Callable[[Workspace, Caseload, Options], ExportTable]]] = {
    "pupils": _pupils,
    "plans": _plans,
    "missed": _missed,
    "handovers": handovers_table,
    "movers": movers_table,
    "events": events_table,
    "programmes": programmes_table,
    "workshops": workshops_table,
    "attendance": attendance_table,
    "impact": impact_table,
    **{name: partial(inspection_table, name) for name in LISTS},
}


def export(
    workspace: Workspace, what: str, caseload: Caseload, target: Path | None, options: Options | None = None
) -> Exported:
    """Write one of the files to ``target``, None for standard output; every file is noted in the journal.

    Raises CannotWrite, and NotAllowed for a pseudonymised file in full, for workshops that are to be pseudonymised or
    narrowed by what only pupils have, and for handovers of a move that has no board.
    """
    chosen = options or Options()
    return write(workspace, what, _TABLES[what](workspace, caseload, chosen), target, chosen)
