"""What a name, a note and a number become while names are hidden: one place, so that no screen forgets."""

import unicodedata

HIDDEN_NOTE = "(hidden: F9 shows it)"


def display_name(forename: str, surname: str, *, hidden: bool) -> str:
    """Give ``Aisha Khan``, or ``A.K.`` while names are hidden."""
    return initials(forename, surname) if hidden else f"{forename} {surname}".strip()


def list_name(forename: str, surname: str, *, hidden: bool) -> str:
    """Give ``Khan, Aisha`` as lists sort it, or ``A.K.`` while names are hidden."""
    if hidden:
        return initials(forename, surname)
    return ", ".join(part for part in (surname, forename) if part)


def initials(*names: str) -> str:
    """Give the first letter of each name: one, also of ``Mary-Jane``, because more would give the name away."""
    letters = [_first_letter(name) for name in names]
    return "".join(f"{letter}." for letter in letters if letter) or "?"


def _first_letter(name: str) -> str:
    # Composed first, so that an accent stays on its letter.
    return next((letter.upper() for letter in unicodedata.normalize("NFC", name) if letter.isalpha()), "")


def note(text: str, *, hidden: bool) -> str:
    """Give ``text``, or a remark that it is hidden; an empty note stays empty."""
    return HIDDEN_NOTE if hidden and text else text


def identifier(number: str, *, hidden: bool) -> str:
    """Give a UPN or NHS number, or its last three characters after asterisks while names are hidden."""
    if not hidden:
        return number
    return "*" * max(0, len(number) - 3) + number[-3:] if len(number) > 3 else "*" * len(number)
