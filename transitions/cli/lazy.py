"""Groups of commands that are imported when they are called, so that ``--help`` and ``--version`` stay instant."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

Commands = Mapping[str, tuple[str, str]]
"""By the name of a command: the module of ``transitions.cli`` that holds it, and what it does in a sentence."""


class LazyCommands(click.Group):
    """A group that knows its commands by name and sentence, and loads one when it is called."""

    def __init__(self, *arguments: Any, table: Commands, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.table = table

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Give the names in the order in which people meet them."""
        del ctx
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one command, or None when there is no such name."""
        del ctx
        if cmd_name not in self.table:
            return None
        module = import_module(f"transitions.cli.{self.table[cmd_name][0]}")
        command = getattr(module, f"{cmd_name.replace('-', '_')}_command")
        assert isinstance(command, click.Command)  # noqa: S101 - held by a test over every table
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without loading any."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in self.table.items()])
