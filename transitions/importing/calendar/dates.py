"""Entries of calendar files as own dates and workshops: which of them is here already, what moved, and what is new.

An entry of an .ics file is known by its UID in the calendar of one owner. What has none is known by kind, title and owner
in its academic year; of several alike by its day, else by the nearest.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from db.calendar import local_dates as store
from db.calendar.local_dates import YearDateRow
from db.gathering import Write
from db.workshops import workshops as workshop_store
from db.workshops.workshops import WorkshopRow
from transitions.calendar.local_dates import read_date_fields
from transitions.dates import short_with_year
from transitions.errors import FieldProblems
from transitions.importing.calendar.entries import CalendarLine, NotTaken, becomes_in_words
from transitions.importing.calendar.ical_entry import Occurrence
from transitions.importing.preview import FieldDifference, PreviewDraft, RecordEntry
from transitions.importing.terms import Owner
from transitions.school_year import academic_year
from transitions.text import searchable
from transitions.workshops.saving import read_workshop_fields
from transitions.workspace import Workspace

NameOwner = Callable[[Owner], str]
_OF_DATES: Final = ("year_groups", "for_schools", "detail")
_OF_WORKSHOPS: Final = ("starts", "ends", "place", "link", "series", "year_groups", "notes")
_TITLES: Final[Mapping[str, str]] = {
    "kind": "Kind", "title": "Title", "first_day": "First day", "last_day": "Last day", "on_day": "Day",
    "year_groups": "Year groups", "for_schools": "For", "detail": "Detail", "source": "Source", "starts": "Starts",
    "ends": "Ends", "place": "Place", "link": "Link", "series": "Series", "notes": "Notes",
}  # fmt: skip
"""What a change is called; what is not here (the UID) is nothing that anybody reads."""
_STAYS_OUT: Final = "it was taken out of the calendar here and stays out"


class _Time(NamedTuple):
    one: CalendarLine
    place: int
    when: Occurrence


class _Key(NamedTuple):
    """What tells dates without a UID apart."""

    kind: str
    title: str
    owner: Owner


def take_dates(
    lines: Sequence[CalendarLine], workspace: Workspace, draft: PreviewDraft, left: NotTaken, owner_name: NameOwner
) -> set[int]:
    rows = _known_dates(lines, workspace)
    series = _of_cancelled_series(lines, workspace)
    for one in lines:
        others = series.get(one.line, [])
        times = [*one.times, *(one.times[0] for _ in others)]
        found = [*(rows.get((one.line, place)) for place in range(len(one.times))), *others]
        writes: list[Write] = []
        differences: list[FieldDifference] = []
        try:
            for when, row in zip(times, found, strict=True):
                write, changes = _date(one, when, row, workspace)
                writes += [write] if write else []
                differences += changes
        except FieldProblems as problems:
            _refuse(draft, one, problems)
            continue
        if any(row is not None and row.archived_at is not None for row in found):
            left.leave(one.line, one.title, _STAYS_OUT)
        elif one.cancelled and not any(found):
            draft.warn(one.line, "passed over", "cancelled in the file")
            continue
        _put_in_draft(draft, one, writes, differences, any(found), owner_name(one.owner))
    return {row.id for here in (rows.values(), *series.values()) for row in here}


def _put_in_draft(
    draft: PreviewDraft,
    one: CalendarLine,
    writes: list[Write],
    differences: list[FieldDifference],
    is_known: bool,
    owner_name: str,
) -> None:
    is_new = not is_known
    label = f"{one.becomes.kind}: {one.label}"
    differing = becomes_in_words(one, owner_name) if is_new else tuple(differences)
    draft.add(RecordEntry(one.line, label, tuple(writes), differing), is_new=is_new)


def _date(
    one: CalendarLine, when: Occurrence, row: YearDateRow | None, workspace: Workspace
) -> tuple[Write | None, list[FieldDifference]]:
    if row is not None and row.archived_at is not None:
        return None, []
    if one.cancelled:
        if row is None:
            return None, []
        write = Write("year_date", {"id": row.id}, {"archived_at": workspace.clock.now()})
        return write, [FieldDifference("Taken out", "", "it is cancelled in the file")]
    fields: dict[str, object] = {
        "title": one.title, "first_day": when.days.first, "last_day": when.days.last,
        **{name: one.fields[name] for name in _OF_DATES if name in one.fields},
    }  # fmt: skip
    if row is None or one.becomes.told:
        fields["kind"] = one.becomes.kind
    if when.uid:
        fields["uid"] = when.uid
    if row is None:
        fields["source"] = one.fields.get("source", "")
    values = read_date_fields(workspace, None if row is None else row.id, fields)
    if row is None:
        la_number, school_id = one.owner
        return Write("year_date", None, {**values, "la_number": la_number, "school_id": school_id}), []
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    return (Write("year_date", {"id": row.id}, changed) if changed else None), _differences(row, changed)


def _differences(row: YearDateRow | WorkshopRow, changed: Mapping[str, Any]) -> list[FieldDifference]:
    return [
        FieldDifference(title, _in_words(getattr(row, name)), _in_words(changed[name]))
        for name, title in _TITLES.items()
        if name in changed
    ]


def _in_words(value: object) -> str:
    return short_with_year(value) if isinstance(value, date) else str(value or "")


# --- which of those that are here ------------------------------------------------------------------------------------


def _known_dates(lines: Sequence[CalendarLine], workspace: Workspace) -> dict[tuple[int, int], YearDateRow]:
    times = [_Time(one, place, when) for one in lines for place, when in enumerate(one.times)]
    found: dict[tuple[int, int], YearDateRow] = {}
    for one, place, when in times:
        for row in store.with_uid(workspace.read(), when.uid) if when.uid else ():
            if (row.la_number, row.school_id) == one.owner:
                found[one.line, place] = row
    uids = {time.when.uid for time in times} - {""}
    free = [
        row for row in store.every(workspace.read())
        if row.uid not in uids and row.id not in {known.id for known in found.values()}
    ]  # fmt: skip
    alike = _Alike([(_date_key(row), row.first_day, row) for row in free])
    rest = [time for time in times if (time.one.line, time.place) not in found]
    for time, row in alike.on_their_day((_key(time.one, time.one.title), time) for time in rest):
        found[time.one.line, time.place] = row
    rest = [time for time in rest if not time.when.uid and (time.one.line, time.place) not in found]
    alike.keep(lambda row: row.uid is None and row.archived_at is None)
    for time, row in alike.nearest([(_key(time.one, time.one.title), time) for time in rest]):
        found[time.one.line, time.place] = row
    return found


def _of_cancelled_series(lines: Sequence[CalendarLine], workspace: Workspace) -> dict[int, list[YearDateRow]]:
    """By line the dates that came of a series which the line calls off as a whole: it names no day of it."""
    called_off = {(one.owner, f"{one.times[0].uid}#"): one.line for one in lines if one.cancelled and one.times[0].uid}
    found: dict[int, list[YearDateRow]] = {}
    for row in store.every(workspace.read()) if called_off else ():
        uid, mark, _ = (row.uid or "").rpartition("#")
        line = called_off.get(((row.la_number, row.school_id), uid + mark)) if mark else None
        if line is not None and row.archived_at is None:
            found.setdefault(line, []).append(row)
    return found


def _key(one: CalendarLine, title: str) -> _Key:
    return _Key(one.becomes.kind, searchable(title), one.owner)


def _date_key(row: YearDateRow) -> _Key:
    return _Key(row.kind, searchable(row.title), (row.la_number, row.school_id))


class _Alike:
    """Rows that are here, to be given out once each: to whom they are on the same day, then to the nearest."""

    def __init__(self, rows: Sequence[tuple[_Key, date, Any]]) -> None:
        self._rows: dict[_Key, list[tuple[date, Any]]] = {}
        for key, day, row in rows:
            self._rows.setdefault(key, []).append((day, row))

    def keep(self, may_move: Callable[[Any], bool]) -> None:
        self._rows = {key: [each for each in rows if may_move(each[1])] for key, rows in self._rows.items()}

    def on_their_day(self, times: Iterator[tuple[_Key, _Time]]) -> Iterator[tuple[_Time, Any]]:
        for key, time in times:
            rows = self._rows.get(key, [])
            same = next((each for each in rows if each[0] == time.when.days.first), None)
            if same is not None:
                rows.remove(same)
                yield time, same[1]

    def nearest(self, times: Sequence[tuple[_Key, _Time]]) -> Iterator[tuple[_Time, Any]]:
        """Each time the nearest row that is left in its academic year, the nearest pairs first.

        A file with fewer of a kind than there are here does not list them all: then nothing is taken to have moved.
        """
        wanted: dict[tuple[_Key, int], list[_Time]] = {}
        for key, time in times:
            wanted.setdefault((key, academic_year(time.when.days.first)), []).append(time)
        for (key, year), dates in wanted.items():
            rows = [each for each in self._rows.get(key, ()) if academic_year(each[0]) == year]
            if len(dates) < len(rows):
                continue
            pairs = [
                (abs(day - time.when.days.first), nth, place)
                for nth, time in enumerate(dates)
                for place, (day, _) in enumerate(rows)
            ]
            given: set[int] = set()
            moved: set[int] = set()
            for _, nth, place in sorted(pairs):
                if nth not in moved and place not in given:
                    moved.add(nth)
                    given.add(place)
                    yield dates[nth], rows[place][1]


# --- workshops -------------------------------------------------------------------------------------------------------


def take_workshops(
    lines: Sequence[CalendarLine], workspace: Workspace, draft: PreviewDraft, left: NotTaken, owner_name: NameOwner
) -> set[int]:
    loaded: list[tuple[_Time, dict[str, Any], dict[str, Any]]] = []
    for one in lines:
        try:
            times = [_Time(one, place, when) for place, when in enumerate(one.times)]
            loaded += [(time, *read_workshop_fields(workspace, None, _workshop_fields(time))) for time in times]
        except FieldProblems as problems:
            _refuse(draft, one, problems)
    rows = _known_workshops(loaded, workspace)
    by_line: dict[int, list[tuple[_Time, dict[str, Any], dict[str, Any]]]] = {}
    for each in loaded:
        by_line.setdefault(each[0].one.line, []).append(each)
    for line, matches in by_line.items():
        _take_workshop(
            matches, [rows.get((line, time.place)) for time, _, _ in matches], workspace, draft, left, owner_name
        )
    return {row.id for row in rows.values()}


def _take_workshop(
    loaded: Sequence[tuple[_Time, dict[str, Any], dict[str, Any]]],
    rows: Sequence[WorkshopRow | None],
    workspace: Workspace,
    draft: PreviewDraft,
    left: NotTaken,
    owner_name: NameOwner,
) -> None:
    one = loaded[0][0].one
    writes: list[Write] = []
    differences: list[FieldDifference] = []
    if one.cancelled or any(row is not None and row.archived_at is not None for row in rows):
        if any(rows):
            what = "it is cancelled in the file: call it off in the register" if one.cancelled else _STAYS_OUT
            left.leave(one.line, one.title, what)
        else:
            draft.warn(one.line, "passed over", "cancelled in the file")
        return
    for (time, values, after), row in zip(loaded, rows, strict=True):
        if row is None:
            la_number = after["la_number"] if one.owner[1] is not None else one.owner[0]
            writes.append(Write("workshop", None, {**values, "la_number": la_number}))
            continue
        try:
            given, _ = read_workshop_fields(workspace, row, _workshop_fields(time))
        except FieldProblems as problems:
            _refuse(draft, one, problems)
            return
        changed = {name: value for name, value in given.items() if name != "la_number" and getattr(row, name) != value}
        writes += [Write("workshop", {"id": row.id}, changed)] if changed else []
        differences += _differences(row, changed)
    _put_in_draft(draft, one, writes, differences, any(rows), owner_name(one.owner))


def _refuse(draft: PreviewDraft, one: CalendarLine, problems: FieldProblems) -> None:
    for name, what in problems.problems.items():
        draft.problem(one.line, name.replace("_", " "), what)


def _workshop_fields(time: _Time) -> dict[str, object]:
    one, days = time.one, time.when.days
    fields: dict[str, object] = {name: one.fields[name] for name in _OF_WORKSHOPS if name in one.fields}
    fields |= {"kind": one.becomes.kind, "on_day": days.first, "last_day": days.last}
    if one.title:
        fields["title"] = one.title
    if one.owner[1] is not None:
        fields["host_school"] = one.owner[1]
    return fields


def _known_workshops(
    loaded: Sequence[tuple[_Time, dict[str, Any], dict[str, Any]]], workspace: Workspace
) -> dict[tuple[int, int], WorkshopRow]:
    connection = workspace.read()
    existing = [*workshop_store.between(connection, date.min, date.max), *workshop_store.archived(connection)]
    alike = _Alike([(_workshop_key(row), row.on_day, row) for row in existing])
    times = [(_key(time.one, after["title"]), time) for time, _, after in loaded]
    found = {(time.one.line, time.place): row for time, row in alike.on_their_day(iter(times))}
    # What was held has had its day, and what was called off is not called on again by a calendar.
    alike.keep(lambda row: row.status == "planned" and row.archived_at is None)
    rest = [(key, time) for key, time in times if (time.one.line, time.place) not in found]
    return found | {(time.one.line, time.place): row for time, row in alike.nearest(rest)}


def _workshop_key(row: WorkshopRow) -> _Key:
    # A host says whose it is: its council goes without saying.
    owner = (None, row.host_school_id) if row.host_school_id is not None else (row.la_number, None)
    return _Key(row.kind, searchable(row.title), owner)
