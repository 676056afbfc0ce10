"""What stands in a pack: it comes back as it went, and nothing else is believed."""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hostile import TEXTS
from hypothesis import given, settings
from hypothesis import strategies as st

from transitions.errors import BadInput
from transitions.handovers.pack_content import (
    VERSION,
    Acknowledgement,
    Became,
    ChildProtectionFile,
    PackContent,
    Party,
    Received,
    SentAnswer,
    SentFactor,
    SentFriendship,
    SentHandover,
    SentMessage,
    SentPupil,
    SentTier,
    read_acknowledgement,
    read_pack,
    write_content,
)
from transitions.identifiers import make_upn
from transitions.text import clean

GLEBE = Party("The Glebe Primary School", "111744", "808/2345")
CONYERS = Party("Conyers School")
AISHA = SentHandover(
    uid="h-aisha",
    revision=2,
    transition="6-7",
    move_year=2025,
    form="6-7 2026.1",
    pupil=SentPupil("Khan", "Aisha", date(2015, 2, 15), 2019, upn=make_upn(808, 2345, 2019, 7), sex="F"),
    answers=(
        SentAnswer("my_hopes", "In my own words", "What I hope for", "To find the library\nand a friend"),
        SentAnswer("ks2_reading", "Learning", "Reading score", "104", sensitive=False),
    ),
    child_protection_file=ChildProtectionFile(True, date(2026, 9, 2), "by hand, signed for", "J. Moor"),
    tier=SentTier("enhanced", (SentFactor("EHC plan", "yes", 2, date(2023, 5, 1)),), "2026.1"),
    messages=(
        SentMessage("m-1", "receiver", "question", "Which hearing aid?", date(2026, 6, 20), "P. Rao"),
        SentMessage("m-2", "sender", "answer", "The left one.", date(2026, 6, 21), answers="m-1"),
    ),
)
BEN = SentHandover(
    "h-ben",
    1,
    "6-7",
    2025,
    "6-7 2026.1",
    SentPupil("Ward", "Ben", date(2015, 3, 1), 2019),
    (),
    ChildProtectionFile(False),
)
PACK = PackContent(
    "p-0001",
    GLEBE,
    CONYERS,
    date(2026, 6, 12),
    "J. Moor",
    (AISHA, BEN),
    (SentFriendship("h-ben", "h-aisha", "keep with"),),
)
ANSWER = Acknowledgement(
    "p-0001",
    CONYERS,
    GLEBE,
    date(2026, 6, 15),
    "P. Rao",
    (
        Received("h-aisha", 2, date(2026, 6, 14), messages=(AISHA.messages[0],)),
        Received("h-ben", 1, date(2026, 6, 14), date(2026, 6, 15), "P. Rao"),
    ),
)

FIRST_VERSION = """
{"version":1,"kind":"handover pack","pack":"p-0001","sender":{"name":"The Glebe","urn":"111744","dfe_number":"808/2345"},
"receiver":{"name":"Conyers"},"made_on":"2026-06-12","made_by":null,"handovers":[{"uid":"h-1","revision":1,
"transition":"EY-R","move_year":2025,"form":"EY-R 2026.1","pupil":{"surname":"Ward","forename":"Ben",
"date_of_birth":"2022-01-05","cohort_year":2026,"upn":null},"answers":[{"code":"interests","section":"What I enjoy",
"label":"What I like","value":"Trains","sensitive":false}],"child_protection_file":{"exists":false,"sent_on":null},
"tier":{"tier":"universal","factors":[],"version":"2026.1"},"messages":[]}],"friendships":[]}
"""
"""As it was made when the form was new: every later version of this program must still read it."""


def changed(change: Callable[[dict[str, Any]], object], content: PackContent | Acknowledgement = PACK) -> bytes:
    values = json.loads(write_content(content))
    change(values)
    return json.dumps(values).encode()


def refusal(content: bytes, read: Callable[..., object] = read_pack) -> str:
    with pytest.raises(BadInput) as refused:
        read(content, name="glebe.handover")
    sentence = refused.value.sentence
    assert sentence.startswith("glebe.handover: ")
    assert "\n" not in sentence
    return sentence


def test_a_pack_and_its_answer_come_back_as_they_went() -> None:
    assert read_pack(write_content(PACK)) == PACK
    assert read_acknowledgement(write_content(ANSWER)) == ANSWER


words = st.text(st.characters(exclude_categories=["Cs"]), max_size=80).map(lambda text: clean(text) or "x")
long_words = st.text(max_size=200).map(lambda text: clean(text, lines=True) or "x")
days = st.dates(date(1900, 1, 1), date(2100, 12, 31))
uids = st.uuids().map(str)
became = st.builds(Became, st.none() | st.booleans()) | st.builds(
    Became, st.none() | st.booleans(), days, st.integers(100, 380), st.integers(0, 100)
)
messages = st.builds(
    SentMessage,
    uids,
    st.just("receiver"),
    st.sampled_from(["question", "answer", "note"]),
    long_words,
    days,
    st.none() | words,
    st.none() | uids,
)
handovers = st.builds(
    SentHandover,
    uids,
    st.integers(1, 9),
    st.sampled_from(["6-7", "EY-R"]),
    st.integers(2020, 2040),
    words,
    st.builds(SentPupil, words, words, days, st.integers(1950, 2200), preferred_name=st.none() | words),
    st.lists(
        st.builds(
            SentAnswer, words.map(lambda word: word[:60].strip() or "x"), words, words, long_words, st.booleans()
        ),
        max_size=3,
        unique_by=lambda answer: answer.code,
    ).map(tuple),
    st.just(ChildProtectionFile(False))
    | st.builds(ChildProtectionFile, st.just(True), st.none() | days, st.none() | words, st.none() | words),
    st.none()
    | st.builds(
        SentTier,
        st.sampled_from(["universal", "targeted", "enhanced"]),
        st.lists(st.builds(SentFactor, words, words, st.integers(0, 2), st.none() | days), max_size=2).map(tuple),
        words,
    ),
    st.lists(messages, max_size=2).map(tuple),
)
parties = st.builds(Party, words, st.none() | st.just("111744"), st.none() | st.just("808/2345"))


@st.composite
def packs(draw: st.DrawFn) -> PackContent:
    found = draw(st.lists(handovers, max_size=3))
    kinds = st.sampled_from(["keep with", "keep apart"])
    pairs = [SentFriendship(found[0].uid, other.uid, draw(kinds)) for other in found[1:]]
    ends = (draw(parties), draw(parties), draw(days), draw(st.none() | words))
    return PackContent(draw(uids), *ends, tuple(found), tuple(pairs))


@settings(max_examples=60, deadline=None)
@given(packs())
def test_any_pack_comes_back_as_it_went(pack: PackContent) -> None:
    assert read_pack(write_content(pack)) == pack


@given(
    st.lists(
        st.builds(
            Received,
            uids,
            st.integers(1, 9),
            st.none() | days,
            st.none() | days,
            st.none() | words,
            became=st.none() | became,
        ),
        max_size=4,
    )
)
def test_any_acknowledgement_comes_back_as_it_went(received: list[Received]) -> None:
    answer = Acknowledgement("p", CONYERS, GLEBE, date(2026, 6, 15), None, tuple(received))
    assert read_acknowledgement(write_content(answer)) == answer


def test_a_pack_of_the_first_version_is_read() -> None:
    (one,) = read_pack(FIRST_VERSION.encode()).handovers
    assert (one.pupil.forename, one.answers[0].label, one.tier) == (
        "Ben",
        "What I like",
        SentTier("universal", (), "2026.1"),
    )


def test_an_answer_is_of_the_second_version_only_when_it_tells_what_became_of_somebody() -> None:
    told = replace(ANSWER.handovers[1], became=Became(True, date(2026, 10, 12), 58, 55))
    tells = replace(ANSWER, handovers=(ANSWER.handovers[0], told))
    assert [json.loads(write_content(one))["version"] for one in (PACK, ANSWER, tells)] == [1, 1, 2]
    assert read_acknowledgement(write_content(tells)) == tells

    def forgets(values: dict[str, Any]) -> None:
        del values["handovers"][1]["became"]

    assert read_acknowledgement(changed(forgets, ANSWER)) == ANSWER
    for wrong in ({"attended": 59}, {"week_on": None}, {"possible": 0, "attended": 0}):

        def says(values: dict[str, Any], wrong: dict[str, Any] = wrong) -> None:
            values["handovers"][1]["became"] |= wrong

        assert "says of sessions what cannot be" in refusal(changed(says, tells), read_acknowledgement)


def test_what_is_not_known_is_left_out_without_complaint() -> None:
    def adds(values: dict[str, Any]) -> None:
        values["colour"] = "blue"
        values["handovers"][0]["pupil"]["house"] = {"name": "Red"}

    assert read_pack(changed(adds)) == PACK


def test_nothing_of_a_child_protection_file_gets_in_but_how_it_went() -> None:
    def tells(values: dict[str, Any]) -> None:
        values["handovers"][0]["child_protection_file"] |= {"content": "SECRET", "notes": "SECRET", "reason": "SECRET"}

    assert "SECRET" not in repr(read_pack(changed(tells)))
    assert set(ChildProtectionFile.__dataclass_fields__) == {"exists", "sent_on", "how", "by"}


def test_an_answer_that_does_not_say_so_is_sensitive() -> None:
    def forgets(values: dict[str, Any]) -> None:
        del values["handovers"][0]["answers"][1]["sensitive"]

    assert read_pack(changed(forgets)).handovers[0].answers[1].sensitive


def put(*way: str | int) -> Callable[[object], Callable[[dict[str, Any]], None]]:
    """Give what puts a value at a place."""

    def with_value(value: object) -> Callable[[dict[str, Any]], None]:
        def change(values: Any) -> None:
            for step in way[:-1]:
                values = values[step]
            values[way[-1]] = value

        return change

    return with_value


FIRST = ("handovers", 0)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (put("version")(VERSION + 1), "newer version"),
        (put("version")("1"), "version: is a text; expected a whole number"),
        (put("version")(True), "version: is yes or no; expected a whole number"),
        (put("kind")("acknowledgement"), "is of the kind “acknowledgement”; expected “handover pack”"),
        (put("kind")("virus"), "kind: is not one of"),
        (put("sender")("The Glebe"), "sender: is a text; expected a group"),
        (put("sender", "name")(None), 'sender: "name" is missing'),
        (put("sender", "urn")("11174"), "sender, urn: a URN has 6"),
        (put("sender", "dfe_number")("8082345678"), "sender, dfe number: "),
        (put("made_on")("12/06/2026"), "made on: is not a day"),
        (put("made_on")("20260612"), "made on: is not a day"),
        (put("made_on")("1812-01-01"), "made on: is not a day from 1900"),
        (put("handovers")({}), "handovers: is a group; expected a list"),
        (put("handovers")([{}] * 1001), "handovers: has 1,001 entries, more than 1,000"),
        (put(*FIRST)(5), "handover 1: is a number; expected a group"),
        (put(*FIRST)({str(number): 1 for number in range(101)}), "handover 1: has 101 names, more than 100"),
        (put(*FIRST, "uid")("h-ben"), "two handovers have the same mark"),
        (put(*FIRST, "revision")(0), "handover 1, revision: is not from 1"),
        (put(*FIRST, "revision")(1.0), "handover 1, revision: is a fraction"),
        (put(*FIRST, "pupil", "surname")(["Khan"]), "handover 1, pupil, surname: is a list; expected a text"),
        (put(*FIRST, "form")("\u202e \n"), "handover 1, form: is empty"),
        (put(*FIRST, "pupil", "forename")("A" * 201), "handover 1, pupil, forename: has 201 characters, more than 200"),
        (put(*FIRST, "pupil", "upn")("B123456789012"), "handover 1, pupil, upn: the check letter"),
        (put(*FIRST, "pupil", "sex")("boy"), "handover 1, pupil, sex: is not one of F, M"),
        (put(*FIRST, "pupil", "cohort_year")(20190), "handover 1, pupil, cohort year: is not from"),
        (put(*FIRST, "answers", 1, "code")("my_hopes"), "two answers have the same mark"),
        (put(*FIRST, "answers", 1, "value")("x" * 10001), "handover 1, answer 2, value: has 10,001 characters"),
        (put(*FIRST, "answers", 1, "value")(104), "handover 1, answer 2, value: is a number; expected a text"),
        (put(*FIRST, "answers", 1, "sensitive")("no"), "handover 1, answer 2, sensitive: is a text; expected yes or no"),
        (put(*FIRST, "child_protection_file", "exists")(1), "child protection file, exists: is a number"),
        (put(*FIRST, "child_protection_file", "exists")(False), "both that there is no file and how it went"),
        (put(*FIRST, "child_protection_file", "how")("x" * 201), "child protection file, how: has 201"),
        (put(*FIRST, "tier", "tier")("red"), "handover 1, tier, tier: is not one of universal, targeted, enhanced"),
        (put(*FIRST, "tier", "factors", 0, "points")(3), "factor 1, points: is not from 0 to 2"),
        (put(*FIRST, "messages", 0, "side")("friend"), "handover 1, message 1, side: is not one of"),
        (put(*FIRST, "messages", 1, "uid")("m-1"), "two messages have the same mark"),
        (
            put("friendships")([{"one": "h-somebody", "other": "h-nobody", "kind": "keep with"}]),
            "friendship 1: names no handover that is in this pack",
        ),
        (put("friendships", 0, "other")("h-ben"), "friendship 1: pairs a pupil with the same pupil"),
        (put("friendships", 0, "kind")("enemies"), "friendship 1, kind: is not one of keep with, keep apart"),
        (
            put("friendships")([{"one": a, "other": b, "kind": "keep with"} for a, b in (("h-ben", "h-aisha"), ("h-aisha", "h-ben"))]),
            "friendship 2: is there twice",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_with_its_place(change: Callable[[dict[str, Any]], None], sentence: str) -> None:
    assert sentence in refusal(changed(change))


NEEDED = [
    ("version",), ("kind",), ("pack",), ("sender",), ("receiver",), ("made_on",), ("handovers",), ("friendships",),
    (*FIRST, "uid"), (*FIRST, "revision"), (*FIRST, "transition"), (*FIRST, "move_year"), (*FIRST, "form"),
    (*FIRST, "pupil"), (*FIRST, "answers"), (*FIRST, "child_protection_file"), (*FIRST, "messages"),
    (*FIRST, "pupil", "surname"), (*FIRST, "pupil", "forename"), (*FIRST, "pupil", "date_of_birth"),
    (*FIRST, "pupil", "cohort_year"), (*FIRST, "answers", 0, "code"), (*FIRST, "answers", 0, "section"),
    (*FIRST, "answers", 0, "label"), (*FIRST, "answers", 0, "value"), (*FIRST, "child_protection_file", "exists"),
    (*FIRST, "tier", "tier"), (*FIRST, "tier", "factors"), (*FIRST, "tier", "version"),
    (*FIRST, "messages", 0, "uid"), (*FIRST, "messages", 0, "on"), (*FIRST, "messages", 0, "words"),
    ("friendships", 0, "one"), ("friendships", 0, "kind"),
]  # fmt: skip


@pytest.mark.parametrize("way", NEEDED)
def test_what_is_missing_is_said(way: tuple[str | int, ...]) -> None:
    def removes(values: Any) -> None:
        for step in way[:-1]:
            values = values[step]
        del values[way[-1]]

    assert f'"{str(way[-1]).replace("_", " ")}" is missing' in refusal(changed(removes))


def test_an_acknowledgement_speaks_for_the_receiving_school_alone() -> None:
    forged = put("handovers", 0, "messages", 0, "side")("sender")
    assert "side: is not one of receiver" in refusal(changed(forged, ANSWER), read_acknowledgement)
    assert "expected “acknowledgement”" in refusal(write_content(PACK), read_acknowledgement)
    twice = put("handovers", 1, "uid")("h-aisha")
    assert "two handovers have the same mark" in refusal(changed(twice, ANSWER), read_acknowledgement)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\xff\xfe", b"{", b"[" * 100_000, b'{"a":' * 100_000, b'{"version": NaN}', b'{"version": Infinity}',
        b'{"version": ' + b"9" * 5000 + b"}", "{}\u2028{}".encode(),
    ],
)  # fmt: skip
def test_what_is_not_json_is_refused(content: bytes) -> None:
    assert "this program can't read its content" in refusal(content)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda part: st.lists(part) | st.dictionaries(st.text(), part),
    )
)
def test_any_json_is_refused_in_a_sentence(value: object) -> None:
    refusal(json.dumps(value).encode())


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_value_of_another_kind_anywhere_never_crashes(data: st.DataObject) -> None:
    values: Any = json.loads(write_content(PACK))
    place = values
    while True:
        key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        if not isinstance(place[key], dict | list) or not place[key] or data.draw(st.booleans()):
            break
        place = place[key]
    place[key] = data.draw(st.sampled_from([None, True, -1, 10**30, 1.5, "", "x", [], {}, [[]], {"x": 1}]))
    with suppress(BadInput):
        assert isinstance(read_pack(json.dumps(values).encode()), PackContent)


@pytest.mark.parametrize("text", TEXTS.values())
def test_hostile_text_is_made_safe(text: str) -> None:
    change = put("handovers", 0, "answers", 0, "value")(f"I say {text}")
    value = read_pack(changed(change)).handovers[0].answers[0].value
    assert value == clean(f"I say {text}", lines=True)
    assert "\x1b" not in value
