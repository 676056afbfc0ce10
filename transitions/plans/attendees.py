"""Who is invited to a meeting and who came, as lines that people type: the pupil and the family first, everywhere."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Final, NamedTuple

from db.plans.plans import AttendeeRow
from db.vocabulary import ATTENDANCES, ATTENDEE_PARTS
from transitions import questionnaire
from transitions.plans.page import PlanPage
from transitions.text import clean, searchable

LONGEST_NAME: Final = 200
_BULLET = re.compile(r"^(?:[-*•–—]|\d{1,2}[.)])\s+")
_PARTED = re.compile(r"[,;:|\t()\[\]]|(?:^|\s)[-–—]+(?:\s|$)")
_PLACE = re.compile(r" (?:of|at|from) ")
_LONGEST_PHRASE: Final = 4
_EXAMPLE: Final = "write a name, then the part, then came: “Aisha Khan, pupil, came”"


class Attendee(NamedTuple):
    """Somebody at a meeting; ``part`` and ``attendance`` are words of ``db.vocabulary``."""

    name: str
    part: str = "other"
    attendance: str = "invited"


class _Vocabulary(NamedTuple):
    part: Mapping[str, str]
    role: Mapping[str, str]
    attendance: Mapping[str, str]


def first_to_last(people: Iterable[Attendee]) -> list[Attendee]:
    rank = {"pupil": 0, "family": 1}
    return sorted(people, key=lambda person: rank.get(person.part, 2))


def attendees_text(people: Sequence[Attendee | AttendeeRow]) -> str:
    """People as the lines that ``read_attendees`` reads back: "Aisha Khan, pupil, came"."""
    found = first_to_last(Attendee(person.name, person.part, person.attendance) for person in people)
    return "\n".join(", ".join(person) for person in found)


def read_attendees(text: str) -> list[Attendee]:
    """Read who was invited and who came, one a line; the part may be told by what somebody is ("Mum", "Dr Lee, nurse").

    Commas, brackets and dashes part a line alike. Nobody's part is "other" when nothing tells it, and somebody of whom
    nothing else is said was invited. Raises ValueError with a sentence for each line that is not understood, naming it.
    """
    found: list[Attendee] = []
    problems: list[str] = []
    for number, line in enumerate(clean(text, lines=True).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            found.append(_as_written(line) or _read_line(line))
        except ValueError as problem:
            problems.append(f"Line {number}, “{clean(line)[:60]}”: {problem}.")
    if problems:
        raise ValueError("\n".join(problems))
    return first_to_last(found)


def likely_attendees(page: PlanPage) -> str:
    """Propose whom to invite, to be edited: those of the meeting before, or else the people around the pupil.

    Of the circle only those who may be contacted; the young person and the family are always asked.
    """
    if page.meetings:
        before = [Attendee(one.name, one.part) for one in page.meetings[0].attendees]
        if before:
            return attendees_text(before)
    people = [Attendee(f"{page.called} {page.pupil.surname}", "pupil")]
    people += [
        Attendee(contact.name, _role_part(contact.relationship or "") or "other")
        for contact in page.contacts
        if contact.may_contact
    ]
    if not any(person.part == "family" for person in people):
        people.append(Attendee("The family", "family"))
    if page.plan.named_worker:
        people.append(Attendee(page.plan.named_worker))
    if page.pupil.school and not any(person.part == "school" for person in people):
        people.append(Attendee(f"SENCO of {page.pupil.school}", "school"))
    if page.destination and page.destination != page.pupil.school:
        part = "college or provider" if page.year_group >= 11 else "school"
        people.append(Attendee(f"Somebody from {page.destination}", part))
    return attendees_text(list(dict.fromkeys(people)))


def _as_written(line: str) -> Attendee | None:
    name, *rest = line.rsplit(",", 2)
    if len(rest) != 2:
        return None
    part, attendance = (one.strip().casefold() for one in rest)
    name = clean(name)
    if part not in ATTENDEE_PARTS or attendance not in ATTENDANCES or not 0 < len(name) <= LONGEST_NAME:
        return None
    return Attendee(name, part, attendance)


def _read_line(line: str) -> Attendee:
    first, *rest = [piece for piece in map(clean, _PARTED.split(_BULLET.sub("", line.strip()))) if piece] or [""]
    name, attendance = _without_attendance(first)
    names, part, role = [name], "", ""
    for piece in rest:
        left, came = _without_attendance(piece)
        if came and attendance and came != attendance:
            raise ValueError(f"it says both {attendance} and {came}")
        attendance = attendance or came
        known_part = _vocabulary().part.get(_plain(left), "")
        if known_part and part and known_part != part:
            raise ValueError(f"it says both {part} and {known_part}")
        part = part or known_part
        if left and not known_part:
            described = _role_part(left)
            if not described:
                raise ValueError(f"“{left}” is not understood; {_EXAMPLE}. The parts are {', '.join(ATTENDEE_PARTS)}")
            role = role or described
            names.append(left)
    if not name:
        raise ValueError(f"there is no name; {_EXAMPLE}")
    whole = ", ".join(names)
    if len(whole) > LONGEST_NAME:
        raise ValueError(
            f"the name has {len(whole)} characters, more than {LONGEST_NAME}: is it two lines run together?"
        )
    return Attendee(whole, part or role or _role_part(name) or "other", attendance or "invited")


def _without_attendance(piece: str) -> tuple[str, str]:
    words = piece.split()
    for length in range(min(_LONGEST_PHRASE, len(words)), 0, -1):
        found = _vocabulary().attendance.get(_plain(" ".join(words[-length:])))
        if found:
            return " ".join(words[:-length]), found
    return piece, ""


def _role_part(text: str) -> str:
    """The part that the last words of a text tell, or nothing: "Brook College", "community nurse", "SENCO of Layfield"."""
    whole = _plain(text)
    for shortened in (whole, _PLACE.split(whole)[0]):
        words = shortened.split()
        for length in range(min(_LONGEST_PHRASE, len(words)), 0, -1):
            phrase = " ".join(words[-length:])
            found = _vocabulary().role.get(phrase) or _vocabulary().part.get(phrase)
            if found:
                return found
    return ""


def _plain(text: str) -> str:
    return searchable(text).strip(" .")


@cache
def _vocabulary() -> _Vocabulary:
    table = questionnaire.load("transitions.plans", "attendees.toml")
    return _Vocabulary(
        *({word: name for name, words in table[kind].items() for word in words} for kind in _Vocabulary._fields)
    )
