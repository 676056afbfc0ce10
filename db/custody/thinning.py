"""Which backups stay: every one of two days, then the newest of each day, week and month; and the same again in a second folder."""

import filecmp
import platform
import re
import shutil
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from glob import escape
from pathlib import Path
from types import MappingProxyType
from typing import Final

from db.custody import anchors, keys
from db.custody.backup import backups_of, folder_for
from db.custody.on_disk import flush
from db.errors import CannotWriteDatabase

ALL_FOR: Final = timedelta(days=2)
KEPT: Final[Mapping[str, int]] = MappingProxyType({"day": 12, "week": 10, "month": 9})
"""Of how many days, weeks and months, of those that have any, the newest backup stays: the counts that Anki has found enough."""

_SPAN: Final[Mapping[str, Callable[[datetime], tuple[int, ...]]]] = {
    "day": lambda at: (at.year, at.month, at.day),
    "week": lambda at: at.isocalendar()[:2],
    "month": lambda at: (at.year, at.month),
}
_NAME = re.compile(r"-(\d{8}T\d{6})(?:\d{3})?Z(?P<label>.*)\.db$")


def moment_of(name: str) -> datetime | None:
    """When a backup was made, by its name; None for a file of another name, and for a damaged one that was set aside: those stay."""
    found = _NAME.search(name)
    if found is None or found["label"].startswith(("-damaged", "-unopened")):
        return None
    with suppress(ValueError):
        return datetime.fromisoformat(found[1]).replace(tzinfo=UTC)
    return None


def surplus(names: Iterable[str], now: datetime) -> set[str]:
    """The names of backups that need not stay. Of no span of time that has a backup all go while its count lasts."""
    dated = sorted(((at, name) for name in names if (at := moment_of(name))), reverse=True)
    old = [(at, name) for at, name in dated if now - at > ALL_FOR]
    stay: set[str] = set()
    for span, count in KEPT.items():
        newest: dict[tuple[int, ...], str] = {}
        for at, name in dated:
            newest.setdefault(_SPAN[span](at), name)
        stay.update(list(newest.values())[:count])
    return {name for _, name in old if name not in stay}


def thin(path: Path, now: datetime) -> list[Path]:
    """Take out the backups of ``path`` that need not stay, with the keys beside them; those taken out. Raises OSError."""
    gone = surplus((one.name for one in backups_of(path)), now)
    return _take_out(folder_for(path) / name for name in sorted(gone))


def _take_out(backups: Iterable[Path]) -> list[Path]:
    gone = list(backups)
    for one in gone:
        one.unlink(missing_ok=True)
        keys.keys_file(one).unlink(missing_ok=True)
    return gone


def second_folder_for(path: Path, folder: Path) -> Path:
    """Where the backups of ``path`` stand in a second folder, which other files and other computers may use, too."""
    return folder / f"{path.stem}-backups-{re.sub(r'[^A-Za-z0-9._-]', '_', platform.node()) or 'here'}"


def copies_in(path: Path, folder: Path) -> list[Path]:
    """The copies of the backups of ``path`` in a second folder, oldest first."""
    return sorted(second_folder_for(path, folder).glob("*.db"))


def copy_along(path: Path, folder: Path, now: datetime) -> list[Path]:
    """Bring the second folder up to what stays of the first, each copy held against its original; those that were copied.

    What only the second folder has is kept by the same counts: the first may have been lost. Raises CannotWriteDatabase.
    """
    there = second_folder_for(path, folder)
    try:
        if not folder.is_dir():
            raise CannotWriteDatabase(
                f"{folder}: the second backup folder is not there. Plug in the disk, or choose another folder with: transitions backup --also FOLDER. Backups beside the records are still made."
            )
        there.mkdir(mode=0o700, exist_ok=True)
        have, ours = {one.name for one in there.glob("*.db")}, {one.name for one in backups_of(path)}
        drop = surplus(have | ours, now)
        have -= {name for name in have & ours if _in_clear(there / name) and not _in_clear(folder_for(path) / name)}
        made = [_copy(folder_for(path) / name, there / name) for name in sorted(ours - have - drop)]
        _take_out(there / name for name in sorted(have & drop))
        anchors.copy_along(path, there)
    except OSError as error:
        raise CannotWriteDatabase(
            f"{there}: the backups could not be copied there ({error.strerror or error}). Backups beside the records are still made. Free some space, or choose another folder with: transitions backup --also FOLDER"
        ) from None
    return made


def _in_clear(backup: Path) -> bool:
    """Whether no keys stand beside it: one that was copied before its original came to be encrypted is copied again."""
    return not keys.keys_file(backup).exists()


def _copy(source: Path, target: Path) -> Path:
    partial = target.with_name(target.name + ".partial")
    try:
        shutil.copyfile(source, partial)
        partial.chmod(0o600)
        flush(partial)
        if not filecmp.cmp(source, partial, shallow=False):
            raise CannotWriteDatabase(f"{target}: the copy differs from {source}, so it was not kept.")
        keys.copy_beside(source, target)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return target


def forget_half_made(path: Path) -> list[Path]:
    """Take out what a backup or a restore left half-made when it was killed. Only while nobody else has the file open."""
    beside = (f"{escape(path.name)}.partial*", f"{escape(keys.keys_file(path).name)}.partial")
    left = [*folder_for(path).glob("*.partial"), *(one for name in beside for one in path.parent.glob(name))]
    for one in left:
        with suppress(OSError):
            one.unlink()
    return left
