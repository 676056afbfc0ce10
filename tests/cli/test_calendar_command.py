"""`transitions calendar`: the list on standard output, and the files that other people take."""

import csv
import json
import re
from collections.abc import Callable

import pytest
from command import Command

from transitions.calendar.event import KINDS
from transitions.exporting.columns import CALENDAR

HEADERS = [column.header for column in CALENDAR]


def listed(command: Command, *words: str) -> list[dict[str, object]]:
    return json.loads(command.ok("calendar", "--format", "json", *words).out)


def test_the_list_runs_from_today_to_the_end_of_the_year(school: Command) -> None:
    rest, whole = listed(school), listed(school, "--all")
    assert rest == [row for row in whole if str(row["last_day"]) >= "2026-11-21"]
    assert len(rest) < len(whole)
    assert [row["first_day"] for row in whole] == sorted(row["first_day"] for row in whole)
    assert all("2026-09-01" <= str(row["first_day"]) <= "2027-08-31" for row in whole)
    assert {row["kind"] for row in whole} <= set(KINDS)


def test_keys_and_headers_are_the_documented_ones(school: Command) -> None:
    row = next(row for row in listed(school) if row["code"] == "6-7.names-school")
    assert list(row) == HEADERS
    assert (row["first_day"], row["year_groups"], row["verified"]) == ("2027-02-15", ["6"], True)
    lines = list(csv.reader(school.ok("calendar", "--format", "csv").out.splitlines()))
    assert lines[0] == HEADERS
    assert len(lines) == len(listed(school)) + 1


def test_talk_stays_off_standard_output(school: Command) -> None:
    result = school.ok("calendar", "--kind", "census")
    heads, rule, *rows = result.out.splitlines()
    assert heads.split("  ")[0] == "first day"
    assert set(rule) <= {"-", " "}
    assert [row[:10] for row in rows] == ["2027-01-21", "2027-05-20"]
    assert "2 dates · 2026/27 · All schools · from today on" in result.err


@pytest.mark.parametrize(
    ("typed", "first"), [("2025/26", "2025-10-02"), ("2026", "2026-10-01"), ("2027-28", "2027-10-07")]
)
def test_another_year_is_printed_whole(school: Command, typed: str, first: str) -> None:
    found = listed(school, "--year", typed, "--kind", "Census", *(["--all"] if typed == "2026" else []))
    assert len(found) == 3
    assert found[0]["first_day"] == first


def test_several_kinds(school: Command) -> None:
    found = {row["kind"] for row in listed(school, "--all", "--kind", "bank holiday", "--kind", "ehc plan")}
    assert found == {"bank holiday", "EHC plan"}


def test_by_the_calendar_of_a_school_or_a_council(school: Command) -> None:
    own = "kind,term,first_day,last_day,school_urn\nclosure,Wake for the old hall,2026-11-27,2026-11-27,900001\n"
    school.ok("import", "terms", school.write("own.csv", own))

    def titles(*words: str) -> list[object]:
        return [row["title"] for row in listed(school, "--kind", "closure", *words)]

    assert titles() == titles("--council", "999") == []
    assert titles("--school", "900001") == titles("--school", "fenwick") == ["Wake for the old hall"]
    assert school("calendar", "--school", "nowhere").status == 65


def test_a_schools_own_pupils_are_counted(school: Command) -> None:
    def counted(*words: str) -> list[object]:
        return [row["pupils"] for row in listed(school, *words) if row["code"] == "6-7.names-school"]

    assert (counted(), counted("--school", "900001"), counted("--school", "900002")) == ([1], [1], [0])


def test_files_for_others_are_written_and_noted(school: Command) -> None:
    ics, planner = school.folder / "dates.ics", school.folder / "dates.html"
    result = school.ok("calendar", "--ics", ics, "--planner", planner)
    assert result.out == ""
    assert "Calendar file written to" in result.err
    assert ics.read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")
    assert planner.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert "Wall planner" not in school.ok("calendar", "--ics", ics, "--overwrite").err
    assert school.ok("history").out.count("Exported calendar") == 3


def test_the_text_goes_to_standard_output_and_fits_a_mail(school: Command) -> None:
    out = school.ok("calendar", "--text").out
    assert out.startswith("Transition dates, week of Monday 16 November 2026\n")
    assert max(map(len, out.splitlines())) <= 72
    assert "- Mon 23 Nov: Hold the phase-transfer review (Year 6)\n" in out
    assert (
        "- Mon 23 Nov: Hold the phase-transfer review (Year 6, 1 pupil)\n"
        in school.ok("calendar", "--text", "--pupils").out
    )


def test_a_file_may_be_standard_output(school: Command) -> None:
    assert school.ok("calendar", "--planner", "-").out.startswith("<!DOCTYPE html>")
    result = school("calendar", "--ics", "-", "--text")
    assert result.status == 2
    assert result.out == ""
    assert "Only one of --ics, --planner and --text" in result.err


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("--year", "26"), 2, "expected an academic year such as 2026/27"),
        (("--kind", "party"), 2, "party"),
        (("--council", "0"), 2, "--council"),
        (("--year", "2025/26", "--text"), 77, "2025/26 is over"),
    ],
)
def test_what_cannot_be_done_is_said_with_the_documented_status(
    school: Command, words: tuple[str, ...], status: int, said: str
) -> None:
    result = school("calendar", *words)
    assert (result.status, result.out) == (status, "")
    assert said in result.err


def test_a_file_that_stands_is_not_replaced_unasked(school: Command) -> None:
    taken = school.write("dates.ics", "mine")
    result = school("calendar", "--ics", taken)
    assert result.status == 73
    assert "exists already" in result.err
    assert taken.read_text(encoding="utf-8") == "mine"


def test_no_pupil_is_named_wherever_the_dates_go(school: Command) -> None:
    ways: list[Callable[[], str]] = [
        lambda: school.ok("calendar", "--all").out,
        lambda: school.ok("calendar", "--all", "--format", "json").out,
        lambda: school.ok("calendar", "--pupils", "--ics", "-").out,
        lambda: school.ok("calendar", "--pupils", "--planner", "-").out,
        lambda: school.ok("calendar", "--pupils", "--text").out,
    ]
    for way in ways:
        printed = way().casefold()
        assert printed
        names = ("khan", "aisha", "brien", "zoë", "ward", "elsie", "b801200005001", "b808400024001")
        assert not [name for name in names if re.search(rf"\b{name}\b", printed)]


def test_a_year_without_term_dates_still_prints_and_says_what_is_missing(command: Command) -> None:
    command.ok("me", "K. Osei")
    result = command.ok("calendar", "--format", "csv")
    assert len(result.out.splitlines()) > 20
    assert "No term dates for 2026/27" in result.err
