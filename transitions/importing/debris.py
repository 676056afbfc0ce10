"""What programs leave in a cell that holds nothing: NULL, #N/A, the 0 of a formula, a yes-or-no where a text should be."""

import re
from typing import Final

from transitions.importing.sheets import ERROR_SHOWN, RESULT_MISSING
from transitions.text import LOST_LETTER

_ERRORS = re.compile(
    r"#(N/?A|REF!?|VALUE!?|NAME\??|DIV/0!?|NUM!?|NULL!?|SPILL!?|CALC!?|FIELD!?|GETTING_DATA|BUSY!|ERROR!?|NO RESULT!)",
    re.IGNORECASE,
)
_NOTHING: Final = frozenset(
    {"null", "n/a", "(null)", "[null]", "<null>", "none", "nil", "nan", "na", "undefined", "\\n", "-", "--"}
)
_IN_A_TEXT: Final = frozenset({"0", "0.0", "true", "false"})
_PEOPLE: Final = frozenset({"null", "none", "nil", "nan", "na", "true", "false", "undefined"})
"""Such are also people's names; "N/A" and "-" are nobody's."""
_SUSPECTS: Final = _NOTHING | _IN_A_TEXT


def is_suspect(text: str) -> bool:
    """Whether a cell may be debris; most are not, and this is quick."""
    return len(text) <= len(RESULT_MISSING) and (text[0] == "#" or text.casefold() in _SUSPECTS)


def is_nothing(text: str) -> bool:
    """Whether it means nothing in any field."""
    return text.casefold() in _NOTHING or _ERRORS.fullmatch(text) is not None


def is_nothing_as_text(text: str) -> bool:
    """Whether it means nothing where a text should be."""
    return is_nothing(text) or text.casefold() in _IN_A_TEXT


def may_be_a_name(text: str, *, needed: bool) -> bool:
    """Whether a person may be called so. In capitals or small letters it is no name where the field may be empty."""
    return text.casefold() in _PEOPLE and (needed or text.istitle())


def why_refused(text: str, cell: str, *, name: bool) -> str:
    """The end of a sentence about a ``cell`` (such as C3, if it is called so) that must not be empty, and holds a ``name``."""
    where = f"cell {cell} " if cell else ""
    if text == RESULT_MISSING:
        return f"{where}holds a formula without its result: open the workbook in Excel, save it and import it again"
    if text == ERROR_SHOWN:
        return f"{where}shows an error: put it right where the list comes from"
    if LOST_LETTER in text:
        return f"{where}has lost a letter before the file came here: ask the sender how the name is written"
    which = ", which is no name" if name else ""
    return f'{where}holds "{text}"{which}: put it right where the list comes from'
