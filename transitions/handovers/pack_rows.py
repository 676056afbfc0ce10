"""What a pack says of a pupil, in the cells of an import of pupils and in the answers that are kept.

Nothing that is read here is believed for being in a pack: what an import would not take from a file is not taken from it
either, and an answer that our form would not accept is kept as words under its question.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final, NamedTuple

from db.handovers import handovers as store
from db.importing import SchoolRow
from transitions.fields import Context
from transitions.handovers.form import OwnQuestions, read_answer, shipped_questions
from transitions.handovers.pack_content import Party, SentHandover, SentPupil, SentTier
from transitions.handovers.tiers import CountedFactor, as_kept
from transitions.identifiers import laestab
from transitions.importing.matching import Schools
from transitions.importing.preview import CLEAR
from transitions.pupils.pupil_fields import FIELDS, read_pupil_field
from transitions.questionnaire import Question
from transitions.school_year import academic_year, year_group_short
from transitions.text import searchable
from transitions.workspace import Workspace

_NOT_FILLED: Final = frozenset(
    {"full_name", "out_of_year_reason", "needs", "tier", "in_year_move_on", "social_care_since"}
)
COLUMNS: Final = (
    *(name for name in FIELDS if name not in _NOT_FILLED), "tier", "school_urn", "school_laestab", "school_name",
    "next_school_urn", "next_school_laestab", "next_school_name",
)  # fmt: skip
"""The fields of an import of pupils that a pack can fill."""
_NEEDS: Final = ("primary_need", "secondary_need", "need_3")
_YEAR_GROUPS: Final = range(-1, 15)
_OWN: Final = "own_"
_LONGEST_LABEL: Final = 300


class Listed(NamedTuple):
    """A school of a pack that is in our list: its number, and the cell by which an import finds it."""

    id: int
    by: str
    text: str


def identity(pupil: SentPupil, today: date) -> dict[str, str]:
    group = academic_year(today) - pupil.cohort_year
    cells = {
        "upn": pupil.upn,
        "former_upn": pupil.former_upn,
        "uln": pupil.uln,
        "surname": pupil.surname,
        "forename": pupil.forename,
        "preferred_name": pupil.preferred_name,
        "date_of_birth": pupil.date_of_birth.isoformat(),
        "sex": pupil.sex,
        "year_group": year_group_short(group) if group in _YEAR_GROUPS else None,
    }
    return {name: text for name, text in cells.items() if text}


def facts(answers: Mapping[str, str], today: date) -> dict[str, str]:
    """The cells that answers fill: those that our own record would have proposed. What is not understood is left out.

    What the pupil likes to be called stands with the other names, in what says who it is.
    """
    found: dict[str, str] = {}
    for code, value in answers.items():
        name = _record_field(code)
        if name == "attendance_percent":
            found[name] = f"{value}%"
        elif name == "needs":
            found |= dict(zip(_NEEDS, value.split(", "), strict=False))
        elif name in FIELDS and name != "preferred_name" and (name, value) != ("social_care", "no"):
            found[name] = value
    return {name: text for name, text in found.items() if _is_read(name, text, today)}


def cells_of(found: Mapping[str, str]) -> tuple[str, ...]:
    """A row of ``COLUMNS``; what would empty a field in a table is only an odd text here."""
    return tuple("" if found.get(name, "") == CLEAR else found.get(name, "") for name in COLUMNS)


def answers_as_kept(sent: SentHandover, own: OwnQuestions) -> dict[str, str]:
    """The answers by the code under which they are kept: that of our question, else the words of theirs.

    A question of another council's own may bear the code of one of ours: then its words decide.
    """
    found: dict[str, str] = {}
    for answer in sent.answers:
        question = _our_question(answer.code, answer.label, own)
        known = question is not None and _is_accepted(question, answer.value)
        key = answer.code if known else answer.label
        found[key if key not in found else _another(key, found)] = answer.value
    return found


def list_school(party: Party, schools: Schools, rows: Iterable[SchoolRow]) -> Listed | None:
    """Find a school of a pack in our list: by URN, by DfE number, else by its name when no number says otherwise."""
    for by, text in (("urn", party.urn), ("laestab", party.dfe_number), ("name", party.name)):
        if not text:
            continue
        try:
            number: int = getattr(schools, f"by_{by}")(text)
        except ValueError:
            continue
        if by != "name" or _may_be(party, next(row for row in rows if row.id == number)):
            return Listed(number, by, text)
    return None


def _may_be(party: Party, row: SchoolRow) -> bool:
    ours = None if row.la_number is None else laestab(row.la_number, row.establishment_number or 0)
    urn = None if row.urn is None else str(row.urn)
    return searchable(party.name) == searchable(row.name) and all(
        None in pair or pair[0] == pair[1] for pair in ((party.urn, urn), (party.dfe_number, ours))
    )


def _record_field(code: str) -> str:
    question = shipped_questions().get(code)
    return question.from_record.removeprefix("pupil.") if question else ""


def _our_question(code: str, label: str, own: OwnQuestions) -> Question | None:
    if not code.startswith(_OWN):
        return shipped_questions().get(code)
    ours = (one.question for one in (*own.questions, *own.earlier) if one.question.code == code)
    question = next(ours, None)
    return question if question is not None and question.label == label else None


def _is_accepted(question: Question, value: str) -> bool:
    """Whether our form would keep the value just so; on another day, for theirs may be ahead of ours."""
    try:
        return read_answer(replace(question, already=False), value, date(2000, 1, 1)) == value
    except ValueError:
        return False


def _is_read(name: str, text: str, today: date) -> bool:
    try:
        read_pupil_field(name, text, Context(today))
    except ValueError:
        return False
    return True


def _another(key: str, taken: Mapping[str, str]) -> str:
    number = 2
    while f"{key[:_LONGEST_LABEL]} ({number})" in taken:
        number += 1
    return f"{key[:_LONGEST_LABEL]} ({number})"


def tier_came_before(workspace: Workspace, pupil_id: int, tier: SentTier) -> bool:
    came = (json.loads(row.factors) for row in store.tier_decisions(workspace.read(), pupil_id))
    newest = next((kept for kept in came if "from" in kept), None)
    return newest is not None and {**newest, "from": ""} == {**factors_as_kept(tier), "from": ""}


def factors_as_kept(tier: SentTier) -> dict[str, Any]:
    """A tier's factors as they are kept with a decision, and the tier, so that two are told apart by it."""
    factors = ((CountedFactor(one.words, one.value, one.points, one.since), "") for one in tier.factors)
    return {**as_kept(tier.version, factors), "tier": tier.tier}
