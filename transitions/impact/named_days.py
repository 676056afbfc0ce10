"""On which days of a year a snapshot is made, and whether one is to be made now; asked at every start, so it loads next to nothing."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from db.impact import snapshots as store
from db.milestones.definitions import setting
from transitions.workspace import Workspace

SETTING: Final = "snapshot days"
DAYS: Final = ("01-01", "04-01", "09-01")
"""The days on which one is made unless the council has named others: each sees the last month of a term as a whole, and
everything that was due up to the day before, 31 March included."""
LATEST: Final = 14
"""For how many days after a named day its snapshot is still made, late."""
A_DAY: Final = timedelta(days=1)


def days(workspace: Workspace) -> Sequence[str]:
    """The named days as month and day, such as "04-01", in the order of the calendar year."""
    return tuple(setting(workspace.read(), SETTING) or DAYS)


def latest_named(workspace: Workspace) -> date:
    """The newest named day that has come."""
    today = workspace.clock.today
    found = (date.fromisoformat(f"{year}-{day}") for year in (today.year - 1, today.year) for day in days(workspace))
    return max(day for day in found if day <= today)


def due(workspace: Workspace) -> date | None:
    """The named day whose snapshot is to be made now, by the computer's own clock only; None when there is none.

    What was not there yet on that day is not frozen afterwards, and what is long past is no snapshot of that day any more.
    """
    if workspace.clock.pretended or workspace.database.read_only:
        return None
    day = latest_named(workspace)
    if (workspace.clock.today - day).days > LATEST:
        return None
    connection = workspace.read()
    newest, first = store.newest_day(connection, workspace.clock.today), store.first_recorded(connection)
    if (newest and newest >= day) or first is None or first >= day or workspace.clock_seems_wrong:
        return None
    return day
