"""What criteria can ask of a pupil: each key, how it is read, tested against the facts, and said in plain English."""

from collections.abc import Callable, Sequence
from typing import NamedTuple, get_args

from db.vocabulary import PROVISIONS, SOCIAL_CARE_KINDS, TIERS
from transitions.milestones.destinations import LEAVING, Taught
from transitions.milestones.facts import EhcAssessment, Facts
from transitions.school_year import academic_year, runs_of, year_group_label
from transitions.text import listed

Value = tuple[int | str, ...] | str | bool
Test = Callable[[Facts, int], bool]

_GROUP_WITH_25 = 17  # of whoever is taught three years out of year
YEAR_GROUPS = tuple(range(-1, 21))  # nursery to the academic year of the 25th birthday
EHC_ASSESSMENTS: tuple[EhcAssessment, ...] = get_args(EhcAssessment)
HANDED_OVER = tuple(LEAVING)
"""The moves that have a handover."""


class CriteriaProblem(ValueError):
    """The criteria cannot be used; ``sentences`` says what is wrong and what is understood, one problem each."""

    def __init__(self, sentences: Sequence[str]) -> None:
        self.sentences = tuple(sentences)
        super().__init__("\n".join(sentences))


class Key(NamedTuple):
    """How one key is read, tested and said; phrases are plural and start with a verb of ``_VERBS``."""

    label: str
    parse: Callable[[object], Value]
    test: Callable[[Value], Test]
    phrase: Callable[[Value], str]
    found: Callable[[Facts, int], str]


# --- words ---------------------------------------------------------------------------------------------------------

_VERBS = {
    "have": ("needs", "has"),
    "are": ("needs to be", "is"),
    "were": ("needs to have been", "was"),
    "leave": ("needs to leave", "leaves"),
}


def as_need(phrase: str) -> str:
    """Turn "have an EHC plan" into "needs an EHC plan"."""
    verb, _, rest = phrase.partition(" ")
    return f"needs to have {rest}" if phrase.startswith("have no ") else f"{_VERBS[verb][0]} {rest}"


def of_one_pupil(phrase: str) -> str:
    """Turn "have an EHC plan" into "has an EHC plan"."""
    verb, _, rest = phrase.partition(" ")
    return f"{_VERBS[verb][1]} {rest}"


def in_year_group(group: int) -> str:
    """ "in Year 6"; "past school, turning 20" and "not yet in nursery" of what is no year group of a school."""
    label = year_group_label(group)
    if group < -1:
        return "not yet in nursery"
    return f"past school, {label.lower()}" if label.startswith("Turning") else f"in {label}"


def year_groups_in_words(year_groups: Sequence[int]) -> str:
    """ "Year 4, Year 5 or Year 8"; three or more neighbours become "Year 9 to Year 13" or "Year 9 and above"."""
    phrases: list[str] = []
    for run in runs_of(year_groups):
        if len(run) > 2:
            upper = "and above" if run[-1] == YEAR_GROUPS[-1] else f"to {year_group_label(run[-1])}"
            phrases.append(f"{year_group_label(run[0])} {upper}")
        else:
            phrases.extend(map(year_group_label, run))
    return listed(phrases, "or")


# --- reading values ------------------------------------------------------------------------------------------------


def _choices(known: Sequence[int | str]) -> Callable[[object], Value]:
    def parse(value: object) -> Value:
        chosen = _checked_list(known, value)
        return tuple(item for item in known if item in chosen)

    return parse


def _checked_list(known: Sequence[int | str], value: object) -> Sequence[object]:
    if not isinstance(value, list | tuple):
        example = ", ".join(f'"{item}"' if isinstance(item, str) else str(item) for item in known[:2])
        raise CriteriaProblem([f"a list was expected, such as [{example}]"])
    if not value:
        raise CriteriaProblem(["the list is empty, so no pupil could match; leave the key out to mean every pupil"])
    # True == 1 in Python, and a year group of true is a slip, not Year 1
    strange = [repr(item) for item in value if isinstance(item, bool) or item not in known]
    if strange:
        expected = ", ".join(map(str, known))
        raise CriteriaProblem([f"{listed(strange, 'and')} not understood; understood are {expected}"])
    return value


def yes_or_no(value: object) -> Value:
    if not isinstance(value, bool):
        raise CriteriaProblem([f"{value!r} not understood; understood are true and false"])
    return value


def _one_of(*known: str) -> Callable[[object], Value]:
    def parse(value: object) -> Value:
        if isinstance(value, str) and value in known:
            return value
        expected = listed([f'"{word}"' for word in known], "and")
        raise CriteriaProblem([f"{value!r} not understood; understood are {expected}"])

    return parse


def _texts(value: Value) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, tuple) else ()


# --- the keys that are more than a flag ----------------------------------------------------------------------------


def _year_group_test(value: Value) -> Test:
    year_groups: frozenset[object] = frozenset(value) if isinstance(value, tuple) else frozenset()
    return lambda _facts, year_group: year_group in year_groups


def _sen_test(value: Value) -> Test:
    provisions = frozenset(_texts(value))
    return lambda facts, year_group: _provision(facts, year_group) in provisions


def _provision(facts: Facts, year_group: int) -> str:
    """The provision in a year: an EHC plan cannot last beyond the academic year of the 25th birthday."""
    if year_group < _GROUP_WITH_25 or facts.sen_provision != "E":
        return facts.sen_provision
    return "E" if facts.cohort_year + year_group <= academic_year(facts.date_of_birth) + 25 else "N"


def _sen_phrase(value: Value) -> str:
    labels = {"K": "SEN support", "E": "an EHC plan", "N": "no SEN"}  # "no SEN" last: "no SEN or SEN support" misleads
    return f"have {listed([labels[code] for code in labels if code in _texts(value)], 'or')}"


def _tier_test(value: Value) -> Test:
    tiers = frozenset(_texts(value))
    return lambda facts, _year_group: facts.tier in tiers


def _tier_phrase(value: Value) -> str:
    return f"are in the {listed(_texts(value), 'or')} tier"


def _tier_found(facts: Facts, _year_group: int) -> str:
    return _tier_phrase((facts.tier,)) if facts.tier else "have no tier yet"


def _social_care_parse(value: object) -> Value:
    return _one_of("any", "none")(value) if isinstance(value, str) else _choices(SOCIAL_CARE_KINDS)(value)


def _social_care_test(value: Value) -> Test:
    if value == "any":
        return lambda facts, _year_group: bool(facts.open_care)
    if value == "none":
        return lambda facts, _year_group: not facts.open_care
    kinds = frozenset(_texts(value))
    return lambda facts, _year_group: not kinds.isdisjoint(facts.social_care)


def _social_care_phrase(value: Value) -> str:
    if value == "none":
        return "are not open to social care"
    return "are open to social care" + ("" if value == "any" else f" ({listed(_texts(value), 'or')})")


def _social_care_found(facts: Facts, _year_group: int) -> str:
    kinds = [kind for kind in SOCIAL_CARE_KINDS if kind in facts.open_care]
    if not kinds and facts.social_care:
        return "are care leavers, whose support has ended"
    return f"are open to social care ({listed(kinds, 'and')})" if kinds else _social_care_phrase("none")


_UNLESS_STAYING = "yes unless staying"
_UNLESS = {
    "yes": "",
    "yes or not known": " (or it is not known)",
    _UNLESS_STAYING: " (unless it is recorded that they stay)",
}


def _moves_school_test(value: Value) -> Test:
    if value == "yes":
        return lambda facts, year_group: facts.leaving_year_group == year_group
    if value == _UNLESS_STAYING:
        return lambda facts, year_group: not facts.stays(year_group)
    return lambda facts, year_group: facts.leaving_year_group is None or facts.leaving_year_group == year_group


def _moves_school_phrase(value: Value) -> str:
    return f"leave their school at the end of the year{_UNLESS[str(value)]}"


def _moves_school_found(facts: Facts, year_group: int) -> str:
    if facts.stays(year_group):
        return f"are to go on at the same school after {year_group_label(year_group)}"
    move = facts.move_from(year_group)
    if move is not None and move.leaves and facts.leaving_year_group == year_group != move.left.last:
        return f"have another school recorded as the next after {year_group_label(year_group)}"
    if not facts.teaches(year_group):
        first = f"are on record at a school that begins with {year_group_label(facts.first_year_group or 0)}"
        if facts.leaving_year_group == year_group:
            return f"{first}, so {year_group_label(year_group)} is the last year at the one before"
        return f"{first}, and it is not known where {year_group_label(year_group)} is spent"
    if facts.leaving_year_group is None:
        return "are at a school whose last year group is not known"
    return f"are at a school that ends with {year_group_label(facts.leaving_year_group)}"


def _post_16_test(value: Value) -> Test:
    if value:
        return lambda facts, _year_group: facts.first_year_group is None or Taught(facts.first_year_group).is_post_16
    return lambda facts, _year_group: not Taught(facts.first_year_group).is_post_16


def _post_16_phrase(value: Value) -> str:
    return "are at a post-16 provider (or it is not known)" if value else "are not at a post-16 provider"


def _post_16_found(facts: Facts, _year_group: int) -> str:
    if facts.first_year_group is None:
        return "are at a place of which it is not known whether it is a post-16 provider"
    return "are at a post-16 provider" if Taught(facts.first_year_group).is_post_16 else _post_16_phrase(False)


def _handover_test(value: Value) -> Test:
    moves = _texts(value)
    return lambda facts, year_group: any(facts.handovers_for(move, facts.cohort_year + year_group) for move in moves)


def _handover_phrase(value: Value) -> str:
    return f"have a handover for {listed(_texts(value), 'or')}"


def _handover_found(facts: Facts, year_group: int) -> str:
    moves = [move for move in HANDED_OVER if facts.handovers_for(move, facts.cohort_year + year_group)]
    return _handover_phrase(tuple(moves)) if moves else "have no handover for the move"


def _flag(label: str, when_true: str, when_false: str, value_of: Callable[[Facts], object]) -> Key:
    def test(value: Value) -> Test:
        if value:
            return lambda facts, _year_group: bool(value_of(facts))
        return lambda facts, _year_group: not value_of(facts)

    def phrase(value: Value) -> str:
        return when_true if value else when_false

    def found(facts: Facts, _year_group: int) -> str:
        return when_true if value_of(facts) else when_false

    return Key(label, yes_or_no, test, phrase, found)


def _having(label: str, thing: str, value_of: Callable[[Facts], object], without: str | None = None) -> Key:
    return _flag(label, f"have {thing}", without or f"have no {thing.removeprefix('a ').removeprefix('an ')}", value_of)


# In this order criteria are tested, explained and written: the year group first, because it turns most pupils away.
KEYS: dict[str, Key] = {
    "year_group": Key(
        "Year group",
        _choices(YEAR_GROUPS),
        _year_group_test,
        lambda value: f"are in {year_groups_in_words([int(year) for year in _texts(value)])}",
        lambda _facts, year_group: f"are {in_year_group(year_group)}",
    ),
    "sen": Key(
        "SEN provision",
        _choices(PROVISIONS),
        _sen_test,
        _sen_phrase,
        lambda facts, year_group: _sen_phrase((_provision(facts, year_group),)),
    ),
    "ehc_assessment": Key(
        "EHC assessment",
        _choices(EHC_ASSESSMENTS),
        lambda value: lambda facts, _year_group: facts.ehc_assessment in _texts(value),
        lambda value: f"have an EHC assessment ({listed(_texts(value), 'or')})",
        lambda facts, _year_group: (
            f"have an EHC assessment ({facts.ehc_assessment})" if facts.ehc_assessment else "have no EHC assessment"
        ),
    ),
    "ehc_to_secondary_end": _flag(
        "Keeps the EHC plan",
        "are to keep the EHC plan until the end of secondary",
        "are not recorded as keeping the EHC plan until the end of secondary",
        lambda facts: facts.ehc_to_secondary_end,
    ),
    "tier": Key("Tier", _choices(TIERS), _tier_test, _tier_phrase, _tier_found),
    "social_care": Key(
        "Social care",
        _social_care_parse,
        _social_care_test,
        _social_care_phrase,
        _social_care_found,
    ),
    "looked_after": _flag(
        "Looked after", "are looked after", "are not looked after", lambda facts: "looked after" in facts.social_care
    ),
    "previously_looked_after": _flag(
        "Previously looked after",
        "were looked after in the past",
        "were not looked after in the past",
        lambda facts: facts.previously_looked_after,
    ),
    "child_protection_file": _having(
        "Child protection file", "a child protection file", lambda facts: facts.child_protection_file
    ),
    "pupil_premium": _having("Pupil premium", "pupil premium", lambda facts: facts.pupil_premium),
    "free_school_meals": _having("Free school meals", "free school meals", lambda facts: facts.free_school_meals),
    "english_additional_language": _having(
        "English as an additional language",
        "English as an additional language",
        lambda facts: facts.english_additional_language,
        without="have English as their first language",
    ),
    "young_carer": _flag("Young carer", "are young carers", "are not young carers", lambda facts: facts.young_carer),
    "moves_school": Key(
        "Moves school",
        _one_of(*_UNLESS),
        _moves_school_test,
        _moves_school_phrase,
        _moves_school_found,
    ),
    "post_16_provider": Key("Post-16 provider", yes_or_no, _post_16_test, _post_16_phrase, _post_16_found),
    "in_year_move": _having("In-year move", "an in-year move", lambda facts: facts.in_year_move_on),
    "off_roll": _having(
        "Off roll",
        "an in-year move or an off-roll day",
        lambda facts: facts.left_roll_on or "left_roll_on" in facts.not_known,
        without="have no in-year move or off-roll day",
    ),
    "part_time_timetable": _having(
        "Part-time timetable",
        "a part-time timetable",
        lambda facts: (
            facts.part_time_timetable_until
            or facts.part_time_timetable_since
            or "part_time_timetable_since" in facts.not_known
        ),
    ),
    "handover": Key(
        "Handover",
        _choices(HANDED_OVER),
        _handover_test,
        _handover_phrase,
        _handover_found,
    ),
    "re_integration": _having("Re-integration", "a return from a placement", lambda facts: facts.reintegrated_on),
    "extra_funding": _having("Extra funding", "extra funding that ends", lambda facts: facts.funding_ends_on),
    "has_plan": _having("Transition plan", "a transition plan", lambda facts: facts.plan_opened_on),
    "has_owner": _having("Named worker", "a named worker", lambda facts: facts.owner_since),
}
