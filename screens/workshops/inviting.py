"""Inviting: the schools that are proposed, each with the reason, ticked off in one list; or anybody by name."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from screens.frame.dialogs import Choice, Choose
from screens.frame.host import Host
from screens.frame.record_form import RecordForm, Values, open_form, questions
from screens.frame.safe import cell, txt
from screens.widgets.columns import Column
from screens.widgets.reflow_text import Fitted
from screens.widgets.window_table import Row, WindowTable
from transitions.fields import typed_in
from transitions.workshops import inviting, proposing
from transitions.workshops.proposing import Proposed
from transitions.workspace import Recorded

_PROPOSED, _OTHER = "proposed", "other"


async def invite(host: Host, workshop_id: int) -> None:
    """Ask whether proposed schools are to be invited, or somebody by name; with nothing to propose, by name at once."""
    found = proposing.proposed(host.workspace, workshop_id)
    which: str | None = _OTHER
    if found:
        number = f"{len(found):,} school{'' if len(found) == 1 else 's'}"
        choices = [
            Choice(_PROPOSED, "Schools that are proposed", key="p", hint=f"{number}, each with the reason"),
            Choice(_OTHER, "A school, an agency or a person by name", key="n"),
        ]
        which = await host.ask(Choose("Whom to invite?", choices))
    if which == _OTHER:
        await open_form(host, _form(host, workshop_id))
    elif which == _PROPOSED:
        school_ids = await host.ask(ProposedSchools(found))
        if school_ids:
            host.tell(inviting.invite_schools(host.workspace, workshop_id, school_ids))


class ProposedSchools(ModalScreen[Sequence[int] | None]):
    """The proposed schools, all marked at first. Gives those that are marked when it is left with Enter, else None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave without inviting"),
        Binding("ctrl+s", "invite", "Invite those that are marked"),
    ]
    DEFAULT_CSS = """
    ProposedSchools #why { height: 3; padding: 0 1; border-top: solid $line; }
    """

    def __init__(self, found: Sequence[Proposed]) -> None:
        super().__init__()
        self._found = {one.school_id: one for one in found}
        columns = (
            Column("School", flex=2, min_width=24, priority=10),
            Column("Movers", width=6, align="right", priority=7),
            Column("Why", flex=3, min_width=24, priority=9),
        )
        self._table = WindowTable(columns, self._fetch)

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog wide"):
            yield self._table
            yield Fitted(id="why")

    def on_mount(self) -> None:
        """Mark all: leaving one out takes one key, inviting all takes one."""
        self._table.set_rows(list(self._found))
        self._table.set_marks(self._found)
        self._table.focus()

    def _fetch(self, keys: Sequence[int]) -> Mapping[int, Row]:
        rows = (self._found[key] for key in keys)
        return {
            one.school_id: (cell(one.school), f"{one.movers:,}" if one.movers else "", cell(one.reason)) for one in rows
        }

    @on(WindowTable.MarksChanged)
    def _count(self) -> None:
        dialog = self.query_one(".dialog")
        dialog.border_title = txt(f"Invite {len(self._table.marked):,} of {len(self._found):,} schools")
        dialog.border_subtitle = txt("enter invites · space leaves one out · A all or none · esc leaves")

    @on(WindowTable.Highlighted)
    def _explain(self) -> None:
        one = self._found.get(self._table.cursor_key or 0)
        self.query_one("#why", Fitted).show(lambda _width, _height: [txt(one.reason, "$quiet")] if one else [])

    @on(WindowTable.Opened)
    def action_invite(self) -> None:
        """The schools that are marked."""
        self.dismiss([number for number in self._found if number in self._table.marked])

    def action_leave(self) -> None:
        """Leave without an answer."""
        self.dismiss(None)


_HERE = {
    "school": {"help": "By itself, or with somebody from there"},
    "agency": {"help": "Such as Educational psychology or Early Help"},
    "name": {"help": "Somebody of the school or the agency, or by themselves"},
}


def _form(host: Host, workshop_id: int) -> RecordForm:
    content = questions(inviting.INVITATION_FIELDS, typed_in(host.workspace), tuple(_HERE), here=_HERE)

    def save(values: Values, _changed: frozenset[str]) -> Recorded:
        return inviting.invite(host.workspace, workshop_id, **values)  # type: ignore[arg-type]

    return RecordForm("Invite", content, {}, save, f"draft invitation {workshop_id}")
