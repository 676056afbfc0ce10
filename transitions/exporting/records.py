"""The files of small records: the dated events of pupils, and the programmes in which pupils and schools take part."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from db import exports as store
from db.exports import ExportedPupil
from db.pupils import records as pupil_records
from db.pupils.records import DatedRow
from transitions.caseload import caseload as caseloads
from transitions.caseload.caseload import Caseload
from transitions.exporting.columns import EVENTS, PROGRAMMES
from transitions.exporting.files import Code, ExportTable, Options, described
from transitions.pupils.codes import EXCLUSION_REASONS
from transitions.pupils.events import suspensions
from transitions.school_year import academic_year, year_group_short
from transitions.workspace import Workspace

_OF_PUPIL: Final = ("upn", "surname", "forename", "preferred_name", "date_of_birth", "school")


def pupils_and_events(workspace: Workspace, caseload: Caseload) -> Iterator[tuple[ExportedPupil, Sequence[DatedRow]]]:
    """The pupils of a caseload with what is dated of each, from which their suspensions are counted."""
    selection = caseloads.selection(workspace, caseload)
    dated = pupil_records.dated_among(workspace.read(), selection)
    for row in store.pupils(workspace.read(), selection, caseload.sort):
        events = dated.get(row.page.id, ())
        counted = suspensions(events, row.page.suspensions, workspace.clock.today).number
        yield row._replace(page=row.page._replace(suspensions=counted)), events


def events_table(workspace: Workspace, caseload: Caseload, _options: Options) -> ExportTable:
    """One row for each placement or other event of the pupils of a caseload."""

    def rows(code: Code) -> Iterator[Sequence[object]]:
        for pupil, events in pupils_and_events(workspace, caseload):
            for event in events:
                who = _who(workspace, pupil, code)
                reason = EXCLUSION_REASONS.get(event.reason or "")
                yield _cells(EVENTS, {**event._asdict(), **who, "at_school": event.school, "reason_words": reason})

    return ExportTable("Dated events of pupils", described(workspace, caseload), rows)


def programmes_table(workspace: Workspace, caseload: Caseload, _options: Options) -> ExportTable:
    """One row for each time that a pupil of a caseload took part, then, when no more than a school narrows it, for schools."""
    everybody = replace(caseload, school_id=None, sort=caseloads.DEFAULT_SORT) == Caseload()

    def rows(code: Code) -> Iterator[Sequence[object]]:
        selection = caseloads.selection(workspace, caseload)
        taking_part = pupil_records.programmes_among(workspace.read(), selection)
        for pupil in store.pupils(workspace.read(), selection, caseload.sort):
            for row in taking_part.get(pupil.page.id, ()):
                yield _cells(PROGRAMMES, {**row._asdict(), **_who(workspace, pupil, code), "of": "pupil"})
        for row in pupil_records.programmes_of_schools(workspace.read()) if everybody else ():
            if caseload.school_id in (None, row.school_id):
                yield _cells(PROGRAMMES, {**row._asdict(), "of": "school"})

    return ExportTable("Interventions and programmes", described(workspace, caseload), rows)


def _who(workspace: Workspace, pupil: ExportedPupil, code: Code) -> dict[str, Any]:
    page = pupil.page
    group = year_group_short(academic_year(workspace.clock.today) - page.cohort_year)
    own = {name: getattr(page, name) for name in _OF_PUPIL}
    return {**own, "pseudonym": code(page.id, page.upn), "year_group": group}


def _cells(columns: Iterable[Any], values: dict[str, Any]) -> tuple[object, ...]:
    return tuple(values.get(column.header) for column in columns)
