"""Groups of schools: LIFT groups, districts, clusters and others, and which schools belong to them in which years."""

import re
from collections.abc import Mapping
from typing import Any, Final

from db.pupils import school_groups as store
from db.pupils.school_groups import GroupRow, MemberRow
from transitions.errors import FieldProblems, NoSuchRecord, NotAllowed, require
from transitions.fields import Field, Fields, Reading, read_text, typed_in
from transitions.school_year import academic_year, academic_year_label, parse_academic_year
from transitions.text import search_words, searchable
from transitions.workspace import Recorded, Saved, Workspace

__all__ = ["GroupRow", "MemberRow"]

GROUP_KINDS: Final = ("LIFT group", "district", "quadrant", "partnership", "cluster")
"""The kinds that councils' papers name; another word will do."""


def same_kind(kind: str) -> str:
    """What two ways of writing a kind have in common: "LIFT" and "LIFT groups" are one."""
    return re.sub(" groups?$", "", searchable(kind))


def read_kind(text: str) -> Reading:
    known = next((kind for kind in GROUP_KINDS if same_kind(kind) == same_kind(text)), None)
    if known is not None:
        return Reading(known)
    return Reading(
        read_text(text), f"{read_text(text)} is not one of {', '.join(GROUP_KINDS)}, so it is taken as your own kind"
    )


def _year(text: str) -> Reading:
    year = parse_academic_year(text)
    return Reading(year, echo=academic_year_label(year))


GROUP_FIELDS: Final = Fields(
    Field(
        "kind",
        "Kind",
        "known",
        needed=True,
        reader=lambda text, _: read_kind(text),
        help=f"{', '.join(GROUP_KINDS)}, or a word of your own",
    ),
    Field("name", "Group", "known", needed=True, help="What it is called, such as North"),
)
MEMBER_FIELDS: Final = Fields(
    *GROUP_FIELDS.values(),
    Field(
        "from_year", "From", kept=True, read=_year, shown=academic_year_label, width=16,
        help="The first academic year, such as 2026/27. Empty means this one",
    ),
    Field(
        "until_year", "Until", read=_year, shown=academic_year_label, width=16,
        help="The last academic year. Empty while it belongs",
    ),
)  # fmt: skip


def called(row: GroupRow | MemberRow) -> str:
    return f"{row.kind} {row.name}"


def years_in_words(row: MemberRow) -> str:
    """From when until when: "since 2024/25", "2024/25 to 2025/26"."""
    first = academic_year_label(row.from_year)
    if row.until_year is None:
        return f"since {first}"
    return first if row.until_year == row.from_year else f"{first} to {academic_year_label(row.until_year)}"


def groups(workspace: Workspace, year: int | None = None) -> list[GroupRow]:
    """Every group by kind and name, with how many schools belong to it in an academic year, this one if not given."""
    return store.groups(workspace.read(), academic_year(workspace.clock.today) if year is None else year)


def members(workspace: Workspace, group_id: int, year: int | None = None) -> list[MemberRow]:
    """The schools of a group in a year, or ever, by name."""
    return store.members(workspace.read(), group_id=group_id, year=year)


def of_school(workspace: Workspace, school_id: int) -> list[MemberRow]:
    return store.members(workspace.read(), school_id=school_id)


def schools_in(workspace: Workspace, group_id: int, year: int) -> frozenset[int]:
    return frozenset(row.school_id for row in members(workspace, group_id, year))


def group(workspace: Workspace, group_id: int) -> GroupRow:
    """One group. Raises ``NoSuchRecord``."""
    found = (one for one in groups(workspace) if one.id == group_id)
    return require(next(found, None), f"There is no group of schools with the number {group_id}.")


def find_group(workspace: Workspace, text: str) -> int:
    """The group that a number such as #3, or words of its kind and name, name. Raises ``NoSuchRecord`` with those that there are."""
    numbered = re.fullmatch(r"#?([0-9]{1,9})", text.strip())
    if numbered:
        return group(workspace, int(numbered[1])).id
    words, known = search_words(text), groups(workspace)
    same = [one for one in known if searchable(text) in (searchable(one.name), searchable(called(one)))]
    found = same or [one for one in known if words and all(word in searchable(called(one)) for word in words)]
    if len(found) == 1:
        return found[0].id
    there_are = "; ".join(f"#{one.id} {called(one)}" for one in found or known) or "none yet"
    raise NoSuchRecord(f'No single group of schools matches "{text}". There are: {there_are}')


def save_member(workspace: Workspace, school_id: int, member_id: int | None, fields: Mapping[str, object]) -> Saved:
    """Save that a school belongs to a group (None), or changes to that; a group that is not there yet is made.

    Raises FieldProblems, also when the school belongs to the group in some of these years already, and NoSuchRecord.
    """
    school = workspace.record("school", school_id)["name"]
    others = of_school(workspace, school_id)
    old = None if member_id is None else _one_of(others, member_id)
    new: dict[str, Any] = {"from_year": academic_year(workspace.clock.today)} if old is None else {}
    values = MEMBER_FIELDS.checked(typed_in(workspace), {**new, **fields}, new=old is None)
    after: dict[str, Any] = {"until_year": None, **(old._asdict() if old else {}), **values}
    _check_years(after, [one for one in others if one.id != member_id])
    belongs = {name: after[name] for name in ("from_year", "until_year")}
    summary = f"{school} · {after['kind']} {after['name']}"
    with workspace.change("School in a group" if old is None else "Group changed", summary, plans=False) as action:
        known = (one for one in store.groups(action.connection, 0) if _same(one, after))
        found = next(known, None)
        spelled = {name: after[name] for name in GROUP_FIELDS}
        belongs["group_id"] = action.insert("school_group", spelled) if found is None else found.id
        number = action.save("school_group_member", member_id, belongs, school_id=school_id)
    return action.saved(number)


def take_out_member(workspace: Workspace, school_id: int, member_id: int) -> Recorded:
    """Take out that a school belongs to a group, as if it never had; one that leaves has a last year. Raises NoSuchRecord."""
    row = _one_of(of_school(workspace, school_id), member_id)
    with workspace.change("School taken out of a group", f"{row.school} · {called(row)}", plans=False) as action:
        action.delete("school_group_member", {"id": member_id})
    return action.recorded


def save_group(workspace: Workspace, group_id: int, fields: Mapping[str, object]) -> Recorded:
    """Give a group another name or kind. Raises FieldProblems, NoSuchRecord, and NotAllowed when there is one of that name."""
    row = group(workspace, group_id)
    values = GROUP_FIELDS.checked(typed_in(workspace), fields)
    after = {**row._asdict(), **values}
    if any(_same(one, after) for one in groups(workspace) if one.id != group_id):
        raise NotAllowed(f"There is a {after['kind']} {after['name']} already.")
    with workspace.change("Group of schools changed", called(row), plans=False) as action:
        action.update("school_group", {"id": group_id}, values)
    return action.recorded


def take_out_group(workspace: Workspace, group_id: int) -> Recorded:
    """Take out a group with all that says who belongs to it; the schools stay. Raises NoSuchRecord."""
    row = group(workspace, group_id)
    with workspace.change("Group of schools taken out", called(row), plans=False) as action:
        for member in store.members(action.connection, group_id=group_id):
            action.delete("school_group_member", {"id": member.id})
        action.delete("school_group", {"id": group_id})
    return action.recorded


def _one_of(rows: list[MemberRow], member_id: int) -> MemberRow:
    gone = "The school no longer has this group. Check the school again."
    return require(next((row for row in rows if row.id == member_id), None), gone)


def _same(row: GroupRow | MemberRow, values: Mapping[str, Any]) -> bool:
    return (same_kind(row.kind), searchable(row.name)) == (same_kind(values["kind"]), searchable(values["name"]))


def _check_years(after: Mapping[str, Any], others: list[MemberRow]) -> None:
    first, last = after["from_year"], after["until_year"]
    if last is not None and last < first:
        raise FieldProblems({"until_year": f"is before {academic_year_label(first)}, the first year"})
    for one in others:
        if _same(one, after) and (last is None or one.from_year <= last) and (one.until_year or first) >= first:
            raise FieldProblems(
                {
                    "from_year": f"this school already belongs to the group, {years_in_words(one)}. Change that record instead"
                }
            )
