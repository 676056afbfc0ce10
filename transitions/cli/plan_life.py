"""Commands that move a plan through its life: share, agree, start, version, close."""

from typing import Any

import click

from transitions.cli.options import typed_day
from transitions.cli.plan_options import of_a_plan, opened_plan, recorded_on


@click.command("share")
@of_a_plan
@click.option("--on", metavar="DATE", help="The day; today if not given.")
@click.option("--holder", default="", metavar="WHO", help="Who has the copy; the family if not given.")
@click.option("--form", default="", metavar="TEXT", help="In what form: paper, easy read, Polish, by e-mail.")
@click.pass_context
def share_command(ctx: click.Context, /, on: str | None, holder: str, form: str, **which: Any) -> None:
    """Record that the family has a copy."""
    from transitions.plans import lifecycle

    with opened_plan(ctx, which) as (workspace, plan):
        day = typed_day(workspace, on, "--on")
        recorded_on(workspace, lifecycle.share(workspace, plan.id, on=day, holder=holder, form=form), plan.id)


@click.command("agree")
@of_a_plan
@click.option("--on", metavar="DATE", help="The day; today if not given.")
@click.option("--review-on", metavar="DATE", help="The day by which to review it; by the review cycle if not given.")
@click.pass_context
def agree_command(ctx: click.Context, /, on: str | None, review_on: str | None, **which: Any) -> None:
    """Record that the pupil and the family agreed. From now on what the plan says stands.

    The version before it closes, and the next review is set.
    """
    from transitions.plans import lifecycle

    with opened_plan(ctx, which) as (workspace, plan):
        day, review = typed_day(workspace, on, "--on"), typed_day(workspace, review_on, "--review-on")
        recorded_on(workspace, lifecycle.agree(workspace, plan.id, on=day, review_on=review), plan.id)


@click.command("start")
@of_a_plan
@click.option("--on", metavar="DATE", help="The day; today if not given.")
@click.pass_context
def start_command(ctx: click.Context, /, on: str | None, **which: Any) -> None:
    """Record that the plan is being carried out."""
    from transitions.plans import lifecycle

    with opened_plan(ctx, which) as (workspace, plan):
        recorded_on(workspace, lifecycle.start(workspace, plan.id, on=typed_day(workspace, on, "--on")), plan.id)


@click.command("close")
@of_a_plan
@click.option("--reason", required=True, metavar="TEXT", help="Why: moved and settled, left the area, not wanted.")
@click.option("--on", metavar="DATE", help="The day; today if not given.")
@click.pass_context
def close_command(ctx: click.Context, /, reason: str, on: str | None, **which: Any) -> None:
    """Close a plan that has ended. Open actions stay open."""
    from transitions.plans import lifecycle

    with opened_plan(ctx, which) as (workspace, plan):
        day = typed_day(workspace, on, "--on")
        recorded_on(workspace, lifecycle.close(workspace, plan.id, reason=reason, on=day), plan.id)


@click.command("version")
@of_a_plan
@click.pass_context
def version_command(ctx: click.Context, /, **which: Any) -> None:
    """Make the next version of an agreed plan, as a draft. The one before stays in force until the new one is agreed."""
    from transitions.plans import opening

    with opened_plan(ctx, which) as (workspace, plan):
        saved = opening.new_version(workspace, plan.id)
        recorded_on(workspace, saved.recorded, saved.plan_id)
