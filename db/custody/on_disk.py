"""What is written is on the disk itself before it is relied upon."""

import os
from pathlib import Path


def flush(path: Path) -> None:
    """Write a file, or a folder's list of files, down to the disk itself."""
    if path.is_dir() and os.name == "nt":
        return  # Windows cannot open a folder to flush it
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def put(target: Path, data: bytes) -> None:
    """Write a small file whole, for its owner's eyes only; a power cut leaves the one before, or this one."""
    partial = target.with_name(target.name + ".partial")
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(handle, data)
        os.fsync(handle)
    finally:
        os.close(handle)
    partial.replace(target)
    flush(target.parent)
