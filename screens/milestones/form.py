"""The form for a milestone. Nothing is saved before what it does to the pupils' steps has been shown."""

import asyncio
from collections.abc import Iterator
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from screens.frame.dialogs import Dialog
from screens.frame.host import Host, host_of
from screens.frame.jobs import Job
from screens.frame.record_form import RecordForm, RecordFormScreen, Values, questions, sentence
from screens.widgets.fields import Check, FormField, FormSection, PlainAnswer
from screens.widgets.panel import Block, Pair, TextPanel, TextParagraph, Title
from transitions.dates import short_with_year
from transitions.errors import Fault
from transitions.fields import typed_in
from transitions.milestones import editing
from transitions.milestones.catalogue import dates_in_words, this_year
from transitions.milestones.editing import MilestoneProposal
from transitions.milestones.milestone_fields import FIELDS, read_applies, read_due
from transitions.milestones.preview import Counts, Example, SavePreview, groups_in_words, shift_in_words
from transitions.school_year import academic_year_label
from transitions.text import how_many
from transitions.workspace import Recorded, Workspace

_SHIFTS = 4
_LABELS = ("Gains a date", "Loses its date", "Moves", "Stays as it is", "Decided, untouched")


class PreviewScreen(Dialog[bool | None]):
    """Shows what a proposal would do; Ctrl+S gives True, Escape None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "Save", priority=True),
        Binding("escape,q", "leave", "Go back without saving"),
    ]

    def __init__(self, proposal: MilestoneProposal) -> None:
        super().__init__()
        self._proposal = proposal
        self._preview: SavePreview | None = None

    @property
    def host(self) -> Host:
        return host_of(self)

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog wide"):
            yield TextPanel()

    def on_mount(self) -> None:
        self.title_box(f"Before it is saved: {self._proposal.title}", "^s saves · esc goes back")
        self.query_one(TextPanel).focus()
        self.watch(self.app, "private", self._write)
        self._work_out()

    def action_save(self) -> None:
        if self._preview is None:
            self.host.say("Not yet. The effect is still being worked out.")
        else:
            self.dismiss(True)

    @work(exclusive=True, group="preview")
    async def _work_out(self) -> None:
        try:
            self._preview = await asyncio.to_thread(editing.preview, self.host.workspace, self._proposal)
        except Fault as fault:
            self.dismiss(None)
            self.host.say(fault.sentence, "error")
        else:
            self._write()

    def _write(self, _hidden: bool = False) -> None:
        self.query_one(TextPanel).show(list(self._blocks()), keep_place=True)

    def _blocks(self) -> Iterator[Block]:
        proposal, found = self._proposal, self._preview
        yield Title(f"{proposal.name.removeprefix('Milestone ').capitalize()} {proposal.since}")
        for change in proposal.changes:
            yield Pair(change.title, f"{change.before} → {change.after}" if change.before else change.after)
        if found is None:
            yield TextParagraph("")
            yield TextParagraph("Working out the effect on the pupils’ steps …")
        else:
            yield from self._effects(found)

    def _effects(self, found: SavePreview) -> Iterator[Block]:
        yield Title("What happens to the pupils’ steps")
        for label, number in zip(_LABELS, found.counts, strict=True):
            yield Pair(label, how_many(number, "pupil"))
        for note in found.notes:
            yield TextParagraph(f"! {note}")
        if found.shifts:
            yield Title("Moved")
            for shift in found.shifts[:_SHIFTS]:
                yield TextParagraph(shift_in_words(shift, found.counts.move))
            if len(found.shifts) > _SHIFTS:
                yield TextParagraph(f"and {len(found.shifts) - _SHIFTS:,} other date changes")
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
                yield Pair(self.host.pupil_name(example.pupil_id), _example(example))


async def show_and_save(host: Host, proposal: MilestoneProposal) -> Recorded | None:
    """Show what a proposal would do, and save it when that is wanted; planning the steps again may take long."""
    if not await host.ask(PreviewScreen(proposal)):
        return None
    job = Job("Planning the pupils’ steps again")
    return await host.in_thread(lambda: editing.save(host.workspace, proposal), job)


def _in_words(counts: Counts) -> str:
    effects = ("gains", "loses", "moves", "stays", "decided")
    some = [f"{word} {number:,}" for word, number in zip(effects, counts, strict=True) if number]
    return " · ".join(some) or "nothing changes"


def _example(example: Example) -> str:
    before = short_with_year(example.before) if example.before else "no date yet"
    after = short_with_year(example.after) if example.after else "no date yet"
    if example.effect == "gain":
        return f"gains {after}"
    return f"loses {before}" if example.effect == "lose" else f"{before} → {after}"


class MilestoneFormScreen(RecordFormScreen):
    """The form; Ctrl+S shows what saving would do, and Escape from there goes back to what was typed."""

    def __init__(self, host: Host, code: str | None, transition: str) -> None:
        self._code = code
        self.code = code or ""
        """The code of what was saved."""
        workspace, is_new = host.workspace, code is None
        stored = {"severity": "local", "grace_days": "0", "transition": transition} if is_new else {}
        if code is not None:
            stored = editing.fields_of(workspace, code)
        stored["from_year"] = academic_year_label(this_year(workspace))
        super().__init__(
            host,
            RecordForm(
                "Add a milestone" if is_new else f"Edit: {stored['title']}",
                _content(workspace, is_new=is_new),
                stored,
                lambda _values, _changed: Recorded("", "", 0),
                f"draft milestone {code or 'new'}",
                now=None if code is None else lambda: {**stored, **editing.fields_of(workspace, code)},
            ),
        )

    async def write(self, values: dict[str, object], changed: frozenset[str]) -> Recorded | None:
        proposal = self._proposal(values, changed)
        recorded: Recorded | None = Recorded(proposal.name, proposal.title, 0)
        if proposal.changed:
            recorded = await show_and_save(self._host, proposal)
        if recorded is not None:
            self.code = proposal.code
        return recorded

    def _proposal(self, values: Values, changed: frozenset[str]) -> MilestoneProposal:
        names = changed | ({"from_year"} if self._code else values.keys())
        texts = {name: "" if values[name] is None else str(values[name]) for name in names}
        return editing.read_proposal(self._host.workspace, self._code, texts)


def _content(workspace: Workspace, *, is_new: bool) -> list[FormField | FormSection]:
    year = this_year(workspace)
    years = [academic_year_label(year), academic_year_label(year + 1)]
    layout = {
        "What": ("title", "short", *(("transition",) if is_new else ())),
        "When": ("due", "grace_days", "from_year"),
        "For whom": ("applies",),
        "On whose word": ("severity", "basis", "source"),
        "Done, and why": ("evidence", "why"),
    }
    overrides: dict[str, dict[str, object]] = {
        "due": {"check": _due(workspace, year)},
        "applies": {"check": _applies},
        "from_year": {"choices": list(zip(years, (f"{years[0]} (this year)", f"{years[1]} (next year)"), strict=True))},
    }
    return questions(FIELDS, typed_in(workspace), layout, overrides=overrides)


def _due(workspace: Workspace, year: int) -> Check:
    def check(text: str) -> PlainAnswer:
        return PlainAnswer(text, dates_in_words(workspace, read_due(text)[1], year))

    return check


def _applies(text: str) -> PlainAnswer:
    try:
        meaning = read_applies(text).in_words()
    except ValueError as problem:
        raise ValueError(sentence(str(problem))) from None
    return PlainAnswer(text, f"For {meaning}")
