"""What the screens of milestones say: a line of the list, two sentences below it, and a milestone in full."""

from collections.abc import Iterator, Sequence
from datetime import date

from textual.content import Content

from screens.frame.safe import txt
from screens.widgets.panel import Block, Pair, Title, Words
from screens.widgets.window_table import Row
from transitions.dates import how_far, long, short_with_year
from transitions.milestones.catalogue import MilestoneLine, MilestonePage, span_in_words
from transitions.milestones.definitions import load_shipped
from transitions.milestones.milestone import Milestone
from transitions.school_year import academic_year_label

NONE = "-"


def cells(line: MilestoneLine) -> Row:
    """Give the row of a milestone, in the order of the columns of the list."""
    return (
        line.title,
        line.when,
        short_with_year(line.next_on) if line.next_on else NONE,
        line.severity,
        whose(line),
        "…" if line.open is None else f"{line.open:,}" if line.open else NONE,
    )


def whose(line: MilestoneLine) -> str:
    """Say in a word whether it came with the program, is the council's own, or is retired."""
    return "retired" if line.retired else "own" if line.own else "shipped"


def in_short(line: MilestoneLine, today: date) -> Content:
    """Give what a line of the list leaves out, in three lines at most."""
    days = f" · next {long(line.next_on)}, {how_far(line.next_on, today)}" if line.next_on else ""
    last = []
    if line.retired_from is not None:
        since = "Retired since" if line.retired else "Retires on"
        last.append(f"{since} {long(line.retired_from)}; T brings it back.")
    if line.changes_from is not None:
        last.append(f"Another rule is set from {academic_year_label(line.changes_from)}.")
    whom = line.whom[:1].upper() + line.whom[1:]
    severity = line.severity[:1].upper() + line.severity[1:]
    return txt("\n".join([f"{severity} · due {line.when}{days}.", *last, f"{whom}."]))


def in_full(page: MilestonePage, today: date) -> Sequence[Block]:
    """Give a whole milestone to read."""
    return list(_blocks(page, today))


def _blocks(page: MilestonePage, today: date) -> Iterator[Block]:
    line, now = page.line, page.now
    point = load_shipped().transitions[line.transition]
    yield Words(in_short(line, today).plain.splitlines()[-1])
    yield Title("When")
    yield Pair("Due", line.when)
    yield Pair("That is", page.dates)
    if now.grace_days:
        yield Pair("Days of grace", f"{now.grace_days}, then it counts as overdue")
    if now.met_by:
        yield Pair("Clears by itself", now.met_by)
    if line.retired_from is not None:
        yield Pair("Retired", f"from {long(line.retired_from)}")
    if line.open is not None:
        yield Pair("Open for", f"{line.open:,} pupil{'' if line.open == 1 else 's'}")
    yield Title("On whose word")
    yield Pair("Transition", f"{point.title} ({line.transition})")
    yield Pair("How severe", now.severity)
    yield Pair("Basis", now.basis)
    yield Pair("Source", now.source)
    yield Pair("Checked", "yes" if now.verified else "no: check with your LA")
    yield Pair("Whose", {"own": "the council’s own", "shipped": "came with the program"}.get(whose(line), "retired"))
    yield Pair("Code", line.code)
    yield Title("What counts as done")
    yield Words(now.evidence)
    yield Title("Why it matters")
    yield Words(now.why)
    if len(page.versions) > 1:
        yield Title("What it was, and will be")
        for version in page.versions:
            yield Pair(span_in_words(version).capitalize(), _rule(version.milestone))


def _rule(milestone: Milestone) -> str:
    grace = f", {milestone.grace_days} days of grace" if milestone.grace_days else ""
    until = f", until {short_with_year(milestone.valid_to)}" if milestone.valid_to else ""
    return f"{milestone.due}{grace}{until}; for {milestone.criteria.in_words()}; {milestone.severity}"
