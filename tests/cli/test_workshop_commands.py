"""A year of a district officer's workshops by commands alone: what they print, what they say, and how they end."""

import csv
import io
import json
from typing import Any

import click
import pytest
from command import Command, Result
from test_command_contract import loaded_by

from transitions.cli import cli
from transitions.cli.groups import ASK_COMMANDS, WORKSHOP_COMMANDS

HEADER = (
    '"URN","LA (code)","EstablishmentNumber","EstablishmentName","EstablishmentStatus (code)","PhaseOfEducation (code)",'
    '"PhaseOfEducation (name)","StatutoryLowAge","StatutoryHighAge","Town","Postcode"'
)
TOGETHER = 48
"""How many schools there are in the district of the story."""


def records(result: Result) -> Any:
    return json.loads(result.out)


def table(result: Result) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(result.out)))


def one(district: Command, number: int = 1) -> dict[str, Any]:
    """Give a workshop as scripts see it."""
    found = records(district.ok("workshop", "show", f"#{number}", "--format", "json"))
    assert isinstance(found, dict)
    return found


@pytest.fixture
def district(school: Command) -> Command:
    """The schools and pupils of every story, 46 more primary schools beside them, and where Aisha and Zoë go."""

    def make() -> None:
        lines = [
            f'"{900100 + place}","999","{2100 + place}","{name} Primary","1","2","Primary",4,11,"Northmere","TS18 1TU"'
            for place, name in enumerate(NAMES)
        ]
        school.ok("import", "schools", school.write("more.csv", "\n".join((HEADER, *lines))))
        for pupil in ("Khan", "O'Brien"):
            school.ok("edit", "pupil", pupil, "next_school=900002")

    return school.once("workshop_commands district", make)


NAMES = ["Layfield", "The Glebe", *(f"{first}{last}" for first in ("Oak", "Elm", "Ash", "Fir") for last in (
    "beck", "dale", "field", "ford", "ham", "holm", "ley", "mere", "moor", "thorpe", "wick",
))]  # fmt: skip


@pytest.fixture
def forum(district: Command) -> Command:
    """A forum of a year ago, #1, to which all 48 schools were invited."""

    def make() -> None:
        district.ok("workshop", "new", "kind=forum", "on_day=7/11/25", "starts=1pm", "year_groups=6, 7")
        schools = [word for urn in (900001, 900002, *range(900100, 900146)) for word in ("--school", str(urn))]
        district.ok("workshop", "invite", "forum", *schools)

    return district.once("workshop_commands forum", make)


def mark(forum: Command, came: int = 14) -> Result:
    """Mark so many schools as having come, ten as having sent apologies, and the rest absent: from a file."""
    lines = [
        f"{name} Primary,{'came' if place < came else 'apologies' if place < came + 10 else 'absent'},{place % 3 + 1 if place < came else ''}"
        for place, name in enumerate(NAMES)
    ]
    return forum.ok(
        "workshop", "attend", "#1", "--from", forum.write("register.csv", ["School,Attendance,People", *lines]), "--rest-absent"
    )  # fmt: skip


# --- the story ----------------------------------------------------------------------------------------------------------


def test_a_district_officers_year(district: Command) -> None:
    asked = table(district.ok("calendar", "--format", "csv", "--kind", "return", "--all"))
    assert [row["first_day"] for row in asked if "spring" in row["title"]] == ["2027-01-21"]

    new = district.ok(
        "workshop", "new", "kind=transitions workshop", "on_day=26/1/27", "starts=9.30", "ends=12", "place=Town hall",
        "year_groups=6, 7", "audience=SENCOs",
    )  # fmt: skip
    assert new.out == "workshop #1 2027-01-26 planned Transitions workshop\n"
    assert "lies inside “School census return window, spring”" in new.err
    assert "Free: Tue 19 Jan 2027" in new.err
    [clash] = records(district.ok("calendar", "--clashes", "--format", "json"))
    assert (clash["kind"], clash["number"], clash["free_date"]) == ("return window", 1, "2027-01-19")
    moved = district.ok("workshop", "edit", "transitions workshop", f"on_day={clash['free_date']}")
    assert moved.out == "workshop #1 2027-01-19 planned Transitions workshop\n"
    assert "Workshop moved" in moved.err
    assert "Clash" not in moved.err
    assert records(district.ok("calendar", "--clashes", "--format", "json")) == []

    proposed = table(district.ok("workshop", "invite", "#1", "--format", "csv"))
    assert len(proposed) == TOGETHER
    assert [(row["school"], row["movers"]) for row in proposed[:2]] == [
        ("Fenwick Hollow Primary", "2"),
        ("St Brón’s Secondary", "2"),
    ]
    assert proposed[0]["reason"].startswith("2 pupils go to St Brón’s Secondary; teaches Year 6")
    invited = district.ok(
        "workshop", "invite", "#1", "--proposed", "--agency", "Health visitors", "--person", "B. Lee, Layfield"
    )
    assert "48 schools" in invited.err
    district.ok("workshop", "attend", "#1", "--apologies", "The Glebe")

    day = "2027-01-20"
    came = district("workshop", "attend", "#1", "--came", "Fenwick Hollow=3", "--came", "900002", "--came", "B. Lee",
                    "--rest-absent", as_of=day)  # fmt: skip
    assert (came.status, came.out) == (0, "workshop #1 2027-01-19 held Transitions workshop\n")
    assert "Schools: 3 of 48 (6%)." in came.err

    def later(*words: str) -> Result:
        result = district("workshop", *words, as_of=day)
        assert result.status == 0, result.err
        return result

    said = later("feedback", "#1", "theme=clarity", "said_by=school", "rating=4", "words=One list at last")
    assert said.out == "feedback #1\n"
    what = (
        "what=One list of dates",
        "who=Transitions team",
        "due_on=12/2/27",
        "recommendation=3",
        "success_measure=Used by all",
    )
    assert later("action", "#1", *what).out == "action #1\n"
    assert later("action", "#1", "what=Visit the hall", "who=B. Lee").out == "action #2\n"
    following = later("next", "#1", "19/3/27")
    assert following.out == "workshop #2 2027-03-19 planned Transitions workshop\n"
    assert "48 schools invited, 2 actions carried." in following.err
    agenda = later("agenda", "#2").out
    assert "Carried over from earlier workshops · 2" in agenda
    assert "1. One list of dates\n   Transitions team · was due Fri 12 Feb 2027 · agreed Tue 19 Jan 2027" in agenda

    day = "2027-03-20"
    later("attend", "#2", "--came", "Layfield")
    later("grade", "1", "--grade", "fully achieved", "--at", "#2", "--evidence", "On the website")
    later("grade", "2", "--grade", "3", "--at", "#2")
    district("workshop", "next", "#2", "18/6/27", as_of=day)
    assert [row["what"] for row in records(later("agenda", "#3", "--format", "json"))] == ["Visit the hall"]
    committee = list(csv.reader(io.StringIO(later("actions", "--layout", "committee", "-", "--purpose", "Panel").out)))
    rows = [row for row in committee if not row[0].startswith("#")]
    assert rows[0] == [
        "Recommendation", "Responsibility", "Date", "Agreed Action", "Agreed Success Measure", "Evidence of Progress",
        "Assessment", "Evidence of Impact",
    ]  # fmt: skip
    assert rows[1] == [
        "3", "Transitions team", "2027-02-12", "One list of dates", "Used by all", "Fri 19 Mar 2027: On the website",
        "1 Fully achieved", "",
    ]  # fmt: skip
    later("actions", "--layout", "district-plan", str(district.folder / "plan.csv"), "--purpose", "Panel")
    plan = (district.folder / "plan.csv").read_text("utf-8-sig").splitlines()
    assert (
        next(line for line in plan if not line.startswith('"#'))
        == '"Action","Steps towards","When","Who","Cost","Impact"'
    )
    cancelled = later("cancel", "#3", "--reason", "Snow")
    assert cancelled.out == "workshop #3 2027-06-18 cancelled Transitions workshop\n"
    names = district("history", as_of=day).out
    for name in ("Workshop planned", "Workshop moved", "Schools invited", "Register marked", "Workshop action graded"):
        assert name in names


# --- the register -------------------------------------------------------------------------------------------------------


def test_fourteen_of_forty_eight(forum: Command) -> None:
    marked = mark(forum)
    assert marked.out == "workshop #1 2025-11-07 held Information-sharing forum\n"
    assert "Schools: 14 of 48 (29%). 27 people came." in marked.err
    assert (
        table(forum.ok("workshop", "list", "--year", "2025/26", "--format", "csv"))[0]["attendance"] == "14 of 48 (29%)"
    )
    assert "attendance: 14 of 48 (29%)" in forum.ok("workshop", "show", "#1").out
    found = one(forum)
    assert (found["schools_came"], found["schools_invited"], found["people_came"]) == (14, 48, 27)
    assert found["by_phase"]["Primary"] == {"came": 14, "apologies": 10, "absent": 23, "unmarked": 0}
    forum.ok("undo")  # the whole file is one action
    assert one(forum)["attendance"] == "48 invited, none marked"
    assert one(forum)["status"] == "planned"


def test_marks_by_name_number_and_reference_number(forum: Command) -> None:
    forum.ok(
        "workshop",
        "attend",
        "forum 7 nov",
        "--came",
        "layfield=2",
        "--came",
        "900001",
        "--apologies",
        "glebe",
        "--absent",
        "#2",
    )
    lines = {line["school"]: (line["attendance"], line["people"]) for line in one(forum)["register"]}
    assert lines["Layfield Primary"] == ("came", 2)
    assert lines["Fenwick Hollow Primary"] == ("came", None)
    assert lines["The Glebe Primary"] == ("apologies", None)
    assert lines["St Brón’s Secondary"] == ("absent", None)
    assert one(forum)["attendance"] == "2 of 48 (4%), 44 not marked"
    forum.ok("workshop", "attend", "#1", "--not-marked", "Layfield")
    assert one(forum)["attendance"] == "1 of 48 (2%), 45 not marked"


def test_a_schools_own_line_goes_before_its_people(forum: Command) -> None:
    forum.ok("workshop", "invite", "#1", "--person", "B. Lee, Layfield", "--person", "C. Kay, Layfield", "--agency", "Health visitors",
             "--agency-person", "D. Roy, Health visitors", "--person", "E. Oyelaran")  # fmt: skip
    forum.ok("workshop", "attend", "#1", "--came", "Layfield", "--came", "C. Kay", "--apologies", "Health visitors")
    came = [(line["school"], line["agency"], line["name"], line["attendance"]) for line in one(forum)["register"]
            if line["attendance"] != "invited"]  # fmt: skip
    assert came == [
        ("Layfield Primary", None, None, "came"), ("Layfield Primary", None, "C. Kay", "came"),
        (None, "Health visitors", None, "apologies"),
    ]  # fmt: skip
    forum.ok("workshop", "invite", "#1", "--take-out", "The Glebe")
    assert one(forum)["schools_invited"] == 47


def test_a_school_that_came_unasked_is_put_in_on_demand(district: Command) -> None:
    district.ok("workshop", "new", "kind=forum", "on_day=7/11/25")
    refused = district("workshop", "attend", "#1", "--came", "Layfield")
    assert refused.status == 65
    assert "“Layfield” is not in the register of #1 Information-sharing forum" in refused.err
    assert "--add" in refused.err
    district.ok("workshop", "attend", "#1", "--came", "Layfield", "--add")
    assert one(district)["attendance"] == "1 of 1 (100%)"
    file = district.write(
        "in.csv", ["school_urn;name;agency;attendance", "900001;;;came", ";;Health;came", "900001;A. Roy;;y"]
    )
    district.ok("workshop", "attend", "#1", "--from", file, "--add")
    assert [(line["school"], line["agency"], line["name"]) for line in one(district)["register"]] == [
        ("Fenwick Hollow Primary", None, None), ("Fenwick Hollow Primary", None, "A. Roy"), ("Layfield Primary", None, None),
        (None, "Health", None),
    ]  # fmt: skip


def test_our_own_file_of_attendance_reads_back(forum: Command) -> None:
    mark(forum)
    before = one(forum)["register"]
    file = forum.folder / "attendance.csv"
    forum.ok("export", "attendance", file, "--year", "2025/26", "--full", "--purpose", "Register")
    forum.ok("undo")
    forum.ok("workshop", "attend", "#1", "--from", file)
    assert one(forum)["register"] == before


def test_every_problem_of_a_file_is_listed_and_nothing_is_written(forum: Command) -> None:
    lines = [
        "school,attendance,people", "Nowhere,came,1", "Layfield,maybe,1", "The Glebe,came,many", "Oakbeck,came,", "Oakbeck,absent,",
        "Elmbeck,absent,3", "Oak,came,", "Ashbeck,,",
    ]  # fmt: skip
    result = forum("workshop", "attend", "#1", "--from", forum.write("bad.csv", lines))
    assert result.status == 65
    for words in (
        "bad.csv line 2: school: “Nowhere” is not in the register",
        "bad.csv line 3: attendance: expected one of invited, came, apologies, absent",
        "bad.csv line 4: people: expected a whole number from 0 to 999",
        "bad.csv line 6: school: is in the file twice",
        "bad.csv line 8: school: Several in the register match",
    ):
        assert words in result.err
    assert "line 9" not in result.err
    assert one(forum)["attendance"] == "48 invited, none marked"


# --- figures ------------------------------------------------------------------------------------------------------------


def test_figures_have_their_base(forum: Command) -> None:
    mark(forum)
    year = ("--year", "2025/26")
    schools = table(forum.ok("workshop", "attendance", *year, "--format", "csv"))
    assert len(schools) == TOGETHER
    assert schools[0]["words"] == "1 of 1 (100%)" or schools[0]["came"] == "0"
    assert sum(int(row["came"]) for row in schools) == 14
    few = forum.ok("workshop", "attendance", *year, "--by", "few", "--format", "json")
    assert {row["group"] for row in records(few)} == {"none"}
    assert "came to none: 34 of 48 (71%)" in few.err
    [phase, *_] = [row for row in records(forum.ok("workshop", "attendance", "--by", "phase", "--workshop", "#1", "--format", "json"))
                   if row["part"] == "all schools"]  # fmt: skip
    assert (phase["words"], phase["not_marked"]) == ("14 of 48 (29%)", 0)
    terms = records(forum.ok("workshop", "attendance", *year, "--by", "term", "--kind", "forum", "--format", "json"))
    assert [(row["period"], row["words"]) for row in terms if row["meetings"]] == [("Autumn term", "14 of 48 (29%)")]
    years = table(forum.ok("workshop", "attendance", "--by", "year", "--years", "2", "--format", "csv"))
    assert [(row["period"], row["meetings"], row["schools_reached"]) for row in years] == [
        ("2025/26", "1", "14"),
        ("2026/27", "0", "0"),
    ]


def test_settings_with_movers_that_did_not_come(district: Command) -> None:
    district.ok("workshop", "new", "kind=SENCO", "on_day=12/11/26", "host_school=900002", "year_groups=6")
    district.ok("workshop", "invite", "#1", "--school", "900001", "--school", "Layfield")
    district.ok("workshop", "attend", "#1", "--came", "Layfield", "--rest-absent")
    found = district.ok("workshop", "attendance", "--by", "movers", "--workshop", "#1", "--format", "json")
    assert [(row["school"], row["attendance"], row["movers"]) for row in records(found)] == [
        ("Fenwick Hollow Primary", "absent", 2)
    ]
    assert "sent nobody: 1 of 1 (100%); these pupils: 2 of 2 (100%)" in found.err
    assert not {"khan", "aisha", "zoë"} & set(found.out.casefold().replace('"', " ").split())
    assert "1 of 1" in district.ok("workshop", "attendance", "--by", "movers").err


def test_feeders_are_counted_and_nobody_is_named(district: Command) -> None:
    found = district.ok("workshop", "feeders", "--school", "900002", "--year-groups", "6", "--format", "json")
    assert records(found) == [
        {"academic_year": "2026/27", "receiving_id": 2, "receiving": "St Brón’s Secondary", "feeder_id": 1,
         "feeder": "Fenwick Hollow Primary", "pupils": 2}
    ]  # fmt: skip
    assert "2 pupils move to 1 school · 2026/27" in found.err


def test_training_from_modules_to_confidence(district: Command) -> None:
    for place, name in enumerate(("Welcome", "Safe moves"), 1):
        assert district.ok("workshop", "training", "Thrive", f"name={name}").out == f"module #{place}\n"
        district.ok("workshop", "new", "kind=training", f"on_day=1{place}/11/26", "programme=thrive", f"module={name}")
        district.ok("workshop", "invite", f"#{place}", "--person", "B. Lee, Layfield", "--person", "C. Kay, The Glebe")
    lines = ["name,school,attendance,before,after", "B. Lee,Layfield,came,2,4", "C. Kay,The Glebe,came,3,3"]
    district.ok("workshop", "attend", "#1", "--from", district.write("first.csv", lines))
    district.ok("workshop", "attend", "#2", "--came", "B. Lee", "--rest-absent")
    modules = table(district.ok("workshop", "training", "--format", "csv"))
    assert [(row["module"], row["sessions"]) for row in modules] == [("Welcome", "1"), ("Safe moves", "1")]
    figures = district.ok("workshop", "training", "thrive", "--format", "json")
    by_item = {row["item"]: row for row in records(figures)}
    assert by_item["completed every module, of those who came"]["words"] == "1 of 2 (50%)"
    assert by_item["mean after"]["value"] == 3.5
    assert by_item["confident after"]["words"] == "1 of 2 (50%)"
    assert (
        "each person at each module · Of 2 of 3 (67%) who came and answered both times, 1 are more confident"
        in figures.err
    )
    people = records(district.ok("workshop", "training", "thrive", "--people", "--format", "json"))
    assert [(row["name"], row["missing"], row["complete"]) for row in people] == [
        ("B. Lee", [], True), ("C. Kay", ["Safe moves"], False),
    ]  # fmt: skip
    assert len(table(district.ok("workshop", "training", "thrive", "--schools", "--format", "csv"))) == 2
    district.ok("workshop", "training", "thrive", "--retire", "2")
    assert "2 of 2 (100%)" in district.ok("workshop", "training", "thrive").out
    district.ok("workshop", "training", "thrive", "--bring-back", "2")
    district.ok("workshop", "training", "thrive", "--change", "2", "name=Moving safely")
    assert one(district, 2)["module"] == "Moving safely"


def test_feedback_is_counted_by_theme(forum: Command) -> None:
    for rating in (5, 4, 2):
        forum.ok("workshop", "feedback", "#1", "theme=coordination", "said_by=family", f"rating={rating}")
    forum.ok("workshop", "feedback", "#1", "theme=clarity", "said_by=school", "words=Too many forms")
    found = forum.ok("workshop", "feedback", "#1", "--format", "json")
    theme = next(row for row in records(found) if row["theme"] == "coordination")
    assert (theme["rated"], theme["mean"], theme["good"], theme["rating_5"]) == (3, 3.67, 2, 1)
    assert "Coordination  3     3.67  2 of 3 (67%)" in forum.ok("workshop", "feedback", "#1").out
    assert "3 things said · 2025/26 · all workshops · said by: family" in forum.ok(
        "workshop", "feedback", "--year", "2025/26", "--said-by", "family"
    ).err  # fmt: skip
    forum.ok("workshop", "feedback", "#1", "--change", "4", "words=Far too many forms")
    forum.ok("workshop", "feedback", "#1", "--take-out", "1")
    said = table(forum.ok("workshop", "feedback", "#1", "--each", "--format", "csv"))
    assert [(row["id"], row["words"]) for row in said] == [("2", ""), ("3", ""), ("4", "Far too many forms")]


def test_actions_are_dropped_taken_up_and_chosen(forum: Command) -> None:
    forum.ok("workshop", "action", "#1", "what=One list", "due_on=1/9/26")
    forum.ok("workshop", "action", "#1", "what=Two visits", "due_on=1/9/27")
    assert forum("workshop", "action", "#1", "--drop", "2").status == 77
    forum.ok("workshop", "action", "#1", "--drop", "2", "--reason", "Not wanted")

    def numbers(*words: str) -> list[str]:
        return [row["id"] for row in table(forum.ok("workshop", "actions", *words, "--format", "csv"))]

    assert (numbers(), numbers("--open"), numbers("--year", "2026/27")) == (["1", "2"], ["1"], [])
    forum.ok("workshop", "action", "#1", "--take-up", "2")
    assert (numbers("--overdue"), numbers("--workshop", "#1", "--series", "forum")) == (["1"], ["1", "2"])
    forum.ok("workshop", "action", "#1", "--change", "1", "due_on=1/12/26")
    assert numbers("--overdue") == []
    assert "2 actions, 2 open, 0 past the date" in forum.ok("workshop", "actions").err
    forum.ok("workshop", "new", "kind=LIFT", "on_day=3/11/26")
    assert forum("workshop", "action", "#2", "--drop", "1", "--reason", "x").status == 65


def test_workshops_are_found_listed_cancelled_and_put_away(forum: Command) -> None:
    forum.ok("workshop", "new", "kind=LIFT", "title=LIFT Tarn", "on_day=27/11/26")
    forum.ok("workshop", "new", "kind=training", "on_day=28/12/26")
    assert [row["id"] for row in table(forum.ok("workshop", "list", "--coming", "14", "--format", "csv"))] == ["2"]
    assert len(table(forum.ok("workshop", "list", "--kind", "training", "--kind", "LIFT", "--format", "csv"))) == 2
    assert len(table(forum.ok("workshop", "list", "--series", "tarn", "--format", "csv"))) == 1
    forum.ok("workshop", "cancel", "tarn", "--reason", "Snow")
    assert one(forum, 2)["attendance"] == "cancelled"
    forum.ok("workshop", "cancel", "tarn", "--bring-back")
    assert forum("workshop", "hold", "tarn").status == 77  # still to come
    forum.ok("workshop", "hold", "#1")
    forum.ok("workshop", "archive", "#2")
    assert [row["id"] for row in table(forum.ok("workshop", "list", "--archived", "--format", "csv"))] == ["2"]
    forum.ok("workshop", "restore", "#2")
    assert one(forum, 2)["archived"] is False
    assert "The same, only later." in forum.ok(
        "workshop", "edit", "#2", f"agenda=@{forum.write('agenda.txt', 'The same, only later.')}"
    ).out + forum.ok("workshop", "agenda", "#2").out  # fmt: skip


# --- the year's own dates, and asks -----------------------------------------------------------------------------------------


def test_own_dates_clash_and_are_proposed_a_free_day(district: Command) -> None:
    trip = district.ok(
        "calendar",
        "date",
        "add",
        "kind=trip",
        "title=To the coast",
        "first_day=1/7/27",
        "school=900001",
        "year_groups=6",
    )
    assert trip.out == "date #1 2027-07-01 trip To the coast\n"
    day = district.ok("workshop", "new", "kind=transition day", "on_day=1/7/27", "host_school=900002", "year_groups=6")
    assert "falls on the same day as a trip for pupils who would come: “To the coast" in day.err
    [clash] = records(district.ok("calendar", "--clashes", "--format", "json"))
    assert list(clash) == [
        "kind", "severity", "first_day", "last_day", "what", "number", "title", "on_day", "until_day", "other", "other_first_day",
        "other_last_day", "sentence", "free_date",
    ]  # fmt: skip
    assert (clash["kind"], clash["what"], clash["free_date"]) == ("feeder", "transition day", "2027-07-08")
    shown = district.ok("calendar", "--clashes")
    assert "2027-07-08" in shown.out
    assert "1 clash · 2026/27 · from today on" in shown.err
    moved = district.ok("calendar", "date", "edit", "#1", "first_day=25/12/26")
    assert "Clash: This trip on Fri 25 Dec 2026: Fri 25 Dec 2026 is a bank holiday." in moved.err
    assert "Free:" in moved.err
    district.ok("calendar", "date", "take-out", "1")
    assert table(district.ok("calendar", "date", "list", "--format", "csv")) == []
    assert len(table(district.ok("calendar", "date", "list", "--taken-out", "--format", "csv"))) == 1
    district.ok("calendar", "date", "restore", "1")
    assert table(district.ok("calendar", "date", "list", "--format", "csv"))[0]["school"] == "Fenwick Hollow Primary"
    assert table(district.ok("calendar", "--clashes", "--all", "--format", "csv"))[0]["kind"] == "no school"


def test_asks_are_moved_added_and_retired(district: Command) -> None:
    listed = table(district.ok("ask", "list", "--kind", "census", "--format", "csv"))
    assert [(row["code"], row["first_day"], row["origin"]) for row in listed][1] == (
        "census.spring",
        "2027-01-21",
        "shipped",
    )
    district.ok("ask", "days", "census.spring", "20/1/27")
    shown = records(district.ok("ask", "show", "school census day, spring", "--format", "json"))
    assert (shown["first_day"], shown["origin"], shown["published"]) == (
        "2027-01-20", "changed", ["2026/27: 2027-01-20 to 2027-01-20"],
    )  # fmt: skip
    district.ok("ask", "days", "census.spring", "--by-rule")
    assert table(district.ok("ask", "show", "census.spring", "--format", "csv"))[0]["origin"] == "shipped"
    added = district.ok(
        "ask", "add", "title=Transition numbers", "kind=return", "first=1st Tuesday of May", "for_schools=primary"
    )
    assert added.out == "own.transition-numbers\n"
    district.ok("ask", "edit", "own.transition-numbers", "first=2nd Tuesday of May", "from_year=2027/28")
    days = [
        table(district.ok("ask", "list", "--year", year, "--format", "csv"))[-1]["first_day"]
        for year in ("2026/27", "2027/28")
    ]
    assert days == ["2027-05-04", "2028-05-09"]
    assert "until 2026/27: 1st Tuesday of May" in district.ok("ask", "show", "transition numbers").out
    district.ok("ask", "retire", "transition numbers", "--from", "1/9/27")
    retired = table(district.ok("ask", "list", "--year", "2027/28", "--format", "csv"))[-1]
    assert (retired["retired_on"], retired["first_day"]) == ("2027-09-01", "")
    district.ok("ask", "restore", "transition numbers")
    assert table(district.ok("ask", "list", "--year", "2027/28", "--format", "csv"))[-1]["first_day"] == "2028-05-09"


def test_places_a_fee_and_links_of_a_conference(district: Command) -> None:
    district.ok("workshop", "new", "kind=forum", "title=Conference", "on_day=22/2/27", "places=2", "fee=£85")
    district.ok(
        "workshop", "invite", "#1", *(word for urn in (900001, 900002, 900100) for word in ("--school", str(urn)))
    )
    said = district.ok("workshop", "attend", "#1", "--accepted", "900001", "--accepted", "900002").err
    assert "2 of 2 places taken, 0 left." in said
    said = district.ok("workshop", "attend", "#1", "--accepted", "900100").err
    assert "3 of 2 places taken: 1 more than there are." in said
    assert "2 of 2 places taken, 0 left." in district.ok("workshop", "attend", "#1", "--apologies", "900100").err
    assert district.ok("workshop", "link", "#1", "title=Toolkit", "address=example.org/kit").out == "link #1\n"
    assert district("workshop", "link", "#1", "title=Toolkit", "address=javascript:alert(1)").status == 65
    assert district("workshop", "link", "#1", "--take-out", "4").status == 65
    found = one(district)
    assert (found["places"], found["places_taken"], found["places_left"], found["fee"]) == (2, 2, 0, "85.00")
    assert found["links"] == [{"id": 1, "title": "Toolkit", "address": "https://example.org/kit"}]
    assert "Material\nToolkit: https://example.org/kit" in district.ok("workshop", "agenda", "#1").out
    written = district.ok("export", "workshops", "-", "--full", "--purpose", "figures").out
    (row,) = csv.DictReader(line for line in written.splitlines() if not line.startswith('"#'))
    assert (row["places"], row["places_taken"], row["fee"], row["links"]) == (
        "2",
        "2",
        "85.00",
        "Toolkit: https://example.org/kit",
    )
    district.ok("workshop", "next", "#1", "1/3/27")
    following = one(district, 2)
    assert (following["places_left"], following["fee"]) == (2, "85.00")
    district.ok("workshop", "link", "#1", "--take-out", "1")
    assert one(district)["links"] == []


# --- what cannot be done --------------------------------------------------------------------------------------------------

FAULTS: list[tuple[str, int, str]] = [
    ("workshop new kind=party on_day=1/12/26", 65, "kind: expected one of transitions workshop"),
    ("workshop new kind=forum", 65, "on day: This is needed."),
    ("workshop new kind=forum on_day=30/2/27", 65, "on day: "),
    ("workshop new kind=forum on_day=1/12/26 colour=red", 65, "colour: there is no such field; expected one of kind"),
    ("workshop new forum", 2, "is not FIELD=VALUE"),
    ("workshop new kind=forum on_day=1/12/26 agenda=@nowhere.txt", 66, "there is no such file"),
    ("workshop edit #1 starts=2", 65, "starts: in the morning or in the afternoon?"),
    ("workshop show #9", 65, "There is no workshop with the number 9"),
    ("workshop show zebra", 65, 'No workshop matches "zebra"'),
    ("workshop list --coming 3 --archived", 2, "Give one of --year, --coming and --archived"),
    ("workshop list --kind meeting", 2, "expected one of SENCO transition meeting, LIFT meeting"),
    ("workshop list --series zebra", 65, "No single series matches"),
    ("workshop list --year 26", 2, "expected an academic year such as 2026/27"),
    ("workshop next #1 1/11/25", 65, "on day: must be after Friday 7 November 2025"),
    ("workshop hold #2", 77, "is in the future"),
    ("workshop cancel #1", 77, "Say why it is called off in a few words"),
    ("workshop cancel #1 --bring-back", 77, "This workshop was not called off"),
    ("workshop cancel #1 --bring-back --reason x", 2, "not both"),
    ("workshop restore #1", 77, "already listed"),
    ("workshop invite #1 --school Nowhere", 65, 'No school matches "Nowhere"'),
    ("workshop invite #1 --school Layfield --take-out Nowhere", 65, "“Nowhere” is not in the register"),
    ("workshop attend #1", 2, "Say who came: --came, --accepted, --apologies"),
    ("workshop attend #1 --came Nowhere", 65, "“Nowhere” is not in the register of #1"),
    ("workshop attend #1 --came Layfield=many", 2, "'many' is not a number of people"),
    ("workshop attend #1 --came Layfield --absent Layfield", 2, "marked twice"),
    ("workshop attend #2 --came Layfield --add", 77, "is in the future. Only apologies can be recorded before then"),
    ("workshop attend #1 --from nowhere.csv", 66, "there is no such file"),
    ("workshop feedback theme=clarity", 2, "Name the workshop first"),
    ("workshop feedback #1 theme=colour said_by=school rating=3", 65, "theme: expected one of clarity"),
    ("workshop feedback #1 theme=clarity said_by=school rating=9", 65, "rating: expected a rating from 1"),
    ("workshop feedback #1 --each --take-out 1", 2, "Give FIELD=VALUE words"),
    ("workshop feedback #1 --take-out 9", 65, "no longer here"),
    ("workshop feedback #1 --year 2025/26", 2, "leave the workshop out"),
    ("workshop action #1", 2, "Give FIELD=VALUE words"),
    ("workshop action #1 who=me", 65, "what: This is needed."),
    ("workshop action #1 what=x due_on=1/9/25", 65, "due on: "),
    ("workshop action #1 --drop 9 --reason x", 65, "has no action #9"),
    ("workshop grade 1 --grade 7", 2, "'7' is not one of 1 Fully achieved"),
    ("workshop grade 9 --grade 1", 65, "no longer here"),
    ("workshop grade 1 --grade 1 --on 1/12/26", 77, "is in the future"),
    ("workshop actions plan.csv", 2, "Give FILE and --layout together"),
    ("workshop actions --layout committee", 2, "Give FILE and --layout together"),
    ("workshop actions --layout committee plan.csv --overdue", 2, "--overdue is for printing"),
    ("workshop attendance --by phase", 2, "By phase needs --workshop"),
    ("workshop attendance --workshop #1", 2, "--workshop goes with"),
    ("workshop feeders --year-groups twelfth", 2, "--year-groups"),
    ("workshop feeders --school Nowhere", 65, "No school matches"),
    ("workshop training name=Welcome", 2, "Name the programme first"),
    ("workshop training Thrive", 65, 'No single programme matches "Thrive". There are: none yet'),
    ("workshop training Thrive --people --schools", 2, "Give one of"),
    ("calendar --clashes --kind return", 2, "it only goes with --year, --all and --format"),
    ("calendar nonsense", 2, "No such command"),
    ("calendar date add kind=party title=x first_day=1/12/26", 65, "kind: expected one of ask, test, trip, event"),
    ("calendar date add title=x", 65, "first day: This is needed."),
    ("calendar date edit first title=x", 2, "'first' is not a number"),
    ("calendar date take-out 9", 65, "no longer here"),
    ("ask show zebra", 65, "No deadline matches"),
    ("ask show census", 65, "Several deadlines match"),
    ("ask list --kind party", 2, "is not one of census, test"),
    ("ask days census.spring", 2, "Give the first day"),
    ("ask days census.spring 1/9/27", 65, "is not in 2026/27"),
    ("ask add title=x kind=return first=sometimes", 65, "first: "),
    ("ask restore census.spring", 77, "nothing to bring back"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "status", "said"), FAULTS, ids=[fault[0] for fault in FAULTS])
def test_every_fault_is_a_sentence_with_its_status(school: Command, words: str, status: int, said: str) -> None:
    school.ok("add", "school", "name=Layfield Primary", "urn=900003")
    school.ok("workshop", "new", "kind=forum", "on_day=7/11/25")
    school.ok("workshop", "new", "kind=LIFT", "on_day=2/12/26")
    school.ok("workshop", "invite", "#1", "--school", "Layfield")
    school.ok("workshop", "action", "#1", "what=One list")
    before = school.ok("history").out
    result = school(*words.split())
    assert (result.status, result.out) == (status, ""), result.err
    assert said in result.err
    assert "Traceback" not in result.err
    assert school.ok("history").out == before


def test_a_series_with_the_day_taken_has_no_second(forum: Command) -> None:
    forum.ok("workshop", "next", "#1", "4/12/26")
    assert forum("workshop", "next", "#1", "4/12/26").status == 77


def test_a_file_that_stands_is_not_replaced_unasked(forum: Command) -> None:
    taken = forum.write("plan.csv", "mine")
    assert forum("workshop", "actions", "--layout", "committee", taken).status == 77
    assert forum("workshop", "actions", "--layout", "committee", taken, "--purpose", "Panel").status == 73
    assert taken.read_text(encoding="utf-8") == "mine"
    forum.ok("workshop", "actions", "--layout", "committee", taken, "--overwrite", "--purpose", "Panel")


def test_hostile_words_are_harmless_wherever_they_are_printed(forum: Command) -> None:
    hostile = "[/x]\x1b]0;pwned\x07 =1+1"
    forum.ok("workshop", "edit", "#1", f"title={hostile}", f"notes={hostile}", f"agenda={hostile}")
    forum.ok("workshop", "invite", "#1", "--agency", "=HYPERLINK(1)\x1b[2J")
    forum.ok("workshop", "action", "#1", "what==1+1\x1b[2J", "who=[@click=app.quit]x")
    for words in (
        "show #1", "show #1 --format csv", "show #1 --format json", "list --year 2025/26", "agenda #1", "actions", "actions --format csv",
        "actions --layout committee - --purpose Panel",
    ):  # fmt: skip
        printed = forum.ok("workshop", *words.split())
        assert "\x1b" not in printed.out + printed.err
    assert "'=HYPERLINK" in forum.ok("workshop", "show", "#1", "--format", "csv").out
    assert "'=1+1" in forum.ok("workshop", "actions", "--layout", "committee", "-", "--purpose", "Panel").out


def test_groups_of_schools_are_kept_filtered_and_counted_by_command(forum: Command) -> None:
    mark(forum)
    rows = [
        f"{name} Primary,LIFT group,{'North' if place < 20 else 'South'},2024/25" for place, name in enumerate(NAMES)
    ]
    forum.ok("import", "groups", forum.write("groups.csv", ["School,Kind,Group,Year", *rows]))
    listed = records(forum.ok("group", "list", "--year", "2025/26", "--format", "json"))
    assert [(row["kind"], row["name"], row["schools"]) for row in listed] == [
        ("LIFT group", "North", 20),
        ("LIFT group", "South", 26),
    ]
    forum.ok("group", "member", "Oakbeck", "--change", "3", "until_year=2024/25")
    (oakbeck,) = records(forum.ok("group", "member", "Oakbeck", "--format", "json"))
    assert (oakbeck["from_year"], oakbeck["until_year"]) == ("2024/25", "2024/25")
    assert forum.ok("group", "member", "Oakbeck", "kind=cluster", "name=Coast").out == "member #47\n"
    assert len(records(forum.ok("group", "show", "north", "--year", "2025/26", "--format", "json"))) == 19
    figures = records(forum.ok("workshop", "attendance", "--year", "2025/26", "--by", "group", "--format", "json"))
    assert [(row["group"], row["asked"], row["words"]) for row in figures] == [
        ("LIFT group North", "19 of 19 (100%)", "13 of 19 (68%)"),
        ("LIFT group South", "26 of 26 (100%)", "0 of 26 (0%)"),
        ("cluster Coast", "0 of 0", "nobody invited"),
    ]
    few = forum.ok("workshop", "attendance", "--year", "2025/26", "--group", "north", "--by", "few").err
    assert "came to none: 6 of 19 (32%)" in few
    assert forum("workshop", "attendance", "--by", "movers", "--group", "north").status == 2
    assert [
        row["id"]
        for row in records(forum.ok("workshop", "list", "--year", "2025/26", "--group", "coast", "--format", "json"))
    ] == []
    forum.ok("workshop", "new", "kind=LIFT meeting", "on_day=1/3/27")
    assert "26 schools" in forum.ok("workshop", "invite", "#2", "--group", "south").err
    pupils = records(forum.ok("list", "--group", "north", "--format", "json"))
    everybody = records(forum.ok("list", "--format", "json"))
    here = {"Layfield Primary", "The Glebe Primary"}
    assert [row["id"] for row in pupils] == [
        row["id"] for row in everybody if here & {row["school"], row["next_school"]}
    ]
    moves = records(forum.ok("workshop", "feeders", "--by-group", "--format", "json"))
    assert {row["group"]: row["stay"].split()[-2:] for row in moves}["LIFT group South"] == ["of", "0"]
    assert forum("group", "show", "west").status == 65
    forum.ok("group", "edit", "coast", "name=Harbour")
    forum.ok("group", "take-out", "harbour")
    assert len(records(forum.ok("group", "list", "--format", "json"))) == 2


# --- the contract ---------------------------------------------------------------------------------------------------------


def commands() -> list[tuple[str, click.Command]]:
    context = click.Context(cli, help_option_names=["-h", "--help"])
    found: list[tuple[str, click.Command]] = []
    for path in ("workshop", "ask", "calendar"):
        found += within(path, cli.get_command(context, path))
    return found


def within(path: str, command: click.Command | None) -> list[tuple[str, click.Command]]:
    assert isinstance(command, click.Group)
    context, found = click.Context(command, help_option_names=["-h", "--help"]), []
    for name in command.list_commands(context):
        inner = command.get_command(context, name)
        assert inner is not None
        found.append((f"{path} {name}", inner))
        if isinstance(inner, click.Group):
            found += within(f"{path} {name}", inner)
    return found


def test_every_command_of_the_tables_is_there() -> None:
    names = {name for name, _ in commands()}
    assert names >= {f"workshop {name}" for name in WORKSHOP_COMMANDS} | {f"ask {name}" for name in ASK_COMMANDS}
    assert names >= {f"calendar date {name}" for name in ("list", "add", "edit", "take-out", "restore")}


@pytest.mark.parametrize(("name", "command"), commands(), ids=lambda value: value if isinstance(value, str) else "")
def test_every_command_says_what_it_does_and_takes_a_file_and_a_day(name: str, command: click.Command) -> None:
    assert command.name == name.split()[-1]
    assert command.help
    assert {"--db", "--as-of"} <= {option for parameter in command.params for option in parameter.opts}
    for parameter in command.params:
        assert not isinstance(parameter, click.Option) or parameter.help


@pytest.mark.parametrize(
    "arguments",
    [("workshop", "--help"), ("workshop", "attend", "--help"), ("ask", "--help"), ("calendar", "date", "--help")],
)
def test_help_loads_nothing_heavy(arguments: tuple[str, ...]) -> None:
    assert loaded_by(*arguments) == set()


def test_options_before_the_command_count(forum: Command) -> None:
    assert forum("workshop", "--db", forum.folder / "none.db", "list").status == 66
    assert forum("calendar", "--db", forum.folder / "none.db", "date", "list").status == 66
    early = forum.ok("workshop", "--as-of", "2025-11-08", "list", "--format", "csv")
    assert [row["id"] for row in table(early)] == ["1"]
