"""After the move: placements and returns, the first weeks as the new school tells them, and funding that ends."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from screens.frame.dialogs import Choice, Choose
from screens.frame.field_form import Leaving, fields_form, questions
from screens.frame.host import Host
from screens.frame.record_form import RecordForm, open_form
from screens.handovers.body_text import first_weeks_words, funding_words, placement_words
from transitions.fields import typed_in
from transitions.handovers import after_move as after
from transitions.handovers.after_move import Kind, Row
from transitions.workspace import Recorded


class _Shown(NamedTuple):
    """How a kind of record is listed and asked for."""

    kind: Kind[Any]
    words: Callable[[Any], str]
    add: Choice[str]
    title: str
    what: str


_SHOWN: Mapping[str, _Shown] = {
    "placement": _Shown(
        after.PLACEMENT,
        placement_words,
        Choice("placement 0", "Add a placement", "p", "alternative provision, nurture group, part-time"),
        "Add a placement",
        "placement",
    ),
    "weeks": _Shown(
        after.FIRST_WEEKS,
        first_weeks_words,
        Choice("weeks 0", "Add how the first weeks go", "w", "as the new school tells it"),
        "Add how the first weeks go",
        "how the first weeks go",
    ),
    "funding": _Shown(
        after.FUNDING, funding_words, Choice("funding 0", "Add funding that ends", "f"), "Add funding", "funding"
    ),
}


async def after_move(host: Host, pupil_id: int) -> None:
    """List what is recorded; choosing one opens its form, and the list comes back when it is saved."""
    saved = True
    while saved:
        rows = {
            f"{name} {row.id}": row
            for name, shown in _SHOWN.items()
            for row in after.records(host.workspace, shown.kind, pupil_id)
        }
        choices = [Choice(code, _SHOWN[code.partition(" ")[0]].words(row)) for code, row in rows.items()]
        choices += [shown.add for shown in _SHOWN.values()]
        code = await host.ask(Choose("After the move", choices, detail=host.pupil_name(pupil_id)))
        if code is None:
            return
        saved = await open_form(host, _form(host, pupil_id, _SHOWN[code.partition(" ")[0]], rows.get(code)))


def _form(host: Host, pupil_id: int, shown: _Shown, before: Row | None) -> RecordForm:
    kind, number = shown.kind, before.id if before else None

    def save(fields: dict[str, object]) -> Recorded:
        return after.save(host.workspace, kind, pupil_id, number, fields).recorded

    return fields_form(
        shown.title if before is None else f"Edit: {shown.what}",
        questions(kind.fields, typed_in(host.workspace), [*kind.fields], here=_CHECKED_WHEN_SAVED),
        {} if before is None else kind.fields.stored(before),
        save,
        f"draft {shown.what} {number or f'new of pupil {pupil_id}'}",
        number,
        leaving=Leaving(
            "recorded",
            "Is it so?",
            "No takes out what was recorded by mistake",
            lambda found: after.take_out(host.workspace, kind, found),
        ),
    )


_CHECKED_WHEN_SAVED: Mapping[str, Mapping[str, object]] = {
    name: {"check": None} for shown in _SHOWN.values() for name in shown.kind.fields
}
