"""The life of a plan: opening one, its next step with all that it needs, closing it."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from screens.frame.dialogs import Ask, Choice, Choose, Dialog
from screens.frame.host import Host
from screens.frame.record_form import RecordForm, Values, day_gone_by, day_to_come, open_form
from screens.frame.render_context import status_symbol
from screens.frame.safe import txt
from screens.widgets.choice import Options
from screens.widgets.fields import FormField
from transitions.dates import long
from transitions.plans import lifecycle, opening
from transitions.plans.lifecycle import STEPS, LifeStep, Requirement, next_step, requirements
from transitions.plans.page import PlanPage, load, of_pupil, point_title
from transitions.pupils import page as pupil_page
from transitions.workspace import Recorded

_EMPTY = 0


async def plan_of(host: Host, pupil_id: int) -> int | None:
    """The open plan of a pupil, chosen when there are several, begun when there is none; None when nothing is chosen."""
    # The newest plan comes first, so that of two versions it is the one that stays.
    newest_last = reversed(of_pupil(host.workspace, pupil_id))
    open_now = {plan.transition: plan for plan in newest_last if plan.status != "closed"}
    if not open_now:
        return await begin_plan(host, pupil_id)
    if len(open_now) == 1:
        return next(iter(open_now.values())).id
    choices = [Choice(plan.id, point_title(code), hint=plan.status) for code, plan in open_now.items()]
    return await host.ask(Choose("Which plan?", choices, detail=host.pupil_name(pupil_id)))


async def begin_plan(host: Host, pupil_id: int) -> int | None:
    plans = of_pupil(host.workspace, pupil_id)
    open_now = {plan.transition for plan in plans if plan.status != "closed"}
    codes = [code for code in opening.likely_points(host.workspace, pupil_id) if code not in open_now]
    choices = [
        Choice(code, point_title(code), hint="likeliest" if not place else "") for place, code in enumerate(codes)
    ]
    code = await host.ask(Choose("Open a plan for which move?", choices, detail=host.pupil_name(pupil_id)))
    if code is None:
        return None
    like: int | None = _EMPTY
    if plans:
        older = plans[0]
        hint = f"{point_title(older.transition)}, {older.status}"
        beginnings = [
            Choice(_EMPTY, "Empty", key="e"),
            Choice(older.id, "The profile of the last plan", key="p", hint=hint),
        ]
        like = await host.ask(Choose("How should it start?", beginnings, detail=point_title(code)))
        if like is None:
            return None
    saved = await host.write(partial(opening.open_plan, host.workspace, pupil_id, code, like=like or None))
    host.tell(saved)
    return saved.number


NOW, IN_DETAIL, MEETINGS = "now", "in detail", "\0meetings"
_TAKE: Mapping[LifeStep, Callable[..., Recorded]] = {
    "share": lifecycle.share, "agree": lifecycle.agree, "start": lifecycle.start,
}  # fmt: skip
_ASKS: dict[LifeStep, str] = {
    "share": "a copy was given to the family today",
    "agree": "the pupil and family agreed today",
    "start": "it is being carried out from today",
}
_DAY_WIDTH = 24


class StepScreen(Dialog[str | None]):
    """Shows what a step needs. Gives ``NOW`` or ``IN_DETAIL`` to take it, the code of a section to go to, or None."""

    CSS_PATH = "plan.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,G,q", "leave", "Leave without a step"),
        Binding("t", "in_detail", "Another date, in detail"),
        Binding("enter", "go", "Take the step, or go to what is missing", show=False),
    ]

    def __init__(self, page: PlanPage, step: LifeStep, then: str) -> None:
        super().__init__()
        self._step = step
        self._then = then
        found = requirements(page, step)
        self._needed = [one for one in found if one.needed]
        self._better = [one for one in found if not one.needed]
        self._wanting = [one for one in self._needed if not one.met]

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog", id="plan-step"):
            yield Options(markup=False)
            yield Static(txt(self._what_enter_does()), classes="detail")

    def on_mount(self) -> None:
        listed = self.query_one(OptionList)
        ready = "enter takes the step · t another date, in detail · esc leaves"
        goes = self._wanting or self._step == "review"
        self.title_box(f"Next: {STEPS[self._step].lower()}", "enter goes there · esc leaves" if goes else ready)
        listed.add_option(Option(txt("Needed", "bold"), disabled=True))
        listed.add_options([Option(_requirement_line(one)) for one in self._needed])
        if self._better:
            listed.add_option(Option(txt("Makes a better plan", "bold"), disabled=True))
            listed.add_options([Option(_requirement_line(one)) for one in self._better])
        first = next((place for place, one in enumerate(self._needed) if not one.met), 0)
        listed.highlighted = first + 1
        listed.focus()

    def _what_enter_does(self) -> str:
        if self._wanting:
            count = len(self._wanting)
            return f"{count} {'thing is' if count == 1 else 'things are'} still missing. Enter goes to the section."
        return self._then

    def _highlighted(self) -> Requirement | None:
        place = self.query_one(OptionList).highlighted
        if place is None:
            return None
        if place <= len(self._needed):
            return self._needed[place - 1]
        return self._better[place - len(self._needed) - 2]

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_go()

    def action_go(self) -> None:
        one = self._highlighted()
        if not self._wanting:
            self.dismiss(NOW)
        elif one is not None:
            self.dismiss(one.section)

    def action_in_detail(self) -> None:
        if self._wanting:
            self.action_go()
        else:
            self.dismiss(IN_DETAIL)


def _requirement_line(one: Requirement) -> Content:
    mark = status_symbol("met" if one.met else "overdue" if one.needed else "not due")
    return Content.assemble("  ", mark, " ", txt(one.words, "$quiet" if one.met else ""))


async def go_on(host: Host, plan_id: int) -> str | None:
    """Show what the next step of a plan needs, and take it.

    Gives the section of what is missing when one wants to go there, or ``MEETINGS``; None when there is nowhere to go.
    """
    page = load(host.workspace, plan_id)
    step = next_step(page)
    if step is None:
        return None
    answer = await host.ask(StepScreen(page, step, _enter_hint(host, page, step)))
    if answer not in (NOW, IN_DETAIL):
        return answer
    if step == "review":
        return MEETINGS
    if answer == NOW:
        host.tell(await host.write(partial(_TAKE[step], host.workspace, plan_id)))
    else:
        await open_form(host, step_form(host, page, step))
    return None


def _enter_hint(host: Host, page: PlanPage, step: LifeStep) -> str:
    if step == "review":
        return "Enter goes to the meetings, where a review is planned and recorded."
    sentence = f"Enter records that {_ASKS[step]}, {long(page.today)}."
    if step == "agree":
        review = lifecycle.propose_review(host.workspace, page, after=page.today)
        sentence = f"{sentence} Next review {long(review.on)}: {review.because}."
    return sentence


def step_form(host: Host, page: PlanPage, step: LifeStep) -> RecordForm:
    workspace, plan_id = host.workspace, page.plan.id
    terms = pupil_page.terms_of(workspace, page.plan.pupil_id)
    gone, to_come = day_gone_by(page.today, terms), day_to_come(page.today, terms)
    fields = [
        FormField(name="on", label="On", kind="date", check=gone, required=True, width=_DAY_WIDTH, help="5/9, mon, -3d")
    ]
    stored: dict[str, object] = {"on": page.today}
    notice = ""
    if step == "share":
        fields.append(FormField(name="holder", label="Who has the copy", help="The family, when empty"))
        fields.append(FormField(name="form", label="In what form", help="Printed, easy read, large print, read aloud"))
    if step == "agree":
        review = lifecycle.propose_review(workspace, page, after=page.today)
        fields.append(FormField(name="review_on", label="Next review", kind="date", check=to_come, width=_DAY_WIDTH))
        stored["review_on"] = review.on
        notice = f"This review date is suggested because {review.because}."

    def save(values: Values, _changed: frozenset[str]) -> Recorded:
        return _TAKE[step](workspace, plan_id, **{name: value for name, value in values.items() if value is not None})

    return RecordForm(STEPS[step], fields, stored, save, f"draft step {plan_id} {step}", notice=notice)


async def close_plan(host: Host, plan_id: int) -> None:
    page = load(host.workspace, plan_id)
    still = sum(action.status == "open" for action in page.actions)
    sentence = (
        f"{still} {'action is' if still == 1 else 'actions are'} still open and will still be asked about. "
        if still
        else ""
    )
    prompt = f"{sentence}Moved and settled, left the area, not wanted: in a few words."

    async def save(reason: str) -> None:
        host.tell(await host.write(partial(lifecycle.close, host.workspace, plan_id, reason=reason)))

    await host.ask(Ask("Why is the plan closed?", prompt, needed="Say why it is closed.", save=save))
