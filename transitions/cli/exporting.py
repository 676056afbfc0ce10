"""The command that gives data out: export."""

from pathlib import Path

import click

from transitions.cli.context import Session, command, filters, target_file
from transitions.cli.output import talk
from transitions.errors import NotAllowed

EXPORTS = ("plans", "pupils", "missed", "handovers", "workshops", "attendance", "ctf")
_OF_A_YEAR = ("handovers", "workshops", "attendance")


@command("export")
@filters
@click.argument("what", type=click.Choice(EXPORTS))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--to", metavar="NAME|URN", help="The school to which a Common Transfer File goes.")
@click.option("--year", metavar="YEAR", help="Only workshops, or moves, of this academic year, such as 2026/27.")
@click.option("--pseudonymised", is_flag=True, help="A keyed code instead of names and numbers; no free text.")
@click.option("--purpose", default="", metavar="TEXT", help="What it is for; kept in the history.")
@click.option("--full", is_flag=True, help="All columns, not the fewest that serve.")
@click.option("--exact", is_flag=True, help="For another program: without the guard against spreadsheet formulas.")
@click.option("--overwrite", is_flag=True, help="Replace a file of that name.")
def export_command(
    session: Session,
    what: str,
    file: Path,
    to: str | None,
    year: str | None,
    pseudonymised: bool,
    purpose: str,
    full: bool,
    exact: bool,
    overwrite: bool,
) -> None:
    """Write plan summaries, pupils, the missed list, handovers or workshops to FILE: CSV that opens in Excel, or .xlsx when it ends so.

    FILE may be '-' for standard output. The same filters as list narrow it. In handovers is everybody who moves at the end of the
    academic year, or in it, those not started too; what they answer only with --full. Of workshops there are two files: workshops, with
    the figures of each, and attendance, with every line of their registers; --worker is who runs them, --school who holds
    them or is invited, and --text looks at their titles.

    ctf is a partial Common Transfer File of the pupils who go to the school --to; FILE may be a folder, where it gets its
    right name.
    """
    if (to is not None and what != "ctf") or (what == "ctf" and (pseudonymised or full or exact)):
        raise click.UsageError("--to is for ctf only, and a ctf is never --pseudonymised, --full or --exact.")
    if year is not None and what not in _OF_A_YEAR:
        raise click.UsageError("--year is for handovers, workshops and attendance only.")
    from transitions.exporting import exports
    from transitions.exporting.files import Options

    workspace = session.workspace
    if not pseudonymised and not purpose and str(file) != "-" and full:
        raise NotAllowed("A full export with names needs a purpose: add --purpose, or --pseudonymised.")
    if what == "ctf":
        _export_ctf(session, file, to, purpose=purpose, overwrite=overwrite)
        return
    exported = exports.export(
        workspace,
        what,
        session.caseload(),
        target_file(file),
        Options(
            pseudonymised=pseudonymised,
            purpose=purpose,
            full=full,
            exact=exact,
            overwrite=overwrite,
            academic_year=None if year is None else session.year(year),
        ),
    )
    talk(f"{exported.rows:,} rows written to {exported.path or 'standard output'}.")


def _export_ctf(session: Session, file: Path, to: str | None, *, purpose: str, overwrite: bool) -> None:
    """Write a Common Transfer File, which goes to one school and only with the pupils who go there."""
    from transitions.importing.ctf.export import export_ctf

    caseload = session.caseload()
    if to is None:
        raise click.UsageError("A Common Transfer File goes to one school: name it with --to.")
    school = session.school(to)
    target = target_file(file)
    made = export_ctf(session.workspace, caseload, school, target, purpose=purpose, overwrite=overwrite)
    pupils = "1 pupil" if made.pupils == 1 else f"{made.pupils:,} pupils"
    talk(f"{pupils} written to {made.path or 'standard output'}.")
    for note in made.notes:
        talk(note)
