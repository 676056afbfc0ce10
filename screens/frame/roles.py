"""What each command changes, so that one which somebody's login may not do is dimmed and says why before it is tried."""

from typing import Final

from screens.frame.commands import Command
from transitions.workspace import Kind, Workspace

_CHANGES: Final[dict[Kind, str]] = {
    "pupils": """
        milestone.done milestone.missed milestone.waive milestone.reopen milestone.next_step list.waive list.repeat list.owner list.edit
        walk.action walk.later pupil.note pupil.add pupil.edit pupil.archive plan.begin plan.edit plan.next_step plan.action
        plan.outcome plan.audit plan.survey plan.new_version plan.close handover.edit handover.accept handover.accept_all
        handover.send handover.acknowledge handover.tier handover.friends handover.safeguarding handover.note handover.chase
        handover.after handover.viewed handover.failed handover.take_back handover.go_on handovers.start handovers.send
        handovers.chase handovers.acknowledged handovers.one_answer handovers.tier handovers.viewed
        handovers.failed handovers.take_back inbox.acknowledge inbox.ask inbox.answer inbox.receive receiving.commit receiving.keep
        records.import import.commit import.good first.pupils first.add app.redo app.undo
        """,
    "lists": """
        school.edit school.add school.offer school.archive worker.edit worker.add worker.archive worker.hand_over
        records.import_schools first.schools calendar.add calendar.edit calendar.take_out calendar.import milestones.edit
        milestones.move milestones.add milestones.retire milestones.import workshops.add workshops.edit workshops.archive
        register.came register.apologies register.absent register.accepted register.rest register.people register.invite
        register.mark register.unmark register.take_out workshop.add workshop.grade workshop.action workshop.feedback
        workshop.next workshop.edit workshop.cancel workshop.hold workshop.archive clash.move training.add training.edit
        training.retire ask.add ask.days ask.edit ask.retire
        """,
    "files": """
        list.export list.print walk.export calendar.export workshops.export figures.export handovers.export impact.report
        worker.sheet workshop.print plan.print pupil.access import.compared handovers.packs
        """,
    "disposal": "records.retention",
}
"""By what somebody has to be allowed to change, the commands that do nothing else; one that shows something first is not among them."""
_OF: Final = {command: kind for kind, commands in _CHANGES.items() for command in commands.split()}


def why_not(workspace: Workspace, command: Command) -> str | None:
    """Why the login of whoever is at the keyboard may not do this; None when it may, as in a file it always may."""
    kind = _OF.get(command.id)
    return workspace.refusal(kind) if kind else None
