"""The registry: one definition from which keys, footer, help, palette and docs come."""

import re
from pathlib import Path

import pytest
from textual.binding import Binding
from toy import ToyApp, ToyCaseload, ToyPupil

import screens
from screens.frame.command_list import COMMANDS
from screens.frame.commands import (
    CALENDAR,
    CASELOAD,
    EVERYWHERE,
    HANDOVER,
    MISSED,
    PLAN,
    PUPIL,
    TODAY,
    WALK,
    Command,
    Registry,
    is_key,
    key_label,
    remap,
    textual_key,
)
from screens.frame.letters import LETTERS, REGISTER_MARKS
from screens.frame.palette import Way, names, way_to

_SCREENS = Path(screens.__file__).parent
HERE = frozenset({"here"})
THERE = frozenset({"there"})


def command(command_id: str, *keys: str, where: frozenset[str] = HERE) -> Command:
    return Command(command_id, command_id.title(), keys, command_id, where, help=f"Does {command_id}.")


TOY = Registry(
    [
        command("done", "d"),
        command("missed", "m", "f6"),
        command("note", "d", where=THERE),
        command("stop", "q", where=THERE),
        command("back", "q", "escape", where=frozenset({EVERYWHERE})),
        command("quit", "ctrl+q", where=frozenset({EVERYWHERE})),
    ]
)


def keys_of(registry: Registry) -> dict[str, tuple[str, ...]]:
    return {known.id: known.keys for known in registry}


def test_every_command_says_what_it_does() -> None:
    for known in COMMANDS:
        assert known.help.endswith(".")
        assert known.help.count(". ") == 0
        assert known.title[0].isupper()
        assert "[" not in known.title + known.help, "Textual reads tooltips as markup"


def test_every_command_has_a_key_that_a_terminal_can_send_and_global_ones_work_beside_a_field() -> None:
    for known in COMMANDS:
        assert all(is_key(key) for key in known.keys), known.id
        if EVERYWHERE in known.where and known.keys:
            assert any(len(key) > 1 for key in known.keys), f"{known.id} has no key but a letter"


def test_no_two_commands_of_a_screen_share_a_key() -> None:
    for scope in COMMANDS.scopes:
        keys = [textual_key(key) for known in COMMANDS.in_scope(scope) for key in known.keys]
        assert len(keys) == len(set(keys)), scope


@pytest.mark.parametrize(
    ("scope", "key", "command_id"),
    [
        (CASELOAD, "d", "milestone.done"),
        (CASELOAD, "w", "list.walk"),
        (CASELOAD, "i", "list.waive"),
        (MISSED, "g", "missed.group"),
        (PUPIL, "i", "milestone.waive"),
        (PUPIL, "[", "pupil.previous"),
        (WALK, "i", "milestone.waive"),
        (WALK, "q", "walk.stop"),
        (TODAY, "enter", "list.open"),
        (TODAY, "u", "app.undo"),
        (PUPIL, "ctrl+y", "app.redo"),
        (MISSED, "2", "area.caseload"),
        (EVERYWHERE, "f9", "app.privacy"),
    ],
)
def test_keys_mean_what_the_design_says(scope: str, key: str, command_id: str) -> None:
    assert [known.id for known in COMMANDS.in_scope(scope) if key in known.keys] == [command_id]


def test_ids_are_unique() -> None:
    with pytest.raises(ValueError, match="twice: done"):
        Registry([command("done", "d"), command("done", "x")])


def test_a_screen_takes_its_keys_from_commands_of_everywhere() -> None:
    assert {known.id: known.keys for known in TOY.in_scope("there")}["back"] == ("escape",)
    assert {known.id: known.keys for known in TOY.in_scope("here")}["back"] == ("q", "escape")
    taken = Registry([command("stop", "q", "escape", where=THERE), command("back", "q", where=frozenset({EVERYWHERE}))])
    assert [known.id for known in taken.in_scope("there")] == ["stop"]


def test_bindings_carry_id_tooltip_and_every_key() -> None:
    bindings = {binding.id: binding for binding in TOY.bindings_for("here")}
    assert set(bindings) == {"done", "missed"}
    assert bindings["missed"].key == "m,f6"
    assert bindings["missed"].tooltip == "Does missed."
    assert {made.key for made in Binding.make_bindings(COMMANDS.bindings_for(PUPIL))} >= {"left_square_bracket", "E"}


def test_commands_without_a_key_bind_nothing() -> None:
    assert COMMANDS["app.colours"].keys == ()
    assert "app.colours" not in {binding.id for binding in COMMANDS.bindings_for(EVERYWHERE)}


def test_remap() -> None:
    registry, problems = remap(TOY, {"done": "x, f7", "quit": "ctrl+e"})
    assert problems == []
    assert keys_of(registry) == keys_of(TOY) | {"done": ("x", "f7"), "quit": ("ctrl+e",)}
    assert registry.keymap(TOY) == {"done": "x,f7", "quit": "ctrl+e"}
    assert TOY.keymap(TOY) == {}


def test_two_commands_can_swap_their_keys() -> None:
    registry, problems = remap(TOY, {"done": "m", "missed": "d"})
    assert problems == []
    assert keys_of(registry)["done"] == ("m",)


def test_the_same_key_on_two_screens_is_no_clash() -> None:
    assert remap(TOY, {"note": "m"})[1] == []


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ({"done": "m"}, "done: m already means “Missed” on the same screen; choose another key"),
        ({"done": "f6"}, "done: F6 already means “Missed” on the same screen; choose another key"),
        ({"done": "ctrl+q"}, "done: ^q already means “Quit” on the same screen; choose another key"),
        ({"quit": "d"}, "quit: d already means “Done” on the same screen; choose another key"),
        ({"nonsense": "d"}, "nonsense: there is no command with that name; the help (F1) and the key table list them"),
        ({"done": " , "}, 'done: there is no key; write for example "d" or "d,f6"'),
        ({"done": "ctrl+i"}, "done: ctrl+i cannot be told from tab in a terminal; choose another key"),
        (
            {"done": "banana"},
            "done: banana is not the name of a key; write a character, or a name such as ctrl+e, f6 or comma",
        ),
        (
            {"done": "hyper+d"},
            "done: hyper+d is not the name of a key; write a character, or a name such as ctrl+e, f6 or comma",
        ),
    ],
)
def test_a_bad_entry_is_reported_and_left_out(mapping: dict[str, str], said: str) -> None:
    registry, problems = remap(TOY, mapping, "my-keys.toml")
    assert str(problems[0]) == f"my-keys.toml: {said}"
    assert keys_of(registry) == keys_of(TOY)


def test_the_good_entries_hold_beside_a_bad_one() -> None:
    registry, problems = remap(TOY, {"done": "m", "stop": "z"})
    assert [problem.field for problem in problems] == ["done"]
    assert keys_of(registry)["stop"] == ("z",)


def test_a_refused_entry_that_another_relied_on_refuses_that_too() -> None:
    registry, problems = remap(TOY, {"done": "m", "missed": "nonsense"})
    assert [problem.field for problem in problems] == ["missed", "done"]
    assert keys_of(registry) == keys_of(TOY)


def test_two_entries_for_one_key_are_both_refused() -> None:
    registry, problems = remap(TOY, {"done": "z", "missed": "z"})
    assert {problem.field for problem in problems} == {"done", "missed"}
    assert keys_of(registry) == keys_of(TOY)


def test_key_labels() -> None:
    assert [key_label(key) for key in ("?", "ctrl+p", "f9", "escape", "left", "U", "[", "space", "ctrl+pageup")] == [
        "?", "^p", "F9", "esc", "←", "U", "[", "space", "^pgup",
    ]  # fmt: skip


def test_key_table_names_every_command_under_every_screen() -> None:
    table = COMMANDS.key_table()
    for scope in COMMANDS.scopes:
        section = table.split(f"### {scope.capitalize()}\n")[1].split("###")[0]
        assert [f"`{known.id}` |" in section for known in COMMANDS.own(scope)] == [True] * len(COMMANDS.own(scope))
    assert "| `u` `ctrl+z` | Undo |" in table
    assert "| palette | Colours |" in table


async def test_a_key_runs_its_command(tmp_path: Path) -> None:
    app = ToyApp(tmp_path)
    async with app.run_test() as pilot:
        await pilot.press("d", "m")
        assert app.caseload.done == ["done", "missed"]


async def test_a_dimmed_command_says_why_and_does_nothing(tmp_path: Path) -> None:
    app = ToyApp(tmp_path)
    async with app.run_test() as pilot:
        app.caseload.reason = "Nothing is due for this pupil [/x]."
        await pilot.press("m")
        await pilot.pause()
        assert app.caseload.done == []
        assert [(note.message, note.severity) for note in app._notifications] == [
            ("Nothing is due for this pupil [/x].", "warning")
        ]


async def test_a_fault_is_said_and_the_app_goes_on(tmp_path: Path) -> None:
    app = ToyApp(tmp_path)
    async with app.run_test(notifications=True) as pilot:
        await pilot.press("x", "d")
        await pilot.pause()
        assert [note.severity for note in app._notifications] == ["error"]
        assert app.caseload.done == ["done"]


async def test_a_command_without_its_action_is_said(tmp_path: Path) -> None:
    app = ToyApp(tmp_path)
    async with app.run_test() as pilot:
        await pilot.press("s")
        await pilot.pause()
        assert [note.message for note in app._notifications] == ["“Sort” does not work here."]


def test_missing_actions_are_found() -> None:
    missing = ToyCaseload.missing_actions()
    assert "list.sort" in missing
    assert not {"milestone.done", "list.open", "app.undo"} & set(missing)
    assert "pupil.tab_left" in ToyPupil.missing_actions()


async def test_letters_are_text_in_a_field_and_function_keys_still_work(tmp_path: Path) -> None:
    app = ToyApp(tmp_path)
    async with app.run_test() as pilot:
        field = app.caseload.query_one("#field")
        field.focus()
        await pilot.press("d", "m", "1", "?", "q", "f9")
        assert field.value == "dm1?q"  # type: ignore[attr-defined]
        assert app.caseload.done == []
        assert app.private


async def test_remapped_keys_reach_the_screen_and_the_app(tmp_path: Path) -> None:
    registry, problems = remap(COMMANDS, {"milestone.done": "l,f11", "app.privacy": "ctrl+e"})
    assert problems == []
    app = ToyApp(tmp_path, registry=registry)
    async with app.run_test() as pilot:
        await pilot.press("d", "l", "f11", "ctrl+e")
        assert app.caseload.done == ["done", "done"]
        assert app.private


async def test_swapped_keys_reach_the_screen(tmp_path: Path) -> None:
    app = ToyApp(tmp_path, registry=remap(COMMANDS, {"milestone.done": "m", "milestone.missed": "d"})[0])
    async with app.run_test() as pilot:
        await pilot.press("d", "m")
        assert app.caseload.done == ["missed", "done"]


def test_one_letter_has_one_meaning() -> None:
    wrong = [
        (key, known.id)
        for known in COMMANDS
        for key in known.keys
        if key.isalpha() and len(key) == 1 and known.id not in REGISTER_MARKS
        if not any(word in f"{known.title} · {known.label}".lower() for word in LETTERS[key].words)
    ]
    assert wrong == []


_KEY_IN_A_SENTENCE = re.compile(
    r"(?:^|[\"':(.,;{] ?)([A-Za-z]) (?:adds|answers|brings|chooses|decides|goes|sends|shows|when)\b"
)


@pytest.mark.parametrize(
    ("files", "scopes"),
    [
        (("handovers/summary_text.py", "handovers/body_text.py", "handovers/handover.py"), (HANDOVER,)),
        (("calendar/event_text.py", "calendar/calendar.py"), (CALENDAR,)),
        (("plans/body_text.py", "plans/plan.py"), (PLAN,)),
    ],
)
def test_sentences_name_keys_that_are_there(files: tuple[str, ...], scopes: tuple[str, ...]) -> None:
    keys = {key for scope in (*scopes, EVERYWHERE) for known in COMMANDS.in_scope(scope) for key in known.keys}
    lines = [line for name in files for line in (_SCREENS / name).read_text(encoding="utf-8").splitlines()]
    named = [(key, line.strip()) for line in lines if '"' in line for key in _KEY_IN_A_SENTENCE.findall(line)]
    assert named
    assert [one for one in named if one[0] not in keys | {"A"}] == []


@pytest.mark.parametrize(
    ("typed", "meant", "place"),
    [
        ("add school", "school.add", "Schools"),
        ("new workshop", "workshops.add", "Workshops"),
        ("print", "plan.print", "a pupil's plan"),
        ("excel", "list.export", "Caseload"),
        ("deadlines", "calendar.asks", "Calendar"),
        ("theme", "app.colours", ""),
        ("backup", "app.backup", ""),
        ("settings", "app.settings", ""),
        ("help", "app.help", ""),
        ("log out", "app.lock", ""),
    ],
)
def test_the_palette_knows_peoples_words_and_where_it_is(typed: str, meant: str, place: str) -> None:
    assert names(COMMANDS[meant], typed)
    way = way_to(COMMANDS, COMMANDS[meant])
    assert (way.place if way else "") == place


def test_every_place_without_a_record_can_be_gone_to() -> None:
    nowhere = {known.id for known in COMMANDS if EVERYWHERE not in known.where and way_to(COMMANDS, known) is None}
    assert {name.partition(".")[0] for name in nowhere} == {"first", "receiving", "versions", "column", "list"}
    assert [known.id for known in COMMANDS if known.alone and not (way_to(COMMANDS, known) or Way("", ())).steps] == []
