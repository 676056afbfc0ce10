"""The board of handovers by keys alone: a class begun, written alike, sent in packs, chased, acknowledged, found again."""

import csv
from datetime import date
from pathlib import Path

from builders import add_marker, add_pupil, add_school, edit_pupil
from conftest import Opener
from handover_keys import SECONDARIES, Keyboard, a_class, at_work
from reading import more, screen_lines, sentence

from screens.handovers.board import HandoversScreen
from screens.handovers.handover import HandoverScreen
from screens.handovers.packs import OnceScreen, PacksScreen
from screens.pupils.page import PupilScreen
from transitions.custody import history
from transitions.handovers import correspondence, pack_file, writing
from transitions.handovers import page as pages
from transitions.pupils.markers import HANDOVERS, OBJECTION
from transitions.workspace import Workspace

HOSTILE = ["[/x]", "[@click=app.quit]x", "\x1b[2Jx", "x" * 120, "\u202eabc\u0645\u0631"]


def begun(workspace: Workspace, pupils: list[int]) -> list[int]:
    found = writing.start(workspace, pupils, "6-7").handovers
    return [found[pupil] for pupil in pupils]


async def test_a_class_from_nothing_to_packs(workspace: Workspace) -> None:
    a_class(workspace)
    Path.home().mkdir(parents=True)
    async with at_work(workspace) as person:
        await person.press("6")
        assert person.heading.startswith("Year 6 to Year 7 · 2026/27 · My caseload")
        assert person.heading.endswith("0 of 6 (0%) acknowledged")
        assert person.headings == ["6 not started"]
        await person.press("D")
        assert person.said == "One of these is not started: H starts what is marked."

        await person.press("A", "H")
        assert person.said == "Handovers started: Year 6 to Year 7 · 6 pupils. u undoes."
        assert person.headings == ["6 drafting"]
        assert " of " in screen_lines(person.app)[5], "how much is filled in is counted"

        await person.press("A", *more("handovers.one_answer"), "/")
        await person.write("buddy")
        await person.press("enter", "y", "ctrl+s")
        answered = [pages.load(workspace, line.row.handover_id or 0).answers for line in person.board().lines]
        assert [one["buddy"].value for one in answered] == ["yes"] * 6

        await person.press("space", "space", "L")
        assert "Suggested tier: universal for 2." in person.text
        await person.press("e", "ctrl+s")
        assert "Universal is suggested for Elsie Ward00. Say why it is enhanced." in sentence(person.app)
        await person.write("Two visits more")
        await person.press("ctrl+s")
        assert [line.row.tier for line in person.board().lines[:3]] == ["enhanced", "enhanced", None]
        assert not person.table_marks

        await make_packs(person)


async def make_packs(person: Keyboard) -> None:
    """A pack each for the schools that are marked, and nothing for the one that is left out."""
    await person.press("X")
    assert isinstance(person.app.screen, PacksScreen)
    assert "Packs of this board: 6 pupils for 3 schools" in person.text
    assert "enhanced: Elsie Ward00" in person.text
    assert "no tier: Elsie Ward03" in person.text
    await person.press("end", "space", "enter")
    assert isinstance(person.app.screen, OnceScreen)
    assert "2 packs are ready" in person.text
    assert person.said == "Handovers sent: pack file to 2 schools · 4 pupils. u undoes."
    made = sorted(Path.home().glob("*.handover"))
    assert [path.name.rpartition("-2026")[0] for path in made] == [
        "handovers-conyers-school",
        "handovers-egglescliffe-school",
    ]
    passphrase = next(line for line in person.text.splitlines() if "Passphrase" in line)
    words = passphrase.split("Passphrase")[1].partition("│")[0].strip()
    assert len(words.split()) == 5
    header, _ = pack_file.open_sealed(made[0].read_bytes(), words)
    assert header.receiver == "Conyers School"
    await person.press("q", "enter")
    assert isinstance(person.app.screen, OnceScreen), "only Escape puts the passphrases away"
    await person.press("f9")
    assert words not in person.text
    await person.press("f9", "escape")
    assert person.headings == ["2 drafting", "4 sent"]
    await person.press("u")
    assert person.headings == ["6 drafting"]


async def test_who_waits_for_whom_since_when(opener: Opener) -> None:
    workspace = opener(date(2026, 11, 2), name="class.db")
    pupils = a_class(workspace)
    found = begun(workspace, pupils)
    correspondence.send(workspace, found[:5], how="post")
    workspace = opener(date(2026, 11, 21), name="class.db")
    correspondence.acknowledge(workspace, found[3:4], by="Ms Brown")
    correspondence.record_question(workspace, found[4], "Which bus?")
    async with at_work(workspace) as person:
        await person.press("6")
        assert person.heading.endswith("1 of 6 (17%) acknowledged")
        assert person.headings == ["1 drafting", "1 returned with a question", "3 sent", "1 acknowledged"]
        row = next(line for line in screen_lines(person.app) if "Ward00" in line)
        assert "~ Ward00, Elsie" in row
        assert row.count("Conyers School") == 2, "the next school, and on whom it waits"
        assert "Mon 2 Nov" in row

        await person.press("f", "u")
        assert person.headings == ["1 drafting", "1 returned with a question"]
        assert "waiting on us · My caseload" in person.heading
        assert "2 shown · 1 of 6 (17%) acknowledged" in person.heading
        await person.press("escape", "f", "1")
        assert person.headings == ["1 sent"], "what waits on the first of the schools"

        await person.press("c", "2")
        assert person.said.startswith("Handover chased: ")
        await person.press("escape", "g")
        assert [line.rpartition(" · ")[2] for line in person.headings] == list(SECONDARIES)
        assert person.headings[0].startswith("1 of 2 (50%) acknowledged")
        await person.press("/")
        await person.write("ward05")
        await person.press("enter")
        assert person.headings == ["0 of 1 (0%) acknowledged · Northfield School"]
        await person.press("escape", "escape", "g")


async def test_acknowledged_by_telephone_and_what_did_not_arrive(workspace: Workspace) -> None:
    found = begun(workspace, a_class(workspace))
    async with at_work(workspace) as person:
        await person.press("6", "d")
        assert person.said == "That is for sent handovers. H starts one, D records that it was sent."
        assert isinstance(person.app.screen, HandoversScreen), "it is refused before anybody is asked for a name"
        await person.press("A", "D", "2")
        assert person.said == "Handover sent: 6 pupils. u undoes."
        await person.press("space", "space", "d")
        assert "2 pupils. A name or role" in sentence(person.app)
        await person.write("The office")
        await person.press("enter")
        assert person.headings == ["4 sent", "2 acknowledged"]
        assert person.heading.endswith("2 of 6 (33%) acknowledged")
        assert pages.load(workspace, found[0]).row.acknowledged_by == "The office"
        await person.press("home", *more("handovers.viewed"))
        assert person.headings == ["3 sent", "1 viewed", "2 acknowledged"]


async def test_enter_begins_and_opens_and_comes_back_to_the_same_pupil(workspace: Workspace) -> None:
    a_class(workspace)
    async with at_work(workspace, (80, 24)) as person:
        await person.press("6", "down", "enter")
        assert isinstance(person.app.screen, HandoverScreen)
        assert "Elsie Ward01" in person.text
        await person.press("escape")
        assert isinstance(person.app.screen, HandoversScreen)
        assert person.headings == ["5 not started", "1 drafting"]
        assert person.app.screen.highlighted is not None
        assert person.app.screen.highlighted.row.surname == "Ward01"
        await person.press("O")
        assert isinstance(person.app.screen, PupilScreen)


async def test_other_moves_other_years_other_peoples_pupils(workspace: Workspace) -> None:
    a_class(workspace, 1)
    add_pupil(workspace, surname="Small", year_group=-1, owner_id=workspace.me)
    add_pupil(workspace, surname="Theirs", year_group=6)
    async with at_work(workspace) as person:
        await person.press("6")
        assert "Theirs" not in person.text
        await person.press("f", "m")
        assert "Theirs" in person.text
        assert "All pupils" in person.heading
        await person.press("]")
        assert "No pupil makes this move in 2027/28: Year 6 to Year 7." in sentence(person.app)
        await person.press("[", "v", "1")
        assert person.heading.startswith("Early years to Reception · 2026/27")
        assert "Small" in person.text
    async with at_work(workspace) as person:
        await person.press("6")
        assert person.heading.startswith("Early years to Reception"), "the move is kept for the next start"
        assert "All pupils" in person.heading, "and so is whose pupils are shown"
        await person.press("f", "m", "v", "2")
        assert "None of your pupils makes this move" in sentence(person.app)
        await person.press("X")
        assert person.said.startswith("There is nobody on this board")


async def test_before_anything_is_recorded(workspace: Workspace) -> None:
    async with at_work(workspace, (80, 24)) as person:
        await person.press("6")
        assert "There are no pupils yet. Press 2 for the caseload" in sentence(person.app)
        await person.press("H")
        assert person.said.startswith("Nothing is highlighted.")


async def test_a_pupil_who_goes_elsewhere_now_and_one_without_a_school(workspace: Workspace) -> None:
    pupils = a_class(workspace)
    found = begun(workspace, pupils)
    correspondence.send(workspace, found[:1], how="post")
    correspondence.acknowledge(workspace, found[:1], by="Ms Brown")
    edit_pupil(workspace, pupils[0], next_school_id=add_school(workspace, "Thornaby Academy"),
               next_school_recorded_on=workspace.clock.today)  # fmt: skip
    edit_pupil(workspace, pupils[1], next_school_id=None)
    async with at_work(workspace) as person:
        await person.press("6", "end")
        assert "It was sent to Conyers School, which is no longer the next school. Send it again." in person.text
        assert person.heading.endswith("0 of 6 (0%) acknowledged")
        await person.press("f", "u", "home", "X")
        assert "Thornaby Academy" in person.text
        await person.press("escape", "escape")


async def test_hostile_names_and_hidden_names(workspace: Workspace) -> None:
    school = add_school(workspace, "School [/x]")
    pupils = [
        add_pupil(
            workspace, surname=name, forename="Secret", year_group=6, owner_id=workspace.me, next_school_id=school
        )
        for name in HOSTILE
    ]
    begun(workspace, pupils[:3])
    async with at_work(workspace, (80, 24)) as person:
        await person.press("6", "end", "home", "A", "X")
        assert "School [/x]" in person.text
        assert "Secret [/x]" in person.text
        assert "\x1b" not in person.text
        assert "\u202e" not in person.text
        await person.press("f9")
        assert "Secret" not in person.text
        await person.press("escape")
        assert "Secret" not in person.text
        await person.press("D")
        assert "Secret" not in person.said
        await person.press("escape", "A", "home", "c", "1")
        assert "Secret" not in person.said
        await person.press("6", "L", "e", "ctrl+s")
        assert "Universal is suggested for SJ. Say why" in person.text
        assert "Secret" not in person.text
        await person.press("ctrl+r", "escape", "A", "L")
        assert "Because of" in person.text, "of one pupil, every factor"


async def test_packs_for_paper_mark_nothing_as_sent(workspace: Workspace) -> None:
    pupils = a_class(workspace)
    begun(workspace, pupils[:4])
    edit_pupil(workspace, pupils[1], next_school_id=None)
    add_marker(workspace, pupils[0], OBJECTION, HANDOVERS, said_by="Mum")
    Path.home().mkdir(parents=True)
    async with at_work(workspace, (80, 24)) as person:
        await person.press("6", "A", "X")
        assert "Packs of the 6 marked: 2 pupils for 2 schools" in person.text
        await person.press("down", "down")
        assert "left out: Elsie Ward05: the handover has not been started" in sentence(person.app)
        await person.press("tab", "f", "tab", "home", "shift+end", "delete")
        await person.write(str(Path.home() / "nowhere"))
        await person.press("enter")
        assert "There is no such folder." in person.text
        await person.press("home", "shift+end", "delete")
        await person.write(str(Path.home()))
        await person.press("enter")
        assert "Elsie Ward00: Mum objects since 1 Sep 2026" in sentence(person.app)
        await person.press("g")
        await person.write("The court says so")
        await person.press("enter")
        assert "2 packs are ready" in person.text
        assert "Nothing is encrypted or marked as sent" in sentence(person.app)
        await person.press("end")
        assert "left out: Elsie Ward01: no next school is recorded" in sentence(person.app)
        await person.press("escape")
        assert person.headings == ["2 not started", "4 drafting"]
    made = sorted(path.name for path in Path.home().iterdir() if path.is_dir() and path.name.startswith("handovers-"))
    assert made == ["handovers-conyers-school-2026-11-21", "handovers-northfield-school-2026-11-21"]
    went = [one.summary for one in history.entries(workspace) if "objects since" in one.summary]
    assert len(went) == 1
    assert "reason: The court says so" in went[0]


async def test_a_passphrase_of_ones_own_that_is_too_short(workspace: Workspace) -> None:
    begun(workspace, a_class(workspace))
    Path.home().mkdir(parents=True)
    async with at_work(workspace) as person:
        await person.press("6", "X", "tab", "tab")
        await person.write("short")
        await person.press("enter")
        assert "This passphrase is too easy to guess" in sentence(person.app)
        assert not list(Path.home().glob("*.handover"))
        await person.press("home", "shift+end", "delete")
        await person.write("teapot river hedgehog apron canoe")
        await person.press("enter")
        assert person.text.count("teapot river hedgehog apron canoe") == 3
        assert len(list(Path.home().glob("*.handover"))) == 3


async def test_a_transfer_file_for_one_school(workspace: Workspace) -> None:
    from builders import add_school

    sender = add_school(workspace, "Layfield Primary", urn=900_777, la_number=808, establishment_number=4000)
    begun(workspace, a_class(workspace))
    with workspace.change("Schools", "numbers") as action:
        for (number,) in workspace.read().execute("SELECT id FROM school WHERE name LIKE 'Conyers%'").fetchall():
            action.update("school", {"id": number}, {"la_number": 808, "establishment_number": 4999})
        for (number,) in workspace.read().execute("SELECT id FROM pupil").fetchall():
            action.update("pupil", {"id": number}, {"school_id": sender})
    Path.home().mkdir(parents=True)
    async with at_work(workspace) as person:
        await person.press("6", "x", "3", "1")
        await person.write("The move in September")
        await person.press("enter")
        assert "not encrypted" in sentence(person.app)
        await person.press("enter")
        assert person.said.startswith("Saved 2 pupils to ~/8084000_CTF_8084999_001.xml.")
    assert history.entries(workspace)[0].summary.endswith("; for: The move in September")
    written = (Path.home() / "8084000_CTF_8084999_001.xml").read_text(encoding="utf-8")
    assert written.count("<Pupil>") == 2
    assert "<DocumentQualifier>partial</DocumentQualifier>" in written


async def test_the_columns_that_a_school_asks_for(workspace: Workspace, tmp_path: Path) -> None:
    begun(workspace, a_class(workspace))
    Path.home().mkdir(parents=True)
    asked = tmp_path / "conyers.csv"
    asked.write_text("Legal surname,First name,DOB,Keep apart,Shoe size\n", encoding="utf-8")
    async with at_work(workspace) as person:
        await person.press("6", "x", "2", "1")
        assert "Only its first line is read" in sentence(person.app)
        await person.write(str(asked))
        await person.press("enter")
        assert "Shoe size" in person.text
        await person.press("ctrl+s")
        assert person.said == "Format of a school saved: Conyers School · conyers. u undoes."
        await person.press("1", "e", "enter")
        assert "This file names people, so it needs a purpose." in sentence(person.app)
        await person.press("escape", "x", "2", "1", "1", "w", *"form", "enter", "enter")
        assert person.said.startswith("Saved 2 pupils to ~/handovers-conyers-school-2026-11-21.csv.")
        assert "Left empty" in person.said
    with (Path.home() / "handovers-conyers-school-2026-11-21.csv").open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["Legal surname", "First name", "DOB", "Keep apart", "Shoe size"]
    assert [row[0] for row in rows] == ["Ward00", "Ward03"]
