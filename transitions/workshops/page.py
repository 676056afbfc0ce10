"""Everything of one workshop: its row, its register, what was said, what was agreed, and what was carried to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from db.workshops import workshops
from db.workshops import workshops as store
from db.workshops.workshops import FeedbackRow, InvitationRow, LinkRow, ProgressRow, WorkshopActionRow, WorkshopRow
from transitions.errors import require
from transitions.pupils.school_groups import schools_in
from transitions.school_year import academic_year, academic_year_span, split_year_groups
from transitions.workspace import Workspace

__all__ = ["FeedbackRow", "InvitationRow", "ProgressRow", "WorkshopActionRow", "WorkshopRow"]

_FULLY_ACHIEVED = 1


@dataclass(frozen=True)
class WorkshopPage:
    """One workshop as a screen shows it.

    ``carried`` are the actions of earlier workshops of the series that were still to be done when this one began: they stand
    on its agenda, also once they have been graded at it.
    """

    workshop: WorkshopRow
    today: date
    invitations: Sequence[InvitationRow]
    feedback: Sequence[FeedbackRow]
    actions: Sequence[WorkshopActionRow]
    carried: Sequence[WorkshopActionRow]
    progress: Sequence[ProgressRow]
    links: Sequence[LinkRow] = ()

    @cached_property
    def year_groups(self) -> tuple[int, ...]:
        return split_year_groups(self.workshop.year_groups)

    @property
    def last_day(self) -> date:
        return self.workshop.last_day or self.workshop.on_day

    @property
    def over(self) -> bool:
        return self.workshop.on_day <= self.today

    @property
    def unmarked(self) -> Sequence[InvitationRow]:
        return [row for row in self.invitations if row.attendance == "invited"]


def existing_workshop(workspace: Workspace, workshop_id: int) -> WorkshopRow:
    """The row of a workshop. Raises ``NoSuchRecord``."""
    return require(store.workshop(workspace.read(), workshop_id), "There is no such workshop.")


def load(workspace: Workspace, workshop_id: int) -> WorkshopPage:
    connection = workspace.read()
    row = existing_workshop(workspace, workshop_id)
    actions = store.actions(connection, workshop_id)
    earlier = store.actions_before(connection, row.series, row.on_day)
    progress = store.progress(connection, [action.id for action in (*actions, *earlier)])
    return WorkshopPage(
        workshop=row,
        today=workspace.clock.today,
        invitations=store.invitations(connection, workshop_id),
        feedback=store.feedback(connection, workshop_id),
        actions=actions,
        carried=[action for action in earlier if _was_open(action, row, progress)],
        progress=progress,
        links=workshops.of_workshop(connection, workshop_id),
    )


def of_year(workspace: Workspace, academic_year: int) -> list[WorkshopRow]:
    return store.between(workspace.read(), *academic_year_span(academic_year))


def coming(workspace: Workspace, days: int) -> list[WorkshopRow]:
    today = workspace.clock.today
    found = store.between(workspace.read(), today, today + timedelta(days=days))
    return [row for row in found if row.status == "planned"]


def of_group(workspace: Workspace, rows: Sequence[WorkshopRow], group_id: int) -> list[WorkshopRow]:
    """Those that a school of a group holds or is invited to, as it belongs to the group in the year of each."""
    held = {year: schools_in(workspace, group_id, year) for year in {academic_year(row.on_day) for row in rows}}
    invited = store.schools_invited(workspace.read(), [row.id for row in rows])
    return [
        row
        for row in rows
        if not held[academic_year(row.on_day)].isdisjoint({row.host_school_id, *invited.get(row.id, ())})
    ]


def archived(workspace: Workspace) -> list[WorkshopRow]:
    return store.archived(workspace.read())


def known_series(workspace: Workspace) -> list[str]:
    return store.series(workspace.read())


def known_programmes(workspace: Workspace) -> list[str]:
    return store.programmes(workspace.read())


def _was_open(action: WorkshopActionRow, workshop: WorkshopRow, progress: Sequence[ProgressRow]) -> bool:
    if action.dropped_on is not None and action.dropped_on < workshop.on_day:
        return False
    before = [
        one
        for one in progress
        if one.action_id == action.id and one.workshop_id != workshop.id and one.graded_on < workshop.on_day
    ]
    return not before or before[-1].grade != _FULLY_ACHIEVED
