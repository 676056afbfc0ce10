"""A caseload: the same pupils, order and counts as asking every pupil one by one, and in words."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from builders import add_episode, add_pupil, add_school, add_worker, edit_pupil
from conftest import TODAY, Opener
from crowd import CASELOADS, chosen, fill, slowly
from hypothesis import given, settings

from transitions.caseload import caseload as caseloads
from transitions.caseload.caseload import SORTS, TURNED, Caseload
from transitions.clock import Clock
from transitions.milestones import recording
from transitions.workspace import Workspace


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    path = tmp_path_factory.mktemp("crowd") / "pupils.db"
    workspace = Workspace.open(path, Clock.on(TODAY), create=True)
    workspace.become(add_worker(workspace))
    fill(workspace, 120, seed=6)
    yield workspace
    workspace.close()


@settings(max_examples=150)
@given(caseload=CASELOADS)
def test_the_list_is_the_one_that_asking_every_pupil_gives(crowd: Workspace, caseload: Caseload) -> None:
    wanted = {pupil.id for pupil in slowly(crowd) if chosen(crowd, pupil, caseload)}
    keys = list(caseloads.keys(crowd, caseload))
    assert set(keys) == wanted
    assert len(keys) == len(wanted) == caseloads.count(crowd, caseload)
    assert [row.id for row in caseloads.all_rows(crowd, caseload)] == keys
    assert [row.id for row in caseloads.first_rows(crowd, caseload, 7)] == keys[:7]


@settings(max_examples=80)
@given(caseload=CASELOADS)
def test_the_number_beside_a_filter_is_what_choosing_it_alone_would_show(crowd: Workspace, caseload: Caseload) -> None:
    """Of the lines of one facet one is enough, except of cohorts: those narrow each other."""
    pupils = slowly(crowd)
    for part, lines in caseloads.facets(crowd, caseload).items():
        for line in lines:
            if part == "whose":
                with_line = replace(caseload, whose=line.value, worker_id=None)
                on = caseload.worker_id is None and caseload.whose == line.value
            elif part == "cohorts":
                with_line = replace(caseload, cohorts=(*caseload.cohorts, line.value))
                on = line.value in caseload.cohorts
            else:
                value = int(line.value) if part == "year_groups" else line.value
                with_line = replace(caseload, **{part: (value,)})
                on = value in getattr(caseload, part)
            wanted = sum(chosen(crowd, pupil, with_line) for pupil in pupils)
            assert (part, line.value, line.pupils, line.chosen) == (part, line.value, wanted, on)


def test_facets_read_in_their_own_order(crowd: Workspace) -> None:
    facets = caseloads.facets(crowd, Caseload(year_groups=(3,), transitions=("INYR",)))
    assert list(facets) == ["whose", "states", "year_groups", "transitions", "cohorts", "groups"]
    assert [line.label for line in facets["whose"]] == ["mine", "all", "nobody's"]
    assert [line.label for line in facets["states"]] == ["overdue", "missed", "due soon"]
    groups = [int(line.value) for line in facets["year_groups"]]
    assert groups == sorted(groups)
    chosen_year = next(line for line in facets["year_groups"] if line.value == "3")
    assert (chosen_year.label, chosen_year.pupils, chosen_year.chosen) == ("Year 3", 0, True)  # on, though empty
    codes = [line.value for line in caseloads.facets(crowd, Caseload())["transitions"]]
    assert codes.index("EY-R") < codes.index("6-7") < codes.index("9-PFA") < codes.index("CARE")
    assert facets["transitions"][-1] == ("INYR", "INYR", 0, True)


def test_a_window_is_the_rows_of_the_list(crowd: Workspace) -> None:
    every = {row.id: row for row in caseloads.all_rows(crowd, Caseload())}
    window = list(every)[10:20]
    assert caseloads.rows(crowd, window) == {number: every[number] for number in window}
    assert caseloads.rows(crowd, []) == {}


@pytest.mark.parametrize("sort", SORTS)
def test_each_order_is_what_it_says(crowd: Workspace, sort: str) -> None:
    rows = list(caseloads.all_rows(crowd, Caseload(sort=sort)))
    keys = {
        "most overdue first": lambda row: row.next_late_after,
        "name": lambda row: row.surname.casefold().replace("'", "").replace("-", " "),
        "year group": lambda row: (-row.cohort_year, row.next_late_after),
        "school": lambda row: ((row.school or "~").casefold(), -row.cohort_year),
        "next school": lambda row: (row.next_school or "~").casefold(),
    }
    plain, turned = Caseload(sort=sort).order
    values = [keys[plain](row) for row in rows]
    assert values == sorted(values, reverse=turned)
    assert len({row.id for row in rows}) == len(rows) > 50


def test_the_symbol_is_the_most_pressing_state(workspace: Workspace) -> None:
    overdue = add_pupil(workspace)
    missed = add_pupil(workspace)
    recording.flag_missed(workspace, recording.next_steps(workspace, [missed]), reason="moved")
    soon = add_pupil(workspace, in_year_move_on=date(2026, 11, 1), year_group=4)
    later = add_pupil(workspace, year_group=0)
    nothing = add_pupil(workspace, year_group=3)
    rows = caseloads.rows(workspace, [overdue, missed, soon, later, nothing])
    states = {number: caseloads.pupil_state(row, TODAY) for number, row in rows.items()}
    assert states == {
        overdue: "overdue",
        missed: "missed",
        soon: "due soon",
        later: "not due",
        nothing: "not due",
    }


def test_mine_is_nobodys_before_anybody_said_who_they_are(opener: Opener) -> None:
    workspace = opener(me=None)
    add_pupil(workspace, owner_id=add_worker(workspace))
    mine = Caseload(whose="mine")
    assert caseloads.count(workspace, mine) == 0
    assert caseloads.facets(workspace, mine)["whose"][0].pupils == 0


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("%", ["Per%cent"]),
        ("_", ["Under_score"]),
        ("\\", ["Back\\slash"]),
        ("zoe", ["Zoë"]),
        ("ZOË", ["Zoë"]),
        ("oneil", ["O’Neil"]),
        ("jones smith", ["Smith-Jones"]),
        ("a12", ["Zoë"]),  # the start of a UPN
        ("nobody", []),
    ],
)
def test_finding_by_any_part_of_a_name(workspace: Workspace, text: str, wanted: list[str]) -> None:
    for surname in ("Per%cent", "Under_score", "Back\\slash", "O’Neil", "Smith-Jones", "Plain"):
        add_pupil(workspace, surname=surname)
    add_pupil(workspace, surname="Zoë", upn="A123456789012")
    assert [row.surname for row in caseloads.all_rows(workspace, Caseload(text=text))] == wanted


@pytest.mark.parametrize(
    ("today", "born", "is_14"),
    [
        (date(2026, 11, 21), date(2012, 11, 21), True),
        (date(2026, 11, 21), date(2012, 11, 22), False),
        (date(2026, 2, 28), date(2012, 2, 28), True),
        (date(2026, 2, 28), date(2012, 2, 29), False),  # an age is reached on 1 March in a common year
        (date(2026, 3, 1), date(2012, 2, 29), True),
        (date(2028, 2, 29), date(2014, 2, 28), True),
        (date(2028, 2, 29), date(2014, 3, 1), False),
    ],
)
def test_fourteen_on_the_birthday_and_on_1_march_for_29_february(
    opener: Opener, today: date, born: date, is_14: bool
) -> None:
    workspace = opener(today)
    pupil = add_pupil(workspace, date_of_birth=born)
    add_episode(workspace, pupil, "child in need", date(2020, 1, 1))
    assert caseloads.count(workspace, Caseload(cohorts=("14+ open to social care",))) == is_14


# --- the words and the shape ------------------------------------------------------------------------------------------


def test_turning_a_line_on_and_off() -> None:
    one = Caseload().toggled("states", "overdue").toggled("year_groups", "6").toggled("cohorts", "EHC plan")
    assert one == Caseload(states=("overdue",), year_groups=(6,), cohorts=("EHC plan",))
    assert one.toggled("states", "overdue").toggled("year_groups", "6").toggled("cohorts", "EHC plan") == Caseload()
    assert Caseload(worker_id=4).toggled("whose", "mine") == Caseload(whose="mine")
    assert Caseload(transitions=("6-7", "2-3")).toggled("transitions", "6-7").transitions == ("2-3",)


def test_peeling_takes_the_narrowest_off_first_until_nothing_is_left() -> None:
    caseload: Caseload | None = Caseload(
        whose="mine",
        year_groups=(5, 6),
        cohorts=("EHC plan",),
        states=("overdue",),
        transitions=("6-7",),
        milestone="6-7.tier",
        school_id=3,
        next_school_id=4,
        text="khan",
        sort="name",
    )
    peeled = []
    while caseload is not None:
        peeled.append(caseload)
        caseload = caseload.peeled()
    changed = [
        next(part for part in Caseload.__annotations__ if getattr(before, part) != getattr(after, part))
        for before, after in pairwise(peeled)
    ]
    assert changed == [
        "text",
        "states",
        "transitions",
        "cohorts",
        "year_groups",
        "year_groups",
        "milestone",
        "next_school_id",
        "school_id",
    ]
    assert peeled[-1] == Caseload(whose="mine", sort="name")


def test_the_pupils_of_one_school_who_go_to_another(workspace: Workspace) -> None:
    here, there, elsewhere = (add_school(workspace, name) for name in ("The Glebe", "Conyers", "Egglescliffe"))
    going = add_pupil(workspace, school_id=here, next_school_id=there)
    add_pupil(workspace, school_id=here, next_school_id=elsewhere)
    add_pupil(workspace, school_id=elsewhere, next_school_id=there)
    add_pupil(workspace, school_id=there)
    assert list(caseloads.keys(workspace, Caseload(school_id=here, next_school_id=there))) == [going]
    assert caseloads.count(workspace, Caseload(next_school_id=there)) == 2


def test_the_orders_go_round() -> None:
    caseload = Caseload()
    seen = []
    for _ in TURNED:
        seen.append(caseload.sort)
        caseload = caseload.next_sort()
    assert seen == list(TURNED)
    assert caseload == Caseload()
    assert Caseload().turned_to("name").turned_to("name") == Caseload(sort="name from Z to A")
    assert Caseload(sort="name from Z to A").turned_to("name").sort == "name"
    assert Caseload(sort="name from Z to A").next_sort() == Caseload()
    assert Caseload().sorted_by("name").sort == "name"


@given(caseload=CASELOADS)
def test_a_saved_view_is_read_back_as_it_was(caseload: Caseload) -> None:
    assert Caseload.from_json(caseload.to_json()) == caseload


def test_a_saved_view_of_another_version_is_read_as_far_as_it_is_known() -> None:
    text = (
        '{"whose": "theirs", "colour": "red", "cohorts": ["EHC plan", "since when in care?", "left-handed"], "states": ["overdue", "lost"], '
        '"sort": "height", "year_groups": [6]}'
    )
    assert Caseload.from_json(text) == Caseload(
        cohorts=("EHC plan", "care start date?"), states=("overdue",), year_groups=(6,)
    )
    assert Caseload.from_json("{}") == Caseload()


def test_a_caseload_says_what_it_is(workspace: Workspace) -> None:
    school = add_school(workspace, "The Glebe")
    caseload = Caseload(
        whose="mine",
        year_groups=(6,),
        cohorts=("EHC plan",),
        states=("overdue", "missed"),
        transitions=("6-7",),
        milestone="6-7.names-school",
        school_id=school,
        text="khan",
    )
    assert caseloads.describe(workspace, caseload) == (
        "My caseload · Year 6 · EHC plan · 6-7 · Name the secondary school in the EHC plan · overdue or missed · The Glebe · “khan”"
    )
    there = add_school(workspace, "Conyers")
    moving = Caseload(school_id=school, next_school_id=there)
    assert caseloads.describe(workspace, moving) == "All pupils · The Glebe · to Conyers"
    assert caseloads.describe(workspace, Caseload(next_school_id=99)) == "All pupils · to a school"
    assert caseloads.describe(workspace, Caseload()) == "All pupils"
    assert caseloads.describe(workspace, Caseload(whose="nobody's")) == "Nobody's pupils"
    assert caseloads.describe(workspace, Caseload(worker_id=workspace.me)) == "K. Osei's caseload"
    assert caseloads.describe(workspace, Caseload(worker_id=99, school_id=99, milestone="x")) == (
        "Somebody's caseload · x · a school"
    )


def test_a_row_shows_the_next_step_and_where_the_pupil_goes(workspace: Workspace) -> None:
    here, there = add_school(workspace), add_school(workspace, "Conyers")
    pupil = add_pupil(workspace, school_id=here, next_school_id=there, owner_id=workspace.me, sen_provision="E")
    add_episode(workspace, pupil, "looked after", date(2026, 10, 1))
    (row,) = caseloads.first_rows(workspace, Caseload())
    assert (row.surname, row.school, row.next_school, row.owner) == ("Khan", "Layfield Primary", "Conyers", "K. Osei")
    assert (row.social_care_now, row.sen_provision, row.tier, row.upn) == ("looked after", "E", None, None)
    assert (row.next_step, row.next_due_on) == ("First PEP", date(2026, 10, 29))
    edit_pupil(workspace, pupil, archived_at=workspace.clock.now())
    assert caseloads.first_rows(workspace, Caseload()) == []
