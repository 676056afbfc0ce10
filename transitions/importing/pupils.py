"""Importing a list of pupils from CSV or a spreadsheet: looked at first, then taken as one action that can be undone.

An empty cell leaves a field as it is; ``(clear)`` empties it. A pupil is known by UPN, also a former one, else by name and
date of birth; where that leaves a doubt it is asked about, never guessed.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from db import importing as store
from db.gathering import OWN, NewRowNumber, Write
from db.importing import NO_CARE, Care
from db.pupils.destinations import DestinationRow, destinations
from db.pupils.pupils import ContactRow, PupilPage, pages
from transitions.dates import short_with_year
from transitions.errors import BadInput, Problem
from transitions.fields import Context
from transitions.importing.cells import plain
from transitions.importing.headers import HeaderMap, OpenTable, reads
from transitions.importing.matching import (
    BY_NUMBER,
    Answer,
    Ask,
    Matched,
    Pupils,
    Schools,
    Workers,
    asker,
    may_be_another,
    name_key,
)
from transitions.importing.preview import (
    TAKE_ALL,
    FieldDifference,
    PreviewDraft,
    Progress,
    PupilQuestion,
    RecordEntry,
    Taking,
    no_progress,
)
from transitions.importing.pupil_rows import (
    NEVER_KEPT,
    NOTHING_RELATED,
    ImportedPupil,
    PupilRows,
    RelatedRecords,
    care_difference,
    look_at_days,
    related_changes,
)
from transitions.importing.table_rows import Packed, TableRow
from transitions.pupils.derived_columns import (
    care_changes,
    care_writes,
    columns,
    need_writes,
    out_of_year,
    pupil_writes,
    put_needs,
)
from transitions.pupils.destinations import destination_writes
from transitions.pupils.pupil_fields import FIELDS
from transitions.school_year import academic_year, cohort_year_of, year_group_label
from transitions.team.workers import of_another_school
from transitions.text import searchable
from transitions.workspace import Workspace

_AT_ONCE = 2_000  # rows whose pupils are fetched together
_OTHER_YEAR_AT_LEAST = 10
_OTHERS_NAMED = 5
_WHICH = "say which one, or that it is a new pupil (--match {0}=UPN or {0}=new)"
_ANOTHER = "The UPN is this pupil's, but the name and date of birth are different."
_HIDDEN = frozenset({"search_text", "planned_from", "next_school_recorded_on", "owner_since"})
"""Columns that follow from others and would only repeat them in a preview."""
_TITLES: Mapping[str, str] = {
    **{name: field.label for name, field in FIELDS.items()},
    "cohort_year": "Year group",
    "school_id": "School",
    "next_school_id": "Next school",
    "owner_id": "Worker",
}


@reads("pupils")
def prepare(file: OpenTable) -> None:
    file.draft.notes += [f"not kept: {file.headers.title(name)}" for name in file.headers.columns if name in NEVER_KEPT]
    work_out(
        file.workspace, file.draft, file.headers, file.rows,
        ask=file.ask, plan_from=file.plan_from, progress=file.progress,
    )  # fmt: skip


def work_out(
    workspace: Workspace,
    draft: PreviewDraft,
    headers: HeaderMap,
    rows: Packed[TableRow],
    *,
    related: Mapping[int, RelatedRecords] = MappingProxyType({}),
    ask: Ask | None = None,
    plan_from: date | None = None,
    taking: Taking = TAKE_ALL,
    progress: Progress = no_progress,
) -> None:
    """Put into ``draft`` what importing ``rows`` would do; ``related`` has, by line, what comes with a pupil beside the row.

    Raises BadInput when the rows are of another year.
    """
    work = _Import(workspace, draft, asker(ask), plan_from, taking)
    reader = PupilRows(headers, Context(workspace.clock.today), work.schools, work.workers, draft)
    _refuse_doubles(rows, headers.columns.get("upn"), headers.title("upn"), draft)
    with workspace.read().keeping_few_pages():
        for start in range(0, len(rows), _AT_ONCE):
            some = [reader.read(row) for row in rows[start : start + _AT_ONCE]]
            for row in some if related else ():
                row.related = related.get(row.line, NOTHING_RELATED)
            work.add_rows(some)
            progress(min(start + _AT_ONCE, len(rows)), len(rows))
    work.refuse_another_year(headers.title("year_group"))


def _refuse_doubles(rows: Packed[TableRow], column: int | None, title: str, draft: PreviewDraft) -> None:
    """Refuse every row whose UPN stands on another row too: which of them is right is not ours to guess."""
    if column is None:
        return

    def upns() -> Iterator[tuple[int, str]]:
        for row in rows:
            upn = "".join(plain(row.cells[column]).upper().split())
            if upn and upn != "(CLEAR)":
                yield row.line, upn

    doubled = {one for one, next_one in pairwise(sorted(hash(upn) for _, upn in upns())) if one == next_one}
    lines: dict[str, list[int]] = {}
    for line, upn in upns() if doubled else ():
        if hash(upn) in doubled:
            lines.setdefault(upn, []).append(line)
    for same in lines.values():
        for line in same if len(same) > 1 else ():
            # A few are named: all of them on each of them would fill the memory where one number is on every line.
            named = [str(other) for other in same[: _OTHERS_NAMED + 1] if other != line][:_OTHERS_NAMED]
            more = [f"{len(same) - 1 - len(named):,} more"] if len(same) - 1 > len(named) else []
            others = " and ".join([*named, *more])
            draft.problem(line, title, f"the same UPN is on {draft.unit} {others}: expected each pupil once")


class _Import:
    """The work on one file: rows matched with pupils, and what each would write."""

    def __init__(
        self,
        workspace: Workspace,
        draft: PreviewDraft,
        decide: Callable[[PupilQuestion], Answer],
        plan_from: date | None,
        taking: Taking,
    ) -> None:
        connection = workspace.read()
        self.schools = Schools(store.school_rows(connection))
        self.workers = Workers(store.worker_rows(connection))
        self._connection = connection
        self._workspace = workspace
        self._draft = draft
        self._decide = decide
        self._plan_from = plan_from
        self._taking = taking
        self._today, self._me = workspace.clock.today, workspace.me
        self._pupils = Pupils(connection)
        self._going: Mapping[int, Sequence[DestinationRow]] = {}
        self._lines: dict[int, int] = {}
        self._new_names: dict[int, int] = {}
        """By the hash of name and birthday the line, below 0 without a UPN: whole, the names of a county take 40 MB."""
        self._ulns: dict[int, int] = {}
        self._shifts: dict[int, int] = {}
        this_year = academic_year(self._today)
        self._in_words: Mapping[str, Callable[[int], str]] = {
            "cohort_year": lambda cohort: year_group_label(this_year - cohort),
            "school_id": self.schools.name,
            "next_school_id": self.schools.name,
            "owner_id": self.workers.name,
        }

    def add_rows(self, rows: Sequence[ImportedPupil]) -> None:
        found = [(row, self._pupils.match(row.given)) for row in rows if row.sound]
        existing = self._pages([number for _, one in found if one.sure for number in one.pupils])
        matched: list[tuple[ImportedPupil, int | None]] = []
        for row, one in found:
            if row.line not in self._draft.problems:
                sure = one._replace(sure=one.sure and not may_be_another(row.given, one, existing))
                matched.extend((row, pupil_id) for pupil_id in self._pupils_meant(row, sure))
        ids = [pupil_id for _, pupil_id in matched if pupil_id is not None]
        existing |= self._pages([pupil_id for pupil_id in ids if pupil_id not in existing])
        needs = store.needs(self._connection, ids) if ids else {}
        care = store.care_without_end(self._connection, ids) if ids else {}
        self._going = destinations(self._connection, ids) if ids else {}
        brought = [pupil_id for row, pupil_id in matched if pupil_id is not None and row.related is not NOTHING_RELATED]
        contacts = store.contacts(self._connection, brought) if brought else {}
        notes = store.notes(self._connection, brought) if brought else {}
        for row, pupil_id in matched:
            if pupil_id is None and not self._taking.new:
                self._draft.matched.append((row.line, None))
                continue
            try:
                if pupil_id is None:
                    entry = self._new(row)
                else:
                    entry = self._changed(row, existing[pupil_id], needs.get(pupil_id, []), care.get(pupil_id, NO_CARE))
                    entry = self._with_related(
                        entry, row, pupil_id, contacts.get(pupil_id, []), notes.get(pupil_id, ())
                    )
            except ValueError as error:
                self._draft.problem(row.line, _TITLES["year_group"], str(error))
                continue
            if row.line in self._draft.problems:
                continue
            self._draft.matched.append((row.line, pupil_id))
            self._draft.add(entry, is_new=pupil_id is None)

    def _pages(self, ids: Sequence[int]) -> dict[int, PupilPage]:
        return dict(pages(self._connection, ids)) if ids else {}

    def refuse_another_year(self, title: str) -> None:
        """Raise BadInput when most year groups differ alike from the dates of birth: the list is of another year."""
        if not self._shifts:
            return
        shift = max(self._shifts, key=lambda one: self._shifts[one])
        stated, alike = sum(self._shifts.values()), self._shifts[shift]
        if shift == 0 or alike < _OTHER_YEAR_AT_LEAST or alike * 2 <= stated:
            return
        apart = (
            f"{alike:,} of {stated:,} are {abs(shift)} {'below' if shift > 0 else 'above'} the dates of birth suggest"
        )
        remedy = "Import it with --as-of and a day of that year, or leave" if shift > 0 else "Leave"
        what = f"{apart}: is this another year's list? {remedy} the column out"
        raise BadInput([Problem(self._draft.file, what, field=title)])

    def _pupils_meant(self, row: ImportedPupil, found: Matched) -> Iterator[int | None]:
        """The pupil whom the row means, None for a new one; nothing when it is refused."""
        if not found.sure:
            answer = self._asked(row, found)
            if answer is None:
                return
            found = Matched((), "nothing") if answer == "new" else Matched((answer,), found.by)
        if not found.pupils:
            if not self._taking.new or (self._is_complete(row) and self._is_new(row)):
                yield None
            return
        pupil_id = found.pupils[0]
        if pupil_id in self._lines:
            self._same_person(row.line, self._lines[pupil_id])
            return
        self._lines[pupil_id] = row.line
        if found.by == "former upn":
            self._draft.warn(row.line, _TITLES["upn"], "is a former one: the pupil keeps the current one")
            del row.given["upn"]
        if self._may_hold_numbers(row, pupil_id):
            yield pupil_id

    def _asked(self, row: ImportedPupil, found: Matched) -> Answer:
        known = pages(self._connection, found.pupils)
        candidates = tuple((number, _pupil_text(known[number])) for number in found.pupils)
        doubt = _ANOTHER if found.by in BY_NUMBER and len(candidates) == 1 else ""
        question = PupilQuestion(row.line, row.label, candidates, self._draft.unit, doubt)
        answer = self._decide(question)
        if answer == "new" or answer in found.pupils:
            return answer
        self._draft.questions.append(question)
        some = "; ".join(f"#{number} {label}" for number, label in candidates)
        if doubt:
            what = f"the UPN belongs to {some}, but the name and date of birth are different. Check with the sender"
            same = f"or say that it is the same pupil (--match {row.line}=#{candidates[0][0]})"
            self._draft.problem(row.line, _TITLES["upn"], f"{what}, {same}")
            return None
        one = "this may be a pupil who is already here" if len(candidates) == 1 else "this could be several pupils"
        self._draft.problem(row.line, None, f"{one} ({some}): {_WHICH.format(row.line)}")
        return None

    def _is_complete(self, row: ImportedPupil) -> bool:
        if row.given.get("date_of_birth") is None:
            self._draft.problem(row.line, _TITLES["date_of_birth"], "is missing, and a new pupil needs one")
        if not (row.given.get("surname") or row.given.get("forename")):
            self._draft.problem(row.line, _TITLES["surname"], "is missing, and a new pupil needs a name")
        return row.line not in self._draft.problems

    def _is_new(self, row: ImportedPupil) -> bool:
        """Whether no row before means the same new pupil: the same name and birthday, and not two UPNs."""
        given = row.given
        key = name_key(given.get("surname"), given.get("forename"), given["date_of_birth"].isoformat())
        has_upn = bool(given.get("upn"))
        first = self._new_names.setdefault(hash(key), row.line if has_upn else -row.line)
        if abs(first) != row.line and not (has_upn and first > 0):
            self._same_person(row.line, abs(first))
            return False
        return self._may_hold_numbers(row, None)

    def _same_person(self, line: int, other: int) -> None:
        for one, two in ((line, other), (other, line)):
            what = f"{self._draft.place(two)} is about the same person: expected each pupil once, or a UPN that tells them apart"
            self._draft.problem(one, None, what)

    def _may_hold_numbers(self, row: ImportedPupil, pupil_id: int | None) -> bool:
        """Refuse a UPN or ULN that belongs to somebody else, here or further up in the file."""
        for name, holder in (("upn", self._pupils.with_upn), ("uln", self._pupils.with_uln)):
            number = row.given.get(name)
            other = holder(number) if number else None
            if other is not None and other != pupil_id:
                who = _pupil_text(pages(self._connection, [other])[other])
                self._draft.problem(row.line, _TITLES[name], f"already belongs to another pupil: #{other} {who}")
        uln = row.given.get("uln")
        line = self._ulns.setdefault(int(uln), row.line) if uln else row.line
        if line != row.line:
            for one, two in ((row.line, line), (line, row.line)):
                what = f"the same ULN is on {self._draft.unit} {two}: expected each pupil once"
                self._draft.problem(one, _TITLES["uln"], what)
        return row.line not in self._draft.problems

    def _new(self, row: ImportedPupil) -> RecordEntry:
        if (login := self._workspace.database.login) and not row.given.get("next_school_id"):
            row.given.setdefault("school_id", login.school_id)
        values = columns(row.given, None, self._today, plan_from=self._plan_from)
        self._look_at_cohort(row, {"out_of_year_reason": None, **values})
        self._own(row, values)
        self._look_at_place(row, values)
        writes = pupil_writes(OWN, values, None)
        writes += destination_writes(OWN, row.given, None, values, (), self.schools.taught, self._today)
        codes = put_needs((), row.ranks)
        writes += need_writes(OWN, (), codes)
        changes = care_changes(NO_CARE, row.opened, (), row.since)
        writes += care_writes(OWN, changes)
        look_at_days(self._draft, row, None, row.given, changes)
        return self._with_related(RecordEntry(row.line, row.label, tuple(writes)), row, OWN)

    def _changed(self, row: ImportedPupil, pupil: PupilPage, codes: Sequence[str], care: Care) -> RecordEntry:
        pupil_id, old = pupil.id, pupil._asdict()
        row.keep_letters_of(old)
        if self._taking != TAKE_ALL:
            self._draft.differing[row.line] = row.compare(old, codes, self._taking, self._difference)
        values = columns(row.given, old, self._today)
        after = old | values
        self._look_at_cohort(row, after)
        self._own(row, values)
        self._look_at_place(row, after)
        if pupil.archived:
            what = "the pupil is archived and stays archived. Bring the pupil back if they should be listed"
            self._draft.warn(row.line, "Archived", what)
        writes = pupil_writes(pupil_id, values, old)
        differences = [
            self._difference(name, old.get(name), value) for name, value in values.items() if name not in _HIDDEN
        ]
        places = destination_writes(
            pupil_id, row.given, old, values, self._going.get(pupil_id, ()), self.schools.taught, self._today
        )
        differences += [
            self._difference("next_school_stage", pupil.next_school_stage, place.values["stage"])
            for place in places
            if "next_school_id" not in values and place.values and "stage" in place.values
        ]
        writes += places
        wanted = put_needs(codes, row.ranks) if row.ranks else list(codes)
        if wanted != list(codes):
            writes += need_writes(pupil_id, codes, wanted)
            differences.append(FieldDifference(_TITLES["needs"], ", ".join(codes), ", ".join(wanted)))
        ends = [kind for kind in care.open if kind not in row.opened] if row.closes_all else row.closed
        closed = [kind for kind in ends if kind in care.open]
        changes = care_changes(care, row.opened, closed, row.since, row.ended)
        writes += care_writes(pupil_id, changes)
        look_at_days(self._draft, row, old, after, changes, care, closed)
        differences += [care_difference(change, care) for change in changes]
        still = [kind for kind in care.open if kind not in row.opened and kind not in closed]
        if row.opened and still:
            what = f"also stays open as {', '.join(still)}. Close that on the pupil's page if it has ended"
            self._draft.warn(row.line, _TITLES["social_care"], what)
        name = " ".join(part for part in (after["forename"], after["surname"]) if part)
        return RecordEntry(row.line, name, tuple(writes), tuple(differences))

    def _with_related(
        self,
        entry: RecordEntry,
        row: ImportedPupil,
        pupil: int | NewRowNumber,
        contacts: Sequence[ContactRow] = (),
        notes: Collection[str] = (),
    ) -> RecordEntry:
        if row.related is NOTHING_RELATED:
            return entry
        writes, differences = related_changes(pupil, row.related, contacts, notes, self._today, self._me)
        if pupil == OWN:
            return entry._replace(writes=(*entry.writes, *writes))
        return entry._replace(writes=(*entry.writes, *writes), differences=(*entry.differences, *differences))

    def _own(self, row: ImportedPupil, values: dict[str, Any]) -> None:
        if row.worker is None:
            return
        if self._workspace.refusal("lists"):
            self._draft.warn(
                row.line, _TITLES["owner_id"], f"{row.worker} is not on the team’s staff list, so this is left out"
            )
            return
        made = NewRowNumber("worker", searchable(row.worker))
        if made.name not in self._draft.made_first:
            write = Write("worker", None, {"name": row.worker, "role": "transitions team"}, made)
            self._draft.made_first[made.name] = RecordEntry(row.line, row.worker, (write,))
        values["owner_id"], values["owner_since"] = made, self._today

    def _look_at_cohort(self, row: ImportedPupil, after: Mapping[str, Any]) -> None:
        if "year_group" not in row.given:
            return
        shift = after["cohort_year"] - cohort_year_of(after["date_of_birth"])
        self._shifts[shift] = self._shifts.get(shift, 0) + 1
        if what := out_of_year(after):
            self._draft.warn(row.line, _TITLES["year_group"], what)

    def _look_at_place(self, row: ImportedPupil, after: Mapping[str, Any]) -> None:
        if what := of_another_school(self._workspace, after):
            self._draft.problem(row.line, _TITLES["school_id"], what)
        if row.given.get("next_school_stage") and after.get("next_school_id") is None:
            self._draft.warn(row.line, _TITLES["next_school_stage"], "left out, because the school is not given")

    def _difference(self, name: str, old: Any, new: Any) -> FieldDifference:
        return FieldDifference(_TITLES[name], self._value_in_words(name, old), self._value_in_words(name, new))

    def _value_in_words(self, name: str, value: Any) -> str:
        if value is None:
            return ""
        if isinstance(value, NewRowNumber):
            return self._draft.made_first[value.name].label
        if name in self._in_words:
            return self._in_words[name](value)
        if isinstance(value, bool):
            return "yes" if value else "no"
        return short_with_year(value) if isinstance(value, date) else str(value)


def _pupil_text(pupil: PupilPage) -> str:
    name = " ".join(part for part in (pupil.forename, pupil.surname) if part)
    return f"{name}, born {short_with_year(pupil.date_of_birth)}, UPN {pupil.upn or 'not known'}"
