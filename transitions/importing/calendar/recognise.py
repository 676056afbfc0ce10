"""What an entry of a calendar file becomes: told by its own column, or else recognised from its words, and by which."""

import re
from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

from db.vocabulary import WORKSHOP_KINDS, YEAR_DATE_KINDS
from transitions.text import searchable
from transitions.workshops.kinds import find_kind

__all__ = ["KINDS", "Becomes", "TermMark", "read_kind", "recognise", "term_mark"]

KINDS: Final = ("term", "half term", "closure", "bank holiday", *YEAR_DATE_KINDS, *WORKSHOP_KINDS)
"""What an entry may become; a bank holiday is known already and passed over."""

_TOLD: Final[Mapping[str, str]] = {
    **dict.fromkeys(("term", "terms", "termdate", "termdates"), "term"),
    **dict.fromkeys(("halfterm", "halftermholiday", "holiday", "schoolholiday", "break"), "half term"),
    **dict.fromkeys(("closure", "closed", "schoolclosed", "schoolclosure"), "closure"),
    **dict.fromkeys(("inset", "insetday", "inservice", "inserviceday", "staffday", "trainingday", "stafftrainingday"), "closure"),
    **dict.fromkeys(("nonpupilday", "pupilfreeday", "pdday", "staffdevelopmentday"), "closure"),
    **dict.fromkeys(("bankholiday", "publicholiday"), "bank holiday"),
    **dict.fromkeys(("ask", "return", "deadline", "census"), "ask"),
    **dict.fromkeys(("test", "tests", "exam", "exams", "mock", "mocks", "sats", "assessment"), "test"),
    **dict.fromkeys(("trip", "trips", "visit", "residential", "schooltrip"), "trip"),
    **dict.fromkeys(("event", "events", "date", "other"), "event"),
}  # fmt: skip

_CLOSURE = re.compile(
    r"\binset\b|\bstaff (?:training |development )?days?\b|\bnon pupil days?\b|\bpupil free days?\b|\bin ?service days?\b"
    r"|\bteacher training days?\b|\bpd days?\b|\bclosed\b|\bclosure\b"
)
_BANK_HOLIDAY = re.compile(
    r".*\bbank holiday\b.*|(?:good friday|easter monday|christmas day|boxing day|new years day|may day)(?: holiday)?"
)
_TEST = re.compile(r"\bsats\b|\bmocks?\b|\bexams?\b|\bexaminations?\b|\bphonics screening\b|\btests?\b")
_TRIP = re.compile(r"\btrips?\b|\bvisits?\b|\bresidentials?\b")

_TERM = r"(?:the |new |school )*((?:autumn|spring|summer)(?: term)?(?: [12])?|term [1-6]|t[1-6]|term)"
_HALF = r"(?:the |school )*(?:autumn |spring |summer |october |february |may )?half ?term(?: holidays?| break| week)?"
_STARTS, _ENDS = r"(?:starts?|begins?|commences?|opens?)", r"(?:ends?|finishes|closes)"
_FIRST_DAY, _LAST_DAY = r"(?:(?:first day|start|beginning) of )", r"(?:(?:last day|end) of )"
_FOR_WHOM = r"(?: for (?:all )?(?:pupils|students|children))?"
Role = Literal["starts", "ends", "lasts"]


def _patterns(what: str) -> dict[Role, re.Pattern[str]]:
    return {
        "starts": re.compile(f"(?:{what} {_STARTS}|{_FIRST_DAY}{what}){_FOR_WHOM}"),
        "ends": re.compile(f"(?:{what} {_ENDS}|{_LAST_DAY}{what}){_FOR_WHOM}"),
        "lasts": re.compile(what),
    }


_OF_TERM, _OF_HALF_TERM = _patterns(_TERM), _patterns(_HALF)


class TermMark(NamedTuple):
    """What words say about a term, or about the holiday in the middle of one: that it starts, ends, or lasts these days.

    ``name`` is the term's ("Autumn", "Spring 2", "T3"), empty where the words only say "term".
    """

    half: bool
    role: Role
    name: str


class Becomes(NamedTuple):
    """What an entry becomes, and the words that say so; ``told`` is False when they stand in its title."""

    kind: str
    words: str
    told: bool


def read_kind(text: str) -> str:
    """Read what a column, or whoever imports, says of an entry. Raises ValueError with what is expected."""
    kind = _TOLD.get("".join(filter(str.isalnum, text.casefold())))
    if kind is not None:
        return kind
    try:
        return find_kind(text)
    except ValueError:
        raise ValueError(f"expected one of {', '.join(KINDS)}") from None


def recognise(title: str, categories: str = "") -> Becomes:
    """Say what an entry becomes by the words of its title, or else of its categories; an event when they say nothing."""
    for text in (title, categories):
        plain = _plain(text)
        if _BANK_HOLIDAY.fullmatch(plain):
            return Becomes("bank holiday", text, told=False)
        for kind, pattern in (("closure", _CLOSURE), ("test", _TEST), ("trip", _TRIP)):
            found = pattern.search(plain)
            if found:
                return Becomes(kind, found[0], told=False)
        mark = term_mark(text)
        if mark is not None and text == title:
            return Becomes("half term" if mark.half else "term", text, told=False)
    return Becomes("event", "", told=False)


def term_mark(title: str) -> TermMark | None:
    """Read "Autumn term starts", "End of term", "Half term" and the like; None for a title that says more than that."""
    plain = _plain(title)
    for patterns in (_OF_TERM, _OF_HALF_TERM):
        for role, pattern in patterns.items():
            found = pattern.fullmatch(plain)
            if found:
                half = patterns is _OF_HALF_TERM
                return TermMark(half, role, "" if half else _name(found))
    return None


def _name(found: re.Match[str]) -> str:
    """Give the term's name as the term dates have it."""
    name = next((one for one in found.groups() if one), "")
    if name == "term":
        return ""
    if name[-1].isdigit() and name[:1] == "t":
        return f"T{name[-1]}"
    return name.replace(" term", "").capitalize()


def _plain(text: str) -> str:
    """Give words without case, accents, marks and what stands in brackets."""
    return " ".join(re.sub(r"\([^)]*\)|[^\w\s]", " ", searchable(text)).split())
