"""Importing what is asked every year, in the same TOML form as the deadlines that come with the program.

One whose code is here already is changed from an academic year on (``from_year``, this one if the file does not say) and
stays what it was for the years before; others are added as the council's own. Asks that the file does not hold stay.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from transitions.calendar import local_deadlines
from transitions.calendar.deadlines import Deadline
from transitions.calendar.local_deadlines import DEADLINE_FIELDS, DeadlineEntry, days_label, read_days
from transitions.errors import BadInput, FieldProblems, Problem
from transitions.importing.preview import (
    FieldDifference,
    ImportPreview,
    PreviewDraft,
    Progress,
    RecordEntry,
    no_progress,
)
from transitions.importing.tabular import read_bytes
from transitions.school_year import academic_year_label, parse_academic_year, year_groups_label
from transitions.text import printable
from transitions.untrusted import Unreadable, read_toml
from transitions.workspace import Workspace

LARGEST_FILE: Final = 5_000_000
MOST_ASKS: Final = 500
_HEADING = re.compile(r"^[ \t]*\[\[[ \t]*ask[ \t]*\]\]", re.MULTILINE)
_CODE = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")
_OWN: Final = "own."
_BESIDE: Final = frozenset({"code", "dates", "own"})
_TITLES: Final = {name: field.label for name, field in DEADLINE_FIELDS.items() if name != "from_year"}


def prepare(workspace: Workspace, path: Path, *, progress: Progress = no_progress) -> ImportPreview:
    """Read the file and work out what importing it would do; nothing is written.

    Raises NoSuchFile, and BadInput with every problem: a file of deadlines is taken whole or not at all.
    """
    name, data = read_bytes(path, LARGEST_FILE)
    tables, lines = _tables(name, data)
    draft = PreviewDraft("asks", name, path, "TOML")
    existing = {line.deadline.code: line for line in local_deadlines.deadline_entries(workspace)}
    seen: dict[str, int] = {}
    for place, (table, line) in enumerate(zip(tables, lines, strict=True), 1):
        code = table.get("code", "")
        if code in seen and code:
            draft.problem(
                line,
                "code",
                f"“{printable(str(code))[:60]}” is on line {seen[code]} already: each deadline needs its own",
            )
            continue
        seen[code] = line
        _take_deadline(workspace, table, line, existing, draft)
        progress(place, len(tables))
    return draft.finish(workspace, rows=(), ragged=(), skip_bad=False)


def _tables(name: str, data: bytes) -> tuple[list[dict[str, Any]], list[int]]:
    try:
        found = read_toml(data)
    except Unreadable as error:
        what = f"is not a file of deadlines: expected a text file (.toml) with [[ask]] before each deadline, and below it title, kind and first ({printable(str(error))})"
        raise BadInput([Problem(name, what)]) from None
    tables = found.get("ask")
    if not isinstance(tables, list) or not tables or not all(isinstance(table, dict) for table in tables):
        raise BadInput(
            [Problem(name, "contains no deadlines: expected [[ask]] before each, and below it title, kind and first")]
        )
    if len(tables) > MOST_ASKS:
        raise BadInput(
            [Problem(name, f"contains {len(tables):,} deadlines, more than {MOST_ASKS}: is it the right file?")]
        )
    text = data.decode("utf-8-sig")
    lines = [1 + text.count("\n", 0, heading.start(0)) for heading in _HEADING.finditer(text)]
    # Asks written in another way of TOML's have no heading to count: then their place in the file has to do.
    return tables, lines if len(lines) == len(tables) else list(range(1, len(tables) + 1))


def _take_deadline(
    workspace: Workspace,
    table: Mapping[str, Any],
    line: int,
    existing: Mapping[str, DeadlineEntry],
    draft: PreviewDraft,
) -> None:
    code, old = _existing_deadline(table, existing)
    if code is not None and not (isinstance(code, str) and len(code) <= 60 and _CODE.fullmatch(code)):
        draft.problem(line, "code", "expected small letters, digits, points and hyphens, such as own.sports-day")
        return
    unknown = [name for name in table if name not in _BESIDE and name not in DEADLINE_FIELDS]
    for name in unknown:
        known = ", ".join((*DEADLINE_FIELDS, "dates"))
        draft.problem(line, printable(name)[:60], f"is not a field of a deadline; the fields are code, {known}")
    fields = {name: value for name, value in table.items() if name in DEADLINE_FIELDS}
    try:
        checked = local_deadlines.read_deadline(workspace, old.deadline.code if old else None, fields)
        deadline = _with_dates(
            workspace, checked.deadline if old or code is None else replace(checked.deadline, code=code), table
        )
    except FieldProblems as problems:
        for name, what in problems.problems.items():
            draft.problem(line, name, what)
        return
    if unknown:
        return
    writes = local_deadlines.writes(workspace, replace(checked, deadline=deadline))
    label = f"{deadline.code}: {deadline.title}"
    if old is not None and old.retired_on is not None:
        draft.warn(line, "retired", "this deadline is retired here and stays retired")
    draft.add(
        RecordEntry(line, label, writes, _differences(old.deadline if old else None, deadline)), is_new=old is None
    )


def _existing_deadline(
    table: Mapping[str, Any], existing: Mapping[str, DeadlineEntry]
) -> tuple[Any, DeadlineEntry | None]:
    """The code, and the deadline that is here under it; one without a code is known by its title among the council's own.

    A code that the program does not have is put among the council's own, where no later version of the program can take it.
    """
    code = table.get("code")
    if code is None:
        title = str(table.get("title", "")).strip().casefold()
        old = next(
            (line for line in existing.values() if line.origin == "own" and line.deadline.title.casefold() == title),
            None,
        )
        return (old.deadline.code if old else None), old
    if not isinstance(code, str):
        return code, None
    own = code if code.startswith(_OWN) else f"{_OWN}{code}"
    return (code, existing[code]) if code in existing else (own, existing.get(own))


def _with_dates(workspace: Workspace, deadline: Deadline, table: Mapping[str, Any]) -> Deadline:
    given = table.get("dates", {})
    if not isinstance(given, Mapping):
        raise FieldProblems({"dates": "expected days by academic year, such as 2026 = [2027-05-10, 2027-05-13]"})
    for label, days in given.items():
        try:
            year = parse_academic_year(label)
        except ValueError as error:
            raise FieldProblems({"dates": str(error)}) from None
        first, last = _two(days)
        try:
            span = read_days(workspace.clock.today, year, first, last)
        except FieldProblems as problems:
            what = "; ".join(dict.fromkeys(problems.problems.values()))
            raise FieldProblems({f"dates of {academic_year_label(year)}": what}) from None
        if deadline.of_year(year).dates.get(year) != span:
            deadline = local_deadlines.with_days(deadline, year, span)
    return deadline


def _two(days: object) -> tuple[date | str, date | str]:
    given: Sequence[object] = days if isinstance(days, list) else [days]
    if not 1 <= len(given) <= 2 or not all(isinstance(day, date | str) and day for day in given):
        raise FieldProblems({"dates": "expected a first and a last day, such as [2027-05-10, 2027-05-13]"})
    first, last = given[0], given[-1]
    return first, last  # type: ignore[return-value]  # looked at one by one above


def _differences(old: Deadline | None, new: Deadline) -> tuple[FieldDifference, ...]:
    before, after = _described(old) if old else {}, _described(new)
    return tuple(
        FieldDifference(title, before.get(title, ""), value)
        for title, value in after.items()
        if before.get(title, "") != value
    )


def _described(deadline: Deadline) -> dict[str, str]:
    values = {title: getattr(deadline, name) for name, title in _TITLES.items()}
    values |= {"Year groups": year_groups_label(deadline.year_groups), "Verified": "yes" if deadline.verified else "no"}
    versions = (deadline, *(older for _, older in deadline.earlier))
    years = sorted({year for version in versions for year in version.dates})
    days = {f"Days of {academic_year_label(year)}": deadline.of_year(year).dates.get(year) for year in years}
    return {title: str(value) for title, value in values.items()} | {
        title: days_label(span) for title, span in days.items() if span
    }
