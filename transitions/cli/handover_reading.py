"""Commands that print handovers, what they ask, and the columns or papers for a school: show, questions ... print, format."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from transitions.cli.context import Session, check_purpose, target_file
from transitions.cli.handovers import DAYS, check_moves, handover_id, handover_of, move_with_a_board
from transitions.cli.options import A_FILE, Choice, command, formatted, on, overridable, overwrites
from transitions.cli.output import NOTHING, echo, emit_one, print_json, print_parts, record, say, talk, text_of
from transitions.errors import BadInput, NoSuchRecord, Problem, expanded
from transitions.handovers import form
from transitions.handovers.form import form_for
from transitions.handovers.page import AnsweredQuestion, HandoverPage, load
from transitions.pupils.lists import school_name
from transitions.pupils.markers import left_out, told_left_out
from transitions.questionnaire import Question
from transitions.school_year import academic_year, academic_year_label, year_group_short
from transitions.text import how_many

if TYPE_CHECKING:
    from transitions.handovers.documents.printing import PackKind
    from transitions.handovers.formats import Format, FormatColumn, ProposedColumn


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
MESSAGE_SHOWN = ("id", "on", "kind", "side", "who", "words")
FRIEND_KEYS = ("id", "kind", "surname", "forename", "preferred_name", "same_next_school", "recorded_on")
TRANSFER_KEYS = ("id", "to_school", "sent_on", "sent_how", "sent_by", "receipt_on", "receipt_by", "chased_on")


@command("show")
@on("handover")
@formatted
def show_command(session: Session) -> None:
    """Print a whole handover. CSV has its answers, each with its section and source."""
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
    """Print the questions of a move's form (6-7 if not given), including the council's own."""
    check_moves(transition)
    form = form_for(session.workspace, transition)
    found = [_question(section.code, one) for section in form.sections for one in section.questions]
    session.emit(found, QUESTION_KEYS, QUESTION_SHOWN)
    talk(f"{len(form.questions)} questions, form {form.version}")


def _question(section: str, one: Question) -> dict[str, object]:
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
    """Print the council's own questions as JSON, or replace them all from such a FILE. Each has code (own_...), section, label and kind, and may have help, choices, least, most, transitions, from_provision, follows, one_for_all, optional and already. A question left out of FILE is no longer asked, but its answers stay. All count as sensitive. FILE may be '-' for standard input."""
    workspace = session.workspace
    if file is not None:
        say(form.save(workspace, _questions_of(file)))
        return
    values = form.own_values(form.own_questions(workspace).questions)
    print_json(values)


def _questions_of(file: str) -> list[dict[str, Any]]:
    """Read a list of questions from JSON. Raises ``NoSuchFile`` and ``BadInput``."""
    from transitions.importing.tabular import read_bytes
    from transitions.untrusted import MOST_BYTES, Unreadable, read_json

    name, data = read_bytes(expanded(Path(file)), 2 * MOST_BYTES)
    try:
        found = read_json(data)
    except Unreadable:
        found = None
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise BadInput([Problem(name, "expected a JSON list of questions, as the command prints it without FILE")])
    return found


# The records; their keys are a promise to scripts.


def _show_record(page: HandoverPage) -> dict[str, object]:
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


def _head_record(page: HandoverPage) -> dict[str, object]:
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


def _question_record(one: AnsweredQuestion) -> dict[str, object]:
    return {"section": one.section.code, "question": one.question.code, "label": one.question.label}


def _answer_records(page: HandoverPage) -> list[dict[str, object]]:
    """What the handover tells; an origin "record" is a proposal that nobody has confirmed yet."""
    return [
        {
            **_question_record(one),
            "answer": one.text,
            "origin": one.answer.origin,
            "on": one.answer.on,
            "sensitive": one.question.sensitive,
        }
        for one in page.to_tell
        if one.answer is not None
    ]


def _message_records(page: HandoverPage) -> list[dict[str, object]]:
    waiting = {one.id for one in page.open_questions}
    keys = ("id", "side", "kind", "who", "words", "on", "answers", "open")
    return [record(one, keys, on=one.on_day, answers=one.answers_id, open=one.id in waiting) for one in page.messages]


def _event_records(page: HandoverPage) -> list[dict[str, object]]:
    """The steps of its way, the oldest first."""
    return [record(one, EVENT_KEYS, on=one.on_day) for one in page.events]


def _friend_records(page: HandoverPage) -> list[dict[str, object]]:
    """The pairs; a school learns only of those who go to the same one."""
    goes = page.row.receiver_id
    keys = ("id", "kind", "surname", "forename", "preferred_name", "recorded_on", "same_next_school")
    return [
        record(one, keys, id=one.pupil_id, same_next_school=goes is not None and one.next_school_id == goes)
        for one in page.friends
    ]


def transfer_records(rows: Sequence[Any]) -> list[dict[str, object]]:
    """When a child protection file went, and its receipt; never anything that is in it."""
    return [record(one, TRANSFER_KEYS) for one in rows]


def _print(page: HandoverPage) -> None:
    """Print what is known, section by section; what is empty is left out."""
    emit_one({key: value for key, value in _head_record(page).items() if value not in NOTHING}, "table")
    for section in page.form.sections:
        filled, total = page.completeness[section.code]
        answered = [(one, one.answer) for one in page.asked(section) if one.answer is not None]
        if not total and not answered:
            continue
        echo(f"\n{text_of(section.title)}: {filled} of {total}")
        for one, given in answered:
            proposed = " (from the record)" if given.origin == "record" else ""
            echo(text_of(f"  {one.question.label}: {one.text}{proposed}"))
    print_parts(
        ("Missing", [_question_record(one) for one in page.missing], MISSING_SHOWN),
        ("Friendships", _friend_records(page), FRIEND_KEYS[:-1]),
        ("Child protection file", page.child_protection, TRANSFER_KEYS),
        ("Questions, answers and notes", _message_records(page), MESSAGE_SHOWN),
        ("Its way", _event_records(page), EVENT_KEYS),
    )


FORMAT_KEYS = ("school", "name", "column", "header", "field")
FIELD_KEYS = ("field", "label", "kind", "sensitive")
_PRINTED = ("folder", "folder of Word documents", "docx", "html", "xlsx")


@command("print")
@click.argument("school")
@click.argument("target", type=A_FILE)
@click.option("--as", "kind", type=Choice(_PRINTED), help="What to make; decided by TARGET's ending if not given.")
@click.option("--pupil", "pupils", multiple=True, metavar="PUPIL", help="Only this pupil; repeatable.")
@click.option("--transition", default="6-7", show_default=True, metavar="CODE", help="The move.")
@click.option("--year", metavar="YEAR", help="The academic year of the move, such as 2026/27; this one if not given.")
@overridable
@overwrites
def print_command(
    session: Session,
    school: str,
    target: Path,
    kind: "PackKind | None",
    pupils: tuple[str, ...],
    transition: str,
    year: str | None,
    override: str,
    overwrite: bool,
) -> None:
    """Write the handovers of pupils going to a SCHOOL for printing: a cover list, a page each, and a receipt slip. TARGET ends in .docx, .html or .xlsx, or is a new folder. It is not encrypted, so deliver it by hand or another safe way. Nothing is marked as sent until you run handover send. Prints the path."""
    from transitions.handovers.documents.printing import print_pack

    move = move_with_a_board(session, transition, year)
    school_id = session.school(school)
    only = {handover_of(session, session.pupil(text), transition) for text in pupils} or None
    made = print_pack(
        session.workspace, school_id, move, expanded(target), kind, only=only, override=override, overwrite=overwrite
    )
    echo(str(made.path))
    handovers = "1 handover" if len(made.handovers) == 1 else f"{len(made.handovers)} handovers"
    talk(
        f"{handovers} in {'1 file' if made.files == 1 else f'{made.files} files'}. When you have sent it: transitions handover send"
    )
    if made.not_started:
        talk(f"{made.not_started} more going there are not in it, because their handovers have not been started.")
    if made.held_back:
        talk(told_left_out(left_out(made.held_back)))


@command("format")
@formatted
@click.argument("school", required=False)
@click.argument("columns", nargs=-1, metavar="[HEADER=FIELD]...")
@click.option(
    "--name", metavar="NAME", help="Which of the school's formats; its only one, or 'Our columns', if not given."
)
@click.option("--learn", type=A_FILE, metavar="FILE", help="Take the headers of the school's own table.")
@click.option("--export", type=A_FILE, metavar="FILE", help="Write its pupils in these columns.")
@click.option("--take-out", is_flag=True, help="The school no longer uses this format.")
@click.option("--fields", is_flag=True, help="Print what a column can contain.")
@click.option("--transition", default="6-7", show_default=True, metavar="CODE", help="With --export: the move.")
@click.option("--year", metavar="YEAR", help="With --export: the academic year of the move; this one if not given.")
@click.option("--full", is_flag=True, help="With --export: fill the sensitive columns too.")
@click.option(
    "--purpose", default="", metavar="TEXT", help="With --export: what it is for. Needed, and kept in the history."
)
@click.option("--exact", is_flag=True, help="With --export: without protection against spreadsheet formulas.")
@click.option("--overwrite", is_flag=True, help="With --export: replace a file with that name.")
def format_command(session: Session, columns: tuple[str, ...], **which: Any) -> None:
    """Print a SCHOOL's own format for handovers, learn it from the school's table, or write a file in it.

    handover format Oakwood --learn their-form.csv suggests a field for each header and saves it. HEADER=FIELD words correct the suggestions: handover format Oakwood "Date of Birth=date_of_birth". If FIELD is empty, the column stays empty. Sensitive columns stay empty unless you add --full. FILE may be '-' for standard output.
    """
    options = (columns, which["learn"], which["export"], which["take_out"], which["fields"])
    if sum(map(bool, options)) > 1 and not (columns and which["learn"]):
        raise click.UsageError("Give one of HEADER=FIELD words, --learn, --export, --take-out and --fields.")
    if which["school"] is None and not which["fields"]:
        raise click.UsageError("Name the school. Its formats are kept with it.")
    if which["fields"]:
        _print_fields(session)
    else:
        _of_school(session, columns, which)


def _of_school(session: Session, columns: Sequence[str], which: dict[str, Any]) -> None:
    from transitions.handovers import formats

    workspace, school_id = session.workspace, session.school(which["school"])
    kept = formats.formats_of(workspace, school_id)
    name = _name(kept, which["name"])
    if which["export"] is not None:
        _export(session, school_id, name, which)
    elif which["take_out"]:
        say(formats.take_out_format(workspace, school_id, name))
    elif which["learn"] is not None or columns:
        existing = next((one.columns for one in kept if one.name == name), ())
        wanted = list(existing)
        if which["learn"] is not None:
            proposed = formats.read_columns(workspace, expanded(which["learn"]))
            wanted = [formats.FormatColumn(one.header, one.field) for one in proposed]
            _say_doubts(proposed, columns)
        say(formats.save_format(workspace, school_id, name, _put_right(wanted, columns)))
        _print_formats(session, school_id)
    else:
        _print_formats(session, school_id)


def _name(kept: "Sequence[Format]", given: str | None) -> str:
    if given is not None:
        return given
    if len(kept) > 1:
        raise NoSuchRecord(
            f"The school has {len(kept)} formats: {'; '.join(one.name for one in kept)}. Say which: --name"
        )
    return kept[0].name if kept else "Our columns"


def _put_right(columns: "Sequence[FormatColumn]", words: Sequence[str]) -> "list[FormatColumn]":
    """The columns with the fields that were typed; a header that is new comes last. Without "=" is wrong usage (2)."""
    from transitions.handovers.formats import FormatColumn

    found = list(columns)
    for word in words:
        # a header may hold "=", a field never does
        header, equals, field = word.rpartition("=")
        if not equals:
            raise click.UsageError(f"{word!r} is not HEADER=FIELD.")
        places = [place for place, one in enumerate(found) if one.header == header.strip()]
        for place in places:
            found[place] = FormatColumn(found[place].header, field.strip())
        if not places:
            found.append(FormatColumn(header.strip(), field.strip()))
    return found


def _export(session: Session, school_id: int, name: str, which: dict[str, Any]) -> None:
    from transitions.handovers.formats import export_format

    check_purpose(which["purpose"])
    move = move_with_a_board(session, which["transition"], which["year"])
    made = export_format(
        session.workspace,
        school_id,
        name,
        move,
        target_file(which["export"]),
        **{option: which[option] for option in ("full", "exact", "purpose", "overwrite")},
    )
    talk(f"{how_many(made.rows, 'row')} written to {made.path or 'standard output'}.")
    for note in made.notes:
        talk(note)


def _say_doubts(proposed: "Sequence[ProposedColumn]", words: Sequence[str]) -> None:
    put_right = {word.rpartition("=")[0].strip() for word in words}
    for one in proposed:
        if not one.sure and one.header not in put_right:
            meant = f"taken for {one.field}" if one.field else "left empty, because it is not one of our fields"
            talk(f"Check “{one.header}”: {meant}. Correct it with HEADER=FIELD.")


def _print_formats(session: Session, school_id: int) -> None:
    from transitions.handovers.formats import formats_of

    school = school_name(session.workspace, school_id)
    rows = [
        {"school": school, "name": form.name, "column": place, **one._asdict()}
        for form in formats_of(session.workspace, school_id)
        for place, one in enumerate(form.columns, 1)
    ]
    session.emit(rows, FORMAT_KEYS, FORMAT_KEYS[1:])


def _print_fields(session: Session) -> None:
    from transitions.handovers.formats import fields

    found = fields(session.workspace).values()
    session.emit((record(one, FIELD_KEYS, field=one.code) for one in found), FIELD_KEYS)
