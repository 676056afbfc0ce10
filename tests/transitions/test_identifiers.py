import pytest
from hypothesis import given
from hypothesis import strategies as st

from transitions.identifiers import (
    LA_NUMBERS,
    CheckedIdentifier,
    IdentifierProblem,
    check_laestab,
    check_postcode,
    check_uln,
    check_upn,
    check_urn,
    laestab,
    make_upn,
    split_laestab,
)

CHECKS = (check_upn, check_uln, check_urn, check_laestab, check_postcode)


@pytest.mark.parametrize(
    "upn",
    [
        "B801200005001",
        "B808400024001",
        "U886200019123",
        "G881300022047",
        "F839200015001",  # an LA formed in 2019
        "G941200020001",  # an LA formed in 2021
        "R674123101121",  # a Welsh LA
        "P207000016049",
    ],
)
def test_permanent_upn_is_taken_without_a_warning(upn):
    assert check_upn(upn) == CheckedIdentifier(upn, None)


@pytest.mark.parametrize("upn", ["A80840002401A", "M88620001912Z"])
def test_temporary_upn_warns(upn):
    assert check_upn(upn) == CheckedIdentifier(upn, "this is a temporary UPN: replace it with the permanent one")


def test_unknown_la_warns():
    value, warning = check_upn("E000200005001")
    assert value == "E000200005001"
    assert warning is not None
    assert warning.startswith("000 is not a known local authority number")


def test_both_warnings_are_given():
    body = "00020000500A"
    temporary = next(letter + body for letter in "ABCDEFGHJKLMNPQRTUVWXYZ" if _passes(check_upn, letter + body))
    warning = check_upn(temporary).warning
    assert warning is not None
    assert "local authority" in warning
    assert "temporary" in warning


@pytest.mark.parametrize(
    ("upn", "says"),
    [
        ("A801200005001", "expected B, found A"),
        ("Q207000016049", "expected P, found Q"),  # two publishers print Q, by a slip in their sums
        ("B207000016049", "expected P, found B"),
        ("X80120000A001", "character 10 of this one is the letter A"),
        ("B80840O024001", "character 7 of this one is the letter O (perhaps 0)"),
        ("B808400-24001", "character 8 of this one is something that is neither letter nor digit"),
        ("A80840002401S", "other than I, O or S if it is temporary"),
        (
            "O808400024001",
            "never I, O or S; the letter O is often a mistyped zero: these 12 digits go with the letter B",
        ),
        ("1808400024001", "starts with a letter, never I, O or S; these 12 digits go with the letter B"),
        ("808400024001", "the letter at the front is missing"),
        ("B80840002400", "this one has 12: expected a letter and 12 digits"),
        ("B8084000240011", "this one has 14"),
        ("", "the UPN is empty"),
    ],
)
def test_wrong_upn_is_refused_with_its_reason(upn, says):
    with pytest.raises(IdentifierProblem) as caught:
        check_upn(upn)
    assert says in str(caught.value)


def test_spaces_and_small_letters_do_not_matter():
    assert check_upn(" b 808 4000 24 001\t").value == "B808400024001"


upn_parts = (st.integers(0, 999), st.integers(0, 9999), st.integers(1990, 2099), st.integers(0, 999))


@given(*upn_parts)
def test_made_upns_check_and_hold_their_parts(la, establishment, year, serial):
    upn = make_upn(la, establishment, year, serial)
    value, warning = check_upn(upn)
    assert value == upn
    assert (warning is None) == (la in LA_NUMBERS)
    assert upn[1:] == f"{la:03d}{establishment:04d}{year % 100:02d}{serial:03d}"


@given(*upn_parts, st.integers(1, 12), st.integers(1, 9))
def test_every_single_wrong_digit_is_caught(la, establishment, year, serial, place, shift):
    # A weight (2 to 13) times a difference (1 to 9) is never a multiple of 23, a prime larger than both.
    upn = make_upn(la, establishment, year, serial)
    wrong = upn[:place] + str((int(upn[place]) + shift) % 10) + upn[place + 1 :]
    assert not _passes(check_upn, wrong)


@given(*upn_parts, st.integers(1, 12), st.integers(1, 12))
def test_every_swap_of_two_different_digits_is_caught(la, establishment, year, serial, here, there):
    upn = list(make_upn(la, establishment, year, serial))
    original = list(upn)
    upn[here], upn[there] = upn[there], upn[here]
    assert _passes(check_upn, "".join(upn)) == (upn == original)


@pytest.mark.parametrize("parts", [(1000, 1, 2020, 1), (808, 10000, 2020, 1), (808, 1, -1, 1), (808, 1, 2020, 1000)])
def test_upn_of_impossible_parts_is_not_made(parts):
    with pytest.raises(ValueError, match="made of an LA up to 999"):
        make_upn(*parts)


@pytest.mark.parametrize("uln", ["9276308686", "1234567899", "1000000019"])
def test_uln_is_taken(uln):
    assert check_uln(uln) == CheckedIdentifier(uln, None)


@pytest.mark.parametrize(
    ("uln", "says"),
    [
        ("9276308687", "expected 6"),
        ("9434765870", "no ULN starts with these nine digits"),  # a valid NHS number
        ("9999999999", "only means that the ULN is not known"),
        ("0276308686", "never starts with 0"),
        ("927630868", "this one has 9: a spreadsheet may have dropped a zero"),
        ("92763086861", "this one has 11"),
        ("92763O8686", "has only digits"),
    ],
)
def test_wrong_uln_is_refused_with_its_reason(uln, says):
    with pytest.raises(IdentifierProblem) as caught:
        check_uln(uln)
    assert says in str(caught.value)


@given(st.integers(10**8, 10**9 - 1))
def test_at_most_one_last_digit_fits_a_uln(nine):
    passing = [last for last in range(10) if _passes(check_uln, f"{nine}{last}")]
    weighted = sum(int(digit) * weight for digit, weight in zip(str(nine), range(10, 1, -1), strict=True))
    assert len(passing) == (1 if weighted % 11 else 0)


def test_urn():
    assert check_urn(" 111 744 ") == CheckedIdentifier("111744", None)


@pytest.mark.parametrize(
    ("urn", "says"),
    [
        ("11174", "dropped a zero"),
        ("1117440", "this one has 7"),
        ("011174", "never starts with 0"),
        ("E06004", "only digits"),
    ],
)
def test_wrong_urn_is_refused_with_its_reason(urn, says):
    with pytest.raises(IdentifierProblem) as caught:
        check_urn(urn)
    assert says in str(caught.value)


@pytest.mark.parametrize("text", ["808/4000", "8084000", "808-4000", " 808 4000 ", "808 / 4000"])
def test_laestab_has_one_form(text):
    assert check_laestab(text) == CheckedIdentifier("808/4000", None)
    assert split_laestab(text) == (808, 4000)


def test_laestab_keeps_its_noughts():
    assert laestab(2, 99) == "002/0099"
    assert split_laestab("002/0099") == (2, 99)


def test_laestab_of_an_unknown_la_warns():
    value, warning = check_laestab("999/4000")
    assert value == "999/4000"
    assert warning is not None
    assert warning.startswith("999 is not a known local authority number")


@given(st.sampled_from(sorted(LA_NUMBERS)), st.integers(0, 9999))
def test_laestab_splits_into_what_it_was_made_of(la, establishment):
    assert split_laestab(laestab(la, establishment)) == (la, establishment)
    assert check_laestab(f"{la:03d}{establishment:04d}") == CheckedIdentifier(laestab(la, establishment), None)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("804000", "this one has 6: a spreadsheet may have dropped a zero"),
        ("808/400", "not 3 and 3: a spreadsheet may have dropped a zero"),
        ("8/4000", "not 1 and 4"),
        ("80840001", "this one has 8"),
        ("E06000004", "statistics office code"),
        ("Layfield", "an LA number and an establishment number"),
        ("808/4000/1", "an LA number and an establishment number"),
    ],
)
def test_wrong_laestab_is_refused_with_its_reason(text, says):
    with pytest.raises(IdentifierProblem) as caught:
        check_laestab(text)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("TS18 1TU", "TS18 1TU"),
        ("TS181TU", "TS18 1TU"),
        ("ts18  1tu ", "TS18 1TU"),
        ("ME14 1XQ", "ME14 1XQ"),
        ("CM1 1QH", "CM1 1QH"),
        ("EC3A 5DE", "EC3A 5DE"),
        ("W1A 0AX", "W1A 0AX"),
        ("M1 1AE", "M1 1AE"),
        ("GIR0AA", "GIR 0AA"),
    ],
)
def test_postcode_has_one_form(text, stored):
    assert check_postcode(text) == CheckedIdentifier(stored, None)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("TS18 ITU", "expected a digit (perhaps 1), found I"),  # as a council printed it
        ("TS18 XTU", "expected a digit, found X"),
        ("QS1 1AA", "first part of the postcode"),
        ("TS18 1CK", "never C, I, K, M, O or V"),
        ("AA1 1A", "a digit and two letters, never"),
        ("GIR 1AA", "first part of the postcode"),
        ("TS18", "this one has 4"),
        ("TS18 1TUU", "this one has 8"),
    ],
)
def test_wrong_postcode_is_refused_with_its_reason(text, says):
    with pytest.raises(IdentifierProblem) as caught:
        check_postcode(text)
    assert says in str(caught.value)


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize(
    ("damaged", "says"),
    [
        ("1.2E+12", "scientific notation"),
        ("9,28E+09", "scientific notation"),
        ("8e6", "scientific notation"),
        ("####", "column was too narrow"),
        ("#N/A", "a spreadsheet has put an error here"),
        ("#REF!", "a spreadsheet has put an error here"),
        ("111744.0", "a number with decimals"),
        (" \t", "is empty"),
    ],
)
def test_spreadsheet_damage_has_its_own_reason(check, damaged, says):
    with pytest.raises(IdentifierProblem) as caught:
        check(damaged)
    assert says in str(caught.value)


def test_upn_that_starts_with_e_is_not_taken_for_scientific_notation():
    assert check_upn("E000200005001").value == "E000200005001"


@pytest.mark.parametrize("check", CHECKS)
@given(text=st.text(max_size=20))
def test_any_text_is_taken_or_refused_in_words_that_do_not_repeat_it(check, text):
    reason = _reason(check, text)
    if reason is None:
        stored = check(text).value
        assert check(stored).value == stored
    else:
        assert len(text) < 8 or text not in reason


def _reason(check, text):
    """Why the text is refused, or None if it is taken."""
    try:
        check(text)
    except IdentifierProblem as problem:
        return str(problem)
    return None


def _passes(check, text):
    return _reason(check, text) is None
