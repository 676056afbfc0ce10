"""Questions of a few fields, asked over the screen that needs the answer."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from screens.frame.dialogs import Ask
from screens.frame.host import Host
from screens.frame.record_form import RecordForm, Values, open_form
from screens.frame.saving import usual_folder
from screens.frame.typed_days import TypedDay
from screens.widgets.fields import Field
from screens.widgets.path_box import path_of
from transitions.plans import actions
from transitions.team import lookups
from transitions.workspace import Recorded

ReadDay = Callable[[str], TypedDay]


async def ask_day(host: Host, title: str, about: str, read: ReadDay) -> date | None:
    """Ask for a day; its long form is echoed as it is typed, and nothing but a day is taken."""

    def problem(text: str) -> str | None:
        try:
            read(text)
        except ValueError as error:
            return str(error)
        return None

    prompt = f"{about}. A day: 5/9, 5 sep, mon, +2w or end of term."
    text = await host.ask(Ask(title, prompt, problem=problem, echo=lambda text: read(text).echo))
    return None if text is None else read(text).value


async def ask_action(host: Host, pupil_id: int, read: ReadDay) -> None:
    """Ask what will be done for a pupil, by whom and by when, and keep it; the worker at the keyboard is proposed."""
    fields = [
        Field(name="what", label="What will be done", required=True),
        Field(name="owner", label="By whom", required=True, help="A person’s name, not an agency."),
        Field(name="due_on", label="By when", check=read, help="5/9, 5 sep, mon, +2w or end of term.", width=24),
    ]

    def save(values: Values, _changed: frozenset[str]) -> Recorded:
        what, owner, due_on = str(values["what"]), str(values["owner"]), values["due_on"]
        day = due_on if isinstance(due_on, date) else None
        return actions.add_action(host.workspace, pupil_id, what=what, owner=owner, due_on=day)

    title = f"An action for {host.pupil_name(pupil_id)}"
    stored = {"owner": lookups.me_name(host.workspace)}
    await open_form(host, RecordForm(title, fields, stored, save, f"draft action {pupil_id}"))


async def ask_table(host: Host, title: str, name: str) -> Path | None:
    """Ask where a table is to be saved; ``name`` in Documents, or else in the own folder, is proposed."""

    def problem(text: str) -> str | None:
        return None if text.strip() else "Name the file, such as actions.xlsx or actions.csv."

    text = await host.ask(Ask(title, "A file that ends in .xlsx or .csv", str(usual_folder() / name), problem=problem))
    return None if text is None else path_of(text)
