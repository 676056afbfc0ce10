"""The plan of a cluster: one school and those from which its pupils come, for the moves of a year, on a page or two.

It counts and names no pupil, so that it can lie on the table of their meeting; it is for the schools concerned, not for publication.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Final

from db.impact import children as store
from db.impact.children import ClusterMover
from db.pupils import records as event_store
from db.vocabulary import SUSPENSIONS, TIERS
from db.workshops import workshops as workshop_store
from db.workshops.workshops import WorkshopActionRow
from transitions.calendar import events
from transitions.caseload import caseload as caseloads
from transitions.caseload.caseload import Caseload
from transitions.dates import long, short_with_year
from transitions.exporting.documents.model import Bullets, Document, Heading, Note, Paragraph, Part, Table
from transitions.exporting.documents.rendering import write_document
from transitions.pupils import lists
from transitions.pupils.events import EXCLUDED, within
from transitions.school_year import academic_year_label, academic_year_span
from transitions.text import Share, capital, how_many
from transitions.workshops import attendance
from transitions.workshops.actions import assessment, open_actions
from transitions.workspace import Workspace

_NO_TIER: Final = "not decided"
_DID: Final[Mapping[str, str]] = {"came": "came", "apologies": "apologies", "absent": "absent", "invited": "not marked"}


def cluster_plan(workspace: Workspace, school_id: int, year: int) -> Document:
    """The plan for those who move to a school at the end of an academic year. Raises NoSuchRecord."""
    school, today = str(lists.school(workspace, school_id)["name"]), workspace.clock.today
    found = store.movers(workspace.read(), school_id, year)
    feeders = list(dict.fromkeys(one.feeder_id for one in found))
    parts = (
        Note("For the schools of the cluster. It names no pupil, but its numbers are small: not for publication."),
        Paragraph(
            f"{capital(how_many(len(found), 'pupil'))} from {how_many(len(feeders), 'school')} are recorded as moving to {school} at the "
            f"end of {academic_year_label(year)}, as far as known on {long(today)}."
        ),
        Heading("Who moves"),
        *_who(found),
        Heading("Dates agreed"),
        *_dates(workspace, school_id, year),
        Heading("Meetings, and who came"),
        *_meetings(workspace, year, {one.feeder_id: one.feeder for one in found} | {school_id: school}),
        Heading("Actions that are open"),
        *_actions(workspace, year, [school_id, *feeders]),
        Heading(f"What happened to those who moved at the end of {academic_year_label(year - 1)}"),
        *_last_year(workspace, school_id, year - 1),
    )
    title = f"Cluster plan {academic_year_label(year)}: {school}"
    footer = " · ".join(filter(None, (title, long(today), caseloads.of_whom(workspace))))
    return Document(title, parts, footer, today)


def write_cluster_plan(
    workspace: Workspace, school_id: int, year: int, target: Path, *, purpose: str = "", overwrite: bool = False
) -> Path:
    """Write it as Word, HTML or text, by how the name ends; the journal notes it. Raises NoSuchRecord and CannotWrite."""
    document = cluster_plan(workspace, school_id, year)
    return write_document(workspace, document, target, "Wrote a cluster plan", purpose=purpose, overwrite=overwrite)


def _who(found: Sequence[ClusterMover]) -> Iterator[Part]:
    if not found:
        yield Paragraph("Nobody yet. Record next schools on the pupils' pages.")
        return
    rows = [_counts(feeder, list(of)) for feeder, of in groupby(found, key=lambda one: one.feeder)]
    header = ("From", "Pupils", *map(capital, (*TIERS, _NO_TIER)), "EHC plan", "Social care")
    yield Table(header, (*rows, _counts("Together", found)), (5, 3, 4, 4, 4, 4, 3, 3))


def _counts(name: str, found: Sequence[ClusterMover]) -> tuple[str, ...]:
    tiers = Counter(one.tier or _NO_TIER for one in found)
    plans = sum(one.sen_provision == "E" for one in found)
    care = sum(one.social_care_now is not None for one in found)
    return name, *map(str, (len(found), *(tiers[tier] for tier in (*TIERS, _NO_TIER)), plans, care))


def _dates(workspace: Workspace, school_id: int, year: int) -> Iterator[Part]:
    agreed = [one for one in events.events(workspace, year, school_id=school_id) if one.origin in ("date", "workshop")]
    yield from _list(f"{short_with_year(one.first)}: {one.title}" for one in agreed)


def _meetings(workspace: Workspace, year: int, schools: Mapping[int, str]) -> Iterator[Part]:
    """Each meeting to which more than one of the schools was invited, with what each did."""
    did: dict[tuple[int, str], list[str]] = {}
    for number, name in schools.items():
        for one in attendance.meetings_of(workspace, year, number):
            title = f"{short_with_year(one.on_day)}: {one.title}"
            did.setdefault((one.workshop_id, title), []).append(f"{name} {_DID[one.attendance]}")
    yield from _list(f"{title}: {', '.join(said)}" for (_, title), said in did.items() if len(said) > 1)


def _actions(workspace: Workspace, year: int, schools: Sequence[int]) -> Iterator[Part]:
    first, last = academic_year_span(year)
    found = [one for one in open_actions(workspace) if first <= one.agreed_on <= last]
    invited = workshop_store.schools_invited(workspace.read(), [one.workshop_id for one in found])
    mine = [one for one in found if invited.get(one.workshop_id, set()).intersection(schools)]
    yield from _list(map(_action, mine))


def _action(one: WorkshopActionRow) -> str:
    by = f"by {short_with_year(one.due_on)}" if one.due_on else ""
    return ", ".join(filter(None, (one.what, one.who, by, assessment(one.grade))))


def _last_year(workspace: Workspace, school_id: int, year: int) -> Iterator[Part]:
    found = store.movers(workspace.read(), school_id, year)
    if not found:
        yield Paragraph("Nobody is recorded as moving there then.")
        return
    first, last = academic_year_span(year + 1)
    ids = tuple(one.pupil_id for one in found)
    chosen = replace(caseloads.selection(workspace, Caseload()), pupil_ids=ids)
    dated = event_store.dated_among(workspace.read(), chosen)
    happened = {number: [one for one in rows if within(one, first, last)] for number, rows in dated.items()}

    def share(kinds: Sequence[str]) -> str:
        return Share(sum(any(one.kind in kinds for one in rows) for rows in happened.values()), len(ids), "pupils").text

    def day(name: str) -> str:
        return Share(sum(getattr(one, name) is not None for one in found), len(found), "pupils").text

    yield Bullets(
        (
            f"Handover sent: {day('sent_on')}",
            f"Handover read by the school: {day('acknowledged_on')}",
            f"Suspended since: {share(SUSPENSIONS)}",
            f"Permanently excluded since: {share((EXCLUDED,))}",
            f"On a part-time timetable since: {share(('part-time timetable',))}",
        )
    )


def _list(lines: Iterator[str]) -> Iterator[Part]:
    found = tuple(lines)
    yield Bullets(found) if found else Paragraph("None is recorded.")
