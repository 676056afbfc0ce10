"""What came back of the surveys, counted: every count with its base, and never a mean alone.

Nothing is suppressed here: this is for use inside the team. Counts of 1 to 4 are suppressed in published reports.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from types import MappingProxyType
from typing import Final, NamedTuple

from db.plans import quality as store
from db.plans.quality import AskedRow, ResponseRow
from db.vocabulary import RESPONDENTS, SURVEY_MOMENTS
from transitions.plans.surveys import ANSWERS, OVERALL, WORRY, load_survey
from transitions.school_year import add_months
from transitions.text import percent, share
from transitions.workspace import Workspace

__all__ = ["ResponseRow"]

NOT_SUPPRESSED: Final = "For use inside the team: small numbers are shown. Published reports suppress counts of 1 to 4."
"""To be printed beside these counts."""


@dataclass(frozen=True)
class AnswerCounts:
    """How often each answer was given to one question; ``counts`` has every possible answer, most agreeing first."""

    code: str
    words: str
    moment: str
    respondent: str
    counts: Mapping[int | str, int]

    @property
    def base(self) -> int:
        """How many people answered this question, those who were not sure among them."""
        return sum(self.counts.values())


@dataclass(frozen=True)
class Rate:
    """``answered`` of ``asked``: of the surveys handed out in the period those that have come back, then or later.

    Of what came back in the period ``beyond`` answers none that was recorded as handed out, and ``earlier`` one of other days.
    Of an anonymous response nobody can tell whose it is: it counts for the survey of the same move, moment and respondent that
    was handed out last by the end of its month, out of those without an answer.
    """

    moment: str
    respondent: str
    asked: int
    answered: int
    beyond: int
    earlier: int = 0

    @property
    def percent(self) -> int | None:
        """The rate in whole percent, rounded half up; None when nobody was asked."""
        return percent(self.answered, self.asked)

    @property
    def text(self) -> str:
        """In words: "12 of 40 (30%); 2 more came back that were not recorded as handed out"."""
        found = share(self.answered, self.asked) if self.asked else "none handed out"
        if not self.asked and self.beyond:
            found = f"{self.beyond:,} returned, none recorded as handed out"
        elif self.beyond:
            were = "was" if self.beyond == 1 else "were"
            found += f"; {self.beyond:,} more came back that {were} not recorded as handed out"
        if self.earlier:
            more, were = "more " if self.asked else "", "was" if self.earlier == 1 else "were"
            found += f"; {self.earlier:,} {more}came back that {were} handed out on other days"
        return found


@dataclass(frozen=True)
class WorryChange:
    """How worry changed from before the move to after it, for people whose two answers can be brought together.

    ``lower``, ``same`` and ``higher`` add up to ``pairs``; ``median`` is the median of after minus before, -10 to 10, None
    without pairs. ``before`` and ``after`` are how many of the period's responses say how worried the person is, paired or
    not.
    """

    respondent: str
    pairs: int
    lower: int
    same: int
    higher: int
    median: float | None
    before: int
    after: int

    @property
    def text(self) -> str:
        if self.median is None:
            return f"No answers before and after can be matched ({self.before} before, {self.after} after)."
        return (
            f"Of {self.pairs} with both answers, {self.lower} less worried than before, {self.same} as worried, {self.higher} "
            f"more; median change {self.median:+g}."
        )


class Comment(NamedTuple):
    """What somebody wrote in words."""

    moment: str
    respondent: str
    worked: str | None
    change: str | None


@dataclass(frozen=True)
class Results:
    """The surveys of a period, both days included (None: open), for one transition point or for all (None).

    A response counts by the day it came back, an anonymous one by its month: the whole months in which the period begins and
    ends are in. Pairs count by their answers after the move. ``comments`` are in the order of the alphabet, since the order
    in which they came would tell whose they are.
    """

    first: date | None
    last: date | None
    transition: str | None
    responses: int
    rates: tuple[Rate, ...]
    items: tuple[AnswerCounts, ...]
    worry: tuple[AnswerCounts, ...]
    overall: tuple[AnswerCounts, ...]
    worry_change: tuple[WorryChange, ...]
    comments: tuple[Comment, ...]


def results(
    workspace: Workspace, *, first: date | None = None, last: date | None = None, transition: str | None = None
) -> Results:
    """What came back from one day to another. No filter of a caseload: nobody knows whose anonymous answers are."""
    connection, begin, end = workspace.read(), first or date.min, last or date.max
    every = store.responses(connection, transition)
    asked = store.asked(connection, transition)
    found = [one for one in every if _within(one, begin, end)]
    groups = {
        (moment, respondent): [one for one in found if (one.moment, one.respondent) == (moment, respondent)]
        for moment in SURVEY_MOMENTS
        for respondent in RESPONDENTS
    }
    comments = [
        Comment(one.moment, one.respondent, one.worked, one.change) for one in found if one.worked or one.change
    ]
    pairs = list(_pairs(every, begin, end))
    return Results(
        first=first,
        last=last,
        transition=transition,
        responses=len(found),
        rates=tuple(_rate(*key, asked, every, begin, end) for key in groups),
        items=tuple(_items(groups)),
        worry=tuple(_scale("worry", load_survey().worry, WORRY, groups)),
        overall=tuple(_scale("overall", load_survey().overall, OVERALL, groups)),
        worry_change=tuple(_worry_change(respondent, pairs, groups) for respondent in RESPONDENTS),
        comments=tuple(sorted(comments, key=lambda one: (*one[:2], one.worked or "", one.change or ""))),
    )


_Groups = Mapping[tuple[str, str], Sequence[ResponseRow]]
"""By moment and respondent."""


def _within(response: ResponseRow, first: date, last: date) -> bool:
    begin = first.replace(day=1) if response.pupil_id is None else first
    return begin <= response.answered_on <= last


def _rate(
    moment: str, respondent: str, asked: Iterable[AskedRow], every: Iterable[ResponseRow], first: date, last: date
) -> Rate:
    handed_out = [one for one in asked if (one.moment, one.respondent) == (moment, respondent)]
    came_back = [one for one in every if (one.moment, one.respondent) == (moment, respondent)]
    answered = _answered(handed_out, came_back)
    chosen = {one.id for one in handed_out if first <= one.asked_on <= last}
    found = [answered.get(one.id) for one in came_back if _within(one, first, last)]
    return Rate(
        moment=moment,
        respondent=respondent,
        asked=len(chosen),
        answered=len(chosen.intersection(answered.values())),
        beyond=found.count(None),
        earlier=sum(number is not None and number not in chosen for number in found),
    )


def _answered(handed_out: Iterable[AskedRow], came_back: Iterable[ResponseRow]) -> dict[int, int]:
    """By the number of each response the number of the survey that it answers; a second parent's answers none.

    Linked ones come first, each for its pupil; then the anonymous ones in the order of their months.
    """
    of_pupil: dict[Hashable, list[AskedRow]] = {}
    for one in handed_out:
        of_pupil.setdefault((one.transition, one.pupil_id), []).append(one)
    found: dict[int, int] = {}
    anonymous = []
    for response in sorted(came_back, key=lambda one: one.answered_on):
        if response.pupil_id is None:
            anonymous.append(response)
        elif waiting := of_pupil.get((response.transition, response.pupil_id)):
            place = bisect_right(waiting, response.answered_on, key=_day)
            found[response.id] = waiting.pop(max(place, 1) - 1).id
    still_out = sorted(chain.from_iterable(of_pupil.values()), key=_day)
    of_move = {
        move: [one for one in still_out if one.transition == move] for move in {one.transition for one in still_out}
    }
    for response in anonymous:
        waiting = of_move.get(response.transition, [])
        place = bisect_left(waiting, add_months(response.answered_on, 1), key=_day)
        if place:
            found[response.id] = waiting.pop(place - 1).id
    return found


def _day(one: AskedRow) -> date:
    return one.asked_on


def _items(groups: _Groups) -> Iterator[AnswerCounts]:
    shipped = {item.code: item for item in load_survey().items}
    for (moment, respondent), responses in groups.items():
        labels = {code: item.words[respondent] for code, item in shipped.items() if moment in item.moments}
        # an item of an older survey keeps its counts when it is no longer asked
        older = {code for one in responses for code in one.answers if code not in labels}
        labels |= {code: shipped[code].words[respondent] if code in shipped else code for code in sorted(older)}
        for code, label in labels.items():
            given = Counter(one.answers[code] for one in responses if code in one.answers)
            yield AnswerCounts(code, label, moment, respondent, MappingProxyType({one: given[one] for one in ANSWERS}))


def _scale(name: str, words: Mapping[str, str], answers: range, groups: _Groups) -> Iterator[AnswerCounts]:
    for (moment, respondent), responses in groups.items():
        given = Counter(getattr(one, name) for one in responses)
        counts: dict[int | str, int] = {one: given[one] for one in answers}
        yield AnswerCounts(name, words[respondent], moment, respondent, MappingProxyType(counts))


def _pairs(responses: Iterable[ResponseRow], first: date, last: date) -> Iterator[tuple[str, int]]:
    """The respondent and the change in worry of everybody whose two answers are known to be one person's.

    Two linked answers of one kind, of both parents for example, cannot be told apart, so they make no pair.
    """
    before: dict[Hashable, list[ResponseRow]] = {}
    after: dict[Hashable, list[ResponseRow]] = {}
    for one in responses:
        person: Hashable = one.pair_code if one.pupil_id is None else (one.pupil_id, one.transition, one.respondent)
        if person is not None:
            (before if one.moment == "before" else after).setdefault(person, []).append(one)
    for person, later in after.items():
        earlier = before.get(person, [])
        if len(later) == len(earlier) == 1 and _within(later[0], first, last):
            was, now = earlier[0].worry, later[0].worry
            if was is not None and now is not None:
                yield later[0].respondent, now - was


def _worry_change(respondent: str, pairs: Iterable[tuple[str, int]], groups: _Groups) -> WorryChange:
    from statistics import median

    changes = [change for answered_by, change in pairs if answered_by == respondent]
    before, after = (sum(one.worry is not None for one in groups[moment, respondent]) for moment in ("before", "after"))
    return WorryChange(
        respondent=respondent,
        pairs=len(changes),
        lower=sum(change < 0 for change in changes),
        same=sum(change == 0 for change in changes),
        higher=sum(change > 0 for change in changes),
        median=float(median(changes)) if changes else None,
        before=before,
        after=after,
    )
