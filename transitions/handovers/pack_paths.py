"""Where the files of packs and answers go, and what is written down of them: files and records stand together or not at all."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from transitions.exporting.target import put_in_place
from transitions.text import searchable

ENDING: Final = ".handover"
_LONGEST_SLUG: Final = 60


class Files:
    """Files that were put in their place so far."""

    def __init__(self) -> None:
        self._placed: list[Path] = []

    def put(self, target: Path, data: bytes, *, overwrite: bool) -> None:
        with put_in_place(target, overwrite=overwrite) as path:
            path.write_bytes(data)
        self._placed.append(target)

    def take_back(self) -> None:
        for path in self._placed:
            path.unlink(missing_ok=True)


@contextmanager
def files_or_none() -> Iterator[Files]:
    """Hand on what puts files in their places; when the block fails, none of them is left.

    It stands outside the transaction that writes them down: one that fails at its very end leaves no file either.
    """
    files = Files()
    try:
        yield files
    except BaseException:
        files.take_back()
        raise


def slug(text: str) -> str:
    """A name as a part of the name of a file: "st-marys-school"; one without a Latin letter or digit gives "school"."""
    plain = re.sub(r"[^a-z0-9]+", "-", searchable(text))[:_LONGEST_SLUG].strip("-")
    return plain or "school"
