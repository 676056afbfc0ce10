"""How far a plan has come: the contents with what is filled, and the way to the next step of its life."""

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple

from textual.content import Content

from screens.frame.render_context import Reading
from screens.frame.safe import txt
from screens.frame.state_style import LOOKS, status_style, status_text
from screens.widgets.contents import Entry
from transitions.dates import how_far, short_with_year
from transitions.milestones.milestone import State
from transitions.plans.lifecycle import LifeStep, next_step, requirements
from transitions.plans.page import PlanPage
from transitions.questionnaire import Section

_TOWARDS: Mapping[LifeStep, str] = {
    "share": "Towards shared with the family",
    "agree": "Towards agreed",
    "start": "Towards carried out",
}
_BAR = 18
_DONE, _LEFT = "█", "░"


class StepProgress(NamedTuple):
    """What the next step of a plan's life needs: how many of how many are there, and the words of the others."""

    step: LifeStep
    met: int
    needed: int
    wanting: tuple[str, ...]


def step_progress(page: PlanPage) -> StepProgress | None:
    """How far it is to the next step; None for a closed plan."""
    step = next_step(page)
    if step is None:
        return None
    needed = [one for one in requirements(page, step) if one.needed]
    return StepProgress(
        step, sum(one.met for one in needed), len(needed), tuple(one.words for one in needed if not one.met)
    )


def head(page: PlanPage, width: int) -> Content:
    """What stands above the plan: the bar, and by name what is still missing, in two lines of ``width`` at most."""
    lines = _progress_lines(page, width)
    later = page.later
    if later is not None:
        lines.append(status_text("due soon", f"Version {later.version} is newer: v shows both."))
    return Content("\n").join(lines)


def _progress_lines(page: PlanPage, width: int) -> list[Content]:
    plan, there = page.plan, step_progress(page)
    if there is None:
        closed = f" on {short_with_year(plan.closed_on)}" if plan.closed_on else ""
        return [txt(f"Closed{closed}. What it says stands as it was.")]
    if there.step == "review":
        return [_review(page)]
    done = _BAR * there.met // there.needed if there.needed else _BAR
    bar = Content.assemble((_DONE * done, "$key"), (_LEFT * (_BAR - done), "$quiet"))
    count = f"{there.met} of {there.needed}"
    line = Content.assemble((_TOWARDS[there.step], "bold"), "  ", bar, f"  {count}")
    if not there.wanting:
        return [Content.assemble(line, ("   g takes this step", "$key"))]
    return [line, Content.assemble(("Not yet: ", "bold"), txt(_named(there.wanting, 2 * width - 44), "$quiet"))]


def _named(wanting: Sequence[str], room: int) -> str:
    """As many as there is room for, and how many more there are."""
    named = [words if not place else f"{words[:1].lower()}{words[1:]}" for place, words in enumerate(wanting)]
    lengths = accumulate(len(words) + 2 for words in named)
    fitting = max(1, sum(length <= room for length in lengths))
    more = len(named) - fitting
    return "; ".join([*named[:fitting], *([f"{more} more: g lists them"] if more else [])])


def _review(page: PlanPage) -> Content:
    plan, today = page.plan, page.today
    last = plan.reviewed_on if plan.status == "reviewed" else plan.active_on or plan.agreed_on
    since = "" if plan.status == "reviewed" else "since "
    stands = f"{plan.status.capitalize()}{f' {since}{short_with_year(last)}' if last else ''}. "
    if plan.review_on is None:
        return Content.assemble(txt(stands), status_text("due soon", "No day for the next review yet: M sets one."))
    when = f"{short_with_year(plan.review_on)}, {how_far(plan.review_on, today)}"
    if plan.review_on < today:
        return Content.assemble(txt(stands), status_text("overdue", "Review was due "), txt(when, "bold"))
    return txt(f"{stands}Next review {when}.")


def entries(page: PlanPage, reading: Reading) -> list[Entry]:
    """The contents: every section with its mark and how much of it is there."""
    return [_entry(page, section, reading) for section in page.form.sections]


def _entry(page: PlanPage, section: Section, reading: Reading) -> Entry:
    filled, asked = page.filled(section)
    state: State = "met" if filled == asked else "due soon" if filled else "not due"
    amount = _amount(page, section) if not section.questions else f"{filled}/{asked}"
    late = len(page.overdue_actions) if section.holds == "actions" else 0
    if section.holds == "outcomes" and page.outcomes and page.form.all_areas:
        areas = len({one.area for one in page.outcomes})
        state = "met" if areas == len(page.form.areas) else "due soon"
        amount = f"{amount} · {'all' if state == 'met' else f'{areas} of'} {len(page.form.areas)} areas"
    if late:
        state, amount = "overdue", f"{amount} · {late} overdue"
    return Entry(LOOKS[state].symbol, status_style(state, reading.variables), section.title, amount, bool(late))


def _amount(page: PlanPage, section: Section) -> str:
    held = {"outcomes": page.outcomes, "actions": page.actions, "meetings": page.meetings}.get(section.holds, ())
    return f"{len(held):,}"
