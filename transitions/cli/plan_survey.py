"""Commands about what families say of a move: survey ask, answer, items, results."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from db.vocabulary import RESPONDENTS, SURVEY_MOMENTS
from transitions.cli.options import common, formatted, opened, pairs, typed_day
from transitions.cli.output import emit, say, talk, text_of
from transitions.cli.plan_options import answer, check_move, of_a_plan, opened_plan

if TYPE_CHECKING:
    from transitions.plans.survey_results import Counted, Results

Function = TypeVar("Function", bound=Callable[..., Any])

_ITEM_KEYS = ("item", "moment", "words")
_RESULT_KEYS = ("part", "question", "moment", "respondent", "answer", "count", "base", "words")


def _moment(function: Function) -> Function:
    option = click.option(
        "--moment", type=click.Choice(SURVEY_MOMENTS), required=True, help="Before or after the move."
    )
    return option(function)


@click.group("survey")
def survey_command() -> None:
    """Ask families, enter what they answered, print the results. Answers are anonymous unless the person agrees."""


@survey_command.command("ask")
@of_a_plan
@_moment
@click.option("--respondent", type=click.Choice(RESPONDENTS), multiple=True, help="Who was asked; both if not given.")
@click.option("--on", metavar="DATE", help="The day it was handed out; today if not given.")
@click.pass_context
def _ask(ctx: click.Context, /, moment: str, respondent: tuple[str, ...], on: str | None, **which: Any) -> None:
    """Record that the survey was handed out: a response rate is counted against it."""
    from transitions.plans import surveys

    with opened_plan(ctx, which, closed_too=True) as (workspace, plan):
        day = typed_day(workspace, on, "--on")
        say(surveys.ask(workspace, plan.id, moment, respondent or RESPONDENTS, on=day))


@survey_command.command("answer")
@of_a_plan
@_moment
@click.argument("fields", nargs=-1, metavar="[ITEM=ANSWER]...")
@click.option("--respondent", type=click.Choice(RESPONDENTS), required=True, help="Who answered.")
@click.option("--worry", metavar="0-10", help="How worried: 0 not at all.")
@click.option("--overall", metavar="1-5", help="How good it was: 5 very good.")
@click.option("--worked", default="", metavar="TEXT", help="What was good; @FILE reads it from a file.")
@click.option("--change", default="", metavar="TEXT", help="What should be different; @FILE likewise.")
@click.option("--linked", is_flag=True, help="The person agreed that the answers are kept with the plan.")
@click.option("--code", default="", metavar="CODE", help="After the move: the code on the person's paper.")
@click.option("--on", metavar="DATE", help="The day it came back; today if not given.")
@click.pass_context
def _answer(
    ctx: click.Context, /, moment: str, fields: tuple[str, ...], code: str, on: str | None, linked: bool, **which: Any
) -> None:
    """Enter one survey that came back, such as: survey answer Khan --moment before --respondent pupil asked=5 --worry 3

    An ANSWER is 5 (agrees most) to 1, or "not sure"; items are those of survey items. PUPIL says which move it is about,
    and is kept only with --linked. Prints the code for the person's paper, when there is one.
    """
    from transitions.plans import surveys

    with opened_plan(ctx, which, closed_too=True) as (workspace, plan):
        recorded, paper = surveys.record_response(
            workspace,
            moment=moment,
            respondent=which["respondent"],
            answers=pairs(fields),
            plan_id=plan.id,
            worry=which["worry"],
            overall=which["overall"],
            linked=linked,
            pair_code=code,
            on=typed_day(workspace, on, "--on"),
            worked=answer(which["worked"]),
            change=answer(which["change"]),
        )
        say(recorded)
        if paper:
            click.echo(f"code {paper}")


@survey_command.command("items")
@common
@formatted
@click.option("--respondent", type=click.Choice(RESPONDENTS), default="pupil", show_default=True, help="Whose words.")
@click.pass_context
def _items(ctx: click.Context, db: Path | None, as_of: str | None, style: str, respondent: str) -> None:
    """Print what is asked, by the names that survey answer understands."""
    from transitions.plans.surveys import load_survey

    del ctx, db, as_of
    found = [
        {"item": one.code, "moment": " and ".join(one.moments), "words": one.words[respondent]}
        for one in load_survey().items
    ]
    emit(found, _ITEM_KEYS, style)


@survey_command.command("results")
@common
@formatted
@click.option("--from", "first", metavar="DATE", help="What came back from this day; anonymous answers by their month.")
@click.option("--to", "last", metavar="DATE", help="What came back until this day.")
@click.option("--transition", metavar="CODE", help="About this move, such as 6-7.")
@click.pass_context
def _results(
    ctx: click.Context,
    db: Path | None,
    as_of: str | None,
    style: str,
    first: str | None,
    last: str | None,
    transition: str | None,
) -> None:
    """Print what came back, every count with its base. For use inside the team: small numbers are shown."""
    from transitions.plans import survey_results

    check_move(transition)
    with opened(ctx, db, as_of) as workspace:
        begin, end = typed_day(workspace, first, "--from"), typed_day(workspace, last, "--to")
        found = survey_results.results(workspace, first=begin, last=end, transition=transition)
    if style == "table":
        _print_results(found)
    else:
        emit(_records(found), _RESULT_KEYS, style)
    talk(f"{found.responses:,} surveys came back. {survey_results.NOT_SUPPRESSED}")


def _print_results(found: "Results") -> None:
    """Print a sentence for each rate and change, and a line of counts for each question."""
    for rate in found.rates:
        click.echo(text_of(f"{rate.moment} the move, {rate.respondent}: {rate.words}"))
    for change in found.worry_change:
        click.echo(text_of(f"worry, {change.respondent}: {change.words}"))
    for counted in (found.items, found.overall, found.worry):
        answered = [one for one in counted if one.base]
        if answered:
            answers = list(map(str, answered[0].counts))
            click.echo()
            emit(map(_counts, answered), ("question", "moment", "respondent", *answers, "base"), "table")


def _counts(counted: "Counted") -> dict[str, object]:
    return {**_question(counted), "base": counted.base, **{str(key): count for key, count in counted.counts.items()}}


def _records(found: "Results") -> Iterator[Mapping[str, object]]:
    """Give one record a count: long rather than wide, so that every part has the same keys."""
    for rate in found.rates:
        about = {"part": "response rate", "moment": rate.moment, "respondent": rate.respondent, "base": rate.asked}
        yield {**about, "answer": "answered", "count": rate.answered, "words": rate.words}
        yield {**about, "answer": "beyond", "count": rate.beyond}
    for part, counted in (("item", found.items), ("overall", found.overall), ("worry", found.worry)):
        for one in counted:
            for given, count in one.counts.items():
                about = {"part": part, **_question(one), "base": one.base, "words": one.words}
                yield {**about, "answer": given, "count": count}
    for change in found.worry_change:
        about = {"part": "worry change", "respondent": change.respondent, "base": change.pairs, "words": change.words}
        for way in ("lower", "same", "higher"):
            yield {**about, "answer": way, "count": getattr(change, way)}
    for comment in found.comments:
        about = {"part": "comment", "moment": comment.moment, "respondent": comment.respondent}
        for question in ("worked", "change"):
            if words := getattr(comment, question):
                yield {**about, "question": question, "words": words}


def _question(counted: "Counted") -> dict[str, object]:
    return {"question": counted.code, "moment": counted.moment, "respondent": counted.respondent}
