"""The list of schools, with how many pupils are there and how many are to come, and the form for one."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from screens.frame.commands import SCHOOLS
from screens.frame.host import Host
from screens.frame.record_form import Leaving, RecordForm, fields_form, questions
from screens.frame.record_list import RecordList
from screens.widgets.columns import Column
from screens.widgets.window_table import Row
from transitions.fields import typed_in
from transitions.pupils import lists, schools
from transitions.pupils.lists import SchoolLine
from transitions.pupils.schools import PHASES, SCHOOL_FIELDS
from transitions.workspace import Recorded, Workspace

_LAYOUT = {
    "Which": ("name", "urn", "laestab"),
    "Whom it teaches": ("phase", "kind", "low_age", "high_age"),
    "Where": ("town", "postcode", "telephone", "closed_on"),
}


def school_form(host: Host, school_id: int | None) -> RecordForm:
    """The form for a school, or for a new one. Raises ``NoSuchRecord`` when the school is no longer there."""
    workspace = host.workspace
    stored = {} if school_id is None else lists.school(workspace, school_id)

    def save(fields: dict[str, object]) -> Recorded:
        if fields:
            schools.save_school(workspace, school_id, fields)
        name = str(fields.get("name") or stored["name"])
        return Recorded("School added" if school_id is None else "School edited", name, len(fields))

    return fields_form(
        "Add a school" if school_id is None else f"Edit {stored['name']}",
        questions(SCHOOL_FIELDS, typed_in(workspace), _LAYOUT, {"phase": PHASES}),
        stored,
        save,
        f"draft school {school_id or 'new'}",
        school_id,
        leaving=_leaving(workspace, stays=not stored.get("archived", False)),
    )


def _leaving(workspace: Workspace, *, stays: bool) -> Leaving:
    return Leaving(
        "listed",
        "In the list",
        "No archives it; its pupils keep it",
        lambda number: schools.archive_school(workspace, number),
        lambda number: schools.restore_school(workspace, number),
        saves=True,
        stay=stays,
    )


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
        return lists.school_ids(self.workspace, text, limit)

    def rows(self, keys: Sequence[int]) -> Mapping[int, Row]:
        return {key: _cells(line) for key, line in lists.school_lines(self.workspace, keys).items()}

    def empty_words(self) -> str:
        return "There are no schools yet. I imports a list, such as the national register's; a adds one by hand."

    async def action_add(self) -> None:
        await self._open_form(None)

    async def action_edit(self) -> None:
        if self.table.cursor_key is not None:
            await self._open_form(self.table.cursor_key)

    async def _open_form(self, school_id: int | None) -> None:
        from screens.frame.record_form import open_form

        await open_form(self.host, school_form(self.host, school_id))

    def action_import_file(self) -> None:
        self.host.open.import_file("schools")


def _cells(line: SchoolLine) -> Row:
    name = f"{line.name} (closed)" if line.closed else line.name
    urn = NONE if line.urn is None else str(line.urn)
    return (name, line.phase or NONE, line.town or NONE, urn, _count(line.pupils), _count(line.coming))


def _count(number: int) -> str:
    return f"{number:,}" if number else NONE
