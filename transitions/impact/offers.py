"""What schools are offered on a day, put together from the records of it."""

from datetime import date

from db.impact import records as store
from db.impact.records import OfferRow
from transitions.workspace import Workspace


def in_force(workspace: Workspace, day: date) -> dict[int, OfferRow]:
    """By school the tier, the Navigator and the Healthy Schools status, each by the newest record that says it."""
    found: dict[int, OfferRow] = {}
    for row in store.every(workspace.read(), OfferRow):  # the newest first
        if row.started_on > day or (row.ended_on is not None and row.ended_on < day):
            continue
        newer = found.get(row.school_id, row)
        visits = newer if newer.navigator or newer.days_a_week is not None else row
        found[row.school_id] = newer._replace(
            tier=newer.tier or row.tier,
            navigator=visits.navigator,
            days_a_week=visits.days_a_week,
            healthy_schools=newer.healthy_schools or row.healthy_schools,
        )
    return found
