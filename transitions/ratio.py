"""A count with its base, as it is printed everywhere: "12 of 40 (30%)"."""

from typing import NamedTuple


def percent(count: int, base: int) -> int | None:
    """``count`` of ``base`` in whole percent, rounded half up; None when there is nothing to count."""
    return (200 * count + base) // (2 * base) if base else None


def share(count: int, base: int, of: str = "") -> str:
    """Both numbers and the percentage, which is left out when there is nothing to count: "0 of 0".

    ``of`` says in the plural what the base counts: "1 of 1 plan (100%)", "0 of 3 children (0%)".
    """
    found = percent(count, base)
    counted = (_ONE.get(of) or of.removesuffix("s")) if base == 1 else of
    return " ".join(filter(None, (f"{count:,} of {base:,}", counted, "" if found is None else f"({found}%)")))


_ONE = {
    "children": "child", "people": "person", "young people": "young person",
    "agencies": "agency",
}  # fmt: skip


class Share(NamedTuple):
    """``counted`` of ``base``: both are kept, so that no percentage is ever shown without them; ``of`` names the base."""

    counted: int
    base: int
    of: str = ""

    @property
    def percent(self) -> int | None:
        return percent(self.counted, self.base)

    @property
    def text(self) -> str:
        """Both numbers and the percentage: "14 of 48 (29%)"."""
        return share(*self)
