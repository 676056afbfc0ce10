"""The support booklet: which services there are, what for, for whom and how to refer, and what each school is offered."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final

from db.impact import records as store
from db.impact.records import OfferRow, ServiceRow
from db.workshops import feeders as school_store
from transitions.dates import long
from transitions.exporting.documents.model import Document, Heading, Pairs, Paragraph, Part, Table
from transitions.exporting.documents.rendering import write_document
from transitions.impact.known import in_force
from transitions.impact.records import SERVICE_FIELDS
from transitions.text import capital
from transitions.workspace import Workspace

_TOLD: Final = ("what_for", "who", "phase", "thresholds", "how_to_refer", "contact", "key_times")
"""What a reader wants to know of a service, in this order."""


def booklet(workspace: Workspace) -> Document:
    today = workspace.clock.today
    running = [one for one in store.every(workspace.read(), ServiceRow) if one.ended_on is None or one.ended_on > today]
    parts = (
        Paragraph(f"Who helps schools and families with a move, on {long(today)}."),
        *(part for one in running for part in _service(one)),
        *(
            ()
            if running
            else (Paragraph("The directory is empty. Add services in Impact, or with: transitions service add"),)
        ),
        *_offers(workspace, today),
    )
    return Document("Support for transitions", parts, f"Support for transitions · {long(today)}", today)


def write_booklet(workspace: Workspace, target: Path, *, overwrite: bool = False) -> Path:
    """Write it as Word, HTML or text, by how the name ends; the journal notes it. Raises CannotWrite."""
    return write_document(workspace, booklet(workspace), target, "Wrote the support booklet", overwrite=overwrite)


def _service(one: ServiceRow) -> Iterator[Part]:
    yield Heading(one.name)
    said = one._asdict()
    pairs = tuple((SERVICE_FIELDS[name].label, said[name]) for name in _TOLD if said[name])
    if pairs:
        yield Pairs(pairs)


def _offers(workspace: Workspace, today: date) -> Iterator[Part]:
    schools = {one.id: one.name for one in school_store.open_schools(workspace.read(), None)}
    stand = {schools[number]: one for number, one in in_force(workspace, today).items() if number in schools}
    if stand:
        yield Heading("What each school is offered", new_page=True)
        yield Table(
            ("School", "Offer", "Navigator", "Days a week", "Healthy Schools"),
            tuple((name, *_offer(stand[name])) for name in sorted(stand)),
            (5, 3, 4, 2, 4),
        )


def _offer(one: OfferRow) -> tuple[str, ...]:
    days = "" if one.days_a_week is None else f"{one.days_a_week:g}"
    return tuple(
        text or "–" for text in (capital(one.tier or ""), one.navigator, days, capital(one.healthy_schools or ""))
    )
