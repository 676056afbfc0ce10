"""Young people of 16 and 17: who has nothing to learn or work at, of whom nobody knows, and who was offered a place."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from db.impact.children import children, outcomes, records
from db.impact.records import ActivityRow
from transitions.dates import short_with_year
from transitions.impact.activities import ACTIVITIES, group_of
from transitions.impact.measure import Asked, Figure, Reader
from transitions.impact.measures.behind import About, last_told, of_records
from transitions.school_year import academic_year, academic_year_span, age_on, month_end

_KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "NEET": ("NEET",),
    "not known": ("not known",),
    "NEET or not known": ("NEET", "not known"),
}
_BOTH: Final = "NEET or not known"
_DISPUTED: Final = 550
_AGES: Final = (16, 17)


def _neet(asked: Asked) -> list[Figure]:
    """The average of the last days of December, January and February; with that of each, and of today."""
    year = last_told(asked, lambda one: month_end(one, 12))
    ends = [month_end(year, 12), month_end(year + 1, 1), month_end(year + 1, 2)]
    ends = [day for day in ends if day <= asked.today]
    period = f"December {year} to February {year + 1}"
    on = _activities(asked, (*ends, asked.today))
    counted = [_groups(on[day]) for day in ends]
    base = sum(sum(groups.values()) - groups.get("custody", 0) for groups in counted)
    figures = []
    for kind, groups in _KINDS.items() if ends else ():
        found = sum(each.get(group, 0) for each in counted for group in groups)
        figures.append(
            Figure(
                "neet", period, _mean(found, len(ends)), _mean(base, len(ends)), "children on average", kind,
                value=round(100 * found / base, 1) if base else None, unit="%",
            )
        )  # fmt: skip
    for day, codes in on.items():
        known = {number: code for number, code in codes.items() if code is None or group_of(code) != "custody"}
        told = short_with_year(day) if day != asked.today else "today"
        rows = [
            About(
                ("pupil", number),
                number,
                code is None or group_of(code) in _KINDS[_BOTH],
                f"{code} {ACTIVITIES[code]}" if code else "nothing recorded",
            )
            for number, code in known.items()
        ]
        figures.append(of_records(asked, "neet", rows, part=f"{_BOTH}, {told}", period=period, beside=_beside(codes)))
    return figures


def _beside(codes: Mapping[int, int | None]) -> str:
    said = {
        "in custody left out": sum(code is not None and group_of(code) == "custody" for code in codes.values()),
        "with nothing recorded are among the not known": sum(code is None for code in codes.values()),
        f"of {_DISPUTED}, which some count as NEET": list(codes.values()).count(_DISPUTED),
    }
    return ", ".join(f"{number:,} {words}" for words, number in said.items() if number)


def _groups(codes: Mapping[int, int | None]) -> dict[str, int]:
    found: dict[str, int] = {}
    for code in codes.values():
        group = "not known" if code is None else group_of(code)
        found[group] = found.get(group, 0) + 1
    return found


def _mean(total: int, of: int) -> int:
    return (2 * total + of) // (2 * of)


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
_STATUSES: Final[Mapping[str, tuple[str | None, ...]]] = {
    "offer made": ("met", "late"),
    "offer not appropriate": ("waived", "not applicable"),
    "no offer": ("missed",),
    "not recorded": (None,),
}


def _september(asked: Asked) -> list[Figure]:
    """As it is published: of all young people, those with an offer; each other status is a part of the same base."""
    year = last_told(asked, lambda one: date(one, 9, 30))
    first, last = academic_year_span(year)
    found = outcomes(asked.workspace.read(), asked.chosen, tuple(_GUARANTEE), first, min(last, asked.today))
    parts = [("", found, "offer made")]
    parts += [(name, [one for one in found if one.code == code], "offer made") for code, name in _GUARANTEE.items()]
    parts += [(status, found, status) for status in _STATUSES if status != "offer made"]
    return [
        of_records(
            asked,
            "september-guarantee",
            (
                About(("pupil", one.pupil_id), one.pupil_id, one.outcome in _STATUSES[status], _status(one.outcome))
                for one in of
            ),
            part=part,
            period=f"30 September {year}",
        )
        for part, of, status in parts
    ]


def _status(outcome: str | None) -> str:
    return next(name for name, outcomes in _STATUSES.items() if outcome in outcomes)


READERS: Final[Mapping[str, Reader]] = {"neet": _neet, "september-guarantee": _september}
