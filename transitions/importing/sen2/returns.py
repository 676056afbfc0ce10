"""The modules of a council's SEN2 return as CSV or spreadsheet: who has a plan, when it was reviewed, where the child is.

A module is known by its columns, whatever its file is called. What is in it belongs to a person by any of the return's own numbers.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

from transitions.dates import parse_imported
from transitions.errors import BadInput, NoSuchFile, Problem
from transitions.importing import cells
from transitions.importing.cells import plain
from transitions.importing.header_names import key
from transitions.importing.table_rows import Chosen, Packed, TableRow
from transitions.importing.tabular import read_records
from transitions.text import printable

PERSON, REQUESTS, NAMED_PLAN, ACTIVE_PLAN, PLACEMENT, NEED = (
    "person", "requests", "named plan", "active plans", "placement detail", "SEN need",
)  # fmt: skip
MODULES: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    PERSON: (("personbirthdate",), ("persontableid", "surname", "forename", "upn", "uniquelearnernumber")),
    REQUESTS: (("receiveddate", "requestoutcome", "requestoutcomedate"), ("requeststableid", "persontableid")),
    NAMED_PLAN: (("ceasedate", "ceasereason", "planres", "planwbp"), ("namedplantableid", "startdate")),
    ACTIVE_PLAN: (
        (
            "reviewmeeting",
            "reviewoutcome",
            "reviewdraft",
            "phasetransferduedate",
            "phasetransferfinaldate",
            "lastreview",
        ),
        ("activeplanstableid",),
    ),
    PLACEMENT: (("entrydate", "leavingdate", "placementrank", "sensetting"), ("urn", "ukprn")),
    NEED: (("sentype", "sentyperank"), ()),
}
"""By module the columns of which one tells it, and others that are read; in the order in which modules are read, as requests lead
from the others to their person."""
_TOLD_BY: Final = {name: frozenset(told_by) for name, (told_by, _) in MODULES.items()}
_LINKS: Final = ("persontableid", "requeststableid", "namedplantableid", "activeplanstableid", "upn")
_MADE_BY: Final = {"requeststableid": REQUESTS, "namedplantableid": NAMED_PLAN, "activeplanstableid": ACTIVE_PLAN}
_DECISIONS: Final = {"Y": "assess", "N": "do not assess"}
_YEAR_FIRST: Final = re.compile(r"([0-9]{4})-([A-Za-z]{3,9})-([0-9]{1,2})")
_TIME: Final = re.compile(r"[T ][0-9:.]{5,}Z?$")
_SNIFFED: Final = 4_096
_MOST_FILES: Final = 200


class Placement(NamedTuple):
    """Where somebody is or was; the number is a URN, or a UKPRN, which only colleges and providers have."""

    urn: str = ""
    ukprn: str = ""
    setting: str = ""
    rank: str = ""
    entered: date | None = None
    left: date | None = None

    @property
    def in_words(self) -> str:
        numbers = [f"{name} {number}" for name, number in (("URN", self.urn), ("UKPRN", self.ukprn)) if number]
        return ", ".join([*numbers, *([f"setting {self.setting}"] if self.setting else [])])


@dataclass(slots=True)
class Person:
    """Somebody in the return: the line in the person file, and what its modules say together."""

    line: int
    texts: dict[str, str]
    has_plan: bool = False
    ceased_on: date | None = None
    review_on: date | None = None
    phase_due: date | None = None
    phase_final: date | None = None
    requested_on: date | None = None
    decided_on: date | None = None
    decision: str = ""
    started_on: date | None = None
    need: str = ""
    placements: list[Placement] = field(default_factory=list)

    @property
    def name(self) -> str:
        return " ".join(filter(None, (self.texts["forename"], self.texts["surname"]))) or f"line {self.line}"

    @property
    def is_meant(self) -> bool:
        """Whether there is a plan, or a request that may yet lead to one."""
        waits = self.requested_on is not None and self.decision in ("", "assess") and self.ceased_on is None
        return self.has_plan or waits

    @property
    def placement(self) -> Placement | None:
        """The first placement of those that go on, else the last that was entered."""
        still = [one for one in self.placements if one.left is None] or self.placements
        ranked = [one for one in still if one.rank in ("", "1")] or still
        return max(ranked, key=lambda one: one.entered or date.min, default=None)


class Doubt(NamedTuple):
    """Something in a module that was left out: the person's line, where it stands and why."""

    line: int
    title: str
    what: str


@dataclass
class Sen2Return:
    """A whole return; ``path`` is its person file."""

    path: Path
    people: list[Person] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)


class _Module(NamedTuple):
    path: Path
    name: str
    columns: Mapping[str, int]
    rows: Packed[TableRow]

    def text(self, row: TableRow, column: str) -> str:
        place = self.columns.get(column)
        text = "" if place is None or place >= len(row.cells) else plain(row.cells[place])
        return "" if cells.is_nothing(text) else text


def read_return(paths: Sequence[Path]) -> Sen2Return:
    """Read the files of one return; a folder, or one file alone, stands for all in the folder.

    Raises NoSuchFile, and BadInput when a file is no module, when two are the same module, or when those are missing that
    say who has a plan, or whose a plan is.
    """
    modules, notes = _modules(paths)
    first = printable(str(paths[0]))
    if PERSON not in modules:
        what = "has no people from a SEN2 return: also name the file with surname, forename and personbirthdate"
        raise BadInput([Problem(first, what)])
    if not modules.keys() & {NAMED_PLAN, ACTIVE_PLAN}:
        what = "nothing says who has a plan: also name the file of active plans or named plans"
        raise BadInput([Problem(first, what)])
    found = Sen2Return(modules[PERSON].path, notes=notes)
    found.files = list(dict.fromkeys(modules[name].path.name for name in _TOLD_BY if name in modules))
    _Reading(modules, found).read()
    return found


def _modules(paths: Sequence[Path]) -> tuple[dict[str, _Module], list[str]]:
    named = len(paths) > 1 or (str(paths[0]) == "-")
    modules: dict[str, _Module] = {}
    notes: list[str] = []
    for path in paths if named else _beside(paths[0]):
        try:
            tables = _open(path)
        except BadInput as fault:
            if named or path == paths[0]:
                raise
            notes.append(f"not read: {fault.sentence}")
            continue
        told = [(name, table) for table in tables for name in _TOLD_BY if _TOLD_BY[name] & table.columns.keys()]
        if not told and (named or path == paths[0]):
            what = "has none of the columns of a SEN2 return, such as personbirthdate, lastreview or entrydate"
            raise BadInput([Problem(tables[0].name, what, 1)])
        for name, table in told:
            other = modules.setdefault(name, table)
            if other is table:
                continue
            if other.path == paths[0] != path and not named:
                notes.append(f"not read: {path.name}, because {name} is already in {other.path.name}")
                continue
            what = f"and {other.path.name} both hold the module {name}: name the files of one return, one by one"
            raise BadInput([Problem(table.name, what)])
    return modules, notes


def _beside(path: Path) -> Iterator[Path]:
    """The file itself, and what looks like a module in its folder."""
    folder = path if path.is_dir() else path.parent
    if path != folder:
        yield path
    try:
        others = sorted(one for one in folder.iterdir() if one.suffix.lower() == ".csv" and one.is_file())
    except OSError:
        raise NoSuchFile(f"{printable(str(folder))}: the folder cannot be read; name the files one by one") from None
    yield from [one for one in others[:_MOST_FILES] if one != path and _looks_like_a_module(one)]


def _looks_like_a_module(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return b"tableid" in file.read(_SNIFFED).lower().replace(b"_", b"").replace(b"\0", b"")
    except OSError:
        return False


def _open(path: Path) -> list[_Module]:
    """The table in a file, or those in the sheets of a workbook."""
    if path.suffix.lower() == ".xml":
        what = "is XML, but a SEN2 return is read from its modules' CSV files, as exported by COLLECT and case systems"
        raise BadInput([Problem(printable(str(path)), what)])
    first = read_records(path)
    found = []
    for records in [read_records(path, chosen=Chosen(sheet)) for sheet in first.sheets] or [first]:
        header = next(records.rows, None)
        columns = {} if header is None else {key(cell): place for place, cell in reversed([*enumerate(header.cells)])}
        found.append(_Module(path, records.name, columns, Packed(records.rows)))
    return found


class _Reading:
    def __init__(self, modules: Mapping[str, _Module], found: Sen2Return) -> None:
        self._modules, self._found = modules, found
        self._owners: dict[tuple[str, str], Person] = {}
        self._by_line: dict[int, Person] = {}

    def read(self) -> None:
        person = self._modules[PERSON]
        for row in person.rows:
            self._take_person(person, row)
        for name in _TOLD_BY:
            if name != PERSON and name in self._modules:
                self._take(name, self._modules[name])

    def _take_person(self, module: _Module, row: TableRow) -> None:
        number = module.text(row, "persontableid")
        known = self._owners.get(("persontableid", number)) if number else None
        if known is None:
            day = module.text(row, "personbirthdate")
            texts = {
                "upn": module.text(row, "upn"),
                "uln": module.text(row, "uniquelearnernumber"),
                "surname": module.text(row, "surname"),
                "forename": module.text(row, "forename"),
                "date_of_birth": _as_day(day),
            }
            known = Person(row.line, texts)
            self._found.people.append(known)
        self._by_line[row.line] = known
        self._keep_links(module, row, known)

    def _keep_links(self, module: _Module, row: TableRow, person: Person) -> None:
        for link in _LINKS:
            number = module.text(row, link)
            if number:
                self._owners.setdefault((link, number), person)

    def _take(self, name: str, module: _Module) -> None:
        take = {
            REQUESTS: self._request,
            NAMED_PLAN: self._named_plan,
            ACTIVE_PLAN: self._active_plan,
            PLACEMENT: self._placement,
            NEED: self._need,
        }
        lost = []
        for row in module.rows:
            beside = module is self._modules[PERSON]
            if beside and not any(module.text(row, column) for column in _TOLD_BY[name]):
                continue
            numbers = [(link, module.text(row, link)) for link in _LINKS]
            person = self._by_line[row.line] if beside else next(filter(None, map(self._owners.get, numbers)), None)
            if person is None:
                lost.append(row.line)
                continue
            self._keep_links(module, row, person)
            if name in take:
                take[name](module, row, person)
        if lost:
            self._say_lost(name, module, lost)

    def _say_lost(self, name: str, module: _Module, lost: Sequence[int]) -> None:
        missing = next(
            (made for link, made in _MADE_BY.items() if link in module.columns and made not in self._modules), ""
        )
        if len(lost) == len(module.rows):
            what = f"names nobody in the person file: also name the file of {missing or REQUESTS}, which links to the people"
            raise BadInput([Problem(module.name, what)])
        lines = f"line {lost[0]}" if len(lost) == 1 else f"{len(lost):,} lines, the first of them {lost[0]},"
        self._found.notes.append(
            f"{module.path.name}: {lines} of {name} left out: not about anybody in the person file"
        )

    def _day(self, module: _Module, row: TableRow, person: Person, column: str) -> date | None:
        text = module.text(row, column)
        try:
            return parse_imported(_as_day(text)) if text else None
        except ValueError as error:
            where = f"{module.path.name} line {row.line}, {column}"
            self._found.doubts.append(Doubt(person.line, where, f'"{text[:40]}" is left out: {error}'))
            return None

    def _request(self, module: _Module, row: TableRow, person: Person) -> None:
        """Take the newest request; of its outcomes those that say whether there is an assessment."""
        received = self._day(module, row, person, "receiveddate")
        if received is not None and (person.requested_on is None or received >= person.requested_on):
            outcome = module.text(row, "requestoutcome").upper()
            person.requested_on, person.decision = received, _DECISIONS.get(outcome, outcome)
            person.decided_on = self._day(module, row, person, "requestoutcomedate")

    def _named_plan(self, module: _Module, row: TableRow, person: Person) -> None:
        ceased = self._day(module, row, person, "ceasedate")
        if ceased is None and not module.text(row, "ceasereason"):
            person.has_plan = True
            person.started_on = self._day(module, row, person, "startdate")
        else:
            person.ceased_on = max(filter(None, (person.ceased_on, ceased)), default=None)

    def _active_plan(self, module: _Module, row: TableRow, person: Person) -> None:
        person.has_plan = True
        met = self._day(module, row, person, "reviewmeeting")
        last = self._day(module, row, person, "lastreview")
        person.review_on = met or last or person.review_on
        person.phase_due = self._day(module, row, person, "phasetransferduedate") or person.phase_due
        person.phase_final = self._day(module, row, person, "phasetransferfinaldate") or person.phase_final

    def _placement(self, module: _Module, row: TableRow, person: Person) -> None:
        texts = (module.text(row, column) for column in ("urn", "ukprn", "sensetting", "placementrank"))
        days = (self._day(module, row, person, column) for column in ("entrydate", "leavingdate"))
        urn, ukprn, setting, rank = texts
        number = urn.removesuffix(".0")
        person.placements.append(Placement(number, ukprn.removesuffix(".0"), setting, rank.removesuffix(".0"), *days))

    def _need(self, module: _Module, row: TableRow, person: Person) -> None:
        if not person.need or module.text(row, "sentyperank").removesuffix(".0") == "1":
            person.need = module.text(row, "sentype")


def _as_day(text: str) -> str:
    """A date as the return's exports write it ("2022-Sep-28 00:00:00") in a form that every reader of dates knows."""
    day = _TIME.sub("", text.strip())
    written = _YEAR_FIRST.fullmatch(day)
    return f"{written[3]} {written[2]} {written[1]}" if written else day
