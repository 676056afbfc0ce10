"""Commands about the board and its handovers, list, inbox, start, edit, accept, friend, unfriend, and how one is named."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

import click

from transitions.cli.context import Session, answers, check_move, pairs
from transitions.cli.options import (
    Choice,
    Decorator,
    command,
    filters,
    formatted,
    kept_argument,
    kept_option,
    on,
    together,
)
from transitions.cli.output import echo, record, say, talk, text_of
from transitions.errors import NoSuchRecord
from transitions.handovers import board
from transitions.handovers.board import NOT_STARTED, STATUSES, US, Board, BoardLine
from transitions.handovers.form import transitions
from transitions.handovers.page import current_row, load, of_pupil
from transitions.handovers.safeguarding import pair, unpair
from transitions.handovers.writing import accept_prefilled, answer_for_many, save_answers, start
from transitions.milestones.destinations import LEAVING, Move
from transitions.pupils.lists import pupil_name
from transitions.school_year import academic_year, academic_year_label, year_group_short
from transitions.text import did_you_mean, search_words, searchable
from transitions.workspace import Recorded

DAYS = ("started_on", "sent_on", "viewed_on", "acknowledged_on", "returned_on", "failed_on")
LIST_KEYS = (
    "id", "upn", "surname", "forename", "preferred_name", "year_group", "from_school", "to_school", "sen_provision", "tier",
    "worker", "handover", "transition", "move_year", "status", "waiting_on", "since", *DAYS, "chased_on", "times_sent",
    "answers", "questions_open", "sent_elsewhere",
)  # fmt: skip
LIST_SHOWN = (
    "id", "surname", "forename", "transition", "to_school", "tier", "status", "waiting_on", "since", "questions_open",
)  # fmt: skip
INBOX_SHOWN = ("id", "surname", "forename", "from_school", "tier", "status", "waiting_on", "since", "questions_open")
_RECEIVED = ("returned", "sent", "viewed", "acknowledged")

# How a command names its handovers.

_of_the_board = together(
    filters,
    kept_option("--year", metavar="YEAR", help="The academic year of the move, 2026/27; this one if not given."),
)


def of_pupils(metavar: str = "[PUPIL]...", *, received: bool = False) -> Decorator[Any]:
    """Add PUPILS, and --all with filters instead of them; with ``received`` also --received."""
    option = kept_option(
        "--received", is_flag=True, help="The ones received from another school, for pupils with both."
    )
    return together(
        filters,
        kept_argument("pupils", nargs=-1, metavar=metavar),
        kept_option(
            "--all", "every", is_flag=True, help="All pupils for whom it is the next step, within the filters."
        ),
        kept_option("--year", metavar="YEAR", help="With --all: the academic year of the move; this one if not given."),
        *([option] if received else []),
    )


def handover_id(session: Session) -> int:
    """Find the handover of ``on("handover")``. Raises ``NoSuchRecord``."""
    typed = session.typed
    return handover_of(session, session.pupil_id, typed["transition"], received=typed["received"])


def handover_of(session: Session, pupil_id: int, transition: str | None, *, received: bool = False) -> int:
    """Find a pupil's handover for a move, without one that of the newest; ours before one that came, unless ``received``.

    Raises ``NoSuchRecord`` when there is none, and when there are two of the same year.
    """
    check_moves(transition)
    every = [row for row in of_pupil(session.workspace, pupil_id) if transition in (None, row.transition)]
    ours = [row for row in every if row.direction == "out" and not received]
    found = ours or [row for row in every if row.direction == "in"]
    newest = [row for row in found if row.move_year == found[0].move_year]
    if len(newest) > 1:
        codes = [row.transition for row in newest]
        raise NoSuchRecord(f"This pupil has handovers for {', '.join(codes)}. Say which: --transition {codes[0]}")
    if not newest:
        raise NoSuchRecord(_none_yet(session, pupil_id, transition, received=received))
    return newest[0].id


def _none_yet(session: Session, pupil_id: int, transition: str | None, *, received: bool) -> str:
    name = pupil_name(session.workspace, pupil_id)
    of_move = f" for {transition}" if transition else ""
    if received:
        return f"No handover{of_move} has been received for {name}. See: transitions handover inbox"
    return (
        f"The handover{of_move} of {name} has not been started. Start it with: transitions handover start '#{pupil_id}'"
    )


def chosen_handovers(session: Session, statuses: Collection[str], *, of_inbox: bool = False) -> list[int]:
    """Find the handovers of PUPILS, or with --all those of the board that stand at ``statuses``.

    With ``of_inbox`` --received makes --all look at those that came. Raises ``NoSuchRecord``.
    """
    check_whose(session)
    typed = session.typed
    if typed["every"]:
        boards = [_inbox(session)] if of_inbox and typed["received"] else _boards(session)
        lines = (line for board in boards for line in board.lines if line.status in statuses)
        return _some([line.row.handover_id for line in lines if line.row.handover_id is not None])
    move = _one_move(session)
    pupils = [session.pupil(text) for text in typed["pupils"]]
    return [handover_of(session, pupil, move, received=typed["received"]) for pupil in pupils]


def _chosen_pupils(session: Session, statuses: Collection[str]) -> list[int]:
    """Find the pupils that PUPILS name, or with --all those of the board at ``statuses``. Raises ``NoSuchRecord``."""
    if not session.typed["every"]:
        return [session.pupil(text) for text in session.typed["pupils"]]
    lines = (line for board in _boards(session) for line in board.lines)
    return _some(list(dict.fromkeys(line.row.pupil_id for line in lines if line.status in statuses)))


def _some(found: list[int]) -> list[int]:
    if not found:
        raise NoSuchRecord("This is not the next step for any of these pupils. See: transitions handover list")
    return found


def check_whose(session: Session) -> None:
    """Refuse pupils beside --all, and neither of them, as wrong usage (2)."""
    if bool(session.typed["pupils"]) == session.typed["every"]:
        raise click.UsageError("Name the pupils, or give --all with filters.")


def check_moves(*codes: str | None) -> None:
    """Refuse the code of a move that has no handover as wrong usage (2); None is no code."""
    for code in codes:
        check_move(code, transitions())


def _one_move(session: Session) -> str | None:
    """The move behind --transition, None without it. Several, or one without a handover, are wrong usage (2)."""
    moves = session.typed["transitions"]
    check_moves(*moves)
    if len(moves) > 1:
        raise click.UsageError("Give --transition once, because these are handovers for one move.")
    return moves[0] if moves else None


def move_with_a_board(session: Session, transition: str, year: str | None) -> Move:
    """The move that --transition and --year name. One that has no board, so that nobody packs it, is wrong usage (2)."""
    session.ensure_open()
    check_move(transition, LEAVING)
    return Move(transition, session.year(year))


def _boards(session: Session) -> list[Board]:
    """The boards that --transition (all of them without it), --year and the filters name."""
    year, moves = session.year(session.typed["year"]), session.typed["transitions"]
    check_moves(*moves)
    caseload = session.caseload(of_moves=False)  # here --transition says which board
    return [board.load(session.workspace, caseload, code, year) for code in moves or LEAVING if code in LEAVING]


def _inbox(session: Session) -> Board:
    """The handovers that came, of the year and the pupils that --year and the filters name."""
    caseload = session.caseload(of_moves=False)
    return board.inbox(session.workspace, caseload, session.year(session.typed["year"]))


def print_lines(session: Session, handover_ids: Sequence[int]) -> None:
    """Print which they are: ``handover #3 pupil #12 6-7 2026/27 sent``, lines that scripts may take apart at the spaces."""
    for number in dict.fromkeys(handover_ids):
        row = current_row(session.workspace, number)
        year = academic_year_label(row.move_year)
        echo(text_of(f"handover #{row.id} pupil #{row.pupil_id} {row.transition} {year} {row.status}"))


def recorded_on(session: Session, recorded: Recorded, *handover_ids: int) -> None:
    """Say what was recorded, and print on which handovers."""
    say(recorded)
    print_lines(session, handover_ids)


# The commands.


@command("list")
@_of_the_board
@formatted
@click.option("--status", "statuses", multiple=True, type=Choice(STATUSES), help="Its status; repeatable.")
@click.option("--waiting-on", metavar="WORDS", help="Only those waiting for 'us', a school by name, or 'anybody'.")
def list_command(session: Session, statuses: tuple[str, ...], waiting_on: str | None) -> None:
    """Print every pupil who moves during or at the end of the academic year, with their handover's progress. --transition chooses the move. A pupil without a handover is "not started". It also shows who is waiting for whom, and since when: "us" is the sending school."""
    boards = [_narrowed(board, statuses, waiting_on) for board in _boards(session)]
    _print_boards(session, boards, LIST_SHOWN)


@command("inbox")
@_of_the_board
@formatted
@click.option("--status", "statuses", multiple=True, type=Choice(_RECEIVED), help="How far; repeatable.")
def inbox_command(session: Session, statuses: tuple[str, ...]) -> None:
    """Print the handovers received from other schools: those waiting for us to acknowledge, and those we asked about."""
    _print_boards(session, [_narrowed(_inbox(session), statuses, None)], INBOX_SHOWN)


def _narrowed(board: Board, statuses: Sequence[str], waiting_on: str | None) -> Board:
    words = search_words(waiting_on or "")

    def waits(on: str) -> bool:
        if not words or words == ["anybody"]:
            return bool(on) or not words
        # not everybody with these two letters in their name
        return on == US if words == [US] else on != US and all(word in searchable(on) for word in words)

    lines = [line for line in board.lines if (not statuses or line.status in statuses) and waits(line.waiting_on)]
    return Board(board.transition, board.move_year, lines)


def _print_boards(session: Session, boards: Sequence[Board], shown: Sequence[str]) -> None:
    today = session.today
    session.emit((_list_record(line, board, today) for board in boards for line in board.lines), LIST_KEYS, shown)
    lines = [line for board in boards for line in board.lines]
    counts = Counter(line.status for line in lines)
    counted = ", ".join(f"{counts[status]:,} {status}" for status in STATUSES if counts[status])
    talk(f"{'1 pupil' if len(lines) == 1 else f'{len(lines):,} pupils'}{f': {counted}' if counted else ''}")


def _list_record(line: BoardLine, board: Board, today: date) -> dict[str, object]:
    row = line.row
    return record(
        row,
        LIST_KEYS,
        id=row.pupil_id,
        year_group=year_group_short(academic_year(today) - row.cohort_year),
        worker=row.owner,
        handover=row.handover_id,
        transition=board.transition or None,
        move_year=academic_year_label(board.move_year),
        status=line.status,
        waiting_on=line.waiting_on or None,
        since=line.since,
        times_sent=row.revision or 0,
        questions_open=row.questions,
        sent_elsewhere=bool(row.sent_elsewhere),
    )


@command("start")
@of_pupils()
def start_command(session: Session) -> None:
    """Start handovers, each for the pupil's next move, or for that of --transition.

    Such as: handover start --all --transition 6-7 --school "Fenwick Hollow". --all means those on the board that are not started. Prints their numbers: handover #3 pupil #12 6-7 2026/27 drafting.
    """
    check_whose(session)
    pupils = _chosen_pupils(session, {NOT_STARTED})
    started = start(session.workspace, pupils, _one_move(session))
    recorded_on(session, started.recorded, *started.handovers.values())


@command("edit")
@of_pupils("[PUPIL]... QUESTION=ANSWER...")
def edit_command(session: Session) -> None:
    """Answer questions, such as: handover edit Khan interests="Kites, maps" lates=2 my_hopes=@said.txt

    QUESTION=ANSWER words come after the pupils; QUESTION is a name from handover questions. QUESTION= with no value removes the answer, @FILE reads it from a file and @- from standard input (@@ means @). If the question is one_for_all, you can give many pupils the same answer, or a whole board with --all. Missing handovers are started:
    handover edit --all --year-group 6 transition_day=went
    """
    words = session.typed["pupils"]
    first = next((place for place, word in enumerate(words) if "=" in word), len(words))
    fields, session.typed["pupils"] = words[first:], words[:first]
    pairs(fields)
    if not fields:
        raise click.UsageError("Give QUESTION=ANSWER words. See the questions with: transitions handover questions")
    check_whose(session)
    workspace, move = session.workspace, _one_move(session)
    pupils = _chosen_pupils(session, set(STATUSES))
    if len(session.typed["pupils"]) == 1:
        number = handover_of(session, pupils[0], move)
        recorded_on(session, save_answers(workspace, number, answers(fields)), number)
        return
    say(answer_for_many(workspace, pupils, answers(fields), move))
    print_lines(session, [handover_of(session, pupil, move) for pupil in pupils])


@command("accept")
@on("handover")
@click.option("--section", metavar="CODE", help="Only this section, such as about; all of them if not given.")
def accept_command(session: Session, section: str | None) -> None:
    """Accept the record's suggestions as answers. Sending does the same, so a sent handover can't change afterwards."""
    number = handover_id(session)
    known = [one.code for one in load(session.workspace, number).form.sections]
    if section is not None and section not in known:
        meant = did_you_mean(section, known)
        raise click.BadParameter(f"{section!r} is not one of {', '.join(known)}.{meant}", param_hint="--section")
    recorded_on(session, accept_prefilled(session.workspace, number, section), number)


@command("friend")
@on("pupil")
@click.argument("other")
@click.option("--apart", is_flag=True, help="Keep them apart; together if not given.")
def friend_command(session: Session, other: str, apart: bool) -> None:
    """Record that two pupils should be kept together, or apart. No reasons: a school is told only if both go there."""
    both = session.pupil_id, session.pupil(other)
    say(pair(session.workspace, *both, "keep apart" if apart else "keep with"))


@command("unfriend")
@on("pupil")
@click.argument("other")
def unfriend_command(session: Session, other: str) -> None:
    """Remove what is recorded about two pupils."""
    say(unpair(session.workspace, session.pupil_id, session.pupil(other)))
