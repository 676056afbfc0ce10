"""One pupil at a time: saving what a form or command holds, archiving, and finding a pupil by what people know."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from threading import Thread
from typing import Any, Final

from db import importing as bulk
from db.gathering import OWN, Write, write_rows
from db.importing import NO_CARE, Care
from db.pupils import finding
from db.pupils import pupils as store
from db.pupils.destinations import destinations
from db.pupils.finding import FoundPupil
from transitions.dates import short_with_year
from transitions.errors import FieldProblems, NoSuchRecord, require
from transitions.fields import IS_NEEDED, Context, Field, Fields, labelled, typed_in, validate
from transitions.identifiers import IdentifierProblem, check_upn
from transitions.milestones.destinations import IN_YEAR, Move, Taught
from transitions.pupils import lists
from transitions.pupils.derived_columns import (
    CareChange,
    care_changes,
    care_writes,
    columns,
    impossible_days,
    need_writes,
    out_of_year,
    pupil_writes,
)
from transitions.pupils.destinations import WHICH_SCHOOL, destination_writes
from transitions.pupils.pupil_fields import FIELDS
from transitions.pupils.schools import SCHOOL_FIELDS, find_school
from transitions.school_year import academic_year, year_group_label
from transitions.team.workers import find_worker, of_another_school
from transitions.text import search_words, searchable
from transitions.workspace import Recorded, Saved, Workspace

CIRCLES: Final = ("inner", "middle", "outer")


def load_tables() -> None:
    """Begin to load what pupils, schools and workers are held against before they are saved: a form that opens needs it later."""
    Thread(target=import_module, args=("db.schema.pupils",), daemon=True).start()


def _circle(text: str) -> str:
    if text.casefold() not in CIRCLES:
        raise ValueError("expected inner, middle or outer")
    return text.casefold()


CONTACT_FIELDS: Final = Fields(
    Field("name", "Name", needed=True),
    Field("relationship", "Who they are", help="Mother, key adult, social worker, best friend"),
    Field(
        "circle",
        "Circle",
        "choice",
        read=_circle,
        options=labelled(CIRCLES),
        help="Inner for those closest to the pupil",
    ),
    Field("telephone", "Telephone", width=24),
    Field("email", "Email"),
    Field(
        "may_contact", "May be contacted", "yes no", empty=False, help="Whether the family agrees to us contacting them"
    ),
)


def save_contact(workspace: Workspace, pupil_id: int, contact_id: int | None, fields: Mapping[str, object]) -> Saved:
    """Save a new person of a pupil's circle (None) or changes to one; fields that are not given stay.

    Raises FieldProblems, and NoSuchRecord when the pupil or the contact is not there.
    """
    values = CONTACT_FIELDS.checked(typed_in(workspace), fields, new=contact_id is None)
    who = _pupil_name(workspace, pupil_id)
    if contact_id is not None:
        _check_contact(workspace, pupil_id, contact_id)
    with workspace.change(
        "Person added to the circle" if contact_id is None else "Person in the circle changed", who
    ) as action:
        number = action.save("contact", contact_id, values, pupil_id=pupil_id)
    return action.saved(number)


def archive_contact(workspace: Workspace, pupil_id: int, contact_id: int) -> Recorded:
    """Take a person out of the circle; the history keeps who it was. Raises NoSuchRecord."""
    who = _pupil_name(workspace, pupil_id)
    _check_contact(workspace, pupil_id, contact_id)
    with workspace.change("Person taken out of the circle", who) as action:
        action.update("contact", {"id": contact_id}, {"archived_at": workspace.clock.now()})
    return action.recorded


def _pupil_name(workspace: Workspace, pupil_id: int) -> str:
    return require(store.pupil_name(workspace.read(), pupil_id), f"There is no pupil with the number {pupil_id}.")


def _check_contact(workspace: Workspace, pupil_id: int, contact_id: int) -> None:
    if not bulk.has_contact(workspace.read(), pupil_id, contact_id):
        raise NoSuchRecord("This person is no longer in the pupil's circle. Check the pupil again.")


_ONLY_IN_FILES = frozenset({"full_name", "primary_need", "secondary_need", "need_3", "looked_after"})
_CARE = ("social_care", "social_care_since", "social_care_ended")
_NOT_COLUMNS = ("needs", *_CARE)

FORM_FIELDS: Final = Fields(
    # a surname, a forename or both
    *(
        replace(field, needed=False, empty="") if name in ("surname", "forename") else field
        for name, field in FIELDS.items()
        if name not in _ONLY_IN_FILES and name not in _CARE
    ),
    *(FIELDS[name] for name in _CARE),
    Field("school", "School", "school", find=find_school, column="school_id"),
    Field(
        "next_school",
        "Next school",
        "school",
        find=find_school,
        column="next_school_id",
        help="Empty while it is not known",
    ),
    Field("worker", "Who is the caseworker", "worker", find=find_worker, column="owner_id"),
    in_place=True,
)
"""The fields that ``save_pupil`` understands."""

_MOST_NAMED = 10


def save_pupil(
    workspace: Workspace, pupil_id: int | None, fields: Mapping[str, object], wanting: Mapping[str, str] = {}
) -> int:
    """Save a new pupil (None) or changes to one, and give the pupil's number; fields that are not given stay.

    Values are text as people type it, or values already read; empty text or None empties a field. ``needs`` are all the
    needs in order, ``social_care`` all the ways in which the case is open: one that is not named any more is closed on
    ``social_care_ended``, or on a day that is not known, and a new one opens on ``social_care_since``, or on a day that is not
    known: what it follows ends on the day before. Either day by itself is that of the one way that is open, or that ended. ``school``, ``next_school`` and ``worker`` are a number or words.

    Raises FieldProblems with a sentence for each field that is wrong, those that the form found ``wanting`` among them, and
    NoSuchRecord when there is no such pupil.
    """
    old = None if pupil_id is None else workspace.record("pupil", pupil_id)
    given, problems = FORM_FIELDS.read(form_context(workspace), fields)
    problems |= _missing(given, old, problems)
    problems |= _numbers_in_use(workspace, given, pupil_id)
    care = NO_CARE if pupil_id is None else bulk.care_without_end(workspace.read(), [pupil_id]).get(pupil_id, NO_CARE)
    problems |= _since_of_what(given, care.open)
    problems |= {**impossible_days(given, old, care, _closed(given, care)), **wanting}
    if problems:
        raise FieldProblems(problems)
    if old is None and workspace.database.login and not given.get("next_school_id"):
        given.setdefault("school_id", workspace.database.login.school_id)
    if not_theirs := of_another_school(workspace, {**(old or {}), **given}):
        raise FieldProblems({"school": f"{not_theirs[0].upper()}{not_theirs[1:]}."})
    _forget_the_group_shown(given, old, academic_year(workspace.clock.today))
    plain = {name: value for name, value in given.items() if name not in _NOT_COLUMNS}
    try:
        values = columns(plain, old, workspace.clock.today)
    except ValueError as problem:
        raise FieldProblems({"year_group": str(problem)}) from None
    from db.schema.pupils import Pupil

    validate(Pupil, {**(old or {}), **values})
    name = " ".join(str(part) for part in (_after("forename", values, old), _after("surname", values, old)) if part)
    with workspace.change("Pupil added" if old is None else "Pupil edited", name) as action:
        writes = pupil_writes(OWN if pupil_id is None else pupil_id, values, old)
        writes += destination_writes(
            OWN if pupil_id is None else pupil_id,
            given,
            old,
            values,
            destinations(workspace.read(), [pupil_id or 0]).get(pupil_id or 0, []),
            lambda school: Taught.by_ages(*map(workspace.record("school", school).get, ("low_age", "high_age"))),
            workspace.clock.today,
        )
        made = write_rows(action, [*writes, *_writes_beside(workspace, given, pupil_id, care)])
    return made if pupil_id is None else pupil_id


def second_looks(workspace: Workspace, kind: str, number: int, fields: Mapping[str, object]) -> list[str]:
    """What wants a second look of the fields that were saved of a pupil or school, as an import would say it."""
    known = {"pupil": FORM_FIELDS, "school": SCHOOL_FIELDS}.get(kind, Fields())
    group = out_of_year(workspace.record("pupil", number)) if known is FORM_FIELDS and "year_group" in fields else ""
    said = [f"{FORM_FIELDS['year_group'].label}: {group}"] if group else []
    if known is FORM_FIELDS and fields.keys() & {"next_school", "in_year_move_on"}:
        said += _looks_at_the_move(workspace, number)
    if known is FORM_FIELDS and fields.keys() & {"ehc_ended_on", "sen_provision"}:
        said += _looks_at_an_ended_plan(workspace, number)
    return known.second_looks(form_context(workspace), fields) + said


def _looks_at_the_move(workspace: Workspace, pupil_id: int) -> list[str]:
    """What is odd about where a pupil goes next: a school without the year group, a day of the move that is missing or long gone."""
    pupil = workspace.record("pupil", pupil_id)
    day, there, said = pupil["in_year_move_on"], pupil["next_school_id"], []
    if day is not None and academic_year(day) < academic_year(workspace.clock.today):
        said.append(f"{FIELDS['in_year_move_on'].label}: {short_with_year(day)} is in a past school year. Is it right?")
    rows = destinations(workspace.read(), [pupil_id]).get(pupil_id, [])
    place = next((one for one in rows if there is not None and one.school_id == there), None)
    if place is not None:
        move = Move(place.transition, place.move_year)
        taught, group = Taught.by_ages(place.low_age, place.high_age), move.group_after(pupil["cohort_year"])
        if not taught.may_teach(group):
            said.append(f"{place.school} does not teach {year_group_label(group)}: is it the next school?")
        elif move.transition == IN_YEAR and day is None:
            said.append(f"{place.school} is kept as the school for a move during the year. Give the date of that move")
    elif there is not None and there == pupil["school_id"]:
        said.append(f"{pupil['next_school']} is the current school: is it the next one too?")
    return said


def _looks_at_an_ended_plan(workspace: Workspace, pupil_id: int) -> list[str]:
    """What was due of the plan while it stood stays asked for, so it is for a person to say when another provision begins."""
    pupil = workspace.record("pupil", pupil_id)
    ended = pupil["ehc_ended_on"]
    if pupil["sen_provision"] != "E" and pupil["ehc_started_on"] is not None and ended is None:
        return ["The EHC plan end date is missing. The Today screen will ask for it"]
    if pupil["sen_provision"] != "E" or ended is None or ended > workspace.clock.today:
        return []
    what = f"the plan ended on {short_with_year(ended)}. Until this says K or N, steps for pupils without a plan are not planned"
    return [f"{FIELDS['sen_provision'].label}: {what}"]


def form_context(workspace: Workspace) -> Context:
    return typed_in(workspace, terms=workspace.calendars[""])


def archive_pupils(workspace: Workspace, pupil_ids: Sequence[int]) -> int:
    """Take pupils out of every list, keeping all their records; give how many were not archived. Raises NoSuchRecord."""
    return _set_archived(workspace, pupil_ids, "Pupil archived", archived=True)


def restore_pupils(workspace: Workspace, pupil_ids: Sequence[int]) -> int:
    """Bring archived pupils back; give how many were archived. Raises NoSuchRecord."""
    return _set_archived(workspace, pupil_ids, "Pupil brought back", archived=False)


def find_pupil(workspace: Workspace, text: str) -> int:
    """The pupil whom ``text`` names: a number such as #12, a UPN (also a former one), or words of the name.

    An archived one is meant where no other answers to it. Raises NoSuchRecord when nobody answers to it, and when several do, with each one's number and date of birth.
    """
    connection = workspace.read()
    words = search_words(text)
    number = re.fullmatch(r"#?([0-9]{1,9})", text.strip())
    if number:
        if store.pages(connection, [int(number[1])]):
            return int(number[1])
        raise NoSuchRecord(f"There is no pupil with the number {number[1]}.")
    by_upn = _by_upn(workspace, text)
    if by_upn is not None:
        return by_upn
    if not words:
        raise NoSuchRecord("Name the pupil: by UPN, by a number such as #12, or by words of the name.")
    found = finding.find(connection, words, _MOST_NAMED + 1)
    found = found or finding.find(connection, words, _MOST_NAMED + 1, archived=True)
    if not found:
        near = lists.nearest_pupils(workspace, text, _MOST_NAMED)
        advice = f"Nearest: {_told_apart(near)}. Give the number" if near else "Try fewer letters, or the UPN"
        raise NoSuchRecord(f'No pupil matches "{text}". {advice}.')
    # Someone called exactly that is meant, not somebody whose longer name begins alike.
    exact = [one for one in found if set(words) <= set(searchable(one[1]).split())]
    chosen = exact if len(exact) == 1 and len(found) <= _MOST_NAMED else found
    if len(chosen) == 1:
        return chosen[0][0]
    some = _told_apart(found[:_MOST_NAMED])
    more = " and more" if len(found) > _MOST_NAMED else ""
    raise NoSuchRecord(f'Several pupils match "{text}": {some}{more}. Give the number, such as #{found[0][0]}.')


def _told_apart(pupils: Sequence[FoundPupil]) -> str:
    return "; ".join(f"#{one.id} {one.name}, born {short_with_year(one.date_of_birth)}" for one in pupils)


def _by_upn(workspace: Workspace, text: str) -> int | None:
    try:
        upn = check_upn(text).value
    except IdentifierProblem:
        return None
    return require(store.by_upn(workspace.read(), upn), "No pupil has, or had, this UPN. Try words of the name.")


def _after(name: str, given: Mapping[str, Any], old: Mapping[str, Any] | None) -> Any:
    return given[name] if name in given else (old or {}).get(name)


def _missing(given: Mapping[str, Any], old: Mapping[str, Any] | None, problems: Mapping[str, str]) -> dict[str, str]:
    found = {}
    if "surname" not in problems and not (_after("surname", given, old) or _after("forename", given, old)):
        found["surname"] = "A pupil needs a name: a surname, a forename or both."
    if given.get("next_school_stage") and not _after("next_school_id", given, old):
        found["next_school_stage"] = f"{WHICH_SCHOOL.capitalize()}."
    if old is None and "date_of_birth" not in given and "date_of_birth" not in problems:
        found["date_of_birth"] = IS_NEEDED
    return found


def _closed(given: Mapping[str, Any], care: Care) -> list[str]:
    return [kind for kind in care.open if kind not in given.get("social_care", care.open)]


def _since_of_what(given: Mapping[str, Any], care: Collection[str]) -> dict[str, str]:
    since = given.get("social_care_since")
    if since is None:
        return {}
    if not (given.get("social_care") or care):
        return {"social_care_since": "There is a date but no kind of social care. Give that too."}
    if "social_care" not in given and len(care) > 1:
        return {
            "social_care_since": f"The case is open in several ways ({', '.join(care)}). Say which ones began on that date."
        }
    return {}


def _numbers_in_use(workspace: Workspace, given: Mapping[str, Any], pupil_id: int | None) -> dict[str, str]:
    """A sentence for each number that belongs to another pupil already, naming that pupil."""
    found = {}
    for name in ("upn", "uln"):
        holder = bulk.holder(workspace.read(), name, given[name]) if given.get(name) else None
        if holder is not None and holder != pupil_id:
            other = store.pages(workspace.read(), [holder])[holder]
            called = " ".join(part for part in (other.forename, other.surname) if part)
            found[name] = (
                f"This {FIELDS[name].label} belongs to {called}, born {short_with_year(other.date_of_birth)} (#{holder}). Each pupil has their own. Is this the same child?"
            )
    if pupil_id is None and "upn" not in found:
        namesake = _namesake(workspace, given)
        if namesake is not None:
            found["date_of_birth"] = (
                f"There is already a pupil with this name and date of birth (#{namesake}). Open that record. If this is another child, give each their own UPN."
            )
    return found


def _namesake(workspace: Workspace, given: Mapping[str, Any]) -> int | None:
    """A pupil of the same name and date of birth, unless both have a UPN and the two differ."""
    born = given.get("date_of_birth")
    if born is None:
        return None
    name = searchable(given.get("surname"), given.get("forename"))
    for number, surname, forename, upn in bulk.born_on(workspace.read(), born):
        if searchable(surname, forename) == name and not (given.get("upn") and upn):
            return number
    return None


def _forget_the_group_shown(given: dict[str, Any], old: Mapping[str, Any] | None, year: int) -> None:
    """A form hands back the year group that it showed; when the date of birth is put right, the group follows it."""
    if old is None or given.get("date_of_birth", old["date_of_birth"]) == old["date_of_birth"]:
        return
    if given.get("year_group") == year - old["cohort_year"]:
        del given["year_group"]


def _writes_beside(workspace: Workspace, given: Mapping[str, Any], pupil_id: int | None, care: Care) -> list[Write]:
    connection = workspace.read()
    pupil = OWN if pupil_id is None else pupil_id
    ids = [] if pupil_id is None else [pupil_id]
    writes: list[Write] = []
    if "needs" in given:
        existing = bulk.needs(connection, ids).get(pupil_id or 0, [])
        writes += need_writes(pupil, existing, given["needs"])
    if given.keys() & set(_CARE):
        kinds = given.get("social_care", tuple(care.open))
        since, ended = given.get("social_care_since"), given.get("social_care_ended")
        writes += care_writes(pupil, care_changes(care, kinds, _closed(given, care), since, ended))
        if "social_care_since" in given and since is None and list(kinds) == list(care.open) and len(kinds) == 1:
            (episode,) = care.open.values()
            writes += care_writes(pupil, [CareChange(episode.kind, episode=episode.id)])
    return writes


def _set_archived(workspace: Workspace, pupil_ids: Sequence[int], name: str, *, archived: bool) -> int:
    known = store.pages(workspace.read(), pupil_ids)
    for pupil_id in pupil_ids:
        if pupil_id not in known:
            raise NoSuchRecord(f"There is no pupil with the number {pupil_id}.")
    concerned = [pupil_id for pupil_id in pupil_ids if known[pupil_id].archived != archived]
    if not concerned:
        return 0
    first = store.pupil_name(workspace.read(), concerned[0]) or ""
    with workspace.change(name, first if len(concerned) == 1 else f"{len(concerned)} pupils") as action:
        for pupil_id in concerned:
            action.update("pupil", {"id": pupil_id}, {"archived_at": workspace.clock.now() if archived else None})
    return len(concerned)
