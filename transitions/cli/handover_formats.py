"""Commands that write handovers for a school without this program: on paper, or in the columns that it asks for."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from transitions.cli.context import Session, command, formatted, target_file
from transitions.cli.handovers import handover_of, move_with_a_board
from transitions.cli.output import record, say, talk, text_of
from transitions.errors import NotAllowed

if TYPE_CHECKING:
    from transitions.handovers.documents.printing import PackKind
    from transitions.handovers.formats import Format, FormatColumn, ProposedColumn

FORMAT_KEYS = ("school", "name", "column", "header", "field")
FIELD_KEYS = ("field", "label", "kind", "sensitive")
_PRINTED = ("folder", "folder of Word documents", "docx", "html", "xlsx")


@command("print")
@click.argument("school")
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--as", "kind", type=click.Choice(_PRINTED), help="What to make; by how TARGET ends if not given.")
@click.option("--pupil", "pupils", multiple=True, metavar="PUPIL", help="Only this pupil; repeatable.")
@click.option("--transition", default="6-7", show_default=True, metavar="CODE", help="The move.")
@click.option("--year", metavar="YEAR", help="The academic year of the move, such as 2026/27; this one if not given.")
@click.option("--overwrite", is_flag=True, help="Replace a file of that name.")
def print_command(
    session: Session,
    school: str,
    target: Path,
    kind: "PackKind | None",
    pupils: tuple[str, ...],
    transition: str,
    year: str | None,
    overwrite: bool,
) -> None:
    """Write the handovers of the pupils who go to a SCHOOL for printing: a cover list, a page for each, and a receipt slip.

    TARGET ends in .docx, .html or .xlsx, or is a folder to be made. It is not sealed, so it goes by hand or another safe way;
    nothing is marked as sent before handover send says so. Prints the path.
    """
    from transitions.handovers.documents.printing import print_pack

    move = move_with_a_board(session, transition, year)
    school_id = session.school(school)
    only = {handover_of(session, session.pupil(text), transition) for text in pupils} or None
    made = print_pack(session.workspace, school_id, move, target.expanduser(), kind, only=only, overwrite=overwrite)
    click.echo(text_of(str(made.path)))
    handovers = "1 handover" if len(made.handovers) == 1 else f"{len(made.handovers)} handovers"
    talk(
        f"{handovers} in {'1 file' if made.files == 1 else f'{made.files} files'}. When it has gone: transitions handover send"
    )
    if made.not_started:
        talk(f"{made.not_started} more who go there are not in it: their handovers have not been started.")


@command("format")
@formatted
@click.argument("school", required=False)
@click.argument("columns", nargs=-1, metavar="[HEADER=FIELD]...")
@click.option(
    "--name", metavar="NAME", help="Which format of the school; its only one, or 'Our columns', if not given."
)
@click.option(
    "--learn", type=click.Path(path_type=Path), metavar="FILE", help="Take the headers of the school's own table."
)
@click.option("--export", type=click.Path(path_type=Path), metavar="FILE", help="Write its pupils in these columns.")
@click.option("--take-out", is_flag=True, help="The school asks for this format no more.")
@click.option("--fields", is_flag=True, help="Print what a column can hold.")
@click.option("--transition", default="6-7", show_default=True, metavar="CODE", help="With --export: the move.")
@click.option("--year", metavar="YEAR", help="With --export: the academic year of the move; this one if not given.")
@click.option("--full", is_flag=True, help="With --export: fill the sensitive columns too; needs --purpose.")
@click.option("--purpose", default="", metavar="TEXT", help="With --export: what it is for; kept in the history.")
@click.option("--exact", is_flag=True, help="With --export: without the guard against spreadsheet formulas.")
@click.option("--overwrite", is_flag=True, help="With --export: replace a file of that name.")
def format_command(session: Session, columns: tuple[str, ...], **which: Any) -> None:
    """Print the columns in which a SCHOOL asks for its handovers; learn them from its own table, or write them.

    handover format Oakwood --learn their-form.csv proposes a field for each header and keeps it. HEADER=FIELD words put right
    what was proposed: handover format Oakwood "Date of Birth=date_of_birth". FIELD may be empty: the column stays empty. Whatever
    is sensitive stays empty in the file unless --full. FILE may be '-' for standard output.
    """
    asked = (columns, which["learn"], which["export"], which["take_out"], which["fields"])
    if sum(map(bool, asked)) > 1 and not (columns and which["learn"]):
        raise click.UsageError("Give one of HEADER=FIELD words, --learn, --export, --take-out and --fields.")
    if which["school"] is None and not which["fields"]:
        raise click.UsageError("Name the school: its formats are kept with it.")
    if which["fields"]:
        _print_fields(session)
    else:
        _of_school(session, columns, which)


def _of_school(session: Session, columns: Sequence[str], which: dict[str, Any]) -> None:
    from transitions.handovers import formats

    workspace, school_id = session.workspace, session.school(which["school"])
    kept = formats.formats_of(workspace, school_id)
    name = _name(kept, which["name"])
    if which["export"] is not None:
        _export(session, school_id, name, which)
    elif which["take_out"]:
        say(formats.take_out_format(workspace, school_id, name))
    elif which["learn"] is not None or columns:
        standing = next((one.columns for one in kept if one.name == name), ())
        wanted = list(standing)
        if which["learn"] is not None:
            proposed = formats.read_columns(workspace, which["learn"].expanduser())
            wanted = [formats.FormatColumn(one.header, one.field) for one in proposed]
            _say_doubts(proposed, columns)
        say(formats.save_format(workspace, school_id, name, _put_right(wanted, columns)))
        _print_formats(session, school_id)
    else:
        _print_formats(session, school_id)


def _name(kept: "Sequence[Format]", given: str | None) -> str:
    from transitions.errors import NoSuchRecord

    if given is not None:
        return given
    if len(kept) > 1:
        raise NoSuchRecord(
            f"The school has {len(kept)} formats: {'; '.join(one.name for one in kept)}. Say which: --name"
        )
    return kept[0].name if kept else "Our columns"


def _put_right(columns: "Sequence[FormatColumn]", words: Sequence[str]) -> "list[FormatColumn]":
    """The columns with the fields that were typed; a header that is new comes last. Without "=" is wrong usage (2)."""
    from transitions.handovers.formats import FormatColumn

    found = list(columns)
    for word in words:
        # a header may hold "=", a field never does
        header, equals, field = word.rpartition("=")
        if not equals:
            raise click.UsageError(f"{word!r} is not HEADER=FIELD.")
        places = [place for place, one in enumerate(found) if one.header == header.strip()]
        for place in places:
            found[place] = FormatColumn(found[place].header, field.strip())
        if not places:
            found.append(FormatColumn(header.strip(), field.strip()))
    return found


def _export(session: Session, school_id: int, name: str, which: dict[str, Any]) -> None:
    from transitions.handovers.formats import export_format

    if which["full"] and not which["purpose"].strip():
        raise NotAllowed("A file with what is sensitive needs a purpose: add --purpose.")
    move = move_with_a_board(session, which["transition"], which["year"])
    made = export_format(
        session.workspace,
        school_id,
        name,
        move,
        target_file(which["export"]),
        **{option: which[option] for option in ("full", "exact", "purpose", "overwrite")},
    )
    talk(f"{made.rows:,} rows written to {made.path or 'standard output'}.")
    for note in made.notes:
        talk(note)


def _say_doubts(proposed: "Sequence[ProposedColumn]", words: Sequence[str]) -> None:
    put_right = {word.rpartition("=")[0].strip() for word in words}
    for one in proposed:
        if not one.sure and one.header not in put_right:
            meant = f"taken for {one.field}" if one.field else "left empty, it is none of our fields"
            talk(f"Look at “{one.header}”: {meant}. Put it right with HEADER=FIELD.")


def _print_formats(session: Session, school_id: int) -> None:
    from transitions.handovers.formats import formats_of
    from transitions.pupils.lists import school_name

    school = school_name(session.workspace, school_id)
    rows = [
        {"school": school, "name": form.name, "column": place, **one._asdict()}
        for form in formats_of(session.workspace, school_id)
        for place, one in enumerate(form.columns, 1)
    ]
    session.emit(rows, FORMAT_KEYS, FORMAT_KEYS[1:])


def _print_fields(session: Session) -> None:
    from transitions.handovers.formats import fields

    found = fields(session.workspace).values()
    session.emit((record(one, FIELD_KEYS, field=one.code) for one in found), FIELD_KEYS)
