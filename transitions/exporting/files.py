"""What every export shares: which columns, what the heading says, and the entry in the journal."""

import hmac
import re
import secrets
from base64 import b32encode
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from operator import itemgetter
from pathlib import Path
from typing import Final, NamedTuple

from db.custody.on_disk import wipe
from db.milestones import definitions as store
from db.pupils.finding import schools
from transitions.caseload import caseload as caseloads
from transitions.caseload.caseload import Caseload
from transitions.custody.locking import can_lock
from transitions.custody.places import pseudonym_key
from transitions.errors import BadInput, NoSuchFile, NotAllowed, Problem
from transitions.exporting.columns import REGISTERS, chosen, columns_of
from transitions.exporting.documents import rendering
from transitions.exporting.documents.model import Document, Part
from transitions.exporting.inspection_columns import INSPECTION
from transitions.exporting.outgoing import ExportNote, put_in_place
from transitions.exporting.target import where_and_why
from transitions.exporting.writer import TableHeading, write_table
from transitions.milestones.definitions import load_shipped
from transitions.pupils.markers import ADDRESS, HANDOVERS, PLANS, Markers, left_out
from transitions.text import how_many, printable
from transitions.workspace import Workspace

_KEY: Final = "pseudonym key"
_KEY_BYTES = 32
_EVERY_SCHOOL = 1_000_000
_SAYS_WHERE = re.compile(r"^(at_|next_)?school|establishment|^destination$|^place$")
"""The headers of columns that say at which school a pupil is, or will be; other cells are looked through for the names of schools."""
_SHARING: Final = {"plans": PLANS, "handovers": HANDOVERS}
"""Files that hold what somebody may object to sharing."""
_CODE_BYTES = 10  # 80 bits: among a million pupils two get the same code once in two trillion tries


class Pseudonyms:
    """Each pupil's code, by HMAC-SHA256 of the UPN (of the number in this database for a pupil without one)."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    @classmethod
    def of(cls, workspace: Workspace) -> "Pseudonyms":
        """Read the key from the records, or make one there.

        An earlier version kept it in a file beside them: that is taken over, so that codes stay what they were, and wiped once the
        records are encrypted. Raises BadInput when it is damaged, NoSuchFile, and the faults of a database that cannot be written.
        """
        before = pseudonym_key()
        kept = store.setting(workspace.read(), _KEY)
        if kept is None:
            key = _read_key(before) or secrets.token_bytes(_KEY_BYTES)
            with workspace.database.write() as connection:
                kept = store.setting(connection, _KEY) or key.hex()
                store.set_setting(connection, _KEY, kept)
        with suppress(OSError, BadInput, NoSuchFile):
            if can_lock(workspace) and _read_key(before).hex() == kept:
                wipe(before)
        return cls(bytes.fromhex(kept))

    def code(self, pupil_id: int, upn: str | None) -> str:
        """A pupil's code: p and 16 letters and digits."""
        identity = f"upn {upn}" if upn else f"pupil {pupil_id}"
        digest = hmac.digest(self._key, identity.encode(), "sha256")
        return "p" + b32encode(digest[:_CODE_BYTES]).decode().lower()


def _read_key(path: Path) -> bytes:
    """The key that an earlier version kept in a file; b"" when there is none."""
    name = printable(str(path))
    try:
        text = path.read_text(encoding="ascii")
    except FileNotFoundError:
        return b""
    except UnicodeDecodeError:
        text = ""
    except OSError as error:
        raise NoSuchFile(
            f"{name}: the key of the pseudonyms cannot be read ({error.strerror or 'no reason given'})"
        ) from error
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != _KEY_BYTES:
        what = "is not a key of pseudonyms, or is damaged: put back a copy, or move it away for a new key and new codes"
        raise BadInput([Problem(name, what)])
    return key


Code = Callable[[int, str | None], str | None]
"""Gives the pseudonym for a pupil's number and UPN, or None in a file with names."""


def no_code(_pupil_id: int, _upn: str | None) -> None:
    return None


@dataclass(frozen=True)
class Options:
    """How a file is made. ``purpose`` is kept in the journal; ``full`` adds every column, ``exact`` leaves the guard out.

    ``academic_year`` narrows a file of workshops, and says of
    which year's moves the handovers are. ``pupils`` narrows a file of handovers, unless it is empty.
    """

    pseudonymised: bool = False
    purpose: str = ""
    full: bool = False
    exact: bool = False
    overwrite: bool = False
    academic_year: int | None = None
    pupils: Collection[int] = ()


class Exported(NamedTuple):
    """Where the file is (None for standard output), how many rows it has, and what markers left out of it."""

    path: Path | None
    rows: int
    left_out: str = ""


class ExportTable(NamedTuple):
    """What a file holds: its title, in words which records these are (without anybody's name), and its rows.

    ``rows`` gives a cell for every column of ``columns_of``, whichever of them are then in the file.
    """

    title: str
    filters: str
    rows: Callable[[Code], Iterable[Sequence[object]]]
    printed: Callable[[Sequence[Mapping[str, object]]], Iterable[Part]] | None = None
    """For a file that is printed, too: what stands in the document of these rows, by header."""


def write(workspace: Workspace, what: str, table: ExportTable, target: Path | None, options: Options) -> Exported:
    """Write a table, and note it in the journal.

    Raises NotAllowed for a pseudonymised file in full, CannotWrite as ``write_table`` does, and the faults of the key.
    """
    if options.pseudonymised and options.full:
        raise NotAllowed("A pseudonymised file holds no free text, so it cannot be full. Choose one of the two.")
    code: Code = no_code
    if options.pseudonymised:
        code = Pseudonyms.of(workspace).code
    columns = chosen(columns_of(what), full=options.full, pseudonymised=options.pseudonymised)
    marked = Marked(workspace, [column.header for column in columns_of(what)], code, _SHARING.get(what, ""))
    cells = itemgetter(*(place for place, _ in columns))
    rules = "" if what in REGISTERS else _rules(workspace)
    heading = TableHeading(table.title, workspace.clock.today, table.filters, rules, options.pseudonymised)
    if table.printed is not None and target is not None and target.suffix.lower() in rendering.ENDINGS:
        headers = [column.header for _, column in columns]
        listed = [dict(zip(headers, cells(row), strict=True)) for row in marked.passing(table.rows(marked.code))]
        document = Document(table.title, tuple(table.printed(listed)), table.filters, workspace.clock.today)
        made = rendering.rendered(document, rendering.kind_of(target), workspace)
        note = _note(what, table.filters, len(listed), target, options, marked.said)
        with put_in_place(workspace, target, lambda: note, overwrite=options.overwrite) as path:
            path.write_bytes(made)
        return Exported(target, len(listed), marked.said)
    written = write_table(
        workspace,
        target,
        [column for _, column in columns],
        map(cells, marked.passing(table.rows(marked.code))),
        None if what in INSPECTION and not _is_workbook(target) else heading,
        note=lambda rows: _note(what, table.filters, rows, target, options, marked.said),
        overwrite=options.overwrite,
        exact=options.exact,
    )
    return Exported(*written, marked.said)


class Marked:
    """Keeps back the rows about whom nothing may be disclosed, and the schools of those whose address may not be.

    It knows of whom a row is by the code that each row about a pupil asks for. ``sharing`` is what the file holds that somebody may
    object to.
    """

    def __init__(self, workspace: Workspace, headers: Sequence[str], code: Code = no_code, sharing: str = "") -> None:
        self._workspace, self._markers, self._code, self._sharing = workspace, Markers(workspace), code, sharing
        self._places = {place for place, header in enumerate(headers) if _SAYS_WHERE.search(header)}
        self._about = 0
        self._left_out: set[int] = set()
        self._hidden: set[int] = set()

    def code(self, pupil_id: int, upn: str | None) -> str | None:
        self._about = pupil_id
        return self._code(pupil_id, upn)

    def passing(self, rows: Iterable[Sequence[object]]) -> Iterator[Sequence[object]]:
        for row in rows:
            about, self._about = self._about, 0
            if about and self._markers.why_not(about, self._sharing):
                self._left_out.add(about)
            elif ADDRESS in self._markers.hidden.get(about, ()):
                self._hidden.add(about)
                yield [None if self._says_where(place, value) else value for place, value in enumerate(row)]
            else:
                yield row

    def _says_where(self, place: int, value: object) -> bool:
        return place in self._places or (isinstance(value, str) and any(name in value for name in self._schools))

    @cached_property
    def _schools(self) -> list[str]:
        return [one.name for one in schools(self._workspace.read(), limit=_EVERY_SCHOOL)]

    @property
    def said(self) -> str:
        return left_out(len(self._left_out), len(self._hidden))


def _is_workbook(target: Path | None) -> bool:
    """A workbook has a sheet for the heading; whoever reads a list for an inspection from CSV looks for its headers in line 1."""
    return target is not None and target.suffix.lower() == ".xlsx"


def _rules(workspace: Workspace) -> str:
    """The version of the milestones, and how many of them are not the shipped ones: figures rest on these."""
    own = [row for row in store.milestones(workspace.read()) if row.origin != "shipped" and row.retired_on is None]
    version = load_shipped().version
    return f"{version}, with {len(own)} of the council's own" if own else version


def described(workspace: Workspace, caseload: Caseload) -> str:
    """The filter in words; what was looked for by name stays out, for it may be a pupil's."""
    selection = caseloads.describe(workspace, replace(caseload, text=""))
    return f"{selection} · found by words" if caseload.text else selection


def _note(what: str, filters: str, rows: int, target: Path | None, options: Options, left_out: str) -> ExportNote:
    how = [*(["pseudonymised"] if options.pseudonymised else []), *(["in full"] if options.full else [])]
    how += [left_out] if left_out else []
    end = where_and_why(target, *how, purpose=options.purpose)
    return ExportNote(f"Exported {what}", [filters, how_many(rows, "row"), *end])
