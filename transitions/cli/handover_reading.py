"""Commands that print one handover and what handovers ask: show, questions, own-questions."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from transitions.cli.context import Session, command, formatted, on
from transitions.cli.handovers import DAYS, check_moves, handover_id
from transitions.cli.output import NOTHING, emit_one, print_parts, record, say, talk, text_of
from transitions.school_year import academic_year, academic_year_label, year_group_short

if TYPE_CHECKING:
    from transitions.handovers.page import AnsweredQuestion, HandoverPage
    from transitions.questionnaire import Question

HEAD_KEYS = (
    "id", "upn", "surname", "forename", "preferred_name", "year_group", "from_school", "to_school", "next_school",
    "sen_provision", "tier", "child_protection_file", "handover", "direction", "transition", "title", "move_year", "form",
    "status", "times_sent", *DAYS, "received_on", "sent_how", "sent_by", "acknowledged_by", "fail_reason", "worker", "filled",
    "asked",
)  # fmt: skip
ANSWER_KEYS = ("section", "question", "label", "answer", "origin", "on", "sensitive")
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


@command("show")
@on("handover")
@formatted
def show_command(session: Session) -> None:
    """Print one handover whole. CSV is what it answers, each with the section and where it comes from."""
    from transitions.handovers.page import load

    page = load(session.workspace, handover_id(session))
    if session.style == "json":
        emit_one(_show_record(page), session.style)
    elif session.style == "csv":
        session.emit(_answer_records(page), ANSWER_KEYS)
    else:
        _print(page)


@command("questions")
@formatted
@click.argument("transition", default="6-7")
def questions_command(session: Session, transition: str) -> None:
    """Print what the form of a move asks, 6-7 if no other is named, with the council's own questions."""
    from transitions.handovers.form import form_for

    check_moves(transition)
    form = form_for(session.workspace, transition)
    found = [_question(section.code, one) for section in form.sections for one in section.questions]
    session.emit(found, QUESTION_KEYS, QUESTION_SHOWN)
    talk(f"{len(form.questions)} questions, form {form.version}")


def _question(section: str, one: "Question") -> dict[str, object]:
    """What a question asks; "asked_from" is K for SEN support and EHC plans, E for EHC plans."""
    bounded = one.kind in ("number", "score")
    return record(
        one,
        QUESTION_KEYS,
        section=section,
        question=one.code,
        least=one.least if bounded else None,
        most=one.most if bounded else None,
        asked_from=one.from_provision,
        follows=one.follows or None,
        help=one.help or None,
    )


@command("own-questions")
@click.argument("file", required=False, metavar="[FILE]")
def own_questions_command(session: Session, file: str | None) -> None:
    """Print the questions that the council asks beside the shipped ones as JSON, or take all of them from such a FILE.

    Each has code (own_...), section, label and kind, and may have help, choices, least, most, transitions, from_provision,
    follows, one_for_all, optional and already. A question that is left out is asked no more; what was answered stays. All
    count as sensitive. FILE may be '-' for standard input.
    """
    from transitions.handovers import form

    workspace = session.workspace
    if file is not None:
        say(form.save(workspace, _questions_of(file)))
        return
    values = form.own_values(form.own_questions(workspace).questions)
    click.echo(json.dumps(values, ensure_ascii=False, indent=2))


def _questions_of(file: str) -> list[dict[str, Any]]:
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


# The records; their keys are a promise to scripts.


def _show_record(page: "HandoverPage") -> dict[str, object]:
    return {
        **_head_record(page),
        "sections": {
            section.code: {"title": section.title, **page.completeness[section.code]._asdict()}
            for section in page.form.sections
        },
        "answers": _answer_records(page),
        "missing": [one.question.code for one in page.missing],
        "changed_since_sent": page.changed_since_sent,
        "questions_open": [one.id for one in page.open_questions],
        "messages": _message_records(page),
        "way": _event_records(page),
        "friendships": _friend_records(page),
        "child_protection": transfer_records(page.child_protection),
    }


def _head_record(page: "HandoverPage") -> dict[str, object]:
    row = page.row
    return record(
        row,
        HEAD_KEYS,
        id=row.pupil_id,
        year_group=year_group_short(academic_year(page.today) - row.cohort_year),
        next_school=page.pupil.next_school,
        child_protection_file=bool(row.child_protection_file),
        handover=row.id,
        title=page.title,
        move_year=academic_year_label(row.move_year),
        times_sent=row.revision,
        filled=page.filled.filled,
        asked=page.filled.asked,
    )


def _question_record(one: "AnsweredQuestion") -> dict[str, object]:
    return {"section": one.section.code, "question": one.question.code, "label": one.question.label}


def _answer_records(page: "HandoverPage") -> list[dict[str, object]]:
    """What the handover tells; an origin "record" is a proposal that nobody has confirmed yet."""
    return [
        {
            **_question_record(one),
            "answer": one.words,
            "origin": one.answer.origin,
            "on": one.answer.on,
            "sensitive": one.question.sensitive,
        }
        for one in page.to_tell
        if one.answer is not None
    ]


def _message_records(page: "HandoverPage") -> list[dict[str, object]]:
    waiting = {one.id for one in page.open_questions}
    keys = ("id", "side", "kind", "who", "words", "on", "answers", "open")
    return [record(one, keys, on=one.on_day, answers=one.answers_id, open=one.id in waiting) for one in page.messages]


def _event_records(page: "HandoverPage") -> list[dict[str, object]]:
    """The steps of its way, the oldest first."""
    return [record(one, EVENT_KEYS, on=one.on_day) for one in page.events]


def _friend_records(page: "HandoverPage") -> list[dict[str, object]]:
    """The pairs; a school learns only of those who go to the same one."""
    goes = page.pupil.next_school_id or page.row.to_school_id
    keys = ("id", "kind", "surname", "forename", "preferred_name", "recorded_on", "same_next_school")
    return [
        record(one, keys, id=one.pupil_id, same_next_school=goes is not None and one.next_school_id == goes)
        for one in page.friends
    ]


def transfer_records(rows: Sequence[Any]) -> list[dict[str, object]]:
    """When a child protection file went, and its receipt; never anything that is in it."""
    return [record(one, TRANSFER_KEYS) for one in rows]


def _print(page: "HandoverPage") -> None:
    """Print what is known, section by section; what is empty is left out."""
    emit_one({key: value for key, value in _head_record(page).items() if value not in NOTHING}, "table")
    for section in page.form.sections:
        filled, asked = page.completeness[section.code]
        said = [(one, one.answer) for one in page.asked(section) if one.answer is not None]
        if not asked and not said:
            continue
        click.echo(f"\n{text_of(section.title)}: {filled} of {asked}")
        for one, given in said:
            proposed = " (from the record)" if given.origin == "record" else ""
            click.echo(text_of(f"  {one.question.label}: {one.words}{proposed}"))
    print_parts(
        ("Missing", [_question_record(one) for one in page.missing], MISSING_SHOWN),
        ("Friendships", _friend_records(page), FRIEND_KEYS[:-1]),
        ("Child protection file", page.child_protection, TRANSFER_KEYS),
        ("Questions, answers and notes", _message_records(page), MESSAGE_SHOWN),
        ("Its way", _event_records(page), EVENT_KEYS),
    )
