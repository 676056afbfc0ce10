"""Somebody who types fast: through every form, at 20 ms a key and without waiting for it to open; every letter arrives in its field.

Run it with ``uv run pytest -m drill tests/goldens/test_typing_drill.py -n 0 -s``.
"""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fast_typing import arrived, rows, words_for
from reading import settle, type_at
from test_form_goldens import FILES, SIZE, demo, do
from textual.pilot import Pilot
from transcript import AS_OF

from screens.frame.app import TransitionsApp
from screens.widgets.choice import SuggestBox
from transitions.clock import Clock
from transitions.workspace import Workspace

pytestmark = pytest.mark.drill
__all__ = ["demo"]
GAP = 0.02
MOVES = ("down", "up", "+", "^")


async def go_through(pilot: Pilot[Any], opening: list[str], told: list[str]) -> int:
    """Open the form that is open once more, without waiting, type into each field, and leave it; how many fields there were."""
    before = [row.field.name for row in rows(pilot)]
    # A form may open at the question that one was on; Tab goes round from there.
    first = next((number for number, row in enumerate(rows(pilot)) if row.has_focus_within), 0)
    typed = [words_for(row, number) for number, row in enumerate(rows(pilot))]
    await do(pilot, "^")
    keys = [key for text in (*typed[first:], *typed[:first]) for key in (*text, "tab")]
    for word in opening:
        if word.startswith((":", "'")):
            await do(pilot, word)
    await type_at(pilot, GAP, *(word for word in opening if not word.startswith((":", "'"))), *keys)
    if [row.field.name for row in rows(pilot)] != before:
        print(f"{opening}: leads to another form the second time")
        return 0
    told += [
        f"{opening}: {row.field.name} has {row.text!r}, not {text!r}"
        for row, text in zip(rows(pilot), typed, strict=True)
        if not arrived(row, text)
    ]
    if any(isinstance(row.editor, SuggestBox) and row.editor._list.display for row in rows(pilot)):
        await pilot.press("escape")
    await pilot.press("ctrl+r")
    await do(pilot, "^")
    return len(before)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
async def test_every_letter_arrives(file: Path, demo: bytes, tmp_path: Path) -> None:
    told: list[str] = []
    forms = counted = 0
    path = tmp_path / "demo.db"
    way_lines = [line for line in file.read_text(encoding="utf-8").split("\n") if line.startswith("$ ")]
    starts = [place for place, line in enumerate(way_lines) if not line.startswith("$ + ")]
    for start, end in zip(starts, [*starts[1:], len(way_lines)], strict=True):
        path.write_bytes(demo)
        first = way_lines[start].split()[1]
        workspace = Workspace.open(path, Clock.on(_day(first)))
        try:
            app = TransitionsApp(workspace)
            async with app.run_test(size=SIZE) as pilot:
                await settle(pilot)
                opening: list[str] = []
                for line in way_lines[start:end]:
                    for word in line.split()[1:]:
                        await do(pilot, word)
                        opening = [] if word == "^" else [*opening, word]
                    if rows(pilot):
                        keys = [word for word in opening if word not in MOVES and word[0] not in "@="]
                        found = await go_through(pilot, keys, told)
                        forms, counted = forms + bool(found), counted + found
                        for word in keys:
                            await do(pilot, word)
                assert app.return_code is None
        finally:
            workspace.close()
    print(f"{file.stem}: {forms} forms, {counted} fields, {len(told)} not as typed")
    assert counted > 10
    assert told == []


def _day(word: str) -> date:
    return date.fromisoformat(word[1:] if word.startswith("@") else AS_OF)
