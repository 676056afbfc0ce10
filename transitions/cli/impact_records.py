"""The commands of the records behind the figures: for each kind to list, add, edit and take out."""

from pathlib import Path
from typing import Any

import click

from transitions.cli.context import Session, answers
from transitions.cli.options import A_FILE, NUMBER, command, fields_of, formatted, overwrites, together
from transitions.cli.output import echo, say, talk
from transitions.errors import expanded, require
from transitions.impact import records as kinds
from transitions.impact.booklet import write_booklet
from transitions.pupils.markers import MARKER
from transitions.pupils.small_records import COUNCIL, RecordKind, records, save, take_out
from transitions.text import an, how_many

_number = click.argument("number", type=NUMBER)
_FOUR = tuple[click.Command, click.Command, click.Command, click.Command]


_MANY = {"activity": "activities", "case study": "case studies", "readiness": "records of readiness"}


def _of(session: Session, kind: RecordKind[Any], whose: str | None) -> int:
    match kind.owner:
        case "pupil":
            return session.pupil(whose or "")
        case "school":
            return session.school(whose or "")
        case _:
            return COUNCIL


def _record_commands(kind: RecordKind[Any], fields: str, keys: tuple[str, ...], shown: int, example: str) -> _FOUR:
    """The commands list, add, edit and take-out of a kind; a table shows the first keys only."""
    what = kind.title.lower()
    owned = kind.owner != "council"
    place = fields if ":" in fields else f"impact.records:{fields}"
    named = click.argument("whose", metavar=kind.owner.upper()) if owned else together()
    of = f" of {an(kind.owner)}" if owned else ""

    def row(session: Session, number: int) -> Any:
        see = f"See: transitions {what.replace(' ', '-')} list{f' {kind.owner.upper()}' if owned else ''}"
        return require(kind.one(session.workspace.read(), number), f"There is no {what} #{number}. {see}")

    def list_command(session: Session, whose: str | None = None) -> None:
        rows = records(session.workspace, kind, _of(session, kind, whose))
        session.emit(rows, keys, keys[:shown])
        talk(how_many(len(rows), what, _MANY.get(what, "")))

    def add_command(session: Session, fields: tuple[str, ...], whose: str | None = None) -> None:
        saved = save(session.workspace, kind, _of(session, kind, whose), None, answers(fields))
        say(saved)
        echo(f"{what} #{saved.number}")

    def edit_command(session: Session, number: int, fields: tuple[str, ...]) -> None:
        given = answers(fields)
        owner = kind.owner_of(row(session, number)) or COUNCIL
        say(save(session.workspace, kind, owner, number, given))

    def take_out_command(session: Session, number: int) -> None:
        row(session, number)
        say(take_out(session.workspace, kind, number))

    list_command.__doc__ = f"Print every {what}{of}."
    add_command.__doc__ = f"Record {an(what)}{of} and print its number: {example}"
    edit_command.__doc__ = f"Change the {what} of this number; FIELD= with no value empties the field."
    take_out_command.__doc__ = f"Take out {an(what)} recorded by mistake. The history keeps it."
    return (
        command("list")(formatted(named(list_command))),
        command("add")(named(fields_of(place)(add_command))),
        command("edit")(_number(fields_of(place)(edit_command))),
        command("take-out")(_number(take_out_command)),
    )


REFERRAL_KEYS = (
    "id",
    "service",
    "reason",
    "school",
    "need_identified_on",
    "referred_on",
    "answered_on",
    "outcome",
    "note",
)
referral_list_command, referral_add_command, referral_edit_command, referral_take_out_command = _record_commands(
    kinds.REFERRAL, "REFERRAL_FIELDS", REFERRAL_KEYS, 8,
    'referral add Khan service="Emotional wellbeing" reason=anxiety need_identified_on=3/9/26 referred_on=14/9/26',
)  # fmt: skip
SERVICE_KEYS = (
    "id", "name", "phase", "who", "contact", "ended_on", "what_for", "how_to_refer", "thresholds", "key_times",
)  # fmt: skip
service_list_command, service_add_command, service_edit_command, service_take_out_command = _record_commands(
    kinds.SERVICE, "SERVICE_FIELDS", SERVICE_KEYS, 6, 'service add name="Emotional wellbeing" phase=secondary',
)  # fmt: skip
OFFER_KEYS = ("id", "tier", "navigator", "days_a_week", "healthy_schools", "started_on", "ended_on")
offer_list_command, offer_add_command, offer_edit_command, offer_take_out_command = _record_commands(
    kinds.OFFER, "OFFER_FIELDS", OFFER_KEYS, 7, "offer add Northgate tier=gold days_a_week=2 started_on=1/9/26",
)  # fmt: skip
RECOMMENDATION_KEYS = (
    "id", "review", "recommendation", "responsibility", "due_on", "grade", "graded_on", "action", "success_measure",
    "progress", "impact", "measure", "workshop_action_id",
)  # fmt: skip
(
    recommendation_list_command, recommendation_add_command, recommendation_edit_command, recommendation_take_out_command,
) = _record_commands(
    kinds.RECOMMENDATION, "RECOMMENDATION_FIELDS", RECOMMENDATION_KEYS, 7,
    'recommendation add review="Review of transitions 2025" recommendation="Every child of 14 has a plan"',
)  # fmt: skip
SCORE_KEYS = ("id", "scale", "dimension", "moment", "scored_on", "score")
score_list_command, score_add_command, score_edit_command, score_take_out_command = _record_commands(
    kinds.SCORE, "SCORE_FIELDS", SCORE_KEYS, 6,
    'score add Khan scale=Kidscreen-52 dimension="moods and emotions" moment=before scored_on=3/7/26 score=41',
)  # fmt: skip
READINESS_KEYS = ("id", "assessed_on", "good_level", "school_rating", "pupil_rating", "family_rating")
readiness_list_command, readiness_add_command, readiness_edit_command, readiness_take_out_command = _record_commands(
    kinds.READINESS, "READINESS_FIELDS", READINESS_KEYS, 6, "readiness add Khan assessed_on=26/6/26 good_level=yes",
)  # fmt: skip
ACTIVITY_KEYS = ("id", "code", "started_on", "ended_on", "place", "note")
activity_list_command, activity_add_command, activity_edit_command, activity_take_out_command = _record_commands(
    kinds.ACTIVITY, "ACTIVITY_FIELDS", ACTIVITY_KEYS, 5, "activity add Khan code=230 started_on=7/9/26 place=Riverside",
)  # fmt: skip
CASE_STUDY_KEYS = ("id", "title", "written_on", "agreed_by", "agreed_on", "withdrawn_on", "plan_id", "story")
case_study_list_command, case_study_add_command, case_study_edit_command, case_study_take_out_command = _record_commands(
    kinds.CASE_STUDY, "CASE_STUDY_FIELDS", CASE_STUDY_KEYS, 6, 'case-study add Khan title="A calm start" story="..."',
)  # fmt: skip
FIGURE_KEYS = ("id", "measure", "whose", "period", "counted", "base", "value", "unit", "source", "note")
figure_list_command, figure_add_command, figure_edit_command, figure_take_out_command = _record_commands(
    kinds.ENTERED, "ENTERED_FIELDS", FIGURE_KEYS, 9,
    'figure add measure=forum-attendance whose=Maidstone period="June 2017" counted=14 base=48 source="STLS plan 2017-18"',
)  # fmt: skip
WEEK_KEYS = ("id", "week_on", "possible", "attended", "school")
week_list_command, week_add_command, week_edit_command, week_take_out_command = _record_commands(
    kinds.WEEK, "WEEK_FIELDS", WEEK_KEYS, 5, "week add Khan week_on=7/9/26 possible=10 attended=9",
)  # fmt: skip

MARKER_KEYS = ("id", "kind", "what", "started_on", "ended_on", "said_by", "reason")
marker_list_command, marker_add_command, marker_edit_command, marker_take_out_command = _record_commands(
    MARKER, "pupils.markers:MARKER_FIELDS", MARKER_KEYS, 7, 'marker add Khan kind="do not disclose" what=address started_on=3/9/26',
)  # fmt: skip


@command("booklet")
@click.argument("file", type=A_FILE)
@overwrites
def service_booklet_command(session: Session, file: Path, *, overwrite: bool) -> None:
    """Write the support booklet to FILE (.docx, .html or .txt): current services, and what each school is offered."""
    talk(f"Written to {write_booklet(session.workspace, expanded(file), overwrite=overwrite)}.")
