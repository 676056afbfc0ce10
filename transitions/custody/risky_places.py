"""Places where a live database gets damaged: network shares, and folders that a program copies to other computers behind its back."""

import os
import re
import sys
from collections.abc import Callable, Mapping
from itertools import count
from pathlib import Path, PurePath
from typing import Final, NamedTuple

from transitions.custody.places import data_folder
from transitions.errors import NotAllowed

_SHARED: Final = frozenset(
    {"9p", "afs", "afpfs", "ceph", "cifs", "davfs", "fuse", "glusterfs", "gfs2", "lustre", "ncpfs", "nfs", "nfs4", "ocfs2", "prl_fs"}
    | {"smb3", "smbfs", "sshfs", "vboxsf", "virtiofs", "vmhgfs"}
)  # fmt: skip
_ONEDRIVE: Final = ("OneDrive", "OneDriveCommercial", "OneDriveConsumer")
_SYNCHRONISED: Final[Mapping[str, str]] = {
    "onedrive": "OneDrive",
    "dropbox": "Dropbox",
    "google drive": "Google Drive",
    "googledrive": "Google Drive",
    "my drive": "Google Drive",
    "icloud drive": "iCloud",
    "iclouddrive": "iCloud",
    "mobile documents": "iCloud",
    "cloudstorage": "cloud storage",
    "nextcloud": "Nextcloud",
    "owncloud": "ownCloud",
    "box": "Box",
    "box sync": "Box",
}
_WITH_A_NAME: Final = re.compile(r"(onedrive|dropbox|googledrive)(?: - | \(|-).+")
"""Such as "OneDrive - Northmere Council" and "Dropbox (Personal)"."""
_REMOTE_DRIVE: Final = 4
"""DRIVE_REMOTE, as Windows says it."""


class Machine(NamedTuple):
    """What a computer says of its disks: the text of /proc/mounts, the environment, and the type of a Windows drive by its root."""

    mounts: str
    environment: Mapping[str, str]
    drive_type: Callable[[str], int]


def this_machine() -> Machine:
    try:
        mounts = Path("/proc/mounts").read_text(encoding="utf-8", errors="replace")
    except OSError:
        mounts = ""
    return Machine(mounts, os.environ, _drive_type)


def _drive_type(root: str) -> int:
    if sys.platform == "win32":
        import ctypes

        return int(ctypes.windll.kernel32.GetDriveTypeW(root))
    return 0


def risk_of(path: PurePath, machine: Machine) -> str | None:
    """What is risky about the place of a file, to stand behind "it is in"; None for a disk of this computer."""
    return _synchronised(path.parent, machine.environment) or _shared(path, machine)


def _synchronised(folder: PurePath, environment: Mapping[str, str]) -> str | None:
    for name in _ONEDRIVE:
        root = environment.get(name)
        if root and folder.is_relative_to(root):
            return "a folder that OneDrive synchronises"
    for part in map(str.casefold, folder.parts):
        named = _WITH_A_NAME.fullmatch(part)
        service = _SYNCHRONISED.get(named[1] if named else part)
        if service:
            return f"a folder that {service} synchronises"
    return None


def _shared(path: PurePath, machine: Machine) -> str | None:
    if path.drive.startswith("\\\\"):
        return f"a network share ({path.drive})"
    if path.drive:
        return f"a network drive ({path.drive})" if machine.drive_type(path.anchor) == _REMOTE_DRIVE else None
    at, kind = "/", ""
    for line in machine.mounts.splitlines():
        _, where, what, *_ = [*map(_plain, line.split(" ")), "", "", ""]
        if path.is_relative_to(where) and len(where) >= len(at):
            at, kind = where, what
    # a computer that has its own root there has no other place
    return f"a network share or shared folder ({kind} at {at})" if at != "/" and kind.split(".")[0] in _SHARED else None


def _plain(word: str) -> str:
    """A word of /proc/mounts, in which blanks are written as numbers."""
    return re.sub(r"\\(\d{3})", lambda found: chr(int(found[1], 8)), word)


def check_place(path: Path, machine: Machine | None = None) -> None:
    """Raise NotAllowed for a place where the records would get damaged, naming one where they would not."""
    machine = machine or this_machine()
    found = risk_of(path.absolute(), machine) or risk_of(path.resolve(), machine)
    if found is None:
        return
    names = (f"{path.stem}{f'-{number}' if number > 1 else ''}{path.suffix}" for number in count(1))
    safe = next(one for name in names if not (one := data_folder() / name).exists())  # other records may be there
    where = "in a folder on its own disk" if risk_of(safe.resolve(), machine) else f"such as in {safe.parent}"
    take = f' Copy it there with: transitions restore "{path}" --db "{safe}".' if path.exists() else ""
    raise NotAllowed(
        f"{path}: this is {found}, where a database can be damaged if two computers write at once or half a change is copied. It was not opened. Keep it on this computer, {where}.{take} Copies of backups are safe there: transitions backup --also FOLDER. To look without writing, add --read-only. If you are sure only this computer ever opens it, add --i-understand."
    )
