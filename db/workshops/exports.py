"""What the files of workshops read: one statement for all registers, so that every row is of one moment."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from db.driver import Connection
from db.rows import columns, decoder, marks
from db.workshops.workshops import OPEN_ACTION, InvitationRow


@dataclass(frozen=True)
class WorkshopSelection:
    """Which workshops: every part narrows, an empty one leaves all; archived ones are never among them.

    A school's are those that it holds and those to which it is invited. One without year groups is for all of them.
    """

    first: date = date.min
    last: date = date.max
    worker_id: int | None = None
    unowned: bool = False
    school_id: int | None = None
    transitions: tuple[str, ...] = ()
    year_groups: tuple[int, ...] = ()

    def where(self) -> tuple[str, dict[str, Any]]:
        parameters: dict[str, Any] = {"first": self.first, "last": self.last}
        parts = ["m.archived_at IS NULL", "m.on_day BETWEEN :first AND :last"]
        if self.unowned:
            parts.append("m.worker_id IS NULL")
        elif self.worker_id is not None:
            parts.append("m.worker_id = :worker")
            parameters["worker"] = self.worker_id
        if self.school_id is not None:
            invited = "SELECT workshop_id FROM workshop_invitation WHERE school_id = :school"
            parts.append(f"(m.host_school_id = :school OR m.id IN ({invited}))")
            parameters["school"] = self.school_id
        if self.transitions:
            parts.append(f"m.transition IN ({marks(parameters, 'transition', self.transitions)})")
        if self.year_groups:
            tests = ["m.year_groups = ''"]
            for place, group in enumerate(self.year_groups):
                tests.append(f"',' || m.year_groups || ',' LIKE :group{place}")
                parameters[f"group{place}"] = f"%,{group},%"
            parts.append(f"({' OR '.join(tests)})")
        return " AND ".join(parts), parameters


class ExportedWorkshop(NamedTuple):
    """One workshop as a file holds it; actions that were dropped are not counted."""

    id: int
    kind: str
    title: str
    series: str
    on_day: date
    last_day: date | None
    starts: str | None
    ends: str | None
    place: str | None
    link: str | None
    host_school: str | None
    host_school_urn: int | None
    worker: str | None
    transition: str | None
    year_groups: str
    audience: str | None
    programme: str | None
    module: str | None
    agenda: str | None
    notes: str | None
    status: str
    cancel_reason: str | None
    actions: int
    actions_open: int
    actions_achieved: int


class ExportedLine(NamedTuple):
    """One line of a register with the numbers of its school, or a workshop of which nobody is in the register."""

    workshop: ExportedWorkshop
    invitation: InvitationRow | None
    school_urn: int | None
    school_la: int | None
    school_establishment: int | None


_ACTIONS = "(SELECT count(*) FROM workshop_action a WHERE a.workshop_id = m.id AND {})"
_WORKSHOP = columns(
    ExportedWorkshop,
    "m",
    host_school="h.name",
    host_school_urn="h.urn",
    worker="w.name",
    actions=_ACTIONS.format("a.dropped_on IS NULL"),
    actions_open=_ACTIONS.format(OPEN_ACTION),
    actions_achieved=_ACTIONS.format("a.dropped_on IS NULL AND a.grade = 1"),
)
_INVITATION = columns(InvitationRow, "i", school="s.name", phase="s.phase")
_END_OF_WORKSHOP = len(ExportedWorkshop._fields)
_END_OF_LINE = _END_OF_WORKSHOP + len(InvitationRow._fields)


def lines(connection: Connection, selection: WorkshopSelection) -> Iterator[ExportedLine]:
    """The registers of the workshops in date order, each by school, agency and name."""
    where, parameters = selection.where()
    rows = connection.execute(
        f"SELECT {_WORKSHOP}, {_INVITATION}, s.urn, s.la_number, s.establishment_number FROM workshop m LEFT JOIN workshop_invitation i ON i.workshop_id = m.id "
        "LEFT JOIN school s ON s.id = i.school_id LEFT JOIN school h ON h.id = m.host_school_id "
        f"LEFT JOIN worker w ON w.id = m.worker_id WHERE {where} "
        "ORDER BY m.on_day, m.starts, m.id, s.name IS NULL, s.name, i.school_id, i.agency, i.name, i.id",
        parameters,
    )
    workshop = decoder(ExportedWorkshop)
    for row in rows:
        invitation = InvitationRow._make(row[_END_OF_WORKSHOP:_END_OF_LINE])
        yield ExportedLine(
            workshop(row[:_END_OF_WORKSHOP]), invitation if invitation.id is not None else None, *row[_END_OF_LINE:]
        )
