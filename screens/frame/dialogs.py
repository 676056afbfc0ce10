"""Three small questions: choose one of a list, type a line, yes or no. Escape always leaves without an answer."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from functools import partial
from typing import ClassVar, Generic, NamedTuple, TypeVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.css.styles import RulesMap
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual
from textual.widgets import Button, Input, OptionList, Static, TextArea
from textual.widgets.option_list import Option

from screens.frame.commands import CHOICE_KEYS
from screens.frame.host import Host, host_of
from screens.frame.left_once import LeftOnce
from screens.frame.safe import say, template, txt, without_address
from screens.widgets.choice import Options
from screens.widgets.clean_input import MOST_ON_ONE_LINE, BoundedArea, BoundedInput
from screens.widgets.line import one_line
from screens.widgets.panel import Block, TextPanel
from transitions.errors import Fault
from transitions.text import LONGEST_SEARCH, answering, too_long
from transitions.workspace import Recorded

_BETWEEN = 2


class Hanging(Visual):
    """``lead``, and behind it ``text`` with ``remark`` beside it; a remark that has no room there goes below."""

    def __init__(self, lead: Content, text: Content, remark: Content) -> None:
        self._lead = lead
        self._text = text
        self._remark = remark

    def _body(self, width: int) -> Content:
        if not self._remark:
            return self._text
        fits = self._lead.cell_length + self._text.cell_length + _BETWEEN + self._remark.cell_length <= width
        return Content.assemble(self._text, " " * _BETWEEN if fits else "\n", self._remark)

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:  # noqa: ARG002 - Textual's signature
        parts = [part.cell_length for part in (self._lead, self._text)]
        return sum(parts) + (_BETWEEN + self._remark.cell_length if self._remark else 0)

    def get_height(self, rules: RulesMap, width: int) -> int:
        return self._body(width).get_height(rules, max(1, width - self._lead.cell_length))

    def render_strips(self, width: int, height: int | None, style: Style, options: RenderOptions) -> list[Strip]:
        lead = self._lead.cell_length
        lines = self._body(width).render_strips(max(1, width - lead), height, style, options)
        if not lead:
            return lines
        first = self._lead.render_strips(lead, 1, style, options)[0]
        blank = Strip.blank(lead, style.rich_style)
        return [Strip.join([blank if number else first, line]) for number, line in enumerate(lines)]


T = TypeVar("T")
_MANY = 20


class Choice(NamedTuple, Generic[T]):
    """One answer: its value, its label, the key that picks it (given out when empty), and a remark beside it."""

    value: T
    label: str
    key: str = ""
    hint: str = ""


class Dialog(ModalScreen[T], LeftOnce[T]):
    """A box over the screen in front; left without an answer it gives None."""

    def title_box(self, title: str, keys: str) -> None:
        """Write ``title`` into the upper edge of the box, and what the keys do into the lower one."""
        box = self.query_one(".dialog")
        box.border_title = txt(one_line(title))
        box.border_subtitle = txt(keys)

    def action_leave(self) -> None:
        self.dismiss(None)


class Choose(Dialog[T | None]):
    """A list of which one key picks one; Enter picks what is highlighted, ``/`` filters. Gives the value, or None.

    Beyond twenty choices there are no shortcut keys, and typing filters from the start. ``current`` is highlighted
    at first.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave without choosing"),
        Binding("slash", "filter", "Filter"),
        Binding("down", "move(1)", "Next", show=False),
        Binding("up", "move(-1)", "Previous", show=False),
        Binding("enter", "pick", "Choose the highlighted one", show=False),
    ]
    MORE_KEYS: ClassVar[str] = ""
    """What the lower edge says of the keys of a subclass."""

    def __init__(self, title: str, choices: Sequence[Choice[T]], *, current: T | None = None, detail: str = "") -> None:
        super().__init__()
        self._title, self._detail = title, detail
        self._typing = len(choices) > _MANY
        self._choices = list(choices) if self._typing else _with_keys(choices)
        self._shown = self._choices
        self._current = current

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            if self._detail:
                yield Static(txt(self._detail), classes="detail")
            yield BoundedInput(
                max_length=LONGEST_SEARCH,
                placeholder="Type to filter",
                id="choose-filter",
                classes="" if self._typing else "hidden",
            )
            yield Options(id="choose-list", markup=False)

    def on_mount(self) -> None:
        self.title_box(self._title, f"{'' if self._typing else 'a key or '}enter chooses{self.MORE_KEYS} · esc leaves")
        self._fill(self._choices)
        if self._current in (values := [choice.value for choice in self._choices]):
            self._list.highlighted = values.index(self._current)
        (self.query_one(Input) if self._typing else self._list).focus()

    @property
    def _list(self) -> OptionList:
        return self.query_one("#choose-list", OptionList)

    def _fill(self, choices: list[Choice[T]]) -> None:
        self._shown = choices
        self._list.clear_options()
        self._list.add_options([Option(_choice_line(choice)) for choice in choices])
        if not choices:
            self._list.add_option(Option(txt("Nothing matches. Escape leaves."), disabled=True))
        self._list.highlighted = 0 if choices else None

    def on_key(self, event: events.Key) -> None:
        if self.query_one(Input).has_focus or event.character is None:
            return
        for choice in self._shown:
            if choice.key == event.character:
                event.stop()
                event.prevent_default()
                self.dismiss(choice.value)
                return

    @on(Input.Changed)
    def _narrow(self, event: Input.Changed) -> None:
        event.stop()
        self._fill(answering(event.value, self._choices, lambda choice: choice.label))

    @on(Input.Submitted)
    def _submit(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_pick()

    @on(OptionList.OptionSelected)
    def _picked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(self._shown[event.option_index].value)

    def action_pick(self) -> None:
        highlighted = self._list.highlighted
        if highlighted is not None and self._shown:
            self.dismiss(self._shown[highlighted].value)

    def action_move(self, step: int) -> None:
        (self._list.action_cursor_down if step > 0 else self._list.action_cursor_up)()

    def action_filter(self) -> None:
        self.query_one(Input).remove_class("hidden").focus()


class ChooseRecord(Choose[T]):
    """Choices of which some are ``records``: T gives the highlighted one of them, too, with ``takes_out`` set."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("T", "take_out", "Remove the highlighted one")]
    MORE_KEYS = " · T takes out"

    def __init__(
        self,
        title: str,
        choices: Sequence[Choice[T]],
        records: Collection[T],
        *,
        current: T | None = None,
        detail: str = "",
    ) -> None:
        super().__init__(title, choices, current=current if current in records else None, detail=detail)
        self._records = records
        self.takes_out = False

    def action_take_out(self) -> None:
        at = self._list.highlighted
        self.takes_out = at is not None and bool(self._shown) and self._shown[at].value in self._records
        if self.takes_out:
            self.action_pick()
        else:
            say(self, "There is nothing to take out here. Highlight a record first.", "warning")


def _with_keys(choices: Sequence[Choice[T]]) -> list[Choice[T]]:
    """Every choice a key: its own, or the first free digit or letter."""
    free = iter(sorted(set(CHOICE_KEYS) - {choice.key for choice in choices}, key=CHOICE_KEYS.index))
    return [choice if choice.key else choice._replace(key=next(free)) for choice in choices]


def _choice_line(choice: Choice[T]) -> Hanging:
    key = Content.styled(f"{choice.key}  ", "bold $key") if choice.key else Content("")
    return Hanging(key, txt(one_line(choice.label)), txt(one_line(choice.hint), "$quiet"))


Save = Callable[[str], Awaitable[object]]


class Ask(Dialog[str | None]):
    """One line or, with ``multiline``, a text. Gives what was typed, or None.

    ``needed`` is said of an empty text. ``problem`` gives the sentence why a text will not do, or None; while it is None,
    ``echo`` gives how it is understood: ``Friday 13 February 2026``. Both stand under the field as it is typed. ``save`` keeps
    the text before the box closes; when it gives False, or a ``Fault``, the box stays open with what was typed.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave without saving"),
        Binding("ctrl+s", "save", "Save"),
    ]

    def __init__(
        self,
        title: str,
        prompt: str = "",
        value: str = "",
        *,
        multiline: bool = False,
        needed: str = "",
        problem: Callable[[str], str | None] | None = None,
        echo: Callable[[str], str] | None = None,
        save: Save | None = None,
        does: str = "saves",
        password: bool = False,
    ) -> None:
        super().__init__()
        self._title, self._does, self._is_hidden = title, does, password
        self._prompt = prompt
        self._value = value
        self._multiline = multiline
        self._needed = needed
        self._problem = problem
        self._echo = echo
        self._save = save
        self._saving = False

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            if self._prompt:
                yield Static(txt(self._prompt), classes="detail")
            if self._multiline:
                yield BoundedArea(self._value, tab_behavior="focus")
            else:
                yield BoundedInput(self._value, max_length=MOST_ON_ONE_LINE, password=self._is_hidden)
            yield Static(id="ask-message")

    def on_mount(self) -> None:
        self.title_box(self._title, f"{'^s' if self._multiline else 'enter'} {self._does} · esc leaves")
        if self._value:
            self._judge()

    @property
    def text(self) -> str:
        return self.query_one(TextArea).text if self._multiline else self.query_one(Input).value

    @on(Input.Changed)
    @on(TextArea.Changed)
    def _changed(self, event: Input.Changed | TextArea.Changed) -> None:
        event.stop()
        if self.text != self._value:
            self._judge()

    @on(Input.Submitted)
    async def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        await self.action_save()

    def _judge(self) -> bool:
        trouble = self._needed if self._needed and not self.text.strip() else None
        trouble = trouble or too_long(self.text)
        if trouble is None and self._problem is not None:
            trouble = self._problem(self.text)
        if trouble:
            self.complain(trouble)
            return False
        self._message.update(txt(self._echo(self.text), "$quiet") if self._echo else txt(""))
        return True

    @property
    def _message(self) -> Static:
        return self.query_one("#ask-message", Static)

    def complain(self, trouble: str) -> None:
        self._message.update(template("[bold $error]! $trouble[/]", trouble=without_address(trouble)))

    async def action_save(self) -> None:
        if self._saving or not self._judge():
            return
        if self._save is None:
            self.dismiss(self.text)
        else:
            self._saving = True
            self._message.update(txt("Saving …", "$quiet"))
            await host_of(self).carry_out(self._save_first(self._save, self.text))

    async def _save_first(self, save: Save, text: str) -> None:
        try:
            kept = await save(text)
        except Fault as fault:
            if not self.is_attached:
                raise
            self.refused(fault.sentence)
        else:
            if kept is False:
                self._judge()
                return
            self.saved()
            if self.is_attached:
                self.dismiss(text)
        finally:
            self._saving = False

    def saved(self) -> None:
        """Called when the text is kept, before the box closes."""

    def refused(self, sentence: str) -> None:
        """Say why the text could not be saved."""
        self.complain(sentence)

    def action_leave(self) -> None:
        if self._saving:
            say(self, "Still saving. You will be told when it is done.")
        super().action_leave()


class Confirm(Dialog[bool]):
    """Yes or no, for what cannot be undone or takes something out of sight. The safe answer has the focus, and Escape gives it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,n", "answer(False)", "No"),
        Binding("y", "answer(True)", "Yes"),
        Binding("left,right", "other_button", "The other button", show=False),
    ]
    AUTO_FOCUS = "#no"
    WAITS_FOR_A_LOOK = True

    def __init__(self, question: str, detail: str = "", *, yes: str = "Yes", no: str = "No") -> None:
        super().__init__()
        self._question = question
        self._detail = detail
        self._yes = yes
        self._no = no

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(txt(self._question), classes="question")
            if self._detail:
                yield Static(txt(self._detail), classes="detail")
            with Horizontal(classes="buttons"):
                for key, label, name in (("y", self._yes, "yes"), ("n", self._no, "no")):
                    yield Button(template("[bold]$key[/]  $label", key=key, label=one_line(label)), id=name)

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.dismiss(event.button.id == "yes")

    def action_answer(self, answer: bool) -> None:
        self.dismiss(answer)

    def action_other_button(self) -> None:
        self.focus_next(Button)


async def confirm_removal(
    host: Host, question: str, kept: str, remove: Callable[[], Recorded], yes: str = "Take out"
) -> bool:
    """Ask before something is taken out, saying what is ``kept``, and tell that it was done; whether it was."""
    if not await host.ask(Confirm(question, kept, yes=yes, no="Keep")):
        return False
    host.tell(await host.write(remove))
    return True


async def bring_back(
    host: Host, title: str, choices: Sequence[Choice[int]], restore: Callable[[int], Recorded], nothing: str
) -> int | None:
    """Choose one of what was taken out, and bring it back; says ``nothing`` when there is none. Gives its number."""
    if not choices:
        host.say(nothing)
        return None
    number = await host.ask(Choose(title, choices))
    if number is not None:
        host.tell(await host.write(partial(restore, number)))
    return number


Found = TypeVar("Found")


class ReadScreen(Dialog[None]):
    """Shows what ``blocks`` gives, which is told whether names are hidden. Escape, q or Enter closes."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,enter", "leave", "Close")]

    def __init__(self, title: str, blocks: Callable[[bool], Sequence[Block]]) -> None:
        super().__init__()
        self._title = title
        self._blocks = blocks

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog wide"):
            yield TextPanel()

    def on_mount(self) -> None:
        self.title_box(self._title, "up and down scroll · esc closes")
        self.query_one(TextPanel).focus()
        self.watch(self.app, "private", self._write)

    def _write(self, hidden: bool) -> None:
        self.query_one(TextPanel).show(self._blocks(hidden), keep_place=True)


async def read_and_show(
    host: Host, title: str, load: Callable[[], Found], blocks: Callable[[Found, bool], Sequence[Block]]
) -> None:
    """Call ``read``, which may take long, in a thread, and show what it found, if the same screen is still in front."""
    in_front = host.screen
    found = await host.in_thread(load)
    if host.screen is in_front:
        host.push_screen(ReadScreen(title, lambda hidden: blocks(found, hidden)))
