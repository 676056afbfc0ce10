"""What every list does with its columns: sort by one, hide it, widen it, count what stands in it."""

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from typing import Any

from textual import on

from screens.frame.base_screen import BaseScreen
from screens.frame.clipboard import MOST_BYTES, has_program
from screens.frame.commands import ASKS, ATTENDANCE, CALENDAR, CLASHES, FEEDERS, MILESTONES, SCHOOLS, WORKSHOPS, Command
from screens.frame.dialogs import Choice, Choose
from screens.widgets.columns import Arrangement
from screens.widgets.window_table import MOST_IN_MEMORY, WindowTable
from transitions.custody import history
from transitions.custody.history import HistoryEntry
from transitions.errors import Fault, NotAllowed
from transitions.team import workers
from transitions.text import how_many, share

_WIDER = 4
"""How many cells wider a column becomes at a time."""
_COLUMNS = "columns "
_SAID = 40
"""How many characters of a cell are said when it has been copied."""
_OF_NOBODY = frozenset({SCHOOLS, MILESTONES, CALENDAR, WORKSHOPS, CLASHES, ASKS, FEEDERS, ATTENDANCE})
"""The lists in which nobody is named."""
BY_COLUMN = frozenset({"list.sort", "column.count", "column.copy_more"})


class TableScreen(BaseScreen[None]):
    """A screen with a ``table``. What somebody chooses of its columns is left on the desk, for the next time."""

    table: WindowTable
    _marked_for: tuple[int, frozenset[int]] = (0, frozenset())
    """The action that was recorded of marked rows, and which these were."""

    def on_mount(self) -> None:
        kept = workers.left_on_desk(self.workspace, _COLUMNS + self.SCOPE)
        if kept:
            found, now = Arrangement(**{**kept, "hidden": tuple(kept["hidden"])}), self.table.arrangement
            # A list that is shown in an order already says so: that of another time stands in its columns alone.
            ordered = replace(found, sorted_by=now.sorted_by, turned=now.turned) if now.sorted_by else found
            self.table.set_arrangement(ordered)

    def why_not(self, command: Command) -> str | None:
        if command.id.startswith("column.") or command.id in BY_COLUMN:
            return self.why_not_by_column(command)
        return super().why_not(command)

    def why_not_by_column(self, command: Command) -> str | None:
        if not self.table.display:
            return "There is no list here."
        if command.id == "column.hide" and len(self.table.chosen_columns) < 2:
            return "This is the only column left, so it can't be hidden."
        if command.id == "column.all" and not (self.table.arrangement.hidden or self.table.arrangement.wider):
            return "Every column is shown already, as wide as it was. - hides one, + widens it."
        if command.id.startswith("column.copy") and not self.table.row_count:
            return "There is nothing to copy here."
        if command.id in BY_COLUMN and self.table.row_count > MOST_IN_MEMORY:
            return f"This list has more than {MOST_IN_MEMORY:,} rows. Narrow it first with / or f."
        return None

    def take_marks_off(self) -> None:
        """After what was just recorded of the marked rows; when that is undone they are marked again."""
        done = history.next_undo(self.workspace)
        if self.table.marked and done is not None:
            self._marked_for = done.id, frozenset(self.table.marked)
            self.table.set_marks(())

    def taken_back(self, entry: HistoryEntry) -> None:
        done, marked = self._marked_for
        if entry.id == done:
            self.table.set_marks(marked)
        elif entry.kind == "undo" and self.table.marked == marked:
            self.table.set_marks(())

    def action_mark(self) -> None:
        self.table.action_mark()

    def action_mark_all(self) -> None:
        self.table.action_mark_all()

    def action_column(self, step: int) -> None:
        self.table.step_column(step)

    def column_under_cursor(self) -> str:
        """The title of the column that the next key is about: the first when nobody has gone to one yet."""
        if self.table.column not in {one.title for one in self.table.chosen_columns}:
            self.table.column = ""
            self.table.step_column(0)
        return self.table.column

    def action_sort(self) -> None:
        self.sort_by(self.column_under_cursor())

    @on(WindowTable.HeaderClicked)
    async def _sort_by_clicked(self) -> None:
        await self.perform("list.sort")

    def sort_by(self, title: str) -> None:
        """Sort by the column of this title; by the same again, turn the order round."""
        self.choose_arrangement(self.table.arrangement.sorted_on(title))

    def action_hide_column(self) -> None:
        title = self.column_under_cursor()
        arrangement = self.table.arrangement
        self.table.step_column(1)
        self.choose_arrangement(replace(arrangement, hidden=(*arrangement.hidden, title)))
        self.say(f"{title} is hidden. _ shows all columns again.")

    def action_widen_column(self) -> None:
        title, arrangement = self.column_under_cursor(), self.table.arrangement
        self.choose_arrangement(
            replace(arrangement, wider={**arrangement.wider, title: arrangement.wider.get(title, 0) + _WIDER})
        )
        self.say(f"{title} has more room. _ makes every column as wide as it was.")

    def action_all_columns(self) -> None:
        self.choose_arrangement(replace(self.table.arrangement, hidden=(), wider={}))

    # Copying

    def pupil_of_row(self, key: int) -> int | None:  # noqa: ARG002 - most lists are not of pupils
        """Whom a row is about."""
        return None

    async def action_copy_cell(self) -> None:
        if self.table.cursor_key is not None:
            await self._copy([self.table.cursor_key], [self.column_under_cursor()], "a cell")

    async def action_copy(self) -> None:
        """Ask what to copy: the cell, the row or the marked rows, or the list."""
        table, key = self.table, self.table.cursor_key
        if key is None:
            return
        titles, marked = (
            [one.title for one in table.chosen_columns],
            [one for one in table.listed if one in table.marked],
        )
        rows = how_many(len(marked), "marked row") if marked else "The row"
        choices = [
            Choice("cell", "The cell", key="c", hint=self.column_under_cursor()),
            Choice("row", rows, key="r"),
            Choice("list", f"The list: {how_many(len(table.listed), 'row')}", key="l"),
        ]
        what = await self.host.ask(Choose("Copy", choices))
        if what == "cell":
            await self.action_copy_cell()
        elif what == "row":
            await self._copy(marked or [key], titles, "marked rows" if marked else "a row")
        elif what == "list":
            await self._copy(table.listed, titles, "the list")

    async def _copy(self, keys: Sequence[int], titles: Sequence[str], what: str) -> None:
        of = f"{what} of {self.SCOPE}"
        text, left_out = await self.host.in_thread(lambda: self._copied(keys, titles, of))
        self.host.copy_to_clipboard(text)
        said = (
            f"“{text if len(text) <= _SAID else text[:_SAID].rstrip() + '…'}”"
            if len(titles) == 1 and len(keys) == 1
            else what
        )
        self.say("; ".join(filter(None, (f"Copied {said}", left_out))) + ".")

    def _copied(self, keys: Sequence[int], titles: Sequence[str], what: str) -> tuple[str, str]:
        # Loaded when somebody copies: writing tables is not needed before.
        from transitions.exporting.copying import copied

        rows = self.table.texts(keys, titles)
        if sum(len("\t".join(cells).encode()) for cells in rows.values()) > MOST_BYTES and not has_program():
            longer = f"{how_many(len(rows), 'row')} are too long for the terminal's clipboard."
            raise NotAllowed(f"{longer} Mark some of them, or save the list to a file.")
        pupils = {key: self.pupil_of_row(key) for key in rows}
        return copied(self.workspace, what, titles, rows, pupils, names_people=self.SCOPE not in _OF_NOBODY)

    def choose_arrangement(self, arrangement: Arrangement) -> None:
        self.table.set_arrangement(arrangement)
        kept = None if arrangement == Arrangement() else asdict(arrangement)
        with suppress(Fault):  # records that can only be read keep no columns
            workers.leave_on_desk(self.workspace, _COLUMNS + self.SCOPE, kept)

    # Counting by value

    async def action_count_values(self) -> None:
        title = self.column_under_cursor()
        counts = await self.host.in_thread(lambda: self.count_values(title))
        if self.app.screen is not self:  # the key was pressed twice, or another one since
            return
        base = sum(number for _, _, number in counts)
        choices = [Choice(value, label or "(empty)", hint=share(number, base)) for value, label, number in counts]
        value = await self.host.ask(Choose(f"Count by {title}", choices, detail="Enter goes to the rows."))
        if value is not None:
            self.go_to_value(title, value)

    def count_values(self, title: str) -> list[tuple[Any, str, int]]:
        """What stands in a column: each value, its words and how often, the most frequent first; it runs in a thread."""
        texts = self.table.texts(self.table.listed, [title]).values()
        return [(text, text, number) for text, number in Counter(cells[0] for cells in texts).most_common()]

    def go_to_value(self, title: str, value: Any) -> None:
        """Show the rows with this value: put the cursor on the first."""
        texts = self.table.texts(self.table.listed, [title])
        first = next((key for key, cells in texts.items() if cells[0] == value), None)
        if first is not None:
            self.table.move_to(first)
