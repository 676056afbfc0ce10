"""What is recorded beside the form of a handover: friendships, the child protection file, the tier, and what came after the move."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from screens.frame.dialogs import Ask, Choice, Choose, Dialog
from screens.frame.host import Host
from screens.frame.pickers import school_finder
from screens.frame.record_form import RecordForm, Values, open_form
from screens.frame.render_context import RenderContext, display_name, list_name
from screens.frame.safe import cell, template, txt
from screens.frame.small_records import Shown, small_records
from screens.handovers.body_text import factor_words, first_weeks_words, funding_words, since_words
from screens.handovers.correspondence import day_field, saving
from screens.pupils.page_text import placement_words
from screens.widgets.fields import FormField, Option
from screens.widgets.panel import Block, Pair, TextPanel, TextParagraph, Title
from transitions.caseload.caseload import Caseload, first_rows
from transitions.dates import short_with_year
from transitions.handovers import after_move as after
from transitions.handovers import safeguarding, tiers
from transitions.handovers.page import HandoverPage, load
from transitions.handovers.tiers import TIERS, TierProposal, TierRow
from transitions.pupils import editing
from transitions.school_year import academic_year
from transitions.team.workers import me_name
from transitions.text import capital
from transitions.workspace import Recorded

_QUIET = "dim"


async def decide_tier(host: Host, pupil_id: int) -> bool:
    """Show what is proposed with every factor, and ask for the tier; whether it was decided."""
    found = tiers.proposal(host.workspace, pupil_id)
    earlier = tiers.decisions(host.workspace, pupil_id)
    tier = await host.ask(
        TierScreen(lambda hidden: blocks(found, earlier, RenderContext(host.clock.today, hidden)), found.tier)
    )
    if tier is None:
        return False

    async def save(reason: str) -> None:
        host.record(await host.write(partial(tiers.decide, host.workspace, [pupil_id], tier, reason)))

    if tier == found.tier:
        await save("")
        return True
    prompt = f"{found.tier.capitalize()} is proposed."
    why = Ask(f"Why {tier}?", prompt, needed="Say what the factors don’t show.", save=save)
    return await host.ask(why) is not None


def blocks(found: TierProposal, earlier: list[TierRow], context: RenderContext) -> list[Block]:
    least = f", and {found.tier} begins at {found.from_points}" if found.from_points else ""
    shown: list[Block] = [Pair("Proposed", cell(found.tier, "bold"))]
    shown.append(Pair("Points", f"{found.points}{least}; factors {found.version}"))
    shown.append(Title("Because of"))
    if not found.contributing:
        shown.append(TextParagraph("Nothing recorded suggests a need for more help."))
    for one in found.contributing:
        factor = cell(factor_words(one.counted))
        shown.append(TextParagraph(Text.assemble(factor, (f"  {since_words(one.counted)}", _QUIET))))
    if found.not_known:
        shown.append(Title("Not recorded, so not counted"))
        shown.append(TextParagraph(cell("; ".join(factor.words for factor in found.not_known), _QUIET)))
    if earlier:
        shown.append(Title("Decided before"))
    for row in earlier:
        by = f" by {context.person(row.worker)}" if row.worker else ""
        reason = f": {context.text(row.reason)}" if row.reason else ""
        shown.append(
            TextParagraph(f"{short_with_year(row.decided_on)}{by}: {row.tier}, {row.proposed} was proposed{reason}")
        )
    return shown


class TierScreen(Dialog[str | None]):
    """Shows what ``blocks_of`` gives, which is told whether names are hidden; 1, 2 and 3 choose a tier, Enter the proposed one.

    Gives the tier, or None.
    """

    CSS_PATH = "handover.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,L", "leave", "Leave without a decision"),
        Binding("enter", "take", "Accept the suggested tier"),
    ]

    def __init__(self, blocks_of: Callable[[bool], list[Block]], proposed: str) -> None:
        super().__init__()
        self._blocks_of = blocks_of
        self._proposed = proposed

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog", id="tier"):
            yield TextPanel()
            yield Static(self._keys(), classes="detail")

    def on_mount(self) -> None:
        self.title_box("Which tier is it?", "1 2 3 choose · enter takes the suggested one · esc leaves")
        self.query_one(TextPanel).focus()
        self.watch(self.app, "private", self._write)

    def _write(self, hidden: bool) -> None:
        self.query_one(TextPanel).show(self._blocks_of(hidden), keep_place=True)

    def _keys(self) -> Content:
        lines = [
            template("[bold $key]$key_[/]  $tier$mark", key_=place, tier=tier.capitalize(),
                     mark="   proposed" if tier == self._proposed else "")
            for place, tier in enumerate(TIERS, 1)
        ]  # fmt: skip
        return txt("\n").join(lines)

    def on_key(self, event: events.Key) -> None:
        if event.character and event.character in "123"[: len(TIERS)]:
            event.stop()
            self.dismiss(TIERS[int(event.character) - 1])

    def action_take(self) -> None:
        self.dismiss(self._proposed)


_AFTER_MOVE: Mapping[str, Shown] = {
    "placement": Shown(
        after.PLACEMENT,
        placement_words,
        Choice("placement 0", "Add a placement", "p", "alternative provision, nurture group, part-time"),
        "placement",
    ),
    "weeks": Shown(
        after.FIRST_WEEKS,
        first_weeks_words,
        Choice("weeks 0", "Add how the first weeks go", "w", "as the new school reports it"),
        "how the first weeks go",
    ),
    "funding": Shown(after.FUNDING, funding_words, Choice("funding 0", "Add funding that ends", "f"), "funding"),
}


async def after_move(host: Host, pupil_id: int) -> None:
    await small_records(host, pupil_id, "After the move", host.pupil_name(pupil_id), _AFTER_MOVE)


_NEW = 0
_FOUND = 30
_BEFORE_SCHOOL = " · "
_NO_WORDS = "Records only the pair, nothing about the other child."


async def friends_of(host: Host, handover_id: int) -> None:
    changed = True
    while changed:
        page = load(host.workspace, handover_id)
        other: int | None = _NEW
        if page.friends:
            choices = [
                Choice(
                    one.pupil_id,
                    display_name(one.preferred_name or one.forename, one.surname, hidden=host.private),
                    hint=one.kind,
                )
                for one in page.friends
            ]
            choices.append(Choice(_NEW, "Add a pair", key="a"))
            other = await host.ask(Choose("Friendships", choices, detail=_NO_WORDS))
        if other == _NEW:
            await _add(host, page)
            return
        changed = other is not None and await _change(host, page, other)


async def _change(host: Host, page: HandoverPage, other: int) -> bool:
    pupil_id = page.row.pupil_id
    choices = [Choice(kind, kind.capitalize(), key=kind.split()[1][0]) for kind in safeguarding.FRIENDSHIP_KINDS]
    choices.append(Choice("", "Take the pair out", key="x"))
    names = f"{host.pupil_name(pupil_id)} and {host.pupil_name(other)}"
    current = next((one.kind for one in page.friends if one.pupil_id == other), None)
    kind = await host.ask(Choose("Together or apart?", choices, current=current, detail=names))
    if kind is None:
        return False
    if kind:
        host.record(await host.write(partial(safeguarding.pair, host.workspace, pupil_id, other, kind)))
    else:
        host.record(await host.write(partial(safeguarding.unpair, host.workspace, pupil_id, other)))
    return True


async def _add(host: Host, page: HandoverPage) -> None:
    kinds = [(kind, kind.capitalize()) for kind in safeguarding.FRIENDSHIP_KINDS]
    fields = [
        FormField(name="other", label="The other pupil", kind="suggest", required=True, suggest=_finder(host, page),
              help="Part of the name. Down lists the year group"),
        FormField(name="kind", label="In the new school", kind="choice", choices=kinds, required=True),
    ]  # fmt: skip

    def save(values: Values, _changed: frozenset[str]) -> Recorded:
        other = values["other"]
        assert isinstance(other, int)  # noqa: S101 - the field is needed, and its options are pupils
        return safeguarding.pair(host.workspace, page.row.pupil_id, other, str(values["kind"]))

    stored: Values = {"kind": safeguarding.FRIENDSHIP_KINDS[0]}
    draft = f"draft friendship {page.row.pupil_id}"
    await open_form(host, RecordForm("Add a pair", fields, stored, save, draft, notice=_NO_WORDS))


def _finder(host: Host, page: HandoverPage) -> Callable[[str], Sequence[Option]]:
    """What finds pupils of the same year group: of the same school, then those who go to the same one next."""
    group = academic_year(page.today) - page.pupil.cohort_year
    everybody = Caseload(year_groups=(group,), sort="name")
    near = [replace(everybody, school_id=page.pupil.school_id)] if page.pupil.school_id else []
    near += [replace(everybody, next_school_id=page.pupil.next_school_id)] if page.pupil.next_school_id else []

    def find(typed: str) -> Sequence[Option]:
        letters = typed.partition(_BEFORE_SCHOOL)[0].replace(",", " ")
        found: dict[object, str] = {}
        for caseload in near or [everybody]:
            for row in first_rows(host.workspace, replace(caseload, text=letters), _FOUND):
                if row.id != page.row.pupil_id:
                    name = list_name(row.preferred_name or row.forename, row.surname, hidden=host.private)
                    found.setdefault(row.id, f"{name}{_BEFORE_SCHOOL}{row.school or 'no school'}")
        return list(found.items())

    return find


NO_CONTENT = "Only that there is a file, how it was sent and the receipt. Never write what is in it anywhere in this program. The file goes separately, from one safeguarding lead to the other."
_SENT, _NO_FILE, _FILE = "sent", "no file", "file"


async def safeguard(host: Host, page: HandoverPage) -> None:
    choices: list[Choice[str]] = []
    for one in page.child_protection:
        if one.receipt_on is None:
            to = f"{short_with_year(one.sent_on)}, to {one.to_school or 'a school'}"
            choices.append(Choice(f"receipt {one.id}", "We have the receipt", hint=f"sent {to}"))
            choices.append(Choice(f"chase {one.id}", "I asked again for the receipt", hint=f"sent {to}"))
    choices.append(Choice(_SENT, "The file was sent", key="s"))
    if page.pupil.child_protection_file and not page.child_protection:
        choices.append(Choice(_NO_FILE, "There is no file", key="n"))
    elif not page.pupil.child_protection_file:
        choices.append(Choice(_FILE, "There is a file; it hasn’t been sent yet", key="f"))
    what = await host.ask(Choose("Child protection file", choices, detail=NO_CONTENT))
    if what is None:
        return
    kind, _, number = what.partition(" ")
    if what in (_FILE, _NO_FILE):
        host.record(await host.write(partial(_record_whether, host, page, there=what == _FILE)))
    elif what == _SENT:
        await open_form(host, _sent_form(host, page))
    elif kind == "receipt":
        await open_form(host, _receipt_form(host, page, int(number)))
    else:
        host.record(await host.write(partial(safeguarding.chase, host.workspace, int(number))))


def _record_whether(host: Host, page: HandoverPage, *, there: bool) -> Recorded:
    editing.save_pupil(host.workspace, page.row.pupil_id, {"child_protection_file": there})
    return Recorded("Child protection file", "there is one" if there else "there is none", 1)


def _sent_form(host: Host, page: HandoverPage) -> RecordForm:
    choices = [(how, capital(how)) for how in safeguarding.HOW]
    fields = [
        FormField(
            name="school",
            label="To",
            kind="suggest",
            suggest=school_finder(host.workspace),
            adds="school",
            required=True,
        ),
        FormField(name="how", label="How", kind="choice", choices=choices, required=True, help="Down lists the ways"),
        day_field(host, page),
        FormField(name="by", label="By whom", help="A name or role, nothing else"),
    ]

    pupil = page.pupil

    def sent(school: int, **details: Any) -> Recorded:
        return safeguarding.record_sent(host.workspace, pupil.id, school, **details)

    stored: dict[str, object] = {"by": me_name(host.workspace)}
    if pupil.next_school_id is not None:
        stored["school"] = (pupil.next_school_id, pupil.next_school)
    draft = f"draft child protection {pupil.id}"
    return RecordForm("The child protection file was sent", fields, stored, saving(sent), draft, notice=NO_CONTENT)


def _receipt_form(host: Host, page: HandoverPage, transfer_id: int) -> RecordForm:
    fields = [
        FormField(name="by", label="Confirmed by", required=True, help="A name or role at the receiving school"),
        day_field(host, page),
    ]

    save = saving(safeguarding.record_receipt, host.workspace, transfer_id)
    return RecordForm("We have the receipt", fields, {}, save, f"draft child protection receipt {transfer_id}")
