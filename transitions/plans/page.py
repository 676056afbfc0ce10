"""One version of a plan, whole: what it says, what it asks, who does what, who met, who has a copy."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeVar

from db.driver import Connection
from db.plans import plans as store
from db.plans.plans import ActionRow, AttendeeRow, CopyRow, MeetingRow, OutcomeRow, PlanRow
from db.plans.quality import VersionRow
from db.pupils import pupils as pupil_store
from db.pupils.pupils import ContactRow, Episode, PupilPage
from db.workshops import workshops
from db.workshops.workshops import LinkRow
from transitions.errors import require
from transitions.milestones.definitions import load_shipped
from transitions.plans import questions
from transitions.plans.questions import PlanForm
from transitions.questionnaire import Filled, Question, Section, filled
from transitions.school_year import academic_year, age_on, year_group_label
from transitions.workspace import Workspace

VIEWS = ("pupil", "family", "school", "others")
"""From whose side a plan says what is working, and what is not."""
PLAN_IS_GONE = "This plan is no longer here. Somebody has undone the change that opened it."
_Version = TypeVar("_Version", PlanRow, VersionRow)


@dataclass(frozen=True)
class Meeting:
    """A meeting with everybody who was invited, the pupil and the family first."""

    row: MeetingRow
    attendees: tuple[AttendeeRow, ...]


@dataclass(frozen=True)
class PlanPage:
    """One version of a plan with everything that hangs on it, as of ``today``."""

    plan: PlanRow
    pupil: PupilPage
    episodes: tuple[Episode, ...]
    today: date
    form: PlanForm
    outcomes: tuple[OutcomeRow, ...]
    every_action: tuple[ActionRow, ...]
    meetings: tuple[Meeting, ...]
    copies: tuple[CopyRow, ...]
    links: tuple[LinkRow, ...]
    contacts: tuple[ContactRow, ...]
    versions: tuple[PlanRow, ...]

    @property
    def actions(self) -> tuple[ActionRow, ...]:
        return tuple(action for action in self.every_action if action.audit_id is None)

    @property
    def overdue_actions(self) -> tuple[ActionRow, ...]:
        return tuple(
            one for one in self.actions if one.status == "open" and one.due_on is not None and one.due_on < self.today
        )

    @cached_property
    def age(self) -> int:
        return age_on(self.pupil.date_of_birth, self.today)

    @cached_property
    def year_group(self) -> int:
        return academic_year(self.today) - self.pupil.cohort_year

    @property
    def year_group_words(self) -> str:
        return year_group_label(self.year_group)

    @property
    def called(self) -> str:
        return self.pupil.preferred_name or self.pupil.forename

    @property
    def title(self) -> str:
        return point_title(self.plan.transition)

    @property
    def move_and_name(self) -> str:
        return f"{self.title} · {self.called} {self.pupil.surname}"

    @property
    def agreed(self) -> bool:
        """Whether what it says stands, so that a change takes a new version."""
        return self.plan.agreed_on is not None

    @property
    def later(self) -> PlanRow | None:
        """The version that counts in place of this one; one that was closed without being agreed is in nobody's way."""
        open_later = [one for one in self.versions if one.version > self.plan.version and one.status != "closed"]
        return open_later[-1] if open_later else None

    @property
    def in_force(self) -> PlanRow | None:
        """The newest version of this move that was agreed: in force, or, when it is closed, the last one that was."""
        move = next(versions for versions in by_move(self.versions) if self.plan in versions)
        return next((one for one in reversed(move) if one.agreed_on is not None), None)

    @property
    def outcome_numbers(self) -> dict[int, int]:
        """The outcomes' numbers from 1 in the order of the areas, so that an action can say which of them it serves."""
        areas = list(self.form.areas)
        return {
            one.id: place for place, one in enumerate(sorted(self.outcomes, key=lambda one: areas.index(one.area)), 1)
        }

    @property
    def destination(self) -> str | None:
        return self.plan.destination_school or self.plan.destination

    def value(self, question: Question) -> object:
        """The answer to a question: a text, a date, True, False or None; for people and schools the name."""
        if question.code == "preferred_name":
            return self.pupil.preferred_name
        named = {"named_worker_id": "named_worker", "destination_school_id": "destination_school"}
        return getattr(self.plan, named.get(question.code, question.code))

    def filled(self, section: Section) -> Filled:
        """How much of a section is filled in; a list that it holds counts as one thing more."""
        has_some = {
            "outcomes": bool(self.outcomes),
            "actions": bool(self.actions),
            "people": bool(self.contacts),
            "meetings": bool(self.meetings),
            "copies": bool(self.copies),
        }
        return filled(section, {question.code: self.value(question) for question in section.questions}, has_some)


def load(workspace: Workspace, plan_id: int) -> PlanPage:
    """Read one version of a plan. Raises ``NoSuchRecord`` when it is no longer there."""
    connection, today = workspace.read(), workspace.clock.today
    plan = existing_plan(connection, plan_id)
    pupil = require(pupil_store.page(connection, plan.pupil_id), PLAN_IS_GONE)
    group = academic_year(today) - pupil.cohort_year
    attendees = store.attendees(connection, plan_id)
    return PlanPage(
        plan=plan,
        pupil=pupil,
        episodes=tuple(pupil_store.episodes(connection, plan.pupil_id)),
        today=today,
        form=questions.form_of(workspace, plan.transition, age=age_on(pupil.date_of_birth, today), year_group=group),
        outcomes=tuple(store.outcomes(connection, plan_id)),
        every_action=tuple(store.actions_of_plan(connection, plan_id)),
        meetings=tuple(
            Meeting(row, tuple(one for one in attendees if one.meeting_id == row.id))
            for row in store.meetings(connection, plan_id)
        ),
        copies=tuple(store.copies(connection, plan_id)),
        links=tuple(workshops.of_plan(connection, plan_id)),
        contacts=tuple(pupil_store.contacts(connection, plan.pupil_id)),
        versions=tuple(store.versions(connection, plan.pupil_id, plan.transition)),
    )


def existing_plan(connection: Connection, plan_id: int) -> PlanRow:
    return require(store.plan(connection, plan_id), PLAN_IS_GONE)


def of_pupil(workspace: Workspace, pupil_id: int) -> list[PlanRow]:
    """The plans of a pupil: those that are not closed first, newest first."""
    return store.of_pupil(workspace.read(), pupil_id)


def current(workspace: Workspace, pupil_id: int, transition: str | None = None) -> PlanRow | None:
    return next(
        (
            plan
            for plan in of_pupil(workspace, pupil_id)
            if plan.status != "closed" and transition in (None, plan.transition)
        ),
        None,
    )


def point_title(transition: str) -> str:
    point = load_shipped().transitions.get(transition)
    return point.title if point else transition


def versions_up_to(versions: Iterable[PlanRow], plan: PlanRow) -> list[PlanRow]:
    """The plan and the versions it was made from, newest first, out of all versions for its transition point.

    A pupil can make the same kind of move twice, between two colleges for example. Then the first plan was closed before the
    second was opened, while a version that is replaced stays in force until the new one is agreed.
    """
    found = [plan]
    for earlier in sorted(versions, key=lambda one: one.version, reverse=True):
        if earlier.version >= plan.version:
            continue
        if _ended_before(earlier, found[-1]):
            break
        found.append(earlier)
    return found


def by_move(versions: Iterable[_Version]) -> list[list[_Version]]:
    found: list[list[_Version]] = []
    for one in sorted(versions, key=lambda one: (one.pupil_id, one.transition, one.version)):
        before = found[-1][-1] if found else None
        if (
            before is None
            or (before.pupil_id, before.transition) != (one.pupil_id, one.transition)
            or _ended_before(before, one)
        ):
            found.append([])
        found[-1].append(one)
    return found


def _ended_before(earlier: _Version, later: _Version) -> bool:
    return earlier.closed_on is not None and earlier.closed_on < later.opened_on
