"""A few things done by hand on the day of the demonstration, so that the history and undo have something to show."""

from transitions.caseload import caseload, missed
from transitions.caseload.caseload import Caseload
from transitions.demo.record_steps import OF_THE_RECORD
from transitions.milestones import recording
from transitions.milestones.milestone import Milestone
from transitions.milestones.recording import Step
from transitions.plans import actions
from transitions.workspace import Workspace

_LOOKED_AT, _WAITING = 40, 12


def act(workspace: Workspace) -> None:
    """Mark, flag, waive, note and assign as a person would; with few pupils there is less to do."""
    mine = Caseload(whose="mine")
    waiting = [
        Step(row.pupil_id, row.milestone_id, row.cycle)
        for row in missed.listing(workspace, mine, missed=False, limit=_LOOKED_AT)
        if not _by_record(workspace.milestones[row.milestone_id])
    ][:_WAITING]
    if len(waiting) > 8:
        recording.mark_done(workspace, waiting[:2], evidence="Told at the review")
        recording.flag_missed(workspace, waiting[2:3], reason="not-sent", next_step="Rang the school office.")
        recording.waive(workspace, waiting[3:4], reason="another-way", words="Covered in the annual review.")
    pupils = [row.id for row in caseload.first_rows(workspace, mine, 4)]
    if pupils:
        recording.add_note(workspace, pupils[:1], "Rang home: all well, and looking forward to the visit.")
        actions.add_action(
            workspace, pupils[-1], what="Ring the family after the visit", owner="K. Osei", due_on=workspace.clock.today
        )
    nobodys = [row.id for row in caseload.first_rows(workspace, Caseload(whose="nobody's"), 1)]
    if nobodys:
        recording.assign(workspace, nobodys, workspace.me)


def _by_record(milestone: Milestone) -> bool:
    """Tell whether a step is recorded with the plan or the handover, so that a word about it here would gainsay these."""
    return milestone.of_plan_review or milestone.met_by in OF_THE_RECORD
