"""The figures by command: what papers say stands beside ours with its base and its source, in words, JSON, CSV and files."""

import csv
import json
from pathlib import Path

import pytest
from command import Command

MAIDSTONE = ("whose=Maidstone", "source=STLS plan 2017-18, page 4")
PAPERS = (
    ("measure=forum-attendance", *MAIDSTONE, "period=June 2017", "counted=14", "base=48"),
    ("measure=Schools that came to forums and meetings about moves", "whose=Maidstone, early years", "period=June 2017",
     "value=16.3%", "unit=%", "source=STLS plan 2017-18, page 4"),
    ("measure=programme-reach", *MAIDSTONE, "period=2016/17", "counted=23", "base=60", "note=SENCOs mentored"),
    ("measure=programme-understanding", *MAIDSTONE, "period=before", "value=45%", "unit=%", "base=23"),
    ("measure=programme-understanding", *MAIDSTONE, "period=after", "value=85", "unit=%", "base=23"),
    ("measure=phase-transfer", "whose=England", "period=2023, late", "counted=3079", "base=22285", "source=Freedom of information"),
    ("measure=audits-by-grade", "whose=Stockton", "period=January 2026", "value=12", "unit=points", "source=Scrutiny, January 2026"),
    ("measure=Trained mental health leads", "whose=Essex", "period=June 2023", "value=68%", "unit=%", "source=Headteachers, 21 June 2023"),
    ("measure=Trained mental health leads", "whose=England", "period=June 2023", "value=62%", "unit=%", "source=Headteachers, 21 June 2023"),
    ("measure=Navigator days, platinum", "whose=Stockton", "period=2024", "value=2.5", "unit=number", "source=Select committee, minutes"),
)  # fmt: skip
"""Figures of five public papers, and of one answer to freedom-of-information requests."""


@pytest.fixture
def papers(school: Command) -> Command:

    def make() -> None:
        for fields in PAPERS:
            school.ok("figure", "add", *fields)

    return school.once("impact_command papers", make)


def test_the_figures_of_papers_stand_below_ours_with_their_bases(papers: Command) -> None:
    said = papers.ok("impact").out
    lines = said.splitlines()
    for words in (
        "    Maidstone, June 2017: 14 of 48 (29%), source STLS plan 2017-18, page 4",
        "    Maidstone, early years, June 2017: 16.3%, base not given, source STLS plan 2017-18, page 4",
        "    Maidstone, 2016/17: 23 of 60 (38%), source STLS plan 2017-18, page 4. SENCOs mentored",
        "    Maidstone, before: 45%, of 23, source STLS plan 2017-18, page 4",
        "    Maidstone, after: 85%, of 23, source STLS plan 2017-18, page 4",
        "    England, 2023, late: 3,079 of 22,285 (14%), source Freedom of information",
        "    Stockton, January 2026: 12 points, base not given, source Scrutiny, January 2026",
    ):
        assert words in lines
    of_own = lines.index("Navigator days, platinum")
    assert lines[of_own:] == [
        "Navigator days, platinum",
        "    Stockton, 2024: 2.5, base not given, source Select committee, minutes",
        "Trained mental health leads",
        "    England, June 2023: 62%, base not given, source Headteachers, 21 June 2023",
        "    Essex, June 2023: 68%, base not given, source Headteachers, 21 June 2023",
    ]
    asked = papers.ok("impact", "phase-transfer").out.splitlines()
    assert asked[0] == "EHC plans that name the next place on time (2026/27 to Sat 21 Nov 2026)"
    assert asked[-1] == "    England, 2023, late: 3,079 of 22,285 (14%), source Freedom of information"


def test_scripts_get_them_as_a_list_and_as_rows(papers: Command) -> None:
    found = json.loads(papers.ok("impact", "--format", "json").out)
    transfer = next(one for one in found if one["measure"] == "phase-transfer")
    assert (transfer["numerator"], transfer["denominator"], transfer["percent"], transfer["base"]) == (
        0,
        0,
        None,
        "children",
    )
    [england] = transfer["comparators"]
    assert (england["numerator"], england["denominator"], england["percent"]) == (3079, 22285, 14)
    assert (england["whose"], england["period"], england["source"]) == (
        "England",
        "2023, late",
        "Freedom of information",
    )
    last = found[-1]
    assert (last["measure"], last["part"], last["value"], last["unit"]) == (
        "Trained mental health leads",
        "Essex",
        68.0,
        "%",
    )
    assert (last["denominator"], last["words"], last["comparators"]) == (None, "68%, base not given", [])
    in_csv = list(csv.DictReader(papers.ok("impact", "phase-transfer", "--format", "csv").out.splitlines()))
    assert in_csv[0]["comparators"] == "England, 2023, late: 3,079 of 22,285 (14%), source Freedom of information"


def test_what_filters_of_pupils_do_not_narrow_is_said(school: Command) -> None:
    said = school.ok("impact", "survey-response", "plans-completed", "--year-group", "6")
    assert said.err.splitlines()[-1] == "Counted for everybody, whatever the filters: Surveys returned."
    assert "Counted for everybody" not in school.ok("impact", "survey-response").err


def test_the_figures_go_into_a_file(papers: Command, tmp_path: Path) -> None:
    target = tmp_path / "impact.csv"
    papers.ok("export", "impact", target, "--year", "2026/27")
    lines = [line for line in target.read_text("utf-8-sig").splitlines() if not line.startswith(("#", '"#'))]
    rows = list(csv.DictReader(lines))
    printed = json.loads(papers.ok("impact", "--format", "json").out)
    assert list(rows[0]) == list(printed[0])
    assert [(row["measure"], row["part"], row["words"]) for row in rows] == [
        (one["measure"], one["part"], one["words"]) for one in printed
    ]
    refused = papers("export", "impact", tmp_path / "again.csv", "--pseudonymised")
    assert refused.status != 0
    assert "no pupil" in refused.err


def test_the_list_of_whom_to_ring_follows_from_a_file_of_weeks(school: Command, tmp_path: Path) -> None:
    new = "surname=Vale", "forename=Wren", "date_of_birth=2015-03-01", "attendance_percent=97"
    school.ok("add", "pupil", *new)
    file = tmp_path / "weeks.csv"
    lines = ("7/9/2026,10,10", "14/9/2026,10,9", "21/9/2026,10,8", "28/9/2026,10,8")
    file.write_text(
        "\n".join(("Surname,Forename,DOB,Week,Possible,Present", *(f"Vale,Wren,2015-03-01,{one}" for one in lines)))
    )
    school.ok("import", "weeks", str(file))
    number = json.loads(school.ok("impact", "first-weeks", "--rows", "--format", "json").out)[0]["number"]
    assert school.ok("impact", "first-weeks", "--rows").out.splitlines() == [
        "Year 7: whom to ring about attendance: 1 of 1 child (100%); the latest week is that of Mon 28 Sep 2026",
        "    Counted",
        f"        Vale, Wren · no school · 25 of 30 sessions (83.3%) · until the week of Mon 28 Sep 2026 · below 90% · 13.7 points below 97% of Year 6 · pupil #{number}",
    ]
    said = school.ok("impact", "neet", "--rows").out.splitlines()
    assert said[0] == "NEET or not known at 16 and 17: 0 of 0 children on average"
