"""The summary of plans: what a committee or a manager counts, with as little of the pupil in it as will do."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from db import exports as store
from db.exports import ExportedPlan
from db.vocabulary import PLANS_IN_FORCE
from transitions.caseload import caseload as caseloads
from transitions.caseload.caseload import Caseload
from transitions.exporting.columns import PERCENT, PLANS, SECTIONS
from transitions.exporting.files import Code, Exported, Options, described, write
from transitions.plans import questions
from transitions.plans.lifecycle import COMPLETED_MEANS
from transitions.questionnaire import Section
from transitions.school_year import academic_year, age_on, year_group_short
from transitions.workspace import Workspace

__all__ = ["TITLE", "export_plans"]

TITLE: Final = f"Transition plans. Completed means: {COMPLETED_MEANS}"
"""The heading says what is counted, for the number is quoted without the program at hand."""

_FLAGS: Final = ("newest_version", "completed")
_AS_NAMED: Final = {"named_worker_id": "named_worker", "destination_school_id": "destination_school"}
_HELD: Final = {
    "outcomes": "outcomes",
    "actions": "held_actions",
    "people": "held_people",
    "meetings": "held_meetings",
    "copies": "held_copies",
}
"""For the lists that sections hold, what says whether there is anything in them."""
_LISTS: Final = frozenset(_HELD.values())
_HEADERS: Final = tuple(column.header for column in PLANS)

Asked = dict[str, tuple[str, ...]]
"""For each section of a plan, the fields of a row that answer its questions."""


def export_plans(workspace: Workspace, caseload: Caseload, target: Path | None, options: Options) -> Exported:
    """Write one row for each version of the plans of the caseload's pupils. Raises as ``files.write`` does."""
    today = workspace.clock.today

    @cache
    def asked(transition: str, age: int, year_group: int) -> Asked:
        found = questions.form_of(workspace, transition, age=age, year_group=year_group)
        return {section.code: tuple(_answers(section)) for section in found.sections}

    def rows(code: Code) -> Iterator[Sequence[object]]:
        found = store.plans(workspace.read(), caseloads.selection(workspace, caseload), caseload.sort)
        return (_cells(row, today, asked, code) for row in found)

    return write(workspace, "plans", TITLE, described(workspace, caseload), target, options, rows)


def _answers(section: Section) -> Iterator[str]:
    for question in section.questions:
        yield _AS_NAMED.get(question.code, question.code)
    if section.holds:
        yield _HELD[section.holds]


def _cells(row: ExportedPlan, today: date, asked: Callable[[str, int, int], Asked], code: Code) -> tuple[object, ...]:
    group = academic_year(today) - row.cohort_year
    sections = asked(row.transition, age_on(date.fromisoformat(row.date_of_birth), today), group)
    made: dict[str, object] = {
        "pseudonym": code(row.pupil_id, row.upn),
        "year_group": year_group_short(group),
        "review_overdue": row.status in PLANS_IN_FORCE
        and row.review_on is not None
        and row.review_on < today.isoformat(),
        "pupil_voice_recorded": bool(row.pupil_voice),
        "destination": row.destination_school or row.destination,
        "back_up_recorded": bool(row.back_up),
        "advocate_offered": None if row.advocate_offered is None else bool(row.advocate_offered),
        **{name: bool(getattr(row, name)) for name in _FLAGS},
        **{f"{name}{PERCENT}": _percent(row, sections.get(name, ())) for name in SECTIONS},
    }
    return tuple(made[name] if name in made else getattr(row, name) for name in _HEADERS)


def _percent(row: ExportedPlan, fields: Sequence[str]) -> int | None:
    """Give how many per cent of these are answered, rounded down, so that 100 says that nothing is missing.

    That no advocate was offered (0) is an answer; an empty list (0) is none. None when nothing is asked.
    """
    values = ((name, getattr(row, name)) for name in fields)
    answered = sum(bool(value) if name in _LISTS else value not in (None, "") for name, value in values)
    return 100 * answered // len(fields) if fields else None
