"""The filters: moving over them, asking for a change, and counts that come late."""

from rich.text import Text
from textual.app import App, ComposeResult

from screens.widgets.facets import FacetGroup, FacetOption, Facets

GROUPS = (
    FacetGroup("whose", "Whose", (FacetOption("mine", "mine"), FacetOption("all", "all"))),
    FacetGroup("year", "Year", tuple(FacetOption(year, f"Year {year}") for year in (6, 9, 11))),
    FacetGroup("state", "State", (FacetOption("overdue", Text.assemble(("!", "red"), " overdue")),)),
)


class FacetsApp(App[None]):
    CSS = "Facets { width: 24; }"

    def __init__(self) -> None:
        super().__init__()
        self.toggled: list[tuple[str, object]] = []

    def compose(self) -> ComposeResult:
        yield Facets(GROUPS)

    @property
    def facets(self) -> Facets:
        return self.query_one(Facets)

    def on_facets_toggled(self, event: Facets.Toggled) -> None:
        self.toggled.append((event.group, event.value))

    def lines(self) -> list[str]:
        return [self.facets.render_line(y).text.rstrip() for y in range(9)]


async def test_options_stand_under_their_titles_with_counts_at_the_right() -> None:
    app = FacetsApp()
    async with app.run_test():
        app.facets.set_active({("whose", "mine"), ("year", 6)})
        app.facets.set_counts({("whose", "mine"): 212, ("whose", "all"): 2_310, ("year", 6): 41, ("year", 9): 0})
        assert app.lines() == [
            " Whose",
            "▌▸ mine             212",
            "   all            2,310",
            " Year",
            " ▸ Year 6            41",
            "   Year 9             0",
            "   Year 11            ·",
            " State",
            "   ! overdue          ·",
        ]


async def test_up_and_down_pass_over_the_titles_and_enter_or_space_asks() -> None:
    app = FacetsApp()
    async with app.run_test() as pilot:
        await pilot.press("down", "down", "enter", "end", "space", "up", "up")
        assert app.toggled == [("year", 6), ("state", "overdue")]
        assert app.facets.place_under_cursor == ("year", 9)
        await pilot.click(Facets, offset=(5, 3))
        assert app.facets.place_under_cursor == ("year", 9)
        await pilot.click(Facets, offset=(5, 2))
        assert app.facets.place_under_cursor == ("whose", "all")
        assert app.toggled[2:] == [("whose", "all")], "a click is enough, and one on a title does nothing"


async def test_new_counts_and_new_groups_leave_the_cursor_on_its_option() -> None:
    app = FacetsApp()
    async with app.run_test() as pilot:
        await pilot.press("down", "down", "down")
        app.facets.set_counts({("year", 9): 1_000_000})
        assert app.facets.place_under_cursor == ("year", 9)
        assert app.lines()[5] == "▌  Year 9     1,000,000"
        app.facets.set_groups(GROUPS[1:])
        assert app.facets.place_under_cursor == ("year", 9)
        app.facets.set_groups(GROUPS[2:])
        assert app.facets.place_under_cursor == ("state", "overdue")
        app.facets.set_groups(())
        await pilot.press("enter")
        assert app.facets.place_under_cursor is None
        assert app.toggled == []


async def test_an_option_without_pupils_is_dim_and_a_long_one_is_cut() -> None:
    app = FacetsApp()
    async with app.run_test() as pilot:
        long = FacetGroup("school", "School", (FacetOption(1, "[/x] " * 10), FacetOption(2, "Conyers")))
        app.facets.set_groups([long])
        app.facets.set_counts({("school", 1): 5, ("school", 2): 0})
        await pilot.pause()
        assert app.lines()[1] == "▌  [/x] [/x] [/x] [/… 5"
        some, none = (
            next(part for part in app.facets.render_line(y) if word in part.text)
            for y, word in ((1, "[/x]"), (2, "Conyers"))
        )
        assert some.style is not None
        assert none.style is not None
        assert some.style.color != none.style.color
