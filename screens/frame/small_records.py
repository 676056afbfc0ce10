"""The small records of a pupil or a school, listed in one box: to add one, to look at it and change it, or to take it out."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from screens.frame.dialogs import Choice, ChooseRecord, confirm_removal
from screens.frame.host import Host
from screens.frame.pickers import pupil_finder
from screens.frame.record_form import RecordForm, Values, fields_form, questions, saved_under
from screens.widgets.fields import FormField as Question
from transitions.errors import require
from transitions.fields import typed_in
from transitions.pupils.small_records import RecordKind, SmallRow, records, save, take_out
from transitions.workspace import Recorded, Workspace

_NOTHING: Values = {}


class Shown(NamedTuple):
    """How a kind of record is listed and asked for; the form of a new one is called as the choice that adds it.

    ``known`` has by field what is proposed while one types.
    """

    kind: RecordKind[Any]
    words: Callable[[Any], str]
    add: Choice[str]
    what: str
    known: Mapping[str, Callable[[Workspace], Sequence[str]]] = {}


async def small_records(host: Host, owner_id: int, title: str, detail: str, kinds: Mapping[str, Shown]) -> None:
    code: str | None = ""
    while code is not None:
        rows: dict[str, SmallRow] = {
            f"{name} {row.id}": row
            for name, shown in kinds.items()
            for row in records(host.workspace, shown.kind, owner_id)
        }
        choices = [Choice(code, kinds[code.partition(" ")[0]].words(row)) for code, row in rows.items()]
        added = [shown.add for shown in kinds.values()]
        # A long list has no keys but those that are typed, so that Enter adds.
        choices = [*added, *choices] if len(choices) > _SHORT else [*choices, *added]
        code = await host.ask(dialog := ChooseRecord(title, choices, rows, current=code, detail=detail))
        if code is None:
            return
        shown = kinds[code.partition(" ")[0]]
        if dialog.takes_out:
            await remove_record(host, shown, rows[code].id)
        else:
            number = await saved_under(host, record_form(host, owner_id, shown, rows.get(code)))
            code = None if number is None else f"{code.partition(' ')[0]} {number}"


async def remove_record(host: Host, shown: Shown, number: int) -> None:
    remove = partial(take_out, host.workspace, shown.kind, number)
    kept = "The history keeps what was recorded."
    await confirm_removal(host, f"Take out the {shown.what}: was it recorded by mistake?", kept, remove)


def record_form(
    host: Host, owner_id: int | None, shown: Shown, before: SmallRow | None, begin: Values = _NOTHING
) -> RecordForm:
    """Make the form of one; without an ``owner_id`` it asks first of which pupil. A new one begins with ``begin``."""
    kind, number = shown.kind, before.id if before else None

    def keep(fields: dict[str, object]) -> Recorded:
        whose = fields.pop(_WHOSE) if owner_id is None else owner_id
        return save(host.workspace, kind, int(str(whose)), number, fields)

    def stored(row: SmallRow) -> Values:
        found = kind.fields.stored(row)
        # what is proposed while one types is a value with its words
        known = [name for name, field in kind.fields.items() if field.kind == "known" and found[name]]
        return {**found, **{name: (found[name], found[name]) for name in known}}

    def now() -> Values:
        there = kind.one(host.workspace.read(), number or 0)
        return stored(require(there, f"It is no longer there. Check the {kind.owner} again."))

    asked = questions(
        kind.fields,
        typed_in(host.workspace, kind),
        [*kind.fields],
        {name: propose(host.workspace) for name, propose in shown.known.items()},
        {name: _LATE if field.kind == "known" else _UNCHECKED for name, field in kind.fields.items()},
    )
    return fields_form(
        shown.add.label if before is None else f"Edit: {shown.what}",
        asked if owner_id is not None else [_whose(host), *asked],
        begin if before is None else stored(before),
        keep,
        f"draft {shown.what} {number or f'new of {kind.owner} {owner_id}'}",
        number,
        now=None if before is None else now,
    )


def _whose(host: Host) -> Question:
    find = pupil_finder(host)
    return Question(
        name=_WHOSE, label="Pupil", kind="suggest", required=True, suggest=find, help="Type a part of the name"
    )


_WHOSE = "whose"
_SHORT = 15
_LATE: Mapping[str, object] = {"late": True}
_UNCHECKED: Mapping[str, object] = {"check": None, **_LATE}
"""Fields are judged when the form is saved, for the rules of one look at others."""
