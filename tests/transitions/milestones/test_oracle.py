"""The due dates of oracle.toml, worked out by hand, against those of the program: of every transition point, over three years.

It knows no calendar, rule or milestone of the program: only how pupils are saved and which steps they then have.
"""

import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from builders import add_episode, add_school, step_of, steps_of
from conftest import Opener

from transitions.milestones import phase_transfers, recording
from transitions.pupils.editing import save_pupil
from transitions.workspace import Workspace

TABLE = tomllib.loads(Path(__file__).with_name("oracle.toml").read_text(encoding="utf-8"))
COUNCILS = ("six", "three")
YEARS = (2025, 2026, 2027)
TODAY = date(2027, 6, 14)
SCHOOLS = {
    "infant": (4, 7), "primary": (3, 11), "first": (4, 9), "middle": (9, 13), "secondary": (11, 16), "11 to 18": (11, 18),
    "all-through": (3, 18), "special": (2, 19), "college": (16, 19),
    "nursery": (2, 5),
}  # fmt: skip


class Row(NamedTuple):
    """What is due of a milestone in an academic year, of one of a pupil's three; in every year when ``year`` is None."""

    code: str
    which: int
    year: int | None
    said: str


def rows_of(pupil: dict[str, Any], council: str) -> Iterator[Row]:
    for line in pupil["due"].strip().splitlines():
        code, *said = line.split()
        if said[0] in COUNCILS and said.pop(0) != council:
            continue
        if said == ["never"]:
            yield from (Row(code, which, None, "-") for which in range(3))
            continue
        for which, (one, usual) in enumerate(zip(said, YEARS, strict=True)):
            year, colon, rest = one.partition(":")
            if one != ".":
                yield Row(code, which, int(year) if colon else usual, rest if colon else one)


def enter(workspace: Workspace, council: str) -> list[list[int]]:
    """Enter terms and pupils, known since September 2025, with what was recorded; three numbers for each of the table."""
    with workspace.change("Terms", council) as action:
        for year, terms in TABLE["terms"][council].items():
            for name, first, last in terms:
                action.insert("term", {"academic_year": int(year), "name": name, "first_day": first, "last_day": last})
        for day in half_terms(council):
            action.insert("closure", {"day": day, "reason": "Half term"})
    schools = {name: add_school(workspace, name, low_age=low, high_age=high) for name, (low, high) in SCHOOLS.items()}
    numbers = [
        [add(workspace, pupil, which, f"{place} {'abc'[which]}", schools) for which in range(3)]
        for place, pupil in enumerate(TABLE["pupil"])
    ]
    with workspace.change("Known since", "September 2025") as action:
        for number in (number for three in numbers for number in three):
            action.update("pupil", {"id": number}, {"planned_from": date(2025, 9, 1)})
    for pupil, three in zip(TABLE["pupil"], numbers, strict=True):
        for code, year, day in pupil.get("done", ()):
            recording.mark_done(workspace, [step_of(workspace, number, code, year) for number in three], on=day)
        for number, outcome in zip(three, pupil.get("each_named", ()), strict=False):
            phase_transfers.record(workspace, number, outcome, 2026, on=date(2027, 2, 12))
        for number, school in zip(three, pupil.get("each_next", ()), strict=False):
            save_pupil(workspace, number, {"next_school": schools[school]})
    return numbers


def add(workspace: Workspace, pupil: dict[str, Any], which: int, name: str, schools: dict[str, int]) -> int:
    each = pupil["born"]
    born = each[which] if isinstance(each, list) else each.replace(year=each.year + which)
    fields = {"forename": "Test", "surname": name, "date_of_birth": born, **pupil.get("facts", {})}
    if "school" in pupil:
        fields["school"] = schools[pupil["school"]]
    for days, field in (("each_move", "in_year_move_on"), ("each_asked", "ehc_requested_on")):
        if days in pupil:
            fields[field] = pupil[days][which]
    if "taught" in pupil:  # in which year group of 2026/27
        fields["year_group"] = str(2026 - born.year - 5 + (born < date(born.year, 9, 1)) + pupil["taught"])
    number = save_pupil(workspace, None, fields)
    if "care" in pupil:
        kind, *since = pupil["care"]
        add_episode(workspace, number, kind, (since or pupil.get("each_care", [None] * 3)[which:])[0])
    return number


def answer(step: Any, said: str) -> str:
    """What the program says of a step, as the table writes it: what became of it only where the table says that."""
    if step is None:
        return "-"
    day = "waits" if step.due_on is None else step.due_on.isoformat()
    return f"{day}={step.outcome or 'open'}" if "=" in said else day


@pytest.mark.parametrize("council", COUNCILS)
def test_every_step_falls_on_the_day_worked_out_by_hand(opener: Opener, council: str) -> None:
    workspace = opener(TODAY)
    numbers = enter(workspace, council)
    wrong, counted = [], 0
    for pupil, three in zip(TABLE["pupil"], numbers, strict=True):
        steps = [steps_of(workspace, number) for number in three]
        for row in rows_of(pupil, council):
            years = {year for code, year in steps[row.which] if code == row.code} if row.year is None else {row.year}
            found = {year: answer(steps[row.which].get((row.code, year)), row.said) for year in years}
            wrong.extend((pupil["who"], row, year, said) for year, said in found.items() if said != row.said)
            counted += row.said[0].isdigit()
    assert wrong == []
    assert counted > 300


def half_terms(council: str) -> list[date]:
    return [monday + timedelta(days=n) for monday in TABLE["half_terms"].get(council, ()) for n in range(5)]


def school_days(council: str) -> list[date]:
    terms = [term for year in TABLE["terms"][council].values() for term in year]
    taught = [first + timedelta(days=n) for _, first, last in terms for n in range((last - first).days + 1)]
    off = {*half_terms(council), *TABLE["bank_holidays"]}
    return [day for day in taught if day.weekday() < 5 and day not in off]


@pytest.mark.parametrize("council", COUNCILS)
def test_the_table_has_counted_its_school_days_right(council: str) -> None:
    days = school_days(council)
    for count in TABLE["count"]:
        for how, start, n, expected in count[council]:
            later = [day for day in days if day > start or (how == "from" and day == start)]
            before = [day for day in days if day < start]
            assert (before[-n] if how == "before" else later[n - 1]) == expected, (count["what"], start)


def test_the_table_has_every_transition_point() -> None:
    codes = {row.code.split(".")[0] for pupil in TABLE["pupil"] for row in rows_of(pupil, "six")}
    assert codes == {
        "ey-r", "r-1", "2-3", "mid", "6-7", "9-pfa", "14+", "11-16p", "12-13", "p16-p16", "18", "care16", "25", "inyr", "care",
        "ehcp",
    }  # fmt: skip
