"""Whom a milestone is for, as a person types it: one condition a line, in the words that explanations use.

    Year 6 or Year 10
    SEN support or an EHC plan
    leave their school at the end of the year
    either: looked after | a child protection file + young carers

Each line must hold. After "either:" one of the alternatives between bars is enough, and "+" joins what must hold together
in one of them. The keys of a file (``year_group = [6]``) are understood as well.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from itertools import combinations

from db.vocabulary import PROVISIONS, SOCIAL_CARE_KINDS, TIERS
from transitions.milestones.criteria import ANY_OF, Criteria, CriteriaProblem, parse_criteria
from transitions.milestones.criteria_fields import HANDED_OVER, KEYS, YEAR_GROUPS, Value, year_groups_in_words
from transitions.school_year import parse_year_group, year_group_label

__all__ = ["EXAMPLES", "criteria_text", "read_criteria"]

EXAMPLES = (
    "Year 6",
    "Year 9 to Year 11",
    "SEN support or an EHC plan",
    "looked after",
    "leave their school at the end of the year",
)
_EITHER = "either:"
_EVERYBODY = ("every pupil", "everybody", "all pupils")
_VERB = re.compile(r"(?:have|are|were) ")
_SILENT = re.compile(r"\b(?:have|has|are|is|were|was|a|an|the|pupils?|who|with|their)\b")
_SHORT_FOR: Mapping[str, str] = {
    "ehcp": "ehc plan",
    "ehcps": "ehc plan",
    "sen": "sen support or ehc plan",
    "leave school": "leave school at end of year",
    "looked-after": "looked after",
}


def criteria_text(criteria: Criteria) -> str:
    """Give criteria as lines that ``read_criteria`` reads back; "every pupil" when nothing is asked for."""
    lines = [_words(key, value) for key, value in criteria.wants]
    if criteria.any_of:
        either = (" + ".join(_words(key, value) for key, value in one.wants) for one in criteria.any_of)
        lines.append(f"{_EITHER} {' | '.join(either)}")
    return "\n".join(lines) or _EVERYBODY[0]


def read_criteria(text: str) -> Criteria:
    """Read what a person typed. Raises CriteriaProblem, whose sentences say what was not understood and what may be meant."""
    if "=" in text:
        return parse_criteria(_toml(text))
    lines = [line.strip(" .") for line in re.split(r"[\n;]", text) if line.strip(" .")]
    problems: list[str] = []
    mapping: dict[str, object] = {}
    for line in lines:
        if line.casefold() in _EVERYBODY:
            continue
        if line.casefold().startswith(_EITHER):
            found: tuple[str, object] = (ANY_OF, _alternatives(line[len(_EITHER) :], problems))
        else:
            found = _condition(line, problems)
        if found[0] and found[0] in mapping:
            problems.append(f"“{line}” is a second line about the same thing; put both into one line, joined by “or”")
        mapping[found[0]] = found[1]
    if problems:
        raise CriteriaProblem(problems)
    return parse_criteria(mapping)


def _words(key: str, value: Value) -> str:
    if key == "year_group":
        return year_groups_in_words(value if isinstance(value, tuple) else ())  # type: ignore[arg-type] # whole numbers
    return _VERB.sub("", KEYS[key].phrase(value), count=1)


def _toml(text: str) -> Mapping[str, object]:
    body = text.strip()
    body = body[1:-1] if body.startswith("{") and body.endswith("}") else body
    try:
        return tomllib.loads(body)
    except tomllib.TOMLDecodeError:
        pass
    try:
        found: Mapping[str, object] = tomllib.loads(f"applies = {{{' '.join(body.splitlines())}}}")["applies"]
    except tomllib.TOMLDecodeError as error:
        raise CriteriaProblem(
            [f"this is not TOML: {error}; write conditions one a line, such as {EXAMPLES[0]}"]
        ) from None
    return found


def _alternatives(text: str, problems: list[str]) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for alternative in text.split("|"):
        conditions = [_condition(part.strip(), problems) for part in alternative.split("+") if part.strip()]
        found.append(dict(conditions))
    return found


def _condition(text: str, problems: list[str]) -> tuple[str, object]:
    """Give the key and value of one condition; a problem is noted, and the key is empty, when it is not understood."""
    groups = _year_groups(text)
    if groups is not None:
        return "year_group", groups
    if re.match(r"years? *[0-9]", text.casefold()):
        problems.append(
            f"“{text}” is not understood; year groups go from Nursery and Reception to Year 14, as in Year 9 to Year 11"
        )
        return "", None
    plain = _plain(text)
    known = _known()
    found = known.get(_SHORT_FOR.get(plain, plain))
    if found is not None:
        return found
    close = get_close_matches(plain, known, n=1, cutoff=0.5)
    meant = f"did you mean “{_words(*known[close[0]])}”?" if close else f"expected such as {', '.join(EXAMPLES)}"
    problems.append(f"“{text}” is not understood; {meant}")
    return "", None


def _plain(text: str) -> str:
    return " ".join(_SILENT.sub(" ", re.sub(r"[(),]", " ", text.casefold())).split())


@cache
def _known() -> Mapping[str, tuple[str, Value]]:
    """Every condition but those of year groups that can be said, by its words without the small ones."""
    return {
        _plain(kind.phrase(value)): (key, value)
        for key, kind in KEYS.items()
        if key != "year_group"
        for value in _values(key)
    }


def _values(key: str) -> Iterator[Value]:
    for candidate in (True, False, "any", "none", "yes", "yes or not known", *_lists()):
        try:
            yield KEYS[key].parse(candidate)
        except CriteriaProblem:
            continue


def _lists() -> Iterator[Sequence[str]]:
    for words in (PROVISIONS, TIERS, SOCIAL_CARE_KINDS, HANDED_OVER):
        for size in range(1, len(words) + 1):
            yield from combinations(words, size)


def _year_groups(text: str) -> list[int] | None:
    """Read "Year 6", "6, 7", "Reception or Year 1", "Year 9 to Year 11", "Year 9 and above"; None when it is none of these."""
    plain = re.sub(r"\b(?:pupils?|years?)\b", " ", text.casefold())
    found: list[int] = []
    for part in re.split(r",|\bor\b|\band\b(?! above)", plain):
        ends = re.split(r"\bto\b|[-–]", part.replace("and above", "").strip())
        numbers = [_year_group(end.strip()) for end in ends]
        if None in numbers or len(numbers) > 2:
            return None
        first, last = numbers[0], YEAR_GROUPS[-1] if "and above" in part else numbers[-1]
        found.extend(range(first or 0, (last or 0) + 1))
    return sorted(set(found)) or None


def _year_group(text: str) -> int | None:
    by_label = {year_group_label(group).casefold(): group for group in YEAR_GROUPS if group <= 0 or group > 14}
    if text in by_label:
        return by_label[text]
    try:
        return parse_year_group(text)
    except ValueError:
        return None
