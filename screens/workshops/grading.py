"""Grading actions: one key for the grade, the same key list for the evidence, dropping one and taking it up again."""

from collections.abc import Sequence
from datetime import date

from screens.frame import privacy
from screens.frame.dialogs import Ask, Choice, Choose
from screens.frame.host import Host
from screens.frame.record_form import RecordForm, Values, open_form
from screens.frame.typed_days import day_gone_by
from screens.widgets.fields import Field
from screens.widgets.line import one_line
from transitions.workshops import actions
from transitions.workshops.actions import GRADE_WORDS
from transitions.workshops.page import WorkshopPage
from transitions.workspace import Recorded

_EVIDENCE, _DROP, _AGAIN = "e", "d", "r"


async def grade(host: Host, page: WorkshopPage, action_ids: Sequence[int]) -> bool:
    """Ask how far the actions have got, and record it; whether something was recorded."""
    rows = [row for row in (*page.carried, *page.actions) if row.id in action_ids]
    choices = [
        *(Choice(str(number), words, key=str(number)) for number, words in GRADE_WORDS.items()),
        Choice(_EVIDENCE, "With evidence, or on another day", key=_EVIDENCE),
        Choice(_DROP, "Drop it, with the reason", key=_DROP),
    ]
    if any(row.dropped_on for row in rows):
        choices = [Choice(_AGAIN, "Take it up again", key=_AGAIN)]
    what = one_line(rows[0].what) if len(rows) == 1 else f"{len(rows):,} actions"
    detail = privacy.note(what, hidden=host.private)
    current = str(rows[0].grade) if len(rows) == 1 and rows[0].grade else None
    key = await host.ask(Choose("How far has it got?", choices, detail=detail, current=current))
    if key is None:
        return False
    if key == _EVIDENCE:
        return await open_form(host, _form(host, page, action_ids))
    if key == _DROP:
        prompt = "It is carried to no further meeting, and the reason stays with it."
        reason = await host.ask(Ask("Why is it dropped?", prompt, problem=_reason_missing))
        if reason is None:
            return False
        recorded = actions.drop_action(host.workspace, action_ids, reason=reason)
    elif key == _AGAIN:
        recorded = actions.take_up_again(host.workspace, action_ids)
    else:
        recorded = actions.grade(host.workspace, action_ids, int(key), at=page.workshop.id)
    host.tell(recorded)
    return True


def _reason_missing(text: str) -> str | None:
    return None if text.strip() else "Say why: the meeting agreed that it would be done."


def _form(host: Host, page: WorkshopPage, action_ids: Sequence[int]) -> RecordForm:
    day = page.workshop.on_day if page.over else page.today
    fields = [
        Field(
            name="grade",
            label="Grade",
            kind="choice",
            required=True,
            choices=[(number, f"{number} {words}") for number, words in GRADE_WORDS.items()],
            help="1 fully achieved, 2 on track, 3 slipped, 4 not achieved",
        ),
        Field(name="evidence", label="Evidence", kind="long text", help="How one can tell; committees print it"),
        Field(
            name="on",
            label="Graded on",
            kind="date",
            required=True,
            check=day_gone_by(page.today, host.workspace.terms_for()),
            width=24,
            help="5/9, mon, -3d",
        ),
    ]
    rows = [row for row in (*page.carried, *page.actions) if row.id in action_ids]
    stored: dict[str, object] = {"on": day}
    if len(rows) == 1:
        stored |= {"grade": rows[0].grade, "evidence": rows[0].evidence}

    def save(values: Values, _changed: frozenset[str]) -> Recorded:
        day = values["on"] if isinstance(values["on"], date) else None
        evidence = str(values["evidence"] or "")
        return actions.grade(
            host.workspace, action_ids, int(str(values["grade"])), at=page.workshop.id, on=day, evidence=evidence
        )

    draft = f"draft grade {' '.join(map(str, action_ids))}"
    return RecordForm("How far has it got?", fields, stored, save, draft)
