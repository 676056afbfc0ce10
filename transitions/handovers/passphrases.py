"""Passphrases of packs: five words drawn for each school, or one that somebody chose and that is not easy to guess."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from pathlib import Path
from random import Random
from typing import Final

from transitions.text import clean, searchable

WORDS: Final = 5
"""How many words a proposed passphrase has."""
LEAST: Final = 12
"""Characters, without blanks and hyphens, of the shortest passphrase that seals a file; what anybody tries counts as one."""
LONGEST: Final = 200
"""Characters of the longest, for which it makes no difference any more."""
_LETTERS_FOR_SIGNS: Final = tuple(str.maketrans("0134578@$!", letters) for letters in ("oieastbasi", "oleastbasl"))
_ROWS: Final = (
    "abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "qwertzuiop", "azertyuiop", "asdfghjkl", "zxcvbnm",
    "qazwsxedcrfvtgbyhnujmikolp", "1qaz2wsx3edc4rfv5tgb",
)  # fmt: skip
_RUN: Final = 4
"""So many neighbours in the alphabet, among the digits or on the keyboard are a pattern."""
_YEAR_OR_DATE: Final = re.compile(r"(?:19|20)\d\d|\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{6,8}")
_REPEATED: Final = re.compile(r"(.{1,12}?)\1{2,}|(.{3,40})\2")
_SHORTEST_NAME: Final = 4


@cache
def word_list() -> tuple[str, ...]:
    """The 1,024 words that are easy to dictate, in order of the alphabet."""
    return _words("dictated_words.txt")


@cache
def _guessed() -> tuple[str, ...]:
    """The words that people choose and that are tried first, in order of the alphabet."""
    return _words("guessed_words.txt")


def _words(name: str) -> tuple[str, ...]:
    return tuple(Path(__file__).with_name(name).read_text(encoding="utf-8").split())


def propose_passphrase(source: Random) -> str:
    """Draw five words with blanks between them, such as "teapot river hedgehog apron canoe".

    ``source`` is ``secrets.SystemRandom()`` wherever the passphrase will be used: with another it can be foretold.
    """
    return " ".join(source.choice(word_list()) for _ in range(WORDS))


def plain_passphrase(text: str) -> str:
    """The one form in which a passphrase becomes a key: capitals, hyphens and repeated blanks do not count.

    It was said over the telephone and typed by somebody else, perhaps on a computer that spells "ä" as two characters
    (NFKC makes them one).
    """
    folded = unicodedata.normalize("NFKC", clean(text)).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).replace("-", " ").split())


def read_new_passphrase(text: str, heading: Iterable[str] = (), pupils: Iterable[str] = ()) -> str:
    """The plain form of a passphrase that somebody chose; ``heading`` is what anybody can read on the file.

    ``pupils`` are the names of those who are in it: whoever takes the file tries the children of the school that sent it.

    Raises ValueError when it is too long, too short, or too easy to guess: digits only, or what is left of it is too little
    without the words and patterns that everybody tries, or without those of the heading and the pupils.
    """
    plain = plain_passphrase(text)
    if len(plain) > LONGEST:
        raise ValueError(f"a passphrase has at most {LONGEST} characters: leave some out")
    solid = "".join(letter for letter in plain if letter.isalnum() or letter in "@$!./")
    if not _is_enough(solid, frozenset()):
        raise ValueError(_easy(f"use at least {LEAST} letters or digits that are not all alike"))
    if not any(letter.isalpha() for letter in solid):
        raise ValueError(_easy("it has no letters, and computers try all numbers first"))
    tried = frozenset(_tried(solid))
    if not _is_enough(solid, tried):
        raise ValueError(_easy("nearly all of it is words, dates or patterns that everybody tries"))
    tried |= frozenset(_places(solid, _names(heading)))
    if not _is_enough(solid, tried):
        raise ValueError(_easy("it uses names on the file, which anybody can read"))
    if not _is_enough(solid, tried | frozenset(_places(solid, _names(pupils)))):
        raise ValueError(_easy("it uses names of pupils in the pack"))
    return plain


def _names(names: Iterable[str]) -> set[str]:
    return {word for name in names for word in searchable(name).split() if len(word) >= _SHORTEST_NAME}


def _easy(why: str) -> str:
    return f"this passphrase is too easy to guess: {why}; choose other words, such as five that have nothing to do with each other"


def _is_enough(solid: str, guessed: Collection[int]) -> bool:
    """Whether enough is left to guess when each stretch of ``guessed`` places counts as one character."""
    left = [letter for place, letter in enumerate(solid) if place not in guessed]
    stretches = sum(place in guessed and place - 1 not in guessed for place in range(len(solid)))
    return len(left) + stretches >= LEAST and len(set(left)) >= LEAST // 2 - 1


def _tried(solid: str) -> Iterator[int]:
    """The places of what programs that guess passphrases try first."""
    yield from _places(solid, _guessed())
    for row in _ROWS:
        for way in (row, row[::-1]):
            yield from _places(solid, {way[start : start + _RUN] for start in range(len(way) - _RUN + 1)})
    for found in _YEAR_OR_DATE.finditer(solid):
        yield from range(*found.span())
    for found in _REPEATED.finditer(solid):
        once = len(found[1] or found[2])
        yield from range(found.start() + once, found.end())


def _places(solid: str, words: Iterable[str]) -> Iterator[int]:
    """The places of these words, also where signs stand for letters: "P@55word"."""
    for written in {solid, *(solid.translate(letters) for letters in _LETTERS_FOR_SIGNS)}:
        for word in words:
            start = written.find(word)
            while start >= 0:
                yield from range(start, start + len(word))
                start = written.find(word, start + 1)
