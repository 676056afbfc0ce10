"""Walking a caseload: one pupil a screen, in order of need, and one key for each decision."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from screens.caseload import walk_text
from screens.caseload.step_actions import Again, DecidingScreen
from screens.caseload.walk_asks import ask_action, ask_day, ask_table, chase
from screens.caseload.walk_text import Waiting, WalkQuestion, left_over
from screens.frame.commands import EVERYWHERE, WALK, Command, key_label
from screens.frame.record_form import day_to_come
from screens.frame.render_context import RenderContext
from screens.frame.saving import ask_purpose
from screens.widgets.choice import KeysBlock
from screens.widgets.line import FooterLine, KeyEntry, ProgressLine
from screens.widgets.panel import TextPanel
from transitions.caseload import walk
from transitions.caseload.caseload import Caseload
from transitions.caseload.chasing import Due
from transitions.caseload.walk import DECISIONS, ActionKey, DueAction, Walk
from transitions.milestones.recording import Step
from transitions.plans import actions as plan_actions
from transitions.pupils import page
from transitions.pupils.markers import told_left_out
from transitions.pupils.page import PupilView, TimedStep
from transitions.text import how_many
from transitions.workspace import Recorded

_NOT_MISSED = "An action is not flagged missed. d marks it done, i drops it with a reason."
_DAY_STANDS = (
    "Its date was agreed in the plan, so it is fixed. Press i to drop the action with a reason, a to add another."
)
_LOW = 24
"""Lines of the lowest screen."""
_OF_ACTIONS = {"milestone.waive": "drop", "walk.later": "new day"}
"""What these keys do when an action is asked about."""
_OF_A_PUPIL = frozenset({"walk.later", "walk.chase", "walk.skip", "handover.open"})
_AT_THE_END = {"list.open": "go back", "walk.export": "save the open actions", "walk.back": "back one pupil"}
"""What can be done when the walk is over, and how it is called then."""


class Card(TextPanel, inherit_bindings=False):
    """The text of the walk; up and down are left to the screen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pageup", "page_up", "Up one page", show=False),
        Binding("pagedown", "page_down", "Down one page", show=False),
    ]


class WalkScreen(DecidingScreen):
    """The pupils of a walk, one at a time; after the last overdue step and action of one the next comes by itself."""

    SCOPE = WALK
    CSS_PATH = "walk.tcss"
    AUTO_FOCUS = "#card"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "ask(1)", "Ask about the next step", show=False),
        Binding("up", "ask(-1)", "Ask about the step before", show=False),
    ]

    def __init__(self, begun: Walk) -> None:
        super().__init__()
        self.walk = begun
        self._view: PupilView | None = None
        self._waiting: Sequence[Waiting] = ()
        self._asked = 0
        self._listed = walk_text.OPEN_SHOWN

    def body(self) -> ComposeResult:
        yield ProgressLine()
        yield Card(id="card")
        yield KeysBlock()

    def on_mount(self) -> None:
        self._arrive()

    def names_changed(self, hidden: bool) -> None:  # noqa: ARG002 - ``RenderContext`` asks the app
        self._write()

    @property
    def context(self) -> RenderContext:
        return RenderContext(self.workspace.clock.today, self.host.private)

    # Going from pupil to pupil

    def _arrive(self, direction: int = 1, *, pass_decided: bool = True) -> None:
        found = walk_text.arrive(self.workspace, self.walk, direction, pass_decided=pass_decided)
        self.walk, self._view, self._waiting, self._asked = found.walk, found.view, found.waiting, 0
        if found.passed:
            self.say(found.passed)
        self._write()

    def follow_records(self, touched: frozenset[int]) -> None:
        """Follow a change: an undo goes to its pupil, anything else may have decided what is asked about."""
        undone = next((pupil_id for pupil_id in touched if pupil_id in self.walk.pupil_ids), None)
        if undone is not None and undone != self.walk.pupil_id:
            self.walk = self.walk.at(undone)
            self._arrive(pass_decided=False)
            return
        pupil_id = self.walk.pupil_id
        if pupil_id is None:
            self._write()
            return
        before = self._keys()
        self._view, self._waiting = walk_text.pupil_of(self.workspace, pupil_id)
        if self._view is None or (before and not self._waiting):
            self._arrive()
            return
        shown = before[self._asked] if before else None
        back = [key for key in self._keys() if key not in before]
        self._ask_about(back[0] if back else shown)
        self._write()

    def _ask_about(self, key: Step | ActionKey | None) -> None:
        keys = self._keys()
        self._asked = keys.index(key) if key is not None and key in keys else 0

    def _keys(self) -> list[Step | ActionKey]:
        return [waiting.key for waiting in self._waiting]

    @property
    def _now(self) -> Waiting | None:
        return self._waiting[self._asked] if self._waiting else None

    # Writing the page

    @property
    def _room(self) -> int:
        """How many steps, and how many actions, are listed that are open besides."""
        return walk_text.OPEN_SHOWN + max(0, self.app.size.height - _LOW) // 3

    def on_resize(self) -> None:
        if self._view is not None and self._listed != self._room:
            self._write()

    def _write(self) -> None:
        total, counts = len(self.walk.pupil_ids), walk.tally(self.workspace, self.walk)
        self.set_heading(walk_text.heading(self.walk, self.context))
        self.query_one(ProgressLine).show(self.walk.position + 1, total, walk_text.tallies(counts))
        card = self.query_one(Card)
        if self._view is not None:
            question = WalkQuestion.of(self.workspace, self._view, self._waiting, self._asked)
            self._listed = self._room
            card.show(walk_text.card(self._view, question, self.context, self.app.theme_variables, self._listed))
        elif not total:
            card.show(walk_text.nobody(self.workspace.clock.today))
        else:
            left = left_over(self.workspace, self.walk, self.context)
            card.show(walk_text.summary(self.walk, counts, left, self._open_actions(), self.context))
        self._write_question()
        self.refresh_bindings()

    def _write_question(self) -> None:
        commands = self.host.registry.own(WALK)
        if self._view is None:
            shown = [(command, _AT_THE_END[command.id]) for command in commands if command.id in _AT_THE_END]
        else:
            labels = _OF_ACTIONS if isinstance(self._now, DueAction) else {}
            shown = [(one, labels.get(one.id, one.label)) for one in commands if self._is_asked(one)]
        question = "What happened?" if self._waiting else ""
        entries = [
            KeyEntry(key_label(command.keys[0]), label, command.id, self.why_not(command) is None)
            for command, label in shown
            if command.keys
        ]
        self.query_one(KeysBlock).show(question, entries)

    def _fill_footer(self, *_: object) -> None:
        # The keys of the walk stand under the question; the footer has those of everywhere.
        commands = [command for command in self.host.registry.in_scope(WALK) if EVERYWHERE in command.where]
        shown = [command for command in commands if command.footer or command.id in ("app.undo", "app.redo")]
        self.query_one(FooterLine).entries = tuple(
            entry._replace(keep=entry.command_id not in ("app.undo", "app.redo")) for entry in self._entries(shown)
        )

    def _open_actions(self) -> int:
        from transitions.exporting import exports

        return len(exports.open_actions(self.workspace, self.walk.pupil_ids))

    # What the keys do

    def chosen_steps(self) -> Sequence[Step]:
        return (self._now.key,) if isinstance(self._now, TimedStep) else ()

    def chosen_actions(self) -> Sequence[int]:
        return (self._now.action_id,) if isinstance(self._now, DueAction) else ()

    def chosen_pupils(self) -> Sequence[int]:
        return () if self._view is None else (self._view.page.id,)

    async def record(
        self, kind: str, work: Callable[[], Recorded], amount: int = 1, again: Again | None = None
    ) -> bool:
        """Record, unless somebody else has decided what is asked about since the question was asked."""
        if kind in DECISIONS and self._decided_meanwhile():
            what = "action" if isinstance(self._now, DueAction) else "step"
            self.say(f"Not recorded: somebody else has just decided this {what}.", "warning")
            self.follow_records(frozenset())
            return False
        return await super().record(kind, work, amount, again)

    def _decided_meanwhile(self) -> bool:
        now, pupil_id = self._now, self.walk.pupil_id
        if now is None or pupil_id is None:
            return False
        if isinstance(now, DueAction):
            return now.key not in {action.key for action in walk.actions_to_decide(self.workspace, pupil_id)}
        rows = walk.to_decide(self.workspace, pupil_id)
        return now.key not in {Step(row.pupil_id, row.milestone_id, row.cycle) for row in rows}

    def decided(self, kind: str) -> None:
        now, pupil_id = self._now, self.walk.pupil_id
        if kind not in DECISIONS or pupil_id is None or now is None:
            return
        self.walk = self.walk.decided(walk.about(now.key, kind), kind)
        self._view, self._waiting = walk_text.pupil_of(self.workspace, pupil_id)
        self._asked = 0
        if not self._waiting:
            self.walk = self.walk.moved(1)
        self._arrive()

    def action_ask(self, by: int) -> None:
        if self._waiting:
            self._asked = max(0, min(len(self._waiting) - 1, self._asked + by))
            self._write()

    def action_skip(self) -> None:
        self.walk = self.walk.passed_by() if self._waiting else self.walk.moved(1)
        self._arrive()

    def action_previous(self) -> None:
        self.walk = self.walk.moved(-1)
        self._arrive(-1, pass_decided=False)

    async def action_later(self) -> None:
        """Ask for a day: until then nothing of the pupil is in the walk; an action is due on it from now on."""
        now, pupils = self._now, list(self.chosen_pupils())
        read_day = day_to_come(self.workspace.clock.today, page.terms_of(self.workspace, pupils[0]))
        title = "New date for this action" if isinstance(now, DueAction) else "Remind me on..."

        async def save(until: date) -> None:
            if isinstance(now, DueAction):
                number, fields = now.key, {"due_on": until}
                await self.record("put off", lambda: plan_actions.save_action(self.workspace, *number, fields))
            else:
                await self.decide("put off", self.chosen_steps(), partial(walk.put_off, self.workspace, until))

        await ask_day(self.host, title, self.about(pupils), read_day, save)

    async def action_chase(self) -> None:
        if self._view is not None:
            due = [Due(walk_text.title(one, self.context), walk_text.due_of(one)) for one in self._waiting]
            await chase(self.host, self._view, due)

    async def action_add_action(self) -> None:
        pupil_id = self.chosen_pupils()[0]
        terms = page.terms_of(self.workspace, pupil_id)
        read_day = day_to_come(self.workspace.clock.today, terms, today_too=True)
        await ask_action(self.host, pupil_id, read_day)

    def action_open(self) -> None:
        if self._view is None:
            self.dismiss()
            return
        self.host.open.pupil(self._view.page.id, self.walk.pupil_ids)

    async def action_handover(self) -> None:
        await self.host.open.handover_of(self.chosen_pupils(), self.walk.pupil_ids)

    async def action_export_actions(self) -> None:
        from transitions.exporting.exports import export_actions

        name = f"open actions {self.workspace.clock.today.isoformat()}.xlsx"
        purpose = await ask_purpose(self.host)
        target = None if purpose is None else await ask_table(self.host, "Save the open actions", name)
        if target is not None:
            caseload = Caseload.from_json(self.walk.caseload)
            written = export_actions(self.workspace, caseload, self.walk.pupil_ids, target, purpose or "")
            said = f"Saved {how_many(written.rows, 'open action')} to {written.path}."
            self.say(f"{said} {told_left_out(written.left_out)}".strip())

    def action_stop(self) -> None:
        if not self.walk.finished:
            where = f"pupil {self.walk.position + 1:,} of {len(self.walk.pupil_ids):,}"
            self.say(f"Stopped at {where}. The next walk continues from there.")
        self.dismiss()

    def why_not(self, command: Command) -> str | None:
        if command.id == "walk.back" and self.walk.position == 0:
            return "This is the first pupil of the walk."
        if self._view is None and command.id in _OF_A_PUPIL | self.NEEDS_STEPS | self.NEEDS_PUPILS:
            return "The walk is finished. Enter goes back."
        if command.id == "walk.chase" and self.host.private:
            return "A draft contains names, and names are hidden. F9 shows them again."
        if command.id in self.NEEDS_STEPS | {"walk.later", "walk.chase"} and self._now is None:
            return "There is nothing left to decide for this pupil. Press the right arrow to go on."
        now = self._now
        return (self._why_not_action(command, now) if isinstance(now, DueAction) else None) or super().why_not(command)

    def _is_asked(self, command: Command) -> bool:
        """Whether the key stands under the question: not one that no action of this kind has, nor ``.`` with nothing to repeat."""
        now = self._now
        if isinstance(now, DueAction) and self._why_not_action(command, now):
            return False
        return command.id != "walk.export" and (command.id != "list.repeat" or self.why_not(command) is None)

    def _why_not_action(self, command: Command, action: DueAction) -> str | None:
        if command.id == "milestone.missed":
            return _NOT_MISSED
        agreed = plan_actions.is_agreed(action, action.agreed_on)
        return _DAY_STANDS if command.id == "walk.later" and agreed else None
