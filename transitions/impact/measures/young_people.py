"""Young people of 16 and 17: who has nothing to learn or work at, of whom nobody knows, and who was offered a place."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Final, get_args

from db.impact.children import children, outcomes, records
from db.impact.records import ActivityRow
from transitions.dates import short_with_year
from transitions.impact.known import ACTIVITIES, Group, group_of
from transitions.impact.measure import Asked, Figure, Reader
from transitions.impact.measures.behind import About, last_told, of_records
from transitions.school_year import academic_year, academic_year_span, age_on, month_end

_OUT: Final = ("NEET", "not known")
_NEITHER: Final = "in learning or work, or at school"
_DISPUTED: Final = 550
_AGES: Final = (16, 17)


@dataclass(frozen=True)
class _Winter:
    """What young people did on the last days of December, January and February, as far as these have come."""

    asked: Asked

    @cached_property
    def year(self) -> int:
        return last_told(self.asked, lambda one: month_end(one, 12))

    @cached_property
    def ends(self) -> list[date]:
        days = (month_end(self.year, 12), month_end(self.year + 1, 1), month_end(self.year + 1, 2))
        return [day for day in days if day <= self.asked.today]

    @cached_property
    def on(self) -> dict[date, dict[int, int | None]]:
        """By day the code of each young person, today's too."""
        return _activities(self.asked, (*self.ends, self.asked.today))

    def average(self, measure: str, groups: Sequence[str], part: str = "") -> Figure:
        """The percentage is of all three days together, and so are the exact means; counts for papers are in whole children."""
        days = [list(map(_group, self.on[day].values())) for day in self.ends]
        base = sum(group != "custody" for day in days for group in day)
        found = sum(group in groups for day in days for group in day)
        return Figure(
            measure, f"December {self.year} to February {self.year + 1}", _mean(found, len(days)), _mean(base, len(days)),
            "children on average", part, round(100 * found / base, 1) if base else None, "%",
            exact=(round(found / len(days), 1), round(base / len(days), 1)) if days else None,
        )  # fmt: skip


def _neet(asked: Asked) -> list[Figure]:
    """The average of the three days, then who was counted on each, and who is today."""
    winter = asked.once(_Winter)
    figures = [winter.average("neet", _OUT)]
    for day, codes in winter.on.items():
        rows = (
            About(
                ("pupil", number),
                number,
                _group(code) in _OUT,
                f"{code} {ACTIVITIES[code]}" if code else "nothing recorded",
            )
            for number, code in codes.items()
            if _group(code) != "custody"
        )
        part = short_with_year(day) if day != asked.today else "today"
        figures.append(of_records(asked, "neet", rows, part=part, period=figures[0].period, beside=_beside(codes)))
    return figures


def _kinds(asked: Asked) -> list[Figure]:
    winter = asked.once(_Winter)
    others = [group for group in get_args(Group) if group not in (*_OUT, "custody")]
    parts: Mapping[str, Sequence[str]] = {**{group: (group,) for group in _OUT}, _NEITHER: others}
    *figures, rest = (winter.average("neet-kinds", groups, part) for part, groups in parts.items())
    # each mean is a whole number, and so is what is left for the last: together they are the base
    return [*figures, replace(rest, counted=rest.base - sum(one.counted or 0 for one in figures))]


def _beside(codes: Mapping[int, int | None]) -> str:
    said = {
        "in custody left out": sum(_group(code) == "custody" for code in codes.values()),
        "with nothing recorded are among the not known": sum(code is None for code in codes.values()),
        f"of {_DISPUTED}, which some count as NEET": list(codes.values()).count(_DISPUTED),
    }
    return ", ".join(f"{number:,} {words}" for words, number in said.items() if number)


def _group(code: int | None) -> Group:
    """Of whom nothing is recorded nobody knows."""
    return "not known" if code is None else group_of(code)


def _mean(total: int, of: int) -> int:
    return (2 * total + of) // (2 * of) if of else 0


def _activities(asked: Asked, days: Sequence[date]) -> dict[date, dict[int, int | None]]:
    """By day what each young person did who was 16 or 17 before the school year began; None where nothing is recorded."""
    connection, chosen = asked.workspace.read(), asked.chosen
    everybody, kept = children(connection, chosen).values(), records(connection, ActivityRow, chosen)
    return {
        day: {
            child.id: next((row.code for row in kept.get(child.id, ()) if _holds(row, day)), None)
            for child in everybody
            if age_on(child.date_of_birth, date(academic_year(day), 8, 31)) in _AGES
        }
        for day in days
    }


def _holds(row: ActivityRow, day: date) -> bool:
    return row.started_on <= day and (row.ended_on is None or row.ended_on >= day)


_GUARANTEE: Final = {"11-16p.september-guarantee": "Year 11", "12-13.september-guarantee": "Year 12"}
_OFFER: Final = "offer made"
_STATUSES: Final[Mapping[str, tuple[str | None, ...]]] = {
    _OFFER: ("met", "late"),
    "offer not appropriate": ("waived", "not applicable"),
    "no offer": ("missed",),
    "not recorded": (None,),
}


def _september(asked: Asked, measure: str, parts: Mapping[str, tuple[Collection[str], str]]) -> list[Figure]:
    """For each part the steps with these codes, of which those of a status are counted."""
    year = last_told(asked, lambda one: date(one, 9, 30))
    first, last = academic_year_span(year)
    found = outcomes(asked.workspace.read(), asked.chosen, tuple(_GUARANTEE), first, min(last, asked.today))
    return [
        of_records(
            asked,
            measure,
            (
                About(("pupil", one.pupil_id), one.pupil_id, one.outcome in _STATUSES[status], _status(one.outcome))
                for one in found
                if one.code in codes
            ),
            part=part,
            period=f"30 September {year}",
        )
        for part, (codes, status) in parts.items()
    ]


def _offers(asked: Asked) -> list[Figure]:
    groups = {name: ((code,), _OFFER) for code, name in _GUARANTEE.items()}
    return _september(asked, "september-guarantee", {"": (_GUARANTEE, _OFFER), **groups})


def _statuses(asked: Asked) -> list[Figure]:
    return _september(asked, "september-statuses", {status: (_GUARANTEE, status) for status in _STATUSES})


def _status(outcome: str | None) -> str:
    return next(name for name, outcomes in _STATUSES.items() if outcome in outcomes)


READERS: Final[Mapping[str, Reader]] = {
    "neet": _neet,
    "neet-kinds": _kinds,
    "september-guarantee": _offers,
    "september-statuses": _statuses,
}
