"""Grading actions: one key for the grade, the same key list for the evidence, dropping one and taking it up again."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

from screens.frame import privacy
from screens.frame.dialogs import Ask, Choice, Choose
from screens.frame.host import Host
from screens.frame.record_form import RecordForm, Values, open_form
from screens.frame.typed_days import day_gone_by
from screens.widgets.fields import Field
from screens.widgets.line import one_line
from transitions.errors import Fault
from transitions.workshops import actions
from transitions.workshops.actions import GRADE_WORDS
from transitions.workshops.page import WorkshopPage
from transitions.workspace import Recorded

Done = Callable[[], None]
_EVIDENCE, _DROP, _AGAIN = "e", "d", "r"


def grade(host: Host, page: WorkshopPage, action_ids: Sequence[int], done: Done) -> None:
    """Ask how far the actions have got, and record it; ``done`` is called when something was recorded."""
    rows = [row for row in (*page.carried, *page.actions) if row.id in action_ids]
    work = host.workspace
    at = page.workshop.id
    choices = [
        *(Choice(str(number), words, key=str(number)) for number, words in GRADE_WORDS.items()),
        Choice(_EVIDENCE, "With evidence, or on another day", key=_EVIDENCE),
        Choice(_DROP, "Drop it, with the reason", key=_DROP),
    ]
    if any(row.dropped_on for row in rows):
        choices = [Choice(_AGAIN, "Take it up again", key=_AGAIN)]

    def chosen(key: str | None) -> None:
        if key is None:
            return
        if key == _EVIDENCE:
            open_form(host, _form(host, page, action_ids), done)
        elif key == _DROP:
            _drop(host, action_ids, done)
        elif key == _AGAIN:
            _record(host, partial(actions.take_up_again, work, action_ids), done)
        else:
            _record(host, partial(actions.grade, work, action_ids, int(key), at=at), done)

    what = one_line(rows[0].what) if len(rows) == 1 else f"{len(rows):,} actions"
    detail = privacy.note(what, hidden=host.private)
    current = str(rows[0].grade) if len(rows) == 1 and rows[0].grade else None
    host.push_screen(Choose("How far has it got?", choices, detail=detail, current=current), chosen)


def _record(host: Host, work: Callable[[], Recorded], done: Done) -> None:
    try:
        recorded = work()
    except Fault as fault:
        host.say(fault.sentence, "error")
        return
    host.tell(recorded)
    done()


def _drop(host: Host, action_ids: Sequence[int], done: Done) -> None:
    def keep(reason: str | None) -> None:
        if reason is not None:
            _record(host, partial(actions.drop_action, host.workspace, action_ids, reason=reason), done)

    def problem(text: str) -> str | None:
        return None if text.strip() else "Say why: the meeting agreed that it would be done."

    prompt = "It is carried to no further meeting, and the reason stays with it."
    host.push_screen(Ask("Why is it dropped?", prompt, problem=problem), keep)


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
