"""Odd values of a file that stop nothing, left out or kept: each said with its line, many of a kind summed."""

from typing import Final

from transitions.importing.preview import PreviewDraft
from transitions.text import printable

_SAID_ONE_BY_ONE: Final = 3
_EXAMPLES: Final = 2
_LONGEST_QUOTED: Final = 30


class OddValues:
    """What was left out, and what was kept all the same, by column. Quotes values: for files that are not about people."""

    def __init__(self, draft: PreviewDraft) -> None:
        self._draft = draft
        self._left_out: dict[str, dict[tuple[str, str], list[int]]] = {}
        self._kept: dict[str, dict[str, list[tuple[int, str]]]] = {}

    def leave_out(self, line: int, title: str, text: str, why: str) -> None:
        self._left_out.setdefault(title, {}).setdefault((text, why), []).append(line)

    def keep(self, line: int, title: str, text: str, warning: str) -> None:
        self._kept.setdefault(title, {}).setdefault(warning, []).append((line, text))

    def say(self) -> None:
        """Put what was found into the draft: a sentence for each value, or one for a column that has many."""
        for title, values in self._left_out.items():
            if len(values) <= _SAID_ONE_BY_ONE:
                for (text, why), lines in values.items():
                    self._warn(title, lines, f"{_quoted(text)} was left out: {why}")
            else:
                lines = [line for places in values.values() for line in places]
                self._warn(
                    title, lines, f"{len(lines):,} values {_such_as([text for text, _ in values])} were left out"
                )
        for title, warnings in self._kept.items():
            if len(warnings) <= _SAID_ONE_BY_ONE:
                for warning, places in warnings.items():
                    self._warn(title, [line for line, _ in places], warning)
            else:
                found = sorted(place for places in warnings.values() for place in places)
                what = f"{len(found):,} values {_such_as([text for _, text in found])} look wrong and were kept as they stand"
                self._warn(title, [line for line, _ in found], what)

    def _warn(self, title: str, lines: list[int], what: str) -> None:
        for line in sorted(lines):
            self._draft.warn(line, title, what)


def _such_as(texts: list[str]) -> str:
    return "such as " + " and ".join(_quoted(text) for text in list(dict.fromkeys(texts))[:_EXAMPLES])


def _quoted(text: str) -> str:
    plain = printable(text)
    return f'"{plain if len(plain) <= _LONGEST_QUOTED else plain[:_LONGEST_QUOTED] + "…"}"'
