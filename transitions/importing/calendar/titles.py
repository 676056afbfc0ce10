"""What the words of a calendar's entry say: what it becomes, that it is called off, or that it is nobody else's business."""

import html
import re
from collections.abc import Iterable, Mapping
from typing import Final, Literal, NamedTuple

from db.vocabulary import WORKSHOP_KINDS, YEAR_DATE_KINDS
from transitions.text import how_many, searchable
from transitions.workshops.reading import find_kind

ENTRY_KINDS: Final = ("term", "half term", "closure", "bank holiday", *YEAR_DATE_KINDS, *WORKSHOP_KINDS)
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
        raise ValueError(f"expected one of {', '.join(ENTRY_KINDS)}") from None


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
    name = next((one for one in found.groups() if one), "")
    if name == "term":
        return ""
    if name[-1].isdigit() and name[:1] == "t":
        return f"T{name[-1]}"
    return name.replace(" term", "").capitalize()


def _plain(text: str) -> str:
    return " ".join(re.sub(r"\([^)]*\)|[^\w\s]", " ", searchable(text)).split())


_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")


_ENDS_A_LINE = re.compile(r"</?(?:br|p|div|li|tr|td)\b[^<>]*>", re.IGNORECASE)
_MARKS_UP = re.compile(
    r"</?(?:[abiu]|em|strong|span|font|small|ul|ol|table|tbody|h[1-6]|html|body)\b[^<>]*>", re.IGNORECASE
)


def without_markup(text: str) -> str:
    """A text without what websites leave in it: tags, and such as &amp; and &#8217; for the letters they stand for.

    Twice, as some write &amp;#8217;. Only what ends in a semicolon is one: "AT&T" and "Bed &not board" stay.
    """
    for _ in range(2):
        if "&" not in text:
            break
        text = _ENTITY.sub(lambda found: html.unescape(found[0]), text)
    return _MARKS_UP.sub("", _ENDS_A_LINE.sub(" ", text)) if "<" in text else text


_CALLED_OFF = r"cancell?ed"
_BEFORE = re.compile(rf"\W*(?:(?:fwd?|re|updated) ?: ?)?{_CALLED_OFF}\b\s*(?:[^\w\s]+\s*|$)", re.IGNORECASE)
_SHOUTED_BEFORE = re.compile(r"\W*CANCELL?ED\b\s+")
_BEHIND = re.compile(
    rf"(?:\W|\s+(?:has been|have been|is|are|was|now))*[\s(\[{{]+{_CALLED_OFF}\b[^\w]*$", re.IGNORECASE
)
_NOT_SO = re.compile(r"\b(?:not|never|no longer|to be|if|when|unless|in case)\b|\?", re.IGNORECASE)
_MOST: Final = 3

PUBLIC: Final = frozenset({"", "PUBLIC", "DEFAULT"})
"""What CLASS says of an entry that everybody may see; RFC 5545 has every word that is not known mean private."""
_INSTEAD = re.compile(r"private(?: (?:appointment|meeting|event))?", re.IGNORECASE)
_OPEN: Final = frozenset(
    {
        "",
        "normal",
        "0",
        "public",
        "default",
        "n",
        "no",
        "f",
        "false",
        "faux",
        "non",
        "falsch",
        "nein",
        "falso",
        "onwaar",
        "nee",
    }
)
_MARKED: Final = frozenset({"personal", "private", "confidential", "1", "2", "3", "y", "yes", "t", "true"})
"""What Outlook's columns Private and Sensitivity plainly say; a word in a language that is not known means private."""


def read_called_off(title: str) -> tuple[str, bool]:
    """A title without the words that call it off, and whether it had any: "Cancelled: Fair", "Fair (cancelled)"."""
    found = title
    for _ in range(_MOST):
        before = _BEFORE.match(found) or _SHOUTED_BEFORE.match(found)
        if before is None:
            break
        found = found[before.end() :]
    behind = _BEHIND.search(found)
    if behind is not None and not _NOT_SO.search(found):
        found = found[: behind.start()]
    found = found.strip()
    return (found or title, True) if found != title else (title, False)


def says_private(title: str) -> bool:
    """Whether a title is what a shared calendar shows instead of a private one."""
    return _INSTEAD.fullmatch(title.strip()) is not None


def private_note(count: int, marks: Iterable[str] = ()) -> list[str]:
    """The sentences about entries that were left out because they, or such ``marks``, may be private; none for none."""
    if not count:
        return []
    unclear = ", ".join(f"“{mark[:20]}”" for mark in dict.fromkeys(marks) if mark.casefold() not in _MARKED)
    why = [f"treated as private, because it does not clearly say otherwise: {unclear}"] if unclear else []
    return [f"{how_many(count, 'private entry', 'private entries')} {'was' if count == 1 else 'were'} left out", *why]


def is_open(mark: str) -> bool:
    """Whether a cell of Outlook's columns Private and Sensitivity says that an appointment is not its owner's own."""
    return mark.strip().casefold() in _OPEN
