"""The actions of workshops in the columns of a committee and of a district's plan."""

import csv
from datetime import date
from pathlib import Path

import pytest
from builders import add_workshop, add_workshop_action
from conftest import Opener

from transitions.errors import CannotWrite, NoSuchRecord
from transitions.workshops import actions, scrutiny
from transitions.workshops.scrutiny import ActionFilter
from transitions.workspace import Workspace

DAY = date(2026, 1, 30)
COMMITTEE = [
    "Recommendation", "Responsibility", "Date", "Agreed Action", "Agreed Success Measure", "Evidence of Progress",
    "Assessment", "Evidence of Impact",
]  # fmt: skip
DISTRICT = ["Action", "Steps towards", "When", "Who", "Cost", "Impact"]


@pytest.fixture
def council(opener: Opener) -> Workspace:
    """Two workshops with three actions: one that slipped and was then achieved, one dropped, one nobody has looked at."""
    workspace = opener(DAY)
    autumn = add_workshop(workspace, status="held")
    spring = add_workshop(workspace, on_day=date(2026, 1, 26), status="held")
    add_workshop_action(workspace, spring, "=HYPERLINK(1)", due_on=date(2026, 3, 2))
    done = add_workshop_action(
        workspace, autumn, "One shared calendar", recommendation="Rec 3", who="Transitions Team", due_on=date(2025, 12, 19),
        steps="Collect\nCheck", cost="£0", success_measure="No clash", impact="Visits planned once",
    )  # fmt: skip
    dropped = add_workshop_action(workspace, autumn, "A second map")
    actions.grade(workspace, [done], 3, on=date(2025, 12, 12), evidence="Draft is with schools")
    actions.grade(workspace, [done], 2, on=date(2026, 1, 12))
    actions.grade(workspace, [done], 1, at=spring, evidence="Published")
    actions.drop_action(workspace, [dropped], reason="One is enough")
    return workspace


def table(path: Path, first: str) -> tuple[list[list[str]], list[list[str]]]:
    """Give the lines above the header, and the header with what follows."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    head = next(number for number, line in enumerate(lines) if line[0] == first)
    return lines[:head], lines[head:]


def test_the_committees_columns_word_for_word(council: Workspace, tmp_path: Path) -> None:
    written = scrutiny.export_scrutiny(
        council, "committee", tmp_path / "progress.csv", ActionFilter(academic_year=2025)
    )
    assert written == (tmp_path / "progress.csv", 3)
    above, (header, *found) = table(tmp_path / "progress.csv", "Recommendation")
    assert header == COMMITTEE
    assert ["# As of: 2026-01-30"] in above
    assert ["# Filter: 2025/26"] in above
    assert found == [
        ["Rec 3", "Transitions Team", "2025-12-19", "One shared calendar", "No clash",
         "Fri 12 Dec 2025: Draft is with schools\nMon 26 Jan 2026: Published", "1 Fully achieved", "Visits planned once"],
        ["", "", "", "A second map", "", "Dropped Fri 30 Jan 2026: One is enough", "Dropped", ""],
        ["", "", "2026-03-02", "'=HYPERLINK(1)", "", "", "Not graded yet", ""],
    ]  # fmt: skip
    left = (
        council.read().execute("SELECT kind, name, summary, worker_id FROM journal ORDER BY id DESC LIMIT 1").fetchone()
    )
    assert tuple(left) == (
        "export", "Exported actions for a committee", "3 actions of workshops; 2025/26; progress.csv", council.me,
    )  # fmt: skip


def test_the_districts_columns_word_for_word(council: Workspace, tmp_path: Path) -> None:
    scrutiny.export_scrutiny(council, "district plan", tmp_path / "plan.csv", exact=True)
    above, (header, *found) = table(tmp_path / "plan.csv", "Action")
    assert header == DISTRICT
    assert ["# Filter: All workshops"] in above
    assert found == [
        ["One shared calendar", "Collect\nCheck", "2025-12-19", "Transitions Team", "£0", "Visits planned once"],
        ["A second map", "", "", "", "", ""],
        ["=HYPERLINK(1)", "", "2026-03-02", "", "", ""],
    ]


def test_which_actions(council: Workspace) -> None:
    autumn = council.read().execute("SELECT min(id) FROM workshop").fetchone()[0]
    add_workshop_action(council, add_workshop(council, title="LIFT Swale", on_day=date(2024, 11, 7)), "Elsewhere")
    gone = add_workshop(council, archived_at=council.clock.now())
    add_workshop_action(council, gone, "Taken out")

    def whats(**which: object) -> list[str]:
        return [one.what for one in scrutiny.chosen_actions(council, ActionFilter(**which))]  # type: ignore[arg-type]

    assert whats() == ["Elsewhere", "One shared calendar", "A second map", "=HYPERLINK(1)"]
    assert whats(workshop_id=autumn) == ["One shared calendar", "A second map"]
    assert whats(series="Transitions workshop", still_open=True) == ["=HYPERLINK(1)"]
    assert whats(academic_year=2024) == ["Elsewhere"]
    with pytest.raises(NoSuchRecord, match="no such workshop"):
        whats(workshop_id=999)


def test_a_file_that_is_there_stays_and_nothing_is_noted(council: Workspace, tmp_path: Path) -> None:
    target = tmp_path / "progress.csv"
    target.write_text("mine")
    with pytest.raises(CannotWrite, match="exists already"):
        scrutiny.export_scrutiny(council, "committee", target)
    assert target.read_text() == "mine"
    assert not council.read().execute("SELECT count(*) FROM journal WHERE kind = 'export'").fetchone()[0]
    scrutiny.export_scrutiny(council, "committee", target, ActionFilter(still_open=True), overwrite=True)
    assert table(target, "Recommendation")[1][1][3] == "'=HYPERLINK(1)"
