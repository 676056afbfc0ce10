"""Whatever stands in any column of any table, no command prints anything that steers a terminal."""

import io
import json
import sys
from collections.abc import Iterator

import click
import pytest
from command import Command
from sqlcipher3 import dbapi2

from transitions.cli import cli, run

STEERING = {
    *map(chr, (*range(9), *range(0xB, 0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)))
}
"""C0, DEL, C1 and what turns round the order of letters: all but the tab and the end of a line."""
HOSTILE = " \x1b]52;c;cHduZWQ=\x07\x9b2J\x85\x7f\u202egpj\u2066"
PLAIN = ("name", "surname", "forename", "preferred_name", "town")
"""Columns of words that need not have a blank in them."""
WORDS = {
    "pupil": "#1", "pupils": "#1", "record": "#1", "workshop": "#1", "milestone": "6-7.tier", "school": "#1", "code": "census.spring",
    "fields": "nonsense=x", "file": "-", "folder": "nowhere", "text": "What was said", "friend": "#2", "number": "1", "name": None,
    "what": "plan", "kind": None,
}  # fmt: skip
"""What is typed for each argument; with None it is left out."""


def leaves(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(group, help_option_names=["-h", "--help"])
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        assert found is not None
        if isinstance(found, click.Group):
            yield from leaves(found, (*path, name))
        if not isinstance(found, click.Group) or found.invoke_without_command:
            yield (*path, name), found


@pytest.fixture
def everything_hostile(command: Command) -> Command:
    """A made-up caseload into whose every text another program has written what steers a terminal."""
    command.ok("demo", "--pupils", "12", "--db", command.path)
    with dbapi2.connect(str(command.path)) as connection:
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for trigger, _ in triggers:
            connection.execute(f'DROP TRIGGER "{trigger}"')
        tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT IN ('term', 'sqlite_sequence')"
        for (table,) in connection.execute(tables).fetchall():
            for _, column, kind, *_ in connection.execute(f'PRAGMA table_info("{table}")').fetchall():
                if kind.startswith(("VARCHAR", "TEXT")):
                    words = (
                        "1"
                        if column in PLAIN
                        else f'instr("{column}", \' \') AND NOT json_valid("{column}") AND "{column}" NOT GLOB \'[12][0-9][0-9][0-9]-*\''
                    )
                    connection.execute(
                        f'UPDATE OR IGNORE "{table}" SET "{column}" = "{column}" || ? WHERE {words}', [HOSTILE]
                    )
        for _, made in triggers:  # without them it would not be opened
            connection.execute(made)
    connection.close()
    return command


@pytest.mark.of_a_file
def test_no_command_prints_what_steers_a_terminal(everything_hostile: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(everything_hostile.folder)  # where a backup that is called "-" lands
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    printed_hostile = 0
    for path, found in leaves(cli):
        if path in {("demo",), ("restore",)}:
            continue
        typed = [
            WORDS.get(one.name) for one in found.params if isinstance(one, click.Argument) and one.name is not None
        ]
        context = click.Context(found, help_option_names=["-h", "--help"])
        styles = ("table", "json") if any(one.name == "style" for one in found.get_params(context)) else (None,)
        for style in styles:
            words = [*path, *(word for word in typed if word is not None), *(("--format", style) if style else ())]
            result = everything_hostile(*words)
            assert result.status != 70, words
            assert not STEERING.intersection(result.out + result.err), words
            if style == "json" and result.out and result.status == 0:
                printed_hostile += HOSTILE in str(json.loads(result.out)) or "\\u202e" in result.out
    assert printed_hostile > 10


def test_wrong_usage_is_said_without_what_steers_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["list", f"--{HOSTILE}"], [HOSTILE], ["import", HOSTILE], ["show", "--as-of", HOSTILE, "#1"]):
        assert run(words) != 0
        printed = capsys.readouterr()
        assert not STEERING.intersection(printed.out + printed.err), words


@pytest.mark.of_a_file
def test_json_gives_back_every_character_that_is_kept(everything_hostile: Command) -> None:
    [first] = json.loads(everything_hostile.ok("show", "#1", "--format", "json").out.join("[]"))
    assert first["surname"].endswith(HOSTILE)


def test_a_number_that_no_record_can_have_is_wrong_usage(school: Command) -> None:
    tried = 0
    for path, found in leaves(cli):
        for one in found.params:
            if isinstance(one.type, click.types.IntParamType) and one.name != "seed":
                number = ["99999999999999999999"] if isinstance(one, click.Argument) else [one.opts[0], "9" * 20]
                needed = [WORDS.get(str(two.name)) or "1" for two in found.params if isinstance(two, click.Argument)]
                words = [*path, *(number if isinstance(one, click.Argument) else [*needed, *number])]
                assert school(*words).status == 2, words
                tried += 1
    assert tried > 25
