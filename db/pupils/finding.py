"""Finding pupils and schools by what was typed of a name or number."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Literal, NamedTuple

from db.driver import Connection
from db.pupils.pupils import Named
from db.rows import among, columns, fetch, fetch_column, like_pattern

Searched = Literal["pupil", "school"]


class FoundPupil(NamedTuple):
    """A pupil in a list to pick from, by the name the pupil goes by."""

    id: int
    name: str
    date_of_birth: date
    upn: str | None


def find(connection: Connection, words: Sequence[str], limit: int = 20, *, archived: bool = False) -> list[FoundPupil]:
    """The pupils, or the ``archived`` ones, whose name or UPN holds every word, by name."""
    name = "coalesce(preferred_name, forename) || ' ' || surname"
    query = f"SELECT {columns(FoundPupil, name=name)} FROM pupil"
    return fetch(connection, FoundPupil, *_holding(query, words, limit, archived=archived))


def ids(connection: Connection, table: Searched, words: Sequence[str], limit: int, *, begin: bool = False) -> list[int]:
    """The pupils or schools of which name, number (or town) hold every word, by name; -1 is no limit.

    With ``begin`` some word of theirs begins with each.
    """
    query, parameters = _holding(f"SELECT id FROM {table}", words, None if limit < 0 else limit, begin=begin)
    return fetch_column(connection, int, query, parameters)


def ids_beginning(connection: Connection, table: Searched, start: str, limit: int) -> list[int]:
    """Those whose surname, or name, begins with ``start``, by name: it looks at no others."""
    query = (
        f"SELECT id FROM {table} WHERE archived_at IS NULL AND search_text >= :start AND search_text < :beyond "
        "ORDER BY search_text, id LIMIT :limit"
    )
    return fetch_column(connection, int, query, {"start": start, "beyond": f"{start}\U0010ffff", "limit": limit})


def search_texts(connection: Connection, table: Searched) -> Iterator[str]:
    """The names and numbers, one by one: to read all at once would hold up the screen."""
    return (row[0] for row in connection.execute(f"SELECT search_text FROM {table} WHERE archived_at IS NULL"))


_SCHOOL_DETAIL = "trim(coalesce(phase, '') || ' ' || coalesce(town, ''))"


def schools(connection: Connection, words: Sequence[str] = (), limit: int = 50) -> list[Named]:
    """Schools whose name, town or number holds every word, by name."""
    listed = columns(Named, detail=_SCHOOL_DETAIL)
    return fetch(connection, Named, *_holding(f"SELECT {listed} FROM school", words, limit))


def schools_beginning(connection: Connection, start: str, limit: int = 50) -> list[Named]:
    """Schools whose name begins with ``start``, by name."""
    where, parameters = among("id", ids_beginning(connection, "school", start, limit))
    query = f"SELECT {columns(Named, detail=_SCHOOL_DETAIL)} FROM school WHERE {where} ORDER BY search_text, id"
    return fetch(connection, Named, query, parameters)


def _holding(
    query: str, words: Sequence[str], limit: int | None, *, begin: bool = False, archived: bool = False
) -> tuple[str, dict[str, Any]]:
    """Narrow a query of pupils or schools to those that are not archived (or are) and hold every word, by name."""
    known, before = ("' ' || search_text", " ") if begin else ("search_text", "")
    patterns = {f"word{place}": like_pattern(before + word) for place, word in enumerate(words)}
    there = f"archived_at IS {'NOT ' if archived else ''}NULL"
    tests = " AND ".join((there, *(f"{known} LIKE :{name} ESCAPE '\\'" for name in patterns)))
    query = f"{query} WHERE {tests} ORDER BY search_text, id"
    return (query, patterns) if limit is None else (f"{query} LIMIT :limit", {**patterns, "limit": limit})
