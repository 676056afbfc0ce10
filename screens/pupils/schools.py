"""The list of schools, with how many pupils are there and how many are to come."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from screens.frame.command_list import SCHOOLS
from screens.frame.record_list import RecordList
from screens.widgets.columns import Column
from screens.widgets.window_table import Row
from transitions.pupils import lists
from transitions.pupils.lists import SchoolLine

NONE = "-"


class SchoolsScreen(RecordList):
    """A row's key is the school's number."""

    SCOPE = SCHOOLS
    TITLE_OF_LIST = "Schools"
    FIND = "find a name, a town, a URN or a DfE number"
    OPENS = "school.edit"
    NEEDS_ROW: ClassVar[frozenset[str]] = frozenset({"school.edit"})
    COLUMNS: ClassVar[Sequence[Column]] = (
        Column("Name", flex=3, min_width=24, priority=9),
        Column("Phase", flex=1, min_width=10, priority=5),
        Column("Town", flex=1, min_width=10, priority=4),
        Column("URN", width=6, priority=3),
        Column("Pupils", width=7, align="right", priority=8),
        Column("To come", width=7, align="right", priority=7),
    )

    def keys(self, text: str, limit: int = -1) -> Sequence[int]:
        """Give the schools that answer to ``text``, by name."""
        return lists.school_ids(self.workspace, text, limit)

    def rows(self, keys: Sequence[int]) -> Mapping[int, Row]:
        """Give the rows of a window."""
        return {key: _cells(line) for key, line in lists.school_lines(self.workspace, keys).items()}

    def empty_words(self) -> str:
        """Say how schools get here."""
        return "There are no schools yet. I imports a list, such as the national register's; a adds one by hand."

    async def action_add(self) -> None:
        await self._open_form(None)

    async def action_edit(self) -> None:
        if self.table.cursor_key is not None:
            await self._open_form(self.table.cursor_key)

    async def _open_form(self, school_id: int | None) -> None:
        from screens.frame.record_form import open_form
        from screens.pupils.school_form import school_form

        await open_form(self.host, school_form(self.host, school_id))

    def action_import_file(self) -> None:
        self.host.open.import_file("schools")


def _cells(line: SchoolLine) -> Row:
    name = f"{line.name} (closed)" if line.closed else line.name
    urn = NONE if line.urn is None else str(line.urn)
    return (name, line.phase or NONE, line.town or NONE, urn, _count(line.pupils), _count(line.coming))


def _count(number: int) -> str:
    return f"{number:,}" if number else NONE
