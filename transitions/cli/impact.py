"""The command of the figures: what a committee asks, answered with counts and their bases."""

from itertools import groupby
from pathlib import Path

import click

from transitions.cli.context import Session
from transitions.cli.options import A_FILE, command, filters, formatted, of_year, on, overridable, overwrites
from transitions.cli.output import echo, record, talk
from transitions.errors import NoSuchRecord, expanded
from transitions.impact import chronology, cluster, report, subject_access
from transitions.impact.listing import KEYS, alone, comparators, in_words, may_be_told, records
from transitions.impact.measure import Asked, Behind, Figure, measures
from transitions.impact.measures import figures, not_shown
from transitions.impact.records import measure_title
from transitions.pupils.markers import left_out
from transitions.text import how_many

ROW_KEYS = ("measure", "part", "kind", "number", "words", "counted")
DEFINITION_KEYS = ("code", "section", "title", "question", "counts", "of", "base", "time", "aim", "note", "source")


@command("impact")
@click.argument("codes", metavar="[MEASURE]...", nargs=-1)
@click.option(
    "--rows", is_flag=True, help="Print the rows behind each figure: who is counted, and who is only in the base."
)
@click.option("--definitions", is_flag=True, help="Print what each measure counts, for whom and why, without counting.")
@formatted
@filters
@of_year
def impact_command(
    session: Session, codes: tuple[str, ...], *, rows: bool, definitions: bool, year: str | None
) -> None:
    """Print what committees ask: plans, satisfaction, moves that last, attendance, referrals, missed transitions ... MEASURE is a code from --definitions. Without one, all are printed. Every figure has its base: children, unless it says otherwise. What is not known is shown beside it. The filters choose the pupils. Figures entered with transitions figure add come below their measure, and your own measures come last."""
    known = measures()
    unknown = [code for code in codes if code not in known]
    if unknown:
        raise NoSuchRecord(f"There is no measure {unknown[0]}. See: transitions impact --definitions")
    if definitions:
        session.emit(
            [one for one in known.values() if not codes or one.code in codes], DEFINITION_KEYS, DEFINITION_KEYS[:4]
        )
        return
    asked = Asked(session.workspace, session.year(year), session.caseload())
    found = figures(asked, codes)
    if rows and session.style == "table":
        _who(session, found)
    elif rows:
        session.emit([_row(one, behind) for one in found for behind in _told(session, one)], ROW_KEYS)
    elif session.style == "table":
        _sentences(session, found, codes)
    else:
        listed = records(session.workspace, found, codes)
        session.emit(map(in_words, listed) if session.style == "csv" else listed, KEYS)
    for said in dict.fromkeys(filter(None, (not_shown(asked, code) for code in codes))):
        talk(said)
    whole = [known[code].title for code in dict.fromkeys(one.measure for one in found) if not known[code].filtered]
    if whole and not asked.chosen.everybody:
        talk(f"Counted for everybody, whatever the filters: {'; '.join(whole)}.")


@command("report")
@click.argument("file", type=A_FILE)
@click.option(
    "--inside", is_flag=True, help="For use inside the council: show small numbers, and say so on every page."
)
@click.option("--purpose", default="", metavar="TEXT", help="What it is for; kept in the history.")
@overwrites
@filters
@of_year
def report_command(
    session: Session, file: Path, *, inside: bool, purpose: str, overwrite: bool, year: str | None
) -> None:
    """Write the committee report to FILE: all of it as .docx or .html, or only the recommendations with their grades as .csv. Small numbers are hidden, along with any others that would reveal them. It has the questions with their figures, other people's figures beside them, recommendations with their progress, and case studies that families have agreed to."""
    asked = Asked(session.workspace, session.year(year), session.caseload())
    report.write_report(asked, expanded(file), inside=inside, purpose=purpose, overwrite=overwrite)
    talk(f"{KINDS_WRITTEN[inside]}: {file}")


@command("chronology")
@on("pupil")
@click.argument("file", type=A_FILE)
@click.option("--purpose", default="", metavar="TEXT", help="What it is for, such as a complaint number. Needed.")
@overridable
@overwrites
def chronology_command(session: Session, file: Path, *, purpose: str, override: str, overwrite: bool) -> None:
    """Write one young person's chronology to FILE (.docx, .html or .txt): duties, dates, what was done, who knew when. It is what an ombudsman or tribunal asks for, and names other people: read it before you send it."""
    made = chronology.write_chronology(
        session.workspace, session.pupil_id, expanded(file), purpose=purpose, override=override, overwrite=overwrite
    )
    talk(f"Written to {made}. Read it before you send it: it names other people.")


@command("subject-access")
@on("pupil")
@click.argument("file", type=A_FILE, metavar="FOLDER|FILE")
@click.option("--purpose", default="", metavar="TEXT", help="What it is for, such as the request number. Needed.")
@overwrites
def subject_access_command(session: Session, file: Path, *, purpose: str, overwrite: bool) -> None:
    """Write everything held about one pupil, with what to check before you send it. FILE (.docx, .html or .txt) is one document. FOLDER is a new folder with the two parts as separate documents. Other named people are marked REVIEW, staff appear by role, and friends are left out. A person must read it before it is sent."""
    made = subject_access.write_subject_access(
        session.workspace, session.pupil_id, expanded(file), purpose=purpose, overwrite=overwrite
    )
    talk(f"Written to {made}. Go through it before you send it: search for “REVIEW:” and read what to check.")


@command("cluster-plan")
@click.argument("school")
@click.argument("file", type=A_FILE)
@click.option("--purpose", default="", metavar="TEXT", help="What it is for; kept in the history.")
@overwrites
@of_year
def cluster_plan_command(
    session: Session, school: str, file: Path, *, purpose: str, overwrite: bool, year: str | None
) -> None:
    """Write the year's plan for a school and its feeders to FILE (.docx, .html or .txt): movers, dates, meetings, actions. It gives numbers and names no pupil. Last year's moves come at the end, with what happened."""
    number, made = session.school(school), expanded(file)
    cluster.write_cluster_plan(
        session.workspace, number, session.year(year), made, purpose=purpose, overwrite=overwrite
    )
    talk(f"Written to {made}.")


KINDS_WRITTEN = {
    False: "Report written, small numbers hidden",
    True: "Report written, nothing hidden: not for publication",
}


def _sentences(session: Session, found: list[Figure], codes: tuple[str, ...]) -> None:
    """The figures in words, which a table would cut, under the title of each measure, and what papers say below them."""
    entered = comparators(session.workspace)
    for code, of_measure in groupby(found, lambda one: one.measure):
        ours = list(of_measure)
        periods = {one.period for one in ours}
        echo(measures()[code].title + (f" ({ours[0].period})" if len(periods) == 1 else ""))
        for one in ours:
            echo(f"    {one.part}: {one.text}" if one.part else f"    {one.text}")
        for row in entered.get(code, ()):
            echo(f"    {row.words}")
    for name, rows in alone(entered, found, codes).items():
        echo(measure_title(name))
        for row in rows:
            echo(f"    {row.words}")
    talk(f"{how_many(len(found), 'figure')}, small numbers shown: for use inside the council, not for publication.")


def _told(session: Session, one: Figure) -> list[Behind]:
    """The rows behind a figure but those about whom nothing may be disclosed; it says how many those are."""
    rows, held_back = may_be_told(session.workspace, one.rows())
    if held_back:
        talk(f"{measures()[one.measure].title}: {left_out(held_back)}. Their pages say why.")
    return rows


def _who(session: Session, found: list[Figure]) -> None:
    """The rows behind each figure in words, which a table would cut: who is counted, then who is only in the base."""
    for one in found:
        rows = _told(session, one)
        title = " · ".join(filter(None, (measures()[one.measure].title, one.part)))
        echo(f"{title}: {one.text}{'' if rows or not one.base else '; nobody stands behind it by name'}")
        for counted, of in groupby(rows, lambda row: row.counted):
            echo("    Counted" if counted else "    Only in the base")
            for row in of:
                kind, number = row.goal
                echo(f"        {row.words} · {kind} #{number}")


def _row(one: Figure, behind: Behind) -> dict[str, object]:
    kind, number = behind.goal
    return record(behind, ROW_KEYS, measure=one.measure, part=one.part, kind=kind, number=number)
