"""The passphrase of a pack: easy to say over the telephone, the same however it was typed, too long to guess.

A proposed one is five words drawn from a list of 1,024 plain words: 10 bits each, 50 bits together. Opening a file takes
about a tenth of a second and 128 MiB for each try, so trying them all would keep one processor busy for three million
years. No word of the list begins another or is one letter away from another, so that none is misheard for its neighbour.
"""

import random
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Final

from transitions.text import clean

__all__ = ["LEAST", "LONGEST", "WORDS", "plain_passphrase", "propose_passphrase", "read_new_passphrase", "word_list"]

WORDS: Final = 5
"""How many words a proposed passphrase has."""
LEAST: Final = 12
"""Characters, without blanks and hyphens, of the shortest passphrase that seals a file."""
LONGEST: Final = 200
"""Characters of the longest, for which it makes no difference any more."""


@cache
def word_list() -> tuple[str, ...]:
    """Give the 1,024 words that are easy to dictate, in order of the alphabet."""
    text = files("transitions.handovers").joinpath("dictated_words.txt").read_text(encoding="utf-8")
    return tuple(text.split())


def propose_passphrase(source: random.Random) -> str:
    """Give five words with blanks between them, such as "teapot river hedgehog apron canoe".

    ``source`` is ``secrets.SystemRandom()`` wherever the passphrase will be used: with another it can be foretold.
    """
    return " ".join(source.choice(word_list()) for _ in range(WORDS))


def plain_passphrase(text: str) -> str:
    """Give the one form in which a passphrase becomes a key: capitals, hyphens and repeated blanks do not count.

    It was said over the telephone and typed by somebody else, perhaps on a computer that spells "ä" as two characters
    (NFKC makes them one).
    """
    folded = unicodedata.normalize("NFKC", clean(text)).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).replace("-", " ").split())


def read_new_passphrase(text: str) -> str:
    """Give the plain form of a passphrase that somebody chose. Raises ValueError when it is too short or too long."""
    plain = plain_passphrase(text)
    if len(plain) > LONGEST:
        raise ValueError(f"a passphrase has at most {LONGEST} characters: leave some out")
    if len(plain.replace(" ", "")) < LEAST or len(set(plain)) < LEAST // 2:
        raise ValueError(
            f"this passphrase is too easy to guess: use at least {LEAST} letters or digits that are not all alike, "
            "or take the five words that are proposed"
        )
    return plain
