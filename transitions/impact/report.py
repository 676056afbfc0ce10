"""The report to a committee: the questions with their figures, what was recommended and how far it has come, and case studies.

What leaves the council hides small numbers (``suppression``); a report for work inside it hides nothing and says so on every page.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Final

from db.impact import records as store
from db.impact.records import CaseStudyRow, RecommendationRow
from transitions.custody.places import data_folder, make_folder
from transitions.dates import long, short_with_year
from transitions.exporting.documents import model
from transitions.exporting.documents.rendering import write_document
from transitions.exporting.outgoing import ExportNote
from transitions.exporting.target import where_and_why
from transitions.exporting.writer import TableColumn, TableHeading, write_table
from transitions.impact import year_on_year
from transitions.impact.listing import Comparator, comparators
from transitions.impact.measure import Asked, Figure, Measure, measures
from transitions.impact.measures import figures, not_shown
from transitions.impact.snapshots import check_sealed, seal
from transitions.impact.suppression import (
    FEWEST_SCHOOLS,
    HIDDEN,
    Printed,
    is_open,
    printed,
    schools_behind,
    shared,
    table,
    told_beside,
)
from transitions.pupils.markers import Markers
from transitions.school_year import academic_year_label
from transitions.text import FEWEST, capital, how_many
from transitions.workshops.actions import assessment
from transitions.workspace import Workspace

COMMITTEE: Final = (
    TableColumn("Recommendation", "text"),
    TableColumn("Responsibility", "text"),
    TableColumn("Date", "date"),
    TableColumn("Agreed action", "text"),
    TableColumn("Agreed success measure", "text"),
    TableColumn("Evidence of progress", "text"),
    TableColumn("Assessment of progress", "text"),
    TableColumn("Evidence of impact", "text"),
)
"""The columns in which scrutiny committees follow what they recommended."""
_INSIDE: Final = "For use inside the council: small numbers are shown. Not for publication."
_OUTSIDE: Final = f"Counts of one to four, and any that would reveal them, are shown as {HIDDEN}. With a base under {FEWEST} there are counts but no percentages. No figure based on fewer than {FEWEST_SCHOOLS} schools is printed, nor any for a single school."
_ALL: Final = "All"
_NOTHING: Final = "Nothing is recorded about this yet."


def report_document(asked: Asked, *, inside: bool = False) -> model.Document:
    """The whole report; ``inside`` hides nothing."""
    today, of = asked.today, asked.of_whom
    parts: list[model.Part] = [
        model.Note(_INSIDE if inside else _OUTSIDE),
        *([model.Paragraph(f"Only {of}. Figures for everybody say so in their note.")] if of else []),
        model.Paragraph(
            f"Every figure is shown with its base. What is not known is shown beside it and counted as neither. The figures are for {asked.period}, as recorded on {long(today)}."
        ),
        *_measures(asked, inside=inside),
        *_recommendations(asked.workspace),
        *_studies(asked.workspace),
        *_definitions(),
    ]
    footer = " · ".join(filter(None, (f"Transitions, {asked.period}", of, "inside the council" if inside else "")))
    title = f"Transitions: report for {academic_year_label(asked.year)}{f', {of}' if of else ''}"
    return model.Document(title, tuple(parts), footer, today)


def write_report(
    asked: Asked, target: Path, *, inside: bool = False, purpose: str = "", overwrite: bool = False
) -> Path:
    """Write the report as Word or HTML, or the recommendations as CSV, by how the name ends; the journal notes it.

    Raises CannotWrite for another ending, and as ``put_in_place`` does; NotAllowed when a snapshot has been altered.
    """
    workspace = asked.workspace
    check_sealed(workspace)
    if target.suffix.casefold() == ".csv":
        rows = [_committee_cells(one) for one in _followed(workspace)]
        note = ExportNote(
            "Exported recommendations", [how_many(len(rows), "recommendation"), *where_and_why(target, purpose=purpose)]
        )
        heading = TableHeading("Recommendations", asked.today, "All reviews")
        write_table(workspace, target, COMMITTEE, rows, heading, note=lambda _: note, overwrite=overwrite)
        return target
    said = (asked.period, "nothing hidden" if inside else "small numbers hidden")
    document = report_document(asked, inside=inside)
    return write_document(workspace, document, target, "Wrote a report", *said, purpose=purpose, overwrite=overwrite)


def _measures(asked: Asked, *, inside: bool) -> Iterator[model.Part]:
    entered = comparators(asked.workspace)
    found: dict[str, list[Figure]] = {}
    for figure in figures(asked):
        found.setdefault(figure.measure, []).append(figure)
    public = {} if inside else _may_leave(found)
    for section, ours in groupby(measures().values(), key=lambda one: one.section):
        yield model.Heading(section)
        for measure in ours:
            yield model.Heading(measure.title, 3)
            yield model.Paragraph(measure.question)
            yield from _figures(
                asked, measure, found.get(measure.code, []), public.get(measure.code, []), inside=inside
            )
            yield from _beside(entered.get(measure.code, []))
            if measure.note:
                yield model.Note(_by_title(measure.note))
            if measure.code == "missed":
                yield from _seals(asked)
    of_own = {name: rows for name, rows in entered.items() if name not in measures()}
    if of_own:
        yield model.Heading("Figures of others")
    for name, rows in of_own.items():
        yield model.Heading(capital(name), 3)
        yield from _beside(rows)


def _seals(asked: Asked) -> Iterator[model.Part]:
    """What shows later that the snapshots were not altered since they stood in this paper."""
    for row in filter(None, year_on_year.newest(asked.workspace, asked.year)):
        yield model.Note(f"Snapshot of {short_with_year(row.as_at)}, seal {seal(row)}.")


def _by_title(note: str) -> str:
    """A note with the titles of the measures that it names by their codes, for a reader who knows none."""
    for code, other in measures().items():
        note = re.sub(rf"\b{re.escape(code)}\b", f"“{other.title}”", note)
    return note


def _figures(
    asked: Asked, measure: Measure, found: Sequence[Figure], shown: Sequence[Figure], *, inside: bool
) -> Iterator[model.Part]:
    if not any(one.base for one in found):
        yield model.Paragraph(not_shown(asked, measure.code) or _NOTHING)
        return
    if inside:
        lines = [(one.part or _ALL, one.text, one.percent) for one in found]
    else:
        lines = list(_outside(asked, measure, found, shown))
    yield model.Note(f"Counted: {measure.counts}.", leading=True)
    yield model.Bars((capital(measure.base), found[0].period), tuple(lines))


def _may_leave(found: Mapping[str, Sequence[Figure]]) -> dict[str, list[Figure]]:
    """By measure the figures that may be printed: of those about the same children all, or, where one is small, what stands alone.

    That is those of no day, those that are whole, or the first of all. A table protects what stands in it; two tables about the same
    children, printed together, would give away what each hides.
    """
    public = {code: [one for one in of if not _is_inside(measures()[code], one)] for code, of in found.items()}
    groups: dict[str, list[str]] = {}
    for code in public:
        if measures()[code].together:
            groups.setdefault(measures()[code].together, []).append(code)
    for codes in groups.values():
        every = [one for code in codes for one in public[code]]
        of_no_day = [one for one in every if ", " not in one.part]
        whole = [one for one in every if not one.part]
        chosen = next((some for some in (every, of_no_day, whole) if some and is_open(some)), every[:1])
        for code in codes:
            public[code] = [one for one in chosen if one.measure == code]
    return public


def _is_inside(measure: Measure, one: Figure) -> bool:
    """Whether it stays in the council: of a school, of parts that overlap, and of statutory steps, for the others would come out."""
    return bool(one.part) and (measure.parts in ("schools", "inside") or one.part.startswith("statutory"))


def _outside(
    asked: Asked, measure: Measure, found: Sequence[Figure], shown: Sequence[Figure]
) -> Iterator[tuple[str, str, int | None]]:
    """The lines of one measure as others may read them."""
    database = asked.workspace.database
    folder = database.path.parent if database.is_file else make_folder(data_folder())
    counted = [one for one in shown if one.part and one.counted is not None] if not measure.together else []
    together = (
        table(counted, folder) if measure.parts == "apart" else shared(counted) if measure.parts == "add up" else []
    )
    in_table = dict(zip(map(id, counted), together, strict=bool(together)))
    for one in shown:
        if 0 < schools_behind(one.rows()) < FEWEST_SCHOOLS:
            yield one.part or _ALL, f"not printed: fewer than {FEWEST_SCHOOLS} schools", None
            continue
        counts = in_table.get(id(one)) or printed(one)
        yield one.part or _ALL, _words(one, counts), _bar(counts)
    if len(found) > len(shown):
        name, what = ("By school", "school") if measure.parts == "schools" else ("In parts", "figure")
        yield name, f"{how_many(len(found) - len(shown), what)}: for use inside the council only", None


def _words(one: Figure, counts: Printed | None) -> str:
    """The counts, and the median or change where enough stand behind it; what stands beside is shown only with all counts."""
    value = ""
    # a percentage gives its count away, an interval those that it is of
    told = (
        counts is not None and counts.counted is not None if one.unit == "%" else told_beside(one.beside) == one.beside
    )
    if one.value is not None and told:
        enough = one.base >= FEWEST
        interval = f" ({one.spread})" if one.unit == "points" and one.spread else ""
        value = f"{one.value_text}{interval}, of {one.base:,} {one.of}" if enough else f"fewer than {FEWEST} {one.of}"
    whole = counts is None or (counts.counted is not None and counts.base is not None)
    return "; ".join(
        filter(
            None,
            (value, counts.text if counts else "", told_beside(one.beside) if whole and one.base >= FEWEST else ""),
        )
    )


def _bar(counts: Printed | None) -> int | None:
    if counts is None or counts.counted is None or counts.base is None or counts.base < FEWEST:
        return None
    return (200 * counts.counted + counts.base) // (2 * counts.base)


def _beside(entered: Sequence[Comparator]) -> Iterator[model.Part]:
    if entered:
        yield model.Bullets(tuple(f"{one.whose}, {one.period}: {_of_others(one)} ({one.source})" for one in entered))


def _of_others(one: Comparator) -> str:
    """The figure of others by the same rule: on a small base the counts, and no percentage."""
    if one.numerator is None or one.denominator is None or one.denominator >= FEWEST:
        return one.figure
    return f"{one.numerator:,} of {one.denominator:,}"


def _followed(workspace: Workspace) -> Sequence[RecommendationRow]:
    return store.every(workspace.read(), RecommendationRow)


def _committee_cells(one: RecommendationRow) -> tuple[object, ...]:
    return (
        one.recommendation, one.responsibility, one.due_on, one.action, one.success_measure, one.progress,
        assessment(one.grade) if one.grade else None, one.impact,
    )  # fmt: skip


def _recommendations(workspace: Workspace) -> Iterator[model.Part]:
    for review, rows in groupby(_followed(workspace), key=lambda one: one.review):
        yield model.Heading(f"Recommendations: {review}", new_page=True)
        for row in rows:
            yield model.Heading(row.recommendation, 3)
            cells = _committee_cells(row)
            labelled = zip((column.header for column in COMMITTEE[1:]), cells[1:], strict=True)
            told = (
                (label, short_with_year(row.due_on) if label == "Date" and row.due_on else str(cell))
                for label, cell in labelled
                if cell
            )
            yield model.Pairs(tuple(told) or (("Agreed action", "none recorded yet"),))


def _studies(workspace: Workspace) -> Iterator[model.Part]:
    """Only those to which the family agrees, on the day of the report."""
    held_back = Markers(workspace).held_back
    agreed = [one for one in store.every(workspace.read(), CaseStudyRow) if one.agreed_on and not one.withdrawn_on]
    passing = [one for one in agreed if one.pupil_id not in held_back]
    if agreed:
        yield model.Heading("Case studies", new_page=True)
        yield model.Note("Names, schools and places are left out. The families agreed to these.")
    if missing := len(agreed) - len(passing):
        yield model.Note(f"{how_many(missing, 'case study', 'case studies')} left out because of a marker.")
    for one in passing:
        yield model.Heading(one.title, 3)
        yield model.Quote(one.story)


def _definitions() -> Iterator[model.Part]:
    yield model.Heading("What is counted", new_page=True)
    rows = tuple((one.title, one.counts, one.of, one.source) for one in measures().values())
    yield model.Table(("Measure", "Counted", "Of whom", "Source of the definition"), rows, (3, 4, 4, 4))
