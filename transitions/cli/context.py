"""What a command is given: the session, with the database and day that were named and what was typed to name a record."""

import os
import sys
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, Final, NoReturn

import click

from transitions.cli import streams
from transitions.cli.streams import read_input
from transitions.errors import NEEDS_PURPOSE, BadInput, Fault, NoSuchRecord, NotAllowed, Problem, expanded
from transitions.text import did_you_mean

if TYPE_CHECKING:
    from datetime import date

    from transitions.caseload.caseload import Caseload
    from transitions.clock import Clock
    from transitions.custody.places import Place
    from transitions.workspace import Workspace


_WHO: Final = frozenset({"pupil", "surname", "upn"})
"""The keys of records that say who somebody is."""


class Session:
    """One run of a command. The database is opened when it is first asked for and closed when the command ends.

    Options that many commands share are kept here and not handed to the function, so that a function takes its own only.
    """

    def __init__(self) -> None:
        self.typed: dict[str, Any] = {}

    @property
    def place(self) -> "Place":
        """Where the records are that were asked for: by the option, the environment, or in the usual file."""
        from transitions.custody.places import default_database, place

        given = self.typed.get("db") or os.environ.get("TRANSITIONS_DB")
        return place(given) if given else default_database()

    @property
    def path(self) -> Path:
        """The file of the records. Raises ``NotAFile`` where they are on a server."""
        from transitions.custody.places import file_at

        return file_at(self.place)

    @property
    def named_here(self) -> bool:
        """Whether --db was given, before the command's name or behind it; the environment is for every command."""
        return bool(self.typed.get("db"))

    @cached_property
    def clock(self) -> "Clock":
        """Today, or the day of --as-of. A date that cannot be read is wrong usage (2)."""
        from transitions.clock import Clock

        text = self.typed.get("as_of")
        return Clock.system() if text is None else Clock.looking_at(_typed_day(text, Clock.system().today, "--as-of"))

    @cached_property
    def workspace(self) -> "Workspace":
        """The open database. Raises the faults of ``db.errors``."""
        return self.open()

    def open(self, *, create: bool = False, on_screen: bool = False) -> "Workspace":
        """Open the database before anything else asks for it, making it where there is none with ``create``.

        A passphrase is asked for ``on_screen`` by a screen, else by a prompt, where no file gives it.
        """
        from transitions.workspace import Workspace

        path = self.place
        read_only = bool(self.typed.get("read_only"))
        if not isinstance(path, Path):
            from transitions.cli.passphrases import password
            from transitions.team.server import opened

            return self._opened(opened(path, self.clock, password(), read_only=read_only), on_screen=on_screen)
        create = create and not read_only
        self.check_place(path)
        if create:
            from transitions.custody.places import make_folder

            make_folder(path.parent)
        said = self.unlock(path, create=create, on_screen=on_screen)
        workspace = Workspace.open(path, self.clock, create=create, read_only=read_only, plans_ahead=False)
        workspace.to_say += [said] if said else []
        if on_screen and self._is_to_be_encrypted(workspace):
            workspace.close()
            from screens.custody.passphrase import chosen_for_a_plain_file
            from transitions.custody.backups import out_of_reach

            chosen = chosen_for_a_plain_file(path, self.clock)
            workspace = Workspace.open(path, self.clock, plans_ahead=False)
            if chosen and (away := out_of_reach(path)):
                workspace.to_say.append(away)
        return self._opened(workspace, on_screen=on_screen)

    def _opened(self, workspace: "Workspace", *, on_screen: bool = False) -> "Workspace":
        click.get_current_context().call_on_close(workspace.close)
        self.__dict__["workspace"] = workspace
        if workspace.has_unfinished_files:
            from transitions.exporting.outgoing import finish_files

            workspace.to_say += finish_files(workspace)
        with suppress(Fault):  # whatever is in its way, the next command makes it
            from transitions.impact import snapshots

            workspace.to_say += map(snapshots.said, filter(None, [snapshots.make_due(workspace)]))
        if not on_screen:
            _plan_ahead(workspace)
            from transitions.custody import backups

            workspace.to_say += backups.on_first_open(workspace)
        click.get_current_context().call_on_close(lambda: _tell(workspace.to_say))
        from transitions.custody.notices import notices

        _tell(one for one in notices(workspace) if not one.endswith(f"run: transitions {self._command}"))
        return workspace

    def check_place(self, path: Path) -> None:
        """Refuse a place where a live database gets damaged, unless somebody said that they understand. Raises ``NotAllowed``."""
        if self.typed.get("i_understand") or self.typed.get("read_only"):
            return
        from transitions.custody.risky_places import check_place

        check_place(path)

    def unlock(self, path: Path, *, create: bool = False, on_screen: bool = False) -> str:
        """See that a file can be opened: ask for its passphrase, or for one that a new file gets. Raises the faults of both.

        Gives what is to be said of it when the app has been opened.
        """
        from transitions.cli.passphrases import see_to

        asks = self._ask_on_screen if on_screen else None
        return see_to(path, self.typed.get("passphrase_file"), create=create, asks=asks)

    def _ask_on_screen(self, path: Path, why: str) -> str:
        from screens.custody.passphrase import let_in

        Thread(target=_load_app, daemon=True).start()
        said = let_in(path, self.clock, why, read_only=bool(self.typed.get("read_only")))
        if said is None:
            raise click.Abort
        return said

    def unlock_unasked(self, path: Path) -> None:
        """Open a file by what is given already, as far as that goes: nobody is asked."""
        from transitions.custody import locking

        locking.unlock_unasked(path, locking.given_file(self.typed.get("passphrase_file")))

    @staticmethod
    def _is_to_be_encrypted(workspace: "Workspace") -> bool:
        from transitions.custody import locking

        plain = not locking.can_lock(workspace) and not workspace.database.read_only
        return plain and not locking.new_file_is_plain(os.environ) and not locking.is_made_up(workspace)

    def show_app(self, workspace: "Workspace") -> NoReturn:
        """Open the app on a database, and end with it: an arrow from here up to the screens."""
        from screens.frame.running import run_app

        click.get_current_context().exit(run_app(workspace))

    def walk_plainly(self, tell: Callable[[str], None], read: Callable[[], str]) -> None:
        """Walk the caseload of ``filters`` in numbered questions: the second arrow from here up to the screens."""
        from screens.caseload.plain_walk import PlainWalk

        PlainWalk(self.workspace, tell, read).run(self.caseload())

    def close_workspace(self) -> None:
        """Open the database, which asks for the passphrase, and let it go again: what follows needs the file to itself."""
        self.ensure_may_write()
        _ = self.path
        self.workspace.close()

    def ensure_may_write(self) -> None:
        """Refuse --read-only for what is there to change the file. Raises ``NotAllowed``."""
        if self.typed.get("read_only"):
            raise NotAllowed("This changes the file itself. Leave --read-only out; nothing was changed.")

    def ensure_open(self) -> None:
        """Open the database now: one that is not there is said before anything about the options."""
        _ = self.workspace

    @property
    def today(self) -> "date":
        """The day at which this command looks."""
        return self.workspace.clock.today

    # What was typed. Nonsense is wrong usage (2).

    def day(self, text: str | None, option: str = "--on") -> "date | None":
        """Read a day that was typed behind an option; None when it was not given."""
        return None if text is None else _typed_day(text, self.today, option)

    def year(self, text: str | None, option: str = "--year") -> int:
        """Read an academic year that was typed behind an option; this one when it was not given."""
        from transitions.school_year import academic_year

        today = self.today
        if text is None:
            return academic_year(today)
        from transitions.school_year import parse_academic_year

        try:
            return parse_academic_year(text)
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint=option) from None

    @property
    def style(self) -> str:
        """How to print records: table, csv or json."""
        return str(self.typed["style"])

    def emit(self, records: Iterable[object], keys: Sequence[str], shown: Sequence[str] | None = None) -> int:
        """Print records as --format says, and give how many there were; a table shows only ``shown`` of the keys."""
        from transitions.cli.output import emit

        leaves = bool(_WHO.intersection(keys)) and streams.goes_into_a_file(sys.stdout)
        if leaves and (said := self.workspace.refusal("files")):
            raise NotAllowed(said)
        number = emit(records, keys, self.style, shown=shown)
        if leaves and not self.workspace.database.read_only:
            from transitions.exporting.target import note_export
            from transitions.text import how_many

            note_export(self.workspace, "Printed into a file", [self._command, how_many(number, "row")])
        return number

    # The records that were named. They are looked for when a function asks, after it has seen that its options agree.

    def pupil(self, text: str, *, looks: bool = True) -> int:
        """Find the pupil that a UPN, a name or a number such as #12 names. Raises ``NoSuchRecord``.

        A command that prints records opens that of the pupil, which is noted; one that does not is told with ``looks``.
        """
        from transitions.pupils.editing import find_pupil

        found = find_pupil(self.workspace, text)
        if looks and ("style" in self.typed or "purpose" in click.get_current_context().params):
            from transitions.custody.access_log import note

            note(self.workspace, found, self._command)
        return found

    @property
    def _command(self) -> str:
        """What was called, such as "handover show"."""
        return click.get_current_context().command_path.removeprefix("transitions ")

    def school(self, text: str) -> int:
        """Find the school that a name, URN or number names. Raises ``NoSuchRecord``."""
        from transitions.pupils.schools import find_school

        return find_school(self.workspace, text)

    def group(self, text: str) -> int:
        """Find the group of schools that a number, or words of its kind and name, name. Raises ``NoSuchRecord``."""
        from transitions.pupils.school_groups import find_group

        return find_group(self.workspace, text)

    def workshop(self, text: str) -> int:
        """Find the workshop that a number, or words of its title, kind, host and day name. Raises ``NoSuchRecord``."""
        from transitions.workshops.saving import find_workshop

        return find_workshop(self.workspace, text)

    def worker(self, name: str) -> int:
        """Find the member of staff of this name. Raises ``NoSuchRecord``."""
        from transitions.team.workers import find_worker

        return find_worker(self.workspace, name)

    def find_milestone(self, text: str) -> str:
        """Find the code of the milestone that a code, a title or some words of one name. Raises ``NoSuchRecord``."""
        from transitions.milestones.catalogue import find_milestone

        return find_milestone(self.workspace, text)

    @property
    def pupil_id(self) -> int:
        """The pupil of ``on("pupil")``."""
        return self.pupil(self.typed["pupil"])

    @property
    def milestone(self) -> str:
        """The code of the milestone of ``on("milestone")``."""
        return self.find_milestone(self.typed["milestone"])

    @cached_property
    def workshop_id(self) -> int:
        """The workshop of ``on("workshop")``."""
        return self.workshop(self.typed["workshop"])

    def caseload(self, *, of_moves: bool = True) -> "Caseload":
        """Give the caseload that ``filters`` name; without ``of_moves`` --transition does not narrow it.

        Raises ``NoSuchRecord`` for an unknown worker or school, and wrong usage for a year group that cannot be read.
        """
        from transitions.caseload.caseload import Caseload

        self.ensure_open()
        typed = self.typed
        worker = typed["worker"]
        whose = {None: "all", "me": "mine", "nobody": "nobody's"}.get(worker, "all")
        return Caseload(
            whose=whose,  # type: ignore[arg-type] # one of the three values of Whose
            worker_id=None if worker in {None, "me", "nobody"} else self.worker(worker),
            year_groups=_year_groups(typed["year_groups"]),
            cohorts=typed["cohorts"],
            states=typed["states"],
            transitions=self._transitions(typed["transitions"]) if of_moves else (),
            school_id=self.school(typed["school"]) if typed["school"] else None,
            groups=tuple(map(self.group, typed["groups"])),
            text=typed["text"],
        )

    def _transitions(self, codes: tuple[str, ...]) -> tuple[str, ...]:
        if codes:
            known = {milestone.transition for milestone in self.workspace.milestones.values()}
            for code in codes:
                check_move(code, sorted(known))
        return codes


def _load_app() -> None:
    """Load what the app needs while the passphrase is typed."""
    import screens.frame.running  # noqa: F401


def _plan_ahead(workspace: "Workspace") -> None:
    if workspace.pupils_to_plan:
        from transitions.cli.output import progress_bar

        with progress_bar("Planning the new school year") as progress, suppress(Fault):  # the next start goes on
            workspace.plan_ahead(progress)


def _tell(sentences: Iterable[str]) -> None:
    from transitions.cli.output import talk

    for sentence in sentences:
        talk(sentence)


def check_move(code: str | None, known: Collection[str]) -> None:
    """Refuse the code of a move that is not one of those ``known``, as wrong usage (2); None is no code."""
    if code is not None and code not in known:
        meant = did_you_mean(code, known)
        raise click.BadParameter(f"{code!r} is not one of {', '.join(known)}.{meant}", param_hint="--transition")


def pairs(fields: Sequence[str]) -> dict[str, object]:
    """Give FIELD=VALUE words as a mapping. A word without "=" is wrong usage (2)."""
    found: dict[str, object] = {}
    for field in fields:
        name, equals, value = field.partition("=")
        if not equals:
            raise click.UsageError(f"{field!r} is not FIELD=VALUE.")
        found[name.strip()] = value
    return found


def answers(fields: Sequence[str]) -> dict[str, object]:
    """Give FIELD=VALUE words as a mapping with every ``@FILE`` read. Raises as ``pairs`` and ``answer`` do."""
    return {name: answer(str(value)) for name, value in pairs(fields).items()}


def answer(text: str) -> str:
    """Give a text, or what stands in the file that it names: ``@FILE``, ``@-`` for standard input; ``@@x`` means ``@x``.

    Raises ``NoSuchFile`` and ``BadInput``.
    """
    if not text.startswith("@") or text.startswith("@@"):
        return text.removeprefix("@") if text.startswith("@@") else text
    if text == "@-":
        return read_input()
    from transitions.importing.tabular import read_bytes

    name, data = read_bytes(expanded(Path(text[1:])))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput([Problem(name, "is not plain text: save it as a text file (UTF-8) and try again")]) from None


def check_purpose(purpose: str, otherwise: str = "") -> None:
    """See that a file that names people has a purpose. Raises ``NotAllowed``, with what would do ``otherwise``."""
    if not purpose.strip():
        raise NotAllowed(f"{NEEDS_PURPOSE}: add --purpose{otherwise}.")


def target_file(file: Path) -> Path | None:
    """Give where to write; None for '-', which is standard output."""
    return None if str(file) == "-" else expanded(file)


def check_numbers(numbers: Iterable[int], known: Collection[int], of: str, see: str) -> None:
    """Refuse a slip in a number that would change what is another's. Raises ``NoSuchRecord``, ``of`` saying of what."""
    for number in numbers:
        if number not in known:
            raise NoSuchRecord(f"{of} #{number}. {see}")


def _typed_day(text: str, today: "date", option: str) -> "date":
    from transitions.dates import parse_typed

    try:
        return parse_typed(text, today)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint=option) from None


def _year_groups(texts: Sequence[str]) -> tuple[int, ...]:
    from transitions.school_year import parse_year_group

    try:
        return tuple(parse_year_group(text) for text in texts)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--year-group") from None
