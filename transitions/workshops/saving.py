"""Workshops and meetings as they are planned, changed, moved, held, called off and put away; each one undoable action."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any, Final

from db.calendar import events as councils
from db.journal import Action
from db.pupils.pupils import school_name
from db.workshops import workshops as store
from db.workshops.workshops import WorkshopRow
from transitions.dates import MONTHS, WEEKDAYS, long, short_with_year
from transitions.errors import FieldProblems, NoSuchRecord, NotAllowed, require
from transitions.text import clean, search_words, searchable
from transitions.workshops.reading import KINDS, WORKSHOP_FIELDS, likely_series, likely_title, pounds, workshop_context
from transitions.workspace import Recorded, Saved, Workspace

__all__ = ["WORKSHOP_FIELDS"]

_NEW: Final[Mapping[str, Any]] = {
    "kind": None, "title": None, "series": None, "on_day": None, "last_day": None, "starts": None, "ends": None,
    "host_school_id": None, "programme": None, "module": None, "status": "planned",
}  # fmt: skip
_LONGEST = timedelta(days=31)
_MOST_NAMED = 10
_CHANGED_MEANWHILE = "Somebody has just changed this workshop. Check it again."


def save_workshop(workspace: Workspace, workshop_id: int | None, fields: Mapping[str, object]) -> Saved:
    """Save a new workshop (None) or changes to one; fields that are not given stay.

    Values are text as people type it, or values already read; empty text or None empties a field. A new one needs a kind and
    a day. Without a title it is called after its kind, host or programme; without a series it follows those of its kind (and
    host), its title or its programme; without ``worker`` it is for whoever is at the keyboard to run. When only the first
    day moves, the last moves with it.

    Raises FieldProblems with a sentence for each field that is wrong, NotAllowed for one that was put away, NoSuchRecord.
    """
    before = None if workshop_id is None else editable_workshop(workspace, workshop_id)
    values, after = read_workshop_fields(workspace, before, fields)
    name, summary = _history_entry(before, after)
    with workspace.change(name, summary, plans=False) as action:
        if before is not None:
            _check_same(action, before)
        number = action.save("workshop", workshop_id, values)
    return action.saved(number)


def read_workshop_fields(
    workspace: Workspace, before: WorkshopRow | None, fields: Mapping[str, object]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What ``save_workshop`` would write, and the whole workshop as it will stand, for a file of many.

    Raises as ``save_workshop`` does.
    """
    values = WORKSHOP_FIELDS.checked(workshop_context(workspace), fields, new=before is None)
    if before is None:
        values.setdefault("worker_id", workspace.me)
    if before is not None and before.last_day is not None and "last_day" not in values and "on_day" in values:
        values["last_day"] = values["on_day"] + (before.last_day - before.on_day)
    if "host_school_id" in values:
        host = values["host_school_id"]
        values["la_number"] = None if host is None else councils.la_number_of(workspace.read(), host)
    after = {**(before._asdict() if before else _NEW), **values}
    if before is not None:
        after |= dict.fromkeys(name for name in _likely(workspace, before) if after[name] == getattr(before, name))
    values |= _spelled_and_named(workspace, after)
    after |= values
    problems = dict(_problems(after, workspace.clock.today))
    if problems:
        raise FieldProblems(problems)
    return values, after


def next_in_series(workspace: Workspace, workshop_id: int, on_day: date | str) -> Saved:
    """Plan the meeting that follows one: on another day, with the same people invited and nobody marked.

    Schools that have closed or were archived meanwhile are left out. Agenda, notes and module are the new one's own.
    Raises FieldProblems for a day that does not come after, NotAllowed when the series has a meeting on it, NoSuchRecord.
    """
    row = editable_workshop(workspace, workshop_id)
    values, after = read_workshop_fields(
        workspace,
        None,
        {
            **{name: getattr(row, name) for name in _COPIED},
            "title": None if "title" in _likely(workspace, row) else row.title,
            "host_school": row.host_school_id,
            "worker": row.worker_id,
            "on_day": on_day,
            "fee": None if row.fee is None else pounds(row.fee),
        },
    )
    if after["on_day"] <= row.on_day:
        raise FieldProblems({"on_day": f"must be after {long(row.on_day)}, the date of the one it follows"})
    if row.last_day is not None:
        values["last_day"] = after["on_day"] + (row.last_day - row.on_day)
    others = [other for other in store.of_series(workspace.read(), row.series) if other.status != "cancelled"]
    if any(other.on_day == after["on_day"] for other in others):
        raise NotAllowed(f"There is already a meeting in this series on {long(after['on_day'])}. Open that one.")
    name, summary = _history_entry(None, after)
    with workspace.change(name, summary, plans=False) as action:
        number = action.insert("workshop", values)
        for one in store.invited_again(action.connection, workshop_id):
            action.insert("workshop_invitation", {"workshop_id": number, **one._asdict()})
    return action.saved(number)


_COPIED = (
    "kind",
    "series",
    "starts",
    "ends",
    "place",
    "link",
    "transition",
    "year_groups",
    "audience",
    "programme",
    "places",
)


def hold(workspace: Workspace, workshop_id: int) -> Recorded:
    """Record that a planned workshop was held. Raises NotAllowed before its day or when it was called off, NoSuchRecord."""
    row = editable_workshop(workspace, workshop_id)
    if row.status == "cancelled":
        raise NotAllowed("This workshop was called off. If it was held after all, bring it back first.")
    if row.on_day > workspace.clock.today:
        raise NotAllowed(f"{long(row.on_day)} is in the future, so it has not been held yet.")
    return _record_change(workspace, row, "Workshop held", {"status": "held"})


def cancel(workspace: Workspace, workshop_id: int, reason: str) -> Recorded:
    """Call a workshop off, with the reason; no figure counts it. Raises NotAllowed when somebody came, or without a reason."""
    row = editable_workshop(workspace, workshop_id)
    cleaned = clean(reason)
    if not cleaned:
        raise NotAllowed("Say why it is called off in a few words, to help plan the next one.")
    if any(one.attendance == "came" for one in store.invitations(workspace.read(), workshop_id)):
        raise NotAllowed("People came to this workshop, so it was held. If that is wrong, clear their marks first.")
    return _record_change(workspace, row, "Workshop called off", {"status": "cancelled", "cancel_reason": cleaned})


def bring_back(workspace: Workspace, workshop_id: int) -> Recorded:
    """Plan a workshop again that was called off. Raises NotAllowed when it was not, and NoSuchRecord."""
    row = editable_workshop(workspace, workshop_id)
    if row.status != "cancelled":
        raise NotAllowed("This workshop was not called off.")
    return _record_change(workspace, row, "Workshop brought back", {"status": "planned", "cancel_reason": None})


def archive(workspace: Workspace, workshop_id: int) -> Recorded:
    """Take a workshop out of the register; its actions and marks stay with it. Raises NotAllowed, NoSuchRecord."""
    row = editable_workshop(workspace, workshop_id)
    return _record_change(workspace, row, "Workshop archived", {"archived_at": workspace.clock.now()})


def restore(workspace: Workspace, workshop_id: int) -> Recorded:
    row = _row(workspace, workshop_id)
    if row.archived_at is None:
        raise NotAllowed("This workshop is already listed.")
    return _record_change(workspace, row, "Workshop brought back", {"archived_at": None})


def find_workshop(workspace: Workspace, text: str) -> int:
    """The workshop that ``text`` names: a number such as #12, or words of its title, kind, host and day ("forum 7 nov").

    Raises NoSuchRecord when none answers to it, and when several do, with each one's number and day.
    """
    numbered = re.fullmatch(r"#([0-9]{1,9})", text.strip()) or re.fullmatch(r"([0-9]{1,5})", text.strip())
    if numbered:
        return _row(workspace, int(numbered[1])).id
    words = _search_words(" ".join(search_words(text)))
    if not words:
        raise NoSuchRecord("Name the workshop: by a number such as #12, or by words of its title and its day.")
    rows = store.between(workspace.read(), date.min, date.max)
    found = [row for row in rows if all(_is_there(word, _known_by(row)) for word in words)]
    exact = [row for row in found if _search_words(row.title) == words]
    chosen = exact if len(exact) == 1 else found
    if len(chosen) == 1:
        return chosen[0].id
    if not found:
        raise NoSuchRecord(f'No workshop matches "{text}". Try fewer words, or the day alone, such as 7 nov 2025.')
    some = "; ".join(f"#{row.id} {called(row)}" for row in reversed(found[-_MOST_NAMED:]))
    more = " and earlier ones" if len(found) > _MOST_NAMED else ""
    raise NoSuchRecord(f'Several workshops match "{text}": {some}{more}. Give the number, or the day as well.')


def called(row: WorkshopRow) -> str:
    return f"{row.title}, {short_with_year(row.on_day)}"


def editable_workshop(workspace: Workspace, workshop_id: int) -> WorkshopRow:
    """A workshop that may be changed. Raises NotAllowed for one that is archived, and NoSuchRecord."""
    row = _row(workspace, workshop_id)
    if row.archived_at is not None:
        raise NotAllowed("This workshop is archived. Bring it back first.")
    return row


def _row(workspace: Workspace, workshop_id: int) -> WorkshopRow:
    return require(
        store.workshop(workspace.read(), workshop_id), f"There is no workshop with the number {workshop_id}."
    )


def _record_change(workspace: Workspace, row: WorkshopRow, name: str, values: Mapping[str, Any]) -> Recorded:
    with workspace.change(name, called(row), plans=False) as action:
        _check_same(action, row)
        action.update("workshop", {"id": row.id}, values)
    return action.recorded


def _check_same(action: Action, row: WorkshopRow) -> None:
    if store.workshop(action.connection, row.id) != row:
        raise NotAllowed(_CHANGED_MEANWHILE)


def _likely(workspace: Workspace, row: WorkshopRow) -> list[str]:
    """Which of title and series nobody has chosen, so that they follow kind, host and programme.

    A series that has other meetings stays: they would lose this one.
    """
    title = likely_title(row.kind, host=row.host_school, programme=row.programme, module=row.module)
    series = likely_series(row.kind, row.title, host=row.host_school, programme=row.programme)
    alone = len(store.of_series(workspace.read(), row.series)) == 1
    return [*(["title"] if row.title == title else []), *(["series"] if row.series == series and alone else [])]


def _spelled_and_named(workspace: Workspace, after: Mapping[str, Any]) -> dict[str, Any]:
    host = None if after["host_school_id"] is None else school_name(workspace.read(), after["host_school_id"])
    programme = after["programme"]
    if programme is not None:
        programme = _as_spelled(programme, store.programmes(workspace.read()))
    module = after["module"]
    if module is not None and programme is not None:
        module = _as_spelled(module, store.modules(workspace.read(), programme))
    title = after["title"] or likely_title(after["kind"], host=host, programme=programme, module=module)
    series = after["series"] or likely_series(after["kind"], title, host=host, programme=programme)
    last_day = None if after["last_day"] == after["on_day"] else after["last_day"]
    return {
        "title": title,
        "series": _as_spelled(series, store.series(workspace.read())),
        "programme": programme,
        "module": module,
        "last_day": last_day,
    }


def _as_spelled(text: str, known: Iterable[str]) -> str:
    """The known text that differs in case and spaces alone, so that what belongs together stays together."""
    return next((one for one in known if searchable(one) == searchable(text)), text)


def _problems(after: Mapping[str, Any], today: date) -> Iterable[tuple[str, str]]:
    first, last = after["on_day"], after["last_day"] or after["on_day"]
    if last < first:
        yield "last_day", f"is before the first day, {long(first)}"
    elif last - first > _LONGEST:
        yield "last_day", "more than a month after the first day: is the month right?"
    if after["ends"] and not after["starts"]:
        yield "starts", "say when it starts, too"
    elif after["ends"] and after["ends"] <= after["starts"]:
        yield "ends", f"is not after {after['starts']}, when it starts"
    if after["module"] and not after["programme"]:
        yield "programme", "say which programme the module belongs to"
    if after["programme"] and not KINDS[after["kind"]].training:
        yield "programme", "only training belongs to a programme"
    if after["status"] == "held" and first > today:
        yield "on_day", f"{long(first)} is in the future, but this workshop was held"


def _history_entry(before: WorkshopRow | None, after: Mapping[str, Any]) -> tuple[str, str]:
    summary = f"{after['title']}, {short_with_year(after['on_day'])}"
    if before is None:
        return "Workshop planned", summary
    if before.on_day != after["on_day"]:
        return "Workshop moved", f"{summary}, from {short_with_year(before.on_day)}"
    return "Workshop edited", summary


def _search_words(text: str) -> list[str]:
    return re.findall(r"[^\s,./·-]+", searchable(text))


def _known_by(row: WorkshopRow) -> set[str]:
    day = row.on_day
    return {
        *_search_words(f"{row.title} {row.kind} {row.host_school or ''}"),
        *_search_words(f"{WEEKDAYS[day.weekday()]} {MONTHS[day.month - 1]}"),
        *(str(day.day), f"{day.day:02d}", str(day.month), f"{day.month:02d}", str(day.year), str(day.year % 100)),
    }


def _is_there(word: str, known: set[str]) -> bool:
    """Whether a word is there: a number whole, other words also by their beginning ("nov", "work")."""
    word = re.sub(r"^([0-9]{1,2})(?:st|nd|rd|th)$", r"\1", word)
    return word in known or (not word[0].isdigit() and any(one.startswith(word) for one in known))
