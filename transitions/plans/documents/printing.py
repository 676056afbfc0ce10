"""Plans and blank forms as files, each put in its place whole; the journal knows of every plan that left."""

from pathlib import Path
from typing import Literal

from db.journal import Action
from transitions.exporting.documents import plain
from transitions.exporting.documents.rendering import KINDS, PrintKind, kind_of, rendered
from transitions.exporting.target import put_in_place
from transitions.plans import page as pages
from transitions.plans.documents.content import plan_document
from transitions.plans.page import PlanPage
from transitions.text import initials, printable
from transitions.workspace import Workspace

__all__ = ["KINDS", "BlankForm", "PrintKind", "default_name", "kind_of", "plan_text", "print_blank", "print_plan"]

BlankForm = Literal["plan", "survey", "audit"]


def print_plan(
    workspace: Workspace, plan_id: int, target: Path, kind: PrintKind | None = None, *, overwrite: bool = False
) -> Path:
    """Write a plan to ``target`` and note in the journal that it left; ``kind`` None goes by how the name ends.

    Raises ``NoSuchRecord`` when the plan is not there, and ``CannotWrite`` as ``put_in_place`` does and for a name that
    ends in no known way; then nothing was written, and nothing noted.
    """
    kind = kind or kind_of(target)
    page = pages.load(workspace, plan_id)
    made = rendered(plan_document(page), kind)
    with put_in_place(target, overwrite=overwrite) as path:
        path.write_bytes(made)
        # Before the file is put in its place: there is none that the journal does not know of.
        _note(workspace, page, target, kind)
    return target


def plan_text(workspace: Workspace, plan_id: int) -> str:
    """Give a plan as plain text for standard output, and note in the journal that it left. Raises ``NoSuchRecord``."""
    page = pages.load(workspace, plan_id)
    made = plain.render(plan_document(page)).decode()
    _note(workspace, page, Path("standard output"), "txt")
    return made


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
    from transitions.plans.documents import blank

    made = {
        "plan": lambda: blank.plan_form(workspace, transition or ""),
        "survey": lambda: blank.survey_form(workspace, respondent, moment),
        "audit": lambda: blank.audit_form(workspace),
    }[what]()
    written = rendered(made, kind or kind_of(target))
    with put_in_place(target, overwrite=overwrite) as path:
        path.write_bytes(written)
    return target


def default_name(page: PlanPage, kind: PrintKind = "docx") -> str:
    """Give a file name that does not say whose plan it is to everybody: "plan-AK-14plus-v2.docx"."""
    transition = page.plan.transition.replace("+", "plus")
    parts = ("plan", initials(page.pupil.forename, page.pupil.surname), transition, f"v{page.plan.version}")
    return f"{'-'.join(filter(None, parts))}.{kind}"


def _note(workspace: Workspace, page: PlanPage, target: Path, kind: PrintKind) -> None:
    plan, pupil = page.plan, page.pupil
    parts = [
        f"{pupil.surname}, {pupil.forename}",
        f"{page.title}, version {plan.version}, {plan.status}",
        KINDS[kind],
        printable(target.name),
    ]
    with workspace.database.write() as connection:
        Action(
            connection,
            name="Printed plan",
            summary="; ".join(parts),
            worker_id=workspace.me,
            at=workspace.clock.now(),
            kind="export",
        )
