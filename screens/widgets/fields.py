"""What a form asks: the declaration of a field, and how the text that was typed becomes a value."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple, Protocol

from transitions.text import answering

Kind = Literal["text", "long text", "date", "choice", "yes no", "number", "suggest"]
Option = tuple[object, str]
"""A value and the words for it."""

YES_NO: tuple[Option, ...] = ((True, "Yes"), (False, "No"))
LONGEST_CHOICE_LINE = 50


class Checked(Protocol):
    """What a check gives: the value to keep, and how to say it back to the person who typed it ("" for nothing)."""

    @property
    def value(self) -> object:
        """The value to keep."""

    @property
    def echo(self) -> str:
        """The value in long form, shown under the field before anything is saved."""

    @property
    def warning(self) -> str:
        """What wants a second look, though it can be kept."""


class PlainAnswer(NamedTuple):
    """A ``Checked`` for fields that need no rule of their own."""

    value: object
    echo: str = ""
    warning: str = ""


Check = Callable[[str], Checked]
Adds = Literal["school", "worker"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """One question of a form.

    ``check`` reads the text, without blanks around it, and raises ValueError with a sentence for people; without one, the
    kind of the field decides. It is never called for an empty field: that is None, and an error when ``required``.
    ``late`` leaves the last word to whoever saves the record, who says all that is wrong at once: what does not hold goes
    there as the text that was typed.
    ``choices`` are for "choice"; ``suggest`` finds options for what was typed so far, for "suggest". ``width`` is in
    cells, 0 for all there is. ``help`` stands under the field while there is nothing else to say. ``adds`` is what can be
    added from the field when it is not among the options.
    """

    name: str
    label: str
    kind: Kind = "text"
    required: bool = False
    help: str = ""
    check: Check | None = None
    choices: Sequence[Option] = ()
    suggest: Callable[[str], Sequence[Option]] | None = None
    width: int = 0
    late: bool = False
    adds: Adds | None = None

    @property
    def options(self) -> Sequence[Option]:
        return YES_NO if self.kind == "yes no" else self.choices

    @property
    def fits_one_line(self) -> bool:
        """Whether the fixed options can stand side by side; when not, they are found by typing."""
        return sum(len(label) + 6 for _, label in self.options) <= LONGEST_CHOICE_LINE

    def find(self, typed: str) -> Sequence[Option]:
        """The options that answer to what was typed so far; all, or the likeliest, for nothing."""
        if self.suggest is not None:
            return self.suggest(typed)
        return answering(typed, self.choices, lambda option: option[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSection:
    """Fields under a title."""

    title: str
    fields: Sequence[FormField]


def text_of(field: FormField, value: object) -> str:
    """The text that stands for ``value`` in the field; for "suggest" ``value`` is an ``Option``."""
    if value is None:
        return ""
    if isinstance(value, date):
        return f"{value.day}/{value.month}/{value.year}"
    if field.kind == "suggest" and isinstance(value, tuple):
        return str(value[1])
    return next((label for option, label in field.options if option == value), str(value))


def read_form_field(field: FormField, text: str, parse_date: Check, picked: Option | None = None) -> Checked:
    """The value of ``text`` for ``field``; raises ValueError with the sentence to show under it.

    ``picked`` is the option last chosen from a list: two options may have the same words.
    """
    text = text.strip()
    if not text:
        if field.required:
            raise ValueError("This is needed.")
        return PlainAnswer(None)
    if field.check is not None:
        return field.check(text)
    match field.kind:
        case "date":
            return parse_date(text)
        case "number":
            return PlainAnswer(_number(field, text))
        case "choice" | "yes no" | "suggest":
            return PlainAnswer(picked[0] if picked is not None and picked[1] == text else _option(field, text))
        case _:
            return PlainAnswer(text)


def _number(field: FormField, text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ValueError(f"{field.label} must be a whole number, such as 12.") from None


def _option(field: FormField, text: str) -> object:
    """The value of the option that is called ``text``, or of the only one that answers to it."""
    found = field.options if field.kind == "yes no" else field.find(text)
    same = [value for value, label in found if label.casefold() == text.casefold()]
    if len(same) == 1:
        return same[0]
    if len(found) == 1:
        return found[0][0]
    if not found:
        raise ValueError(f"Nothing in the list matches {text!r}. Type fewer letters to see more of it.")
    raise ValueError("More than one matches that. Pick one from the list with Down and Enter.")
