"""Printing the pack for a school without this program: a folder of pages, or one file; the journal knows whom it was about."""

import io
import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, time
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from db.pupils import pupils as pupil_store
from transitions.dates import day_in_words
from transitions.errors import CannotWrite, NoSuchRecord, NotAllowed, require
from transitions.exporting.documents.model import Bullets, Heading, Pairs, Paragraph, Quote, Table
from transitions.exporting.documents.rendering import PrintKind, rendered
from transitions.exporting.outgoing import ExportNote, put_in_place
from transitions.handovers import page as pages
from transitions.handovers.documents import content
from transitions.handovers.pack_file import slug
from transitions.handovers.packs import council_or_school
from transitions.handovers.parcels import Going, going_to
from transitions.milestones.destinations import Move
from transitions.pupils.markers import left_out
from transitions.text import initials, printable
from transitions.workspace import Workspace

_LONGEST_CELL: Final = 32_767
_ANSWERS: Final = ("Pupil", "Born", "Tier", "Section", "Question", "Answer")
_WIDTHS: Final = {"Pupil": 24, "Section": 24, "Question": 36, "Answer": 70, "UPN": 16}


def render(pack: content.PrintedPack) -> bytes:
    import xlsxwriter

    made = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    workbook = xlsxwriter.Workbook(made, options)
    workbook.set_properties({"title": pack.title, "created": datetime.combine(pack.made_on, time())})
    formats = {
        "head": workbook.add_format({"bold": True}),
        "cell": workbook.add_format({"text_wrap": True, "valign": "top"}),
    }
    tables = [part for part in content.cover_document(pack).parts if isinstance(part, Table)]
    listed = [(page.pupil.tier or "", *cells) for page, cells in zip(pack.pages, _rows(tables), strict=True)]
    _sheet(workbook, formats, "Cover", ("Tier", *tables[0].header) if tables else ("Tier",), listed, pack.footer)
    _sheet(workbook, formats, "Handovers", _ANSWERS, _answers(pack), pack.footer)
    slip = next(part for part in content.receipt_document(pack).parts if isinstance(part, Table))
    _sheet(workbook, formats, "Receipt", slip.header, slip.rows, pack.footer)
    workbook.close()
    return made.getvalue()


def _rows(tables: Iterable[Table]) -> Iterator[tuple[str, ...]]:
    for table in tables:
        yield from table.rows


def _answers(pack: content.PrintedPack) -> Iterator[tuple[str, ...]]:
    for page in pack.pages:
        who = (content.name_of(page), day_in_words(page.pupil.date_of_birth), page.pupil.tier or "")
        section = question = ""
        for part in content.pupil_document(pack, page).parts:
            match part:
                case Heading(text, 2):
                    section, question = text, ""
                case Heading(text):
                    question = text
                case Pairs(pairs):
                    for label, value in pairs:
                        yield (*who, section, label, value)
                case Paragraph(text) | Quote(text):
                    yield (*who, section, question, text)
                case Bullets(items):
                    for item in items:
                        yield (*who, section, question, item)


def _sheet(
    workbook: Any, formats: dict[str, Any], name: str, header: Sequence[str], rows: Iterable[Sequence[str]], footer: str
) -> None:
    sheet = workbook.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_footer(f"&L{footer.replace('&', '&&')[:200]}&RPage &P of &N")
    for place, title in enumerate(header):
        sheet.set_column(place, place, _WIDTHS.get(title, 14))
        sheet.write_string(0, place, title, formats["head"])
    for line, cells in enumerate(rows, 1):
        for place, text in enumerate(cells):
            sheet.write_string(line, place, printable(text, lines=True)[:_LONGEST_CELL], formats["cell"])


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
    """Where the pack is, of how many files it is made, whose handovers are in it, and how many pupils have none yet.

    Of ``held_back`` a marker keeps the handover here.
    """

    path: Path
    files: int
    handovers: tuple[int, ...]
    not_started: int
    held_back: int = 0


def print_pack(
    workspace: Workspace,
    school_id: int,
    move: Move,
    target: Path,
    kind: PackKind | None = None,
    *,
    only: Collection[int] | None = None,
    override: str = "",
    overwrite: bool = False,
) -> Printed:
    """Write the pack for a school, the highest tier first; ``kind`` None goes by how the name ends, none is a folder.

    ``only`` are marked handovers. Nothing is marked as sent: that is recorded when it has gone. It is not sealed, so it goes by
    hand or another safe way. Raises NoSuchRecord when nobody goes there, and CannotWrite; then nothing was written.
    """
    kind = kind or kind_of(target)
    if kind not in _PAGES:
        kind_of(target)  # an ending that promises something else is refused
    pack, going = _pack(workspace, school_id, move, only, override)
    in_pages = kind in _PAGES
    files = _pages_of(pack, _PAGES[kind], workspace) if in_pages else {target.name: _one_file(pack, kind, workspace)}
    note = _note(pack, target, kind, [*filter(None, [left_out(len(going.held_back))]), *going.said])
    with put_in_place(workspace, target, lambda: note, overwrite=overwrite, folder=in_pages) as path:
        for name, data in files.items():
            _write_whole(path / name if in_pages else path, data)
    return Printed(
        target, len(files), tuple(page.row.id for page in pack.pages), going.not_started, len(going.held_back)
    )


def kind_of(target: Path) -> PackKind:
    """What a pack is to be, by how its name ends. Raises CannotWrite with the endings that are known."""
    kind = _ENDINGS.get(target.suffix.lower())
    if kind is None:
        known = ", ".join(ending for ending in _ENDINGS if ending)
        raise CannotWrite(
            f"{printable(str(target))}: end the name with one of {known}, or with none for a folder; nothing was written"
        )
    return kind


def default_name(workspace: Workspace, school_id: int, kind: PackKind = "folder") -> str:
    """A name that says for whom the pack is, and names no pupil: "handovers-alderford-school-2026-06-12"."""
    school = pupil_store.school_name(workspace.read(), school_id) or ""
    ending = "" if kind in _PAGES else f".{kind}"
    return f"handovers-{slug(school)}-{workspace.clock.today.isoformat()}{ending}"


def _pack(
    workspace: Workspace, school_id: int, move: Move, only: Collection[int] | None, override: str = ""
) -> tuple[content.PrintedPack, Going]:
    school = require(
        pupil_store.school_name(workspace.read(), school_id), f"There is no school with the number {school_id}."
    )
    going = going_to(workspace, move, school_id, override, only)
    found = tuple(pages.load(workspace, row.handover_id) for row in going.rows if row.handover_id is not None)
    if not found and going.held_back:
        raise NotAllowed(f"Nothing was written: {left_out(len(going.held_back))}. Their pages say why.")
    if not found:
        raise NoSuchRecord(f"No handover to {school} has been started for this move, so there is nothing to print.")
    sender = council_or_school(workspace, found).name
    pack = content.PrintedPack(school, sender, workspace.clock.today, move.transition, move.year, school_id, found)
    return pack, going


def _one_file(pack: content.PrintedPack, kind: PackKind, workspace: Workspace | None = None) -> bytes:
    if kind == "xlsx":
        return render(pack)
    return rendered(content.whole_document(pack), "docx" if kind == "docx" else "html", workspace)


def _pages_of(pack: content.PrintedPack, kind: PrintKind, workspace: Workspace | None = None) -> dict[str, bytes]:
    """Every file of a folder by its name, which names no pupil and sorts as the cover lists them."""
    width = len(str(len(pack.pages) + 1))
    files = {f"{0:0{width}}-cover.{kind}": rendered(content.cover_document(pack), kind, workspace)}
    for number, page in enumerate(pack.pages, 1):
        who = initials(page.pupil.forename, page.pupil.surname)
        name = "-".join(filter(None, (f"{number:0{width}}", who if who.isascii() else "")))
        files[f"{name}.{kind}"] = rendered(content.pupil_document(pack, page), kind)
    files[f"{len(pack.pages) + 1:0{width}}-receipt.{kind}"] = rendered(content.receipt_document(pack), kind)
    return files


def _write_whole(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    path.chmod(0o600)


def _note(pack: content.PrintedPack, target: Path, kind: PackKind, said: Sequence[str]) -> ExportNote:
    number = "1 pupil" if len(pack.pages) == 1 else f"{len(pack.pages)} pupils"
    parts = [f"to {pack.school}", number, KINDS[kind], printable(target.name)]
    return ExportNote("Printed handovers", [*parts, *map(content.name_of, pack.pages), *said])
