"""Packs: one sealed file for each receiving school, with all its pupils, and every handover in it marked as sent.

A handover counts as sent only when its file stands, and the file stands only when that was written down: both or neither.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from secrets import SystemRandom
from typing import NamedTuple

from db import importing as changes
from db.errors import ChangedSince
from db.handovers import handovers as store
from db.journal import Action
from db.pupils import pupils
from db.pupils.pupils import PupilPage
from transitions.custody.locking import check_not_of_records
from transitions.errors import FieldProblems
from transitions.exporting.outgoing import Outgoing, outgoing
from transitions.exporting.target import note_export, numbered
from transitions.handovers import page as pages
from transitions.handovers import safeguarding
from transitions.handovers.correspondence import mark_sent
from transitions.handovers.pack_content import (
    ChildProtectionFile,
    PackContent,
    Party,
    SentAnswer,
    SentFactor,
    SentFriendship,
    SentHandover,
    SentMessage,
    SentPupil,
    SentTier,
    read_pack,
    write_content,
)
from transitions.handovers.pack_file import ENDING, Header, seal, slug
from transitions.handovers.page import HandoverPage
from transitions.handovers.parcels import ForSchool, LeftOut, for_schools, name_of
from transitions.handovers.passphrases import propose_passphrase
from transitions.handovers.tiers import read_decision
from transitions.handovers.writing import keep_proposed, new_uid
from transitions.identifiers import laestab
from transitions.milestones.destinations import Move
from transitions.pupils.markers import HANDOVERS, overridden
from transitions.team.workers import me_name
from transitions.text import clean, how_many, printable
from transitions.workspace import Workspace

_TEAM = "Transitions team"
_LONGEST_NAME, _LONGEST_LABEL = 200, 300


def pack_content(
    workspace: Workspace, uid: str, school_id: int, handover_ids: Sequence[int], made_on: date
) -> PackContent:
    """The content of a pack for a school: these handovers, in this order, as they would be sent now.

    Of a pupil who is not in it the pack says nothing, but that a friend is who went to the same school before. Raises
    NoSuchRecord.
    """
    found = [pages.load(workspace, number) for number in handover_ids]
    sender = council_or_school(workspace, found)
    return PackContent(
        pack=uid,
        sender=sender,
        receiver=party(workspace, school_id),
        made_on=made_on,
        made_by=_short(me_name(workspace)),
        handovers=tuple(_handover(workspace, one, school_id, sender) for one in found),
        friendships=_friendships(workspace, school_id, found),
    )


def party(workspace: Workspace, school_id: int | None) -> Party:
    school = None if school_id is None else pupils.record(workspace.read(), "school", school_id)
    if school is None:
        return Party("A school")
    la, establishment = school["la_number"], school["establishment_number"]
    return Party(
        name=_short(school["name"]) or "A school",
        urn=None if school["urn"] is None else str(school["urn"]),
        dfe_number=None if la is None or establishment is None else laestab(la, establishment),
    )


def council_or_school(workspace: Workspace, found: Sequence[HandoverPage]) -> Party:
    """Who sends: the school that all these pupils leave; when they leave several, that of whoever sends, or the team."""
    schools = {_leaves(one) for one in found}
    own = workspace.record("worker", workspace.me)["school_id"] if workspace.me is not None else None
    if len(schools) == 1 or own is not None:
        return party(workspace, schools.pop() if len(schools) == 1 else own)
    known = (pupils.record(workspace.read(), "school", school) for school in schools if school is not None)
    authorities = {school["la_number"] for school in known if school and school["la_number"] is not None}
    number = authorities.pop() if len(authorities) == 1 else None
    return Party(_TEAM if number is None else f"{_TEAM}, authority {number}")


def _leaves(page: HandoverPage) -> int | None:
    return page.row.from_school_id or page.pupil.school_id


def _handover(workspace: Workspace, page: HandoverPage, school_id: int, sender: Party) -> SentHandover:
    row, leaves = page.row, _leaves(page)
    school = party(workspace, leaves) if leaves is not None else sender
    return SentHandover(
        uid=row.uid,
        revision=row.revision + 1,
        transition=row.transition,
        move_year=row.move_year,
        form=page.form.version,
        pupil=_pupil(page.pupil),
        answers=tuple(
            SentAnswer(
                code=one.question.code,
                section=clean(one.section.title)[:_LONGEST_LABEL],
                label=clean(one.question.label)[:_LONGEST_LABEL],
                value=clean(one.answer.value, lines=True),
                sensitive=one.question.sensitive,
            )
            for one in page.to_tell
            if one.answer is not None and clean(one.answer.value, lines=True)
        ),
        child_protection_file=_child_protection_file(page, school_id),
        tier=_tier(page),
        messages=_messages(page),
        school=None if school == sender else school,
    )


def _pupil(pupil: PupilPage) -> SentPupil:
    return SentPupil(
        surname=clean(pupil.surname)[:_LONGEST_NAME],
        forename=clean(pupil.forename)[:_LONGEST_NAME],
        date_of_birth=pupil.date_of_birth,
        cohort_year=pupil.cohort_year,
        upn=pupil.upn,
        former_upn=pupil.former_upn,
        uln=pupil.uln,
        preferred_name=_short(pupil.preferred_name),
        sex=pupil.sex,
    )


def _child_protection_file(page: HandoverPage, school_id: int) -> ChildProtectionFile:
    """Say that there is a file, and how it went to this school: to which others it went is none of its business."""
    sent = next((one for one in page.child_protection if one.to_school_id == school_id), None)
    if sent is None:
        return ChildProtectionFile(bool(page.pupil.child_protection_file))
    return ChildProtectionFile(True, sent.sent_on, _short(sent.sent_how), _short(sent.sent_by))


def _tier(page: HandoverPage) -> SentTier | None:
    tier, decision = page.pupil.tier, page.tier
    if tier is None:
        return None
    if decision is None or decision.tier != tier:
        return SentTier(tier, (), "as recorded")
    made = read_decision(decision)
    factors = (
        SentFactor(one.words[:_LONGEST_LABEL], one.value[:_LONGEST_LABEL], one.points, one.since)
        for one in made.factors
    )
    return SentTier(tier, tuple(factors), made.version)


def _messages(page: HandoverPage) -> tuple[SentMessage, ...]:
    uids = {one.id: one.uid for one in page.messages}
    return tuple(
        SentMessage(
            uid=one.uid,
            side=one.side,
            kind=one.kind,
            words=clean(one.words, lines=True),
            on=one.on_day,
            who=_short(one.who),
            answers=uids.get(one.answers_id) if one.answers_id is not None else None,
        )
        for one in page.messages
    )


def _friendships(workspace: Workspace, school_id: int, found: Sequence[HandoverPage]) -> tuple[SentFriendship, ...]:
    uids = {one.row.pupil_id: one.row.uid for one in found}
    known = {**_earlier_answers(workspace, school_id, found), **uids}
    pairs = safeguarding.for_school(workspace, school_id, list(known))
    return tuple(
        SentFriendship(known[one.pupil_id], known[one.other_id], one.kind)
        for one in pairs
        if one.pupil_id in uids or one.other_id in uids
    )


def _earlier_answers(workspace: Workspace, school_id: int, found: Sequence[HandoverPage]) -> dict[int, str]:
    others = {friend.pupil_id for page in found for friend in page.friends}
    return {
        row.pupil_id: row.uid
        for other in others
        for row in store.of_pupil(workspace.read(), other)
        if (row.direction, row.to_school_id) == ("out", school_id) and row.sent_on is not None and row.revision
    }


def _short(text: str | None) -> str | None:
    return clean(text or "")[:_LONGEST_NAME].strip() or None


class MadePack(NamedTuple):
    """A pack that was made: for whom, where it is, and how many pupils it holds. Without anybody to send there is no file."""

    school_id: int | None
    school: str
    path: Path | None
    pupils: int
    left_out: tuple[LeftOut, ...]
    passphrase: str = ""
    """What opens it; kept nowhere else."""


class _Sealed(NamedTuple):
    parcel: ForSchool
    school_id: int
    uid: str
    target: Path
    data: bytes
    passphrase: str


def make_packs(
    workspace: Workspace,
    move: Move,
    folder: Path,
    passphrases: Mapping[int, str] | str | None = None,
    *,
    school_ids: Collection[int] | None = None,
    only: Collection[int] | None = None,
    how: str = "pack file",
    override: str = "",
    overwrite: bool = False,
    beside: bool = False,
    uid: Callable[[], str] = new_uid,
) -> list[MadePack]:
    """Write a sealed file into ``folder`` for each school that has somebody to send, and mark these handovers as sent.

    ``passphrases`` is one for all or one by school, None draws one for each; ``only`` are marked handovers; a file goes
    ``beside`` one of its name, with a number. It is one action that can be undone, which leaves the files where they are;
    the journal keeps that they were made, and for whom. Raises FieldProblems for a passphrase that is missing or too easy
    to guess, CannotWrite, and ChangedSince; then there is no file, and nothing was marked.
    """
    for given in {passphrases} if isinstance(passphrases, str) else {*(passphrases or {}).values()}:
        check_not_of_records(workspace, given)
    parcels = for_schools(workspace, move, school_ids=school_ids, only=only, override=override)
    last_change = changes.last_change(workspace.read())
    sealed = list(_sealed(workspace, parcels, folder, passphrases, uid))
    if beside:
        sealed = [one._replace(target=numbered(one.target)) for one in sealed]
    if sealed:
        _write(workspace, sealed, last_change, how, override=override, overwrite=overwrite)
    made = {one.school_id: (one.target, one.passphrase) for one in sealed}
    found = ((one, *made.get(one.school_id or 0, (None, ""))) for one in parcels)
    return [
        MadePack(one.school_id, one.school, path, len(one.going), one.left_out, words) for one, path, words in found
    ]


def _sealed(
    workspace: Workspace,
    parcels: Sequence[ForSchool],
    folder: Path,
    passphrases: Mapping[int, str] | str | None,
    uid: Callable[[], str],
) -> Iterator[_Sealed]:
    """Make every file in memory: nothing is written before all of them can be."""
    today, taken = workspace.clock.today, set[str]()
    for parcel in parcels:
        if parcel.school_id is None or not parcel.going:
            continue
        if passphrases is None:
            passphrase = propose_passphrase(SystemRandom())
        else:
            passphrase = passphrases if isinstance(passphrases, str) else passphrases.get(parcel.school_id, "")
        if not passphrase:
            raise FieldProblems({"passphrase": f"There is none for {parcel.school}. Agree one with the school."})
        mark = uid()
        numbers = [row.handover_id for row in parcel.going if row.handover_id is not None]
        content = pack_content(workspace, mark, parcel.school_id, numbers, today)
        data = write_content(content)
        read_pack(data, name=f"The pack for {parcel.school}")  # the other side reads it as strictly
        header = Header("handover pack", mark, content.sender.name, content.receiver.name, today)
        name = f"handovers-{slug(parcel.school)}"
        if name in taken:
            name = f"{name}-{parcel.school_id}"
        taken.add(name)
        target = folder / f"{name}-{today.isoformat()}{ENDING}"
        # Five words that were drawn are as hard to guess when one of them is a child's name.
        names = () if passphrases is None else parcel.names
        yield _Sealed(parcel, parcel.school_id, mark, target, seal(data, header, passphrase, names), passphrase)


def _write(
    workspace: Workspace, sealed: Sequence[_Sealed], last_change: int, how: str, *, override: str, overwrite: bool
) -> None:
    pupils = sum(len(one.parcel.going) for one in sealed)
    schools = ", ".join(one.parcel.school for one in sealed)
    going = [row for one in sealed for row in one.parcel.going]
    said = overridden(workspace, [(row.pupil_id, name_of(row)) for row in going], HANDOVERS, override)
    named = "Handovers sent", "; ".join([f"{how_many(pupils, 'pupil')} · {how} to {schools}", *said])
    with outgoing(workspace) as files:
        for one in sealed:
            files.write(one.target, partial(Path.write_bytes, data=one.data), overwrite=overwrite)
        _mark_all_sent(workspace, sealed, last_change, named, how, files)


def _mark_all_sent(
    workspace: Workspace, sealed: Sequence[_Sealed], last_change: int, named: tuple[str, str], how: str, files: Outgoing
) -> None:
    pupils = {row.pupil_id for one in sealed for row in one.parcel.going}
    with workspace.change(*named) as action:
        if changes.changed_since(action.connection, last_change, pupils, before=action.id):
            raise ChangedSince(
                "Not sent: somebody has just changed one of these pupils' records. Make the packs again."
            )
        notes = []
        for one in sealed:
            _mark_sent(workspace, action, one, how)
            parts = [f"to {one.parcel.school}", how_many(len(one.parcel.going), "pupil"), printable(one.target.name)]
            parts += [name_of(row) for row in one.parcel.going]
            notes.append(note_export(workspace, "Exported handovers", parts, action.connection))
        files.record(action.connection, action.id, notes)


def _mark_sent(workspace: Workspace, action: Action, one: _Sealed, how: str) -> None:
    today = workspace.clock.today
    pack_id = action.insert(
        "pack",
        {
            "uid": one.uid,
            "direction": "made",
            "school_id": one.school_id,
            "school_name": one.parcel.school,
            "on_day": today,
            "file_name": printable(one.target.name),
            "pupils": len(one.parcel.going),
            "worker_id": workspace.me,
        },
    )
    sender = me_name(workspace)
    for row in one.parcel.going:
        if row.handover_id is not None:
            # so that tomorrow's page shows what the school was told, whatever the record says by then
            keep_proposed(workspace, action, row.handover_id)
            mark_sent(workspace, action, row.handover_id, how=how, on=today, by=sender, pack_id=pack_id)
