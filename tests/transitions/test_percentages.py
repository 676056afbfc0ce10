"""No percentage without its base: where one is written in the source, in what people and scripts have seen, and in files."""

import ast
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from transitions.exporting.column import ExportColumn
from transitions.exporting.columns import EXPORTS, REGISTERS

ROOT = Path(__file__).parents[2]
WRITTEN = {
    "transitions/text.py": "the one place where a share is written: both numbers stand before it",
    "transitions/impact/year_on_year.py": "likewise, with one decimal and its interval",
    "transitions/impact/series.py": "the mean and the limits of months, each of which stands with both numbers",
    "transitions/exporting/documents/html.py": "widths of columns",
    "transitions/exporting/exports.py": "attendance of a pupil, as the school gave it: nobody told its base",
    "transitions/handovers/form.py": "likewise",
    "transitions/handovers/pack_rows.py": "likewise",
    "transitions/handovers/after_move.py": "likewise",
    "transitions/importing/ctf/pupil.py": "likewise",
    "transitions/pupils/pupil_fields.py": "likewise",
    "screens/caseload/today.py": "likewise",
    "screens/handovers/body_text.py": "likewise",
    "screens/pupils/page_text.py": "likewise",
    "screens/pupils/pupil_form.py": "likewise",
    "transitions/caseload/today.py": "the attendance from which a pupil is watched: a limit",
    "transitions/impact/measures/year7.py": "likewise",
    "transitions/impact/measure.py": "a value of a figure, behind which its base stands",
    "transitions/pupils/placements.py": "sessions attended, behind both numbers; and that limit",
    "transitions/importing/attendance.py": "attendance of a pupil, beside its sessions where the file has them",
    "transitions/importing/sheets.py": "a cell of somebody else's sheet as it is shown there",
    "transitions/pupils/history.py": "attendance of a pupil, as it was before and after a change",
    "transitions/pupils/programmes.py": "the mean of what was said before and after, behind it of how many pairs",
    "transitions/plans/printing.py": "from where a grade begins; the sentence before it says of what",
}
UNSHARED = {
    "screens/caseload/today.py",
    "screens/impact/measure_lines.py",
    "transitions/caseload/today.py",
    "transitions/cli/snapshots.py",
    "transitions/handovers/became.py",
    "transitions/impact/series.py",
    "transitions/impact/measures/year7.py",
    "transitions/impact/report.py",
    "transitions/pupils/placements.py",
    "transitions/impact/listing.py",
    "transitions/cli/pupil_records.py",
    "transitions/cli/milestones.py",
    "transitions/exporting/exports.py",
    "screens/plans/audit.py",
    "transitions/plans/auditing.py",
}
"""Where the bare number of a share is asked for: a column beside its base, the length of a bar, a limit, the grade, and the score that is kept."""
SEEN = re.compile(r"\d%")
WITH_BASE = re.compile(r"[\d,]+ of [\d,]+( [a-z]+)* \(\d+(\.\d)?%(, \d+\.\d to \d+\.\d%)?\)( would be \d+\.\d%)?")
NO_SHARE = re.compile(
    r"width: \d+%|height: \d+%|\d{1,3}/\d[\d.]*|[Aa]ttendance[^.;|]*?\d[\d.]*%|from \d+%|25% extra time|\d[\d.]*% or less|\(percent\)[^|]*|"
    r'"answer": "\d[\d.]*%"|Mean \d[\d.]*%, limits \d[\d.]*% to \d[\d.]*%|'
    r"\d[\d.]*%; [\d,]+ of [\d,]+ |\d[\d.]*%, base not given|"
    r"understanding \d[\d.]*% before, \d[\d.]*% after, given both times by"
)
"""Widths of documents, attendance as a school gave it, limits, those of a chart among them, and means and figures of others behind which stands of how many."""


def sources() -> Iterator[tuple[str, ast.Module]]:
    for folder in ("transitions", "screens"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def test_a_percentage_is_written_where_its_base_is() -> None:
    found, asked = set(), set()
    for name, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                signed = (
                    isinstance(part, ast.Constant) and str(part.value).startswith("%") and isinstance(before, ast.FormattedValue)
                    for before, part in zip(node.values, node.values[1:], strict=False)
                )  # fmt: skip
                found |= {name} if any(signed) else set()
            elif isinstance(node, ast.Attribute) and node.attr == "percent" and name != "transitions/text.py":
                asked.add(name)
    assert found <= WRITTEN.keys(), "write a share with transitions.text, or say here what it is"
    assert asked - {"transitions/importing/attendance.py", "transitions/plans/survey_results.py"} <= UNSHARED


def seen_by_people() -> list[Path]:
    goldens = sorted((ROOT / "tests" / "goldens").rglob("*.txt"))
    return [*goldens, *sorted((ROOT / "tests" / "screens" / "__snapshots__").rglob("*.raw"))]


@pytest.mark.parametrize("path", seen_by_people(), ids=lambda path: path.stem)
def test_every_percentage_that_was_seen_has_its_base(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".raw":
        text = unescape(re.sub(r"<style.*?</style>|<[^>]*>", "", text, flags=re.DOTALL))
    text = re.sub(r"\n\|? +|\xa0", " ", text)
    rest = NO_SHARE.sub("", WITH_BASE.sub("", text))
    assert [rest[max(0, at.start() - 60) : at.end() + 20] for at in SEEN.finditer(rest)] == []


def test_every_column_of_percentages_stands_beside_its_base() -> None:
    files: dict[str, tuple[ExportColumn, ...]] = {**EXPORTS, **REGISTERS}
    for what, columns in files.items():
        shown = {column.header: column.shown for column in columns}
        for header in shown:
            base = {"schools_came_percent": "schools_invited", "audit_score": "audit_points_possible"}.get(header)
            if header.endswith("_percent") and header != "attendance_percent":
                base = base or f"{header.removesuffix('_percent')}_asked"
            assert base is None or shown.get(base) == shown[header], (what, header)
