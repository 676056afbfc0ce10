"""Forms: what is said under a field and when, what is saved, and what is kept when one leaves."""

from datetime import date

import pytest
from reading import screen_text
from textual.app import App, ComposeResult
from textual.events import Paste
from textual.widgets import Static

from screens.frame.safe import clean
from screens.widgets import form as forms
from screens.widgets.choice import ChoiceLine, SuggestBox
from screens.widgets.clean_input import CleanArea, CleanInput
from screens.widgets.field_row import FieldRow
from screens.widgets.fields import FormField, FormSection, PlainAnswer, read_form_field, text_of
from screens.widgets.form import Draft, Form
from screens.widgets.form_screen import FormScreen

SCHOOLS = [(1, "Layfield Primary"), (2, "Conyers School"), (3, "St Mary's"), (4, "St Mary's"), (5, "[/x] Academy")]


def find_school(typed: str) -> list[tuple[object, str]]:
    return [school for school in SCHOOLS if typed.casefold() in school[1].casefold()]


def parse_date(text: str) -> PlainAnswer:
    try:
        day = date.fromisoformat(text) if "-" in text else date(*(int(part) for part in reversed(text.split("/"))))
    except (ValueError, TypeError):
        raise ValueError(f"{text!r} is not a date.") from None
    return PlainAnswer(day, f"{day:%A} {day.day} {day:%B %Y}")


def check_upn(text: str) -> PlainAnswer:
    if len(text) != 13:
        raise ValueError(f"A UPN has 13 characters, this has {len(text)}.")
    return PlainAnswer(text.upper(), text.upper(), "Check it." if text.upper().startswith("Z") else "")


FIRST = FormField(name="first", label="First names", required=True)
BORN = FormField(name="born", label="Date of birth", kind="date", help="5/9/26 or 5 sep")
UPN = FormField(name="upn", label="UPN", check=check_upn, width=16)
SCHOOL = FormField(name="school", label="School", kind="suggest", suggest=find_school)
TIER = FormField(
    name="tier", label="Tier", kind="choice", choices=[("u", "Universal"), ("t", "Targeted"), ("e", "Enhanced")]
)
PREMIUM = FormField(name="premium", label="Pupil premium", kind="yes no")
SHIFT = FormField(name="shift", label="Years out of cohort", kind="number")
WORDS = FormField(name="words", label="In their own words", kind="long text")
ALL = [FormSection(title="Who", fields=[FIRST, BORN, UPN]), SCHOOL, TIER, PREMIUM, SHIFT, WORDS]


class FormApp(App[None]):
    def __init__(
        self, content: list[FormField | FormSection], values: dict[str, object] | None = None, **how: object
    ) -> None:
        super().__init__()
        self.drafts: list[Draft | None] = []
        self.saved: list[dict[str, object]] = []
        self.left: list[bool] = []
        self.content, self.values, self.how = content, values or {}, how

    def compose(self) -> ComposeResult:
        yield Form(
            self.content,
            self.values,
            parse_date=parse_date,
            clean=clean,
            keep_draft=self.drafts.append,
            **self.how,  # type: ignore[arg-type]
        )

    @property
    def form(self) -> Form:
        return self.query_one(Form)

    def on_form_saved(self, event: Form.Saved) -> None:
        self.saved.append(event.values)

    def on_form_left(self, event: Form.Left) -> None:
        self.left.append(event.draft_kept)

    def row(self, name: str) -> FieldRow:
        return next(row for row in self.query(FieldRow) if row.field.name == name)

    def note(self, name: str) -> str:
        return self.row(name).note

    def top(self) -> str:
        top = self.query_one(".form--top", Static)
        return str(top.content) if top.display else ""

    def focused_field(self) -> str:
        assert self.focused is not None
        return next(row.field.name for row in self.focused.ancestors if isinstance(row, FieldRow))


async def test_a_whole_form_is_filled_from_the_keyboard_and_saved() -> None:
    app = FormApp(ALL)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"Aisha", "tab", *"14/3/2015", "enter", *"a123456789012", "tab")
        await pilot.press(*"con", "enter", "right", "right", "tab", "n", "tab", "2", "tab", *"dogs", "ctrl+s")
        assert app.saved == [
            {
                "first": "Aisha",
                "born": date(2015, 3, 14),
                "upn": "A123456789012",
                "school": 2,
                "tier": "t",
                "premium": False,
                "shift": 2,
                "words": "dogs",
            }
        ]


async def test_stored_values_are_shown_and_come_back_unchanged() -> None:
    stored = {
        "first": "Sam [EHCP] [/x]",
        "born": date(2015, 3, 14),
        "school": (4, "St Mary's"),
        "tier": "e",
        "premium": True,
        "shift": 0,
        "words": "one\ntwo",
    }
    app = FormApp(ALL, stored)
    async with app.run_test() as pilot:
        assert not app.form.changed
        assert app.note("born") == "= Saturday 14 March 2015"
        await pilot.press("ctrl+s")
        assert app.saved == [{**stored, "school": 4, "upn": None}]


async def test_a_mistake_is_said_when_the_field_is_left_and_unsaid_while_it_is_put_right() -> None:
    app = FormApp([BORN, UPN])
    async with app.run_test() as pilot:
        assert app.note("born") == "5/9/26 or 5 sep"
        await pilot.press(*"14/3")
        assert app.note("born") == "5/9/26 or 5 sep"
        await pilot.press("tab")
        assert app.note("born") == "! '14/3' is not a date."
        await pilot.press("shift+tab", "end", *"/2015")
        assert app.note("born") == "= Saturday 14 March 2015"
        await pilot.press("tab", *"z123456789012")
        # What wants a second look is no mistake, and does not look as if all were well.
        assert app.note("upn") == "! Z123456789012 · Check it."
        assert app.form.query(FieldRow).last()._note_style == "$text-warning"
        await pilot.press(*["backspace"] * 13)
        await pilot.press(*"a12", "shift+tab")
        assert app.note("upn") == "! A UPN has 13 characters, this has 3."
        assert app.top() == ""


async def test_an_empty_field_is_no_mistake_until_saving() -> None:
    app = FormApp([FIRST, FormField(name="last", label="Last name", required=True), UPN])
    async with app.run_test() as pilot:
        await pilot.press("tab", "tab")
        assert app.note("first") == ""
        await pilot.press("x", "ctrl+s")
        assert app.top() == "3 things to put right."
        assert app.note("first") == "! This is needed."
        assert app.focused_field() == "first"
        assert app.saved == []
        await pilot.press("A", "tab", "B", "tab", "ctrl+u", "ctrl+s")
        assert app.top() == ""
        assert app.saved == [{"first": "A", "last": "B", "upn": None}]


async def test_escape_keeps_a_draft_only_when_something_was_typed() -> None:
    app = FormApp([FIRST, SCHOOL], {"first": "Aisha"})
    async with app.run_test() as pilot:
        await pilot.press("escape")
        assert app.left == [False]
        assert app.drafts == []
        await pilot.press("end", "h", "escape")
        assert app.left == [False, True]
        assert app.drafts == [{"first": ("Aishah", "Aisha")}]


async def test_a_draft_comes_back_and_can_be_thrown_away() -> None:
    draft = {"first": ("Aishah", "Aisha"), "school": ("conyers school", ""), "tier": ("Targeted", None)}
    app = FormApp(ALL, {"first": "Aisha"}, draft=draft)
    async with app.run_test() as pilot:
        await pilot.pause()
        assert app.top() == "Draft restored. Ctrl+R discards it."
        await pilot.press("ctrl+s")
        assert app.saved[0]["first"] == "Aishah"
        assert app.saved[0]["school"] == 2
        assert app.saved[0]["tier"] == "t"
        await pilot.press("ctrl+r", "ctrl+s")
        assert app.saved[1]["first"] == "Aisha"
        assert app.saved[1]["school"] is None
        assert app.top() == ""


async def test_leaving_a_changed_field_keeps_a_draft_in_case_of_a_crash() -> None:
    app = FormApp([FIRST, UPN])
    async with app.run_test() as pilot:
        await pilot.press("A", "tab")
        assert app.drafts[-1] == {"first": ("A", "")}


async def test_a_draft_is_kept_as_one_types(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "KEEP_AFTER_SECONDS", 0.01)
    app = FormApp([FIRST, SCHOOL], {"first": "Aisha"})
    async with app.run_test() as pilot:
        await pilot.press("end", "h")
        await pilot.pause(0.1)
        assert app.drafts[-1] == {"first": ("Aishah", "Aisha")}
        await pilot.press("backspace")
        await pilot.pause(0.1)
        assert app.drafts[-1] is None
        await pilot.press("tab", *"st m")
        await pilot.pause(0.1)
        assert app.drafts[-1] == {"school": ("st m", "")}, "what is half typed to search a list, too"


async def test_a_draft_says_what_somebody_else_has_changed_since() -> None:
    app = FormApp([FIRST, UPN], {"first": "Aishah"}, draft={"first": ("Aisha B", "Aisha")})
    async with app.run_test() as pilot:
        await pilot.pause()
        assert app.top().endswith("Somebody else has just changed: First names (now: Aishah).")
        assert [(one.mine, one.theirs) for one in app.form.conflicts({"first": "Aishah"})] == [("Aisha B", "Aishah")]


async def test_the_list_narrows_while_typing_and_escape_closes_it_first() -> None:
    app = FormApp([SCHOOL, FIRST])
    async with app.run_test() as pilot:
        box = app.query_one(SuggestBox)
        options = box._list
        assert not options.display
        await pilot.press(*"st m", "down")
        assert options.display
        await pilot.press("enter")
        assert not options.display
        assert app.row("school").checked().value == 4
        assert app.focused_field() == "first"
        await pilot.press("shift+tab", "down")
        assert options.size.height == 5
        await pilot.press("escape")
        assert not options.display
        assert app.left == []
        await pilot.press("escape")
        assert app.left == [True]


async def test_a_school_can_be_clicked_in_the_list() -> None:
    app = FormApp([SCHOOL])
    async with app.run_test() as pilot:
        await pilot.press("down")
        await pilot.pause()
        await pilot.click("_OptionList", offset=(3, 1))
        await pilot.pause()
        assert app.row("school").text == "Conyers School"
        assert app.focused_field() == "school"


async def test_words_that_name_no_school_or_several_are_refused() -> None:
    app = FormApp([SCHOOL, FIRST])
    async with app.run_test() as pilot:
        await pilot.press(*"st mary", "tab")
        assert app.note("school").startswith("! More than one matches")
        await pilot.press("shift+tab", "ctrl+u", *"zz")
        await pilot.pause()
        assert "Nothing in the list matches" in screen_text(app)
        await pilot.press("tab")
        assert app.note("school").startswith("! Nothing in the list matches 'zz'")


async def test_choices_side_by_side_answer_to_arrows_letters_delete_and_the_mouse() -> None:
    app = FormApp([TIER])
    async with app.run_test() as pilot:
        line = app.query_one(ChoiceLine)
        assert str(line.render()) == "( ) Universal   ( ) Targeted   ( ) Enhanced"
        await pilot.press("left")
        assert line.text == "Enhanced"
        await pilot.press("t")
        assert str(line.render()) == "( ) Universal   (•) Targeted   ( ) Enhanced"
        await pilot.press("delete")
        assert line.text == ""
        await pilot.click(ChoiceLine, offset=(17, 0))
        assert line.text == "Targeted"


async def test_choices_that_do_not_fit_side_by_side_are_shown_around_the_chosen_one() -> None:
    months = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October")
    app = FormApp([TIER])
    async with app.run_test(size=(60, 24)) as pilot:
        line = ChoiceLine([(month, month) for month in months], "January")
        await app.mount(line)
        await pilot.pause()
        line.focus()
        for month in months:
            drawn = str(line.render())
            assert f"(•) {month}" in drawn
            assert len(drawn) <= 60
            assert drawn.startswith("‹ ") == ("( ) January" not in drawn and "(•) January" not in drawn)
            assert drawn.endswith("›") == ("October" not in drawn)
            await pilot.press("right")


async def test_many_choices_are_found_by_typing() -> None:
    needs = FormField(
        name="need", label="Main need", kind="choice", choices=[(n, f"Need number {n}") for n in range(12)]
    )
    app = FormApp([needs], {"need": 3})
    async with app.run_test() as pilot:
        assert app.row("need").text == "Need number 3"
        await pilot.press(*"11", "enter", "ctrl+s")
        assert app.saved == [{"need": 11}]


@pytest.mark.parametrize(("field", "editor"), [(FIRST, CleanInput), (WORDS, CleanArea)])
async def test_what_is_pasted_is_cleaned(field: FormField, editor: type[CleanInput] | type[CleanArea]) -> None:
    app = FormApp([field])
    async with app.run_test() as pilot:
        assert isinstance(app.focused, editor)
        app.post_message(Paste("Sam\x1b]52;c;\x07\u202e"))
        await pilot.pause()
        assert app.row(field.name).text == "Sam]52;c;"


async def test_problems_found_while_saving_are_shown_in_their_fields() -> None:
    app = FormApp([FIRST, UPN])
    async with app.run_test() as pilot:
        app.form.show_problems({"upn": "Another pupil has this UPN.", "": "Nothing was saved."})
        await pilot.pause()
        assert app.top() == "Nothing was saved. 1 thing to put right."
        assert app.note("upn") == "! Another pupil has this UPN."
        assert app.focused_field() == "upn"


async def test_a_long_form_scrolls_the_focused_field_and_its_note_into_sight() -> None:
    fields = [FormField(name=f"f{n}", label=f"Field {n}", help="help") for n in range(20)]
    app = FormApp(list(fields))
    async with app.run_test(size=(80, 24)) as pilot:
        while not app.form.is_complete:
            await pilot.pause()
        await pilot.press("shift+tab")
        await pilot.pause()
        row = app.row("f19")
        assert app.focused_field() == "f19"
        assert row.region.bottom <= 24


class ScreenApp(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.given: list[dict[str, object] | None] = []
        self.attempts: list[dict[str, object]] = []

    def save(self, values: dict[str, object]) -> dict[str, str]:
        self.attempts.append(values)
        return {} if values["first"] == "B" else {"first": "It must be B."}

    def ask(self) -> None:
        form = Form([FIRST], {}, parse_date=parse_date)
        self.push_screen(FormScreen("Add [/x] pupil", form, self.save), self.given.append)


async def test_a_form_screen_closes_when_saving_went_well_or_on_escape() -> None:
    app = ScreenApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.ask()
        await pilot.press("A", "ctrl+s")
        assert app.given == []
        assert "It must be B." in app.screen.query_one(FieldRow).note
        await pilot.press("backspace", "backspace", "B", "enter")
        assert app.given == [{"first": "B"}]
        assert len(app.attempts) == 2
        app.ask()
        await pilot.pause()
        assert "* needed" in screen_text(app)
        await pilot.press("escape")
        assert app.given == [{"first": "B"}, None]


def test_text_and_values_go_both_ways() -> None:
    assert text_of(BORN, date(2026, 9, 5)) == "5/9/2026"
    assert text_of(TIER, "e") == "Enhanced"
    assert text_of(PREMIUM, False) == "No"
    assert text_of(SCHOOL, (3, "St Mary's")) == "St Mary's"
    assert text_of(FIRST, None) == ""
    assert read_form_field(PREMIUM, " yes ", parse_date).value is True
    assert read_form_field(TIER, "", parse_date).value is None
    assert read_form_field(SCHOOL, "St Mary's", parse_date, (4, "St Mary's")).value == 4
    with pytest.raises(ValueError, match="whole number"):
        read_form_field(SHIFT, "one", parse_date)
