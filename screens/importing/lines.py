"""What an import would do, as the lines of a list: what to know, what is refused, what changes field by field, what is new."""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import accumulate
from typing import Literal, NamedTuple

from rich.text import Text

from screens.frame.dialogs import Choice, Choose
from screens.frame.host import Host
from screens.frame.render_context import HIDDEN_NOTE, display_name
from screens.frame.safe import cell
from screens.widgets.columns import Cell, Column
from transitions.dates import short_with_year
from transitions.errors import Problem
from transitions.importing.matching import Answer
from transitions.importing.preview import DIFFERS, Discrepancy, ImportPreview, PupilQuestion, RecordEntry, RefusedRow
from transitions.pupils.pupil_fields import FIELDS
from transitions.pupils.schools import SCHOOL_FIELDS

SOMEBODY_NEW, LEAVE_OUT = 0, -1


def columns(unit: str) -> tuple[Column, ...]:
    """The columns of the list for records that stand on this: a line, or a pupil of a file that has no lines."""
    return (
        Column(unit.capitalize(), width=6, align="right", priority=8),
        Column("Whose", min_width=14, flex=1, priority=7),
        Column("What happens", min_width=30, flex=4, priority=9),
    )


NOTHING = "nothing"
_NAMES = ("surname", "forename", "full_name", "name")
"""They stand beside what happens already."""
_TITLES: Mapping[str, str] = {
    **{name: field.label for name, field in SCHOOL_FIELDS.items() if name not in _NAMES},
    **{name: field.label for name, field in FIELDS.items() if name not in _NAMES},
    "started_on": "Since",
    "code": "Need",
    "first_day": "First day",
    "last_day": "Last day",
}
_BESIDE: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "contact": ("Contact", ("name", "relationship", "telephone", "email")),
    "note": ("Note", ("text",)),
}
_SCHOOLS: Mapping[str, str] = {"school_id": "School", "next_school_id": "Next school"}


class ImportLine(NamedTuple):
    """One line of the list: where it stands in the file, whose it is, and what becomes of it."""

    kind: Literal["note", "refused", "changed", "new"]
    line: int | None = None
    label: str = ""
    field: str = ""
    old: str = ""
    new: str = ""


class ImportLines:
    """The lines of one preview, made when they are looked at: the import of a county has a million of them."""

    def __init__(
        self,
        notes: Sequence[str] = (),
        problems: Sequence[Problem] = (),
        refused: Sequence[RefusedRow] = (),
        changed: Sequence[RecordEntry] = (),
        new: Sequence[RecordEntry] = (),
        compared: Sequence[Discrepancy] = (),
    ) -> None:
        self.hidden = False
        self._first = [
            *(ImportLine("note", new=note) for note in notes),
            *(_compared(one) for one in compared),
            *(ImportLine("refused", one.line, "", one.field or "", "", one.what) for one in problems),
        ]
        self._counts = (len(notes), len(compared), len(problems) + len(refused), len(changed), len(new))
        self._refused, self._changed, self._new = refused, changed, new
        self._ends = list(accumulate(max(1, len(entry.differences)) for entry in changed))

    @classmethod
    def of(cls, preview: ImportPreview) -> "ImportLines":
        return cls(preview.notes, (), preview.refused, preview.changed, preview.new, preview.compared)

    @property
    def _starts(self) -> tuple[int, int, int]:
        """Where the refused rows of a preview, the changes and the new ones begin."""
        changed = len(self._first) + len(self._refused)
        return len(self._first), changed, changed + (self._ends[-1] if self._ends else 0)

    def __len__(self) -> int:
        return self._starts[2] + len(self._new)

    @property
    def sections(self) -> list[tuple[int, str]]:
        notes, compared, refused, changed, new = self._counts
        parts = (
            (0, notes, "To know before you import"),
            (notes, compared, "Different here and in the file"),
            (notes + compared, refused, "Refused as they are"),
            (self._starts[1], changed, "Changed, field by field"),
            (self._starts[2], new, "New"),
        )
        return [(start, f"{title} · {count:,}") for start, count, title in parts if count]

    def line(self, index: int) -> ImportLine:
        refused, changed, new = self._starts
        if index < refused:
            return self._first[index]
        if index < changed:
            row = self._refused[index - refused]
            return ImportLine(
                "refused", row.row.line, " ".join(filter(None, row.row.cells)), "", "", "; ".join(row.reasons)
            )
        if index < new:
            place = bisect_right(self._ends, index - changed)
            entry = self._changed[place]
            nth = index - changed - (self._ends[place - 1] if place else 0)
            return ImportLine(
                "changed", entry.line, entry.label, *(entry.differences[nth] if entry.differences else ())
            )
        entry = self._new[index - new]
        return ImportLine(
            "new", entry.line, entry.label, "", "", " · ".join(f"{title} {value}" for title, value in facts(entry))
        )

    def entry(self, index: int) -> RecordEntry | None:
        _, changed, new = self._starts
        if index >= new:
            return self._new[index - new]
        return self._changed[bisect_right(self._ends, index - changed)] if index >= changed else None

    def reasons(self, index: int) -> Sequence[str]:
        """Why the line at ``index`` is refused, reason by reason; nothing for one that is not a refused row."""
        place = index - self._starts[0]
        return self._refused[place].reasons if 0 <= place < len(self._refused) else ()

    def rows(self, indices: Sequence[int]) -> Mapping[int, Sequence[Cell]]:
        return {index: self._cells(self.line(index)) for index in indices}

    def name_on(self, line: ImportLine) -> str:
        if not self.hidden or not line.label:
            return line.label
        forename, _, surname = line.label.partition(" ")
        return display_name(forename, surname, hidden=True)

    def _cells(self, line: ImportLine) -> Sequence[Cell]:
        where = "" if line.line is None else f"{line.line:,}"
        return (where, cell(self.name_on(line)), self.what(line))

    def what(self, line: ImportLine) -> Text:
        lead = f"{line.field}: " if line.field else ""
        if line.kind in ("note", "refused"):
            sign = "! " if line.kind == "refused" else ""
            return Text.assemble((sign, "bold"), cell(lead + line.new))
        if self.hidden:
            return Text.assemble(cell(lead), (HIDDEN_NOTE, "dim"))
        if line.kind == "new":
            return cell(line.new or "new")
        old, new = line.old or NOTHING, line.new or NOTHING
        return Text.assemble(cell(lead), cell(old, "dim"), (" → ", "dim"), cell(new))


def _compared(one: Discrepancy) -> ImportLine:
    if one.what == DIFFERS:
        return ImportLine("changed", one.line, one.pupil, one.field, one.here, one.there)
    return ImportLine("note", one.line, one.pupil, one.what, "", one.there or "-")


def facts(entry: RecordEntry, school_name: Callable[[int], str] | None = None) -> list[tuple[str, str]]:
    """What a new record would hold, as titles and words; schools too, when ``school_name`` can name them."""
    if entry.differences:
        return [(difference.title, difference.new) for difference in entry.differences]
    sentences = []
    for write in entry.writes:
        if write.table in _BESIDE:
            sentences.append(_related_record(write.table, write.values or {}))
            continue
        for name, value in (write.values or {}).items():
            if name in _SCHOOLS and isinstance(value, int) and school_name is not None:
                sentences.append((_SCHOOLS[name], school_name(value)))
            elif name in _TITLES and value not in (None, "", False):
                sentences.append((_TITLES[name], _in_words(value)))
    return sentences


def _related_record(table: str, values: Mapping[str, object]) -> tuple[str, str]:
    title, names = _BESIDE[table]
    return title, ", ".join(str(values[name]) for name in names if values.get(name))


def _in_words(value: object) -> str:
    if isinstance(value, date):
        return short_with_year(value)
    return "yes" if value is True else f"{value:g}" if isinstance(value, float) else str(value)


async def ask_who(
    host: Host, questions: Sequence[PupilQuestion], detail: Callable[[PupilQuestion, int], str]
) -> dict[int, Answer]:
    """Ask of one line after the other which pupil it means; Escape leaves it and all the others out.

    ``detail`` is given a question and how many come after it.
    """
    answers: dict[int, Answer] = dict.fromkeys(question.line for question in questions)
    for place, question in enumerate(questions, 1):
        hidden = host.private
        choices = [
            Choice(number, f"#{number} {HIDDEN_NOTE if hidden else label}") for number, label in question.candidates
        ]
        choices += [Choice(SOMEBODY_NEW, "Somebody new", key="n"), Choice(LEAVE_OUT, "Not sure: leave it out", key="l")]
        label = HIDDEN_NOTE if hidden else question.label
        below = " ".join(filter(None, (question.doubt, detail(question, len(questions) - place))))
        chosen = await host.ask(Choose(f"Which one is {label}?", choices, detail=below))
        if chosen is None:
            break
        answers[question.line] = {SOMEBODY_NEW: "new", LEAVE_OUT: None}.get(chosen, chosen)
    return answers
