"""What the calendar says: a letter for each kind, a cell in words, an event in full, a line of the list."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from rich.style import Style
from rich.text import Text
from textual.content import Content

from screens.frame.dialogs import Choice
from screens.frame.safe import cell, txt
from screens.widgets.columns import Column
from screens.widgets.line import Write
from screens.widgets.panel import Block, Pair, TextParagraph, Title
from screens.widgets.window_table import Row
from screens.widgets.year_map import CLASH, NOW, SHADE, CellMark, Head
from transitions.calendar.clashes import Clash, clashes_of
from transitions.calendar.event import KINDS, Event
from transitions.calendar.events import calendars_entered, deadline_events, events
from transitions.calendar.grid import Cells, GridPlace
from transitions.calendar.grid import DayColumn as Days
from transitions.calendar.local_deadlines import deadlines_in_force
from transitions.dates import MONTHS, ago, brief, how_far, long, short
from transitions.exporting.year.sheet import count_in_words, days_text, for_whom, kind_of
from transitions.milestones.whose_calendar import CalendarOwner
from transitions.school_year import academic_year_label, runs_of, year_group_short
from transitions.term_dates import DayOff, TermDates, days_off, terms_missing
from transitions.workspace import Workspace

Clashes = Mapping[str, Sequence[Clash]]
"""The clashes of everything that could be moved, by the key of its event."""
NONE: Clashes = MappingProxyType({})


def by_event(found: Iterable[Clash]) -> Clashes:
    """The clashes of each event that could be moved; what is fixed is not marked for standing in its way."""
    of: dict[str, list[Clash]] = {}
    for clash in found:
        for event in (clash.event, clash.other):
            if event is not None and event.movable:
                of.setdefault(event.key, []).append(clash)
    return of


def clash_in(events: Iterable[Event], column: Days, clashes: Clashes) -> bool:
    return any(
        clash.days.first <= column.last and column.first <= clash.days.last
        for event in events
        for clash in clashes.get(event.key, ())
    )


def sentences(days: Iterable[Event], clashes: Clashes) -> list[str]:
    return list(dict.fromkeys(clash.sentence for event in days for clash in clashes.get(event.key, ())))


class Read(NamedTuple):
    """What was read of a year; ``counted`` is False while only what no pupil is needed for is known."""

    calendars: Mapping[CalendarOwner, str]
    terms: TermDates
    off: Sequence[DayOff]
    events: Sequence[Event]
    clashes: Clashes
    counted: bool = True


def read_first(workspace: Workspace, year: int, owner: CalendarOwner) -> Read:
    """Read in a frame what is asked that year."""
    terms = workspace.terms_for(**owner._asdict())
    deadlines = sorted(deadline_events(year, terms, deadlines_in_force(workspace)), key=lambda event: event.span)
    return Read(calendars_entered(workspace), terms, days_off(terms, year), deadlines, NONE, counted=False)


def read_year(workspace: Workspace, year: int, owner: CalendarOwner) -> Read:
    """Read everything, with pupils counted and clashes found; at a county's size it takes about a second."""
    terms, found = workspace.terms_for(**owner._asdict()), events(workspace, year, **owner._asdict())
    clashes = by_event(clashes_of(workspace, year))
    return Read(calendars_entered(workspace), terms, days_off(terms, year), found, clashes)


CHECK = "check with your LA"
_WORTH_IT = 4
"""Lines to spare from which what comes later is told, too: a blank one, a title, and some dates."""


class EventStyle(NamedTuple):
    """How a kind of event looks: the letter, the word in the legend, the theme variable of its colour."""

    symbol: str
    word: str
    variable: str
    brief: str = ""
    """The word where every cell counts."""


LOOKS: Mapping[str, EventStyle] = {
    "census": EventStyle("C", "census", "warning"),
    "test": EventStyle("T", "test", "accent"),
    "return": EventStyle("R", "return", "warning"),
    "admissions": EventStyle("A", "admissions", "key"),
    "EHC plan": EventStyle("E", "EHC plan", "state-missed", "EHC"),
    "post-16": EventStyle("P", "post-16", "success"),
    "milestone": EventStyle("M", "milestone", "foreground"),
    "workshop": EventStyle("W", "workshop", "accent"),
    "date": EventStyle("D", "own date", "key", "date"),
    "plan": EventStyle("V", "plan", "success"),
    "other": EventStyle("O", "other", "secondary"),
    "closure": EventStyle("X", "closed", "quiet"),
    "bank holiday": EventStyle("B", "bank holiday", "quiet", "bank hol"),
}
"""Every kind of ``KINDS``, in the order in which a crowded cell shows them."""

NARROW = 100
"""Cells of width below which a line of the list gives up the end of a long title, and not what kind of date it is."""


def list_columns(width: int) -> tuple[Column, ...]:
    """The columns of the list on a screen of that width: titles come whole before anything else is added."""
    return (
        Column("When", width=16, priority=10),
        Column("Kind", width=14, priority=8),
        Column("What", min_width=42 if width < NARROW else 54, priority=10),
        Column("How far", width=13, priority=7),
        Column("Yr", width=10, priority=5),
        Column("Pupils", width=6, align="right", priority=4),
    )


class Thing(NamedTuple):
    """One thing in a cell, whether it falls there once or on several days, each of them an event."""

    days: Sequence[Event]

    @property
    def event(self) -> Event:
        return self.days[0]

    @property
    def when(self) -> str:
        """Its days: "Thu 21 Jan", "Mon 11 May to Thu 14 May", "5 days, Mon 7 Dec to Fri 11 Dec"."""
        span = days_text(self.event.first, self.days[-1].last)
        return span if len(self.days) == 1 else f"{len(self.days)} days, {span}"

    @property
    def pupils(self) -> str:
        """For how many pupils it is still open; empty where pupils are not counted."""
        counted = [event.pupils for event in self.days if event.pupils is not None]
        return count_in_words(self.event._replace(pupils=sum(counted))) if counted else ""


def things(events: Sequence[Event]) -> list[Thing]:
    """Put the days of one thing together, in the order of their first days."""
    found: dict[str, list[Event]] = {}
    for event in events:
        found.setdefault(event.code, []).append(event)
    return [Thing(days) for days in found.values()]


def later(cells: Cells, columns: Sequence[Days], place: GridPlace) -> list[Thing]:
    """What begins in the same row after the cell, every day by itself."""
    end = columns[place.column].last
    after = (cells.get(GridPlace(place.row, column), ()) for column in range(place.column + 1, len(columns)))
    return [Thing([event]) for event in dict.fromkeys(event for found in after for event in found) if event.first > end]


def marks(events: Sequence[Event], clashes: Clashes = NONE) -> list[CellMark]:
    """One mark for each kind in a cell, with how many things of it; what clashes goes first."""
    codes = {(kind_of(event), event.code) for event in events}
    kinds = [kind for kind, _ in codes]
    clashing = {kind_of(event) for event in events if event.key in clashes}
    there = sorted((kind for kind in LOOKS if kind in kinds), key=lambda kind: kind not in clashing)
    return [CellMark(LOOKS[kind].symbol, kinds.count(kind), LOOKS[kind].variable) for kind in there]


def heads(columns: Sequence[Days]) -> list[Head]:
    return [_head(column) for column in columns]


def _head(column: Days) -> Head:
    if column.label.isdigit():
        return Head(column.month_label, column.label, bool(column.month_label), column.break_)
    if column.break_:
        return Head(SHADE * 2, "", begins=False, off=True)
    month = MONTHS[column.first.month - 1][:3]
    return Head(column.label, "" if column.label == month else f"{column.first.day} {month}", begins=False, off=False)


def legend(width: int, _height: int) -> list[Content]:
    """Write the legend: every letter, and together at the end the signs. It is always the same, so that nothing jumps."""
    signs = (
        (SHADE, "holiday", "quiet"),
        (NOW, "today", "warning"),
        ("+", "more", "quiet"),
        (CLASH, "clash", "warning"),
    )
    narrow = width < NARROW - 2
    gap = " " if narrow else "  "
    letters = [
        _explained(style.symbol, style.brief or style.word if narrow else style.word, style.variable)
        for style in LOOKS.values()
    ]
    return _flowing([*letters, Content(gap).join(_explained(*sign) for sign in signs)], width, gap)


def _explained(symbol: str, word: str, variable: str) -> Content:
    return Content.assemble((symbol, f"bold ${variable}"), Content.styled(f" {word}", "$quiet"))


def _flowing(entries: Sequence[Content], width: int, gap: str) -> list[Content]:
    lines: list[Content] = []
    for entry in entries:
        if lines and lines[-1].cell_length + len(gap) + entry.cell_length <= width:
            lines[-1] = Content.assemble(lines[-1], gap, entry)
        else:
            lines.append(entry)
    return lines


def days_in_words(column: Days, off: Sequence[DayOff]) -> str:
    """The days of a column in words: "Mon 21 Dec to Sun 27 Dec (Christmas holiday)", "Autumn 1, Tue 1 Sep to ..."."""
    days = days_text(column.first, column.last)
    if not column.label.isdigit():
        return f"{column.name}, {days}"
    holiday = next((one.name for one in off if one.first <= column.last and one.last >= column.first), "")
    return f"{days} ({holiday})" if column.break_ else days


def away(first: date, last: date, today: date) -> str:
    """How far a day, or some days, are away: "in 9 days", "now, ends tomorrow", "3 weeks ago"."""
    if last < today:
        return ago(last, today)
    if first > today:
        return how_far(first, today)
    if last == today:
        return "today" if first == last else "ends today"
    end = how_far(last, today)
    return f"now, ends {end}"


def in_lines(found: Sequence[Thing], coming: Sequence[Thing], who: str, today: date, clashes: Clashes) -> Write:
    """What writes a cell one thing a line, and with the lines that are left what comes later for the same ``who``.

    When not everything in the cell fits, the last line says how many more there are.
    """

    def write(width: int, height: int) -> list[Content]:
        shown = found if len(found) <= height else found[: max(0, height - 1)]
        lines = [_event_line(thing, today, width, clashes) for thing in shown] or [txt("Nothing here.", "$quiet")]
        if len(shown) < len(found):
            lines.append(txt(f"and {len(found) - len(shown)} more; enter lists them", "$quiet"))
        if coming and height - len(lines) >= _WORTH_IT:
            lines += [Content(""), txt(f"Later for {who}", "bold $quiet")]
            lines += [_event_line(thing, today, width, clashes) for thing in coming[: height - len(lines)]]
        return lines

    return write


def _event_line(thing: Thing, today: date, width: int, clashes: Clashes) -> Content:
    event, style = thing.event, LOOKS[kind_of(thing.event)]
    tail = [away(event.first, thing.days[-1].last, today), thing.pupils, "" if event.verified else CHECK]
    lead = Content.assemble((style.symbol, f"bold ${style.variable}"), "  ", txt(f"{thing.when}  "))
    rest = txt("".join(f" · {part}" for part in tail if part), "$quiet")
    lines = sentences(thing.days, clashes)
    if lines:
        rest = Content.assemble(
            rest, (f"  {CLASH} {'clash' if len(lines) == 1 else f'{len(lines)} clashes'}", "bold $warning")
        )
    room = width - lead.cell_length - rest.cell_length
    title = event.title if txt(event.title).cell_length <= room else event.short
    return Content.assemble(lead, (txt(title)), rest)


def in_a_breath(place: str, brief: str, found: Sequence[Thing], clashes: Clashes) -> Write:
    """What writes a cell in the one line that a small screen has; ``brief`` is the place in fewer words."""

    def write(width: int, _: int) -> list[Content]:
        lines = list(_ever_shorter(place, brief, found, clashes))
        return [next((line for line in lines if line.cell_length <= width), lines[-1])]

    return write


def _ever_shorter(place: str, brief: str, found: Sequence[Thing], clashes: Clashes) -> Iterator[Content]:
    """A cell in fewer and fewer words: with the days, without, the first things, and at last only how many."""
    gap = Content("  ")
    for days in (True, False):
        for lead in (place, brief):
            texts = [_short(thing, clashes, days=days) for thing in found]
            yield gap.join([txt(lead, "bold"), *(texts or [txt("nothing here", "$quiet")])])
    for shown in range(len(found) - 1, 0, -1):
        more = txt(f"and {len(found) - shown} more", "$quiet")
        yield gap.join([txt(brief, "bold"), *(_short(thing, clashes, days=False) for thing in found[:shown]), more])
    yield gap.join([txt(brief, "bold"), txt(f"{len(found)} dates", "$quiet")])


def _short(thing: Thing, clashes: Clashes, *, days: bool) -> Content:
    style = LOOKS[kind_of(thing.event)]
    label = f"{thing.event.short} {thing.when}" if days else thing.event.short
    sign = (CLASH, "bold $warning") if sentences(thing.days, clashes) else ""
    return Content.assemble((style.symbol, f"bold ${style.variable}"), sign, " ", txt(label))


def in_full(found: Sequence[Thing], today: date, clashes: Clashes) -> Iterator[Block]:
    for thing in found:
        event = thing.event
        yield Title(event.title)
        for number, day in enumerate(thing.days):
            count = count_in_words(day) if len(thing.days) > 1 else ""
            parts = (_days_long(day.first, day.last), away(day.first, day.last, today), count)
            yield Pair("" if number else "When", ", ".join(filter(None, parts)))
        for number, sentence in enumerate(sentences(thing.days, clashes)):
            yield Pair("" if number else "Clash", f"{CLASH} {sentence}")
        yield Pair("Kind", f"{LOOKS[kind_of(event)].symbol}  {KINDS[kind_of(event)]}")
        yield Pair("For", for_whom(event.year_groups))
        if thing.pupils:
            yield Pair("Still open for" if event.origin == "milestone" else "In all", thing.pupils)
        if event.severity:
            yield Pair("How severe", event.severity)
        if event.detail and event.origin != "plan":
            yield Pair("About", event.detail)
        if event.source:
            yield Pair("Source", event.source)
        if not event.verified:
            yield TextParagraph("Check with your LA: this date was not verified against a published source.")


def _days_long(first: date, last: date) -> str:
    return long(first) if first == last else f"{long(first)} to {long(last)}"


def list_row(event: Event, today: date, variables: Mapping[str, str], clashes: Clashes) -> Row:
    style = LOOKS[kind_of(event)]
    sign = f"{CLASH} " if sentences([event], clashes) else ""
    return (
        days_short(event.first, event.last),
        Text.assemble((style.symbol, Style(color=variables[style.variable], bold=True)), f" {style.word}"),
        Text.assemble((sign, Style(color=variables["warning"], bold=True)), cell(event.title)),
        "now" if event.first < event.last and event.covers(today) else away(event.first, event.last, today),
        _groups_short(event.year_groups),
        "" if event.pupils is None else f"{event.pupils:,}",
    )


def _groups_short(groups: Sequence[int]) -> str:
    """Year groups for a column: "6", "N-13", "9, 11"; "all" for everybody."""
    ends = (dict.fromkeys((year_group_short(run[0]), year_group_short(run[-1]))) for run in runs_of(groups))
    return ", ".join("-".join(run) for run in ends) or "all"


def days_short(first: date, last: date) -> str:
    """Its days for a list: "Mon 26 Jan", "2 to 3 Jul", "30 Jun to 1 Jul"."""
    if first == last:
        return short(first)
    same = (first.year, first.month) == (last.year, last.month)
    return f"{first.day if same else brief(first)} to {brief(last)}"


def in_a_sentence(event: Event, today: date, clashes: Clashes) -> Content:
    parts = (
        _days_long(event.first, event.last),
        away(event.first, event.last, today),
        for_whom(event.year_groups),
        count_in_words(event),
        "" if event.verified else CHECK,
    )
    lines = [txt(f" {CLASH} {sentence}", "$warning") for sentence in sentences([event], clashes)]
    return Content.assemble(txt(event.title, "bold"), txt("".join(f" · {part}" for part in parts if part)), *lines)


def months(events: Sequence[Event]) -> list[tuple[int, str]]:
    """A heading for each month in which events of the list begin, with the index of the first."""
    found: list[tuple[int, str]] = []
    for number, event in enumerate(events):
        title = f"{MONTHS[event.first.month - 1]} {event.first.year}"
        if not found or found[-1][1] != title:
            found.append((number, title))
    return found


def missing_terms(terms: TermDates, year: int, *, several: bool) -> str:
    """Say that term dates of the year are missing, and which key helps; empty when none are.

    ``several`` says that there are other calendars to choose from.
    """
    if terms_missing(terms, year) is None:
        return ""
    some = any(term.academic_year == year for term in terms.terms)
    return f"! {'Not all' if some else 'No'} term dates{': ; chooses whose' if several else ': I imports them'}"


def heading(year: int, calendar: str, kind: str, missing: str) -> Content:
    label = academic_year_label(year)
    return Content(" · ").join(
        part
        for part in (
            txt(label if kind else f"Academic year {label}"),
            txt(f"only {KINDS[kind].lower()}" if kind else ""),
            txt(missing, "bold $warning") if missing else txt(f"term dates of {calendar}"),
        )
        if part
    )


def nothing(kind: str) -> str:
    if kind:
        return f"There are no dates of the kind “{LOOKS[kind].word}” this year. Escape shows every kind."
    return "There are no dates this year. [ and ] show other years, and I imports term dates."


def kinds_to_choose(events: Sequence[Event]) -> list[Choice[str]]:
    counts = Counter(map(kind_of, events))
    there = [(kind, style) for kind, style in LOOKS.items() if counts[kind]]
    every = Choice("", "Every kind", hint=f"{len(events):,}")
    return [every, *(Choice(kind, KINDS[kind], style.symbol.lower(), f"{counts[kind]:,}") for kind, style in there)]
