"""What people type about a workshop, read: its kind and days, its hours, its year groups, where it is and whose it is."""

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, Final

from db.pupils import pupils as names
from transitions.calendar.events import terms_for
from transitions.dates import long, parse_typed
from transitions.milestones.definitions import load_shipped
from transitions.pupils.pupil_fields import read_text
from transitions.pupils.schools import find_school
from transitions.record_reading import IS_NEEDED, as_text, read_words
from transitions.school_year import parse_year_group, year_group_label
from transitions.team.workers import find_worker
from transitions.workshops.kinds import find_kind
from transitions.workshops.page import group_text
from transitions.workspace import Workspace

__all__ = ["WORKSHOP_FIELDS", "groups_in_words", "read_field", "read_hour", "read_link", "read_year_groups"]

WORKSHOP_FIELDS: Final = (
    "kind", "title", "series", "on_day", "last_day", "starts", "ends", "place", "link", "host_school", "worker",
    "transition", "year_groups", "audience", "programme", "module", "agenda", "notes",
)  # fmt: skip
"""The fields that ``save_workshop`` understands."""
_NEEDED = ("kind", "on_day")
_LONGEST_LINK = 2000
"""Characters: invitations to a meeting online run to several hundred."""
_MOST_AHEAD = timedelta(days=3 * 366)

_HOUR = re.compile(r"([0-9]{1,2})(?:[:.]?([0-9]{2}))? ?(am|pm)?")
_HOUR_WORDS: Final = {"noon": "12:00", "midday": "12:00"}
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::[0-9]+)?(?:[/?#]\S*)?", re.IGNORECASE)
_PARTS = re.compile(r"[,;/&+]| and ")
_AS_STORED = ("-2", "-1")
"""Years of nursery as a record holds them, which a form may hand back."""
_SPAN = re.compile(r"(.+?) ?(?:-|–| to ) ?(.+)")


def read_field(workspace: Workspace, name: str, value: object) -> Any:
    """Give what a field of a workshop holds; of a school and a worker the number. Empty is None, or "" for year groups.

    Raises ValueError and NoSuchRecord with a sentence.
    """
    if name not in WORKSHOP_FIELDS:
        raise ValueError(f"there is no such field; expected one of {', '.join(WORKSHOP_FIELDS)}")
    text = as_text(value)
    if not text:
        if name in _NEEDED:
            raise ValueError(IS_NEEDED)
        return "" if name == "year_groups" else None
    if name == "worker" and type(value) is int and names.worker_name(workspace.read(), value) is not None:
        return value  # a form hands back who was chosen long ago, one who is archived too
    readers: Mapping[str, Callable[[], Any]] = {
        "kind": lambda: find_kind(text),
        "on_day": lambda: _day(workspace, text),
        "last_day": lambda: _day(workspace, text),
        "starts": lambda: read_hour(text),
        "ends": lambda: read_hour(text),
        "link": lambda: read_link(text),
        "host_school": lambda: find_school(workspace, text),
        "worker": lambda: find_worker(workspace, text),
        "transition": lambda: _transition(text),
        "year_groups": lambda: group_text(read_year_groups(text)),
        "agenda": lambda: read_words(text),
        "notes": lambda: read_words(text),
    }
    return readers.get(name, lambda: read_text(text))()


def read_hour(text: str) -> str:
    """Read a time of day and give it as "09:30": 9.30, 9:30am, 0930, 9am, 13.30, 1.30pm, noon.

    From one to half past six an hour without am, pm or a nought before it could be either. Raises ValueError.
    """
    plain = " ".join(text.casefold().split())
    if plain in _HOUR_WORDS:
        return _HOUR_WORDS[plain]
    plain = plain.replace("a.m.", "am").replace("p.m.", "pm")
    if re.fullmatch(r"[0-9]{3}(?: ?[ap]m)?", plain):
        plain = f"{plain[0]}:{plain[1:]}"
    found = _HOUR.fullmatch(plain)
    if found is None:
        raise ValueError("this is not a time: expected one such as 9.30, 1.30pm or 13:30")
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if minute > 59 or hour > 23 or (half and not 1 <= hour <= 12):
        raise ValueError("there is no such time: expected one such as 9.30, 1.30pm or 13:30")
    if half is None and 1 <= hour <= 6 and len(found[1]) == 1:
        raise ValueError(f"in the morning or in the afternoon? Write {hour}.{minute:02d}pm or {hour}.{minute:02d}am")
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return f"{hour:02d}:{minute:02d}"


def read_year_groups(text: str) -> tuple[int, ...]:
    """Read year groups: "6", "6, 7", "Year 5 and Year 6", "Years 5 to 7", "N-R"; "all" and nothing give none, which is all.

    Raises ValueError.
    """
    plain = " ".join(re.sub(r"\byears\b", "year", text.casefold()).split())
    if plain in ("", "all"):
        return ()
    found: set[int] = set()
    for part in filter(None, (part.strip() for part in _PARTS.split(plain))):
        if part in _AS_STORED:
            found.add(int(part))
            continue
        span = _SPAN.fullmatch(part)
        first, last = (parse_year_group(end) for end in (span.groups() if span else (part, part)))
        if first > last:
            raise ValueError(f"{year_group_label(first)} comes after {year_group_label(last)}: write the younger first")
        found.update(range(first, last + 1))
    return tuple(sorted(found))


def groups_in_words(groups: tuple[int, ...]) -> str:
    """Give year groups for people: "Year 6", "Reception to Year 2", "Years 5, 6 and 9"; none is "all year groups"."""
    if not groups:
        return "all year groups"
    if len(groups) == 1:
        return year_group_label(groups[0])
    if groups == tuple(range(groups[0], groups[-1] + 1)) and len(groups) > 2:
        return f"{year_group_label(groups[0])} to {year_group_label(groups[-1])}"
    labels = [year_group_label(group) for group in groups]
    if groups[0] > 0:
        labels = [f"Years {groups[0]}", *map(str, groups[1:])]
    return f"{', '.join(labels[:-1])} and {labels[-1]}"


def read_link(text: str) -> str:
    """Read the address of a meeting online; https:// is put before one that has nothing there. Raises ValueError."""
    plain = text.strip()
    if not _SCHEME.match(plain) and _HOST.fullmatch(plain):
        plain = f"https://{plain}"
    address = re.fullmatch(r"https?://(.+)", plain, re.IGNORECASE)
    if address is None or not _HOST.fullmatch(address[1]) or not plain.isprintable():
        raise ValueError("expected an address such as https://teams.example.org/meeting, without spaces")
    return read_text(plain, _LONGEST_LINK)


def _day(workspace: Workspace, text: str) -> date:
    today = workspace.clock.today
    day = parse_typed(text, today, terms_for(workspace))
    if day > today + _MOST_AHEAD:
        raise ValueError(f"{long(day)} is more than three years away: is the year right?")
    return day


def _transition(text: str) -> str:
    points = load_shipped().transitions
    found = next((code for code in points if code.casefold() == text.casefold()), None)
    if found is None:
        raise ValueError(f"expected one of {', '.join(points)}")
    return found
