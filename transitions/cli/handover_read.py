"""Commands that read handovers: list, inbox, show, questions; and the questions of a council's own."""

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from transitions.cli.handover_options import (
    boards_of,
    check_move,
    inbox_of,
    of_a_handover,
    of_the_board,
    opened_handover,
)
from transitions.cli.options import common, formatted, opened
from transitions.cli.output import emit, emit_one, say, talk, text_of
from transitions.handovers.board import STATUSES, US

if TYPE_CHECKING:
    from collections.abc import Sequence

    from transitions.handovers.board import Board
    from transitions.handovers.page import HandoverPage

_RECEIVED = ("returned", "sent", "viewed", "acknowledged")
_NOTHING: tuple[object, ...] = (None, "", False, [], 0)


@click.command("list")
@of_the_board
@formatted
@click.option("--status", "statuses", multiple=True, type=click.Choice(STATUSES), help="How far it is; repeatable.")
@click.option(
    "--waiting-on", metavar="WORDS", help="Only those that wait: on 'us', on a school by its name, or 'anybody'."
)
@click.pass_context
def list_command(
    ctx: click.Context, /, style: str, statuses: tuple[str, ...], waiting_on: str | None, **which: Any
) -> None:
    """Print every pupil who moves at the end of the academic year (or in it), with the handover as far as it is.

    --transition chooses the moves; a pupil without a handover is "not started". Who waits for whom, and since when, stands
    beside it: "us" is whoever sends.
    """
    from transitions.cli import handover_records as records

    with opened(ctx, which["db"], which["as_of"]) as workspace:
        boards = [_narrowed(board, statuses, waiting_on) for board in boards_of(workspace, which)]
        today = workspace.clock.today
        found = [record for board in boards for record in records.list_records(board, today)]
        emit(found, records.LIST_KEYS, style, shown=records.LIST_SHOWN)
        _say_counts(boards)


@click.command("inbox")
@of_the_board
@formatted
@click.option("--status", "statuses", multiple=True, type=click.Choice(_RECEIVED), help="How far; repeatable.")
@click.pass_context
def inbox_command(ctx: click.Context, /, style: str, statuses: tuple[str, ...], **which: Any) -> None:
    """Print the handovers that came from other schools: those that wait for our receipt, and those we asked about."""
    from transitions.cli import handover_records as records

    with opened(ctx, which["db"], which["as_of"]) as workspace:
        board = _narrowed(inbox_of(workspace, which), statuses, None)
        found = list(records.list_records(board, workspace.clock.today))
        emit(found, records.LIST_KEYS, style, shown=records.INBOX_SHOWN)
        _say_counts([board])


@click.command("show")
@of_a_handover
@formatted
@click.pass_context
def show_command(ctx: click.Context, /, style: str, **which: Any) -> None:
    """Print one handover whole. CSV is what it answers, each with the section and where it comes from."""
    from transitions.cli import handover_records as records
    from transitions.handovers.page import load

    with opened_handover(ctx, which) as (workspace, row):
        page = load(workspace, row.id)
    if style == "json":
        emit_one(records.show_record(page), style)
    elif style == "csv":
        emit(records.answer_records(page), records.ANSWER_KEYS, style)
    else:
        _print(page)


@click.command("questions")
@common
@formatted
@click.argument("transition", default="6-7")
@click.pass_context
def questions_command(ctx: click.Context, db: Path | None, as_of: str | None, style: str, transition: str) -> None:
    """Print what the form of a move asks, 6-7 if no other is named, with the council's own questions."""
    from transitions.cli import handover_records as records
    from transitions.handovers.own_questions import form_for

    check_move(transition)
    with opened(ctx, db, as_of) as workspace:
        form = form_for(workspace, transition)
    emit(records.question_records(form), records.QUESTION_KEYS, style, shown=records.QUESTION_SHOWN)
    talk(f"{len(form.questions)} questions, form {form.version}")


@click.command("own-questions")
@common
@click.argument("file", required=False, metavar="[FILE]")
@click.pass_context
def own_questions_command(ctx: click.Context, db: Path | None, as_of: str | None, file: str | None) -> None:
    """Print the questions that the council asks beside the shipped ones as JSON, or take all of them from such a FILE.

    Each has code (own_...), section, label and kind, and may have help, choices, least, most, transitions, from_provision,
    follows, one_for_all, optional and already. A question that is left out is asked no more; what was answered stays. All
    count as sensitive. FILE may be '-' for standard input.
    """
    from transitions.handovers import own_questions
    from transitions.handovers.own_questions import own_values

    with opened(ctx, db, as_of) as workspace:
        if file is None:
            values = own_values(own_questions.own_questions(workspace).questions)
            click.echo(json.dumps(values, ensure_ascii=False, indent=2))
        else:
            say(own_questions.save(workspace, _own(file)))


def _own(file: str) -> list[dict[str, Any]]:
    """Read a list of questions from JSON. Raises ``NoSuchFile`` and ``BadInput``."""
    from transitions.errors import BadInput, Problem
    from transitions.importing.tabular import read_bytes

    name, data = read_bytes(Path(file).expanduser())
    try:
        found = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise BadInput([Problem(name, "expected a JSON list of questions, as the command prints it without FILE")])
    return found


def _narrowed(board: "Board", statuses: "Sequence[str]", waiting_on: str | None) -> "Board":
    from transitions.handovers.board import Board
    from transitions.text import searchable

    words = searchable(waiting_on or "").split()

    def waits(on: str) -> bool:
        if not words or words == ["anybody"]:
            return bool(on) or not words
        # not everybody with these two letters in their name
        return on == US if words == [US] else on != US and all(word in searchable(on) for word in words)

    lines = [line for line in board.lines if (not statuses or line.status in statuses) and waits(line.waiting_on)]
    return Board(board.transition, board.move_year, lines)


def _say_counts(boards: "Sequence[Board]") -> None:
    lines = [line for board in boards for line in board.lines]
    counts = Counter(line.status for line in lines)
    said = ", ".join(f"{counts[status]:,} {status}" for status in STATUSES if counts[status])
    talk(f"{'1 pupil' if len(lines) == 1 else f'{len(lines):,} pupils'}{f': {said}' if said else ''}")


def _print(page: "HandoverPage") -> None:
    """Print what is known, section by section; what is empty is left out."""
    from transitions.cli import handover_records as records

    emit_one({key: value for key, value in records.head_record(page).items() if value not in _NOTHING}, "table")
    for section in page.form.sections:
        filled, asked = page.completeness[section.code]
        said = [(one, one.answer) for one in page.asked(section) if one.answer is not None]
        if not asked and not said:
            continue
        click.echo(f"\n{text_of(section.title)}: {filled} of {asked}")
        for one, given in said:
            proposed = " (from the record)" if given.origin == "record" else ""
            click.echo(text_of(f"  {one.question.label}: {one.words}{proposed}"))
    for title, rows, keys in (
        ("Missing", records.missing_records(page), records.MISSING_SHOWN),
        ("Friendships", records.friend_records(page), records.FRIEND_KEYS[:-1]),
        ("Child protection file", records.transfer_records(page.child_protection), records.TRANSFER_KEYS),
        ("Questions, answers and notes", records.message_records(page), records.MESSAGE_SHOWN),
        ("Its way", records.event_records(page), records.EVENT_KEYS),
    ):
        if rows:
            click.echo(f"\n{title}")
            emit(rows, keys, "table")
