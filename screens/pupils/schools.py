"""The list of schools, with how many pupils are there and how many are to come, and the form for one."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar

from rich.text import Text
from textual import work

from screens.frame.commands import SCHOOLS, STAFF, Command
from screens.frame.dialogs import Choice, Choose, ChooseRecord, Confirm, bring_back, confirm_removal
from screens.frame.host import Host
from screens.frame.jobs import Job
from screens.frame.list_screen import RecordList
from screens.frame.pickers import choose_group
from screens.frame.record_form import Content, RecordForm, fields_form, questions, saved_under
from screens.frame.safe import cell
from screens.frame.saving import ask_file, ask_purpose, short_path
from screens.pupils.pupil_form import programmes_of
from screens.widgets.columns import Column
from screens.widgets.window_table import Row
from transitions.caseload.caseload import Caseload
from transitions.fields import typed_in
from transitions.milestones import recording
from transitions.pupils import editing, lists, school_groups, schools
from transitions.pupils.editing import CONTACT_FIELDS, load_tables
from transitions.pupils.lists import SchoolLine, WorkerLine
from transitions.pupils.schools import PHASES, SCHOOL_FIELDS
from transitions.school_year import academic_year
from transitions.team import workers
from transitions.team.load import Load, against_last_week, loads, what_moves
from transitions.team.workers import WORKER_FIELDS
from transitions.text import how_many
from transitions.workspace import SAID_BY_LOGIN, Recorded, Saved

_LAYOUT = {
    "Which": ("name", "urn", "laestab"),
    "Whom it teaches": ("phase", "kind", "low_age", "high_age"),
    "Where": ("town", "postcode", "telephone", "closed_on"),
}


def school_form(host: Host, school_id: int | None, name: str = "") -> RecordForm:
    """The form for a school, or for a new one, with its ``name``. Raises ``NoSuchRecord`` when the school is no longer there."""
    asked = questions(SCHOOL_FIELDS, typed_in(host.workspace), _LAYOUT, {"phase": PHASES})
    load, save = partial(lists.school, host.workspace), partial(schools.save_school, host.workspace)
    return _form("school", "a school", school_id, asked, load, save, name)


def _form(
    what: str,
    new: str,
    number: int | None,
    asked: Content,
    load: Callable[[int], Mapping[str, Any]],
    save: Callable[[int | None, Mapping[str, object]], int],
    name: str,
) -> RecordForm:
    """The form for a record with a name: ``what`` it is, and how a ``new`` one is called."""
    load_tables()
    stored = ({"name": name} if name else {}) if number is None else load(number)

    def keep(fields: dict[str, object]) -> Recorded:
        saved = save(number, fields) if fields else number or 0
        done = "added" if number is None else "edited"
        name = str(fields.get("name") or stored["name"])
        return Saved(f"{what.capitalize()} {done}", name, len(fields)).under(saved)

    return fields_form(
        f"Add {new}" if number is None else f"Edit {stored['name']}",
        asked,
        stored,
        keep,
        f"draft {what} {number or f'new {name}'.rstrip()}",
        number,
        now=lambda: stored if number is None else load(number),
    )


NONE = "-"


class SchoolsScreen(RecordList):
    """A row's key is the school's number."""

    SCOPE = SCHOOLS
    TITLE_OF_LIST = "Schools"
    FIND = "find a name, a town, a URN or a DfE number"
    OPENS = "school.pupils"
    NEEDS_ROW: ClassVar[frozenset[str]] = frozenset(
        {"school.pupils", "school.edit", "school.archive", "school.groups", "school.programmes", "school.offer"}
    )
    COLUMNS: ClassVar[Sequence[Column]] = (
        Column("Name", flex=3, min_width=24, priority=9),
        Column("Phase", flex=1, min_width=10, priority=5),
        Column("Town", flex=1, min_width=10, priority=4),
        Column("URN", width=6, priority=3),
        Column("Pupils", width=7, align="right", priority=8),
        Column("To come", width=7, align="right", priority=7),
    )

    group_id: int | None = None
    """The group of schools to which the list is narrowed."""

    def keys(self, text: str, limit: int = -1) -> Sequence[int]:
        if self.group_id is None:
            return lists.school_ids(self.workspace, text, limit)
        own = school_groups.schools_in(self.workspace, self.group_id, academic_year(self.workspace.clock.today))
        found = [number for number in lists.school_ids(self.workspace, text) if number in own]
        return found if limit < 0 else found[:limit]

    def rows(self, keys: Sequence[int]) -> Mapping[int, Row]:
        return {key: _cells(line) for key, line in lists.school_lines(self.workspace, keys).items()}

    def empty_words(self) -> str:
        return "There are no schools yet. Press I to import a list, such as the national register's, or a to add one."

    async def open_form(self, number: int | None) -> int | None:
        return await saved_under(self.host, school_form(self.host, number))

    def action_pupils(self) -> None:
        if self.table.cursor_key is not None:
            self.host.open.pupils(Caseload(school_id=self.table.cursor_key))

    async def action_programmes(self) -> None:
        if self.table.cursor_key is not None:
            await programmes_of(self.host, self.table.cursor_key)

    async def action_offer(self) -> None:
        if self.table.cursor_key is not None:
            await self.host.open.offers_of(self.table.cursor_key)

    async def action_archive(self) -> None:
        school_id = self.table.cursor_key
        if school_id is not None:
            name = lists.school(self.workspace, school_id)["name"]
            kept = "Pupils keep it as their school, but it is no longer listed or offered."
            archive = partial(schools.archive_school, self.workspace, school_id)
            await confirm_removal(self.host, f"Archive {name}?", kept, archive, "Archive")

    async def action_archived(self) -> None:
        choices = [Choice(one.id, one.name, hint=one.detail) for one in lists.archived_schools(self.workspace)]
        restore = partial(schools.restore_school, self.workspace)
        await bring_back(self.host, "Bring back an archived school", choices, restore, "No school is archived.")

    def action_import_file(self) -> None:
        self.host.open.import_file("schools")

    async def action_groups(self) -> None:
        if self.table.cursor_key is not None:
            await groups_of(self.host, self.table.cursor_key)

    async def action_filter(self) -> None:
        group_id = await choose_group(self.host, "Show the schools of which group?")
        if group_id is not None:
            self._narrow(group_id)

    def _narrow(self, group_id: int | None) -> None:
        self.group_id = group_id
        name = "" if group_id is None else f" · {school_groups.called(school_groups.group(self.workspace, group_id))}"
        self.title_of_list = f"{self.TITLE_OF_LIST}{name}"
        self.find(self.find_line.value)

    def peel(self) -> bool:
        if super().peel():
            return True
        if self.group_id is None:
            return False
        self._narrow(None)
        return True


def _cells(line: SchoolLine) -> Row:
    name = f"{line.name} (closed)" if line.closed else line.name
    urn = NONE if line.urn is None else str(line.urn)
    return (name, line.phase or NONE, line.town or NONE, urn, _count(line.pupils), _count(line.coming))


def _count(number: int) -> str:
    return f"{number:,}" if number else NONE


def worker_form(host: Host, worker_id: int | None, name: str = "") -> RecordForm:
    """The form for a worker, or for a new one, with the ``name``. Raises ``NoSuchRecord`` when the worker is no longer there."""
    order, role = ("name", "role", "school", "email", "telephone"), {"role": {"required": True}}
    asked = questions(WORKER_FIELDS, typed_in(host.workspace), order, overrides=role)
    load, save = partial(lists.worker, host.workspace), partial(workers.save_worker, host.workspace)
    return _form("worker", "a member of staff", worker_id, asked, load, save, name)


class StaffScreen(RecordList):
    """A row's key is the worker's number."""

    SCOPE = STAFF
    TITLE_OF_LIST = "Staff"
    FIND = "find a name or a role"
    OPENS = "worker.pupils"
    NEEDS_ROW: ClassVar[frozenset[str]] = frozenset(
        {"worker.pupils", "worker.edit", "worker.archive", "worker.me", "worker.hand_over"}
    )
    COLUMNS: ClassVar[Sequence[Column]] = (
        Column("Name", flex=2, min_width=18, priority=9),
        Column("Role", flex=1, min_width=12, priority=3),
        Column("Pupils", width=7, align="right", priority=8),
        Column("Overdue", width=7, align="right", priority=6),
        Column("Oldest", width=14, priority=5),
        Column("Missed", width=6, align="right", priority=4),
        Column("Week ago", width=8, align="right", priority=2),
    )

    def __init__(self, at: int | None = None) -> None:
        super().__init__(at)
        self._loads: Mapping[int | None, Load] = {}

    def on_mount(self) -> None:
        self._count_loads()

    def follow_records(self, touched: frozenset[int]) -> None:
        super().follow_records(touched)
        self._count_loads()

    @work(exclusive=True, group="loads")
    async def _count_loads(self) -> None:
        found = await asyncio.to_thread(loads, self.workspace)
        self._loads = {one.worker_id: one for one in found}
        nobodys = self._loads.get(None)
        without = [f"{how_many(nobodys.pupils, 'pupil')} without a caseworker"] if nobodys else []
        self.title_of_list = " · ".join((self.TITLE_OF_LIST, against_last_week(found), *without))
        self.table.refresh_rows()
        self._say_place()

    def keys(self, text: str, limit: int = -1) -> Sequence[int]:
        """The members of staff who answer to ``text``, by name; those who have left come last."""
        found = [line.id for line in lists.workers(self.workspace, text)]
        return found if limit < 0 else found[:limit]

    def rows(self, keys: Sequence[int]) -> Mapping[int, Row]:
        wanted = set(keys)
        return {line.id: self._cells(line) for line in lists.workers(self.workspace) if line.id in wanted}

    def empty_words(self) -> str:
        return "Nobody is recorded yet. Press a to add a member of staff. Importing pupils adds the staff it names."

    async def open_form(self, number: int | None) -> int | None:
        saved = await saved_under(self.host, worker_form(self.host, number))
        if saved is not None:
            self.host.worker_changed()
        return saved

    async def action_archive(self) -> None:
        worker_id = self.table.cursor_key
        if worker_id is None:
            return
        worker = lists.worker(self.workspace, worker_id)
        if worker["archived_at"] is not None:
            self.host.tell(await self.host.write(partial(workers.restore_worker, self.workspace, worker_id)))
        else:
            kept = "What they recorded is kept, but they are no longer offered in lists of staff."
            archive = partial(workers.archive_worker, self.workspace, worker_id)
            await confirm_removal(self.host, f"Archive {worker['name']}?", kept, archive, "Archive")

    def action_pupils(self) -> None:
        if self.table.cursor_key is not None:
            self.host.open.pupils(Caseload(worker_id=self.table.cursor_key))

    async def action_hand_over(self) -> None:
        """Give all pupils of somebody to somebody else, who is asked for; what moves is shown first."""
        worker_id = self.table.cursor_key
        if worker_id is None:
            return
        pupils, moves = await self.host.in_thread(partial(what_moves, self.workspace, worker_id))
        name, number = lists.worker(self.workspace, worker_id)["name"], how_many(len(pupils), "pupil")
        if not pupils:
            self.say(f"{name} has no pupils to give.", "warning")
            return
        others = [one for one in workers.workers_by_name(self.workspace) if one.id != worker_id]
        choices = [*(Choice(one.id, one.name, hint=one.detail) for one in others), Choice(0, "Nobody")]
        to = await self.host.ask(Choose(f"Who gets the {number} of {name}?", choices, detail=moves))
        if to is None:
            return
        whom = next((one.name for one in others if one.id == to), "nobody")
        if await self.host.ask(Confirm(f"Give {number} of {name} to {whom}?", moves, yes="Give them", no="Keep")):
            give = partial(recording.assign, self.workspace, pupils, to or None)
            self.host.tell(await self.host.write(give))

    async def action_sheet(self) -> None:
        holds = "Each caseworker's load, what has waited longest, and what is missed compared with last week."
        target = await ask_file(
            self.host, f"team {self.workspace.clock.today.isoformat()}.docx", holds, (".docx", ".html")
        )
        purpose = None if target is None else await ask_purpose(self.host)
        if target is None or purpose is None:
            return
        from transitions.exporting.team_sheet import write_sheet

        job = Job(f"Saving {target.name}")
        await self.host.in_thread(lambda: write_sheet(self.workspace, target, purpose), job)
        self.say(f"Saved {short_path(target)}")

    def why_not(self, command: Command) -> str | None:
        if command.id == "worker.me" and self.workspace.role:
            return SAID_BY_LOGIN
        return super().why_not(command)

    def action_me(self) -> None:
        worker_id = self.table.cursor_key
        if worker_id is None:
            return
        self.host.become(worker_id)

    def _cells(self, line: WorkerLine) -> Row:
        marks = [word for word, holds in (("me", line.id == self.workspace.me), ("has left", line.archived)) if holds]
        name = Text.assemble(cell(line.name), (f"  ({', '.join(marks)})" if marks else "", "dim"))
        load = self._loads.get(line.id)
        if load is None:
            return (name, line.role, _count(line.pupils), *[NONE if self._loads else "…"] * 4)
        oldest = load.oldest_in_words(self.workspace.clock.today) or NONE
        counts = (_count(load.overdue), oldest, _count(load.missed), _count(load.missed_before))
        return (name, line.role, _count(line.pupils), *counts)


_NEW = 0


async def circle_of(host: Host, pupil_id: int) -> None:
    number: int | None = 0
    while number is not None:
        people = lists.contacts(host.workspace, pupil_id)
        choices = [
            Choice(
                person.id,
                "(hidden)" if host.private else person.name,
                hint=" · ".join(
                    part for part in (person.relationship, person.circle and f"{person.circle} circle") if part
                ),
            )
            for person in people
        ]
        choices.append(Choice(_NEW, "Add somebody", key="a"))
        detail = "" if people else "Nobody is recorded yet: parents, a key adult, friends, professionals."
        title = f"Circle of support of {host.pupil_name(pupil_id)}"
        dialog = ChooseRecord(title, choices, [person.id for person in people], current=number, detail=detail)
        number = await host.ask(dialog)
        if number is not None and dialog.takes_out:
            await _take_out_contact(host, pupil_id, number)
        elif number is not None:
            number = await saved_under(host, contact_form(host, pupil_id, number or None))


async def _take_out_contact(host: Host, pupil_id: int, contact_id: int) -> None:
    archive = partial(editing.archive_contact, host.workspace, pupil_id, contact_id)
    name = "this person" if host.private else lists.contact(host.workspace, contact_id)["name"]
    question = f"Take {name} out of the circle of support?"
    await confirm_removal(host, question, "The history still shows who it was.", archive)


def contact_form(host: Host, pupil_id: int, contact_id: int | None) -> RecordForm:
    """The form for a person of the circle, or for a new one. Raises ``NoSuchRecord`` when it is no longer there."""
    workspace = host.workspace
    stored = {} if contact_id is None else lists.contact(workspace, contact_id)

    def save(fields: dict[str, object]) -> Recorded:
        if not fields:
            return Recorded("Circle of support", host.pupil_name(pupil_id), 0)
        return editing.save_contact(workspace, pupil_id, contact_id, fields)

    return fields_form(
        "Add to the circle of support" if contact_id is None else f"Edit {stored['name']}",
        questions(CONTACT_FIELDS, typed_in(workspace), tuple(CONTACT_FIELDS)),
        stored,
        save,
        f"draft contact {contact_id or f'new of pupil {pupil_id}'}",
        contact_id,
        now=lambda: stored if contact_id is None else lists.contact(workspace, contact_id),
    )


_NEW_GROUP = 0


async def groups_of(host: Host, school_id: int) -> None:
    """The groups to which a school belongs, to add, change or take one out."""
    name = lists.school(host.workspace, school_id)["name"]
    number: int | None = _NEW_GROUP
    while number is not None:
        found = school_groups.of_school(host.workspace, school_id)
        choices = [Choice(one.id, school_groups.called(one), hint=school_groups.years_in_words(one)) for one in found]
        choices.append(Choice(_NEW_GROUP, "Put it into a group", key="a"))
        detail = "" if found else "None yet: its LIFT group, district, quadrant, partnership or cluster."
        dialog = ChooseRecord(f"Groups of {name}", choices, [one.id for one in found], current=number, detail=detail)
        number = await host.ask(dialog)
        if number is not None and dialog.takes_out:
            kept = "Only for one entered by mistake. If a school leaves a group, set its last year instead."
            take_out = partial(school_groups.take_out_member, host.workspace, school_id, number)
            await confirm_removal(host, f"Take {name} out of this group?", kept, take_out)
        elif number is not None:
            number = await saved_under(host, _member_form(host, school_id, number or None))


def _member_form(host: Host, school_id: int, member_id: int | None) -> RecordForm:
    workspace = host.workspace
    groups = school_groups.groups(workspace)
    known = {"kind": school_groups.GROUP_KINDS, "name": list(dict.fromkeys(one.name for one in groups))}
    fields = school_groups.MEMBER_FIELDS

    def stored() -> Mapping[str, object]:
        rows = school_groups.of_school(workspace, school_id)
        return next((fields.stored(one) for one in rows if one.id == member_id), {})

    def save(given: dict[str, object]) -> Recorded:
        return school_groups.save_member(workspace, school_id, member_id, given)

    return fields_form(
        "Group of schools",
        questions(fields, typed_in(workspace), tuple(fields), known),
        stored(),
        save,
        f"draft group {school_id} {member_id or 'new'}",
        member_id,
        now=stored,
    )
