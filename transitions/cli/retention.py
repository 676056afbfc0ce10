"""The commands of retention: whose time is over, how long what is kept, and the disposal of one pupil's records."""

from pathlib import Path

import click

from transitions.cli.context import Session, pairs
from transitions.cli.options import A_FILE, command, fields_of, formatted, on, overwrites
from transitions.cli.output import record, say, talk
from transitions.custody import retention
from transitions.dates import long
from transitions.errors import expanded
from transitions.text import how_many

REVIEW_KEYS = ("id", "surname", "forename", "date_of_birth", "class", "keep_until", "archived", "held", "because")
CLASS_KEYS = ("code", "title", "years", "source")


@command("list")
@formatted
@click.option("--by", metavar="DATE", help="Records whose time is over by this date; today if not given.")
def list_command(session: Session, by: str | None) -> None:
    """Print which records have been kept long enough, including archived pupils. Nothing is removed."""
    day = session.day(by, "--by")
    found = retention.to_review(session.workspace, day)
    session.emit(
        (record(one, REVIEW_KEYS, **{"class": one.retention.title, "archived": one.archived}) for one in found),
        REVIEW_KEYS,
    )
    when = "today" if day is None else f"by {long(day)}"
    talk(
        f"{how_many(len(found), 'pupil')} to review: kept long enough {when}. Look, archive, then: transitions retention dispose"
    )


@command("keep")
@on("pupil")
@fields_of("custody.retention:KEEP_FIELDS")
def keep_command(session: Session, fields: tuple[str, ...]) -> None:
    """Keep a pupil's record longer, such as: retention keep '#8' kept_until=1/9/2030 reason="The inquiry asks for it" """
    say(retention.keep(session.workspace, session.pupil_id, pairs(fields)))


@command("years")
@formatted
@click.argument("years", nargs=-1, metavar="[CLASS=YEARS]...")
def years_command(session: Session, years: tuple[str, ...]) -> None:
    """Print how many years from birth each class is kept, or change that, such as: retention years sen=35

    The longest class that applies to a pupil counts.
    """
    if years:
        say(retention.set_years(session.workspace, {name: str(value) for name, value in pairs(years).items()}))
        return
    session.emit(retention.classes(session.workspace).values(), CLASS_KEYS)


@command("archive")
@click.argument("pupils", nargs=-1, required=True, metavar="PUPIL...")
@click.option("--bring-back", is_flag=True, help="Bring archived pupils back into the lists.")
def archive_command(session: Session, pupils: tuple[str, ...], *, bring_back: bool) -> None:
    """Take pupils out of every list but keep their records. They are not counted, and no steps are due."""
    from transitions.pupils.editing import archive_pupils, restore_pupils

    changed = (restore_pupils if bring_back else archive_pupils)(session.workspace, list(map(session.pupil, pupils)))
    said = "brought back" if bring_back else "archived"
    talk(
        f"{how_many(changed, 'pupil')} {said}. Take it back with: transitions undo"
        if changed
        else f"Nobody was {said}: they already were."
    )


@command("dispose")
@on("pupil")
@click.argument("certificate", type=A_FILE)
@click.option("--reason", default="", metavar="TEXT", help="Why, and who looked at it. The certificate shows this.")
@click.option("--yes", is_flag=True, help="Confirm: what is removed can't be brought back.")
@overwrites
def dispose_command(session: Session, certificate: Path, *, reason: str, yes: bool, overwrite: bool) -> None:
    """Remove everything held about one archived pupil, including history, and write CERTIFICATE (.docx, .html or .txt). This can't be undone. The history still shows that something was recorded, when and by whom, but not what."""
    pupil_id = session.pupil_id
    if not yes:
        raise click.UsageError("What is removed can't be brought back. Add --yes once somebody has looked at it.")
    made = retention.dispose(session.workspace, pupil_id, expanded(certificate), reason=reason, overwrite=overwrite)
    talk(f"{made.name}: {made.summary}. The certificate is {certificate}.")
