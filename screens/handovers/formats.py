"""Saving the pupils of one receiving school: in the columns that it asks for, or as a Common Transfer File.

A format is read from the school's own empty table.
"""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from screens.exporting.save_list import file_trouble, free_name, short_path
from screens.frame.dialogs import Ask, Choice, Choose
from screens.frame.host import Host
from screens.frame.record_form import RecordForm, Values, open_form
from screens.widgets.fields import Field, Option
from screens.widgets.path_box import path_of
from transitions.caseload.caseload import Caseload
from transitions.errors import Fault
from transitions.handovers import formats
from transitions.handovers.board import Board, Line
from transitions.handovers.formats import ExportedFormat, FormatColumn, ProposedColumn
from transitions.handovers.opening import Move
from transitions.handovers.pack_paths import slug
from transitions.text import printable, searchable
from transitions.workspace import Recorded

_NEW: Final = "\0new"
_WITHOUT: Final = "(stays empty)"


def save_in_format(host: Host, move: Move, board: Board | None, highlighted: Line | None) -> None:
    """Ask which school and in which of its formats, and save its pupils; the first time, read its columns from a table."""
    _choose_school(
        host, board, highlighted, "In the columns of which school?", lambda *to: _which_format(host, move, *to)
    )


def save_transfer_file(host: Host, caseload: Caseload, board: Board | None, highlighted: Line | None) -> None:
    """Ask for which school, and save the pupils of the caseload who go there as a partial Common Transfer File."""

    def where(school_id: int, school: str) -> None:
        def problem(text: str) -> str | None:
            return None if path_of(text).is_dir() else "There is no such folder. Name one that is there."

        def answered(text: str | None) -> None:
            if text is not None:
                work = _save_transfer_file(host, caseload, school_id, path_of(text))
                host.run_worker(work, group="export", exit_on_error=False)

        holds = (
            f"The pupils whose next school is {school}, not sealed: send it by a secure way. The file gets the name that "
            "school systems expect."
        )
        host.push_screen(Ask("In which folder?", holds, short_path(Path.home()), problem=problem), answered)

    _choose_school(host, board, highlighted, "A transfer file for which school?", where)


def _choose_school(
    host: Host,
    board: Board | None,
    highlighted: Line | None,
    question: str,
    then: Callable[[int, str], None],
) -> None:
    schools = {
        line.row.to_school_id: line.row.to_school or ""
        for line in (board.lines if board else ())
        if line.row.to_school_id
    }
    if not schools:
        host.say("Nobody on this board has a next school yet.", "warning")
        return

    def chosen(school_id: int | None) -> None:
        if school_id is not None:
            then(school_id, schools[school_id])

    ordered = sorted(schools.items(), key=lambda one: searchable(one[1]))
    choices = [Choice(number, name) for number, name in ordered if number is not None]
    current = highlighted.row.to_school_id if highlighted else None
    host.push_screen(Choose(question, choices, current=current), chosen)


def _which_format(host: Host, move: Move, school_id: int, school: str) -> None:
    known = formats.formats_of(host.workspace, school_id)

    def chosen(name: str | None) -> None:
        if name == _NEW:
            _ask_table(host, move, school_id, school)
        elif name is not None:
            _ask_how(host, move, school_id, school, name)

    if not known:
        _ask_table(host, move, school_id, school)
        return
    choices = [Choice(one.name, one.name, hint=f"{len(one.columns)} columns") for one in known]
    choices.append(Choice(_NEW, "Another: read its columns from a table …", key="n"))
    host.push_screen(Choose(f"In which format of {school}?", choices), chosen)


def _ask_table(host: Host, move: Move, school_id: int, school: str) -> None:
    def problem(text: str) -> str | None:
        return None if path_of(text).is_file() else "There is no such file. Name the table that the school sent."

    def answered(text: str | None) -> None:
        if text is None:
            return
        try:
            found = formats.read_columns(host.workspace, path_of(text))
        except Fault as fault:
            host.say(fault.sentence, "error")
            return
        form = _columns_form(host, school_id, school, path_of(text), found)
        open_form(host, form, lambda: _which_format(host, move, school_id, school))

    detail = f"The table in which {school} asks for its pupils, .csv or .xlsx: its first line is read, nothing else."
    host.push_screen(Ask("Which columns do they ask for?", detail, problem=problem), answered)


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


def _ask_how(host: Host, move: Move, school_id: int, school: str, name: str) -> None:
    choices = [
        Choice(False, "Without what is sensitive", key="w", hint="those columns stay empty"),
        Choice(True, "Everything it asks for", key="e", hint="only by a way that is safe"),
    ]

    def chosen(full: bool | None) -> None:
        if full is not None:
            _ask_where(host, move, school_id, school, name, full=full)

    host.push_screen(Choose("What goes into it?", choices, detail=f"{name}, for {school}"), chosen)


def _ask_where(host: Host, move: Move, school_id: int, school: str, name: str, *, full: bool) -> None:
    proposed = f"handovers-{slug(school)}-{host.clock.today.isoformat()}.csv"

    def problem(text: str) -> str | None:
        return file_trouble(text, path_of(text), proposed)

    def answered(text: str | None) -> None:
        if text is not None:
            work = _save(host, move, school_id, name, path_of(text), full=full)
            host.run_worker(work, group="export", exit_on_error=False)

    holds = "A .csv or .xlsx file, not sealed. Nothing is marked as sent: s records it when it has gone."
    host.push_screen(Ask("Save it as", holds, short_path(free_name(proposed)), problem=problem), answered)


async def _save(host: Host, move: Move, school_id: int, name: str, target: Path, *, full: bool) -> None:
    def write() -> ExportedFormat:
        return formats.export_format(host.workspace, school_id, name, move, target, full=full)

    # a Fault in a worker is said by the app
    written = await asyncio.to_thread(write)
    pupils = "1 pupil" if written.rows == 1 else f"{written.rows:,} pupils"
    host.say(" ".join([f"Saved {pupils} to {short_path(target)}.", *(f"{note}." for note in written.notes)]))


async def _save_transfer_file(host: Host, caseload: Caseload, school_id: int, folder: Path) -> None:
    from transitions.importing.ctf.export import ExportedCtf, export_ctf

    def write() -> ExportedCtf:
        return export_ctf(host.workspace, caseload, school_id, folder)

    # a Fault in a worker is said by the app
    written = await asyncio.to_thread(write)
    pupils = "1 pupil" if written.pupils == 1 else f"{written.pupils:,} pupils"
    where = short_path(written.path) if written.path else "standard output"
    host.say(" ".join([f"Saved {pupils} to {where}.", *(f"{note.rstrip('.')}." for note in written.notes)]))
