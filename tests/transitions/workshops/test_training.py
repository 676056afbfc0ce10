"""Training: modules kept by hand, who has completed a set of them, and confidence before and after, counted by hand."""

from datetime import date
from random import Random
from statistics import mean
from typing import Any

import pytest
from builders import add_invitation, add_school, add_workshop, contents

from transitions.custody import history
from transitions.errors import FieldProblems, NoSuchRecord, NotAllowed
from transitions.text import Share
from transitions.workshops import training
from transitions.workspace import Workspace

THRIVE = "Thrive"


def module(workspace: Workspace, name: str, programme: str = THRIVE, **values: Any) -> int:
    return training.save_module(workspace, None, {"programme": programme, "name": name, **values}).number


def session(workspace: Workspace, name: str | None, day: int = 1, **values: Any) -> int:
    row = {"kind": "training", "title": "Thrive", "on_day": date(2026, 10, day), "programme": THRIVE, "module": name}
    return add_workshop(workspace, **{**row, **values})


def came(workspace: Workspace, workshop_id: int, name: str | None, **values: Any) -> int:
    return add_invitation(workspace, workshop_id, **{"name": name, "attendance": "came", **values})


# --- modules -------------------------------------------------------------------------------------------------------


def test_modules_come_in_the_order_in_which_they_were_added_or_put(workspace: Workspace) -> None:
    first = module(workspace, "Basics")
    module(workspace, "Practice")
    module(workspace, "Reflection", programme="thrive ", position="1")
    session(workspace, None, programme="Emotion Coaching")
    emotion, thrive = training.programmes(workspace)
    assert (emotion.name, list(emotion.modules), len(emotion.sessions)) == ("Emotion Coaching", [], 1)
    assert (thrive.name, [row.name for row in thrive.modules]) == (THRIVE, ["Basics", "Reflection", "Practice"])
    training.save_module(workspace, first, {"position": 3})
    assert [row.name for row in training.programmes(workspace)[1].modules] == ["Reflection", "Practice", "Basics"]


def test_a_new_name_goes_along_to_the_sessions_and_comes_back_with_undo(workspace: Workspace) -> None:
    number = module(workspace, "Basics")
    held = session(workspace, "Basics")
    gone = session(workspace, "Basics", status="cancelled")
    other = session(workspace, "Basics", programme="Another")
    before = contents(workspace)
    saved = training.save_module(workspace, number, {"name": " The  basics "})
    assert (saved.name, saved.summary, saved.changed) == (
        "Module changed",
        "Thrive: The basics",
        3,
    )
    named = dict(workspace.read().execute("SELECT id, module FROM workshop").fetchall())
    assert (named[held], named[gone], named[other]) == ("The basics", "The basics", "Basics")
    history.undo(workspace)
    assert contents(workspace) == before


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"programme": THRIVE}, "name", "needed"),
        ({"name": "Basics"}, "programme", "needed"),
        ({"programme": THRIVE, "name": " "}, "name", "needed"),
        ({"programme": THRIVE, "name": "BASICS"}, "name", "already has this module$"),
        ({"programme": THRIVE, "name": "Old"}, "name", "is retired: bring it back"),
    ],
)
def test_what_is_wrong_is_said_field_by_field(
    workspace: Workspace, fields: dict[str, object], field: str, words: str
) -> None:
    module(workspace, "Basics")
    training.retire_module(workspace, module(workspace, "Old"))
    before = contents(workspace)
    with pytest.raises(FieldProblems, match=words) as refused:
        training.save_module(workspace, None, fields)
    assert field in refused.value.problems
    assert contents(workspace) == before


def test_a_module_stays_with_its_programme(workspace: Workspace) -> None:
    number = module(workspace, "Basics")
    with pytest.raises(FieldProblems, match="stays with Thrive"):
        training.save_module(workspace, number, {"programme": "Another"})
    assert training.save_module(workspace, number, {"programme": "THRIVE"}).changed == 0


def test_retired_and_brought_back(workspace: Workspace) -> None:
    number = module(workspace, "Basics")
    assert training.retire_module(workspace, number).changed == 1
    (programme,) = training.programmes(workspace)
    assert (list(programme.modules), [row.retired_on for row in programme.retired]) == ([], [date(2026, 11, 21)])
    with pytest.raises(NotAllowed, match="already"):
        training.retire_module(workspace, number)
    training.bring_back_module(workspace, number)
    with pytest.raises(NotAllowed, match="as it is"):
        training.bring_back_module(workspace, number)
    with pytest.raises(NoSuchRecord):
        training.retire_module(workspace, 99)


def test_sessions_that_count_for_no_module_are_told(workspace: Workspace) -> None:
    module(workspace, "Basics")
    session(workspace, "Basics")
    astray = [session(workspace, None), session(workspace, "Bascis")]
    session(workspace, "Bascis", status="cancelled")
    (programme,) = training.programmes(workspace)
    assert [row.id for row in programme.astray] == astray
    assert len(programme.sessions) == 3


# --- completion ----------------------------------------------------------------------------------------------------


def test_completed_is_a_session_of_every_module(workspace: Workspace) -> None:
    """Four people came to something, two of them to both modules; five were asked by name."""
    layfield, glebe = add_school(workspace, "Layfield"), add_school(workspace, "The Glebe")
    module(workspace, "Basics")
    module(workspace, "Practice")
    training.retire_module(workspace, module(workspace, "Old"))
    basics, again, practice = (
        session(workspace, "Basics", 1),
        session(workspace, "Basics", 8),
        session(workspace, "Practice", 15),
    )
    old, cancelled = session(workspace, "Old", 16), session(workspace, "Practice", 17, status="cancelled")
    later = session(workspace, "Practice", on_day=date(2026, 11, 22))
    came(workspace, basics, "A. Lee", school_id=layfield)
    came(workspace, practice, "a. lee", school_id=layfield)
    came(workspace, again, "Zoë Lee", agency="CAMHS")
    came(workspace, basics, "Zoe Lee", agency="CAMHS")
    came(workspace, practice, "Zoe Lee", agency="camhs")
    came(workspace, basics, "B. Lee", school_id=layfield)
    came(workspace, cancelled, "B. Lee", school_id=layfield)
    came(workspace, later, "B. Lee", school_id=layfield)
    came(workspace, old, "C. Lee", school_id=glebe)
    for mark, name in (("absent", "B. Lee"), ("apologies", "D. Lee"), ("invited", "C. Lee")):
        came(workspace, practice, name, school_id=glebe if name != "B. Lee" else layfield, attendance=mark)
    came(workspace, basics, None, school_id=glebe, people=4)
    found = training.completion(workspace, THRIVE)
    assert found.modules == ("Basics", "Practice")
    assert [(one.name, one.school or one.agency, one.done, one.missing) for one in found.people] == [
        ("Zoe Lee", "camhs", ("Basics", "Practice"), ()),
        ("a. lee", "Layfield", ("Basics", "Practice"), ()),
        ("B. Lee", "Layfield", ("Basics",), ("Practice",)),
        ("C. Lee", "The Glebe", (), ("Basics", "Practice")),
    ]
    assert found.completed.text == "2 of 4 (50%)"
    assert found.completed_of_invited.text == "2 of 5 (40%)"
    assert (found.invited, found.unnamed) == (5, 1)
    assert {name: one.text for name, one in found.by_module.items()} == {
        "Basics": "3 of 4 (75%)",
        "Practice": "2 of 4 (50%)",
    }
    assert [(one.name, one.school, one.missing) for one in found.schools] == [
        (None, "Layfield", ()),
        (None, "The Glebe", ("Practice",)),
    ]
    assert found.schools_completed.text == "1 of 2 (50%)"


def test_nobody_completes_a_programme_without_modules(workspace: Workspace) -> None:
    came(workspace, session(workspace, None), "A. Lee")
    found = training.completion(workspace, THRIVE)
    assert len(found.people) == 1
    assert (found.completed, found.completed_of_invited, found.schools_completed) == (Share(0, 0),) * 3


def test_completion_is_what_the_raw_rows_say(workspace: Workspace) -> None:
    dice = Random(5)
    names = [f"Person {place}" for place in range(20)]
    modules = ["One", "Two", "Three"]
    for name in modules:
        module(workspace, name)
    for place in range(9):
        number = session(
            workspace,
            dice.choice([*modules, None]),
            day=1 + place,
            status=dice.choice(("held", "planned", "cancelled")),
        )
        for name in dice.sample(names, 15):
            came(workspace, number, name, attendance=dice.choice(("came", "came", "came", "absent", "invited")))
    rows = workspace.read().execute(
        "SELECT i.name, count(DISTINCT CASE WHEN m.module IN ('One', 'Two', 'Three') THEN m.module END) FROM workshop m, "
        "workshop_invitation i WHERE i.workshop_id = m.id AND i.attendance = 'came' AND m.status IN ('held', 'planned') GROUP BY i.name"
    ).fetchall()  # fmt: skip
    found = training.completion(workspace, THRIVE)
    assert {one.name: len(one.done) for one in found.people} == dict(rows)
    assert found.completed == Share(sum(number == 3 for _, number in rows), len(rows))
    assert 0 < found.completed.counted < found.completed.base


# --- confidence ----------------------------------------------------------------------------------------------------


def test_confidence_is_of_those_who_said_both(workspace: Workspace) -> None:
    """Of six who came four said both: 2, 4, 3, 5 before and 4, 4, 5, 3 after."""
    number = session(workspace, "Basics")
    for place, (before, after) in enumerate(((2, 4), (4, 4), (3, 5), (5, 3), (1, None), (None, 5))):
        came(workspace, number, f"Person {place}", before=before, after=after)
    came(workspace, number, "Somebody else", attendance="absent", before=1, after=5)
    came(workspace, number, None, agency="CAMHS", people=3)
    found = training.confidence(workspace, THRIVE)
    assert (found.pairs.text, found.before, found.after) == ("4 of 6 (67%)", 3.5, 4.0)
    assert (found.lower, found.same, found.higher) == (1, 1, 2)
    assert (found.confident_before.text, found.confident_after.text) == ("2 of 4 (50%)", "3 of 4 (75%)")
    assert found.text == (
        "Of 4 of 6 (67%) who came and answered both times, 2 are more confident than before, 1 the same, 1 less. Mean 3.5 before, 4.0 after. At 4 or 5: 2 of 4 (50%) before, 3 of 4 (75%) after."
    )


def test_over_a_programme_each_module_is_compared_with_itself(workspace: Workspace) -> None:
    """Somebody less sure before the second module than after the first has not lost confidence."""
    basics, again, autism, none = (
        session(workspace, name, day) for name, day in (("Basics", 1), ("Basics", 4), ("Autism", 8), (None, 15))
    )
    came(workspace, basics, "A. Lee", before=2, after=5)
    came(workspace, autism, "A. Lee", before=1, after=3)
    came(workspace, none, "A. Lee", before=2, after=2)  # of no module: compared with itself
    came(workspace, basics, "B. Lee", before=1)  # the same module in two sessions
    came(workspace, again, "B. Lee", after=4)
    came(workspace, autism, "B. Lee", after=5)  # said before only of the other module: no pair
    came(workspace, basics, None, agency="CAMHS", before=2, after=2)
    found = training.confidence(workspace, THRIVE)
    assert (found.pairs, found.before, found.after) == (Share(5, 6), 1.6, 3.2)
    assert (found.lower, found.same, found.higher) == (0, 2, 3)


def test_who_comes_again_is_not_compared_with_another_attendance(workspace: Workspace) -> None:
    """A year later the same module counts anew; twice in one year the newest session counts where both were said."""
    last_year, first, again = (
        session(workspace, "Basics", on_day=day) for day in (date(2025, 11, 10), date(2026, 11, 3), date(2026, 11, 17))
    )
    came(workspace, last_year, "A. Lee", before=4, after=5)
    came(workspace, first, "A. Lee", before=2, after=3)
    came(workspace, first, "B. Lee", before=4, after=5)
    came(workspace, again, "B. Lee", before=2, after=3)
    found = training.confidence(workspace, THRIVE)
    assert (found.pairs, found.lower, found.higher) == (Share(3, 3), 0, 3)
    assert (found.before, found.after) == (8 / 3, 11 / 3)


def test_without_pairs_there_is_no_mean(workspace: Workspace) -> None:
    number = session(workspace, None)
    came(workspace, number, "A. Lee", before=4)
    found = training.confidence(workspace, THRIVE)
    assert (found.before, found.after, found.confident_after) == (None, None, Share(0, 0))
    assert found.text == "Nobody has answered both before and after (0 of 1 (0%) of those who came)."
    cancelled = session(workspace, None, status="cancelled")
    came(workspace, cancelled, "A. Lee", before=4, after=5)
    assert training.confidence(workspace, THRIVE).pairs == Share(0, 1)


def test_means_are_those_of_the_raw_rows(workspace: Workspace) -> None:
    dice, number = Random(9), session(workspace, None)
    for place in range(40):
        came(
            workspace,
            number,
            f"P{place}",
            before=dice.choice((None, 1, 2, 3, 4)),
            after=dice.choice((None, 2, 3, 4, 5)),
        )
    rows = workspace.read().execute(
        "SELECT before, after FROM workshop_invitation WHERE before > 0 AND after > 0"
    ).fetchall()  # fmt: skip
    found = training.confidence(workspace, THRIVE)
    assert found.pairs == Share(len(rows), 40)
    assert found.before == pytest.approx(mean(before for before, _ in rows))
    assert found.after == pytest.approx(mean(after for _, after in rows))
    assert found.lower + found.same + found.higher == len(rows)
