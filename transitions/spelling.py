"""The names that somebody may have meant who typed one a little wrong."""

from collections.abc import Iterable
from heapq import nsmallest
from itertools import islice, product
from typing import Final

_SHORTEST: Final = 4
"""Letters: of fewer, nearly every name is near."""
_TWO_SLIPS: Final = 6
"""Letters, from which a word may have two."""
_OTHERS: Final = 4
"""How many words are tried in place of one."""
_TRIED: Final = 12


class Spelling:
    """The words of names as ``searchable`` writes them, each once, with the set of its letters as a number.

    That set passes over nearly all of 50,000 words in some milliseconds, before any is compared letter by letter.
    """

    def __init__(self, names: Iterable[str]) -> None:
        # A number of its own stands behind the name of each pupil.
        words = {word for name in names for word in name.split() if len(word) >= _SHORTEST and word.isalpha()}
        self._words = [(_letters(word), word) for word in sorted(words)]

    def meanings(self, words: list[str]) -> list[list[str]]:
        """What may have been meant by ``words``, the nearest first: with one word or more as a name has it."""
        choices = [self._near(word) for word in words]
        ways = sorted(islice(product(*choices), _TRIED**2), key=lambda way: sum(slips for slips, _ in way))
        found = [[word for _, word in way] for way in ways]
        return [way for way in found if way != words][:_TRIED]

    def _near(self, typed: str) -> list[tuple[int, str]]:
        """The word as it was typed, unless no name has it, and those that begin nearly so, each with the number of slips."""
        as_typed = [(0, typed)]
        if len(typed) < _SHORTEST or not typed.isalpha():
            return as_typed
        most, wanted = 1 + (len(typed) >= _TWO_SLIPS), _letters(typed)
        alike = [word for letters, word in self._words if (wanted & ~letters).bit_count() <= most]
        rated = ((*_slips(typed, word, most), word) for word in alike)
        near = nsmallest(_OTHERS, (one for one in rated if 0 < one[0] <= most))
        known = not near or any(typed in word for word in alike)
        return (as_typed if known else []) + [(slips, word) for slips, _, word in near]


def _letters(word: str) -> int:
    found = 0
    for letter in word:
        found |= 1 << (ord(letter) & 63)
    return found


def _slips(typed: str, word: str, most: int) -> tuple[int, int]:
    """How many letters are wrong, missing, too many or changed about: against how ``word`` begins, and against all of it.

    Counting ends where there are more than ``most``.
    """
    word = word[: len(typed) + most + 1]
    before: list[int] = []
    row = list(range(len(word) + 1))
    for place, letter in enumerate(typed, 1):
        older, before, row = before, row, [place]
        for at, other in enumerate(word, 1):
            cost = min(before[at] + 1, row[at - 1] + 1, before[at - 1] + (letter != other))
            if place > 1 and at > 1 and letter == word[at - 2] and typed[place - 2] == other:
                cost = min(cost, older[at - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return min(row), row[-1]
    return min(row), row[-1]
