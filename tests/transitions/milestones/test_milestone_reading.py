"""Reading a council's own milestones: every slip is named with its remedy."""

from datetime import date
from pathlib import Path

import pytest

from transitions.errors import BadInput, NoSuchFile
from transitions.milestones.definitions import from_mapping, load_shipped, read_set
from transitions.milestones.milestone import MilestoneSet

SHIPPED = load_shipped()

HEAD = """
[set]
version = "ours"
[transition."6-7"]
title = "Year 6 to Year 7"
from = "primary school"
to = "secondary school"
sentence = "The big move."
[[reasons.missed]]
code = "other"
words = "other"
[[reasons.waived]]
code = "not-applicable"
words = "does not apply to this pupil"
state = "not applicable"
"""
FIRST = """
[[milestone]]
code = "6-7.first"
transition = "6-7"
title = "The first thing is done"
short = "First"
applies = { year_group = [6] }
due = "15 February"
severity = "local"
basis = "Ours"
source = "Our plan"
verified = true
evidence = "A note"
why = "The child waits."
order = 10
"""


def problems_of(text: str) -> list[str]:
    with pytest.raises(BadInput) as caught:
        read_set(text, "ours.toml")
    return [str(problem) for problem in caught.value.problems]


def test_a_council_reads_its_own_set(tmp_path: Path) -> None:
    second = FIRST.replace("6-7.first", "6-7.a-second").replace(
        "15 February", "5 school days after milestone 6-7.first"
    )
    second = second.replace("order = 10", "order = 5\ngrace_days = 3\nvalid_from = 2026-09-01\nmet_by = 'plan agreed'")
    path = tmp_path / "ours.toml"
    path.write_text("\ufeff" + HEAD + FIRST + second, encoding="utf-8")
    ours: MilestoneSet = read_set(path)
    assert [milestone.code for milestone in ours.milestones] == ["6-7.a-second", "6-7.first"]
    milestone = ours.by_code["6-7.a-second"]
    assert (milestone.grace_days, milestone.met_by) == (3, "plan agreed")
    assert not milestone.holds_on(date(2026, 8, 31))
    assert milestone.holds_on(date(2026, 9, 1))
    assert from_mapping(milestone.to_mapping()) == milestone
    assert ours.waived_reasons[0].state == "not applicable"
    assert ours.transitions["6-7"].joining == "secondary school"


def test_a_milestone_holds_up_to_and_on_its_last_day() -> None:
    ours = read_set(HEAD + FIRST + "valid_to = 2028-08-31")
    assert ours.milestones[0].holds_on(date(2028, 8, 31))
    assert not ours.milestones[0].holds_on(date(2028, 9, 1))


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('title = "The first thing is done"\n', "", "6-7.first: title is missing; expected a text in quotation marks"),
        (
            "order = 10",
            "order = 10\ncolour = 'red'",
            '6-7.first: there is no key "colour"; understood are applies, basis',
        ),
        ('code = "6-7.first"\n', "", "milestone number 1: code is missing; expected a text in quotation marks"),
        ('"15 February"', '"the Ides of March"', 'due: The date rule "the Ides of March" goes wrong: it says "Ides"'),
        ('"15 February"', "15", "6-7.first: due: 15 is not usable; expected a text in quotation marks"),
        ("year_group = [6]", 'sen = ["Z"]', "6-7.first: applies: sen: 'Z' not understood; understood are N, K, E"),
        ("{ year_group = [6] }", '"Year 6"', "applies: 'Year 6' is not a table; expected criteria, such as"),
        ("applies = { year_group = [6] }\n", "", "applies is missing; expected a table of criteria"),
        ('transition = "6-7"', 'transition = "7-8"', 'expected "7-8." and then small letters, digits and hyphens'),
        ('code = "6-7.first"', 'code = "6-7.First"', 'code: "6-7.First" is not usable; expected "6-7."'),
        ('severity = "local"', 'severity = "vital"', "expected one of statutory, good practice, local"),
        ("verified = true", 'verified = "no"', "6-7.first: verified: 'no' is not understood; expected true or false"),
        ("order = 10", "order = true", "6-7.first: order: True is not usable; expected a whole number from 0 to 9999"),
        ("order = 10", "order = 10\ngrace_days = 400", "grace_days: 400 is not usable; expected a whole number from 0"),
        ("order = 10", "order = 10\nmet_by = 'luck'", "met_by: 'luck' is not understood; expected one of next school"),
        ("order = 10", "order = 10\nvalid_from = 'May'", "valid_from: 'May' is not a date; expected one such as"),
        (
            "order = 10",
            "order = 10\nvalid_from = 2026-09-01\nvalid_to = 2026-08-31",
            "valid_to (2026-08-31) is before valid_from (2026-09-01)",
        ),
        ('short = "First"', 'short = "The very first one"', "has 18 characters; at most 16 fit a column"),
        (
            '"15 February"',
            '"2 weeks after milestone 6-7.third"',
            '6-7.first: due: it follows "6-7.third", which is not in this file; expected the code of a milestone in it',
        ),
        (
            '"15 February"',
            '"2 weeks after milestone 6-7.first"',
            "6-7.first: due: milestones follow each other in a ring (6-7.first, 6-7.first)",
        ),
    ],
)
def test_each_slip_is_named_with_its_remedy(old: str, new: str, problem: str) -> None:
    assert old in FIRST
    (found,) = problems_of(HEAD + FIRST.replace(old, new))
    assert found.startswith("ours.toml: ")
    assert problem in found


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('[transition."6-7"]', '[transition."7-8"]', '6-7.first: transition: there is no "6-7"; expected one of 7-8'),
        ('version = "ours"', "", "set: version is missing"),
        ('to = "secondary school"', 'too = "x"\nto = "y"', 'transition 6-7: there is no key "too"'),
        ('code = "other"', 'code = "other"\nstate = "missed"', 'reasons.missed number 1: there is no key "state"'),
        (
            'state = "not applicable"',
            'state = "gone"',
            "state: 'gone' is not understood; expected one of not applicable",
        ),
        (
            "[set]",
            "[colours]\nred = 1\n[set]",
            'ours.toml: there is no key "colours"; understood are milestone, reasons',
        ),
    ],
)
def test_slips_outside_the_milestones_are_named_too(old: str, new: str, problem: str) -> None:
    (found,) = problems_of(HEAD.replace(old, new, 1) + FIRST)
    assert problem in found


def test_codes_may_not_be_used_twice() -> None:
    assert problems_of(HEAD + FIRST + FIRST) == [
        "ours.toml: 6-7.first: code: it is used twice; expected a code of its own"
    ]


def test_a_longer_ring_is_found() -> None:
    one = FIRST.replace("15 February", "2 days after milestone 6-7.second")
    two = FIRST.replace("6-7.first", "6-7.second").replace(
        "15 February", "2 days after due date of milestone 6-7.first"
    )
    (found,) = problems_of(HEAD + one + two)
    assert "follow each other in a ring" in found
    assert "6-7.first" in found
    assert "6-7.second" in found


def test_every_problem_is_listed_at_once() -> None:
    other = FIRST.replace("6-7.first", "6-7.other").replace('"local"', '"vital"')
    found = problems_of(HEAD + FIRST.replace("15 February", "never").replace("order = 10\n", "") + other)
    assert len(found) == 3


def test_one_that_cannot_be_read_is_not_also_called_unknown() -> None:
    follower = FIRST.replace("6-7.first", "6-7.second").replace("15 February", "2 days after milestone 6-7.first")
    (found,) = problems_of(HEAD + FIRST.replace('"local"', '"vital"') + follower)
    assert "severity" in found


def test_what_is_not_toml_or_not_there_is_said_plainly(tmp_path: Path) -> None:
    (found,) = problems_of("[set]\nversion = ours\n")
    assert found.startswith("ours.toml line 2: is not TOML: ")
    assert len(problems_of("")) == 4
    with pytest.raises(NoSuchFile, match=r"gone\.toml cannot be read"):
        read_set(tmp_path / "gone.toml")
    latin = tmp_path / "latin.toml"
    latin.write_bytes("version = 'caf\xe9'".encode("latin-1"))
    with pytest.raises(BadInput, match="save it again as UTF-8"):
        read_set(latin)


def test_a_milestone_from_a_mapping_names_every_problem() -> None:
    mapping = SHIPPED.milestones[0].to_mapping() | {"severity": "vital", "due": "never"}
    with pytest.raises(BadInput) as caught:
        from_mapping(mapping, "the form")
    assert [problem.field for problem in caught.value.problems] == ["ey-r.document-ready"] * 2
    assert all(problem.file == "the form" for problem in caught.value.problems)
