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
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from transitions.handovers.board import Board, Line
from transitions.handovers.page import Asked, HandoverPage
from transitions.questionnaire import Form, Question
from transitions.school_year import academic_year, academic_year_label, year_group_short

if TYPE_CHECKING:
    from datetime import date

    from db.handovers.handovers import PackRow
    from transitions.handovers.packs import ForSchool
    from transitions.handovers.tiers import Proposal


_DAYS = ("started_on", "sent_on", "viewed_on", "acknowledged_on", "returned_on", "failed_on")
LIST_KEYS = (
    "id", "upn", "surname", "forename", "preferred_name", "year_group", "from_school", "to_school", "sen_provision", "tier",
    "worker", "handover", "transition", "move_year", "status", "waiting_on", "since", *_DAYS, "chased_on", "times_sent",
    "answers", "questions_open", "sent_elsewhere",
)  # fmt: skip
LIST_SHOWN = (
    "id", "surname", "forename", "transition", "to_school", "tier", "status", "waiting_on", "since", "questions_open",
)  # fmt: skip
INBOX_SHOWN = ("id", "surname", "forename", "from_school", "tier", "status", "waiting_on", "since", "questions_open")
ANSWER_KEYS = ("section", "question", "label", "answer", "origin", "on", "sensitive")
ANSWER_SHOWN = ("question", "label", "answer")
MISSING_SHOWN = ("section", "question", "label")
QUESTION_KEYS = (
    "section", "question", "label", "kind", "choices", "least", "most", "asked_from", "follows", "one_for_all", "optional",
    "sensitive", "help",
)  # fmt: skip
QUESTION_SHOWN = ("section", "question", "kind", "label")
EVENT_KEYS = ("on", "what", "how", "who", "note")
MESSAGE_KEYS = ("id", "on", "side", "kind", "who", "words", "answers", "open")
MESSAGE_SHOWN = ("id", "on", "kind", "side", "who", "words")
FRIEND_KEYS = ("id", "kind", "surname", "forename", "preferred_name", "same_next_school", "recorded_on")
TRANSFER_KEYS = ("id", "to_school", "sent_on", "sent_how", "sent_by", "receipt_on", "receipt_by", "chased_on")
TIER_KEYS = ("id", "name", "tier", "proposed", "points", "from_points", "version", "factors", "not_known", "words")
FACTOR_KEYS = ("factor", "words", "points", "source")
DECISION_KEYS = ("on", "tier", "proposed", "reason", "worker", "version", "points", "factors")
FOR_SCHOOL_KEYS = ("school", "pupils", "file", "left_out")
PACK_KEYS = ("id", "direction", "school", "on", "file", "pupils", "acknowledged", "worker")
ARRIVAL_KEYS = ("place", "name", "what", "known_by", "id", "words")


def list_records(board: Board, today: "date") -> Iterator[dict[str, object]]:
    return (_line(line, board, today) for line in board.lines)


def _line(line: Line, board: Board, today: "date") -> dict[str, object]:
    row = line.row
    return {
        "id": row.pupil_id,
        **_picked(row, ("upn", "surname", "forename", "preferred_name")),
        "year_group": year_group_short(academic_year(today) - row.cohort_year),
        **_picked(row, ("from_school", "to_school", "sen_provision", "tier")),
        "worker": row.owner,
        "handover": row.handover_id,
        "transition": board.transition or None,
        "move_year": academic_year_label(board.move_year),
        "status": line.status,
        "waiting_on": line.waiting_on or None,
        "since": line.since,
        **_picked(row, (*_DAYS, "chased_on")),
        "times_sent": row.revision or 0,
        "answers": row.answers,
        "questions_open": row.questions,
        "sent_elsewhere": bool(row.sent_elsewhere),
    }


def show_record(page: HandoverPage) -> dict[str, object]:
    return {
        **head_record(page),
        "sections": {
            section.code: {"title": section.title, **page.completeness[section.code]._asdict()}
            for section in page.form.sections
        },
        "answers": answer_records(page),
        "missing": [one.question.code for one in page.missing],
        "changed_since_sent": page.changed_since_sent,
        "questions_open": [one.id for one in page.open_questions],
        "messages": message_records(page),
        "way": event_records(page),
        "friendships": friend_records(page),
        "child_protection": transfer_records(page.child_protection),
    }


def head_record(page: HandoverPage) -> dict[str, object]:
    row, pupil = page.row, page.pupil
    return {
        "id": row.pupil_id,
        **_picked(row, ("upn", "surname", "forename", "preferred_name")),
        "year_group": year_group_short(academic_year(page.today) - row.cohort_year),
        **_picked(row, ("from_school", "to_school")),
        "next_school": pupil.next_school,
        **_picked(row, ("sen_provision", "tier")),
        "child_protection_file": bool(row.child_protection_file),
        "handover": row.id,
        "direction": row.direction,
        "transition": row.transition,
        "title": page.title,
        "move_year": academic_year_label(row.move_year),
        "form": row.form,
        "status": row.status,
        "times_sent": row.revision,
        **_picked(row, (*_DAYS, "received_on", "sent_how", "sent_by", "acknowledged_by", "fail_reason")),
        "worker": row.worker,
        "filled": page.filled.filled,
        "asked": page.filled.asked,
    }


def answer_records(page: HandoverPage) -> list[dict[str, object]]:
    """What the handover tells; an origin "record" is a proposal that nobody has confirmed yet."""
    return [
        {
            **_asked(one),
            "answer": one.words,
            "origin": one.answer.origin,
            "on": one.answer.on,
            "sensitive": one.question.sensitive,
        }
        for one in page.said
        if one.answer is not None
    ]


def missing_records(page: HandoverPage) -> list[dict[str, object]]:
    return [_asked(one) for one in page.missing]


def message_records(page: HandoverPage) -> list[dict[str, object]]:
    waiting = {one.id for one in page.open_questions}
    return [
        {
            **_picked(one, ("id", "side", "kind", "who", "words")),
            "on": one.on_day,
            "answers": one.answers_id,
            "open": one.id in waiting,
        }
        for one in page.messages
    ]


def event_records(page: HandoverPage) -> list[dict[str, object]]:
    """The steps of its way, the oldest first."""
    return [{"on": one.on_day, **_picked(one, EVENT_KEYS[1:])} for one in page.events]


def friend_records(page: HandoverPage) -> list[dict[str, object]]:
    """The pairs; a school learns only of those who go to the same one."""
    goes = page.pupil.next_school_id or page.row.to_school_id
    return [
        {
            "id": one.pupil_id,
            **_picked(one, ("kind", "surname", "forename", "preferred_name", "recorded_on")),
            "same_next_school": goes is not None and one.next_school_id == goes,
        }
        for one in page.friends
    ]


def transfer_records(rows: Sequence[Any]) -> list[dict[str, object]]:
    """When a child protection file went, and its receipt; never anything that is in it."""
    return [_picked(one, TRANSFER_KEYS) for one in rows]


def question_records(form: Form) -> Iterator[dict[str, object]]:
    """What a form asks; "asked_from" is K for SEN support and EHC plans, E for EHC plans."""
    return (_question(section.code, one) for section in form.sections for one in section.questions)


def _question(section: str, one: Question) -> dict[str, object]:
    bounded = one.kind in ("number", "score")
    return {
        "section": section,
        "question": one.code,
        **_picked(one, ("label", "kind", "choices", "one_for_all", "optional", "sensitive")),
        "least": one.least if bounded else None,
        "most": one.most if bounded else None,
        "asked_from": one.from_provision,
        "follows": one.follows or None,
        "help": one.help or None,
    }


def tier_record(pupil_id: int, name: str, tier: str | None, found: "Proposal") -> dict[str, object]:
    return {
        "id": pupil_id,
        "name": name,
        "tier": tier,
        "proposed": found.tier,
        "points": found.points,
        "from_points": found.from_points,
        "version": found.version,
        "factors": [one.words for one in found.contributing],
        "not_known": [one.words for one in found.not_known],
        "words": found.words,
    }


def for_school_record(one: "ForSchool") -> dict[str, object]:
    return {
        "school": one.school,
        "pupils": len(one.going),
        "file": None,
        "left_out": [f"{who.name}: {who.why}" for who in one.left_out],
    }


def pack_record(row: "PackRow") -> dict[str, object]:
    return {
        **_picked(row, ("id", "direction", "school", "pupils", "acknowledged", "worker")),
        "on": row.on_day,
        "file": row.file_name,
    }


def _asked(one: Asked) -> dict[str, object]:
    return {"section": one.section.code, "question": one.question.code, "label": one.question.label}


def _picked(row: Any, keys: Sequence[str]) -> dict[str, object]:
    return {key: getattr(row, key) for key in keys}


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

    with opened(ctx, which["db"], which["as_of"]) as workspace:
        boards = [_narrowed(board, statuses, waiting_on) for board in boards_of(workspace, which)]
        today = workspace.clock.today
        found = [record for board in boards for record in list_records(board, today)]
        emit(found, LIST_KEYS, style, shown=LIST_SHOWN)
        _say_counts(boards)


@click.command("inbox")
@of_the_board
@formatted
@click.option("--status", "statuses", multiple=True, type=click.Choice(_RECEIVED), help="How far; repeatable.")
@click.pass_context
def inbox_command(ctx: click.Context, /, style: str, statuses: tuple[str, ...], **which: Any) -> None:
    """Print the handovers that came from other schools: those that wait for our receipt, and those we asked about."""

    with opened(ctx, which["db"], which["as_of"]) as workspace:
        board = _narrowed(inbox_of(workspace, which), statuses, None)
        found = list(list_records(board, workspace.clock.today))
        emit(found, LIST_KEYS, style, shown=INBOX_SHOWN)
        _say_counts([board])


@click.command("show")
@of_a_handover
@formatted
@click.pass_context
def show_command(ctx: click.Context, /, style: str, **which: Any) -> None:
    """Print one handover whole. CSV is what it answers, each with the section and where it comes from."""
    from transitions.handovers.page import load

    with opened_handover(ctx, which) as (workspace, row):
        page = load(workspace, row.id)
    if style == "json":
        emit_one(show_record(page), style)
    elif style == "csv":
        emit(answer_records(page), ANSWER_KEYS, style)
    else:
        _print(page)


@click.command("questions")
@common
@formatted
@click.argument("transition", default="6-7")
@click.pass_context
def questions_command(ctx: click.Context, db: Path | None, as_of: str | None, style: str, transition: str) -> None:
    """Print what the form of a move asks, 6-7 if no other is named, with the council's own questions."""
    from transitions.handovers.form import form_for

    check_move(transition)
    with opened(ctx, db, as_of) as workspace:
        form = form_for(workspace, transition)
    emit(question_records(form), QUESTION_KEYS, style, shown=QUESTION_SHOWN)
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
    from transitions.handovers import form as own_questions
    from transitions.handovers.form import own_values

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

    emit_one({key: value for key, value in head_record(page).items() if value not in _NOTHING}, "table")
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
        ("Missing", missing_records(page), MISSING_SHOWN),
        ("Friendships", friend_records(page), FRIEND_KEYS[:-1]),
        ("Child protection file", transfer_records(page.child_protection), TRANSFER_KEYS),
        ("Questions, answers and notes", message_records(page), MESSAGE_SHOWN),
        ("Its way", event_records(page), EVENT_KEYS),
    ):
        if rows:
            click.echo(f"\n{title}")
            emit(rows, keys, "table")
