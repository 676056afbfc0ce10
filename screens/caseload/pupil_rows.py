"""How a pupil of the caseload becomes the cells of a line."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from rich.text import Text

from screens.frame.render_context import LOOKS, RenderContext, list_name, status_style
from screens.frame.safe import cell, txt
from screens.milestones import step_text
from screens.pupils import page_text
from screens.widgets.columns import Cell, Column
from screens.widgets.panel import Block, Pair, TextPanel, TextParagraph, Title
from transitions.caseload.caseload import PupilRow, pupil_state
from transitions.dates import ago, how_far, short, short_with_year
from transitions.errors import NoSuchRecord
from transitions.milestones.milestone import OPEN_STATES, State, state_of
from transitions.pupils import page
from transitions.pupils.markers import BEFORE_NAME
from transitions.pupils.page import PupilView
from transitions.school_year import academic_year, year_group_short
from transitions.workspace import Workspace

NONE = "-"

COLUMNS = (
    Column("", width=1, priority=10, gap=1),
    Column("Name", flex=3, min_width=21, priority=10, gap=1),
    Column("Yr", width=3, align="right", priority=8),
    Column("School", flex=3, min_width=12, priority=6),
    Column("Next school", flex=3, min_width=12, priority=3),
    Column("SEN", width=3, priority=5, gap=1),
    Column("Next step", flex=1, min_width=14, priority=7),
    Column("Due", width=11, priority=4),
    Column("When", width=14, priority=9),
)
"""At 80 columns the schools, SEN and the date go; how far away the date is stays."""
_SORTED_BY = {"school": "School", "next school": "Next school"}


def columns(sort: str) -> Sequence[Column]:
    """The columns for an order: what the list is sorted by is among those that stay."""
    title = _SORTED_BY.get(sort)
    return tuple(replace(column, priority=9) if column.title == title else column for column in COLUMNS)


def cells(row: PupilRow, today: date, *, hidden: bool, variables: Mapping[str, str]) -> tuple[Cell, ...]:
    due = row.next_due_on
    next_state = state_of(None, due, row.next_late_after, today)
    return (
        symbol(pupil_state(row, today), variables),
        (BEFORE_NAME if row.marked else "") + list_name(row.preferred_name or row.forename, row.surname, hidden=hidden),
        year_group_short(academic_year(today) - row.cohort_year),
        row.school or NONE,
        row.next_school or NONE,
        NONE if row.sen_provision == "N" else row.sen_provision,
        row.next_step or NONE,
        short(due, today) if due else "",
        Text(away(due, row.next_late_after, today), status_style(next_state, variables)) if due else "",
    )


def symbol(state: State, variables: Mapping[str, str]) -> Text:
    return Text(LOOKS[state].symbol, status_style(state, variables))


def away(due_on: date, late_after: date | None, today: date) -> str:
    """How far a step is away or how late it is; within its days of grace, until when it is in time."""
    if due_on < today and late_after is not None and late_after >= today:
        return f"until {short(late_after, today)}"
    return how_far(due_on, today)


STEPS_SHOWN = 8
_GAP = TextParagraph("")


class FollowPanel(TextPanel):
    """Shows the pupil whom it is told to follow."""

    def follow(self, workspace: Workspace, pupil_id: int | None, *, hidden: bool) -> None:
        """Show a pupil, or nothing for None and for a pupil who is gone; ``hidden`` names become initials."""
        try:
            view = None if pupil_id is None else page.load(workspace, pupil_id)
        except NoSuchRecord:
            view = None
        context = RenderContext(workspace.clock.today, hidden)
        self.border_title = txt("" if view is None else context.name(view))
        self.show([] if view is None else blocks(view, context, self.app.theme_variables))


def blocks(view: PupilView, context: RenderContext, variables: Mapping[str, str]) -> list[Block]:
    """Who the pupil is, in the pupil's own words first, then what waits, then the plan and the people.

    ``variables`` are those of the theme.
    """
    quote = page_text.own_words(view, context)
    return [
        *page_text.marked(view),
        TextParagraph(f"{view.year_group_words} · {page_text.needs_in_short(view)}"),
        TextParagraph(page_text.move(view)),
        *((_GAP, TextParagraph(cell(quote, "italic"))) if quote else ()),
        *_steps(view, context, variables),
        _GAP,
        *_facts(view, context),
    ]


def _steps(view: PupilView, context: RenderContext, variables: Mapping[str, str]) -> Iterator[Block]:
    waiting = [*view.pressing(), *(step for step in view.steps if step.state == "missed")]
    undated = sum(step.state in OPEN_STATES and step.row.late_after is None for step in view.steps)
    yield Title("What comes next")
    for step in waiting[:STEPS_SHOWN]:
        symbol = Text(f"{LOOKS[step.state].symbol} ", status_style(step.state, variables))
        yield Pair(step_text.far(step, context.today), Text.assemble(symbol, cell(step.row.short)))
    if len(waiting) > STEPS_SHOWN:
        yield TextParagraph(f"{len(waiting) - STEPS_SHOWN} more: enter shows all")
    if undated:
        yield TextParagraph(f"{undated} without a date, because a date or term dates are missing")
    if not waiting and not undated:
        yield TextParagraph("Nothing is open.")


def _facts(view: PupilView, context: RenderContext) -> Iterator[Block]:
    plan = view.plan
    if plan is None:
        yield Pair("Plan", "none yet")
    else:
        day = plan.agreed_on if plan.status == "agreed" else plan.opened_on
        yield Pair("Plan", f"{plan.status} {ago(day or plan.opened_on, context.today)}")
        if plan.review_on is not None:
            yield Pair("Review", short_with_year(plan.review_on))
    care = [episode.kind for episode in view.episodes if episode.has_no_end]
    if care:
        yield Pair("Social care", ", ".join(care))
    yield Pair("Caseworker", view.page.owner or "nobody yet")
    if view.notes:
        newest = view.notes[0]
        yield Pair(
            "Last note", f"{ago(newest.written_on, context.today)}: {context.text(' '.join(newest.text.split()))}"
        )
