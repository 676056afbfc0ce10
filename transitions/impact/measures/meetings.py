"""Meetings and training: who came, which agency, what became of what was agreed, who completed a programme and what they say."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final

from db.plans import plans as plan_store
from db.vocabulary import ATTENDEE_PARTS
from db.workshops import attendance as store
from db.workshops import workshops as workshop_store
from db.workshops.attendance import MeetingFilter
from db.workshops.workshops import WorkshopActionRow
from transitions.caseload import caseload as caseloads
from transitions.dates import short_with_year
from transitions.impact.measure import Asked, Behind, Figure, Reader, beside
from transitions.impact.measures.behind import About, in_order, of_records, pupils
from transitions.pupils import programmes
from transitions.workshops import actions, attendance, feedback, missed_settings, training
from transitions.workshops.attendance import school_attendance, together
from transitions.workshops.missed_settings import ABOUT_MOVES
from transitions.workshops.training import Trainee

_FORUMS: Final = (*ABOUT_MOVES, "LIFT meeting")
_CAME, _NOT_MARKED = "came", "invited"


def _forums(asked: Asked) -> list[Figure]:
    """Which schools came to any meeting of a kind; one that is not marked anywhere it may have come to stands beside."""
    found = []
    for kind in _FORUMS:
        schools = attendance.by_school(asked.workspace, asked.year, kinds=[kind])
        clear = [one for one in schools if one.attendance.came or not one.attendance.unmarked]
        rows = [
            Behind(("school", one.school_id), f"{one.school} · {one.attendance.text}", bool(one.attendance.came), one.school_id)
            for one in clear
        ]  # fmt: skip
        each = f"each school at each meeting {together(schools).text}"
        others = "; ".join(filter(None, (beside((len(schools) - len(clear), "not marked")), each)))
        if schools:
            found.append(_of_rows(asked, "forum-attendance", rows, "schools", kind, beside=others))
    return found


def _by_school(asked: Asked) -> list[Figure]:
    """Of each school to how many of these meetings to which it was invited it came."""
    found = []
    for one in attendance.by_school(asked.workspace, asked.year, kinds=_FORUMS):
        rows = partial(_meetings_of, asked, one.school_id)
        came, base = one.attendance.came, one.attendance.invited - one.attendance.unmarked
        others = beside((one.attendance.unmarked, "not marked"))
        found.append(
            Figure("school-attendance", asked.period, came, base, "meetings", one.school, beside=others, rows=rows)
        )
    return found


def _meetings_of(asked: Asked, school: int) -> Sequence[Behind]:
    meetings = attendance.meetings_of(asked.workspace, asked.year, school, kinds=_FORUMS)
    return in_order(
        Behind(("workshop", one.workshop_id), f"{one.title}, {short_with_year(one.on_day)}", one.attendance == _CAME, school)
        for one in meetings
        if one.attendance != _NOT_MARKED
    )  # fmt: skip


def _settings(asked: Asked) -> list[Figure]:
    found = missed_settings.absent_with_movers_of_year(asked.workspace, asked.year)
    rows = [
        Behind(("school", one.school_id), f"{one.school} · {one.attendance}, {one.movers:,} to move", one in found.absent, one.school_id)
        for one in (*found.absent, *found.others)
    ]  # fmt: skip
    untold = found.pupils_share._replace(of="children who will move")
    others = (beside((found.settings - len(rows), "not marked")), f"nobody came to talk about {untold.text}")
    together_said = "; ".join(filter(None, others))
    return [_of_rows(asked, "settings-not-there", rows, "settings", beside=together_said)]


def _plan_meetings(asked: Asked) -> list[Figure]:
    """For each part, such as health, at how many of the meetings about plans to which it was invited somebody came."""
    by_part: dict[str, dict[int, list[plan_store.PartAtMeeting]]] = {part: {} for part in ATTENDEE_PARTS}
    for row in asked.among(plan_store.parts_at_meetings(asked.workspace.read(), *asked.days)):
        by_part[row.part].setdefault(row.meeting_id, []).append(row)
    found = []
    for part, meetings in by_part.items():
        did = [(rows[0], school_attendance(row.attendance for row in rows)) for rows in meetings.values()]
        marked = [
            About(("plan", row.plan_id), row.pupil_id, mark == _CAME, f"{short_with_year(row.held_on)}, {mark}")
            for row, mark in did
            if mark != _NOT_MARKED
        ]
        others = beside((len(did) - len(marked), "not marked"))
        found.append(of_records(asked, "plan-meetings", marked, "meetings", part, beside=others))
    return found


def _agencies(asked: Asked) -> list[Figure]:
    by_agency: dict[str, dict[int, list[store.AgencyMark]]] = {}
    for row in store.agencies_marked(asked.workspace.read(), MeetingFilter(*asked.days)):
        by_agency.setdefault(row.agency, {}).setdefault(row.workshop_id, []).append(row)
    found = []
    for agency, meetings in by_agency.items():
        did = [(rows[0], school_attendance(row.attendance for row in rows)) for rows in meetings.values()]
        marked = [
            Behind(("workshop", row.workshop_id), f"{row.title}, {short_with_year(row.on_day)} · {mark}", mark == _CAME)
            for row, mark in did
            if mark != _NOT_MARKED
        ]
        others = beside((len(did) - len(marked), "not marked"))
        found.append(_of_rows(asked, "agency-attendance", marked, "meetings", agency, beside=others))
    return found


def _of_rows(asked: Asked, code: str, rows: Sequence[Behind], of: str, part: str = "", **more: Any) -> Figure:
    counted = sum(row.counted for row in rows)
    return replace(Figure(code, asked.period, counted, len(rows), of, part, rows=partial(in_order, rows)), **more)


def _workshop_actions(asked: Asked) -> list[Figure]:
    """Of the actions of workshops whose next one was held this year: graded by then, and of those fully achieved by then."""
    connection, (first, last) = asked.workspace.read(), asked.days
    agreed = workshop_store.every_action(connection)
    progress = workshop_store.progress(connection, [one.id for one in agreed])
    held = [one for one in workshop_store.between(connection, first.min, last) if one.status != "cancelled"]
    grades: list[tuple[WorkshopActionRow, int | None]] = []
    for action in agreed:
        later = (one for one in held if one.series == action.series and one.on_day > action.agreed_on)
        meeting = next(later, None)
        if meeting is not None and first <= meeting.on_day <= last:
            looked = actions.grading_by(progress, action.id, meeting)
            grades.append((action, looked.grade if looked else None))
    graded = [(action, grade) for action, grade in grades if grade is not None]
    dropped = beside((sum(action.dropped_on is not None for action, _ in grades), "dropped since"))
    looked_at = [_agreed(action, grade, grade is not None) for action, grade in grades]
    achieved = [_agreed(action, grade, grade == actions.FULLY_ACHIEVED) for action, grade in graded]
    return [
        _of_rows(asked, "workshop-actions", looked_at, "actions", "graded by the next workshop", beside=dropped),
        _of_rows(asked, "workshop-actions", achieved, "graded actions", "fully achieved by then"),
    ]


def _agreed(action: WorkshopActionRow, grade: int | None, counted: bool) -> Behind:
    return Behind(("workshop", action.workshop_id), f"{action.what} · {actions.assessment(grade)}", counted)


def _feedback(asked: Asked) -> list[Figure]:
    first, last = asked.days
    themes = feedback.by_theme(asked.workspace, first=first, last=last)
    return [
        Figure("workshop-feedback", asked.period, one.good.counted, one.rated, "ratings", one.title)
        for one in themes
        if one.rated
    ]


def _completed(asked: Asked) -> list[Figure]:
    found = []
    for programme in training.programmes(asked.workspace):
        done = training.completion(asked.workspace, programme.name)
        if done.modules:
            unnamed = beside((done.unnamed, "more came whose names are not recorded"))
            of_people = _trained(asked, programme.name, "people", done.people, unnamed)
            found += [of_people, _trained(asked, f"{programme.name}, by school", "schools", done.schools)]
    return found


def _trained(asked: Asked, part: str, of: str, people: Sequence[Trainee], others: str = "") -> Figure:
    rows = [
        Behind(
            ("workshop", one.workshop_id),
            " · ".join(filter(None, (one.name, one.school or one.agency, ", ".join(one.done)))),
            not one.missing,
            one.school_id,
        )
        for one in people
    ]
    period = f"to {short_with_year(asked.today)}"
    return _of_rows(asked, "training-completed", rows, of, part, period=period, beside=others)


def _confidence(asked: Asked) -> list[Figure]:
    found = []
    for programme in training.programmes(asked.workspace):
        said = training.confidence(asked.workspace, programme.name)
        pairs = said.pairs.counted
        others = beside(
            (said.same, "as confident"), (said.lower, "less"), (said.pairs.base - pairs, "did not say both")
        )
        counts = {
            "more confident after than before": (said.higher, others),
            "confident before (4 or 5 out of 5)": (said.confident_before.counted, ""),
            "confident after (4 or 5 out of 5)": (said.confident_after.counted, ""),
        }
        found += [
            Figure("training-confidence", f"to {short_with_year(asked.today)}", counted, pairs, "pairs", f"{programme.name}, {part}", beside=more)
            for part, (counted, more) in counts.items()
        ]  # fmt: skip
    return found


def _reach(asked: Asked) -> list[Figure]:
    found = []
    for one in programmes.figures(asked.workspace, asked.chosen, asked.year):
        rows = partial(_members, asked, one)
        of = "children" if one.of == "pupil" else "schools"
        others = beside((one.times - one.took_part.counted, "times more than once"))
        found.append(
            Figure(
                "programme-reach",
                asked.period,
                *one.took_part[:2],
                of,
                f"{one.programme}, {of}",
                beside=others,
                rows=rows,
            )
        )
    return found


def _members(asked: Asked, one: programmes.Figures) -> Sequence[Behind]:
    if one.of == "pupil":
        return pupils(asked.workspace, caseloads.keys(asked.workspace, asked.caseload), one.members)
    schools = programmes.open_schools(asked.workspace)
    return in_order(Behind(("school", row.id), row.name, row.id in one.members, row.id) for row in schools)


def _understanding(asked: Asked) -> list[Figure]:
    return [
        Figure(
            "programme-understanding",
            asked.period,
            one.higher,
            one.pairs.counted,
            "pairs",
            f"{one.programme}, higher after than before",
            beside=f"{one.same:,} the same, {one.lower:,} lower; mean {one.before:.3g} of 100 before, {one.after:.3g} after",
        )
        for one in programmes.figures(asked.workspace, asked.chosen, asked.year)
        if one.before is not None and one.after is not None
    ]


READERS: Final[Mapping[str, Reader]] = {
    "forum-attendance": _forums,
    "school-attendance": _by_school,
    "settings-not-there": _settings,
    "plan-meetings": _plan_meetings,
    "agency-attendance": _agencies,
    "workshop-actions": _workshop_actions,
    "workshop-feedback": _feedback,
    "training-completed": _completed,
    "training-confidence": _confidence,
    "programme-reach": _reach,
    "programme-understanding": _understanding,
}
