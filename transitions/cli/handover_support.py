"""Commands about the help that a pupil needs at a move, and how the move went after: tier, factors, placement, funding ..."""

from collections.abc import Iterator
from typing import Any

import click

from transitions.cli.context import Session, answers, check_numbers, pairs
from transitions.cli.handover_reading import TRANSFER_KEYS
from transitions.cli.options import NUMBER, command, fields_of, formatted, on, together
from transitions.cli.output import echo, record, say, talk
from transitions.dates import short_with_year
from transitions.errors import NoSuchRecord
from transitions.handovers import after_move, safeguarding, tiers
from transitions.handovers.after_move import AFTER, Lasted, sustained
from transitions.handovers.tiers import factors, load_factors, proposal
from transitions.pupils.lists import pupil_name
from transitions.pupils.page import load
from transitions.pupils.small_records import RecordKind
from transitions.school_year import academic_year_label
from transitions.text import printable
from transitions.workspace import Workspace

TIER_KEYS = ("id", "name", "tier", "proposed", "points", "from_points", "version", "factors", "not_known", "words")
FACTOR_KEYS = ("factor", "words", "points", "source")
SUSTAINED_KEYS = ("moves_of", "after", "moves", "in_place", "known", "not_known", "not_yet", "words")
DECISION_KEYS = ("on", "tier", "proposed", "reason", "worker", "version", "points", "factors")


@command("tier")
@formatted
@click.argument("pupils", nargs=-1, required=True, metavar="PUPIL...")
@click.option("--decide", metavar="TIER", help="Decide the tier: universal, targeted or enhanced.")
@click.option("--reason", default="", metavar="WORDS", help="With --decide: why it is not the suggested tier.")
@click.option("--decisions", is_flag=True, help="Print past decisions and what they were based on.")
def tier_command(session: Session, pupils: tuple[str, ...], decide: str | None, reason: str, decisions: bool) -> None:
    """Print the suggested tier with every factor and its date, or decide it. A tier that was not suggested needs a reason. No tier is set automatically. The suggestion is kept with each decision."""
    if decisions and (decide is not None or len(pupils) > 1):
        raise click.UsageError("--decisions is for one pupil, without --decide.")
    workspace = session.workspace
    ids = [session.pupil(text) for text in pupils]
    if decisions:
        session.emit(_decisions(workspace, ids[0]), DECISION_KEYS, DECISION_KEYS[:5])
        return
    if decide is not None:
        say(tiers.decide(workspace, ids, decide.strip().casefold(), reason))
    found = [_proposal(workspace, number) for number in ids]
    if session.style == "table":
        for one in found:
            echo(f"{one['name']}: {one['tier'] or 'no tier yet'}. {one['words']}")
    else:
        session.emit(found, TIER_KEYS)


def _proposal(workspace: Workspace, pupil_id: int) -> dict[str, object]:
    """What is proposed for a pupil, with every factor and its day."""
    found = proposal(workspace, pupil_id)
    return record(
        found,
        TIER_KEYS,
        id=pupil_id,
        name=printable(pupil_name(workspace, pupil_id) or ""),
        tier=load(workspace, pupil_id).page.tier,
        proposed=found.tier,
        words=found.text,
        factors=[one.text for one in found.contributing],
        not_known=[one.words for one in found.not_known],
    )


def _decisions(workspace: Workspace, pupil_id: int) -> Iterator[dict[str, object]]:
    for row in tiers.decisions(workspace, pupil_id):
        made = tiers.read_decision(row)
        factors = [
            f"{one.words}: {one.value}, {short_with_year(one.since) if one.since else 'day not recorded'} ({one.points})"
            for one in made.factors
        ]
        yield record(row, DECISION_KEYS, on=row.decided_on, version=made.version, points=made.points, factors=factors)


@command("factors")
@formatted
@click.argument("numbers", nargs=-1, metavar="[FACTOR=POINTS]...")
@click.option("--shipped", is_flag=True, help="Restore all the original numbers.")
def factors_command(session: Session, numbers: tuple[str, ...], shipped: bool) -> None:
    """Print the factors for more help and their points, or change them: handover factors young-carer=2 enhanced=4

    A factor counts from 0 (shown but not counted) to 2. targeted and enhanced are the points from which each is suggested. FACTOR= with no value restores the original number. Earlier decisions keep the points they were made with.
    """
    if shipped and numbers:
        raise click.UsageError("Give FACTOR=POINTS words, or --shipped.")
    workspace = session.workspace
    if shipped or numbers:
        wanted = {**({} if shipped else _own_numbers(workspace)), **pairs(numbers)}
        say(tiers.save_factors(workspace, {name: value for name, value in wanted.items() if value != ""}))
    table = tiers.factors(workspace)
    rows = [record(one, FACTOR_KEYS, factor=one.code) for one in table.factors]
    rows += [
        {"factor": tier, "words": f"{tier} is suggested from this many points", "points": least}
        for tier, least in table.from_points.items()
    ]
    session.emit(rows, FACTOR_KEYS)
    talk(f"Factors {table.version}")


def _own_numbers(workspace: Workspace) -> dict[str, object]:
    """The numbers that hold now where they are not the shipped ones."""

    def numbers(table: Any) -> dict[str, int]:
        return {**{one.code: one.points for one in table.factors}, **table.from_points}

    shipped = numbers(load_factors())
    return {name: value for name, value in numbers(factors(workspace)).items() if shipped.get(name) != value}


@command("child-protection")
@formatted
@on("pupil")
@click.option("--sent", "how", metavar="HOW", help="How it was sent: secure e-mail, secure portal, by hand ...")
@click.option("--to", metavar="NAME|URN", help="With --sent: the school; the pupil's next school if not given.")
@click.option(
    "--by", default="", metavar="NAME", help="With --sent: who sent it; whoever is at the keyboard if not given."
)
@click.option("--receipt", metavar="NAME", help="You have the receipt: who confirmed it.")
@click.option("--chased", is_flag=True, help="You chased the receipt.")
@click.option(
    "--transfer", type=NUMBER, metavar="NUMBER", help="Which sending; the latest without a receipt if not given."
)
@click.option("--on", metavar="DATE", help="The day it happened; today if not given.")
def child_protection_command(
    session: Session,
    how: str | None,
    to: str | None,
    by: str,
    receipt: str | None,
    chased: bool,
    transfer: int | None,
    on: str | None,
) -> None:
    """Record that a pupil's child protection file was sent, that you have its receipt, or that you chased it. Without an option, print this. Record only that there is a file, when, how and by whom it was sent, and the receipt. Never record anything in it."""
    if sum((how is not None, receipt is not None, chased)) > 1:
        raise click.UsageError("Give one of --sent, --receipt and --chased.")
    if how is None and (to or by):
        raise click.UsageError("--to and --by go with --sent: give that too.")
    workspace, pupil_id, day = session.workspace, session.pupil_id, session.day(on)
    if how is not None:
        school = session.school(to) if to else None
        say(safeguarding.record_sent(workspace, pupil_id, school, how=how.strip(), on=day, by=by))
    elif receipt is not None:
        say(safeguarding.record_receipt(workspace, _sending(workspace, pupil_id, transfer), by=receipt, on=day))
    elif chased:
        say(safeguarding.chase(workspace, _sending(workspace, pupil_id, transfer), on=day))
    session.emit(safeguarding.of_pupil(workspace, pupil_id), TRANSFER_KEYS)


def _sending(workspace: Workspace, pupil_id: int, number: int | None) -> int:
    rows = safeguarding.of_pupil(workspace, pupil_id)
    if number is None:
        found = [row for row in rows if row.receipt_on is None]
    else:
        found = [row for row in rows if row.id == number]
    if not found:
        raise NoSuchRecord(
            "No such sending is recorded, or you already have the receipt. Record one with: transitions handover child-protection PUPIL --sent HOW"
        )
    return found[0].id


# What came after the move.

_of_a_pupil = together(
    formatted,
    on("pupil"),
    click.option("--change", type=NUMBER, metavar="NUMBER", help="Change this one with FIELD=VALUE words."),
    click.option("--take-out", "out", type=NUMBER, metavar="NUMBER", help="Take out this one, recorded by mistake."),
)


@command("placement")
@_of_a_pupil
@fields_of("handovers.after_move:PLACEMENT_FIELDS", required=False)
def placement_command(session: Session, **typed: Any) -> None:
    """Print where a pupil has been, or record it: handover placement Khan kind="nurture group" place=Willow started_on=1/10/26

    Prints its number: placement #2.
    """
    _after_move(session, "placement", **typed)


@command("first-weeks")
@_of_a_pupil
@fields_of("handovers.after_move:FIRST_WEEKS_FIELDS", required=False)
def first_weeks_command(session: Session, **typed: Any) -> None:
    """Print what the new school said about the first weeks, or record it: handover first-weeks Khan attendance_percent=91 suspensions=0

    Prints its number.
    """
    _after_move(session, "first-weeks", **typed)


@command("funding")
@_of_a_pupil
@fields_of("handovers.after_move:FUNDING_FIELDS", required=False)
def funding_command(session: Session, **typed: Any) -> None:
    """Print a pupil's extra funding, or record it: handover funding Khan what="High needs top-up" ends_on=31/8/27

    Prints its number: funding #2.
    """
    _after_move(session, "funding", **typed)


def _after_move(session: Session, word: str, fields: tuple[str, ...], change: int | None, out: int | None) -> None:
    """Print, save or take out; a number that is another pupil's is refused."""
    kinds: dict[str, RecordKind[Any]] = {
        "placement": after_move.PLACEMENT,
        "first-weeks": after_move.FIRST_WEEKS,
        "funding": after_move.FUNDING,
    }
    kind = kinds[word]
    pairs(fields)
    if (out is not None and (fields or change is not None)) or (change is not None and not fields):
        raise click.UsageError(
            "Give FIELD=VALUE words (with --change for an existing one), or --take-out with a number."
        )
    workspace, pupil_id = session.workspace, session.pupil_id
    if fields:
        saved = after_move.save(workspace, kind, pupil_id, change, answers(fields))
        say(saved)
        echo(f"{word} #{saved.number}")
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
    """Print how many moves that began in an academic YEAR (this one if not given) lasted one term, six months and one year. Moves are placements of kind new school and managed move. Unknown ones are shown beside the share, never in it."""
    found = sustained(session.workspace, session.year(year, "YEAR"))
    moves = academic_year_label(found.academic_year)
    rows = [
        {"moves_of": moves, "after": after, "moves": found.moves, **_lasted(one)}
        for after, one in zip(AFTER, found[2:], strict=True)
    ]
    session.emit(rows, SUSTAINED_KEYS, ("moves_of", "after", "words"))


def _lasted(one: Lasted) -> dict[str, object]:
    return {
        "in_place": one.share.counted,
        "known": one.share.base,
        "not_known": one.not_known,
        "not_yet": one.not_yet,
        "words": one.text,
    }
