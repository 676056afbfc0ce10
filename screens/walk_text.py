"""What a walk says: the one pupil and what to decide now; at its end, what was done and what was left."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import NamedTuple

from rich.style import Style
from rich.text import Text

from screens import pupil_text, step_text
from screens.pupil_look import Look
from screens.safe import cell, clean
from screens.status import LOOKS, status_style
from screens.widgets.line import one_line
from screens.widgets.panel import Block, Pair, Title, Words
from transitions.dates import ago, long, short_with_year
from transitions.explain import Explanation
from transitions.milestones import Milestone
from transitions.pupil_page import PupilView, TimedStep
from transitions.walk import Walk

_INDENT = 2
_LISTED = 200
_DONE = {
    "done": ("step done", "steps done"),
    "missed": ("step flagged missed", "steps flagged missed"),
    "waived": ("step waived", "steps waived"),
    "put off": ("step put off", "steps put off"),
}


class Asked(NamedTuple):
    """What the walk asks about: the pupil's steps that wait for a decision, and which of them is asked about now."""

    steps: Sequence[TimedStep]
    place: int = 0
    why: Explanation | None = None
    milestone: Milestone | None = None


class LeftOver(NamedTuple):
    """A pupil whom the walk passed without a decision, and what still waits."""

    name: str
    year_group: str
    step: TimedStep


def heading(walk: Walk, look: Look) -> str:
    """Give ``Walking: My caseload · Year 6``; while names are hidden without what somebody typed to find."""
    parts = walk.description.split(" · ")
    shown = ["“…”" if look.hidden and part.startswith("“") else part for part in parts]
    return f"Walking: {' · '.join(shown)}"


def tallies(counts: Mapping[str, int]) -> list[tuple[int, str]]:
    """Give the counts that are not nought, for the progress line."""
    return [(count, word) for word, count in counts.items() if count]


def card(view: PupilView, asked: Asked, look: Look, variables: Mapping[str, str]) -> list[Block]:
    """Give the pupil, the step that is asked about with its reason, and the others that wait."""
    who = cell(f"{pupil_text.who(view, look)} · {pupil_text.needs_in_short(view)}", "bold")
    words = pupil_text.own_words(view, look)
    blocks: list[Block] = [Words(who)]
    blocks += [Words(cell(words, "italic"))] if words else []
    blocks += [Words(cell(touched(view, look.today), pupil_text.QUIET)), Words("")]
    if not asked.steps:
        return [*blocks, Words("Nothing is left to decide for this pupil."), Words("→ goes on, enter opens the pupil.")]
    step = asked.steps[asked.place]
    blocks.append(Words(_titled(step, f"{step.row.title}", variables, "bold")))
    blocks.append(Words(step_text.due_line(step, look.today), _INDENT))
    if asked.why is not None:
        blocks.append(Words(f"why: {why(asked.why)}", _INDENT))
    if asked.milestone is not None:
        blocks.append(Words(cell(f"counts as done: {asked.milestone.evidence}", pupil_text.QUIET), _INDENT))
    others = [other for place, other in enumerate(asked.steps) if place != asked.place]
    if others:
        blocks.append(Title(f"{len(others)} more to decide for this pupil (↑ ↓ choose which comes first)"))
        blocks += [
            Words(_titled(other, f"{other.row.title} · {step_text.far(other, look.today)}", variables))
            for other in others
        ]
    return blocks


def why(explanation: Explanation) -> str:
    """Give in one line why a step is asked about: what the rule looked at, what is recorded, and on whose word."""
    # "Looked after: is looked after" says the same twice where there is one line for it all.
    found = (one_line(sentence).rstrip(".").rpartition(": ")[2] for sentence in explanation.looked_at)
    return f"{', '.join(found)}; nothing is recorded. {one_line(explanation.basis)}"


def touched(view: PupilView, today: date) -> str:
    """Give ``last touched 3 weeks ago by K. Osei``."""
    if view.last_touched is None:
        return "not touched yet"
    at, worker = view.last_touched
    day = datetime.fromisoformat(at).replace(tzinfo=UTC).astimezone().date()
    # The journal has the real day, also while another one is looked at.
    when = ago(day, today) if day <= today else f"on {short_with_year(day)}"
    return f"last touched {when} by {worker or 'nobody signed in'}"


def summary(walk: Walk, counts: Mapping[str, int], left: Sequence[LeftOver], actions: int, look: Look) -> list[Block]:
    """Give what was done in the walk and what was left."""
    pupils = len(walk.pupil_ids)
    done = [(count, _DONE[kind][count != 1]) for kind, count in counts.items() if count and kind in _DONE]
    blocks: list[Block] = [Words(cell(f"The walk is over: {pupils:,} pupil{'s' if pupils != 1 else ''}.", "bold"))]
    blocks.append(Title("What was done"))
    blocks += [Pair(f"{count:,}", words) for count, words in done] or [Words("Nothing was decided.")]
    blocks.append(Title("What was left"))
    if not left:
        blocks.append(Words("Nothing: everybody in this walk has been decided."))
    for one in left[:_LISTED]:
        title = f"{one.step.row.title} · {step_text.far(one.step, look.today)}"
        blocks.append(Words(f"{one.name} · {one.year_group}"))
        blocks.append(Words(cell(f"{LOOKS[one.step.state].symbol} {one_line(title)}"), _INDENT))
    if len(left) > _LISTED:
        blocks.append(Words(f"and {len(left) - _LISTED:,} more"))
    blocks.append(Title("Actions"))
    if actions:
        words = "1 action is open" if actions == 1 else f"{actions:,} actions are open"
        blocks.append(Words(f"{words} for these pupils. x saves the list."))
    else:
        blocks.append(Words("No action is open for these pupils."))
    return blocks


def nobody(today: date) -> list[Block]:
    """Give what an empty walk says."""
    return [Words(f"Nobody in this list needs a decision on {long(today)}.")]


def _titled(step: TimedStep, words: str, variables: Mapping[str, str], style: str | Style = "") -> Text:
    """Give words after the symbol of the step's state."""
    symbol = (f"{LOOKS[step.state].symbol} ", status_style(step.state, variables))
    return Text.assemble(symbol, (clean(one_line(words)), style))
