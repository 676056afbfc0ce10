"""What every form asks and every menu offers, and every command with its keys, byte for byte.

A file of ``forms/`` is a list of ways through the keys on the made-up data, each from a new start, and where it ends::

    $ 2 / 'McAllister enter enter :pupil.edit   :name is a command by its name for remapping, 'typed_words are typed, all else is
    $ =McAllister E                             a key; =name opens a pupil of the caseload, @2027-06-15 looks at another day
    $ + ^ c a                                   goes on from where the line before ended; ^ leaves forms and menus
    | ...                                       the form: one line a field; where there is none, what the screen shows

Write the files anew, after a line was added, with TRANSITIONS_GOLDENS=write pytest tests/goldens, and read the difference.
"""

import random
import uuid
from collections.abc import AsyncIterator, Iterator
from datetime import date
from difflib import unified_diff
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from reading import settle
from textual.events import Paste
from textual.pilot import Pilot
from transcript import AS_OF, HERE, rewriting

from screens.frame.app import TransitionsApp
from screens.frame.command_list import COMMANDS
from transitions.cli import run
from transitions.clock import Clock
from transitions.workspace import Workspace

FILES = sorted((HERE / "forms").glob("*.txt"))
SIZE = (110, 45)


def check(file: Path, new: str) -> None:
    if rewriting():
        file.write_text(new, encoding="utf-8", newline="\n")
        return
    text = file.read_text(encoding="utf-8")
    if new != text:
        apart = unified_diff(text.split("\n"), new.split("\n"), f"{file.name} as it was", "as it is now", lineterm="")
        pytest.fail("\n".join(islice(apart, 80)), pytrace=False)


def test_every_command_has_its_keys() -> None:
    check(
        HERE / "keys.txt",
        "".join(
            f"{one.id} | {one.title} | {one.label} | {' '.join(one.keys)} | {' '.join(sorted(one.where))} | {one.area}"
            f"{' | footer' if one.footer else ''}{' | in dialogs' if one.in_dialogs else ''}\n    {one.help}\n"
            for one in COMMANDS
        ),
    )


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    assert run(["--as-of", AS_OF, "demo", "--db", str(path), "--pupils", "100", "--seed", "1"]) == 0
    return path.read_bytes()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
async def test_every_form_asks_what_it_did(
    file: Path, demo: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dice = random.Random(1)
    monkeypatch.setattr(uuid, "uuid4", lambda: uuid.UUID(int=dice.getrandbits(128), version=4))
    new: list[str] = []
    ways: list[list[str]] = []
    for line in file.read_text(encoding="utf-8").split("\n")[:-1]:
        if line.startswith("$ + "):
            ways[-1].append(line)
        elif line.startswith("$ "):
            ways.append([line])
    path = tmp_path / "demo.db"
    for way in ways:
        path.write_bytes(demo)
        new += [line async for line in walk(path, way)]
    check(file, "\n".join(new) + "\n")


async def walk(path: Path, way: list[str]) -> AsyncIterator[str]:
    """Give each line of the ``way`` with what is on the screen after its words."""
    first = way[0].split()[1]
    workspace = Workspace.open(path, Clock.on(date.fromisoformat(first[1:] if first.startswith("@") else AS_OF)))
    try:
        app = TransitionsApp(workspace)
        async with app.run_test(size=SIZE) as pilot:
            await settle(pilot)
            for line in way:
                for word in line.split()[1:]:
                    await do(pilot, word)
                yield line
                for one in shown(pilot):
                    yield f"| {one}".rstrip()
    finally:
        workspace.close()


async def do(pilot: Pilot[Any], word: str) -> None:
    if word == "+" or word.startswith("@"):
        return
    if word == "^":
        while pilot.app.screen.is_modal or fields(pilot):
            await do(pilot, "escape")
    elif word.startswith(":"):
        await pilot.app.run_action(f"app.command({word[1:]!r})")
    elif word.startswith("'"):
        pilot.app.post_message(Paste(word[1:].replace("_", " ")))
    elif word.startswith("=") and len(word) > 1:
        for step in ("2", "/", f"'{word[1:]}", "enter", "enter"):
            await do(pilot, step)
    else:
        await pilot.press(word)
    await settle(pilot)


def fields(pilot: Pilot[Any]) -> list[Any]:
    """Give the fields of the form that is open, and the titles over them; none when it is no form."""
    return [one for one in pilot.app.screen.walk_children() if hasattr(one, "field") or one.has_class("form--section")]


def shown(pilot: Pilot[Any]) -> Iterator[str]:
    """Give the form that is open, a line a field and a line for what is said under it; or else all that is seen."""
    screen = pilot.app.screen
    rows = fields(pilot)
    if not rows:
        box = screen.children[0].region if screen.is_modal else screen.region
        for strip in screen._compositor.render_strips()[box.y : box.bottom]:
            line = "".join(segment.text for segment in strip.crop(box.x, box.right)).rstrip()
            if line.strip(" │"):
                yield line
        return
    for panel in screen.walk_children():
        if getattr(panel, "border_title", None):
            yield f"= {panel.border_title}"
    for row in rows:
        if not hasattr(row, "field"):
            yield f"[{row.render()}]"
            continue
        field = row.field
        options = field.options or field.find("")
        yield (
            f"{field.name} | {field.label} | {field.kind}{' *' if field.required else ''} | {field.width or ''}"
            f" | {len(options)}: {', '.join(label for _, label in islice(options, 8))} | {row.text!r}"
        )
        if field.help:
            yield f"    {field.help}"
