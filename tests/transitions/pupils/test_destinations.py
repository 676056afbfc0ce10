"""Where pupils go: a next school is that of one move, clears the step of that move alone, and stays known when it is made."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from builders import add_pupil, add_school, steps_of
from conftest import Opener

from db.pupils.destinations import destinations
from transitions.custody import history
from transitions.errors import FieldProblems
from transitions.importing import pupils as importing
from transitions.importing.preview import commit
from transitions.milestones.criteria import parse_criteria
from transitions.milestones.destinations import seed
from transitions.milestones.explain import explain
from transitions.milestones.facts import Facts
from transitions.pupils.editing import save_pupil, second_looks
from transitions.workshops import feeders

AGES = {
    "Layfield": (4, 11), "Glebe": (4, 11), "Conyers": (11, 16), "Egglescliffe": (11, 16), "Sixth Form": (16, 19),
    "Whole Way": (4, 18), "New": (None, None),
}  # fmt: skip
OFFER_DAY = date(2027, 3, 1)


class Council:
    """Schools with their ages, on whatever day it is; the file goes on from day to day."""

    def __init__(self, opener: Opener, day: date) -> None:
        self._opener = opener
        self.workspace = opener(day)
        self.schools = {
            name: add_school(self.workspace, name, low_age=low, high_age=high) for name, (low, high) in AGES.items()
        }

    def on(self, day: date) -> None:
        self.workspace.close()
        self.workspace = self._opener(day)

    def pupil(self, school: str, group: int = 6, **values: Any) -> int:
        return add_pupil(self.workspace, school_id=self.schools[school], year_group=group, **values)

    def say(self, pupil: int, **fields: object) -> None:
        save_pupil(self.workspace, pupil, {name: self.schools.get(str(one), one) for name, one in fields.items()})

    def step(self, pupil: int, code: str, cycle: int = 2026) -> tuple[str | None, date | None]:
        row = steps_of(self.workspace, pupil)[code, cycle]
        return row.outcome, row.done_on

    def places(self, pupil: int) -> list[tuple[str, int, str, str]]:
        rows = destinations(self.workspace.read(), [pupil]).get(pupil, [])
        return [(row.transition, row.move_year, row.school, row.stage) for row in rows]


@pytest.fixture
def council(opener: Opener) -> Council:
    return Council(opener, date(2027, 3, 4))


def test_the_school_of_an_in_year_move_does_not_clear_the_move_to_year_7_and_the_other_way_round(
    council: Council,
) -> None:
    pupil = council.pupil("Layfield")
    council.say(pupil, in_year_move_on=date(2027, 3, 15), next_school="Glebe")
    assert council.step(pupil, "6-7.destination") == (None, None)
    council.say(pupil, next_school="Conyers")
    assert council.step(pupil, "6-7.destination") == ("met", date(2027, 3, 4))
    assert council.places(pupil) == [("6-7", 2026, "Conyers", "offered"), ("INYR", 2026, "Glebe", "offered")]
    history.undo(council.workspace)
    assert council.step(pupil, "6-7.destination") == (None, None)
    (found,) = explain(council.workspace, pupil, "6-7.destination")
    assert "Glebe is recorded as the next school, but for another move." in found.because


def test_an_in_year_move_of_year_7_does_not_make_last_years_step_late(opener: Opener) -> None:
    council = Council(opener, date(2026, 11, 21))
    pupil = council.pupil("Layfield", 7, planned_from=date(2025, 9, 1))
    assert council.step(pupil, "6-7.destination", 2025) == (None, None)
    council.say(pupil, school="Conyers")
    council.say(pupil, in_year_move_on=date(2026, 12, 7), next_school="Egglescliffe")
    assert council.step(pupil, "6-7.destination", 2025) == (None, None)
    assert council.places(pupil) == [("INYR", 2026, "Egglescliffe", "offered")]


def test_a_school_that_ends_with_year_11_is_no_place_after_it(council: Council) -> None:
    pupil = council.pupil("Conyers", 11)
    council.say(pupil, next_school="Egglescliffe")
    assert council.step(pupil, "11-16p.destination") == (None, None)
    council.say(pupil, next_school="Sixth Form")
    assert council.step(pupil, "11-16p.destination") == ("met", date(2027, 3, 4))
    assert council.places(pupil) == [("11-16P", 2026, "Sixth Form", "offered")]  # the other was no move


def test_a_next_school_that_cannot_be_is_said(council: Council) -> None:
    pupil = council.pupil("Layfield")

    def looks(**fields: object) -> list[str]:
        council.say(pupil, **fields)
        return second_looks(council.workspace, "pupil", pupil, fields)

    assert looks(next_school="Conyers") == []
    assert looks(next_school="Sixth Form") == ["Sixth Form does not teach Year 7: is it the next school?"]
    [glebe] = looks(next_school="Glebe")
    assert glebe == "Glebe is kept as the school for a move during the year. Give the date of that move"
    assert looks(in_year_move_on=date(2027, 4, 12)) == []
    assert "is in a past school year" in looks(in_year_move_on=date(2026, 4, 12))[0]
    assert looks(next_school="Layfield", in_year_move_on=None) == [
        "Layfield is the current school: is it the next one too?"
    ]


def test_who_goes_on_at_the_same_school_has_a_place_there_and_moves_nowhere(council: Council) -> None:
    pupil = council.pupil("Whole Way", 11)
    council.say(pupil, next_school="Whole Way")
    assert council.step(pupil, "11-16p.destination") == ("met", date(2027, 3, 4))
    assert feeders.links(council.workspace, 2026) == []
    council.say(pupil, next_school="")
    assert council.step(pupil, "11-16p.destination") == (None, None)


def test_a_place_is_intended_before_offer_day_and_offered_when_it_is_said_again(opener: Opener) -> None:
    council = Council(opener, date(2026, 11, 21))
    pupil, agreed = council.pupil("Layfield"), council.pupil("Layfield")
    council.say(pupil, next_school="Conyers")
    council.say(agreed, next_school="Conyers", next_school_stage="agreed")
    assert council.places(pupil) == [("6-7", 2026, "Conyers", "intended")]
    assert council.step(pupil, "6-7.destination") == (None, None)
    assert council.step(agreed, "6-7.destination") == ("met", date(2026, 11, 21))
    (found,) = explain(council.workspace, pupil, "6-7.destination")
    assert "as intended. It clears this step once it is recorded again on or after offer day" in found.because
    council.on(OFFER_DAY)
    council.say(pupil, next_school="Conyers")
    council.say(agreed, next_school="Conyers")
    assert council.step(pupil, "6-7.destination") == ("met", OFFER_DAY)
    assert council.step(agreed, "6-7.destination") == ("met", date(2026, 11, 21))
    assert [council.places(one)[0][3] for one in (pupil, agreed)] == ["offered", "agreed"]


def test_a_stage_needs_a_school(council: Council) -> None:
    with pytest.raises(FieldProblems, match="Say first which school it is"):
        council.say(council.pupil("Layfield"), next_school_stage="agreed")


def test_a_list_of_offers_says_in_the_preview_what_is_no_longer_intended(opener: Opener, tmp_path: Path) -> None:
    council = Council(opener, date(2026, 11, 21))
    pupil = council.pupil("Layfield")
    council.say(pupil, next_school="Conyers")
    council.on(OFFER_DAY)
    file = tmp_path / "offers.csv"
    file.write_text("Surname,Forename,DOB,Next school\nKhan,Aisha,14/03/2016,Conyers\n", encoding="utf-8")
    preview = importing.prepare(council.workspace, file)
    (entry,) = preview.changed
    assert [tuple(one) for one in entry.differences] == [("Place at the next school", "intended", "offered")]
    commit(council.workspace, preview)
    assert council.step(pupil, "6-7.destination") == ("met", OFFER_DAY)
    assert list(importing.prepare(council.workspace, file).changed) == []


def test_a_school_whose_ages_are_not_known_has_the_benefit_of_the_doubt_and_it_is_said(council: Council) -> None:
    pupil = council.pupil("Layfield")
    council.say(pupil, next_school="New")
    assert council.step(pupil, "6-7.destination") == ("met", date(2027, 3, 4))
    (found,) = explain(council.workspace, pupil, "6-7.destination")
    assert found.because.endswith("was taken to suit (not known whether it teaches Year 7).")


def test_a_move_that_was_made_stays_known_and_counts_in_its_year(opener: Opener) -> None:
    council = Council(opener, date(2027, 3, 4))
    came, elsewhere = council.pupil("Layfield"), council.pupil("Layfield")
    for pupil in (came, elsewhere):
        council.say(pupil, next_school="Conyers")
    council.on(date(2027, 9, 8))
    council.say(came, school="Conyers", next_school="")
    council.say(elsewhere, school="Egglescliffe", next_school="")
    council.say(came, in_year_move_on=date(2027, 11, 1), next_school="Egglescliffe")
    assert council.step(came, "6-7.destination") == ("met", date(2027, 3, 4))
    assert council.step(elsewhere, "6-7.destination") == ("met", date(2027, 3, 4))
    links = {(link.feeder, link.receiving): link.pupils for link in feeders.links(council.workspace, 2026)}
    assert links == {("Layfield", "Conyers"): 1, ("Layfield", "Egglescliffe"): 1}
    assert [(link.feeder, link.receiving) for link in feeders.links(council.workspace, 2027)] == [
        ("Conyers", "Egglescliffe")
    ]


@pytest.mark.of_a_file
def test_a_file_of_the_version_before_is_given_the_destinations_that_it_would_have(council: Council) -> None:
    for school, group, to in (
        ("Layfield", 6, "Conyers"), ("Layfield", 6, "Glebe"), ("Layfield", 5, "Conyers"), ("Conyers", 11, "Sixth Form"),
        ("Whole Way", 6, "New"), ("Layfield", 7, "Conyers"),
    ):  # fmt: skip
        council.say(council.pupil(school, group), next_school=to)
    read = council.workspace.read().execute
    made = read("SELECT * FROM destination ORDER BY pupil_id").fetchall()
    with council.workspace.database.write() as connection:
        connection.execute("DELETE FROM destination")
        connection.execute("DELETE FROM sqlite_sequence WHERE name = 'destination'")
        seed(connection, council.workspace.clock.today)
        seed(connection, council.workspace.clock.today)
    assert read("SELECT * FROM destination ORDER BY pupil_id").fetchall() == made


def test_movers_of_last_year_are_named_after_they_moved(opener: Opener) -> None:
    council = Council(opener, date(2027, 3, 4))
    pupil = council.pupil("Layfield")
    council.say(pupil, next_school="Conyers")
    council.on(date(2027, 9, 8))
    council.say(pupil, school="Conyers", next_school="")
    names = dict(council.workspace.read().execute("SELECT name, id FROM school"))
    move = (names["Layfield"], names["Conyers"])
    assert list(feeders.movers(council.workspace, 2026, *move)) == [pupil]
    assert list(feeders.movers(council.workspace, 2027, *move)) == []


# --- explanations are true -----------------------------------------------------------------------------------------

SCHOOLS = [(None, None), (2, 4), (3, 7), (4, 11), (7, 11), (9, 13), (11, 16), (11, 19), (2, 19), (16, 19)]
LABELS = {-1: "Nursery", 0: "Reception", **{group: f"Year {group}" for group in range(1, 15)}}


@pytest.mark.parametrize("ages", SCHOOLS, ids=str)
def test_what_is_said_of_school_and_year_group_is_so(ages: tuple[int | None, int | None]) -> None:
    low, high = ages
    first, last = (None, None) if low is None or high is None else (low - 4, high - 5)
    criteria = parse_criteria({"year_group": list(LABELS), "moves_school": "yes"})
    for now in LABELS:
        facts = Facts(date(2026 - now - 4, 3, 1), 2026 - now, first_year_group=first, leaving_year_group=last)
        for group in LABELS:
            in_group, leaves = (one.found for one in criteria.reasons(facts.in_year_group(group), group, now))
            year = f"{2026 + group - now}/{(2027 + group - now) % 100:02}"
            if group == now:
                assert in_group == f"is in {LABELS[now]}"
            else:
                tense = "was" if group < now else "will be"
                assert in_group == f"{tense} in {LABELS[group]} in {year}, and is in {LABELS[now]} now"
            if first is None or last is None:
                assert leaves == "is at a school whose last year group is not known"
            elif group >= first:
                assert leaves == f"is at a school that ends with {LABELS[last]}"
            else:
                assert leaves.startswith(f"is on record at a school that begins with {LABELS[first]}, ")
                assert (f"{LABELS[group]} is the last year at the one before" in leaves) == (group + 1 == first)
