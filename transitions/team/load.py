"""What a team lead asks on a Friday: who has how much, what has waited longest, and whether more is missed than a week ago."""

from collections import Counter
from datetime import date, timedelta
from typing import NamedTuple

from db.milestones.steps import MISSED, OVERDUE
from db.pupils import caseworkers as store
from db.pupils import pupils as pupil_store
from transitions.dates import how_far
from transitions.text import how_many
from transitions.workspace import Workspace

NOBODY = "Nobody"
_A_WEEK = timedelta(days=7)
_MISSED = "missed"


class Load(NamedTuple):
    """A caseworker's pupils, their overdue steps and since when the oldest is late, those missed now and a week ago."""

    worker_id: int | None
    name: str
    pupils: int
    overdue: int
    oldest: date | None
    missed: int
    missed_before: int

    def oldest_in_words(self, today: date) -> str:
        return "" if self.oldest is None else how_far(self.oldest, today)


def loads(workspace: Workspace) -> list[Load]:
    """Of everybody who has pupils, the most overdue first, and of those who have nobody; some scans, so call it in a worker."""
    connection, today = workspace.read(), workspace.clock.today
    overdue = {one.worker_id: one for one in store.steps(connection, OVERDUE, today)}
    missed = {one.worker_id: one.steps for one in store.steps(connection, MISSED, today)}
    since: Counter[int | None] = Counter()
    for one in store.decisions_since(connection, workspace.clock.now() - _A_WEEK):
        since[one.worker_id] += (one.after == _MISSED) - (one.before == _MISSED)
    names = {worker.id: worker.name for worker in pupil_store.worker_lines(connection)}
    found = []
    for worker_id, pupils in store.held(connection):
        waiting, now = overdue.get(worker_id), missed.get(worker_id, 0)
        name = NOBODY if worker_id is None else names[worker_id]
        steps, oldest = (waiting.steps, waiting.oldest) if waiting else (0, None)
        found.append(Load(worker_id, name, pupils, steps, oldest, now, max(0, now - since[worker_id])))
    return sorted(found, key=lambda one: (-one.overdue, one.name))


def against_last_week(found: list[Load]) -> str:
    """Whether more is missed than a week ago: "12 missed now, 9 a week ago: 3 more"."""
    now, before = sum(one.missed for one in found), sum(one.missed_before for one in found)
    change = "no change" if now == before else f"{abs(now - before):,} {'more' if now > before else 'fewer'}"
    return f"{now:,} missed now, {before:,} a week ago: {change}"


def what_moves(workspace: Workspace, worker_id: int) -> tuple[list[int], str]:
    """The pupils of a caseworker, and what goes with them, to be read before they are given to somebody else."""
    pupils = pupil_store.owned(workspace.read(), worker_id)
    mine = next((one for one in loads(workspace) if one.worker_id == worker_id), None)
    if mine is None:
        return pupils, ""
    oldest = mine.oldest_in_words(workspace.clock.today)
    said = [
        how_many(mine.overdue, "overdue step") + (f", {'the oldest ' * (mine.overdue > 1)}{oldest}" if oldest else ""),
        f"{mine.missed:,} missed",
    ]
    return pupils, f"Also moving: {' and '.join(said)}. Notes and plans stay the same."
