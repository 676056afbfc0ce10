"""The links of a workshop or a plan: added, changed, copied to the clipboard; nothing here opens one."""

from collections.abc import Callable, Sequence
from functools import partial

from screens.frame.dialogs import Choice, Choose, ChooseRecord, confirm_removal
from screens.frame.host import Host
from screens.frame.record_form import RecordForm, fields_form, open_form, questions
from transitions.fields import typed_in
from transitions.workshops import links
from transitions.workshops.links import LINK_FIELDS, LinkRow
from transitions.workspace import Recorded

_NEW = 0
_COPY, _EDIT = "c", "e"


async def links_of(host: Host, read: Callable[[], Sequence[LinkRow]], **of: int) -> None:
    """The links that ``read`` gives, to add, copy, change or take one out; ``of`` says whose a new one is."""
    goes_on = True
    while goes_on:
        found = {one.id: one for one in read()}
        choices = [Choice(one.id, one.title, hint=one.address) for one in found.values()]
        choices.append(Choice(_NEW, "Add a link", key="a"))
        detail = "" if found else "None yet. Add a toolkit, booklet or form."
        number = await host.ask(dialog := ChooseRecord("Links", choices, list(found), detail=detail))
        if number is None:
            return
        if dialog.takes_out:
            take_out = partial(links.take_out_link, host.workspace, number)
            await confirm_removal(host, f"Take out “{found[number].title}”?", "The history keeps it.", take_out)
        elif number == _NEW:
            goes_on = await open_form(host, _form(host, None, of))
        else:
            goes_on = await _use(host, found[number], of)


async def _use(host: Host, one: LinkRow, of: dict[str, int]) -> bool:
    choices = [Choice(_COPY, "Copy the address", key=_COPY), Choice(_EDIT, "Edit", key=_EDIT)]
    what = await host.ask(Choose(one.title, choices, detail=one.address))
    if what == _COPY:
        host.copy_to_clipboard(one.address)
        host.say(f"Copied: {one.address}. Paste it into your browser.")
    elif what == _EDIT:
        return await open_form(host, _form(host, one, of))
    return what is None


def _form(host: Host, one: LinkRow | None, of: dict[str, int]) -> RecordForm:
    number = None if one is None else one.id

    def save(fields: dict[str, object]) -> Recorded:
        return links.save_link(host.workspace, number, fields, **of)

    return fields_form(
        "Add a link" if one is None else "Edit the link",
        questions(LINK_FIELDS, typed_in(host.workspace), tuple(LINK_FIELDS)),
        {} if one is None else LINK_FIELDS.stored(one),
        save,
        f"draft link {number or f'new of {of}'}",
        number,
        now=None,
    )
