"""What is said of a sealed file that came: its heading, whom a pack brings and what changes, what an answer says."""

from collections.abc import Mapping, Sequence
from typing import Final

from rich.text import Text
from textual.content import Content

from screens.frame.privacy import HIDDEN_NOTE, list_name
from screens.frame.safe import cell, txt
from screens.importing.lines import facts
from screens.widgets.columns import Cell, Column
from screens.widgets.panel import Block, Pair, Title, Words
from transitions.dates import short_with_year
from transitions.handovers.acknowledging import TakenAnswer
from transitions.handovers.pack_content import Acknowledgement
from transitions.handovers.pack_file import Header
from transitions.handovers.receiving import Arrival, Incoming
from transitions.handovers.tiers import TIERS
from transitions.importing.preview import Entry

COLUMNS: Final = (
    Column("Name", flex=2, min_width=16, priority=10),
    Column("Tier", width=9, priority=7),
    Column("Whose record", flex=3, min_width=24, priority=9),
    Column("Changes", width=7, align="right", priority=8),
)
_SECTIONS: Final[Mapping[str, str]] = {
    "new": "come in",
    "newer": "are newer than what is here",
    "in its place": "take the place of another for the same move",
    "refused": "are refused",
    "same": "are here already",
    "older": "are older than what is here, and passed over",
}
_NOTES_SHOWN: Final = 1
_KNOWN: Final[Mapping[str, str]] = {
    "this handover": "known by an earlier pack",
    "upn": "known by UPN",
    "former upn": "known by a former UPN",
    "name": "known by name and birth",
    "nothing": "a new pupil",
}


def of_header(header: Header) -> str:
    """What the file says of itself, and what is wanted next."""
    what = "A pack" if header.kind == "handover pack" else "The answer to a pack"
    made = short_with_year(header.made_on)
    return f"{what} from {header.sender} for {header.receiver}, made {made}. Type the passphrase that they read out."


def of_answer(answer: Acknowledgement) -> str:
    told = answer.handovers
    done = sum(one.acknowledged_on is not None for one in told)
    asked = sum(any(said.kind == "question" for said in one.messages) for one in told)
    parts = [f"{done:,} of {len(told):,} acknowledged"]
    parts += [f"{asked:,} with a question"] if asked else []
    by = f" by {answer.made_by}" if answer.made_by else ""
    made = short_with_year(answer.made_on)
    return f"The answer of {answer.sender.name}, made {made}{by}: {', '.join(parts)}. ctrl+s takes it in."


def summary(incoming: Incoming, *, hidden: bool) -> Content:
    """What taking the pack in would do, and the first of what to know before."""
    hint = "ctrl+s takes it in." if incoming.taken else "There is nothing to take in."
    changes = len(incoming.preview.changed)
    ours = (
        f" {changes:,} of our records {'changes' if changes == 1 else 'change'}; space keeps ours." if changes else ""
    )
    told, more = notes(incoming, hidden=hidden), len(incoming.notes) - _NOTES_SHOWN
    shown = [*told[:_NOTES_SHOWN], *([f"{more:,} more to know: n shows all."] if more > 0 else [])]
    return Content.assemble(
        txt(incoming.summary, "bold"), ". ", txt(hint), txt(ours), *(txt(f"\n{note}", "$warning") for note in shown)
    )


def notes(incoming: Incoming, *, hidden: bool) -> list[str]:
    """Every sentence to read before deciding; they may name pupils."""
    return [HIDDEN_NOTE if hidden else f"{note[:1].upper()}{note[1:]}." for note in incoming.notes]


def notes_in_full(incoming: Incoming, *, hidden: bool) -> list[Block]:
    return [Words(cell(f"- {note}")) for note in notes(incoming, hidden=hidden)]


def in_order(arrivals: Sequence[Arrival]) -> tuple[list[Arrival], list[tuple[int, str]]]:
    """The pupils of a pack by what becomes of them, the highest tier first, with headings."""
    ranks = {tier: -place for place, tier in enumerate(TIERS)}
    ordered: list[Arrival] = []
    sections = []
    for what, title in _SECTIONS.items():
        found = [one for one in arrivals if one.what == what]
        if found:
            sections.append((len(ordered), f"{len(found):,} {title}"))
            ordered += sorted(found, key=lambda one: ranks.get(_tier(one), 1))
    return ordered, sections


def _tier(one: Arrival) -> str:
    return one.sent.tier.tier if one.sent.tier else ""


def by_place(incoming: Incoming) -> dict[int, Arrival]:
    return {one.place: one for one in incoming.arrivals}


def row_of(one: Arrival, incoming: Incoming, *, hidden: bool) -> tuple[Cell, ...]:
    entry = _entry(incoming, one.place)
    changes = len(entry.differences) if entry else 0
    return (
        cell(_name(one, hidden=hidden)),
        _tier(one) or "-",
        _what(one, incoming, hidden=hidden),
        f"{changes:,}" if changes else "",
    )


def _what(one: Arrival, incoming: Incoming, *, hidden: bool) -> Cell:
    if one.what != "refused":
        return _KNOWN[one.known_by] if one.taken else ""
    reasons = HIDDEN_NOTE if hidden else "; ".join(_reasons(incoming, one.place))
    return cell(f"! refused: {reasons}")


def _name(one: Arrival, *, hidden: bool) -> str:
    pupil = one.sent.pupil
    return list_name(pupil.preferred_name or pupil.forename, pupil.surname, hidden=hidden)


def _entry(incoming: Incoming, place: int) -> Entry | None:
    found = (entry for entry in (*incoming.preview.changed, *incoming.preview.new) if entry.line == place)
    return next(found, None)


def _reasons(incoming: Incoming, place: int) -> Sequence[str]:
    return next((row.reasons for row in incoming.preview.refused if row.row.line == place), ())


def in_full(incoming: Incoming, place: int, *, hidden: bool) -> list[Block]:
    """A pupil of a pack whole: what changes in our record, or what a new one would hold."""
    one, entry = by_place(incoming)[place], _entry(incoming, place)
    told: list[Block] = [Title(f"{_name(one, hidden=hidden)} · {len(one.sent.answers):,} answers")]
    if hidden:
        return [*told, Words(HIDDEN_NOTE)]
    told += [Words(f"! {reason}") for reason in _reasons(incoming, place)]
    if entry is None:
        return told
    if entry.differences:
        return [*told, *(Pair(change.title, _change(change.old, change.new)) for change in entry.differences)]
    return [*told, *(Pair(name, cell(words)) for name, words in facts(entry))]


def _change(old: str, new: str) -> Text:
    return Text.assemble(cell(old or "nothing", "dim"), (" → ", "dim"), cell(new or "nothing"))


def taken(answer: TakenAnswer, *, hidden: bool) -> list[Block]:
    told: list[Block] = [
        Pair("Acknowledged", f"{answer.acknowledged:,}"),
        Pair("Returned with a question", f"{answer.returned:,}"),
        Pair("Viewed", f"{answer.viewed:,}"),
        Pair("Received", f"{answer.received:,}"),
    ]
    if answer.notes:
        told.append(Title("To know"))
        told += [Words(HIDDEN_NOTE if hidden else cell(note)) for note in answer.notes]
    return told
