"""Groups of schools: those to which one school belongs."""

from collections.abc import Mapping
from functools import partial

from screens.frame.dialogs import Choice, ChooseRecord, confirm_removal
from screens.frame.host import Host
from screens.frame.record_form import RecordForm, fields_form, open_form, questions
from transitions.fields import typed_in
from transitions.pupils import lists, school_groups
from transitions.workspace import Recorded

_NEW = 0


async def groups_of(host: Host, school_id: int) -> None:
    """The groups to which a school belongs, to add, change or take one out."""
    name, saved = lists.school(host.workspace, school_id)["name"], True
    while saved:
        found = school_groups.of_school(host.workspace, school_id)
        choices = [Choice(one.id, school_groups.called(one), hint=school_groups.years_in_words(one)) for one in found]
        choices.append(Choice(_NEW, "Put it into a group", key="a"))
        detail = "" if found else "None yet: its LIFT group, district, quadrant, partnership or cluster."
        dialog = ChooseRecord(f"Groups of {name}", choices, [one.id for one in found], detail=detail)
        number = await host.ask(dialog)
        if number is not None and dialog.takes_out:
            kept = "For one that was entered by mistake. A school that leaves a group has a last year: change that."
            take_out = partial(school_groups.take_out_member, host.workspace, school_id, number)
            await confirm_removal(host, f"Take {name} out of this group?", kept, take_out)
        else:
            saved = number is not None and await open_form(host, _member_form(host, school_id, number or None))


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
