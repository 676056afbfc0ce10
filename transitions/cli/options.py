"""Options that every command shares: which file, which day, which pupils."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from transitions.cli.context import Session, answer

if TYPE_CHECKING:
    from datetime import date

    from transitions.caseload.caseload import Caseload
    from transitions.clock import Clock
    from transitions.workspace import Workspace

Function = TypeVar("Function", bound=Callable[..., Any])
FORMATS = ("table", "csv", "json")


def common(function: Function) -> Function:
    """Add ``--db`` and ``--as-of``."""
    for option in (
        click.option("--as-of", metavar="DATE", help="Look at this day instead of today."),
        click.option("--db", type=click.Path(path_type=Path), metavar="FILE", help="The database (or TRANSITIONS_DB)."),
    ):
        function = option(function)
    return function


def formatted(function: Function) -> Function:
    """Add ``--format``."""
    return click.option(
        "--format",
        "style",
        type=click.Choice(FORMATS),
        default="table",
        show_default=True,
        help="How to print records.",
    )(function)


def filters(function: Function) -> Function:
    """Add the filters, the same words everywhere."""
    from db.caseload.listing import COHORTS
    from transitions.milestones.milestone import STATES

    for option in reversed(
        (
            click.option("--worker", metavar="NAME", help="Pupils of this worker; 'me' or 'nobody' work too."),
            click.option("--school", metavar="NAME|URN", help="Pupils at, or going to, this school."),
            click.option(
                "--year-group", "year_groups", multiple=True, metavar="YEAR", help="Year group: 6, R, N; repeatable."
            ),
            click.option(
                "--transition", "transitions", multiple=True, metavar="CODE", help="Transition point: 6-7; repeatable."
            ),
            click.option(
                "--state", "states", multiple=True, type=click.Choice(STATES), help="State of a step; repeatable."
            ),
            click.option(
                "--cohort",
                "cohorts",
                multiple=True,
                type=click.Choice(tuple(COHORTS)),
                help="Kind of pupil; repeatable.",
            ),
            click.option("--text", default="", metavar="WORDS", help="Name or UPN holds these words."),
        )
    ):
        function = option(function)
    return function


def remember(ctx: click.Context, db: Path | None, as_of: str | None) -> None:
    """Keep options given before the command's name, for commands that are not given their own."""
    ctx.ensure_object(Session).typed.update({k: v for k, v in (("db", db), ("as_of", as_of)) if v})


def database_path(ctx: click.Context, db: Path | None) -> Path:
    """Give the file that was asked for: the option, the environment, or the usual place."""
    from transitions.custody.places import default_database

    given = db or ctx.ensure_object(Session).typed.get("db")
    if given is not None:
        return Path(given).expanduser()
    named = os.environ.get("TRANSITIONS_DB")
    return Path(named).expanduser() if named else default_database()


def clock_for(ctx: click.Context, as_of: str | None) -> "Clock":
    """Give the clock that was asked for. A date that cannot be read is wrong usage (2)."""
    from transitions.clock import Clock
    from transitions.dates import parse_typed

    text = as_of or ctx.ensure_object(Session).typed.get("as_of")
    if text is None:
        return Clock.system()
    try:
        return Clock.on(parse_typed(text, Clock.system().today))
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--as-of") from None


def typed_day(workspace: "Workspace", text: str | None, option: str) -> "date | None":
    """Give the day that was typed behind an option, None when it was not given. Nonsense is wrong usage (2)."""
    from transitions.dates import parse_typed

    if text is None:
        return None
    try:
        return parse_typed(text, workspace.clock.today)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint=option) from None


def typed_year(workspace: "Workspace", text: str | None, option: str) -> int:
    """Give the academic year that was typed behind an option, this one when it was not given. Nonsense is wrong usage (2)."""
    from transitions.school_year import academic_year

    if text is None:
        return academic_year(workspace.clock.today)
    from transitions.school_year import parse_academic_year

    try:
        return parse_academic_year(text)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint=option) from None


def pairs(fields: Sequence[str]) -> dict[str, object]:
    """Give FIELD=VALUE words as a mapping. A word without "=" is wrong usage (2)."""
    found: dict[str, object] = {}
    for field in fields:
        name, equals, value = field.partition("=")
        if not equals:
            raise click.UsageError(f"{field!r} is not FIELD=VALUE.")
        found[name.strip()] = value
    return found


@contextmanager
def opened(ctx: click.Context, db: Path | None, as_of: str | None, *, create: bool = False) -> "Iterator[Workspace]":
    """Open the database for one command and close it after."""
    from transitions.workspace import Workspace

    path = database_path(ctx, db)
    if create:
        from transitions.custody.places import make_folder

        make_folder(path.parent)
    workspace = Workspace.open(path, clock_for(ctx, as_of), create=create)
    try:
        yield workspace
    finally:
        workspace.close()


def caseload_of(workspace: "Workspace", options: dict[str, Any]) -> "Caseload":
    """Give the caseload that the filters name.

    Raises ``NoSuchRecord`` for an unknown worker or school, and wrong usage for a year group that cannot be read.
    """
    from transitions.caseload.caseload import Caseload

    worker, school = options["worker"], options["school"]
    whose = {None: "all", "me": "mine", "nobody": "nobody's"}.get(worker, "all")
    return Caseload(
        whose=whose,  # type: ignore[arg-type] # one of the three values of Whose
        worker_id=None if worker in {None, "me", "nobody"} else _worker(workspace, worker),
        year_groups=_year_groups(options["year_groups"]),
        cohorts=options["cohorts"],
        states=options["states"],
        transitions=_transitions(workspace, options["transitions"]),
        school_id=_school(workspace, school) if school else None,
        text=options["text"],
    )


# What a filter needs is loaded when that filter is given: a plain list starts in a fraction of the time.


def _worker(workspace: "Workspace", name: str) -> int:
    from transitions.team.workers import find_worker

    return find_worker(workspace, name)


def _school(workspace: "Workspace", name: str) -> int:
    from transitions.pupils.schools import find_school

    return find_school(workspace, name)


def _year_groups(texts: Sequence[str]) -> tuple[int, ...]:
    from transitions.school_year import parse_year_group

    try:
        return tuple(parse_year_group(text) for text in texts)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--year-group") from None


def _transitions(workspace: "Workspace", codes: tuple[str, ...]) -> tuple[str, ...]:
    if codes:
        known = {milestone.transition for milestone in workspace.milestones.values()}
        for code in codes:
            if code not in known:
                raise click.BadParameter(
                    f"{code!r} is not one of {', '.join(sorted(known))}.", param_hint="--transition"
                )
    return codes


def answers(fields: dict[str, object]) -> dict[str, object]:
    """Read every ``@FILE``."""
    return {name: answer(str(value)) for name, value in fields.items()}
