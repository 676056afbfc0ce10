"""What screens, dialogs and forms ask of the app.

The app imports every screen, so no screen imports the app: it knows its ``Host``.
"""

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.signal import Signal

from screens.frame.commands import Command, Registry
from screens.frame.jobs import Job, Working
from screens.frame.safe import Severity
from screens.widgets.fields import Adds
from transitions.caseload.caseload import Caseload
from transitions.clock import Clock
from transitions.custody.history import HistoryEntry
from transitions.workspace import Recorded, Workspace

Answer = TypeVar("Answer")
Found = TypeVar("Found")


NOTHING_CHANGED = "Nothing changed: this was already recorded."
Moved = Callable[[int], None]
"""Told the pupil, or the workshop, that is shown from now on, when one goes on to a neighbour."""


class Opens(Protocol):
    """The ways from one room to another; what is behind them is imported when somebody goes there.

    ``neighbours`` are the pupils, or workshops, of the list one came from, in its order.
    """

    def pupil(self, pupil_id: int, neighbours: Sequence[int] = (), tab: str = "timeline") -> None:
        """Open the page of a pupil, or go back to it when one came from there."""

    async def pupil_form(self, pupil_id: int | None) -> int | None:
        """Open the form of a pupil, or of a new one; the number of the pupil when it was saved."""

    async def circle(self, pupil_id: int) -> None:
        """Show the people around a pupil."""

    async def school(self, school_id: int) -> None:
        """Open the form of a school."""

    async def retention(self) -> None:
        """Show whose records have been kept long enough."""

    async def records_of(self, pupil_id: int) -> None:
        """Show what is recorded of a pupil for the figures: referrals, scores, activities, weeks of attendance."""

    async def add(self, what: Adds, name: str) -> tuple[int, str] | None:
        """Open the form of a new school, or member of staff, of that name; its number and name when it was saved."""

    async def offers_of(self, school_id: int) -> None:
        """Show what a school is offered."""

    def pupils(self, caseload: Caseload) -> None:
        """List these pupils; Escape comes back."""

    def schools(self, at: int | None = None) -> None:
        """List the schools, with the cursor on one of them."""

    def staff(self, at: int | None = None) -> None:
        """List the members of staff, with the cursor on one of them."""

    def explanation(self, pupil_id: int, code: str) -> None:
        """Say why a milestone is, or is not, asked for."""

    def import_file(self, kind: str = "pupils") -> None:
        """Open the import of a kind of file."""

    async def plan(self, pupil_id: int, neighbours: Sequence[int] = (), moved: Moved | None = None) -> None:
        """Open the plan of a pupil; ask which when there are several, and for which move when there is none."""

    def plan_version(self, plan_id: int) -> None:
        """Open the plan of this number."""

    async def new_plan(self, pupil_id: int, neighbours: Sequence[int] = (), moved: Moved | None = None) -> None:
        """Ask for which move a plan is to be opened, and open it."""

    async def plan_wording(self) -> None:
        """Change the questions and prompts of plans."""

    async def plan_quality(self, caseload: Caseload) -> None:
        """Show how good the plans of a caseload are."""

    async def survey_results(self, transitions: Sequence[str]) -> None:
        """Show what families say of these moves."""

    def handover(self, handover_id: int, neighbours: Sequence[int] = (), moved: Moved | None = None) -> None:
        """Open a handover."""

    async def handover_of(
        self, pupil_ids: Sequence[int], neighbours: Sequence[int] = (), moved: Moved | None = None
    ) -> None:
        """Open the handover of a pupil, or of the first of several; what is not started is started."""

    def workshop(self, workshop_id: int, neighbours: Sequence[int] = (), moved: Moved | None = None) -> None:
        """Open a workshop."""

    async def workshop_form(self, workshop_id: int | None, on_day: date | None = None) -> None:
        """Open the form of a workshop, or of a new one."""

    def clashes(self, year: int) -> None:
        """List the clashes of an academic year."""


class Host(Protocol):
    """The app, as what runs in it sees it."""

    clock: Clock
    registry: Registry
    workspace: Workspace
    who: str
    """Who is at the keyboard."""
    last_pupil: int | None
    """The pupil whose page was seen last, so that a list can go on from there."""
    records_changed: Signal[frozenset[int]]
    """Published after every change with the pupils it touched; an empty set means any pupil may have changed."""

    open: Opens
    fresh: str
    """The name of the change made here last, which the next undo takes back; nothing when there is none."""

    @property
    def private(self) -> bool:
        """Whether names are hidden."""

    @property
    def kept_as(self) -> str:
        """What these records are, where they are no encrypted ones of real pupils: it stands in the header."""

    @property
    def screen(self) -> Screen[Any]:
        """The screen in front."""

    def pupil_name(self, pupil_id: int) -> str:
        """The name a pupil goes by, or initials while names are hidden."""

    def say(self, message: str, severity: Severity = "information", timeout: float | None = None) -> None:
        """Raise a toast with ``message`` as it stands."""

    def told(self, summary: str) -> str:
        """What an action did, without whom while names are hidden."""

    async def take_back(self, entry: HistoryEntry | None) -> None:
        """Undo this action, or the last one, and say so, or what stands in the way."""

    def tell(self, recorded: Recorded) -> None:
        """Say what was recorded and how to take it back, and let every screen follow."""

    def record(self, recorded: Recorded, nothing: str = NOTHING_CHANGED) -> bool:
        """Tell what was recorded and give True; say ``nothing`` when nothing changed."""

    def copy_to_clipboard(self, text: str) -> None:
        """Hand a text to the terminal's clipboard."""

    def show_pupils(self, caseload: Caseload) -> None:
        """Go to the caseload, and show these pupils there."""

    def hold_picture(self, *, of_screen: bool = True) -> None:
        """Paint nothing until what one comes to is whole."""

    def worker_changed(self) -> None:
        """Show who is at the keyboard now."""

    def become(self, worker_id: int) -> object:
        """Have somebody else at the keyboard, who finds their own views and nothing of the one before."""

    def open_instead(self, path: Path) -> None:
        """Close this database and open another in its place."""

    def note_place(self) -> None:
        """Note where one is, to come back to."""

    def clear_notifications(self) -> None:
        """Take every toast away."""

    def publish(self, touched: frozenset[int] = frozenset()) -> None:
        """Let every screen read again what it shows."""

    def push_screen(self, screen: Screen[Answer]) -> Awaitable[None]:
        """Show a screen over the one in front."""

    async def ask(self, dialog: Screen[Answer]) -> Answer | None:
        """Show a dialog and give its answer, None when it is left without one; only in what ``carry_out`` does."""

    @property
    def working(self) -> Working | None:
        """The long work that goes on."""

    async def in_thread(self, work: Callable[[], Found], job: Job | None = None) -> Found:
        """What ``work`` gives, called in a thread while keys go on working; only in what ``carry_out`` does.

        A ``job`` with a title stands in the frame and can be stopped there; one is done after the other. Raises
        ``Stopped`` when it was, after nothing of it was kept.
        """

    async def write(self, work: Callable[[], Found]) -> Found:
        """What ``work`` gives, which writes at once, or waits in a thread while another writes; only as ``in_thread``.

        It may be called twice, and must not look at the screen: by then somebody may have gone on.
        """

    async def carry_out(self, work: Coroutine[Any, Any, None]) -> None:
        """Do ``work`` until it is done, or waits for an answer or a thread; a ``Fault`` is said."""

    async def perform(self, command: Command) -> None:
        """Do ``command`` on the screen in front, or say why not."""

    def commands_on(self, screen: Screen[Any]) -> tuple[Command, ...]:
        """What works while ``screen`` is in front."""

    def reason_against(self, command: Command, screen: Screen[Any]) -> str | None:
        """Why ``command`` cannot run on ``screen`` now, or None."""


def host_of(node: MessagePump) -> Host:
    return cast(Host, node.app)
