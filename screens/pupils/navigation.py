"""The doors to records: forms, lists and imports, opened from any screen; imported only when somebody goes through one."""

from typing import TYPE_CHECKING

from screens.frame.dialogs import Choice, Choose
from screens.frame.privacy import list_name
from screens.frame.record_form import open_form
from screens.pupils.contacts import circle_of
from screens.pupils.pupil_form import pupil_form
from screens.pupils.school_form import school_form
from screens.pupils.worker_form import worker_form
from transitions.dates import short_with_year
from transitions.milestones.recording import Recorded
from transitions.pupils import editing, lists

if TYPE_CHECKING:
    from screens.frame.app import TransitionsApp

__all__ = [
    "archive_pupils",
    "archived_pupils",
    "circle_of",
    "edit_pupil",
    "edit_school",
    "edit_worker",
    "import_screen",
    "schools_screen",
    "staff_screen",
]


def edit_pupil(app: "TransitionsApp", pupil_id: int | None) -> None:
    """Open the form for a pupil, or for a new one."""
    open_form(app, pupil_form(app, pupil_id))


def edit_school(app: "TransitionsApp", school_id: int | None) -> None:
    """Open the form for a school, or for a new one."""
    open_form(app, school_form(app, school_id))


def edit_worker(app: "TransitionsApp", worker_id: int | None) -> None:
    """Open the form for a member of staff, or for a new one."""
    open_form(app, worker_form(app, worker_id), app.worker_changed)


def schools_screen(app: "TransitionsApp") -> None:
    """Open the list of schools."""
    from screens.pupils.schools import SchoolsScreen

    app.push_screen(SchoolsScreen())


def staff_screen(app: "TransitionsApp") -> None:
    """Open the list of members of staff."""
    from screens.pupils.staff import StaffScreen

    app.push_screen(StaffScreen())


def import_screen(app: "TransitionsApp", kind: str = "pupils") -> None:
    """Open the import of ``pupils``, ``schools``, ``terms`` or ``milestones``."""
    from screens.importing.importing import ImportScreen

    app.push_screen(ImportScreen(kind))


def archive_pupils(app: "TransitionsApp", pupil_ids: list[int]) -> None:
    """Archive pupils; it can be undone, so nobody is asked."""
    count = editing.archive_pupils(app.workspace, pupil_ids)
    who = app.pupil_name(pupil_ids[0]) if len(pupil_ids) == 1 else f"{count:,} pupils"
    app.tell(Recorded("Archived", who, count))


def archived_pupils(app: "TransitionsApp") -> None:
    """List the pupils who were archived, and bring back the one who is chosen."""
    found = lists.archived_pupils(app.workspace)
    if not found:
        app.say("No pupil is archived.")
        return
    choices = [
        Choice(
            one.id,
            list_name(one.forename, one.surname, hidden=app.private),
            hint="" if app.private else f"born {short_with_year(one.date_of_birth)}",
        )
        for one in found
    ]

    def bring_back(pupil_id: int | None) -> None:
        if pupil_id is not None:
            editing.restore_pupils(app.workspace, [pupil_id])
            app.tell(Recorded("Brought back", app.pupil_name(pupil_id), 1))

    app.push_screen(Choose("Bring back an archived pupil", choices), bring_back)
