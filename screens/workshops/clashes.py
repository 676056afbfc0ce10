"""What the day of a workshop clashes with, said of a workshop that stands and under the day of one while it is typed."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any, ClassVar, NamedTuple

from textual import on, work
from textual.widgets import Input

from screens.frame.host import host_of
from screens.widgets.choice import ChoiceLine
from screens.widgets.form import Form
from transitions.calendar.clashes import Clash, free_date, would_clash
from transitions.dates import ago, short_with_year
from transitions.school_year import split_year_groups
from transitions.workshops.page import WorkshopPage
from transitions.workspace import Workspace

_MOST = 3
"""Clashes that are said under a field; the others are counted."""


class ClashFacts(NamedTuple):
    """What is known of a workshop without the form: its kind, year groups and host, its schools, its number."""

    kind: str = ""
    year_groups: str = ""
    host_school: int | None = None
    schools: frozenset[int] = frozenset()
    workshop_id: int | None = None
    for_schools: str = "all"


def clash_facts(page: WorkshopPage, *, new: bool = False) -> ClashFacts:
    """What is known of a workshop; of a ``new`` one that follows it, the same without its number."""
    row = page.workshop
    schools = frozenset(one.school_id for one in page.invitations if one.school_id is not None)
    return ClashFacts(row.kind, row.year_groups, row.host_school_id, schools, None if new else row.id)


def clashes_with(workspace: Workspace, page: WorkshopPage) -> Sequence[Clash]:
    """What a workshop clashes with; one that was called off, or taken out, is in nobody's way."""
    row = page.workshop
    if row.status == "cancelled" or row.archived_at is not None:
        return ()
    return would_clash(workspace, **_clash_query(clash_facts(page), row.on_day, row.last_day))


def _clash_query(known: ClashFacts, on_day: date, last_day: date | None) -> dict[str, Any]:
    return {
        "kind": known.kind,
        "on_day": on_day,
        "last_day": last_day,
        "year_groups": split_year_groups(known.year_groups),
        "host_school_id": known.host_school,
        "school_ids": known.schools,
        "leave_out": known.workshop_id,
        "for_schools": known.for_schools,
    }


def _clash_sentences(workspace: Workspace, known: ClashFacts, on_day: date, last_day: date | None) -> str:
    """Say what a day would clash with, one a line, and at the end the nearest day that would not."""
    query = _clash_query(known, on_day, last_day)
    found = would_clash(workspace, **query)
    if not found:
        return ""
    lines = [f"! {clash.sentence}" for clash in found[:_MOST]]
    if len(found) > _MOST:
        lines.append(f"! and {len(found) - _MOST} more")
    free = free_date(workspace, **query)
    if free is not None:
        lines.append(f"Free: {short_with_year(free)}, {ago(free, workspace.clock.today)}")
    return "\n".join(lines)


class ClashForm(Form):
    """A form in which the clashes of the day are said under it while it is typed, with the nearest day that is free."""

    CALLED: ClassVar[Mapping[str, str]] = {}
    """What a field that decides is called in this form, where not as it is for a workshop."""

    def __init__(self, known: ClashFacts, *args: Any, **how: Any) -> None:
        super().__init__(*args, **how)
        self._known = known
        self._asked_for: object = None

    def on_mount(self) -> None:
        self._check_clashes()

    @on(Input.Changed)
    @on(ChoiceLine.Changed)
    def _check_clashes(self) -> None:
        query = self._as_typed()
        if query != self._asked_for:
            self._asked_for = query
            self._look_for(query)

    @work(exclusive=True, group="clashes")
    async def _look_for(self, query: tuple[ClashFacts, date, date | None] | None) -> None:
        workspace = host_of(self).workspace
        sentences = await asyncio.to_thread(_clash_sentences, workspace, *query) if query else ""
        self._rows[self.CALLED.get("on_day", "on_day")].remark(sentences)

    def _as_typed(self) -> tuple[ClashFacts, date, date | None] | None:
        """What is typed so far; None while there is no day that could be held against others, or no kind."""
        known, on_day, last_day = self._known, self._typed("on_day"), self._typed("last_day")
        if "kind" in self._rows:
            known = known._replace(
                kind=self._typed("kind") or "",
                year_groups=self._typed("year_groups") or "",
                host_school=self._typed("host_school"),
                for_schools=self._typed("for_schools") or "all",
            )
        if not isinstance(on_day, date) or not known.kind:
            return None
        return known, on_day, last_day if isinstance(last_day, date) and last_day >= on_day else None

    def _typed(self, name: str) -> Any:
        """What stands in a field; None where it is not there, is empty, or does not hold."""
        name = self.CALLED.get(name, name)
        try:
            return self._rows[name].checked().value if name in self._rows else None
        except ValueError:
            return None


def clash_form(known: ClashFacts) -> Callable[..., Form]:
    return partial(ClashForm, known)
