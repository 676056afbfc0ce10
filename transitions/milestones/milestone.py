"""A milestone: what must have happened for a kind of pupil, by when, and on whose word; and the set that holds them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, get_args

from transitions.milestones.facts import OCCASIONS, SINCE_WHEN
from transitions.school_year import year_of_cycle

if TYPE_CHECKING:
    # Loaded with the first milestone that is read: the first paint of a list needs none.
    from transitions.milestones.criteria import Criteria
    from transitions.milestones.date_rule_types import DateRule, Kind
from datetime import timedelta

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
    return today + timedelta(days=SOON_DAYS)


_OUTCOMES: dict[str, State] = {
    "met": "met",
    "late": "late",
    "missed": "missed",
    "waived": "waived",
    "not applicable": "not applicable",
}


Severity = Literal["statutory", "good practice", "local"]
SEVERITIES: Final[tuple[Severity, ...]] = get_args(Severity)
MetBy = Literal[
    "next school recorded",
    "plan opened",
    "plan agreed",
    "owner assigned",
    "handover sent",
    "handover acknowledged",
    "child protection file sent",
    "child protection receipt",
    "part-time timetable ended",
    "re-integration checked",
    "funding applied for",
    "place named in the EHC plan",
    "EHC decision made",
    "EHC plan made",
    "final EHC plan recorded",
]
MET_BY: Final[tuple[MetBy, ...]] = get_args(MetBy)
CLEARS_WHEN: Final[Mapping[MetBy, str]] = {
    "next school recorded": "the next school is recorded",
    "plan opened": "a plan is opened for the move",
    "plan agreed": "the plan is agreed",
    "owner assigned": "the pupil has a caseworker",
    "handover sent": "the handover is sent",
    "handover acknowledged": "the next school acknowledges the handover",
    "child protection file sent": "the child protection file is recorded as sent",
    "child protection receipt": "the receipt for the child protection file is recorded",
    "part-time timetable ended": "the end of the part-time timetable is recorded",
    "re-integration checked": "the check after the return is recorded",
    "funding applied for": "the new application for the funding is recorded",
    "place named in the EHC plan": "what the final EHC plan says about the next place is recorded",
    "EHC decision made": "the decision on the EHC assessment is recorded",
    "final EHC plan recorded": "the final EHC plan of a change of school is recorded",
    "EHC plan made": "the day on which the EHC plan started is recorded",
}
YEAR_AFTER: Final = " of the year after"

PLAN_REVIEW_STAYS: Final = (
    "a milestone cannot become the review of a plan, or cease to be it, because a review is recorded with its plan; "
    "add another milestone instead"
)


@dataclass(frozen=True)
class TransitionPoint:
    """A move that a plan prepares, in the words that screens show."""

    code: str
    title: str
    leaving: str
    joining: str
    sentence: str


@dataclass(frozen=True)
class CodedReason:
    """A reason for flagging or waiving, and the state that it leaves a pupil milestone in."""

    code: str
    words: str
    state: Literal["missed", "waived", "not applicable"]


class Earlier(NamedTuple):
    """What a milestone was: it holds for the moves of academic years up to and including ``through``."""

    through: int
    milestone: "Milestone"


class MilestoneVersion(NamedTuple):
    """A milestone as it holds for the moves from one academic year to another; None leaves that end open."""

    milestone: "Milestone"
    first: int | None
    last: int | None


@dataclass(frozen=True)
class Milestone:
    """One milestone; ``due`` is the date rule as it was written and ``rule`` the same, ready to be asked.

    A ``standing`` duty does not lapse: it is asked about even when it fell due before the pupil was first recorded here.
    ``grace_days`` (0 to 365) pass after the due date before it counts as overdue. ``verified`` is False where the law or
    the date was not checked against a source, and ``basis`` then says to check. ``valid_from`` and ``valid_to`` are the
    first and last due date that the milestone holds for; None leaves that end open. ``earlier`` is what it was for the
    moves of earlier academic years, the oldest first: it keeps one number, and last year's rule stays what it was.
    ``until`` says of a rule whose end is open why that may come: no day, and nothing is planned by it. One that is ``dormant`` is
    shipped switched off, until a council brings it back. ``done_with`` are the codes of other milestones that are done by the same meeting or letter, which is recorded once: those of
    the same cycle, or with ``YEAR_AFTER`` behind the code of the next.
    """

    code: str
    transition: str
    title: str
    short: str
    criteria: "Criteria"
    due: str
    rule: "DateRule"
    severity: Severity
    basis: str
    source: str
    verified: bool
    evidence: str
    why: str
    order: int
    met_by: MetBy | None = None
    done_with: tuple[str, ...] = ()
    grace_days: int = 0
    standing: bool = False
    valid_from: date | None = None
    valid_to: date | None = None
    until: str = ""
    dormant: bool = False
    earlier: tuple[Earlier, ...] = ()

    @cached_property
    def reads(self) -> frozenset[str]:
        """``rule.reads``, worked out once: a plan of a county asks millions of times."""
        return self.rule.reads

    @cached_property
    def follows(self) -> frozenset[str]:
        return self.rule.follows

    @cached_property
    def of_ehc_plan(self) -> bool:
        """Whether it is for those with an EHC plan alone, so that nothing of before the plan or after it is asked for."""
        return ("sen", ("E",)) in self.criteria.wants

    @cached_property
    def shown_by(self) -> tuple[tuple[str, int], ...]:
        """``done_with`` as codes, each with how many cycles later that one is."""
        return tuple((one.removesuffix(YEAR_AFTER), int(one.endswith(YEAR_AFTER))) for one in self.done_with)

    @cached_property
    def kind(self) -> "Kind":
        return self.rule.kind

    @cached_property
    def of_plan_review(self) -> bool:
        """Whether it is the review of a plan, which comes again and again: of the plans for its own transition point."""
        return self.kind == "once" and "plan_review_on" in self.reads

    @cached_property
    def recurs(self) -> bool:
        return self.rule.recurs

    @cached_property
    def asks_for_day(self) -> bool:
        """Whether it stands without a date when a day of the pupil is not known, and not for want of term dates."""
        return self.kind == "once" and (self.answered_by_plan or not self.reads.isdisjoint(SINCE_WHEN))

    @cached_property
    def answered_by_plan(self) -> bool:
        """Whether an EHC plan answers it: while the day of the plan is not known, it is not known whether that was in time."""
        return self.met_by in ("EHC decision made", "EHC plan made")

    @cached_property
    def of_occasion(self) -> str | None:
        """Which of OCCASIONS it counts from, and so comes again with each; None when it, or what it was, counts otherwise."""
        once = [version.milestone.reads for version in self.versions if version.milestone.rule.kind == "once"]
        counted = {next((what for what, (day, _) in OCCASIONS.items() if day in reads), None) for reads in once}
        return counted.pop() if len(counted) == 1 else None

    def holds_on(self, day: date) -> bool:
        return (self.valid_from is None or day >= self.valid_from) and (self.valid_to is None or day <= self.valid_to)

    @cached_property
    def versions(self) -> tuple[MilestoneVersion, ...]:
        """This and what it was before, the oldest first, without a gap between them."""
        firsts = (None, *(older.through + 1 for older in self.earlier))
        ranges = [*((older.milestone, older.through) for older in self.earlier), (replace(self, earlier=()), None)]
        return tuple(MilestoneVersion(one, first, last) for first, (one, last) in zip(firsts, ranges, strict=True))

    def of_cycle(self, cycle: int) -> "Milestone":
        year = year_of_cycle(cycle)
        return next((older.milestone for older in self.earlier if year <= older.through), self)

    def revised(self, new: "Milestone", first: int) -> "Milestone":
        """``new`` in place of this for the moves of academic year ``first`` and after; before, it stays what it was.

        Where only the wording differs there is nothing to keep. What was to hold from ``first`` or later is replaced.
        """
        since = self.versions[-1].first
        if (since is None or since <= first) and replace(new, earlier=()) == replace(self, earlier=(), **new.wording):
            return replace(new, earlier=self.earlier)
        older: list[Earlier] = []
        for version in self.versions:
            if version.first is not None and version.first >= first:
                break
            through = first - 1 if version.last is None else min(first - 1, version.last)
            older.append(Earlier(through, version.milestone))
        new = replace(new, earlier=())
        while older and replace(older[-1].milestone, **new.wording) == new:
            older.pop()
        return replace(new, earlier=tuple(older))

    @property
    def wording(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ("title", "short", "evidence", "why", "order")}

    def to_mapping(self) -> dict[str, object]:
        """The milestone as the keys of the file; JSON can hold it and ``definitions.from_mapping`` reads it back."""
        mapping: dict[str, object] = {
            "code": self.code,
            "transition": self.transition,
            "title": self.title,
            "short": self.short,
            "applies": self.criteria.to_mapping(),
            "due": self.due,
            "severity": self.severity,
            "basis": self.basis,
            "source": self.source,
            "verified": self.verified,
            "evidence": self.evidence,
            "why": self.why,
            "order": self.order,
            "met_by": self.met_by,
            "done_with": list(self.done_with),
            "grace_days": self.grace_days,
            "standing": self.standing,
            "until": self.until or None,
            "dormant": self.dormant,
            "valid_from": self.valid_from and self.valid_from.isoformat(),
            "valid_to": self.valid_to and self.valid_to.isoformat(),
        }
        if self.earlier:
            mapping["earlier"] = [{"through": older.through, **older.milestone.to_mapping()} for older in self.earlier]
        return mapping


@dataclass(frozen=True)
class MilestoneSet:
    """Milestones in the order of their transition points, with the reasons that staff choose from."""

    version: str
    transitions: Mapping[str, TransitionPoint]
    milestones: tuple[Milestone, ...]
    missed_reasons: tuple[CodedReason, ...]
    waived_reasons: tuple[CodedReason, ...]

    @cached_property
    def by_code(self) -> Mapping[str, Milestone]:
        return {milestone.code: milestone for milestone in self.milestones}
