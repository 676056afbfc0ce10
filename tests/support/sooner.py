"""What lets a run of the tests end sooner; imported before all that it is about."""

import asyncio
import gc
import math
import sys
from pathlib import Path
from typing import Any

import pytest
import textual.app
import textual.pilot
from _pytest.assertion import rewrite
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode
from textual.pilot import Pilot

sys.dont_write_bytecode = (
    False  # where that is set, each worker would compile every test anew: a seventh of all its work
)

from transitions.handovers import pack_file  # noqa: E402 - after the line above, or it would not be kept compiled

TESTS = Path(__file__).parents[1]
AS_DEAR_AS_MEANT: pack_file.Cost = pack_file.seal.__kwdefaults__["cost"]
"""What a try of a passphrase costs outside the tests."""


def compile_a_share(config: pytest.Config) -> None:
    """Compile the tests that this worker is to compile, so that on a first run not each of them compiles all.

    pytest compiles a test as it collects it, and every worker collects every test, in the same order and at the same time.
    """
    worker = getattr(config, "workerinput", None)
    if worker is None or config.args_source is not pytest.Config.ArgsSource.TESTPATHS:
        return
    place, workers = int(worker["workerid"].removeprefix("gw")), worker["workercount"]
    for path in sorted(TESTS.rglob("test_*.py"))[place::workers]:
        folder = rewrite.get_cache_dir(path)
        compiled = folder / (path.stem + rewrite.PYC_TAIL)
        if rewrite._read_pyc(path, compiled) is None and rewrite.try_makedirs(folder):
            source_hash, code = rewrite._rewrite_test(path, config)
            rewrite._write_pyc(config.stash[rewrite.assertstate_key], code, source_hash, compiled)


_parse_rules = Stylesheet._parse_rules
_parsed: dict[object, list[RuleSet]] = {}


def _parse_rules_once(sheet: Stylesheet, *source: object, **how: object) -> list[RuleSet]:
    """The style sheets are the same in every app of a run: what Textual makes of one is kept from test to test."""
    variables, frozen = sheet.__dict__.get("frozen", (None, None))
    if variables is not sheet._variables:
        frozen = frozenset(sheet._variables.items())
        sheet.__dict__["frozen"] = (sheet._variables, frozen)
    key = (frozen, source, frozenset(how.items()))
    if key not in _parsed:
        _parsed[key] = _parse_rules(sheet, *source, **how)
    return _parsed[key]


_apply = Stylesheet.apply
_numbers: dict[object, int] = {}
_applied: dict[tuple[int, int], tuple[dict[str, bool], Any, Any]] = {}
_FLAGS = ("_has_hover_style", "_has_focus_within", "_has_order_style", "_has_odd_or_even")


def _number(of: object) -> int:
    return _numbers.setdefault(of, len(_numbers))


def _place(node: DOMNode, known: dict[Any, int]) -> int:
    """The number of all that a rule can tell this node by, and those that it stands in."""
    if node not in known:
        around = _place(node._parent, known) if isinstance(node._parent, DOMNode) else 0
        unsure, states = Stylesheet._EXCLUDE_PSEUDO_CLASSES_FROM_CACHE, node._PSEUDO_CLASSES
        now = frozenset(name for name, holds in states.items() if name not in unsure and holds(node))  # type: ignore[arg-type]
        known[node] = _number((around, type(node), node._id, node.classes, now))
    return known[node]


def _apply_once(
    sheet: Stylesheet, node: DOMNode, *, animate: bool = False, cache: dict[Any, Any] | None = None
) -> None:
    """Which rules a node answers to is worked out once for all that stand alike, not at every focus of every test."""
    own: dict[str, Any] = vars(sheet)
    component = type(node) is DOMNode  # for the styles of a part of the widget that was given its own just before
    if not component:
        own["places"] = (
            {} if cache is None else cache
        )  # Textual's for one walk through a screen, in which nothing moves
    if own.get("numbered") is not sheet.rules:
        own |= {"numbered": sheet.rules, "number": _number(tuple(map(id, sheet.rules)))}
    key = (own["number"], _place(node, own["places"]))
    base = node.styles.base
    if key not in _applied:
        found: dict[Any, Any] = {}
        _apply(sheet, node, animate=animate, cache=found)
        for rules in found.values():
            if "transitions" not in rules:
                _applied[key] = ({name: getattr(node, name) for name in _FLAGS}, rules, base.get_rules())
    else:
        flags, rules, stored = _applied[key]
        vars(node).update(flags)
        if component:
            base.merge_rules(stored)
        elif base._rules != stored:
            sheet.replace_rules(node, rules, animate=animate)
        else:
            node.notify_style_update()
        sheet._process_component_classes(node)
    if not component:
        own["places"] = {}  # so that no screen is kept


_MOST_WAITS = 100
_TWO_FRAMES = 0.036
_A_MOMENT = 0.002


async def until_quiet(seconds: float = 0.0) -> None:
    """Go on as soon as there is nothing left to do, and nothing that begins by itself within ``seconds``.

    What Textual's pilot waits for by the clock, and by sending a message to every widget: a seventh of a second for each key.
    A thread at work is waited for as long as ``seconds``: it may be one that a test holds back.
    """
    loop: Any = asyncio.get_running_loop()
    for_threads, waits = seconds, 0
    while waits < _MOST_WAITS:
        await asyncio.sleep(0)
        if loop._ready:
            continue
        due = [timer.when() - loop.time() for timer in loop._scheduled if not timer.cancelled()]
        if for_threads > 0 and _threads_work(loop._default_executor):
            for_threads -= _A_MOMENT
            due.append(_A_MOMENT)
        if min(due, default=math.inf) > seconds:
            return
        await asyncio.sleep(max(min(due), 0))
        waits += 1


def _threads_work(executor: Any) -> bool:
    return executor is not None and executor._idle_semaphore._value < len(executor._threads)


async def _wait_for_idle(min_sleep: float = 0, max_sleep: float = 0) -> None:
    await until_quiet(_TWO_FRAMES)


async def _wait_for_screen(pilot: Pilot[object], timeout: float = 0) -> bool:
    await until_quiet()
    return True


def install() -> None:
    pack_file.seal.__kwdefaults__["cost"] = pack_file.Cost(1, 8 * 1024)  # the least that a pack may ask for
    textual.app.wait_for_idle = textual.pilot.wait_for_idle = _wait_for_idle
    Pilot._wait_for_screen = _wait_for_screen
    Stylesheet._parse_rules = _parse_rules_once
    Stylesheet.apply = _apply_once
    RuleSet.__hash__ = (
        object.__hash__
    )  # as Textual's own, the object's identity, without a call of Python a million times


LONGEST = (
    "test_form_goldens.py", "test_plan_journey.py", "test_plan_hostile.py", "test_every_screen.py::test_it_fits",
    "test_keys_in_turn.py::test_every_form", "test_school_register.py::test_a_whole", "test_milestone_editing.py::test_moving",
    "test_plan_stands.py::test_whatever", "test_history.py::test_undoing_everything", "test_whole_journey.py",
    "test_tours.py::test_the_tasks", "test_going.py", "test_impact_screen.py::test_services",
)  # fmt: skip
"""Tests of ten seconds and more; one that began last would keep the others waiting at the end."""


def leave_what_stays() -> None:
    """Never look again for garbage among the modules and the tests; as in the app, which then need not do it at each start."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def begin_with_the_longest(items: list[pytest.Item], workers: int) -> None:
    """Put the longest tests at the head of each worker's share: a run of tests is dealt out in as many parts, in order."""
    long = [item for item in items if any(name in item.nodeid for name in LONGEST)]
    chosen = set(long)
    rest = [item for item in items if item not in chosen]
    share = len(rest) // workers
    dealt: list[pytest.Item] = []
    for place in range(workers):
        last = len(rest) if place == workers - 1 else (place + 1) * share
        dealt += [*long[place::workers], *rest[place * share : last]]
    items[:] = dealt
