"""What each role may change in a team's record on a server. The server holds to it; this says so before somebody tries."""

from collections.abc import Mapping
from typing import Final, Literal

from db.place import Role

Kind = Literal["pupils", "lists", "files", "disposal", "what others did"]
"""The records of pupils; schools, staff, dates, milestones and workshops; files that leave; what is erased for good; undoing others' changes."""

_MAY: Final[Mapping[Kind, frozenset[Role]]] = {
    "pupils": frozenset({"caseworker", "SENCO", "lead", "keeper"}),
    "lists": frozenset({"caseworker", "lead", "keeper"}),
    "files": frozenset({"caseworker", "SENCO", "lead", "keeper"}),
    "disposal": frozenset({"lead", "keeper"}),
    "what others did": frozenset({"lead", "keeper"}),
}
_WHY_NOT: Final[Mapping[Kind, str]] = {
    "pupils": "Your login is for reading: it shows everything and changes nothing.",
    "lists": "The transitions team keeps schools, staff, dates, milestones and workshops; your login is a SENCO’s.",
    "files": "Your login is for reading. What leaves is kept in the history, which it doesn’t write to: ask a colleague for the file.",
    "disposal": "Only a lead may dispose of records.",
    "what others did": "Only a lead may undo what somebody else did.",
}


def refusal(role: Role | None, kind: Kind) -> str | None:
    """Why somebody of this role (None: it is their own file) may not change this; None when they may."""
    if role is None or role in _MAY[kind]:
        return None
    return _WHY_NOT["pupils" if role == "reader" and kind != "files" else kind]
