"""A document with its contents beside it: the plan or the handover of a pupil, among those of a list."""

from collections.abc import Sequence
from typing import ClassVar

from screens.frame.base_screen import BaseScreen
from screens.frame.commands import Command
from screens.frame.host import Moved
from screens.frame.render_context import DocumentContext, RenderContext
from screens.frame.safe import txt
from screens.widgets.reader import Contents, Reader


class DocumentScreen(BaseScreen[None]):
    """A subclass reads the document, and writes it into ``Contents`` and ``Reader``.

    ``neighbours`` are the pupils of the list one came from, in its order; ``moved`` is called with the pupil whose document
    is shown from now on, when one goes on to a neighbour.
    """

    AUTO_FOCUS = "Contents"
    TITLE_OF_TEXT: ClassVar[str] = ""
    EDIT: ClassVar[str] = ""
    """The id of the command that a double click in the contents means."""
    NO_NEIGHBOUR: ClassVar[str] = ""
    """What no neighbour does, when there is none to go on to."""

    def __init__(self, neighbours: Sequence[int] = (), moved: Moved | None = None) -> None:
        super().__init__()
        self.neighbours = neighbours
        self._moved = moved

    # What a subclass says

    def load(self) -> None:
        raise NotImplementedError

    def write(self) -> None:
        raise NotImplementedError

    @property
    def codes(self) -> Sequence[str]:
        raise NotImplementedError

    @property
    def shown_pupil(self) -> int | None:
        raise NotImplementedError

    def show_first(self, pupil_ids: Sequence[int]) -> int | None:
        """Show the document of the first of these pupils who has one, and give that pupil."""
        raise NotImplementedError

    # The frame

    def on_mount(self) -> None:
        self.load()
        self.query_one(Contents).border_title = txt("Contents")
        self.query_one(Reader).border_title = txt(self.TITLE_OF_TEXT)

    def names_changed(self, hidden: bool) -> None:  # noqa: ARG002 - the context asks the app
        self.write()

    @property
    def reading(self) -> DocumentContext:
        return DocumentContext(
            RenderContext(self.workspace.clock.today, self.host.private), self.app.theme_variables, keys=True
        )

    # Moving about

    def on_contents_highlighted(self) -> None:
        self.query_one(Reader).go_to(self.query_one(Contents).cursor)

    def on_reader_came(self, event: Reader.Came) -> None:
        contents = self.query_one(Contents)
        with contents.prevent(Contents.Highlighted):
            contents.move_cursor(event.section)

    async def on_contents_chosen(self) -> None:
        await self.perform(self.EDIT)

    def go_to(self, code: str) -> None:
        if code in self.codes:
            self.query_one(Contents).move_cursor(self.codes.index(code))
            self.set_focus(self.query_one(Contents))

    @property
    def place(self) -> int:
        """Where the pupil is among the neighbours, -1 for nowhere."""
        return self.neighbours.index(self.shown_pupil) if self.shown_pupil in self.neighbours else -1

    @property
    def place_in_words(self) -> str:
        """Such as ``3 of 12``; "" when there are no others."""
        place, count = self.place + 1, len(self.neighbours)
        return f"{place:,} of {count:,}" if place and count > 1 else ""

    def action_previous(self) -> None:
        self.go_on(-1)

    def action_next(self) -> None:
        self.go_on(1)

    def go_on(self, by: int) -> bool:
        """Go to a neighbour who has such a document, or say that there is none."""
        place = self.place
        ahead = self.neighbours[place + 1 :] if by > 0 else self.neighbours[: max(0, place)][::-1]
        pupil_id = self.show_first(ahead)
        if pupil_id is None:
            sentence = (
                f"There is no pupil {'after' if by > 0 else 'before'} this one in the list who {self.NO_NEIGHBOUR}."
            )
            self.say(sentence, "warning")
            return False
        self.host.last_pupil = pupil_id
        if self._moved is not None:
            self._moved(pupil_id)
        return True

    def why_not(self, command: Command) -> str | None:
        if command.id.endswith(".previous") and self.place < 1:
            return "This is the first pupil in the list."
        if command.id.endswith(".next") and not -1 < self.place < len(self.neighbours) - 1:
            return "This is the last pupil in the list."
        return None
