"""What K. Osei has entered beside the register: a conference with a fee, links to material, events of pupils, a school's programme.

Through the functions that a person's own entries pass, so that it can be undone and read back as theirs can.
"""

from datetime import timedelta
from typing import Final

from transitions.calendar.clashes import free_date
from transitions.caseload import caseload
from transitions.caseload.caseload import Caseload
from transitions.plans import page as plan_pages
from transitions.pupils.editing import save_pupil
from transitions.pupils.events import EVENT
from transitions.pupils.lists import school_ids
from transitions.pupils.placements import PLACEMENT
from transitions.pupils.programmes import OF_SCHOOL
from transitions.pupils.small_records import save
from transitions.school_year import academic_year, academic_year_span, next_working_day
from transitions.workshops import inviting, links
from transitions.workshops import page as workshop_pages
from transitions.workshops.saving import save_workshop
from transitions.workspace import Workspace

_KIND: Final = "other meeting"
_TITLE: Final = "Moving on together: transition conference"
_AHEAD, _INVITED, _ACCEPTED = timedelta(weeks=10), 12, 7
_CONFERENCE_LINKS: Final = {
    "Programme for the day": "https://northmere.example/conference/programme",
    "Form to book a place": "https://northmere.example/conference/book",
}
_TOOLKIT: Final = {"title": "Transition toolkit for schools", "address": "https://northmere.example/transition-toolkit"}
_BOOKLET: Final = {"title": "Moving on: booklet for families", "address": "https://northmere.example/moving-on.pdf"}
_LOOKED_AT: Final = 20


def enter(workspace: Workspace) -> None:
    today = workspace.clock.today
    _conference(workspace)
    coming = workshop_pages.coming(workspace, 365)
    for row in [one for one in coming if one.kind == "transitions workshop"][:1]:
        links.save_link(workspace, None, _TOOLKIT, workshop_id=row.id)
    mine = caseload.first_rows(workspace, Caseload(whose="mine"), _LOOKED_AT)
    plan = next(filter(None, (plan_pages.current(workspace, pupil.id) for pupil in mine)), None)
    if plan is not None:
        links.save_link(workspace, None, _BOOKLET, plan_id=plan.id)
    began = next_working_day(academic_year_span(academic_year(today))[0] + timedelta(days=10))
    if began > today:
        return
    in_year_7 = caseload.first_rows(workspace, Caseload(year_groups=(7,), sort="name"), 6)[-2:]
    for number, pupil in enumerate(in_year_7):
        if number == 0:
            save_pupil(workspace, pupil.id, {"suspensions": "1"})  # as an import brought it, before there was the event
            save(
                workspace,
                EVENT,
                pupil.id,
                None,
                {"kind": "suspension", "started_on": began, "days": "1.5", "reason": "DB"},
            )
        else:
            place = {"kind": "alternative provision", "place": "Rowan Room, Civic Offices", "started_on": began}
            save(workspace, PLACEMENT, pupil.id, None, place)
    for school_id in school_ids(workspace)[:2]:
        save(workspace, OF_SCHOOL, school_id, None, {"programme": "Healthy Schools", "started_on": began})


def _conference(workspace: Workspace) -> None:
    schools = school_ids(workspace)
    likely = next_working_day(workspace.clock.today + _AHEAD)
    day = free_date(workspace, kind=_KIND, on_day=likely, host_school_id=schools[0], school_ids=schools[:_INVITED])
    workshop = save_workshop(
        workspace,
        None,
        {
            "kind": _KIND,
            "title": _TITLE,
            "on_day": day or likely,
            "starts": "09:15",
            "ends": "15:30",
            "host_school": schools[0],
            "audience": "SENCOs, heads of year, early years settings",
            "places": "60",
            "fee": "85",
            "agenda": "1. What young people say helps\n2. Sharing what the next school must know\n3. Workshops by move",
        },
    )
    inviting.invite_schools(workspace, workshop.number, schools[:_INVITED])
    for line in workshop_pages.load(workspace, workshop.number).invitations[:_ACCEPTED]:
        inviting.save_invitation(workspace, line.id, {"accepted": True})
    for title, address in _CONFERENCE_LINKS.items():
        links.save_link(workspace, None, {"title": title, "address": address}, workshop_id=workshop.number)
