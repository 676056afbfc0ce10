"""Who is in the register of a workshop: schools, agencies and people, put in, changed and taken out."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from db.journal import Action
from db.vocabulary import ATTENDANCES
from db.workshops import feeders as schools
from db.workshops import workshops as store
from db.workshops.workshops import InvitationRow, WorkshopRow
from transitions.dates import short_with_year
from transitions.errors import FieldProblems, NoSuchRecord, NotAllowed, require
from transitions.fields import Field, Fields, labelled, read_one_of, typed_in
from transitions.milestones.destinations import Taught
from transitions.pupils import school_groups
from transitions.pupils.schools import find_school
from transitions.school_year import academic_year, split_year_groups, year_groups_label
from transitions.text import how_many
from transitions.workshops.feeders import Link, links
from transitions.workshops.saving import called, editable_workshop
from transitions.workspace import Recorded, Workspace


@dataclass(frozen=True)
class Proposed:
    """A school to invite, why, and how many of the pupils that the workshop is about move to or from it."""

    school_id: int
    school: str
    reason: str
    movers: int = 0


def proposed(workspace: Workspace, workshop_id: int) -> list[Proposed]:
    """The schools to invite that are not yet, those with most movers first, each with the reason in words.

    They are the schools between which pupils of the workshop's year groups move (from and to the host, if there is one), as
    recorded; those that were invited to the last of the series; and, without a host or when neither gives any, the schools
    of the council that teach these year groups.
    """
    row = editable_workshop(workspace, workshop_id)
    connection = workspace.read()
    reasons = _Reasons(
        frozenset(
            number
            for number in (row.host_school_id, *(one.school_id for one in store.invitations(connection, workshop_id)))
            if number is not None
        )
    )
    _from_destinations(reasons, workspace, moves_about(workspace, row))
    _from_series(reasons, workspace, row)
    if row.host_school_id is None or not reasons.names:
        _from_year_groups(reasons, workspace, row)
    return reasons.in_order()


def of_group(workspace: Workspace, workshop_id: int, group_id: int) -> list[Proposed]:
    """The schools that belong to a group in the year of a workshop and are not invited to it yet."""
    row = editable_workshop(workspace, workshop_id)
    invited = {line.school_id for line in store.invitations(workspace.read(), workshop_id)}
    members = {one.school_id: one for one in school_groups.members(workspace, group_id, academic_year(row.on_day))}
    open_still = schools.not_archived(workspace.read(), sorted(members.keys() - invited))
    return [
        Proposed(one.school_id, one.school, f"belongs to {school_groups.called(one)}")
        for one in members.values()
        if one.school_id in open_still
    ]


def moves_about(workspace: Workspace, row: WorkshopRow) -> list[Link]:
    """The moves that a workshop is about: of its academic year and year groups, from and to its host if it has one.

    Its year groups are those that pupils leave; when nobody leaves them, those that they enter (a workshop on Year 7).
    """
    groups = split_year_groups(row.year_groups)
    return _moves(workspace, row, groups) or _moves(workspace, row, [group - 1 for group in groups])


def _moves(workspace: Workspace, row: WorkshopRow, leaving: Sequence[int]) -> list[Link]:
    year, host = academic_year(row.on_day), row.host_school_id
    if host is None:
        return links(workspace, year, year_groups=leaving)
    return [
        *links(workspace, year, year_groups=leaving, receiving_id=host),
        *links(workspace, year, year_groups=leaving, feeder_id=host),
    ]


@dataclass
class _Reasons:
    """What speaks for each school, by its number."""

    leave_out: frozenset[int]
    names: dict[int, str] = field(default_factory=dict)
    words: dict[int, list[str]] = field(default_factory=dict)
    movers: Counter[int] = field(default_factory=Counter)

    def add(self, school_id: int, school: str, reason: str, movers: int = 0) -> None:
        if school_id not in self.leave_out:
            self.names[school_id] = school
            self.words.setdefault(school_id, []).append(reason)
            self.movers[school_id] += movers

    def in_order(self) -> list[Proposed]:
        found = [
            Proposed(number, name, "; ".join(self.words[number]), self.movers[number])
            for number, name in self.names.items()
        ]
        return sorted(found, key=lambda one: (-one.movers, one.school, one.school_id))


def _from_destinations(reasons: _Reasons, workspace: Workspace, moves: Sequence[Link]) -> None:
    schools_here = set(
        schools.not_archived(workspace.read(), sorted({number for link in moves for number in link.schools}))
    )
    leaving: dict[int, list[Link]] = {}
    coming: dict[int, list[Link]] = {}
    for link in moves:
        leaving.setdefault(link.feeder_id, []).append(link)
        coming.setdefault(link.receiving_id, []).append(link)
    for number, found in leaving.items():
        if number in schools_here:
            to = found[0].receiving if len(found) == 1 else f"{len(found)} schools"
            reasons.add(number, found[0].feeder, f"{_pupils(found, 'goes', 'go')} to {to}", _school_number(found))
    for number, found in coming.items():
        if number in schools_here:
            origin = found[0].feeder if len(found) == 1 else f"{len(found)} schools"
            reasons.add(
                number, found[0].receiving, f"{_pupils(found, 'comes', 'come')} from {origin}", _school_number(found)
            )


def _from_series(reasons: _Reasons, workspace: Workspace, row: WorkshopRow) -> None:
    connection = workspace.read()
    earlier = [one for one in store.of_series(connection, row.series) if one.on_day < row.on_day]
    last = next((one for one in reversed(earlier) if one.status != "cancelled"), None)
    if last is None:
        return
    open_still = {one.school_id for one in store.invited_again(connection, last.id)}
    marks: dict[tuple[int, str], set[str]] = {}
    for line in store.invitations(connection, last.id):
        if line.school_id is not None and line.school is not None and line.school_id in open_still:
            marks.setdefault((line.school_id, line.school), set()).add(line.attendance)
    for (number, name), of_school in marks.items():
        last_time = next(last_time for mark, last_time in _LAST_TIME.items() if mark in of_school)
        reasons.add(number, name, f"{last_time}, on {short_with_year(last.on_day)}")


_LAST_TIME = {
    "came": "came last time",
    "apologies": "sent apologies last time",
    "absent": "did not come last time",
    "invited": "was invited last time",
}


def _from_year_groups(reasons: _Reasons, workspace: Workspace, row: WorkshopRow) -> None:
    groups = split_year_groups(row.year_groups)
    la_number = row.la_number or schools.council_of_most(workspace.read())
    for school in schools.open_schools(workspace.read(), la_number):
        if not groups:
            reasons.add(school.id, school.name, "is one of the schools here")
        elif school.low_age is not None and school.high_age is not None:
            ages = Taught.by_ages(school.low_age, school.high_age)
            taught = tuple(one for one in groups if ages.may_teach(one))
            if taught:
                reasons.add(school.id, school.name, f"teaches {year_groups_label(taught)}")


def _school_number(found: Iterable[Link]) -> int:
    return sum(link.pupils for link in found)


def _pupils(found: Iterable[Link], one: str, many: str) -> str:
    number = _school_number(found)
    return f"1 pupil {one}" if number == 1 else f"{number:,} pupils {many}"


DID_NOT_COME: Final = ("apologies", "absent")
NOTHING_OF_THE_DAY: Final[Mapping[str, Any]] = {"people": None, "before": None, "after": None}
"""What is kept only of somebody who may have come: how many people, and how confident they were."""


def line_of(workspace: Workspace, invitation_id: int) -> InvitationRow:
    return require(
        store.invitation(workspace.read(), invitation_id),
        "This register line is no longer there. Check the workshop again.",
    )


def invited_name(line: InvitationRow) -> str:
    of = line.school or line.agency
    return f"{line.name} ({of})" if line.name and of else line.name or of or ""


def of_lines(lines: Sequence[InvitationRow]) -> str:
    return invited_name(lines[0]) if len(lines) == 1 else f"{len(lines)} of those invited"


def check_day(workspace: Workspace, row: WorkshopRow, attendance: str) -> None:
    """Raise NotAllowed when somebody is said to have come, or not, to a workshop that is to come or was called off."""
    if row.status == "cancelled":
        raise NotAllowed("This workshop was called off. If it was held after all, bring it back first.")
    if attendance in ("came", "absent") and row.on_day > workspace.clock.today:
        raise NotAllowed(f"{short_with_year(row.on_day)} is in the future. Only apologies can be recorded before then.")


def one_workshop(lines: Sequence[InvitationRow]) -> int:
    if len({line.workshop_id for line in lines}) > 1:
        raise NotAllowed("These lines are from several workshops. Choose lines from one.")
    return lines[0].workshop_id


def mark_held(workspace: Workspace, action: Action, row: WorkshopRow, attendance: str) -> None:
    """Say, with the first mark on or after its day, that a planned workshop was held."""
    if attendance != "invited" and row.status == "planned" and row.on_day <= workspace.clock.today:
        action.update("workshop", {"id": row.id}, {"status": "held"})


_CONFIDENCE = "1 not at all to 5 very"
INVITATION_FIELDS: Final = Fields(
    Field("school", "School", "school", find=find_school, column="school_id"),
    Field("agency", "Agency"),
    Field("name", "Person"),
    Field(
        "attendance", "Came?", "choice", empty="invited", read=partial(read_one_of, ATTENDANCES),
        options=labelled(("came", "apologies", "absent")), shown=lambda mark: None if mark == "invited" else mark,
        help="Delete clears the mark",
    ),
    Field("people", "How many people", "number", limits=(0, 999)),
    Field("before", "Before", "number", limits=(1, 5), help=_CONFIDENCE),
    Field("after", "After", "number", limits=(1, 5), help=_CONFIDENCE),
    Field("note", "Note", "long text"),
    Field("accepted", "Accepted", "yes no", empty=False, help="Whether the invitation was accepted, which takes a place"),
)  # fmt: skip


def invite_schools(workspace: Workspace, workshop_id: int, school_ids: Sequence[int]) -> Recorded:
    """Put schools into the register; those that are there already are passed over.

    Raises NoSuchRecord for a school that is not there, NotAllowed for a workshop that is archived or was called off.
    """
    row = _open(workspace, workshop_id)
    chosen = list(dict.fromkeys(school_ids))
    if len(schools.not_archived(workspace.read(), chosen)) < len(chosen):
        raise NoSuchRecord("One of these schools is no longer here. Check the list again.")
    name, summary = "Schools invited", f"{how_many(len(chosen), 'school', 'schools')} to {called(row)}"
    with workspace.change(name, summary, plans=False) as action:
        there = {
            one.school_id
            for one in store.invitations(action.connection, workshop_id)
            if one.agency is None and one.name is None
        }
        for school_id in chosen:
            if school_id not in there:
                action.insert("workshop_invitation", {"workshop_id": workshop_id, "school_id": school_id})
    return action.recorded


def invite(
    workspace: Workspace,
    workshop_id: int,
    *,
    school: str | int | None = None,
    agency: str | None = None,
    name: str | None = None,
) -> Recorded:
    """Put a school, an agency or a person into the register; a person may belong to a school or an agency.

    Raises FieldProblems, NotAllowed when the same is invited already and as ``invite_schools``, and NoSuchRecord.
    """
    row = _open(workspace, workshop_id)
    values = INVITATION_FIELDS.checked(typed_in(workspace), {"school": school, "agency": agency, "name": name})
    _check_somebody(values)
    with workspace.change("Invited", called(row), plans=False) as action:
        _check_once(store.invitations(action.connection, workshop_id), values)
        action.insert("workshop_invitation", {"workshop_id": workshop_id, **values})
    return action.recorded


def save_invitation(workspace: Workspace, invitation_id: int, fields: Mapping[str, object]) -> Recorded:
    """Change a line of the register; fields that are not given stay. What a mark brings with it is as in ``attending.mark``.

    Raises FieldProblems, NotAllowed, NoSuchRecord.
    """
    before = line_of(workspace, invitation_id)
    row = _open(workspace, before.workshop_id)
    values = INVITATION_FIELDS.checked(typed_in(workspace), fields)
    after = {**before._asdict(), **values}
    _check_somebody(after)
    if after["attendance"] in DID_NOT_COME:
        values |= NOTHING_OF_THE_DAY
    marked = after["attendance"] != before.attendance
    if marked:
        check_day(workspace, row, after["attendance"])
    with workspace.change("Register changed", called(row), plans=False) as action:
        others = [one for one in store.invitations(action.connection, row.id) if one.id != invitation_id]
        _check_once(others, after)
        action.update("workshop_invitation", {"id": invitation_id}, values)
        if marked:
            mark_held(workspace, action, row, after["attendance"])
    return action.recorded


def take_out(workspace: Workspace, invitation_ids: Sequence[int]) -> Recorded:
    """Take lines out of the register. Raises NotAllowed for somebody who came, and NoSuchRecord."""
    lines = [line_of(workspace, number) for number in dict.fromkeys(invitation_ids)]
    if not lines:
        return Recorded("Taken out of the register", "nobody", 0)
    row = _open(workspace, one_workshop(lines))
    came = next((line for line in lines if line.attendance == "came"), None)
    if came is not None:
        raise NotAllowed(f"{invited_name(came)} came, so this stays. If that is wrong, clear the mark first.")
    with workspace.change("Taken out of the register", f"{called(row)} · {of_lines(lines)}", plans=False) as action:
        for line in lines:
            action.delete("workshop_invitation", {"id": line.id})
    return action.recorded


def _open(workspace: Workspace, workshop_id: int) -> WorkshopRow:
    row = editable_workshop(workspace, workshop_id)
    if row.status == "cancelled":
        raise NotAllowed("This workshop was called off. Bring it back first, if it will be held after all.")
    return row


def _check_somebody(values: Mapping[str, Any]) -> None:
    if not (values["school_id"] or values["agency"] or values["name"]):
        raise FieldProblems({"school": "Say who: a school, an agency or a person."})
    if values["school_id"] and values["agency"]:
        raise FieldProblems({"agency": "belongs to nobody from a school: leave one of the two empty"})


def _check_once(others: Iterable[InvitationRow], values: Mapping[str, Any]) -> None:
    whom = values["school_id"], values["agency"], values["name"]
    if any((one.school_id, one.agency, one.name) == whom for one in others):
        raise NotAllowed("This one is already in the register.")
