"""The names by which the columns of other systems' tables are known, and which row of a table is its header."""

import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal

from transitions.pupils.pupil_fields import FILE_FIELDS

TableKind = Literal["pupils", "attendance", "events", "weeks", "scores", "schools", "groups", "terms", "calendar"]
TABLE_KINDS: Final[tuple[TableKind, ...]] = (
    "pupils",
    "attendance",
    "events",
    "weeks",
    "scores",
    "schools",
    "groups",
    "terms",
    "calendar",
)
LOOKED_AT: Final = 30
"""How many of the first rows may stand above the header."""
_KNOWN_AT_LEAST: Final = 2


def key(name: str) -> str:
    """A header name as names are compared: letter case, spaces and punctuation do not count."""
    return "".join(filter(str.isalnum, name.casefold()))


@dataclass(frozen=True)
class HeaderSet:
    """The fields of one kind of table, and the header names by which each is known.

    Of every group in ``required`` a file must hold at least one field; ``ignored`` are known and of no use here.
    """

    fields: Mapping[str, tuple[str, ...]]
    required: tuple[tuple[str, ...], ...] = ()
    ignored: tuple[str, ...] = ()

    def by_name(self) -> dict[str, str]:
        """The field for every header name, compared as ``key`` compares; a field's own name is one of them."""
        return {key(name): field for field, names in self.fields.items() for name in (*names, field)}

    def with_names(self, extra: Mapping[str, str]) -> "HeaderSet":
        """The same with the names that a person gave: field by header name."""
        fields = {
            field: (*names, *(name for name, chosen in extra.items() if chosen == field))
            for field, names in self.fields.items()
        }
        return replace(self, fields=MappingProxyType(fields))

    def complete(self, found: Collection[str]) -> bool:
        return all(any(field in found for field in group) for group in self.required)

    def place_in(self, rows: Iterable[Sequence[str]]) -> int:
        """Which of the first rows of a table is its header: one that names all that is needed, else two or more fields.

        The first row when no other is one: what it holds is said then.
        """
        known = self.by_name()
        best, most = 0, 0
        for place, cells in enumerate(rows):
            if place == LOOKED_AT:
                break
            found = {known[name] for name in map(key, cells) if name in known}
            if found and self.complete(found):
                return place
            if len(found) > max(most, 0 if place == 0 else _KNOWN_AT_LEAST - 1):
                best, most = place, len(found)
        return best


@cache
def header_set(kind: TableKind) -> HeaderSet:
    shipped = tomllib.loads(Path(__file__).with_name("headers.toml").read_text(encoding="utf-8"))[kind]
    of_pupils = {name: field.titles for name, field in FILE_FIELDS.items() if field.known_as}
    fields = of_pupils if kind == "pupils" else {name: of_pupils[name] for name in shipped.get("as_of_pupils", ())}
    fields |= {field: (*fields.get(field, ()), *names) for field, names in shipped.get("fields", {}).items()}
    return HeaderSet(
        MappingProxyType(fields),
        tuple(tuple(group) for group in shipped["required"]),
        tuple(shipped["ignored"]),
    )


def looks_like(header: Sequence[str], *, but: TableKind) -> TableKind | None:
    """The other kind of table that these names are those of, if they are all that it needs; None for none or several."""
    keys = {key(name) for name in header}
    found: list[TableKind] = []
    for kind in TABLE_KINDS:
        known = header_set(kind).by_name()
        # Most tables of pupils have a column of attendance, too.
        if kind not in (but, "attendance") and header_set(kind).complete(
            {known[name] for name in keys if name in known}
        ):
            found.append(kind)
    return found[0] if len(found) == 1 else None
