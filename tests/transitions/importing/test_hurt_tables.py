"""Lists and workbooks as accidents leave them: whatever was cut, re-encoded, shuffled or emptied ends in a look or a sentence."""

import csv
import io
import os
import random
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from conftest import Opener
from test_hurt_files import ANY, Hurt, between, columns, cut, flip, must_end_well
from workbooks import old_workbook, workbook

from transitions.identifiers import make_upn
from transitions.importing import pupils, terms
from transitions.importing.calendar import files as calendars
from transitions.importing.table_rows import ALL_SHEETS, AS_IT_IS, Chosen
from transitions.workspace import Workspace

TIMES = 3
MANY = int(os.environ.get("HURT", "400"))

LISTS: dict[str, tuple[Any, list[list[str]]]] = {
    "pupils": (
        pupils,
        [["UPN", "Surname", "Forename", "DOB", "Preferred Name", "Attendance", "FSM"]]
        + [
            [make_upn(808, 2001, 2020, n), f"Müller{n}", "Zoë", f"{n}/03/2016", "Null", "93.4%", "Y"]
            for n in range(1, 13)
        ],
    ),
    "terms": (
        terms,
        [["Term", "First Day", "Last Day", "Kind"], ["T1", "01/09/2026", "23/10/2026", "term"]]
        + [[f"Inset {n}", f"{n}/11/2026", "", "inset"] for n in range(2, 12)],
    ),
    "calendar": (
        calendars,
        [["Title", "Date", "Time", "Place", "Kind"]]
        + [[f"Café {n}", f"{n}/06/2027", "09:30", "Hall", "event"] for n in range(1, 13)],
    ),
}


def as_csv(rows: Sequence[Sequence[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("cp1252")


def hurt_lists(workspace: Workspace, folder: Path, kind: str, hurt: Hurt, times: int) -> None:
    module, rows = LISTS[kind]
    chance = random.Random(kind)
    path = folder / "list.csv"
    for turn in range(times):
        titled = as_csv([["Report of a school"], [], *rows, ["Total: 12"]])
        path.write_bytes(hurt(columns(as_csv(rows), chance) if turn % 3 == 2 else titled, chance))
        must_end_well(partial(module.prepare, workspace, path, skip_bad=bool(turn % 2)))


def parts(change: Callable[[bytes, random.Random], bytes]) -> Hurt:
    """Hurts a part inside a workbook, so that the container stays whole."""

    def hurt(data: bytes, chance: random.Random) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(data)) as found, zipfile.ZipFile(out, "w") as copy:
            chosen = chance.choice(
                [name for name in found.namelist() if name.startswith("xl/") or name.endswith(".rels")]
            )
            for name in found.namelist():
                copy.writestr(name, change(found.read(name), chance) if name == chosen else found.read(name))
        return out.getvalue()

    return hurt


WORKBOOKS: Sequence[Hurt] = (*ANY, parts(flip), parts(cut), parts(between(b'"', b'"')), parts(between(b"<", b">")))


def hurt_workbooks(workspace: Workspace, folder: Path, hurt: Hurt, times: int) -> None:
    titles = ["Surname", "Forename", "DOB", "Attendance"]
    rows: list[list[Any]] = [[f"Sample{n}", "Zoë", date(2016, 3, n), n / 30] for n in range(1, 13)]
    whole = workbook(folder / "p.xlsx", {"6A": [titles, *rows], "6B": [titles, *rows]}, percent="0.0%").read_bytes()
    old = old_workbook(folder / "p.xls", [(row, column, row) for row in range(9) for column in range(4)]).read_bytes()
    chance = random.Random(len(whole))
    for turn in range(times):
        if turn % 4 == 3 and hurt in ANY:
            path, data = folder / "hurt.xls", old
        else:
            path, data = folder / "hurt.xlsx", whole
        path.write_bytes(hurt(data, chance))
        chosen = Chosen(ALL_SHEETS) if turn % 2 else AS_IT_IS
        must_end_well(partial(pupils.prepare, workspace, path, skip_bad=True, chosen=chosen))


@pytest.mark.parametrize("kind", LISTS)
@pytest.mark.parametrize("hurt", [*ANY, between(b",", b",")], ids=lambda one: one.__qualname__[:7])
def test_a_hurt_list_ends_in_a_look_or_a_sentence(opener: Opener, tmp_path: Path, kind: str, hurt: Hurt) -> None:
    hurt_lists(opener(), tmp_path, kind, hurt, TIMES)


@pytest.mark.parametrize("place", range(len(WORKBOOKS)))
def test_a_hurt_workbook_ends_in_a_look_or_a_sentence(opener: Opener, tmp_path: Path, place: int) -> None:
    hurt_workbooks(opener(), tmp_path, WORKBOOKS[place], TIMES)


@pytest.mark.drill
def test_thousands_of_hurt_lists_and_workbooks(opener: Opener, tmp_path: Path) -> None:
    workspace = opener()
    for kind in LISTS:
        for hurt in (*ANY, between(b",", b",")):
            hurt_lists(workspace, tmp_path, kind, hurt, MANY)
    for hurt in WORKBOOKS:
        hurt_workbooks(workspace, tmp_path, hurt, MANY)
    print(f"{MANY * (len(LISTS) * (len(ANY) + 1) + len(WORKBOOKS)):,} hurt files")
