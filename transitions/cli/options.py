"""How commands, their options and their groups are made, and the options that many commands share."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

import click

from transitions.cli.context import Session
from transitions.custody.places import place
from transitions.text import an, did_you_mean, printable

Function = TypeVar("Function", bound=Callable[..., Any])
Decorator = Callable[[Function], Function]
Commands = Mapping[str, tuple[str, str]]
"""By the name of a command: the module of ``transitions.cli`` that holds it, and what it does in a sentence."""

FORMATS = ("table", "csv", "json")
_LARGEST = 2**31 - 1
_WORDS = "FIELD=VALUE"


class _Path(click.Path):
    """The name of a file or folder; an empty one, as from a variable that was never set, would be the folder one is in."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not str(value).strip():
            self.fail("the name is empty: give the name of a file or folder.", param, ctx)
        return super().convert(value, param, ctx)


class _Server(click.ParamType[Any]):
    """The address of a team's record on a server."""

    name = "URL"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        found = place(str(value))
        if isinstance(found, Path):
            self.fail("expected the address of a server, which begins with postgresql://", param, ctx)
        return found


class _Place(_Path):
    """A file with records, or the address of a server."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return place(super().convert(value, param, ctx))


A_SERVER = _Server()
A_PLACE = _Place(path_type=str)
A_FILE = _Path(path_type=Path)
_A_PLACE = _Path(path_type=str)


class _WholeNumber(click.types.IntParamType):
    """A number of a record, or how many: nothing larger is either, and the database could not look for it."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        number = super().convert(value, param, ctx)
        if abs(number) > _LARGEST:
            self.fail(f"{printable(str(value))[:40]} is larger than any number here.", param, ctx)
        return number


class Choice(click.Choice[str]):
    """One of several words; a slip is told which was meant."""

    def get_invalid_choice_message(self, value: Any, ctx: click.Context | None) -> str:
        return super().get_invalid_choice_message(value, ctx) + did_you_mean(str(value), self.choices)

    def get_missing_message(self, param: click.Parameter, ctx: click.Context | None) -> str:
        del param, ctx
        return f"Choose from: {', '.join(self.choices)}."


class _FromOn(_WholeNumber, click.IntRange):
    """A whole number with a least one."""


NUMBER = _WholeNumber()
FROM_1 = _FromOn(min=1)


def _keep(ctx: click.Context, parameter: click.Parameter, value: object) -> None:
    ctx.ensure_object(Session).typed[str(parameter.name)] = value


def _keep_if_given(ctx: click.Context, parameter: click.Parameter, value: object) -> None:
    """What was given before the command's name holds when the command is not given its own."""
    if value or ctx.parent is None:
        _keep(ctx, parameter, value)


def kept_option(*names: str, **settings: Any) -> Decorator[Any]:
    """Add an option that the session keeps, in ``Session.typed``."""
    return click.option(*names, expose_value=False, callback=_keep, **settings)


def kept_argument(name: str, **settings: Any) -> Decorator[Any]:
    """Add an argument that the session keeps, in ``Session.typed``."""
    return click.argument(name, expose_value=False, callback=_keep, **settings)


def together(*decorators: Decorator[Any]) -> Decorator[Any]:
    """Make one decorator of several; the first of them comes first in the help."""

    def decorate(function: Any) -> Any:
        for decorator in reversed(decorators):
            function = decorator(function)
        return function

    return decorate


def _passphrase(function: Any) -> Any:
    """Add ``--passphrase-file``, but to the commands of packs, which have one for the pack."""
    own = {parameter.name for parameter in getattr(function, "__click_params__", ())}
    return function if "passphrase_file" in own else _of_the_records(function)


def _everywhere(*names: str, **settings: Any) -> Decorator[Any]:
    return click.option(*names, expose_value=False, callback=_keep_if_given, **settings)


_of_the_records = _everywhere(
    "--passphrase-file", metavar="FILE", help="A file with the passphrase (or TRANSITIONS_PASSPHRASE_FILE)."
)

common = together(
    _everywhere(
        "--db", type=_A_PLACE, metavar="PLACE",
        help="Where the records are: a file, or postgresql://... (or TRANSITIONS_DB).",
    ),
    _everywhere("--as-of", metavar="DATE", help="Look at this day instead of today."),
    _passphrase,
    _everywhere("--read-only", is_flag=True, help="Open the database read-only."),
    _everywhere("--i-understand", is_flag=True, help="Open it even on a network share or in a synchronised folder."),
    click.make_pass_decorator(Session, ensure=True),
)  # fmt: skip
"""Add the options of every command, such as ``--db``, and hand over the session."""

formatted = together(
    kept_option(
        "--format", "style", type=Choice(FORMATS), default="table", show_default=True, help="How to print records."
    ),
    kept_option("--wide", is_flag=True, help="Print tables in full, wider than the terminal."),
)


class FieldWords(click.Argument):
    """Words FIELD=VALUE, of which the help tells every field. It loads them only then.

    ``where`` they stand, such as "workshops.reading:WORKSHOP_FIELDS", by what they are the fields of: "pupil", or "" when
    there is nothing else. ``but`` are those that the command gives itself.
    """

    def __init__(self, names: Sequence[str], *, where: Mapping[str, str], but: Sequence[str], required: bool) -> None:
        super().__init__(names, nargs=-1, required=required, metavar=f"{_WORDS}..." if required else f"[{_WORDS}]...")
        self.where, self.but = where, but

    def told(self) -> Iterator[tuple[str, list[tuple[str, str]]]]:
        """The title and, by name, the words for each field, of each kind of record."""
        for what, fields in self.where.items():
            module, _, name = fields.partition(":")
            known = getattr(import_module(f"transitions.{module}"), name)
            lines = [(field.name, field.in_words) for field in known.values() if field.name not in self.but]
            yield f"Fields of {an(what)}" if what else "Fields", lines


class _Command(click.Command):
    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.BadOptionUsage as error:
            told = [
                f"{error.message} {one.type.get_missing_message(one, ctx)}"
                for one in self.params
                if error.option_name in one.opts and isinstance(one.type, Choice)
            ]
            raise click.UsageError((told or [error.message])[0], ctx) from None

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for words in self.params:
            for title, lines in words.told() if isinstance(words, FieldWords) else ():
                with formatter.section(title):
                    formatter.write_dl(lines)
        super().format_options(ctx, formatter)


def fields_of(where: str | Mapping[str, str], *, but: Sequence[str] = (), required: bool = True) -> Decorator[Any]:
    """Add the argument of FIELD=VALUE words; see ``FieldWords``."""
    named = {"": where} if isinstance(where, str) else where
    return click.argument("fields", cls=FieldWords, where=named, but=but, required=required)


of_year = click.option("--year", metavar="YEAR", help="The academic year, such as 2026/27; this one if not given.")
overridable = click.option(
    "--override", default="", metavar="REASON", help="Release what a marker withholds, for this reason, which is kept."
)
overwrites = click.option("--overwrite", is_flag=True, help="Replace a file with that name.")

_TARGETS: Mapping[str, Decorator[Any]] = {
    "pupil": kept_argument("pupil"),
    "milestone": kept_argument("milestone"),
    "workshop": kept_argument("workshop"),
    "plan": together(
        kept_argument("pupil"),
        kept_option("--plan", "number", metavar="NUMBER", help="The plan with this number, from plan versions."),
        kept_option("--transition", metavar="CODE", help="The plan for this move, such as 6-7."),
    ),
    "handover": together(
        kept_argument("pupil"),
        kept_option(
            "--transition", metavar="CODE", help="The one for this move, such as 6-7; the latest if not given."
        ),
        kept_option("--received", is_flag=True, help="The one received from another school, if there are both."),
    ),
}


def on(target: str) -> Decorator[Any]:
    """Add the argument, and the options, that name the record which a command is about."""
    return _TARGETS[target]


def filters(function: Function) -> Function:
    """Add the filters of ``Session.caseload``, the same words everywhere."""
    from transitions.caseload.caseload import COHORTS
    from transitions.milestones.milestone import STATES

    several: dict[str, Any] = {"multiple": True}
    add = together(
        kept_option("--worker", metavar="NAME", help="Pupils of this worker; 'me' or 'nobody' work too."),
        kept_option("--school", metavar="NAME|URN", help="Pupils at, or going to, this school."),
        kept_option(
            "--group", "groups", metavar="NAME", help="At, or going to, a school in this group; repeatable.", **several
        ),
        kept_option("--year-group", "year_groups", metavar="YEAR", help="Year group: 6, R, N; repeatable.", **several),
        kept_option(
            "--transition", "transitions", metavar="CODE", help="Transition point: 6-7; repeatable.", **several
        ),
        kept_option("--state", "states", type=Choice(STATES), help="State of a step; repeatable.", **several),
        kept_option("--cohort", "cohorts", type=Choice(tuple(COHORTS)), help="Kind of pupil; repeatable.", **several),
        kept_option("--text", default="", metavar="WORDS", help="Name or UPN contains these words."),
    )
    decorated: Function = add(function)
    return decorated


def command(name: str) -> Callable[[Callable[..., Any]], click.Command]:
    """Make a command of a function that takes the session and its own options."""
    return lambda function: click.command(name, cls=_Command)(common(function))


class LazyCommands(click.Group):
    """A group that knows its commands by name and sentence, and loads one when it is called; ``usual`` is called when none is named."""

    def __init__(self, *arguments: Any, table: Commands, usual: str = "", **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.table, self.usual = table, usual

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if self.usual and not self.table.keys() & set(args) and not set(ctx.help_option_names) & set(args):
            args = [self.usual, *args]
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which people meet them."""
        del ctx
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one command; None when there is no such name."""
        del ctx
        if cmd_name not in self.table:
            return None
        module = import_module(f"transitions.cli.{self.table[cmd_name][0]}")
        own, word = (str(name).replace("-", "_") for name in (self.name, f"{cmd_name}_command"))
        found = getattr(module, f"{own}_{word}", None) or getattr(module, word)  # a module may hold two groups
        assert isinstance(found, click.Command)  # noqa: S101 - held by a test over every table
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command; for a slip say which was meant. Raises ``click.UsageError``."""
        try:
            return super().resolve_command(ctx, args)
        except click.exceptions.NoSuchCommand as error:
            raise click.UsageError(f"{error.message}{did_you_mean(args[0], self.table)}", ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without loading any."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in self.table.items()])


def group(name: str, table: Commands, **settings: Any) -> Callable[[Callable[..., Any]], click.Group]:
    """Make a group of the commands of a table; its function takes the session."""
    make = click.group(name, cls=LazyCommands, table=table, **settings)
    return lambda function: make(common(function))
