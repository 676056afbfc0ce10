"""Importing a Common Transfer File: every pupil becomes a row of the import of pupils, and goes the same way from there.

So matching, the field-by-field look, the questions and the one change that can be undone are those of a table of pupils,
and the refused pupils are written as such a table, to be put right and imported as pupils.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from db import importing as store
from transitions.dates import short_with_year
from transitions.errors import BadInput, Problem
from transitions.importing import cells
from transitions.importing.cells import REAL_NAME
from transitions.importing.ctf.codes import YEAR_GROUPS, SchoolNumber, mismatches
from transitions.importing.ctf.pupil import COLUMNS, KEPT, CtfPupil, Stay, day_of, pupil_of, school_number
from transitions.importing.ctf.repairs import LOST, without_what_stands_before
from transitions.importing.ctf.tree import Node, read_tree
from transitions.importing.encodings import kind_of
from transitions.importing.headers import HeaderMap
from transitions.importing.matching import Ask, Schools
from transitions.importing.preview import CLEAR, ImportPreview, PreviewDraft, Progress, no_progress
from transitions.importing.pupil_rows import NOTHING_RELATED, RelatedRecords
from transitions.importing.pupils import work_out
from transitions.importing.table_rows import AS_IT_IS, Chosen, Packed, TableRow
from transitions.importing.tabular import read_bytes
from transitions.school_year import academic_year, cohort_year_of, parse_year_group
from transitions.text import clean, is_no_name, printable, stands_for_no_name
from transitions.workspace import Workspace

_TITLES: Final[Mapping[str, str]] = {
    "surname": "Surname",
    "forename": "Forename",
    "preferred_name": "PreferredForename",
}


def names_looked_at(draft: PreviewDraft, place: int, texts: Mapping[str, str], *, real_names: bool) -> dict[str, str]:
    """The names as they are taken.

    One that has lost a letter is refused, since whose it is can be seen but not how it is written, and so is what is no name.
    Such as Null is asked about unless a person said that they are ``real_names``.
    """
    names = {name: texts.get(name, "") for name in _TITLES}
    for name, title in _TITLES.items():
        text, needed = names[name], name != "preferred_name"
        if LOST in text:
            what = "a letter was lost before the file arrived. Ask the sender how the name is spelt"
            draft.problem(place, title, what)
        elif not text or (needed and stands_for_no_name(text)):
            continue
        elif cells.may_be_a_name(text, needed=needed):
            if not real_names:
                draft.problem(place, title, REAL_NAME.format(text))
                draft.names_to_ask.append((place, text))
        elif is_no_name(text) or cells.is_nothing_as_text(text):
            if needed:
                draft.problem(place, title, cells.why_refused(text, "", name=True))
            else:
                names[name] = ""
                draft.warn(place, title, f'"{text}" was read as empty')
        elif "?" in text:
            draft.warn(place, title, "has a ? that may replace a lost letter. Check with the sender")
    full = [names["surname"], names["forename"]]
    if all(len(name) > 1 and name.isupper() for name in full):
        what = "all in capitals. A new pupil's name is kept like this, an existing one stays the same. Correct it on the pupil's page if needed"
        draft.warn(place, "Surname", what)
    return names


LARGEST: Final = 20_000_000
"""Bytes; a large school's whole file, assessments and all, has a quarter of it."""
OLDEST_READ, NEWEST_TESTED = 15, 25
"""Versions are named by their year; what is outside is read with a warning."""

_MOST_PUPILS: Final = 20_000
_HEADER: Final = frozenset(
    {"documentname", "ctfversion", "datetime", "documentqualifier", "sourceschool", "destschool", "supplierid"}
)


@dataclass(frozen=True)
class CtfHeader:
    """What a file says of itself; what it does not say is None or empty."""

    version: str = ""
    qualifier: str = ""
    made_on: date | None = None
    source: SchoolNumber | None = None
    source_name: str = ""
    source_year: int | None = None
    destination: SchoolNumber | None = None

    def version_note(self) -> str | None:
        number = self.version.partition(".")[0]
        if not number.isdecimal():
            return f"the header has no version: versions {OLDEST_READ} to {NEWEST_TESTED} were tested"
        if int(number) > NEWEST_TESTED:
            return (
                f"version {self.version} is newer than {NEWEST_TESTED}, the latest tested: check the pupils carefully"
            )
        if int(number) < OLDEST_READ:
            return f"version {self.version} is older than {OLDEST_READ}, the oldest tested: check the pupils carefully"
        return None


@dataclass(frozen=True)
class Ctf:
    """A file as read: its name as messages show it, its header, its pupils in order."""

    file: str
    header: CtfHeader
    pupils: tuple[CtfPupil, ...]
    notes: tuple[str, ...] = ()
    """What had to be put right to read it."""


def read_ctf(path: Path, today: date) -> Ctf:
    """Read the file at ``path``, or standard input for ``-``; histories are read as they stand on ``today``.

    Raises NoSuchFile when it cannot be read, and BadInput when it is larger than ``LARGEST``, is something else, has a
    document type declaration or entities, is not well formed, or holds no pupils.
    """
    file, data = read_bytes(path, LARGEST)
    _refuse_other_kinds(file, data)
    headers: list[CtfHeader] = []
    pupils: list[CtfPupil] = []

    def begun(root: str) -> None:
        if root != "ctfile":
            outermost = printable(root)[:40]
            what = f"is XML, but not a Common Transfer File: its outermost element is <{outermost}>, expected <CTfile>"
            raise BadInput([Problem(file, what)])

    def take_pupil(node: Node) -> None:
        if len(pupils) == _MOST_PUPILS:
            raise BadInput([Problem(file, f"has more than {_MOST_PUPILS:,} pupils, which no school has")])
        pupils.append(pupil_of(node, today))

    wanted = {"header": lambda node: headers.append(_header(node)), "pupil": take_pupil}
    notes = read_tree(data, file, wanted, KEPT | _HEADER, begun)
    if not pupils:
        raise BadInput([Problem(file, "is a Common Transfer File without any pupil in it: ask for it again")])
    return Ctf(file, headers[0] if headers else CtfHeader(), tuple(pupils), notes)


def _refuse_other_kinds(file: str, data: bytes) -> None:
    if not data:
        raise BadInput([Problem(file, "is empty (0 bytes): export or copy it again")])
    if not data.strip(b"\0 \t\r\n\x1a"):
        raise BadInput([Problem(file, f"holds {len(data):,} empty bytes and no text: the copy failed. Copy it again")])
    kind = kind_of(data)
    if kind is not None and b"<?xml" not in data[:200].lower():
        unpack = f". To import it, {kind.remedy}" if "zip" in kind.what or "compressed" in kind.what else ""
        raise BadInput([Problem(file, f"is {kind.what}, not a Common Transfer File, which is XML{unpack}")])
    if not without_what_stands_before(data).startswith(b"<"):
        what = "is not XML, so not a Common Transfer File: a table of pupils is imported as pupils"
        raise BadInput([Problem(file, what)])


def _header(node: Node) -> CtfHeader:
    source, destination = node.all("sourceschool"), node.all("destschool")
    year = node.text("sourceschool", "academicyear")[:4]
    return CtfHeader(
        version=node.text("ctfversion")[:20],
        qualifier=node.text("documentqualifier")[:20].lower(),
        made_on=day_of(node.text("datetime")),
        source=school_number(source[0]) if source else None,
        source_name=" ".join(node.text("sourceschool", "schoolname").split())[:200],
        source_year=int(year) if year.isascii() and year.isdecimal() and len(year) == 4 else None,
        destination=school_number(destination[0]) if destination else None,
    )


_BEFORE_NURSERY = frozenset({"E1", "E2"})
_MOST_STAYS = 20


def prepare(
    workspace: Workspace,
    path: Path,
    *,
    ask: Ask | None = None,
    plan_from: date | None = None,
    skip_bad: bool = False,
    chosen: Chosen = AS_IT_IS,
    progress: Progress = no_progress,
) -> ImportPreview:
    """Read the file and work out what importing it would do; nothing is written.

    ``ask``, ``plan_from`` and ``skip_bad`` are as for an import of pupils; of what was ``chosen`` only whether names are real. Raises NoSuchFile, and BadInput listing every
    problem by the pupil's place in the file and UPN; with ``skip_bad`` such pupils are refused instead.
    """
    today = workspace.clock.today
    ctf = read_ctf(path, today)
    draft = PreviewDraft("pupils", ctf.file, path, _read_as(ctf.header), tuple(COLUMNS.values()), unit="pupil")
    draft.places = {place: _place(place, pupil) for place, pupil in enumerate(ctf.pupils, 1)}
    pupil_rows = _Rows(ctf, Schools(store.school_rows(workspace.read())), draft, today, real_names=chosen.real_names)
    draft.notes += _notes(ctf, path, pupil_rows.age)
    rows = Packed(pupil_rows.rows())
    related = {
        place: brought for place, pupil in enumerate(ctf.pupils, 1) if (brought := _related(pupil)) != NOTHING_RELATED
    }
    headers = HeaderMap(draft.header, {name: place for place, name in enumerate(COLUMNS)})
    work_out(workspace, draft, headers, rows, related=related, ask=ask, plan_from=plan_from, progress=progress)
    if draft.problems.keys() & related.keys():
        draft.notes.append("the contacts and schools so far of refused pupils are not in the file of refused pupils")
    return draft.finish(workspace, rows=rows, ragged=(), skip_bad=skip_bad)


def _place(place: int, pupil: CtfPupil) -> str:
    upn = printable(pupil.texts.get("upn", ""))[:20]
    return f"pupil {place} (UPN {upn})" if upn else f"pupil {place} (no UPN)"


def _read_as(header: CtfHeader) -> str:
    what = " ".join(part for part in ("Common Transfer File", header.version, f"({header.qualifier})") if part != "()")
    source = " ".join(str(part) for part in (header.source_name, header.source) if part)
    parts = [
        what,
        f"from {source}" if source else "",
        f"to {header.destination}" if header.destination else "",
        f"made on {short_with_year(header.made_on)}" if header.made_on else "",
    ]
    return printable(" ".join(filter(None, parts)))


def _notes(ctf: Ctf, path: Path, age: int) -> list[str]:
    notes = [*ctf.notes, *mismatches(path.name, ctf.header.source, ctf.header.destination)]
    version = ctf.header.version_note()
    notes += [version] if version else []
    if age > 0:
        notes.append(
            "the file is from an earlier academic year. What is recorded here may be newer, so check each change"
        )
    return [printable(note) for note in notes]


def _related(pupil: CtfPupil) -> RelatedRecords:
    return RelatedRecords(pupil.contacts, _schools_so_far(pupil.stays))


def _schools_so_far(stays: Sequence[Stay]) -> str:
    if len(stays) < 2:
        return ""
    in_order = sorted(stays, key=lambda stay: stay.entered or date.min)[-_MOST_STAYS:]
    return clean(f"Schools so far, by a Common Transfer File: {'; '.join(stay.in_words() for stay in in_order)}")


class _Rows:
    """Makes the rows: the year group of today, the present and the next school, and what wants a second look."""

    def __init__(self, ctf: Ctf, schools: Schools, draft: PreviewDraft, today: date, *, real_names: bool) -> None:
        self._ctf, self._schools, self._draft, self._today = ctf, schools, draft, today
        self._real_names = real_names
        self._this_year = academic_year(today)
        self._file_year = _file_year(ctf, self._this_year)
        self._known: dict[SchoolNumber, str | ValueError] = {}

    @property
    def age(self) -> int:
        """How many academic years ago the file was made."""
        return self._this_year - self._file_year

    def rows(self) -> Iterator[TableRow]:
        for place, pupil in enumerate(self._ctf.pupils, 1):
            for title, what in pupil.doubts:
                self._draft.warn(place, title, what)
            names = names_looked_at(self._draft, place, pupil.texts, real_names=self._real_names)
            school, next_school = self._schools_of(place, pupil)
            texts = {
                **pupil.texts,
                **names,
                "year_group": self._year_group(pupil),
                "school_laestab": self._listed(place, "School", school),
                "next_school_laestab": self._listed(place, "Next school", next_school),
            }
            # What empties a field in a table is only an odd text here.
            cells = (texts.get(name, "") for name in COLUMNS)
            yield TableRow(place, tuple("" if cell == CLEAR else cell for cell in cells))

    def _year_group(self, pupil: CtfPupil) -> str:
        """The year group of today: a file keeps the one of its own year."""
        text = pupil.texts.get("year_group", "")
        if text.upper() in _BEFORE_NURSERY:
            return ""
        try:
            group = parse_year_group(text)
        except ValueError:
            return text
        return YEAR_GROUPS.get(group + self.age, "")

    def _schools_of(self, place: int, pupil: CtfPupil) -> tuple[SchoolNumber | None, SchoolNumber | None]:
        """The present and the next school.

        While the pupil is on the roll of the school that sends the file, that is the present one, and the destination is
        the next: so a file sent ahead in Year 6 is read. Once the pupil has left, the destination is the present one.
        """
        source, destination = self._ctf.header.source, self._ctf.header.destination
        destination = destination if destination is not None and destination.is_school else None
        source = source if source is not None and source.is_school else _last_school(pupil.stays)
        stay = _stay_at(pupil.stays, source)
        if destination == source:
            return destination, None
        if stay is not None and stay.left is not None:
            left = stay.left < self._today
        else:
            left = destination is not None and self.age > 0
        if not left:
            return source, destination
        if destination is None:
            self._draft.warn(
                place, "School", "the pupil has left the sending school, and the file does not say where to"
            )
        return destination, None

    def _listed(self, place: int, title: str, number: SchoolNumber | None) -> str:
        """The number of a school that is in our list; of another one it is said, and the pupil comes without it."""
        if number is None:
            return ""
        if number not in self._known:
            try:
                self._schools.by_laestab(str(number))
                self._known[number] = str(number)
            except ValueError as problem:
                self._known[number] = problem
        known = self._known[number]
        if isinstance(known, str):
            return known
        self._draft.warn(place, title, f"left as it is, since {known}")
        return ""


def _file_year(ctf: Ctf, this_year: int) -> int:
    """The academic year whose year groups the file holds: its header's, by whichever reading most birthdays fit.

    A file made in August may hold the groups of the year to come, and what its AcademicYear means differs.
    """
    made_on, source_year = ctf.header.made_on, ctf.header.source_year
    readings = [] if made_on is None else [academic_year(made_on)]
    if made_on is not None and made_on.month in {7, 8}:
        readings.append(academic_year(made_on) + 1)
    readings += [source_year] if source_year is not None and abs(source_year - this_year) <= 3 else []
    shifts = [shift for pupil in ctf.pupils if (shift := _stated_cohort(pupil)) is not None]
    return max(readings or [this_year], key=lambda year: sum(born + group == year for born, group in shifts))


def _stated_cohort(pupil: CtfPupil) -> tuple[int, int] | None:
    born = day_of(pupil.texts.get("date_of_birth", ""))
    try:
        group = parse_year_group(pupil.texts.get("year_group", ""))
    except ValueError:
        return None
    return None if born is None else (cohort_year_of(born), group)


def _last_school(stays: Sequence[Stay]) -> SchoolNumber | None:
    named = [stay for stay in stays if stay.number is not None and stay.number.is_school]
    chosen = [stay for stay in named if stay.last] or named
    return max(chosen, key=lambda stay: stay.entered or date.min).number if chosen else None


def _stay_at(stays: Sequence[Stay], number: SchoolNumber | None) -> Stay | None:
    there = [stay for stay in stays if number is not None and stay.number == number]
    return max(there, key=lambda stay: stay.entered or date.min, default=None)
