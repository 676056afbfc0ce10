"""A handover by keys alone: one pupil's form from its start to the acknowledgement, and a class walked at one section."""

from datetime import date
from typing import Any

import pytest
from builders import add_handover, add_plan, add_pupil, add_school, add_terms
from keyboard import Keyboard as AnyKeyboard
from reading import more, sentence, settle

from screens.frame.record_form import RecordFormScreen
from screens.handovers.handover import HandoverScreen
from screens.pupils.page import PupilScreen
from screens.widgets.panel import TextPanel
from screens.widgets.reader import Contents
from transitions.custody import access_log
from transitions.handovers import correspondence
from transitions.handovers.page import HandoverPage, load, of_pupil
from transitions.workspace import Workspace

TODAY = date(2026, 11, 21)
HOSTILE = "[/x] [b]Sam\x1b[2J\u202eabc"
SHOWN = "[/x] [b]Sam[2Jabc"


class Keyboard(AnyKeyboard):
    """Looks at the handover in front."""

    SIZE = (80, 24)

    @property
    def screen(self) -> HandoverScreen:
        found = next(one for one in reversed(self.app.screen_stack) if isinstance(one, HandoverScreen))
        assert isinstance(found, HandoverScreen)
        return found

    @property
    def page(self) -> HandoverPage:
        """The handover as it stands in the file, not as the screen remembers it."""
        assert self.screen.handover_id is not None
        return load(self.workspace, self.screen.handover_id)

    def answer(self, code: str) -> str | None:
        found = self.page.answers.get(code)
        return found.value if found else None

    @property
    def form(self) -> str:
        """The title of the form in front, "" for none."""
        screen = self.app.screen
        return screen._heading if isinstance(screen, RecordFormScreen) else ""

    @property
    def whole(self) -> str:
        """The whole handover, also what is scrolled out of sight."""
        return self.screen.query_one("#handover-text", TextPanel).text

    async def go_to(self, code: str) -> None:
        self.screen.go_to(code)
        await settle(self.pilot)


at_work = Keyboard.at_work


@pytest.fixture
def oakwood(workspace: Workspace) -> int:
    add_terms(workspace)
    return add_school(workspace, "Oakwood School", low_age=11, high_age=18)


def add_mover(workspace: Workspace, forename: str, **values: Any) -> int:
    return add_pupil(workspace, forename=forename, owner_id=workspace.me, **values)


async def test_one_form_from_its_start_to_the_acknowledgement(workspace: Workspace, oakwood: int) -> None:
    pupil = add_mover(workspace, "Aisha", next_school_id=oakwood, attendance_percent=87.2, child_protection_file=True)
    ben = add_mover(workspace, "Ben", surname="Reed", next_school_id=oakwood)
    add_plan(workspace, pupil, hopes="To play in the band")
    async with at_work(workspace) as person:
        await person.press("2", "H")
        assert "Handover started: Year 6 to Year 7" in person.said
        assert "Drafting since Sat 21 Nov 2026, for Oakwood School" in person.text
        await write_the_form(person)
        await decide_and_record(person)
        assert [(one.pupil_id, one.kind) for one in person.page.friends] == [(ben, "keep with")]
        await send_and_answer(person)
        await person.press("d")
        await person.write("S. Lee, SENCO")
        await person.press("ctrl+s")
        row = person.page.row
        assert (row.status, row.acknowledged_on, row.acknowledged_by) == ("acknowledged", TODAY, "S. Lee, SENCO")
        assert "Acknowledged Sat 21 Nov 2026 by S. Lee, SENCO: complete" in person.text
        await person.press("d")
        assert "already acknowledged" in person.said
        await person.press("u")
        assert person.page.row.status == "sent"
        footer = person.text.splitlines()[-1]
        assert "d acknowledged" in footer, "the footer of a handover that was sent has what can be done with it"
        assert "bring in" not in footer


async def write_the_form(person: Keyboard) -> None:
    """Section after section: Ctrl+S saves what the record proposes too, and goes on with what is missing."""
    assert "“To play in the band”" in person.whole
    assert "My hopes · from the record, Sat 21 Nov 2026" in person.whole
    await person.press("enter")
    assert person.form == "In my own words"
    await person.write(HOSTILE)  # the cursor stands in the first field without an answer
    await person.press("ctrl+s")
    assert (person.answer("my_hopes"), person.answer("my_worries")) == ("To play in the band", SHOWN)
    assert person.form == "What I am good at and enjoy", "the next incomplete section"
    await person.write("Trains")
    await person.press("ctrl+s")
    assert (person.form, person.answer("interests")) == ("About me", "Trains")
    await person.press("escape")
    await person.go_to("attendance")
    assert "2 answers come from the record: b brings them in." in person.whole
    await person.press("b")
    assert (person.answer("attendance_this_year"), person.answer("persistent_absence")) == ("87.2", "yes")
    waiting = len(person.page.to_confirm)
    await person.press("b")
    assert len(person.page.to_confirm) == waiting - 1, "where this section has nothing left, the next that says b"
    await person.go_to("attendance")
    # What is wrong is said under its field, in the words of the handover's own rules.
    await person.press("enter")
    await person.write("117")
    await person.press("ctrl+s")
    assert "expected" in sentence(person.app).casefold()
    assert person.form == "Being in school"
    await person.press("escape", "enter")
    assert "Draft restored" in person.text
    await person.press("ctrl+r", "escape")


async def decide_and_record(person: Keyboard) -> None:
    """The tier with every factor and its date; a pair; that the child protection file went, and its receipt."""
    await person.press("L")
    shown = sentence(person.app)
    assert "Proposed targeted" in shown
    assert "+1 Persistent absence: attendance 87.2% Sat 21 Nov 2026" in shown
    await person.press("3")
    assert "Why enhanced?" in person.text
    await person.press("enter")
    assert "Say what the factors don’t show." in person.text
    await person.write("Her brother was moved twice")
    await person.press("enter")
    decided = person.page.tier
    assert decided is not None
    assert (decided.tier, decided.proposed, decided.reason) == ("enhanced", "targeted", "Her brother was moved twice")
    await person.press("F")
    await person.write("ree")
    await person.press("enter", "ctrl+s")
    assert "Keep with Ben Reed  is going there too, so the school is told" in person.whole
    await person.go_to("safeguarding")
    assert "Never write what is in it anywhere in this program" in sentence(person.app)
    await person.press("enter", "s", "tab")
    await person.write("By hand")
    await person.press("ctrl+s", "enter", "1")
    await person.write("D. Hall")
    await person.press("ctrl+s")
    [transfer] = person.page.child_protection
    assert (transfer.to_school, transfer.sent_how, transfer.receipt_by) == ("Oakwood School", "by hand", "D. Hall")


async def send_and_answer(person: Keyboard) -> None:
    """It is sent with what the record proposes; they ask, it is answered and sent again; they are chased."""
    await person.press("d")
    assert "has not been sent yet" in person.said
    await person.press("D")
    assert "To Oakwood School." in sentence(person.app)
    await person.press("2")
    assert (person.page.row.status, person.page.row.sent_how) == ("sent", "secure e-mail")
    assert not person.page.proposed, "what went is kept as it went"
    assert person.answer("next_school") == "Oakwood School"
    await person.press("Q", "q")
    await person.write("Which bus does she take?", "S. Lee")
    await person.press("ctrl+s")
    assert "1 question waits: Q answers, then D sends it again" in person.text
    await person.press("Q")
    assert "S. Lee, Sat 21 Nov 2026: Which bus does she take?" in sentence(person.app)
    await person.write("The 12, with Ben")
    await person.press("ctrl+s", "D", "1", "c", "1")
    assert [one.what for one in person.page.events] == ["sent", "returned", "sent again", "chased"]
    assert not person.page.open_questions
    assert "The 12, with Ben" in person.whole


async def test_a_class_is_walked_at_one_section(workspace: Workspace, oakwood: int) -> None:
    ann, bob, cy = (add_mover(workspace, name, surname=name, next_school_id=oakwood) for name in ("Ann", "Bob", "Cy"))
    young = add_mover(workspace, "Bea", surname="Bea", year_group=4)
    async with at_work(workspace, (120, 36)) as person:
        behind = PupilScreen(ann, [ann, young, bob, cy], tab="handover")
        await person.app.push_screen(behind)
        await settle(person.pilot)
        assert "No handover yet" in person.text
        await person.press("enter")
        await person.go_to("getting_ready")
        await person.press("enter")
        await person.press("y")
        await person.write("", "2", "2")
        # One key saves, starts the handover of the next who makes this move, and opens the same section of it.
        await person.press("ctrl+n")
        assert (person.form, person.page.row.pupil_id) == ("Getting ready", bob)
        await person.press("n", "ctrl+n")
        assert (person.form, person.page.row.pupil_id) == ("Getting ready", cy)
        await person.press("escape")
        assert person.screen.code == "getting_ready"
        assert "4 of 4" in person.text
        await person.press("]")
        assert "There is no pupil after this one in the list who makes the same move." in person.said
        await person.press("[", "[")
        assert person.page.row.pupil_id == behind.pupil_id == ann
        assert [person.answer(code) for code in ("enhanced_offered", "extra_visits_planned")] == ["yes", "2"]
        assert person.screen.code == "getting_ready"
        assert of_pupil(workspace, young) == []


async def test_a_pupil_not_started_is_shown_as_such_and_enter_starts(workspace: Workspace, oakwood: int) -> None:
    ann, bob = (add_mover(workspace, name, surname=name, next_school_id=oakwood) for name in ("Ann", "Bob"))
    handover = add_handover(workspace, ann)
    async with at_work(workspace, (120, 36)) as person:
        await person.app.push_screen(HandoverScreen(handover, [ann, bob]))
        await settle(person.pilot)
        await person.go_to("voice")
        await person.press("]")
        assert "Bob Bob has no handover for this move yet. Enter starts it." in person.text
        assert of_pupil(workspace, bob) == [], "moving about writes nothing"
        await person.press("D")
        assert person.said.startswith("Bob Bob has no handover")
        await person.press("enter")
        assert (person.form, len(of_pupil(workspace, bob))) == ("In my own words", 1)
        await person.press("escape", "u")
        assert (person.screen.handover_id, of_pupil(workspace, bob)) == (None, [])
        assert "Not started" in person.text
        await person.press("U")
        assert person.page.row.pupil_id == bob


async def test_marked_pupils_are_a_class(workspace: Workspace, oakwood: int) -> None:
    ids = {add_mover(workspace, name, surname=name, next_school_id=oakwood) for name in ("Ann", "Bob", "Cy")}
    async with at_work(workspace) as person:
        await person.press("2", "A", "H")
        assert {of_pupil(workspace, pupil)[0].status for pupil in ids} == {"drafting"}
        assert "Handovers started: Year 6 to Year 7 · 3 pupils. u undoes." in person.said
        assert "1 of 3" in person.text


async def test_hidden_names_hide_every_word_and_no_name_is_markup(workspace: Workspace, oakwood: int) -> None:
    pupil = add_mover(workspace, HOSTILE, surname="Khan", next_school_id=oakwood)
    friend = add_mover(workspace, "Zed", surname="Quill", next_school_id=oakwood)
    handover = add_handover(
        workspace, pupil, my_worries="The bus", ask_whom="Mr Grey", english_additional_language="no"
    )
    correspondence.send(workspace, [handover], how="post")
    correspondence.record_question(workspace, handover, "Who is Tom?", who="Sally Lee")
    from transitions.handovers import safeguarding

    safeguarding.pair(workspace, pupil, friend, "keep apart")
    async with at_work(workspace, (140, 40)) as person:
        await person.app.push_screen(HandoverScreen(handover, [pupil]))
        await settle(person.pilot)
        assert SHOWN in person.text
        told = person.whole
        assert all(words in told for words in ("The bus", "Mr Grey", "Who is Tom?", "Sally Lee", "Zed Quill"))
        await person.press("f9")
        hidden = person.whole + person.text
        for words in ("The bus", "Mr Grey", "Tom", "Sally", "Quill", "Zed", "Sam"):
            assert words not in hidden
        assert "(hidden)" in hidden
        await person.press("Q")
        assert "Tom" not in person.text


async def test_what_came_from_another_school_stays_as_it_came(workspace: Workspace, oakwood: int) -> None:
    pupil = add_mover(workspace, "Aisha", next_school_id=oakwood)
    handover = add_handover(workspace, pupil, my_hopes="Drums")
    with workspace.change("Received", "made up") as action:
        action.update(
            "handover", {"id": handover}, {"direction": "in", "status": "sent", "sent_on": TODAY, "received_on": TODAY}
        )
    async with at_work(workspace) as person:
        await person.app.push_screen(HandoverScreen(handover))
        await settle(person.pilot)
        assert "d acknowledges it, Q asks the school that sent it" in person.text
        for key in ("enter", "b", "G"):
            await person.press(key)
            assert "can’t change what another school told us" in person.said
        await person.press("D")
        assert "Press d to acknowledge it" in person.said
        await person.press("d")
        await person.press("ctrl+s")
        assert (person.page.row.status, person.page.row.acknowledged_by) == ("acknowledged", "K. Osei")
    assert [(one.pupil_id, one.how) for one in access_log.views(workspace, limit=9)] == [(pupil, "handover")]


async def test_after_the_move_and_back_to_the_pupil(workspace: Workspace, oakwood: int) -> None:
    pupil = add_mover(workspace, "Aisha", next_school_id=oakwood)
    handover = add_handover(workspace, pupil)
    async with at_work(workspace) as person:
        await person.app.push_screen(HandoverScreen(handover))
        await settle(person.pilot)
        await person.press(*more("handover.after"), "p")
        await person.write("Nurture group", "", "Willow room", "2/11/26")
        await person.press("ctrl+s", "w")
        await person.write("", "91.5", "1")
        await person.press("ctrl+s", "escape")
        assert "Nurture group: Willow room, from Mon 2 Nov 2026" in person.whole
        assert "First weeks, told Sat 21 Nov 2026: attendance 91.5%, 1 suspension" in person.whole
        contents = person.screen.query_one(Contents)
        assert contents.row_count == len(person.screen.parts)
        await person.press("O")
        assert isinstance(person.app.screen, PupilScreen)
