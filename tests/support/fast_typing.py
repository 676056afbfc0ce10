"""What somebody types into a field without looking, and whether it arrived there."""

from typing import Any

from textual.pilot import Pilot
from textual.widgets import TextArea

from screens.widgets.choice import ChoiceLine
from screens.widgets.field_row import FieldRow

_TYPED = {"date": "5/9/15", "number": "12"}


def rows(pilot: Pilot[Any]) -> list[FieldRow]:
    """The fields of the form that is open; none when it is no form."""
    return list(pilot.app.screen.query(FieldRow))


def words_for(row: FieldRow, number: int) -> str:
    if isinstance(row.editor, ChoiceLine):
        return row.field.options[-1][1][0].lower()
    return _TYPED.get(row.field.kind, f"zq{number} [/x]")


def arrived(row: FieldRow, typed: str) -> bool:
    if isinstance(row.editor, ChoiceLine):
        return row.text.casefold().startswith(typed)
    return typed in row.text if isinstance(row.editor, TextArea) else row.text == typed
