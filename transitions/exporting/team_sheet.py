"""The sheet for the team's meeting: who has how much, what has waited longest, what is missed; with room to write what is agreed."""

from collections.abc import Iterator
from pathlib import Path

from transitions.caseload import missed
from transitions.caseload.caseload import Caseload, of_whom
from transitions.dates import how_far, long, short
from transitions.exporting.documents.model import Document, Heading, Note, Paragraph, Part, Table
from transitions.exporting.documents.rendering import write_document
from transitions.pupils.markers import Markers, left_out
from transitions.school_year import academic_year, year_group_short
from transitions.team.load import against_last_week, loads
from transitions.workspace import Workspace

_OLDEST = 20


def write_sheet(workspace: Workspace, target: Path, purpose: str, *, overwrite: bool = False) -> Path:
    """Write it as what the file's name ends in. Raises as ``write_document``."""
    today = workspace.clock.today
    footer = " · ".join(filter(None, ("Team meeting", of_whom(workspace))))
    document = Document(f"Team meeting, {long(today)}", tuple(_parts(workspace)), footer, today)
    return write_document(workspace, document, target, "Exported team sheet", purpose=purpose, overwrite=overwrite)


def _parts(workspace: Workspace) -> Iterator[Part]:
    today, found = workspace.clock.today, loads(workspace)
    yield Heading("Who has how much")
    rows = tuple(
        (
            one.name,
            f"{one.pupils:,}",
            f"{one.overdue:,}",
            one.oldest_in_words(today) or "–",
            f"{one.missed:,}",
            f"{one.missed_before:,}",
        )
        for one in found
    )
    yield Table(
        ("Caseworker", "Pupils", "Overdue", "Oldest", "Missed", "Same pupils a week ago"), rows, (5, 2, 2, 4, 2, 3)
    )
    yield Paragraph(f"{against_last_week(found)}.")
    yield Heading("What has waited longest for a decision")
    yield from _oldest(workspace)


def _oldest(workspace: Workspace) -> Iterator[Part]:
    today, held_back = workspace.clock.today, Markers(workspace).held_back
    listed = missed.listing(workspace, Caseload(), missed=False, limit=_OLDEST)
    rows = tuple(
        (
            f"{row.surname}, {row.preferred_name or row.forename}", year_group_short(academic_year(today) - row.cohort_year),
            row.short, f"{short(row.due_on)}, {how_far(row.late_after, today)}", row.owner or "nobody", "",
        )
        for row in listed if row.pupil_id not in held_back
    )  # fmt: skip
    if rows:
        yield Table(("Pupil", "Year", "Step", "Due", "Caseworker", "Agreed"), rows, (5, 2, 5, 5, 4, 6))
    else:
        yield Note("Nothing is overdue.")
    said = left_out(len({row.pupil_id for row in listed if row.pupil_id in held_back}))
    if said:
        yield Note(f"{said}.")
