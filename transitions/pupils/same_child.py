"""Whether a record that came and one that is here are about one child, when they share a number.

A number is mistyped, reused or copied to the wrong row, and then everything that is known of one child would be written over
another's. So a number alone is believed only while nothing speaks against it: when both the name and the day of birth are
different, a person is asked.
"""

import unicodedata
from datetime import date
from typing import Literal, NamedTuple

from transitions.text import searchable

_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u3164\uffa0") | frozenset(
    map(chr, range(0xFE00, 0xFE10))
)
"""Characters without a shape of their own that Unicode does not count among the format characters."""
_TOLD_BY = 2


class Named(NamedTuple):
    """Who a record says it is about; what it does not say is None or empty."""

    surname: str | None = None
    forename: str | None = None
    preferred_name: str | None = None
    date_of_birth: date | None = None


def same_child(here: Named, there: Named) -> Literal["agree", "question"]:
    """Say whether two records with one number agree about whose they are, or a person has to say so.

    A question when the names differ and the days of birth differ too; also when only one record says a day of birth, and
    the names have no word in common. A record that says no name says nothing against the number.

    Names agree when their words do, in any order, with the forename or the preferred one, one of them with middle names or
    a second surname more. They are compared without case, accents, apostrophes, hyphens, compositions, and characters that
    cannot be seen.
    """
    born, said = here.date_of_birth, there.date_of_birth
    if (born is not None and born == said) or _names_agree(here, there):
        return "agree"
    both = born is not None and said is not None
    return "question" if both or not _words(here) & _words(there) else "agree"


def plain_name(*parts: str | None) -> str:
    """``parts`` of a name as they are compared: what cannot be seen left out, widths and compositions made one."""
    text = " ".join(part for part in parts if part)
    if not text.isascii():
        wide = unicodedata.normalize("NFKC", text)
        text = "".join(letter for letter in wide if letter not in _UNSEEN and unicodedata.category(letter) != "Cf")
    return searchable(text)


def _names_agree(here: Named, there: Named) -> bool:
    if not (here.surname or here.forename) or not (there.surname or there.forename):
        return True
    if not (here.forename and there.forename and here.surname and there.surname):
        return bool(_words(here) & _words(there))
    return any(_alike(one, two) for one in _spellings(here) for two in _spellings(there))


def _spellings(person: Named) -> set[str]:
    return {plain_name(forename, person.surname) for forename in (person.forename, person.preferred_name) if forename}


def _alike(one: str, two: str) -> bool:
    if one.replace(" ", "") == two.replace(" ", ""):
        return True
    words, others = set(one.split()), set(two.split())
    return min(len(words), len(others)) >= _TOLD_BY and (words <= others or others <= words)


def _words(person: Named) -> set[str]:
    return set(plain_name(person.forename, person.preferred_name, person.surname).split())
