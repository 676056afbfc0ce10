"""What the commands about handovers share: whose is meant, of which move, and the line that says which it was."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from transitions.cli.options import caseload_of, common, filters, opened, typed_year
from transitions.cli.output import say, text_of

if TYPE_CHECKING:
    from db.handovers.handovers import HandoverRow
    from transitions.caseload.caseload import Caseload
    from transitions.handovers.board import Board
    from transitions.handovers.writing import Move
    from transitions.workspace import Recorded, Workspace

Function = TypeVar("Function", bound=Callable[..., Any])
_NO_MOVES: dict[str, tuple[str, ...]] = {"transitions": ()}


class Opened(NamedTuple):
    """An open database and the handover that a command is about."""

    workspace: "Workspace"
    row: "HandoverRow"


class Chosen(NamedTuple):
    """An open database and the handovers that a command is about."""

    workspace: "Workspace"
    ids: list[int]


def of_a_handover(function: Function) -> Function:
    """Add PUPIL and the options that say which handover of the pupil; the command takes them as ``**which``."""
    for option in (
        click.option("--received", is_flag=True, help="The one that came from another school, when there are both."),
        click.option(
            "--transition", metavar="CODE", help="The one for this move, such as 6-7; the newest if not given."
        ),
        click.argument("pupil"),
        common,
    ):
        function = option(function)
    return function


def of_pupils(metavar: str = "[PUPIL]...") -> Callable[[Function], Function]:
    """Add PUPILS, and --all with filters instead of them; the command takes them as ``**which``."""

    def add(function: Function) -> Function:
        for option in (
            click.option(
                "--year", metavar="YEAR", help="With --all: the academic year of the move; this one if not given."
            ),
            click.option(
                "--all", "every", is_flag=True, help="All for whom it is the next step; the filters narrow them."
            ),
            click.argument("pupils", nargs=-1, metavar=metavar),
            filters,
            common,
        ):
            function = option(function)
        return function

    return add


def of_handovers(function: Function) -> Function:
    """Add what ``of_pupils`` adds, and --received."""
    option = click.option("--received", is_flag=True, help="Those that came from another school, of who has both.")
    return of_pupils()(option(function))


def of_the_board(function: Function) -> Function:
    """Add the filters and --year; the command takes them as ``**options``."""
    for option in (
        click.option("--year", metavar="YEAR", help="The academic year of the move, 2026/27; this one if not given."),
        filters,
        common,
    ):
        function = option(function)
    return function


@contextmanager
def opened_handover(ctx: click.Context, which: dict[str, Any]) -> Iterator[Opened]:
    """Open the database and find the handover that PUPIL, --transition and --received name. Raises ``NoSuchRecord``."""
    from transitions.pupils.editing import find_pupil

    with opened(ctx, which["db"], which["as_of"]) as workspace:
        pupil_id = find_pupil(workspace, which["pupil"])
        yield Opened(workspace, handover_of(workspace, pupil_id, which["transition"], received=which["received"]))


@contextmanager
def opened_handovers(
    ctx: click.Context, which: dict[str, Any], statuses: Collection[str], *, of_inbox: bool = False
) -> Iterator[Chosen]:
    """Open the database and find the handovers of PUPILS, or with --all those of the board that stand at ``statuses``.

    With ``of_inbox`` --received makes --all look at those that came. Raises ``NoSuchRecord``.
    """
    from transitions.pupils.editing import find_pupil

    check_whose(which)
    with opened(ctx, which["db"], which["as_of"]) as workspace:
        if which["every"]:
            boards = [inbox_of(workspace, which)] if of_inbox and which["received"] else boards_of(workspace, which)
            lines = (line for board in boards for line in board.lines if line.status in statuses)
            ids = [line.row.handover_id for line in lines if line.row.handover_id is not None]
            _refuse_none(ids)
        else:
            move = one_move(which)
            pupils = [find_pupil(workspace, text) for text in which["pupils"]]
            ids = [handover_of(workspace, pupil, move, received=which["received"]).id for pupil in pupils]
        yield Chosen(workspace, ids)


def chosen_pupils(workspace: "Workspace", which: dict[str, Any], statuses: Collection[str]) -> list[int]:
    """The pupils that PUPILS name, or with --all those of the board at ``statuses``. Raises ``NoSuchRecord``."""
    from transitions.pupils.editing import find_pupil

    if not which["every"]:
        return [find_pupil(workspace, text) for text in which["pupils"]]
    lines = (line for board in boards_of(workspace, which) for line in board.lines)
    found = list(dict.fromkeys(line.row.pupil_id for line in lines if line.status in statuses))
    _refuse_none(found)
    return found


def check_whose(which: dict[str, Any]) -> None:
    """Refuse pupils beside --all, and neither of them, as wrong usage (2)."""
    if bool(which["pupils"]) == which["every"]:
        raise click.UsageError("Name the pupils, or give --all, which the filters narrow.")


def one_move(which: dict[str, Any]) -> str | None:
    """The move behind --transition, None without it. Several, or one without a handover, are wrong usage (2)."""
    moves = moves_of(which)
    if len(moves) > 1:
        raise click.UsageError("Give --transition once: these are handovers of one move.")
    return moves[0] if moves else None


def moves_of(which: dict[str, Any]) -> tuple[str, ...]:
    """The moves behind --transition. One that has no handover is wrong usage (2)."""
    for code in which["transitions"]:
        check_move(code)
    return tuple(which["transitions"])


def check_move(transition: str | None) -> None:
    """Refuse the code of a move that has no handover as wrong usage (2); None is no code."""
    from transitions.handovers.form import transitions

    if transition is not None and transition not in transitions():
        raise click.BadParameter(f"{transition!r} is not one of {', '.join(transitions())}.", param_hint="--transition")


def move_with_a_board(workspace: "Workspace", which: dict[str, Any]) -> "Move":
    """The move that --transition and --year name. One that has no board, so that nobody packs it, is wrong usage (2)."""
    from transitions.handovers.board import LEAVING
    from transitions.handovers.writing import Move

    code = which["transition"]
    if code not in LEAVING:
        raise click.BadParameter(f"{code!r} is not one of {', '.join(LEAVING)}.", param_hint="--transition")
    return Move(code, typed_year(workspace, which["year"], "--year"))


def boards_of(workspace: "Workspace", which: dict[str, Any]) -> "list[Board]":
    """The boards that --transition (all of them without it), --year and the filters name."""
    from transitions.handovers import board

    year = typed_year(workspace, which["year"], "--year")
    moves = [code for code in moves_of(which) or board.LEAVING if code in board.LEAVING]
    caseload = _caseload(workspace, which)
    return [board.load(workspace, caseload, code, year) for code in moves]


def inbox_of(workspace: "Workspace", which: dict[str, Any]) -> "Board":
    """The handovers that came, of the year and the pupils that --year and the filters name."""
    from transitions.handovers import board

    return board.inbox(workspace, _caseload(workspace, which), typed_year(workspace, which["year"], "--year"))


def handover_of(
    workspace: "Workspace", pupil_id: int, transition: str | None, *, received: bool = False
) -> "HandoverRow":
    """Find a pupil's handover for a move, without one that of the newest; ours before one that came, unless ``received``.

    Raises ``NoSuchRecord`` when there is none, and when there are two of the same year.
    """
    from db.handovers import handovers as store
    from transitions.errors import NoSuchRecord

    check_move(transition)
    every = [row for row in store.of_pupil(workspace.read(), pupil_id) if transition in (None, row.transition)]
    ours = [row for row in every if row.direction == "out" and not received]
    found = ours or [row for row in every if row.direction == "in"]
    newest = [row for row in found if row.move_year == found[0].move_year]
    if len(newest) > 1:
        codes = [row.transition for row in newest]
        raise NoSuchRecord(f"This pupil has handovers for {', '.join(codes)}. Say which: --transition {codes[0]}")
    if not newest:
        raise NoSuchRecord(_none_yet(workspace, pupil_id, transition, received=received))
    return newest[0]


def print_lines(workspace: "Workspace", handover_ids: Sequence[int]) -> None:
    """Print which they are: ``handover #3 pupil #12 6-7 2026/27 sent``, lines that scripts may take apart at the spaces."""
    from transitions.handovers.page import standing
    from transitions.school_year import academic_year_label

    for number in dict.fromkeys(handover_ids):
        row = standing(workspace, number)
        year = academic_year_label(row.move_year)
        click.echo(text_of(f"handover #{row.id} pupil #{row.pupil_id} {row.transition} {year} {row.status}"))


def recorded_on(workspace: "Workspace", recorded: "Recorded", handover_ids: Sequence[int]) -> None:
    """Say what was recorded, and print on which handovers."""
    say(recorded)
    print_lines(workspace, handover_ids)


def _caseload(workspace: "Workspace", which: dict[str, Any]) -> "Caseload":
    # the filter of a caseload would ask for pupils with steps of the move: here it says which board
    return caseload_of(workspace, {**which, **_NO_MOVES})


def _refuse_none(found: Sequence[int]) -> None:
    from transitions.errors import NoSuchRecord

    if not found:
        raise NoSuchRecord("Nobody fits: for none of these pupils is it the next step. See: transitions handover list")


def _none_yet(workspace: "Workspace", pupil_id: int, transition: str | None, *, received: bool) -> str:
    from db.pupils import pupils

    whose = pupils.pupil_name(workspace.read(), pupil_id)
    of_move = f" for {transition}" if transition else ""
    if received:
        return f"No handover{of_move} has come for {whose}. See: transitions handover inbox"
    return f"The handover{of_move} of {whose} has not been started. Start it with: transitions handover start '#{pupil_id}'"
