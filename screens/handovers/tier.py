"""Deciding a tier: what is proposed, with every factor and its date; a person chooses, and says why when it is another."""

from collections.abc import Callable
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from screens.frame.dialogs import Ask
from screens.frame.host import Host
from screens.frame.render_context import Look
from screens.frame.safe import cell, template, txt
from screens.handovers.body_text import factor_words
from screens.widgets.panel import Block, Pair, TextPanel, Title, Words
from transitions.dates import short_with_year
from transitions.handovers import tiers
from transitions.handovers.page import HandoverPage
from transitions.handovers.tiers import TIERS, Proposal, TierRow

_QUIET = "dim"


async def decide_tier(host: Host, page: HandoverPage) -> None:
    """Show the proposal, and record what is chosen; another tier than the proposed one asks for the reason."""
    pupil_id = page.row.pupil_id
    found = tiers.proposal(host.workspace, pupil_id)
    earlier = tiers.decisions(host.workspace, pupil_id)
    tier = await host.ask(TierScreen(lambda hidden: blocks(found, earlier, Look(page.today, hidden)), found.tier))
    if tier is None:
        return
    reason: str | None = ""
    if tier != found.tier:
        prompt = f"{found.tier.capitalize()} is proposed."
        reason = await host.ask(Ask(f"Why {tier}?", prompt, problem=_reason_missing))
    if reason is not None:
        host.record(tiers.decide(host.workspace, [pupil_id], tier, reason))


def _reason_missing(text: str) -> str | None:
    return None if text.strip() else "Say what the factors do not show."


def blocks(found: Proposal, earlier: list[TierRow], look: Look) -> list[Block]:
    """The proposal with all that led to it, what is not known, and what was decided before."""
    least = f", and {found.tier} begins at {found.from_points}" if found.from_points else ""
    told: list[Block] = [Pair("Proposed", cell(found.tier, "bold"))]
    told.append(Pair("Points", f"{found.points}{least}; factors {found.version}"))
    told.append(Title("Because of"))
    if not found.contributing:
        told.append(Words("Nothing that is recorded speaks for more help."))
    for one in found.contributing:
        since = short_with_year(one.since) if one.since else "day not recorded"
        counted = factor_words(one.factor.words, one.value, one.factor.points)
        told.append(Words(Text.assemble(cell(counted), (f"  {since}", _QUIET))))
    if found.not_known:
        told.append(Title("Not recorded, so not counted"))
        told.append(Words(cell("; ".join(factor.words for factor in found.not_known), _QUIET)))
    if earlier:
        told.append(Title("Decided before"))
    for row in earlier:
        by = f" by {look.person(row.worker)}" if row.worker else ""
        reason = f": {look.words(row.reason)}" if row.reason else ""
        told.append(Words(f"{short_with_year(row.decided_on)}{by}: {row.tier}, {row.proposed} was proposed{reason}"))
    return told


class TierScreen(ModalScreen[str | None]):
    """Shows what ``told`` gives, which is told whether names are hidden; 1, 2 and 3 choose a tier, Enter the proposed one.

    Gives the tier, or None.
    """

    CSS_PATH = "handover.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,t", "leave", "Leave without a decision"),
        Binding("enter", "take", "Take the proposed tier"),
    ]

    def __init__(self, told: Callable[[bool], list[Block]], proposed: str) -> None:
        super().__init__()
        self._told = told
        self._proposed = proposed

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog", id="tier"):
            yield TextPanel()
            yield Static(self._keys(), classes="detail")

    def on_mount(self) -> None:
        """Title the box and write the text, again whenever names are hidden or shown."""
        box = self.query_one(".dialog")
        box.border_title = txt("Which tier is it?")
        box.border_subtitle = txt("1 2 3 choose · enter takes the proposed one · esc leaves")
        self.query_one(TextPanel).focus()
        self.watch(self.app, "private", self._write)

    def _write(self, hidden: bool) -> None:
        self.query_one(TextPanel).show(self._told(hidden), keep_place=True)

    def _keys(self) -> Content:
        lines = [
            template("[bold $key]$key_[/]  $tier$mark", key_=place, tier=tier.capitalize(),
                     mark="   proposed" if tier == self._proposed else "")
            for place, tier in enumerate(TIERS, 1)
        ]  # fmt: skip
        return txt("\n").join(lines)

    def on_key(self, event: events.Key) -> None:
        if event.character and event.character in "123"[: len(TIERS)]:
            event.stop()
            self.dismiss(TIERS[int(event.character) - 1])

    def action_take(self) -> None:
        self.dismiss(self._proposed)

    def action_leave(self) -> None:
        self.dismiss(None)
