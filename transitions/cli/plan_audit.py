"""The command about how good a plan is: audit."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from transitions.cli.options import formatted, pairs, typed_day
from transitions.cli.output import emit, say
from transitions.cli.plan_options import answer, of_a_plan, opened_plan

if TYPE_CHECKING:
    from transitions.plans.auditing import Audit
    from transitions.workspace import Workspace

_ITEM_KEYS = ("item", "words", "help", "judgement")
_ITEM_SHOWN = ("item", "judgement", "words")
_AUDIT_KEYS = ("audit", "plan", "audited_on", "auditor", "score", "grade", "comment", "of_draft")


@click.command("audit")
@of_a_plan
@formatted
@click.argument("judgements", nargs=-1, metavar="[ITEM=JUDGEMENT]...")
@click.option("--file", type=click.Path(path_type=Path), help="A CSV with the columns item and judgement.")
@click.option("--comment", default="", metavar="TEXT", help="In words; @FILE reads them from a file.")
@click.option(
    "--corrective",
    multiple=True,
    metavar="FIELD=VALUE",
    help="What puts it right: what=, owner= and due_on=; repeat it.",
)
@click.option("--on", metavar="DATE", help="The day of the audit; today if not given.")
@click.option("--past", is_flag=True, help="Print the audits there are.")
@click.pass_context
def audit_command(
    ctx: click.Context,
    /,
    style: str,
    judgements: tuple[str, ...],
    file: Path | None,
    comment: str,
    corrective: tuple[str, ...],
    on: str | None,
    past: bool,
    **which: Any,
) -> None:
    """Judge a plan by the checklist, such as: plan audit Khan hopes=met family-view=partly … Prints score and grade.

    A judgement is met, partly, not met or not applicable. Without any it prints the items that apply, as CSV a file to
    fill in for --file. The auditor is who is at the keyboard (transitions me) and cannot be an author of the plan.
    """
    from transitions.plans import auditing

    with opened_plan(ctx, which, closed_too=True) as (workspace, plan):
        said = {**(_of_file(file) if file else {}), **pairs(judgements)}
        if judgements or file:
            recorded = auditing.save_audit(
                workspace,
                plan.id,
                said,
                comment=answer(comment),
                corrective=pairs(corrective) or None,
                on=typed_day(workspace, on, "--on"),
            )
            say(recorded)
        if judgements or file or past:
            audits = auditing.of_plan(workspace, plan.id)
            emit([_record(one) for one in (audits if past else audits[:1])], _AUDIT_KEYS, style)
        else:
            emit(_items(workspace, plan.id), _ITEM_KEYS, style, shown=_ITEM_SHOWN)


def _items(workspace: "Workspace", plan_id: int) -> list[dict[str, object]]:
    """Give what has to be judged, with what the latest audit of this version said."""
    from transitions.plans import auditing
    from transitions.plans.page import load

    before = auditing.of_plan(workspace, plan_id)[:1]
    said = before[0].judgements if before else {}
    return [
        {"item": item.code, "words": item.label, "help": item.help, "judgement": said.get(item.code)}
        for item in auditing.items_for(load(workspace, plan_id))
    ]


def _record(audit: "Audit") -> dict[str, object]:
    return {"audit": audit.id, "plan": audit.plan_id, **{key: getattr(audit, key) for key in _AUDIT_KEYS[2:]}}


def _of_file(path: Path) -> dict[str, object]:
    """Read judgements from a CSV. Raises ``NoSuchFile`` and ``BadInput``."""
    from transitions.errors import BadInput, Problem
    from transitions.importing.tabular import read_table

    table = read_table(path.expanduser())
    columns = [name.strip().casefold() for name in table.header]
    problems = [
        Problem(table.name, f"has no column {name}: expected item and judgement")
        for name in ("item", "judgement")
        if name not in columns
    ]
    if problems:
        raise BadInput(problems)
    rows = list(table.rows)
    if table.refused:  # filled while the rows were read
        raise BadInput([one.problem for one in table.refused])
    item, judgement = columns.index("item"), columns.index("judgement")
    return {row.cells[item].strip(): row.cells[judgement].strip() for row in rows if row.cells[judgement].strip()}
