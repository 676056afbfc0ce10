"""The rows that a list has drawn lately: whole pages are asked for, the oldest rows are let go."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence

from screens.widgets.columns import Cell

Row = Sequence[Cell]

PAGE = 64
PAGES_KEPT = 32


class Pages:
    """By key."""

    def __init__(self, fetch: Callable[[Sequence[int]], Mapping[int, Row]]) -> None:
        self._fetch = fetch
        self._rows: OrderedDict[int, Row | None] = OrderedDict()

    def put(self, rows: Iterable[tuple[int, Row]]) -> None:
        self._rows.update(rows)

    def drop(self, keys: Iterable[int] | None) -> None:
        if keys is None:
            self._rows.clear()
            return
        for key in keys:
            self._rows.pop(key, None)

    def peek(self, keys: Sequence[int]) -> Mapping[int, Row]:
        """These rows, read now; none of them is kept."""
        return self._fetch(keys)

    def row(self, keys: Sequence[int], index: int) -> Row | None:
        """The row at ``index``, or None when its key is no longer known to the source."""
        key = keys[index]
        if key not in self._rows:
            start = index - index % PAGE
            wanted = [key for key in keys[start : start + PAGE] if key not in self._rows]
            found = self._fetch(wanted)
            # A key that was not found is kept too: it would otherwise be asked for at every paint.
            self._rows.update((key, found.get(key)) for key in wanted)
            while len(self._rows) > PAGE * PAGES_KEPT:
                self._rows.popitem(last=False)
        self._rows.move_to_end(key)
        return self._rows[key]
