"""What schools and families say about workshops: recorded by theme, and counted with its base."""

from datetime import date

import pytest
from builders import add_workshop, contents
from conftest import Opener
from hypothesis import given
from hypothesis import strategies as st

from db.workshops import workshops as store
from db.workshops.workshops import FeedbackRow
from transitions.custody import history
from transitions.errors import FieldProblems, NoSuchRecord, NotAllowed
from transitions.workshops import feedback
from transitions.workspace import Workspace

DAY = date(2026, 1, 30)
AUTUMN = date(2025, 11, 7)


@pytest.fixture
def council(opener: Opener) -> Workspace:
    return opener(DAY)


@pytest.fixture
def autumn(council: Workspace) -> int:
    return add_workshop(council, status="held")


def say(workspace: Workspace, workshop: int, theme: str = "clarity", **fields: object) -> int:
    given = {"theme": theme, "said_by": "school", **fields}
    return feedback.save_feedback(workspace, workshop, None, given).number


def said(workspace: Workspace, workshop: int) -> list[tuple[object, ...]]:
    return [row[2:] for row in store.feedback(workspace.read(), workshop)]


def test_the_themes_that_ship() -> None:
    themes = feedback.load_themes()
    assert list(themes.by_code)[:2] == ["clarity", "coordination"]
    assert all(
        theme.code == code and theme.title and theme.question.endswith("?") for code, theme in themes.by_code.items()
    )
    assert tuple(themes.ratings) == feedback.RATINGS


def test_what_was_said_is_kept_changed_and_taken_out(council: Workspace, autumn: int) -> None:
    before = contents(council)
    first = feedback.save_feedback(
        council, autumn, None, {"theme": "Clarity", "said_by": "parents", "rating": "Good", "words": " Dates\nearlier "}
    )
    assert first == ("Feedback added", "Transitions workshop · Fri 7 Nov 2025", 1)
    assert said(council, autumn) == [("clarity", "family", 4, "Dates\nearlier", AUTUMN)]
    edited = feedback.save_feedback(
        council, autumn, first.number, {"rating": "", "given_on": "", "said_by": "pupil", "theme": "clarity"}
    )
    assert edited.changed == 1
    assert said(council, autumn) == [("clarity", "pupil", None, "Dates\nearlier", AUTUMN)]
    taken = feedback.take_out_feedback(council, autumn, [first.number, first.number])
    assert (taken.changed, said(council, autumn)) == (1, [])
    history.undo(council)
    history.undo(council)
    assert said(council, autumn) == [("clarity", "family", 4, "Dates\nearlier", AUTUMN)]
    history.undo(council)
    assert contents(council) == before


def test_it_was_said_on_the_day_or_today(council: Workspace, autumn: int) -> None:
    coming = add_workshop(council, on_day=date(2026, 6, 8))
    say(council, coming, rating=5)
    say(council, autumn, rating=5, given_on="12/11/2025")
    assert [row[-1] for row in (*said(council, coming), *said(council, autumn))] == [DAY, date(2025, 11, 12)]


def test_each_wrong_field_has_its_own_sentence(council: Workspace, autumn: int) -> None:
    wrong = {"theme": "weather", "said_by": "", "rating": "6", "given_on": "31/1/2026", "colour": "red"}
    with pytest.raises(FieldProblems) as refused:
        feedback.save_feedback(council, autumn, None, wrong)
    problems = refused.value.problems
    assert set(problems) == set(wrong)
    assert "expected one of clarity, coordination" in problems["theme"]
    assert "in the future" in problems["given_on"]
    with pytest.raises(FieldProblems, match="Give a rating from 1 to 5, or say it in words"):
        say(council, autumn, words=" ")
    number = say(council, autumn, rating=2)
    with pytest.raises(FieldProblems, match="Give a rating"):
        feedback.save_feedback(council, autumn, number, {"rating": ""})
    assert len(said(council, autumn)) == 1


def test_what_is_not_there(council: Workspace, autumn: int) -> None:
    number = say(council, autumn, rating=2)
    other = add_workshop(council)
    gone = add_workshop(council, archived_at=council.clock.now())
    with pytest.raises(NoSuchRecord, match="no longer here"):
        feedback.save_feedback(council, other, number, {"rating": 3})
    with pytest.raises(NoSuchRecord, match="no longer here"):
        feedback.take_out_feedback(council, other, [number])
    with pytest.raises(NoSuchRecord, match="no such workshop"):
        say(council, 999, rating=1)
    with pytest.raises(NotAllowed, match="was taken out\\."):
        say(council, gone, rating=1)
    assert feedback.take_out_feedback(council, autumn, []).changed == 0
    assert len(said(council, autumn)) == 1


def test_figures_have_their_base(council: Workspace, autumn: int) -> None:
    spring = add_workshop(council, on_day=date(2026, 1, 26), title="Spring forum")
    gone = add_workshop(council)
    for rating in (5, 4, 4, 2):
        say(council, autumn, rating=rating)
    say(council, autumn, words="Who rings whom?")
    say(council, autumn, "coordination", rating=3, said_by="family")
    say(council, spring, rating=1)
    say(council, gone, rating=1)
    with council.change("Workshop taken out", "x") as action:
        action.update("workshop", {"id": gone}, {"archived_at": council.clock.now()})
    clarity, coordination, *rest = feedback.by_theme(council, workshop_id=autumn)
    assert (clarity.code, clarity.said, clarity.rated, clarity.mean, clarity.good[:2]) == (
        "clarity",
        5,
        4,
        3.75,
        (3, 4),
    )
    assert clarity.text == "mean 3.8 of 5; 3 of 4 (75%) good or very good"
    assert (coordination.mean, coordination.good.text) == (3.0, "0 of 1 (0%)")
    assert {(one.said, one.rated, one.mean, one.text) for one in rest} == {(0, 0, None, "nobody gave a rating")}

    def rated(**which: object) -> list[int]:
        return [one.rated for one in feedback.by_theme(council, **which)][:2]  # type: ignore[arg-type]

    assert rated() == [5, 1]
    assert rated(said_by="family") == [0, 1]
    assert rated(workshop_id=autumn, said_by="school") == [4, 0]
    assert rated(series="Spring forum") == [1, 0]
    assert rated(last=AUTUMN) == [4, 1]
    assert rated(first=date(2025, 11, 8), last=date(2026, 1, 26)) == [1, 0]


def test_a_theme_that_is_no_longer_asked_keeps_its_counts() -> None:
    rows = [FeedbackRow(1, 1, "parking", "school", 2, None, AUTUMN)]
    last = feedback.figures(rows)[-1]
    assert (last.code, last.title, last.rated, last.mean) == ("parking", "parking", 1, 2.0)


@given(st.lists(st.tuples(st.sampled_from(["clarity", "timing", "old"]), st.none() | st.integers(1, 5)), max_size=30))
def test_nothing_said_is_lost_or_counted_twice(answers: list[tuple[str, int | None]]) -> None:
    rows = [FeedbackRow(one, 1, theme, "school", rating, "x", AUTUMN) for one, (theme, rating) in enumerate(answers)]
    found = feedback.figures(rows)
    assert sum(one.said for one in found) == len(answers)
    assert sum(one.rated for one in found) == sum(rating is not None for _, rating in answers)
    assert len({one.code for one in found}) == len(found)
    for one in found:
        assert one.good.counted <= one.good.base == one.rated
        assert one.mean is None or 1 <= one.mean <= 5
