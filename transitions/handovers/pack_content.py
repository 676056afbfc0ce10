"""What stands in a pack of handovers and in the acknowledgement of one: plain records, to JSON and strictly back.

Of safeguarding a pack says that a file exists and how it went, and has no place for anything else. Friendships are pairs of
handovers, never names, so that a school never reads of a child who does not come to it. Every answer brings the words of its
question, so that a copy of this program with another form can still show it. Every field is annotated with what reads it.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from operator import methodcaller
from typing import Annotated, Final

from db.vocabulary import FRIENDSHIP_KINDS, MESSAGE_KINDS, MESSAGE_SIDES, TIERS
from transitions.fields import LONGEST_WORDS
from transitions.identifiers import check_laestab, check_uln, check_upn, check_urn
from transitions.untrusted import JsonPlace, Read, read_document

VERSION: Final = 2
"""2 since an answer can tell what became of the pupils; what has nothing of that is written as 1, which older programs read."""
_FIRST_VERSION: Final = 1
MOST_HANDOVERS: Final = 1_000
MOST_SENDINGS: Final = 9_999
_MOST_MESSAGES, _MOST_FRIENDSHIPS = 200, 20_000
_PACK, _ACKNOWLEDGEMENT = "handover pack", "acknowledgement"


def _several(one: str, read: Callable[[JsonPlace], Read], most: int) -> Callable[[JsonPlace], tuple[Read, ...]]:
    return lambda place: tuple(map(read, place.each(one, most)))


Uid = Annotated[str, methodcaller("text", 64)]
Short = Annotated[str, methodcaller("text", 200)]
Label = Annotated[str, methodcaller("text", 300)]
Words = Annotated[str, methodcaller("text", LONGEST_WORDS, lines=True)]
Name = Annotated[str, methodcaller("text", 200, may_be_empty=True)]
Upn = Annotated[str, methodcaller("checked", check_upn)]
Revision = Annotated[int, methodcaller("number", 1, MOST_SENDINGS)]
Sessions = Annotated[int, methodcaller("number", 0, 1_000)]


@dataclass(frozen=True)
class Party:
    """A school, or a council, at either end; ``urn`` has six digits and ``dfe_number`` is as "808/4000"."""

    name: Short
    urn: Annotated[str, methodcaller("checked", check_urn)] | None = None
    dfe_number: Annotated[str, methodcaller("checked", check_laestab)] | None = None


@dataclass(frozen=True)
class SentPupil:
    """Who the pupil is; one of the two names may be empty. What else is known of the pupil stands in the answers."""

    surname: Name
    forename: Name
    date_of_birth: date
    cohort_year: Annotated[int, methodcaller("number", 1950, 2200)]
    upn: Upn | None = None
    former_upn: Upn | None = None
    uln: Annotated[str, methodcaller("checked", check_uln)] | None = None
    preferred_name: Short | None = None
    sex: Annotated[str, methodcaller("one_of", ("F", "M"))] | None = None


def _pupil(place: JsonPlace) -> SentPupil:
    found = place.record(SentPupil)
    if not (found.surname or found.forename):
        place.refuse("has no name")
    return found


@dataclass(frozen=True)
class SentAnswer:
    """The answer to a question, with the words of the question and of its section."""

    code: Uid
    section: Label
    label: Label
    value: Words
    sensitive: bool = True


@dataclass(frozen=True)
class ChildProtectionFile:
    """That there is a child protection file and how it went; never anything that is in it."""

    exists: bool
    sent_on: date | None = None
    how: Short | None = None
    by: Short | None = None


def _child_protection_file(place: JsonPlace) -> ChildProtectionFile:
    found = place.record(ChildProtectionFile)
    if not found.exists and found != ChildProtectionFile(exists=False):
        place.refuse("says both that there is no file and how it went")
    return found


@dataclass(frozen=True)
class SentFactor:
    """What counted towards the tier, as the sender saw it; ``points`` 0 to 2."""

    words: Label
    value: Label
    points: Annotated[int, methodcaller("number", 0, 2)]
    since: date | None = None


@dataclass(frozen=True)
class SentTier:
    """The tier that a person chose, what had been counted, and the version of the table that counted."""

    tier: Annotated[str, methodcaller("one_of", TIERS)]
    factors: Annotated[tuple[SentFactor, ...], _several("factor", methodcaller("record", SentFactor), 100)]
    version: Short


@dataclass(frozen=True)
class SentMessage:
    """A question, the answer to one (``answers`` is the question's uid), or a note."""

    uid: Uid
    side: Annotated[str, methodcaller("one_of", MESSAGE_SIDES)]
    kind: Annotated[str, methodcaller("one_of", MESSAGE_KINDS)]
    words: Words
    on: date
    who: Short | None = None
    answers: Short | None = None


def _of_receiver(place: JsonPlace) -> SentMessage:
    place.at("side").one_of(("receiver",))
    return place.record(SentMessage)


@dataclass(frozen=True)
class SentHandover:
    """One pupil's handover; ``form`` is the version of the questions, ``revision`` the times it was sent, from 1.

    ``school`` is the one that the pupil leaves, where that is not who sends the pack.
    """

    uid: Uid
    revision: Revision
    transition: Uid
    move_year: Annotated[int, methodcaller("number", 2000, 2200)]
    form: Short
    pupil: Annotated[SentPupil, _pupil]
    answers: Annotated[tuple[SentAnswer, ...], _several("answer", methodcaller("record", SentAnswer), 300)]
    child_protection_file: Annotated[ChildProtectionFile, _child_protection_file]
    tier: SentTier | None = None
    messages: Annotated[
        tuple[SentMessage, ...], _several("message", methodcaller("record", SentMessage), _MOST_MESSAGES)
    ] = ()
    school: Party | None = None


def _handover(place: JsonPlace) -> SentHandover:
    found = place.record(SentHandover)
    _no_twins(place, (one.code for one in found.answers), "answers")
    return found


@dataclass(frozen=True)
class SentFriendship:
    """Two handovers, by uid, whose pupils are to be kept together or apart.

    One is in this pack; the other is too, or went to the same school before. To a school that never had it the uid says nothing.
    """

    one: Uid
    other: Uid
    kind: Annotated[str, methodcaller("one_of", FRIENDSHIP_KINDS)]


@dataclass(frozen=True)
class PackContent:
    """Everything in a pack."""

    pack: Uid
    sender: Party
    receiver: Party
    made_on: date
    made_by: Short | None
    handovers: Annotated[tuple[SentHandover, ...], _several("handover", _handover, MOST_HANDOVERS)]
    friendships: Annotated[
        tuple[SentFriendship, ...],
        _several("friendship", methodcaller("record", SentFriendship), _MOST_FRIENDSHIPS),
    ] = ()


@dataclass(frozen=True)
class Became:
    """What became of a pupil after the move: whether ``here``, at the school that answers, None where it does not know.

    Of sessions (half days) ``possible`` and ``attended`` since the move, ``week_on`` is the Monday of the last week that counts.
    """

    here: bool | None
    week_on: date | None = None
    possible: Sessions = 0
    attended: Sessions = 0


def _became(place: JsonPlace) -> Became:
    found = place.record(Became)
    if found.attended > found.possible or (found.week_on is None) != (found.possible == 0):
        place.refuse("says of sessions what cannot be")
    return found


@dataclass(frozen=True)
class Received:
    """What the receiving school says of one handover; ``revision`` is the one that it read."""

    uid: Uid
    revision: Revision
    viewed_on: date | None = None
    acknowledged_on: date | None = None
    acknowledged_by: Short | None = None
    messages: Annotated[tuple[SentMessage, ...], _several("message", _of_receiver, _MOST_MESSAGES)] = ()
    became: Annotated[Became, _became] | None = None


@dataclass(frozen=True)
class Acknowledgement:
    """The answer to a pack; ``sender`` is the school that acknowledges."""

    pack: Uid
    sender: Party
    receiver: Party
    made_on: date
    made_by: Short | None
    handovers: Annotated[tuple[Received, ...], _several("handover", methodcaller("record", Received), MOST_HANDOVERS)]


def write_content(content: PackContent | Acknowledgement) -> bytes:
    kind = _PACK if isinstance(content, PackContent) else _ACKNOWLEDGEMENT
    tells = isinstance(content, Acknowledgement) and any(one.became for one in content.handovers)
    values = {"version": VERSION if tells else _FIRST_VERSION, "kind": kind, **asdict(content)}
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"), default=date.isoformat).encode()


def read_pack(content: bytes, *, name: str = "This pack") -> PackContent:
    """Read the content of a pack; ``name`` is what sentences call the file.

    Raises BadInput with the place when something is missing, of the wrong kind, too long, or contradicts the rest, and
    when it is from a newer version.
    """
    whole = _start(content, name, _PACK)
    found = whole.record(PackContent)
    _check_twins(whole, found.handovers)
    _check_friendships(whole, found)
    return found


def read_acknowledgement(content: bytes, *, name: str = "This acknowledgement") -> Acknowledgement:
    whole = _start(content, name, _ACKNOWLEDGEMENT)
    found = whole.record(Acknowledgement)
    _check_twins(whole, found.handovers)
    return found


def _start(content: bytes, name: str, kind: str) -> JsonPlace:
    whole = read_document(content, name)
    if whole.at("version").number(1, 1_000_000) > VERSION:
        whole.refuse("was made by a newer version of this program: update this one")
    found = whole.at("kind").one_of((_PACK, _ACKNOWLEDGEMENT))
    if found != kind:
        whole.refuse(f"is of the kind “{found}”; expected “{kind}”")
    return whole


def _check_friendships(whole: JsonPlace, content: PackContent) -> None:
    uids, pairs = {one.uid for one in content.handovers}, set[frozenset[str]]()
    places = whole.at("friendships").each("friendship", _MOST_FRIENDSHIPS)
    for place, found in zip(places, content.friendships, strict=True):
        pair = frozenset({found.one, found.other})
        if not pair & uids:
            place.refuse("names no handover that is in this pack")
        if len(pair) == 1:
            place.refuse("pairs a pupil with the same pupil")
        if pair in pairs:
            place.refuse("is there twice")
        pairs.add(pair)


def _check_twins(whole: JsonPlace, handovers: Sequence[SentHandover | Received]) -> None:
    _no_twins(whole, (one.uid for one in handovers), "handovers")
    _no_twins(whole, (said.uid for one in handovers for said in one.messages), "messages")


def _no_twins(place: JsonPlace, codes: Iterable[str], what: str) -> None:
    """Refuse twins: two records with one code would overwrite each other, and only one be seen."""
    if any(times > 1 for times in Counter(codes).values()):
        place.refuse(f"two {what} have the same mark")
