"""Deciding a pupil's tier: what the factor table proposes from the record, and what a person chooses.

Nothing here sets a tier by itself. What was proposed, with every factor and its day, is kept with each decision.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Any, Final, NamedTuple, cast

from db.handovers import handovers as handover_store
from db.handovers.handovers import TierRow
from db.milestones import definitions as store
from db.pupils import pupils as pupil_store
from db.vocabulary import TIERS
from transitions import questionnaire
from transitions.dates import short_with_year
from transitions.errors import FieldProblems, NotAllowed, require
from transitions.fields import as_text, gather, read_whole_number, words_of
from transitions.handovers.prefill import Record, record_of
from transitions.milestones.facts import Tier
from transitions.milestones.recording import of_pupils
from transitions.workspace import Recorded, Workspace

__all__ = ["TIERS", "TierRow"]


MOST_POINTS: Final = 2
_MOST_FOR_A_TIER: Final = 40


@dataclass(frozen=True)
class Factor:
    """One thing that speaks for more help; ``points`` 0 (shown, not counted) to 2, ``source`` the fact that is looked at.

    It holds when the fact is one of ``is_one_of``, or its number is at most ``at_most`` or at least ``at_least``, or, without
    any of these, when it is yes.
    """

    code: str
    words: str
    points: int
    source: str
    is_one_of: tuple[str, ...] = ()
    at_most: float | None = None
    at_least: float | None = None
    says: str = "yes"

    def matching(self, value: object) -> str | None:
        """What of the fact it holds of, in words, or None: "attendance 87.2%"."""
        if self.is_one_of:
            given = [value] if isinstance(value, str) else sorted(cast(frozenset[str], value))
            matched = [one for one in given if one in self.is_one_of]
            return self.says.replace("{value}", ", ".join(matched)) if matched else None
        if self.at_most is None and self.at_least is None:
            return self.says if value is True or value == "yes" else None
        number = float(cast(float | str, value))
        if (self.at_most is not None and number > self.at_most) or (
            self.at_least is not None and number < self.at_least
        ):
            return None
        return self.says.replace("{value}", f"{number:g}")


@dataclass(frozen=True)
class FactorTable:
    """The factors, and by tier the fewest points from which it is proposed; below the first it is universal."""

    version: str
    factors: tuple[Factor, ...]
    from_points: Mapping[str, int]


class Known(NamedTuple):
    """One fact about a pupil, and since when or as of which day it is known; ``value`` None is not known.

    ``value`` is a bool, a number, a text or a frozenset of texts, or an answer as it is stored ("yes", "87.2").
    """

    value: object
    since: date | None = None


class Contributing(NamedTuple):
    """A factor that holds, what was found in words, and its day."""

    factor: Factor
    value: str
    since: date | None

    @property
    def counted(self) -> "CountedFactor":
        return CountedFactor(self.factor.words, self.value, self.factor.points, self.since)

    @property
    def text(self) -> str:
        found = "" if self.value == "yes" else f": {self.value}"
        counted = _points(self.factor.points) if self.factor.points else "not counted"
        day = "day not recorded" if self.since is None else short_with_year(self.since)
        return f"{self.factor.words}{found}, {day} ({counted})"


class TierProposal(NamedTuple):
    """The tier that is proposed, and all that led to it; ``not_known`` names the factors whose fact is not recorded."""

    tier: Tier
    points: int
    contributing: tuple[Contributing, ...]
    not_known: tuple[Factor, ...]
    from_points: int
    version: str

    @property
    def text(self) -> str:
        sentences = f"Proposed: {self.tier}. "
        if self.contributing:
            sentences += "Because of: " + "; ".join(one.text for one in self.contributing) + ". "
            least = f", and {self.tier} begins at {self.from_points}" if self.from_points else ""
            sentences += f"Together {_points(self.points)}{least}. "
        else:
            sentences += "Nothing recorded suggests a need for more help. "
        if self.not_known:
            sentences += "Not recorded: " + "; ".join(factor.words for factor in self.not_known) + ". "
        return f"{sentences}You decide. (Factors {self.version})"


@cache
def load_factors() -> FactorTable:
    table = questionnaire.load("transitions.handovers", "tier_factors.toml")
    return FactorTable(
        table["version"], tuple(_factor(one) for one in table["factor"]), MappingProxyType(dict(table["tiers"]))
    )


def _factor(table: Mapping[str, Any]) -> Factor:
    values = dict(table)
    return Factor(is_one_of=tuple(values.pop("is", ())), **values)


def propose(table: FactorTable, facts: Mapping[str, Known]) -> TierProposal:
    """Propose a tier from what is known, by source: ``{"attendance_percent": Known(87.2, date(2026, 6, 5)), ...}``.

    Of several factors of one source only the one with most points contributes (the first, when they have as many). Those
    with most points stand first. A source that is missing, or whose value is None, is not known and counts nothing.
    """
    factors: dict[str, Contributing] = {}
    not_known: dict[str, Factor] = {}
    for factor in table.factors:
        known = facts.get(factor.source, Known(None))
        if known.value is None:
            # the last is the mildest, which reads best as "not recorded"
            not_known[factor.source] = factor
            continue
        found = factor.matching(known.value)
        before = factors.get(factor.source)
        if found is not None and (before is None or factor.points > before.factor.points):
            factors[factor.source] = Contributing(factor, found, known.since)
    contributing = sorted(factors.values(), key=lambda one: -one.factor.points)
    points = sum(one.factor.points for one in contributing)
    reached = [tier for tier, least in table.from_points.items() if points >= least]
    tier = cast(Tier, max(reached, key=table.from_points.__getitem__, default="universal"))
    return TierProposal(
        tier, points, tuple(contributing), tuple(not_known.values()), table.from_points.get(tier, 0), table.version
    )


def in_own_numbers(table: FactorTable, own: Mapping[str, int]) -> FactorTable:
    """The table with a council's own points, by code of the factor, and own beginnings of the tiers.

    ``own`` is what ``read_numbers`` gave; codes of factors that a later release no longer has are passed over.
    """
    if not own:
        return table
    factors = tuple(replace(factor, points=own.get(factor.code, factor.points)) for factor in table.factors)
    from_points = {tier: own.get(tier, least) for tier, least in table.from_points.items()}
    return FactorTable(f"{table.version}, our own numbers", factors, MappingProxyType(from_points))


def read_numbers(table: FactorTable, given: Mapping[str, object]) -> dict[str, int]:
    """Read a council's own numbers: by code of the factor 0 to 2 points, by tier from how many points it is proposed.

    Gives those that differ from ``table``, which is the shipped one. Raises FieldProblems by code or tier.
    """
    shipped = {**{factor.code: factor.points for factor in table.factors}, **table.from_points}
    numbers, problems = gather(given, lambda name, value: _read_number(table, name, value))
    least = {**shipped, **numbers}
    if not problems and least["targeted"] >= least["enhanced"]:
        problems["enhanced"] = f"must begin above targeted, which begins at {least['targeted']}"
    if problems:
        raise FieldProblems(problems)
    return {name: number for name, number in numbers.items() if number != shipped[name]}


def _read_number(table: FactorTable, name: str, value: object) -> int:
    if name in table.from_points:
        return read_whole_number(as_text(value), 1, _MOST_FOR_A_TIER)
    if not any(factor.code == name for factor in table.factors):
        raise ValueError("there is no such factor")
    return read_whole_number(as_text(value), 0, MOST_POINTS)


def _points(number: int) -> str:
    return "1 point" if number == 1 else f"{number} points"


_SETTING: Final = "tier factors"
_ASKED_AS: Final[Mapping[str, str]] = {"attendance_percent": "attendance_this_year"}
"""Sources whose question in a handover has another code."""
_IN_OTHER_WORDS: Final = frozenset({"sen_provision", "social_care"})
"""Sources that a handover's answers name otherwise than the table; our own record tells them."""
_LONGEST_REASON: Final = 1_000


class CountedFactor(NamedTuple):
    """One factor as it stood when a tier was decided."""

    words: str
    value: str
    points: int
    since: date | None


class Decided(NamedTuple):
    """What a decision was made on: the factors, their points together, and the version of the table."""

    version: str
    points: int
    factors: tuple[CountedFactor, ...]


def factors(workspace: Workspace) -> FactorTable:
    kept = store.setting(workspace.read(), _SETTING)
    table = load_factors()
    if not kept or not kept["numbers"]:
        return table
    own = in_own_numbers(table, kept["numbers"])
    return FactorTable(f"{own.version}, change {kept['version']}", own.factors, own.from_points)


def save_factors(workspace: Workspace, numbers: Mapping[str, object]) -> Recorded:
    """Save the council's own numbers, all of them: points 0 to 2 by code of the factor, and by tier where it begins.

    What is left out has the shipped number again. Decisions keep the table they were made by. Raises FieldProblems.
    """
    wanted = read_numbers(load_factors(), numbers)
    kept = store.setting(workspace.read(), _SETTING) or {"version": 0, "numbers": {}}
    name = "Factors of the tier changed"
    if wanted == kept["numbers"]:
        return Recorded(name, "nothing to change", 0)
    version = kept["version"] + 1
    summary = f"{len(wanted)} of our own, change {version}"
    with workspace.change(name, summary) as action:
        text = json.dumps({"version": version, "numbers": wanted}, sort_keys=True)
        changed = store.change_setting(action, _SETTING, text)
    return Recorded(name, summary, int(changed))


def proposal(workspace: Workspace, pupil_id: int) -> TierProposal:
    table = factors(workspace)
    return propose(table, _known_sources(workspace, pupil_id, table))


def decide(workspace: Workspace, pupil_ids: Sequence[int], tier: str, reason: str = "") -> Recorded:
    """Decide the tier of pupils, as one action; what was proposed is kept with it.

    Raises NotAllowed for another word than the three tiers; FieldProblems when the tier is another than was proposed for
    any of them and no reason is given; NoSuchRecord.
    """
    if tier not in TIERS:
        raise NotAllowed(f"{tier!r} is not a tier. Choose one of: {', '.join(TIERS)}")
    cleaned = words_of(reason) or None
    if cleaned is not None and len(cleaned) > _LONGEST_REASON:
        raise FieldProblems(
            {"reason": f"has {len(cleaned):,} characters, more than {_LONGEST_REASON:,}: say it shorter."}
        )
    summary = f"{tier} · {of_pupils(workspace, pupil_ids)}"
    with workspace.change("Tier decided", summary) as action:
        for pupil_id in pupil_ids:
            found = proposal(workspace, pupil_id)
            if found.tier != tier and cleaned is None:
                who = pupil_store.pupil_name(workspace.read(), pupil_id)
                raise FieldProblems({"reason": f"{found.tier} is suggested for {who}. Say why it is {tier}."})
            action.insert(
                "tier_decision",
                {
                    "pupil_id": pupil_id,
                    "decided_on": workspace.clock.today,
                    "tier": tier,
                    "proposed": found.tier,
                    "factors": _decision_json(found),
                    "reason": cleaned,
                    "worker_id": workspace.me,
                },
            )
            action.update("pupil", {"id": pupil_id}, {"tier": tier})
    return Recorded("Tier decided", summary, len(pupil_ids))


def decisions(workspace: Workspace, pupil_id: int) -> list[TierRow]:
    return handover_store.tier_decisions(workspace.read(), pupil_id)


def read_decision(row: TierRow) -> Decided:
    kept = json.loads(row.factors)
    counted = (
        CountedFactor(
            one["words"], one["value"], one["points"], date.fromisoformat(one["since"]) if one["since"] else None
        )
        for one in kept["factors"]
    )
    return Decided(kept["version"], kept["points"], tuple(counted))


def as_kept(version: str, factors: Iterable[tuple[CountedFactor, str]]) -> dict[str, Any]:
    """What is kept with a decision, as JSON takes it; ``factors`` with the code of each, "" for one of another school."""
    listed = [
        {**one._asdict(), "since": one.since.isoformat() if one.since else None, "code": code} for one, code in factors
    ]
    return {"version": version, "points": sum(one["points"] for one in listed), "factors": listed}


def _decision_json(found: TierProposal) -> str:
    factors = ((one.counted, one.factor.code) for one in found.contributing)
    return json.dumps(as_kept(found.version, factors), ensure_ascii=False, sort_keys=True)


def _known_sources(workspace: Workspace, pupil_id: int, table: FactorTable) -> dict[str, Known]:
    """Every source of the table that something is known of, with its day; our own record comes before an answer."""
    pupil = require(pupil_store.page(workspace.read(), pupil_id), f"There is no pupil with the number {pupil_id}.")
    newest = next(iter(handover_store.of_pupil(workspace.read(), pupil_id)), None)
    record = record_of(workspace, pupil, newest)
    answers = handover_store.answers(workspace.read(), [newest.id]) if newest else []
    answered = {one.question: Known(one.value, one.answered_on) for one in answers}
    codes = {one.source: _ASKED_AS.get(one.source, one.source) for one in table.factors}
    values = {
        source: answered[code] for source, code in codes.items() if code in answered and source not in _IN_OTHER_WORDS
    }
    return {**values, **_from_record(record, codes)}


def _from_record(record: Record, sources: Iterable[str]) -> dict[str, Known]:
    facts = {column: record.says(column) for column in sources if hasattr(record.pupil, column)}
    found = {column: Known(fact.value, fact.on) for column, fact in facts.items() if fact and column != "sen_provision"}
    if record.pupil.sen_provision != "N" or "sen_provision" in record.recorded:
        recorded = record.recorded.get("sen_provision")
        since = record.pupil.ehc_started_on if record.pupil.sen_provision == "E" else None
        found["sen_provision"] = Known(record.pupil.sen_provision, since or recorded)
    return {**found, **_care(record), **_elsewhere(record)}


def _care(record: Record) -> dict[str, Known]:
    """Whether the pupil is looked after or otherwise open to social care; not known where nothing was ever recorded."""
    if not record.episodes:
        return {}
    now = record.open_care()
    since = max((one.started_on for one in now if one.kind != "looked after" and one.started_on), default=None)
    cared = next((one for one in now if one.kind == "looked after"), None)
    return {
        "social_care": Known(frozenset(one.kind for one in now) - {"looked after"}, since),
        "looked_after": Known(cared is not None, cared and cared.started_on),
    }


def _elsewhere(record: Record) -> dict[str, Known]:
    placed = record.placed()
    return {} if placed is None else {"placed_elsewhere": Known(True, placed.started_on)}
