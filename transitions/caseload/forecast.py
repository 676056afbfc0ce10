"""How many young people turn 18 in each quarter, and of how many adults' services know: what is to be staffed and paid for."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from db.caseload.actions import ComingOfAge, born_between
from transitions.caseload.caseload import Caseload, selection
from transitions.dates import MONTHS
from transitions.school_year import add_months, birthday
from transitions.text import Share
from transitions.workspace import Workspace

_ADULT = 18


class Quarter(NamedTuple):
    """The young people who turn 18 in three months; ``referred`` are those with an EHC plan or open to social care."""

    quarter: str
    first_day: date
    turn_18: int
    ehc_plan: Share
    social_care: Share
    looked_after: Share
    care_leavers: Share
    referred: Share
    people: Sequence[ComingOfAge]


def known_to_services(one: ComingOfAge) -> bool:
    """Whether somebody has an EHC plan or is open to social care, so that adults' services are to be told."""
    return one.sen_provision == "E" or bool(one.social_care_now)


def turning_18(workspace: Workspace, caseload: Caseload, quarters: int) -> list[Quarter]:
    """This quarter and those after it, ``quarters`` in all."""
    today = workspace.clock.today
    start = date(today.year, today.month - (today.month - 1) % 3, 1)
    firsts = [add_months(start, 3 * number) for number in range(quarters + 1)]
    # a day more at each end: who is born on 29 February may turn 18 on 1 March
    born = (add_months(firsts[0], -12 * _ADULT) - timedelta(days=1), add_months(firsts[-1], -12 * _ADULT))
    people = born_between(workspace.read(), selection(workspace, caseload), *born)
    found = []
    for first, after in pairwise(firsts):
        turn = [one for one in people if first <= birthday(one.date_of_birth, _ADULT) < after]
        cared = [one.social_care_now or "" for one in turn]
        known = [one for one in turn if known_to_services(one)]
        found.append(
            Quarter(
                f"{MONTHS[first.month - 1][:3]} to {MONTHS[first.month + 1][:3]} {first.year}",
                first,
                len(turn),
                Share(sum(one.sen_provision == "E" for one in turn), len(turn)),
                Share(sum(map(bool, cared)), len(turn)),
                Share(sum("looked after" in care for care in cared), len(turn)),
                Share(sum("care leaver" in care for care in cared), len(turn)),
                Share(sum(one.referred for one in known), len(known)),
                turn,
            )
        )
    return found
