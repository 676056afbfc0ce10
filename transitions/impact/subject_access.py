"""Everything held about one young person, for whoever may see it: readable, with what is about others marked for review.

The marks and the list of what to look at are for whoever
answers it; what leaves is what remains when they have been through it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Final

from db.impact import chronology as store
from db.impact.chronology import HeldRecord
from db.journal import RowChange
from db.pupils import pupils as pupil_store
from transitions.dates import long
from transitions.errors import NotAllowed
from transitions.exporting.documents.model import Bullets, Document, Heading, Note, Paragraph, Part
from transitions.exporting.documents.rendering import kind_of, rendered, write_document
from transitions.exporting.outgoing import ExportNote, put_in_place
from transitions.exporting.target import where_and_why
from transitions.impact import chronology
from transitions.pupils import history, markers
from transitions.school_year import add_months
from transitions.text import clean, how_many
from transitions.workspace import Workspace

MARK: Final = "[REVIEW: {}]"
_FRIENDSHIP: Final = "friendship"
_NOT_HERE: Final = frozenset({_FRIENDSHIP, store.FROZEN, store.IN_THE_JOURNAL})
"""The first is about other children; frozen steps are counts of steps that stand here; the journal has a part of its own."""
_KEYS: Final = history.NOT_SHOWN - {"answered_on", "factors", "recorded_by", "version", "worker_id", "written_on"}
_COULD_HARM: Final = frozenset({"child_protection_transfer", "social_care_episode", "note"})
_NAMES: Final = frozenset(
    {"acknowledged_by", "agreed_by", "end_reason", "holder", "name", "owner", "receipt_by", "sent_by", "who"}
)
"""Columns in which people write whom they mean."""
_ABOUT_THEM: Final = frozenset(history.label(column, "contact") for column in ("relationship", "telephone", "email"))
_MANY_WORDS: Final = 4
_SHORTEST_NAME: Final = 3
_CAPITAL: Final = re.compile(r"\b[A-Z][\w'’-]+")
_CHECKLIST: Final = (
    (
        "Who asks, and may they? A young person may ask for everything about themselves. A parent may ask on behalf of a child who does not yet understand what it means; from about 12 or 13 ask the young person. A parent’s own right to the educational record is separate, with a different time limit: 15 school days, in maintained schools."
    ),
    "Is the person asking who they say they are, and do they have parental responsibility? Is there a court order?",
    (
        "Could anything here cause serious harm to the young person or to somebody else? Ask the designated safeguarding lead "
        "before anything about child protection or social care leaves."
    ),
    (
        "Search for “REVIEW:”. Each mark is about somebody else. Remove what they have not agreed to, unless it is reasonable to show it without their agreement. Then remove the mark."
    ),
    "Read the free text: names the program does not know are not marked there.",
    "Remove what somebody wrote only for their own use, legal advice, and references given in confidence.",
    "Explain the rest: codes, tiers and how they were decided.",
    "Also check where this program can't: e-mail, paper, exported files, backups, and what schools hold themselves.",
)


def everything_held(workspace: Workspace, pupil_id: int) -> Document:
    """Raises NoSuchRecord."""
    name, parts = _held(workspace, pupil_id)
    return _document(workspace, f"Everything held about {name}", parts)


def checklist(workspace: Workspace, pupil_id: int) -> Document:
    """What a person looks at before it leaves; it stays with us. Raises NoSuchRecord."""
    row = workspace.record("pupil", pupil_id)
    return _document(workspace, f"Before it leaves: {row['forename']} {row['surname']}", _to_check(workspace, pupil_id))


def write_subject_access(
    workspace: Workspace, pupil_id: int, target: Path, *, purpose: str, overwrite: bool = False
) -> Path:
    """Write it as one document, with what to look at on its first page, or, when the name has no ending, as a folder of both.

    Raises NotAllowed without a purpose, NoSuchRecord, and CannotWrite as ``put_in_place`` does.
    """
    if not clean(purpose):
        raise NotAllowed("This is all about one young person: say what it is for, such as the request number.")
    held, before = everything_held(workspace, pupil_id), checklist(workspace, pupil_id)
    name = "Wrote everything held"
    if target.suffix:
        kind_of(target)
        whole = Document(
            held.title, (*before.parts, Heading("What is held", new_page=True), *held.parts), held.footer, held.as_at
        )
        return write_document(workspace, whole, target, name, held.title, purpose=purpose, overwrite=overwrite)
    note = ExportNote(name, [held.title, "a folder", *where_and_why(target, purpose=purpose)])
    files = {
        "1 before it leaves.docx": rendered(before, "docx"),
        "2 everything held.docx": rendered(held, "docx", workspace),
    }
    with put_in_place(workspace, target, lambda: note, folder=True) as folder:
        for file, made in files.items():
            (folder / file).write_bytes(made)
    return target


def _document(workspace: Workspace, title: str, parts: Iterator[Part]) -> Document:
    today = workspace.clock.today
    return Document(title, tuple(parts), f"{title}, {long(today)} · confidential", today)


def _to_check(workspace: Workspace, pupil_id: int) -> Iterator[Part]:
    today = workspace.clock.today
    yield Note("For whoever answers the request. This page stays with us.", leading=True)
    yield Paragraph(f"If requested today, the answer is due by {long(add_months(today, 1))}: within one month.")
    yield Bullets(_CHECKLIST)
    for row in markers.in_force(workspace, pupil_id):
        about = f" ({row.what})" if row.what else ""
        yield Paragraph(f"Marked “{row.kind}”{about} since {long(row.started_on)}. {row.reason or ''}")
    if markers.hides(workspace, pupil_id, markers.CONTACTS):
        yield Paragraph("Left out: the people around the pupil, marked “do not disclose”.")
    if markers.hides(workspace, pupil_id, markers.ADDRESS):
        yield Paragraph(chronology.WITHOUT_SCHOOLS)
    friends = len(store.friends(workspace.read(), pupil_id))
    if friends:
        yield Paragraph(
            f"Left out: {how_many(friends, 'pupil')} to keep with or apart from, because that is also about them."
        )
    yield Paragraph(
        "Also left out: anonymous surveys, notes about workshops, and snapshots, which only count the steps shown here. Staff are shown by role."
    )


def _held(workspace: Workspace, pupil_id: int) -> tuple[str, Iterator[Part]]:
    row = workspace.record("pupil", pupil_id)
    everything, hidden = (
        list(store.of_pupil(workspace.read(), pupil_id, but=_NOT_HERE)),
        chronology.hidden_tables(workspace, pupil_id),
    )
    records = [one for one in everything if one.table not in hidden]
    others = Others(workspace, pupil_id, everything)
    words = history.Words(workspace, _KEYS)

    def parts() -> Iterator[Part]:
        yield Paragraph(f"Born {long(row['date_of_birth'])}. As at {long(workspace.clock.today)}.")
        for _, some in groupby(records, lambda record: record.table):
            group = list(some)
            told = [others.about_them(words.row(RowChange(0, one.table, _key(one), None, one.row))) for one in group]
            yield Heading(told[0].what if len(told) == 1 else history.called(group[0].table))
            rows = [
                (one.what, "\n".join(f"{field.label}: {others.marked(field.new or '')}" for field in one.fields))
                for one in told
            ]
            review = [others.why(record, text) for record, (_, text) in zip(group, rows, strict=True)]
            cells = [(what, text, why) for (what, text), why in zip(rows, review, strict=True)]
            yield from chronology.table_of(("Record", "What is held", "Look at"), cells, (3, 8, 4))
        yield Heading("Who recorded what, and when", new_page=True)
        written = [
            tuple(map(others.marked, one)) for one in chronology.entries(workspace, pupil_id, shown=others.about_them)
        ]
        yield from chronology.table_of(("When", "Who", "What"), written, (3, 3, 9))

    return f"{row['forename']} {row['surname']}", parts()


def _key(record: HeldRecord) -> Mapping[str, object]:
    return {name: record.row[name] for name in ("id", "milestone_id", "cycle", "rank") if name in record.row}


class Others:
    """Who else is named in what is held of a pupil; staff stand by their role, all others in a mark."""

    def __init__(self, workspace: Workspace, pupil_id: int, records: Sequence[HeldRecord]) -> None:
        """Look for those around the pupil, those in columns for names, the pupil's friends, and pupils whose full name is written."""
        connection, own = workspace.read(), workspace.record("pupil", pupil_id)
        self._own = {own["forename"], own["preferred_name"] or own["forename"], own["surname"]}
        self._instead = {line.name: f"a member of staff ({line.role})" for line in pupil_store.worker_lines(connection)}
        people = {str(one.row["name"]) for one in records if one.table in chronology.ANOTHER_PERSON}
        for one in store.friends(connection, pupil_id):
            people |= {f"{one.forename} {one.surname}", f"{one.preferred_name or one.forename} {one.surname}"}
        names = people | {name.split()[0] for name in people if name.split()}
        names |= {str(one.row[column]) for one in records for column in _NAMES & one.row.keys() if one.row[column]}
        written = "\n".join(str(value) for one in records for value in one.row.values() if isinstance(value, str))
        words = sorted(set(_CAPITAL.findall(written)))
        for one in store.named_in(connection, pupil_id, written, words):
            names |= {f"{one.forename} {one.surname}", f"{one.preferred_name or one.forename} {one.surname}"}
        for name in names:
            if len(name) >= _SHORTEST_NAME and _is_name(name) and not set(name.split()) <= self._own:
                self._instead.setdefault(name, MARK.format(name))
        listed = "|".join(re.escape(name) for name in sorted(self._instead, key=len, reverse=True))
        self._known = re.compile(rf"(?<!\w)(?:{listed})(?!\w)") if listed else None
        self._without_schools = chronology.without_schools(workspace, pupil_id)

    def marked(self, text: str) -> str:
        text = self._without_schools(text)
        return text if self._known is None else self._known.sub(lambda found: self._instead[found[0]], text)

    @staticmethod
    def about_them(row: history.RowTold) -> history.RowTold:
        """A record with marks about what somebody around the pupil is to them, and how that person is reached."""
        if row.what != history.called("contact"):
            return row
        fields = (
            one._replace(old=one.old and MARK.format(one.old), new=one.new and MARK.format(one.new))
            if one.label in _ABOUT_THEM
            else one
            for one in row.fields
        )
        return row._replace(fields=tuple(fields))

    @staticmethod
    def why(record: HeldRecord, text: str) -> str:
        """What a person looks at in a record; nothing when it is a fact about the pupil alone."""
        found = []
        if record.table in chronology.ANOTHER_PERSON:
            found.append("about another person")
        elif MARK.partition("{")[0] in text:
            found.append("others are named")
        if record.table in _COULD_HARM or record.row.get("child_protection_file"):
            found.append("could it cause serious harm?")
        if any(isinstance(value, str) and len(value.split()) > _MANY_WORDS for value in record.row.values()):
            found.append("free text: read it")
        return "\n".join(found)


def _is_name(text: str) -> bool:
    """Whether it is written as a name: "the family" and "school office" are not."""
    return all(word[0].isupper() for word in text.split())
