"""Friendships as pairs: the pairs of a pupil, and the other pupil picked by name from the class or the next school."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from screens.frame.dialogs import Choice, Choose
from screens.frame.host import Host
from screens.frame.privacy import display_name, list_name
from screens.frame.record_form import RecordForm, Values, open_form
from screens.widgets.fields import Field, Option
from transitions.caseload.caseload import Caseload, first_rows
from transitions.handovers import friendships
from transitions.handovers.page import HandoverPage, load
from transitions.school_year import academic_year
from transitions.workspace import Recorded

_NEW = 0
_FOUND = 30
_BEFORE_SCHOOL = " · "
_NO_WORDS = "Only the pair is kept: nothing is written about another child."


async def friends_of(host: Host, handover_id: int) -> None:
    """List the pairs; choosing one changes it or takes it out, and the list comes back."""
    changed = True
    while changed:
        page = load(host.workspace, handover_id)
        other: int | None = _NEW
        if page.friends:
            choices = [
                Choice(
                    one.pupil_id,
                    display_name(one.preferred_name or one.forename, one.surname, hidden=host.private),
                    hint=one.kind,
                )
                for one in page.friends
            ]
            choices.append(Choice(_NEW, "Add a pair", key="a"))
            other = await host.ask(Choose("Friendships", choices, detail=_NO_WORDS))
        if other == _NEW:
            await _add(host, page)
            return
        changed = other is not None and await _change(host, page, other)


async def _change(host: Host, page: HandoverPage, other: int) -> bool:
    pupil_id = page.row.pupil_id
    choices = [Choice(kind, kind.capitalize(), key=kind.split()[1][0]) for kind in friendships.FRIENDSHIP_KINDS]
    choices.append(Choice("", "Take the pair out", key="x"))
    names = f"{host.pupil_name(pupil_id)} and {host.pupil_name(other)}"
    current = next((one.kind for one in page.friends if one.pupil_id == other), None)
    kind = await host.ask(Choose("How are they to be placed?", choices, current=current, detail=names))
    if kind is None:
        return False
    if kind:
        host.record(friendships.pair(host.workspace, pupil_id, other, kind))
    else:
        host.record(friendships.unpair(host.workspace, pupil_id, other))
    return True


async def _add(host: Host, page: HandoverPage) -> None:
    kinds = [(kind, kind.capitalize()) for kind in friendships.FRIENDSHIP_KINDS]
    fields = [
        Field(name="other", label="The other pupil", kind="suggest", required=True, suggest=_finder(host, page),
              help="A part of the name; Down lists the year group"),
        Field(name="kind", label="In the new school", kind="choice", choices=kinds, required=True),
    ]  # fmt: skip

    def save(values: Values, _changed: frozenset[str]) -> Recorded:
        other = values["other"]
        assert isinstance(other, int)  # noqa: S101 - the field is needed, and its options are pupils
        return friendships.pair(host.workspace, page.row.pupil_id, other, str(values["kind"]))

    stored: Values = {"kind": friendships.FRIENDSHIP_KINDS[0]}
    draft = f"draft friendship {page.row.pupil_id}"
    await open_form(host, RecordForm("Add a pair", fields, stored, save, draft, notice=_NO_WORDS))


def _finder(host: Host, page: HandoverPage) -> Callable[[str], Sequence[Option]]:
    """What finds pupils of the same year group: of the same school, then those who go to the same one next."""
    group = academic_year(page.today) - page.pupil.cohort_year
    everybody = Caseload(year_groups=(group,), sort="name")
    near = [replace(everybody, school_id=page.pupil.school_id)] if page.pupil.school_id else []
    near += [replace(everybody, next_school_id=page.pupil.next_school_id)] if page.pupil.next_school_id else []

    def find(typed: str) -> Sequence[Option]:
        letters = typed.partition(_BEFORE_SCHOOL)[0].replace(",", " ")
        found: dict[object, str] = {}
        for caseload in near or [everybody]:
            for row in first_rows(host.workspace, replace(caseload, text=letters), _FOUND):
                if row.id != page.row.pupil_id:
                    name = list_name(row.preferred_name or row.forename, row.surname, hidden=host.private)
                    found.setdefault(row.id, f"{name}{_BEFORE_SCHOOL}{row.school or 'no school'}")
        return list(found.items())

    return find
