"""The small records of a pupil or a school, listed in one box: to add one, to look at it and change it, or to take it out."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from screens.frame.dialogs import Choice, ChooseRecord, confirm_removal
from screens.frame.host import Host
from screens.frame.record_form import RecordForm, Values, fields_form, open_form, questions
from transitions.errors import require
from transitions.fields import typed_in
from transitions.pupils.small_records import RecordKind, SmallRow, records, save, take_out
from transitions.workspace import Recorded, Workspace


class Shown(NamedTuple):
    """How a kind of record is listed and asked for; the form of a new one is called as the choice that adds it.

    ``known`` is what its fields of this kind propose.
    """

    kind: RecordKind[Any]
    words: Callable[[Any], str]
    add: Choice[str]
    what: str
    known: Callable[[Workspace], Sequence[str]] = lambda _: ()


async def small_records(host: Host, owner_id: int, title: str, detail: str, kinds: Mapping[str, Shown]) -> None:
    saved = True
    while saved:
        rows: dict[str, SmallRow] = {
            f"{name} {row.id}": row
            for name, shown in kinds.items()
            for row in records(host.workspace, shown.kind, owner_id)
        }
        choices = [Choice(code, kinds[code.partition(" ")[0]].words(row)) for code, row in rows.items()]
        choices += [shown.add for shown in kinds.values()]
        code = await host.ask(dialog := ChooseRecord(title, choices, rows, detail=detail))
        if code is None:
            return
        shown = kinds[code.partition(" ")[0]]
        if dialog.takes_out:
            remove = partial(take_out, host.workspace, shown.kind, rows[code].id)
            kept = "The history keeps what was recorded."
            await confirm_removal(host, f"Take {shown.what} out: was it recorded by mistake?", kept, remove)
        else:
            saved = await open_form(host, _form(host, owner_id, shown, rows.get(code)))


def _form(host: Host, owner_id: int, shown: Shown, before: SmallRow | None) -> RecordForm:
    kind, number = shown.kind, before.id if before else None

    def keep(fields: dict[str, object]) -> Recorded:
        return save(host.workspace, kind, owner_id, number, fields)

    def stored(row: SmallRow) -> Values:
        found = kind.fields.stored(row)
        # what is proposed while one types is a value with its words
        known = [name for name, field in kind.fields.items() if field.kind == "known" and found[name]]
        return {**found, **{name: (found[name], found[name]) for name in known}}

    def now() -> Values:
        there = (row for row in records(host.workspace, kind, owner_id) if row.id == number)
        return stored(require(next(there, None), f"It is no longer there: look at the {kind.owner} again."))

    known = dict.fromkeys(kind.fields, shown.known(host.workspace))
    return fields_form(
        shown.add.label if before is None else f"Edit: {shown.what}",
        questions(
            kind.fields,
            typed_in(host.workspace, kind),
            [*kind.fields],
            known,
            dict.fromkeys((name for name, field in kind.fields.items() if field.kind != "known"), _UNCHECKED),
        ),
        {} if before is None else stored(before),
        keep,
        f"draft {shown.what} {number or f'new of {kind.owner} {owner_id}'}",
        number,
        now=None if before is None else now,
    )


_UNCHECKED: Mapping[str, object] = {"check": None}
"""Fields are judged when the form is saved, for the rules of one look at others."""
