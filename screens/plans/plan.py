"""The screen of one plan: how far it has come, its contents, and the plan to read; every part of it by keys, and printing."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.containers import Container
from textual.widgets import Static

from screens.caseload import views
from screens.frame import render_context
from screens.frame.commands import PLAN, Command
from screens.frame.dialogs import Choice, Choose
from screens.frame.document_screen import DocumentScreen
from screens.frame.host import Host, Moved
from screens.frame.links import links_of
from screens.frame.safe import txt
from screens.frame.saving import ask_override, save_file
from screens.plans import audit, body_text, lists, meetings, steps, survey, versions
from screens.plans.lists import edit_section
from screens.plans.meetings import open_meetings
from screens.plans.steps import MEETINGS, begin_plan, go_on
from screens.widgets.panel import Block, TextPanel, TextParagraph, Title
from screens.widgets.reader import Contents, Reader
from transitions.custody import access_log
from transitions.errors import NoSuchRecord
from transitions.plans import lifecycle, opening
from transitions.plans.page import PlanPage, current, load
from transitions.pupils.markers import held_back
from transitions.text import capital
from transitions.workshops import links

_NARROW, _ROOMY = 100, 32
"""Cells from which the contents stand beside the plan, and lines from which there is room below them."""


class PlanScreen(DocumentScreen):
    """One plan, whole."""

    SCOPE = PLAN
    MADE_OF = ("plan_id", "neighbours")
    CSS_PATH = "plan.tcss"
    TITLE_OF_TEXT = "The plan"
    EDIT = "plan.edit"
    NO_NEIGHBOUR = "has a plan"
    WRITES: ClassVar[frozenset[str]] = frozenset(
        {"plan.edit", "plan.action", "plan.outcome", "plan.next_step", "plan.new_version", "plan.close"}
    )
    """Commands that change this version."""

    def __init__(self, plan_id: int, neighbours: Sequence[int] = (), moved: Moved | None = None) -> None:
        super().__init__(neighbours, moved)
        self.plan_id = plan_id
        self._page: PlanPage | None = None
        self._gone = ""

    def body(self) -> ComposeResult:
        yield Static(id="plan-head")
        with Container(id="plan-sides"):
            yield Contents(id="plan-contents", classes="panel")
            yield Reader(id="plan-text", classes="panel")
            yield TextPanel(id="plan-about", classes="panel")

    def on_mount(self) -> None:
        self.query_one("#plan-about").border_title = txt(body_text.ABOUT)

    def on_resize(self) -> None:
        self.write()

    # What there is to show

    def load(self) -> None:
        """Read the plan; when a change has made a newer version of it, or undone it, go to the one that counts now."""
        before = self._page
        page: PlanPage | None = None
        try:
            page = load(self.workspace, self.plan_id)
        except NoSuchRecord as fault:
            self._gone = fault.sentence
            plan = before and current(self.workspace, before.plan.pupil_id, before.plan.transition)
            page = load(self.workspace, plan.id) if plan else None
        later = page and page.later
        if later and before is not None and before.later is None:
            page = load(self.workspace, later.id)
        self._page = page
        if page is not None:
            self.plan_id = page.plan.id
            access_log.note(self.workspace, page.plan.pupil_id, "plan")

    def follow_records(self, touched: frozenset[int]) -> None:
        if not touched or self._page is None or self._page.plan.pupil_id in touched:
            self.load()
            self.write()

    def write(self) -> None:
        page, reading, contents = self._page, self.reading, self.query_one(Contents)
        self._write_head()
        if page is None:
            self.set_heading("No longer here")
            contents.show([], 0)
            self.query_one(Reader).show_sections([TextParagraph(self._gone)], [], 0)
            self.refresh_bindings()
            return
        pupil = page.pupil
        name = render_context.display_name(page.called, pupil.surname, hidden=reading.context.hidden)
        self.set_heading(f"{name} · {page.title}", body_text.status_and_version(page), self.place_in_words)
        contents.show(body_text.entries(page, reading), max(0, contents.cursor))
        sections = body_text.sections(page, reading)
        about = body_text.about(page, reading)
        self._write_about(about, len(sections))
        if not self._roomy:
            sections.append([Title(body_text.ABOUT), *about])
        self.query_one(Reader).show_sections(body_text.opening(page, reading), sections, max(0, contents.cursor))
        self.refresh_bindings()

    @property
    def _roomy(self) -> bool:
        return self.size.height >= _ROOMY and self.size.width >= _NARROW

    def _write_about(self, blocks: Sequence[Block], sections: int) -> None:
        self.set_class(self._roomy, "-roomy")
        self.query_one(Contents).styles.height = sections + 2 if self._roomy else None
        self.query_one("#plan-about", TextPanel).show(blocks, keep_place=True)

    def _write_head(self) -> None:
        head, page = self.query_one("#plan-head", Static), self._page
        if page is None:
            head.update(txt(self._gone))
        else:
            # Not its own width: that is known only once it was laid out.
            head.update(body_text.head(page, self.size.width - 4))

    # Moving about

    @property
    def codes(self) -> Sequence[str]:
        return [section.code for section in self.page.form.sections]

    @property
    def shown_pupil(self) -> int | None:
        return None if self._page is None else self._page.plan.pupil_id

    def show_first(self, pupil_ids: Sequence[int]) -> int | None:
        for pupil_id in pupil_ids:
            plan = current(self.workspace, pupil_id)
            if plan is not None:
                self._show_plan(plan.id)
                return pupil_id
        return None

    def _show_plan(self, plan_id: int) -> None:
        self._page, self.plan_id = None, plan_id
        self.load()
        self.write()

    # Writing

    @property
    def page(self) -> PlanPage:
        """The plan. Raises ``NoSuchRecord`` when it is no longer there."""
        if self._page is None:
            raise NoSuchRecord(self._gone)
        return self._page

    async def action_edit(self) -> None:
        """Open the section under the cursor; when its questions were saved, go on with what is missing until it is agreed."""
        section, agreed = self.page.form.sections[self.query_one(Contents).cursor], self.page.agreed
        if not await edit_section(self.host, self.plan_id, section.code) or agreed:
            return
        following = body_text.next_missing(self.page, section)
        if following is None:
            self.say("Nothing is missing now. Press G to take the next step.")
            return
        self.go_to(following.code)
        if not following.holds:
            await self.action_edit()

    async def action_do(self, what: str) -> None:
        """Do what one of the plan's other rooms does; they are loaded when somebody first goes there."""
        does: Mapping[str, Callable[[Host, int], Coroutine[Any, Any, None]]] = {
            "add an action": lists.add_action,
            "add an outcome": lists.add_outcome,
            "close": steps.close_plan,
            "meetings": meetings.open_meetings,
            "versions": versions.open_versions,
            "audit": audit.open_audit,
            "survey": survey.open_survey,
            "print": print_plan,
        }
        await does[what](self.host, self.plan_id)

    async def action_next_step(self) -> None:
        section = await go_on(self.host, self.plan_id)
        if section == MEETINGS:
            await open_meetings(self.host, self.plan_id)
        elif section is not None:
            self.go_to(section)

    async def action_new_version(self) -> None:
        self.host.tell(await self.host.write(partial(opening.new_version, self.workspace, self.plan_id)))

    async def action_begin_plan(self) -> None:
        plan_id = await begin_plan(self.host, self.page.plan.pupil_id)
        if plan_id is not None:
            self._show_plan(plan_id)

    # What stands beside the plan

    async def action_links(self) -> None:
        await links_of(self.host, partial(links.of_plan, self.workspace, self.plan_id), plan_id=self.plan_id)

    async def action_contacts(self) -> None:
        await self.host.open.circle(self.page.plan.pupil_id)

    async def action_plan_words(self) -> None:
        await self.host.open.plan_wording()

    async def action_plan_quality(self) -> None:
        await self.host.open.plan_quality(views.usual(self.workspace))

    def why_not(self, command: Command) -> str | None:
        page = self._page
        if not command.id.startswith("plan.") and command.id != "pupil.contacts":
            return None
        if page is None:
            return self._gone
        if command.id in self.WRITES:
            return _why_not_write(page, command.id)
        return super().why_not(command)


def _why_not_write(page: PlanPage, command_id: str) -> str | None:
    later = page.later
    if later is not None:
        return f"Version {later.version} of this plan is newer. Change that one. v shows both."
    if lifecycle.next_step(page) is None:
        return f"Version {page.plan.version} of this plan is closed, so it can’t be changed."
    if command_id == "plan.new_version" and not page.agreed:
        return "This version is not agreed yet, so you don't need another. Edit this one."
    return None


_FORMS = {"plan": "Blank plan for this move", "survey": "Blank family survey", "audit": "Blank audit"}
_DOCUMENTS = (".docx", ".html", ".txt")
"""What can be printed for paper, as ``print_blank`` calls it; Word, because paper forms are filled in and handed round."""


async def print_plan(host: Host, plan_id: int) -> None:
    from transitions.plans import printing

    page = load(host.workspace, plan_id)
    kinds = [
        Choice(f"plan {kind}", capital(label), key=kind[0], hint=f".{kind}")
        for kind, label in {"docx": "Word document", "html": "web page", "txt": "plain text, easy to read out"}.items()
    ]
    forms = [Choice(f"blank {form}", label, hint="for paper, .docx") for form, label in _FORMS.items()]
    what = await host.ask(Choose("Print as what?", [*kinds, *forms], detail=_detail(page)))
    if what is None:
        return
    sort, _, name = what.partition(" ")
    if sort == "blank":
        transition = page.plan.transition
        await save_file(
            host,
            f"blank-{name}.docx",
            "",
            lambda target: printing.print_blank(host.workspace, name, transition, target),  # type: ignore[arg-type]
            _DOCUMENTS,
        )
        return
    override = await ask_override(host, held_back(host.workspace, page.plan.pupil_id, "plan_print"))
    if override is None:
        return
    await save_file(
        host,
        printing.default_name(page, name),  # type: ignore[arg-type]
        "Contains the full plan. Store it securely.",
        lambda target: printing.print_plan(host.workspace, plan_id, target, override=override),
        _DOCUMENTS,
    )


def _detail(page: PlanPage) -> str:
    mark = "" if page.agreed else " It is not agreed yet. Every page will say so."
    return f"{page.title}, version {page.plan.version}.{mark}"
