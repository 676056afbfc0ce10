"""Looking after the file: what is damaged, what is missing, how it stands, and its backups."""

import zipfile
import zlib
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from db import migrations
from db.caseload import kept
from db.custody import access_log, anchors, as_written, damage, keys, presence, sealing
from db.custody import restoring as store
from db.custody.backup import backups_of
from db.custody.damage import behind
from db.custody.restoring import restore
from db.custody.salvage import Salvaged, salvage
from db.driver import Connection
from db.errors import KeysLost
from db.impact import snapshots
from db.place import Place
from transitions.custody.backups import second_heads
from transitions.errors import NoSuchFile, expanded
from transitions.exporting.outgoing import digest_of, files_in
from transitions.milestones.catalogue import waiting_for_terms
from transitions.pupils.events import MOST_DAYS_A_YEAR, with_odd_suspensions
from transitions.school_year import academic_year_label
from transitions.team.workers import signed_in
from transitions.text import how_many, printable
from transitions.workspace import Workspace

__all__ = ["Finding", "Salvaged", "backups_of", "behind", "check", "condition", "restore", "salvage"]

_MOST_NAMED = 10
_MOST_BYTES, _MOST_PARTS = 1 << 24, 20
_UNKNOWN = (
    "the history has no such file: it was changed after it left, belongs to other records, or the history was cut"
)
_ASK = "If no earlier backup has been restored since, find out who else has written to this file."


def open_in(path: Path) -> list[str]:
    """Who else has a file open, in which program and since when, each in words."""
    return [one.told() for one in presence.others(path)]


class Finding(NamedTuple):
    """One thing to look at: what it is, where, and what to do."""

    what: str
    where: str
    remedy: str


def check(workspace: Workspace) -> list[Finding]:
    connection = workspace.read()
    where = workspace.database.where
    hurt = _hurt_keys(connection, where) if isinstance(where, Path) else []
    if damaged := _damage(connection, where):
        return damaged
    altered = [] if workspace.own_school else _altered(connection, where)  # of which is shown a part
    return [*hurt, *altered, *_miscounted(workspace, connection), *_gaps(workspace, connection)]


def head(workspace: Workspace) -> str:
    """The head of the history, to be written down elsewhere."""
    return anchors.mark(workspace.read())


def against(workspace: Workspace, given: str) -> tuple[list[Finding], str]:
    """What of the history has gone since a file left, or since a head was written down; and in words what still stands.

    Raises NoSuchFile when it is neither a head nor a file that can be read.
    """
    connection, path = workspace.read(), expanded(Path(given))
    heads, left_as = anchors.marks_in(given.encode(), given), None
    if not heads:
        if not path.exists():
            raise NoSuchFile(f"{printable(given)}: there is no such file, and it is not the head of a history either.")
        heads, left = _heads_in(path), {access_log.left_as(connection, digest_of(one)) for one in files_in(path)}
        left_as = left.pop() if len(left) == 1 else None
    name = printable(path.name)
    ours = [one for one in heads if one.file_id == sealing.file_id(connection)]
    found = [
        Finding(f"the history was cut or started again: it had {how_many(one.position, 'action')} then", name, _ASK)
        for one in anchors.gone(connection, ours)
    ]
    if not ours and left_as is None:
        what = "it belongs to other records, or the history of these was started again"
        found = [Finding(what if heads else _UNKNOWN, name, _ASK)]
    said = [f"{name} is as it left with action #{left_as}."] if left_as is not None else []
    if ours and not found:
        said.append(f"The history holds the {how_many(ours[-1].position, 'action')} of which {name} tells.")
    return found, " ".join(said)


def _heads_in(path: Path) -> list[anchors.Anchor]:
    """The heads that stand in a file: as text, in the parts of a workbook or Word document, or in the files of a folder."""
    if path.is_dir():
        return [head for one in sorted(path.iterdir()) if one.is_file() for head in _heads_in(one)]
    try:
        with zipfile.ZipFile(path) as packed:
            parts = [part for part in packed.infolist() if part.filename.endswith(".xml")]
            data = b"\n".join(packed.open(part).read(_MOST_BYTES) for part in parts[:_MOST_PARTS])
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError):
        try:
            with path.open("rb") as file:
                data = file.read(_MOST_BYTES)
        except OSError as error:
            raise NoSuchFile(f"{printable(str(path))}: it cannot be read ({error.strerror}).") from None
    return anchors.marks_in(data, path.name)


def condition(workspace: Workspace) -> dict[str, object]:
    """How the file stands, in numbers only."""
    connection = workspace.read()
    return {
        **({} if workspace.database.is_file else {"signed_in": signed_in(workspace)}),
        **workspace.database.facts(),
        **store.counts(connection),
        "milestones": len(workspace.milestones),
        "planned_through": academic_year_label(workspace.planned_through),
    }


def _way_back(where: Place) -> str:
    return damage.way_back(where) if isinstance(where, Path) else "Ask whoever runs the server, and for its backups."


def _damage(connection: Connection, where: Place) -> list[Finding]:
    problems: list[str] = []
    broken: list[tuple[str, int | None]] = []
    if isinstance(where, Path):
        problems = damage.problems(connection)
        broken = [] if problems else damage.broken_references(connection)
        foreign = migrations.differences(connection)
    else:  # it looks after its own pages and references
        from db.team.setup import differences

        foreign = differences(connection)
    if not (problems or broken or foreign):
        return []
    remedy = _way_back(where)
    return [
        *(Finding("the file is damaged", what, remedy) for what in problems),
        *(
            Finding("a record refers to one that no longer exists", f"{table} {number}", remedy)
            for table, number in broken
        ),
        *(Finding("the tables differ from those this program makes", what, remedy) for what in foreign),
    ]


def _hurt_keys(connection: Connection, path: Path) -> list[Finding]:
    """Of keys that are damaged one way in may still open the records: the other one would be missed when it is needed."""
    try:
        if connection.key:
            keys.check_whole(path)
    except KeysLost as fault:
        return [Finding("what holds the keys is damaged", keys.keys_file(path).name, fault.sentence)]
    return []


def _altered(connection: Connection, where: Place) -> list[Finding]:
    """What of the snapshots, the history, the records and the list of looks is not as it was written; the program alters none, so somebody else has."""
    frozen = list(snapshots.altered(connection))
    cut = anchors.missing(connection, where, second_heads(where)) if isinstance(where, Path) else ()
    written = [*as_written.rewritten(connection), *access_log.altered(connection)]
    happened = [*sealing.altered(connection), *cut, *written]
    if not (frozen or happened):
        return []
    remedy = f"Find out who else has written to {'this file' if isinstance(where, Path) else 'the server'}. {_way_back(where)}"
    return [
        *(Finding(what, which, f"Do not quote it. {remedy}") for what, which in _few(frozen)),
        *(Finding(what, which, remedy) for what, which in _few(happened)),
    ]


def _miscounted(workspace: Workspace, connection: Connection) -> list[Finding]:
    """Count anew what is kept beside the filters, if it is not what the records say; who meets one school's pupils can't tell."""
    if workspace.own_school or kept.is_right(connection):
        return []
    remedy = "Run check again with a login, or in a place, that may change the records: it counts them again"
    if not workspace.database.read_only and workspace.role != "reader":
        with workspace.writing() as writing:
            kept.count_anew(writing)
        remedy = "Nothing: they have been counted again, and no record was wrong"
    return [Finding("the numbers beside the filters were wrong", "caseload", remedy)]


def _few(found: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Tell many of one kind together: where all the seals are gone, it is every action."""
    for what, some in groupby(found, itemgetter(0)):
        where = [one[1] for one in some]
        many = len(where) > _MOST_NAMED
        yield from [(what, f"{where[0]} and {len(where) - 1:,} more")] if many else [(what, one) for one in where]


def _gaps(workspace: Workspace, connection: Connection) -> list[Finding]:
    found = []
    for year, steps in waiting_for_terms(workspace):
        waits = how_many(steps, "step waits", "steps wait")
        if year is None:
            found.append(
                Finding(f"{waits} for the pupil’s school", "explain says which", "Edit the pupil: school=NAME")
            )
        else:
            where, remedy = (
                f"{academic_year_label(year)}; explain says which",
                "Import them with: transitions import terms FILE",
            )
            found.append(Finding(f"{waits} for term dates", where, remedy))
    missing = store.gaps(connection)
    for number, what, remedy in (
        (missing.without_upn, "without a UPN", "Add it when you know it. Under-fives may not have one"),
        (missing.with_temporary_upn, "with a temporary UPN", "Replace it with the permanent one"),
        (missing.without_school, "without a school", "Edit the pupil, or import the file again"),
        (missing.without_worker, "without a caseworker", "Give them to a worker"),
    ):
        if number:
            found.append(Finding(f"{how_many(number, 'pupil')} {what}", "pupils", remedy))
    if odd := with_odd_suspensions(workspace):
        which = ", ".join(f"#{number}" for number in odd[:_MOST_NAMED]) + (" …" if len(odd) > _MOST_NAMED else "")
        what = f"{how_many(len(odd), 'pupil')} with overlapping suspensions, or suspended for more than {MOST_DAYS_A_YEAR} school days in a year"
        found.append(Finding(what, which, "Look at each with: transitions event list PUPIL"))
    if workspace.me is None:
        found.append(Finding("nobody has said who they are", "this database", "Say it with: transitions me NAME"))
    return found
