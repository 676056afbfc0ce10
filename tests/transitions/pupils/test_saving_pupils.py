"""Saving, archiving and finding one pupil at a time."""

from datetime import date
from typing import Any

import pytest
from builders import add_pupil, add_school, add_worker, contents

from transitions.caseload import caseload
from transitions.caseload.caseload import Caseload
from transitions.custody import history
from transitions.errors import FieldProblems, NoSuchRecord
from transitions.identifiers import make_upn
from transitions.pupils import editing
from transitions.workspace import Workspace

UPN, OTHER = make_upn(808, 4000, 2024, 1), make_upn(808, 4000, 2024, 2)
AISHA = {"surname": "Khan", "forename": "Aisha", "date_of_birth": "5/9/15", "upn": UPN}


def row(workspace: Workspace, pupil_id: int) -> dict[str, Any]:
    cursor = workspace.read().execute("SELECT * FROM pupil WHERE id = ?", (pupil_id,))
    return dict(zip([column[0] for column in cursor.description], cursor.fetchone(), strict=True))


def problems(workspace: Workspace, pupil_id: int | None, **fields: object) -> dict[str, str]:
    before = contents(workspace)
    with pytest.raises(FieldProblems) as caught:
        editing.save_pupil(workspace, pupil_id, fields)
    assert contents(workspace) == before
    return caught.value.problems


def test_a_new_pupil_as_it_is_typed(workspace: Workspace) -> None:
    school = add_school(workspace, "Conyers", urn=138089)
    before = contents(workspace)
    number = editing.save_pupil(
        workspace,
        None,
        {
            **AISHA, "sen_provision": "EHC plan", "needs": "slcn, autism", "next_school": "conyers", "worker": workspace.me,
            "pupil_premium": True, "social_care": ["looked after", "short breaks"], "social_care_since": "5 jan 26",
            "part_time_timetable_until": date(2026, 12, 18), "tier": "", "year_group": "Year 6",
        },
    )  # fmt: skip
    found = row(workspace, number)
    expected = {
        "upn": UPN, "date_of_birth": "2015-09-05", "cohort_year": 2020, "sen_provision": "E", "next_school_id": school,
        "next_school_recorded_on": "2026-11-21", "owner_id": workspace.me, "owner_since": "2026-11-21", "pupil_premium": 1,
        "part_time_timetable_until": "2026-12-18", "planned_from": "2026-09-01", "tier": None,
    }  # fmt: skip
    assert {name: found[name] for name in expected} == expected
    assert workspace.read().execute("SELECT code FROM need ORDER BY rank").fetchall() == [("SLCN",), ("ASD",)]
    episodes = workspace.read().execute("SELECT kind, started_on FROM social_care_episode ORDER BY id").fetchall()
    assert episodes == [("looked after", "2026-01-05"), ("short breaks", "2026-01-05")]
    assert history.entries(workspace)[0].name == "Pupil added"
    history.undo(workspace)
    assert contents(workspace) == before


def test_every_wrong_field_has_its_sentence(workspace: Workspace) -> None:
    add_school(workspace, "North Primary")
    add_school(workspace, "South Primary")
    found = problems(
        workspace, None,
        upn="A801200005001", date_of_birth="30/2/15", sen_provision="S", school="primary", worker="nobody known", shoe_size="3",
        attendance_percent="0.9",
    )  # fmt: skip
    assert found == {
        "upn": "the check letter does not fit the rest of the UPN: expected B, found A",
        "date_of_birth": "there is no 30 February 2015: that month has 28 days",
        "sen_provision": "this means a statement, which ended in 2014: expected N (no SEN), K (SEN support) or E (EHC plan)",
        "school": 'Several schools match "primary": #1 North Primary (no town); #2 South Primary (no town). Give the '
        "number or the URN.",
        "worker": 'No worker matches "nobody known". Add the person first.',
        "shoe_size": found["shoe_size"],
        "attendance_percent": "0.9 could mean 0.9% or 90%: write it with its % sign",
        "surname": "A pupil needs a name: a surname, a forename or both.",
    }
    assert found["shoe_size"].startswith("there is no such field; expected one of upn, former_upn")


def test_a_new_pupil_needs_a_name_and_a_date_of_birth(workspace: Workspace) -> None:
    assert problems(workspace, None, surname=" ") == {
        "surname": "A pupil needs a name: a surname, a forename or both.",
        "date_of_birth": "This is needed.",
    }
    number = editing.save_pupil(workspace, None, {"forename": "Pele", "date_of_birth": "1/10/2015"})
    assert set(problems(workspace, number, forename="", date_of_birth=None)) == {"surname", "date_of_birth"}


def test_a_number_of_somebody_else_names_that_pupil(workspace: Workspace) -> None:
    holder = editing.save_pupil(workspace, None, {**AISHA, "uln": "1234567899"})
    found = problems(workspace, None, surname="B", date_of_birth="1/10/2015", upn=UPN, uln="1234567899")
    assert found == {
        "upn": f"This UPN belongs to Aisha Khan, born Sat 5 Sep 2015 (#{holder}). Each pupil has their own. Is this the same child?",
        "uln": f"This ULN belongs to Aisha Khan, born Sat 5 Sep 2015 (#{holder}). Each pupil has their own. Is this the same child?",
    }
    assert editing.save_pupil(workspace, holder, {"upn": UPN}) == holder


def test_only_what_is_given_changes_and_saving_it_again_leaves_no_trace(workspace: Workspace) -> None:
    number = editing.save_pupil(workspace, None, {**AISHA, "needs": "SLCN", "tier": "targeted", "social_care": "CIN"})
    before = row(workspace, number)
    editing.save_pupil(workspace, number, {"needs": ["ASD", "SLCN"], "upn": OTHER})
    after = row(workspace, number)
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"upn", "former_upn", "search_text"}
    entries = len(history.entries(workspace))
    shown = {
        "surname": "Khan",
        "year_group": "6",
        "tier": "targeted",
        "needs": "ASD, SLCN",
        "social_care": "child in need",
    }
    editing.save_pupil(workspace, number, shown)
    assert len(history.entries(workspace)) == entries


def test_next_school_and_owner_remember_since_when(workspace: Workspace, opener: Any) -> None:
    school = add_school(workspace)
    number = editing.save_pupil(workspace, None, {**AISHA, "next_school": school, "worker": "osei"})
    later = opener(date(2026, 12, 1))
    editing.save_pupil(later, number, {"next_school": f"#{school}", "worker": "K. Osei"})
    assert row(later, number)["next_school_recorded_on"] == row(later, number)["owner_since"] == "2026-11-21"
    editing.save_pupil(later, number, {"next_school": None, "worker": add_worker(later, "R. Lowe")})
    found = row(later, number)
    assert (found["next_school_recorded_on"], found["owner_since"]) == (None, "2026-12-01")


def test_the_year_group_that_a_form_shows_follows_the_date_of_birth(workspace: Workspace) -> None:
    number = editing.save_pupil(workspace, None, AISHA)
    editing.save_pupil(workspace, number, {"date_of_birth": "5/9/2014", "year_group": "6"})
    assert (row(workspace, number)["cohort_year"], row(workspace, number)["out_of_year_reason"]) == (2019, None)
    editing.save_pupil(workspace, number, {"year_group": "6"})
    assert (row(workspace, number)["cohort_year"], row(workspace, number)["out_of_year_reason"]) == (2020, "not given")
    assert problems(workspace, number, year_group="1") == {
        "year_group": "Year 1 is far from Year 7, which the date of birth gives: one of the two is wrong"
    }


def test_social_care_opens_and_closes_with_the_form(workspace: Workspace) -> None:
    number = editing.save_pupil(workspace, None, {**AISHA, "social_care": "CP", "social_care_since": "1/10/2026"})
    editing.save_pupil(workspace, number, {"social_care": "CIN"})
    query = "SELECT kind, started_on, ended_on FROM social_care_episode ORDER BY id"
    assert workspace.read().execute(query).fetchall() == [
        ("child protection", "2026-10-01", None),
        ("child in need", None, None),
    ]
    assert row(workspace, number)["social_care_now"] == "child in need"
    editing.save_pupil(workspace, number, {"social_care": "CIN", "social_care_since": "2/11/2026"})
    assert workspace.read().execute(query).fetchall() == [
        ("child protection", "2026-10-01", "2026-11-01"),
        ("child in need", "2026-11-02", None),
    ]
    assert problems(workspace, number, social_care_ended="9/11/26") == {
        "social_care_ended": "There is a date but not what has ended. Remove that from the kinds of social care."
    }
    assert problems(workspace, number, social_care="", social_care_ended="1/11/26") == {
        "social_care_ended": "Child in need began on Mon 2 Nov 2026, after this: correct one of the two dates."
    }
    editing.save_pupil(workspace, number, {"social_care": ""})
    assert row(workspace, number)["social_care_now"] is None
    until = Caseload(cohorts=("social care end date?",))
    assert list(caseload.keys(workspace, until)) == [number]
    editing.save_pupil(workspace, number, {"social_care_ended": "16/11/26"})
    assert workspace.read().execute(query).fetchall()[1] == ("child in need", "2026-11-02", "2026-11-16")
    assert list(caseload.keys(workspace, until)) == []


def test_the_day_since_when_a_case_is_open_is_put_right_by_itself(workspace: Workspace) -> None:
    number = editing.save_pupil(workspace, None, {**AISHA, "social_care": "LAC"})
    query = "SELECT kind, started_on FROM social_care_episode ORDER BY id"
    for typed, stored in (("2/11/26", "2026-11-02"), ("3/11/26", "2026-11-03"), ("", None)):
        editing.save_pupil(workspace, number, {"social_care_since": typed})
        assert workspace.read().execute(query).fetchall() == [("looked after", stored)]
    editing.save_pupil(workspace, number, {"social_care": "LAC, CIN"})
    assert "in several ways" in problems(workspace, number, social_care_since="1/10/26")["social_care_since"]
    assert problems(workspace, number, social_care="LAC", social_care_since="4/9/15") == {
        "social_care_since": "This is before the date of birth, Sat 5 Sep 2015: correct one of the two dates."
    }
    other = {"surname": "Lone", "date_of_birth": "1/3/12", "social_care_since": "2/11/26"}
    assert "no kind of social care" in problems(workspace, None, **other)["social_care_since"]


@pytest.mark.parametrize(
    ("days", "field"),
    [
        ({"ehc_requested_on": "1/1/26", "ehc_decided_on": "1/1/25", "ehc_decision": "assess"}, "ehc_decided_on"),
        ({"ehc_started_on": "1/9/20", "ehc_requested_on": "1/9/26"}, "ehc_started_on"),
        ({"ehc_started_on": "1/9/23", "ehc_ended_on": "1/9/22"}, "ehc_ended_on"),
    ],
)
def test_the_days_of_an_ehc_plan_come_in_their_order(workspace: Workspace, days: dict[str, str], field: str) -> None:
    assert problems(workspace, None, **AISHA, **days).keys() == {field}


def test_of_an_ehc_plan_that_ended_it_is_said_that_there_may_be_something_instead(workspace: Workspace) -> None:
    number = editing.save_pupil(workspace, None, {**AISHA, "ehc_started_on": "1/9/23"})
    for fields, is_said in (
        ({"ehc_ended_on": "1/9/27"}, False),  # still to come
        ({"ehc_ended_on": "1/9/26"}, True),
        ({"sen_provision": "K"}, False),
        ({"sen_provision": "E"}, True),
        ({"sen_provision": "E", "ehc_started_on": "1/10/26"}, False),  # another plan
    ):
        editing.save_pupil(workspace, number, fields)
        looks = editing.second_looks(workspace, "pupil", number, fields)
        assert ["the plan ended on Tue 1 Sep 2026" in look for look in looks] == [True] * is_said


def test_archiving_keeps_everything_and_can_be_taken_back(workspace: Workspace) -> None:
    number = editing.save_pupil(workspace, None, AISHA)
    before = contents(workspace)
    assert editing.archive_pupils(workspace, [number]) == 1
    assert editing.archive_pupils(workspace, [number]) == 0
    assert row(workspace, number)["archived_at"] is not None
    assert editing.restore_pupils(workspace, [number]) == 1
    assert contents(workspace) == before


def test_there_is_no_such_pupil(workspace: Workspace) -> None:
    for change in (
        lambda: editing.save_pupil(workspace, 99, AISHA),
        lambda: editing.archive_pupils(workspace, [99]),
        lambda: editing.find_pupil(workspace, "#99"),
        lambda: editing.save_contact(workspace, 99, None, {"name": "Mum"}),
    ):
        with pytest.raises(NoSuchRecord, match="no pupil with the number 99"):
            change()


def test_finding_a_pupil(workspace: Workspace) -> None:
    aisha = add_pupil(workspace, upn=UPN, former_upn="A80840002401A", date_of_birth=date(2015, 9, 5))
    humza = add_pupil(workspace, surname="Khanum", forename="Humza", date_of_birth=date(2014, 1, 1))
    for text in (
        UPN,
        UPN.lower(),
        "A80840002401A",
        f"#{aisha}",
        str(aisha),
        "aisha",
        "KHAN, Aisha",
        "khan",
    ):
        assert editing.find_pupil(workspace, text) == aisha, text
    assert editing.find_pupil(workspace, "humza") == humza
    with pytest.raises(NoSuchRecord) as caught:
        editing.find_pupil(workspace, "kha")
    assert caught.value.sentence == (
        f'Several pupils match "kha": #{aisha} Aisha Khan, born Sat 5 Sep 2015; #{humza} Humza Khanum, born Wed 1 Jan '
        f"2014. Give the number, such as #{aisha}."
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("zorro", 'No pupil matches "zorro". Try fewer letters, or the UPN.'),
        (
            "ayesha kahn",
            'No pupil matches "ayesha kahn". Nearest: #1 Aisha Khan, born Sat 5 Sep 2015. Give the number.',
        ),
        (OTHER, "No pupil has, or had, this UPN. Try words of the name."),
        (" - ", "Name the pupil: by UPN, by a number such as #12, or by words of the name."),
    ],
)
def test_nobody_answers(workspace: Workspace, text: str, sentence: str) -> None:
    editing.save_pupil(workspace, None, AISHA)
    with pytest.raises(NoSuchRecord) as caught:
        editing.find_pupil(workspace, text)
    assert caught.value.sentence == sentence


def test_the_circle_of_support(workspace: Workspace) -> None:
    number = editing.save_pupil(workspace, None, AISHA)
    before = contents(workspace)
    contact = editing.save_contact(
        workspace,
        number,
        None,
        {"name": " Sara  Khan ", "relationship": "mother", "circle": "Inner", "may_contact": "yes"},
    ).number
    editing.save_contact(workspace, number, contact, {"telephone": "07700 900123", "relationship": ""})
    query = "SELECT name, relationship, circle, telephone, may_contact FROM contact WHERE archived_at IS NULL"
    assert workspace.read().execute(query).fetchall() == [("Sara Khan", None, "inner", "07700 900123", 1)]
    with pytest.raises(FieldProblems) as caught:
        editing.save_contact(workspace, number, contact, {"name": "", "circle": "far", "may_contact": "perhaps"})
    assert caught.value.problems == {
        "name": "This is needed.",
        "circle": "expected inner, middle or outer",
        "may_contact": "expected yes or no (Y or N)",
    }
    editing.archive_contact(workspace, number, contact)
    assert workspace.read().execute(query).fetchall() == []
    with pytest.raises(NoSuchRecord, match="no longer in the pupil's circle"):
        editing.archive_contact(workspace, number, contact)
    for _ in range(3):
        history.undo(workspace)
    assert contents(workspace) == before


def test_a_pupil_added_by_hand_who_is_here_already_is_noticed(workspace: Workspace) -> None:
    first = editing.save_pupil(workspace, None, {"surname": "O'Brien", "forename": "Zoë", "date_of_birth": "5/9/2015"})
    again = {"surname": "O’Brien", "forename": "Zoe", "date_of_birth": "5 sep 2015"}
    with pytest.raises(FieldProblems) as refused:
        editing.save_pupil(workspace, None, again)
    assert f"(#{first})" in refused.value.problems["date_of_birth"]
    editing.save_pupil(workspace, first, {"upn": "B808400024001"})
    assert (
        editing.save_pupil(workspace, None, {**again, "upn": "U886200019123"}) != first
    )  # two children, each with a UPN
