"""The commands that take data in and give it out: import, export."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from transitions.cli.context import Session, check_purpose, target_file
from transitions.cli.options import A_FILE, Choice, command, filters, overwrites
from transitions.cli.output import echo, progress_bar, talk, text_of
from transitions.cli.streams import can_ask
from transitions.importing import preview as previews
from transitions.importing.encodings import ENCODINGS, encoding_named
from transitions.importing.kinds import KINDS, OF_PUPILS, TAKEN_WHOLE, reader_of
from transitions.importing.matching import Answer
from transitions.importing.preview import ImportPreview
from transitions.importing.table_rows import Chosen
from transitions.pupils.markers import told_left_out
from transitions.text import how_many
from transitions.workspace import Workspace

EXPORTS = (
    "plans", "pupils", "missed", "handovers", "movers", "events", "programmes", "workshops", "attendance", "impact", "send-list-1",
    "send-list-2", "ctf",
)  # fmt: skip
_OF_A_YEAR = ("handovers", "movers", "workshops", "attendance", "impact")


@command("export")
@filters
@click.argument("what", type=Choice(EXPORTS))
@click.argument("file", type=A_FILE)
@click.option("--to", metavar="NAME|URN", help="The school that gets the Common Transfer File.")
@click.option("--year", metavar="YEAR", help="Only workshops, moves or figures of this academic year, such as 2026/27.")
@click.option("--pseudonymised", is_flag=True, help="Codes instead of names and numbers, and no free text.")
@click.option(
    "--purpose",
    default="",
    metavar="TEXT",
    help="What it is for. Kept in the history, and needed if the file names people.",
)
@click.option("--full", is_flag=True, help="All columns, not just the essential ones.")
@click.option("--exact", is_flag=True, help="For another program: without protection against spreadsheet formulas.")
@overwrites
def export_command(session: Session, what: str, file: Path, to: str | None, year: str | None, **how: Any) -> None:
    """Write plan summaries, pupils, the missed list, handovers or workshops to FILE: a CSV that opens in Excel, or a workbook if it ends in .xlsx. FILE may be '-' for standard output. It takes the same filters as list. handovers has everybody who moves during or at the end of the academic year, even if not started, with answers only if you add --full. Workshops have two files: workshops, with the figures of each, and attendance, with every line of their registers. There --worker is who runs them, --school the host or an invited school, and --text searches their titles. movers is who goes where, by receiving school or college: a Word document, web page or plain text if FILE ends in .docx, .html or .txt, with a page for each. events has pupils' dated events: suspensions, exclusions, placements and so on. programmes has the programmes that pupils take part in, and schools too unless you filter by more than --school. impact has the figures committees ask for, as transitions impact prints them, without pupils. send-list-1 and send-list-2 are the lists for an area SEND inspection, under its own headings: pupils with an EHC plan, and with SEN support. Columns not kept here stay empty, and you are told which. ctf is a partial Common Transfer File of the pupils going to the school --to. FILE may be a folder, where it gets its proper name."""
    if (to is not None and what != "ctf") or (what == "ctf" and (how["pseudonymised"] or how["full"] or how["exact"])):
        raise click.UsageError("--to is for ctf only, and a ctf is never --pseudonymised, --full or --exact.")
    if year is not None and what not in _OF_A_YEAR:
        raise click.UsageError("--year is for handovers, movers, workshops, attendance and impact only.")
    from transitions.exporting import exports
    from transitions.exporting.columns import FIGURES, REGISTERS
    from transitions.exporting.files import Options
    from transitions.exporting.inspection_columns import INSPECTION, NOT_KEPT

    workspace = session.workspace
    if not how["pseudonymised"] and what not in FIGURES and (how["full"] or what not in REGISTERS):
        check_purpose(how["purpose"], "" if what == "ctf" or what in REGISTERS else ", or --pseudonymised")
    if what == "ctf":
        _export_ctf(session, file, to, purpose=how["purpose"], overwrite=how["overwrite"])
        return
    caseload, options = session.caseload(), Options(**how, academic_year=None if year is None else session.year(year))
    exported = exports.export(workspace, what, caseload, target_file(file), options)
    talk(f"{how_many(exported.rows, 'row')} written to {exported.path or 'standard output'}.")
    if exported.left_out:
        talk(told_left_out(exported.left_out))
    if what in INSPECTION:
        empty = (column.header for column in INSPECTION[what] if column.header in NOT_KEPT)
        talk(f"Not kept here, so empty: {', '.join(empty)}. Fill these from the council's own systems.")


def _export_ctf(session: Session, file: Path, to: str | None, *, purpose: str, overwrite: bool) -> None:
    """Write a Common Transfer File, which goes to one school and only with the pupils who go there."""
    from transitions.importing.ctf.export import export_ctf

    caseload = session.caseload()
    if to is None:
        raise click.UsageError("A Common Transfer File goes to one school: name it with --to.")
    school = session.school(to)
    target = target_file(file)
    made = export_ctf(session.workspace, caseload, school, target, purpose=purpose, overwrite=overwrite)
    talk(f"{how_many(made.pupils, 'pupil')} written to {made.path or 'standard output'}.")
    for note in made.notes:
        talk(note)


@command("import")
@click.argument("kind", type=Choice(KINDS))
@click.argument("files", nargs=-1, required=True, type=A_FILE)
@click.option("--dry-run", is_flag=True, help="Show what would change, field by field, without writing anything.")
@click.option("--map", "map_file", type=A_FILE, metavar="FILE", help="Column names of your own.")
@click.option(
    "--sheet", default="", metavar="NAME|all", help="For a workbook: the sheet to read, or all with the same columns."
)
@click.option(
    "--encoding",
    type=Choice(ENCODINGS, case_sensitive=False),
    metavar="NAME",
    help="For a text file, if its accents look wrong: UTF-8, Windows-1252, Windows-1250, MacRoman.",
)
@click.option("--real-names", is_flag=True, help="Null, True and so on in a name column are people's real names.")
@click.option(
    "--skip-bad", is_flag=True, help="Import the good lines and write the others, with reasons, beside the file."
)
@click.option(
    "--match",
    "matches",
    multiple=True,
    metavar="LINE=UPN|new",
    help="The pupil that a line means, if asked: the UPN, a number such as #12, or new; repeatable.",
)
@click.option("--plan-from", metavar="DATE", help="Plan new pupils' steps from this date; 1 September if not given.")
@click.option("--school", metavar="NAME|URN", help="For a calendar: whose it is, if a row does not say.")
@click.option("--council", metavar="NUMBER", help="For a calendar: the LA number of the council it belongs to.")
@click.option(
    "--as", "becomes", metavar="KIND", help="For a calendar: what every entry becomes, such as trip or closure."
)
@click.option(
    "--take",
    type=Choice(["differences", "new"]),
    multiple=True,
    help="For a SEN2 return: also import what differs, or pupils who are not here; repeatable.",
)
@click.option(
    "--reconciliation", type=A_FILE, metavar="FILE", help="For a SEN2 return: write the differences to a table."
)
@click.option("--purpose", default="", metavar="TEXT", help="For a --reconciliation: what it is for. Needed.")
def import_command(
    session: Session,
    kind: str,
    files: tuple[Path, ...],
    dry_run: bool,
    map_file: Path | None,
    sheet: str,
    encoding: str | None,
    real_names: bool,
    skip_bad: bool,
    matches: tuple[str, ...],
    plan_from: str | None,
    school: str | None,
    council: str | None,
    becomes: str | None,
    take: tuple[str, ...],
    reconciliation: Path | None,
    purpose: str,
) -> None:
    """Import pupils, schools, dates, milestones or Common Transfer Files. One file is one change, which undo takes back whole. calendar is a table of dates (CSV or spreadsheet) or an iCalendar file (.ics), as written by Outlook, Google and school websites. Its column kind or --as decides what each entry becomes, otherwise its title does: --dry-run shows which. asks are yearly deadlines, in TOML. attendance is a year's attendance from the previous school. events are suspensions, exclusions and so on, weeks are weekly attendance and scores are wellbeing scores, one line each, for pupils who are already here. sen2 is a council's SEN2 return as CSV. All FILEs are one return, and one FILE or folder includes the modules in its folder. Gaps are filled, and differences from the records are printed."""
    _only_for(kind, "calendar", school, council, becomes, what="--school, --council and --as are for a calendar")
    _only_for(kind, "sen2", take, reconciliation, what="--take and --reconciliation are for a SEN2 return")
    if reconciliation is not None:
        check_purpose(purpose)
    if school and council:
        raise click.UsageError("A calendar belongs to a --school or a --council, not both.")
    workspace = session.open(create=not dry_run or not session.named_here)
    extra: dict[str, Any] = {}
    if kind not in TAKEN_WHOLE:
        extra["skip_bad"] = skip_bad
    if kind not in (*TAKEN_WHOLE, "ctf", "sen2"):
        extra["map_file"] = map_file
        extra["chosen"] = Chosen(sheet, encoding_named(encoding), real_names=real_names)
    elif sheet or encoding or (real_names and kind != "ctf"):
        raise click.UsageError("--sheet and --encoding are for tables only, --real-names for those and for ctf.")
    if kind == "ctf":
        extra["chosen"] = Chosen(real_names=real_names)
    if kind == "calendar":
        extra |= _of_calendar(session, school, council, becomes)
    if matches and (kind not in OF_PUPILS or (len(files) > 1 and kind != "sen2")):
        raise click.UsageError("--match is for one file of pupils.")
    answers: dict[int, Answer] = {}
    if kind in OF_PUPILS:
        answers = _answers(session, matches)
        extra["ask"] = _answered(answers)
        extra["plan_from"] = session.day(plan_from, "--plan-from")
    if kind == "sen2":
        extra["take"] = previews.Taking("differences" in take, "new" in take)
    for file in [files] if kind == "sen2" else files:
        _import_file(
            workspace, kind, file, extra, answers, dry_run=dry_run, reconciliation=reconciliation, purpose=purpose
        )


def _only_for(kind: str, wanted: str, *given: object, what: str) -> None:
    if kind != wanted and any(given):
        raise click.UsageError(f"{what} only.")


def _import_file(
    workspace: Workspace,
    kind: str,
    file: Path | tuple[Path, ...],
    extra: Mapping[str, Any],
    answers: Mapping[int, Answer],
    *,
    dry_run: bool,
    reconciliation: Path | None,
    purpose: str,
) -> None:
    """Read one file, or the files of one return, show what it does, and do it; ``answers`` are those that it did not ask for."""
    with progress_bar(f"Reading {file[0].name if isinstance(file, tuple) else file.name}") as progress:
        preview = reader_of(kind)(workspace, file, progress=progress, **extra)
    if answers:
        lines = ", ".join(map(str, sorted(answers)))
        raise click.BadParameter(
            f"there is no question about line {lines}, so nothing was imported.", param_hint="--match"
        )
    _show(preview, fields=dry_run)
    if kind == "sen2":
        _show_reconciliation(workspace, preview, reconciliation, purpose)
    if dry_run:
        return
    with progress_bar("Writing") as progress:
        imported = previews.commit(workspace, preview, progress=progress)
    if imported.refused_file is not None:
        are = "is" if imported.refused == 1 else "are"
        talk(f"{how_many(imported.refused, f'refused {preview.unit}')} {are} in {imported.refused_file}")
        if kind == "ctf":
            talk("Correct it and import it with: transitions import pupils")
    if imported.new or imported.changed:
        talk("Take it back with: transitions undo")


def _of_calendar(session: Session, school: str | None, council: str | None, becomes: str | None) -> dict[str, Any]:
    """Give whose calendar it is and what its entries become. Nonsense is wrong usage (2)."""
    from transitions.importing.calendar.titles import read_kind
    from transitions.importing.terms import read_la_number

    try:
        la_number = read_la_number(council) if council else None
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--council") from None
    try:
        kind = read_kind(becomes) if becomes else None
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--as") from None
    return {"school_id": session.school(school) if school else None, "la_number": la_number, "kind": kind}


def _show(preview: ImportPreview, *, fields: bool) -> None:
    talk(preview.summary)
    if preview.sheets or preview.sample:
        talk(f"  read as {preview.read_as}{f'; {preview.sample}' if preview.sample else ''}")
    for note in preview.notes:
        talk(f"  note: {note}")
    for refused in preview.refused:
        for reason in refused.reasons:
            talk(f"  refused: {preview.unit} {refused.row.line}: {reason}")
    if not fields:
        return
    for word, entries in (("new", preview.new), ("changed", preview.changed)):
        for entry in entries:
            place = "" if entry.line is None else f"{preview.unit} {entry.line}: "
            echo(text_of(f"{word}: {place}{entry.label}"))
            for difference in entry.differences:
                old = f"{difference.old} -> " if word == "changed" else ""
                echo(text_of(f"    {difference.title}: {old}{difference.new}"))


def _show_reconciliation(workspace: Workspace, preview: ImportPreview, target: Path | None, purpose: str) -> None:
    """Print what differs, or write it to a file."""
    from transitions.importing.sen2.preview import counts, write_reconciliation

    talk(f"Compared with the records: {counts(preview)}.")
    if target is not None:
        written = write_reconciliation(workspace, preview, target_file(target), purpose)
        talk(
            f"{how_many(written.rows, 'row')} written to {written.path or 'standard output'}. {told_left_out(written.left_out)}".rstrip()
        )
        return
    for one in preview.compared:
        who = " ".join(filter(None, (one.pupil, f"(UPN {one.upn})" if one.upn else "")))
        values = f": {one.field}: {one.here or 'nothing'} here, {one.there or 'nothing'} in SEN2" if one.field else ""
        echo(text_of(f"{one.what}: {who}{values or (f': {one.there}' if one.there else '')}"))


def _answers(session: Session, matches: tuple[str, ...]) -> dict[int, Answer]:
    """Whom a line means, as it was said beforehand: by a whole UPN or a number, for a name may be that of two."""
    answers: dict[int, Answer] = {}
    for text in matches:
        line, said, who = text.partition("=")
        who = who.strip().casefold()
        if not (said and line.strip().isdecimal() and re.fullmatch(r"new|#[0-9]+|[a-z][0-9]{11}[0-9a-z]", who)):
            raise click.BadParameter(f"{text!r}: expected LINE=UPN, LINE=#NUMBER or LINE=new.", param_hint="--match")
        answers[int(line)] = "new" if who == "new" else session.pupil(who)
    return answers


def _answered(answers: dict[int, Answer]) -> Callable[[previews.PupilQuestion], Answer]:
    """What decides which pupil a line means: what was said beforehand, and then whoever sits at the terminal."""

    def decide(question: previews.PupilQuestion) -> Answer:
        if question.line in answers:
            return answers.pop(question.line)
        return which_one(question) if can_ask() else None

    return decide


def which_one(question: previews.PupilQuestion) -> Answer:
    """Ask at the terminal which pupil a line means."""
    what = f": {question.doubt}" if question.doubt else " may be one of these:"
    talk(f"{question.unit.capitalize()} {question.line}: {question.label}{what}")
    for place, (_, label) in enumerate(question.candidates, start=1):
        talk(f"  {place}  {label}")
    known = [str(place) for place in range(1, len(question.candidates) + 1)]
    answer = click.prompt(
        "Which one? A number, 'new' for another pupil, or 0 to leave it out",
        type=Choice([*known, "new", "0"]),
        show_choices=False,
        err=True,
    )
    if answer == "new":
        return "new"
    return None if answer == "0" else question.candidates[int(answer) - 1][0]
