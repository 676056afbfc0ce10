"""Two versions side by side: what changed is marked without colours, and any two can be chosen."""

from typing import Any

from made_plans import agreed_plan, two_versions
from reading import more, press, screen_lines, screen_text, sentence, settle, toasts
from textual.pilot import Pilot

from screens.frame.app import TransitionsApp
from screens.plans.versions import VersionsScreen, open_versions
from transitions.plans import lifecycle, writing
from transitions.plans.page import load
from transitions.workspace import Workspace

SMALL, WIDE = (80, 24), (120, 36)
HOSTILE = "[/x] \x1b[31mred\u202e [bold]Sam"


async def opened(pilot: Pilot[Any], plan_id: int) -> None:
    await open_versions(pilot.app, plan_id)
    await settle(pilot)


async def test_the_changed_words_are_marked_on_both_sides_and_one_key_shows_everything(workspace: Workspace) -> None:
    _, second = two_versions(workspace)
    app = TransitionsApp(workspace)
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot, second)
        lines = screen_lines(app)
        assert "1 of 10 changed" in lines[1]
        assert [part.strip() for part in lines[2].split("│")] == [
            "Version 1 · agreed Sat 21 Nov 2026",
            "Version 2 · draft",
        ]
        assert "~ What is important to me · changed" in screen_text(app)
        row = next(line for line in lines if "My dog" in line)
        assert [part.strip() for part in row.split("│")] == ["My dog", "My dog [+Bess+]"]
        assert row.index("│") == lines[2].index("│")
        assert "Kind and funny" not in screen_text(app)

        await press(pilot, "v")
        assert "everything · 1 of 10 changed" in screen_lines(app)[1]
        assert "= What people like and admire about me" in screen_text(app)
        assert screen_text(app).count("Kind and funny") == 2

        await press(pilot, "f9")
        assert "Khan" not in screen_text(app).replace(toasts(app)[-1], "")
        assert "Kind and funny" not in screen_text(app)
        assert "~ What is important to me · changed" in screen_text(app)
        await press(pilot, "left")
        assert toasts(app)[-1] == "This is the first version."


async def test_where_it_is_narrow_one_stands_above_the_other(workspace: Workspace) -> None:
    first, _ = two_versions(workspace)
    writing.save_answers(workspace, load(workspace, first).versions[-1].id, {"support": HOSTILE, "hopes": "A friend"})
    app = TransitionsApp(workspace)
    async with app.run_test(size=SMALL) as pilot:
        await opened(pilot, first)
        lines = [line.strip() for line in screen_lines(app)]
        assert lines[2:4] == ["- Version 1 · agreed Sat 21 Nov 2026", "+ Version 2 · draft"]
        assert lines[lines.index("- My dog") + 2] == "+ My dog [+Bess+]"
        assert "- [-Give me time to answer-]" in lines
        assert "+ [+[/x] [31mred [bold]Sam+]" in lines
        added = lines.index("+ My hopes · added")
        assert lines[added + 1] == "+ A friend"


async def test_any_two_versions_can_be_chosen(workspace: Workspace) -> None:
    _, second = two_versions(workspace)
    lifecycle.share(workspace, second)
    lifecycle.agree(workspace, second)
    third = writing.save_answers(workspace, second, {"admired": "Kind, funny and brave"}).number
    app = TransitionsApp(workspace)
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot, third)
        assert "Version 2" in screen_lines(app)[2]
        assert "[+Bess+]" not in screen_text(app)
        await press(pilot, "right")
        assert "; to choose a newer one" in toasts(app)[-1]
        await press(pilot, "left")
        assert "Version 1 · closed" in screen_lines(app)[2]
        assert "2 of 10 changed" in screen_lines(app)[1]
        assert "[+Bess+]" in screen_text(app)
        row = next(line for line in screen_lines(app) if "brave" in line)
        assert [part.strip() for part in row.split("│")] == ["Kind and [-funny-]", "Kind[+, funny+] and [+brave+]"]
        await press(pilot, *more("versions.choose_newer"), "1")
        assert "Version 2" in screen_lines(app)[2]
        assert "brave" not in screen_text(app)
        await press(pilot, *more("versions.choose_older"), "2")
        assert [part.split(" · ")[0].strip() for part in screen_lines(app)[2].split("│")] == ["Version 2", "Version 3"]
        await press(pilot, "u", "y")
        assert [part.split(" · ")[0].strip() for part in screen_lines(app)[2].split("│")] == ["Version 1", "Version 2"]
        await press(pilot, *["u", "y"] * 3)
        assert "This plan no longer has two versions" in sentence(app)
        await press(pilot, "escape")
        assert not isinstance(app.screen, VersionsScreen)


async def test_with_one_version_it_says_how_another_comes_about(workspace: Workspace) -> None:
    plan = agreed_plan(workspace)
    app = TransitionsApp(workspace)
    async with app.run_test(size=SMALL) as pilot:
        await opened(pilot, plan)
        assert not isinstance(app.screen, VersionsScreen)
        assert "only one version, so there is nothing to compare. Changing an agreed plan" in toasts(app)[-1]
