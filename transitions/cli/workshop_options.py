"""What the commands about workshops share: which one is meant, the line that says which, and what its day clashes with."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from transitions.cli.options import common, opened
from transitions.cli.output import say, talk, text_of

if TYPE_CHECKING:
    from transitions.milestones.recording import Recorded
    from transitions.workspace import Workspace

Function = TypeVar("Function", bound=Callable[..., Any])


class Opened(NamedTuple):
    """An open database and the number of the workshop that a command is about."""

    workspace: "Workspace"
    workshop_id: int


def of_a_workshop(function: Function) -> Function:
    """Add WORKSHOP and the options that every command has; the command takes them as ``**which``."""
    return common(click.argument("workshop")(function))


@contextmanager
def opened_workshop(ctx: click.Context, which: dict[str, Any]) -> Iterator[Opened]:
    """Open the database and find the workshop that WORKSHOP names. Raises ``NoSuchRecord``."""
    from transitions.workshops.saving import find_workshop

    with opened(ctx, which["db"], which["as_of"]) as workspace:
        yield Opened(workspace, find_workshop(workspace, which["workshop"]))


def print_line(workspace: "Workspace", workshop_id: int) -> None:
    """Print which workshop it is: ``workshop #3 2026-11-27 planned Forum``; scripts may take it apart at the spaces."""
    from transitions.workshops.page import load

    row = load(workspace, workshop_id).workshop
    click.echo(text_of(f"workshop #{row.id} {row.on_day} {row.status} {row.title}"))


def recorded_on(workspace: "Workspace", recorded: "Recorded", workshop_id: int) -> None:
    """Say what was recorded, and print which workshop holds it."""
    say(recorded)
    print_line(workspace, workshop_id)


def say_clashes(workspace: "Workspace", workshop_id: int) -> None:
    """Say on standard error what stands in the way of a workshop's day, and the nearest day on which nothing does."""
    from transitions.calendar.clashes import free_date, would_clash
    from transitions.dates import short_with_year
    from transitions.school_year import split_year_groups
    from transitions.workshops.page import load

    page = load(workspace, workshop_id)
    row = page.workshop
    if row.status == "cancelled":
        return
    asked: dict[str, Any] = {
        "kind": row.kind,
        "on_day": row.on_day,
        "last_day": row.last_day,
        "year_groups": split_year_groups(row.year_groups),
        "host_school_id": row.host_school_id,
        "school_ids": {one.school_id for one in page.invitations if one.school_id is not None},
        "leave_out": workshop_id,
    }
    found = would_clash(workspace, **asked)
    for clash in found:
        talk(f"Clash: {clash.sentence}")
    free = free_date(workspace, **asked) if found else None
    if free is not None:
        talk(f"Free: {short_with_year(free)}")


def chosen_kinds(texts: Sequence[str]) -> tuple[str, ...]:
    """Give the kinds of meeting that were typed behind --kind, such as "forum". Nonsense is wrong usage (2)."""
    from transitions.workshops.kinds import find_kind

    try:
        return tuple(map(find_kind, texts))
    except ValueError as problem:
        raise click.BadParameter(str(problem), param_hint="--kind") from None


def chosen_series(workspace: "Workspace", text: str | None) -> str | None:
    """Give the series that was typed behind --series in its own spelling, by its name or the only one with these words.

    Raises ``NoSuchRecord`` with those that there are.
    """
    from transitions.errors import NoSuchRecord
    from transitions.text import searchable
    from transitions.workshops.page import known_series

    if text is None:
        return None
    known = known_series(workspace)
    same = [one for one in known if searchable(one) == searchable(text)]
    found = same or [one for one in known if all(word in searchable(one) for word in searchable(text).split())]
    if len(found) == 1:
        return found[0]
    raise NoSuchRecord(f'No one series answers to "{text}". There are: {"; ".join(found or known) or "none yet"}')
