"""What can be imported, what such a file looks like, and who reads it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from transitions.importing.matching import Answer
from transitions.importing.preview import Preview, Progress
from transitions.workspace import Workspace

_TABLES = frozenset({".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"})


class Prepare(Protocol):
    """Reads a file and works out what importing it would do."""

    def __call__(
        self, workspace: Workspace, path: Path, answers: Mapping[int, Answer], progress: Progress, /
    ) -> Preview:
        """Give the preview; raises what reading the file raises, and whatever ``progress`` raises."""


@dataclass(frozen=True)
class ImportKind:
    """One kind of file: its name, what it should hold, how its files end, its reader, and what its records stand on."""

    title: str
    wanted: str
    endings: frozenset[str]
    prepare: Prepare
    unit: str = "line"


def _pupils(workspace: Workspace, path: Path, answers: Mapping[int, Answer], progress: Progress) -> Preview:
    from transitions.importing import pupils

    return pupils.prepare(workspace, path, ask=answers, skip_bad=True, progress=progress)


def _ctf(workspace: Workspace, path: Path, answers: Mapping[int, Answer], progress: Progress) -> Preview:
    from transitions.importing.ctf import preview

    return preview.prepare(workspace, path, ask=answers, skip_bad=True, progress=progress)


def _schools(workspace: Workspace, path: Path, _answers: Mapping[int, Answer], progress: Progress) -> Preview:
    from transitions.importing import schools

    return schools.prepare(workspace, path, skip_bad=True, progress=progress)


def _terms(workspace: Workspace, path: Path, _answers: Mapping[int, Answer], progress: Progress) -> Preview:
    from transitions.importing import terms

    return terms.prepare(workspace, path, skip_bad=True, progress=progress)


def _calendar(workspace: Workspace, path: Path, _answers: Mapping[int, Answer], progress: Progress) -> Preview:
    from transitions.importing.calendar import files

    return files.prepare(workspace, path, skip_bad=True, progress=progress)


def _milestones(workspace: Workspace, path: Path, _answers: Mapping[int, Answer], progress: Progress) -> Preview:
    from transitions.importing import milestones

    return milestones.prepare(workspace, path, progress=progress)


def _asks(workspace: Workspace, path: Path, _answers: Mapping[int, Answer], progress: Progress) -> Preview:
    from transitions.importing import deadlines

    return deadlines.prepare(workspace, path, progress=progress)


KINDS: Mapping[str, ImportKind] = {
    "pupils": ImportKind(
        "Pupils",
        "A table of pupils, CSV or Excel, as a school's system exports it. Needed are surname, forename and date of "
        "birth; school, next school, year group, SEN and many more are understood by their usual names.",
        _TABLES,
        _pupils,
    ),
    "ctf": ImportKind(
        "Pupils by CTF",
        "A Common Transfer File (.xml) of version 15 or later, as a school's system makes it. While the pupil is on the roll "
        "of the school that sends it, that is the school, and the one it goes to is the next school.",
        frozenset({".xml"}),
        _ctf,
        "pupil",
    ),
    "schools": ImportKind(
        "Schools",
        "A table of schools, CSV or Excel, with at least URN and name. The whole of England is at "
        "get-information-schools.service.gov.uk, under Downloads: establishment fields, CSV.",
        _TABLES,
        _schools,
    ),
    "terms": ImportKind(
        "Term dates",
        "A table of terms and closure days, CSV or Excel: term, first day, last day; and the number of the council or the "
        "school, where they are not the same for all.",
        _TABLES,
        _terms,
    ),
    "calendar": ImportKind(
        "Calendar",
        "Dates of the year, CSV, Excel or iCalendar (.ics) as Outlook, Google and school websites write them: title, first "
        "day, and what it is (kind: closure, test, trip, event, a kind of workshop). Where that is not said it is told by the "
        "words, which the list shows. Columns school or council say whose they are.",
        _TABLES | {".ics"},
        _calendar,
    ),
    "milestones": ImportKind(
        "Milestones",
        "A file of your own milestones, TOML, in the form of the shipped ones.",
        frozenset({".toml"}),
        _milestones,
    ),
    "asks": ImportKind(
        "Asks",
        "A file of what is asked every year (census, tests, returns), TOML, in the form of those that come with the program.",
        frozenset({".toml"}),
        _asks,
    ),
}
