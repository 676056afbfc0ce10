"""The ways from one room to another: the one module that knows every room, and that only the app imports."""

from collections.abc import Sequence
from datetime import date

from screens.frame.host import Host, Moved
from screens.widgets.fields import Adds
from transitions.caseload.caseload import Caseload

# Imported in each method: what is behind it is loaded when somebody first goes there.


class Navigation:
    """What ``host.open`` is: see ``Opens``."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def _note_view(self, pupil_id: int | None, how: str) -> None:
        """Note whose record is opened in a box; a screen of its own does so itself, also when one goes on to the next pupil."""
        from transitions.custody import access_log

        if pupil_id is not None:
            access_log.note(self._host.workspace, pupil_id, how)

    def pupil(self, pupil_id: int, neighbours: Sequence[int] = (), tab: str = "timeline") -> None:
        from screens.pupils.page import PupilScreen

        screen = self._host.screen
        behind = screen.app.screen_stack[-2:-1]
        if behind and isinstance(behind[0], PupilScreen) and behind[0].pupil_id == pupil_id:
            screen.app.pop_screen()
        else:
            self._host.push_screen(PupilScreen(pupil_id, neighbours, tab))

    async def pupil_form(self, pupil_id: int | None) -> int | None:
        from screens.frame.record_form import saved_under
        from screens.pupils.pupil_form import pupil_form

        self._note_view(pupil_id, "form")
        return await saved_under(self._host, pupil_form(self._host, pupil_id))

    async def circle(self, pupil_id: int) -> None:
        from screens.pupils.schools import circle_of

        self._note_view(pupil_id, "people")
        await circle_of(self._host, pupil_id)

    async def school(self, school_id: int) -> None:
        from screens.frame.record_form import open_form
        from screens.pupils.schools import school_form

        await open_form(self._host, school_form(self._host, school_id))

    async def retention(self) -> None:
        from screens.custody.retention import review

        await review(self._host)

    async def records_of(self, pupil_id: int) -> None:
        from screens.impact.record_lines import records_of

        self._note_view(pupil_id, "records")
        await records_of(self._host, pupil_id)

    async def add(self, what: Adds, name: str) -> tuple[int, str] | None:
        from screens.frame.record_form import saved_under
        from screens.pupils.schools import school_form, worker_form
        from transitions.pupils import lists

        workspace = self._host.workspace
        make, load = (school_form, lists.school) if what == "school" else (worker_form, lists.worker)
        number = await saved_under(self._host, make(self._host, None, name))
        return None if number is None else (number, load(workspace, number)["name"])

    async def offers_of(self, school_id: int) -> None:
        from screens.impact.record_lines import offers_of

        await offers_of(self._host, school_id)

    def pupils(self, caseload: Caseload) -> None:
        from screens.caseload.caseload import CaseloadScreen

        self._host.push_screen(CaseloadScreen(caseload))

    def schools(self, at: int | None = None) -> None:
        from screens.pupils.schools import SchoolsScreen

        self._host.push_screen(SchoolsScreen(at))

    def staff(self, at: int | None = None) -> None:
        from screens.pupils.schools import StaffScreen

        self._host.push_screen(StaffScreen(at))

    def explanation(self, pupil_id: int, code: str) -> None:
        from screens.milestones.catalogue import ExplainScreen

        self._note_view(pupil_id, "explain")
        self._host.push_screen(ExplainScreen(self._host.workspace, pupil_id, code))

    def import_file(self, kind: str = "pupils") -> None:
        from screens.importing.importing import ImportScreen

        self._host.push_screen(ImportScreen(kind))

    async def plan(self, pupil_id: int, neighbours: Sequence[int] = (), moved: Moved | None = None) -> None:
        from screens.plans.steps import plan_of

        self._show_plan(await plan_of(self._host, pupil_id), neighbours, moved)

    def plan_version(self, plan_id: int) -> None:
        self._show_plan(plan_id, (), None)

    async def new_plan(self, pupil_id: int, neighbours: Sequence[int] = (), moved: Moved | None = None) -> None:
        from screens.plans.steps import begin_plan

        self._show_plan(await begin_plan(self._host, pupil_id), neighbours, moved)

    def _show_plan(self, plan_id: int | None, neighbours: Sequence[int], moved: Moved | None) -> None:
        from screens.plans.plan import PlanScreen

        if plan_id is not None:
            self._host.push_screen(PlanScreen(plan_id, neighbours, moved))

    async def plan_wording(self) -> None:
        from screens.plans.wording_form import open_plan_words

        await open_plan_words(self._host)

    async def plan_quality(self, caseload: Caseload) -> None:
        from screens.plans.quality import open_quality

        await open_quality(self._host, caseload)

    async def survey_results(self, transitions: Sequence[str]) -> None:
        from screens.plans.survey import open_results

        await open_results(self._host, transitions)

    def handover(self, handover_id: int, neighbours: Sequence[int] = (), moved: Moved | None = None) -> None:
        from screens.handovers.handover import HandoverScreen

        self._host.push_screen(HandoverScreen(handover_id, neighbours, moved))

    async def handover_of(
        self, pupil_ids: Sequence[int], neighbours: Sequence[int] = (), moved: Moved | None = None
    ) -> None:
        from screens.handovers.starting import handover_of

        handover_id = await handover_of(self._host, pupil_ids)
        if handover_id is not None:
            self.handover(handover_id, pupil_ids if len(pupil_ids) > 1 else neighbours, moved)

    def workshop(self, workshop_id: int, neighbours: Sequence[int] = (), moved: Moved | None = None) -> None:
        from screens.workshops.workshop import WorkshopScreen

        self._host.push_screen(WorkshopScreen(workshop_id, neighbours, moved))

    async def workshop_form(self, workshop_id: int | None, on_day: date | None = None) -> None:
        from screens.workshops.forms import edit_workshop

        await edit_workshop(self._host, workshop_id, on_day=on_day)

    def clashes(self, year: int) -> None:
        from screens.calendar.clashes import ClashesScreen

        self._host.push_screen(ClashesScreen(year))
