"""The panel beside a list: what matters of the highlighted pupil, at a glance."""

from collections.abc import Iterator, Mapping

from rich.text import Text

from screens.frame.render_context import Look
from screens.frame.safe import cell, txt
from screens.frame.state_style import LOOKS, status_style
from screens.milestones import step_text
from screens.pupils import page_text
from screens.widgets.panel import Block, Pair, TextPanel, Title, Words
from transitions.dates import ago, short_with_year
from transitions.errors import NoSuchRecord
from transitions.milestones.milestone import OPEN_STATES
from transitions.pupils import page
from transitions.pupils.page import PupilView
from transitions.workspace import Workspace

STEPS_SHOWN = 8
_GAP = Words("")


class FollowPanel(TextPanel):
    """Shows the pupil whom it is told to follow."""

    def follow(self, workspace: Workspace, pupil_id: int | None, *, hidden: bool) -> None:
        """Show a pupil, or nothing for None and for a pupil who is gone; ``hidden`` names become initials."""
        try:
            view = None if pupil_id is None else page.load(workspace, pupil_id)
        except NoSuchRecord:
            view = None
        look = Look(workspace.clock.today, hidden)
        self.border_title = txt("" if view is None else look.name(view))
        self.show([] if view is None else blocks(view, look, self.app.theme_variables))


def blocks(view: PupilView, look: Look, variables: Mapping[str, str]) -> list[Block]:
    """Who the pupil is, in the pupil's own words first, then what waits, then the plan and the people.

    ``variables`` are those of the theme.
    """
    words = page_text.own_words(view, look)
    return [
        Words(f"{view.year_group_words} · {page_text.needs_in_short(view)}"),
        Words(page_text.move(view)),
        *((_GAP, Words(cell(words, "italic"))) if words else ()),
        *_steps(view, look, variables),
        _GAP,
        *_facts(view, look),
    ]


def _steps(view: PupilView, look: Look, variables: Mapping[str, str]) -> Iterator[Block]:
    waiting = [*view.pressing(), *(step for step in view.steps if step.state == "missed")]
    undated = sum(step.state in OPEN_STATES and step.row.late_after is None for step in view.steps)
    yield Title("What comes next")
    for step in waiting[:STEPS_SHOWN]:
        symbol = Text(f"{LOOKS[step.state].symbol} ", status_style(step.state, variables))
        yield Pair(step_text.far(step, look.today), Text.assemble(symbol, cell(step.row.short)))
    if len(waiting) > STEPS_SHOWN:
        yield Words(f"{len(waiting) - STEPS_SHOWN} more: enter shows all")
    if undated:
        yield Words(f"{undated} without a date: term dates are missing")
    if not waiting and not undated:
        yield Words("Nothing is open.")


def _facts(view: PupilView, look: Look) -> Iterator[Block]:
    plan = view.plan
    if plan is None:
        yield Pair("Plan", "none yet")
    else:
        day = plan.agreed_on if plan.status == "agreed" else plan.opened_on
        yield Pair("Plan", f"{plan.status} {ago(day or plan.opened_on, look.today)}")
        if plan.review_on is not None:
            yield Pair("Review", short_with_year(plan.review_on))
    care = [episode.kind for episode in view.episodes if episode.ended_on is None]
    if care:
        yield Pair("Social care", ", ".join(care))
    yield Pair("Caseworker", view.page.owner or "nobody yet")
    if view.notes:
        newest = view.notes[0]
        yield Pair("Last note", f"{ago(newest.written_on, look.today)}: {look.words(' '.join(newest.text.split()))}")
