"""Saving the pupils of one receiving school: in the columns that it asks for, or as a Common Transfer File.

A format is read from the school's own empty table.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from screens.frame.dialogs import Ask, Choice, Choose
from screens.frame.host import Host
from screens.frame.record_form import RecordForm, Values, open_form
from screens.frame.saving import ask_file, folder_trouble, short_path
from screens.widgets.fields import Field, Option
from screens.widgets.path_box import path_of
from transitions.caseload.caseload import Caseload
from transitions.handovers import formats
from transitions.handovers.board import Board, Line
from transitions.handovers.formats import FormatColumn, ProposedColumn
from transitions.handovers.pack_file import slug
from transitions.handovers.writing import Move
from transitions.text import printable, searchable
from transitions.workspace import Recorded

_NEW: Final = "\0new"
_WITHOUT: Final = "(stays empty)"


async def save_in_format(host: Host, move: Move, board: Board | None, highlighted: Line | None) -> None:
    """Ask which school and in which of its formats, and save its pupils; the first time, read its columns from a table."""
    to = await _choose_school(host, board, highlighted, "In the columns of which school?")
    if to is None:
        return
    school_id, school = to
    name: str | None = _NEW
    while name == _NEW:
        known = formats.formats_of(host.workspace, school_id)
        if known:
            choices = [Choice(one.name, one.name, hint=f"{len(one.columns)} columns") for one in known]
            choices.append(Choice(_NEW, "Another: read its columns from a table …", key="n"))
            name = await host.ask(Choose(f"In which format of {school}?", choices))
        if name == _NEW and not await _read_format(host, school_id, school):
            return
    if name is None:
        return
    choices_of_what = [
        Choice(False, "Without what is sensitive", key="w", hint="those columns stay empty"),
        Choice(True, "Everything it asks for", key="e", hint="only by a way that is safe"),
    ]
    full = await host.ask(Choose("What goes into it?", choices_of_what, detail=f"{name}, for {school}"))
    if full is None:
        return
    target = await ask_file(
        host,
        f"handovers-{slug(school)}-{host.clock.today.isoformat()}.csv",
        "A .csv or .xlsx file, not sealed. Nothing is marked as sent: s records it when it has gone.",
    )
    if target is not None:
        format_name = name
        written = await host.in_thread(
            lambda: formats.export_format(host.workspace, school_id, format_name, move, target, full=full)
        )
        host.say(" ".join([_saved(written.rows, short_path(target)), *(f"{note}." for note in written.notes)]))


async def save_transfer_file(host: Host, caseload: Caseload, board: Board | None, highlighted: Line | None) -> None:
    """Ask for which school, and save the pupils of the caseload who go there as a partial Common Transfer File."""
    from transitions.importing.ctf.export import export_ctf

    to = await _choose_school(host, board, highlighted, "A transfer file for which school?")
    if to is None:
        return
    school_id, school = to
    holds = (
        f"The pupils whose next school is {school}, not sealed: send it by a secure way. The file gets the name that "
        "school systems expect."
    )
    text = await host.ask(Ask("In which folder?", holds, short_path(Path.home()), problem=_no_folder))
    if text is not None:
        folder = path_of(text)
        written = await host.in_thread(lambda: export_ctf(host.workspace, caseload, school_id, folder))
        where = short_path(written.path) if written.path else "standard output"
        host.say(" ".join([_saved(written.pupils, where), *(f"{note.rstrip('.')}." for note in written.notes)]))


def _no_folder(text: str) -> str | None:
    return folder_trouble(text, "Name one that is there.")


def _saved(number: int, where: str) -> str:
    return f"Saved {'1 pupil' if number == 1 else f'{number:,} pupils'} to {where}."


async def _choose_school(
    host: Host, board: Board | None, highlighted: Line | None, question: str
) -> tuple[int, str] | None:
    schools = {
        line.row.to_school_id: line.row.to_school or ""
        for line in (board.lines if board else ())
        if line.row.to_school_id
    }
    if not schools:
        host.say("Nobody on this board has a next school yet.", "warning")
        return None
    ordered = sorted(schools.items(), key=lambda one: searchable(one[1]))
    choices = [Choice(number, name) for number, name in ordered if number is not None]
    current = highlighted.row.to_school_id if highlighted else None
    school_id = await host.ask(Choose(question, choices, current=current))
    return None if school_id is None else (school_id, schools[school_id])


async def _read_format(host: Host, school_id: int, school: str) -> bool:
    """Read the columns that a school asks for from its own table, and let them be looked over; whether they were kept."""

    def problem(text: str) -> str | None:
        return None if path_of(text).is_file() else "There is no such file. Name the table that the school sent."

    detail = f"The table in which {school} asks for its pupils, .csv or .xlsx: its first line is read, nothing else."
    text = await host.ask(Ask("Which columns do they ask for?", detail, problem=problem))
    if text is None:
        return False
    found = formats.read_columns(host.workspace, path_of(text))
    return await open_form(host, _columns_form(host, school_id, school, path_of(text), found))


def _columns_form(host: Host, school_id: int, school: str, path: Path, found: Sequence[ProposedColumn]) -> RecordForm:
    """Let every column be looked over once: which field of ours it is, or that it stays empty."""
    options: list[Option] = [("", _WITHOUT)]
    options += [(code, one.label) for code, one in formats.fields(host.workspace).items()]
    words = dict(options)
    fields = [
        Field(name="name", label="Name of the format", required=True),
        *(
            Field(name=f"column {number}", label=printable(one.header)[:60] or f"column {number}", kind="suggest", suggest=_among(options),
                  help="" if one.sure else "Look at this one: its name is like none of ours")
            for number, one in enumerate(found, 1)
        ),
    ]  # fmt: skip
    stored: Values = {
        "name": printable(path.stem),
        **{f"column {number}": (one.field, words.get(one.field, _WITHOUT)) for number, one in enumerate(found, 1)},
    }

    def save(values: Values, _changed: frozenset[str]) -> Recorded:
        columns = [
            FormatColumn(one.header, str(values[f"column {number}"] or "")) for number, one in enumerate(found, 1)
        ]
        return formats.save_format(host.workspace, school_id, str(values["name"]), columns)

    notice = "Look over which field of ours goes into each column. It is kept with the school."
    return RecordForm(f"Columns of {school}", fields, stored, save, f"draft format {school_id}", notice=notice)


def _among(options: Sequence[Option]) -> Callable[[str], Sequence[Option]]:
    def find(typed: str) -> Sequence[Option]:
        words = searchable(typed).split()
        return [one for one in options if all(word in searchable(one[1]) for word in words)]

    return find
