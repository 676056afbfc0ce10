"""The workshops of the demonstration: as the program would have written them, on whatever day it is made."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from builders import damage_in

from db.journal import stored
from transitions.calendar.clashes import clashes_of
from transitions.clock import Clock
from transitions.demo.content import Dice, material
from transitions.demo.council import districts, staff
from transitions.demo.make import make
from transitions.demo.workshops import workshops
from transitions.school_year import academic_year
from transitions.text import clean
from transitions.workshops import actions, attendance, feedback, missed_settings, page, saving, training
from transitions.workshops.page import WorkshopPage
from transitions.workshops.reading import WORKSHOP_FIELDS, places_in_words, workshop_context
from transitions.workspace import Workspace

TODAY = date(2026, 11, 21)
TABLES = (
    "workshop", "workshop_invitation", "workshop_action", "workshop_progress", "workshop_feedback", "training_module", "year_date",
)  # fmt: skip
DAYS = [
    TODAY, date(2026, 9, 1), date(2026, 12, 24), date(2027, 1, 20), date(2027, 3, 28), date(2027, 7, 16), date(2027, 8, 31),
    date(2028, 2, 29), date(2035, 6, 1),
]  # fmt: skip


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A demonstration of 400 pupils; nothing here writes to it."""
    workspace = Workspace.open(tmp_path_factory.mktemp("demo") / "demo.db", Clock.on(TODAY), create=True)
    make(workspace, 400)
    yield workspace
    workspace.close()


@pytest.fixture(scope="module")
def pages(demo: Workspace) -> list[WorkshopPage]:
    return [page.load(demo, row.id) for year in (2025, 2026) for row in page.of_year(demo, year)]


def written(day: date, pupils: int, seed: str = "1") -> dict[str, list[dict[str, Any]]]:
    """Give the rows that are made for so many pupils about a day, without any database."""
    source, dice = material(), Dice(seed)
    areas = districts(source, pupils)
    rows = workshops(dice, source, areas, staff(Dice(seed), source, areas, pupils), day)
    return {
        table: [{name: stored(value) for name, value in row.items()} for row in made] for table, made in rows.of.items()
    }


def test_there_is_something_of_every_kind(pages: list[WorkshopPage]) -> None:
    kinds = Counter(one.workshop.kind for one in pages)
    assert kinds.keys() == {
        "transitions workshop", "information-sharing forum", "SENCO transition meeting", "LIFT meeting", "strategic meeting",
        "evening for parents", "transition day", "training", "other meeting",
    }  # fmt: skip
    (conference,) = (one for one in pages if one.workshop.kind == "other meeting")
    assert places_in_words(conference.workshop) == "7 of 60 places taken, 53 left"
    assert [row.title for row in conference.links] == ["Form to book a place", "Programme for the day"]
    assert Counter(one.workshop.status for one in pages)["cancelled"] == 1
    assert {one.workshop.on_day.month for one in pages if one.workshop.kind == "transition day"} == {7}
    lift = [one.workshop.on_day for one in pages if one.workshop.kind == "LIFT meeting"]
    assert len(lift) >= 6
    assert sum(one.workshop.open_actions for one in pages) > 5
    assert sum(len(one.feedback) for one in pages) > 30


def test_the_records_are_as_the_program_itself_would_write_them(demo: Workspace, pages: list[WorkshopPage]) -> None:
    fields = ("kind", "title", "starts", "ends", "place", "link", "transition", "audience", "agenda", "year_groups")
    context = workshop_context(demo)
    for one in pages:
        row = one.workshop
        for name in fields:
            assert WORKSHOP_FIELDS.value(name, getattr(row, name), context) == getattr(row, name), (row.id, name)
        assert row.la_number == 999
        assert row.worker is not None
        assert (row.status == "planned") == (row.on_day >= TODAY)
        assert (row.status == "cancelled") == (row.cancel_reason is not None)
        assert saving.find_workshop(demo, f"#{row.id}") == row.id
    assert damage_in(demo) == []
    texts = [
        text
        for table in TABLES
        for row in demo.read().execute(f"SELECT * FROM {table}")
        for text in row
        if isinstance(text, str)
    ]
    assert [text for text in texts if clean(text, lines=True) != text or "{" in text] == []


def test_registers_are_marked_when_the_day_has_been(pages: list[WorkshopPage]) -> None:
    for one in pages:
        for line in one.invitations:
            assert line.people is None or line.attendance == "came"
            assert line.before is None or line.attendance == "came"
            assert line.attendance == "invited" or one.workshop.status == "held"
    unmarked = [one for one in pages if one.workshop.status == "held" and one.unmarked]
    assert len(unmarked) == 1  # the newest, so that somebody has something to mark
    assert 0 < len(unmarked[0].unmarked) < len(unmarked[0].invitations)


def test_actions_are_looked_at_and_carried(demo: Workspace, pages: list[WorkshopPage]) -> None:
    agreed = [action for one in pages for action in one.actions]
    assert {action.grade for action in agreed} >= {None, 1, 2}
    series = [(action.series, action.what) for action in agreed]
    assert len(series) == len(set(series))
    progress = {one.id: one for every in pages for one in every.progress}
    for action in agreed:
        looks = sorted((one.graded_on, one.id, one.grade) for one in progress.values() if one.action_id == action.id)
        assert all(action.agreed_on < day <= TODAY for day, _, _ in looks)
        assert [grade for _, _, grade in looks[:-1]].count(1) == 0  # nobody looks again at what is done
        assert action.grade == (looks[-1][2] if looks else None)
        assert (action.dropped_on is None) == (action.drop_reason is None)
    [coming, *_] = page.coming(demo, 14)
    assert page.load(demo, coming.id).carried
    waiting = actions.open_actions(demo)
    assert sum(one.due_on is not None and one.due_on < TODAY for one in waiting) < len(waiting) < len(agreed)


def test_figures_have_something_to_say(demo: Workspace) -> None:
    few = attendance.none_or_once(demo, 2025)
    assert few.none
    assert few.schools > 10
    assert all(term.meetings and term.attendance.came > 0 for term in attendance.by_term(demo, 2025))
    done = training.completion(demo, material().workshop_words["programme"])
    assert 0 < done.completed.counted < done.completed.base
    said = training.confidence(demo, done.programme)
    assert said.pairs.counted > 5
    assert (said.before or 9) < (said.after or 0)
    assert sum(theme.rated > 0 for theme in feedback.by_theme(demo)) >= 6
    forum = next(row for row in page.of_year(demo, 2026) if row.kind == "information-sharing forum")
    assert missed_settings.absent_with_movers(demo, forum.id).settings


def test_only_what_is_meant_to_clash_does(demo: Workspace) -> None:
    for year in (2025, 2026):
        found = clashes_of(demo, year)
        assert [clash.event.title for clash in found if clash.kind == "return window"] == ["Transitions workshop"]
        assert {clash.kind for clash in found} == {"return window", "feeder"}
        assert all(clash.other and "coast" in clash.other.title for clash in found if clash.kind == "feeder")


def test_fourteen_of_forty_eight_where_there_are_schools_enough() -> None:
    rows = written(TODAY, 20_000)
    forum = next(row for row in rows["workshop"] if row["kind"] == "information-sharing forum")
    lines = [row for row in rows["workshop_invitation"] if row["workshop_id"] == forum["id"] and row["school_id"]]
    assert (sum(line["attendance"] == "came" for line in lines), len(lines)) == (14, 48)


@pytest.mark.parametrize("day", DAYS)
def test_something_is_to_come_on_whatever_day(day: date) -> None:
    rows = written(day, 400)
    soon = [one for one in rows["workshop"] if day < date.fromisoformat(one["on_day"]) <= day + timedelta(days=14)]
    assert [one for one in soon if one["status"] == "planned" and one["kind"] == "LIFT meeting"]
    days = [one["on_day"] for one in rows["workshop"]]
    assert days == sorted(days)
    assert {academic_year(date.fromisoformat(one)) for one in days} >= {academic_year(day) - 1, academic_year(day)}
    together = Counter((one["series"], one["on_day"]) for one in rows["workshop"])
    assert set(together.values()) == {1}
    for one in rows["workshop"]:
        assert re.fullmatch(r"[0-9]{2}:[0-9]{2}", one["starts"])
        assert date.fromisoformat(one["on_day"]).weekday() < 5


def test_the_same_seed_and_day_make_the_same() -> None:
    assert written(TODAY, 400) == written(TODAY, 400)
    assert written(TODAY, 400) != written(TODAY, 400, seed="2")


def test_every_meeting_has_words_for_what_it_agrees() -> None:
    words = material().workshop_words
    for some in words["action"].values():
        assert all({"what", "who", "evidence"} <= one.keys() for one in some)
        assert len({one["what"] for one in some}) == len(some)
    assert words["feedback"].keys() <= feedback.load_themes().by_code.keys()
