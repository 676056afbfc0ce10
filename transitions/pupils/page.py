"""Everything the page of one pupil shows, read at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from db.milestones import planning as planning_store
from db.milestones import steps as step_store
from db.milestones.steps import StepRow
from db.plans import plans as plan_store
from db.plans.plans import ActionRow, PlanRow
from db.pupils import pupils as store
from db.pupils import records as marker_store
from db.pupils import records as pupil_records
from db.pupils.destinations import DestinationRow, destinations
from db.pupils.pupils import ContactRow, Episode, NoteRow, PupilPage
from db.pupils.records import DatedRow, MarkerRow, ParticipationRow
from transitions.errors import require
from transitions.milestones.milestone import OPEN_STATES, State, state_of
from transitions.milestones.recording import Step, put_off_until
from transitions.pupils.events import Suspensions, suspensions
from transitions.school_year import academic_year, age_on, year_group_label
from transitions.term_dates import TermDates
from transitions.workspace import Workspace

__all__ = ["MarkerRow"]


@dataclass(frozen=True)
class TimedStep:
    """A step with its state on the workspace's day."""

    row: StepRow
    state: State

    @property
    def key(self) -> Step:
        return Step(self.row.pupil_id, self.row.milestone_id, self.row.cycle)


@dataclass(frozen=True)
class PupilView:
    """One pupil, whole."""

    page: PupilPage
    year_group: int
    year_group_words: str
    age: int
    needs: list[str]
    episodes: list[Episode]
    destinations: list[DestinationRow]
    dated: list[DatedRow]
    suspensions: Suspensions
    programmes: list[ParticipationRow]
    contacts: list[ContactRow]
    notes: list[NoteRow]
    markers: list[MarkerRow]
    plans: list[PlanRow]
    actions: list[ActionRow]
    steps: list[TimedStep]
    last_touched: tuple[str, str | None] | None
    """The moment (UTC, as stored) of the newest change and who made it."""
    told_again_on: date | None
    """Until then nothing that is open for the pupil is in walks and Today."""

    @property
    def plan(self) -> PlanRow | None:
        return next((plan for plan in self.plans if plan.status != "closed"), None)

    def pressing(self) -> list[TimedStep]:
        found = [step for step in self.steps if step.state in OPEN_STATES and step.row.late_after is not None]
        return sorted(found, key=lambda step: (step.row.late_after, step.row.milestone_id))


def load(workspace: Workspace, pupil_id: int) -> PupilView:
    """The pupil's page. Raises ``NoSuchRecord`` when there is no such pupil."""
    connection, today = workspace.read(), workspace.clock.today
    page = require(
        store.page(connection, pupil_id),
        "This pupil is no longer here. Somebody has undone the change that added the record.",
    )
    group = academic_year(today) - page.cohort_year
    rows = step_store.of_pupil(connection, pupil_id)
    dated = pupil_records.dated(connection, pupil_id)
    return PupilView(
        page=page,
        year_group=group,
        year_group_words=year_group_label(group),
        age=age_on(page.date_of_birth, today),
        needs=store.needs(connection, pupil_id),
        episodes=store.episodes(connection, pupil_id),
        destinations=destinations(connection, [pupil_id]).get(pupil_id, []),
        dated=dated,
        suspensions=suspensions(dated, page.suspensions, today),
        programmes=pupil_records.programmes_of_pupil(connection, pupil_id),
        contacts=store.contacts(connection, pupil_id),
        notes=store.notes(connection, pupil_id),
        markers=[row for row in marker_store.of_pupil(connection, pupil_id) if row.holds(today)],
        plans=plan_store.of_pupil(connection, pupil_id),
        actions=plan_store.actions(connection, pupil_id),
        steps=[TimedStep(row, state_of(row.outcome, row.due_on, row.late_after, today)) for row in rows],
        last_touched=store.last_touched(connection, pupil_id),
        told_again_on=put_off_until(workspace, pupil_id),
    )


def terms_of(workspace: Workspace, pupil_id: int) -> TermDates | None:
    """The term dates that hold for the pupil's school, for dates that are typed; None when the pupil is not there."""
    rows = planning_store.facts(workspace.read(), [pupil_id])
    calendars = workspace.calendars
    return calendars[calendars.key(rows[0].pupil.school_id, rows[0].la_number)] if rows else None


def open_social_care(episodes: Iterable[Episode], day: date) -> list[Episode]:
    return [
        one for one in episodes if (one.started_on or day) <= day <= (one.ended_on or day) and not one.end_not_known
    ]
