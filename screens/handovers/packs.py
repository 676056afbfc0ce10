"""Making packs, and the answer to one: for whom, as what, with which passphrase and where; then what was made, and who was left out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from secrets import SystemRandom
from typing import ClassVar, Literal, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Grid, Vertical
from textual.content import Content
from textual.widgets import Static

from screens.frame.dialogs import Choice, Choose, Dialog, ReadScreen
from screens.frame.host import Host
from screens.frame.jobs import Job
from screens.frame.record_form import sentence
from screens.frame.render_context import HIDDEN_NOTE, display_name
from screens.frame.safe import cell, template, txt
from screens.frame.saving import ask_override, folder_trouble, short_path, usual_folder
from screens.widgets.choice import ChoiceLine
from screens.widgets.clean_input import CleanInput
from screens.widgets.columns import Column
from screens.widgets.fields import FormField, PlainAnswer
from screens.widgets.form import Form
from screens.widgets.form_screen import FormScreen
from screens.widgets.line import Fitted
from screens.widgets.panel import Block, Pair, TextParagraph, Title
from screens.widgets.path_box import path_of
from screens.widgets.window_table import Row, WindowTable
from transitions.dates import parse_typed, short_with_year
from transitions.errors import Fault, Stopped
from transitions.exporting.target import numbered
from transitions.handovers import acknowledging, packs
from transitions.handovers.acknowledging import MadeAnswer, PackRow
from transitions.handovers.board import Board, BoardLine
from transitions.handovers.parcels import ForSchool, LeftOut, for_schools
from transitions.handovers.passphrases import propose_passphrase, read_new_passphrase
from transitions.milestones.destinations import Move
from transitions.pupils.lists import name_of
from transitions.text import how_many, printable, searchable
from transitions.workspace import Recorded, Workspace


async def make_answer(host: Host) -> None:
    found = acknowledging.received_packs(host.workspace)
    if not found:
        host.say("There is no pack to answer. Press I to receive one.", "warning")
        return
    pack: PackRow | None = found[0]
    if len(found) > 1:
        choices = [
            Choice(
                one,
                f"{one.school or 'A school'}, {short_with_year(one.on_day)}",
                hint=f"{one.acknowledged:,} of {one.pupils:,} acknowledged",
            )
            for one in found
        ]
        pack = await host.ask(Choose("Answer which pack?", choices))
    if pack is None or (values := await host.ask(_form(host, pack))) is None:
        return
    number, folder = pack.id, path_of(str(values["folder"]))
    passphrase = str(values["passphrase"] or "") or propose_passphrase(SystemRandom())
    try:
        made = await host.in_thread(
            lambda: acknowledging.make_answer(host.workspace, number, folder, passphrase), Job("Making the answer")
        )
    except Fault as fault:
        host.say(f"No answer was made. {fault.sentence}", "error")
        return
    host.publish()
    host.push_screen(
        OnceScreen("The answer file is ready", lambda hidden: _answer_blocks(made, passphrase, hidden=hidden))
    )


def _form(host: Host, pack: PackRow) -> FormScreen:
    fields = [
        FormField(name="passphrase", label="Passphrase", check=_passphrase,
              help="The one agreed with the school. Leave empty for five suggested words"),
        FormField(name="folder", label="Folder", required=True, check=_folder),
    ]  # fmt: skip
    # No draft is kept of this form: a passphrase is written down nowhere.
    form = Form(
        fields,
        {"folder": short_path(usual_folder())},
        parse_date=lambda text: PlainAnswer(parse_typed(text, host.clock.today)),
        clean=printable,
        notice=f"{pack.acknowledged:,} of {pack.pupils:,} in the pack are acknowledged. The answer lists all its pupils.",
    )
    return FormScreen(f"Answer to {pack.school or 'the school'}", form)


def _answer_blocks(made: MadeAnswer, passphrase: str, *, hidden: bool) -> list[Block]:
    return [
        TextParagraph("Read the passphrase out by telephone. Never send it with the file. It is shown only once."),
        TextParagraph(""),
        Pair("File", cell(short_path(made.path))),
        Pair("Acknowledged", f"{made.acknowledged:,} of {made.listed:,}"),
        Pair("Asked about", f"{made.asked:,}"),
        Pair("Only received", f"{max(0, made.listed - made.acknowledged - made.asked):,}"),
        *([Pair("What became of", f"{made.told:,}")] if made.told else []),
        Pair("Passphrase", HIDDEN_NOTE if hidden else cell(passphrase, "bold")),
    ]


def _passphrase(text: str) -> PlainAnswer:
    try:
        read_new_passphrase(text)
    except ValueError as error:
        raise ValueError(sentence(str(error))) from None
    return PlainAnswer(text)


def _folder(text: str) -> PlainAnswer:
    if trouble := folder_trouble(text):
        raise ValueError(trouble)
    return PlainAnswer(text)


Kind = Literal["sealed", "folder", "docx", "html", "xlsx"]
KINDS: Sequence[tuple[Kind, str]] = (
    ("sealed", "Sealed"), ("folder", "Folder"), ("docx", "Word"), ("html", "Web"), ("xlsx", "Excel"),
)  # fmt: skip
_SAYS: Mapping[str, str] = {
    "sealed": "A file for the same program at the other end. Marks its handovers as sent.",
    "folder": "A cover list, a page per pupil and a slip to send back. Press D when you have sent it.",
    "docx": "One Word document with cover list and slip, not encrypted. Press D when you have sent it.",
    "html": "One web page to print, with cover list and slip, not encrypted. Press D when you have sent it.",
    "xlsx": "One workbook with a line per answer, not encrypted. Press D when you have sent it.",
}
_SEALED = "Read each passphrase out by telephone. Never send it with the file. It is shown only once and kept nowhere."
_NOT_SEALED = "Nothing is encrypted or marked as sent. Press D when you have sent it securely."
_MOST_NAMED = 10
_NOT_STARTED = "the handover has not been started"


class PackRequest(NamedTuple):
    """What to make: for which schools, as what, where, the passphrase for all of them ("": one for each), and why those who are marked go."""

    parcels: Sequence[ForSchool]
    kind: Kind
    folder: Path
    passphrase: str
    override: str = ""


@dataclass(frozen=True)
class MadeForSchool:
    """What was made for a school: the file or folder, whose passphrase it has, and who is in it."""

    parcel: ForSchool
    path: Path
    passphrase: str
    pupils: int
    sealed: bool


async def make_packs(
    host: Host, move: Move, board: Board, marked: Sequence[BoardLine] | None, then: Callable[[], None]
) -> None:
    """Ask for which schools and as what, and make the packs of the marked handovers (None: of the whole board)."""
    parcels = parcels_of(host.workspace, move, board, marked)
    request = await host.ask(PacksScreen(host.workspace, parcels, len(marked) if marked else 0))
    if request is None:
        return
    if held_back := [left for one in request.parcels for left in one.left_out if left.marked]:
        override = await _ask_whether_they_go(host, held_back)
        if override is None:
            return
        if override:
            chosen = {one.school_id for one in request.parcels}
            again = parcels_of(host.workspace, move, board, marked, override)
            request = request._replace(parcels=[one for one in again if one.school_id in chosen], override=override)
    if not any(one.going for one in request.parcels):
        host.say("No pack was made: it would be empty.", "warning")
        return
    await _make_packs(host, move, request, then)


async def _ask_whether_they_go(host: Host, held_back: Sequence[LeftOut]) -> str | None:
    """The reason why those whom a marker holds back go all the same; "" leaves them out, None makes nothing."""
    named = held_back[:_MOST_NAMED]
    who = [f"{shown_name(host.workspace, one, hidden=host.private)}: {one.why}" for one in named]
    who += ["and others"] if len(held_back) > len(named) else []
    go = Choice("go", "Send them anyway, and say why", "g")
    stay = Choice("stay", "Leave them out", "l")
    said = f"A marker holds back {how_many(len(held_back), 'pupil')}.\n" + "\n".join(who)
    chosen = await host.ask(Choose("Who is left out?", [stay, go], detail=said))
    if chosen != "go":
        return None if chosen is None else ""
    return await ask_override(host, "; ".join(dict.fromkeys(one.why for one in held_back)))


def parcels_of(
    workspace: Workspace, move: Move, board: Board, marked: Sequence[BoardLine] | None, override: str = ""
) -> list[ForSchool]:
    """By school who would be in its pack and who is left out, of the marked handovers or of the board."""
    lines = board.lines if marked is None else marked
    pupils = {line.row.pupil_id for line in lines}
    only = None if marked is None else [line.row.handover_id for line in marked if line.row.handover_id is not None]
    found = {
        one.school_id: one._replace(
            going=tuple(row for row in one.going if row.pupil_id in pupils),
            left_out=tuple(left for left in one.left_out if left.pupil_id in pupils),
        )
        for one in for_schools(workspace, move, only=only, override=override)
    }
    for line in lines if marked is not None else ():
        row = line.row
        if row.handover_id is None:
            name = f"{row.preferred_name or row.forename} {row.surname}".strip()
            nobody = ForSchool(row.to_school_id, row.to_school or "No next school recorded", (), ())
            parcel = found.get(row.to_school_id, nobody)
            left = LeftOut(row.pupil_id, name, _NOT_STARTED)
            found[row.to_school_id] = parcel._replace(left_out=(*parcel.left_out, left))
    parcels = (one for one in found.values() if one.going or one.left_out)
    return sorted(parcels, key=lambda one: (one.school_id is None, searchable(one.school)))


async def _make_packs(host: Host, move: Move, request: PackRequest, then: Callable[[], None]) -> None:
    kept = "None was made." if request.kind == "sealed" else "The earlier ones are in the folder."
    try:
        made = await host.in_thread(lambda: _write(host.workspace, move, request), Job("Making the packs", kept=kept))
    except Stopped:
        raise
    except Fault as fault:
        # Sealed ones are made all or none; of the others those before this one stand.
        stands = "No pack was made." if request.kind == "sealed" else f"Stopped there. {kept}"
        host.say(f"{sentence(fault.sentence)} {stands}", "error")
        return
    host.clear_notifications()
    if request.kind == "sealed":
        pupils = sum(one.pupils for one in made)
        schools = "1 school" if len(made) == 1 else f"{len(made):,} schools"
        host.tell(Recorded("Handovers sent", f"pack file to {schools} · {how_many(pupils, 'pupil')}", pupils))
    then()
    without = [one for one in request.parcels if not one.going]
    title = "1 pack is ready" if len(made) == 1 else f"{len(made):,} packs are ready"
    host.push_screen(OnceScreen(title, lambda hidden: blocks(host.workspace, made, without, hidden=hidden)))


def _write(workspace: Workspace, move: Move, request: PackRequest) -> list[MadeForSchool]:
    """Make them all; one of several that are not sealed may stand when a later one cannot be written, as each says."""
    parcels = [one for one in request.parcels if one.going and one.school_id is not None]
    numbers = [row.handover_id for one in parcels for row in one.going if row.handover_id is not None]
    if request.kind == "sealed":
        return _seal(workspace, move, request, parcels, numbers)
    from transitions.handovers.documents.printing import default_name, print_pack

    made = []
    for one in parcels:
        school_id = one.school_id or 0
        target = numbered(request.folder / default_name(workspace, school_id, request.kind))
        printed = print_pack(workspace, school_id, move, target, request.kind, only=numbers, override=request.override)
        made.append(MadeForSchool(one, target, "", len(printed.handovers), sealed=False))
    return made


def _seal(
    workspace: Workspace, move: Move, request: PackRequest, parcels: Sequence[ForSchool], numbers: Sequence[int]
) -> list[MadeForSchool]:
    schools = [one.school_id or 0 for one in parcels]
    own = request.passphrase or None
    made = {
        one.school_id: one
        for one in packs.make_packs(
            workspace,
            move,
            request.folder,
            own,
            school_ids=schools,
            only=numbers,
            override=request.override,
            beside=True,
        )
    }
    return [
        MadeForSchool(one, done.path, done.passphrase, done.pupils, sealed=True)
        for one in parcels
        if (done := made.get(one.school_id)) is not None and done.path is not None
    ]


class PacksScreen(Dialog[PackRequest | None]):
    """Asks for which schools packs are made, as what and where; all schools are marked at first."""

    CSS_PATH = "packs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave without making any"),
        Binding("ctrl+s,enter", "make", "Make the packs"),
    ]

    def __init__(self, workspace: Workspace, parcels: Sequence[ForSchool], marked: int) -> None:
        super().__init__()
        self._workspace = workspace
        self._parcels = dict(enumerate(parcels))
        self._marked = marked
        columns = (
            Column("School", flex=3, min_width=24, priority=10),
            Column("Pupils", width=6, align="right", priority=9),
            Column("Left out", width=8, align="right", priority=8),
        )
        self._table = WindowTable(columns, self._fetch, empty=txt("Nobody on this board has a next school yet."))
        self._kind = ChoiceLine(KINDS, KINDS[0][1])
        self._passphrase = CleanInput(clean=printable, placeholder="leave empty for five suggested words per school")
        self._folder = CleanInput(short_path(usual_folder()), clean=printable)

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog wide"):
            yield self._table
            yield Fitted(id="packs-who")
            with Grid(id="packs-fields"):
                yield Static(txt("As"), classes="label")
                yield self._kind
                yield Static(txt("Passphrase"), classes="label")
                yield self._passphrase
                yield Static(txt("Folder"), classes="label")
                yield self._folder
            yield Static(id="packs-said")

    def on_mount(self) -> None:
        going = [number for number, one in self._parcels.items() if self._can_go(one)]
        self._table.set_rows(list(self._parcels))
        self._table.set_marks(going)
        self._table.focus()
        self.watch(self.app, "private", self._explain)
        self._tell()

    @staticmethod
    def _can_go(parcel: ForSchool) -> bool:
        return parcel.school_id is not None and bool(parcel.going or any(left.marked for left in parcel.left_out))

    def _fetch(self, keys: Sequence[int]) -> Mapping[int, Row]:
        return {
            key: (cell(one.school), f"{len(one.going):,}" if one.going else "", f"{len(one.left_out) or ''}")
            for key in keys
            if (one := self._parcels.get(key)) is not None
        }

    @property
    def _chosen(self) -> list[ForSchool]:
        return [one for number, one in self._parcels.items() if number in self._table.marked and self._can_go(one)]

    @on(WindowTable.MarksChanged)
    def _count(self) -> None:
        chosen = self._chosen
        pupils = sum(len(one.going) for one in chosen)
        of = f"the {self._marked:,} marked" if self._marked else "this board"
        schools = "1 school" if len(chosen) == 1 else f"{len(chosen):,} schools"
        title = f"Packs of {of}: {how_many(pupils, 'pupil')} for {schools}"
        self.title_box(title, "enter makes · space leaves a school out · tab next · esc leaves")

    @on(WindowTable.Highlighted)
    def _follow(self) -> None:
        self._explain()

    def _explain(self) -> None:
        one = self._parcels.get(self._table.cursor_key if self._table.cursor_key is not None else -1)
        self.query_one("#packs-who", Fitted).show(lambda _width, _height: self._who(one) if one else [])

    def _who(self, one: ForSchool) -> list[Content]:
        hidden = bool(getattr(self.app, "private", False))
        tiers: dict[str, list[str]] = {}
        for row in one.going:
            name = display_name(row.preferred_name or row.forename, row.surname, hidden=hidden)
            tiers.setdefault(row.tier or "no tier", []).append(name)
        lines = [txt(f"{tier}: {', '.join(names)}") for tier, names in tiers.items()]
        reasons: dict[str, list[str]] = {}
        for left in one.left_out:
            reasons.setdefault(left.why, []).append(shown_name(self._workspace, left, hidden=hidden))
        return [*lines, *(txt(f"left out: {', '.join(names)}: {why}", "$quiet") for why, names in reasons.items())]

    @on(ChoiceLine.Changed)
    def _tell(self) -> None:
        self.query_one("#packs-said", Static).update(txt(_SAYS[self._as], "$quiet"))
        self._passphrase.disabled = self._as != "sealed"

    @property
    def _as(self) -> Kind:
        return next((kind for kind, label in KINDS if label == self._kind.text), "sealed")

    def on_input_submitted(self) -> None:
        self.action_make()

    @on(WindowTable.Opened)
    def action_make(self) -> None:
        folder = path_of(self._folder.value)
        passphrase = self._passphrase.value.strip() if self._as == "sealed" else ""
        problem = self._problem(passphrase)
        if problem:
            message = template("[bold $error]! $problem[/]", problem=problem)
            self.query_one("#packs-said", Static).update(message)
        else:
            parcels = [*self._chosen, *(one for one in self._parcels.values() if not self._can_go(one))]
            self.dismiss(PackRequest(parcels, self._as, folder, passphrase))

    def _problem(self, passphrase: str) -> str:
        if not self._chosen:
            return "No marked school has anybody to send. space marks a school."
        if trouble := folder_trouble(self._folder.value):
            return trouble
        if not passphrase:
            return ""
        try:
            names = [name for one in self._chosen for name in one.names]
            read_new_passphrase(passphrase, [one.school for one in self._chosen], names)
        except ValueError as error:
            return sentence(str(error))
        return ""


class OnceScreen(ReadScreen, inherit_bindings=False):
    """Shows what is seen this once, such as a passphrase; only Escape closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Close")]


def blocks(
    workspace: Workspace, made: Sequence[MadeForSchool], without: Sequence[ForSchool], *, hidden: bool
) -> list[Block]:
    shown: list[Block] = [TextParagraph(_SEALED if any(one.sealed for one in made) else _NOT_SEALED)]
    shown += [Pair("In", cell(short_path(made[0].path.parent)))] if made else []
    for one in made:
        shown.append(Title(f"{one.parcel.school} · {how_many(one.pupils, 'pupil')}"))
        if one.passphrase:
            shown.append(Pair("Passphrase", HIDDEN_NOTE if hidden else cell(one.passphrase, "bold")))
        shown.append(Pair("File" if one.path.suffix else "Folder", cell(one.path.name)))
        shown += _left_out(workspace, one.parcel, hidden=hidden)
    for parcel in without:
        shown += [Title(f"{parcel.school}: no pack"), *_left_out(workspace, parcel, hidden=hidden)]
    return shown


def _left_out(workspace: Workspace, parcel: ForSchool, *, hidden: bool) -> list[Block]:
    return [
        TextParagraph(f"left out: {shown_name(workspace, left, hidden=hidden)}: {left.why}") for left in parcel.left_out
    ]


def shown_name(workspace: Workspace, left: LeftOut, *, hidden: bool) -> str:
    return display_name(*name_of(workspace, left.pupil_id), hidden=True) if hidden else left.name
