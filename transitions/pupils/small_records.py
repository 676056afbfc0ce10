"""Small records of a pupil, a school or the council: how each kind is read, judged, saved and taken out, one way for all of them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Generic, Literal, NamedTuple, Protocol, TypeVar

from db.driver import Connection
from db.journal import Action, Table
from db.pupils import pupils as pupil_store
from transitions.dates import before_birth
from transitions.errors import FieldProblems, NoSuchRecord, NotAllowed, require
from transitions.fields import IS_NEEDED, Fields, as_text, typed_in
from transitions.workspace import Recorded, Saved, Workspace


class SmallRow(Protocol):
    """What is kept of one of them."""

    @property
    def id(self) -> int: ...

    def _asdict(self) -> dict[str, Any]: ...


One = TypeVar("One", bound=SmallRow)
Owner = Literal["pupil", "school", "council"]
"""Whose it is; what is the council's has no owner to name, and 0 for one."""
COUNCIL: Final = 0

HAS_BEEN: Final = "5/9, 5 sep, mon, -3d"
_CHANGED_MEANWHILE: Final = "Somebody has changed this meanwhile. Look at the {} again."
_GONE: Final = "This is no longer recorded: somebody has taken it out. Look at the {} again."
_WHERE: Final[Mapping[Owner, str]] = {"pupil": "pupil", "school": "school", "council": "list"}


class Case(NamedTuple):
    """A record that is to be saved: what was ``given`` by column, what it holds ``after``, and what is wrong so far.

    Rules may fill up the first two. ``owner_id`` is the pupil or school, ``school_id`` the school where the pupil is.
    """

    workspace: Workspace
    owner_id: int
    school_id: int | None
    number: int | None
    given: dict[str, Any]
    after: dict[str, Any]
    problems: dict[str, str]

    def lacking(self, *names: str) -> dict[str, str]:
        return {name: IS_NEEDED for name in names if self.after[name] in (None, "")}


def _nothing_follows(_action: Action, _owner_id: int, *_records: Mapping[str, Any]) -> None:
    pass


def _no_looks(_workspace: Workspace, _owner_id: int) -> Sequence[str]:
    return ()


class RecordKind(NamedTuple, Generic[One]):
    """A kind of record: its table, what it is called, its fields, what reads one and all of an owner's, and its own rules.

    The rules give by field a sentence for all that is wrong. ``lead`` is the column that tells them apart in the history,
    and ``follow`` writes what else follows from a record, before and after, in the same action, and says it. ``looks`` says
    what wants a second look of the owner's records when one has been saved.
    """

    table: Table
    title: str
    fields: Fields
    one: Callable[[Connection, int], One | None]
    of_owner: Callable[[Connection, int], Sequence[One]]
    rules: Callable[[Case], dict[str, str]]
    lead: str = ""
    follow: Callable[..., Sequence[str] | None] = _nothing_follows
    owner: Owner = "pupil"
    looks: Callable[[Workspace, int], Sequence[str]] = _no_looks

    def judged(self, case: Case) -> dict[str, str]:
        """By field a sentence for all that is wrong: a day before the child's birth, and what the kind's own rules say."""
        page = pupil_store.page(case.workspace.read(), case.owner_id) if self.owner == "pupil" else None
        days = {
            name: case.given.get(field.column or name) for name, field in self.fields.items() if field.kind == "date"
        }
        impossible = {
            name: before_birth(page.date_of_birth)
            for name, day in days.items()
            if page and day and day < page.date_of_birth
        }
        return impossible | self.rules(case)

    def owner_of(self, row: One) -> int | None:
        found: int | None = COUNCIL if self.owner == "council" else row._asdict()[f"{self.owner}_id"]
        return found


def records(workspace: Workspace, kind: RecordKind[One], owner_id: int) -> Sequence[One]:
    """What is recorded of a pupil or school: the newest first, of funding the one that ends first."""
    return kind.of_owner(workspace.read(), owner_id)


def save(
    workspace: Workspace, kind: RecordKind[One], owner_id: int, number: int | None, fields: Mapping[str, object]
) -> Saved:
    """Save a new record (``number`` None) or changes to one; fields that are not given stay.

    Values are text as people type it, or values already read; empty text or None empties a field. A part-time timetable is
    at the pupil's own school unless it is said otherwise, and the pupil's record follows it in the same action. A placement
    from which the pupil is back has ended. First weeks are of today unless a day is given, and only one is kept for a day.
    Raises FieldProblems with a sentence for each field that is wrong, NotAllowed, and NoSuchRecord.
    """
    name, school_id = _owner(workspace, kind, owner_id)
    before = None if number is None else kind.one(workspace.read(), number)
    if number is not None and (before is None or kind.owner_of(before) != owner_id):
        raise NoSuchRecord(_GONE.format(_WHERE[kind.owner]))
    if before is None:
        fields = {field: value for field, value in fields.items() if as_text(value)}
    context = typed_in(workspace, about=kind, terms=workspace.calendars[""])
    given, problems = kind.fields.read(context, fields)
    old = {} if before is None else before._asdict()
    columns = [each.column or field for field, each in kind.fields.items()]
    after = {column: given.get(column, old.get(column)) for column in columns}
    after |= dict.fromkeys(field for field, problem in problems.items() if problem == IS_NEEDED)
    problems = kind.judged(Case(workspace, owner_id, school_id, number, given, after, problems))
    if problems:
        raise FieldProblems(problems)
    summary = " · ".join(filter(None, (str(after[kind.lead] or "") if kind.lead else "", name)))
    what = "recorded" if before is None else "changed"
    with workspace.change(f"{kind.title} {what}", summary) as action:
        if before is not None and kind.one(action.connection, before.id) != before:
            raise NotAllowed(_CHANGED_MEANWHILE.format(_WHERE[kind.owner]))
        whose = {} if kind.owner == "council" else {f"{kind.owner}_id": owner_id}
        number = action.save(kind.table, number, given, **whose)
        followed = kind.follow(action, owner_id, after, old) or ()
    said = " · ".join([action.recorded.summary, *followed, *kind.looks(workspace, owner_id)])
    action.recorded = action.recorded._replace(summary=said)
    return action.saved(number)


def take_out(workspace: Workspace, kind: RecordKind[One], number: int) -> Recorded:
    """Take out what was recorded by mistake; the history keeps it. Raises NotAllowed and NoSuchRecord."""
    row = require(kind.one(workspace.read(), number), _GONE.format(_WHERE[kind.owner]))
    owner_id = require(kind.owner_of(row), _GONE.format(_WHERE[kind.owner]))
    name = _owner(workspace, kind, owner_id)[0] or str(row._asdict()[kind.lead])
    with workspace.change(f"{kind.title} taken out", name) as action:
        if kind.one(action.connection, row.id) != row:
            raise NotAllowed(_CHANGED_MEANWHILE.format(_WHERE[kind.owner]))
        action.delete(kind.table, {"id": row.id})
        kind.follow(action, owner_id, row._asdict())
    return action.recorded


def _owner(workspace: Workspace, kind: RecordKind[Any], number: int) -> tuple[str, int | None]:
    """What the pupil or school is called, and at which school the pupil is."""
    if kind.owner == "council":
        return "", None
    if kind.owner == "school":
        return str(workspace.record("school", number)["name"]), number
    page = require(pupil_store.page(workspace.read(), number), f"There is no pupil with the number {number}.")
    return pupil_store.pupil_name(workspace.read(), number) or "", page.school_id
