"""Cells of a CSV that a spreadsheet program must not take for formulas, in a form that reading back undoes exactly.

A cell that begins with one of ``= + - @``, their full-width forms, a tab, a line break or NUL runs as a formula in Excel
and its kind, so that a pupil's "name" could send the sheet elsewhere (OWASP ASVS 1.2.10). A leading apostrophe makes it
text.
"""

import re

__all__ = ["guard", "unguard"]

_GUARDED = frozenset("=+-@\t\r\n\0＝＋－＠'")
_NUMBER_OR_PHONE = re.compile(r"[+-][0-9]+(?:[.,][0-9]+)?%?|\+[0-9][0-9 ]*[0-9]")
"""What begins with + or - and is harmless: "-5", "+2.5%", "+44 7700 900123"."""


def guard(cell: str) -> str:
    """Give ``cell`` as it may stand in a CSV: an apostrophe before what could run, and before what begins with one.

    Numbers and telephone numbers stay as they are. ``unguard`` undoes it exactly, for every string.
    """
    if cell[:1] not in _GUARDED or _NUMBER_OR_PHONE.fullmatch(cell):
        return cell
    return f"'{cell}"


def unguard(cell: str) -> str:
    """Give what ``guard`` was given; cells that ``guard`` cannot have written, such as "'t Hooft", stay as they are."""
    if cell[:1] == "'" and guard(cell[1:]) == cell:
        return cell[1:]
    return cell
