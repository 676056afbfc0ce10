"""Commands about handovers on their way between two schools, told or in sealed packs: send, viewed ... note, pack, receive ...

The passphrase of a pack comes from a file, the environment or a prompt without echo, and never from the command line: what
stands there is in the shell's history, and everybody on the computer sees it in the list of processes.
"""

import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from transitions.cli.context import Session, answer
from transitions.cli.handovers import (
    chosen_handovers,
    handover_id,
    handover_of,
    move_with_a_board,
    of_pupils,
    recorded_on,
)
from transitions.cli.options import A_FILE, NUMBER, command, formatted, kept_option, on, overridable, overwrites
from transitions.cli.output import echo, record, say, talk, text_of
from transitions.cli.streams import can_ask
from transitions.errors import BadInput, NoSuchRecord, Problem, expanded
from transitions.handovers import correspondence
from transitions.handovers.page import load
from transitions.handovers.passphrases import propose_passphrase
from transitions.text import printable

if TYPE_CHECKING:
    from transitions.handovers.packs import MadePack
    from transitions.handovers.parcels import ForSchool, LeftOut
    from transitions.handovers.receiving import Incoming


VARIABLE: Final = "TRANSITIONS_PASSPHRASE"
"""The name of the environment variable that may hold it, for scripts."""
FOR_SCHOOL_KEYS = ("school", "pupils", "file", "left_out")
PACK_KEYS = ("id", "direction", "school", "on", "file", "pupils", "acknowledged", "worker")
ARRIVAL_KEYS = ("place", "name", "what", "known_by", "id", "words")
_LONGEST_FILE: Final = 10_000
with_passphrase = click.option(
    "--passphrase-file",
    type=A_FILE,
    metavar="FILE",
    help=f"Its first line is the pack's passphrase. Otherwise {VARIABLE} in the environment is used, or you are asked.",
)
own_words = kept_option("--own-words", is_flag=True, help="Type your own passphrase. It is not shown.")
with_new_passphrase = click.option(
    "--passphrase-file",
    type=A_FILE,
    metavar="FILE",
    help=f"Its first line is the pack's passphrase, never the records'. Otherwise {VARIABLE} in the environment is used, or, at a terminal, five words are chosen and shown once.",
)


def passphrase(file: Path | None, *, new: bool = False) -> str:
    """Take the passphrase from the file, the environment or the person, who types a ``new`` one twice.

    Raises ``NoSuchFile`` and ``BadInput`` for the file; without any of the three it is wrong usage (2).
    """
    if file is not None:
        return _first_line(expanded(file))
    kept = os.environ.get(VARIABLE)
    if kept:
        return kept
    if not (can_ask()):
        why = (
            "A passphrase is chosen and shown only at a terminal"
            if new
            else "There is nobody to ask for the passphrase"
        )
        raise click.UsageError(f"{why}: give --passphrase-file FILE, or set {VARIABLE}.")
    return str(click.prompt("Passphrase", hide_input=True, confirmation_prompt="Once more" if new else False, err=True))


def new_passphrase(session: Session, file: Path | None) -> str | None:
    """Take a passphrase that was given, or that is to be typed; None when five words are to be drawn, for a person to read."""
    given = file is not None or os.environ.get(VARIABLE) or session.typed["own_words"]
    return passphrase(file, new=True) if given or not can_ask() else None


def say_passphrase(school: str, words: str) -> None:
    """Show what was drawn to the person, this once; where nobody looks on nothing is drawn, so that it lands in no file."""
    talk(f"Passphrase for {school}: {words}")
    talk("Read it out by telephone. Never send it with the file. It is shown only once and kept nowhere.")


def _first_line(file: Path) -> str:
    from transitions.importing.tabular import read_bytes

    name, data = read_bytes(file, _LONGEST_FILE)
    try:
        first = next((line for line in data.decode("utf-8-sig").splitlines() if line.strip()), "")
    except UnicodeDecodeError:
        first = ""
    if not first:
        raise BadInput([Problem(name, "has no passphrase: expected text (UTF-8) in the first line")])
    return first.strip()


@command("passphrase")
def passphrase_command(_: Session) -> None:
    """Print five words to agree with the other school by telephone. Never put them in the e-mail with the file."""
    echo(propose_passphrase(secrets.SystemRandom()))


@command("pack")
@formatted
@with_new_passphrase
@own_words
@click.argument("folder", type=A_FILE)
@click.option("--to", "schools", multiple=True, metavar="NAME|URN", help="Only for this school; repeatable.")
@click.option(
    "--pupil", "pupils", multiple=True, metavar="PUPIL", help="Only this pupil, even if sent before; repeatable."
)
@click.option("--transition", default="6-7", show_default=True, metavar="CODE", help="The move.")
@click.option("--year", metavar="YEAR", help="The academic year of the move, such as 2026/27; this one if not given.")
@click.option("--how", default="pack file", show_default=True, metavar="WORDS", help="How the files are sent.")
@click.option(
    "--dry-run", is_flag=True, help="Print who would be in which file and who would not, without writing anything."
)
@click.option("--overwrite", is_flag=True, help="Replace files with the same names.")
@overridable
def pack_command(
    session: Session,
    passphrase_file: Path | None,
    folder: Path,
    schools: tuple[str, ...],
    pupils: tuple[str, ...],
    transition: str,
    year: str | None,
    how: str,
    dry_run: bool,
    override: str,
    overwrite: bool,
) -> None:
    """Make a sealed file in FOLDER for each receiving school, with all its pupils, and mark them as sent. Each school gets its own passphrase, shown once. If you give one, all files of this run use it. Pupils left out are named with the reason. Undo marks them as unsent but keeps the files."""
    from transitions.handovers import packs, parcels

    move = move_with_a_board(session, transition, year)
    chosen: dict[str, Any] = {
        "school_ids": {session.school(text) for text in schools} or None,
        "only": {handover_of(session, session.pupil(text), transition) for text in pupils} or None,
        "override": override,
    }
    if dry_run:
        found = parcels.for_schools(session.workspace, move, **chosen)
        rows = [_for_school(one.school, len(one.going), None, one.left_out) for one in found]
        session.emit(rows, FOR_SCHOOL_KEYS, ("school", "pupils"))
        _say_left_out(found)
        return
    secret = new_passphrase(session, passphrase_file)
    made = packs.make_packs(session.workspace, move, expanded(folder), secret, how=how, overwrite=overwrite, **chosen)
    rows = [_for_school(one.school, one.pupils, one.path, one.left_out) for one in made]
    session.emit(rows, FOR_SCHOOL_KEYS, ("school", "pupils", "file"))
    _say_left_out(made)
    for one in made if secret is None else ():
        if one.path:
            say_passphrase(one.school, one.passphrase)
    if any(one.path for one in made):
        talk("Marked as sent. Take it back with: transitions undo")


def _for_school(school: str, pupils: int, file: Path | None, left_out: "Iterable[LeftOut]") -> dict[str, object]:
    return {
        "school": school,
        "pupils": pupils,
        "file": str(file) if file else None,
        "left_out": [f"{who.name}: {who.why}" for who in left_out],
    }


def _say_left_out(found: "list[ForSchool] | list[MadePack]") -> None:
    for one in found:
        for who in one.left_out:
            talk(f"Not in it, {one.school}: {who.name}: {who.why}")
    if any("sent already" in who.why for one in found for who in one.left_out):
        talk("To send one again, use --pupil PUPIL.")


@command("packs")
@formatted
def packs_command(session: Session) -> None:
    """Print the files sent and received, latest first, with how many handovers in each are acknowledged."""
    from transitions.handovers.acknowledging import packs

    rows = packs(session.workspace)
    session.emit((record(one, PACK_KEYS, on=one.on_day, file=one.file_name) for one in rows), PACK_KEYS)


@command("receive")
@formatted
@with_passphrase
@click.argument("file", type=A_FILE)
@click.option(
    "--dry-run", is_flag=True, help="Show what would come in and what would change, without writing anything."
)
@click.option("--keep", type=NUMBER, multiple=True, metavar="PLACE", help="Keep our record of this pupil; repeatable.")
@click.option("--skip-bad", is_flag=True, help="Take in the others if a pupil's record is refused.")
def receive_command(
    session: Session, passphrase_file: Path | None, file: Path, dry_run: bool, keep: tuple[int, ...], skip_bad: bool
) -> None:
    """Take in a pack from another school. Pupils are matched, created and changed as in a pupil import. A damaged or altered file or a wrong passphrase is refused, and nothing is written. Prints what happens to each handover. PLACE is its number in the pack. Write the answer with: transitions handover answer-pack"""
    from transitions.cli.files import which_one
    from transitions.handovers import apply_pack, receiving

    workspace = session.workspace
    ask = which_one if can_ask() else None
    secret = passphrase(passphrase_file)
    incoming = receiving.open_pack(workspace, expanded(file), secret, ask=ask, skip_bad=skip_bad)
    unknown = sorted(set(keep) - {one.place for one in incoming.arrivals})
    if unknown:
        raise click.BadParameter(f"{unknown[0]} is not in this pack.", param_hint="--keep")
    talk(incoming.summary)
    for note in incoming.notes:
        talk(f"  note: {note}")
    arrivals = (record(one, ARRIVAL_KEYS, id=one.pupil_id, words=one.text) for one in incoming.arrivals)
    session.emit(arrivals, ARRIVAL_KEYS, ("place", "name", "words"))
    if dry_run:
        _say_differences(incoming)
        return
    say(apply_pack.receive(workspace, incoming, keep=keep))


def _say_differences(incoming: "Incoming") -> None:
    for entry in (*incoming.preview.new, *incoming.preview.changed):
        talk(f"{entry.line}: {entry.label}")
        for one in entry.differences:
            talk(f"    {one.title}: {f'{one.old} -> ' if one.old else ''}{one.new}")


@command("answer-pack")
@with_new_passphrase
@own_words
@click.argument("pack")
@click.argument("file", type=A_FILE)
@overwrites
def answer_pack_command(session: Session, passphrase_file: Path | None, pack: str, file: Path, overwrite: bool) -> None:
    """Write the answer to a received PACK: which handovers were received, opened and acknowledged, and your questions. After the move it also says whether each pupil is still there and how many sessions they attended. Make it again in the autumn, so the sender learns what happened to its pupils. PACK is a number from handover packs, or 'last'. FILE may be a folder, where the answer gets its own name. You can use the pack's passphrase. If you give none, five words are chosen. Prints the path."""
    from transitions.handovers.acknowledging import make_answer

    number = received_pack(session, pack)
    secret = new_passphrase(session, passphrase_file)
    drawn = secret or propose_passphrase(secrets.SystemRandom())
    made = make_answer(session.workspace, number, expanded(file), drawn, overwrite=overwrite)
    echo(str(made.path))
    if secret is None:
        say_passphrase(made.school, drawn)
    told = f", {made.told} with what happened to the pupil" if made.told else ""
    talk(
        f"{made.acknowledged} of {made.listed} acknowledged, {made.asked} with a question{told}. Send the file to the sender."
    )


@command("take-answer")
@with_passphrase
@click.argument("file", type=A_FILE)
def take_answer_command(session: Session, passphrase_file: Path | None, file: Path) -> int:
    """Take in a school's answer to one of our packs. Each handover moves forward, never back, and its questions wait for us. An answer to an unknown pack is explained and nothing is written (exit status 1)."""
    from transitions.handovers.acknowledging import take_answer

    workspace = session.workspace
    taken = take_answer(workspace, expanded(file), passphrase(passphrase_file))
    if taken.unknown:
        for sentence in taken.unknown:
            echo(text_of(sentence))
        return 1
    say(taken.recorded)
    counts = {
        "acknowledged": taken.acknowledged,
        "returned with a question": taken.returned,
        "viewed": taken.viewed,
        "received": taken.received,
        **({"with what happened to the pupil": taken.told} if taken.told else {}),
    }
    echo(text_of(f"{taken.school}: {', '.join(f'{number} {word}' for word, number in counts.items())}"))
    for note in taken.notes:
        talk(f"  note: {note}")
    return 0


def received_pack(session: Session, text: str) -> int:
    """The number of the pack that is meant: one of those that came. Raises ``NoSuchRecord``."""
    from transitions.handovers.acknowledging import packs

    known = [row.id for row in packs(session.workspace) if row.direction == "received"]
    wanted = text.strip().removeprefix("#")
    found = known[:1] if wanted.casefold() == "last" else [number for number in known if str(number) == wanted]
    if not found:
        raise NoSuchRecord(f"There is no received pack {printable(text)}. See: transitions handover packs")
    return found[0]


_UNDER_WAY = {"sent", "viewed"}
_ON = click.option("--on", metavar="DATE", help="The day it happened; today if not given.")
_of_handovers = of_pupils(received=True)


@command("send")
@_of_handovers
@click.option("--how", required=True, metavar="WORDS", help="secure e-mail, portal, post, by hand, by telephone ...")
@click.option("--by", default="", metavar="NAME", help="Who sent it; whoever is at the keyboard if not given.")
@_ON
@overridable
def send_command(session: Session, how: str, by: str, on: str | None, override: str) -> None:
    """Record that handovers were sent to their next schools, for the first time or again. Making a pack does this automatically. --all means those written but not sent, failed, or returned with a question."""
    ids = chosen_handovers(session, {"drafting", "failed", "returned"})
    recorded_on(
        session,
        correspondence.send(session.workspace, ids, how=how, on=session.day(on), by=by, override=override),
        *ids,
    )


@command("viewed")
@_of_handovers
@_ON
def viewed_command(session: Session, on: str | None) -> None:
    """Record that the receiving school has opened handovers, which is not yet an acknowledgement."""
    ids = chosen_handovers(session, {"sent"}, of_inbox=True)
    recorded_on(session, correspondence.mark_viewed(session.workspace, ids, on=session.day(on)), *ids)


@command("acknowledge")
@_of_handovers
@click.option("--by", required=True, metavar="NAME", help="Who acknowledges it: a person at the receiving school.")
@click.option("--pack", metavar="NUMBER", help="Every handover in this pack without a question.")
@_ON
def acknowledge_command(session: Session, by: str, pack: str | None, on: str | None) -> None:
    """Record that the receiving school acknowledged handovers, which completes them. For handovers you received, you are the one to acknowledge: handover acknowledge --pack "#3" --by "P. Rao" """
    from transitions.handovers import acknowledging

    if pack is None:
        ids = chosen_handovers(session, _UNDER_WAY, of_inbox=True)
        recorded_on(session, correspondence.acknowledge(session.workspace, ids, by=by, on=session.day(on)), *ids)
        return

    if session.typed["pupils"] or session.typed["every"]:
        raise click.UsageError("Give pupils, --all or --pack: one of them.")
    number = received_pack(session, pack)
    recorded = acknowledging.acknowledge(session.workspace, number, by=by, on=session.day(on))
    recorded_on(session, recorded, *acknowledging.handovers_of(session.workspace, number))


@command("fail")
@_of_handovers
@click.option("--reason", required=True, metavar="WORDS", help="What went wrong, such as: the e-mail bounced.")
@_ON
def fail_command(session: Session, reason: str, on: str | None) -> None:
    """Record that handovers did not arrive, so we have to send them again."""
    ids = chosen_handovers(session, {"sent"})
    recorded_on(session, correspondence.fail(session.workspace, ids, reason=reason, on=session.day(on)), *ids)


@command("chase")
@_of_handovers
@click.option("--how", required=True, metavar="WORDS", help="by telephone, e-mail ...")
@click.option("--note", default="", metavar="WORDS", help="What was said.")
@_ON
def chase_command(session: Session, how: str, note: str, on: str | None) -> None:
    """Record that the receiving school was asked whether it has read handovers."""
    ids = chosen_handovers(session, _UNDER_WAY)
    recorded_on(session, correspondence.chase(session.workspace, ids, how=how, on=session.day(on), note=note), *ids)


@command("take-back")
@_of_handovers
def take_back_command(session: Session) -> None:
    """Record that handovers were not sent, which makes them drafts again. You can't take one back once it has been read."""
    ids = chosen_handovers(session, {"sent", "failed"})
    recorded_on(session, correspondence.take_back(session.workspace, ids), *ids)


@command("ask")
@on("handover")
@click.argument("text")
@click.option("--by", default="", metavar="NAME", help="Who asks; the school that has it if not given.")
@click.option("--on", metavar="DATE", help="The day it was asked; today if not given.")
def ask_command(session: Session, text: str, by: str, on: str | None) -> None:
    """Write down a question from the receiving school, which returns the handover. It can be ours about a received handover, or theirs, asked by telephone. TEXT may be @FILE, or @- for standard input. Prints
    the question's number: question #5.
    """
    workspace, number = session.workspace, handover_id(session)
    day = session.day(on)
    recorded_on(session, correspondence.record_question(workspace, number, answer(text), who=by, on=day), number)
    echo(f"question #{max(one.id for one in load(workspace, number).open_questions)}")


@command("reply")
@on("handover")
@click.argument("text")
@click.option("--question", type=NUMBER, metavar="NUMBER", help="Which question; the only open one if not given.")
@click.option("--by", default="", metavar="NAME", help="Who answers; whoever is at the keyboard if not given.")
def reply_command(session: Session, text: str, question: int | None, by: str) -> None:
    """Answer a question from the receiving school. The answer goes with the next pack, or record how it was sent with send. TEXT may be @FILE."""
    workspace, number = session.workspace, handover_id(session)
    page = load(workspace, number)
    questions = [one for one in page.messages if one.kind == "question" and one.id == question]
    found = questions or ([] if question is not None else page.open_questions)
    if len(found) != 1:
        numbers = ", ".join(f"#{one.id}" for one in page.open_questions)
        known = f"{numbers} are open. Say which with --question" if numbers else "No question is open"
        raise NoSuchRecord(f"It is not clear which of this handover's questions you mean. {known}.")
    recorded_on(session, correspondence.answer(workspace, found[0].id, answer(text), who=by), number)


@command("note")
@on("handover")
@click.argument("text")
@click.option("--by", default="", metavar="NAME", help="Who writes it; whoever is at the keyboard if not given.")
def note_command(session: Session, text: str, by: str) -> None:
    """Write a note to go with the handover. TEXT may be @FILE, or @- for standard input."""
    number = handover_id(session)
    recorded_on(session, correspondence.note(session.workspace, number, answer(text), who=by), number)
