"""Plans and blank forms as files, each put in its place whole; the journal knows of every plan that left.

Blank forms for paper are made of the same questions as the screens, so that nobody types what was never asked.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any, Final, Literal

from db.vocabulary import RESPONDENTS, SURVEY_MOMENTS
from transitions.errors import NotAllowed
from transitions.exporting.documents import rendering
from transitions.exporting.documents.model import Box, Document, Heading, Lines, Note, Part, Table
from transitions.exporting.documents.rendering import KINDS, PrintKind, kind_of, rendered
from transitions.exporting.outgoing import ExportNote, put_in_place
from transitions.exporting.target import Leaving
from transitions.plans import page as pages
from transitions.plans.auditing import JUDGEMENTS, load_checklist, thresholds
from transitions.plans.document import plan_document
from transitions.plans.opening import check_is_planned
from transitions.plans.page import PlanPage, point_title
from transitions.plans.questions import PlanForm, form_of
from transitions.plans.surveys import OVERALL, WORRY, load_survey
from transitions.pupils.markers import ADDRESS, CONTACTS, ensure_may_leave, hides
from transitions.questionnaire import Question, Section
from transitions.text import an, initials, printable
from transitions.workspace import Workspace

BlankForm = Literal["plan", "survey", "audit"]
_USUAL: Final[Mapping[str, tuple[int, int]]] = {
    "EY-R": (4, -1), "R-1": (5, 0), "2-3": (7, 2), "MID": (9, 4), "6-7": (11, 6), "9-PFA": (14, 9), "14+": (14, 9),
    "11-16P": (16, 11), "12-13": (17, 12), "P16-P16": (18, 13), "18": (17, 12), "CARE16": (16, 11), "25": (24, 14),
    "INYR": (11, 6),
}  # fmt: skip
"""Age and year group at each move, for which a form is printed that is nobody's yet."""

# The profile's four boxes fill one page, and no more.
_LINES_OF_A_BOX: Final = {"profile": 3, "safety": 3, "decisions": 4}
_WHERE: Final = ("destination", "destination_school_id", "destination_school", "back_up")
_ANONYMOUS: Final = "You do not have to give your name, and you can skip any question."
_CODES: Final = {
    "before": "Your code. You get it when you hand this in: keep it for the second survey",
    "after": "The code of your first survey, if you have it",
}
_LINKED: Final = "Only if your answers may be kept with the plan: your name"

_TABLES: Final[Mapping[str, tuple[tuple[str, ...], tuple[int, ...], int]]] = {
    "actions": (("What", "Who (a person)", "By when", "Done on"), (9, 5, 4, 4), 8),
    "people": (("Name", "Who this is", "Telephone or email", "May be contacted? Yes or no"), (4, 4, 5, 4), 6),
    "meetings": (("Day and place", "Who was invited, and who came", "What was decided"), (3, 5, 6), 4),
    "copies": (("Who has a copy", "In what form", "Since"), (3, 3, 2), 4),
}
"""What a section holds: its columns, how wide they are, and how many rows are printed."""


def print_plan(
    workspace: Workspace,
    plan_id: int,
    target: Path,
    kind: PrintKind | None = None,
    *,
    override: str = "",
    overwrite: bool = False,
) -> Path:
    """Write a plan to ``target`` and note in the journal that it left; ``kind`` None goes by how the name ends.

    Raises ``NoSuchRecord`` when the plan is not there, ``NotAllowed`` when a marker holds it back, and ``CannotWrite`` as ``put_in_place`` does and for a name that
    ends in no known way; then nothing was written, and nothing noted.
    """
    if kind is None or target.suffix:
        by_name = kind_of(target)  # an ending that promises something else is refused
        kind = kind or by_name
    page, said = _to_leave(workspace, plan_id, override)
    made = rendered(plan_document(page), kind, workspace)
    with put_in_place(workspace, target, lambda: _note(page, target, kind, said), overwrite=overwrite) as path:
        path.write_bytes(made)
    return target


def plan_text(workspace: Workspace, plan_id: int, *, override: str = "") -> str:
    """Write a plan as plain text for standard output, and note in the journal that it left. Raises as ``print_plan``."""
    page, said = _to_leave(workspace, plan_id, override)
    made = rendering.render(plan_document(page))
    leaving = Leaving(BytesIO())
    leaving.write(made)
    leaving.note(workspace, _note(page, Path("standard output"), "txt", said))
    return made.decode()


def _to_leave(workspace: Workspace, plan_id: int, override: str) -> tuple[PlanPage, list[str]]:
    """The plan without what must not be disclosed, and what the journal says of that."""
    page = pages.load(workspace, plan_id)
    pupil_id = page.plan.pupil_id
    said = ensure_may_leave(workspace, pupil_id, "plan_print", override=override)
    if hides(workspace, pupil_id, CONTACTS):
        page, said = replace(page, contacts=()), [*said, "without the people around the pupil"]
    if hides(workspace, pupil_id, ADDRESS):
        nowhere: dict[str, Any] = dict.fromkeys(_WHERE)
        page = replace(
            page, plan=page.plan._replace(**nowhere), pupil=page.pupil._replace(school=None, next_school=None)
        )
        said = [*said, "without the schools"]
    return page, said


def print_blank(
    workspace: Workspace,
    what: BlankForm,
    transition: str | None,
    target: Path,
    kind: PrintKind | None = None,
    *,
    respondent: str = "pupil",
    moment: str = "before",
    overwrite: bool = False,
) -> Path:
    """Write a blank form to ``target``: nobody's data, so nothing is noted.

    ``transition`` says which move a blank plan is for, ``respondent`` and ``moment`` whom and when a survey asks. Raises
    ``NotAllowed`` for a form that there is not, and ``CannotWrite`` as ``print_plan`` does.
    """
    made = {
        "plan": lambda: plan_form(workspace, transition or ""),
        "survey": lambda: survey_form(workspace, respondent, moment),
        "audit": lambda: audit_form(workspace),
    }[what]()
    by_name = kind_of(target)
    written = rendered(made, kind or by_name)
    with put_in_place(workspace, target, overwrite=overwrite) as path:
        path.write_bytes(written)
    return target


def default_name(page: PlanPage, kind: PrintKind = "docx") -> str:
    """A file name that does not say whose plan it is to everybody: "plan-AK-14plus-v2.docx"."""
    transition = page.plan.transition.replace("+", "plus")
    parts = ("plan", initials(page.pupil.forename, page.pupil.surname), transition, f"v{page.plan.version}")
    return f"{'-'.join(filter(None, parts))}.{kind}"


def _note(page: PlanPage, target: Path, kind: PrintKind, said: list[str]) -> ExportNote:
    plan, pupil = page.plan, page.pupil
    parts = [
        f"{pupil.surname}, {pupil.forename}",
        f"{page.title}, version {plan.version}, {plan.status}",
        KINDS[kind],
        printable(target.name),
        *said,
    ]
    return ExportNote("Printed plan", parts)


def plan_form(workspace: Workspace, transition: str) -> Document:
    check_is_planned(transition)
    age, year_group = _USUAL.get(transition, _USUAL["INYR"])
    form = form_of(workspace, transition, age=age, year_group=year_group)
    return _form("My plan", (*_plan(form), *_about(point_title(transition), form.version)), workspace.clock.today)


def audit_form(workspace: Workspace) -> Document:
    found = load_checklist()
    rows = tuple((f"{number}. {item.label}\n{item.help}", "", "", "", "") for number, item in enumerate(found.items, 1))
    judgements = tuple(word.capitalize() for word in JUDGEMENTS)
    grades = ", ".join(f"{name} from {lowest}%" for name, lowest in thresholds(workspace).items())
    parts = (
        Note("For somebody who did not write the plan. Tick one box in each row."),
        Lines("Whose plan, for which move, and which version"),
        Lines("Who audits it, and when"),
        Heading("The checklist"),
        Table(("Is it so?", *judgements), rows, (28, 5, 5, 6, 9)),
        Heading("What follows"),
        Box("What is good, and what could be better", 5),
        Table(("What needs putting right", "Who", "By when"), (("", "", ""),) * 4, (4, 2, 1)),
        Note(
            f"Score: met counts 2, partly 1, not met 0. Items that are not applicable are left out. The score is the percentage of the points possible for the rest. Grades: {grades}."
        ),
        *_about("Quality audit", found.version),
    )
    return _form("Quality audit of a plan", parts, workspace.clock.today)


def survey_form(workspace: Workspace, respondent: str, moment: str) -> Document:
    """The empty survey for the "pupil" or a "parent or carer", to be filled in "before" or "after" the move.

    Raises ``NotAllowed`` for anybody else, and any other time.
    """
    if respondent not in RESPONDENTS or moment not in SURVEY_MOMENTS:
        who, when = (" or ".join(f"“{one}”" for one in words) for words in (RESPONDENTS, SURVEY_MOMENTS))
        raise NotAllowed(f"There is no survey for “{respondent}” “{moment}” the move. Choose {who}, and {when}.")
    found = load_survey()
    options = (*found.scale[respondent].values(), found.not_sure[respondent])
    one_row = (("",) * len(options),)
    parts: list[Part] = [Note(_ANONYMOUS), Heading("Tick one box under each line")]
    for item in found.items_for(moment):
        parts += [Heading(item.words[respondent], 3), Table(options, one_row, (1,) * len(options))]
    parts += [
        Heading(found.worry[respondent]),
        _numbers(WORRY, "not at all", "as worried as can be"),
        Heading(found.overall[respondent]),
        _numbers(OVERALL, "very bad", "very good"),
        Box(found.worked[respondent]),
        Box(found.change[respondent]),
        Lines(_CODES[moment]),
        Lines(_LINKED),
        *_about(f"Survey of {an(respondent)}, {moment} the move", found.version),
    ]
    return _form(f"{moment.capitalize()} the move: what do you think?", tuple(parts), workspace.clock.today)


def _numbers(numbers: range, least: str, most: str) -> Table:
    """A scale to tick, with words at both ends; the ends are wider, for the words."""
    first, *between, last = numbers
    header = (f"{first} {least}", *map(str, between), f"{last} {most}")
    return Table(header, (("",) * len(header),), (3, *(2,) * len(between), 3))


def _form(title: str, parts: tuple[Part, ...], today: date) -> Document:
    return Document(title, parts, footer=title, as_at=today)


def _about(what: str, version: str) -> Iterator[Part]:
    yield Note(f"{what}. Questions {version}.")


def _plan(form: PlanForm) -> Iterator[Part]:
    profile, *others = form.sections
    yield Lines("My name, and what I like to be called")
    for question in profile.questions:
        if question.code != "preferred_name":
            yield from _question_parts(question, profile)
    for number, section in enumerate(others):
        yield Heading(section.title, new_page=number == 0)
        yield Note(section.help, leading=True)
        yield from _section(section, form)


def _section(section: Section, form: PlanForm) -> Iterator[Part]:
    if section.code == "working":
        yield from _working(section)
        return
    for question in section.questions:
        yield from _question_parts(question, section)
    if section.holds == "outcomes":
        yield from _outcomes(form)
    elif section.holds:
        header, shares, rows = _TABLES[section.holds]
        yield Table(header, (("",) * len(header),) * rows, shares)


def _question_parts(question: Question, section: Section) -> Iterator[Part]:
    if question.kind == "long text":
        yield Box(question.label, _LINES_OF_A_BOX.get(section.code, 5), question.help)
    else:
        choices = ("yes", "no") if question.kind == "yes or no" else question.choices
        yield Lines(f"{question.label} ({' or '.join(choices)})" if choices else question.label)


def _working(section: Section) -> Iterator[Part]:
    labels = [question.label for question in section.questions]
    for left, right in zip(labels[::2], labels[1::2], strict=True):
        yield Table((left, right), (("", ""),) * 3, (1, 1))


def _outcomes(form: PlanForm) -> Iterator[Part]:
    for code, title in form.areas.items():
        yield Heading(title, 3)
        if form.area_prompts[code]:
            yield Note(form.area_prompts[code], leading=True)
        yield Lines("My hope")
        yield Lines("Where I am now")
        yield Lines("What will be different", 2)
        yield Lines("By when")
