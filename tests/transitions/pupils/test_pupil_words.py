"""Codes and words for one thing, read into the one form that is stored."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transitions.fields import read_yes_no
from transitions.pupils import codes as words


@pytest.mark.parametrize("text", ["Y", "y", "Yes", "TRUE", "t", "1", " yes "])
def test_yes(text: str) -> None:
    assert read_yes_no(text) is True


@pytest.mark.parametrize("text", ["N", "n", "No", "FALSE", "f", "0"])
def test_no(text: str) -> None:
    assert read_yes_no(text) is False


@pytest.mark.parametrize("text", ["maybe", "2", "x", "-", "yes no"])
def test_neither_yes_nor_no_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^expected yes or no \(Y or N\)$"):
        read_yes_no(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("EHC Plan", "E"), ("E", "E"), ("ehcp", "E"), ("Education, Health and Care Plan", "E"), ("E - EHCP", "E"),
        ("K", "K"), ("SEN Support", "K"), ("K - SEN Support", "K"), ("send support", "K"),
        ("N", "N"), ("No SEN", "N"), ("none", "N"), ("N - No Special Educational Need", "N"),
    ],
)  # fmt: skip
def test_provision(text: str, code: str) -> None:
    assert words.read_provision(text) == code


@pytest.mark.parametrize(
    ("text", "meaning"),
    [("A", "school action"), ("P", "school action plus"), ("S", "a statement"), ("Statement", "a statement")],
)
def test_provisions_of_before_2014_are_refused_with_the_reason(text: str, meaning: str) -> None:
    sentence = f"this means {meaning}, which ended in 2014: expected N (no SEN), K (SEN support) or E (EHC plan)"
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        words.read_provision(text)


def test_a_provision_that_is_no_code_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^expected N \(no SEN\), K \(SEN support\) or E \(EHC plan\)$"):
        words.read_provision("SEN")


@pytest.mark.parametrize("code", words.NEEDS)
def test_every_need_is_read_by_its_code_and_by_its_name(code: str) -> None:
    assert words.read_need(code) == words.read_need(code.lower()) == words.read_need(words.NEEDS[code]) == code
    assert words.read_need(f"{code} - {words.NEEDS[code]}") == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Autism", "ASD"), ("Visual Impairment", "VI"), ("Down's Syndrome", "DS"), ("Other difficulty/disability", "OTH"),
        ("Severe Learning Difficulties", "SLD"), ("Social, Emotional & Mental Health", "SEMH"),
    ],
)  # fmt: skip
def test_other_names_of_needs(text: str, code: str) -> None:
    assert words.read_need(text) == code


def test_a_need_code_that_ended_is_refused_with_todays() -> None:
    with pytest.raises(ValueError, match="this code ended in 2014: expected SEMH"):
        words.read_need("BESD")
    with pytest.raises(ValueError, match="expected a type of need: SPLD, MLD"):
        words.read_need("dyslexic-ish")


def test_several_needs_keep_their_order_and_come_once() -> None:
    assert words.read_needs("SLCN, ASD; slcn") == ("SLCN", "ASD")
    assert words.read_needs("Speech, language and communication needs") == ("SLCN",)
    with pytest.raises(ValueError, match="up to nine needs"):
        words.read_needs(", ".join(list(words.NEEDS)[:10]))


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("CIN", ("child in need",)), ("CP", ("child protection",)), ("LAC", ("looked after",)), ("CLA", ("looked after",)),
        ("care leaver", ("care leaver",)), ("Short breaks", ("short breaks",)), ("none", ()), ("No", ()),
        ("LAC, short breaks", ("looked after", "short breaks")), ("CIN and CP", ("child in need", "child protection")),
        ("Child Protection Plan / CIN", ("child protection", "child in need")),
    ],
)  # fmt: skip
def test_social_care(text: str, kinds: tuple[str, ...]) -> None:
    assert words.read_social_care(text) == kinds


_SOCIAL_CARE = (
    "expected child in need (CIN), child protection (CP), looked after (LAC), care leaver or short breaks, or none"
)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("yes", f"yes does not say which kind: {_SOCIAL_CARE}"),
        ("Early Help", f"early help is not an open social care case: {_SOCIAL_CARE}"),
        ("open", _SOCIAL_CARE),
        ("CIN, what", _SOCIAL_CARE),
    ],
)
def test_social_care_that_says_too_little_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        words.read_social_care(text)


def test_tier_sex_and_previously_looked_after() -> None:
    assert [words.read_tier(text) for text in ("Universal", "t", "Enhanced transition")] == [
        "universal",
        "targeted",
        "enhanced",
    ]
    assert [words.read_sex(text) for text in ("F", "girl", "Male", "m")] == ["F", "F", "M", "M"]
    assert [words.read_previously_looked_after(text) for text in ("A", "g", "R", "N", "yes")] == [True] * 3 + [
        False,
        True,
    ]
    with pytest.raises(ValueError, match="expected universal, targeted or enhanced"):
        words.read_tier("SEN")
    with pytest.raises(ValueError, match="expected F or M as in the census, or nothing"):
        words.read_sex("U")
    with pytest.raises(ValueError, match="codes A, G, R and N"):
        words.read_previously_looked_after("Z")


@given(st.text())
def test_any_text_gives_a_known_code_or_a_sentence(text: str) -> None:
    for reader, known in ((words.read_provision, words.PROVISIONS), (words.read_need, words.NEEDS)):
        try:
            found = reader(text)
        except ValueError as problem:
            found = str(problem)
        assert found in known or "expected" in found
