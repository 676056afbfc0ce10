"""Year 7: suspensions, exclusions and part-time timetables by receiving school, the first weeks, and the enhanced offer."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from db.caseload.listing import Selection
from db.impact.children import Child, children, records
from db.impact.records import AttendanceWeekRow
from db.vocabulary import SUSPENSIONS
from transitions.dates import short_with_year
from transitions.handovers import after_move
from transitions.impact.measure import Asked, Figure, Reader
from transitions.impact.measures.behind import About, middle, of_records
from transitions.pupils import events
from transitions.pupils.placements import LOW, Level, level
from transitions.school_year import academic_year
from transitions.text import how_many

_OTHERS: Final = "all others"
_NOBODY: Final = 0
"""No pupil has this number: of none the selection would be of all."""


@dataclass(frozen=True)
class _Year7:
    """The pupils of Year 7 in the year asked for, or those who were then."""

    asked: Asked

    @cached_property
    def chosen(self) -> Selection:
        return replace(self.asked.chosen, cohort_years=(self.asked.year - 7,))

    @cached_property
    def children(self) -> dict[int, Child]:
        return children(self.asked.workspace.read(), self.chosen)

    @cached_property
    def levels(self) -> dict[int, Level]:
        """Of each the last three weeks of attendance within the year."""
        weeks = records(self.asked.workspace.read(), AttendanceWeekRow, self.chosen)
        found = {number: level(rows, *self.asked.days) for number, rows in weeks.items()}
        return {number: one for number, one in found.items() if one is not None}

    @cached_property
    def everybody(self) -> events.AtSchool:
        """What happened to all of them."""
        return self._by_school(self.children)[-1]

    @cached_property
    def with_send(self) -> list[events.AtSchool]:
        """What happened to those with SEND: all schools together, then each receiving school."""
        *schools, together = self._by_school([n for n, one in self.children.items() if one.sen_provision in ("K", "E")])
        return [together, *schools]

    def _by_school(self, ids: Collection[int]) -> list[events.AtSchool]:
        chosen = replace(self.chosen, pupil_ids=tuple(ids) or (_NOBODY,))
        return events.by_school(self.asked.workspace, chosen, self.asked.year, (7,))

    def happened(self, measure: str, kinds: Sequence[str], of: events.AtSchool, part: str, beside: str = "") -> Figure:
        rows = (
            About(("pupil", number), number, bool(found), how_many(len(found), "time") if found else "")
            for number, dated in of.pupils.items()
            for found in [[row for row in dated if row.kind in kinds]]
        )
        return of_records(self.asked, measure, rows, part=part, beside=beside)

    @property
    def until(self) -> str:
        """Until when attendance is recorded: who is not in the newest week is judged by older ones."""
        newest = max((one.week_on for one in self.levels.values()), default=None)
        return f"the latest week is that of {short_with_year(newest)}" if newest else ""

    def unknown(self, of: Collection[int], kinds: Sequence[str], number: Callable[[Child], bool], words: str) -> str:
        """Of which of these children only a number is recorded, and how many events have no day; neither is counted."""
        now = self.asked.year == academic_year(self.asked.today)  # what a record says without a day is of this year
        dated, undated = self.everybody.pupils, self.everybody.undated
        without = {one: sum(row.kind in kinds for row in undated[one]) for one in of}
        numbers = sum(
            now and number(self.children[one]) and not without[one] and not any(row.kind in kinds for row in dated[one])
            for one in of
        )
        events = sum(without.values())
        said = (
            f"of {numbers:,} more {words}" if numbers else "",
            f"{how_many(events, 'event')} without a date, not counted" if events else "",
        )
        return "; ".join(filter(None, said))

    def gap(
        self, measure: str, counted: Collection[int], of: Collection[int], beside: Callable[[Collection[int]], str]
    ) -> list[Figure]:
        """Of those with pupil premium and of the others; beside the first how many points it is above the second."""
        groups = {
            part: [one for one in of if self.children[one].pupil_premium is premium]
            for part, premium in (("pupil premium", True), (_OTHERS, False))
        }
        two = [
            of_records(
                self.asked,
                measure,
                (About(("pupil", one), one, one in counted) for one in group),
                part=part,
                beside=beside(group),
            )
            for part, group in groups.items()
        ]
        if all(one.base for one in two):
            points, others = (100 * (one.counted or 0) / one.base for one in two)
            above = "below" if points < others else "above"
            apart = f"{abs(points - others):.3g} points {above} all others"
            two[0] = replace(two[0], beside="; ".join(filter(None, (apart, two[0].beside))))
        return two


def _by_receiving_school(measure: str, kinds: Sequence[str], undated: Callable[[Child], bool], words: str) -> Reader:
    def read(asked: Asked) -> list[Figure]:
        year7 = asked.once(_Year7)
        return [
            year7.happened(
                measure,
                kinds,
                of,
                "" if of.school == events.ALL_SCHOOLS else of.school,
                year7.unknown(of.pupils, kinds, undated, words),
            )
            for of in year7.with_send
        ]

    return read


_ONLY_A_NUMBER: Final = "only a number is recorded"


def _has_a_number(child: Child) -> bool:
    return bool(child.suspensions)


def _suspended(of: events.AtSchool) -> set[int]:
    return {number for number, dated in of.pupils.items() if any(row.kind in SUSPENSIONS for row in dated)}


def _premium_suspended(asked: Asked) -> list[Figure]:
    year7 = asked.once(_Year7)
    everybody = year7.everybody
    return year7.gap(
        "premium-suspended",
        _suspended(everybody),
        everybody.pupils,
        lambda of: year7.unknown(of, SUSPENSIONS, _has_a_number, _ONLY_A_NUMBER),
    )


def _premium_attendance(asked: Asked) -> list[Figure]:
    year7 = asked.once(_Year7)
    low = {number for number, one in year7.levels.items() if one.percent < LOW}
    return year7.gap("premium-attendance", low, year7.levels, lambda _: year7.until)


_OFFERS: Final[Mapping[str, tuple[str, ...]]] = {"enhanced offer": ("enhanced",), _OTHERS: ("targeted", "universal")}


def _by_offer(
    asked: Asked,
    measure: str,
    rows: Iterable[About],
    children: Mapping[int, Child],
    beside: Callable[[Collection[int]], str],
) -> list[Figure]:
    """A figure for those with the enhanced offer and one for the others; whose tier nobody set is in neither."""
    found = list(rows)
    without = sum(children[one.pupil_id].tier is None for one in found)
    neither = f"{without:,} without a tier are in neither" if without else ""
    groups = {offer: [one for one in found if children[one.pupil_id].tier in tiers] for offer, tiers in _OFFERS.items()}
    return [
        of_records(
            asked, measure, group, part=offer,
            beside="; ".join(filter(None, (neither, beside([one.pupil_id for one in group])))),
        )
        for offer, group in groups.items()
    ]  # fmt: skip


def _enhanced_suspended(asked: Asked) -> list[Figure]:
    year7 = asked.once(_Year7)
    suspended = _suspended(year7.everybody)
    rows = (About(("pupil", number), number, number in suspended) for number in year7.everybody.pupils)
    return _by_offer(
        asked,
        "enhanced-suspended",
        rows,
        year7.children,
        lambda of: year7.unknown(of, SUSPENSIONS, _has_a_number, _ONLY_A_NUMBER),
    )


def _enhanced_attendance(asked: Asked) -> list[Figure]:
    year7 = asked.once(_Year7)
    rows = (About(("pupil", number), number, one.percent < LOW, one.text) for number, one in year7.levels.items())
    return _by_offer(asked, "enhanced-attendance", rows, year7.children, lambda _: year7.until)


def _enhanced_lasted(asked: Asked) -> list[Figure]:
    """Of the moves to Year 7 those that lasted a term, of those whose term is over and of whom it is known."""
    year7 = asked.once(_Year7)
    moves = [row for row in after_move.begun(asked.workspace, asked.year) if row.pupil_id in year7.children]
    judged = after_move.judged(moves, after_move.AFTER["one term"], asked.today)
    rows = (
        About(("pupil", one.row.pupil_id), one.row.pupil_id, one.in_place) for one in judged if one.in_place is not None
    )
    beside = f"{len(moves) - len(judged):,} not yet" if len(moves) > len(judged) else ""
    return _by_offer(asked, "enhanced-lasted", rows, year7.children, lambda _: beside)


def _to_ring(asked: Asked) -> list[Figure]:
    """Whose level of three weeks is low, or has fallen from Year 6; the rows are the list of whom to ring."""
    year7 = asked.once(_Year7)
    rows = []
    for number, now in year7.levels.items():
        why = now.reasons(year7.children[number].attendance_percent)
        words = " · ".join((now.text, f"until the week of {short_with_year(now.week_on)}", *why))
        rows.append(About(("pupil", number), number, bool(why), words))
    without = len(year7.children) - len(rows)
    before = sum(year7.children[one.pupil_id].attendance_percent is None for one in rows)
    beside = [f"{without:,} without a week of attendance"] if without else []
    beside += [f"{before:,} judged without Year 6"] if before else []
    beside += [year7.until] if rows else []
    return [of_records(asked, "first-weeks", rows, beside=", ".join(beside))]


def _against_year6(asked: Asked) -> list[Figure]:
    year7 = asked.once(_Year7)
    changes = {
        number: round(now.percent - before, 1)
        for number, now in year7.levels.items()
        if (before := year7.children[number].attendance_percent) is not None
    }
    rows = (
        About(("pupil", number), number, change < 0, f"{change:+.3g} points: {year7.levels[number].text}")
        for number, change in changes.items()
    )
    value, spread = middle(changes.values())
    until = year7.until if changes else ""
    return [of_records(asked, "first-weeks-change", rows, value=value, unit="points", spread=spread, beside=until)]


READERS: Final[Mapping[str, Reader]] = {
    "year7-suspended": _by_receiving_school("year7-suspended", SUSPENSIONS, _has_a_number, _ONLY_A_NUMBER),
    "year7-excluded": _by_receiving_school("year7-excluded", (events.EXCLUDED,), lambda _: False, ""),
    "year7-part-time": _by_receiving_school(
        "year7-part-time",
        (after_move.PART_TIME,),
        lambda child: child.part_time_timetable,
        "no day is recorded",
    ),
    "premium-suspended": _premium_suspended,
    "premium-attendance": _premium_attendance,
    "enhanced-suspended": _enhanced_suspended,
    "enhanced-attendance": _enhanced_attendance,
    "enhanced-lasted": _enhanced_lasted,
    "first-weeks": _to_ring,
    "first-weeks-change": _against_year6,
}
