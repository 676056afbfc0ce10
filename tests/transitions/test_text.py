"""Text from people: walls against control characters, and the folding that finds names."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transitions.spelling import Spelling
from transitions.text import clean, initials, printable, searchable, surname_and_forename

anything = st.text(st.characters(exclude_categories=()), max_size=40)
"""Lone surrogates and control characters too."""

FORBIDDEN = (
    {chr(code) for code in [*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)]}
    | {chr(code) for code in range(0xD800, 0xE000)}
    | {chr(code) for code in range(0xFDD0, 0xFDF0)}
    | {chr(plane + last) for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF)}
    | {"\ufeff"}
)


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("  Aisha \t\n Khan ", "Aisha Khan"),
        ("Aisha\u00a0Khan", "Aisha Khan"),
        ("\ufeffZoe\u0308", "Zo\u00eb"),
        ("red \x1b[31malert\x1b[0m", "red [31malert[0m"),
        ("a\x9b31mb\x7f", "a31mb"),
        ("invoice\u202egnp.exe", "invoicegnp.exe"),
        ("a\u2066b\u2069c", "abc"),
        ("half \ud83d smile", "half smile"),
        ("soft\x0bbreak", "soft break"),
        ("first\u2028second", "first second"),
        ("", ""),
        ("\x00", ""),
    ],
)
def test_clean_on_one_line(given_text: str, expected: str) -> None:
    assert clean(given_text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "محمد بن علي",
        "שָׁלוֹם",
        "रवि",
        "Nguyễn",
        "می\u200cخواهم",
        "👩\u200d👧",
        "🏴\U000e0067\U000e0062\U000e007f",
        "李小龍",
    ],
    ids=["arabic", "hebrew", "devanagari", "vietnamese", "persian", "family", "flag", "chinese"],
)
def test_clean_keeps_every_script(text: str) -> None:
    assert clean(text) == unicodedata.normalize("NFC", text)


def test_clean_keeps_lines_and_tabs_in_notes() -> None:
    assert (
        clean("\n one\r\ntwo\rthree\x0bfour\u2029\tfive  six\x1b \n", lines=True)
        == "one\ntwo\nthree\nfour\n\tfive  six"
    )


@given(anything, st.booleans())
def test_clean_twice_is_clean_once_and_nothing_forbidden_is_left(text: str, lines: bool) -> None:
    once = clean(text, lines)
    assert clean(once, lines) == once
    assert once == once.strip()
    assert unicodedata.is_normalized("NFC", once)
    assert not set(once) & (FORBIDDEN - {"\n", "\t"} if lines else FORBIDDEN)
    once.encode("utf-8")


@given(anything)
def test_printable_only_takes_away_or_puts_spaces(text: str) -> None:
    shown = printable(text)
    assert not set(shown) & FORBIDDEN
    assert [c for c in shown if c != " "] == [c for c in text if c not in FORBIDDEN and c not in " \u2028\u2029"]


def test_printable_does_not_compose_or_strip() -> None:
    assert printable(" Zoe\u0308\n") == " Zoe\u0308 "
    assert printable("a\r\nb\n\tc\x07", lines=True) == "a\nb\n\tc"
    assert printable("a\r\nb\n\tc\x07") == "a b  c"


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("O'Brien",), "obrien"),
        (("O’Brien", "Séan"), "obrien sean"),
        (("Zoë",), "zoe"),
        (("Zoe\u0308",), "zoe"),
        (("Łukasz", "Żółć"), "lukasz zolc"),
        (("Smith-Jones", "Mary–Ann"), "smith jones mary ann"),
        (("Nguyễn",), "nguyen"),
        (("Straße",), "strasse"),
        (("İBRAHİM", "Işık"), "ibrahim isik"),
        (("Søren", "Ærø", "Þór", "Đorđe"), "soren aero thor dorde"),
        (("Khan", None, "", "  Aisha "), "khan aisha"),
        (("Иван Найдёнов",), "иван найдёнов"),
        (("محمد", "李小龍"), "محمد 李小龍"),
        (("रवि",), "रवि"),
        ((), ""),
    ],
)
def test_searchable(parts: tuple[str | None, ...], expected: str) -> None:
    assert searchable(*parts) == expected


@given(anything)
def test_searchable_does_not_change_what_it_gave(text: str) -> None:
    once = searchable(text)
    assert searchable(once) == once


@given(st.text("abcdefgzàéîöüñçł'’- ", max_size=20))
def test_searchable_finds_a_name_typed_on_a_plain_keyboard(name: str) -> None:
    assert searchable(name).replace(" ", "").isascii()
    assert searchable(name) == searchable(name.upper()) == searchable(unicodedata.normalize("NFD", name))


@pytest.mark.parametrize(
    ("forename", "surname", "expected"),
    [
        ("Aisha", "Khan", "AK"),
        ("éva", "o'brien", "ÉO"),
        ("'Abdul", "al-Hassan", "AA"),
        ("Zoë", "", "Z"),
        ("e\u0301va", "ßen", "Éß"),
        ("محمد", "علي", "مع"),
        ("", "-", ""),
    ],
)
def test_initials(forename: str, surname: str, expected: str) -> None:
    assert initials(forename, surname) == expected


def test_surname_and_forename() -> None:
    assert surname_and_forename("van der Berg , Mary Ann") == ("van der Berg", "Mary Ann")


@pytest.mark.parametrize("name", ["Aisha Khan", "Khan,", ", Aisha", "", "Khan, Aisha, Miss"])
def test_a_name_that_cannot_be_split_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="Surname, Forename"):
        surname_and_forename(name)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("warsme", "warsame"),
        ("warsm", "warsame"),
        ("wrasame ayo", "warsame ayo"),
        ("khna", "khan"),
        ("muhammad", "mohammed"),
        ("kahn ayesha", "khan aisha"),
        ("zzzz", ""),
        ("warsame 8084", ""),
    ],
)
def test_what_was_meant_by_a_name_that_nobody_has(typed: str, meant: str) -> None:
    known = Spelling(["warsame ayo a808400024001", "ward elsie", "khan aisha", "mohammed yusuf"])
    assert known.meanings(typed.split())[:1] == ([meant.split()] if meant else [])
