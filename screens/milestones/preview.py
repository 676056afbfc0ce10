"""What saving a milestone would do to the pupils' steps, before anything is saved."""

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, cast

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from screens.frame.safe import txt
from screens.widgets.line import one_line
from screens.widgets.panel import Block, Pair, TextPanel, Title, Words
from transitions.dates import short_with_year
from transitions.errors import Fault
from transitions.milestones import editing
from transitions.milestones.editing import Preview, Proposal
from transitions.milestones.preview import Counts, Example, groups_in_words, shift_in_words
from transitions.milestones.recording import Recorded

if TYPE_CHECKING:
    from screens.frame.app import TransitionsApp

_SHIFTS = 4
_LABELS = ("Gains a date", "Loses its date", "Moves", "Stays as it is", "Decided, untouched")


class PreviewScreen(ModalScreen[Recorded | None]):
    """Shows a proposal; Ctrl+S saves it and gives what was recorded, Escape gives None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "Save", priority=True),
        Binding("escape,q", "leave", "Go back without saving"),
    ]

    def __init__(self, proposal: Proposal) -> None:
        super().__init__()
        self._proposal = proposal
        self._preview: Preview | None = None
        self._saving = False

    @property
    def app_(self) -> "TransitionsApp":
        """The app, by its own type."""
        return cast("TransitionsApp", self.app)

    def compose(self) -> ComposeResult:
        """Give the box."""
        with Vertical(classes="dialog wide"):
            yield TextPanel()

    def on_mount(self) -> None:
        """Say what changes at once; for whom follows from a thread."""
        box = self.query_one(".dialog")
        box.border_title = txt(one_line(f"Before it is saved: {self._proposal.title}"))
        box.border_subtitle = txt("^s saves · esc goes back")
        self.query_one(TextPanel).focus()
        self.watch(self.app_, "private", self._write)
        self._work_out()

    def action_leave(self) -> None:
        """Go back without saving."""
        if not self._saving:
            self.dismiss(None)

    def action_save(self) -> None:
        """Save, once it has been shown what that does."""
        if self._preview is None:
            self.app_.say("Not yet: what it would do is still being worked out.")
        elif not self._saving:
            self._saving = True
            self._write()
            self._save()

    @work(exclusive=True, group="preview")
    async def _work_out(self) -> None:
        try:
            self._preview = await asyncio.to_thread(editing.preview, self.app_.workspace, self._proposal)
        except Fault as fault:
            self._refuse(fault)
        else:
            self._write()

    @work(group="saving")
    async def _save(self) -> None:
        try:
            recorded = await asyncio.to_thread(editing.save, self.app_.workspace, self._proposal)
        except Fault as fault:
            self._saving = False
            self._refuse(fault)
        else:
            self.dismiss(recorded)

    def _refuse(self, fault: Fault) -> None:
        self.dismiss(None)
        self.app_.say(fault.sentence, "error")

    def _write(self, _hidden: bool = False) -> None:
        self.query_one(TextPanel).show(list(self._blocks()), keep_place=True)

    def _blocks(self) -> Iterator[Block]:
        proposal, found = self._proposal, self._preview
        yield Title(f"{proposal.name.removeprefix('Milestone ').capitalize()} {proposal.since}")
        for change in proposal.changes:
            yield Pair(change.title, f"{change.before} → {change.after}" if change.before else change.after)
        if self._saving:
            yield Words("")
            yield Words("Saving, and planning the pupils’ steps again …")
        elif found is None:
            yield Words("")
            yield Words("Working out what this would do to the pupils’ steps …")
        else:
            yield from self._effects(found)

    def _effects(self, found: Preview) -> Iterator[Block]:
        yield Title("What becomes of the pupils’ steps")
        for label, number in zip(_LABELS, found.counts, strict=True):
            yield Pair(label, _pupils(number))
        for note in found.notes:
            yield Words(f"! {note}")
        if found.shifts:
            yield Title("Moved")
            for shift in found.shifts[:_SHIFTS]:
                yield Words(shift_in_words(shift, found.counts.move))
            if len(found.shifts) > _SHIFTS:
                yield Words(f"and {len(found.shifts) - _SHIFTS:,} other moves of a date")
        groups = groups_in_words(found.by_year_group)
        if groups:
            yield Title("By year group")
            for name, counts in groups:
                yield Pair(name, _in_words(counts))
        if found.followers:
            yield Title("What counts from it")
            for follower in found.followers:
                yield Pair(follower.title, _in_words(follower.counts))
        if found.examples:
            yield Title("For example")
            for example in found.examples:
                yield Pair(self.app_.pupil_name(example.pupil_id), _example(example))


def _pupils(number: int) -> str:
    return f"{number:,} pupil{'' if number == 1 else 's'}"


def _in_words(counts: Counts) -> str:
    words = ("gains", "loses", "moves", "stays", "decided")
    some = [f"{word} {number:,}" for word, number in zip(words, counts, strict=True) if number]
    return " · ".join(some) or "nothing changes"


def _example(example: Example) -> str:
    before = short_with_year(example.before) if example.before else "no date yet"
    after = short_with_year(example.after) if example.after else "no date yet"
    if example.effect == "gain":
        return f"gains {after}"
    return f"loses {before}" if example.effect == "lose" else f"{before} → {after}"
