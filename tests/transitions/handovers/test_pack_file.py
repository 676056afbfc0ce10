"""The sealed file of a pack: it opens with its passphrase and in no other way, and says why not."""

import json
import math
import random
import re
import unicodedata
from dataclasses import replace
from datetime import date

import pytest
from hostile import TEXTS
from hypothesis import given, settings
from hypothesis import strategies as st
from sooner import AS_DEAR_AS_MEANT

from transitions.errors import BadInput, CannotWrite, Fault, FieldProblems
from transitions.handovers import pack_file
from transitions.handovers.pack_file import (
    Cost,
    Header,
    NotOpened,
    open_sealed,
    peek,
    seal,
)
from transitions.handovers.passphrases import (
    WORDS,
    plain_passphrase,
    propose_passphrase,
    read_new_passphrase,
    word_list,
)
from transitions.text import clean

QUICK = Cost(1, 8 * 1024)
"""The least that a file may ask for, so that a test can open hundreds."""
PASSPHRASE = "teapot river hedgehog apron canoe"
HEADER = Header("handover pack", "0d6d5f6e-1f3a-4b6e-9d57-3c1f3f3f7a10", "The Glebe", "Conyers", date(2026, 6, 12))
CONTENT = '{"surname":"Ożóg"}'.encode()
SEALED = seal(CONTENT, HEADER, PASSPHRASE, cost=QUICK)
LINE, _, BEHIND = SEALED.partition(b"\n")


def with_heading(**changes: object) -> bytes:
    values = {**json.loads(LINE), **changes}
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n" + BEHIND


def refusal(data: bytes, passphrase: str = PASSPHRASE) -> str:
    with pytest.raises(BadInput) as refused:
        open_sealed(data, passphrase, name="glebe.handover")
    assert refused.value.exit_status == 65
    sentence = refused.value.sentence
    assert sentence.startswith("glebe.handover: ")
    assert "othing was written" in sentence
    assert "\n" not in sentence
    return sentence


@settings(max_examples=40, deadline=None)
@given(
    content=st.binary(max_size=3000),
    passphrase=st.text(max_size=60).map(lambda text: f"{text} river hedgehog"),
    sender=st.text(max_size=250),
)
def test_what_was_sealed_is_opened(content: bytes, passphrase: str, sender: str) -> None:
    header = Header("acknowledgement", "abc-12345", sender, "Conyers", date(2026, 9, 7))
    data = seal(content, header, passphrase, cost=QUICK)
    found, opened = open_sealed(data, passphrase)
    assert opened == content
    assert found == peek(data) == replace(header, sender=clean(clean(sender)[:200]))


def test_the_heading_is_readable_and_the_content_is_not() -> None:
    assert peek(SEALED) == HEADER
    assert b"The Glebe" in LINE
    assert "Ożóg".encode() not in SEALED
    assert len(BEHIND) == len(CONTENT) + 16


def test_the_same_handovers_never_give_the_same_file() -> None:
    again = json.loads(seal(CONTENT, HEADER, PASSPHRASE, cost=QUICK).partition(b"\n")[0])
    first = json.loads(LINE)
    assert {key for key in first if first[key] != again[key]} == {"salt", "nonce"}


@settings(max_examples=200, deadline=None)
@given(place=st.integers(0, len(SEALED) - 1), flip=st.integers(1, 255))
def test_a_changed_byte_is_refused_wherever_it_stands(place: int, flip: int) -> None:
    changed = bytearray(SEALED)
    changed[place] ^= flip
    refusal(bytes(changed))


def test_every_single_bit_of_the_heading_counts() -> None:
    for place in range(len(LINE) + 1):
        changed = bytearray(SEALED)
        changed[place] ^= 1
        refusal(bytes(changed))


def test_a_file_cut_anywhere_is_refused_before_any_work() -> None:
    for length in range(len(SEALED)):
        with pytest.raises(BadInput) as refused:
            peek(SEALED[:length])
        assert "cut short" in refused.value.sentence or length == 0


def test_the_sentence_says_what_is_wrong() -> None:
    assert "is empty" in refusal(b"")
    assert "is not a handover file" in refusal(b"PK\x03\x04 some spreadsheet")
    assert "is not a handover file" in refusal(b'{"file":"pupil-transitions handover file",' + b" " * 9000)
    assert f"cut short on its way (it has {len(BEHIND) - 6} of {len(BEHIND)} bytes)" in refusal(SEALED[:-6])
    assert "added at the end" in refusal(SEALED + b"x")
    assert "newer version" in refusal(with_heading(version=2, cipher="another"))
    assert "damaged first line" in refusal(with_heading(version=0))
    assert "damaged first line" in refusal(with_heading(extra="x"))


def test_a_wrong_passphrase_and_a_changed_file_cannot_be_told_apart() -> None:
    wrong = refusal(SEALED, "another river hedgehog apron canoe")
    changed = refusal(SEALED[:-1] + bytes([SEALED[-1] ^ 1]))
    assert wrong == changed
    assert "either the passphrase is wrong or the file was changed" in wrong
    assert "Glebe" not in wrong, "a heading that nothing has proven is no advice"
    assert "on a number you already had" in wrong
    with pytest.raises(NotOpened):
        open_sealed(SEALED, "")


@pytest.mark.parametrize(
    "changes",
    [
        {"from": "Conyers"},
        {"to": "Another school"},
        {"kind": "acknowledgement"},
        {"pack": "another-mark"},
        {"made_on": "2026-06-13"},
        {"passes": 2},
    ],
)
def test_what_anybody_may_read_is_proven_by_opening(changes: dict[str, object]) -> None:
    data = with_heading(**changes)
    peek(data)
    assert "either the passphrase is wrong or the file was changed" in refusal(data)


@pytest.mark.parametrize(
    "changes",
    [{"passes": 0}, {"passes": 11}, {"passes": 10**12}, {"memory_kib": 256 * 1024 + 1}, {"memory_kib": 8 * 1024 - 1}],
)
def test_a_file_cannot_ask_for_endless_work(changes: dict[str, object], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pack_file, "_key", lambda *_: pytest.fail("it was worked on"))
    assert "asks for more work, or less" in refusal(with_heading(**changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"passes": "3"}, {"passes": True}, {"passes": 3.0}, {"passes": None}, {"memory_kib": [8192]}, {"version": "1"},
        {"version": None}, {"salt": "AAAA"}, {"salt": "no base64!"}, {"salt": 5}, {"nonce": "ä"}, {"kind": "virus"},
        {"kind": ["handover pack"]}, {"from": ["x"]}, {"from": None}, {"to": "x" * 201}, {"made_on": "soon"},
        {"made_on": 20260612}, {"pack": "../../etc"}, {"pack": 7}, {"key": "none"}, {"sealed": 15},
        {"sealed": 10**15}, {"sealed": -1}, {"sealed": "36"},
    ],
)  # fmt: skip
def test_a_heading_of_wrong_kinds_is_refused_before_any_work(
    changes: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pack_file, "_key", lambda *_: pytest.fail("it was worked on"))
    assert "damaged first line" in refusal(with_heading(**changes))


def test_a_heading_that_nests_without_end_is_refused() -> None:
    start = b'{"file":"pupil-transitions handover file",'
    assert "damaged first line" in refusal(start + b'"version":' + b"[" * 4000 + b"\n")
    assert "damaged first line" in refusal(start + b'"version":1e999}\n')
    assert "damaged first line" in refusal(start + b'\xff"version":1}\n')


@settings(max_examples=300)
@given(st.binary(max_size=300) | st.binary(max_size=200).map(lambda tail: SEALED[:60] + tail))
def test_any_bytes_are_refused_in_a_sentence(data: bytes) -> None:
    refusal(data)


@pytest.mark.parametrize("text", TEXTS.values())
def test_a_schools_name_is_safe_to_show(text: str) -> None:
    header = Header("handover pack", "abc-12345", text, text, date(2026, 6, 12))
    data = seal(b"", header, PASSPHRASE, cost=QUICK)
    assert peek(data).sender == clean(text)
    assert "\x1b" not in refusal(data, "wrong, wrong, wrong")
    assert open_sealed(data, PASSPHRASE)[1] == b""


def test_what_cannot_be_sealed_is_said_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FieldProblems) as refused:
        seal(b"", HEADER, "a - b - c - d")
    assert "too easy to guess" in refused.value.problems["passphrase"]
    with pytest.raises(FieldProblems, match="at most 200"):
        seal(b"", HEADER, "word " * 50)
    with pytest.raises(FieldProblems, match="easy to guess"):
        seal(b"", HEADER, "aaaaaaaaaaaaaaaaaaaaaa")
    monkeypatch.setattr(pack_file, "LONGEST_CONTENT", 10)
    with pytest.raises(CannotWrite, match="packs of fewer pupils"):
        seal(b"x" * 11, HEADER, PASSPHRASE, cost=QUICK)


def test_too_little_memory_is_said_and_not_a_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    from nacl.exceptions import RuntimeError as NoMemory
    from nacl.pwhash import argon2id

    def fails(*_args: object, **_options: object) -> bytes:
        raise NoMemory("Unexpected failure in key derivation")

    monkeypatch.setattr(argon2id, "kdf", fails)
    with pytest.raises(Fault, match="does not have the 8 MiB of free memory"):
        open_sealed(SEALED, PASSPHRASE)


def test_a_file_costs_whoever_guesses_as_much_as_was_meant() -> None:
    heading = json.loads(seal(b"", HEADER, PASSPHRASE, cost=AS_DEAR_AS_MEANT).partition(b"\n")[0])
    assert (heading["key"], heading["passes"], heading["memory_kib"]) == ("argon2id", 3, 131072)


@pytest.mark.parametrize(
    "typed",
    [
        "Teapot River Hedgehog Apron Canoe",
        "teapot-river-hedgehog-apron-canoe",
        "  teapot  river hedgehog\tapron canoe \n",
        "ｔｅａｐｏｔ river hedgehog apron canoe",
    ],
)
def test_a_dictated_passphrase_opens_however_it_was_typed(typed: str) -> None:
    assert open_sealed(SEALED, typed)[1] == CONTENT


def test_letters_with_marks_are_the_same_on_every_computer() -> None:
    data = seal(CONTENT, HEADER, unicodedata.normalize("NFC", "fünf größere Äpfel"), cost=QUICK)
    assert open_sealed(data, unicodedata.normalize("NFD", "fünf größere Äpfel"))[1] == CONTENT


@given(st.text(max_size=60))
def test_the_plain_form_of_a_passphrase_is_its_own_plain_form(text: str) -> None:
    plain = plain_passphrase(text)
    assert plain_passphrase(plain) == plain


def test_proposed_passphrases_are_drawn_from_all_words_and_seal() -> None:
    source = random.Random(1)
    proposed = [propose_passphrase(source) for _ in range(400)]
    assert len(set(proposed)) == 400
    assert len({word for one in proposed for word in one.split()}) > 800
    assert all(len(one.split()) == WORDS for one in proposed)
    assert open_sealed(seal(CONTENT, HEADER, proposed[0], cost=QUICK), proposed[0])[1] == CONTENT


def test_the_words_give_the_bits_that_are_promised_and_are_not_misheard() -> None:
    words = word_list()
    assert WORDS * math.log2(len(words)) == 50
    assert list(words) == sorted(set(words))
    assert all(re.fullmatch("[a-z]{3,10}", word) for word in words)
    begun = set(words)
    for word in words:
        assert not any(word[:length] in begun for length in range(3, len(word))), word
        # what is left of a word when one letter is taken out: two words one letter apart share one of these
        assert sum(word[:place] + word[place + 1 :] in begun for place in range(len(word))) == 0, word
    gaps = [word[:place] + "?" + word[place + 1 :] for word in words for place in range(len(word))]
    assert len(gaps) == len(set(gaps))


@pytest.mark.parametrize(
    "typed",
    [
        "Password1!Password1!", "passwordpassword", "P@55w0rd-Secure!", "letmeinletmein", "qwertyuiopasdf", "1qaz2wsx3edc4rfv",
        "123456789012345", "2468 1357 8642 97531", "14 March 2026", "14/03/2026 15/03/2026", "Summer2026Autumn2026",
        "September 2026!", "abcdefghijklmnop", "zyxwvutsrqponm", "abcabcabcabcabc", "xk7xk7xk7xk7xk7", "correct horse battery staple",
        "LiverpoolFootball2024", "iloveyou12345678", "handover transition school", "aaaabbbbccccdddd",
    ],
)  # fmt: skip
def test_what_everybody_tries_seals_nothing(typed: str) -> None:
    with pytest.raises(FieldProblems, match="too easy to guess"):
        seal(b"", HEADER, typed, cost=QUICK)


@pytest.mark.parametrize(
    "typed", ["The Glebe 2026", "Conyers-School-Conyers", "glebe to conyers 12", "C0nyers G1ebe Schoo1!"]
)
def test_the_names_on_the_file_are_no_passphrase(typed: str) -> None:
    header = replace(HEADER, sender="The Glebe Primary", receiver="Conyers School")
    with pytest.raises(FieldProblems, match="too easy to guess"):
        seal(b"", header, typed, cost=QUICK)


@pytest.mark.parametrize("typed", ["Corey Barraclough", "corey-barraclough-corey", "Barrac1ough Dy1an 2015"])
def test_the_names_of_the_pupils_inside_are_no_passphrase(typed: str) -> None:
    inside = ("Corey", "Barraclough", "Dylan", "de la Haye", "")
    with pytest.raises(FieldProblems, match="uses names of pupils in the pack"):
        seal(b"", HEADER, typed, inside, cost=QUICK)
    assert read_new_passphrase("my aunt keeps nine geese for Corey", pupils=inside)


@pytest.mark.parametrize(
    "typed",
    [
        "teapot river hedgehog",
        "my aunt keeps nine geese",
        "vbT7-qLm9-zzR4-wK",
        "Gläser voller Kirschen",
        "stone honey phone glue",
    ],
)
def test_what_only_one_person_would_think_of_seals(typed: str) -> None:
    assert read_new_passphrase(typed, ("The Glebe Primary", "Conyers School"))


def test_what_is_proposed_is_never_refused() -> None:
    source = random.Random(2)
    assert all(read_new_passphrase(propose_passphrase(source), ("The Glebe", "Conyers School")) for _ in range(300))


@pytest.mark.parametrize("day", ["1999-12-31", "2026-06-14", "2206-01-01", "0001-01-01"])
def test_a_day_that_cannot_be_is_refused(day: str) -> None:
    data = seal(b"", replace(HEADER, made_on=date.fromisoformat(day)), PASSPHRASE, cost=QUICK)
    with pytest.raises(BadInput, match="which cannot be"):
        peek(data, today=date(2026, 6, 12))
    with pytest.raises(BadInput, match="which cannot be"):
        open_sealed(data, PASSPHRASE, today=date(2026, 6, 12))
    tomorrow = seal(b"", replace(HEADER, made_on=date(2026, 6, 13)), PASSPHRASE, cost=QUICK)
    assert peek(tomorrow, today=date(2026, 6, 12)).made_on == date(2026, 6, 13)
