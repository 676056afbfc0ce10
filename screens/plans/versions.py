"""Two versions of a plan side by side: what was added, taken out and changed, down to the words."""

from collections.abc import Iterable, Sequence
from contextlib import suppress

from textual.app import ComposeResult

from screens.frame import privacy
from screens.frame.base_screen import BaseScreen
from screens.frame.command_list import PLAN_VERSIONS
from screens.frame.commands import Command
from screens.frame.dialogs import Choice, Choose
from screens.frame.host import Host
from screens.widgets.side_by_side import Compared, Run, SideBySide
from transitions.dates import short_with_year
from transitions.errors import NoSuchRecord
from transitions.plans.compare import Difference, How, Piece, compare
from transitions.plans.page import PlanPage, load

_MARKS: dict[How, str] = {"same": "=", "changed": "~", "added": "+", "taken out": "-"}


def open_versions(host: Host, plan_id: int) -> None:
    """Show the version of ``plan_id`` beside the one before it; with a single version, say how another comes about."""
    page = load(host.workspace, plan_id)
    if len(page.versions) > 1:
        host.push_screen(VersionsScreen(plan_id))
        return
    how = (
        "A second version comes about when something that was agreed is changed."
        if page.agreed
        else "Until it is agreed it is simply changed; a change after that makes a second version."
    )
    host.say(f"This plan has one version, so there is nothing to compare it with. {how}", timeout=10)


class VersionsScreen(BaseScreen[None]):
    """An older and a newer version of one plan; only what differs at first."""

    SCOPE = PLAN_VERSIONS
    AUTO_FOCUS = "SideBySide VerticalScroll"

    def __init__(self, plan_id: int) -> None:
        super().__init__()
        self._plan_id = plan_id
        self._pages: Sequence[PlanPage] = ()
        self._older, self._newer = 0, 1
        self._everything = False

    def body(self) -> ComposeResult:
        yield SideBySide()

    def on_mount(self) -> None:
        """Read every version; the base then calls ``names_changed``, which writes the page."""
        self._read()
        numbers = [page.plan.id for page in self._pages]
        self._newer = max(1, numbers.index(self._plan_id) if self._plan_id in numbers else len(numbers) - 1)
        self._older = self._newer - 1
        self.host.records_changed.subscribe(self, self._records_changed)

    def names_changed(self, hidden: bool) -> None:
        if len(self._pages) < 2:
            self.query_one(SideBySide).show(
                ("", ""), (), "There are no two versions of this plan any more. Press escape."
            )
            return
        older, newer = self._pages[self._older], self._pages[self._newer]
        found = compare(older, newer, self._pages[self._older + 1 : self._newer])
        changed = [one for one in found if one.kind != "same"]
        rows = [_compared(one, hidden=hidden) for one in (found if self._everything else changed)]
        names = (_name(older), _name(newer))
        self.query_one(SideBySide).show(
            names, rows, "These two versions say the same. c shows everything that they say."
        )
        who = privacy.display_name(newer.called, newer.pupil.surname, hidden=hidden)
        count = f"{len(changed)} of {len(found)} changed"
        self.set_heading(f"{who} · {newer.title}", f"everything · {count}" if self._everything else count)

    def why_not(self, command: Command) -> str | None:
        """Give the sentence why an arrow leads nowhere, or there is nothing to choose from."""
        if command.id.startswith("versions.") and len(self._pages) < 2:
            return "There are no two versions of this plan any more."
        if command.id == "versions.older_back" and self._older == 0:
            return "This is the first version."
        if command.id == "versions.older_on" and self._older + 1 >= self._newer:
            return "The next version is the one at the right. n chooses a newer one for that side."
        return None

    def action_step(self, step: int) -> None:
        self._older += step
        self._write()

    async def action_choose_older(self) -> None:
        place = await self._choose("The older version", range(len(self._pages) - 1), self._older)
        if place is not None:
            self._older, self._newer = place, self._newer if place < self._newer else len(self._pages) - 1
            self._write()

    async def action_choose_newer(self) -> None:
        place = await self._choose("The newer version", range(1, len(self._pages)), self._newer)
        if place is not None:
            self._older, self._newer = min(self._older, place - 1), place
            self._write()

    def action_everything(self) -> None:
        self._everything = not self._everything
        self._write()

    async def _choose(self, title: str, places: Iterable[int], current: int) -> int | None:
        choices = [Choice(place, _name(self._pages[place])) for place in places]
        return await self.host.ask(Choose(title, choices, current=current))

    def _write(self) -> None:
        self.names_changed(self.host.private)
        self.refresh_bindings()

    def _read(self) -> None:
        known = [self._plan_id, *(page.plan.id for page in self._pages)]
        self._pages = ()
        for number in known:  # undoing what made the newest version leaves the others
            with suppress(NoSuchRecord):
                versions = load(self.workspace, number).versions
                self._pages = [load(self.workspace, version.id) for version in versions]
                return

    def _records_changed(self, _touched: frozenset[int]) -> None:
        shown = [page.plan.id for page in (self._pages[self._older : self._newer + 1] if self._pages else ())]
        self._read()
        numbers = [page.plan.id for page in self._pages]
        both = shown and shown[0] in numbers and shown[-1] in numbers
        self._older = numbers.index(shown[0]) if both else max(0, len(numbers) - 2)
        self._newer = numbers.index(shown[-1]) if both else len(numbers) - 1
        self._write()


def _name(page: PlanPage) -> str:
    plan = page.plan
    agreed = f"agreed {short_with_year(plan.agreed_on)}" if plan.agreed_on else ""
    status = "" if plan.status == "agreed" else plan.status
    return " · ".join(part for part in (f"Version {plan.version}", status, agreed) if part)


def _compared(one: Difference, *, hidden: bool) -> Compared:
    how = "" if one.kind == "same" or one.ended else f" · {one.kind}"
    label = f"{_MARKS[one.kind]} {one.label}{how}"
    before, after = one.pieces
    if hidden:
        return Compared(one.section, label, _hidden(one.before), _hidden(one.after), one.kind == "same")
    return Compared(one.section, label, _runs(before), _runs(after), one.kind == "same")


def _runs(pieces: Sequence[Piece]) -> list[Run]:
    return [(piece.text, piece.changed) for piece in pieces if piece.text]


def _hidden(text: str) -> list[Run]:
    return [(privacy.HIDDEN_NOTE, False)] if text else []
