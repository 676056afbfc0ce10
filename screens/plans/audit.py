"""The quality audit of a plan: the checklist judged item by item with the score as one goes, then what is to be put right."""

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from rich.segment import Segment
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Static

from screens.frame.dialogs import Choice, Choose, ReadScreen
from screens.frame.drafts import leave_draft
from screens.frame.host import Host, host_of
from screens.frame.left_once import LeftOnce
from screens.frame.record_form import RecordForm, Values, open_form, question
from screens.frame.render_context import RenderContext
from screens.frame.safe import cell, txt
from screens.widgets.choice import CHOSEN, OPEN
from screens.widgets.columns import fit
from screens.widgets.cursor_list import CURSOR_BAR, CursorList
from screens.widgets.fields import FormField, FormSection
from screens.widgets.panel import Block, TextParagraph, Title
from transitions.dates import long, short_with_year
from transitions.fields import typed_in
from transitions.plans import auditing
from transitions.plans.auditing import CORRECTIVE_FIELDS, JUDGEMENTS, NOT_APPLICABLE, Audit
from transitions.plans.page import PlanPage, load
from transitions.team import workers
from transitions.workspace import Recorded

Looks = Sequence[tuple[str, str, str]]
"""What can be said of an item, in the order of the digits: the word, its symbol, and the part of the style it takes."""

_OPEN = ("to judge", ".", "open")


class Judging(CursorList):
    """Items by code, each with what is said of it. A digit says it and goes on to the next item."""

    HELP = """## The checklist

A digit judges the item under the cursor and goes to the next one. Left and Right change the judgement, Delete removes it. Up and Down move through the items.
"""
    BINDING_GROUP_TITLE = "Checklist"
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(str(digit), f"judge({digit})", f"Judgement {digit}", show=False) for digit in range(1, 5)),
        Binding("right,space", "turn(1)", "The next judgement", show=False),
        Binding("left", "turn(-1)", "The judgement before", show=False),
        Binding("delete,backspace", "take_back", "No judgement", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "judging--row", "judging--cursor", "judging--bar", "judging--number",
        "judging--good", "judging--middling", "judging--bad", "judging--quiet", "judging--open",
    }  # fmt: skip
    prefix: ClassVar[str] = "judging"

    class Changed(Message):
        """The cursor stands on another item, or an item was judged."""

    def __init__(self, items: Sequence[tuple[str, str]], looks: Looks, judgements: Mapping[str, str]) -> None:
        super().__init__()
        self._items = items
        self._looks = looks
        self.judgements = dict(judgements)

    def on_mount(self) -> None:
        self.lay_rows(len(self._items), 0)
        self.go_to_open()

    @property
    def code(self) -> str:
        return self._items[self.cursor][0]

    @property
    def left(self) -> int:
        return sum(code not in self.judgements for code, _ in self._items)

    def go_to_open(self) -> None:
        row = next((row for row, (code, _) in enumerate(self._items) if code not in self.judgements), None)
        if row is not None:
            self.move_cursor(row)

    def forget(self) -> None:
        self.judgements.clear()
        self.move_cursor(0)
        self.refresh()
        self.post_message(self.Changed())

    def cursor_moved(self) -> None:
        self.post_message(self.Changed())

    def action_judge(self, digit: int) -> None:
        self._say(digit - 1)
        self.move_cursor(self.cursor + 1)

    def action_turn(self, step: int) -> None:
        names = [grade[0] for grade in self._looks]
        given = self.judgements.get(self.code)
        self._say((names.index(given) + step) % len(names) if given else 0 if step > 0 else len(names) - 1)

    def action_take_back(self) -> None:
        self.judgements.pop(self.code, None)
        self._changed()

    def _say(self, place: int) -> None:
        self.judgements[self.code] = self._looks[place][0]
        self._changed()

    def _changed(self) -> None:
        self.repaint_row(self.cursor)
        self.post_message(self.Changed())

    def draw_row(self, row: int, width: int) -> list[Segment]:
        code, label = self._items[row]
        word, symbol, part = next((grade for grade in self._looks if grade[0] == self.judgements.get(code)), _OPEN)
        verdict = max(len(grade[0]) for grade in (*self._looks, _OPEN)) + 2
        style = self.row_style(row)
        return [
            Segment(CURSOR_BAR if row == self.cursor else " ", style + self.part("bar")),
            Segment(f"{row + 1:>2}  ", style + self.part("number")),
            Segment(fit(label, width - verdict - 8), style),
            Segment("  ", style),
            Segment(fit(f"{symbol} {word}", verdict), style + self.part(part)),
        ]


SYMBOLS = dict(zip(JUDGEMENTS, "+~x-", strict=True))
_PARTS = dict(zip(JUDGEMENTS, ("good", "middling", "bad", "quiet"), strict=True))
_NEW = 0


async def open_audit(host: Host, plan_id: int) -> None:
    page = load(host.workspace, plan_id)
    audits = auditing.of_plan(host.workspace, plan_id)
    reason = _why_not(host, plan_id)
    if reason and not audits:
        host.say(reason, "warning", timeout=10)
        return
    number: int | None = _NEW
    if audits:
        choices = [Choice(audit.id, _verdict(audit), hint=_when_and_who(audit)) for audit in audits]
        if not reason:
            choices.append(Choice(_NEW, "Audit it again", key="a"))
        number = await host.ask(Choose(f"Audits of version {page.plan.version}", choices, detail=reason or ""))
    if number == _NEW:
        host.push_screen(AuditScreen(page))
    elif number is not None:
        audit = next(one for one in audits if one.id == number)
        host.push_screen(
            ReadScreen(f"Audit · {_verdict(audit)}", lambda hidden: list(_audit_text(audit, page, hidden)))
        )


def _why_not(host: Host, plan_id: int) -> str | None:
    reason = auditing.why_not(host.workspace, plan_id)
    if reason and host.workspace.me is None:
        return f"{reason} Staff, in the caseload, is where ; says it."
    return reason


def _verdict(audit: Audit) -> str:
    return "Nothing applies" if audit.score is None else f"{audit.grade}, {auditing.points(audit.judgements).text}"


def _when_and_who(audit: Audit) -> str:
    of = " · of the draft" if audit.of_draft else ""
    return f"{short_with_year(audit.audited_on)} · {audit.auditor}{of}"


def _audit_text(audit: Audit, page: PlanPage, hidden: bool) -> Iterator[Block]:
    context = RenderContext(page.today, hidden)
    applicable = sum(given != NOT_APPLICABLE for given in audit.judgements.values())
    yield TextParagraph(f"{_verdict(audit)} · {applicable} of {len(audit.judgements)} items applicable")
    yield TextParagraph(cell(f"{long(audit.audited_on)} · {_when_and_who(audit).partition(' · ')[2]}", "dim"))
    if audit.comment:
        yield Title("Comment")
        yield TextParagraph(context.text(audit.comment))
    if audit.actions:
        yield Title("Needs putting right")
    for action in audit.actions:
        due = f"by {short_with_year(action.due_on)}" if action.due_on else "no day"
        yield TextParagraph(context.text(action.what))
        yield TextParagraph(cell(f"{context.person(action.owner)} · {due} · {action.status}", "dim"), indent=2)
    labels = {item.code: item.label for item in auditing.load_checklist().items}
    for judgement in reversed(JUDGEMENTS):
        codes = [code for code, given in audit.judgements.items() if given == judgement]
        if codes and judgement != NOT_APPLICABLE:
            yield Title(f"{SYMBOLS[judgement]} {judgement.capitalize()}")
            for code in codes:
                yield TextParagraph(labels.get(code, code), indent=2)


class AuditScreen(ModalScreen[None], LeftOnce[None]):
    """The checklist. What was judged is kept as it is judged, so that an audit can be left and gone on with."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,ctrl+s", "finish", "Comment and save"),
        Binding("ctrl+r", "again", "Begin again"),
        Binding("escape", "leave", "Leave, keep a draft"),
    ]
    CSS_PATH = "audit.tcss"

    def __init__(self, page: PlanPage) -> None:
        super().__init__()
        self._page = page
        self._items = {item.code: item for item in auditing.items_for(page)}
        self._draft = f"draft audit {page.plan.id}"

    def compose(self) -> ComposeResult:
        kept = workers.left_on_desk(self._host.workspace, self._draft) or {}
        judgements = {code: word for code, word in kept.items() if code in self._items and word in JUDGEMENTS}
        with Vertical() as box:
            box.border_title = txt(f"Audit · version {self._page.plan.version} · {self._page.title}")
            if judgements:
                box.border_subtitle = txt("draft restored · ^r discards it")
            yield Judging(
                [(code, item.label) for code, item in self._items.items()],
                [(word, SYMBOLS[word], _PARTS[word]) for word in JUDGEMENTS],
                judgements,
            )
            yield Static(id="audit-item")
            yield Static(id="audit-score")
            yield Static(
                txt("1-4 judge   ← → change   enter comment and save   esc leave, draft kept"), id="audit-keys"
            )

    def on_mount(self) -> None:
        self._explain()

    @property
    def _host(self) -> Host:
        return host_of(self)

    @property
    def _judging(self) -> Judging:
        return self.query_one(Judging)

    @on(Judging.Changed)
    def _judged(self) -> None:
        leave_draft(self._host, self._draft, self._judging.judgements or None)
        self._explain()

    def _explain(self) -> None:
        item = self._items[self._judging.code]
        given = self._judging.judgements.get(item.code)
        choices = Content("   ").join(
            txt(f"{CHOSEN if word == given else OPEN} {digit} {word}", "bold" if word == given else "")
            for digit, word in enumerate(JUDGEMENTS, 1)
        )
        explained = Content("\n").join((choices, txt(item.label, "bold"), txt(item.help, "$quiet")))
        self.query_one("#audit-item", Static).update(explained)
        self.query_one("#audit-score", Static).update(txt(self._score()))

    def _score(self) -> str:
        judgements, every = self._judging.judgements, len(auditing.load_checklist().items)
        points = auditing.points(judgements)
        score = points.percent
        so_far = " so far" if self._judging.left else ""
        verdict = (
            "No score yet"
            if score is None
            else f"{points.text} · {auditing.grade(self._host.workspace, score)}{so_far}"
        )
        applicable = len(self._items) - sum(word == NOT_APPLICABLE for word in judgements.values())
        left = f" · {self._judging.left} still to judge" if self._judging.left else ""
        return f"{verdict} · {applicable} of {every} applicable{left}"

    async def action_finish(self) -> None:
        left = self._judging.left
        if left:
            self._judging.go_to_open()
            self._host.say(
                f"{left} {'item is' if left == 1 else 'items are'} not judged yet. 4 means it does not apply."
            )
            return
        await self._host.carry_out(self._save())

    def action_again(self) -> None:
        self._judging.forget()
        self.query_one(Vertical).border_subtitle = txt("")

    def action_leave(self) -> None:
        if self._judging.judgements:
            self._host.say("Not saved. Your judgements will be here when you audit this plan again.")
        self.dismiss(None)

    async def _save(self) -> None:
        if await open_form(self._host, self._form()):
            leave_draft(self._host, self._draft, None)
            self.dismiss(None)

    def _form(self) -> RecordForm:
        context = typed_in(self._host.workspace)
        content: list[FormField | FormSection] = [
            FormField(
                name="comment", label="Comment", kind="long text", help="What is good, and what would make it better"
            ),
            FormSection(
                title="What needs putting right",
                # all or nothing: the audit says what is wrong when it is saved
                fields=[question(one, context, required=False, check=None) for one in CORRECTIVE_FIELDS.values()],
            ),
        ]

        def save(values: Values, _changed: frozenset[str]) -> Recorded:
            corrective = {name: values[name] for name in CORRECTIVE_FIELDS}
            comment = str(values["comment"] or "")
            plan_id, judgements = self._page.plan.id, self._judging.judgements
            return auditing.save_audit(
                self._host.workspace, plan_id, judgements, comment=comment, corrective=corrective
            )

        title = f"Audit · {self._score()}"
        return RecordForm(title, content, {}, save, f"{self._draft} comment")
