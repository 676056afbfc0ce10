"""What is asked on a walk: another day, an action, a file, and words to chase somebody with."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path

from screens.frame.dialogs import Ask, Choice, Choose
from screens.frame.host import Host
from screens.frame.record_form import RecordForm, TypedDay, Values, open_form
from screens.frame.saving import TABLES, file_trouble, usual_folder
from screens.widgets.fields import FormField
from screens.widgets.path_box import path_of
from transitions.caseload import chasing
from transitions.caseload.chasing import Due
from transitions.plans import actions as plan_actions
from transitions.pupils.page import PupilView
from transitions.team import workers
from transitions.workspace import Recorded

ReadDay = Callable[[str], TypedDay]


async def ask_day(
    host: Host, title: str, about: str, read_day: ReadDay, save: Callable[[date], Awaitable[None]]
) -> None:
    """Ask for a day and save it; its long form is echoed as it is typed, and nothing but a day is taken."""

    def problem(text: str) -> str | None:
        try:
            read_day(text)
        except ValueError as error:
            return str(error)
        return None

    prompt = f"{about}. A date: 5/9, 5 sep, mon, +2w or end of term."
    await host.ask(
        Ask(
            title,
            prompt,
            problem=problem,
            echo=lambda text: read_day(text).echo,
            save=lambda text: save(read_day(text).value),
        )
    )


async def ask_action(host: Host, pupil_id: int, read_day: ReadDay) -> None:
    fields = [
        FormField(name="what", label="What will be done", required=True),
        FormField(name="owner", label="By whom", required=True, help="A person’s name, not an agency."),
        FormField(
            name="due_on", label="By when", check=read_day, help="5/9, 5 sep, mon, +2w or end of term.", width=24
        ),
    ]

    def save(values: Values, _changed: frozenset[str]) -> Recorded:
        what, owner, due_on = str(values["what"]), str(values["owner"]), values["due_on"]
        day = due_on if isinstance(due_on, date) else None
        return plan_actions.add_action(host.workspace, pupil_id, what=what, owner=owner, due_on=day)

    title = f"An action for {host.pupil_name(pupil_id)}"
    stored = {"owner": workers.me_name(host.workspace)}
    await open_form(host, RecordForm(title, fields, stored, save, f"draft action new of pupil {pupil_id}"))


async def ask_table(host: Host, title: str, name: str) -> Path | None:
    text = await host.ask(
        Ask(
            title,
            "A file that ends in .xlsx or .csv",
            str(usual_folder() / name),
            problem=lambda text: file_trouble(text, path_of(text), "actions.xlsx or actions.csv", TABLES),
        )
    )
    return None if text is None else path_of(text)


async def chase(host: Host, view: PupilView, due: Sequence[Due]) -> None:
    """Choose whom to ask, put a draft right, and copy it; it is sent by whoever sits here, or not at all."""
    workspace = host.workspace
    reached = chasing.whom_to_ring(workspace, view)
    drafts = [(one, write) for one in reached for write in (chasing.e_mail, chasing.call_note)]
    if not drafts:
        host.say("There is nobody to ask yet: nobody who may be contacted, and no school. enter opens the pupil.")
        return
    titles = {chasing.e_mail: "E-mail to", chasing.call_note: "Call to"}
    choices = [
        Choice(
            place,
            f"{titles[write]} {one.called}",
            hint=(one.telephone if write is chasing.call_note else one.email) or "",
        )
        for place, (one, write) in enumerate(drafts)
    ]
    place = await host.ask(Choose("Draft what?", choices, detail=host.pupil_name(view.page.id)))
    if place is None:
        return
    to, write = drafts[place]
    own = ", to send from your own e-mail" if write is chasing.e_mail else " for your notes of the call"
    prompt = f"Edit it as you like. Ctrl+S copies it{own}. Nothing is sent from here."
    text = write(workspace, view, to, due)
    save = partial(_copy, host, view.page.id)
    await host.ask(Ask(f"{titles[write]} {to.called}", prompt, text, multiline=True, save=save, does="copies"))


async def _copy(host: Host, pupil_id: int, text: str) -> None:
    from transitions.exporting.copying import copied

    found = await host.in_thread(
        lambda: copied(host.workspace, "a draft", ["Draft"], {0: [text]}, {0: pupil_id}, names_people=True)
    )
    host.copy_to_clipboard(found.text)
    host.say("Copied the draft. It has not been sent: paste it where you want it.")
