"""What the words of a calendar's entry say besides what it is: that it is called off, or nobody else's business."""

import re
from typing import Final

from transitions.text import how_many

_CALLED_OFF = r"cancell?ed"
_BEFORE = re.compile(rf"\W*(?:(?:fwd?|re|updated) ?: ?)?{_CALLED_OFF}\b\s*(?:[^\w\s]+\s*|$)", re.IGNORECASE)
_SHOUTED_BEFORE = re.compile(r"\W*CANCELL?ED\b\s+")
_BEHIND = re.compile(
    rf"(?:\W|\s+(?:has been|have been|is|are|was|now))*[\s(\[{{]+{_CALLED_OFF}\b[^\w]*$", re.IGNORECASE
)
_NOT_SO = re.compile(r"\b(?:not|never|no longer|if|when|unless|in case)\b", re.IGNORECASE)
_MOST: Final = 3

PUBLIC: Final = frozenset({"", "PUBLIC", "DEFAULT"})
"""What CLASS says of an entry that everybody may see; RFC 5545 has every word that is not known mean private."""
_NORMAL: Final = frozenset({"", "normal", "0", "public"})
_MARKED: Final = frozenset({"personal", "private", "confidential", "1", "2", "3"})


def read_called_off(title: str) -> tuple[str, bool]:
    """A title without the words that call it off, and whether it had any: "Cancelled: Fair", "Fair (cancelled)"."""
    found = title
    for _ in range(_MOST):
        before = _BEFORE.match(found) or _SHOUTED_BEFORE.match(found)
        if before is None:
            break
        found = found[before.end() :]
    behind = _BEHIND.search(found)
    if behind is not None and not _NOT_SO.search(found):
        found = found[: behind.start()]
    found = found.strip()
    return (found or title, True) if found != title else (title, False)


def read_sensitivity(text: str) -> bool:
    """Whether a cell of Outlook's column Sensitivity says that an appointment is its owner's own."""
    plain = text.strip().casefold()
    if plain in _NORMAL or plain in _MARKED:
        return plain in _MARKED
    raise ValueError("expected Normal, Personal, Private or Confidential")


def private_note(count: int) -> list[str]:
    """The sentence about entries that were left out because they are private; none where there are none."""
    if not count:
        return []
    return [f"{how_many(count, 'private entry', 'private entries')} {'was' if count == 1 else 'were'} left out"]
