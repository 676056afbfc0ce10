"""Printing the pack for a school without this program: a folder of pages, or one file; the journal knows whom it was about."""

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Literal, NamedTuple

from db.journal import Action
from db.pupils import pupils as pupil_store
from transitions.errors import CannotWrite, NoSuchRecord
from transitions.exporting.documents.rendering import PrintKind, rendered
from transitions.exporting.target import put_in_place, why_not
from transitions.handovers import page as pages
from transitions.handovers.documents import content
from transitions.handovers.documents.content import PrintedPack
from transitions.handovers.opening import Move
from transitions.handovers.pack_paths import slug
from transitions.handovers.packing import council_or_school
from transitions.handovers.packs import going_to
from transitions.text import initials, printable
from transitions.workspace import Workspace

__all__ = ["KINDS", "PackKind", "Printed", "default_name", "kind_of", "print_pack"]

PackKind = Literal["folder", "folder of Word documents", "docx", "html", "xlsx"]
KINDS: Final[dict[PackKind, str]] = {
    "folder": "folder of web pages, one for each pupil",
    "folder of Word documents": "folder of Word documents, one for each pupil",
    "docx": "Word document",
    "html": "web page",
    "xlsx": "workbook",
}
"""What a pack can be printed as, and what people call it."""
_ENDINGS: Final[dict[str, PackKind]] = {"": "folder", ".docx": "docx", ".html": "html", ".htm": "html", ".xlsx": "xlsx"}
_PAGES: Final[dict[str, PrintKind]] = {"folder": "html", "folder of Word documents": "docx"}


class Printed(NamedTuple):
    """Where the pack is, of how many files it is made, whose handovers are in it, and how many pupils have none yet."""

    path: Path
    files: int
    handovers: tuple[int, ...]
    not_started: int


def print_pack(
    workspace: Workspace,
    school_id: int,
    move: Move,
    target: Path,
    kind: PackKind | None = None,
    *,
    only: Collection[int] | None = None,
    overwrite: bool = False,
) -> Printed:
    """Write the pack for a school, the highest tier first; ``kind`` None goes by how the name ends, none is a folder.

    ``only`` are marked handovers. Nothing is marked as sent: that is recorded when it has gone. It is not sealed, so it goes by
    hand or another safe way. Raises NoSuchRecord when nobody goes there, and CannotWrite; then nothing was written.
    """
    kind = kind or kind_of(target)
    pack, not_started = _pack(workspace, school_id, move, only)
    if kind in _PAGES:
        files = _pages_of(pack, _PAGES[kind])
        with _folder_in_place(target) as folder:
            for name, data in files.items():
                _write_whole(folder / name, data)
            _note(workspace, pack, target, kind)
    else:
        data = _one_file(pack, kind)
        with put_in_place(target, overwrite=overwrite) as path:
            path.write_bytes(data)
            # Before the file is put in its place: there is none that the journal does not know of.
            _note(workspace, pack, target, kind)
        files = {target.name: data}
    return Printed(target, len(files), tuple(page.row.id for page in pack.pages), not_started)


def kind_of(target: Path) -> PackKind:
    """Give what a pack is to be, by how its name ends. Raises CannotWrite with the endings that are known."""
    kind = _ENDINGS.get(target.suffix.lower())
    if kind is None:
        known = ", ".join(ending for ending in _ENDINGS if ending)
        raise CannotWrite(
            f"{printable(str(target))}: end the name with one of {known}, or with none for a folder; nothing was written"
        )
    return kind


def default_name(workspace: Workspace, school_id: int, kind: PackKind = "folder") -> str:
    """Give a name that says for whom the pack is, and names no pupil: "handovers-alderford-school-2026-06-12"."""
    school = pupil_store.school_name(workspace.read(), school_id) or ""
    ending = "" if kind in _PAGES else f".{kind}"
    return f"handovers-{slug(school)}-{workspace.clock.today.isoformat()}{ending}"


def _pack(workspace: Workspace, school_id: int, move: Move, only: Collection[int] | None) -> tuple[PrintedPack, int]:
    school = pupil_store.school_name(workspace.read(), school_id)
    if school is None:
        raise NoSuchRecord(f"There is no school with the number {school_id}.")
    rows, not_started = going_to(workspace, move, school_id)
    numbers = [row.handover_id for row in rows if row.handover_id is not None]
    found = tuple(pages.load(workspace, number) for number in numbers if only is None or number in only)
    if not found:
        raise NoSuchRecord(f"No handover to {school} has been started for this move, so there is nothing to print.")
    sender = council_or_school(workspace, found).name
    pack = PrintedPack(school, sender, workspace.clock.today, move.transition, move.year, school_id, found)
    return pack, not_started


def _one_file(pack: PrintedPack, kind: PackKind) -> bytes:
    if kind == "xlsx":
        from transitions.handovers.documents import workbook

        return workbook.render(pack)
    return rendered(content.whole_document(pack), "docx" if kind == "docx" else "html")


def _pages_of(pack: PrintedPack, kind: PrintKind) -> dict[str, bytes]:
    """Give every file of a folder by its name, which names no pupil and sorts as the cover lists them."""
    width = len(str(len(pack.pages) + 1))
    files = {f"{0:0{width}}-cover.{kind}": rendered(content.cover_document(pack), kind)}
    for number, page in enumerate(pack.pages, 1):
        who = initials(page.pupil.forename, page.pupil.surname)
        name = "-".join(filter(None, (f"{number:0{width}}", who if who.isascii() else "")))
        files[f"{name}.{kind}"] = rendered(content.pupil_document(pack, page), kind)
    files[f"{len(pack.pages) + 1:0{width}}-receipt.{kind}"] = rendered(content.receipt_document(pack), kind)
    return files


@contextmanager
def _folder_in_place(target: Path) -> Iterator[Path]:
    """Give a folder to write to, which becomes ``target`` when the block ends well; else nothing is left of it."""
    name = printable(str(target))
    try:
        if name != str(target):
            raise CannotWrite(f"{name}: the name holds control characters: choose another name")
        if target.exists():
            raise CannotWrite(f"{name}: exists already: choose another name for the folder; nothing was written")
        if not target.parent.is_dir():
            raise CannotWrite(f"{name}: there is no folder {printable(str(target.parent))}: make it, or choose another")
        with TemporaryDirectory(prefix=".transitions-", dir=target.parent, ignore_cleanup_errors=True) as beside:
            made = Path(beside, "new")
            made.mkdir(mode=0o700)
            yield made
            made.rename(target)
    except OSError as error:
        raise CannotWrite(f"{name}: {why_not(error)}; nothing was written") from error


def _write_whole(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    path.chmod(0o600)


def _note(workspace: Workspace, pack: PrintedPack, target: Path, kind: PackKind) -> None:
    number = "1 pupil" if len(pack.pages) == 1 else f"{len(pack.pages)} pupils"
    parts = [f"to {pack.school}", number, KINDS[kind], printable(target.name)]
    with workspace.database.write() as connection:
        Action(
            connection,
            name="Printed handovers",
            summary="; ".join([*parts, *map(content.name_of, pack.pages)]),
            worker_id=workspace.me,
            at=workspace.clock.now(),
            kind="export",
        )
