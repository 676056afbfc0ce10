"""Printing a plan: as what, and where to; Enter takes what is proposed."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from screens.exporting.save_list import file_trouble, free_name, short_path
from screens.frame.dialogs import Ask, Choice, Choose
from screens.frame.host import Host
from screens.widgets.path_box import path_of
from transitions.plans.page import PlanPage, load

if TYPE_CHECKING:
    from transitions.exporting.documents.rendering import PrintKind

_FORMS = {"plan": "Blank plan for this move", "survey": "Blank family survey", "audit": "Blank audit"}
"""What can be printed for paper, as ``print_blank`` calls it; Word, because paper forms are filled in and handed round."""


def print_plan(host: Host, plan_id: int) -> None:
    """Ask what is to be printed and where to, and write it while work goes on."""
    from transitions.plans import printing

    page = load(host.workspace, plan_id)
    kinds = [
        Choice(f"plan {kind}", f"{words[:1].upper()}{words[1:]}", key=kind[0], hint=f".{kind}")
        for kind, words in {"docx": "Word document", "html": "web page", "txt": "plain text, easy to read out"}.items()
    ]
    forms = [Choice(f"blank {form}", words, hint="for paper, .docx") for form, words in _FORMS.items()]

    def chosen(what: str | None) -> None:
        if what is None:
            return
        sort, _, name = what.partition(" ")
        if sort == "blank":
            transition = page.plan.transition
            _ask_where(
                host,
                f"blank-{name}.docx",
                lambda target: printing.print_blank(host.workspace, name, transition, target),  # type: ignore[arg-type]
            )
            return
        kind: PrintKind = name  # type: ignore[assignment]
        _ask_where(
            host,
            printing.default_name(page, kind),
            lambda target: printing.print_plan(host.workspace, plan_id, target),
            "It holds the plan whole: keep it where the family would want it kept.",
        )

    host.push_screen(Choose("Print as what?", [*kinds, *forms], detail=_detail(page)), chosen)


def _detail(page: PlanPage) -> str:
    mark = "" if page.agreed else " It is not agreed yet, and every page will say so."
    return f"{page.title}, version {page.plan.version}.{mark}"


def _ask_where(host: Host, name: str, write: Callable[[Path], Path], prompt: str = "") -> None:
    def problem(text: str) -> str | None:
        return file_trouble(text, path_of(text), name)

    def answered(text: str | None) -> None:
        if text is not None:
            host.run_worker(_write(host, path_of(text), write), group="print", exit_on_error=False)

    host.push_screen(Ask("Save it as", prompt, short_path(free_name(name)), problem=problem), answered)


async def _write(host: Host, target: Path, write: Callable[[Path], Path]) -> None:
    # a Fault in a worker is said by the app
    written = await asyncio.to_thread(write, target)
    host.say(f"Saved {short_path(written)}")
