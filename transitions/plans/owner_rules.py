"""Whether the owner of an action is a person: somebody who can be asked whether it was done."""

import re
import tomllib
from collections.abc import Collection
from functools import cache
from importlib.resources import files

from transitions.text import searchable

__all__ = ["not_a_person"]

_PARTED = re.compile(r"\s*[,;/&+]\s*|\s+(?:and|or|with)\s+")
_BEFORE = re.compile(r"^(?:the|our|their|my|a|an)\s+")
_AFTER = re.compile(r"\s+(?:teams?|services?|department|dept|office|staff)$")
_MARKS = re.compile(r"[^\w\s,;/&+]")


def not_a_person(owner: str, schools: Collection[str] = ()) -> str | None:
    """Give the sentence why ``owner`` cannot own an action, or None for a person.

    Only a text that is nothing but agencies is refused: "CAMHS", "School and social care", one of ``schools`` by its name.
    A name beside them, a role in the family ("Mum") and "me" are persons. An action needs a person as its owner so that
    somebody can be held to it; the words are in ``agencies.toml``.
    """
    text = _plain(owner)
    if text in map(_plain, schools) or _is_agency(text) or all(map(_is_agency, _PARTED.split(text))):
        return (
            f"“{owner}” is not one person. Name the person who will do it, such as “Dr Lee, CAMHS” or “Mum”: somebody who "
            "can be asked whether it is done"
        )
    return None


def _is_agency(text: str) -> bool:
    bare = _BEFORE.sub("", text)
    return bare in _agencies() or _AFTER.sub("", bare) in _agencies()


def _plain(text: str) -> str:
    return " ".join(_MARKS.sub(" ", searchable(text)).split())


@cache
def _agencies() -> frozenset[str]:
    listed = tomllib.loads(files("transitions.plans").joinpath("agencies.toml").read_text(encoding="utf-8"))
    return frozenset((*listed["agencies"], *listed["nobody_in_particular"]))
