"""Comparing a council's SEN2 return with the records, and taking in what they lack.

Of pupils who are here an EHC plan is taken, and what fills a gap: numbers, the primary need, the school; dates of reviews and of final
plans mark open steps done. What differs is shown, and is taken only when that is asked for, as are pupils who are not here.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from operator import itemgetter
from pathlib import Path
from typing import Final

from db import importing as store
from db.gathering import Write
from db.milestones import steps as step_store
from db.milestones.steps import StepRow
from transitions.dates import short_with_year
from transitions.exporting.files import Exported
from transitions.exporting.outgoing import ExportNote
from transitions.exporting.target import where_and_why
from transitions.exporting.writer import TableColumn, write_table
from transitions.fields import Context
from transitions.importing.headers import HeaderMap
from transitions.importing.matching import Ask, Schools
from transitions.importing.preview import (
    CLEAR,
    DIFFERS,
    TAKE_GAPS,
    Discrepancy,
    FieldDifference,
    ImportPreview,
    PreviewDraft,
    Progress,
    RecordEntry,
    Taking,
    no_progress,
)
from transitions.importing.pupils import work_out
from transitions.importing.sen2.returns import Person, Sen2Return, read_return
from transitions.importing.table_rows import Packed, TableRow
from transitions.milestones.recording import done_values
from transitions.pupils.markers import ADDRESS, Markers, left_out
from transitions.pupils.pupil_fields import FIELDS
from transitions.school_year import academic_year
from transitions.text import how_many, printable
from transitions.workspace import Workspace

COLUMNS: Final[Mapping[str, str]] = {
    "upn": "upn",
    "uln": "uniquelearnernumber",
    "surname": "surname",
    "forename": "forename",
    "date_of_birth": "personbirthdate",
    "sen_provision": "EHC plan",
    "primary_need": "sentype",
    "school_urn": "urn",
    "ehc_requested_on": "receiveddate",
    "ehc_decision": "requestoutcome",
    "ehc_decided_on": "requestoutcomedate",
    "ehc_started_on": "startdate",
}
_EHC_FIELDS: Final = [name for name in COLUMNS if name.startswith("ehc_")]
NOT_HERE, NOT_THERE = "in SEN2, not here", "here, not in SEN2"
SCHOOL: Final = "School"
_ALWAYS: Final = frozenset({"sen_provision"})
NAMES_SCHOOL: Final = (
    "ey-r.names-school", "2-3.names-school", "mid.names-school", "6-7.names-school", "11-16p.names-place",
    "p16-p16.plan-amended",
)  # fmt: skip
REVIEWS: Final = ("6-7.review-held", "11-16p.review-held", "ehcp.review-meeting")
_HALF_A_YEAR: Final = 183
"""Days between a date of the return and a step of another academic year: a transfer review may be held before the summer."""


def prepare(
    workspace: Workspace,
    paths: Path | Sequence[Path],
    *,
    take: Taking = TAKE_GAPS,
    ask: Ask | None = None,
    plan_from: date | None = None,
    skip_bad: bool = False,
    progress: Progress = no_progress,
) -> ImportPreview:
    """Read the files of a return and work out what importing it would do, and where it differs; nothing is written.

    Raises NoSuchFile, and BadInput as ``read_return`` does and with every problem of a person; with ``skip_bad`` such persons
    are refused instead.
    """
    found = read_return([paths] if isinstance(paths, Path) else paths)
    draft = PreviewDraft(
        "SEN2 return", printable(str(found.path)), found.path, f"SEN2 return: {', '.join(found.files)}"
    )
    draft.header, draft.notes = tuple(COLUMNS.values()), found.notes
    people = {person.line: person for person in found.people if person.is_meant}
    rows = Packed(_rows(workspace, people.values(), draft))
    for doubt in found.doubts:
        draft.warn(doubt.line, doubt.title, doubt.what)
    headers = HeaderMap(draft.header, {name: place for place, name in enumerate(COLUMNS)})
    take = take._replace(always=_ALWAYS)
    work_out(workspace, draft, headers, rows, ask=ask, plan_from=plan_from, taking=take, progress=progress)
    _Comparing(workspace, draft, people, take).compare()
    _not_there(workspace, draft, found)
    return draft.finish(workspace, rows=rows, ragged=(), skip_bad=skip_bad)


def _rows(workspace: Workspace, people: Iterable[Person], draft: PreviewDraft) -> Iterator[TableRow]:
    schools = Schools(store.school_rows(workspace.read()))
    context = Context(workspace.clock.today)
    for person in people:
        if person.started_on and person.requested_on and person.started_on < person.requested_on:
            plan = f"the plan that goes on was made on {short_with_year(person.started_on)}"
            draft.warn(person.line, COLUMNS["ehc_requested_on"], f"left out: {plan}, so this is another request")
            person.requested_on, person.decided_on, person.decision = None, None, ""
        texts = {**person.texts, "sen_provision": "E" if person.has_plan else "", "primary_need": person.need}
        for name in _EHC_FIELDS:
            value = getattr(person, name.removeprefix("ehc_"))
            texts[name] = value.isoformat() if isinstance(value, date) else value or ""
        for name in ("upn", "uln", "primary_need", *_EHC_FIELDS):
            try:
                FIELDS[name].reading(texts[name], context)
            except ValueError as error:
                if texts[name]:
                    draft.warn(person.line, COLUMNS[name], f"left out: {error}")
                texts[name] = ""
        place = person.placement
        if place is not None and place.urn:
            try:
                schools.by_urn(place.urn)
                texts["school_urn"] = place.urn
            except ValueError as error:
                draft.warn(person.line, COLUMNS["school_urn"], f"left as it is, since {error}")
        # What empties a field in a table is only an odd text here.
        cells = (texts.get(name, "") for name in COLUMNS)
        yield TableRow(person.line, tuple("" if cell == CLEAR else cell for cell in cells))


class _Comparing:
    """Puts into the draft what differs of those who were found, and what the dates of the return do to their steps."""

    def __init__(self, workspace: Workspace, draft: PreviewDraft, people: Mapping[int, Person], take: Taking) -> None:
        self._draft, self._people, self._take = draft, people, take
        self._today, self._me = workspace.clock.today, workspace.me
        ids = [pupil_id for _, pupil_id in draft.matched if pupil_id is not None]
        self._changed = {entry.line: entry for entry in draft.changed}
        self._steps: dict[int, list[StepRow]] = {}
        for row in step_store.of_codes(workspace.read(), ids, (*NAMES_SCHOOL, *REVIEWS)):
            self._steps.setdefault(row.pupil_id, []).append(row)

    def compare(self) -> None:
        for line, pupil_id in self._draft.matched:
            person = self._people[line]
            if line in self._draft.problems:
                continue
            if pupil_id is None:
                place = person.placement
                self._say(person, None, NOT_HERE, "", "", place.in_words if place else "")
                continue
            for difference in self._draft.differing.get(line, ()):
                self._say(person, pupil_id, DIFFERS, *difference)
            place = person.placement
            if place is not None and place.ukprn and not place.urn:
                self._say(person, pupil_id, DIFFERS, SCHOOL, "known by URN", place.in_words)
            self._look_at_steps(person, self._steps.get(pupil_id, ()))
        self._draft.changed = Packed(self._changed.values())
        self._draft.unchanged = Packed(line for line in self._draft.unchanged if line not in self._changed)
        if any(self._draft.taken(self._draft.new)) or any(
            one.field == FIELDS["sen_provision"].label for one in self._draft.compared
        ):
            self._draft.notes.append(
                "steps for pupils who get an EHC plan from this return are planned when you import it. Read the return again to record their review and final plan dates"
            )

    def _say(self, person: Person, pupil_id: int | None, what: str, field: str, here: str, there: str) -> None:
        upn, name, field, here, there = map(printable, (person.texts["upn"], person.name, field, here, there))
        self._draft.compared.append(Discrepancy(what, person.line, upn, name, field, here, there, pupil_id))

    def _look_at_steps(self, person: Person, rows: Sequence[StepRow]) -> None:
        writes: list[Write] = []
        differences: list[FieldDifference] = []
        final = person.phase_final
        for codes, day, about in (
            (NAMES_SCHOOL, final, person.phase_due or final),
            (REVIEWS, person.review_on, person.review_on),
        ):
            for row in _steps_about(rows, codes, about):
                if codes is NAMES_SCHOOL and person.phase_due not in (None, row.due_on):
                    self._say(
                        person,
                        row.pupil_id,
                        DIFFERS,
                        f"{row.title}: due",
                        _in_words(row.due_on),
                        _in_words(person.phase_due),
                    )
                if day is None or row.done_on == day:
                    continue
                if day > self._today:
                    self._draft.warn(
                        person.line, row.title, f"is not recorded: {short_with_year(day)} is still to come"
                    )
                    continue
                decided = row.outcome not in (None, "missed")
                if decided:
                    here = _in_words(row.done_on) or row.outcome or ""
                    self._say(person, row.pupil_id, DIFFERS, row.title, here, _in_words(day))
                if row.from_record or (decided and not self._take.differences):
                    continue
                step = {"pupil_id": row.pupil_id, "milestone_id": row.milestone_id, "cycle": row.cycle}
                values = {**done_values(row, day, "SEN2 return"), "recorded_by": self._me}
                writes.append(Write("pupil_milestone", step, values))
                differences.append(FieldDifference(row.title, _in_words(row.done_on), f"done {short_with_year(day)}"))
        if writes:
            self._add(person, writes, differences)

    def _add(self, person: Person, writes: Sequence[Write], differences: Sequence[FieldDifference]) -> None:
        entry = self._changed.get(person.line, RecordEntry(person.line, person.name, ()))
        self._changed[person.line] = entry._replace(
            writes=(*entry.writes, *writes), differences=(*entry.differences, *differences)
        )


def _steps_about(rows: Sequence[StepRow], codes: Sequence[str], day: date | None) -> list[StepRow]:
    """Of each of these steps the one that a day may mean: of its academic year, else the nearest within half a year."""
    found: dict[str, tuple[bool, int, StepRow]] = {}
    for row in rows:
        if day is None or row.due_on is None or row.code not in codes:
            continue
        elsewhere, apart = academic_year(row.due_on) != academic_year(day), abs((row.due_on - day).days)
        if not elsewhere or apart <= _HALF_A_YEAR:
            one = elsewhere, apart, row
            found[row.code] = min(found.get(row.code, one), one, key=itemgetter(0, 1))
    return [row for _, _, row in found.values()]


def _not_there(workspace: Workspace, draft: PreviewDraft, found: Sen2Return) -> None:
    """Name the pupils with an EHC plan here whom no plan of the return means."""
    asked = {number for question in draft.questions for number, _ in question.candidates}
    known = asked | {pupil_id for _, pupil_id in draft.matched if pupil_id is not None}
    without = {person.texts["upn"]: person for person in found.people if not person.has_plan and person.texts["upn"]}
    for number, upn, surname, forename in store.with_plans(workspace.read()):
        if number in known:
            continue
        person = without.get(upn or "")
        there = ""
        if person is not None:
            there = (
                f"plan ceased {short_with_year(person.ceased_on)}"
                if person.ceased_on
                else "in the return, without a plan"
            )
        name = " ".join(filter(None, (forename, surname)))
        line = person.line if person is not None else None
        draft.compared.append(Discrepancy(NOT_THERE, line, upn or "", name, "SEN provision", "E", there, number))
    if draft.problems:
        draft.notes.append("refused lines are not compared, so their pupils may be listed as not in SEN2")


def _in_words(day: date | None) -> str:
    return "" if day is None else short_with_year(day)


def counts(preview: ImportPreview) -> str:
    """How many things differ, in words."""
    found = Counter(one.what for one in preview.compared)
    differ = how_many(found[DIFFERS], "difference")
    return f"{found[NOT_HERE]:,} in SEN2 and not here, {found[NOT_THERE]:,} here and not in SEN2, {differ}"


def write_reconciliation(workspace: Workspace, preview: ImportPreview, target: Path | None, purpose: str) -> Exported:
    """Write what differs as a table, but for what markers hold back, and note that it left, and for what.

    Raises CannotWrite as ``write_table`` does.
    """
    columns = [TableColumn(title) for title in ("What", "Line", "UPN", "Pupil", "Field", "Here", "In SEN2")]
    markers = Markers(workspace)
    whole = {one.pupil_id for one in preview.compared if one.pupil_id in markers.held_back}
    schools = {
        one.pupil_id
        for one in preview.compared
        if one.pupil_id not in whole and one.field == SCHOOL and ADDRESS in markers.hidden.get(one.pupil_id or 0, ())
    }
    held_back = left_out(len(whole), len(schools))
    source, end = (
        f"with {printable(preview.path.name)}",
        where_and_why(target, *filter(None, [held_back]), purpose=purpose),
    )
    rows = (
        one[: len(columns)]
        for one in preview.compared
        if one.pupil_id not in whole and not (one.field == SCHOOL and one.pupil_id in schools)
    )
    written = write_table(
        workspace,
        target,
        columns,
        rows,
        note=lambda count: ExportNote("Exported reconciliation", [source, how_many(count, "row"), *end]),
    )
    return Exported(*written, held_back)
