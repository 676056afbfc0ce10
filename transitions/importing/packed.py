"""Many rows or records, kept in the tenth of the memory that they take one by one, and never in a file."""

import pickle
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Generic, TypeVar, overload

One = TypeVar("One")

_TOGETHER: Final = 128
"""A list shows some forty; of a table of 140 columns these are a megabyte."""


class Packed(Sequence[One], Generic[One]):
    """A list that can grow. What is read one after the other, or near to each other, is unpacked once."""

    def __init__(self, many: Iterable[One] = ()) -> None:
        self._packed: list[bytes] = []
        self._last: list[One] = []
        self._open: tuple[int, list[One]] = (-1, [])
        for one in many:
            self.append(one)

    def append(self, one: One) -> None:
        self._last.append(one)
        if len(self._last) == _TOGETHER:
            self._packed.append(_pack(self._last))
            self._last = []

    def __len__(self) -> int:
        return len(self._packed) * _TOGETHER + len(self._last)

    def __iter__(self) -> Iterator[One]:
        for block in range(len(self._packed) + 1):
            yield from self._block(block)

    @overload
    def __getitem__(self, place: int) -> One: ...

    @overload
    def __getitem__(self, place: slice) -> list[One]: ...

    def __getitem__(self, place: int | slice) -> One | list[One]:
        if isinstance(place, slice):
            return [self[at] for at in range(len(self))[place]]
        block, at = divmod(range(len(self))[place], _TOGETHER)
        return self._block(block)[at]

    def _block(self, block: int) -> list[One]:
        if block == len(self._packed):
            return self._last
        # Two threads may look: what is open is put in its place as one.
        number, found = self._open
        if number != block:
            found = pickle.loads(zlib.decompress(self._packed[block]))  # noqa: S301 - packed here, and never in a file
            self._open = block, found
        return found


def _pack(many: list[One]) -> bytes:
    return zlib.compress(pickle.dumps(many, pickle.HIGHEST_PROTOCOL), 1)
