"""What the forms and commands for single records share: values as text, and problems gathered field by field."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from transitions.errors import FieldProblems, NoSuchRecord
from transitions.text import clean

if TYPE_CHECKING:
    from sqlmodel import SQLModel

__all__ = [
    "IS_NEEDED",
    "LONGEST_WORDS",
    "as_text",
    "gather",
    "read_one_of",
    "read_whole_number",
    "read_words",
    "validate",
]

IS_NEEDED = "This is needed."
LONGEST_WORDS = 10_000
"""Characters of what somebody writes at length: about four pages."""


def as_text(value: object) -> str:
    """Give what a form or command holds as the text that readers read: dates as ISO, yes and no, lists with commas."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return str(value).strip()


def gather(fields: Mapping[str, object], read: Callable[[str, object], Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Read every field; give the values, and a sentence for each field that ``read`` refuses (ValueError, NoSuchRecord)."""
    values: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for name, value in fields.items():
        try:
            values[name] = read(name, value)
        except NoSuchRecord as missing:
            problems[name] = missing.sentence
        except ValueError as problem:
            problems[name] = str(problem)
    return values, problems


def read_words(text: str, *, lines: bool = True) -> str | None:
    """Give words as they are stored, on one line unless ``lines``; None when nothing is left. Raises ValueError when too long."""
    words = clean(text, lines=lines)
    if len(words) > LONGEST_WORDS:
        raise ValueError(
            f"has {len(words):,} characters, more than {LONGEST_WORDS:,}: keep what matters, and file the rest"
        )
    return words or None


def read_one_of(choices: Sequence[str], text: str) -> str:
    """Give the choice that was typed, in whatever case. Raises ValueError with the choices."""
    plain = " ".join(text.casefold().split())
    found = next((choice for choice in choices if choice.casefold() == plain), None)
    if found is None:
        raise ValueError(f"expected one of {', '.join(choices)}")
    return found


def read_whole_number(text: str, least: int, most: int) -> int:
    """Give a whole number within limits. Raises ValueError."""
    plain = text.strip()
    if not plain.isascii() or not plain.isdigit() or not least <= int(plain) <= most:
        raise ValueError(f"expected a whole number from {least} to {most}")
    return int(plain)


def validate(model: type["SQLModel"], values: Mapping[str, Any]) -> None:
    """Hold the whole record against its table's own types, as the last check before it is written.

    Raises FieldProblems. A reader has seen every value before; what is refused here is a field that no reader knows.
    """
    from pydantic import ValidationError

    try:
        model.model_validate(dict(values))
    except ValidationError as error:
        raise FieldProblems({str(one["loc"][0]): f"{one['msg']}." for one in error.errors()}) from None
