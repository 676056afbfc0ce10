"""Commands that write handovers: start, edit, accept, friend, unfriend."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from transitions.cli.handover_options import (
    check_whose,
    chosen_pupils,
    handover_of,
    of_a_handover,
    of_pupils,
    one_move,
    opened_handover,
    print_lines,
    recorded_on,
)
from transitions.cli.options import answers, common, formatted, opened, pairs, typed_day
from transitions.cli.output import emit, say, talk
from transitions.handovers.board import NOT_STARTED, STATUSES

if TYPE_CHECKING:
    from transitions.workspace import Workspace


@click.command("tier")
@common
@formatted
@click.argument("pupils", nargs=-1, required=True, metavar="PUPIL...")
@click.option("--decide", metavar="TIER", help="Decide it: universal, targeted or enhanced.")
@click.option("--reason", default="", metavar="WORDS", help="With --decide: why it is another than is proposed.")
@click.option("--decisions", is_flag=True, help="Print what was decided so far, and on what.")
@click.pass_context
def tier_command(
    ctx: click.Context,
    /,
    db: Path | None,
    as_of: str | None,
    style: str,
    pupils: tuple[str, ...],
    decide: str | None,
    reason: str,
    decisions: bool,
) -> None:
    """Print which tier the factors propose, with every factor and its day, or decide it; another than proposed needs a reason.

    Nothing sets a tier by itself. What was proposed is kept with each decision.
    """
    from transitions.cli import handover_read as records
    from transitions.handovers import tiers
    from transitions.pupils.editing import find_pupil

    if decisions and (decide is not None or len(pupils) > 1):
        raise click.UsageError("--decisions is of one pupil, without --decide.")
    with opened(ctx, db, as_of) as workspace:
        ids = [find_pupil(workspace, text) for text in pupils]
        if decisions:
            emit(_decisions(workspace, ids[0]), records.DECISION_KEYS, style, shown=records.DECISION_KEYS[:5])
            return
        if decide is not None:
            say(tiers.decide(workspace, ids, decide.strip().casefold(), reason))
        found = list(_proposals(workspace, ids))
        if style == "table":
            for one in found:
                click.echo(f"{one['name']}: {one['tier'] or 'no tier yet'}. {one['words']}")
        else:
            emit(found, records.TIER_KEYS, style)


@click.command("factors")
@common
@formatted
@click.argument("numbers", nargs=-1, metavar="[FACTOR=POINTS]...")
@click.option("--shipped", is_flag=True, help="Take the shipped numbers again, all of them.")
@click.pass_context
def factors_command(
    ctx: click.Context, db: Path | None, as_of: str | None, style: str, numbers: tuple[str, ...], shipped: bool
) -> None:
    """Print the factors that speak for more help and what each counts, or change it: handover factors young-carer=2 enhanced=4

    A factor counts 0 (shown, not counted) to 2; targeted and enhanced are the points from which each is proposed. FACTOR=
    with nothing behind it is the shipped number again. Earlier decisions keep the table they were made by.
    """
    from transitions.cli.handover_read import FACTOR_KEYS
    from transitions.handovers import tiers

    if shipped and numbers:
        raise click.UsageError("Give FACTOR=POINTS words, or --shipped.")
    with opened(ctx, db, as_of) as workspace:
        if shipped or numbers:
            wanted = {**({} if shipped else _own_numbers(workspace)), **pairs(numbers)}
            say(tiers.save_factors(workspace, {name: value for name, value in wanted.items() if value != ""}))
        table = tiers.factors(workspace)
    rows: list[dict[str, object]] = [
        {"factor": one.code, "words": one.words, "points": one.points, "source": one.source} for one in table.factors
    ]
    rows += [
        {"factor": tier, "words": f"From so many points {tier} is proposed", "points": least, "source": None}
        for tier, least in table.from_points.items()
    ]
    emit(rows, FACTOR_KEYS, style)
    talk(f"Factors {table.version}")


@click.command("child-protection")
@common
@formatted
@click.argument("pupil")
@click.option("--sent", "how", metavar="HOW", help="It went: secure e-mail, secure portal, by hand ...")
@click.option("--to", metavar="NAME|URN", help="With --sent: the school; the pupil's next school if not given.")
@click.option(
    "--by", default="", metavar="NAME", help="With --sent: who sent it; whoever is at the keyboard if not given."
)
@click.option("--receipt", metavar="NAME", help="The receipt is here, and who confirmed it.")
@click.option("--chased", is_flag=True, help="The receipt was asked for again.")
@click.option(
    "--transfer", type=int, metavar="NUMBER", help="Which sending; the newest without a receipt if not given."
)
@click.option("--on", metavar="DATE", help="The day it happened; today if not given.")
@click.pass_context
def child_protection_command(
    ctx: click.Context,
    /,
    db: Path | None,
    as_of: str | None,
    style: str,
    pupil: str,
    how: str | None,
    receipt: str | None,
    chased: bool,
    transfer: int | None,
    on: str | None,
    **which: Any,
) -> None:
    """Record that a pupil's child protection file went, that its receipt is here, or was asked for; without an option print it.

    Only that there is a file, when and how it went, by whom, and the receipt: never anything that is in it.
    """
    from transitions.cli.handover_read import TRANSFER_KEYS, transfer_records
    from transitions.handovers import safeguarding
    from transitions.pupils.editing import find_pupil
    from transitions.pupils.schools import find_school

    if sum((how is not None, receipt is not None, chased)) > 1:
        raise click.UsageError("Give one of --sent, --receipt and --chased.")
    if how is None and (which["to"] or which["by"]):
        raise click.UsageError("--to and --by say how it went: give --sent too.")
    with opened(ctx, db, as_of) as workspace:
        pupil_id, day = find_pupil(workspace, pupil), typed_day(workspace, on, "--on")
        if how is not None:
            school = find_school(workspace, which["to"]) if which["to"] else None
            say(safeguarding.record_sent(workspace, pupil_id, school, how=how.strip(), on=day, by=which["by"]))
        elif receipt is not None:
            say(safeguarding.record_receipt(workspace, _sending(workspace, pupil_id, transfer), by=receipt, on=day))
        elif chased:
            say(safeguarding.chase(workspace, _sending(workspace, pupil_id, transfer), on=day))
        emit(transfer_records(safeguarding.of_pupil(workspace, pupil_id)), TRANSFER_KEYS, style)


def _sending(workspace: "Workspace", pupil_id: int, number: int | None) -> int:
    from transitions.errors import NoSuchRecord
    from transitions.handovers import safeguarding

    rows = safeguarding.of_pupil(workspace, pupil_id)
    if number is None:
        found = [row for row in rows if row.receipt_on is None]
    else:
        found = [row for row in rows if row.id == number]
    if not found:
        raise NoSuchRecord(
            "No such sending is recorded, or the receipt is here already. Record it with: "
            "transitions handover child-protection PUPIL --sent HOW"
        )
    return found[0].id


def _own_numbers(workspace: "Workspace") -> dict[str, object]:
    """The numbers that hold now where they are not the shipped ones."""
    from transitions.handovers.tiers import factors, load_factors

    def numbers(table: Any) -> dict[str, int]:
        return {**{one.code: one.points for one in table.factors}, **table.from_points}

    shipped = numbers(load_factors())
    return {name: value for name, value in numbers(factors(workspace)).items() if shipped.get(name) != value}


def _proposals(workspace: "Workspace", ids: list[int]) -> Iterator[dict[str, object]]:
    from db.pupils import pupils
    from transitions.cli.handover_read import tier_record
    from transitions.handovers.tiers import proposal
    from transitions.text import printable

    for number in ids:
        page = pupils.page(workspace.read(), number)
        name = printable(pupils.pupil_name(workspace.read(), number) or "")
        yield tier_record(number, name, page.tier if page else None, proposal(workspace, number))


def _decisions(workspace: "Workspace", pupil_id: int) -> Iterator[dict[str, object]]:
    from transitions.dates import short_with_year
    from transitions.handovers import tiers

    for row in tiers.decisions(workspace, pupil_id):
        made = tiers.read_decision(row)
        yield {
            "on": row.decided_on,
            "tier": row.tier,
            "proposed": row.proposed,
            "reason": row.reason,
            "worker": row.worker,
            "version": made.version,
            "points": made.points,
            "factors": [
                f"{one.words}: {one.value}, {short_with_year(one.since) if one.since else 'day not recorded'} ({one.points})"
                for one in made.factors
            ],
        }


@click.command("start")
@of_pupils()
@click.pass_context
def start_command(ctx: click.Context, /, **which: Any) -> None:
    """Start handovers, each for the pupil's next move, or for that of --transition.

    Such as: handover start --all --transition 6-7 --school "Fenwick Hollow". With --all they are those of the board that are
    not started. Prints their numbers: handover #3 pupil #12 6-7 2026/27 drafting.
    """
    from transitions.handovers import writing

    check_whose(which)
    with opened(ctx, which["db"], which["as_of"]) as workspace:
        started = writing.start(workspace, chosen_pupils(workspace, which, {NOT_STARTED}), one_move(which))
        recorded_on(workspace, started.recorded, list(started.handovers.values()))


@click.command("edit")
@of_pupils("[PUPIL]... QUESTION=ANSWER...")
@click.pass_context
def edit_command(ctx: click.Context, /, **which: Any) -> None:
    """Answer questions, such as: handover edit Khan interests="Kites, maps" lates=2 my_hopes=@said.txt

    QUESTION=ANSWER words come after the pupils; QUESTION is a name from handover questions. QUESTION= with nothing behind it
    takes the answer back, @FILE reads it from a file and @- from standard input (@@ stands for @). The same answer may be
    given to many pupils, or with --all to a whole board, where the question is one_for_all; a handover is started where there is none:
    handover edit --all --year-group 6 transition_day=went
    """
    from transitions.handovers import writing
    from transitions.pupils.editing import find_pupil

    words = which["pupils"]
    first = next((place for place, word in enumerate(words) if "=" in word), len(words))
    fields, which["pupils"] = pairs(words[first:]), words[:first]
    if not fields:
        raise click.UsageError("Give QUESTION=ANSWER words. See the questions with: transitions handover questions")
    check_whose(which)
    with opened(ctx, which["db"], which["as_of"]) as workspace:
        move = one_move(which)
        if len(which["pupils"]) == 1:
            number = handover_of(workspace, find_pupil(workspace, which["pupils"][0]), move).id
            recorded_on(workspace, writing.save_answers(workspace, number, answers(fields)), [number])
            return
        pupils = chosen_pupils(workspace, which, set(STATUSES))
        say(writing.answer_for_many(workspace, pupils, answers(fields), move))
        print_lines(workspace, [handover_of(workspace, pupil, move).id for pupil in pupils])


@click.command("accept")
@of_a_handover
@click.option("--section", metavar="CODE", help="Only this section, such as about; all of them if not given.")
@click.pass_context
def accept_command(ctx: click.Context, /, section: str | None, **which: Any) -> None:
    """Take over as answers what the record proposes. Sending does the same, so that nothing changes behind what was sent."""
    from transitions.handovers import writing
    from transitions.handovers.page import load

    with opened_handover(ctx, which) as (workspace, row):
        known = [one.code for one in load(workspace, row.id).form.sections]
        if section is not None and section not in known:
            raise click.BadParameter(f"{section!r} is not one of {', '.join(known)}.", param_hint="--section")
        recorded_on(workspace, writing.accept_prefilled(workspace, row.id, section), [row.id])


@click.command("friend")
@common
@click.argument("pupil")
@click.argument("other")
@click.option("--apart", is_flag=True, help="They are to be kept apart; together if not given.")
@click.pass_context
def friend_command(ctx: click.Context, db: Path | None, as_of: str | None, pupil: str, other: str, apart: bool) -> None:
    """Record that two pupils are to be kept together, or apart. No words: a school learns of it only when both go there."""
    from transitions.handovers import friendships
    from transitions.pupils.editing import find_pupil

    with opened(ctx, db, as_of) as workspace:
        both = find_pupil(workspace, pupil), find_pupil(workspace, other)
        say(friendships.pair(workspace, *both, "keep apart" if apart else "keep with"))


@click.command("unfriend")
@common
@click.argument("pupil")
@click.argument("other")
@click.pass_context
def unfriend_command(ctx: click.Context, db: Path | None, as_of: str | None, pupil: str, other: str) -> None:
    """Take out what is recorded of two pupils."""
    from transitions.handovers import friendships
    from transitions.pupils.editing import find_pupil

    with opened(ctx, db, as_of) as workspace:
        say(friendships.unpair(workspace, find_pupil(workspace, pupil), find_pupil(workspace, other)))
