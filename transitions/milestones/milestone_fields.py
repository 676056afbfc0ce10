"""What a person types to add or change a milestone, read field by field; every problem has a sentence of its own."""

import re
from typing import Final

from transitions.fields import Context, Field, Fields, Option
from transitions.milestones.criteria import EXAMPLES, Criteria, criteria_text, read_criteria
from transitions.milestones.criteria_fields import CriteriaProblem
from transitions.milestones.date_rule_types import DateRule
from transitions.milestones.date_rules import RuleProblem, parse_rule
from transitions.milestones.definitions import load_shipped
from transitions.milestones.milestone import SEVERITIES, Milestone, Severity
from transitions.school_year import academic_year, academic_year_label, parse_academic_year
from transitions.text import clean

LONGEST_SHORT: Final = 16
LONGEST_GRACE: Final = 365
_LONGEST: Final = 300
_YEARS_AHEAD: Final = 5


def stored_fields(milestone: Milestone) -> dict[str, str]:
    """What stands, as the text that a form begins with; without the year, which is a new answer each time."""
    return {
        name: criteria_text(milestone.criteria) if name == "applies" else str(getattr(milestone, name))
        for name in FIELDS
        if name != "from_year"
    }


def read_applies(text: str) -> Criteria:
    if not text.strip():
        raise ValueError(f"say who it is for, one condition per line, such as {EXAMPLES[0]}; or: every pupil")
    try:
        return read_criteria(text)
    except CriteriaProblem as problem:
        raise ValueError("; ".join(problem.sentences)) from None


def read_due(text: str) -> tuple[str, DateRule]:
    """Read a date rule; give its text and the rule. Raises ValueError with the sentence of the rules' own grammar."""
    cleaned = clean(text)
    if not cleaned:
        raise ValueError("say when it is due, such as 15 February, or last school day of the summer term")
    try:
        return cleaned, parse_rule(cleaned)
    except RuleProblem as problem:
        raise ValueError(problem.sentence) from None


def read_first_year(text: str, this_year: int) -> int:
    """Read the academic year from which something holds; empty is this one. Raises ValueError for a year gone by."""
    if not text.strip():
        return this_year
    year = parse_academic_year(text, this_year)
    if year < this_year:
        raise ValueError(f"earlier years stay what they were: give {academic_year_label(this_year)} or a year to come")
    if year > this_year + _YEARS_AHEAD:
        raise ValueError(f"this is far ahead: give a year up to {academic_year_label(this_year + _YEARS_AHEAD)}")
    return year


def _read_words(text: str) -> str:
    cleaned = clean(text)
    if not cleaned:
        raise ValueError("this is needed")
    if len(cleaned) > _LONGEST:
        raise ValueError(f"has {len(cleaned)} characters; at most {_LONGEST} are kept")
    return cleaned


def _read_short(text: str) -> str:
    cleaned = _read_words(text)
    if len(cleaned) > LONGEST_SHORT:
        raise ValueError(f"has {len(cleaned)} characters; at most {LONGEST_SHORT} fit a column")
    return cleaned


def _read_transition(text: str) -> str:
    known = {code.casefold(): code for code in load_shipped().transitions}
    found = known.get(clean(text).casefold())
    if found is None:
        raise ValueError(f"expected one of {', '.join(known.values())}")
    return found


def _read_severity(text: str) -> Severity:
    plain = clean(text).casefold()
    for severity in SEVERITIES:
        if severity == plain:
            return severity
    raise ValueError(f"expected one of {', '.join(SEVERITIES)}")


def _read_grace(text: str) -> int:
    cleaned = clean(text) or "0"
    if not re.fullmatch(r"[0-9]{1,3}", cleaned) or int(cleaned) > LONGEST_GRACE:
        raise ValueError(f"expected a whole number of days from 0 to {LONGEST_GRACE}")
    return int(cleaned)


def _first_year(text: str, context: Context) -> int:
    return read_first_year(text, academic_year(context.today))


def _points() -> list[Option]:
    return [(one.code, f"{one.code}  {one.title}") for one in load_shipped().transitions.values()]


FIELDS: Final = Fields(
    Field("code", "Code"),
    Field("transition", "Transition point", "choice", read=_read_transition, options=_points, needed=True),
    Field("title", "Title", read=_read_words, needed=True, help="What to do, in a few words"),
    Field("short", "Short title", read=_read_short, width=24, help="At most 16 characters, for columns"),
    Field(
        "applies", "For whom", "long text", read=read_applies, needed=True,
        help="One condition per line, such as: Year 6 · SEN support or an EHC plan · looked after",
    ),
    Field("due", "Due", read=read_due, needed=True, help="Such as 2nd Friday of June"),
    Field("grace_days", "Days of grace", read=_read_grace, width=12, help="Days after it before it counts as overdue"),
    Field(
        "severity", "How severe", "choice", read=_read_severity, needed=True,
        options=[(severity, severity) for severity in SEVERITIES],
    ),
    Field(
        "basis", "Basis", read=_read_words,
        help="The law or guidance it comes from. Not needed for a local agreement",
    ),
    Field("source", "Source", read=_read_words, help="Where that can be read"),
    Field(
        "evidence", "What counts as done", short="Counts as done", read=_read_words, needed=True,
        help="What shows that it has happened",
    ),
    Field(
        "why", "Why it matters", read=_read_words, needed=True,
        help="What goes wrong for the child if it is missed",
    ),
    Field(
        "from_year", "From", "choice", reader=_first_year,
        help="Moves in earlier academic years keep their old rule",
    ),
)  # fmt: skip
