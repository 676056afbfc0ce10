"""Files on their way out, so that files and records agree whenever the program is killed.

What will be made, and where, is written down first. Then the file is made in a hidden folder beside its place. One transaction
records what it means (sent, exported) together with its digest; only then is it put in place, by renaming. What was left half
done is finished or taken back by ``finish_files`` at the next start. Whoever makes a file holds a lock in its hidden folder, so
that another start leaves alone what is being made at the time.
"""

import os
import shutil
import sys
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import BinaryIO, Final

from db.custody import anchors
from db.custody import unfinished as store
from db.custody.on_disk import flush
from db.custody.unfinished import UnfinishedFile
from db.driver import Connection
from db.errors import ChangedSince, Fault, NothingToUndo
from db.journal import tell
from transitions.custody import history
from transitions.errors import CannotWrite, NotAllowed, why_not
from transitions.exporting.target import ExportNote, note_export, refuse_target
from transitions.text import printable
from transitions.workspace import Workspace

__all__ = ["ExportNote"]

_PREFIX: Final = ".transitions-"


@dataclass
class _File:
    """One file, or folder of files: made in ``folder``, to be put at ``target``."""

    folder: Path
    target: Path
    replaces: bool
    digest: str = ""
    lock: BinaryIO | None = field(default=None, repr=False)

    @property
    def made(self) -> Path:
        return self.folder / f"new{self.target.suffix}"

    @property
    def before(self) -> Path:
        """What stood in the place until now, kept until everything is in its place."""
        return self.folder / f"before{self.target.suffix}"

    def begin(self) -> None:
        self.folder.mkdir(mode=0o700)
        self.lock = (self.folder / "lock").open("xb")
        _take(self.lock)

    def finish(self) -> None:
        """Write it down to the disk itself, for its owner's eyes only."""
        if self.made.is_file():
            self.made.chmod(0o600)
            with self.made.open("rb+") as file:
                os.fsync(file.fileno())
        self.digest = digest_of(self.made)

    @property
    def told(self) -> Iterator[tuple[str, dict[str, int | str]]]:
        """What the journal keeps of it, or of each file of a folder: by its digest a copy is known wherever it turns up."""
        for one in files_in(self.made):
            whole = one == self.made
            name = self.target.name if whole else f"{self.target.name}/{one.relative_to(self.made).as_posix()}"
            yield printable(name), {"sha256": self.digest if whole else digest_of(one), "bytes": one.stat().st_size}

    def put(self) -> None:
        refuse_target(self.target, overwrite=self.replaces, folder=self.made.is_dir())
        if self.target.exists() and not self.before.exists():
            try:
                os.link(self.target, self.before)
            except OSError:  # a stick that knows no links
                shutil.copyfile(self.target, self.before)
        self.made.replace(self.target)
        flush(self.target.parent)

    def put_back(self) -> None:
        """Have in the place what was there before; another's file stays where it is."""
        if self.made.exists() or digest_of(self.target) != self.digest:
            return
        if self.before.exists():
            self.before.replace(self.target)
        elif self.target.is_dir():
            shutil.rmtree(self.target)
        else:
            self.target.unlink()

    def release(self) -> None:
        if self.lock is not None:
            self.lock.close()

    def clear(self) -> None:
        """Take the hidden folder away."""
        self.release()
        if self.folder.name.startswith(_PREFIX):
            shutil.rmtree(self.folder, ignore_errors=True)


class Outgoing:
    """Files that go together; ``outgoing`` hands it out."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._files: list[_File] = []
        self._action_id: int | None = None

    def new(self, target: Path, *, overwrite: bool = False, folder: bool = False) -> Path:
        """A path to write to, or a ``folder``, in a folder that nobody else can read; further temporary files may stand there.

        Raises CannotWrite when nothing can be written to ``target``, or it exists and ``overwrite`` is not set.
        """
        with _in_words(target):
            refuse_target(target, overwrite=overwrite, folder=folder)
            place = target.absolute()
            file = _File(place.with_name(_PREFIX + uuid.uuid4().hex), place, overwrite)
            with self._workspace.database.write() as connection:
                store.begin(connection, UnfinishedFile(str(file.folder), str(place), overwrite))
            self._files.append(file)
            file.begin()
            if folder:
                file.made.mkdir(mode=0o700)
        return file.made

    def write(self, target: Path, write: Callable[[Path], object], *, overwrite: bool = False) -> None:
        """Have one file made. Raises CannotWrite as ``new`` does, and for an OSError of ``write``."""
        path = self.new(target, overwrite=overwrite)
        with _in_words(target):
            write(path)
            self.finish()

    def finish(self) -> None:
        """Say that what ``new`` gave last has been written."""
        self._files[-1].finish()

    def record(self, connection: Connection, action_id: int | None, notes: Sequence[int | None] = ()) -> None:
        """Write down, in the transaction that says what the files mean, that from now on they belong in their places.

        ``notes`` are those of ``note_export``, one for each file, where the files leave by them and not by the action.
        """
        self._action_id = action_id
        for file, number in zip(self._files, notes or [action_id] * len(self._files), strict=True):
            store.record(connection, str(file.folder), file.digest, action_id)
            if number is not None:
                for name, said in file.told:
                    tell(connection, number, "file", name, said)

    def place(self) -> None:
        """Put every file in its place. Raises CannotWrite when one cannot be: then none is, and the action is taken back."""
        try:
            for file in self._files:
                with _in_words(file.target):
                    file.put()
        except CannotWrite:
            _take_back(self._workspace, self._files, self._action_id)
            raise
        else:
            self._forget()
            self._keep_head()
        finally:
            for file in self._files:
                file.release()

    def _keep_head(self) -> None:
        """Keep the head of the history with the backups: of each file that left it is known since when it must be there."""
        if self._files and self._action_id is not None:
            workspace, name = self._workspace, printable(self._files[0].target.name)
            anchors.note(workspace.read(), workspace.database.where, f"export of {name}", make_folder=False)

    def drop(self) -> None:
        """End after a failure: what was recorded all the same is placed, nothing is left of the rest."""
        recorded = [file for file in self._files if store.is_recorded(self._workspace.read(), str(file.folder))]
        if recorded:
            self.place()
        else:
            for file in self._files:  # first, for of damaged records nothing can be written down any more
                file.clear()
            self._forget()

    def _forget(self) -> None:
        with suppress(
            Fault, MemoryError
        ):  # what stays written down in a file that is in use is put right at the next start
            _forget(self._workspace, self._files)


@contextmanager
def outgoing(workspace: Workspace) -> Iterator[Outgoing]:
    """Hand on what makes files that go together; when the block has ended well they are put in their places, all or none.

    The block makes them and then, in the transaction that says what they mean, calls ``record``. Raises CannotWrite, and NotAllowed for
    a login that is for reading.
    """
    if said := workspace.refusal("files"):
        raise NotAllowed(said)
    files = Outgoing(workspace)
    try:
        yield files
    except BaseException:
        files.drop()
        raise
    files.place()


@contextmanager
def put_in_place(
    workspace: Workspace,
    target: Path,
    note: Callable[[], ExportNote] | None = None,
    *,
    overwrite: bool = False,
    folder: bool = False,
) -> Iterator[Path]:
    """A path to write to, or a ``folder``; when the block ends well, what was written there becomes ``target``, and ``note`` is in the journal.

    ``note`` is asked for when the block has ended; None is for what is about nobody. The finished file is on the disk (not
    only in its cache) and only its owner may read it. When the block fails nothing is left of it.

    Raises CannotWrite, with the reason and a remedy, for every OSError, also one of the block itself, and when ``target``
    exists and ``overwrite`` is not set.
    """
    with outgoing(workspace) as files:
        path = files.new(target, overwrite=overwrite, folder=folder)
        with _in_words(target):
            yield path
            files.finish()
        said = note() if note else None
        with workspace.database.write() as connection:
            files.record(connection, note_export(workspace, *said, connection) if said else None)


def finish_files(workspace: Workspace) -> list[str]:
    """Finish, or take back, what a program that was killed left half done; a sentence about each.

    What another program is making at the time is left alone. Nothing is done, or said, in a file that cannot be written.
    """
    said: list[str] = []
    rows = store.unfinished(workspace.read())
    for _, some in groupby(rows, lambda row: row.action_id if row.action_id is not None else row.folder):
        group = list(some)
        files = [_File(Path(row.folder), Path(row.target), row.replaces, row.digest or "") for row in group]
        with ExitStack() as locks, suppress(Fault):
            if all(_is_free(file, locks) for file in files):
                said += _settle(workspace, group, files)
    return said


def _settle(workspace: Workspace, rows: Sequence[UnfinishedFile], files: Sequence[_File]) -> list[str]:
    names = ", ".join(printable(str(file.target)) for file in files)
    waiting = [file for file, row in zip(files, rows, strict=True) if not (row.placed or _is_there(file))]
    if rows[0].digest is None:
        _forget(workspace, files)
        return [f"{names}: the program stopped before this was finished, and the unfinished file has been removed."]
    try:
        for file in waiting:
            with _in_words(file.target):
                if digest_of(file.made) != file.digest:
                    raise CannotWrite("what was made of it is no longer there")
                file.put()
    except CannotWrite as fault:
        taken_back = _take_back(workspace, files, rows[0].action_id)
        return [f"{names}: the program stopped before this was in its place ({fault.sentence}). {taken_back}"]
    _forget(workspace, files)
    return [f"{names}: the program stopped before this was in place. It is there now."] if waiting else []


def _is_there(file: _File) -> bool:
    """Whether it was put in its place: then it is no longer in the hidden folder, wherever somebody has taken it since."""
    return (file.folder.is_dir() and not file.made.exists()) or (
        not file.made.exists() and digest_of(file.target) == file.digest
    )


def _take_back(workspace: Workspace, files: Sequence[_File], action_id: int | None) -> str:
    """Leave the places as they were before, and undo what was recorded; say so."""
    for file in files:
        with suppress(OSError):
            file.put_back()
    said = "Make it again."
    if action_id is not None:
        names = [printable(file.target.name) for file in files]
        if store.kind_of_action(workspace.read(), action_id) == "change":
            try:
                history.undo(workspace, action_id)
                said = "Its record has been undone. Make it again."
            except NothingToUndo:
                pass
            except ChangedSince:
                said = "Its record has been changed since and stays. Check the history."
        note_export(workspace, "File not written", names)
    _forget(workspace, files)
    return said


def _forget(workspace: Workspace, files: Sequence[_File]) -> None:
    """Take the hidden folders away, and what was written down."""
    folders = [str(file.folder) for file in files]
    if not folders:
        return
    with workspace.database.write() as connection:
        store.mark_placed(connection, folders)
    for file in files:
        file.clear()
    with workspace.database.write() as connection:
        store.forget(connection, folders)


def files_in(path: Path) -> list[Path]:
    """The files of a folder, and of those in it; of a file itself."""
    return sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, of a folder that of its files' names and digests; "" when it cannot be read."""
    try:
        if path.is_dir():
            inside = (f"{one.name}\0{digest_of(one)}\n" for one in sorted(path.iterdir()))
            return sha256("".join(inside).encode()).hexdigest()
        with path.open("rb") as file:
            found = sha256()
            while block := file.read(1 << 20):
                found.update(block)
            return found.hexdigest()
    except OSError:
        return ""


@contextmanager
def _in_words(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CannotWrite(f"{printable(str(target))}: {why_not(error)}; nothing was written") from error


def _is_free(file: _File, locks: ExitStack) -> bool:
    """Whether nobody is making this file now; it is ours then until ``locks`` end."""
    try:
        lock = locks.enter_context((file.folder / "lock").open("rb+"))
    except OSError:
        return True
    file.lock = lock
    return _take(lock)


def _take(lock: BinaryIO) -> bool:
    """Take a lock that ends with this program, however it ends; False when somebody else has it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
