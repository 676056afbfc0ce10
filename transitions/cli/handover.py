"""The commands about handovers: what the next school must know, whether it was read, and what came after the move."""

from pathlib import Path

import click

from transitions.cli.lazy import Commands, LazyCommands
from transitions.cli.options import common, remember

HANDOVER_COMMANDS: Commands = {
    "list": ("handover_read", "Print the board: every pupil who moves, how far the handover is, who waits for whom."),
    "show": ("handover_read", "Print one handover with its answers, what is missing, its way and its questions."),
    "questions": ("handover_read", "Print what the form of a move asks, with the names of the questions."),
    "own-questions": ("handover_read", "Print or change the questions that a council asks beside the shipped ones."),
    "start": ("handover_write", "Start handovers, of one pupil or of a class."),
    "edit": ("handover_write", "Answer questions, of one pupil or the same for many."),
    "accept": ("handover_write", "Take over as answers what the record proposes."),
    "friend": ("handover_write", "Record that two pupils are to be kept together, or apart."),
    "unfriend": ("handover_write", "Take out what is recorded of two pupils."),
    "tier": ("handover_write", "Print what tier is proposed and why, or decide it."),
    "factors": ("handover_write", "Print or change how much each factor of the tier counts."),
    "child-protection": ("handover_write", "Record how a child protection file went, its receipt, or that it was chased."),
    "send": ("handover_delivery", "Record that handovers went to their next schools."),
    "viewed": ("handover_delivery", "Record that the receiving school has opened handovers."),
    "acknowledge": ("handover_delivery", "Record that the receiving school acknowledges handovers; only then they are complete."),
    "fail": ("handover_delivery", "Record that handovers did not arrive."),
    "chase": ("handover_delivery", "Record that the receiving school was asked whether it has read handovers."),
    "take-back": ("handover_delivery", "Record that handovers were not sent after all."),
    "ask": ("handover_delivery", "Write down a question of the receiving school."),
    "reply": ("handover_delivery", "Answer a question of the receiving school."),
    "note": ("handover_delivery", "Write a note that goes along with a handover."),
    "passphrase": ("handover_packs", "Propose a passphrase that is easy to say on the telephone."),
    "pack": ("handover_packs", "Make a sealed file for each receiving school, with all its pupils, and mark them as sent."),
    "packs": ("handover_packs", "Print the files that went and came."),
    "receive": ("handover_packs", "Take in a pack that came from another school."),
    "inbox": ("handover_read", "Print the handovers that came from other schools."),
    "answer-pack": ("handover_packs", "Write the file that tells a sender what has been received, acknowledged and asked."),
    "take-answer": ("handover_packs", "Take in a school's answer to a pack."),
    "print": ("handover_formats", "Write a school's handovers for printing: a cover list, a page for each, a receipt slip."),
    "format": ("handover_formats", "Write handovers in the columns that a school asks for, or say which these are."),
    "placement": ("handover_after_move", "Record where a pupil went after a move, and the return."),
    "first-weeks": ("handover_after_move", "Record how the first weeks at the new school went."),
    "funding": ("handover_after_move", "Record extra funding that ends, and that it was applied for again."),
    "sustained": ("handover_after_move", "Print how many moves have lasted a term and a year."),
}  # fmt: skip


@click.group("handover", cls=LazyCommands, table=HANDOVER_COMMANDS)
@common
@click.pass_context
def handover_command(ctx: click.Context, db: Path | None, as_of: str | None) -> None:
    """Log once what the next school must know, send it, and know for certain that it was read.

    PUPIL is a number such as #12, a UPN or a name. A handover is complete only when the receiving school acknowledges it.
    """
    kept = ctx.find_root().obj or {}
    remember(ctx.find_root(), db or kept.get("db"), as_of or kept.get("as_of"))
