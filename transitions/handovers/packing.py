"""What goes into the pack for one school: each handover as it stands, and the friends who go there."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from db.handovers import handovers as store
from db.pupils import records
from db.pupils.pupils import PupilPage
from transitions.handovers import friendships
from transitions.handovers import page as pages
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
)
from transitions.handovers.page import HandoverPage
from transitions.handovers.tier_deciding import read_decision
from transitions.identifiers import laestab
from transitions.team.lookups import me_name
from transitions.text import clean
from transitions.workspace import Workspace

__all__ = ["council_or_school", "pack_content", "party"]

_SEVERAL = "Several schools"
_LONGEST_NAME, _LONGEST_LABEL = 200, 300


def pack_content(
    workspace: Workspace, uid: str, school_id: int, handover_ids: Sequence[int], made_on: date
) -> PackContent:
    """Give the content of a pack for a school: these handovers, in this order, as they would be sent now.

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
    """Give a school as a pack names it."""
    columns = ("name", "urn", "la_number", "establishment_number")
    school: dict[str, Any] = (
        records.record(workspace.read(), "school", columns, school_id) if school_id is not None else None
    ) or dict.fromkeys(columns)
    la, establishment = school["la_number"], school["establishment_number"]
    return Party(
        name=_short(school["name"]) or "A school",
        urn=None if school["urn"] is None else str(school["urn"]),
        dfe_number=None if la is None or establishment is None else laestab(la, establishment),
    )


def council_or_school(workspace: Workspace, found: Sequence[HandoverPage]) -> Party:
    """Give the school that all these pupils leave; when they leave several, a name that says so."""
    schools = {_leaves(one) for one in found}
    return party(workspace, schools.pop()) if len(schools) == 1 else Party(_SEVERAL)


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
            for one in page.said
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
    known = {**_told_before(workspace, school_id, found), **uids}
    pairs = friendships.for_school(workspace, school_id, list(known))
    return tuple(
        SentFriendship(known[one.pupil_id], known[one.other_id], one.kind)
        for one in pairs
        if one.pupil_id in uids or one.other_id in uids
    )


def _told_before(workspace: Workspace, school_id: int, found: Sequence[HandoverPage]) -> dict[int, str]:
    """Give, by pupil, the handovers of friends of these pupils that went to the same school before."""
    others = {friend.pupil_id for page in found for friend in page.friends}
    return {
        row.pupil_id: row.uid
        for other in others
        for row in store.of_pupil(workspace.read(), other)
        if (row.direction, row.to_school_id) == ("out", school_id) and row.sent_on is not None and row.revision
    }


def _short(text: str | None) -> str | None:
    return clean(text or "")[:_LONGEST_NAME].strip() or None
