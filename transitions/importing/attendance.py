"""Importing a year's attendance from the school that a pupil leaves, so that the next one knows whom to look out for.

One row a pupil: per cent, sessions, or the marks of the register. Nobody is added, and no name is changed: the row's pupil
gets the per cent, and a note with the sessions and codes, which stays when the per cent of a new year takes its place.
"""

import re
from collections import Counter
from typing import Final, NamedTuple

from transitions.fields import Context
from transitions.importing import cells
from transitions.importing.cells import plain
from transitions.importing.headers import HeaderMap, OpenTable, reads
from transitions.importing.preview import PreviewDraft, Taking
from transitions.importing.pupil_records import WHO, not_here, who
from transitions.importing.pupil_rows import RelatedRecords
from transitions.importing.pupils import work_out
from transitions.importing.table_rows import Packed, TableRow
from transitions.pupils.pupil_fields import FIELDS

ATTENDED: Final = frozenset({"/", "\\", "L", "B", "K", "P", "V", "W", "J"})
AUTHORISED: Final = frozenset({"C", "C1", "C2", "E", "F", "H", "I", "J1", "M", "R", "S", "T"})
UNAUTHORISED: Final = frozenset({"G", "N", "O", "U"})
NOT_COUNTED: Final = frozenset({"D", "Q", "X", "Y", "Z", "#", "-", *(f"Y{number}" for number in range(1, 8))})
"""Codes of "Working together to improve school attendance" (DfE, August 2024), with F, H and J of the years before it."""

_MARK: Final = re.compile(r"\s*(C[12]|J1|Y[1-7]|[A-Z/\\#-])(?:(?:\s+|\s*[:=(x×]\s*)([0-9]{1,4})\)?(?![0-9]))?[\s,;]*")
_TAKEN: Final = Taking(differences=False, new=False, always=frozenset({"attendance_percent"}))
_MOST_SESSIONS: Final = 1_000
"""A school year has about 380."""
_MOST_APART: Final = 1.0


class Sessions(NamedTuple):
    """How many sessions there were and how many were attended, None where the file does not say; codes with their numbers."""

    possible: int | None = None
    attended: int | None = None
    authorised: int | None = None
    unauthorised: int | None = None
    codes: str = ""

    @property
    def percent(self) -> float | None:
        if not self.possible or self.attended is None:
            return None
        return round(100 * self.attended / self.possible, 2)

    def in_words(self) -> str:
        parts = []
        if self.possible is not None and self.attended is not None:
            parts.append(f"{self.attended} of {self.possible} sessions")
        parts += [
            f"{number} {word}"
            for number, word in ((self.authorised, "authorised"), (self.unauthorised, "unauthorised"))
            if number is not None
        ]
        return "; ".join([*parts, *([f"codes {self.codes}"] if self.codes else [])])


def read_codes(text: str) -> Sessions:
    """Count the marks of a register: one after the other ("/\\\\/IIO"), or each with its number ("I 4, O 6").

    The sessions possible are known only of a register that has marks of attendance. Raises ValueError for a code that the
    DfE does not use.
    """
    counts: Counter[str] = Counter()
    place, plain = 0, text.upper().strip()
    while place < len(plain):
        mark = _MARK.match(plain, place)
        code = mark[1] if mark else plain[place]
        if mark is None or code not in ATTENDED | AUTHORISED | UNAUTHORISED | NOT_COUNTED:
            raise ValueError(f'"{code}" is not an attendance code: expected codes such as / \\ L I M O')
        counts[code] += int(mark[2] or 1)
        place = mark.end()
    attended, authorised, unauthorised = (
        sum(counts[code] for code in codes) for codes in (ATTENDED, AUTHORISED, UNAUTHORISED)
    )
    listed = ", ".join(
        f"{code} {number}" for code, number in sorted(counts.items()) if code not in ATTENDED | NOT_COUNTED
    )
    if not attended:
        return Sessions(None, None, authorised, unauthorised, listed)
    return Sessions(attended + authorised + unauthorised, attended, authorised, unauthorised, listed)


@reads("attendance")
def prepare(file: OpenTable) -> None:
    given, related, context = [], {}, Context(file.workspace.clock.today)
    for row in file.rows:
        percent, note = _read_row(row, file.headers, file.draft, context)
        if note:
            related[row.line] = RelatedRecords(note=note)
        given.append(TableRow(row.line, (*who(row, file.headers), percent)))
    work_out(
        file.workspace, file.draft, file.headers.of((*WHO, "attendance_percent")), Packed(given), related=related, ask=file.ask,
        taking=_TAKEN, progress=file.progress,
    )  # fmt: skip
    not_here(file.draft, [line for line, pupil_id in file.draft.matched if pupil_id is None])


def _read_row(row: TableRow, headers: HeaderMap, draft: PreviewDraft, context: Context) -> tuple[str, str]:
    """The per cent as text, and the note; what is wrong goes into the draft."""
    try:
        sessions = _sessions(row, headers)
    except ValueError as error:
        name, what = error.args
        draft.problem(row.line, headers.title(name), what)
        return "", ""
    text = _text(row, headers, "attendance_percent")
    worked_out = sessions.percent
    if worked_out is None:
        said, details = text, sessions.in_words()
    else:
        said, details = f"{worked_out:g}%", sessions.in_words()
        try:
            stated = FIELDS["attendance_percent"].reading(text, context).value if text else worked_out
        except ValueError:
            stated = None
        if not isinstance(stated, float) or abs(stated - worked_out) > _MOST_APART:
            title = headers.title("attendance_percent")
            draft.warn(
                row.line, title, "does not match the sessions, so the percentage is worked out from the sessions"
            )
    if not said and not details:
        draft.problem(row.line, headers.title("attendance_percent"), "this line has no attendance")
        return "", ""
    shown = said if said.endswith("%") or not said else f"{said}%"
    note = ": ".join(part for part in ("Attendance at the school before", shown) if part)
    return said, f"{note} ({details})" if details else note


def _sessions(row: TableRow, headers: HeaderMap) -> Sessions:
    """What the columns of sessions and codes say together. Raises ValueError with the field and the sentence."""
    text = _text(row, headers, "codes")
    try:
        marks = read_codes(text)
    except ValueError as error:
        raise ValueError("codes", str(error)) from None
    found = {name: _number(row, headers, f"sessions_{name}") for name in Sessions._fields[:-1]}
    merged = {name: getattr(marks, name) if text and number is None else number for name, number in found.items()}
    possible, attended = merged["possible"], merged["attended"]
    absent = [number for number in (merged["authorised"], merged["unauthorised"]) if number is not None]
    if possible is None and attended is not None and len(absent) == 2:
        possible = attended + sum(absent)
    elif attended is None and possible is not None and len(absent) == 2:
        attended = possible - sum(absent)
    if possible is not None and attended is not None and not 0 <= attended <= possible:
        raise ValueError(
            "sessions_possible", f"{possible} sessions are fewer than the {attended} attended and the absences"
        )
    return Sessions(possible, attended, merged["authorised"], merged["unauthorised"], marks.codes)


def _number(row: TableRow, headers: HeaderMap, name: str) -> int | None:
    text = _text(row, headers, name).removesuffix(".0")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal()) or len(text) > 4 or int(text) > _MOST_SESSIONS:
        raise ValueError(name, f"expected a number of sessions up to {_MOST_SESSIONS:,}, such as 364")
    return int(text)


def _text(row: TableRow, headers: HeaderMap, name: str) -> str:
    text = plain(headers.cell(row.cells, name) or "")
    return "" if cells.is_nothing(text) else text
