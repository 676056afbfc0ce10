"""What a walk says: the one pupil and what to decide now; at its end, what was done and what was left."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import NamedTuple

from rich.style import Style
from rich.text import Text

from screens.frame.render_context import LOOKS, RenderContext, status_style
from screens.frame.safe import cell, clean
from screens.milestones import step_text
from screens.pupils import page_text
from screens.widgets.line import one_line
from screens.widgets.panel import Block, Pair, TextParagraph, Title
from transitions.caseload import chasing
from transitions.caseload import walk as walks
from transitions.caseload.chasing import Reached
from transitions.caseload.walk import ActionKey, DueAction, Walk
from transitions.custody import access_log
from transitions.dates import ago, how_far, long, short, short_with_year
from transitions.errors import NoSuchRecord
from transitions.milestones.definitions import load_shipped
from transitions.milestones.explain import Explanation, explain
from transitions.milestones.milestone import Milestone, State
from transitions.milestones.recording import Step
from transitions.plans.actions import is_agreed
from transitions.pupils import page
from transitions.pupils.page import PupilView, TimedStep
from transitions.workspace import Workspace

_INDENT = 2
_LISTED = 200
OPEN_SHOWN, _RUNG = 3, 2
_DONE = {"done": "done", "missed": "flagged missed", "waived": "waived", "put off": "put off"}

Waiting = TimedStep | DueAction
"""What a walk asks about."""


class WalkQuestion(NamedTuple):
    """What the walk asks about: what waits for a decision on this pupil, and which of it is asked about now."""

    waiting: Sequence[Waiting]
    place: int = 0
    why: Explanation | None = None
    milestone: Milestone | None = None
    ring: Sequence[Reached] = ()

    @classmethod
    def of(cls, workspace: Workspace, view: PupilView, waiting: Sequence[Waiting], place: int = 0) -> "WalkQuestion":
        now, ring = waiting[place] if waiting else None, chasing.whom_to_ring(workspace, view)
        if not isinstance(now, TimedStep):
            return cls(waiting, place, ring=ring)
        return cls(
            waiting, place, _explained(workspace, view, now), workspace.milestones.get(now.row.milestone_id), ring
        )


class LeftOver(NamedTuple):
    """A pupil whom the walk passed without a decision, and what still waits."""

    name: str
    year_group: str
    waiting: Waiting


def waiting_of(workspace: Workspace, view: PupilView) -> list[Waiting]:
    keys = {Step(row.pupil_id, row.milestone_id, row.cycle) for row in walks.to_decide(workspace, view.page.id)}
    return [
        *(step for step in view.steps if step.key in keys),
        *walks.actions_to_decide(workspace, view.page.id),
    ]


class Arrived(NamedTuple):
    """The pupil at whom a walk has arrived, what waits there, and how many were passed over on the way."""

    walk: Walk
    view: PupilView | None
    waiting: Sequence[Waiting]
    gone: int = 0
    decided: int = 0

    @property
    def passed(self) -> str:
        """``Passed over: 2 pupils who need no decision now.``, or nothing."""
        reasons = []
        if self.decided:
            who = "pupil who needs" if self.decided == 1 else "pupils who need"
            reasons.append(f"{self.decided:,} {who} no decision now")
        if self.gone:
            reasons.append(f"{self.gone:,} {'pupil who is' if self.gone == 1 else 'pupils who are'} no longer here")
        return f"Passed over: {' and '.join(reasons)}." if reasons else ""


def arrive(workspace: Workspace, walk: Walk, direction: int = 1, *, pass_decided: bool = True) -> Arrived:
    """Go to the walk's pupil and keep the place; those who are gone, or need no decision any more, are passed."""
    gone = decided = 0
    view, waiting = None, list[Waiting]()
    while (pupil_id := walk.pupil_id) is not None:
        view, waiting = pupil_of(workspace, pupil_id)
        if view is not None and (waiting or not pass_decided):
            access_log.note(workspace, view.page.id, "walk")
            break
        gone, decided = gone + (view is None), decided + (view is not None)
        walk = walk.moved(1 if walk.position == 0 else direction)
        view, waiting = None, []
    walks.keep_place(workspace, walk)
    return Arrived(walk, view, waiting, gone, decided)


def pupil_of(workspace: Workspace, pupil_id: int) -> tuple[PupilView | None, list[Waiting]]:
    """A pupil, and what waits for a decision; nobody when the record is no longer there or archived."""
    try:
        view = page.load(workspace, pupil_id)
    except NoSuchRecord:
        return None, []
    return (None, []) if view.page.archived else (view, waiting_of(workspace, view))


def _explained(workspace: Workspace, view: PupilView, step: TimedStep) -> Explanation | None:
    cycles = [other.key for other in view.steps if other.row.code == step.row.code]
    try:
        found = explain(workspace, view.page.id, step.row.code)
    except NoSuchRecord:
        return None  # the milestone has been taken out of use since it was planned
    return found[cycles.index(step.key)] if len(found) == len(cycles) else None


def left_over(workspace: Workspace, walk: Walk, context: RenderContext) -> list[LeftOver]:
    found = []
    for pupil_id in walk.skipped:
        try:
            view = page.load(workspace, pupil_id)
        except NoSuchRecord:
            continue
        waiting = waiting_of(workspace, view)
        if waiting:
            found.append(LeftOver(context.name(view), view.year_group_words, waiting[0]))
    return found


def heading(walk: Walk, context: RenderContext) -> str:
    """``Walking: My caseload · Year 6``; while names are hidden without what somebody typed to find."""
    parts = walk.description.split(" · ")
    shown = ["“…”" if context.hidden and part.startswith("“") else part for part in parts]
    return f"Walking: {' · '.join(shown)}"


def tallies(counts: Mapping[str, int]) -> list[tuple[int, str]]:
    return [(count, word) for word, count in counts.items() if count]


def card(
    view: PupilView,
    question: WalkQuestion,
    context: RenderContext,
    variables: Mapping[str, str] | None,
    listed: int = OPEN_SHOWN,
) -> list[Block]:
    """The page of one pupil. Without ``variables`` of a theme it has no colours, signs or keys, but words.

    ``listed`` is how many steps, and how many actions, that are open besides are shown.
    """
    who = cell(f"{page_text.pupil_line(view, context)} · {page_text.needs_in_short(view)}", "bold")
    quote = page_text.own_words(view, context)
    blocks: list[Block] = [TextParagraph(who)]
    blocks += [TextParagraph(cell(quote, "italic"))] if quote else []
    blocks += [TextParagraph(cell(touched(view, context.today), page_text.QUIET)), TextParagraph("")]
    if not question.waiting:
        return [
            *blocks,
            TextParagraph(_nothing_left(view)),
            *([TextParagraph("→ goes on, enter opens the pupil.")] if variables else []),
        ]
    now = question.waiting[question.place]
    blocks.append(TextParagraph(_titled(now, title(now, context), variables, "bold")))
    blocks += _about_action(now, context) if isinstance(now, DueAction) else _about_step(now, question, context)
    blocks += [TextParagraph(line, _INDENT) for line in beside(view, question.ring, context)]
    others = [other for place, other in enumerate(question.waiting) if place != question.place]
    if others:
        keys = " (↑ ↓ choose which comes first)" if variables else ""
        blocks.append(Title(f"{len(others)} more to decide for this pupil{keys}"))
        blocks += [
            TextParagraph(_titled(other, f"{title(other, context)} · {far(other, context)}", variables))
            for other in others
        ]
    to_come = [step for step in view.pressing() if step.state != "overdue"][1:]  # the next one stands above
    promised = [one for one in view.actions if one.status == "open" and (one.due_on or date.max) >= context.today]
    if to_come or promised:
        blocks.append(Title("Also open"))
    for step in to_come[:listed]:
        what = f"{_sign(step.state, variables)} {step.row.title} · {step_text.far(step, context.today)}"
        blocks.append(TextParagraph(cell(what)))
    for one in promised[:listed]:
        when = how_far(one.due_on, context.today) if one.due_on else "no day"
        blocks.append(
            TextParagraph(
                f"{'.' if variables else 'action:'} {context.text(one.what)} · {context.person(one.owner)} · {when}"
            )
        )
    more = max(0, len(to_come) - listed) + max(0, len(promised) - listed)
    return [*blocks, TextParagraph(cell(f"and {more:,} more", page_text.QUIET))] if more else blocks


def _nothing_left(view: PupilView) -> str:
    if view.told_again_on is None:
        return "There is nothing left to decide for this pupil."
    return f"You will be reminded about this pupil on {long(view.told_again_on)}."


def beside(view: PupilView, ring: Sequence[Reached], context: RenderContext) -> Iterator[str]:
    """Whom to ring, what was noted last, and what is due next."""
    numbers = [f"{context.person(one.called)} {one.telephone}" for one in ring if one.telephone and not context.hidden]
    if context.hidden:
        yield "ring: hidden"
    else:
        yield (
            f"ring: {' · '.join(numbers[:_RUNG])}"
            if numbers
            else "ring: no telephone number is recorded for anybody who may be contacted"
        )
    if view.notes:
        newest = view.notes[0]
        by = f" by {newest.worker}" if newest.worker else ""
        yield f"last note {short(newest.written_on, context.today)}{by}: {one_line(context.text(newest.text))}"
    coming = next((step for step in view.pressing() if step.state != "overdue"), None)
    if coming is not None and coming.row.due_on is not None:
        day, away = short(coming.row.due_on, context.today), how_far(coming.row.due_on, context.today)
        yield f"next: {coming.row.title} · {day}, {away}"


def due_of(waiting: Waiting) -> date | None:
    return waiting.due_on if isinstance(waiting, DueAction) else waiting.row.due_on


def _about_step(step: TimedStep, question: WalkQuestion, context: RenderContext) -> Iterator[Block]:
    yield TextParagraph(step_text.due_line(step, context.today), _INDENT)
    if question.why is not None:
        yield TextParagraph(f"why: {reason_asked(question.why)}", _INDENT)
    if question.milestone is not None:
        yield TextParagraph(cell(f"counts as done: {question.milestone.evidence}", page_text.QUIET), _INDENT)


def _about_action(action: DueAction, context: RenderContext) -> Iterator[Block]:
    point = load_shipped().transitions.get(action.transition or "")
    move = f" · {point.title if point else action.transition}" if action.transition else ""
    yield TextParagraph(
        f"{context.person(action.owner)} · was due {long(action.due_on)} · {far(action, context)}{move}", _INDENT
    )
    yield TextParagraph(f"why: {_why_action(action)}", _INDENT)


def _why_action(action: DueAction) -> str:
    if action.agreed_on is not None and is_agreed(action, action.agreed_on):
        return f"agreed in the plan on {short_with_year(action.agreed_on)}, so the date is fixed; not done yet"
    return f"promised {'after an audit of the plan' if action.audit_id is not None else 'for this pupil'}; not done yet"


def title(waiting: Waiting, context: RenderContext) -> str:
    return context.text(waiting.what) if isinstance(waiting, DueAction) else waiting.row.title


def far(waiting: Waiting, context: RenderContext) -> str:
    if isinstance(waiting, DueAction):
        return how_far(waiting.due_on, context.today)
    return step_text.far(waiting, context.today)


def _state(waiting: Waiting) -> State:
    return "overdue" if isinstance(waiting, DueAction) else waiting.state


def reason_asked(explanation: Explanation) -> str:
    # "Looked after: is looked after" says the same twice where there is one line for it all.
    found = (one_line(sentence).rstrip(".").rpartition(": ")[2] for sentence in explanation.looked_at)
    return f"{', '.join(found)}; nothing is recorded. {one_line(explanation.basis)}"


def touched(view: PupilView, today: date) -> str:
    """``last touched 3 weeks ago by K. Osei``."""
    if view.last_touched is None:
        return "no changes recorded yet"
    at, worker = view.last_touched
    day = datetime.fromisoformat(at).replace(tzinfo=UTC).astimezone().date()
    # The journal has the real day, also while another one is looked at.
    when = ago(day, today) if day <= today else f"on {short_with_year(day)}"
    return f"last touched {when} by {worker or 'nobody signed in'}"


def summary(
    walk: Walk,
    counts: Mapping[str, int],
    left: Sequence[LeftOver],
    actions: int,
    context: RenderContext,
    *,
    keys: bool = True,
) -> list[Block]:
    pupils = len(walk.pupil_ids)
    done = [
        (count, f"{_things(walk, kind, count)} {_DONE[kind]}")
        for kind, count in counts.items()
        if count and kind in _DONE
    ]
    blocks: list[Block] = [
        TextParagraph(cell(f"The walk is finished: {pupils:,} pupil{'s' if pupils != 1 else ''}.", "bold"))
    ]
    blocks.append(Title("What was done"))
    blocks += [Pair(f"{count:,}", outcome) for count, outcome in done] or [TextParagraph("Nothing was decided.")]
    blocks.append(Title("What was left"))
    if not left:
        blocks.append(TextParagraph("Nothing: every pupil in this walk has a decision."))
    for one in left[:_LISTED]:
        outcome = f"{title(one.waiting, context)} · {far(one.waiting, context)}"
        blocks.append(TextParagraph(f"{one.name} · {one.year_group}"))
        sign = LOOKS[_state(one.waiting)].symbol if keys else "overdue:"
        blocks.append(TextParagraph(cell(f"{sign} {one_line(outcome)}"), _INDENT))
    if len(left) > _LISTED:
        blocks.append(TextParagraph(f"and {len(left) - _LISTED:,} more"))
    blocks.append(Title("Actions"))
    if actions:
        outcome = "1 action is open" if actions == 1 else f"{actions:,} actions are open"
        blocks.append(TextParagraph(f"{outcome} for these pupils.{' x saves the list.' if keys else ''}"))
    else:
        blocks.append(TextParagraph("No action is open for these pupils."))
    return blocks


def _things(walk: Walk, kind: str, count: int) -> str:
    one = "pupil" if kind == "put off" else "step"
    if any(isinstance(decision.about, ActionKey) for decision in walk.decisions):
        return f"{one} or action" if count == 1 else f"{one}s and actions"
    return one if count == 1 else f"{one}s"


def nobody(today: date) -> list[Block]:
    return [TextParagraph(f"No pupil in this list needs a decision on {long(today)}.")]


def _titled(waiting: Waiting, text: str, variables: Mapping[str, str] | None, style: str | Style = "") -> Text:
    state = _state(waiting)
    colour = status_style(state, variables) if variables else ""
    return Text.assemble((f"{_sign(state, variables)} ", colour), (clean(one_line(text)), style))


def _sign(state: State, variables: Mapping[str, str] | None) -> str:
    return LOOKS[state].symbol if variables else f"{state}:"
