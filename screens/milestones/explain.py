"""Why a step is flagged, or is not: the rule, the dates, what was looked at, and what would clear it."""

from collections.abc import Iterator, Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from screens.frame.dialogs import Dialog
from screens.frame.render_context import LOOKS, status_style
from screens.widgets.panel import Block, Pair, TextPanel, TextParagraph, Title
from transitions.dates import long
from transitions.errors import NoSuchRecord
from transitions.milestones.explain import Explanation, explain
from transitions.school_year import academic_year, academic_year_label
from transitions.workspace import Workspace


class ExplainScreen(Dialog[None]):
    """Explains one milestone for one pupil, in every cycle in which it is planned. Any of Escape, q, e, Enter closes."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,E,enter", "leave", "Close")]

    def __init__(self, workspace: Workspace, pupil_id: int, code: str) -> None:
        super().__init__()
        self._workspace = workspace
        self._pupil_id = pupil_id
        self._code = code

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog wide"):
            yield TextPanel()

    def on_mount(self) -> None:
        panel = self.query_one(TextPanel)
        try:
            found = explain(self._workspace, self._pupil_id, self._code)
        except NoSuchRecord as fault:
            self.title_box("Why?", "esc closes")
            panel.show([TextParagraph(fault.sentence)])
            return
        self.title_box(found[0].title, "esc closes")
        panel.show([block for one in found for block in self._blocks(one, several=len(found) > 1)])
        panel.focus()

    def _blocks(self, one: Explanation, *, several: bool) -> Iterator[Block]:
        if several and one.due_on is not None:
            yield Title(academic_year_label(academic_year(one.due_on)))
        elif several:
            yield Title("No date yet")
        yield TextParagraph(self._state(one))
        yield TextParagraph(one.because)
        if one.clears:
            yield TextParagraph("")
            yield Pair("To clear it", one.clears)
        yield from _run(
            "The rule",
            Pair("Due", f"{long(one.due_on)} ({one.rule})" if one.due_on else one.rule),
            Pair("How severe", one.severity),
            Pair("Basis", one.basis),
            Pair("Source", one.source),
        )
        yield from _run("What was looked at", *(TextParagraph(sentence) for sentence in one.looked_at))
        yield from _run("What counts as done", TextParagraph(one.evidence))
        yield from _run("Why it matters", TextParagraph(one.matters))

    def _state(self, one: Explanation) -> Text:
        state = one.state if one.applies else "not planned"
        return Text.assemble((f"{LOOKS[one.state].symbol} {state}", status_style(one.state, self.app.theme_variables)))


def _run(title: str, *blocks: Pair | TextParagraph) -> Sequence[Block]:
    filled = [block for block in blocks if (block.value if isinstance(block, Pair) else block.text)]
    return (Title(title), *filled) if filled else ()
