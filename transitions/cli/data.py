"""Commands that take data in and out: import and export."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from transitions.cli.options import caseload_of, common, filters, opened, typed_day
from transitions.cli.output import talk, text_of
from transitions.errors import NotAllowed
from transitions.importing import preview as previews
from transitions.importing.matching import Answer
from transitions.importing.preview import Preview, Progress

KINDS = ("pupils", "schools", "terms", "milestones")
EXPORTS = ("plans", "pupils", "missed")
_SHOWN_FIELDS = 12


@click.command("import")
@common
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show what would change, field by field; write nothing.")
@click.option("--map", "map_file", type=click.Path(path_type=Path), metavar="FILE", help="Column names of your own.")
@click.option("--skip-bad", is_flag=True, help="Take the good lines; write the others, with reasons, beside the file.")
@click.option("--plan-from", metavar="DATE", help="Plan new pupils' steps from this day; 1 September if not given.")
@click.pass_context
def import_command(
    ctx: click.Context,
    db: Path | None,
    as_of: str | None,
    kind: str,
    files: tuple[Path, ...],
    dry_run: bool,
    map_file: Path | None,
    skip_bad: bool,
    plan_from: str | None,
) -> None:
    """Read pupils, schools, terms or milestones from FILES. One file is one change, which undo takes back whole."""
    with opened(ctx, db, as_of, create=not dry_run or db is None) as workspace:
        extra: dict[str, Any] = {}
        if kind != "milestones":
            extra = {"map_file": map_file, "skip_bad": skip_bad}
        if kind == "pupils":
            extra["ask"] = _which_one if sys.stdin.isatty() and sys.stderr.isatty() else None
            extra["plan_from"] = typed_day(workspace, plan_from, "--plan-from")
        for file in files:
            with _progress(f"Reading {file.name}") as progress:
                preview = _prepare(kind)(workspace, file, progress=progress, **extra)
            _show(preview, fields=dry_run)
            if dry_run:
                continue
            with _progress("Writing") as progress:
                imported = previews.commit(workspace, preview, progress=progress)
            if imported.refused_file is not None:
                talk(f"The {imported.refused:,} refused lines are in {imported.refused_file}")
            if imported.new or imported.changed:
                talk("Take it back with: transitions undo")


def _prepare(kind: str) -> Callable[..., Preview]:
    from transitions.importing import milestones, pupils, schools, terms

    return {
        "pupils": pupils.prepare,
        "schools": schools.prepare,
        "terms": terms.prepare,
        "milestones": milestones.prepare,
    }[kind]


def _show(preview: Preview, *, fields: bool) -> None:
    talk(preview.summary)
    for note in preview.notes:
        talk(f"  note: {note}")
    for refused in preview.refused:
        for reason in refused.reasons:
            talk(f"  refused: line {refused.row.line}: {reason}")
    if not fields:
        return
    for word, entries in (("new", preview.new), ("changed", preview.changed)):
        for entry in entries:
            place = "" if entry.line is None else f"line {entry.line}: "
            click.echo(text_of(f"{word}: {place}{entry.label}"))
            for difference in entry.differences:
                old = f"{difference.old} -> " if word == "changed" else ""
                click.echo(text_of(f"    {difference.title}: {old}{difference.new}"))


def _which_one(question: previews.Question) -> Answer:
    """Ask at the terminal which pupil a line means."""
    talk(f"Line {question.line}: {question.label} may be one of these:")
    for place, (_, words) in enumerate(question.candidates, start=1):
        talk(f"  {place}  {words}")
    known = [str(place) for place in range(1, len(question.candidates) + 1)]
    answer = click.prompt(
        "Which one? A number, 'new' for another pupil, or 0 to leave the line out",
        type=click.Choice([*known, "new", "0"]),
        show_choices=False,
        err=True,
    )
    if answer == "new":
        return "new"
    return None if answer == "0" else question.candidates[int(answer) - 1][0]


@contextmanager
def _progress(label: str) -> Iterator[Progress]:
    """Show a bar on a terminal and nothing in a pipe."""
    with click.progressbar(length=1, label=label, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:

        def tell(done: int, total: int) -> None:
            bar.length = max(total, 1)
            bar.update(done - bar.pos)

        yield tell


@click.command("export")
@common
@filters
@click.argument("what", type=click.Choice(EXPORTS))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--pseudonymised", is_flag=True, help="A keyed code instead of names and numbers; no free text.")
@click.option("--purpose", default="", metavar="TEXT", help="What it is for; kept in the history.")
@click.option("--full", is_flag=True, help="All columns, not the fewest that serve.")
@click.option("--exact", is_flag=True, help="For another program: without the guard against spreadsheet formulas.")
@click.option("--overwrite", is_flag=True, help="Replace a file of that name.")
@click.pass_context
def export_command(
    ctx: click.Context,
    /,
    db: Path | None,
    as_of: str | None,
    what: str,
    file: Path,
    pseudonymised: bool,
    purpose: str,
    full: bool,
    exact: bool,
    overwrite: bool,
    **options: Any,
) -> None:
    """Write plan summaries, pupils or the missed list to FILE: CSV that opens in Excel, or .xlsx when it ends so.

    FILE may be '-' for standard output. The same filters as list narrow it.
    """
    from transitions.exporting import exports
    from transitions.exporting.exports import Options

    with opened(ctx, db, as_of) as workspace:
        if not pseudonymised and not purpose and str(file) != "-" and full:
            raise NotAllowed("A full export with names needs a purpose: add --purpose, or --pseudonymised.")
        exported = exports.export(
            workspace,
            what,
            caseload_of(workspace, options),
            None if str(file) == "-" else file.expanduser(),
            Options(pseudonymised=pseudonymised, purpose=purpose, full=full, exact=exact, overwrite=overwrite),
        )
        talk(f"{exported.rows:,} rows written to {exported.path or 'standard output'}.")
