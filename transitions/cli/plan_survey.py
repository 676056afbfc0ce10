"""The family survey by command: hand it out, enter what came back, print the results."""

from collections.abc import Iterator, Mapping
from typing import Any

import click

from transitions.cli.context import Session, answer, check_move, pairs
from transitions.cli.options import Choice, common, formatted, on
from transitions.cli.output import echo, emit, say, talk, text_of
from transitions.cli.plans import moves_with_plans, plan_id
from transitions.plans import survey_results
from transitions.plans.survey_results import AnswerCounts, Results
from transitions.plans.surveys import RESPONDENTS, SURVEY_MOMENTS, load_survey, record_handed_out, record_response
from transitions.text import how_many

SURVEY_ITEM_KEYS = ("item", "moment", "words")
RESULT_KEYS = ("part", "question", "moment", "respondent", "answer", "count", "base", "words")


_moment = click.option("--moment", type=Choice(SURVEY_MOMENTS), required=True, help="Before or after the move.")


@click.group("survey")
def survey_command() -> None:
    """Survey families, enter their answers, print the results. Answers are anonymous unless the person agrees."""


@survey_command.command("ask")
@common
@on("plan")
@_moment
@click.option("--respondent", type=Choice(RESPONDENTS), multiple=True, help="Who was asked; both if not given.")
@click.option("--on", metavar="DATE", help="The date it was handed out; today if not given.")
def _hand_out(session: Session, moment: str, respondent: tuple[str, ...], on: str | None) -> None:
    """Record that the survey was handed out: a response rate is counted against it."""
    number = plan_id(session, closed_too=True)
    say(record_handed_out(session.workspace, number, moment, respondent or RESPONDENTS, on=session.day(on)))


@survey_command.command("answer")
@common
@on("plan")
@_moment
@click.argument("fields", nargs=-1, metavar="[ITEM=ANSWER]...")
@click.option("--respondent", type=Choice(RESPONDENTS), required=True, help="Who answered.")
@click.option("--worry", metavar="0-10", help="How worried: 0 not at all.")
@click.option("--overall", metavar="1-5", help="How good it was: 5 very good.")
@click.option("--worked", default="", metavar="TEXT", help="What was good; @FILE reads it from a file.")
@click.option("--change", default="", metavar="TEXT", help="What should be different; @FILE likewise.")
@click.option("--linked", is_flag=True, help="The person agreed to keep the answers with the plan.")
@click.option("--code", default="", metavar="CODE", help="After the move: the code on the person's paper.")
@click.option("--on", metavar="DATE", help="The date it was returned; today if not given.")
def _answer(
    session: Session, fields: tuple[str, ...], code: str, on: str | None, worked: str, change: str, **said: Any
) -> None:
    """Enter one survey that came back, such as: survey answer Khan --moment before --respondent pupil asked=5 --worry 3

    An ANSWER is 5 (agrees most) to 1, or "not sure"; items are those of survey items. PUPIL says which move it is about,
    and is kept only with --linked. Prints the code for the person's paper, when there is one.
    """
    number = plan_id(session, closed_too=True)
    recorded, paper = record_response(
        session.workspace,
        answers=pairs(fields),
        plan_id=number,
        pair_code=code,
        on=session.day(on),
        worked=answer(worked),
        change=answer(change),
        **said,
    )
    say(recorded)
    if paper:
        echo(f"code {paper}")


@survey_command.command("items")
@common
@formatted
@click.option("--respondent", type=Choice(RESPONDENTS), default="pupil", show_default=True, help="Whose words.")
def _items(session: Session, respondent: str) -> None:
    """Print what is asked, by the names that survey answer understands."""
    found = [
        {"item": one.code, "moment": " and ".join(one.moments), "words": one.words[respondent]}
        for one in load_survey().items
    ]
    session.emit(found, SURVEY_ITEM_KEYS)


@survey_command.command("results")
@common
@formatted
@click.option(
    "--from",
    "first",
    metavar="DATE",
    help="Surveys handed out and returned from this date; anonymous answers by month.",
)
@click.option("--to", "last", metavar="DATE", help="Until this date.")
@click.option("--transition", metavar="CODE", help="About this move, such as 6-7.")
def _results(session: Session, first: str | None, last: str | None, transition: str | None) -> None:
    """Print what came back, every count with its base. For use inside the team: small numbers are shown.

    With --from and --to a rate is of the surveys handed out on these days, whenever they came back.
    """
    check_move(transition, moves_with_plans())
    begin, end = session.day(first, "--from"), session.day(last, "--to")
    found = survey_results.results(session.workspace, first=begin, last=end, transition=transition)
    if session.style == "table":
        _print_results(found)
    else:
        session.emit(_result_records(found), RESULT_KEYS)
    talk(f"{how_many(found.responses, 'survey')} came back. {survey_results.NOT_SUPPRESSED}")


def _print_results(found: Results) -> None:
    """Print a sentence for each rate and change, and a line of counts for each question."""
    for rate in found.rates:
        echo(text_of(f"{rate.moment} the move, {rate.respondent}: {rate.text}"))
    for change in found.worry_change:
        echo(text_of(f"worry, {change.respondent}: {change.text}"))
    for counted in (found.items, found.overall, found.worry):
        answered = [one for one in counted if one.base]
        if answered:
            answers = list(map(str, answered[0].counts))
            echo()
            emit(map(_counts, answered), ("question", "moment", "respondent", *answers, "base"), "table")


def _counts(counted: AnswerCounts) -> dict[str, object]:
    return {**_question(counted), "base": counted.base, **{str(key): count for key, count in counted.counts.items()}}


def _result_records(found: Results) -> Iterator[Mapping[str, object]]:
    """Give one record a count: long rather than wide, so that every part has the same keys."""
    for rate in found.rates:
        about = {"part": "response rate", "moment": rate.moment, "respondent": rate.respondent, "base": rate.asked}
        yield {**about, "answer": "answered", "count": rate.answered, "words": rate.text}
        yield {**about, "answer": "beyond", "count": rate.beyond}
        yield {**about, "answer": "of other days", "count": rate.earlier}
    for part, counted in (("item", found.items), ("overall", found.overall), ("worry", found.worry)):
        for one in counted:
            for given, count in one.counts.items():
                about = {"part": part, **_question(one), "base": one.base, "words": one.words}
                yield {**about, "answer": given, "count": count}
    for change in found.worry_change:
        about = {"part": "worry change", "respondent": change.respondent, "base": change.pairs, "words": change.text}
        for direction in ("lower", "same", "higher"):
            yield {**about, "answer": direction, "count": getattr(change, direction)}
    for comment in found.comments:
        about = {"part": "comment", "moment": comment.moment, "respondent": comment.respondent}
        for question in ("worked", "change"):
            if text := getattr(comment, question):
                yield {**about, "question": question, "words": text}


def _question(counted: AnswerCounts) -> dict[str, object]:
    return {"question": counted.code, "moment": counted.moment, "respondent": counted.respondent}
