"""Text from people: made safe on the way in, safe on a terminal, easy to find, and short when names must not show."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple, TypeVar

from transitions.errors import NoSuchRecord

Found = TypeVar("Found")
_ALIKE = 0.75
"""From this share of letters in common (difflib's ratio) a word may be a slip for another."""
LOST_LETTER: Final = "\ufffd"
"""What programs put where they could not read a letter."""


def _removed() -> dict[int, int | None]:
    """The characters that never belong in a record: they steer terminals, reorder text or break file formats.

    U+FEFF is a byte order mark that a copy left behind, lone surrogates cannot be written as UTF-8, and noncharacters
    may not stand, or should not, in XML and HTML, hence not in a spreadsheet, a Word document or a web page.
    """
    characters = [*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
    characters += [0xFEFF, *range(0xFDD0, 0xFDF0), *range(0xD800, 0xE000)]
    characters += [plane + last for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF)]
    return dict.fromkeys(characters)


_BREAKS = "\v\f\u2028\u2029"
"""What word processors leave where a person pressed Shift+Enter or started a new page."""

_ON_ONE_LINE = _removed() | {ord(character): ord(" ") for character in "\t\n\r" + _BREAKS}
_ON_MANY_LINES = _removed() | {ord(character): ord("\n") for character in "\r" + _BREAKS} | {9: 9, 10: 10}


_UNSEEN = dict.fromkeys(
    [0xAD, 0x34F, 0x61C, 0x180E, 0x200B, 0x200E, 0x200F, 0xFEFF, *range(0x202A, 0x202F), *range(0x2060, 0x2070)]
)
"""Soft hyphens, zero-width spaces and marks of direction: a name with one looks like the same name without."""
_JOINERS = re.compile("[\u200c\u200d]")


def without_marks(text: str) -> str:
    """``text`` without what nobody sees: soft hyphens, zero-width spaces, marks of direction, joiners in Latin letters."""
    if text.isascii():
        return text
    seen = text.translate(_UNSEEN)
    # from Hebrew on: scripts (and pictures) in which a joiner changes what is read
    if any("\u0590" <= letter <= "\u1fff" or "\u2e80" <= letter <= "\U0001faff" for letter in seen):
        return seen
    return _JOINERS.sub("", seen)


def printable(text: str, lines: bool = False) -> str:
    """``text`` without anything that could steer a terminal, reorder what stands beside it or break a file.

    Tabs and line breaks become spaces; with ``lines`` they stay, every line break as one newline. Letters of every
    script, combining marks and joiners stay as they are.
    """
    if text.isprintable():
        return text
    if lines:
        return text.replace("\r\n", "\n").translate(_ON_MANY_LINES)
    return text.replace("\r\n", " ").translate(_ON_ONE_LINE)


def has_controls(text: str) -> bool:
    """Whether ``clean`` leaves out something that no person types: what steers a terminal or breaks a file."""
    return not text.isprintable() and any(_ON_ONE_LINE.get(ord(letter), letter) is None for letter in text)


def clean(text: str, lines: bool = False) -> str:
    """``text`` as it may be stored: composed (NFC), no control characters, no white space at either end.

    Runs of white space become one space, and marks that nobody sees go; with ``lines`` (notes, the pupil's own words)
    newlines, tabs, runs and marks stay.
    Everything that a person types, pastes or imports passes here once.
    """
    composed = unicodedata.normalize("NFC", printable(text, lines))
    return composed.strip() if lines else " ".join(without_marks(composed).split())


LONGEST_TEXT = 20_000
"""Characters of any text, where its field has no limit of its own: some eight pages. What is longer is a file."""


def too_long(text: str, longest: int = LONGEST_TEXT) -> str | None:
    """The sentence for a text that is longer than what is kept, None for one that is not."""
    if len(text) <= longest:
        return None
    return f"This has {len(text):,} characters; at most {longest:,} are kept. Keep what matters and file the rest."


_PLAIN_LETTERS = str.maketrans(
    {
        "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ŧ": "t", "ŋ": "ng",
        "ı": "i", "ĸ": "k", "ə": "e", "ɛ": "e", "ɔ": "o", "ɓ": "b", "ɗ": "d", "ƙ": "k", "ƴ": "y",
    }
    | dict.fromkeys("'’‘‛ʼʻʽʹʾʿ`´′＇\u00ad")
    | dict.fromkeys("-‐‑‒–—−", " ")
)  # fmt: skip
"""Latin letters that Unicode does not split into a letter and an accent (the Polish, Nordic, Turkish and West African
names of English class lists); apostrophes vanish, hyphens part words."""

_ACCENTS_ON_LATIN = re.compile("(?<=[a-z])[\u0300-\u036f]+")


def searchable(*parts: str | None) -> str:
    """``parts`` in the one form in which names are stored for finding and typed names are looked for.

    Lower case, without accents, apostrophes, unseen marks and repeated spaces; a hyphen counts as a space. "O’Brien" and "O'Brien"
    give "obrien", "Zoë" gives "zoe", "Łukasz" "lukasz", "Smith-Jones" "smith jones". Scripts other than Latin keep
    their marks, which are letters there. Empty parts are left out.
    """
    text = " ".join(part for part in parts if part).casefold()
    if text.isascii():
        return " ".join(text.translate(_PLAIN_LETTERS).split())
    unmarked = _JOINERS.sub("", text.translate(_UNSEEN))
    letters = unicodedata.normalize("NFKD", unmarked).casefold().translate(_PLAIN_LETTERS)
    return " ".join(unicodedata.normalize("NFC", _ACCENTS_ON_LATIN.sub("", letters)).split())


def answering(typed: str, found: Iterable[Found], words_of: Callable[[Found], str]) -> list[Found]:
    """Those of ``found`` whose words hold every word of ``typed``, the likeliest first, else in their order.

    What is called exactly so comes first, then what begins so, then where a word begins so, then the rest: "Secondary"
    is not "Middle deemed secondary".
    """
    wanted = searchable(typed)
    parts = _words(typed)

    def distance(words: str) -> int:
        if words == wanted:
            return 0
        if words.startswith(wanted):
            return 1
        return 2 if f" {wanted}" in words else 3

    known = [(searchable(words_of(one)), one) for one in found]
    held = [(words, one) for words, one in known if all(part in words for part in parts)]
    return [one for _, one in sorted(held, key=lambda pair: distance(pair[0]))] if wanted else [one for _, one in held]


LONGEST_SEARCH = 300
"""Characters that can be looked for: more than any name has, and no more words than a statement of SQLite takes tests."""


def search_words(text: str) -> list[str]:
    """The words to look for, as ``searchable`` writes them. Raises ``NoSuchRecord``."""
    if len(text) > LONGEST_SEARCH:
        raise NoSuchRecord(
            f"That is {len(text):,} characters. Search for up to {LONGEST_SEARCH}. A few words are enough."
        )
    return _words(text)


def _words(typed: str) -> list[str]:
    # "Ward, Elsie" is how lists write a name; what is stored to be found by has no comma.
    return searchable(typed).replace(",", " ").split()


def initials(forename: str, surname: str) -> str:
    """The first letters of ``forename`` and ``surname`` in capitals, as "AK"; a name without any gives ""."""
    return "".join(_first_letter(name) for name in (forename, surname))


def _first_letter(name: str) -> str:
    for letter in unicodedata.normalize("NFC", name):
        if letter.isalpha():
            capital = letter.upper()
            return capital if len(capital) == 1 else letter
    return ""


def is_no_name(text: str) -> bool:
    """Whether nobody can be called so: it has no letter, or has lost one."""
    return LOST_LETTER in text or not any(map(str.isalpha, text))


def stands_for_no_name(text: str) -> bool:
    """Whether it is what schools write where a pupil has one name only."""
    return text in ("-", "--")


def surname_and_forename(full_name: str) -> tuple[str, str]:
    """Split "Khan, Aisha" into ("Khan", "Aisha").

    Raises ValueError when there is not exactly one comma with a name on both sides: which word of "Aisha Bibi Khan" is
    the surname cannot be known.
    """
    surname, comma, forename = (part.strip() for part in full_name.partition(","))
    if not (surname and comma and forename) or "," in forename:
        raise ValueError(f'"{full_name}" is not written as "Surname, Forename"')
    return surname, forename


def listed(items: Sequence[str], word: str) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {word} {items[-1]}"


def how_many(number: int, one: str, many: str = "") -> str:
    """A number with what is counted: "1 pupil", "1,200 pupils"; ``many`` where an s is not enough."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def an(noun: str) -> str:
    """A noun with its article: "a plan", "an event"."""
    return f"{'an' if noun[:1].casefold() in 'aeio' else 'a'} {noun}"


def capital(text: str) -> str:
    """``words`` with a capital at the front and the rest as it is; ``str.capitalize`` would make that small."""
    return text[:1].upper() + text[1:]


FEWEST: Final = 30
"""On a smaller base no percentage is printed for others to read: only the counts."""


def percent(count: int, base: int) -> int | None:
    """``count`` of ``base`` in whole percent, rounded half up; None when there is nothing to count."""
    return (200 * count + base) // (2 * base) if base else None


def share(count: int, base: int, of: str = "") -> str:
    """Both numbers and the percentage, which is left out when there is nothing to count: "0 of 0".

    ``of`` says in the plural what the base counts: "1 of 1 plan (100%)", "0 of 3 children (0%)".
    """
    found = percent(count, base)
    counted = (_ONE.get(of) or of.removesuffix("s")) if base == 1 else of
    return " ".join(filter(None, (f"{count:,} of {base:,}", counted, "" if found is None else f"({found}%)")))


_ONE = {
    "children": "child", "people": "person", "young people": "young person",
    "agencies": "agency",
}  # fmt: skip


class Share(NamedTuple):
    """``counted`` of ``base``: both are kept, so that no percentage is ever shown without them; ``of`` names the base."""

    counted: int
    base: int
    of: str = ""

    @property
    def percent(self) -> int | None:
        return percent(self.counted, self.base)

    @property
    def text(self) -> str:
        """Both numbers and the percentage: "14 of 48 (29%)"."""
        return share(*self)


def did_you_mean(typed: str, known: Iterable[str]) -> str:
    """`` Did you mean list?``, with a space before it, where ``typed`` may be a slip for what is known; else nothing."""
    from difflib import get_close_matches

    by_plain = {one.casefold(): one for one in known}
    close = get_close_matches(typed.strip().casefold(), by_plain, 1, _ALIKE)
    return f" Did you mean {by_plain[close[0]]}?" if close else ""
