"""One row of a table of pupils, read cell by cell: what it says, and everything that is wrong with it."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, NamedTuple

from db.gathering import NewRowNumber, Write
from db.importing import NO_CARE, Care
from db.pupils.pupils import ContactRow
from transitions.dates import short_with_year
from transitions.fields import Context, read_text
from transitions.importing.cells import FieldReader
from transitions.importing.headers import HeaderMap
from transitions.importing.matching import Schools, Workers
from transitions.importing.preview import CLEAR, FieldDifference, PreviewDraft, Taking
from transitions.importing.table_rows import TableRow
from transitions.milestones.facts import SINCE_WHEN
from transitions.pupils.derived_columns import CareChange, impossible_days
from transitions.pupils.pupil_fields import FIELDS, Value
from transitions.text import capital, searchable


class GivenContact(NamedTuple):
    """A person as a file names them; what it does not say is empty."""

    name: str
    relationship: str = ""
    telephone: str = ""
    email: str = ""

    def in_words(self) -> str:
        return ", ".join(part for part in (self.name, self.relationship, self.telephone, self.email) if part)


class RelatedRecords(NamedTuple):
    """The people of a pupil's circle, and a note of what has no field of its own."""

    contacts: tuple[GivenContact, ...] = ()
    note: str = ""


NOTHING_RELATED: Final = RelatedRecords()


def related_changes(
    pupil: int | NewRowNumber,
    given: RelatedRecords,
    contacts: Sequence[ContactRow],
    notes: Collection[str],
    today: date,
    worker_id: int | None,
) -> tuple[list[Write], list[FieldDifference]]:
    """What writes ``given`` for a pupil who has these ``contacts`` and ``notes``, and how that differs from them.

    A person is known by name. Somebody who was taken out of the circle stays out, what the file does not say stays, and a
    relationship that is recorded is left in its own words. A note that stands already is not written twice.
    """
    writes: list[Write] = []
    differences: list[FieldDifference] = []
    known = {searchable(row.name): row for row in contacts}
    for contact in _each_once(given.contacts):
        row = known.get(searchable(contact.name))
        if row is None:
            writes.append(Write("contact", None, {"pupil_id": pupil, **_values(contact)}))
            differences.append(FieldDifference("Contact", "", contact.in_words()))
        elif row.archived_at is None:
            changed = _changed(row, contact)
            if changed:
                writes.append(Write("contact", {"id": row.id}, changed))
            differences += [
                FieldDifference(f"Contact {row.name}: {name}", getattr(row, name) or "", value)
                for name, value in changed.items()
            ]
    if given.note and given.note not in notes:
        values = {"pupil_id": pupil, "written_on": today, "worker_id": worker_id, "text": given.note}
        writes.append(Write("note", None, values))
        differences.append(FieldDifference("Note", "", given.note))
    return writes, differences


def _each_once(contacts: Iterable[GivenContact]) -> Iterable[GivenContact]:
    first: dict[str, GivenContact] = {}
    for contact in contacts:
        first.setdefault(searchable(contact.name), contact)
    return first.values()


def _values(contact: GivenContact) -> dict[str, Any]:
    return {name: value or None for name, value in contact._asdict().items()}


def _changed(row: ContactRow, contact: GivenContact) -> dict[str, str]:
    changed = {}
    if contact.relationship and not row.relationship:
        changed["relationship"] = contact.relationship
    if contact.telephone and _digits(contact.telephone) != _digits(row.telephone or ""):
        changed["telephone"] = contact.telephone
    if contact.email and contact.email.casefold() != (row.email or "").casefold():
        changed["email"] = contact.email
    return changed


def _digits(telephone: str) -> str:
    return "".join(filter(str.isdigit, telephone))


NEED_RANKS: Final[Mapping[str, int]] = {"primary_need": 1, "secondary_need": 2, "need_3": 3}
_SCHOOL_FIELDS: Final = ("school", "next_school")
_OWN: Final = frozenset({"upn", "former_upn", "uln", "full_name", "surname", "forename"})
"""What few pupils share is not worth remembering while a file is read."""
_SCHOOL_CELLS: Final = ("urn", "laestab", "name")
NEVER_KEPT: Final = frozenset({"notes_reference"})
"""Understood so that it is not reported as unknown, but there is nowhere to keep it."""


@dataclass
class ImportedPupil:
    """What one row says: columns by name, and what is kept elsewhere."""

    line: int
    given: dict[str, Any] = field(default_factory=dict)
    """Column values that the row gives; None for one that it clears. ``year_group`` is among them."""
    ranks: dict[int, str | None] = field(default_factory=dict)
    """Needs by rank, None for one that is cleared."""
    opened: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    """Kinds of social care that are open, and those that the row says are not; "all" closes every other one."""
    closes_all: bool = False
    since: date | None = None
    ended: date | None = None
    worker: str | None = None
    """The name of a worker not seen before."""
    related: RelatedRecords = NOTHING_RELATED
    sound: bool = True

    @property
    def label(self) -> str:
        name = " ".join(part for part in (self.given.get("forename"), self.given.get("surname")) if part)
        return name or f"line {self.line}"

    def keep_letters_of(self, old: Mapping[str, Any]) -> None:
        """Keep the record's spelling of names that the row gives in capitals throughout, which is a sender's habit."""
        for name in ("surname", "forename", "preferred_name"):
            text, known = self.given.get(name), old[name]
            if text and known and text == known.upper():
                self.given[name] = known

    def compare(
        self,
        old: Mapping[str, Any],
        codes: Sequence[str],
        taking: Taking,
        change: Callable[[str, Any, Any], FieldDifference],
    ) -> tuple[FieldDifference, ...]:
        """What differs from the record of a pupil with these needs; unless it is wanted, it is left out of the row."""
        found = []
        for name, value in tuple(self.given.items()):
            if old.get(name) not in (None, "", value):
                found.append(change(name, old[name], value))
                if not taking.differences and name not in taking.always:
                    del self.given[name]
        if codes and self.ranks.get(1) not in (None, codes[0]):
            found.append(FieldDifference(FIELDS["primary_need"].label, codes[0], self.ranks[1] or ""))
            if not taking.differences:
                self.ranks.clear()
        return tuple(found)


class PupilRows:
    """Reads rows; cells that come again and again are read once."""

    def __init__(
        self, headers: HeaderMap, context: Context, schools: Schools, workers: Workers, draft: PreviewDraft
    ) -> None:
        self._headers = headers
        self._draft = draft
        self._workers = workers
        self._fields = FieldReader(headers, draft, FIELDS, context, _OWN)
        self._schools = [
            (
                f"{which}_id",
                [
                    (f"{which}_{cell}", getattr(schools, f"by_{cell}"))
                    for cell in _SCHOOL_CELLS
                    if f"{which}_{cell}" in headers
                ],
            )
            for which in _SCHOOL_FIELDS
        ]
        self._known_schools: dict[tuple[str, str], int | str] = {}
        self._today = context.today

    def read(self, row: TableRow) -> ImportedPupil:
        values: dict[str, Value] = {}
        result = ImportedPupil(row.line)
        for name, text in self._fields.filled(row):
            if text == CLEAR:
                self._clear(name, values, result)
                continue
            reading = self._fields.read(row.line, name, text)
            if reading is None:
                result.sound = False
            elif reading.value or name not in _OWN:
                values[name] = reading.value
        self._find_schools(row, result)
        self._find_worker(row, result)
        self._settle(values, result)
        return result

    def _refuse(self, result: ImportedPupil, name: str, what: str) -> None:
        result.sound = False
        self._draft.problem(result.line, self._headers.title(name), what)

    def _clear(self, name: str, values: dict[str, Value], result: ImportedPupil) -> None:
        if FIELDS[name].needed:
            self._refuse(result, name, "cannot be cleared: expected a value, or an empty cell to leave it as it is")
        else:
            values[name] = FIELDS[name].empty

    def _find_schools(self, row: TableRow, result: ImportedPupil) -> None:
        for target, cells in self._schools:
            for name, find in cells:
                text = self._fields.text(row, name)
                if not text:
                    continue
                if text == CLEAR:
                    result.given[target] = None
                    break
                found = self._known_schools.get((name, text))
                if found is None:
                    found = self._known_schools[name, text] = _look_up(find, text)
                if isinstance(found, str):
                    self._refuse(result, name, found)
                else:
                    result.given[target] = found
                break

    def _find_worker(self, row: TableRow, result: ImportedPupil) -> None:
        text = self._fields.text(row, "worker")
        if not text:
            return
        if text == CLEAR:
            result.given["owner_id"] = None
            return
        try:
            name = read_text(text)
            number = self._workers.find(name)
        except ValueError as error:
            self._refuse(result, "worker", str(error))
            return
        if number is None:
            result.worker = name
        else:
            result.given["owner_id"] = number

    def _settle(self, values: dict[str, Value], result: ImportedPupil) -> None:
        full_name = values.pop("full_name", None)
        if isinstance(full_name, tuple):
            for name, part in zip(("surname", "forename"), full_name, strict=True):
                if part:
                    values.setdefault(name, part)
        for name, rank in NEED_RANKS.items():
            if name in values:
                code = values.pop(name)
                result.ranks[rank] = code if isinstance(code, str) else None
        self._settle_social_care(values, result)
        until = values.get("part_time_timetable_until")
        if isinstance(until, date) and until >= self._today:
            values.setdefault("part_time_timetable", True)
        if values.get("year_group", 0) is None:
            del values["year_group"]
        result.given.update(values)

    def _settle_social_care(self, values: dict[str, Value], result: ImportedPupil) -> None:
        kinds = values.pop("social_care", None)
        looked_after = values.pop("looked_after", None)
        since = values.pop("social_care_since", None)
        ended = values.pop("social_care_ended", None)
        result.ended = ended if isinstance(ended, date) else None
        opened = list(kinds) if isinstance(kinds, tuple) else []
        if looked_after is False and "looked after" in opened:
            self._refuse(result, "looked_after", "says no but the social care column says looked after: one is wrong")
        if looked_after is True and "looked after" not in opened:
            opened.append("looked after")
        result.opened = tuple(opened)
        result.closes_all = kinds == ()
        result.closed = ("looked after",) if looked_after is False else ()
        if isinstance(since, date):
            result.since = since
            if not opened:
                self._refuse(result, "social_care_since", "there is a date but no kind of social care")


def _look_up(find: Callable[[str], int], text: str) -> int | str:
    try:
        return find(text)
    except ValueError as error:
        return str(error)


_CLOSED: Final = "closed, end date not known"


def care_difference(change: CareChange, care: Care) -> FieldDifference:
    episode = next((one for one in care.open.values() if one.id == change.episode), None)
    before = _open_since(episode.started_on) if episode else _CLOSED if change.closed else "not open"
    after = _open_since(change.started_on)
    if change.closed:
        after = f"closed on {short_with_year(change.ended_on)}" if change.ended_on else _CLOSED
    return FieldDifference(f"Social care: {change.kind}", before, after)


def _open_since(day: date | None) -> str:
    return f"open since {short_with_year(day)}" if day else "open, start date not known"


_ASKED: Final = "The Today screen will ask for it"


def _titled(question: str) -> str:
    return capital(question.rstrip("?"))


def look_at_days(
    draft: PreviewDraft,
    row: ImportedPupil,
    old: Mapping[str, Any] | None,
    after: Mapping[str, Any],
    changes: Iterable[CareChange],
    care: Care = NO_CARE,
    closed: Collection[str] = (),
) -> None:
    """Refuse days that cannot be; say of what a row says is so that it does not say since when, or until when."""
    days = {"social_care_since": row.since, "social_care_ended": row.ended if closed or care.ended else None}
    for name, what in impossible_days({**row.given, **days}, old, care, closed).items():
        draft.problem(row.line, FIELDS[name].label, what)
    begun, over = (
        {
            one.kind == "looked after"
            for one in changes
            if one.closed == closing and not (one.started_on or one.ended_on)
        }
        for closing in (False, True)
    )
    part_time = row.given.get("part_time_timetable") and not after.get("part_time_timetable_until")
    plan = row.given.get("sen_provision") == "E" and not after.get("ehc_started_on")
    had_plan = old is not None and old["sen_provision"] == "E" != after.get("sen_provision") and after["ehc_started_on"]
    if had_plan and not after.get("ehc_ended_on"):
        draft.warn(row.line, "EHC plan end date", f"missing. {_ASKED}")
    for question, of_care in ((SINCE_WHEN["looked_after_until"], True), (SINCE_WHEN["social_care_until"], False)):
        if of_care in over and not begun:
            draft.warn(row.line, _titled(question), f"missing, so nothing falls due. {_ASKED}")
    for field_, asked in (
        ("looked_after_since", True in begun),
        ("social_care_since", False in begun),
        (
            "part_time_timetable_since",
            row.given.get("part_time_timetable") and not (old or {}).get("part_time_timetable"),
        ),
        ("part_time_timetable_until", part_time),
        ("ehc_started_on", plan),
    ):
        if asked:
            what = f"missing, so deadlines counted from it can’t be worked out. {_ASKED}"
            draft.warn(row.line, _titled(SINCE_WHEN[field_]), what)
