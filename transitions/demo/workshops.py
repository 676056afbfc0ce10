"""The workshops of the demonstration with their registers, actions, gradings and feedback, and a council's own dates.

Everything is as the program itself would have written it by the day of the demonstration, and nobody in it is a pupil.
The meetings of a year are kept clear of census and tests. Two dates are not, so that there is something to find: a workshop in
the days of the spring census return, as really happened, and a class trip on a transition day.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

from transitions.demo.content import DemoRows, Dice, Material, Odds
from transitions.demo.council import DemoSchool, District, MadeTerm, Staff, terms, training_days
from transitions.school_year import (
    academic_year,
    census_days,
    is_working_day,
    next_working_day,
    nth_weekday,
    previous_working_day,
)
from transitions.workshops.reading import KINDS, likely_series, likely_title

FORUM_INVITES: Final = 48
FORUM_REACHED: Final = {-1: 14 / 48, 0: 26 / 48}
"""The share of those invited that came to the forum, of last year and of this: 14 of 48 as a council published it."""
_WEEK: Final = timedelta(days=7)
_MONDAY, _TUESDAY, _WEDNESDAY, _THURSDAY, _FRIDAY = range(5)
_AUTUMN_1, _AUTUMN_2, _SPRING_1, _SPRING_2, _SUMMER_1, _SUMMER_2 = range(6)
_EARLY_YEARS: Final = ("nursery", "primary", "infant", "junior", "first", "all-through", "special")
_PRIMARY: Final = ("primary", "junior", "all-through")
_RECEIVING: Final = ("secondary", "sixth form")
_BEFORE_THE_DAY: Final = 11
"""Days from the spring census to the workshop that stands in its return window: a Monday."""


class PlannedMeeting(NamedTuple):
    """One meeting as it is put into the calendar; ``series`` joins it to those before and after it."""

    kind: str
    title: str
    series: str
    day: date
    starts: str
    ends: str
    host: DemoSchool | None = None
    year_groups: str = ""
    audience: str = ""
    transition: str | None = None
    schools: Sequence[DemoSchool] = ()
    agencies: bool = False
    online: bool = False
    module: int | None = None
    """Of a training session which module, from 0."""
    reached: float | None = None
    """The share of the schools that came, where that is not left to chance."""
    cancelled: bool = False


def meetings(districts: Sequence[District], today: date) -> list[PlannedMeeting]:
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


def _of_year(districts: Sequence[District], year: int, ago: int) -> Iterator[PlannedMeeting]:
    half_terms = terms(year)
    yield from _of_the_council(districts, half_terms, year, ago)
    for place, district in enumerate(districts):
        yield from _of_a_district(district, half_terms, year, cancelled=ago == -1 and place == 0)


def _of_the_council(
    districts: Sequence[District], half_terms: Sequence[MadeTerm], year: int, ago: int
) -> Iterator[PlannedMeeting]:
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
) -> Iterator[PlannedMeeting]:
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
    kind: str, starts: str, ends: str, *, title: str | None = None, host: DemoSchool | None = None, year_groups: str = "",
    schools: Sequence[DemoSchool] = (), agencies: bool = False,
) -> PlannedMeeting:  # fmt: skip
    called = title or likely_title(kind, host=host.name if host else None)
    series = likely_series(kind, called, host=host.name if host else None)
    return PlannedMeeting(
        kind, called, series, date.min, starts, ends, host, year_groups, schools=schools, agencies=agencies, audience=""
    )


def school_groups(districts: Sequence[District], today: date) -> DemoRows:
    """The LIFT group and the district of each school; last year one primary school was in the LIFT group that is not this year."""
    rows, year, called = DemoRows(), academic_year(today), Counter[str]()
    for district in districts:
        everybody, place = _schools([district], tuple(district)), district["primary"][0].name.split()[0]
        called[place] += 1
        if called[place] > 1:
            place = f"{place} {called[place]}"
        for kind, members in (("LIFT group", everybody[:10]), ("district", everybody)):
            group = rows.number("school_group")
            rows.add("school_group", id=group, kind=kind, name=place)
            for school in members:
                rows.add("school_group_member", group_id=group, school_id=school.id, from_year=year - 2)
        rows.add(
            "school_group_member",
            group_id=group - 1,
            school_id=everybody[-1].id,
            from_year=year - 2,
            until_year=year - 1,
        )
    return rows


def _group_title(district: District) -> str:
    """The LIFT group of a district is called after the place of its first primary school."""
    return f"{KINDS['LIFT meeting'].title}, {district['primary'][0].name.split()[0]}"


def _schools(districts: Sequence[District], tracks: Sequence[str]) -> list[DemoSchool]:
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


_TENDENCY: Odds[float] = Odds({0.95: 45, 0.7: 35, 0.1: 20})
"""How often a school comes to what it is invited to: most do, some hardly ever."""
_FIRST_LOOK: Odds[int] = Odds({1: 35, 2: 40, 3: 18, 4: 7})
_LATER_LOOK: Odds[int] = Odds({1: 70, 2: 17, 3: 9, 4: 4})
_RATING: Odds[int] = Odds({5: 28, 4: 36, 3: 20, 2: 11, 1: 5})
_AGREED: Final = {
    "transitions workshop": 3, "information-sharing forum": 2, "SENCO transition meeting": 1, "LIFT meeting": 1,
    "strategic meeting": 1,
}  # fmt: skip
"""How many actions a meeting agrees."""
_SAID: Final = {
    "transitions workshop": 14,
    "information-sharing forum": 9,
    "SENCO transition meeting": 5,
    "transition day": 6,
}
"""How many things are said of a meeting."""
_ACHIEVED: Final = 1
_DAY: Final = timedelta(days=1)
_INITIALS: Final = "ABCDEFGHIJKLMNOPRSTVW"


def workshops(dice: Dice, source: Material, districts: Sequence[District], workers: Staff, today: date) -> DemoRows:
    return _Workshops(dice, source, districts, workers, today).rows


class _Workshops:
    """Writes one meeting after the other, in date order."""

    def __init__(
        self, dice: Dice, source: Material, districts: Sequence[District], workers: Staff, today: date
    ) -> None:
        self.dice, self.words, self.today, self.workers = dice, source.workshop_words, today, workers
        self.council: int = source.places["la_number"]
        self.surnames = [surname for community in source.communities for surname in community.surnames]
        self.rows = DemoRows()
        self._tendency: dict[int, float] = {}
        self._people: dict[int, list[str]] = {}
        self._actions: list[dict[str, Any]] = []
        self._open: dict[str, list[dict[str, Any]]] = {}
        """The actions of a series that are still to do."""
        self._agreed: dict[str, int] = {}
        """How many actions each series has agreed so far: none is agreed twice."""
        found = meetings(districts, today)
        newest = max((place for place, one in enumerate(found) if one.day < today and one.schools), default=-1)
        for place, one in enumerate(found):
            self._write(one, half_marked=place == newest)
        self._look_between_meetings()
        for action in self._actions:
            self.rows.add("workshop_action", **action)
        for position, module in enumerate(self.words["modules"], 1):
            self.rows.add("training_module", programme=self.words["programme"], name=module, position=position)
        for year in (academic_year(today) - 1, academic_year(today)):
            self._own_dates(districts[0], year)

    def _write(self, one: PlannedMeeting, *, half_marked: bool) -> None:
        is_held = one.day < self.today and not one.cancelled
        number = self._workshop(one, "cancelled" if one.cancelled else "held" if is_held else "planned")
        self._register(number, one, held=is_held, half_marked=half_marked)
        if not is_held:
            return
        self._look_at_actions(number, one)
        self._agree(number, one)
        self._feedback(number, one)

    def _workshop(self, one: PlannedMeeting, status: str) -> int:
        title, series, programme, module = one.title, one.series, None, None
        if one.module is not None:
            programme, module = self.words["programme"], self.words["modules"][one.module]
            title = likely_title(one.kind, programme=programme, module=module)
            series = likely_series(one.kind, title, programme=programme)
        number = self.rows.number("workshop")
        place = None if one.online or one.host else self.dice.one(self.words["places"])
        self.rows.add(
            "workshop", id=number, kind=one.kind, title=title, series=series, on_day=one.day, starts=one.starts,
            ends=one.ends, place=place, link=self.words["link"] if one.online else None,
            host_school_id=one.host.id if one.host else None, la_number=self.council, worker_id=self._leader(one),
            transition=one.transition, year_groups=one.year_groups, audience=one.audience or None, programme=programme,
            module=module, agenda=self.words["agenda"].get(one.kind), status=status,
            cancel_reason=self.dice.one(self.words["cancelled"]) if one.cancelled else None,
        )  # fmt: skip
        return number

    def _leader(self, one: PlannedMeeting) -> int:
        if one.host is not None and one.host.id in self.workers.senco_of:
            return self.workers.senco_of[one.host.id]
        return 1 if one.kind == "transitions workshop" else self.dice.one(self.workers.team)

    # --- the register ---------------------------------------------------------------------------------------------------

    def _register(self, number: int, one: PlannedMeeting, *, held: bool, half_marked: bool) -> None:
        coming = self._who_comes(one)
        for place, school in enumerate(one.schools):
            marked = held and not (half_marked and place % 5 == 4)
            attendance = self._mark(school.id in coming) if marked else "invited"
            if one.module is None:
                people = self.dice.number(1, 3) if attendance == "came" and self.dice.chance(0.7) else None
                self._line(number, attendance, school=school.id, people=people)
            else:
                for name in self._staff_of(school):
                    self._trainee(number, attendance, school.id, name)
        for agency in self.words["agencies"] if one.agencies else ():
            self._line(number, self._mark(self.dice.chance(0.7)) if held else "invited", agency=agency)

    def _who_comes(self, one: PlannedMeeting) -> set[int]:
        wish = {school.id: self._tendency_of(school) - self.dice.random() for school in one.schools}
        if one.reached is None:
            return {number for number, more in wish.items() if more > 0}
        in_order = sorted(wish, key=lambda number: -wish[number])
        return set(in_order[: round(one.reached * len(in_order))])

    def _tendency_of(self, school: DemoSchool) -> float:
        if school.id not in self._tendency:
            self._tendency[school.id] = self.dice.drawn(_TENDENCY)
        return self._tendency[school.id]

    def _mark(self, came: bool) -> str:
        if came:
            return "came"
        return "apologies" if self.dice.chance(0.45) else "absent"

    def _staff_of(self, school: DemoSchool) -> Sequence[str]:
        if school.id not in self._people:
            names = [
                f"{self.dice.one(_INITIALS)}. {self.dice.one(self.surnames)}" for _ in range(self.dice.number(1, 2))
            ]
            self._people[school.id] = list(dict.fromkeys(names))
        return self._people[school.id]

    def _trainee(self, number: int, attendance: str, school: int, name: str) -> None:
        before = after = None
        if attendance == "came" and self.dice.chance(0.85):
            before = self.dice.number(1, 4)
            after = min(5, before + self.dice.number(0, 2)) if self.dice.chance(0.85) else None
        self._line(number, attendance, school=school, name=name, before=before, after=after)

    def _line(
        self, number: int, attendance: str, *, school: int | None = None, agency: str | None = None, name: str | None = None,
        people: int | None = None, before: int | None = None, after: int | None = None,
    ) -> None:  # fmt: skip
        note = None
        if attendance in ("came", "apologies") and self.dice.chance(0.08):
            note = self.dice.one(self.words["register" if attendance == "came" else "apologies"])
        self.rows.add(
            "workshop_invitation", workshop_id=number, school_id=school, agency=agency, name=name,
            attendance=attendance, people=people, before=before, after=after, note=note,
        )  # fmt: skip

    # --- what was agreed, and what was said -------------------------------------------------------------------------------

    def _look_at_actions(self, number: int, one: PlannedMeeting) -> None:
        still = []
        for action in self._open.get(one.series, ()):
            graded = action["grade"] is not None
            if graded and self.dice.chance(0.08):
                action |= {"dropped_on": one.day, "drop_reason": self.dice.one(self.words["drop"]["reasons"])}
                continue
            grade = self.dice.drawn(_LATER_LOOK if graded else _FIRST_LOOK)
            self._grade(action, number, grade, one.day)
            if grade != _ACHIEVED:
                still.append(action)
        self._open[one.series] = still

    def _look_between_meetings(self) -> None:
        for action in (one for series in self._open.values() for one in series):
            day = next_working_day(action["due_on"] + self.dice.number(0, 9) * _DAY)
            looked = action["graded_on"]
            if day > self.today or (looked is not None and looked >= day) or self.dice.chance(0.25):
                continue
            self._grade(action, None, self.dice.drawn(_LATER_LOOK), day)

    def _grade(self, action: dict[str, Any], meeting: int | None, grade: int, day: date) -> None:
        action |= {"grade": grade, "graded_on": day}
        evidence = self._evidence_of(action) if grade < 4 else None
        self.rows.add(
            "workshop_progress", action_id=action["id"], workshop_id=meeting, grade=grade, graded_on=day,
            evidence=evidence,
        )  # fmt: skip

    def _evidence_of(self, row: Mapping[str, Any]) -> str | None:
        every = (one for some in self.words["action"].values() for one in some)
        found = next((one["evidence"] for one in every if one["what"] == row["what"]), None)
        return found if self.dice.chance(0.8) else None

    def _agree(self, number: int, one: PlannedMeeting) -> None:
        known: Sequence[Mapping[str, str]] = self.words["action"].get(one.kind.replace(" ", "_").replace("-", "_"), ())
        first = self._agreed.get(one.series, 0)
        fresh = known[first : first + _AGREED.get(one.kind, 0)]
        self._agreed[one.series] = first + len(fresh)
        for words in fresh:
            action: dict[str, Any] = {name: value for name, value in words.items() if name != "evidence"}
            action |= {"id": len(self._actions) + 1, "workshop_id": number, "grade": None, "graded_on": None}
            action["due_on"] = previous_working_day(one.day + self.dice.number(60, 200) * _DAY)
            self._actions.append(action)
            self._open.setdefault(one.series, []).append(action)

    def _feedback(self, number: int, one: PlannedMeeting) -> None:
        themes: Mapping[str, Sequence[str]] = self.words["feedback"]
        for _ in range(_SAID.get(one.kind, 0)):
            theme = self.dice.one(tuple(themes))
            said_by = "family" if theme == "families" or self.dice.chance(0.2) else "school"
            rating = self.dice.drawn(_RATING)
            sentence = (self.dice.one(themes[theme]) or None) if self.dice.chance(0.4) else None
            self.rows.add(
                "workshop_feedback", workshop_id=number, theme=theme, said_by=said_by, rating=rating, words=sentence,
                given_on=one.day,
            )  # fmt: skip

    # --- the council's own dates --------------------------------------------------------------------------------------------

    def _own_dates(self, district: District, year: int) -> None:
        half_terms = terms(year)
        for one in self.words["date"]:
            first = in_week(half_terms[one["term"]], one["week"], one["weekday"])
            school = district[one["track"]][0].id if "track" in one else None
            last = min(first + (one["days"] - 1) * _DAY, half_terms[one["term"]].last_day)
            self.rows.add(
                "year_date", kind=one["kind"], title=one["title"], first_day=first, last_day=last,
                year_groups=one["year_groups"], for_schools=one["for_schools"], la_number=self.council,
                school_id=school, detail=one["detail"],
            )  # fmt: skip
        day = transition_day(year)
        self.rows.add(
            "year_date", kind="trip", title="Year 6 to the coast", first_day=day, last_day=day, year_groups="6",
            for_schools="primary", la_number=self.council, school_id=district["primary"][0].id, detail="Back by 17:00.",
        )  # fmt: skip
