"""What ``export ctf`` does beyond the other exports: it goes to one school, and only with the pupils who go there."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from transitions.cli.output import talk

if TYPE_CHECKING:
    from transitions.caseload.caseload import Caseload
    from transitions.workspace import Workspace


def export_ctf(
    workspace: "Workspace", caseload: "Caseload", file: Path, to: str | None, *, purpose: str, overwrite: bool
) -> None:
    """Write a Common Transfer File for the school that ``to`` names, into the folder or file ``file``, '-' to print it.

    Without ``to`` it is wrong usage (2). Raises as the export does.
    """
    from transitions.importing.ctf import export
    from transitions.pupils.schools import find_school

    if to is None:
        raise click.UsageError("A Common Transfer File goes to one school: name it with --to.")
    target = None if str(file) == "-" else file.expanduser()
    made = export.export_ctf(
        workspace, caseload, find_school(workspace, to), target, purpose=purpose, overwrite=overwrite
    )
    pupils = "1 pupil" if made.pupils == 1 else f"{made.pupils:,} pupils"
    talk(f"{pupils} written to {made.path or 'standard output'}.")
    for note in made.notes:
        talk(note)
