"""Saving a list to a file: what, where to, what for, with names or without; Enter takes what is proposed."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Grid, Vertical
from textual.widgets import Input, Static

from screens.frame.dialogs import Dialog
from screens.frame.host import Host
from screens.frame.jobs import Job
from screens.frame.safe import template, txt
from screens.frame.saving import TABLES, file_trouble, free_name, short_path
from screens.widgets.choice import ChoiceLine
from screens.widgets.clean_input import CleanInput
from screens.widgets.path_box import path_of
from transitions.caseload.caseload import Caseload
from transitions.errors import NEEDS_PURPOSE
from transitions.pupils.markers import told_left_out
from transitions.text import printable
from transitions.workspace import Workspace

if TYPE_CHECKING:
    from transitions.exporting.files import Exported

Kind = Literal["pupils", "plans", "missed", "movers", "handovers"]
KINDS: Sequence[tuple[Kind, str]] = (
    ("pupils", "Pupils"),
    ("plans", "Plans"),
    ("missed", "Overdue and missed"),
    ("movers", "Movers by next school"),
)
ROWS: Mapping[Kind, tuple[str, str]] = {
    "pupils": ("pupil", "pupils"),
    "plans": ("plan", "plans"),
    "movers": ("mover", "movers"),
    "missed": ("line of what is overdue or missed", "lines of what is overdue or missed"),
    "handovers": ("handover", "handovers"),
}
"""What one row of each is called, and several."""
AS_THEY_ARE, PSEUDONYMS = "As they are", "Pseudonyms"


class SaveRequest(NamedTuple):
    """What to save, where to, and with what."""

    kind: Kind
    target: Path
    pseudonymised: bool
    purpose: str


def proposed(kind: Kind, today: date) -> Path:
    """A file for a list that is not there yet: in Documents, or else in the home folder."""
    return free_name(f"{kind} {today.isoformat()}.{'docx' if kind == 'movers' else 'xlsx'}")


class ExportScreen(Dialog[SaveRequest | None]):
    """Asks what to save and where to. Enter saves from anywhere, Escape leaves."""

    CSS_PATH = "save_list.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,ctrl+s", "save", "Save the file"),
        Binding("escape", "leave", "Leave without saving"),
        Binding("up", "app.focus_previous", "The field before", show=False),
        Binding("down", "app.focus_next", "The next field", show=False),
    ]

    def __init__(self, kind: Kind, description: str, today: date) -> None:
        super().__init__()
        self._description = description
        self._today = today
        self._kinds = dict(KINDS) if kind in dict(KINDS) else {kind: "Handovers"}
        self._what = ChoiceLine(list(self._kinds.items()), self._kinds[kind])
        self._where = CleanInput(short_path(proposed(kind, today)), clean=printable)
        self._names = ChoiceLine([(False, AS_THEY_ARE), (True, PSEUDONYMS)], AS_THEY_ARE)
        self._purpose = CleanInput(clean=printable, placeholder="who asked, and what for. It is kept in the history")
        self._proposed = self._where.value

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(txt(self._description), classes="detail")
            with Grid():
                yield Static(txt("What"), classes="label")
                yield self._what
                yield Static(txt("File"), classes="label")
                yield self._where
                yield Static(txt("Names"), classes="label")
                yield self._names
                yield Static(txt("Purpose"), classes="label")
                yield self._purpose
            yield Static(id="export-problem")

    def on_mount(self) -> None:
        self.title_box("Save this list to a file", "enter saves · tab next · esc leaves")
        self._what.focus()

    @property
    def _kind(self) -> Kind:
        return next((kind for kind, label in self._kinds.items() if label == self._what.text), "pupils")

    @on(ChoiceLine.Changed)
    def _propose(self) -> None:
        if self._where.value == self._proposed:
            self._proposed = short_path(proposed(self._kind, self._today))
            self._where.value = self._proposed

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_save()

    def action_save(self) -> None:
        target = path_of(self._where.value)
        trouble = file_trouble(self._where.value, target, "pupils.xlsx or pupils.csv", _endings(self._kind))
        pseudonymised, purpose = self._names.text == PSEUDONYMS, self._purpose.value.strip()
        (self._where if trouble else self._purpose).focus()
        trouble = trouble or ("" if purpose or pseudonymised else f"{NEEDS_PURPOSE}.")
        if trouble:
            self.query_one("#export-problem", Static).update(template("[bold $error]! $trouble[/]", trouble=trouble))
            return
        self.dismiss(SaveRequest(self._kind, target, pseudonymised, purpose))


def _endings(kind: Kind) -> Sequence[str]:
    return (".docx", ".html", *TABLES) if kind == "movers" else TABLES


async def export_list(
    host: Host, caseload: Caseload, kind: Kind, description: str, year: int | None = None, pupils: Collection[int] = ()
) -> None:
    """Ask where to and save; ``year`` and ``pupils`` narrow handovers as ``Options`` does."""
    workspace = host.workspace
    request = await host.ask(ExportScreen(kind, description, workspace.clock.today))
    if request is None:
        return
    job = Job(f"Saving {request.target.name}")
    written = await host.in_thread(lambda: _export(workspace, caseload, request, year, pupils), job)
    said = f"Exported {written.rows:,} {ROWS[request.kind][written.rows != 1]} to {short_path(request.target)}"
    host.say(f"{said}. {told_left_out(written.left_out)}" if written.left_out else said)


def _export(
    workspace: Workspace, caseload: Caseload, request: SaveRequest, year: int | None, pupils: Collection[int]
) -> "Exported":
    from transitions.exporting.exports import export
    from transitions.exporting.files import Options

    options = Options(request.pseudonymised, request.purpose, academic_year=year, pupils=pupils)
    return export(workspace, request.kind, caseload, request.target, options)
