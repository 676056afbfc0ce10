"""What one pupil's element of a Common Transfer File says, as of a day: the present among its histories."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from transitions.dates import parse_imported, short_with_year
from transitions.fields import LONGEST_TEXT, read_text
from transitions.importing.ctf.codes import (
    ENGLISH,
    LANGUAGES,
    NOT_KNOWN,
    OTHER_THAN_ENGLISH,
    SchoolNumber,
    relationship,
)
from transitions.importing.ctf.repairs import LOST
from transitions.importing.ctf.tree import Node
from transitions.importing.pupil_rows import GivenContact

_BASIC = "basicdetails"
_SPELLED: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    "upn": (("upn",), (_BASIC, "upn"), ("uniquepupilnumber",)),
    "former_upn": ((_BASIC, "formerupn"), ("formerupn",)),
    "uln": (("uniquelearnernumber",), ("uln",), (_BASIC, "uniquelearnernumber")),
    "surname": (
        ("surname",), ("legalsurname",), (_BASIC, "legalsurname"), (_BASIC, "surname"), ("familyname",),
    ),
    "forename": (
        ("forename",), ("legalforename",), (_BASIC, "legalforename"), (_BASIC, "forename"), ("givenname",),
    ),
    "preferred_name": ((_BASIC, "preferredforename"), ("preferredforename",)),
    "date_of_birth": (
        ("dob",), (_BASIC, "dob"), ("dateofbirth",), (_BASIC, "dateofbirth"), ("birthdate",), (_BASIC, "birthdate"),
    ),
    "sex": (("sex",), ("gender",), (_BASIC, "sex"), (_BASIC, "gender")),
    "year_group": ((_BASIC, "ncyearactual"), ("ncyearactual",), (_BASIC, "ncyear"), ("yeargroup",)),
}  # fmt: skip
"""Where each text stands, today's spelling first, then those of older versions and of programs that write their own."""
_IN_OTHER_PLACES: Final = frozenset(path[0] for paths in _SPELLED.values() for path in paths)

KEPT: Final = _IN_OTHER_PLACES | {
    "fsmhistory", "lookedafter", "senhistory", "contacts", "attendance", "schoolhistory",
}  # fmt: skip
"""The children of a pupil that are read, in small letters."""

COLUMNS: Final[Mapping[str, str]] = {
    "upn": "UPN",
    "former_upn": "FormerUPN",
    "uln": "UniqueLearnerNumber",
    "surname": "Surname",
    "forename": "Forename",
    "preferred_name": "PreferredForename",
    "date_of_birth": "DOB",
    "sex": "Sex",
    "year_group": "NCyearActual",
    "sen_provision": "SENprovision",
    "primary_need": "SENtype 1",
    "secondary_need": "SENtype 2",
    "need_3": "SENtype 3",
    "free_school_meals": "FSM",
    "looked_after": "InCare",
    "english_additional_language": "EAL",
    "home_language": "Language",
    "attendance_percent": "Attendance",
    "school_laestab": "School LAESTAB",
    "next_school_laestab": "Destination LAESTAB",
}
"""Our fields by the names that a file has for them, which an import of pupils understands too."""

_ULN_NOT_KNOWN = "9999999999"
_SEX_NOT_SAID = frozenset({"U", "N", "X"})
_LAST = 1 << 31
_DAY = re.compile(r"\s*([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T.*|Z|[+-][0-9]{2}:[0-9]{2})\s*\Z", re.DOTALL)
_MOST_RELATED: Final = 100
"""Of contacts and of schools, in one pupil."""
_NEEDS: Final = ("primary_need", "secondary_need", "need_3")


class Stay(NamedTuple):
    """A time at one school; what the file does not say is None or empty."""

    number: SchoolNumber | None
    name: str
    entered: date | None
    left: date | None
    last: bool

    def in_words(self) -> str:
        where = " ".join(part for part in (self.name, f"({self.number})" if self.number else "") if part)
        return ", ".join(part for part in (where or "a school without a name", self._days()) if part)

    def _days(self) -> str:
        if self.entered is None:
            return f"until {short_with_year(self.left)}" if self.left else ""
        began = short_with_year(self.entered)
        return f"{began} to {short_with_year(self.left)}" if self.left else f"since {began}"


@dataclass(frozen=True)
class CtfPupil:
    """One pupil: the texts of our fields by name, the rest as it is, and sentences about what was left out, with titles."""

    texts: dict[str, str]
    stays: tuple[Stay, ...] = ()
    contacts: tuple[GivenContact, ...] = ()
    doubts: tuple[tuple[str, str], ...] = ()


def pupil_of(node: Node, today: date) -> CtfPupil:
    """Read a pupil's element: of several records the one that holds ``today``. What is wrong in it is found later."""
    doubts: list[tuple[str, str]] = []
    texts = {
        **_names_and_numbers(node),
        **_languages(node),
        **_special_needs(node, today, doubts),
        "free_school_meals": _free_school_meals(node, today),
        "looked_after": node.text("lookedafter", "incare"),
        "attendance_percent": _attendance(node, doubts),
    }
    return CtfPupil(
        {name: text for name, text in texts.items() if text},
        tuple(_stay(school) for school in node.all("schoolhistory", "school")[:_MOST_RELATED]),
        tuple(_contacts(node, doubts)),
        tuple(doubts),
    )


def _day_alone(text: str) -> str:
    """A day without the hour or the time zone that XML allows behind it: 2016-02-15Z, 2016-02-15+01:00."""
    found = _DAY.match(text)
    return found[1] if found else text


def day_of(text: str) -> date | None:
    try:
        return parse_imported(_day_alone(text))
    except ValueError:
        return None


def school_number(node: Node) -> SchoolNumber | None:
    la, establishment = node.first_text(("lea",), ("la",)), node.text("estab")
    return SchoolNumber(la.upper(), establishment.upper()) if la and establishment else None


def _names_and_numbers(node: Node) -> dict[str, str]:
    texts = {name: node.first_text(*paths) for name, paths in _SPELLED.items()}
    if texts["uln"] == _ULN_NOT_KNOWN:
        texts["uln"] = ""
    if texts["sex"].upper() in _SEX_NOT_SAID:
        texts["sex"] = ""
    # Systems fill it with the forename itself when the pupil goes by no other.
    if texts["preferred_name"].casefold() == texts["forename"].casefold():
        texts["preferred_name"] = ""
    texts["date_of_birth"] = _day_alone(texts["date_of_birth"])
    return texts


def _languages(node: Node) -> dict[str, str]:
    """The first language decides whether English is an additional one; the language of the home is told when it differs."""
    spoken: dict[str, str] = {}
    for one in node.all("basicdetails", "languages", "type"):
        spoken.setdefault(one.text("languagetype").upper() or "F", one.text("language").upper())
    first = spoken.get("F", "")
    home = spoken.get("H") or first or next(iter(spoken.values()), "")
    return {"english_additional_language": _is_additional(first), "home_language": _language(home)}


def _is_additional(first: str) -> str:
    if not first or first[:3] in NOT_KNOWN:
        return ""
    return "no" if first[:3] in ENGLISH else "yes"


def _language(code: str) -> str:
    if code[:3] in ENGLISH:
        return LANGUAGES["ENG"]
    if code[:3] in OTHER_THAN_ENGLISH | NOT_KNOWN:
        return ""
    return LANGUAGES.get(code[:3], code)


def _special_needs(node: Node, today: date, doubts: list[tuple[str, str]]) -> dict[str, str]:
    texts = {"sen_provision": _latest_provision(node.all("senhistory", "sen"), today)}
    needs = [*node.all("senhistory", "senneeds", "senneed"), *node.all("senhistory", "sen", "senneeds", "senneed")]
    current = [need for need in needs if need.text("sentype") and not _over(need.text("needenddate"), today)]
    codes = dict.fromkeys(need.text("sentype") for need in sorted(current, key=_rank))
    if len(codes) > len(_NEEDS):
        doubts.append(("SENneeds", f"more than {len(_NEEDS)}: the first by rank are taken"))
    return {**texts, **dict(zip(_NEEDS, codes, strict=False))}


def _latest_provision(records: Sequence[Node], today: date) -> str:
    """The provision that began last; one to come is not there yet, one without a day came before all others."""
    begun = [
        (day_of(record.text("startdate")) or date.min, record.text("senprovision"))
        for record in records
        if record.text("senprovision")
    ]
    # Of two that began on one day the one further down stands; max() would give the first.
    return max(((day, place, text) for place, (day, text) in enumerate(begun) if day <= today), default=(0, 0, ""))[2]


def _rank(need: Node) -> int:
    rank = _number(need, "sentyperank")
    return _LAST if rank is None else rank


def _over(end: str, today: date) -> bool:
    day = day_of(end)
    return day is not None and day < today


def _free_school_meals(node: Node, today: date) -> str:
    instances = [one for one in node.all("fsmhistory", "fsminstance") if one.children]
    if not instances:
        return ""
    begun = [one for one in instances if (day_of(one.text("fsmstartdate")) or date.min) <= today]
    return "yes" if any(not _over(one.text("fsmenddate"), today) for one in begun) else "no"


def _attendance(node: Node, doubts: list[tuple[str, str]]) -> str:
    """The share of sessions attended in the latest year, all schools of that year together."""
    years: dict[int, list[tuple[int, int]]] = {}
    for year in node.all("attendance", "yeardata"):
        possible, attended = _number(year, "sessionspossible"), _number(year, "sessionsattended")
        if attended is None and possible is not None:
            missed = [_number(year, "sessionsauthorised"), _number(year, "sessionsunauthorised")]
            attended = None if None in missed else possible - sum(one or 0 for one in missed)
        if possible and attended is not None:
            years.setdefault(_number(year, "year") or 0, []).append((possible, attended))
    if not years:
        return ""
    possible, attended = map(sum, zip(*years[max(years)], strict=True))
    if not 0 <= attended <= possible:
        doubts.append(("Attendance", "more sessions attended than possible: left out"))
        return ""
    return f"{100 * attended / possible:.2f}%"


def _number(node: Node, name: str) -> int | None:
    text = node.text(name)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def _stay(school: Node) -> Stay:
    return Stay(
        school_number(school),
        " ".join(school.text("schoolname").split())[:LONGEST_TEXT],
        day_of(school.text("entrydate")),
        day_of(school.text("leavingdate")),
        school.text("lastschool").casefold() in {"true", "1"},
    )


def _contacts(node: Node, doubts: list[tuple[str, str]]) -> list[GivenContact]:
    found = []
    contacts = sorted(node.all("contacts", "contact"), key=_order)
    if len(contacts) > _MOST_RELATED:
        doubts.append(("Contact", f"more than {_MOST_RELATED}: the first by order are taken"))
    for contact in contacts[:_MOST_RELATED]:
        forename, surname = contact.text("forename"), contact.text("surname")
        name = " ".join(part for part in (forename or contact.text("title"), surname) if part)
        if LOST in name:
            doubts.append(("Contact", "a letter in the name was lost before the file arrived: left out"))
            continue
        details = (name, relationship(contact.text("relationship")), _telephone(contact), contact.text("email"))
        try:
            found.append(GivenContact(*(read_text(text) if text else "" for text in details)))
        except ValueError as problem:
            doubts.append(("Contact", f"{problem}: left out"))
    return [contact for contact in found if contact.name]


def _order(contact: Node) -> int:
    order = _number(contact, "order")
    return _LAST if order is None else order


def _telephone(contact: Node) -> str:
    return contact.first_text(("phones", "phone", "phoneno"), ("phone", "phoneno"), ("telephoneno",), ("phoneno",))
