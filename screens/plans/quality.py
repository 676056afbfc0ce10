"""How good the plans of a caseload are: how many are completed, what their audits found, and what came of it."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from screens.caseload import views
from screens.frame.dialogs import read_and_show
from screens.frame.host import Host
from screens.frame.safe import cell
from screens.widgets.panel import Block, Pair, TextParagraph, Title
from transitions.caseload.caseload import Caseload
from transitions.caseload.forecast import Quarter, turning_18
from transitions.plans import audit_summary
from transitions.plans.audit_summary import Agreement, ItemCount, Summary
from transitions.plans.lifecycle import COMPLETED_MEANS
from transitions.school_year import academic_year, academic_year_label, academic_year_span
from transitions.text import capital
from transitions.workspace import Workspace

_QUIET: Final = "dim"
_QUARTERS: Final = 4
_WEAKEST: Final = 10
"""Items shown, those most often not met: the command line lists every one."""


class Quality(NamedTuple):
    """What there is to show."""

    found: Summary
    agreement: Agreement
    turning_18: Sequence[Quarter] = ()


async def open_quality(host: Host, caseload: Caseload) -> None:
    workspace = host.workspace

    def blocks(quality: Quality, hidden: bool) -> Sequence[Block]:
        return quality_text(quality, views.described(workspace, caseload, hidden=hidden))

    await read_and_show(host, "Quality of plans", lambda: _load(workspace, caseload), blocks)


def _load(workspace: Workspace, caseload: Caseload) -> Quality:
    first, last = academic_year_span(academic_year(workspace.clock.today))
    found = audit_summary.summary(workspace, caseload, first, last)
    return Quality(found, audit_summary.agreement(workspace), turning_18(workspace, caseload, _QUARTERS))


def quality_text(quality: Quality, pupils: str) -> list[Block]:
    found = quality.found
    return [
        TextParagraph(f"{pupils} · {academic_year_label(academic_year(found.first))}"),
        *_plans(found),
        *_weakest(found),
        *_corrective(found),
        *_turning_18(quality.turning_18),
        Title("Plans audited by two people"),
        TextParagraph(quality.agreement.text),
        TextParagraph(cell("This counts the plans of all pupils, whenever they were audited.", _QUIET)),
        TextParagraph(""),
        TextParagraph(cell("For other dates: transitions plan quality --from … --to …", _QUIET)),
    ]


def _turning_18(quarters: Sequence[Quarter]) -> Iterator[Block]:
    if any(one.turn_18 for one in quarters):
        yield Title("Who turns 18")
        for one in quarters:
            known = f", adults’ services know of {one.referred.text}" if one.referred.base else ""
            yield Pair(one.quarter, f"{one.turn_18:,}{known}")
        yield TextParagraph(
            cell("Out of those with an EHC plan or open to social care. More: transitions forecast", _QUIET)
        )


def _plans(found: Summary) -> Iterator[Block]:
    yield Title("Completed plans")
    if not found.open:
        yield TextParagraph("None of these pupils has an open plan this year. Press P on a pupil to open one.")
    else:
        yield from _shares(found, "children", "open plans")
        yield TextParagraph(cell(f"Completed means: {COMPLETED_MEANS}.", _QUIET))
    yield Title("Audits")
    if not found.audited:
        yield TextParagraph("None of these pupils' plans was audited this year. Press ; on a plan to audit it.")
        return
    yield from _shares(found, "open or audited plans", "audited plans")
    for name, share in found.graded.items():
        yield Pair(capital(name), share.text)


def _shares(found: Summary, *bases: str) -> Iterator[Block]:
    for name, share in found.shares.items():
        if share.of in bases:
            yield Pair(capital(name), share.text)


def _weakest(found: Summary) -> Iterator[Block]:
    weakest = [one for one in found.items if one.not_met][:_WEAKEST]
    if weakest:
        yield Title("Most often not met")
    for one in weakest:
        yield TextParagraph(one.words)
        yield TextParagraph(cell(_item_counts(one), _QUIET), indent=2)


def _item_counts(one: ItemCount) -> str:
    return f"not met {one.share(one.not_met).text} · partly {one.partly:,} · met {one.met:,}"


def _corrective(found: Summary) -> Iterator[Block]:
    if found.corrective.total:
        yield Title("What needed putting right")
        for state, share in found.put_right.items():
            yield Pair(capital(state), share.text)
