"""What a name, a note and a number become while names are hidden: one place, so that no screen forgets."""

from transitions.text import initials

HIDDEN_NOTE = "(hidden)"


def display_name(forename: str, surname: str, *, hidden: bool) -> str:
    """``Aisha Khan``, or ``AK`` while names are hidden."""
    return _hidden(forename, surname) if hidden else f"{forename} {surname}".strip()


def list_name(forename: str, surname: str, *, hidden: bool) -> str:
    """``Khan, Aisha`` as lists sort it, or ``AK`` while names are hidden."""
    if hidden:
        return _hidden(forename, surname)
    return ", ".join(part for part in (surname, forename) if part)


def _hidden(forename: str, surname: str) -> str:
    return initials(forename, surname) or "?"


def note(text: str, *, hidden: bool) -> str:
    """``text``, or a remark that it is hidden; an empty note stays empty."""
    return HIDDEN_NOTE if hidden and text else text


def identifier(number: str, *, hidden: bool) -> str:
    """A UPN or NHS number, or its last three characters after asterisks while names are hidden."""
    if not hidden:
        return number
    return "*" * max(0, len(number) - 3) + number[-3:] if len(number) > 3 else "*" * len(number)
