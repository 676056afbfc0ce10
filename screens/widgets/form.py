"""Forms: fields are declared, checked one by one as they are left, and saved together."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, Static, TextArea

from screens.frame.safe import txt
from screens.widgets.choice import ChoiceLine, SuggestBox
from screens.widgets.clean_input import Clean, as_it_is
from screens.widgets.field_row import FieldRow
from screens.widgets.fields import Check, FormField, FormSection, text_of

Draft = Mapping[str, tuple[str, str | None]]
"""By field what was typed, and what stood in the record when that was begun (None: what stands there now)."""
KEEP_AFTER_SECONDS = 0.4


class Conflict(NamedTuple):
    """A field that somebody else has changed while it was being changed here: what stands now, and what was typed."""

    row: FieldRow
    value: object
    theirs: str

    @property
    def mine(self) -> str:
        return self.row.text


class _Fields(VerticalScroll, inherit_bindings=False):
    """The fields scroll to where the cursor is; no key scrolls them away from it."""


class Form(Vertical):
    """Fields in sections, in reading order; Ctrl+S saves, Escape leaves and keeps a draft.

    ``values`` are what is stored, by field name; for "suggest" an ``Option``. ``draft`` is what ``keep_draft`` was given,
    put back in place of what is stored. ``keep_draft`` is called as one types, so that a crash costs half a second of it, with
    what was changed, or None when nothing is changed any more. ``notice`` stands above the fields all the time.
    """

    HELP = """## Forms

Tab and Enter go to the next field, Shift+Tab to the previous one. Page Down and Page Up go from part to part. Ctrl+S saves, and so does Enter in the last field. Errors are shown under each field. Escape leaves without saving and keeps a draft. Ctrl+R discards the draft.
"""
    begins_at = ""
    """The name of the field that is to have the focus, where that is not the first."""
    HINT: ClassVar[str] = ""
    """What the line below the form says of its keys, in place of the usual."""
    BINDING_GROUP_TITLE = "Form"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "Save", id="form.save"),
        Binding("enter", "go_on", "Next field, or save in the last", show=False, id="form.next"),
        # Before a long text takes them: that scrolls with the arrows, too.
        Binding("pagedown", "part(1)", "Next part", show=False, id="form.next_part", priority=True),
        Binding("pageup", "part(-1)", "The part before", show=False, id="form.part_before", priority=True),
        Binding("escape", "leave", "Leave, keep a draft", id="form.leave"),
        Binding("ctrl+r", "start_again", "Discard the draft", show=False, id="form.start_again"),
    ]
    DEFAULT_CSS = """
    Form {
        height: 1fr;
        & > .form--top { height: auto; padding: 0 1; display: none; color: $text-muted; }
        & > .form--top.-problem { color: $text-error; text-style: bold; }
        & > .form--notice { height: auto; padding: 0 1; margin-bottom: 1; color: $text-warning; }
        & > VerticalScroll {
            height: 1fr;
            scrollbar-size-vertical: 1;
            scrollbar-background: $surface;
            scrollbar-color: $foreground 20%;
        }
        & .form--section { padding: 0 1; color: $text-primary; text-style: bold; }
    }
    """

    class Saved(Message):
        """All fields hold; ``values`` by field name, None for an empty field."""

        def __init__(self, values: dict[str, object]) -> None:
            super().__init__()
            self.values = values

    class Left(Message):
        """The form was left unsaved; ``draft_kept`` when something had been typed."""

        def __init__(self, draft_kept: bool) -> None:
            super().__init__()
            self.draft_kept = draft_kept

    def __init__(
        self,
        content: Sequence[FormField | FormSection],
        values: Mapping[str, object],
        *,
        parse_date: Check,
        clean: Clean = as_it_is,
        draft: Draft | None = None,
        keep_draft: Callable[[Draft | None], None] | None = None,
        notice: str = "",
        id: str | None = None,  # noqa: A002 - Textual's own word
    ) -> None:
        super().__init__(id=id)
        self._content = content
        self._keep_draft = keep_draft
        fields = [field for part in content for field in (part.fields if isinstance(part, FormSection) else [part])]
        self._rows = {field.name: FieldRow(field, values.get(field.name), parse_date, clean) for field in fields}
        self._draft = draft or {}
        self._kept = bool(draft)
        self._keeping: Timer | None = None
        self._behind: list[Widget] = []
        """What is put in place when what one sees has been painted: a field costs the more time the more there are."""
        self._top = Static(classes="form--top")
        self._notice = notice

    def compose(self) -> ComposeResult:
        if self._notice:
            yield Static(txt(self._notice), classes="form--notice")
        yield self._top
        for part in self._content:
            if isinstance(part, FormSection):
                self._behind += [Static(txt(part.title), classes="form--section")]
                self._behind += [self._rows[field.name] for field in part.fields]
            else:
                self._behind.append(self._rows[part.name])
        first = self._screenful()
        with _Fields(can_focus=False):
            yield from first
        del self._behind[: len(first)]

    @property
    def is_complete(self) -> bool:
        return not self._behind

    def _screenful(self) -> list[Widget]:
        """What comes next: so many fields that they are sure to fill the screen, and the one that the form begins at."""
        room, first = self.app.size.height, self._rows.get(self.begins_at)
        count = self._behind.index(first) + 1 if first in self._behind else 0
        for number, widget in enumerate(self._behind):
            if room <= 0:
                return self._behind[: max(count, number)]
            room -= widget.least_height if isinstance(widget, FieldRow) else 1
        return [*self._behind]

    async def _mount_behind(self) -> None:
        if self._behind:
            following = self._screenful()
            await self.query_one(_Fields).mount_all(following)
            del self._behind[: len(following)]
            self.call_after_refresh(self._mount_behind)

    def on_mount(self) -> None:
        self.call_after_refresh(self._mount_behind)
        rows = [self._rows[name] for name in self._draft if name in self._rows]
        for row in rows:
            row.text, begun_on = self._draft[row.field.name]
            row.begun_on = row.stored if begun_on is None else begun_on
        if self.changed:
            other = [f"{row.field.label} (now: {row.stored or 'empty'})" for row in rows if row.begun_on != row.stored]
            meanwhile = f" Somebody else has just changed: {', '.join(other)}." if other else ""
            self._say_at_top(f"Draft restored. Ctrl+R discards it.{meanwhile}")

    @property
    def parts(self) -> list[FormSection]:
        return [part for part in self._content if isinstance(part, FormSection)]

    @property
    def lines(self) -> int:
        """How many lines the form would take if nothing had to be scrolled."""
        # Without its margin a notice would push the last field below the edge.
        above = sum(notice.outer_size.height + 1 for notice in self.query(".form--notice"))
        return above + sum(child.outer_size.height for child in self.query_one(VerticalScroll).children)

    @property
    def changed(self) -> bool:
        return any(row.changed for row in self._rows.values())

    @property
    def changed_fields(self) -> frozenset[str]:
        return frozenset(name for name, row in self._rows.items() if row.changed)

    def keep(self) -> bool:
        """Keep a draft if anything was typed, and say whether it was."""
        if self._keeping is not None:
            self._keeping.stop()
            self._keeping = None
        changed = {name: (row.text, row.begun_on) for name, row in self._rows.items() if row.changed}
        if self._keep_draft is not None and (changed or self._kept):
            self._kept = bool(changed)
            self._keep_draft(changed or None)
        return bool(changed)

    def conflicts(self, now: Mapping[str, object]) -> Iterator[Conflict]:
        """What was changed here and, since it was begun, by somebody else too; ``now`` is what is stored now.

        Fields that were not touched here take what is stored now.
        """
        for name, row in self._rows.items():
            value = now.get(name)
            theirs = text_of(row.field, value)
            if not row.changed and theirs != row.stored:
                row.stand_on(value)
                row.restore()
            elif row.changed and theirs not in (row.begun_on, row.text):
                yield Conflict(row, value, theirs)

    @property
    def values(self) -> dict[str, object]:
        """The value of every field. Raises ValueError when one does not hold."""
        return {name: row.value for name, row in self._rows.items()}

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Show these sentences under their fields and go to the first; one for no field here goes to the top."""
        wrong = [row for name, row in self._rows.items() if name in problems]
        for row in wrong:
            row.complain(problems[row.field.name])
        self._point_at(wrong, [sentence for name, sentence in problems.items() if name not in self._rows])

    def _point_at(self, wrong: Sequence[FieldRow], others: Sequence[str] = ()) -> None:
        count = [f"{len(wrong)} {'thing' if len(wrong) == 1 else 'things'} to put right."] if wrong else []
        self._say_at_top(" ".join([*others, *count]), problem=True)
        if wrong:
            wrong[0].enter()

    def holds(self) -> bool:
        """Whether every field holds; what is wrong is said under its field."""
        wrong = [row for row in self._rows.values() if not row.settle()]
        if not all(row.field.late for row in wrong):
            self._point_at(wrong)
            return False
        self._say_at_top("")
        return True

    def action_save(self) -> None:
        if not self.holds():
            return
        self.post_message(self.Saved(self.values))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's own
        """Leave Page Up and Page Down to the field where there are no parts to go to."""
        return action != "part" or bool(self.parts)

    def action_part(self, step: int) -> None:
        firsts = [self._rows[part.fields[0].name] for part in self.parts]
        names = [part.fields[-1].name for part in self.parts]
        rows = list(self._rows.values())
        focused = next((index for index, row in enumerate(rows) if row.has_focus_within), 0)
        part = sum(rows.index(self._rows[name]) < focused for name in names)
        if firsts:
            first = firsts[max(0, min(part + step, len(firsts) - 1))]
            fields = self.query_one(_Fields)
            # Before the focus moves, so that going there has nothing left to scroll.
            fields.scroll_to_widget(
                fields.children[fields.children.index(first) - 1], top=True, animate=False, force=True
            )
            first.enter()

    def action_leave(self) -> None:
        self.post_message(self.Left(draft_kept=self.keep()))

    def action_start_again(self) -> None:
        for row in self._rows.values():
            row.restore()
        self._say_at_top("")

    def on_input_submitted(self) -> None:
        self.action_go_on()

    def action_go_on(self) -> None:
        """Go to the next field; from the last one, save."""
        last = list(self._rows.values())[-1]
        if not last.has_focus_within:
            self.screen.focus_next()
        elif not (isinstance(last.editor, SuggestBox) and last.editor.has_just_picked):
            self.action_save()

    @on(Input.Changed)
    @on(TextArea.Changed)
    @on(ChoiceLine.Changed)
    def _keep_soon(self) -> None:
        if self._keeping is None and self._keep_draft is not None:
            self._keeping = self.set_timer(KEEP_AFTER_SECONDS, self.keep)

    def on_descendant_blur(self) -> None:
        if self._keeping is not None:
            self.keep()

    def _say_at_top(self, message: str, *, problem: bool = False) -> None:
        self._top.display = bool(message)
        self._top.set_class(problem, "-problem")
        self._top.update(txt(message))
