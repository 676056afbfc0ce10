"""One young person's chronology: duties with their days, what was done, and who knew of it when.

It is what an ombudsman or a tribunal asks for, and holds names of others: somebody reads it before it leaves.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from db.impact import chronology as store
from db.journal import RowChange
from db.milestones import steps as step_store
from db.milestones.steps import StepRow
from db.pupils import pupils as pupil_store
from transitions.dates import long, short_with_year
from transitions.errors import NotAllowed, require
from transitions.exporting.documents.model import Document, Heading, Note, Paragraph, Part, Table
from transitions.exporting.documents.rendering import write_document
from transitions.pupils import history
from transitions.pupils.markers import CONTACTS, ensure_may_leave, hides
from transitions.school_year import age_on
from transitions.text import clean, how_many
from transitions.workspace import Workspace

_NOT_HERE = frozenset({"pupil", "pupil_milestone", store.FROZEN, store.IN_THE_JOURNAL})
"""Steps have their own table; the others are about the records, not about what happened."""
_EVERY_ACTION = 1_000_000
_BRIEF, _FEW = 80, 4
"""Characters, and how many, of what stands beside a day: enough to know which record it is of."""
_REVIEW = (
    "This holds what is recorded of one young person, with the names of others. Read it through before it leaves, and take out what is "
    "somebody else's."
)
_OF_STEPS = (
    "A duty is a step that the law, guidance or the council's own plan asks for by a day. Where nothing is recorded, it is not known "
    "whether it was done."
)


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
    parts = (
        Note(_REVIEW),
        Paragraph(
            f"{name}, born {long(page.date_of_birth)}, {age_on(page.date_of_birth, today)} years old on {long(today)}."
        ),
        Heading("Duties, their days, and what was done"),
        Paragraph(_OF_STEPS),
        *table(
            ("Due", "Duty", "What was done", "Recorded by"),
            [_duty(workspace, step, today) for step in steps],
            (3, 6, 6, 3),
        ),
        Heading("What happened, day by day", new_page=True),
        *table(("Day", "What"), list(_days(workspace, pupil_id)), (2, 9)),
        Heading("Who recorded what, and when", new_page=True),
        Paragraph(
            "The day of an entry is the day on which somebody wrote it down, and from which the team could know of it."
        ),
        *table(("When", "Who", "What"), list(entries(workspace, pupil_id)), (3, 3, 9)),
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
            "A chronology is all about one young person: say what it is for, such as the complaint's number."
        )
    document = chronology(workspace, pupil_id)
    said = ensure_may_leave(workspace, pupil_id, "chronology", override=override)
    name = "Wrote a chronology"
    return write_document(
        workspace, document, target, name, document.title, *said, purpose=purpose, overwrite=overwrite
    )


def table(header: tuple[str, ...], rows: Sequence[tuple[str, ...]], shares: tuple[int, ...]) -> Iterator[Part]:
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
        why = f": {step.reason}" if step.outcome == "missed" and step.reason else ""
        yield f"flagged missed on {_day(step.missed_on)}{why}"
    if step.done_on is not None and late_after is not None:
        days = (step.done_on - late_after).days
        when = f"{how_many(days, 'day')} late" if days > 0 else "in time"
        yield f"done on {_day(step.done_on)}, {when}"
    elif step.outcome in ("waived", "not applicable"):
        yield f"{step.outcome}: {step.reason}"
    elif step.outcome is None and late_after is not None:
        yield "nothing is recorded" if late_after < today else "not due yet"
    if step.evidence:
        yield f"evidence: {step.evidence}"


def _days(workspace: Workspace, pupil_id: int) -> Iterator[tuple[str, ...]]:
    """Every dated fact under each of its days, the oldest first."""
    words = history.Words(workspace)
    found: list[tuple[str, str]] = []
    hidden = {"contact", "plan_attendee"} if hides(workspace, pupil_id, CONTACTS) else set()
    held = store.of_pupil(workspace.read(), pupil_id, but=_NOT_HERE | hidden)
    for record in (one for one in held if one.days):
        told = words.row(RowChange(0, record.table, {"id": record.row.get("id")}, None, record.row))
        labels = {history.label(column): record.row[column] for column in record.days if record.row[column]}
        others = [
            field for field in told.fields if field.label not in labels and field.new and len(field.new) <= _BRIEF
        ]
        brief = "; ".join(f"{field.label}: {field.new}" for field in others[:_FEW])
        found += [(day, "\n".join(filter(None, (f"{told.what} · {said}", brief)))) for said, day in labels.items()]
    return ((_day(date.fromisoformat(day)), text) for day, text in sorted(found))


def entries(workspace: Workspace, pupil_id: int) -> Iterator[tuple[str, ...]]:
    for told in reversed(history.of_pupil(workspace, pupil_id, _EVERY_ACTION)):
        changes = [f"{row.what}: {_changed(row)}" for row in told.rows if row.fields]
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
