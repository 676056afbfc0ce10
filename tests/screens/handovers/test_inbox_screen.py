"""What came: one copy of the program makes packs, another receives them, asks and acknowledges, and the first one sees it."""

from datetime import date
from pathlib import Path

import pytest
from builders import add_pupil, add_school
from conftest import Opener
from handover_keys import Keyboard, a_class, at_work
from reading import screen_lines, sentence, settle

from screens.handovers.handover import HandoverScreen
from screens.handovers.inbox import InboxScreen
from screens.handovers.packs import OnceScreen
from screens.handovers.receiving import ReceivingScreen
from transitions.caseload.caseload import Caseload
from transitions.handovers import board, packs, tiers, writing
from transitions.milestones.destinations import Move
from transitions.workspace import Workspace

WORDS = "teapot river hedgehog apron canoe"
MOVE = Move("6-7", 2026)


@pytest.fixture
def primary(opener: Opener) -> Workspace:
    """A primary whose class is begun, two of them for each secondary, one of these enhanced."""
    workspace = opener(name="primary.db", me="P. Head")
    pupils = a_class(workspace)
    writing.start(workspace, pupils, "6-7")
    tiers.decide(workspace, pupils[3:4], "enhanced", "Needs two visits more")
    return workspace


@pytest.fixture
def secondary(opener: Opener) -> Workspace:
    """A secondary that knows the primary, and one of the pupils by another name of the road."""
    workspace = opener(name="secondary.db", me="S. Brown")
    add_school(workspace, "Conyers School", urn=200001, low_age=11, high_age=16)
    add_school(workspace, "The Glebe", urn=100001, low_age=4, high_age=11)
    return workspace


def packed(primary: Workspace, folder: Path) -> Path:
    """Make the pack for Conyers School and give its file."""
    folder.mkdir(exist_ok=True)
    school_id = primary.read().execute("SELECT id FROM school WHERE name = 'Conyers School'").fetchone()[0]
    [made] = packs.make_packs(primary, MOVE, folder, WORDS, school_ids=[school_id])
    assert made.path is not None
    return made.path


async def open_file(person: Keyboard, path: Path, words: str = WORDS, by: str = "enter") -> None:
    """From the inbox: I, the file, the passphrase; Tab goes to it as Enter does."""
    await person.press("I")
    assert isinstance(person.app.screen, ReceivingScreen)
    await person.write(str(path))
    await person.press(by)
    await person.write(words)
    await person.press("enter")


async def test_received_asked_acknowledged_and_answered(
    primary: Workspace, secondary: Workspace, tmp_path: Path
) -> None:
    path = packed(primary, tmp_path / "post")
    async with at_work(secondary) as person:
        await person.press("6", "W")
        assert isinstance(person.app.screen, InboxScreen)
        assert "No handover for 2026/27 has come from another school. I receives a pack" in sentence(person.app)
        await open_file(person, path)
        assert "The Glebe: 2 to come in. ctrl+s takes it in." in sentence(person.app)
        assert "a new pupil" in person.text
        assert not board.inbox(secondary, Caseload(), 2026).lines, "nothing is written before ctrl+s"
        await person.press("ctrl+s")
        assert person.said == "Handovers received: 2 pupils · from The Glebe. u undoes."
        assert isinstance(person.app.screen, InboxScreen)
        assert person.headings == [
            "1 enhanced, waiting for our acknowledgement",
            "1 no tier, waiting for our acknowledgement",
        ]
        await person.press("enter")
        assert isinstance(person.app.screen, HandoverScreen)
        assert "from The Glebe; not acknowledged yet" in person.text
        assert "bring in" not in person.text, "the footer has what can be done with what came"
        await person.press("escape", "Q")
        await person.write("Which bus does she take?")
        await person.press("ctrl+s")
        assert person.headings == ["1 no tier, waiting for our acknowledgement", "1 asked about"]
        await person.press("home", "d", "enter")
        assert person.headings == ["1 asked about", "1 acknowledged"]
        assert person.heading.endswith("1 of 2 (50%) acknowledged")
        answer = await answer_file(person, tmp_path)

    async with at_work(primary) as person:
        await person.press("6", "W")
        await open_file(person, answer, "not the words at all")
        assert "was not opened: either the passphrase is wrong or the file was changed" in sentence(person.app)
        await person.press("ctrl+s")
        assert person.said.startswith("First open a file")
        await person.press("home", "shift+end", "delete")
        await person.write(WORDS)
        await person.press("enter")
        assert "The answer of Conyers School" in person.text
        assert "1 of 2 (50%)" not in person.text
        assert "1 of 2 acknowledged, 1 with a question. ctrl+s takes it in." in sentence(person.app)
        await person.press("ctrl+s")
        assert "Returned with a question  1" in person.text
        await person.press("escape", "escape")
        assert person.heading.endswith("1 of 6 (17%) acknowledged")
        assert person.headings == ["4 drafting", "1 returned with a question", "1 acknowledged"]


async def answer_file(person: Keyboard, folder: Path) -> Path:
    """Make the answer with the passphrase that was agreed, and give the file."""
    await person.press("X")
    await person.write(WORDS)
    await person.press("tab", "home", "shift+end", "delete")
    await person.write(str(folder))
    await person.press("ctrl+s")
    assert isinstance(person.app.screen, OnceScreen), person.text
    assert "Acknowledged   1 of 2" in person.text
    assert WORDS in person.text
    await person.press("escape")
    [path] = folder.glob("answer-to-*.handover")
    return path


async def test_our_record_is_kept_when_somebody_wants_it_so(
    primary: Workspace, secondary: Workspace, tmp_path: Path
) -> None:
    path = packed(primary, tmp_path / "post")
    born = primary.read().execute("SELECT date_of_birth FROM pupil WHERE surname = 'Ward03'").fetchone()[0]
    known = add_pupil(
        secondary, surname="Ward03", forename="Elsie", date_of_birth=date.fromisoformat(born), tier="universal"
    )
    async with at_work(secondary) as person:
        await person.press("6", "W")
        await open_file(person, path, by="tab")
        assert "matched by name and birth" in person.text
        assert "universal → enhanced" in person.text
        await person.press("space", "ctrl+s")
        assert "from The Glebe" in person.said
    tier = secondary.read().execute("SELECT tier FROM pupil WHERE id = ?", (known,)).fetchone()[0]
    assert tier == "universal"


async def test_a_broken_file_and_the_wrong_kind_write_nothing(
    primary: Workspace, secondary: Workspace, tmp_path: Path
) -> None:
    path = packed(primary, tmp_path / "post")
    cut = tmp_path / "cut.handover"
    cut.write_bytes(path.read_bytes()[:-20])
    async with at_work(secondary, (80, 24)) as person:
        await person.press("6", "W")
        assert "I import" in person.text, "what one comes here for has room"
        await person.press("I")
        await person.write(str(cut))
        await person.press("enter")
        assert "was cut short on its way" in sentence(person.app)
        await person.press("home", "shift+end", "delete")
        await person.write(str(path))
        await person.press("enter")
        assert "A pack from The Glebe for Conyers School, made Sat 21 Nov 2026." in sentence(person.app)
        await person.press("escape", "escape")
        assert isinstance(person.app.screen, InboxScreen)
    async with at_work(primary, (80, 24)) as person:
        await person.press("6", "W")
        await open_file(person, path)
        assert "was made here, for Conyers School" in sentence(person.app)
        await person.press("escape", "escape")
        await person.press("X")
        assert person.said == "There is no pack to answer. Press I to receive one."


async def test_hostile_and_hidden_names(opener: Opener, secondary: Workspace, tmp_path: Path) -> None:
    workspace = opener(name="hostile.db", me="P. Head")
    primary_school = add_school(workspace, "Glebe [/x]", urn=100001, low_age=4, high_age=11)
    conyers = add_school(workspace, "Conyers School", urn=200001)
    pupils = [
        add_pupil(
            workspace, surname=name, forename="Secret", year_group=6, school_id=primary_school, next_school_id=conyers
        )
        for name in ("[/x]", "[@click=app.quit]x", "x" * 80)
    ]
    writing.start(workspace, pupils, "6-7")
    path = packed(workspace, tmp_path / "post")
    async with at_work(secondary, (80, 24)) as person:

        async def at_both_sizes(shown: bool) -> None:
            for size in ((80, 24), (140, 40)):
                await person.pilot.resize_terminal(*size)
                await settle(person.pilot)
                assert ("[/x], Secret" in person.text) is shown, size
                assert shown or "Secret" not in person.text, size

        await person.press("6", "W")
        await open_file(person, path)
        await at_both_sizes(shown=True)
        await person.press("f9")
        await at_both_sizes(shown=False)
        await person.press("ctrl+s")
        await at_both_sizes(shown=False)
        await person.press("A", "d", "enter")
        assert "Secret" not in person.said
        await person.press("f9")
        await at_both_sizes(shown=True)
        assert sum("acknowledged" in line for line in screen_lines(person.app)) > 3
