"""How long what is held of a pupil is kept, who is to be looked at, and the disposal by a person, with its certificate.

Nothing goes by itself: a list says whose time is over, a person looks, and then takes one pupil out at a time.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from db.custody import disposal
from db.custody import disposal as store
from db.custody.disposal import Kept
from db.errors import Fault
from db.milestones import definitions as settings
from transitions import questionnaire
from transitions.dates import long
from transitions.errors import FieldProblems, NotAllowed, require
from transitions.exporting.documents.model import Document, Heading, Pairs, Paragraph, Part
from transitions.exporting.documents.rendering import kind_of, rendered
from transitions.exporting.outgoing import outgoing
from transitions.fields import Field, Fields, typed_in
from transitions.pupils import markers
from transitions.pupils.history import called
from transitions.school_year import birthday
from transitions.team.workers import me_name
from transitions.text import clean, how_many
from transitions.workspace import Recorded, Workspace

_SETTING: Final = "retention years"
_LONGEST: Final = 120
_NOBODY: Final = "There is no pupil with the number {}."


class RetentionClass(NamedTuple):
    """A class of records, and how many years from birth it is kept."""

    code: str
    title: str
    years: int
    source: str


class ToReview(NamedTuple):
    """A pupil whose time is over, or will be; ``held`` says what forbids disposal now, ``because`` why it was kept longer than its class."""

    id: int
    surname: str
    forename: str
    date_of_birth: date
    retention: RetentionClass
    keep_until: date
    archived: bool
    held: str
    because: str = ""


@cache
def _shipped() -> tuple[RetentionClass, ...]:
    table = questionnaire.load("transitions.custody", "retention.toml")
    return tuple(RetentionClass(**one) for one in table["class"])


def classes(workspace: Workspace) -> Mapping[str, RetentionClass]:
    """By code, those that are kept longest first."""
    own = settings.setting(workspace.read(), _SETTING) or {}
    found = (one._replace(years=own.get(one.code, one.years)) for one in _shipped())
    return {one.code: one for one in sorted(found, key=lambda one: -one.years)}


def set_years(workspace: Workspace, years: Mapping[str, str]) -> Recorded:
    """Change how many years classes are kept. Raises FieldProblems."""
    known, problems = classes(workspace), {}
    for code, text in years.items():
        if code not in known:
            problems[code] = f"There is no such class. Choose from: {', '.join(known)}"
        elif not text.isdecimal() or not 1 <= int(text) <= _LONGEST:
            problems[code] = f"Give whole years from birth, 1 to {_LONGEST}."
    if problems:
        raise FieldProblems(problems)
    kept = {**(settings.setting(workspace.read(), _SETTING) or {}), **{code: int(text) for code, text in years.items()}}
    usual = {one.code: one.years for one in _shipped()}
    said = ", ".join(
        f"{code} {how_many(int(text), 'year')}{f' (usually {usual[code]})' if int(text) < usual[code] else ''}"
        for code, text in years.items()
    )
    with workspace.change("Retention changed", said, plans=False) as action:
        settings.change_setting(action, _SETTING, json.dumps(kept, sort_keys=True))
    return action.recorded


def to_review(workspace: Workspace, by: date | None = None) -> list[ToReview]:
    """Those whose time is over by a day (today for None), the longest over first."""
    known, day = classes(workspace), by or workspace.clock.today
    shortest = min(one.years for one in known.values())
    found = (
        _reviewed(workspace, row, known) for row in store.born_before(workspace.read(), _years_before(day, shortest))
    )
    return sorted((one for one in found if one.keep_until <= day), key=lambda one: (one.keep_until, one.id))


def _years_before(day: date, years: int) -> date:
    return date(day.year - years, 12, 31)


def _reviewed(workspace: Workspace, row: Kept, known: Mapping[str, RetentionClass]) -> ToReview:
    applies = {"looked-after": row.looked_after, "sen": row.sen, "pupil": True}
    longest = max((one for one in known.values() if applies[one.code]), key=lambda one: one.years)
    marked = markers.in_force(workspace, row.id)
    held = next((one.kind for one in marked if one.kind in (markers.RESTRICTED, markers.CORRECTION)), "")
    until = max(birthday(row.date_of_birth, longest.years), row.kept_until or date.min)
    return ToReview(
        row.id, row.surname, row.forename, row.date_of_birth, longest, until, row.archived,
        f"marked “{held}”" if held else "", row.kept_because or "",
    )  # fmt: skip


KEEP_FIELDS: Final = Fields(
    Field("kept_until", "Keep until", "date", needed=True, help="Until then it is not on the list"),
    Field("reason", "Why", "long text", needed=True, help="Such as a claim, an inquiry or an unanswered request. No safeguarding content."),
)  # fmt: skip


def keep(workspace: Workspace, pupil_id: int, fields: Mapping[str, object]) -> Recorded:
    """Keep what is held of a pupil longer than its class is, until a day to come and for a reason. Raises FieldProblems and NoSuchRecord."""
    one = require(store.one(workspace.read(), pupil_id), _NOBODY.format(pupil_id))
    values = KEEP_FIELDS.checked(typed_in(workspace), {"kept_until": None, "reason": "", **fields})
    today, until = workspace.clock.today, values["kept_until"]
    if isinstance(until, date) and until <= max(today, _reviewed(workspace, one, classes(workspace)).keep_until):
        raise FieldProblems({"kept_until": "It is kept until then anyway: give a later day."})
    with workspace.change("Kept longer", f"{one.forename} {one.surname} · until {long(until)}", plans=False) as action:
        row = {**values, "pupil_id": pupil_id, "decided_on": today, "worker_id": workspace.me}
        action.insert("retention_review", row)
    return action.recorded


def dispose(
    workspace: Workspace, pupil_id: int, certificate: Path, *, reason: str, overwrite: bool = False
) -> Recorded:
    """Take everything held of a pupil out of the file, and write the certificate; it cannot be undone.

    Raises NotAllowed without a reason, before the time is over, for a pupil who is not archived and one whose markers forbid it,
    NoSuchRecord, and CannotWrite; then nothing was taken out.
    """
    row = workspace.record("pupil", pupil_id)
    kept = require(store.one(workspace.read(), pupil_id), _NOBODY.format(pupil_id))
    one, today = _reviewed(workspace, kept, classes(workspace)), workspace.clock.today
    if not clean(reason):
        raise NotAllowed("Say why you are disposing of it and who looked at it. The certificate shows this.")
    if one.keep_until > today:
        raise NotAllowed(f"It is kept until {long(one.keep_until)} ({one.retention.title}). Nothing was removed.")
    if not one.archived:
        raise NotAllowed("The pupil is still in the lists. Archive the pupil first. Nothing was removed.")
    if one.held:
        raise NotAllowed(f"The record is {one.held}, so it stays until that is lifted. Nothing was removed.")
    kind = kind_of(certificate)
    forename, surname = row["forename"], row["surname"]
    called_so = {forename, row["preferred_name"] or forename}
    names = tuple(dict.fromkeys(text for first in called_so for text in (f"{first} {surname}", f"{surname}, {first}")))
    with outgoing(workspace) as out:
        path = out.new(certificate, overwrite=overwrite)
        with workspace.change(
            "Records disposed of", f"pupil #{pupil_id} · {one.retention.title}", plans=False
        ) as action:
            taken = disposal.dispose(action, pupil_id, names, surname)
            path.write_bytes(rendered(_certificate(workspace, one, taken, clean(reason)), kind, workspace))
            out.finish()
            out.record(action.connection, action.id)
    if not workspace.database.is_file:
        return action.recorded
    try:
        disposal.write_anew(workspace.database.path)
    except Fault:
        summary = f"{action.recorded.summary}. The file is open elsewhere, so its free pages may hold what was until they are written over"
        return action.recorded._replace(summary=summary)
    return action.recorded


def _source(one: RetentionClass) -> str:
    """Where the years are from: those that the council set itself are not of the source that is shipped."""
    return f" ({one.source})" if one in _shipped() else ", set in this program's retention settings"


def _certificate(workspace: Workspace, one: ToReview, taken: Mapping[str, int], reason: str) -> Document:
    today = workspace.clock.today

    def parts() -> Iterator[Part]:
        yield Paragraph(
            f"On {long(today)} everything held about this young person was removed from the records for good."
        )
        yield Pairs(
            (
                ("Whose", f"{one.forename} {one.surname}, born {long(one.date_of_birth)}, number {one.id}"),
                ("Class", f"{one.retention.title}: {one.retention.years} years from birth{_source(one.retention)}"),
                ("Was kept until", long(one.keep_until)),
                ("Why, and who looked at it", reason),
                ("Removed by", me_name(workspace) or "somebody who has not said who they are"),
            )
        )
        yield Heading("What was removed")
        yield Pairs(tuple((called(table), how_many(number, "row")) for table, number in sorted(taken.items())))
        yield Heading("What stays")
        yield Paragraph(
            "The history still shows that something was recorded under this number, when and by whom, but not what. Snapshots still count "
            "this pupil's steps. Also kept are who opened the record, the names of exported files, and anything written about this young "
            "person in other pupils' records, which is not searched. Earlier backups contain the record until they are deleted, within nine months unless somebody "
            "keeps one. Files exported earlier are not affected."
        )

    return Document("Certificate of disposal", tuple(parts()), f"Certificate of disposal, {long(today)}", today)
