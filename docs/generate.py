"""Writes the reference pages from the code itself, so that they cannot say anything else.

uv run python docs/generate.py            writes docs/reference/*.md
uv run python docs/generate.py --check    says which of them are out of date, exit status 1 if any
"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import click

from transitions.cli import COMMANDS, cli
from transitions.milestones import load_shipped

FOLDER = Path(__file__).with_name("reference")
WRITTEN_BY = "<!-- Written by docs/generate.py from the code; do not edit. -->\n"

KINDS: tuple[Literal["pupils", "schools", "terms"], ...] = ("pupils", "schools", "terms")
EXIT_STATUSES = (
    (0, "done"),
    (1, "`check` found something, or there was nothing to undo"),
    (2, "wrong usage"),
    (65, "the input was bad; every problem is listed and nothing was written"),
    (66, "there is no such file"),
    (70, "our fault; a report without any names was written"),
    (73, "the output, the database or its folder cannot be written"),
    (75, "another program is writing to the file"),
    (77, "not allowed, or a reason was missing"),
)


def commands() -> str:
    """Give the page of the command line."""
    lines = [
        "# The command line",
        "",
        (
            "Records go to standard output, everything said about them to standard error. Keys of JSON and headers of CSV "
            "are stable. `FILE` may be `-` where a file is read or written."
        ),
        "",
        "## Exit status",
        "",
        "| status | meaning |",
        "| ---: | --- |",
        *(f"| {number} | {meaning} |" for number, meaning in EXIT_STATUSES),
    ]
    context = click.Context(cli, info_name="transitions")
    for name, (_, summary) in COMMANDS.items():
        command = cli.get_command(context, name)
        if command is not None:
            lines.extend(_command(f"transitions {name}", command, summary, context))
    return "\n".join(lines) + "\n"


def _command(name: str, command: click.Command, summary: str, parent: click.Context) -> Iterator[str]:
    context = click.Context(command, info_name=name, parent=None)
    yield from ("", f"## `{name}`", "", command.help.split("\n\n")[0] if command.help else summary, "")
    if isinstance(command, click.Group):
        for inner in command.list_commands(context):
            found = command.get_command(context, inner)
            if found is not None:
                yield from _command(f"{name} {inner}", found, found.get_short_help_str(200), parent)
        return
    usage = " ".join(piece for piece in command.collect_usage_pieces(context) if piece != "[OPTIONS]")
    yield f"    {name} {usage} [options]".replace("  [options]", " [options]")
    yield from ("", "| option | what it does |", "| --- | --- |")
    for option in command.params:
        record = option.get_help_record(context)
        if record is not None:
            yield f"| `{record[0].replace('|', '&#124;')}` | {record[1].replace('|', '&#124;')} |"


def keys() -> str:
    """Give the page of the keys."""
    from screens.command_list import COMMANDS as REGISTRY

    return (
        "# Keys\n\nPress `?` anywhere for the keys that work there. Letters are commands in lists and never while typing in a "
        "field.\n\n" + REGISTRY.key_table()
    )


def milestones() -> str:
    """Give the page of the milestones that ship with the program."""
    shipped = load_shipped()
    lines = [
        "# Milestones",
        "",
        (
            f"The set that comes with this version ({shipped.version}): {len(shipped.milestones)} milestones. A council reads its "
            "own copy in with `transitions import milestones FILE`; the shipped file is `transitions/milestones.toml`. "
            "*Check* marks what was not verified against a published source: check it with your council before relying on it."
        ),
    ]
    for code, point in shipped.transitions.items():
        found = [milestone for milestone in shipped.milestones if milestone.transition == code]
        if not found:
            continue
        lines.extend(("", f"## {code}: {point.title}", "", point.sentence, ""))
        lines.extend(
            ("| code | milestone | for whom | due | how firm | basis |", "| --- | --- | --- | --- | --- | --- |")
        )
        lines.extend(
            f"| `{m.code}` | {m.title} | {m.criteria.in_words()} | {m.due} | {m.severity}{'' if m.verified else ', *check*'} "
            f"| {m.basis} |"
            for m in found
        )
    lines.extend(("", "## Reasons", "", "| code | words | used for |", "| --- | --- | --- |"))
    lines.extend(
        f"| `{reason.code}` | {reason.words} | {reason.state} |"
        for reason in (*shipped.missed_reasons, *shipped.waived_reasons)
    )
    return "\n".join(lines) + "\n"


def files() -> str:
    """Give the page of the columns that are read and written."""
    from transitions.exporting.columns import CALENDAR, EXPORTS
    from transitions.importing.headers import header_set

    lines = ["# Files: what is read and what is written"]
    for kind in KINDS:
        wanted = header_set(kind)
        lines.extend(("", f"## Reading {kind}", ""))
        lines.extend(
            f"One of these is needed: {', '.join(f'`{name}`' for name in group)}." for group in wanted.required
        )
        lines.extend(("", "| field | header names that are understood |", "| --- | --- |"))
        lines.extend(f"| `{field}` | {', '.join(names)} |" for field, names in wanted.fields.items())
    for name, columns in {**EXPORTS, "the calendar": CALENDAR}.items():
        lines.extend(("", f"## Writing {name}", "", "| header | what it holds |", "| --- | --- |"))
        lines.extend(f"| `{column.header}` | {column.meaning} |" for column in columns)
    return "\n".join(lines) + "\n"


def plans() -> str:
    """Give the page of plans: what each asks, what a step needs to be taken, how it is audited and what families are asked."""
    from transitions.plans import life, questions
    from transitions.plans.auditing import load_checklist
    from transitions.plans.surveys import load_survey

    asked, checklist, survey = questions.load_shipped(), load_checklist(), load_survey()
    lines = [
        "# Plans: what they ask and how they are judged",
        "",
        f"A plan counts as **completed** when it is {life.COMPLETED_MEANS}.",
        "",
        f"## Questions (version {asked.version})",
        "",
        "A council keeps its own labels, prompts and review cycles with `transitions plan wording`, or Plan wording in the app.",
    ]
    for section in asked.sections:
        lines.extend(("", f"### {section.title}", "", section.help, ""))
        if section.questions:
            lines.extend(("| name | question | from age | may change after agreement |", "| --- | --- | --- | --- |"))
        lines.extend(
            f"| `{one.name}` | {one.label} | {one.from_age or ''} | {'yes' if one.running else ''} |"
            for one in section.questions
        )
    lines.extend(("", "## How often a plan is reviewed", "", "The shortest that applies; *months* is editable.", ""))
    lines.extend(("| cycle | months | why |", "| --- | ---: | --- |"))
    lines.extend(f"| {cycle.code} | {cycle.months} | {cycle.words} |" for cycle in asked.cycles)
    lines.extend(("", f"## Quality audit (version {checklist.version})", ""))
    lines.extend(("| item | what is looked for | asked |", "| --- | --- | --- |"))
    lines.extend(
        f"| `{item.code}` | {item.words} | {_asked_from(item.from_age, item.from_year_group)} |"
        for item in checklist.items
    )
    lines.extend(("", "Met counts 2, partly 1, not met 0; the score is the percentage over the items that apply.", ""))
    lines.extend(("| grade | from |", "| --- | ---: |"))
    lines.extend(f"| {grade} | {lowest}% |" for grade, lowest in checklist.grades.items())
    lines.extend(
        ("", f"## Family survey (version {survey.version})", "", "| item | asked of the pupil | asked of the family |")
    )
    lines.append("| --- | --- | --- |")
    lines.extend(
        f"| `{item.code}` | {item.words['pupil']} | {item.words['parent or carer']} |" for item in survey.items
    )
    return "\n".join(lines) + "\n"


def _asked_from(age: int, year_group: int) -> str:
    parts = [f"from {age}" if age else "", f"from Year {year_group}" if year_group else ""]
    return ", ".join(part for part in parts if part) or "always"


PAGES: dict[str, Callable[[], str]] = {
    "command-line.md": commands,
    "keys.md": keys,
    "milestones.md": milestones,
    "files.md": files,
    "plans.md": plans,
}


def stale() -> list[str]:
    """Give the names of the pages that no longer say what the code says."""
    return [name for name, page in PAGES.items() if _standing(name) != WRITTEN_BY + page()]


def _standing(name: str) -> str:
    path = FOLDER / name
    return path.read_text(encoding="utf-8") if path.exists() else ""


def main() -> int:
    """Write the pages, or with --check say which are out of date."""
    if "--check" in sys.argv[1:]:
        for name in stale():
            print(f"docs/reference/{name} is out of date; write it again with: uv run python docs/generate.py")
        return 1 if stale() else 0
    FOLDER.mkdir(exist_ok=True)
    for name, page in PAGES.items():
        (FOLDER / name).write_text(WRITTEN_BY + page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
