"""Two versions of a plan side by side: what was added, taken out and changed, down to the words."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import ClassVar, NamedTuple

from rich.style import Style
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from screens.frame import render_context
from screens.frame.base_screen import BaseScreen
from screens.frame.commands import PLAN_VERSIONS, Command
from screens.frame.dialogs import Choice, Choose
from screens.frame.host import Host
from screens.frame.safe import clean
from screens.widgets.columns import fit
from screens.widgets.cursor_list import overlay
from transitions.dates import short_with_year
from transitions.errors import NoSuchRecord
from transitions.plans.compare import How, Piece, VersionDifference, compare
from transitions.plans.page import PlanPage, load

BESIDE_FROM = 100
OLD_MARKS, NEW_MARKS = ("[-", "-]"), ("[+", "+]")
_RULE = " │ "

Run = tuple[str, bool]
"""A run of text, and whether the other version lacks it."""


class Compared(NamedTuple):
    """One thing that two versions say: the part it belongs to, its label with a mark, and what each says."""

    part: str
    label: str
    before: Sequence[Run]
    after: Sequence[Run]
    same: bool = False


class SideBySide(Vertical):
    """Rows of two texts under the names of the versions, which stay at the top.

    What only one version has stands in ``[-`` ``-]`` or ``[+`` ``+]`` and is struck out or underlined, so that it can be
    told without colours, too.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "side--part", "side--label", "side--same", "side--old", "side--new", "side--rule",
    }  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self._names = ("", "")
        self._rows: Sequence[Compared] = ()
        self._empty = ""
        self._width = 0

    def compose(self) -> ComposeResult:
        yield Static(Text(), classes="side--names")
        with VerticalScroll():
            yield Static(Text(), id="side-text")

    def show(self, names: tuple[str, str], rows: Sequence[Compared], empty: str) -> None:
        """Show these rows, the older version first; ``empty`` stands there when there are none. Others begin at the top."""
        others = names != self._names
        self._names, self._rows, self._empty = names, rows, empty
        self._lay_out()
        if others:
            self.query_one(VerticalScroll).scroll_home(animate=False)

    def on_resize(self) -> None:
        if self.query_one(VerticalScroll).scrollable_content_region.width != self._width:
            self._lay_out()

    def _lay_out(self) -> None:
        self._width = self.query_one(VerticalScroll).scrollable_content_region.width
        if not self._width:
            return
        side_by_side = self.app.size.width >= BESIDE_FROM
        names = [clean(name) for name in self._names]
        if side_by_side:
            half = self._half
            head = Text(_RULE.join((fit(names[0], half), fit(names[1], half))))
        else:
            head = Text("\n".join(fit(f"{lead} {name}", self._width) for lead, name in zip("-+", names, strict=True)))
        self.query_one(".side--names", Static).update(head)
        lines = list(self._lines(side_by_side)) or [Text(self._empty)]
        self.query_one("#side-text", Static).update(Text("\n").join(lines))

    @property
    def _half(self) -> int:
        return (self._width - len(_RULE)) // 2

    def _lines(self, side_by_side: bool) -> Iterator[Text]:
        part = ""
        for row in self._rows:
            if row.part != part:
                if part:
                    yield Text()
                part = row.part
                yield Text(fit(clean(part), self._width).rstrip(), self._style_of("part"))
            yield Text(fit(clean(row.label), self._width).rstrip(), "" if row.same else self._style_of("label"))
            yield from self._beside(row) if side_by_side else self._above(row)

    def _beside(self, row: Compared) -> Iterator[Text]:
        left, right = (
            self._wrapped(row, row.before, OLD_MARKS, self._half),
            self._wrapped(row, row.after, NEW_MARKS, self._half),
        )
        for number in range(max(len(left), len(right))):
            line = left[number].copy() if number < len(left) else Text()
            line.truncate(self._half, pad=True)
            line.append(_RULE, self._style_of("rule"))
            yield line + right[number] if number < len(right) else line

    def _above(self, row: Compared) -> Iterator[Text]:
        sides = (
            [(row.after, NEW_MARKS, "")] if row.same else [(row.before, OLD_MARKS, "- "), (row.after, NEW_MARKS, "+ ")]
        )
        for runs, marks, lead in sides:
            if runs:
                for number, line in enumerate(self._wrapped(row, runs, marks, self._width - len(lead))):
                    yield Text(lead if number == 0 else " " * len(lead)) + line

    def _wrapped(self, row: Compared, runs: Sequence[Run], marks: tuple[str, str], width: int) -> list[Text]:
        text = Text(style=self._style_of("same") if row.same else "")
        for run, changed in runs:
            if changed:
                text.append(f"{marks[0]}{clean(run)}{marks[1]}", self._style_of("old" if marks is OLD_MARKS else "new"))
            else:
                text.append(clean(run))
        return list(text.wrap(self.app.console, max(1, width)))

    def _style_of(self, name: str) -> Style:
        style = overlay(self, f"side--{name}")
        full = self.get_component_rich_style(f"side--{name}")
        return style + Style(strike=full.strike)


_MARKS: dict[How, str] = {"same": "=", "changed": "~", "added": "+", "taken out": "-"}


async def open_versions(host: Host, plan_id: int) -> None:
    page = load(host.workspace, plan_id)
    if len(page.versions) > 1:
        host.push_screen(VersionsScreen(plan_id))
        return
    how = (
        "Changing an agreed plan makes a second version."
        if page.agreed
        else "Changes before it is agreed are made in place. A change after that makes a second version."
    )
    host.say(f"This plan has only one version, so there is nothing to compare. {how}", timeout=10)


class VersionsScreen(BaseScreen[None]):
    """An older and a newer version of one plan; only what differs at first."""

    SCOPE = PLAN_VERSIONS
    MADE_OF = ("_plan_id",)
    CSS_PATH = "versions.tcss"
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
        self._load_versions()
        numbers = [page.plan.id for page in self._pages]
        self._newer = max(1, numbers.index(self._plan_id) if self._plan_id in numbers else len(numbers) - 1)
        self._older = self._newer - 1

    def names_changed(self, hidden: bool) -> None:
        if len(self._pages) < 2:
            self.query_one(SideBySide).show(("", ""), (), "This plan no longer has two versions. Press Escape.")
            return
        older, newer = self._pages[self._older], self._pages[self._newer]
        found = compare(older, newer, self._pages[self._older + 1 : self._newer])
        changed = [one for one in found if one.kind != "same"]
        rows = [_compared(one, hidden=hidden) for one in (found if self._everything else changed)]
        names = (_name(older), _name(newer))
        self.query_one(SideBySide).show(
            names, rows, "These two versions are the same. Press v to see everything in them."
        )
        who = render_context.display_name(newer.called, newer.pupil.surname, hidden=hidden)
        count = f"{len(changed)} of {len(found)} changed"
        self.set_heading(f"{who} · {newer.title}", f"everything · {count}" if self._everything else count)

    def why_not(self, command: Command) -> str | None:
        if command.id.startswith("versions.") and len(self._pages) < 2:
            return "This plan no longer has two versions."
        if command.id == "versions.older_back" and self._older == 0:
            return "This is the first version."
        if command.id == "versions.older_on" and self._older + 1 >= self._newer:
            return "The next version is the one on the right. Press ; to choose a newer one for that side."
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

    def _load_versions(self) -> None:
        known = [self._plan_id, *(page.plan.id for page in self._pages)]
        self._pages = ()
        for number in known:  # undoing what made the newest version leaves the others
            with suppress(NoSuchRecord):
                versions = load(self.workspace, number).versions
                self._pages = [load(self.workspace, version.id) for version in versions]
                return

    def follow_records(self, touched: frozenset[int]) -> None:  # noqa: ARG002 - an undo may take a version away
        shown = [page.plan.id for page in (self._pages[self._older : self._newer + 1] if self._pages else ())]
        self._load_versions()
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


def _compared(one: VersionDifference, *, hidden: bool) -> Compared:
    how = "" if one.kind == "same" or one.ended else f" · {one.kind}"
    label = f"{_MARKS[one.kind]} {one.label}{how}"
    before, after = one.pieces
    if hidden:
        return Compared(one.section, label, _hidden(one.before), _hidden(one.after), one.kind == "same")
    return Compared(one.section, label, _runs(before), _runs(after), one.kind == "same")


def _runs(pieces: Sequence[Piece]) -> list[Run]:
    return [(piece.text, piece.changed) for piece in pieces if piece.text]


def _hidden(text: str) -> list[Run]:
    return [(render_context.HIDDEN_NOTE, False)] if text else []
