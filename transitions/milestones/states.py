"""The states of a pupil milestone: what each is called, which comes first, and which one holds on a day."""

from datetime import date, timedelta
from typing import Literal, get_args

State = Literal["overdue", "missed", "due soon", "not due", "met", "late", "waived", "not applicable"]
STATES: tuple[State, ...] = get_args(State)
"""Most pressing first."""

SYMBOLS: dict[State, str] = {
    "overdue": "!",
    "missed": "x",
    "due soon": "~",
    "not due": ".",
    "met": "+",
    "late": "^",
    "waived": "-",
    "not applicable": "o",
}
OPEN_STATES: tuple[State, ...] = ("overdue", "due soon", "not due")
SOON_DAYS = 28
"""How many days before it is due a step counts as due soon."""


def state_of(outcome: str | None, due_on: date | None, late_after: date | None, today: date) -> State:
    """The state on ``today``.

    Past due with nothing recorded is *overdue*, which asks for a decision; only a person makes it *missed*. A step whose
    date is not known is *not due*.
    """
    if outcome is not None:
        return _OUTCOMES[outcome]
    if late_after is not None and late_after < today:
        return "overdue"
    if due_on is not None and due_on <= soon_until(today):
        return "due soon"
    return "not due"


def soon_until(today: date) -> date:
    """The last day that counts as soon."""
    return today + timedelta(days=SOON_DAYS)


_OUTCOMES: dict[str, State] = {
    "met": "met",
    "late": "late",
    "missed": "missed",
    "waived": "waived",
    "not applicable": "not applicable",
}
