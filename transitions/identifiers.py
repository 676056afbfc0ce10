"""The numbers that pupils, schools and addresses are known by: read, checked and put into one form.

Every check takes what a person typed or a spreadsheet kept, gives the one form that is stored, and refuses the rest with
a sentence that says what was expected. The sentences never repeat the value: a UPN is personal data and messages travel.
"""

import re
from typing import Final, NamedTuple

from transitions.text import without_marks

CHECK_LETTERS: Final = "ABCDEFGHJKLMNPQRTUVWXYZ"
"""The 23 letters of a UPN by their value, 0 to 22; I, O and S are never used."""

_LA_RANGES: Final = (
    "1-5 201-213 301-320 330-336 340-344 350-359 370-373 380-384 390-394 420 660-681 701-708 800-803 805-808 810-813 "
    "815-816 820-823 825-826 830-831 835-841 845-846 850-852 855-857 860-861 865-896 908-909 916 919 921 925-926 928-929 "
    "931 933 935-938 940-943"
)
LA_NUMBERS: Final = frozenset(
    number
    for first, _, last in (part.partition("-") for part in _LA_RANGES.split())
    for number in range(int(first), int(last or first) + 1)
)
"""Every local authority number, past or present, of England and Wales; an old one stays in the UPNs that it issued."""

_POSTCODE = re.compile(
    r"(GIR|[A-PR-UWYZ][0-9]{1,2}|[A-PR-UWYZ][A-HK-Y][0-9]{1,2}|[A-PR-UWYZ][0-9][A-HJKPSTUW]"
    r"|[A-PR-UWYZ][A-HK-Y][0-9][ABEHMNPRVWXY])([0-9][ABD-HJLNP-UW-Z]{2})"
)
_SCIENTIFIC = re.compile(r"[0-9]+(?:[.,][0-9]+)?E[+-]?[0-9]+")
_DECIMAL = re.compile(r"[0-9]+[.,][0-9]+")
_LOOKALIKES = {"O": "0", "I": "1", "L": "1", "S": "5"}


class IdentifierProblem(ValueError):
    """The text is not such an identifier; the message says why and what was expected, without repeating the text."""


class CheckedIdentifier(NamedTuple):
    """An identifier in the form that is stored, and a sentence if something about it wants a second look."""

    value: str
    warning: str | None = None


def check_upn(text: str) -> CheckedIdentifier:
    """Read a unique pupil number: check letter, LA (3), establishment (4), year of issue (2), serial (3).

    A temporary one ends in a letter. Rule: DfE guide to unique pupil numbers; the sum of each character from the second
    on, times its position, modulo 23 gives the check letter. An LA number that is not known and a temporary UPN give a
    warning. Raises IdentifierProblem for anything else.
    """
    upn = _plain(text, "UPN", "a letter and 12 digits")
    _expect_length(upn, 13, "UPN", "a letter and 12 digits")
    body, last = upn[1:12], upn[12]
    misplaced = next((place for place, character in enumerate(body, 2) if character not in "0123456789"), None)
    if misplaced is not None:
        raise IdentifierProblem(
            f"a UPN has digits as its characters 2 to 12, but character {misplaced} of this one is "
            f"{_kind(upn[misplaced - 1])}"
        )
    if last not in "0123456789" and last not in CHECK_LETTERS:
        raise IdentifierProblem("a UPN ends in a digit, or in a letter other than I, O or S if it is temporary")
    expected = _check_letter(upn[1:])
    if upn[0] not in CHECK_LETTERS:
        hint = "the letter O is often a mistyped zero: " if upn[0] == "O" else ""
        raise IdentifierProblem(
            f"a UPN starts with a letter, never I, O or S; {hint}these 12 digits go with the letter {expected}"
        )
    if upn[0] != expected:
        raise IdentifierProblem(
            f"the check letter does not fit the rest of the UPN: expected {expected}, found {upn[0]}"
        )
    warnings = []
    if int(upn[1:4]) not in LA_NUMBERS:
        warnings.append(f"{upn[1:4]} is not a known local authority number: check the UPN with the school")
    if last in CHECK_LETTERS:
        warnings.append("this is a temporary UPN: replace it with the permanent one")
    return CheckedIdentifier(upn, "; ".join(warnings) or None)


def make_upn(la: int, establishment: int, year: int, serial: int) -> str:
    """The permanent UPN with its check letter, as a school would issue it.

    ``la`` 0 to 999, ``establishment`` 0 to 9999, ``year`` the academic year of issue (its last two digits are used),
    ``serial`` 0 to 999; raises ValueError outside these.
    """
    if not (0 <= la <= 999 and 0 <= establishment <= 9999 and year >= 0 and 0 <= serial <= 999):
        raise ValueError("a UPN is made of an LA up to 999, an establishment up to 9999, a year and a serial up to 999")
    body = f"{la:03d}{establishment:04d}{year % 100:02d}{serial:03d}"
    return _check_letter(body) + body


def check_uln(text: str) -> CheckedIdentifier:
    """Read a unique learner number: ten digits, the first not nought.

    Rule: Learning Records Service; the digits times 10, 9, ... 1 sum to 10 modulo 11. Raises IdentifierProblem.
    """
    uln = _digits(text, 10, "ULN")
    if uln == "9999999999":
        raise IdentifierProblem("9999999999 only means that the ULN is not known: leave it empty")
    if uln[0] == "0":
        raise IdentifierProblem("a ULN never starts with 0: expected ten digits from 1 to 9 first")
    remainder = sum(int(digit) * weight for digit, weight in zip(uln, range(10, 1, -1), strict=False)) % 11
    if remainder == 0:
        raise IdentifierProblem("no ULN starts with these nine digits: check them against the learner's record")
    if int(uln[9]) != 10 - remainder:
        raise IdentifierProblem(f"the last digit does not fit the rest of the ULN: expected {10 - remainder}")
    return CheckedIdentifier(uln)


def check_urn(text: str) -> CheckedIdentifier:
    """Read a school's unique reference number: six digits, the first not nought. Raises IdentifierProblem."""
    urn = _digits(text, 6, "URN")
    if urn[0] == "0":
        raise IdentifierProblem("a URN never starts with 0: expected six digits such as 111744")
    return CheckedIdentifier(urn)


def check_laestab(text: str) -> CheckedIdentifier:
    """Read a school's DfE number (LA and establishment) and give it as "808/4000".

    Takes 808/4000, 808-4000, 808 4000 and 8084000. An LA number that is not known gives a warning. Raises
    IdentifierProblem, also for one that has lost a nought: which of the two parts lost it is not ours to guess.
    """
    what = "7 digits such as 808/4000"
    plain = _plain(text, "DfE number", what)
    if re.fullmatch(r"[EWNS][0-9]{8}", plain):
        raise IdentifierProblem(f"this is a statistics office code, not a DfE number: expected {what}")
    parts = re.fullmatch(r"([0-9]+)(?:[/-]([0-9]+))?", plain)
    if parts is None:
        raise IdentifierProblem(f"a DfE number is an LA number and an establishment number: expected {what}")
    la, establishment = parts[1], parts[2]
    if establishment is None:
        _expect_length(plain, 7, "DfE number", what)
        la, establishment = plain[:3], plain[3:]
    if (len(la), len(establishment)) != (3, 4):
        raise IdentifierProblem(
            f"a DfE number has 3 digits for the LA and 4 for the establishment, not {len(la)} and {len(establishment)}: a spreadsheet may have dropped a zero from the front of one"
        )
    unknown = int(la) not in LA_NUMBERS
    warning = f"{la} is not a known local authority number: check it against the school's own letters"
    return CheckedIdentifier(f"{la}/{establishment}", warning if unknown else None)


def laestab(la: int, establishment: int) -> str:
    """The DfE number of an LA (0 to 999) and an establishment (0 to 9999), both with their leading noughts."""
    return f"{la:03d}/{establishment:04d}"


def split_laestab(value: str) -> tuple[int, int]:
    """The LA number and the establishment number of a DfE number in any form that ``check_laestab`` takes."""
    la, establishment = check_laestab(value).value.split("/")
    return int(la), int(establishment)


def check_postcode(text: str) -> CheckedIdentifier:
    """Read a postcode and give it in capitals with one space before its last three characters.

    The form is checked (BS 7666), not whether the Post Office uses it. Raises IdentifierProblem.
    """
    what = "one such as TS18 1TU"
    plain = _plain(text, "postcode", what)
    found = _POSTCODE.fullmatch(plain)
    if found and (found[1] != "GIR" or found[2] == "0AA"):
        return CheckedIdentifier(f"{found[1]} {found[2]}")
    if not 5 <= len(plain) <= 7:
        raise IdentifierProblem(f"a postcode has 5 to 7 letters and digits, this one has {len(plain)}: expected {what}")
    inward = plain[-3:]
    if not inward[0].isdigit():
        digit = _LOOKALIKES.get(inward[0])
        hint = f" (perhaps {digit})" if digit and _POSTCODE.fullmatch(plain[:-3] + digit + inward[1:]) else ""
        raise IdentifierProblem(
            f"a postcode's last three characters are a digit and two letters: expected a digit{hint}, found {inward[0]}"
        )
    if not re.fullmatch(r"[0-9][ABD-HJLNP-UW-Z]{2}", inward):
        raise IdentifierProblem(
            f"a postcode's last three characters are a digit and two letters, never C, I, K, M, O or V: expected {what}"
        )
    raise IdentifierProblem(f"the first part of the postcode is not one that is used: expected {what}")


def _check_letter(rest: str) -> str:
    values = (CHECK_LETTERS.index(c) if c in CHECK_LETTERS else int(c) for c in rest)
    return CHECK_LETTERS[sum(position * value for position, value in enumerate(values, 2)) % 23]


def _plain(text: str, name: str, expected: str) -> str:
    """The text in capitals without spaces; raises IdentifierProblem for nothing, and for what a spreadsheet did to it."""
    plain = "".join(without_marks(text).upper().split())
    if not plain:
        raise IdentifierProblem(f"the {name} is empty: expected {expected}")
    reason = _spreadsheet_damage(plain)
    if reason:
        raise IdentifierProblem(f"{reason}: expected {expected}; format the column as text and export it again")
    return plain


def _spreadsheet_damage(plain: str) -> str | None:
    if _SCIENTIFIC.fullmatch(plain):
        return "a spreadsheet has turned this into scientific notation, so digits are lost"
    if set(plain) == {"#"}:
        return "a spreadsheet has put ### here because its column was too narrow"
    if plain.startswith("#"):
        return "a spreadsheet has put an error here"
    if _DECIMAL.fullmatch(plain):
        return "a spreadsheet has turned this into a number with decimals"
    return None


def _expect_length(plain: str, length: int, name: str, expected: str) -> None:
    if len(plain) == length:
        return
    if plain.isdigit() and len(plain) == length - 1:
        lost = (
            "the letter at the front is missing"
            if name == "UPN"
            else "a spreadsheet may have dropped a zero from the front"
        )
        raise IdentifierProblem(
            f"a {name} has {length} characters and this one has {len(plain)}: {lost}; expected {expected}"
        )
    raise IdentifierProblem(f"a {name} has {length} characters, this one has {len(plain)}: expected {expected}")


def _digits(text: str, length: int, name: str) -> str:
    plain = _plain(text, name, f"{length} digits")
    if not re.fullmatch(r"[0-9]+", plain):
        raise IdentifierProblem(f"a {name} has only digits: expected {length} of them")
    _expect_length(plain, length, name, f"{length} digits")
    return plain


def _kind(character: str) -> str:
    digit = _LOOKALIKES.get(character)
    letter = f"the letter {character}" if character.isalpha() else "something that is neither letter nor digit"
    return f"{letter} (perhaps {digit})" if digit else letter
