"""Printing a plan: as what, and where to; Enter takes what is proposed."""

from screens.frame.dialogs import Choice, Choose
from screens.frame.host import Host
from screens.frame.saving import save_file
from transitions.plans.page import PlanPage, load

_FORMS = {"plan": "Blank plan for this move", "survey": "Blank family survey", "audit": "Blank audit"}
"""What can be printed for paper, as ``print_blank`` calls it; Word, because paper forms are filled in and handed round."""


async def print_plan(host: Host, plan_id: int) -> None:
    from transitions.plans import printing

    page = load(host.workspace, plan_id)
    kinds = [
        Choice(f"plan {kind}", f"{words[:1].upper()}{words[1:]}", key=kind[0], hint=f".{kind}")
        for kind, words in {"docx": "Word document", "html": "web page", "txt": "plain text, easy to read out"}.items()
    ]
    forms = [Choice(f"blank {form}", words, hint="for paper, .docx") for form, words in _FORMS.items()]
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
        )
        return
    await save_file(
        host,
        printing.default_name(page, name),  # type: ignore[arg-type]
        "It holds the plan whole: keep it where the family would want it kept.",
        lambda target: printing.print_plan(host.workspace, plan_id, target),
    )


def _detail(page: PlanPage) -> str:
    mark = "" if page.agreed else " It is not agreed yet, and every page will say so."
    return f"{page.title}, version {page.plan.version}.{mark}"
