"""Commands about what becomes of handovers: sent, viewed, acknowledged, asked about, and how the move went after."""

from typing import TYPE_CHECKING, Any

import click

from transitions.cli.context import (
    Session,
    answer,
    answers,
    check_numbers,
    command,
    formatted,
    kept_argument,
    on,
    pairs,
    together,
)
from transitions.cli.handovers import chosen_handovers, handover_id, of_pupils, recorded_on
from transitions.cli.output import say, talk

if TYPE_CHECKING:
    from transitions.handovers.after_move import Lasted

SUSTAINED_KEYS = ("moves_of", "after", "moves", "in_place", "known", "not_known", "not_yet", "words")
_UNDER_WAY = {"sent", "viewed"}
_ON = click.option("--on", metavar="DATE", help="The day it happened; today if not given.")
_of_handovers = of_pupils(received=True)


@command("send")
@_of_handovers
@click.option("--how", required=True, metavar="WORDS", help="secure e-mail, portal, post, by hand, by telephone ...")
@click.option("--by", default="", metavar="NAME", help="Who sent it; whoever is at the keyboard if not given.")
@_ON
def send_command(session: Session, how: str, by: str, on: str | None) -> None:
    """Record that handovers went to their next schools, for the first time or again. A pack does it by itself.

    With --all they are those that are written and not sent, that failed, or that came back with a question.
    """
    from transitions.handovers.correspondence import send

    ids = chosen_handovers(session, {"drafting", "failed", "returned"})
    recorded_on(session, send(session.workspace, ids, how=how, on=session.day(on), by=by), *ids)


@command("viewed")
@_of_handovers
@_ON
def viewed_command(session: Session, on: str | None) -> None:
    """Record that the receiving school has opened handovers; that is not yet an acknowledgement."""
    from transitions.handovers.correspondence import mark_viewed

    ids = chosen_handovers(session, {"sent"}, of_inbox=True)
    recorded_on(session, mark_viewed(session.workspace, ids, on=session.day(on)), *ids)


@command("acknowledge")
@_of_handovers
@click.option("--by", required=True, metavar="NAME", help="Who acknowledges it: a person of the receiving school.")
@click.option("--pack", metavar="NUMBER", help="Every handover of this pack about which nothing is asked.")
@_ON
def acknowledge_command(session: Session, by: str, pack: str | None, on: str | None) -> None:
    """Record that the receiving school acknowledges handovers; they are complete then.

    Of those that came to us it is we who acknowledge: handover acknowledge --pack "#3" --by "P. Rao"
    """
    from transitions.handovers import acknowledging, correspondence

    if pack is None:
        ids = chosen_handovers(session, _UNDER_WAY, of_inbox=True)
        recorded_on(session, correspondence.acknowledge(session.workspace, ids, by=by, on=session.day(on)), *ids)
        return
    from transitions.cli.handover_packs import pack_number

    if session.typed["pupils"] or session.typed["every"]:
        raise click.UsageError("Give pupils, --all or --pack: one of them.")
    number = pack_number(session, pack, "received")
    recorded = acknowledging.acknowledge(session.workspace, number, by=by, on=session.day(on))
    recorded_on(session, recorded, *acknowledging.handovers_of(session.workspace, number))


@command("fail")
@_of_handovers
@click.option("--reason", required=True, metavar="WORDS", help="What went wrong: the address bounced ...")
@_ON
def fail_command(session: Session, reason: str, on: str | None) -> None:
    """Record that handovers did not arrive: they wait on us, to be sent again."""
    from transitions.handovers.correspondence import fail

    ids = chosen_handovers(session, {"sent"})
    recorded_on(session, fail(session.workspace, ids, reason=reason, on=session.day(on)), *ids)


@command("chase")
@_of_handovers
@click.option("--how", required=True, metavar="WORDS", help="by telephone, e-mail ...")
@click.option("--note", default="", metavar="WORDS", help="What was said.")
@_ON
def chase_command(session: Session, how: str, note: str, on: str | None) -> None:
    """Record that the receiving school was asked whether it has read handovers."""
    from transitions.handovers.correspondence import chase

    ids = chosen_handovers(session, _UNDER_WAY)
    recorded_on(session, chase(session.workspace, ids, how=how, on=session.day(on), note=note), *ids)


@command("take-back")
@_of_handovers
def take_back_command(session: Session) -> None:
    """Record that handovers were not sent after all: they are drafts again. One that was read cannot be taken back."""
    from transitions.handovers.correspondence import take_back

    ids = chosen_handovers(session, {"sent", "failed"})
    recorded_on(session, take_back(session.workspace, ids), *ids)


@command("ask")
@on("handover")
@click.argument("text")
@click.option("--by", default="", metavar="NAME", help="Who asks; the school that has it if not given.")
@click.option("--on", metavar="DATE", help="The day it was asked; today if not given.")
def ask_command(session: Session, text: str, by: str, on: str | None) -> None:
    """Write down a question of the receiving school: the handover is returned with it.

    It is ours about a handover that came, or theirs, told by telephone. TEXT may be @FILE, or @- for standard input. Prints
    the question's number: question #5.
    """
    from transitions.handovers.correspondence import record_question
    from transitions.handovers.page import load

    workspace, number = session.workspace, handover_id(session)
    day = session.day(on)
    recorded_on(session, record_question(workspace, number, answer(text), who=by, on=day), number)
    click.echo(f"question #{max(one.id for one in load(workspace, number).open_questions)}")


@command("reply")
@on("handover")
@click.argument("text")
@click.option("--question", type=int, metavar="NUMBER", help="Which question; the only open one if not given.")
@click.option("--by", default="", metavar="NAME", help="Who answers; whoever is at the keyboard if not given.")
def reply_command(session: Session, text: str, question: int | None, by: str) -> None:
    """Answer a question of the receiving school; it goes with the next pack, or send says how it went. TEXT may be @FILE."""
    from transitions.errors import NoSuchRecord
    from transitions.handovers import correspondence
    from transitions.handovers.page import load

    workspace, number = session.workspace, handover_id(session)
    page = load(workspace, number)
    asked = [one for one in page.messages if one.kind == "question" and one.id == question]
    found = asked or ([] if question is not None else page.open_questions)
    if len(found) != 1:
        numbers = ", ".join(f"#{one.id}" for one in page.open_questions)
        known = f"Open are {numbers}: say which with --question" if numbers else "No question is open"
        raise NoSuchRecord(f"It is not clear which question of this handover is meant. {known}.")
    recorded_on(session, correspondence.answer(workspace, found[0].id, answer(text), who=by), number)


@command("note")
@on("handover")
@click.argument("text")
@click.option("--by", default="", metavar="NAME", help="Who writes it; whoever is at the keyboard if not given.")
def note_command(session: Session, text: str, by: str) -> None:
    """Write a note that goes along with the handover. TEXT may be @FILE, or @- for standard input."""
    from transitions.handovers.correspondence import note

    number = handover_id(session)
    recorded_on(session, note(session.workspace, number, answer(text), who=by), number)


# What came after the move.

_of_a_pupil = together(
    formatted,
    on("pupil"),
    kept_argument("fields", nargs=-1, metavar="[FIELD=VALUE]..."),
    click.option("--change", type=int, metavar="NUMBER", help="Change this one with FIELD=VALUE words."),
    click.option(
        "--take-out", "out", type=int, metavar="NUMBER", help="Take this one out: it was recorded by mistake."
    ),
)


@command("placement")
@_of_a_pupil
def placement_command(session: Session, change: int | None, out: int | None) -> None:
    """Print where a pupil has been, or record it: handover placement Khan kind="nurture group" place=Willow started_on=1/10/26

    Fields: kind (new school, alternative provision, nurture group, managed move, part-time timetable), school, place,
    started_on, planned_end, ended_on, end_reason, back_on, checked_on, check_result. Prints its number: placement #2.
    """
    _after_move(session, "placement", change, out)


@command("first-weeks")
@_of_a_pupil
def first_weeks_command(session: Session, change: int | None, out: int | None) -> None:
    """Print what the new school told of the first weeks, or record it: handover first-weeks Khan attendance_percent=91 suspensions=0

    Fields: on_day (today if not given), attendance_percent, suspensions, part_time, note. Prints its number.
    """
    _after_move(session, "first-weeks", change, out)


@command("funding")
@_of_a_pupil
def funding_command(session: Session, change: int | None, out: int | None) -> None:
    """Print a pupil's extra funding, or record it: handover funding Khan what="High needs top-up" ends_on=31/8/27

    Fields: what, ends_on, applied_on (the day on which it was applied for again), note. Prints its number: funding #2.
    """
    _after_move(session, "funding", change, out)


def _after_move(session: Session, word: str, change: int | None, out: int | None) -> None:
    """Print, save or take out; a number that is another pupil's is refused."""
    from transitions.handovers import after_move

    kinds: dict[str, after_move.RecordKind[Any]] = {
        "placement": after_move.PLACEMENT,
        "first-weeks": after_move.FIRST_WEEKS,
        "funding": after_move.FUNDING,
    }
    kind, fields = kinds[word], session.typed["fields"]
    pairs(fields)
    if (out is not None and (fields or change is not None)) or (change is not None and not fields):
        raise click.UsageError(
            "Give FIELD=VALUE words (with --change for one that stands), or --take-out with a number."
        )
    workspace, pupil_id = session.workspace, session.pupil_id
    if fields:
        saved = after_move.save(workspace, kind, pupil_id, change, answers(fields))
        say(saved.recorded)
        click.echo(f"{word} #{saved.number}")
        return
    rows = after_move.records(workspace, kind, pupil_id)
    if out is None:
        session.emit(rows, ("id", *kind.fields))
        talk("1 record" if len(rows) == 1 else f"{len(rows)} records")
        return
    known = [row.id for row in rows]
    check_numbers([out], known, f"This pupil has no {word}", f"See: transitions handover {word} '#{pupil_id}'")
    say(after_move.take_out(workspace, kind, out))


@command("sustained")
@formatted
@click.argument("year", required=False)
def sustained_command(session: Session, year: str | None) -> None:
    """Print how many moves that began in an academic YEAR (this one if not given) lasted one term, and one year.

    Moves are placements of kind new school and managed move. What is not known stands beside the share, never in it.
    """
    from transitions.handovers.after_move import sustained
    from transitions.school_year import academic_year_label

    found = sustained(session.workspace, session.year(year, "YEAR"))
    moves = academic_year_label(found.academic_year)
    rows = [
        {"moves_of": moves, "after": after, "moves": found.moves, **_lasted(one)}
        for after, one in (("one term", found.one_term), ("one year", found.one_year))
    ]
    session.emit(rows, SUSTAINED_KEYS, ("moves_of", "after", "words"))


def _lasted(one: "Lasted") -> dict[str, object]:
    return {
        "in_place": one.share.counted,
        "known": one.share.base,
        "not_known": one.not_known,
        "not_yet": one.not_yet,
        "words": one.words,
    }
