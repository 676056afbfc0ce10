"""``import calendar`` and ``import asks``, as a script meets them."""

import json

import pytest
from command import SCHOOLS, Command

EVENTS = "Title,Date\nINSET day,02/11/2026\nYear 6 trip,05/10/2026\nHarvest,20/11/2026\n"
ICS = (
    "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:a\nDTSTART;VALUE=DATE:20261005\nSUMMARY:Year 6 trip\nEND:VEVENT\n"
    "END:VCALENDAR\n"
)
ASKS = '[[ask]]\ntitle = "Reading list"\nkind = "return"\nfirst = "1 July"\n'


@pytest.fixture
def council(command: Command) -> Command:
    command.ok("me", "K. Osei")
    command.ok("import", "schools", command.write("schools.csv", SCHOOLS))
    return command


def shown(command: Command, *words: str) -> list[tuple[str, str]]:
    found = json.loads(command.ok("calendar", "--all", "--format", "json", *words).out)
    return [(one["first_day"], one["title"]) for one in found if one["kind"] in ("date", "closure")]


def test_a_calendar_is_looked_at_taken_and_taken_back(council: Command) -> None:
    file = council.write("dates.csv", EVENTS)
    seen = council.ok("import", "calendar", file, "--dry-run")
    assert seen.out.splitlines()[:3] == [
        "new: line 2: INSET day, Mon 2 Nov 2026",
        "    Becomes: closure, by the words “inset”",
        "    When: Mon 2 Nov 2026",
    ]
    assert shown(council) == []
    taken = council.ok("import", "calendar", file)
    assert "dates.csv: 3 new" in taken.err
    assert "recognised only by their titles: 1 as closure, 1 as trip, 1 as event" in taken.err
    assert "Take it back with: transitions undo" in taken.err
    assert shown(council) == [("2026-10-05", "Year 6 trip"), ("2026-11-02", "INSET day"), ("2026-11-20", "Harvest")]
    assert "dates.csv: 3 unchanged" in council.ok("import", "calendar", file).err
    council.ok("undo")
    assert shown(council) == []


def test_whose_it_is_and_what_it_becomes_can_be_said(council: Command) -> None:
    file = council.write("dates.ics", ICS)
    council.ok("import", "calendar", file, "--school", "Fenwick", "--as", "test")
    assert shown(council, "--school", "900002") == []
    assert shown(council, "--school", "900001") == [("2026-10-05", "Year 6 trip")]
    assert "1 new" in council.ok("import", "calendar", file, "--council", "808").err


def test_a_file_on_standard_input(council: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    for text, title in ((ICS, "Year 6 trip"), ("Title,Date\nFair,20/11/2026\n", "Fair")):
        file = council.write("typed", text)
        with file.open() as opened:
            monkeypatch.setattr("sys.stdin", opened)
            assert "standard input: 1 new" in council.ok("import", "calendar", "-").err
        assert title in [one for _, one in shown(council)]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("terms", "--school", "Fenwick"), "for a calendar only"),
        (("calendar", "--school", "Fenwick", "--council", "808"), "not both"),
        (("calendar", "--council", "9"), "not a known local authority number"),
        (("calendar", "--as", "party"), "expected one of term"),
    ],
)
def test_wrong_usage(council: Command, words: tuple[str, ...], says: str) -> None:
    kind, *options = words
    result = council("import", kind, council.write("dates.csv", EVENTS), *options)
    assert (result.status, says in result.err) == (2, True)


def test_bad_lines_are_refused_or_put_beside_the_file(council: Command) -> None:
    file = council.write("dates.csv", EVENTS + "Fair,31/11/2026\n")
    result = council("import", "calendar", file)
    assert result.status == 65
    assert "dates.csv line 5: Date: there is no 31 November 2026: that month has 30 days" in result.err
    assert shown(council) == []
    assert "1 refused line is in" in council.ok("import", "calendar", file, "--skip-bad").err
    assert council("import", "calendar", council.folder / "none.ics").status == 66


def test_our_own_file_read_back_adds_nothing(council: Command) -> None:
    council.ok("import", "calendar", council.write("dates.csv", EVENTS))
    ours = council.folder / "ours.ics"
    council.ok("calendar", "--all", "--ics", ours)
    result = council.ok("import", "calendar", ours)
    assert "ours.ics: nothing" in result.err
    assert "passed over: written by this program" in result.err
    assert len(shown(council)) == 3


def test_asks_are_read_and_stand_in_the_calendar(council: Command) -> None:
    file = council.write("asks.toml", ASKS)
    seen = council.ok("import", "asks", file, "--dry-run").out
    assert seen.splitlines()[:2] == ["new: line 1: own.reading-list: Reading list", "    Title: Reading list"]
    council.ok("import", "asks", file)
    found = json.loads(council.ok("calendar", "--all", "--format", "json").out)
    assert ("2027-07-01", "Reading list") in [(one["first_day"], one["title"]) for one in found]
    assert "1 unchanged" in council.ok("import", "asks", file).err
    bad = council("import", "asks", council.write("bad.toml", ASKS.replace("return", "party")))
    assert bad.status == 65
    assert "bad.toml line 1: kind: expected one of census" in bad.err
