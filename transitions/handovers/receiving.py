"""A pack that came, looked at before it is taken in: what it would bring, and what becomes of each pupil's record.

Pupils are matched, made and changed as by an import of pupils, with every difference shown before it is taken. Of a pupil
whose handover is here already only what the sender changed since then reaches the record: what was put right here stays.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, NamedTuple

from db import importing as import_store
from db.handovers import handovers as store
from db.handovers.handovers import HandoverRow
from db.importing import SchoolRow
from db.pupils import pupils as pupil_store
from db.pupils.pupils import PupilPage
from transitions.dates import short_with_year
from transitions.errors import BadInput, Problem
from transitions.handovers import pack_rows
from transitions.handovers.form import transitions
from transitions.handovers.pack_content import PackContent, Party, SentHandover, read_pack
from transitions.handovers.pack_file import LONGEST_FILE, Header, open_sealed
from transitions.handovers.pack_rows import Listed
from transitions.importing.headers import HeaderMap
from transitions.importing.matching import Answer, Ask, Pupils, Schools, asker
from transitions.importing.preview import ImportPreview, PreviewDraft, PupilQuestion
from transitions.importing.pupils import work_out
from transitions.importing.table_rows import Packed, TableRow
from transitions.importing.tabular import read_bytes
from transitions.school_year import academic_year_span
from transitions.text import how_many, printable, searchable
from transitions.workspace import Workspace

What = Literal["new", "newer", "in its place", "same", "older", "refused"]
KnownBy = Literal["this handover", "upn", "former upn", "name", "nothing"]
_WORDS: Mapping[What, str] = {
    "new": "comes in",
    "newer": "newer than the one here",
    "in its place": "takes the place of another one for the same move",
    "same": "here already",
    "older": "older than the one here: skipped",
    "refused": "refused",
}
_COUNTED: Mapping[What, str] = {**_WORDS, "new": "to come in", "in its place": "to take the place of another"}
_KNOWN: Mapping[KnownBy, str] = {
    "this handover": "the pupil is matched by the handover",
    "upn": "the pupil is matched by UPN",
    "former upn": "the pupil is matched by a former UPN",
    "name": "the pupil is matched by name and date of birth",
    "nothing": "a new pupil",
}


class Arrival(NamedTuple):
    """One handover of a pack: its place from 1, whose it is, what becomes of it, and by what the pupil is known here.

    ``pupil_id`` is None for a new pupil, ``existing`` the handover that is here already.
    """

    place: int
    sent: SentHandover
    what: What
    known_by: KnownBy
    pupil_id: int | None = None
    existing: HandoverRow | None = None

    @property
    def name(self) -> str:
        pupil = self.sent.pupil
        return f"{pupil.preferred_name or pupil.forename} {pupil.surname}".strip()

    @property
    def taken(self) -> bool:
        return self.what in {"new", "newer", "in its place"}

    @property
    def text(self) -> str:
        return f"{_WORDS[self.what]}; {_KNOWN[self.known_by]}" if self.taken else _WORDS[self.what]


@dataclass(frozen=True)
class Incoming:
    """A pack as it would be received; nothing is written before ``apply_pack.receive``.

    ``preview`` has what becomes of the pupils' records, ``notes`` are sentences to read before deciding. ``sender`` and
    ``receiver`` are the schools of our list, None for one that is not in it.
    """

    file: str
    header: Header
    content: PackContent
    arrivals: tuple[Arrival, ...]
    preview: ImportPreview
    notes: tuple[str, ...]
    sender: Listed | None
    receiver: Listed | None
    leaves: Mapping[int, int | None]
    """By place the school that the pupil leaves, if it is in our list."""

    @property
    def taken(self) -> list[Arrival]:
        return [one for one in self.arrivals if one.taken]

    @property
    def summary(self) -> str:
        counts = [(label, sum(one.what == what for one in self.arrivals)) for what, label in _COUNTED.items()]
        counted = ", ".join(f"{number} {label}" for label, number in counts if number)
        return f"{self.content.sender.name}: {counted or 'no handovers'}"


def open_pack(
    workspace: Workspace, path: Path, passphrase: str, *, ask: Ask | None = None, skip_bad: bool = False
) -> Incoming:
    """Open a pack and work out what receiving it would do; nothing is written.

    ``ask`` decides which pupil is meant where several may be, by the handover's place in the pack. Raises NoSuchFile,
    NotOpened, and BadInput for what is no pack, is one of ours, or has a pupil whom an import would refuse; with
    ``skip_bad`` such pupils are refused instead.
    """
    file, header, data = open_file(path, passphrase, workspace.clock.today)
    if header.kind != "handover pack":
        what = "is the answer to a pack, not a pack: take it in as an answer. Nothing was written"
        raise BadInput([Problem(file, what)])
    content = read_pack(data, name=file)
    _check(workspace, file, header, content)
    return _Looking(workspace, file, path, header, content).incoming(ask, skip_bad=skip_bad)


def open_file(path: Path, passphrase: str, today: date) -> tuple[str, Header, bytes]:
    """Open a sealed file: its name as messages show it, its heading and its content.

    Raises NoSuchFile, BadInput and NotOpened.
    """
    name, data = read_bytes(path, LONGEST_FILE)
    return name, *open_sealed(data, passphrase, name=name, today=today)


def _check(workspace: Workspace, file: str, header: Header, content: PackContent) -> None:
    connection = workspace.read()
    problems, sent_here = [], 0
    if (content.pack, content.made_on) != (header.pack_uid, header.made_on):
        problems.append("its first line and its content are from different packs: ask the sender to make it again")
    if store.pack_by_uid(connection, content.pack, "made") is not None:
        problems.append(f"was made here, for {content.receiver.name}: it is for them to receive")
    for place, one in enumerate(content.handovers, 1):
        row = store.by_uid(connection, one.uid)
        if one.transition not in transitions():
            problems.append(f"handover {place}: “{one.transition}” is not a move that this version knows: update it")
        elif row is not None and row.direction == "out":
            sent_here += 1
        known = store.handovers_of_messages(connection, [each.uid for each in one.messages]) if one.messages else {}
        if any(number != (row.id if row else None) for number in known.values()):
            problems.append(f"handover {place}: a message in it belongs to another handover")
    if sent_here:
        problems.append(
            f"{how_many(sent_here, 'handover')} in it went out from this record; whoever receives them acknowledges them on the board"
        )
    if problems:
        raise BadInput([Problem(file, f"{what}. Nothing was written") for what in problems])


class _Looking:
    """The work on one pack: which handovers are new, whose they are, and what their pupils' records gain."""

    def __init__(self, workspace: Workspace, file: str, path: Path, header: Header, content: PackContent) -> None:
        connection = workspace.read()
        self._workspace, self._connection, self._today = workspace, connection, workspace.clock.today
        self._file, self._header, self._content = file, header, content
        self._rows: list[SchoolRow] = import_store.school_rows(connection)
        self._schools = Schools(self._rows)
        self._pupils = Pupils(connection)
        self._sender, self._receiver = self._listed(content.sender), self._listed(content.receiver)
        self._leaves = {
            place: self._listed(one.school) if one.school else self._sender
            for place, one in enumerate(content.handovers, 1)
        }
        existing = store.pack_by_uid(connection, content.pack, "received")
        self._existing_pack = existing.id if existing else None
        self._draft = PreviewDraft(
            "handovers", file, path, f"pack from {content.sender.name}", pack_rows.COLUMNS, unit="pupil"
        )

    def incoming(self, ask: Ask | None, *, skip_bad: bool) -> Incoming:
        arrivals = [self._arrival(place, one) for place, one in enumerate(self._content.handovers, 1)]
        self._draft.places = {one.place: f"pupil {one.place} ({printable(one.name)})" for one in arrivals}
        rows = Packed(TableRow(one.place, pack_rows.cells_of(self._cells(one))) for one in arrivals if one.taken)
        headers = HeaderMap(pack_rows.COLUMNS, {name: place for place, name in enumerate(pack_rows.COLUMNS)})
        if len(rows):
            work_out(self._workspace, self._draft, headers, rows, ask=self._deciding(ask, arrivals))
        preview = self._draft.finish(self._workspace, rows=rows, ragged=(), skip_bad=skip_bad)
        matched = dict(self._draft.matched)
        settled = tuple(self._settled(one, matched) for one in arrivals)
        return Incoming(
            file=self._file,
            header=self._header,
            content=self._content,
            arrivals=settled,
            preview=preview,
            notes=(*self._notes(settled), *preview.notes),
            sender=self._sender,
            receiver=self._receiver,
            leaves={place: found.id if found else None for place, found in self._leaves.items()},
        )

    def _listed(self, school: Party) -> Listed | None:
        return pack_rows.list_school(school, self._schools, self._rows)

    def _arrival(self, place: int, sent: SentHandover) -> Arrival:
        row = store.by_uid(self._connection, sent.uid)
        if row is None:
            given = {**sent.pupil.__dict__}
            return Arrival(place, sent, "new", self._pupils.match(given).by)
        return Arrival(place, sent, self._compared(sent, row), "this handover", row.pupil_id, row)

    def _compared(self, sent: SentHandover, row: HandoverRow) -> What:
        """What a handover is beside the one here. Sending that was undone and repeated counts as the same time."""
        if sent.revision == row.revision and self._existing_pack != row.pack_id:
            repeated = row.sent_on is None or self._content.made_on >= row.sent_on
            return "newer" if repeated else "older"
        return "newer" if sent.revision > row.revision else "same" if sent.revision == row.revision else "older"

    def _deciding(self, ask: Ask | None, arrivals: list[Arrival]) -> Callable[[PupilQuestion], Answer]:
        """Whose a handover is that came before is known, whatever was put right in the pupil's name since."""
        known = {one.place: one.pupil_id for one in arrivals if one.pupil_id is not None}
        decide = asker(ask)
        return lambda question: known[question.line] if question.line in known else decide(question)

    def _settled(self, one: Arrival, matched: Mapping[int, int | None]) -> Arrival:
        if not one.taken:
            return one
        if one.place in self._draft.problems:
            return one._replace(what="refused")
        pupil_id = matched[one.place]
        if one.what == "newer" or pupil_id is None:
            return one._replace(pupil_id=pupil_id, known_by=one.known_by if pupil_id else "nothing")
        same_move = next(
            (
                row
                for row in store.of_pupil(self._connection, pupil_id)
                if (row.direction, row.transition, row.move_year) == ("in", one.sent.transition, one.sent.move_year)
            ),
            None,
        )
        return one._replace(
            pupil_id=pupil_id, existing=same_move, what="in its place" if same_move is not None else one.what
        )

    def _cells(self, one: Arrival) -> dict[str, str]:
        sent = one.sent
        answers = {answer.code: answer.value for answer in sent.answers}
        if one.existing is None:
            found = pack_rows.identity(sent.pupil, self._today) | pack_rows.facts(answers, self._today)
            found |= self._school_cells(one)
            if sent.tier is not None:
                found["tier"] = sent.tier.tier
        else:
            before = {row.question: row.value for row in store.answers(self._connection, [one.existing.id])}
            changed = {code: value for code, value in answers.items() if before.get(code) != value}
            found = self._identity_here(one) | pack_rows.facts(changed, self._today)
            if sent.tier is not None and not pack_rows.tier_came_before(
                self._workspace, one.existing.pupil_id, sent.tier
            ):
                found["tier"] = sent.tier.tier
        if sent.child_protection_file.exists:
            found["child_protection_file"] = "yes"
        return found

    def _identity_here(self, one: Arrival) -> dict[str, str]:
        ours = self._page(one)
        sent = pack_rows.identity(one.sent.pupil, self._today)
        kept = {name: getattr(ours, name) for name in ("upn", "former_upn", "uln", "preferred_name", "sex")}
        found = {name: kept[name] or sent.get(name, "") for name in kept}
        names = {"surname": ours.surname, "forename": ours.forename, "date_of_birth": ours.date_of_birth.isoformat()}
        return {name: text for name, text in {**found, **names}.items() if text}

    def _page(self, one: Arrival) -> PupilPage:
        found = pupil_store.page(self._connection, one.pupil_id or 0)
        assert found is not None  # noqa: S101 - the handover refers to the pupil
        return found

    def _school_cells(self, one: Arrival) -> dict[str, str]:
        """The schools: the sender's until the move is made, then the receiver's; a pupil who is there stays there."""
        receiver, leaves = self._receiver, self._leaves[one.place]
        matched = self._pupils.match({**one.sent.pupil.__dict__}).pupils
        pages = [pupil_store.page(self._connection, number) for number in matched]
        if receiver is not None and any(page is not None and page.school_id == receiver.id for page in pages):
            return {}
        if self._today > academic_year_span(one.sent.move_year)[1]:
            return {f"school_{receiver.by}": receiver.text} if receiver else {}
        cells = {f"school_{leaves.by}": leaves.text} if leaves else {}
        return cells | ({f"next_school_{receiver.by}": receiver.text} if receiver else {})

    def _notes(self, arrivals: tuple[Arrival, ...]) -> Iterator[str]:
        parties = {one.school for one in self._content.handovers if one.school} | {self._content.receiver}
        if not all(one.school for one in self._content.handovers):
            parties.add(self._content.sender)  # else it stands for several, each named with its pupils
        for school in sorted(parties, key=lambda one: searchable(one.name)):
            if self._listed(school) is None:
                yield f"{school.name} is not in the school list here, so the pupils come without it"
        if self._content.made_on > self._today:
            yield f"the pack was made on {short_with_year(self._content.made_on)}, which is in the future here"
        for one in arrivals:
            if one.what == "older" and one.existing is not None:
                yield (
                    f"{one.name}: the pack has the handover as it was sent the {_nth(one.sent.revision)} time, and the "
                    f"{_nth(one.existing.revision)} is here already: passed over"
                )
            if one.what == "newer":
                yield from self._differs(one)

    def _differs(self, one: Arrival) -> Iterator[str]:
        ours, theirs = self._page(one), one.sent.pupil
        for title, name in (
            ("surname", "surname"),
            ("forename", "forename"),
            ("date of birth", "date_of_birth"),
            ("UPN", "upn"),
        ):
            our_value, their_value = getattr(ours, name), getattr(theirs, name)
            if their_value and our_value and our_value != their_value:
                yield f"{one.name}: {title} is {their_value} in the pack and {our_value} here. Ours is kept"


def _nth(number: int) -> str:
    suffix = "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"
