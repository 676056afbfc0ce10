"""Importing what is asked every year: changed from a year on, added as the council's own, and the same file again."""

from datetime import date
from pathlib import Path

import pytest
from builders import contents

from transitions.calendar import local_deadlines
from transitions.calendar.deadlines import Deadline, load_shipped
from transitions.calendar.local_deadlines import days_label, deadlines_in_force, retire
from transitions.custody import history
from transitions.errors import BadInput, NoSuchFile
from transitions.importing import deadlines
from transitions.importing.preview import ImportPreview, commit
from transitions.workspace import Workspace

SHIPPED = Path(local_deadlines.__file__).with_name("deadlines.toml")
OWN = """
[[ask]]
title = "Summer reading list"
kind = "return"
first = "1 July"
last = "10 July"
year_groups = [5, 6]
for_schools = "primary"
basis = "Agreed at the forum"
"""
DATED = """
[[ask]]
code = "test.ks2"
title = "Key stage 2 tests, ours"
dates = { 2027 = [2028-05-15, "2028-05-18"], "2028/29" = 2029-05-14 }
"""


def look(workspace: Workspace, folder: Path, text: str | bytes) -> ImportPreview:
    path = folder / "asks.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return deadlines.prepare(workspace, path)


def refused(workspace: Workspace, folder: Path, text: str | bytes) -> list[str]:
    with pytest.raises(BadInput) as caught:
        look(workspace, folder, text)
    return [str(problem).removeprefix(f"{folder}/") for problem in caught.value.problems]


def in_force(workspace: Workspace) -> dict[str, Deadline]:
    return {deadline.code: deadline for deadline in deadlines_in_force(workspace).deadlines}


def test_the_program_s_own_file_changes_nothing(workspace: Workspace) -> None:
    preview = deadlines.prepare(workspace, SHIPPED)
    assert (preview.new, preview.changed, preview.unchanged) == ((), (), len(load_shipped().deadlines))


def test_asks_are_added_and_changed_and_undo_is_exact(workspace: Workspace, tmp_path: Path) -> None:
    before = contents(workspace)
    preview = look(workspace, tmp_path, OWN + DATED)
    (new,), (changed,) = preview.new, preview.changed
    assert (new.line, new.label) == (2, "own.summer-reading-list: Summer reading list")
    assert ("Year groups", "", "Years 5 and 6") in [tuple(one) for one in new.differences]
    assert [tuple(one) for one in changed.differences] == [
        ("Title", "Key stage 2 tests", "Key stage 2 tests, ours"),
        ("Days of 2027/28", *_days(workspace, 2027), "Mon 15 May 2028 to Thu 18 May 2028"),
        ("Days of 2028/29", *_days(workspace, 2028), "Mon 14 May 2029"),
    ]
    commit(workspace, preview)
    found = in_force(workspace)
    assert found["own.summer-reading-list"].year_groups == (5, 6)
    assert found["test.ks2"].of_year(2027).dates[2027].first == date(2028, 5, 15)
    assert found["test.ks2"].of_year(2025).title == "Key stage 2 tests"
    again = look(workspace, tmp_path, OWN + DATED)
    assert (again.new, again.changed, again.unchanged) == ((), (), 2)
    history.undo(workspace)
    assert contents(workspace) == before


def _days(workspace: Workspace, year: int) -> tuple[str]:
    """Give what stands for that year already, in words."""
    span = in_force(workspace)["test.ks2"].dates.get(year)
    return (days_label(span) if span else "",)


def test_a_code_of_ones_own_is_kept_apart_from_the_program_s(workspace: Workspace, tmp_path: Path) -> None:
    coded = OWN.replace("title =", 'code = "reading"\nfrom_year = "2027/28"\ntitle =')
    commit(workspace, look(workspace, tmp_path, coded))
    assert in_force(workspace)["own.reading"].valid_from == date(2027, 9, 1)
    (changed,) = look(workspace, tmp_path, coded.replace("1 July", "2 July")).changed
    assert ("First day", "1 July", "2 July") in [tuple(one) for one in changed.differences]


def test_what_is_no_longer_asked_stays_so(workspace: Workspace, tmp_path: Path) -> None:
    retire(workspace, "test.ks2", date(2026, 9, 1))
    preview = look(workspace, tmp_path, DATED)
    assert preview.notes == ("retired: this deadline is retired here and stays retired (line 2)",)
    commit(workspace, preview)
    assert in_force(workspace)["test.ks2"].valid_to == date(2026, 8, 31)


def test_what_is_wrong_is_said_with_its_line(workspace: Workspace, tmp_path: Path) -> None:
    text = (
        '[[ask]]\ncode = "test.ks2"\nfirst = "when it suits"\n'
        '[[ask]]\ncode = "test.ks2"\n'
        '[[ask]]\ntitle = "[/x]"\nkind = "party"\nfirst = "1 July"\nlast = "1 June"\n'
        '[[ask]]\ntitle = "Late"\nkind = "other"\nfirst = "10 July"\nlast = "1 July"\ncolour = "red"\n'
        '[[ask]]\ncode = "Not A Code"\n'
        '[[ask]]\ncode = "census.autumn"\ndates = { 2026 = [2027-10-01] }\n'
        '[[ask]]\ncode = "census.spring"\ndates = { soon = [2027-10-01] }\n'
        '[[ask]]\ncode = "census.summer"\ndates = [1]\n'
        '[[ask]]\ntitle = "Empty"\n'
    )
    found = refused(workspace, tmp_path, text)
    assert found[0].startswith("asks.toml line 1: first: ")
    assert found[1:] == [
        "asks.toml line 4: code: “test.ks2” is on line 1 already: each deadline needs its own",
        "asks.toml line 6: kind: expected one of census, test, return, admissions, EHC plan, post-16, other",
        (
            "asks.toml line 11: colour: is not a field of a deadline; the fields are code, title, short, kind, first, last, "
            "year_groups, for_schools, basis, source, verified, from_year, dates"
        ),
        ("asks.toml line 11: last: In 2026/27 that is Thu 1 Jul 2027, before the first day, Sat 10 Jul 2027."),
        "asks.toml line 17: code: expected small letters, digits, points and hyphens, such as own.sports-day",
        "asks.toml line 19: dates of 2026/27: Fri 1 Oct 2027 is not in 2026/27",
        "asks.toml line 22: dates: expected an academic year such as 2026/27",
        "asks.toml line 25: dates: expected days by academic year, such as 2026 = [2027-05-10, 2027-05-13]",
        "asks.toml line 28: kind: This is needed.",
        "asks.toml line 28: first: This is needed.",
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[ask]\n", "at line 1"),
        ("", "contains no deadlines"),
        ('ask = "x"', "contains no deadlines"),
        (b"\xff\xfe", "is not text in UTF-8"),
        ("[[ask]]\n" * 501, "contains 501 deadlines"),
        ("x = " + "[" * 5_000, "is not a file of deadlines"),
    ],
)
def test_what_is_no_file_of_asks(workspace: Workspace, tmp_path: Path, text: str | bytes, says: str) -> None:
    assert says in refused(workspace, tmp_path, text)[0]


def test_a_file_that_is_not_there(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(NoSuchFile):
        deadlines.prepare(workspace, tmp_path / "none.toml")
