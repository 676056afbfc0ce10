"""A picker takes what was typed: what is called exactly so, then what begins so, then where a word does, then the rest."""

from pathlib import Path

import pytest
from builders import add_school, add_worker
from reading import press, settle, type_at
from textual.command import CommandList
from toy import ToyApp

from screens.frame.app import TransitionsApp
from screens.frame.dialogs import Choice, Choose
from screens.frame.pickers import school_finder, worker_finder
from screens.frame.record_form import among
from screens.widgets.fields import FormField
from screens.widgets.path_box import PathBox
from transitions.errors import NoSuchRecord
from transitions.pupils.schools import PHASES, find_school
from transitions.text import answering
from transitions.workspace import Workspace

PLACES = (
    "Middle deemed secondary",
    "A secondary unit",
    "Inter-secondary",
    "Post-Secondary",
    "Secondary modern",
    "SECONDARY",
)
BEST = [
    "SECONDARY",
    "Secondary modern",
    "Middle deemed secondary",
    "A secondary unit",
    "Inter-secondary",
    "Post-Secondary",
]


def test_exact_then_prefix_then_the_beginning_of_a_word_then_the_rest() -> None:
    assert answering("secondary", PLACES, str) == BEST
    assert answering("second", ["Asecond", *PLACES], str)[-1] == "Asecond"
    assert answering("", PLACES, str) == list(PLACES)
    assert answering("zoe", ["Zoë's", "Chlozoe", "Zoë"], str) == ["Zoë", "Zoë's", "Chlozoe"]


def test_every_field_that_looks_something_up_asks_so() -> None:
    options = [(place, place) for place in PLACES]
    fixed = FormField(name="phase", label="Phase", kind="choice", choices=options)
    assert [label for _, label in fixed.find("secondary")] == BEST
    assert [label for _, label in among(options)("secondary")] == BEST


def test_schools_and_staff_too_beyond_the_first_fifty(workspace: Workspace) -> None:
    for number in range(60):
        add_school(workspace, f"Abbey Secondary {number:02}")
    wanted, longer = add_school(workspace, "Secondary"), add_school(workspace, "Secondary Academy")
    found = [number for number, _ in school_finder(workspace)("Secondary")]
    assert found[:2] == [wanted, longer]
    assert len(found) == 50
    add_worker(workspace, "Amy Lee")
    lee = add_worker(workspace, "Lee")
    assert worker_finder(workspace)("lee")[0][0] == lee


def test_a_school_that_is_written_nearly_so(workspace: Workspace) -> None:
    school = add_school(workspace, "Layfield Primary")
    assert school_finder(workspace)("layfeild prim")[0][0] == school
    with pytest.raises(NoSuchRecord, match=rf"Nearest: #{school} Layfield Primary"):
        find_school(workspace, "Leyfield")


@pytest.mark.parametrize("gap", [0, 0.02])
async def test_enter_chooses_what_was_typed(tmp_path: Path, gap: float) -> None:
    app = ToyApp(tmp_path)
    answers: list[object] = []
    async with app.run_test() as pilot:
        app.push_screen(Choose("Phase", [Choice(place, place) for place in (*PHASES, *PLACES[3:5])]), answers.append)
        await pilot.pause()
        await type_at(pilot, gap, "/", *"Secondary", "enter")
        assert answers == ["Secondary"]


async def test_the_palette_too(workspace: Workspace) -> None:
    app = TransitionsApp(workspace)
    async with app.run_test() as pilot:
        await settle(pilot)
        await press(pilot, "ctrl+p", *"undo")
        first = app.screen.query_one(CommandList).get_option_at_index(0)
        assert str(first.prompt).startswith("Undo ")  # type: ignore[attr-defined]


def test_a_file_too(tmp_path: Path) -> None:
    box = PathBox()
    box._listed = (tmp_path, ["plan.csv.old/", "plan.csv"])
    assert [name for _, name in box._matching(f"{tmp_path}/plan.csv")] == ["plan.csv", "plan.csv.old/"]
