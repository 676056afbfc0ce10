"""One young person's chronology: duties with their days, what was done, and who knew of it when.

It is what an ombudsman or a tribunal asks for, and holds names of others: somebody reads it before it leaves.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from db.impact import chronology as store
from db.impact.chronology import HeldRecord
from db.journal import RowChange
from db.milestones import steps as step_store
from db.milestones.steps import StepRow
from db.pupils import pupils as pupil_store
from transitions.dates import long, short_with_year
from transitions.errors import NotAllowed, require
from transitions.exporting.documents.model import Document, Heading, Note, Paragraph, Part, Table
from transitions.exporting.documents.rendering import write_document
from transitions.pupils import history
from transitions.pupils.history import RowTold
from transitions.pupils.markers import ADDRESS, CONTACTS, ensure_may_leave, hides
from transitions.school_year import age_on
from transitions.text import clean, how_many
from transitions.workspace import Workspace

_NOT_HERE = frozenset({"pupil", "pupil_milestone", store.FROZEN, store.IN_THE_JOURNAL})
"""Steps have their own table; the others are about the records, not about what happened."""
_STORY = ("case_study", "story")
_NEVER = frozenset({_STORY, ("plan", "status"), ("plan_action", "status"), ("handover", "status")})
"""A status is today's and no past day's; a story that names nobody would be named here."""
_ON_ITS_DAY: Mapping[tuple[str, str], str] = {
    ("case_study", "agreed_by"): "agreed_on",
    ("child_protection_transfer", "receipt_by"): "receipt_on",
    ("ehc_plan", "ehc_decision"): "ehc_decided_on",
    ("ehc_plan", "ehc_end_reason"): "ehc_ended_on",
    ("handover", "acknowledged_by"): "acknowledged_on",
    ("handover", "fail_reason"): "failed_on",
    ("participation", "outcome"): "ended_on",
    ("placement", "check_result"): "checked_on",
    ("placement", "end_reason"): "ended_on",
    ("plan", "close_reason"): "closed_on",
    ("plan", "named_worker_id"): "named_worker_from",
    ("plan_action", "evidence"): "done_on",
    ("plan_meeting", "decisions"): "held_on",
    ("plan_meeting", "result"): "held_on",
    ("plan_outcome", "progress"): "progress_on",
    ("referral", "outcome"): "answered_on",
}
"""What came about on one of the days of a record, and was not so on those before."""
_OF_PLANS = frozenset({"transition", "version", "author_id"})
"""What tells plans apart; their answers may have been written on any day."""
ANOTHER_PERSON = frozenset({"contact", "plan_attendee"})
_EVERY_ACTION = 1_000_000
_BRIEF, _FEW = 80, 4
"""Characters, and how many, of what stands beside a day: enough to know which record it is of."""
_REVIEW = "This contains what is recorded about one young person, and names other people. Read it before you send it, and remove what is about somebody else."
SCHOOL = "[school left out]"
WITHOUT_SCHOOLS = "Left out: the names of schools, marked “do not disclose”. Check the free text for other clues to where the pupil is."
_OF_STEPS = "A duty is a step that the law, guidance or the council's own plan requires by a date. If nothing is recorded, it is not known whether it was done."


def chronology(workspace: Workspace, pupil_id: int) -> Document:
    """Raises NoSuchRecord."""
    page = require(pupil_store.page(workspace.read(), pupil_id), f"There is no pupil with the number {pupil_id}.")
    today = workspace.clock.today
    steps = [
        step
        for step in step_store.of_pupil(workspace.read(), pupil_id)
        if step.due_on and (step.due_on <= today or step.outcome)
    ]
    name = f"{page.preferred_name or page.forename} {page.surname}"
    happened, to_come = _days(workspace, pupil_id, today)
    clear = without_schools(workspace, pupil_id)

    def table(header: tuple[str, ...], rows: Sequence[tuple[str, ...]], shares: tuple[int, ...]) -> Iterator[Part]:
        return table_of(header, [tuple(map(clear, row)) for row in rows], shares)

    parts = (
        Note(_REVIEW),
        *((Note(WITHOUT_SCHOOLS),) if hides(workspace, pupil_id, ADDRESS) else ()),
        Paragraph(
            f"{name}, born {long(page.date_of_birth)}, {age_on(page.date_of_birth, today)} years old on {long(today)}."
        ),
        Heading("Duties, their dates, and what was done"),
        Paragraph(_OF_STEPS),
        *table(
            ("Due", "Duty", "What was done", "Recorded by"),
            [_duty(workspace, step, today) for step in steps],
            (3, 6, 6, 3),
        ),
        Heading("What happened, day by day", new_page=True),
        *table(("Day", "What"), happened, (2, 9)),
        *((Heading("Still to come"), *table(("Day", "What"), to_come, (2, 9))) if to_come else ()),
        Heading("Who recorded what, and when", new_page=True),
        Paragraph("The date of an entry is the date it was written down, when the team could first know about it."),
        *table(("When", "Who", "What"), list(entries(workspace, pupil_id, stories=False)), (3, 3, 9)),
    )
    return Document(f"Chronology: {name}", parts, f"Chronology, {long(today)} · confidential", today)


def write_chronology(
    workspace: Workspace,
    pupil_id: int,
    target: Path,
    *,
    purpose: str,
    override: str = "",
    overwrite: bool = False,
) -> Path:
    """Write it as Word, HTML or text, by how the name ends; the journal notes it.

    Raises NotAllowed without a purpose and when a marker holds it back, NoSuchRecord, and CannotWrite as ``put_in_place`` does.
    """
    if not clean(purpose):
        raise NotAllowed(
            "A chronology is all about one young person: say what it is for, such as the complaint number."
        )
    document = chronology(workspace, pupil_id)
    said = ensure_may_leave(workspace, pupil_id, "chronology", override=override)
    if hides(workspace, pupil_id, ADDRESS):
        said = [*said, "without the schools"]
    name = "Wrote a chronology"
    return write_document(
        workspace, document, target, name, document.title, *said, purpose=purpose, overwrite=overwrite
    )


def table_of(header: tuple[str, ...], rows: Sequence[tuple[str, ...]], shares: tuple[int, ...]) -> Iterator[Part]:
    if rows:
        yield Table(header, tuple(tuple(cell or "–" for cell in row) for row in rows), shares)
    else:
        yield Paragraph("Nothing is recorded.")


def _duty(workspace: Workspace, step: StepRow, today: date) -> tuple[str, ...]:
    milestone = workspace.milestones.get(step.milestone_id)
    basis = milestone.basis if milestone is not None else ""
    by = "the record itself" if step.from_record else step.recorded_by or ""
    return _day(step.due_on), f"{step.title}\n{step.severity}: {basis}", "\n".join(_done(step, today)), by


def _done(step: StepRow, today: date) -> Iterator[str]:
    late_after = step.late_after or step.due_on
    if step.missed_on is not None:
        why = f": {_reason(step)}" if step.outcome == "missed" and step.reason else ""
        yield f"flagged missed on {_day(step.missed_on)}{why}"
    if step.done_on is not None and late_after is not None:
        days = (step.done_on - late_after).days
        when = f"{how_many(days, 'day')} late" if days > 0 else "in time"
        yield f"done on {_day(step.done_on)}, {when}"
    elif step.outcome in ("waived", "not applicable"):
        yield ": ".join(filter(None, (step.outcome, _reason(step))))
    elif step.outcome is None and late_after is not None:
        yield "nothing is recorded" if late_after < today else "not due yet"
    if step.evidence:
        yield f"evidence: {step.evidence}"


def _reason(step: StepRow) -> str:
    return history.reasons_in_words().get(step.reason or "", step.reason or "")


def _days(workspace: Workspace, pupil_id: int, today: date) -> tuple[Sequence[tuple[str, ...]], ...]:
    """Every dated fact under each of its days, the oldest first: those until today, then those to come."""
    words = history.Words(workspace)
    held = store.of_pupil(workspace.read(), pupil_id, but=_NOT_HERE | hidden_tables(workspace, pupil_id))
    found = sorted(
        (date.fromisoformat(record.row[column]), _on_a_day(words, record, column))
        for record in held
        for column in record.days
        if record.row[column]
    )
    happened = [(_day(day), text) for day, text in found if day <= today]
    return happened, [(_day(day), text) for day, text in found if day > today]


def _on_a_day(words: history.Words, record: HeldRecord, column: str) -> str:
    """What a record says of one of its days: what came about on it first, and nothing that came later."""
    came, row = {}, {}
    for name, value in record.row.items():
        key = (record.table, name)
        if key in _ON_ITS_DAY and _ON_ITS_DAY[key] == column:
            came[name] = value
        elif record.table == "plan" and name not in _OF_PLANS:
            continue
        elif key not in _ON_ITS_DAY and key not in _NEVER and name not in record.days:
            row[name] = value
    told = words.row(RowChange(0, record.table, {"id": record.row.get("id")}, None, came | row))
    others = [field for field in told.fields if field.new and len(field.new) <= _BRIEF]
    held = column == "held_on" and record.row["happened"]
    said = "Held on" if held else history.label(column, record.table)
    brief = "; ".join(f"{field.label}: {field.new}" for field in others[:_FEW])
    return "\n".join(filter(None, (f"{told.what} · {said}", brief)))


def hidden_tables(workspace: Workspace, pupil_id: int) -> frozenset[str]:
    """Which records are left out of what is told of a pupil: those of the people around, where they are not to be disclosed."""
    return ANOTHER_PERSON if hides(workspace, pupil_id, CONTACTS) else frozenset()


def without_schools(workspace: Workspace, pupil_id: int) -> Callable[[str], str]:
    """What takes the names of schools out of a text, where a marker says not to tell where the pupil is; else it changes nothing."""
    names = store.school_names(workspace.read()) if hides(workspace, pupil_id, ADDRESS) else ()
    if not names:
        return str
    known = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)", re.IGNORECASE)
    return lambda text: known.sub(SCHOOL, text)


def entries(
    workspace: Workspace, pupil_id: int, *, stories: bool = True, shown: Callable[[RowTold], RowTold] = lambda row: row
) -> Iterator[tuple[str, ...]]:
    """What the journal says of a pupil, each record as it is to be ``shown``; without ``stories`` those of case studies are left out, which are to name nobody."""
    left_out = () if stories else ((history.called(_STORY[0]), history.label(_STORY[1], _STORY[0])),)
    hidden = {history.called(table) for table in hidden_tables(workspace, pupil_id)}
    for told in reversed(history.of_pupil(workspace, pupil_id, _EVERY_ACTION)):
        rows = [
            shown(row._replace(fields=tuple(one for one in row.fields if (row.what, one.label) not in left_out)))
            for row in told.rows
            if row.what not in hidden
        ]
        changes = [f"{row.what}: {_changed(row)}" for row in rows if row.fields]
        undone = " (taken back)" if told.entry.undone else ""
        at = told.entry.at.astimezone()
        yield (
            f"{_day(at.date())} {at:%H:%M}",
            told.entry.worker or "",
            "\n".join((f"{told.entry.name}{undone}", *changes)),
        )


def _changed(row: history.RowTold) -> str:
    fields = (f"{one.label} {_from_to(one)}" for one in row.fields)
    return f"{row.how}; {'; '.join(fields)}"


def _from_to(one: history.FieldTold) -> str:
    return one.new or "nothing" if one.old is None else f"{one.old} → {one.new or 'nothing'}"


def _day(day: date | None) -> str:
    return short_with_year(day) if day is not None else ""
