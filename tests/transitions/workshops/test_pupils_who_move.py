"""Settings with pupils who are to move, from which nobody came: by hand, and against the raw rows."""

from collections import Counter
from datetime import date
from random import Random

import pytest
from builders import add_invitation, add_pupil, add_school, add_workshop, edit_pupil

from transitions.errors import NoSuchRecord
from transitions.milestones.destinations import seed
from transitions.pupils import schools
from transitions.workshops.missed_settings import (
    NOT_INVITED,
    WithMovers,
    absent_with_movers,
    absent_with_movers_of_year,
)
from transitions.workspace import Workspace

TODAY = date(2026, 11, 21)
LAST_YEAR = date(2026, 1, 26)


class Town:
    """A secondary, another one, and four settings with pupils named to move there."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.conyers = add_school(workspace, "Conyers", low_age=11, high_age=16)
        self.other = add_school(workspace, "Egglescliffe", low_age=11, high_age=16)
        self.ash, self.birch, self.cedar, self.dale = (
            add_school(workspace, name, low_age=4, high_age=11) for name in ("Ash", "Birch", "Cedar", "Dale")
        )
        for school, number in ((self.ash, 3), (self.birch, 2), (self.cedar, 5), (self.dale, 1)):
            for place in range(number):
                self.pupil(school, surname=f"Khan{school}{place}")

    def pupil(self, school: int | None, year_group: int = 6, to: int | None = 0, **values: object) -> int:
        following = self.conyers if to == 0 else to
        return add_pupil(self.workspace, school_id=school, next_school_id=following, year_group=year_group, **values)

    def meeting(self, **values: object) -> int:
        kind = {"kind": "SENCO transition meeting", "on_day": date(2026, 11, 10), "year_groups": "6"}
        return add_workshop(self.workspace, **{"host_school_id": self.conyers, **kind, **values})

    def mark(self, meeting: int, **marks: str) -> None:
        for name, mark in marks.items():
            add_invitation(self.workspace, meeting, school_id=getattr(self, name), attendance=mark)


@pytest.fixture
def town(workspace: Workspace) -> Town:
    return Town(workspace)


def told(found: WithMovers) -> list[tuple[str, str, int]]:
    return [(row.school, row.attendance, row.movers) for row in found.absent]


def test_who_was_not_there_most_movers_first(town: Town) -> None:
    meeting = town.meeting()
    town.mark(meeting, ash="absent", birch="came", conyers="absent", other="absent")
    found = absent_with_movers(town.workspace, meeting)
    assert told(found) == [("Cedar", NOT_INVITED, 5), ("Ash", "absent", 3), ("Dale", NOT_INVITED, 1)]
    assert found.settings_share.text == "3 of 4 (75%)"
    assert found.pupils_share.text == "9 of 11 (82%)"
    town.mark(meeting, cedar="invited", dale="apologies")
    found = absent_with_movers(town.workspace, meeting)
    assert told(found) == [("Ash", "absent", 3), ("Dale", "apologies", 1)]
    assert [(row.school, row.movers) for row in found.unmarked] == [("Cedar", 5)]
    assert found.settings_share.text == "2 of 4 (50%)"


def test_only_pupils_named_to_move_to_the_host_in_the_year_groups_count(town: Town) -> None:
    schools.save_school(town.workspace, town.conyers, {"low_age": 4})  # or nobody could move there during the year
    meeting = town.meeting(year_groups="5,6")
    town.pupil(town.dale, year_group=5, in_year_move_on=date(2027, 2, 1))
    town.pupil(town.dale, year_group=4, in_year_move_on=date(2027, 2, 1))
    town.pupil(town.dale, year_group=5)  # moves at the end of Year 6: not this year
    town.pupil(town.dale, to=town.other)
    town.pupil(town.dale, to=None)
    town.pupil(None)
    town.pupil(town.dale, archived_at=TODAY)
    assert told(absent_with_movers(town.workspace, meeting))[-2:] == [
        ("Birch", NOT_INVITED, 2),
        ("Dale", NOT_INVITED, 2),
    ]
    everywhere = town.meeting(host_school_id=None, year_groups="")
    found = {row.school: row.movers for row in absent_with_movers(town.workspace, everywhere).absent}
    assert found == {"Ash": 3, "Birch": 2, "Cedar": 5, "Dale": 4}


def test_whoever_is_past_the_school_or_stays_there_is_no_mover(town: Town) -> None:
    meeting = town.meeting(host_school_id=None, year_groups="")
    town.pupil(town.dale, year_group=7)  # a next school that was never cleared
    town.pupil(town.conyers, year_group=7, to=town.conyers)
    assert {row.school: row.movers for row in absent_with_movers(town.workspace, meeting).absent}["Dale"] == 1
    last_year = town.meeting(on_day=LAST_YEAR)  # then today's Year 7 was in Year 6
    assert told(absent_with_movers(town.workspace, last_year)) == [("Dale", NOT_INVITED, 1)]


def test_whoever_has_moved_since_is_counted(town: Town) -> None:
    meeting = town.meeting(on_day=LAST_YEAR)
    pupil = town.pupil(town.dale, year_group=7)
    edit_pupil(town.workspace, pupil, school_id=town.conyers, next_school_id=None)
    assert told(absent_with_movers(town.workspace, meeting)) == [("Dale", NOT_INVITED, 1)]


def test_before_the_day_nobody_is_absent_but_some_are_not_asked(town: Town) -> None:
    meeting = town.meeting(on_day=date(2027, 3, 1))
    town.mark(meeting, ash="invited", birch="invited", cedar="invited")
    found = absent_with_movers(town.workspace, meeting)
    assert told(found) == [("Dale", NOT_INVITED, 1)]
    assert len(found.unmarked) == 3


def test_a_cancelled_meeting_has_none_and_an_unknown_one_is_refused(town: Town) -> None:
    assert absent_with_movers(town.workspace, town.meeting(status="cancelled")) == WithMovers([], [], 0, 0)
    with pytest.raises(NoSuchRecord, match="no such workshop"):
        absent_with_movers(town.workspace, 99)


def test_over_a_year_one_meeting_about_the_move_is_enough(town: Town) -> None:
    town.pupil(town.ash, to=town.other)
    town.pupil(town.ash, year_group=3, to=town.other)  # no meeting is about Year 3
    first, second = town.meeting(), town.meeting(on_day=date(2026, 11, 12))
    other = town.meeting(host_school_id=town.other)
    town.mark(first, ash="came", birch="absent", cedar="invited", dale="absent")
    town.mark(second, ash="absent", birch="came", dale="apologies")
    town.mark(other, birch="came")
    town.meeting(host_school_id=None, kind="training")  # tells nobody about a child
    town.meeting(host_school_id=None, on_day=date(2026, 12, 1))  # is still to come
    found = absent_with_movers_of_year(town.workspace, 2026)
    assert told(found) == [("Ash", NOT_INVITED, 1), ("Dale", "apologies", 1)]
    assert [(row.school, row.movers) for row in found.unmarked] == [("Cedar", 5)]
    assert (found.settings_share.text, found.pupils_share.text) == ("2 of 4 (50%)", "2 of 12 (17%)")


def test_the_numbers_are_those_of_the_raw_rows(workspace: Workspace) -> None:
    """Random settings and pupils; counted again pupil by pupil, in plain loops over the raw rows."""
    dice = Random(17)
    ages = [dice.choice((None, 11)) for _ in range(8)]
    numbers = [add_school(workspace, f"School {place}", high_age=high) for place, high in enumerate(ages)]
    going_to = [None, *(number for number, high in zip(numbers, ages, strict=True) if high is None)]
    with workspace.change("Pupils", "made up") as action:
        for place in range(150):
            row = {
                "surname": f"P{place}", "forename": "A", "date_of_birth": date(2016, 1, 1), "search_text": f"p{place}",
                "cohort_year": 2026 - dice.randrange(3, 9), "planned_from": date(2026, 9, 1),
                "school_id": dice.choice([None, *numbers]), "next_school_id": dice.choice(going_to),
            }  # fmt: skip
            action.insert("pupil", row)
        seed(action.connection, TODAY)
    workshops = []
    for _ in range(5):
        groups, host = dice.choice(("", "6", "5,6")), dice.choice([None, *numbers])
        workshops.append(
            (add_workshop(workspace, on_day=date(2026, 10, 1), year_groups=groups, host_school_id=host), groups, host)
        )
        for school in dice.sample(numbers, 5):
            mark = dice.choice(("came", "absent", "apologies", "invited"))
            add_invitation(workspace, workshops[-1][0], school_id=school, attendance=mark)
    read = workspace.read().execute
    high = dict(read("SELECT id, high_age FROM school").fetchall())
    pupils = read("SELECT cohort_year, school_id, next_school_id FROM pupil").fetchall()
    did = {(w, s): a for w, s, a in read("SELECT workshop_id, school_id, attendance FROM workshop_invitation")}
    best: dict[str, Counter[int]] = {"out": Counter(), "unmarked": Counter(), "came": Counter()}
    for cohort, school, following in pupils:
        group = 2026 - cohort
        if None in (school, following) or school == following or (high[school] and group != 6):
            continue
        about = [
            w for w, groups, host in workshops if host in (None, following) and (not groups or str(group) in groups)
        ]
        said = {did.get((w, school)) for w in about}
        if about:
            best["came" if "came" in said else "unmarked" if "invited" in said else "out"][school] += 1
    found = absent_with_movers_of_year(workspace, 2026)
    assert {row.school_id: row.movers for row in found.absent} == dict(best["out"])
    assert {row.school_id: row.movers for row in found.unmarked} == dict(best["unmarked"])
    assert found.settings == len({*best["out"], *best["unmarked"], *best["came"]})
    assert found.pupils == sum(counts.total() for counts in best.values())
    assert all(best.values())
