"""What a measure is: data that says what is counted, of whom, over what time; and what a figure of one is, never without its base."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any, Final, Literal, NamedTuple, Protocol, TypeVar

from db.caseload.listing import Selection
from transitions import questionnaire
from transitions.caseload import caseload as caseloads
from transitions.caseload.caseload import Caseload
from transitions.dates import short_with_year
from transitions.school_year import academic_year_label, academic_year_span
from transitions.text import percent, share
from transitions.workspace import Workspace

SECTIONS: Final = (
    "Plans", "Families", "Moves", "EHC plans", "Meetings and training", "Schools", "Referrals and services", "Wellbeing",
    "Missed transitions",
)  # fmt: skip


@dataclass(frozen=True)
class Measure:
    """One question of a committee.

    ``counts`` says in words what is in the numerator, ``of`` what the base is, ``base`` its short name in the plural
    ("children"), ``time`` over what time. ``note`` is what a reader must know beside it, ``source`` where the definition
    stands. With ``aim`` "more" or "fewer" is better; without it, neither is. Of its parts no child is in two when they are
    "apart"; those that "add up" divide one base among them; "schools" has a part for each school, and with "inside" the parts
    overlap: both are for work inside the council alone.
    """

    code: str
    section: str
    title: str
    question: str
    counts: str
    of: str
    base: str
    time: str
    source: str
    note: str = ""
    aim: Literal["", "more", "fewer"] = ""
    filtered: bool = True
    """Whether the filters of pupils narrow it; what is counted of meetings or of anonymous answers is always of all."""
    parts: Literal["", "apart", "add up", "schools", "inside"] = ""
    together: str = ""
    """What it is about, of measures about the same children: where one of them has a small count, none leaves in parts."""


class Behind(NamedTuple):
    """One row behind a figure: where Enter goes, what it says, and whether it is counted or only in the base.

    ``goal`` is a kind of record with its number, such as ("pupil", 12), ("plan", 3), ("school", 7), ("workshop", 2); ``school_id``
    is the school by which it would be known, so that a figure behind which too few schools stand is not printed.
    """

    goal: tuple[str, int]
    words: str
    counted: bool
    school_id: int | None = None
    pupil_id: int | None = None


def no_rows() -> Sequence[Behind]:
    return ()


@dataclass(frozen=True)
class Figure:
    """``counted`` of ``base`` for a part of a measure ("" is all of it), such as a grade, a school, a quarter.

    A ``value`` with its ``unit`` stands beside them where the answer is no share: a median of days, a change in points; ``spread``
    says how far it varies. ``beside`` is what stands beside and never inside, such as "3 not known". ``rows`` gives what is behind
    it, read only when somebody looks. ``exact`` are the counted and the base to a tenth, where both are means.
    """

    measure: str
    period: str
    counted: int | None
    base: int
    of: str
    part: str = ""
    value: float | None = None
    unit: str = ""
    spread: str = ""
    beside: str = ""
    rows: Callable[[], Sequence[Behind]] = field(default=no_rows, compare=False, repr=False)
    exact: tuple[float, float] | None = None

    @property
    def percent(self) -> int | None:
        if self.unit == "%" and self.value is not None:
            return int(self.value + 0.5)
        return None if self.counted is None else percent(self.counted, self.base)

    @property
    def value_text(self) -> str:
        """The value in its unit: "12 days", "1 day a week", "+1.5 points", "8.4%"; "" without one."""
        if self.value is None:
            return ""
        first, *more = self.unit.split() or [""]
        words = [first.removesuffix("s") if abs(self.value) == 1 else first, *more]
        number = f"{self.value:{'+' if first == 'points' else ''},.3g}"
        return f"{number}%" if first == "%" else " ".join((number, *words))

    @property
    def text(self) -> str:
        """Counts, base and what stands beside them: "12 of 40 children (30%); 3 not known"."""
        counts = "" if self.counted is None else share(self.counted, self.base, self.of)
        value = self.value_text
        if value and self.unit == "%":
            counts = counts.partition(" (")[0]  # one percentage is enough
        if self.exact is not None:
            counted, base = self.exact
            counts = f"{counted:,g} of {base:,g} {self.of.replace('children', 'child') if base == 1 else self.of}"
        if value and self.spread:
            value = f"{value} ({self.spread})"
        if value and not counts:
            value = f"{value}, {share(0, self.base, self.of).partition(' ')[2].partition(' (')[0]}"  # "of 1 referral"
        return "; ".join(filter(None, (value, counts, self.beside)))


class OfPupil(Protocol):
    """A row about a pupil."""

    @property
    def pupil_id(self) -> int: ...


Thing = TypeVar("Thing", bound=OfPupil)
Found = TypeVar("Found")


@dataclass(frozen=True)
class Asked:
    """What is asked: of which academic year, of which pupils. The caseload is everybody unless somebody narrows it."""

    workspace: Workspace
    year: int
    caseload: Caseload = field(default_factory=Caseload)
    _kept: dict[Callable[["Asked"], Any], Any] = field(default_factory=dict, init=False, compare=False, repr=False)

    def once(self, read: Callable[["Asked"], Found]) -> Found:
        """What several measures need, read for the first of them."""
        if read not in self._kept:
            self._kept[read] = read(self)
        found: Found = self._kept[read]
        return found

    @property
    def today(self) -> date:
        return self.workspace.clock.today

    @property
    def chosen(self) -> Selection:
        return caseloads.selection(self.workspace, self.caseload)

    def among(self, rows: Iterable[Thing]) -> list[Thing]:
        """Those of the rows that are of pupils who are asked for: all when nothing narrows, of those archived since, too."""
        if self.chosen.everybody:
            return list(rows)
        chosen = set(caseloads.keys(self.workspace, self.caseload))
        return [row for row in rows if row.pupil_id in chosen]

    @property
    def of_whom(self) -> str:
        return caseloads.of_whom(self.workspace, self.caseload)

    @property
    def days(self) -> tuple[date, date]:
        """The first and last day of the academic year, the last not after today."""
        first, last = academic_year_span(self.year)
        return first, min(last, self.today)

    @property
    def period(self) -> str:
        """In words: "2026/27", and until when while it runs: "2026/27 to 30 Nov 2026"."""
        label, last = academic_year_label(self.year), academic_year_span(self.year)[1]
        return label if last <= self.today else f"{label} to {short_with_year(self.today)}"


def beside(*counts: tuple[int, str]) -> str:
    """What stands beside a figure, without what there is none of: "3 not known, 2 not yet"."""
    return ", ".join(f"{count:,} {words}" for count, words in counts if count)


Reader = Callable[[Asked], Sequence[Figure]]


@cache
def measures() -> Mapping[str, Measure]:
    """The measures by code, in the order of their sections and of the file."""
    table = questionnaire.load("transitions.impact", "measures.toml")
    found = [Measure(**one) for one in table["measure"]]
    return {one.code: one for one in sorted(found, key=lambda one: SECTIONS.index(one.section))}
