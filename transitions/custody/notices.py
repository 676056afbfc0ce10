"""What a person ought to know of how the records were opened."""

from db import journal
from db.custody import sealing
from transitions.dates import short_with_year
from transitions.school_year import academic_year, academic_year_span
from transitions.workspace import Workspace


def notices(workspace: Workspace) -> list[str]:
    """What a person ought to know of how this file was opened, each in a sentence; mostly nothing."""
    connection, today, through = workspace.read(), workspace.clock.today, workspace.planned_through
    found = []
    if workspace.database.asked_read_only:
        found.append("Opened read-only, as you asked: nothing can be saved.")
    elif said := workspace.refusal("pupils"):
        found.append(said)
    elif school := workspace.own_school:
        found.append(f"You see the pupils who are at {school} or come to it. Every list and figure is of them alone.")
    elif workspace.database.read_only:
        found.append(
            "This file is read-only here, or its disk is full. Nothing can be saved, but you can back up to another place."
        )
    found += filter(None, [workspace.database.log_lost])
    if workspace.role != "SENCO" and not sealing.tail_stands(connection):  # of whose history is shown a part
        found.append(
            "Another program has altered the history in this file. Nothing was changed now. To see what was altered and which backup to go back to, run: transitions check"
        )
    if not workspace.clock.pretended and workspace.clock_seems_wrong:
        newest = journal.newest(connection)
        assert newest is not None  # noqa: S101 - else the clock cannot be told to be wrong
        found.append(
            f"This computer says today is {short_with_year(today)}, but the latest change in these records is from {short_with_year(newest)}. If the clock is wrong, correct it. No steps are planned by it until something is saved."
        )
    elif academic_year(today) > through:
        last = short_with_year(academic_year_span(through)[1])
        found.append(f"Steps are planned up to {last}. You don’t see anything later than that.")
    return found
