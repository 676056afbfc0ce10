"""Whose records have been kept long enough: looked at one by one, kept longer with a reason, or disposed of with a certificate."""

from functools import partial
from typing import Final

from screens.frame.dialogs import Ask, Choice, Choose, Confirm
from screens.frame.host import Host
from screens.frame.record_form import fields_form, open_form, questions
from screens.frame.render_context import list_name
from screens.frame.saving import ask_file, short_path
from transitions.custody import retention
from transitions.custody.retention import KEEP_FIELDS, ToReview
from transitions.dates import long, without_weekday
from transitions.fields import typed_in
from transitions.text import how_many
from transitions.workspace import Recorded

NOBODY: Final = "No records have been kept long enough yet. To see or change how long each kind is kept: transitions retention years"
_ENDINGS: Final = (".docx", ".html", ".txt")


def title(found: int) -> str:
    return f"{how_many(found, 'pupil')} to review: kept long enough"


def line(one: ToReview, *, hidden: bool) -> Choice[int]:
    hint = f"{one.retention.title}, until {without_weekday(one.keep_until)}"
    return Choice(one.id, list_name(one.forename, one.surname, hidden=hidden), hint=hint)


def why(one: ToReview, *, hidden: bool) -> str:
    """Why somebody is on the list, since when, and what stands in the way of a disposal."""
    born = "" if hidden else f"Born {long(one.date_of_birth)}. "
    kept = f"{one.retention.title}: {how_many(one.retention.years, 'year')} from birth ({one.retention.source})."
    said = [f"{born}{kept} Kept until {long(one.keep_until)}."]
    if one.because and not hidden:
        said.append(f"Kept longer: {one.because}")
    return "\n".join([*said, *_in_the_way(one)])


def _in_the_way(one: ToReview) -> list[str]:
    if one.held:
        return [f"The record is {one.held}: it can't be disposed of until that is lifted."]
    return (
        [] if one.archived else ["The pupil is still in the lists. Archive the pupil before disposing of the record."]
    )


async def review(host: Host) -> None:
    """Show the list until somebody leaves it, or opens a pupil."""
    while found := retention.to_review(host.workspace):
        by_id, hidden = {one.id: one for one in found}, host.private
        detail = "Nothing is disposed of automatically. Look at each record before you decide."
        choices = [line(one, hidden=hidden) for one in found]
        chosen = await host.ask(Choose(title(len(found)), choices, detail=detail))
        if chosen is None:
            return
        one = by_id[chosen]
        does: dict[str, Choice[str]] = {
            "open": Choice("open", "Open the pupil’s page", "o"),
            "keep": Choice("keep", "Keep it longer, and say why", "k"),
        }
        if not _in_the_way(one):
            does["dispose"] = Choice("dispose", "Dispose of it, with a certificate", "d")
        what = await host.ask(
            Choose(line(one, hidden=hidden).label, list(does.values()), detail=why(one, hidden=hidden))
        )
        if what == "open":
            host.open.pupil(one.id)
            return
        if what == "keep":
            await _keep(host, one)
        elif what == "dispose":
            await _dispose(host, one)
    host.say(NOBODY)


async def _keep(host: Host, one: ToReview) -> None:
    def save(fields: dict[str, object]) -> Recorded:
        return retention.keep(host.workspace, one.id, fields)

    asked = questions(KEEP_FIELDS, typed_in(host.workspace), tuple(KEEP_FIELDS))
    await open_form(host, fields_form("Keep it longer", asked, {}, save, f"draft keeping {one.id}", None, now=None))


async def _dispose(host: Host, one: ToReview) -> None:
    prompt = "Who looked at it, and why you are disposing of it. The certificate shows this."
    reason = await host.ask(Ask("Why are you disposing of it?", prompt, needed="Say why. The certificate shows this."))
    if reason is None:
        return
    holds = "The certificate of disposal. Keep it: it is the only proof that this record existed."
    target = await ask_file(host, "certificate of disposal.docx", holds, _ENDINGS)
    if target is None:
        return
    whom = line(one, hidden=host.private).label
    sure = f"Everything about {whom} will be removed for good. Earlier backups still contain it until they are deleted."
    if await host.ask(Confirm("Dispose of it?", sure, yes="Dispose", no="Keep it")):
        made = await host.write(partial(retention.dispose, host.workspace, one.id, target, reason=reason))
        host.say(f"{made.name}: {made.summary}. The certificate is {short_path(target)}")
