"""What the list of workshops says: a line, what is highlighted in a few sentences, the kinds, and why a list is empty."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from rich.text import Text
from textual.content import Content

from screens.frame.dialogs import Choice
from screens.frame.render_context import LOOKS, status_style
from screens.frame.safe import cell, txt
from screens.widgets.columns import Column
from screens.widgets.line import Write
from screens.widgets.window_table import Row
from transitions.dates import ago, brief, how_far, long, short, short_with_year
from transitions.milestones.milestone import State
from transitions.school_year import academic_year_label
from transitions.text import capital, how_many, searchable, share
from transitions.workshops.page import WorkshopRow
from transitions.workshops.reading import KINDS

CLASH = "!"
_ROOMY, _WIDE = 100, 140


def columns(width: int) -> tuple[Column, ...]:
    """The columns of the list on a screen of that width: day, title and who came stay; what they are of gives way."""
    hours = 13 if width >= _WIDE else 5
    return (
        Column("", width=1, gap=1, priority=10),
        Column("Day", width=10, priority=10),
        Column("Time", width=hours, priority=6),
        Column("What", flex=3, min_width=22, priority=10),
        *([Column("Kind", flex=1, min_width=20, priority=3)] if width >= _WIDE else []),
        *([Column("Where", flex=2, min_width=14, priority=2)] if width >= _ROOMY else []),
        Column("Schools", width=14, priority=9),
        Column("Open", width=4, align="right", priority=7),
        Column("Clash", width=5, priority=8),
    )


def state_of(row: WorkshopRow, today: date) -> State:
    if row.status == "cancelled":
        return "waived"
    if row.status == "held":
        return "met"
    return "overdue" if row.on_day < today else "due soon" if row.on_day == today else "not due"


def state_words(row: WorkshopRow, today: date) -> str:
    if row.status == "cancelled":
        return "called off"
    if row.status == "held":
        return "held"
    return "who came is not recorded" if row.on_day < today else "today" if row.on_day == today else "to come"


def days(row: WorkshopRow) -> str:
    """Its day for a list: "Fri 13 Feb", "2 to 3 Jul", "30 Jun to 1 Jul"."""
    if row.last_day is None or row.last_day == row.on_day:
        return short(row.on_day)
    same = (row.on_day.year, row.on_day.month) == (row.last_day.year, row.last_day.month)
    return f"{row.on_day.day if same else brief(row.on_day)} to {brief(row.last_day)}"


def days_long(row: WorkshopRow) -> str:
    one_day = row.last_day is None or row.last_day == row.on_day
    return long(row.on_day) if one_day else f"{long(row.on_day)} to {long(row.last_day or row.on_day)}"


def hours(row: WorkshopRow) -> str:
    """From when to when: "09:30 to 12:00"; empty when it is not said."""
    return f"{row.starts} to {row.ends}" if row.starts and row.ends else row.starts or ""


def place(row: WorkshopRow) -> str:
    where = ", ".join(part for part in (row.place, row.host_school) if part)
    return where or ("online" if row.link else "")


def away(row: WorkshopRow, today: date) -> str:
    """How far away it is: "in 9 days", "today", "3 weeks ago"."""
    last = row.last_day or row.on_day
    if row.on_day > today:
        return how_far(row.on_day, today)
    return "today" if last >= today else ago(last, today)


def schools(row: WorkshopRow, today: date) -> str:
    """The attendance of schools: "14 of 48 (29%)" once some are marked, "48 invited" or "48 not marked" before."""
    if row.status == "cancelled":
        return "called off"
    if not row.schools_invited:
        return "no schools"
    if row.schools_unmarked < row.schools_invited and row.on_day <= today:
        return share(row.schools_came, row.schools_invited)
    return f"{row.schools_invited:,} {'invited' if row.on_day >= today else 'not marked'}"


def attendance_words(row: WorkshopRow, today: date) -> str:
    """That as words that stand by themselves: "came 14 of 48 (29%), 3 not marked", "48 schools invited"."""
    invited = schools(row, today)
    if row.status == "cancelled" or not row.schools_invited:
        return invited if row.status == "cancelled" else "no school invited"
    number, _, rest = invited.partition(" ")
    if not rest.startswith("of "):
        return f"{number} school{'' if row.schools_invited == 1 else 's'} {rest}"
    return f"came {invited}" + (f", {row.schools_unmarked:,} not marked" if row.schools_unmarked else "")


def kind_and_series(row: WorkshopRow) -> str:
    kind = KINDS[row.kind].title
    return kind if searchable(row.series) in (searchable(kind), searchable(row.title)) else f"{kind} · {row.series}"


def list_row(row: WorkshopRow, width: int, today: date, clashes: int, variables: Mapping[str, str]) -> Row:
    state = state_of(row, today)
    style = status_style(state, variables)
    waiting = state == "overdue" and row.schools_invited
    invited = schools(row, today)
    return (
        Text(LOOKS[state].symbol, style),
        days(row),
        hours(row).replace(" to ", " - ") if width >= _WIDE else row.starts or "",
        cell(row.title),
        *([KINDS[row.kind].title] if width >= _WIDE else []),
        *([cell(place(row))] if width >= _ROOMY else []),
        Text(invited, style) if waiting else invited,
        f"{row.open_actions:,}" if row.open_actions else "",
        Text(f"{CLASH} {clashes}", status_style("overdue", variables)) if clashes else "",
    )


def in_sentences(row: WorkshopRow | None, clashes: Sequence[str], today: date) -> Write:
    def write(_width: int, height: int) -> list[Content]:
        if row is None:
            return []
        state = state_of(row, today)
        mark = Content.styled(f"{LOOKS[state].symbol} {state_words(row, today)}", f"${LOOKS[state].variable}")
        when = " · ".join(part for part in (days_long(row), hours(row), away(row, today)) if part)
        actions = f"{row.open_actions} open action{'' if row.open_actions == 1 else 's'}" if row.open_actions else ""
        where = row.place or ("" if row.host_school and row.host_school in row.title else place(row))
        who = row.cancel_reason or "" if row.status == "cancelled" else attendance_words(row, today)
        rest = [kind_and_series(row), where, who, actions]
        lines = [
            Content.assemble(txt(row.title, "bold"), "  ", mark),
            txt(when),
            txt(" · ".join(part for part in rest if part), "$quiet"),
            *(txt(f"{CLASH} {clash}", "$warning") for clash in clashes),
        ]
        return lines if not height or len(lines) <= height else [*lines[: height - 1], lines[-1]]

    return write


def heading(year: int, kind: str, text: str) -> Content:
    label = academic_year_label(year)
    parts = [f"Workshops and meetings {label}"]
    parts += [f"only {KINDS[kind].plural}"] if kind else []
    parts += [f"“{text}”"] if text else []
    return Content(" · ").join(txt(part) for part in parts)


def amounts(rows: Sequence[WorkshopRow], shown: int, today: date) -> str:
    """How many there are: "9 workshops · 3 to come"."""
    coming = sum(row.status == "planned" and (row.last_day or row.on_day) >= today for row in rows)
    of_all = f"{shown:,} of " if shown != len(rows) else ""
    count = f"{of_all}{how_many(len(rows), 'workshop')}"
    return f"{count} · {coming:,} to come" if coming else count


def in_order(rows: Sequence[WorkshopRow], today: date) -> tuple[list[WorkshopRow], list[tuple[int, str]]]:
    """What is to come, the soonest first, then what has gone by, the newest first, with a heading where today is."""
    coming = [row for row in rows if (row.last_day or row.on_day) >= today]
    gone = [row for row in reversed(rows) if (row.last_day or row.on_day) < today]
    if not coming or not gone:
        return [*coming, *gone], []
    return [*coming, *gone], [(0, "To come"), (len(coming), f"Before today, {short_with_year(today)}")]


def answers(row: WorkshopRow, text: str) -> bool:
    """Whether every word of ``text`` stands in what is known of a workshop."""
    known = searchable(row.title, row.series, row.kind, row.place or "", row.host_school or "", row.audience or "")
    return all(word in known for word in searchable(text).split())


def nothing(year: int, kind: str, text: str) -> str:
    if text:
        return f"Nothing matches “{text}”. Escape clears the find box."
    if kind:
        return f"There are no {KINDS[kind].plural} this year. Escape shows every kind."
    return f"No workshops or meetings for {academic_year_label(year)}. Press a to add one, [ and ] for other years."


def kinds_to_choose(rows: Sequence[WorkshopRow]) -> list[Choice[str]]:
    counts = Counter(row.kind for row in rows)
    there = [(name, kind) for name, kind in KINDS.items() if counts[name]]
    every = Choice("", "Every kind", hint=f"{len(rows):,}")
    return [every, *(Choice(name, capital(kind.plural), hint=f"{counts[name]:,}") for name, kind in there)]
