"""Screens on which steps and actions are decided: done, missed, waived; the same questions and toasts on all of them."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar

from screens.frame.base_screen import BaseScreen
from screens.frame.commands import Command
from screens.frame.dialogs import Ask, Choice, Choose
from screens.frame.privacy import list_name
from transitions.dates import short_with_year
from transitions.errors import Fault
from transitions.milestones import recording
from transitions.milestones.definitions import load_shipped
from transitions.milestones.milestone import CodedReason
from transitions.milestones.recording import OTHER_REASON, Step
from transitions.pupils import editing, lists
from transitions.team import lookups
from transitions.workspace import Recorded

NOBODY = 0
MIXED = (
    "Steps and actions are marked together. Mark one kind, so that one key does one thing; Escape takes the marks off."
)
MANY = 200
"""More rows than this are written while the screen goes on."""


class DecidingScreen(BaseScreen[None]):
    """A screen that knows which steps and which pupils a key acts on."""

    NEEDS_STEPS: ClassVar[frozenset[str]] = frozenset(
        {"milestone.done", "milestone.missed", "milestone.waive", "list.waive", "milestone.reopen", "milestone.explain",
         "milestone.next_step"}
    )  # fmt: skip
    NEEDS_PUPILS: ClassVar[frozenset[str]] = frozenset(
        {"list.owner", "pupil.note", "walk.action", "pupil.contacts", "pupil.archive"}
    )

    def chosen_steps(self) -> Sequence[Step]:
        """Give the steps that a decision acts on: of the marked rows, or of the highlighted one."""
        raise NotImplementedError

    def chosen_actions(self) -> Sequence[int]:
        """Give the numbers of the actions that a decision acts on, where the screen shows any."""
        return ()

    def chosen_pupils(self) -> Sequence[int]:
        """Give the pupils that an action acts on: the marked ones, or the highlighted one."""
        raise NotImplementedError

    def decided(self, kind: str) -> None:
        """Called after a decision was kept: ``done``, ``missed``, ``waived`` (also of what was dropped) or ``put off``."""

    def why_not(self, command: Command) -> str | None:
        """Say so when nothing is highlighted, or the pupil has no open step."""
        if command.id in self.NEEDS_PUPILS | self.NEEDS_STEPS and not self.chosen_pupils():
            return "No pupil is highlighted. Escape takes a filter off; a adds a pupil."
        if command.id in self.NEEDS_STEPS and not self.chosen_steps() and not self.chosen_actions():
            return "There is nothing open to decide for this pupil."
        return None

    def record(self, kind: str, work: Callable[[], Recorded], amount: int = 1) -> None:
        """Do the work, raise the toast that says how to take it back, and tell every screen; a fault is said instead.

        Many rows at once are written in a thread, so that the screen goes on answering.
        """
        if amount > MANY:
            self.say(f"Writing {amount:,} changes; go on meanwhile.")
            self.run_worker(self._record_many(kind, work), group="record")
            return
        try:
            recorded = work()
        except Fault as fault:
            self.say(fault.sentence, "error")
            return
        self._recorded(kind, recorded)

    async def _record_many(self, kind: str, work: Callable[[], Recorded]) -> None:
        # a Fault in a worker is said by the app
        self._recorded(kind, await asyncio.to_thread(work))

    def _recorded(self, kind: str, recorded: Recorded) -> None:
        if not recorded.changed:
            self.say("Nothing changed: it was recorded so already.")
            return
        self.host.tell(recorded)
        self.decided(kind)

    def action_done(self) -> None:
        """Record that the step, or the action, was done today."""
        steps, actions = list(self.chosen_steps()), list(self.chosen_actions())
        if self._mixed(steps, actions):
            return
        if actions:
            from transitions.plans import actions as plan_actions

            self.record("done", lambda: plan_actions.finish_actions(self.workspace, actions), len(actions))
        else:
            self.record("done", lambda: recording.mark_done(self.workspace, steps), len(steps))

    def action_missed(self) -> None:
        """Ask for the reason and flag the step missed."""
        steps = list(self.chosen_steps())
        if self._mixed(steps, self.chosen_actions()):
            return
        self._ask_reason(
            "Why was it missed?",
            load_shipped().missed_reasons,
            lambda reason, words: self.record(
                "missed",
                lambda: recording.flag_missed(self.workspace, steps, reason=reason, next_step=words),
                len(steps),
            ),
        )

    def action_waive(self) -> None:
        """Ask for the reason and waive the step, or drop the action."""
        steps, actions = list(self.chosen_steps()), list(self.chosen_actions())
        if self._mixed(steps, actions):
            return
        if actions:
            self._drop(actions)
            return
        self._ask_reason(
            "Why is it waived?",
            load_shipped().waived_reasons,
            lambda reason, words: self.record(
                "waived", lambda: recording.waive(self.workspace, steps, reason=reason, words=words), len(steps)
            ),
        )

    def _mixed(self, steps: Sequence[Step], actions: Sequence[int]) -> bool:
        """Say so when both are chosen: that would be two changes for one key, and u would take back one of them."""
        if steps and actions:
            self.say(MIXED, "warning")
        return bool(steps and actions)

    def _drop(self, actions: Sequence[int]) -> None:
        from transitions.plans import actions as plan_actions

        def keep(reason: str | None) -> None:
            if reason is not None:
                drop = partial(plan_actions.drop_actions, self.workspace, actions, reason=reason)
                self.record("waived", drop, len(actions))

        title = (
            "Why is the action dropped?" if len(actions) == 1 else f"Why are these {len(actions):,} actions dropped?"
        )
        prompt = f"{self.about(list(self.chosen_pupils()))}. In a few words."
        self.app.push_screen(Ask(title, prompt, problem=_reason_missing), keep)

    def action_reopen(self) -> None:
        """Take the decision back, so that the step is open again."""
        steps = list(self.chosen_steps())
        self.record("reopened", lambda: recording.reopen(self.workspace, steps), len(steps))

    def action_next_step(self) -> None:
        """Ask what happens next about a missed step."""
        steps = list(self.chosen_steps())
        if self._mixed(steps, self.chosen_actions()):
            return

        def keep(text: str | None) -> None:
            if text is not None:
                self.record("next step", lambda: recording.say_next_step(self.workspace, steps, text))

        self.app.push_screen(Ask("What happens next?", "Who will do what, by when"), keep)

    def action_note(self) -> None:
        """Ask for a note and keep it."""
        pupils = list(self.chosen_pupils())

        def keep(text: str | None) -> None:
            if text is not None:
                self.record("note", lambda: recording.add_note(self.workspace, pupils, text), len(pupils))

        self.app.push_screen(Ask("Add a note", self.about(pupils), multiline=True), keep)

    def action_owner(self) -> None:
        """Ask who answers for the pupils from now on."""
        pupils = list(self.chosen_pupils())
        choices = [Choice(worker.id, worker.name, hint=worker.detail) for worker in lookups.workers(self.workspace)]
        choices.append(Choice(NOBODY, "Nobody"))

        def give(worker_id: int | None) -> None:
            if worker_id is not None:
                self.record("owner", lambda: recording.assign(self.workspace, pupils, worker_id or None), len(pupils))

        self.app.push_screen(Choose("Who answers for them?", choices, detail=self.about(pupils)), give)

    def action_contacts(self) -> None:
        """Show the people around the pupil."""
        self.host.open.circle(self.chosen_pupils()[0])

    def action_archive(self) -> None:
        """Take the pupils out of every list."""
        chosen = list(self.chosen_pupils())
        count = editing.archive_pupils(self.workspace, chosen)
        self.host.tell(Recorded("Archived", self.about(chosen) if len(chosen) == 1 else f"{count:,} pupils", count))

    async def action_archived(self) -> None:
        """List the archived pupils, and bring back the one who is chosen."""
        found = lists.archived_pupils(self.workspace)
        if not found:
            self.say("No pupil is archived.")
            return
        hidden = self.host.private
        choices = [
            Choice(
                one.id,
                list_name(one.forename, one.surname, hidden=hidden),
                hint="" if hidden else f"born {short_with_year(one.date_of_birth)}",
            )
            for one in found
        ]
        pupil_id = await self.host.ask(Choose("Bring back an archived pupil", choices))
        if pupil_id is not None:
            editing.restore_pupils(self.workspace, [pupil_id])
            self.host.tell(Recorded("Brought back", self.host.pupil_name(pupil_id), 1))

    def about(self, pupils: Sequence[int]) -> str:
        """Give "Aisha Khan" or "14 pupils", for the line under a question; initials while names are hidden."""
        if len(pupils) != 1:
            return f"{len(pupils):,} pupils"
        return self.host.pupil_name(pupils[0])

    def _ask_reason(self, title: str, reasons: Sequence[CodedReason], then: Callable[[str, str], None]) -> None:
        pupils = self.chosen_pupils()

        def chosen(reason: str | None) -> None:
            if reason is None:
                return
            if reason != OTHER_REASON:
                then(reason, "")
                return

            def say(words: str | None) -> None:
                if words is not None:
                    then(reason, words)

            self.app.push_screen(Ask(title, "In a few words", problem=_reason_missing), say)

        choices = [Choice(reason.code, reason.words[:1].upper() + reason.words[1:]) for reason in reasons]
        self.app.push_screen(Choose(title, choices, detail=self.about(list(pupils))), chosen)


def _reason_missing(text: str) -> str | None:
    return None if text.strip() else "Say what the reason is."
