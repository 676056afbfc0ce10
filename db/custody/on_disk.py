"""What is written is on the disk itself before it is relied upon."""

import os
from pathlib import Path
from typing import Final

_AT_ONCE: Final = 1 << 20


def flush(path: Path) -> None:
    """Write a file, or a folder's list of files, down to the disk itself."""
    if path.is_dir() and os.name == "nt":
        return  # Windows cannot open a folder to flush it
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def wipe(path: Path) -> None:
    """Write over what a file holds, and take it away. Raises OSError."""
    with path.open("r+b") as file:
        for _ in range(0, path.stat().st_size, _AT_ONCE):
            file.write(os.urandom(_AT_ONCE))
    flush(path)
    path.unlink()


def for_owner(name: str, flags: int) -> int:
    """Open a file, made for its owner's eyes only."""
    return os.open(name, flags, 0o600)


def put(target: Path, data: bytes) -> None:
    """Write a small file whole, for its owner's eyes only; a power cut leaves the one before, or this one."""
    partial = target.with_name(target.name + ".partial")
    with open(partial, "wb", opener=for_owner) as file:
        file.write(data)  # all of it, where os.write may leave off when the disk gets full
        file.flush()
        os.fsync(file.fileno())
    partial.replace(target)
    flush(target.parent)
