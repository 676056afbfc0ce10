"""The records of workshops that commands print; their keys are a promise to scripts, as those of ``records`` are."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from db.workshops.workshops import WorkshopActionRow, WorkshopRow
from transitions.school_year import split_year_groups
from transitions.workshops.actions import assessment, is_open
from transitions.workshops.attendance import MeetingFigures, of_meeting
from transitions.workshops.feedback import RATINGS, ThemeFigures
from transitions.workshops.page import WorkshopPage

LIST_KEYS = (
    "id", "on_day", "last_day", "starts", "ends", "kind", "title", "series", "status", "host_school", "place", "link",
    "worker", "transition", "year_groups", "audience", "programme", "module", "schools_came", "schools_invited",
    "schools_not_marked", "attendance", "open_actions", "cancel_reason", "archived",
)  # fmt: skip
LIST_SHOWN = ("id", "on_day", "status", "kind", "title", "attendance", "open_actions")
REGISTER_KEYS = ("id", "school", "phase", "agency", "name", "attendance", "people", "before", "after", "note")
REGISTER_SHOWN = ("school", "agency", "name", "attendance", "people", "note")
PROPOSED_KEYS = ("school_id", "school", "movers", "reason")
PROPOSED_SHOWN = ("school", "movers", "reason")
ACTION_KEYS = (
    "id", "workshop", "workshop_title", "agreed_on", "recommendation", "what", "steps", "who", "due_on", "cost",
    "success_measure", "impact", "grade", "assessment", "graded_on", "evidence", "dropped_on", "drop_reason", "open", "overdue",
)  # fmt: skip
ACTION_SHOWN = ("id", "assessment", "due_on", "who", "what", "workshop_title")
FEEDBACK_KEYS = ("id", "theme", "said_by", "rating", "words", "given_on")
THEME_KEYS = (
    "theme",
    "title",
    "said",
    "rated",
    "mean",
    "good",
    "good_of_rated",
    *(f"rating_{rating}" for rating in RATINGS),
    "words",
)
THEME_SHOWN = ("title", "said", "mean", "good_of_rated")


def list_record(row: WorkshopRow, figures: MeetingFigures) -> dict[str, object]:
    """Give one line of ``workshop list``; the figures are those of its register."""
    schools, cancelled = figures.schools, row.status == "cancelled"
    return {
        **_picked(row, LIST_KEYS[:14]),
        "year_groups": list(split_year_groups(row.year_groups)),
        **_picked(row, ("audience", "programme", "module")),
        "schools_came": None if cancelled else schools.came,
        "schools_invited": row.schools_invited,
        "schools_not_marked": None if cancelled else schools.unmarked,
        "attendance": "cancelled" if cancelled else _attendance(figures),
        **_picked(row, ("open_actions", "cancel_reason")),
        "archived": row.archived_at is not None,
    }


def _attendance(figures: MeetingFigures) -> str:
    """Say how many schools came; of a meeting without schools how many agencies, or people."""
    if figures.schools.invited:
        return figures.schools.words
    for whose, found in (("agencies", figures.agencies), ("people", figures.others)):
        if found.invited:
            return f"{whose}: {found.words}"
    return figures.schools.words


def show_record(page: WorkshopPage) -> dict[str, object]:
    """Give a whole workshop, as ``workshop show --format json`` prints it."""
    figures = of_meeting(page)
    return {
        **list_record(page.workshop, figures),
        "agenda": page.workshop.agenda,
        "notes": page.workshop.notes,
        "people_came": figures.people,
        "by_phase": {phase: one._asdict() for phase, one in figures.by_phase.items()},
        "register": register_records(page),
        "actions": action_records(page.actions, page.today),
        "carried": action_records(page.carried, page.today),
        "feedback": [_picked(one, FEEDBACK_KEYS) for one in page.feedback],
    }


def register_records(page: WorkshopPage) -> list[dict[str, object]]:
    """Give the lines of a register; "invited" is whom nobody has marked."""
    return [_picked(line, REGISTER_KEYS) for line in page.invitations]


def action_records(actions: Iterable[WorkshopActionRow], today: date) -> list[dict[str, object]]:
    """Give actions with their numbers."""
    return [
        {
            **one._asdict(),
            "workshop": one.workshop_id,
            "workshop_title": one.workshop,
            "assessment": "Dropped" if one.dropped_on else assessment(one.grade),
            "open": is_open(one),
            "overdue": is_open(one) and one.due_on is not None and one.due_on < today,
        }
        for one in actions
    ]


def feedback_records(page: WorkshopPage) -> list[dict[str, object]]:
    """Give what was said of a workshop, one by one."""
    return [_picked(one, FEEDBACK_KEYS) for one in page.feedback]


def theme_records(found: Iterable[ThemeFigures]) -> list[dict[str, object]]:
    """Give what was said, counted by theme; the mean stands beside how many gave a rating."""
    return [
        {
            "theme": one.code,
            "title": one.title,
            "said": one.said,
            "rated": one.rated,
            "mean": None if one.mean is None else round(one.mean, 2),
            "good": one.good.counted,
            "good_of_rated": one.good.words if one.rated else None,
            **{f"rating_{rating}": count for rating, count in one.counts.items()},
            "words": one.words,
        }
        for one in found
    ]


def _picked(row: Any, keys: Sequence[str]) -> dict[str, object]:
    return {key: getattr(row, key) for key in keys}
