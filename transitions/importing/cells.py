"""The cells of a row, read by field: what is in one, what it means, and what is wrong with it."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, Final

from transitions.fields import Context, Field, Reading
from transitions.importing.headers import HeaderMap
from transitions.importing.preview import PreviewDraft
from transitions.importing.sheet_sizes import column_name
from transitions.importing.sheets import ERROR_SHOWN, RESULT_MISSING
from transitions.importing.table_rows import TableRow
from transitions.text import LOST_LETTER, has_controls, is_no_name, stands_for_no_name, without_marks

_ERRORS = re.compile(
    r"#(N/?A|REF!?|VALUE!?|NAME\??|DIV/0!?|NUM!?|NULL!?|SPILL!?|CALC!?|FIELD!?|GETTING_DATA|BUSY!|ERROR!?|NO RESULT!)",
    re.IGNORECASE,
)
_NOTHING: Final = frozenset(
    {"null", "n/a", "(null)", "[null]", "<null>", "none", "nil", "nan", "na", "undefined", "\\n", "-", "--"}
)
_IN_A_TEXT: Final = frozenset({"0", "0.0", "true", "false"})
_PEOPLE: Final = frozenset({"null", "none", "nil", "nan", "na", "true", "false", "undefined"})
"""Such are also people's names; "N/A" and "-" are nobody's."""
_SUSPECTS: Final = _NOTHING | _IN_A_TEXT


def is_suspect(text: str) -> bool:
    """Whether a cell may be debris; most are not, and this is quick."""
    return len(text) <= len(RESULT_MISSING) and (text[0] == "#" or text.casefold() in _SUSPECTS)


def is_nothing(text: str) -> bool:
    """Whether it means nothing in any field."""
    return text.casefold() in _NOTHING or _ERRORS.fullmatch(text) is not None


def is_nothing_as_text(text: str) -> bool:
    """Whether it means nothing where a text should be."""
    return is_nothing(text) or text.casefold() in _IN_A_TEXT


def may_be_a_name(text: str, *, needed: bool) -> bool:
    """Whether a person may be called so. In capitals or small letters it is no name where the field may be empty."""
    return text.casefold() in _PEOPLE and (needed or text.istitle())


def why_refused(text: str, cell: str, *, name: bool) -> str:
    """The end of a sentence about a ``cell`` (such as C3, if it is called so) that must not be empty, and holds a ``name``."""
    where = f"cell {cell} " if cell else ""
    if text == RESULT_MISSING:
        return f"{where}contains a formula without its result: open the workbook in Excel, save it and import it again"
    if text == ERROR_SHOWN:
        return f"{where}shows an error: correct it where the list comes from"
    if LOST_LETTER in text:
        return f"{where}lost a letter before the file arrived: ask the sender how the name is spelt"
    which = ", which is not a name" if name else ""
    return f'{where}contains "{text}"{which}: correct it where the list comes from'


_NAMES: Final = frozenset({"surname", "forename", "preferred_name", "full_name", "worker"})
_OF_PUPILS: Final = frozenset({"surname", "forename", "preferred_name", "full_name"})
REAL_NAME: Final = 'is "{}", which may be the name or may mean that there is none: correct it, or say that it is the name (--real-names)'

CONTROLS: Final = "has control characters, which were left out: is it spelt right?"


class CellReader:
    """Reads the cells of a row by field; what is wrong with one goes into the draft."""

    def __init__(self, headers: HeaderMap, draft: PreviewDraft) -> None:
        self._headers = headers
        self._draft = draft
        self._told: set[tuple[int, str]] = set()

    def text(self, row: TableRow, field: str) -> str:
        """What a cell holds; nothing for what only means that there is nothing."""
        text = plain(self._headers.cell(row.cells, field) or "")
        nothing = text != "" and is_suspect(text) and (is_nothing(text) or text == "0")
        if (nothing or has_controls(text)) and (row.line, field) not in self._told:
            self._told.add((row.line, field))
            what = f'"{text}" was read as empty' if nothing else CONTROLS
            self._draft.warn(row.line, self._headers.title(field), what)
        return "" if nothing else text

    def is_empty(self, row: TableRow, field: str) -> bool:
        """Whether nothing at all stands in a cell; a 0 is something."""
        return not plain(self._headers.cell(row.cells, field) or "")

    def read(self, row: TableRow, field: str, reader: Callable[[str], Any]) -> Any:
        """What ``reader`` makes of a cell; None for an empty one, and for one that it refuses by ValueError."""
        text = self.text(row, field)
        try:
            found = reader(text) if text else None
        except ValueError as error:
            self.refuse(row, field, str(error))
            return None
        if not isinstance(found, Reading):
            return found
        if found.warning:
            self._draft.warn(row.line, self._headers.title(field), found.warning)
        return found.value

    def refuse(self, row: TableRow, field: str, what: str) -> None:
        self._draft.problem(row.line, self._headers.title(field), what)

    def problems(self, row: TableRow) -> int:
        return len(self._draft.problems.get(row.line, ()))


class FieldReader:
    """Reads the cells of a record's fields; what comes again and again is read once, save in the fields of ``own``."""

    def __init__(
        self,
        headers: HeaderMap,
        draft: PreviewDraft,
        fields: Mapping[str, Field],
        context: Context,
        own: Collection[str] = (),
    ) -> None:
        self._headers, self._draft, self._fields, self._context, self._own = headers, draft, fields, context, own
        self._columns = [(name, column) for name, column in headers.columns.items() if name in fields]
        self._plain: dict[tuple[str, str], str] = {}
        self._seen: dict[tuple[str, str], Reading | str] = {}

    def filled(self, row: TableRow) -> Iterator[tuple[str, str]]:
        """Every field whose cell holds something. What only looks like something goes into the draft."""
        for name, column in self._columns:
            cell = row.cells[column]
            text = self._plain.get((name, cell)) if cell else ""
            if text is None:
                text = plain(cell)
                if text and self._is_suspect(name, text):
                    text = self._judged(row, name, text)
                elif name not in self._own:
                    self._plain[name, cell] = text
            if text:
                yield name, text

    def text(self, row: TableRow, name: str) -> str:
        """The cell of a column that is no field of the record, such as the name of a school."""
        text = plain(self._headers.cell(row.cells, name) or "")
        return self._judged(row, name, text) if text and self._is_suspect(name, text) else text

    def _is_suspect(self, name: str, text: str) -> bool:
        return self._headers.table and (is_suspect(text) or (name in _OF_PUPILS and is_no_name(text)))

    def _judged(self, row: TableRow, name: str, text: str) -> str:
        """A cell that may be debris: nothing when it is, and when the draft was told to refuse it."""
        field = self._fields.get(name)
        needed = name == "full_name" or (field is not None and field.needed)
        yes_or_no = self._headers.columns[name] in self._headers.yes_or_no.get(row.line, ())
        if needed and stands_for_no_name(text):
            return ""
        if name in _NAMES and not yes_or_no and may_be_a_name(text, needed=needed):
            if self._headers.real_names:
                return text
            self._draft.problem(row.line, self._headers.title(name), REAL_NAME.format(text))
            self._draft.names_to_ask.append((row.line, text))
            return ""
        as_text = name in _NAMES or field is None or (field.kind == "text" and not (field.read or field.reader))
        no_name = name in _OF_PUPILS and is_no_name(text)
        if not no_name and not (
            is_nothing_as_text(text) if as_text else is_nothing(text) and self._is_refused(name, text)
        ):
            return text
        if needed:
            self._draft.problem(
                row.line, self._headers.title(name), why_refused(text, self._place(row, name), name=as_text)
            )
        else:
            self._draft.warn(row.line, self._headers.title(name), f'"{text}" was read as empty')
        return ""

    def _is_refused(self, name: str, text: str) -> bool:
        return isinstance(self.reading(name, text), str)

    def _place(self, row: TableRow, name: str) -> str:
        return f"{column_name(self._headers.columns[name] + 1)}{row.line}" if self._headers.workbook else ""

    def reading(self, name: str, text: str) -> Reading | str:
        """What a cell means, or the sentence that says why it means nothing; the draft is not told."""
        found = self._seen.get((name, text))
        if found is None:
            try:
                found = self._fields[name].reading(text, self._context)
            except ValueError as error:
                found = str(error)
            if name not in self._own:
                self._seen[name, text] = found
        return found

    def read(self, line: int, name: str, text: str) -> Reading | None:
        """What a cell means; None for one that is refused. The problem or the warning goes into the draft."""
        found = self.reading(name, text)
        if isinstance(found, str):
            self._draft.problem(line, self._headers.title(name), found)
            return None
        if found.warning:
            self._draft.warn(line, self._headers.title(name), found.warning)
        if has_controls(text):
            self._draft.warn(line, self._headers.title(name), CONTROLS)
        return found


def plain(cell: str) -> str:
    """A cell without white space about it, and without the marks that nobody sees."""
    return cell.strip() if cell.isascii() else without_marks(cell).strip()
