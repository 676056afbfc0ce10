"""Who in a file is who in the database: pupils, schools and workers, asked about rather than guessed."""

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cached_property, lru_cache, partial
from typing import Any, Final, Literal, NamedTuple

from db import importing as store
from db.driver import Connection
from db.importing import SchoolRow
from db.pupils.pupils import PupilPage, pages
from transitions.identifiers import CHECK_LETTERS, check_urn, laestab, split_laestab
from transitions.importing.preview import PupilQuestion
from transitions.milestones.destinations import Taught
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


Answer = int | Literal["new"] | None
"""Which record it is, "new" for none of them, or None for not decided."""

Ask = Callable[[PupilQuestion], Answer] | Mapping[int, Answer]
"""Decides which pupil a row means: a function, or answers by line."""

_SCHOOLS_NAMED = 3
_REMEMBERED = 5_000
NameKey = tuple[str, str, str]


def asker(ask: Ask | None) -> Callable[[PupilQuestion], Answer]:
    if ask is None:
        return lambda _question: None
    if isinstance(ask, Mapping):
        answers = ask
        return lambda question: answers.get(question.line)
    return ask


def name_key(surname: str | None, forename: str | None, date_of_birth: str) -> NameKey:
    """What two records of one person share however the name is spelled; the date of birth as ISO text."""
    return searchable(surname), searchable(forename), date_of_birth


class Matched(NamedTuple):
    """The pupils that a row may mean, and by what; with ``sure`` and one pupil nobody needs to be asked."""

    pupils: tuple[int, ...]
    by: Literal["upn", "former upn", "name", "nothing"]
    sure: bool = True


BY_NUMBER: Final = frozenset({"upn", "former upn"})


def may_be_another(given: Mapping[str, Any], found: Matched, here: Mapping[int, PupilPage]) -> bool:
    """Whether a row has the number of one pupil and everything else of another; ``here`` has those that were found."""
    if found.by not in BY_NUMBER or len(found.pupils) != 1:
        return False
    page = here[found.pupils[0]]
    known = Named(page.surname, page.forename, page.preferred_name, page.date_of_birth)
    return same_child(known, Named(*(given.get(name) for name in Named._fields))) == "question"


class Pupils:
    """Every pupil of the database by number and by name."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        # Looked up for each row rather than all held: the numbers of a county take 40 MB. Each is asked for twice.
        self.with_upn = lru_cache(_REMEMBERED)(partial(store.holder, connection, "upn"))
        self.with_uln = partial(store.holder, connection, "uln")

    @cached_property
    def _by_former(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for number, former in store.former_upns(self._connection):
            found.setdefault(former, []).append(number)
        return found

    @cached_property
    def _by_name(self) -> dict[int, int | tuple[int, ...]]:
        """By the hash of a name and birthday whoever has it: with lists and names a county would take 60 MB."""
        found: dict[int, int | tuple[int, ...]] = {}
        for number, surname, forename, preferred, born in store.pupil_names(self._connection):
            for name in {forename, preferred or forename}:
                key = hash(name_key(surname, name, born))
                others = found.get(key)
                found[key] = number if others is None else (*_numbers(others), number)
        return found

    def match(self, given: Mapping[str, Any]) -> Matched:
        """Find the pupils that a row may mean: by UPN, now or formerly, else by name and date of birth.

        Same name and day of birth with two different permanent UPNs is not sure: it may be two children.
        """
        upn, former = given.get("upn"), given.get("former_upn")
        holders = {self.with_upn(number) for number in (upn, former) if number}
        by_number = {number for number in holders if number is not None}
        if by_number:
            return Matched(tuple(sorted(by_number)), "upn", len(by_number) == 1)
        formerly = self._by_former.get(upn, []) if upn else []
        if formerly:
            return Matched(tuple(formerly), "former upn", len(formerly) == 1)
        named = self._named(given)
        sure = len(named) == 1 and not (
            _is_permanent(upn) and _is_permanent(pages(self._connection, named)[named[0]].upn)
        )
        return Matched(named, "name", sure) if named else Matched((), "nothing")

    def _named(self, given: Mapping[str, Any]) -> tuple[int, ...]:
        born = given.get("date_of_birth")
        if born is None or not (given.get("surname") or given.get("forename")):
            return ()
        names = {given.get("forename"), given.get("preferred_name") or given.get("forename")}
        keys = {hash(name_key(given.get("surname"), name, born.isoformat())) for name in names}
        return tuple(sorted({number for key in keys for number in _numbers(self._by_name.get(key, ()))}))


def _numbers(some: int | tuple[int, ...]) -> tuple[int, ...]:
    return some if isinstance(some, tuple) else (some,)


def _is_permanent(upn: str | None) -> bool:
    """A temporary UPN ends in a letter, and is there to be replaced."""
    return bool(upn) and str(upn)[-1] not in CHECK_LETTERS


class Schools:
    """The school list, to look up what a file says of a school."""

    def __init__(self, rows: Iterable[SchoolRow]) -> None:
        self._rows = {row.id: row for row in rows}
        self._by_urn = {row.urn: row for row in self._rows.values() if row.urn is not None}
        self._by_number: dict[tuple[int, int], list[SchoolRow]] = {}
        self._by_name: dict[str, list[SchoolRow]] = {}
        for row in self._rows.values():
            if row.la_number is not None and row.establishment_number is not None:
                self._by_number.setdefault((row.la_number, row.establishment_number), []).append(row)
            self._by_name.setdefault(searchable(row.name), []).append(row)

    def name(self, school_id: int | None) -> str:
        row = self._rows.get(school_id) if school_id is not None else None
        return row.name if row is not None else ""

    def taught(self, school_id: int) -> Taught:
        row = self._rows.get(school_id)
        return Taught() if row is None else Taught.by_ages(row.low_age, row.high_age)

    def by_urn(self, text: str) -> int:
        """The school with this URN. Raises ValueError when it is no URN, or not in the list."""
        urn = check_urn(text).value
        return self._one([self._by_urn[int(urn)]] if int(urn) in self._by_urn else [], f"URN {urn}")

    def by_laestab(self, text: str) -> int:
        """The school with this DfE number. Raises ValueError when it is none, not in the list, or two schools have it."""
        la, establishment = split_laestab(text)
        return self._one(self._by_number.get((la, establishment), []), f"DfE number {laestab(la, establishment)}")

    def by_name(self, text: str) -> int:
        """The one school of this name. Raises ValueError when there is none, or several."""
        return self._one(self._by_name.get(searchable(text), []), f'name "{text}"')

    @staticmethod
    def _one(found: list[SchoolRow], what: str) -> int:
        if not found:
            raise ValueError(
                f"no school in the school list has the {what}: import the list first (I in the app, or: transitions import schools FILE)"
            )
        # A school that became an academy keeps its number and mostly its name: the one that is open is meant.
        chosen = [row for row in found if not row.closed] or found
        if len(chosen) > 1:
            some = ", ".join(
                f"{row.urn or 'no URN'} in {row.town or 'a town not known'}" for row in chosen[:_SCHOOLS_NAMED]
            )
            more = f" and {len(chosen) - _SCHOOLS_NAMED} more" if len(chosen) > _SCHOOLS_NAMED else ""
            raise ValueError(f"{len(chosen)} schools have the {what}: give the URN ({some}{more})")
        return chosen[0].id


class Workers:
    """The workers by name."""

    def __init__(self, rows: Iterable[tuple[int, str, bool]]) -> None:
        self._names = {number: name for number, name, _ in rows}
        self._by_name = {searchable(name): (number, archived) for number, name, archived in rows}

    def name(self, worker_id: int | None) -> str:
        return self._names.get(worker_id, "") if worker_id is not None else ""

    def find(self, name: str) -> int | None:
        """The worker of this name, None for one not seen before. Raises ValueError for one who has left."""
        number, archived = self._by_name.get(searchable(name), (None, False))
        if archived:
            raise ValueError(f"{name} is archived: bring the worker back first, or name somebody else")
        return number
