"""What the board of handovers says: a row, the groups and their headings, the filters, and what is highlighted in full."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final, Literal, NamedTuple

from rich.text import Text
from textual.content import Content

from screens.frame.dialogs import Choice
from screens.frame.render_context import LOOKS, display_name, identifier, list_name, status_style, status_text
from screens.frame.safe import cell, txt
from screens.handovers.summary_text import STATES
from screens.widgets.columns import Cell, Column
from screens.widgets.line import Write
from transitions.dates import brief, how_far, needs_year, short, short_with_year
from transitions.handovers.board import STATUSES, US, Board, BoardLine
from transitions.milestones.milestone import State
from transitions.plans.page import point_title
from transitions.questionnaire import Filled
from transitions.school_year import academic_year_label
from transitions.text import capital, searchable, share

BY_STATUS, BY_SCHOOL = "status", "next school"
GROUPS: Final = (BY_STATUS, BY_SCHOOL)
NO_SCHOOL: Final = "no next school recorded"
_ROOMY, _WIDE = 100, 140
_MISSING_NAMED = 4
Kind = Literal["all", "waiting", "status", "whose"]


class Only(NamedTuple):
    """What the list is narrowed to: all, what waits on somebody, one status; or whose pupils are looked at."""

    kind: Kind = "all"
    value: str = ""

    def keeps(self, line: BoardLine) -> bool:
        if self.kind == "waiting":
            return line.waiting_on == self.value
        return self.kind != "status" or line.status == self.value

    @property
    def text(self) -> str:
        if self.kind == "waiting":
            return f"waiting on {self.value}"
        return status_title(self.value) if self.kind == "status" else ""


class Seen(NamedTuple):
    """How lines are to be written: on which day, how wide, whether names are hidden, and the variables of the theme."""

    today: date
    width: int
    hidden: bool
    variables: Mapping[str, str]


def status_title(status: str) -> str:
    return "returned with a question" if status == "returned" else status


def state_of(line: BoardLine) -> State:
    """How a handover stands in the signs of the app; one that went to another school is not complete."""
    return "overdue" if line.row.sent_elsewhere else STATES.get(line.status, "not due")


# Rows


def columns(width: int, group: str) -> tuple[Column, ...]:
    by_status = group == BY_STATUS
    waiting = (
        (Column("Waiting on", flex=2, min_width=12, priority=9), Column("Since", width=11, priority=9))
        if width >= _ROOMY
        else (Column("Waits on, since", width=16, priority=9),)
    )
    return (
        Column("", width=1, gap=1, priority=10),
        Column("Name", flex=3, min_width=15, priority=10),
        Column("Next school", flex=3, min_width=13, priority=7 if by_status else 3),
        Column("Tier", width=9, priority=6),
        Column("Filled", width=8, priority=8),
        Column("Status", width=12, priority=2 if by_status else 7),
        *waiting,
        *([Column("For", width=10, priority=1)] if width >= _WIDE else []),
    )


def row_of(line: BoardLine, filled: Filled | None, seen: Seen) -> tuple[Cell, ...]:
    """The cells of a line; ``filled`` is how much of the form is, None while that is being counted."""
    row, state = line.row, state_of(line)
    style = status_style(state, seen.variables)
    waiting: Sequence[Cell] = (_waiting_short(line, seen.today),)
    if seen.width >= _ROOMY:
        waiting = (cell(line.waiting_on), short(line.since, seen.today) if line.since and line.waiting_on else "")
    return (
        Text(LOOKS[state].symbol, style),
        cell(name_of(line, hidden=seen.hidden)),
        cell(row.to_school or "-"),
        row.tier or "-",
        _filled(line, filled),
        Text(line.status, style),
        *waiting,
        *([_for_how_long(line, seen.today)] if seen.width >= _WIDE else []),
    )


def name_of(line: BoardLine, *, hidden: bool) -> str:
    return list_name(line.row.preferred_name or line.row.forename, line.row.surname, hidden=hidden)


def _filled(line: BoardLine, filled: Filled | None) -> str:
    if line.row.handover_id is None:
        return ""
    return "…" if filled is None else f"{filled.filled} of {filled.asked}"


def _waiting_short(line: BoardLine, today: date) -> str:
    """Who is waited on in few letters: the school stands in the row already."""
    if not line.waiting_on:
        return ""
    who = "us" if line.waiting_on == US else "school"
    return f"{who}, {brief(line.since, year=needs_year(line.since, today))}" if line.since else who


def _for_how_long(line: BoardLine, today: date) -> str:
    return how_far(line.since, today).removesuffix(" late") if line.waiting_on and line.since else ""


# Groups, in order


def in_order(lines: Sequence[BoardLine], group: str) -> tuple[list[BoardLine], list[tuple[int, str]]]:
    """The lines in the order of their groups, by name in each, with the headings and where they stand."""
    found: dict[str, list[BoardLine]] = {}
    for line in lines:
        found.setdefault(line.status if group == BY_STATUS else line.row.to_school or "", []).append(line)
    by_name = sorted(found, key=lambda name: (not name, searchable(name)))
    names = [status for status in STATUSES if status in found] if group == BY_STATUS else by_name
    sections, start = [], 0
    for name in names:
        sections.append((start, _heading(name, found[name], group)))
        start += len(found[name])
    return [line for name in names for line in found[name]], sections


def _heading(name: str, lines: Sequence[BoardLine], group: str) -> str:
    """The number first: it must survive when a long name is cut."""
    if group == BY_STATUS:
        return f"{len(lines):,} {status_title(name)}"
    done = sum(line.status == "acknowledged" and not line.row.sent_elsewhere for line in lines)
    return f"{share(done, len(lines))} acknowledged · {name or NO_SCHOOL}"


def answers(line: BoardLine, text: str) -> bool:
    row = line.row
    names = (row.surname, row.forename, row.preferred_name, row.upn, row.to_school, row.from_school)
    known = searchable(*(name or "" for name in names))
    return all(word in known for word in searchable(text).split())


# Words around the list


def heading(board: Board, filters: Iterable[str]) -> str:
    return " · ".join((point_title(board.transition), academic_year_label(board.move_year), *filter(None, filters)))


def amounts(board: Board, shown: int, marked: int) -> str:
    parts = [f"{marked:,} marked"] if marked else []
    parts += [f"{shown:,} shown"] if shown != len(board.lines) else []
    return " · ".join([*parts, f"{board.complete.text} acknowledged"])


def nothing(board: Board, only: Only, text: str, *, mine: bool, anybody: bool) -> str:
    """Say why the list is empty, and which key fills it; ``anybody`` says whether there are pupils at all."""
    if text:
        return "No name, UPN or school here has these letters. Escape clears the search."
    if only.kind != "all":
        return "No handover matches. Escape shows them all."
    if not anybody:
        return "There are no pupils yet. Press 2 for the caseload, then I to import pupils or a to add one."
    move, year = point_title(board.transition), academic_year_label(board.move_year)
    if mine:
        return f"None of your pupils makes this move in {year}: {move}. Press f, then m, for all pupils, v for another move, [ and ] for another year."
    return f"No pupil makes this move in {year}: {move}. v shows another move, [ and ] another year."


def only_choices(board: Board, *, mine: bool) -> list[Choice[Only]]:
    other = Only("whose", "all" if mine else "mine")
    statuses = [
        Choice(Only("status", status), capital(status_title(status)), hint=f"{number:,}")
        for status, number in board.counts.items()
        if number
    ]
    return [
        Choice(Only(), "All of these", key="a", hint=f"{len(board.lines):,}"),
        *waiting_choices(board),
        *statuses,
        Choice(other, "Everybody's pupils" if mine else "Only my pupils", key="m"),
    ]


def waiting_choices(board: Board) -> list[Choice[Only]]:
    return [
        Choice(Only("waiting", who), f"Waiting on {who}", key="u" if who == US else "", hint=f"{number:,}")
        for who, number in board.waiting_on().items()
    ]


# What is highlighted, in full


def in_sentences(line: BoardLine | None, missing: Sequence[str], seen: Seen) -> Write:
    def write(_width: int, height: int) -> list[Content]:
        if line is None:
            return []
        lines = [
            named(line, status_text(state_of(line), status_title(line.status)), hidden=seen.hidden),
            txt(" · ".join((from_to(line), _needs(line, hidden=seen.hidden)))),
            *(txt(warning, "$warning") for warning in _warnings(line)),
            txt(_progress(line, seen.today)),
            *([txt(f"Still missing: {_several(missing)}", "$quiet")] if missing else []),
        ]
        return lines[:height] if height else lines

    return write


def named(line: BoardLine, mark: Content, *, hidden: bool) -> Content:
    """The pupil with the status of the handover, ``mark``, and the UPN behind."""
    who = display_name(line.row.preferred_name or line.row.forename, line.row.surname, hidden=hidden)
    upn = f" · UPN {identifier(line.row.upn, hidden=hidden)}" if line.row.upn else ""
    return Content.assemble(txt(who, "bold"), "  ", mark, txt(upn, "$quiet"))


def from_to(line: BoardLine) -> str:
    """``Fenwick Hollow → Oakwood School``."""
    return f"{line.row.from_school or 'no school recorded'} → {line.row.to_school or NO_SCHOOL}"


def _needs(line: BoardLine, *, hidden: bool) -> str:
    row = line.row
    provision = {"K": "SEN support", "E": "EHC plan"}.get(row.sen_provision, "")
    return ", ".join(filter(None, (row.tier or "no tier decided", provision, "" if hidden else row.social_care)))


def _warnings(line: BoardLine) -> Iterable[str]:
    row = line.row
    if row.sent_elsewhere:
        yield f"! It was sent to {row.to_school or 'another school'}, which is no longer the next school. Send it again."
    if row.questions:
        number = "A question waits" if row.questions == 1 else f"{row.questions} questions wait"
        yield f"? {number} for our answer. Enter opens the handover."


def _progress(line: BoardLine, today: date) -> str:
    """How it has gone so far: "Started Mon 1 Jun 2026 · sent Fri 12 Jun 2026 · waiting on us for 9 days"."""
    row = line.row
    steps: Sequence[tuple[str, date | None]] = (
        ("started", row.started_on if row.sent_on is None else None),
        ("sent" if (row.revision or 0) < 2 else f"sent {row.revision} times, last", row.sent_on),
        ("viewed", row.viewed_on),
        ("chased", row.chased_on),
        ("returned with a question", row.returned_on),
        ("failed", row.failed_on),
        ("acknowledged", row.acknowledged_on),
    )
    dated = [f"{label} {short_with_year(day)}" for label, day in steps if day is not None]
    if row.handover_id is None:
        return "Not started. H starts it, enter starts and opens it."
    if line.waiting_on:
        since = f" for {_for_how_long(line, today)}" if line.since and line.since < today else ""
        dated.append(f"waiting on {line.waiting_on}{since}")
    return capital(" · ".join(dated))


def _several(values: Sequence[str]) -> str:
    more = f" and {len(values) - _MISSING_NAMED} more" if len(values) > _MISSING_NAMED else ""
    return "; ".join(values[:_MISSING_NAMED]) + more
