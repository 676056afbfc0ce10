"""Terms and the holidays in their middle, put together from what calendars say of them: "Autumn term starts", "Half term".

A term is taken when both its ends are found, never from one. What words alone say never replaces term dates that hold.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

from db.gathering import Write
from transitions.calendar.event import Span
from transitions.importing import terms
from transitions.importing.calendar.entries import CalendarLine, NotTaken
from transitions.importing.calendar.ical_entry import Occurrence
from transitions.importing.calendar.titles import TermMark, term_mark
from transitions.importing.preview import FieldDifference, PreviewDraft, RecordEntry
from transitions.importing.terms import Owner, TermOrClosure
from transitions.school_year import academic_year, academic_year_label
from transitions.term_dates import Term
from transitions.text import searchable
from transitions.workspace import Workspace

_LONGEST: Final = timedelta(days=60)
Row = dict[str, Any]
Day = tuple[Owner, date]


def on_school_days(one: CalendarLine) -> CalendarLine:
    """A closure that comes again without its weekends, when no pupils are in school anyway."""
    times = tuple(filter(_has_school_days, one.times)) if one.becomes.kind == "closure" else one.times
    return replace(one, times=times or one.times)


def _has_school_days(when: Occurrence) -> bool:
    return any(terms.weekdays(*when.days))


def take_closures(
    lines: Sequence[CalendarLine], workspace: Workspace, draft: PreviewDraft, left: NotTaken, brought: set[int]
) -> set[int]:
    """Put closures into the draft; give the numbers of the closures that they are.

    ``brought`` are those that an earlier file of this name brought: they alone may move, as a closure is known by its day.
    """
    rows: list[TermOrClosure] = []
    existing = {_day(row): row for row in terms.entered_closures(workspace)}
    called_off: list[Row] = []
    for one in lines:
        first, last = one.days
        days = () if len(one.times) == 1 else tuple(day for time in one.times for day in terms.weekdays(*time.days))
        if one.cancelled:
            called_off += _call_off(one, existing, draft)
        elif last - first > _LONGEST or len(days) > _LONGEST.days:
            left.leaver([one])(one.line, f"makes a closure of more than {_LONGEST.days} days: is it a term?")
        elif not any(map(_has_school_days, one.times)):
            left.leave(one.line, one.title, "it lies on a weekend")
        else:
            year = academic_year(first)
            rows.append(TermOrClosure(one.line, one.owner, "closure", one.title, first, last, year, days))
    moved = _moved(rows, existing, brought)
    terms.take_closures(rows, [*existing.values()], draft, left.leaver(lines), moved)
    there = [existing[day] for day in _days(rows) if day in existing]
    return {row["id"] for row in (*there, *moved.values(), *called_off)}


def _call_off(one: CalendarLine, existing: Mapping[Day, Row], draft: PreviewDraft) -> list[Row]:
    """Take the closures out that a line calls off, those of its days that stand here for its reason; give them."""
    days = ((one.owner, day) for time in one.times for day in terms.weekdays(*time.days))
    found = [row for row in map(existing.get, days) if row and searchable(row["reason"]) == searchable(one.title)]
    if found:
        writes = tuple(Write("closure", {"id": row["id"]}, None) for row in found)
        taken_out = (FieldDifference("Taken out", "", "it is cancelled in the file"),)
        draft.add(RecordEntry(one.line, f"closure: {one.label}", writes, taken_out), is_new=False)
    else:
        draft.warn(one.line, "passed over", "cancelled in the file")
    return found


def _moved(rows: Sequence[TermOrClosure], existing: dict[Day, Row], brought: set[int]) -> dict[Day, Row]:
    """For days that are new, the nearest closure for the same reason in that year that the file no longer holds."""
    days = set(_days(rows))
    free = [(day, row) for day, row in existing.items() if row["id"] in brought and day not in days]
    found: dict[Day, Row] = {}
    for one in rows:
        for day in one.school_days:
            alike = [
                (owner_day, row)
                for owner_day, row in free
                if owner_day[0] == one.owner
                and row["reason"] == one.name
                and academic_year(owner_day[1]) == academic_year(day)
            ]
            if alike and (one.owner, day) not in existing:
                nearest = min(alike, key=lambda each: abs(each[0][1] - day))
                free.remove(nearest)
                found[one.owner, day] = nearest[1]
    return found


def _days(rows: Sequence[TermOrClosure]) -> list[Day]:
    return [(one.owner, day) for one in rows for day in one.school_days]


def _day(row: Row) -> Day:
    return (row["la_number"], row["school_id"]), date.fromisoformat(row["day"])


_SHORTEST_TERM: Final = timedelta(days=14)
_LONGEST_HALF: Final = timedelta(days=75)
_LONGEST_TERM: Final = timedelta(days=130)
_LONGEST_HOLIDAY: Final = timedelta(days=30)
_SECOND_HALF: Final = {"Autumn": (10, 15), "Spring": (2, 1), "Summer": (5, 15)}
"""From which month and day on a half term that starts is the season's second."""


class _End(NamedTuple):
    one: CalendarLine
    name: str
    day: date


def take_terms(
    lines: Sequence[CalendarLine], workspace: Workspace, draft: PreviewDraft, left: NotTaken
) -> list[CalendarLine]:
    for one in lines:
        if len(one.times) > 1:
            draft.warn(one.line, f"“{one.title}” is taken once", "it repeats, but a term needs its own dates")
    for owner in dict.fromkeys(one.owner for one in lines):
        of_owner = [one for one in lines if one.owner == owner]
        found = list(_terms([one for one in of_owner if one.becomes.kind == "term"], owner, left))
        refuse = left.leaver(of_owner)
        existing = terms.entered_terms(workspace)
        allowed = [one for one in found if _may_stand(one, of_owner, existing, workspace, left)]
        terms.take_terms(allowed, existing, draft, refuse)
    return [
        closed
        for owner in dict.fromkeys(one.owner for one in lines)
        for closed in _holidays(
            [one for one in lines if one.owner == owner and one.becomes.kind == "half term"], workspace, draft, left
        )
    ]


def _terms(lines: Sequence[CalendarLine], owner: Owner, left: NotTaken) -> Iterator[TermOrClosure]:
    starts: list[_End] = []
    ends: list[_End] = []
    for one in lines:
        mark = term_mark(one.title) or TermMark(False, "lasts", one.title)
        if mark.role == "starts":
            starts.append(_End(one, mark.name, one.days.first))
        elif mark.role == "ends":
            ends.append(_End(one, mark.name, one.days.last))
        elif one.days.last - one.days.first < _SHORTEST_TERM:
            left.leaver([one])(one.line, "a term lasts weeks: expected its first and its last day")
        else:
            name = mark.name or _called(one.days)
            year = one.year if one.year is not None else academic_year(one.days.last)
            yield TermOrClosure(one.line, owner, "term", name, *one.days, year)
    for start, end in _pairs(starts, ends, _LONGEST_TERM, left, "the other end of this term"):
        span = Span(start.day, end.day)
        yield TermOrClosure(start.one.line, owner, "term", start.name or _called(span), *span, academic_year(span.last))


def _pairs(
    starts: Sequence[_End], ends: Sequence[_End], longest: timedelta, left: NotTaken, missing: str
) -> Iterator[tuple[_End, _End]]:
    """Each start with the end that belongs to it: the next of the same name, before anything else of it starts."""
    used: set[int] = set()
    paired: list[tuple[str, date]] = []
    for name in dict.fromkeys(one.name for one in (*starts, *ends)):
        begun: _End | None = None
        named = [(end.day, True, end) for end in ends if end.name == name]
        named += [(start.day, False, start) for start in starts if start.name == name]
        for _, is_end, one in sorted(named, key=lambda each: each[:2]):
            if not is_end:
                begun = one if begun is None or one.day - begun.day > longest else begun
            elif begun is not None and one.day - begun.day <= longest:
                used |= {begun.one.line, one.one.line}
                paired += [(name, begun.day), (name, one.day)]
                yield begun, one
                begun = None
    for one in (*starts, *ends):
        if one.one.line not in used:
            again = any(abs(one.day - other) <= longest for name, other in paired if name == one.name)
            why = "another line already says so" if again else f"{missing} was not found in the file"
            left.leave(one.one.line, one.one.title, why)


def _called(span: Span) -> str:
    middle = span.first + (span.last - span.first) / 2
    season = "Autumn" if middle.month >= 9 else "Spring" if middle.month <= 3 else "Summer"
    if span.last - span.first > _LONGEST_HALF:
        return season
    return f"{season} {2 if (span.first.month, span.first.day) >= _SECOND_HALF[season] else 1}"


def _may_stand(
    dated: TermOrClosure,
    lines: Sequence[CalendarLine],
    existing: Sequence[dict[str, object]],
    workspace: Workspace,
    left: NotTaken,
) -> bool:
    """Whether a term may be taken: one that words alone speak of never stands in the way of terms that hold already."""
    one = next(one for one in lines if one.line == dated.line)
    mine = any(
        (row["la_number"], row["school_id"], row["academic_year"]) == (*dated.owner, dated.year) for row in existing
    )
    if one.becomes.told or mine:
        return True
    la_number, school_id = dated.owner
    holding = [
        term for term in workspace.terms_for(school_id=school_id, la_number=la_number).terms
        if term.academic_year == dated.year
    ]  # fmt: skip
    if holding:
        what = f"the terms of {academic_year_label(dated.year)} are entered already"
        left.leave(one.line, one.title, f"{what}; to change them use: transitions import terms")
    return not holding


def _holidays(
    lines: Sequence[CalendarLine], workspace: Workspace, draft: PreviewDraft, left: NotTaken
) -> Iterator[CalendarLine]:
    starts: list[_End] = []
    ends: list[_End] = []
    found: list[tuple[CalendarLine, Span]] = []
    for one in lines:
        mark = term_mark(one.title)
        if mark is not None and mark.half and mark.role != "lasts":
            (starts if mark.role == "starts" else ends).append(_End(one, "", one.days.first))
        else:
            found.append((one, one.days))
    pairs = _pairs(starts, ends, _LONGEST_HOLIDAY, left, "the other end of this holiday")
    found += [(start.one, Span(start.day, end.day)) for start, end in pairs]
    for one, span in found:
        known = _known_terms(one.owner, workspace, draft)
        days = [day for day in terms.weekdays(*span) if any(term.first_day <= day <= term.last_day for term in known)]
        year = academic_year(span.first)
        if days:
            inside = Span(days[0], days[-1])
            title = "Half term" if term_mark(one.title) else one.title
            yield CalendarLine(one.line, one.becomes, one.owner, title, (one.times[0]._replace(days=inside),))
        elif any(term.academic_year == year for term in known):
            left.leave(one.line, one.title, "it lies between terms, when no pupils are in school")
        else:
            what = f"no terms of {academic_year_label(year)} are known around it"
            left.leave(one.line, one.title, f"{what}: import them with: transitions import terms")


def _known_terms(owner: Owner, workspace: Workspace, draft: PreviewDraft) -> list[Term]:
    """The terms that will hold for an owner: those of the file go before those that are entered."""
    la_number, school_id = owner
    written = [
        write.values
        for entry in draft.taken([*draft.new, *draft.changed])
        for write in entry.writes
        if write.table == "term" and write.key is None and write.values is not None
    ]
    coming = [terms.term_of(row) for row in written if (row["la_number"], row["school_id"]) == owner]
    years = {term.academic_year for term in coming}
    entered = workspace.terms_for(school_id=school_id, la_number=la_number).terms
    return [*coming, *(term for term in entered if term.academic_year not in years or school_id is None)]
