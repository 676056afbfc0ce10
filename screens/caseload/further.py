"""Whom the letters of a find line may mean when nobody in the list has them."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

from transitions.caseload.caseload import Caseload
from transitions.pupils import lists
from transitions.workspace import Workspace

Rows = Callable[[Caseload], Sequence[int]]


class Further(NamedTuple):
    """A list that has somebody, and how many rows; ``everybody`` when it is not the one that was looked through."""

    caseload: Caseload
    rows: int
    everybody: bool


def look_further(workspace: Workspace, asked: Caseload, rows: Rows) -> Further | None:
    """Find who has the letters among all pupils, else who is written nearly so, here or among all; call it in a thread."""
    all_pupils = Caseload(text=asked.text, sort=asked.sort)
    found = len(rows(all_pupils))
    if found:
        return Further(all_pupils, found, everybody=True)
    meanings = [" ".join(words) for words in lists.meanings(workspace, asked.text)]
    for caseload in (asked, all_pupils):
        for text in meanings:
            meant = replace(caseload, text=text)
            found = len(rows(meant))
            if found:
                return Further(meant, found, everybody=caseload is all_pupils)
    return None


def nearly(typed: str, meant: str, *, hidden: bool) -> str:
    """What is said over rows whose names are not written as they were typed."""
    if hidden:
        return "No name here has these letters. These are similar."
    return f"No name here has “{typed}”. These have “{meant}”."


def offer(further: Further | None, typed: str, *, hidden: bool) -> str:
    """What is said in place of rows."""
    if further is None:
        return "No name or number here has these letters. Escape clears the search."
    meant = further.caseload.text
    so = "" if meant == typed else " with similar names" if hidden else f" with “{meant}”"
    return f"Not in this list. {further.rows:,}{so} in All pupils: press Enter to see them. Escape clears the search."
