"""Commands about what plans ask, and in whose words: questions, wording."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from transitions.cli.options import common, formatted, opened, pairs
from transitions.cli.output import emit, say
from transitions.cli.plan_options import check_move

if TYPE_CHECKING:
    from transitions.workspace import Workspace

_WORDING_KEYS = ("name", "part", "words", "own")
_KINDS = {"day": "date", "yes or no": "yes no"}
"""What a script knows kinds of questions by."""
_GRADES = "grades"
_REVIEW = "review "


@click.command("questions")
@common
@formatted
@click.argument("transition", required=False)
@click.pass_context
def questions_command(
    ctx: click.Context, db: Path | None, as_of: str | None, style: str, transition: str | None
) -> None:
    """Print what plans ask: the names that plan edit understands, with label and prompt.

    TRANSITION, such as 6-7, prints the prompts of that move.
    """
    from transitions.cli import plan_records as records
    from transitions.plans import questions

    check_move(transition)
    with opened(ctx, db, as_of) as workspace:
        found = [
            {
                "section": section.title,
                "question": one.code,
                "label": one.label,
                "kind": _KINDS.get(one.kind, one.kind),
                "choices": one.choices,
                "from_age": one.from_age,
                "running": one.running,
                "prompt": one.help_at.get(transition or "", one.help),
            }
            for section in questions.questions(workspace).sections
            for one in section.questions
        ]
        emit(found, records.QUESTION_KEYS, style, shown=records.QUESTION_SHOWN)


@click.command("wording")
@common
@formatted
@click.argument("name", required=False)
@click.argument("fields", nargs=-1, metavar="PART=WORDS...")
@click.pass_context
def wording_command(
    ctx: click.Context, db: Path | None, as_of: str | None, style: str, name: str | None, fields: tuple[str, ...]
) -> None:
    """Print the words of plans, or change them for this council.

    NAME is a question (plan wording admired label="What we like"), a review cycle (plan wording "review SEN support"
    months=4) or grades (plan wording grades good=75). PART= with nothing behind it goes back to the shipped words.
    """
    from transitions.plans import auditing, questions

    with opened(ctx, db, as_of) as workspace:
        if fields and name is not None:
            parts = pairs(fields)
            if name == _GRADES:
                say(auditing.save_thresholds(workspace, parts))
            else:
                say(questions.save_words(workspace, {name: parts}))
            return
        found = [row for row in _words(workspace) if name in (None, row["name"])]
        emit(found, _WORDING_KEYS, style)


def _words(workspace: "Workspace") -> Iterator[dict[str, object]]:
    """Give everything that a council may change, as it stands, and whether it is the council's own."""
    from transitions.plans import auditing, questions

    shipped, standing = questions.load_shipped(), questions.questions(workspace)
    for section in standing.sections:
        for one in section.questions:
            before = shipped.question(one.code)
            for part, field in questions.PARTS.items():
                words = getattr(one, field)
                yield {"name": one.code, "part": part, "words": words, "own": words != getattr(before, field)}
    months = {cycle.code: cycle.months for cycle in shipped.cycles}
    for cycle in standing.cycles:
        own = cycle.months != months[cycle.code]
        yield {"name": _REVIEW + cycle.code, "part": "months", "words": cycle.months, "own": own}
    grades = auditing.load_checklist().grades
    for grade, lowest in auditing.thresholds(workspace).items():
        yield {"name": _GRADES, "part": grade, "words": lowest, "own": lowest != grades[grade]}
