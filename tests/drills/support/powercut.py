"""What a disk holds after its power was cut: what was flushed, and of everything else some pieces of 512 bytes, by chance.

``faulty.c`` has written down what a program did to its files. A name that was made, moved or taken out is sure once its folder
was flushed; of those after it the first few stand, by chance, for a file system writes them down in their order.
"""

import random
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

PIECE = 512


class Change(NamedTuple):
    """One thing that was done: W(rite), T(runcate), S(ync), C(reate), U(nlink), R(ename) or L(ink)."""

    what: str
    path: str
    place: int
    data: bytes


def changes(log: Path) -> list[Change]:
    told, at, found = log.read_bytes(), 0, []
    while at < len(told):
        what, length = chr(told[at]), struct.unpack_from("<H", told, at + 1)[0]
        path = told[at + 3 : at + 3 + length].decode()
        place, count = struct.unpack_from("<QI", told, at + 3 + length)
        at += 3 + length + 12
        found.append(Change(what, path, place, told[at : at + count]))
        at += count
    return found


class File:
    """The bytes that are sure, and what was done to them since."""

    def __init__(self, content: bytes = b"") -> None:
        self.sure = bytearray(content)
        self.unsure: list[Change] = []

    def flush(self) -> None:
        for change in self.unsure:
            _apply(self.sure, change.place, change.data, cut=change.what == "T")
        self.unsure.clear()

    def after_a_cut(self, chance: random.Random, share: float) -> bytes:
        found = bytearray(self.sure)
        for change in self.unsure:
            if change.what == "T":
                if chance.random() < share:
                    _apply(found, change.place, b"", cut=True)
                continue
            for at in range(0, len(change.data), PIECE):
                if chance.random() < share:
                    _apply(found, change.place + at, change.data[at : at + PIECE])
        return bytes(found)


def _apply(content: bytearray, place: int, data: bytes, *, cut: bool = False) -> None:
    if cut:
        del content[place:]
    if len(content) < place:
        content.extend(bytes(place - len(content)))
    content[place : place + len(data)] = data


class Disk:
    """The files below a folder as changes come to them."""

    def __init__(self, folder: Path) -> None:
        self._folder = str(folder)
        self._sure = {str(one): File(one.read_bytes()) for one in folder.rglob("*") if one.is_file()}
        self._names = dict(self._sure)
        self._renamed: list[Change] = []
        self._made: dict[int, File] = {}

    def do(self, change: Change) -> None:
        if change.what in "WT":
            self._names[change.path].unsure.append(change)
        elif change.what == "S" and change.path in self._names:
            self._names[change.path].flush()
        elif change.what == "S":
            self._settle(change.path)
        else:
            self._made[id(change)] = File()
            self._renamed.append(change)
            self._rename(self._names, change)

    def _settle(self, folder: str) -> None:
        """Of a folder that was flushed all names are sure, and with them all that were changed before."""
        last = max(
            (at for at, one in enumerate(self._renamed) if folder in {_folder(one.path), _folder(_other(one))}),
            default=-1,
        )
        for change in self._renamed[: last + 1]:
            self._rename(self._sure, change)
        del self._renamed[: last + 1]

    def _rename(self, names: dict[str, File], change: Change) -> None:
        if change.what == "C":
            names[change.path] = self._made[id(change)]
        elif change.what == "U":
            names.pop(change.path, None)
        elif change.what == "L":
            names[_other(change)] = names[change.path]
        elif change.path in names:
            names[_other(change)] = names.pop(change.path)

    def after_a_cut(self, chance: random.Random) -> Iterator[tuple[str, bytes]]:
        """What stands on it after its power was cut now, by the path below the folder."""
        share = chance.choice((0.0, 0.1, 0.5, 0.9, 1.0))
        names = dict(self._sure)
        for change in self._renamed[: chance.randint(0, len(self._renamed))]:
            self._rename(names, change)
        for path, file in names.items():
            yield path.removeprefix(self._folder).lstrip("/"), file.after_a_cut(chance, share)


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _other(change: Change) -> str:
    return change.data.decode() if change.what in "RL" else change.path
