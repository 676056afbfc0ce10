"""Which workshops and meetings the made-up council holds in an academic year, and when: kept clear of census and tests.

Two dates are not kept clear, so that there is something to find: a workshop in the days of the spring census return, as really
happened, and a class trip on a transition day.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

from transitions.demo.council import District, MadeTerm, School, terms, training_days
from transitions.school_year import academic_year, census_days, is_working_day, nth_weekday
from transitions.workshops.reading import KINDS, likely_series, likely_title

FORUM_INVITES: Final = 48
FORUM_REACHED: Final = {-1: 14 / 48, 0: 26 / 48}
"""The share of those invited that came to the forum, of last year and of this: 14 of 48 as a council published it."""
_DAY: Final = timedelta(days=1)
_WEEK: Final = timedelta(days=7)
_MONDAY, _TUESDAY, _WEDNESDAY, _THURSDAY, _FRIDAY = range(5)
_AUTUMN_1, _AUTUMN_2, _SPRING_1, _SPRING_2, _SUMMER_1, _SUMMER_2 = range(6)
_EARLY_YEARS: Final = ("nursery", "primary", "infant", "junior", "first", "all-through", "special")
_PRIMARY: Final = ("primary", "junior", "all-through")
_RECEIVING: Final = ("secondary", "sixth form")
_BEFORE_THE_DAY: Final = 11
"""Days from the spring census to the workshop that stands in its return window: a Monday."""


class Planned(NamedTuple):
    """One meeting as it is put into the calendar; ``series`` joins it to those before and after it."""

    kind: str
    title: str
    series: str
    day: date
    starts: str
    ends: str
    host: School | None = None
    year_groups: str = ""
    audience: str = ""
    transition: str | None = None
    schools: Sequence[School] = ()
    agencies: bool = False
    online: bool = False
    module: int | None = None
    """Of a training session which module, from 0."""
    reached: float | None = None
    """The share of the schools that came, where that is not left to chance."""
    cancelled: bool = False


def meetings(districts: Sequence[District], today: date) -> list[Planned]:
    year = academic_year(today)
    found = [*_of_year(districts, year - 1, -1), *_of_year(districts, year, 0)]
    coming = _coming_day(today, {one.day for one in found})
    groups = [one for one in found if one.series == _group_title(districts[0])]
    ahead = next((one for one in groups if one.day > today), None)
    if ahead is None or ahead.day > coming:
        if ahead is not None:
            found.remove(ahead)
        found.append((ahead or groups[-1])._replace(day=coming, cancelled=False))
    return sorted(found, key=lambda one: (one.day, one.series))


def transition_day(year: int) -> date:
    """The day on which the pupils of Year 6 are at their next schools: the first Wednesday of July."""
    return nth_weekday(year + 1, 7, _WEDNESDAY, 1)


def in_week(term: MadeTerm, week: int, weekday: int) -> date:
    """A day of a term's ``week``, from 1, as weeks are counted from the Monday of the first; never after the last day."""
    monday = term.first_day - term.first_day.weekday() * _DAY
    day = monday + (week - 1) * _WEEK + weekday * _DAY
    return min(max(day, term.first_day), term.last_day)


def _of_year(districts: Sequence[District], year: int, ago: int) -> Iterator[Planned]:
    half_terms = terms(year)
    yield from _of_the_council(districts, half_terms, year, ago)
    for place, district in enumerate(districts):
        yield from _of_a_district(district, half_terms, year, cancelled=ago == -1 and place == 0)


def _of_the_council(
    districts: Sequence[District], half_terms: Sequence[MadeTerm], year: int, ago: int
) -> Iterator[Planned]:
    settings = _schools(districts, _EARLY_YEARS)[:FORUM_INVITES]
    both = _schools(districts, (*_PRIMARY, *_RECEIVING, "middle", "upper"))[:FORUM_INVITES]
    workshop = _meeting("transitions workshop", "09:30", "12:00", year_groups="6,7", schools=both, agencies=True)
    workshop = workshop._replace(audience="SENCOs and heads of year", transition="6-7")
    yield workshop._replace(day=in_week(half_terms[_AUTUMN_2], 1, _FRIDAY))
    yield workshop._replace(day=census_days(year)[1] + _BEFORE_THE_DAY * _DAY)
    yield _meeting("information-sharing forum", "13:00", "15:00", year_groups="-1,0", schools=settings, agencies=True)._replace(
        day=in_week(half_terms[_AUTUMN_2], 2, _THURSDAY), audience="Early years settings and infant schools", transition="EY-R",
        reached=FORUM_REACHED[ago],
    )  # fmt: skip
    steering = _meeting(
        "strategic meeting", "14:00", "15:30", title="Transitions steering group", agencies=True
    )._replace(online=True)
    for half_term, week in ((_AUTUMN_1, 3), (_SPRING_1, 2), (_SUMMER_2, 4)):
        yield steering._replace(day=in_week(half_terms[half_term], week, _MONDAY))
    training = _meeting("training", "15:45", "17:00", schools=both[:12])._replace(
        online=True, audience="Staff of all schools"
    )
    for module, (half_term, week) in enumerate(((_AUTUMN_2, 4), (_SPRING_2, 3), (_SUMMER_1, 3))):
        yield training._replace(day=in_week(half_terms[half_term], week, _THURSDAY), module=module)


def _of_a_district(
    district: District, half_terms: Sequence[MadeTerm], year: int, *, cancelled: bool
) -> Iterator[Planned]:
    primaries, everybody = _schools([district], _PRIMARY), _schools([district], tuple(district))
    group = _meeting("LIFT meeting", "13:30", "15:00", title=_group_title(district), schools=everybody[:10])
    for half_term, week in ((_AUTUMN_2, 3), (_SPRING_2, 2), (_SUMMER_1, 2)):
        yield group._replace(day=in_week(half_terms[half_term], week, _WEDNESDAY))
    if cancelled:
        yield group._replace(day=in_week(half_terms[_SPRING_1], 4, _WEDNESDAY), cancelled=True)
    for place, host in enumerate(_schools([district], _RECEIVING)):
        about: dict[str, Any] = {"host": host, "year_groups": "6", "transition": "6-7"}
        meeting = _meeting("SENCO transition meeting", "09:00", "11:30", host=host, schools=primaries)._replace(**about)
        yield meeting._replace(day=in_week(half_terms[_SPRING_2], 4, _TUESDAY + place % 3))
        day = _meeting("transition day", "09:00", "15:00", host=host, schools=primaries)._replace(**about)
        yield day._replace(day=transition_day(year), audience="Pupils of Year 6")
        evening = _meeting("evening for parents", "18:00", "19:30", host=host)._replace(**about)
        yield evening._replace(
            day=in_week(half_terms[_AUTUMN_1], 3, _TUESDAY + place % 3), audience="Families of Year 6"
        )


def _meeting(
    kind: str, starts: str, ends: str, *, title: str | None = None, host: School | None = None, year_groups: str = "",
    schools: Sequence[School] = (), agencies: bool = False,
) -> Planned:  # fmt: skip
    called = title or likely_title(kind, host=host.name if host else None)
    series = likely_series(kind, called, host=host.name if host else None)
    return Planned(
        kind, called, series, date.min, starts, ends, host, year_groups, schools=schools, agencies=agencies, audience=""
    )


def _group_title(district: District) -> str:
    """The LIFT group of a district is called after the place of its first primary school."""
    return f"{KINDS['LIFT meeting'].title}, {district['primary'][0].name.split()[0]}"


def _schools(districts: Sequence[District], tracks: Sequence[str]) -> list[School]:
    return [school for district in districts for track in tracks for school in district.get(track, ())]


def _coming_day(today: date, taken: set[date]) -> date:
    year = academic_year(today)
    half_terms = [term for one in (year, year + 1) for term in terms(one)]
    closed = {day for one in (year, year + 1) for day in training_days(one)}
    days = [today + number * _DAY for number in range(4, 13)]
    working = [day for day in days if is_working_day(day)]
    taught = [
        day
        for day in working
        if day not in closed and any(term.first_day <= day <= term.last_day for term in half_terms)
    ]
    free = [day for day in taught if day not in taken] or taught or working
    return next((day for day in free if day.weekday() == _WEDNESDAY), free[0])
