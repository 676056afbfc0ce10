"""What stands in a pack of handovers and in the acknowledgement of one: plain records, to JSON and strictly back.

Of safeguarding a pack says that a file exists and how it went, and has no place for anything else. Friendships are pairs of
handovers, never names, so that a school never reads of a child who does not come to it. Every answer brings the words of its
question, so that a copy of this program with another form can still show it.
"""

import json
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Final

from db.vocabulary import FRIENDSHIP_KINDS, MESSAGE_KINDS, MESSAGE_SIDES, TIERS
from transitions.fields import LONGEST_WORDS
from transitions.identifiers import check_laestab, check_uln, check_upn, check_urn
from transitions.untrusted import JsonPlace, read_document

VERSION: Final = 2
"""2 since an answer can tell what became of the pupils; what has nothing of that is written as 1, which older programs read."""
_FIRST_VERSION: Final = 1
MOST_HANDOVERS: Final = 1_000
MOST_SENDINGS: Final = 9_999
_MOST_ANSWERS, _MOST_MESSAGES, _MOST_FACTORS, _MOST_FRIENDSHIPS = 300, 200, 100, 20_000
_MOST_SESSIONS: Final = 1_000
_LONGEST_NAME, _LONGEST_UID, _LONGEST_LABEL = 200, 64, 300
_PACK, _ACKNOWLEDGEMENT = "handover pack", "acknowledgement"


@dataclass(frozen=True)
class Party:
    """A school, or a council, at either end; ``urn`` has six digits and ``dfe_number`` is as "808/4000"."""

    name: str
    urn: str | None = None
    dfe_number: str | None = None


@dataclass(frozen=True)
class SentPupil:
    """Who the pupil is; one of the two names may be empty. What else is known of the pupil stands in the answers."""

    surname: str
    forename: str
    date_of_birth: date
    cohort_year: int
    upn: str | None = None
    former_upn: str | None = None
    uln: str | None = None
    preferred_name: str | None = None
    sex: str | None = None


@dataclass(frozen=True)
class SentAnswer:
    """The answer to a question, with the words of the question and of its section."""

    code: str
    section: str
    label: str
    value: str
    sensitive: bool = True


@dataclass(frozen=True)
class ChildProtectionFile:
    """That there is a child protection file and how it went; never anything that is in it."""

    exists: bool
    sent_on: date | None = None
    how: str | None = None
    by: str | None = None


@dataclass(frozen=True)
class SentFactor:
    """What counted towards the tier, as the sender saw it; ``points`` 0 to 2."""

    words: str
    value: str
    points: int
    since: date | None = None


@dataclass(frozen=True)
class SentTier:
    """The tier that a person chose, what had been counted, and the version of the table that counted."""

    tier: str
    factors: tuple[SentFactor, ...]
    version: str


@dataclass(frozen=True)
class SentMessage:
    """A question, the answer to one (``answers`` is the question's uid), or a note."""

    uid: str
    side: str
    kind: str
    words: str
    on: date
    who: str | None = None
    answers: str | None = None


@dataclass(frozen=True)
class SentHandover:
    """One pupil's handover; ``form`` is the version of the questions, ``revision`` the times it was sent, from 1.

    ``school`` is the one that the pupil leaves, where that is not who sends the pack.
    """

    uid: str
    revision: int
    transition: str
    move_year: int
    form: str
    pupil: SentPupil
    answers: tuple[SentAnswer, ...]
    child_protection_file: ChildProtectionFile
    tier: SentTier | None = None
    messages: tuple[SentMessage, ...] = ()
    school: Party | None = None


@dataclass(frozen=True)
class SentFriendship:
    """Two handovers, by uid, whose pupils are to be kept together or apart.

    One is in this pack; the other is too, or went to the same school before. To a school that never had it the uid says nothing.
    """

    one: str
    other: str
    kind: str


@dataclass(frozen=True)
class PackContent:
    """Everything in a pack."""

    pack: str
    sender: Party
    receiver: Party
    made_on: date
    made_by: str | None
    handovers: tuple[SentHandover, ...]
    friendships: tuple[SentFriendship, ...] = ()


@dataclass(frozen=True)
class Became:
    """What became of a pupil after the move: whether ``here``, at the school that answers, None where it does not know.

    Of sessions (half days) ``possible`` and ``attended`` since the move, ``week_on`` is the Monday of the last week that counts.
    """

    here: bool | None
    week_on: date | None = None
    possible: int = 0
    attended: int = 0


@dataclass(frozen=True)
class Received:
    """What the receiving school says of one handover; ``revision`` is the one that it read."""

    uid: str
    revision: int
    viewed_on: date | None = None
    acknowledged_on: date | None = None
    acknowledged_by: str | None = None
    messages: tuple[SentMessage, ...] = ()
    became: Became | None = None


@dataclass(frozen=True)
class Acknowledgement:
    """The answer to a pack; ``sender`` is the school that acknowledges."""

    pack: str
    sender: Party
    receiver: Party
    made_on: date
    made_by: str | None
    handovers: tuple[Received, ...]


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
    handovers = tuple(_handover(place) for place in whole.each("handovers", "handover", MOST_HANDOVERS))
    uids = _no_twins(whole, (one.uid for one in handovers), "handovers")
    _no_twins(whole, (said.uid for one in handovers for said in one.messages), "messages")
    friendships = _friendships(whole, uids)
    return PackContent(*_ends(whole), handovers, friendships)


def read_acknowledgement(content: bytes, *, name: str = "This acknowledgement") -> Acknowledgement:
    whole = _start(content, name, _ACKNOWLEDGEMENT)
    handovers = tuple(_received(place) for place in whole.each("handovers", "handover", MOST_HANDOVERS))
    _no_twins(whole, (one.uid for one in handovers), "handovers")
    _no_twins(whole, (said.uid for one in handovers for said in one.messages), "messages")
    return Acknowledgement(*_ends(whole), handovers)


def _start(content: bytes, name: str, kind: str) -> JsonPlace:
    whole = read_document(content, name)
    if whole.at("version").number(1, 1_000_000) > VERSION:
        whole.refuse("was made by a newer version of this program: update this one")
    found = whole.at("kind").one_of((_PACK, _ACKNOWLEDGEMENT))
    if found != kind:
        whole.refuse(f"is of the kind “{found}”; expected “{kind}”")
    return whole


def _ends(whole: JsonPlace) -> tuple[str, Party, Party, date, str | None]:
    return (
        whole.at("pack").text(_LONGEST_UID),
        _party(whole.at("sender")),
        _party(whole.at("receiver")),
        whole.at("made_on").day(),
        _short_text(whole, "made_by"),
    )


def _party(place: JsonPlace) -> Party:
    return Party(
        place.at("name").text(_LONGEST_NAME),
        place.maybe("urn", lambda number: number.checked(check_urn)),
        place.maybe("dfe_number", lambda number: number.checked(check_laestab)),
    )


def _handover(place: JsonPlace) -> SentHandover:
    answers = tuple(_answer(one) for one in place.each("answers", "answer", _MOST_ANSWERS))
    _no_twins(place, (one.code for one in answers), "answers")
    return SentHandover(
        uid=place.at("uid").text(_LONGEST_UID),
        revision=place.at("revision").number(1, MOST_SENDINGS),
        transition=place.at("transition").text(_LONGEST_UID),
        move_year=place.at("move_year").number(2000, 2200),
        form=place.at("form").text(_LONGEST_NAME),
        pupil=_pupil(place.at("pupil")),
        answers=answers,
        child_protection_file=_child_protection_file(place.at("child_protection_file")),
        tier=place.maybe("tier", _tier),
        messages=_messages(place, MESSAGE_SIDES),
        school=place.maybe("school", _party),
    )


def _pupil(place: JsonPlace) -> SentPupil:
    surname, forename = (place.at(name).text(_LONGEST_NAME, may_be_empty=True) for name in ("surname", "forename"))
    if not (surname or forename):
        place.refuse("has no name")
    return SentPupil(
        surname=surname,
        forename=forename,
        date_of_birth=place.at("date_of_birth").day(),
        cohort_year=place.at("cohort_year").number(1950, 2200),
        upn=place.maybe("upn", lambda number: number.checked(check_upn)),
        former_upn=place.maybe("former_upn", lambda number: number.checked(check_upn)),
        uln=place.maybe("uln", lambda number: number.checked(check_uln)),
        preferred_name=_short_text(place, "preferred_name"),
        sex=place.maybe("sex", lambda sex: sex.one_of(("F", "M"))),
    )


def _answer(place: JsonPlace) -> SentAnswer:
    return SentAnswer(
        code=place.at("code").text(_LONGEST_UID),
        section=place.at("section").text(_LONGEST_LABEL),
        label=place.at("label").text(_LONGEST_LABEL),
        value=place.at("value").text(LONGEST_WORDS, lines=True),
        sensitive=place.maybe("sensitive", JsonPlace.yes) is not False,
    )


def _child_protection_file(place: JsonPlace) -> ChildProtectionFile:
    found = ChildProtectionFile(
        place.at("exists").yes(), _day(place, "sent_on"), _short_text(place, "how"), _short_text(place, "by")
    )
    if not found.exists and found != ChildProtectionFile(exists=False):
        place.refuse("says both that there is no file and how it went")
    return found


def _tier(place: JsonPlace) -> SentTier:
    factors = tuple(
        SentFactor(
            words=one.at("words").text(_LONGEST_LABEL),
            value=one.at("value").text(_LONGEST_LABEL),
            points=one.at("points").number(0, 2),
            since=_day(one, "since"),
        )
        for one in place.each("factors", "factor", _MOST_FACTORS)
    )
    return SentTier(place.at("tier").one_of(TIERS), factors, place.at("version").text(_LONGEST_NAME))


def _received(place: JsonPlace) -> Received:
    return Received(
        uid=place.at("uid").text(_LONGEST_UID),
        revision=place.at("revision").number(1, MOST_SENDINGS),
        viewed_on=_day(place, "viewed_on"),
        acknowledged_on=_day(place, "acknowledged_on"),
        acknowledged_by=_short_text(place, "acknowledged_by"),
        messages=_messages(place, ("receiver",)),
        became=place.maybe("became", _became),
    )


def _became(place: JsonPlace) -> Became:
    found = Became(
        here=place.maybe("here", JsonPlace.yes),
        week_on=_day(place, "week_on"),
        possible=place.at("possible").number(0, _MOST_SESSIONS),
        attended=place.at("attended").number(0, _MOST_SESSIONS),
    )
    if found.attended > found.possible or (found.week_on is None) != (found.possible == 0):
        place.refuse("says of sessions what cannot be")
    return found


def _messages(place: JsonPlace, sides: Collection[str]) -> tuple[SentMessage, ...]:
    return tuple(
        SentMessage(
            uid=one.at("uid").text(_LONGEST_UID),
            side=one.at("side").one_of(sides),
            kind=one.at("kind").one_of(MESSAGE_KINDS),
            words=one.at("words").text(LONGEST_WORDS, lines=True),
            on=one.at("on").day(),
            who=_short_text(one, "who"),
            answers=_short_text(one, "answers"),
        )
        for one in place.each("messages", "message", _MOST_MESSAGES)
    )


def _friendships(whole: JsonPlace, uids: set[str]) -> tuple[SentFriendship, ...]:
    found: dict[frozenset[str], SentFriendship] = {}
    for place in whole.each("friendships", "friendship", _MOST_FRIENDSHIPS):
        one, other = (place.at(end).text(_LONGEST_UID) for end in ("one", "other"))
        if not {one, other} & uids:
            place.refuse("names no handover that is in this pack")
        pair = SentFriendship(one, other, place.at("kind").one_of(FRIENDSHIP_KINDS))
        key = frozenset({one, other})
        if len(key) == 1:
            place.refuse("pairs a pupil with the same pupil")
        if found.setdefault(key, pair) is not pair:
            place.refuse("is there twice")
    return tuple(found.values())


def _no_twins(place: JsonPlace, codes: Iterable[str], what: str) -> set[str]:
    """Refuse twins: two records with one code would overwrite each other, and only one be seen."""
    found: set[str] = set()
    for code in codes:
        if code in found:
            place.refuse(f"two {what} have the same mark")
        found.add(code)
    return found


def _short_text(place: JsonPlace, key: str) -> str | None:
    return place.maybe(key, lambda found: found.text(_LONGEST_NAME))


def _day(place: JsonPlace, key: str) -> date | None:
    return place.maybe(key, JsonPlace.day)
