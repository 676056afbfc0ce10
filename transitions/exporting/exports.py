"""The exports by name, for the command line and the app."""

from pathlib import Path

from transitions.caseload import Caseload
from transitions.exporting.files import Exported, Options
from transitions.exporting.missed import export_missed
from transitions.exporting.plans import export_plans
from transitions.exporting.pupils import export_pupils
from transitions.workspace import Workspace

__all__ = ["Exported", "Options", "export"]


def export(
    workspace: Workspace, what: str, caseload: Caseload, target: Path | None, options: Options | None = None
) -> Exported:
    """Write "pupils", "plans" or "missed" to ``target``, None for standard output; every file is noted in the journal.

    Raises CannotWrite, and NotAllowed for a pseudonymised file in full.
    """
    write = {"pupils": export_pupils, "plans": export_plans, "missed": export_missed}[what]
    return write(workspace, caseload, target, options or Options())
