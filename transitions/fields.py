"""What a field of a record is, said once: what it is called, how it is read, what it holds when empty, where it is kept.

A record's ``Fields`` are the one home of all that. From them come what forms and commands understand (FIELD=VALUE) with
its refusals, the form itself, the columns that are written, and the readers of imports.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, Protocol

from transitions.clock import Clock
from transitions.dates import ago, how_far, long, parse_imported, parse_open_day, parse_typed
from transitions.errors import FieldProblems, NoSuchRecord
from transitions.text import clean, too_long

if TYPE_CHECKING:
    from sqlmodel import SQLModel

    from transitions.term_dates import TermDates

IS_NEEDED: Final = "This is needed."
LONGEST_TEXT: Final = 200
"""Characters of one line; the longest names on birth certificates have fewer."""
LONGEST_WORDS: Final = 10_000
"""Characters of what somebody writes at length: about four pages."""

Kind = Literal["text", "long text", "known", "date", "number", "choice", "yes no", "school", "worker"]
"""How a field is asked: "known" is text for which a form proposes what it knows; a school or worker is picked."""
Option = tuple[Any, str]
"""A value and the words for it."""


class Reading(NamedTuple):
    """What a text means: the value, a sentence if it wants a second look, and how to say it back to the person."""

    value: Any
    warning: str = ""
    echo: str = ""


class Dated(Protocol):
    """An open database, of which fields need to know no more than what day it is."""

    @property
    def clock(self) -> Clock: ...


@dataclass(frozen=True)
class Context:
    """What reading depends on beyond the text: today, and whether a person typed it ("+2w", "5 sep") or a file holds it.

    ``workspace`` is the open database, where schools and workers are found, and ``about`` the record that it belongs to, for
    the readers that look at it: a plan, a workshop.
    """

    today: date
    typed: bool = False
    terms: "TermDates | None" = None
    workspace: Any = None
    about: Any = None


def typed_in(workspace: Dated, about: Any = None, terms: "TermDates | None" = None) -> Context:
    """Make the context of what a person types; ``terms`` are needed where "end of term" is a day."""
    return Context(workspace.clock.today, True, terms, workspace, about)


Reader = Callable[[str, Context], Any]
"""Reads a text that is not empty into the value, or into a ``Reading``; raises ValueError with a sentence."""


@dataclass(frozen=True)
class Field:
    """One field of a record.

    ``needed`` cannot be emptied, and a new record must have it; ``kept`` cannot be emptied either, but a new record does
    without and gets one of its own. ``read`` or ``reader`` take the place of the reader of the kind; ``find`` gives the
    number of a record from its number or words. ``options`` are the values of a choice with their labels. ``column`` is
    where it is kept, when that has another name. ``shown`` gives what a form begins with from what is kept; ``short`` is
    the label where there is little room, ``width`` in cells. ``export`` says what stands in the column of an export, which is
    also beside a pseudonym when it is ``open``. ``known_as`` are the names that other systems give its column, parted by
    commas; letter case, spaces and punctuation do not count, and the label is one of them.
    """

    name: str
    label: str
    kind: Kind = "text"
    _: KW_ONLY
    help: str = ""
    short: str = ""
    needed: bool = False
    kept: bool = False
    empty: Any = None
    read: Callable[[str], Any] | None = None
    reader: Reader | None = None
    find: Callable[[Any, int | str], int] | None = None
    options: Sequence[Option] | Callable[[], Sequence[Option]] = ()
    longest: int = LONGEST_TEXT
    limits: tuple[int, int] = (0, 999)
    column: str = ""
    shown: Callable[[Any], object] | None = None
    width: int = 0
    export: str = ""
    open: bool = False
    known_as: str = ""

    @property
    def titles(self) -> tuple[str, ...]:
        return (self.label, *filter(None, self.known_as.split(", ")))

    @property
    def choices(self) -> Sequence[Option]:
        return self.options() if callable(self.options) else self.options

    @property
    def in_words(self) -> str:
        """For whoever types its name and a value: what it is called, what may be given, whether it must be."""
        values = ", ".join(str(value) for value, _ in self.choices)
        what = f"One of {values}" if values else "Yes or no" if self.kind == "yes no" else ""
        parts = (self.label, what, "" if values else self.help, "Needed" if self.needed else "")
        return " ".join(part if part[-1] in ".?!" else f"{part}." for part in parts if part)

    def told(self, kept: Any) -> Any:
        """What is kept, in the words in which it is asked for: the label of a choice, what a form begins with."""
        shown = kept if self.shown is None else self.shown(kept)
        return dict(self.choices).get(shown, shown)

    def reading(self, text: str, context: Context) -> Reading:
        """Read a text that is not empty. Raises ValueError with a sentence."""
        if self.reader is not None:
            found = self.reader(text, context)
        elif self.read is not None:
            found = self.read(text)
        else:
            found = self._by_kind(text, context)
        return found if isinstance(found, Reading) else Reading(found)

    def _by_kind(self, text: str, context: Context) -> Any:
        match self.kind:
            case "long text":
                return read_words(text)
            case "date":
                return read_day(text, context)
            case "number":
                return read_whole_number(text, *self.limits)
            case "yes no":
                return read_yes_no(text)
            case "choice":
                return read_one_of([value for value, _ in self.choices], text)
            case _:
                return read_text(text, self.longest)

    def value(self, given: object, context: Context) -> Any:
        """Read what a form or command holds, text or a value already read, into what is kept.

        Raises ValueError with a sentence, and NoSuchRecord.
        """
        text = as_text(given)
        if not text:
            if self.needed or self.kept:
                raise ValueError(IS_NEEDED)
            return self.empty
        if self.find is not None:
            return self.find(context.workspace, given if type(given) is int else text)
        value = self.reading(text, context).value
        if value is None and self.needed:
            raise ValueError(IS_NEEDED)
        return value


class Fields(Mapping[str, Field]):
    """The fields of one record by name, in the order in which a refusal and a command's help name them.

    The journal keeps columns in the order in which they are written: one of another name than its field comes last, or
    ``in_place`` where the field was given.
    """

    def __init__(self, *fields: Field, in_place: bool = False) -> None:
        self._fields = {field.name: field for field in fields}
        self._in_place = in_place

    def __getitem__(self, name: str) -> Field:
        return self._fields[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def value(self, name: str, given: object, context: Context) -> Any:
        """Read one field. Raises ValueError with a sentence, for a field that is not there too, and NoSuchRecord."""
        if name not in self._fields:
            raise ValueError(f"there is no such field; expected one of {', '.join(self._fields)}")
        return self._fields[name].value(given, context)

    def read(
        self, context: Context, given: Mapping[str, object], *, new: bool = False, existing: object = None
    ) -> tuple[dict[str, Any], dict[str, str]]:
        """Read what was given: the values by column, and by field a sentence for each that is wrong.

        Of a ``new`` record all that is needed must be there. What equals what is kept in ``existing`` is not judged again,
        and is left out.
        """
        if existing is not None:
            given = {name: value for name, value in given.items() if not self._stands(name, value, existing)}
        found, problems = gather(given, lambda name, value: self.value(name, value, context))
        if new:
            problems |= {name: IS_NEEDED for name, field in self.items() if field.needed and name not in given}
        order = found if self._in_place else sorted(found, key=lambda name: bool(self._fields[name].column))
        return {self._fields[name].column or name: found[name] for name in order}, problems

    def checked(
        self, context: Context, given: Mapping[str, object], *, new: bool = False, existing: object = None
    ) -> dict[str, Any]:
        values, problems = self.read(context, given, new=new, existing=existing)
        if problems:
            raise FieldProblems(problems)
        return values

    def second_looks(self, context: Context, given: Mapping[str, object]) -> list[str]:
        """What wants a second look of what was given and is sound, a sentence for each field, as an import says it."""
        texts = ((self[name], as_text(value)) for name, value in given.items() if name in self)
        read = ((field, field.reading(text, context)) for field, text in texts if text and field.find is None)
        return [f"{field.label}: {found.warning}" for field, found in read if found.warning]

    def stored(self, row: object) -> dict[str, object]:
        return {name: self._stored(field, row) for name, field in self.items() if hasattr(row, field.column or name)}

    @property
    def blank(self) -> dict[str, object]:
        """What is needed, as yet empty: put before what was given it is refused first."""
        return {name: "" for name, field in self.items() if field.needed}

    def _stands(self, name: str, value: object, existing: object) -> bool:
        return name in self._fields and as_text(value) == as_text(getattr(existing, self._fields[name].column or name))

    @staticmethod
    def _stored(field: Field, row: object) -> object:
        value = getattr(row, field.column or field.name)
        if field.kind in ("school", "worker"):
            return value and (value, getattr(row, field.name))
        if field.shown is not None:
            return None if value in (None, "", ()) else field.shown(value)
        return value


def as_text(value: object) -> str:
    """Write what a form or command holds as the text that readers read: dates as ISO, yes and no, lists with commas."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return str(value).strip()


def gather(
    fields: Mapping[str, object], read_value: Callable[[str, object], Any]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Read every field: the values, and a sentence for each field that ``read_value`` refuses (ValueError, NoSuchRecord)."""
    values: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for name, value in fields.items():
        try:
            values[name] = read_value(name, value)
        except NoSuchRecord as missing:
            problems[name] = missing.sentence
        except ValueError as problem:
            problems[name] = str(problem)
    return values, problems


def validate(model: "type[SQLModel]", values: Mapping[str, Any]) -> None:
    """Hold the whole record against its table's own types, as the last check before it is written.

    Raises FieldProblems. A reader has seen every value before; what is refused here is a field that no reader knows.
    """
    from pydantic import ValidationError

    try:
        model.model_validate(dict(values))
    except ValidationError as error:
        raise FieldProblems({str(one["loc"][0]): f"{one['msg']}." for one in error.errors()}) from None


# What texts mean, whichever record they belong to


def read_text(text: str, longest: int = LONGEST_TEXT) -> str:
    """Read a line of text; raises ValueError when it is too long or holds nothing that can be kept."""
    cleaned = clean(text)
    if not cleaned:
        raise ValueError("it has nothing that can be kept: expected letters")
    if len(cleaned) > longest:
        raise ValueError(f"has {len(cleaned)} characters, more than {longest}: is it two cells run together?")
    return cleaned


def read_words(text: str, *, lines: bool = True) -> str | None:
    """Read words at length, on one line unless ``lines``; None when nothing is left. Raises ValueError when too long."""
    cleaned = clean(text, lines=lines)
    if len(cleaned) > LONGEST_WORDS:
        raise ValueError(
            f"has {len(cleaned):,} characters, more than {LONGEST_WORDS:,}: keep what matters, and file the rest"
        )
    return cleaned or None


def words_of(text: str) -> str:
    """What a person wrote at length, as it may be stored. Raises ``FieldProblems`` when that is more than is kept."""
    cleaned = clean(text, lines=True)
    refused = too_long(cleaned)
    if refused:
        raise FieldProblems({"text": refused})
    return cleaned


def read_one_of(choices: Sequence[str], text: str) -> str:
    plain = " ".join(text.casefold().split())
    found = next((choice for choice in choices if choice.casefold() == plain), None)
    if found is None:
        raise ValueError(f"expected one of {', '.join(choices)}")
    return found


def read_whole_number(text: str, least: int, most: int) -> int:
    """Read a whole number within limits. Raises ValueError."""
    plain = text.strip()
    if not plain.isascii() or not plain.isdigit() or not least <= int(plain) <= most:
        raise ValueError(f"expected a whole number from {least} to {most}")
    return int(plain)


_YES: Final = frozenset({"y", "yes", "true", "t", "1"})
_NO: Final = frozenset({"n", "no", "false", "f", "0"})


def read_yes_no(text: str) -> bool:
    """Read Y, Yes, True, T or 1, and N, No, False, F or 0. Raises ValueError for anything else."""
    plain = text.strip().casefold()
    if plain in _YES:
        return True
    if plain in _NO:
        return False
    raise ValueError("expected yes or no (Y or N)")


def day_of(text: str, context: Context, *, gone_by: bool = False) -> date:
    """Read a day as it was typed or as files write it. Raises ValueError."""
    if context.typed:
        return parse_typed(text, context.today, context.terms)
    return parse_imported(text, context.today if gone_by else None)


def read_day(text: str, context: Context) -> Reading:
    """Read a day, said back with its weekday. Raises ValueError."""
    day = day_of(text, context)
    return Reading(day, echo=long(day))


def read_open_day(text: str, context: Context) -> Reading:
    """Read a day for people to meet or act on: counted from today it avoids days when schools are closed, and says so."""
    if not context.typed:
        return read_day(text, context)
    day, closed = parse_open_day(text, context.today, context.terms)
    return Reading(day, echo=f"{long(day)}: {closed}" if closed else long(day))


def read_day_gone_by(text: str, context: Context) -> Reading:
    """Read today or a day before it. Raises ValueError."""
    reading = read_day(text, context)
    if reading.value > context.today:
        raise ValueError(f"{reading.echo} is in the future: expected today or an earlier date")
    return reading


def read_day_and_distance(text: str, context: Context) -> Reading:
    """Read a day, said back with how far away it is. Raises ValueError."""
    day, today = day_of(text, context), context.today
    return Reading(day, echo=f"{long(day)}, {how_far(day, today) if day > today else ago(day, today)}")


def labelled(values: Sequence[str]) -> tuple[Option, ...]:
    return tuple((value, f"{value[:1].upper()}{value[1:]}") for value in values)
