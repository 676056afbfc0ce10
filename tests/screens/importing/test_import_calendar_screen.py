"""The story of a school's calendar in the app: found beside the term dates, looked at entry by entry, and taken."""

from pathlib import Path

from builders import contents
from reading import press, screen_text, sentence, settle, toasts
from textual.events import Paste

from screens.frame.app import TransitionsApp
from screens.importing.importing import ImportScreen
from screens.widgets.choice import ChoiceLine
from transitions.workspace import Workspace

SMALL = (80, 24)
FILE = (
    "BEGIN:VCALENDAR\nVERSION:2.0\n"
    "BEGIN:VEVENT\nUID:a\nDTSTART;VALUE=DATE:20261005\nSUMMARY:Trip [/x] to Bude\nEND:VEVENT\n"
    "BEGIN:VEVENT\nUID:b\nDTSTART;VALUE=DATE:20261399\nSUMMARY:Never\nEND:VEVENT\n"
    "BEGIN:VEVENT\nUID:c\nDTSTART;VALUE=DATE:20270503\nSUMMARY:May Day bank holiday\nEND:VEVENT\n"
    "END:VCALENDAR\n"
)


async def test_a_calendar_is_chosen_looked_at_and_taken(workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "school.ics"
    file.write_text(FILE)
    app = TransitionsApp(workspace)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, "4", "I")
        assert isinstance(app.screen, ImportScreen)
        assert "Import term dates" in sentence(app)
        line = app.screen.query_one(ChoiceLine)
        line.text = "Calendar"
        line.post_message(ChoiceLine.Changed())
        await settle(pilot)
        assert "Import calendar" in sentence(app)

        app.post_message(Paste(str(file)))
        await settle(pilot)
        await press(pilot, "enter")
        assert "1 new, 1 refused." in sentence(app)
        assert "Read as iCalendar, UTF-8" in sentence(app)
        assert "bank holidays are known already" in sentence(app)
        await press(pilot, "end")
        assert "Becomes trip, by the words “trip”" in sentence(app)
        assert "[/x]" in screen_text(app)
        await press(pilot, "G", "ctrl+s")
        assert "u undoes" in toasts(app)[-1]
    assert [row[2] for row in contents(workspace)["year_date"]] == ["Trip [/x] to Bude"]
