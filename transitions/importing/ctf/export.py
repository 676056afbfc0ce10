"""A partial Common Transfer File of the pupils who go to one school, under the name that systems expect, and in the journal."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from db import exports as store
from db.exports import ExportedPupil
from db.journal import Action
from db.pupils import records
from transitions.caseload import caseload as caseloads
from transitions.caseload.caseload import Caseload
from transitions.errors import NoSuchRecord, NotAllowed
from transitions.exporting.target import put_in_place, to_stdout
from transitions.importing.ctf.file_name import FileName, SchoolNumber, proposed, read_name
from transitions.importing.ctf.writing import Sender, ctf_bytes, number_of
from transitions.text import clean, printable
from transitions.workspace import Workspace

__all__ = ["ExportedCtf", "export_ctf"]


class ExportedCtf(NamedTuple):
    """Where the file is (None for standard output), how many pupils it holds, and what is worth saying about it."""

    path: Path | None
    pupils: int
    notes: tuple[str, ...] = ()


def export_ctf(
    workspace: Workspace,
    caseload: Caseload,
    to_school_id: int,
    target: Path | None,
    *,
    purpose: str = "",
    overwrite: bool = False,
) -> ExportedCtf:
    """Write the pupils of the caseload whose next school is ``to_school_id``, and no others, to ``target``.

    In a folder the file gets its right name with the next free counter; None is standard output. The journal notes who
    received it and for what ``purpose``.

    Raises NoSuchRecord when no pupil of the caseload goes there, NotAllowed when a school lacks its DfE number or the
    pupils come from several authorities, and CannotWrite.
    """
    name, destination = _receiver(workspace, to_school_id)
    pupils = _going(workspace, caseload, to_school_id, name)
    sender = _sender(pupils)
    if target is not None and target.is_dir():
        target = proposed(target, sender.number, destination)
    made_at = datetime.combine(workspace.clock.today, workspace.clock.now().time())
    data = ctf_bytes(sender, destination, pupils, made_at)
    summary = _summary(workspace, caseload, name, len(pupils), target, purpose)
    if target is None:
        try:
            to_stdout(data)
        finally:
            _note(workspace, summary)  # what left before a pipe broke has left all the same
    else:
        with put_in_place(target, overwrite=overwrite) as made:
            made.write_bytes(data)
            _note(workspace, summary)
    return ExportedCtf(target, len(pupils), tuple(_worth_saying(pupils, target, sender.number, destination)))


def _receiver(workspace: Workspace, school_id: int) -> tuple[str, SchoolNumber]:
    school = records.record(workspace.read(), "school", ("name", "la_number", "establishment_number"), school_id)
    if school is None:
        raise NoSuchRecord("The school is no longer there: choose another.")
    number = number_of(school["la_number"], school["establishment_number"])
    if number is None:
        raise NotAllowed(
            f"{school['name']} has no DfE number here, which the file needs: record it with the school first."
        )
    return school["name"], number


def _going(workspace: Workspace, caseload: Caseload, school_id: int, name: str) -> list[ExportedPupil]:
    # Who is at or goes to a school is one filter, so that a file for one school does not read the county.
    narrowed = caseload if caseload.school_id is not None else replace(caseload, school_id=school_id)
    connection = workspace.read()
    going = store.going_to(connection, school_id)
    found = store.pupils(connection, caseloads.selection(workspace, narrowed), caseload.sort)
    pupils = [pupil for pupil in found if pupil.id in going]
    if not pupils:
        raise NoSuchRecord(f"No pupil of this list has {name} as the next school, so there is nothing to send there.")
    return pupils


def _sender(pupils: Sequence[ExportedPupil]) -> Sender:
    """Give the school that all of them leave, else the authority that all of their schools belong to."""
    schools = {(number_of(row.school_la, row.school_establishment), row.school) for row in pupils}
    number, name = next(iter(schools))
    if len(schools) == 1 and number is not None:
        return Sender(number, name or "")
    authorities = {row.school_la for row in pupils if row.school_la is not None}
    if len(authorities) == 1:
        return Sender(SchoolNumber(f"{authorities.pop():03d}", "LLLL"), "")
    if not authorities:
        raise NotAllowed(
            "No DfE number is recorded for the pupils' present school, which the file needs: record it first."
        )
    raise NotAllowed("The pupils come from schools of several authorities: make a file for each school, with --school.")


def _summary(
    workspace: Workspace, caseload: Caseload, name: str, pupils: int, target: Path | None, purpose: str
) -> str:
    words = caseloads.describe(workspace, replace(caseload, text=""))
    parts = [
        f"to {name}",
        f"{words} · found by words" if caseload.text else words,
        "1 pupil" if pupils == 1 else f"{pupils:,} pupils",
        "standard output" if target is None else printable(target.name),
    ]
    parts += [f"for: {clean(purpose)}"] if clean(purpose) else []
    return "; ".join(parts)


def _note(workspace: Workspace, summary: str) -> None:
    with workspace.database.write() as connection:
        Action(
            connection,
            name="Exported Common Transfer File",
            summary=summary,
            worker_id=workspace.me,
            at=workspace.clock.now(),
            kind="export",
        )


def _worth_saying(
    pupils: Sequence[ExportedPupil], target: Path | None, source: SchoolNumber, destination: SchoolNumber
) -> list[str]:
    notes = []
    if target is not None and read_name(target.name) != FileName(source, destination):
        right = proposed(target.parent, source, destination).name
        notes.append(f"Schools' systems take it under its right name only, which is {right}.")
    without = sum(pupil.upn is None for pupil in pupils)
    if without:
        who = "1 pupil has" if without == 1 else f"{without:,} pupils have"
        notes.append(f"{who} no UPN here, without which a school's system may refuse the file.")
    return notes
