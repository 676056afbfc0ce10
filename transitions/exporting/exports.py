"""The exports by name, for the command line and the app."""

from pathlib import Path

from transitions.caseload.caseload import Caseload
from transitions.exporting.files import Exported, Options
from transitions.exporting.handovers import export_handovers
from transitions.exporting.missed import export_missed
from transitions.exporting.plans import export_plans
from transitions.exporting.pupils import export_pupils
from transitions.exporting.workshops import export_attendance, export_workshops
from transitions.workspace import Workspace

__all__ = ["Exported", "Options", "export"]


def export(
    workspace: Workspace, what: str, caseload: Caseload, target: Path | None, options: Options | None = None
) -> Exported:
    """Write one of the files to ``target``, None for standard output; every file is noted in the journal.

    They are "pupils", "plans", "missed", "handovers", and of workshops "workshops" and "attendance". Raises CannotWrite, and NotAllowed for
    a pseudonymised file in full, and for workshops that are to be pseudonymised or narrowed by what only pupils have.
    """
    write = {
        "pupils": export_pupils,
        "plans": export_plans,
        "missed": export_missed,
        "handovers": export_handovers,
        "workshops": export_workshops,
        "attendance": export_attendance,
    }[what]
    return write(workspace, caseload, target, options or Options())
