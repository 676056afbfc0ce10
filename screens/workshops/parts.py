"""The parts of a workshop that are lists: which lines each has, how one is drawn, and what stands under it in full."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from screens.widgets.columns import Column
from screens.widgets.panel import Block
from screens.widgets.window_table import Row
from screens.workshops import text
from screens.workshops.text import ACTIONS, FEEDBACK, REGISTER, Reading
from transitions.workshops.page import WorkshopPage

LISTED = (REGISTER, ACTIONS, FEEDBACK)
EMPTY: Mapping[str, str] = {
    REGISTER: "Nobody is invited yet. i proposes schools, each with the reason, or takes any school, agency or person.",
    ACTIONS: "Nothing has been agreed yet. a writes down who does what by when; it is carried on until it is done.",
    FEEDBACK: "Nobody has said anything yet. f writes down what a school, a family or a pupil said, and under which theme.",
}
"""Why a list is empty, and which key fills it."""


class Lines(NamedTuple):
    """A list: its columns, the numbers of its lines in order, and headings with the index of the first line below."""

    columns: Sequence[Column]
    keys: Sequence[int]
    headings: Sequence[tuple[int, str]]


def lines_of(page: WorkshopPage, part: str, width: int) -> Lines:
    """Give the lines of a part on a screen of that width."""
    if part == REGISTER:
        keys = [row.id for row in page.invitations]
        return Lines(text.register_columns(page, width), keys, text.register_headings(page))
    if part == ACTIONS:
        keys = [row.id for row in (*page.carried, *page.actions)]
        return Lines(text.ACTION_COLUMNS, keys, text.action_headings(page))
    return Lines(text.FEEDBACK_COLUMNS, [row.id for row in page.feedback], ())


def rows_of(page: WorkshopPage, part: str, keys: Sequence[int], reading: Reading) -> dict[int, Row]:
    """Give some lines of a part as they are drawn."""
    if part == REGISTER:
        return {row.id: text.register_row(page, row, reading) for row in page.invitations if row.id in keys}
    if part == ACTIONS:
        return {row.id: text.action_row(row, reading) for row in (*page.carried, *page.actions) if row.id in keys}
    return {row.id: text.feedback_row(row, reading) for row in page.feedback if row.id in keys}


def in_full(page: WorkshopPage, part: str, key: int | None, reading: Reading) -> list[Block]:
    """Give what stands under the list about a line; nothing for the register, whose lines are whole."""
    if part == ACTIONS:
        found = [row for row in (*page.carried, *page.actions) if row.id == key]
        return [block for row in found for block in text.action_in_full(page, row, reading)]
    if part == FEEDBACK:
        said = [row for row in page.feedback if row.id == key]
        return [block for row in said for block in text.feedback_in_full(page, row, reading)]
    return []
