"""TOML and JSON that nest or go on without end: refused in a sentence, at once, wherever such a file is read."""

from pathlib import Path

import pytest
from command import Command

from screens.frame.command_list import COMMANDS, own_keys
from transitions.milestones.criteria import CriteriaProblem, read_criteria
from transitions.untrusted import MOST_BYTES, Unreadable, read_json, read_toml

DEEP = 100_000
TOML_BOMBS = {
    "lists": "x = " + "[" * DEEP,
    "closed lists": "x = " + "[" * DEEP + "]" * DEEP,
    "groups": "x = " + "{a=" * DEEP,
    "a dotted name": "a." * DEEP + "a = 1",
    "a quoted name": '"a" . ' * (DEEP // 2) + "a = 1",
    "a heading": f"[{'a.' * DEEP}a]",
    "in a group": "x = {" + "a." * DEEP + "a = 1}",
    "a number": "x = " + "1" * DEEP,
    "size": "# as long as a book\n" * 200_000,
    "no text": "x = '\udcff'",
}


@pytest.mark.parametrize("bomb", TOML_BOMBS.values(), ids=TOML_BOMBS)
def test_toml_from_strangers_is_refused_in_a_sentence(school: Command, bomb: str) -> None:
    file = school.write("bomb.toml", bomb.encode("utf-8", "surrogateescape"))
    people = school.write("people.csv", "Name,Born\nKhan,01/03/2016\n")
    for words in (
        ("import", "milestones", file),
        ("import", "asks", file),
        ("import", "pupils", people, "--map", file),
    ):
        result = school(*words)
        assert result.status == 65, (words, result.err)
        assert "bomb.toml" in result.err
        assert len(result.err) < 400
        assert "sys." not in result.err
    registry, [problem] = own_keys(file)
    assert registry is COMMANDS
    assert "the usual keys apply" in str(problem)
    if bomb.isprintable() and "=" in bomb:
        with pytest.raises(CriteriaProblem):
            read_criteria(bomb)


@pytest.mark.parametrize(
    "bomb", ["[" * DEEP, '{"a":' * DEEP, "1" * DEEP, "[" + "[]," * 200_000 + "[]]", "[NaN]", "[\udcff]"]
)
def test_json_from_strangers_is_refused_in_a_sentence(school: Command, bomb: str) -> None:
    file = school.write("bomb.json", bomb.encode("utf-8", "surrogateescape"))
    result = school("handover", "own-questions", file)
    assert result.status == 65
    assert "bomb.json" in result.err
    assert len(result.err) < 400


def test_what_people_write_is_read() -> None:
    by_hand = '"a.b.c.d.e.f.g.h.i.j" = "x. y. z."\n[a.b.c]\nwhy = """\n[[[[\n1. 2. 3.\n"""\n'
    assert read_toml(by_hand.encode("utf-8-sig").replace(b"\n", b"\r\n"))["a"]["b"]["c"]["why"] == "[[[[\n1. 2. 3.\n"
    assert read_json('{"a": [1, "Zoë"]}'.encode()) == {"a": [1, "Zoë"]}
    with pytest.raises(Unreadable, match="larger than 500 kB"):
        read_json(b" " * (MOST_BYTES + 1))
    with pytest.raises(Unreadable) as found:
        read_toml("a = 1\nb 2\n")
    assert found.value.line == 2


def test_all_that_the_program_brings_along_is_within_the_bounds() -> None:
    import transitions

    for path in Path(transitions.__file__).parent.rglob("*.toml"):
        read_toml(path.read_bytes())
