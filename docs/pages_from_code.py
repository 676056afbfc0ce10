"""The reference pages that come from the code: the command line, the keys, the columns of files."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import click

from transitions.cli import COMMANDS, cli
from transitions.cli.options import FieldWords

_SAID_OF = {
    "pupils": (
        "",
        (
            "A pupil is known by UPN, else by name and date of birth. A UPN whose name and date of birth are both different is a "
            "question. With nobody to ask, that line is refused."
        ),
    ),
    "attendance": (
        "",
        (
            "The per cent stands in a column, or follows from sessions (possible and attended, or both kinds of absence), or from the "
            "marks of the register: one after the other (`/\\/IIO`), or each with its number (`I 4, O 6`). Codes are those of the DfE's "
            "*Working together to improve school attendance* (August 2024), and F, H and J of the years before. Nobody is added and no "
            "name changes: the pupil gets the per cent, and a note with sessions and codes. In September and October Today lists the "
            "pupils of Year 7 who came with 90% or less, until something is recorded of their first weeks."
        ),
    ),
    "events": (
        "",
        (
            "A line is one suspension, lunchtime suspension, permanent exclusion, or time of home education, missing education or off roll, "
            "of a pupil who is here, known by UPN or by name and date of birth. School days stand in a column, or follow from sessions (half "
            "days). Without a school it is the one where the pupil is now. A day that is left out is asked for on Today. An event of the same "
            "kind from the same day is recorded already, and gets what the line says besides. More than 45 school days of suspension in a "
            "school year, or two suspensions at once, are taken and said."
        ),
    ),
    "weeks": (
        "",
        (
            "A line is one week of one pupil who is here, known by UPN or by name and date of birth: any day of the week, the sessions "
            "(half days) that were possible, 10 in a full week, and those attended. Without a school it is the one where the pupil is now. "
            "A week that is recorded already takes the numbers of the line."
        ),
    ),
    "scores": (
        "",
        (
            "A line is one score of one pupil who is here, known by UPN or by name and date of birth: the scale, the dimension, `before` or "
            "`after` the move, the day and the number. No questions and no answers. A score of the same dimension and day takes the number of "
            "the line."
        ),
    ),
    "schools": (
        "",
        (
            "A value that cannot be read is left out with a warning, and the school comes in. Only a row without a URN or a name, "
            "or with the URN of another row, is refused. One such row in a hundred does not stop the others."
        ),
    ),
    "groups": (
        "",
        (
            "A row says that a school, by URN or name, belongs to a group in an academic year (this one if none is given). A school "
            "that is in the group already stays as it is; a row of the year after it left, or before it came, joins on. Whom the "
            "file does not name stays, too: `until` gives the last year of one that left."
        ),
    ),
}
EXIT_STATUSES = (
    (0, "done"),
    (1, "`check` found something, or nothing was undone"),
    (2, "wrong usage"),
    (65, "the input was bad; every problem is listed and nothing was written"),
    (66, "there is no such file"),
    (70, "our fault; a report without any names was written"),
    (73, "the output, the database or its folder cannot be written"),
    (71, "there is not enough memory"),
    (75, "another program is writing to the file"),
    (69, "what is outside the program could not be reached: the keyring"),
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
        (
            "Pipes and files get UTF-8, whatever the locale says. Characters that steer a terminal are left out; JSON writes "
            "them as `\\u009b`, so nothing is lost. When whoever reads stops early, as `head` does, the status is 0."
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
    # with -h as in a run: a command keeps the help option that it is first asked for
    context = click.Context(command, info_name=name, **cli.context_settings)
    yield from ("", f"## `{name}`", "", command.help.split("\n\n")[0] if command.help else summary, "")
    if not isinstance(command, click.Group) or command.invoke_without_command:
        yield from _options(name, command, context)
    if isinstance(command, click.Group):
        for inner in command.list_commands(context):
            found = command.get_command(context, inner)
            if found is not None:
                yield from _command(f"{name} {inner}", found, found.get_short_help_str(200), parent)


def _options(name: str, command: click.Command, context: click.Context) -> Iterator[str]:
    # Of a group only what it takes itself: its commands come below.
    pieces = click.Command.collect_usage_pieces(command, context)
    usage = " ".join(piece for piece in pieces if piece != "[OPTIONS]")
    yield f"    {name} {usage} [options]".replace("  [options]", " [options]")
    yield from ("", "| option | what it does |", "| --- | --- |")
    for option in command.params:
        record = option.get_help_record(context)
        if record is not None:
            yield f"| `{record[0].replace('|', '&#124;')}` | {record[1].replace('|', '&#124;')} |"
    for words in command.params:
        for title, fields in words.told() if isinstance(words, FieldWords) else ():
            yield from ("", f"| {title.lower()} | |", "| --- | --- |")
            yield from (f"| `{field}` | {meaning} |" for field, meaning in fields)


def keys() -> str:
    """Give the page of the keys."""
    from screens.frame.command_list import COMMANDS as REGISTRY
    from screens.frame.letters import letter_table

    return (
        "# Keys\n\nPress `?` anywhere for the keys that work there. Letters are commands in lists and never while typing in a "
        "field. Keys can be changed in `keys.toml`, by the names in the last column; `vi_keys = true` in `config.toml`, or **Vi keys** in the commands, lets `h j k l g G` and Ctrl+D, Ctrl+U move.\n\n"
        + letter_table(REGISTRY)
        + REGISTRY.key_table()
    )


def files() -> str:
    """Give the page of the columns that are read and written."""
    from transitions.exporting.columns import CALENDAR, EXPORTS, FIGURES, REGISTERS
    from transitions.exporting.inspection_columns import INSPECTION
    from transitions.importing.calendar.titles import ENTRY_KINDS as CALENDAR_KINDS
    from transitions.importing.header_names import TABLE_KINDS, header_set

    lines = ["# Files: what is read and what is written"]
    for kind in TABLE_KINDS:
        wanted = header_set(kind)
        lines.extend(("", f"## Reading {kind}", ""))
        lines.extend(
            f"One of these is needed: {', '.join(f'`{name}`' for name in group)}." for group in wanted.required
        )
        lines.extend(("", "| field | header names that are understood |", "| --- | --- |"))
        lines.extend(f"| `{field}` | {', '.join(names)} |" for field, names in wanted.fields.items())
        lines.extend(_SAID_OF.get(kind, ()))
    lines.extend(
        (
            "",
            (
                f"A `kind` of the calendar is one of {', '.join(CALENDAR_KINDS)}, by many of their usual names. Where it is not "
                "said, as in iCalendar files (.ics), words of the title decide, and the preview names them. Of an .ics file the "
                "descriptions, attendees and attachments are not read, nor is a column Description of dates, as what is said about a "
                "date goes into the calendars that are shared. What its owner marked as private stays out: `CLASS`, and Outlook's "
                "`Private` and `Sensitivity`."
            ),
        )
    )
    lines.extend(_common_transfer_file())
    lines.extend(_sen2_return())
    for name, columns in {**EXPORTS, **REGISTERS, **FIGURES, **INSPECTION, "the calendar": CALENDAR}.items():
        lines.extend(("", f"## Writing {name}", "", "| header | what it holds |", "| --- | --- |"))
        lines.extend(f"| `{column.header}` | {column.meaning} |" for column in columns)
    lines.extend(_seen())
    return "\n".join(lines) + "\n"


def _seen() -> Iterator[str]:
    yield from ("", "## What we have seen")
    kinds = tomllib.loads(Path(__file__).with_name("seen.toml").read_text(encoding="utf-8"))
    for kind, about in kinds.items():
        yield from (
            "",
            f"### {kind}",
            "",
            "| what the file does | where it was seen | what we do |",
            "| --- | --- | --- |",
        )
        yield from (f"| {' | '.join(row)} |" for row in about["rows"])


def _sen2_return() -> Iterator[str]:
    from transitions.importing.sen2.returns import MODULES

    yield from (
        "",
        "## Reading a SEN2 return",
        "",
        (
            "`transitions import sen2 person.csv` reads a council's own SEN2 return: the modules in CSV, as COLLECT and case systems "
            "export them. A file is known by its columns, whatever it is called. One file, or a folder, stands for the modules beside "
            "it; several files are read as they are named; a workbook may have a sheet for each. The names of the columns are those of the public reader "
            "MastodonC/witan.sen2. The XML of the return is not read: no public schema of it was found."
        ),
        "",
        "| module | is known by one of | says also |",
        "| --- | --- | --- |",
    )
    for name, (told_by, others) in MODULES.items():
        yield f"| {name} | {', '.join(f'`{one}`' for one in told_by)} | {', '.join(f'`{one}`' for one in others)} |"
    yield from (
        "",
        (
            "A row belongs to its person by `persontableid`, or by `requeststableid`, `namedplantableid`, `activeplanstableid` or `upn`. "
            "Whoever has an active plan, or a named plan that has not ceased, has a plan. The school is the placement of rank 1 that has "
            "not ended; a UKPRN is shown only, as the school list knows schools by URN. Dates are `2026-Sep-28 00:00:00`, ISO or "
            "day first."
        ),
        "",
        (
            "Taken are the EHC plan, and of UPN, ULN, primary need and school what is empty here. `phasetransferfinaldate` marks the step "
            "that the plan names the next school done on that day, `reviewmeeting` (or `lastreview`) the review: of the same "
            "academic year, or of half a year around it. What differs is listed as *in SEN2, not here*, *here, not in SEN2* or *differs*, and "
            "`--reconciliation FILE` writes it as a table. `--take differences` and `--take new` take those, too."
        ),
    )


def _common_transfer_file() -> Iterator[str]:
    from transitions.importing.ctf.preview import COLUMNS, LARGEST, NEWEST_TESTED, OLDEST_READ

    yield from ("", "## Reading a Common Transfer File", "")
    yield (
        f"Versions {OLDEST_READ} to {NEWEST_TESTED} are tested, others are read with a warning; files up to "
        f"{LARGEST // 1_000_000} MB. Elements may stand in any order, with a namespace or without one, and `Gender` is read as "
        "`Sex`, `LegalSurname` as `Surname`. The schools that the pupil went to and the people around the pupil are read too; everything else stays out."
    )
    yield from ("", "| field | what it comes from |", "| --- | --- |")
    yield from (f"| `{field}` | {element} |" for field, element in COLUMNS.items())
