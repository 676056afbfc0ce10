"""What a base screen leaves to its subclasses is there in each: Textual's metaclass does not go with ABC, so this asks."""

import ast
import importlib
import inspect
import pkgutil
import textwrap
from collections.abc import Iterator

from textual.dom import DOMNode

import screens


def subclasses(of: type) -> Iterator[type]:
    for found in of.__subclasses__():
        yield found
        yield from subclasses(found)


def is_left_open(function: object) -> bool:
    """Whether a function of ours does nothing but raise NotImplementedError."""
    if not inspect.isfunction(function) or not function.__module__.startswith("screens."):
        return False
    body = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0].body  # type: ignore[attr-defined]
    return isinstance(body[-1], ast.Raise) and "NotImplementedError" in ast.unparse(body[-1])


def test_every_screen_and_widget_has_what_its_base_leaves_to_it() -> None:
    for module in pkgutil.walk_packages(screens.__path__, "screens."):
        importlib.import_module(module.name)
    ours = {one for one in subclasses(DOMNode) if one.__module__.startswith("screens.")}
    bases = [one for one in ours if any(is_left_open(value) for value in vars(one).values())]
    assert len(bases) >= 6, "the bases are found"
    used = [one for one in ours if not any(other.__module__.startswith("screens.") for other in one.__subclasses__())]
    assert len(used) > 60
    missing = {
        f"{one.__module__}.{one.__name__}.{name}"
        for one in used
        for name in dir(one)
        if is_left_open(inspect.getattr_static(one, name, None))
    }
    assert missing == set()
