"""The year's dates as records: for a spreadsheet, for scripts, and as the list that the command line prints."""

from typing import Final

from transitions.calendar.event import Event
from transitions.exporting.columns import CALENDAR
from transitions.exporting.writer import Column
from transitions.exporting.year.sheet import kind_of
from transitions.school_year import year_group_short

__all__ = ["COLUMNS", "cells", "year_groups"]

COLUMNS: Final = tuple(Column(column.header, column.kind) for column in CALENDAR)


def cells(event: Event) -> tuple[object, ...]:
    """Give the cells of one event, one for each of ``COLUMNS``."""
    record = event.record
    return (
        event.first, event.last, kind_of(event), event.code, event.title,
        ", ".join(year_groups(event)), event.pupils, event.severity, event.source, event.verified,
        event.detail, record and record.starts, record and record.ends, record and record.place,
    )  # fmt: skip


def year_groups(event: Event) -> list[str]:
    """Give the year groups as every file writes them: N, R, 1 to 14, >14; none is everybody."""
    return list(dict.fromkeys(map(year_group_short, event.year_groups)))
