"""Screens on which steps and actions are decided: done, missed, waived; the same questions and toasts on all of them."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import ClassVar

from screens.frame.base_screen import BaseScreen
from screens.frame.commands import Command
from screens.frame.dialogs import Ask, Choice, Choose, bring_back, confirm_removal
from screens.frame.drafts import AskText
from screens.frame.jobs import Job
from screens.frame.render_context import list_name
from transitions.dates import short_with_year
from transitions.milestones import recording
from transitions.milestones.definitions import load_shipped
from transitions.milestones.milestone import CodedReason
from transitions.milestones.recording import OTHER_REASON, Step
from transitions.pupils import lists
from transitions.team import workers
from transitions.text import capital, how_many
from transitions.workspace import Recorded

NOBODY = 0
MIXED = "You have marked both steps and actions. Mark one kind only; Escape clears the marks."
_EMPTY_NOTE = "The note is empty. Write something, or press Escape."
_NAMED = 3
"""Of so many kinds of step the titles are said."""
MANY = 200
"""More rows than this are written while the screen goes on."""


Again = Callable[[Sequence[Step]], Recorded]
"""What a decision does to other steps, when it is repeated."""


class DecidingScreen(BaseScreen[None]):
    """A screen that knows which steps and which pupils a key acts on."""

    _repeats: tuple[str, Again] | None = None
    """The last decision on steps here: ``done``, ``missed``, ``waived`` or ``put off``."""

    NEEDS_STEPS: ClassVar[frozenset[str]] = frozenset(
        {"milestone.done", "milestone.missed", "milestone.waive", "list.waive", "milestone.reopen", "milestone.explain",
         "milestone.next_step", "list.repeat"}
    )  # fmt: skip
    NEEDS_PUPILS: ClassVar[frozenset[str]] = frozenset(
        {"list.owner", "pupil.note", "walk.action", "pupil.contacts", "pupil.archive"}
    )

    NOBODY_HERE: ClassVar[str] = "No pupil is highlighted. Escape takes a filter off; a adds a pupil."
    """What is said where a key needs a pupil and the list has none."""

    def chosen_steps(self) -> Sequence[Step]:
        """The steps that a decision acts on: of the marked rows, or of the highlighted one."""
        raise NotImplementedError

    def chosen_actions(self) -> Sequence[int]:
        return ()

    def chosen_pupils(self) -> Sequence[int]:
        raise NotImplementedError

    def decided(self, kind: str) -> None:
        """Called after a decision was kept: ``done``, ``missed``, ``waived`` (also of what was dropped) or ``put off``."""

    def added(self, pupil_id: int) -> None:
        """Called with a pupil who was added from here."""

    def why_not(self, command: Command) -> str | None:
        if command.id in self.NEEDS_PUPILS | self.NEEDS_STEPS and not self.chosen_pupils():
            return self.NOBODY_HERE
        if command.id == "list.repeat" and self._repeats is None:
            return "There is nothing to repeat yet. “.” repeats a decision about a step, not about an action. Mark a step done or missed, or waive it, first."
        if command.id in self.NEEDS_STEPS and not self.chosen_steps() and not self.chosen_actions():
            return "Nothing is open for this pupil."
        if command.id == "list.repeat" and not self.chosen_steps():
            return "“.” repeats what was decided about steps. An action is done (d) or dropped (i)."
        if command.id == "milestone.missed" and not self.chosen_actions():
            return recording.why_not_missed(self.workspace, self.chosen_steps())
        return super().why_not(command)

    async def decide(self, kind: str, steps: Sequence[Step], again: Again) -> None:
        """Record a decision on steps, which "." then repeats on others."""
        await self.record(kind, partial(again, steps), len(steps), again)

    async def action_repeat(self) -> None:
        steps = list(self.chosen_steps())
        if self._repeats is None or self._mixed(steps, self.chosen_actions()):
            return
        kind, again = self._repeats
        refusal = recording.why_not_missed(self.workspace, steps) if kind == "missed" else None
        if refusal:
            self.say(refusal, "warning")
        elif kind != "done" or len(steps) != 1 or not await self._asks_place(steps[0]):
            await self.decide(kind, steps, again)

    async def record(
        self, kind: str, work: Callable[[], Recorded], amount: int = 1, again: Again | None = None
    ) -> bool:
        """Do the work, raise the toast that says how to take it back, and tell every screen; whether anything changed.

        Whatever is recorded, an earlier decision is no longer the last one, and is not repeated: ``again`` repeats this one.
        Many rows at once are written in a thread, so that the screen goes on answering.
        """
        if amount > MANY:
            recorded = await self.host.in_thread(work, Job(f"Writing {amount:,} changes"))
        else:
            recorded = await self.host.write(work)
        self._repeats = None
        kept = self.host.record(recorded)
        if kept and again is not None:
            self._repeats = kind, again
        if kept and self.is_attached:
            self.decided(kind)
        return kept

    async def action_done(self) -> None:
        steps, actions = list(self.chosen_steps()), list(self.chosen_actions())
        if self._mixed(steps, actions):
            return
        if actions:
            from transitions.plans import actions as plan_actions

            await self.record("done", lambda: plan_actions.finish_actions(self.workspace, actions), len(actions))
        elif len(steps) != 1 or not await self._asks_place(steps[0]):
            await self.decide("done", steps, partial(recording.mark_done, self.workspace))

    async def _asks_place(self, step: Step) -> bool:
        """Whether it is for a final plan to say what it names, which is asked here; then the step is seen to."""
        from transitions.milestones import phase_transfers

        if not phase_transfers.asks_outcome(self.workspace, step.milestone_id):
            return False
        choices = [Choice(outcome, words) for outcome, words in phase_transfers.SAID.items()]
        choices.append(Choice("", "Just mark it done", hint="counts as not recorded"))
        outcome = await self.host.ask(
            Choose("What does the final plan say about the place?", choices, detail=self.about([step.pupil_id]))
        )
        if outcome:
            await self.record("done", lambda: phase_transfers.record_of_step(self.workspace, step, outcome))
        return outcome != ""

    async def action_missed(self) -> None:
        steps = list(self.chosen_steps())
        if self._mixed(steps, self.chosen_actions()):
            return
        refusal = recording.why_not_missed(self.workspace, steps)
        if refusal:
            self.say(refusal, "warning")
            return

        async def flag(reason: str, next_step: str) -> None:
            flagged = partial(recording.flag_missed, self.workspace, reason=reason, next_step=next_step)
            await self.decide("missed", steps, flagged)

        async def save(reason: str, detail: str) -> None:
            if len(steps) == 1 or detail:
                await flag(reason, detail)
            else:
                prompt = f"{self.whom(steps)}. Who will do what, by when. Leave empty if you don't know yet."
                await self.host.ask(Ask("What happens next?", prompt, save=partial(flag, reason)))

        question = "Why was it missed?" if len(steps) == 1 else "Why were they missed?"
        await self._ask_reason(question, load_shipped().missed_reasons, steps, save)

    async def action_waive(self) -> None:
        steps, actions = list(self.chosen_steps()), list(self.chosen_actions())
        if self._mixed(steps, actions):
            return
        if actions:
            await self._drop(actions)
            return

        async def save(reason: str, detail: str) -> None:
            await self.decide("waived", steps, partial(recording.waive, self.workspace, reason=reason, words=detail))

        question = "Why is it waived?" if len(steps) == 1 else "Why are they waived?"
        await self._ask_reason(question, load_shipped().waived_reasons, steps, save)

    def _mixed(self, steps: Sequence[Step], actions: Sequence[int]) -> bool:
        """Say so when both are chosen: that would be two changes for one key, and u would take back one of them."""
        if steps and actions:
            self.say(MIXED, "warning")
        return bool(steps and actions)

    async def _drop(self, actions: Sequence[int]) -> None:
        from transitions.plans import actions as plan_actions

        title = (
            "Why is the action dropped?" if len(actions) == 1 else f"Why are these {len(actions):,} actions dropped?"
        )
        prompt = f"{self.about(list(self.chosen_pupils()))}. In a few words."

        async def save(reason: str) -> None:
            drop = partial(plan_actions.drop_actions, self.workspace, actions, reason=reason)
            await self.record("waived", drop, len(actions))

        await self.host.ask(Ask(title, prompt, needed="Say what the reason is.", save=save))

    async def action_reopen(self) -> None:
        steps = list(self.chosen_steps())
        await self.record("reopened", lambda: recording.reopen(self.workspace, steps), len(steps))

    async def action_next_step(self) -> None:
        steps = list(self.chosen_steps())
        if self._mixed(steps, self.chosen_actions()):
            return

        async def save(text: str) -> None:
            await self.record("next step", lambda: recording.record_next_step(self.workspace, steps, text))

        await self.host.ask(Ask("What happens next?", "Who will do what, by when", save=save))

    async def action_note(self) -> None:
        pupils = list(self.chosen_pupils())
        draft = f"draft note {pupils[0] if len(pupils) == 1 else f'of {len(pupils)} pupils'}"

        async def save(text: str) -> None:
            await self.record("note", lambda: recording.add_note(self.workspace, pupils, text), len(pupils))

        await self.host.ask(AskText("Add a note", self.about(pupils), draft, needed=_EMPTY_NOTE, save=save))

    async def action_owner(self) -> None:
        pupils = list(self.chosen_pupils())
        choices = [
            Choice(worker.id, worker.name, hint=worker.detail) for worker in workers.workers_by_name(self.workspace)
        ]
        choices.append(Choice(NOBODY, "Nobody"))
        worker_id = await self.host.ask(Choose("Who is the caseworker?", choices, detail=self.about(pupils)))
        if worker_id is not None:
            await self.record("owner", lambda: recording.assign(self.workspace, pupils, worker_id or None), len(pupils))

    async def action_contacts(self) -> None:
        await self.host.open.circle(self.chosen_pupils()[0])

    async def action_archive(self) -> None:
        from transitions.pupils import editing

        chosen = list(self.chosen_pupils())

        def archive() -> Recorded:
            count = editing.archive_pupils(self.workspace, chosen)
            return Recorded("Archived", self.about(chosen) if len(chosen) == 1 else f"{count:,} pupils", count)

        kept = "The whole record is kept. “Archived pupils” in the caseload brings it back."
        await confirm_removal(self.host, f"Archive {self.about(chosen)}?", kept, archive, "Archive")

    async def action_archived(self) -> None:
        from transitions.pupils import editing

        def restore(pupil_id: int) -> Recorded:
            editing.restore_pupils(self.workspace, [pupil_id])
            return Recorded("Brought back", self.host.pupil_name(pupil_id), 1)

        hidden = self.host.private
        choices = [
            Choice(
                one.id,
                list_name(one.forename, one.surname, hidden=hidden),
                hint="" if hidden else f"born {short_with_year(one.date_of_birth)}",
            )
            for one in lists.archived_pupils(self.workspace)
        ]
        await bring_back(self.host, "Bring back an archived pupil", choices, restore, "No pupil is archived.")

    # Records are behind doors that import their screens only when somebody goes through one.

    async def action_add_pupil(self) -> None:
        number = await self.host.open.pupil_form(None)
        if number is not None:
            self.added(number)

    def action_schools(self) -> None:
        self.host.open.schools()

    def action_staff(self) -> None:
        self.host.open.staff()

    def action_import_file(self) -> None:
        self.host.open.import_file()

    async def action_retention(self) -> None:
        await self.host.open.retention()

    def about(self, pupils: Sequence[int]) -> str:
        """ "Aisha Khan" or "14 pupils", for the line under a question; initials while names are hidden."""
        if len(pupils) != 1:
            return f"{len(pupils):,} pupils"
        return self.host.pupil_name(pupils[0])

    def whom(self, steps: Sequence[Step]) -> str:
        """The pupil, or how many there are, and of how many steps this decides: what is named is what will be written."""
        pupils = list(dict.fromkeys(step.pupil_id for step in steps))
        if len(steps) == 1:
            return self.about(pupils)
        titles = list(dict.fromkeys(self.workspace.milestones[step.milestone_id].title for step in steps))
        named = ", ".join(titles[:_NAMED]) + (f" and {len(titles) - _NAMED} more" if len(titles) > _NAMED else "")
        several = f"{len(steps):,} steps: " if len(steps) > len(pupils) else ""
        return f"{self.about(pupils)}, {several}{how_many(len(titles), 'kind')} of step: {named}"

    async def _ask_reason(
        self,
        title: str,
        reasons: Sequence[CodedReason],
        steps: Sequence[Step],
        save: Callable[[str, str], Awaitable[None]],
    ) -> None:
        choices = [Choice(reason.code, capital(reason.words)) for reason in reasons]
        reason = await self.host.ask(Choose(title, choices, detail=self.whom(steps)))
        if reason == OTHER_REASON:
            in_words = partial(save, reason)
            await self.host.ask(Ask(title, "In a few words", needed="Say what the reason is.", save=in_words))
        elif reason is not None:
            await save(reason, "")
