"""A record's fields: what they read, refuse and keep, whichever record they belong to."""

import importlib
import pkgutil
from collections.abc import Iterator
from datetime import date
from types import SimpleNamespace

import pytest

import transitions
from transitions.errors import FieldProblems, NoSuchRecord
from transitions.fields import (
    IS_NEEDED,
    LONGEST_WORDS,
    Context,
    Field,
    Fields,
    Reading,
    as_text,
    labelled,
    read_day_and_distance,
    read_day_gone_by,
)

TODAY = date(2026, 9, 7)


def _found(_workspace: object, given: int | str) -> int:
    if given == "nowhere":
        raise NoSuchRecord("There is none.")
    return given if isinstance(given, int) else len(given)


VISIT = Fields(
    Field("title", "Title", needed=True),
    Field("kind", "Kind", "choice", kept=True, options=labelled(("first look", "second look"))),
    Field("on_day", "Day", "date", needed=True),
    Field("told_on", "Told on", "date", reader=read_day_gone_by),
    Field("people", "People", "number", limits=(0, 99)),
    Field("wanted", "Wanted", "yes no", empty=False),
    Field("notes", "Notes", "long text"),
    Field("school", "School", "school", find=_found, column="school_id"),
    Field("groups", "Groups", read=lambda text: Reading(text.upper(), echo=f"groups {text}"), shown=lambda kept: f"<{kept}>"),
)  # fmt: skip
CONTEXT = Context(TODAY, typed=True, workspace=SimpleNamespace())  # type: ignore[arg-type]


def test_what_was_given_is_read_into_columns() -> None:
    given = {
        "title": "  A   visit ", "kind": "First  Look", "on_day": "8 sep", "people": "12", "wanted": "y",
        "notes": "one\ntwo", "school": "Brook", "groups": "a",
    }  # fmt: skip
    assert VISIT.checked(CONTEXT, given, new=True) == {
        "title": "A visit", "kind": "first look", "on_day": date(2026, 9, 8), "people": 12, "wanted": True,
        "notes": "one\ntwo", "school_id": 5, "groups": "A",
    }  # fmt: skip


def test_values_that_were_read_already_are_read_again_as_they_are() -> None:
    given = {"on_day": TODAY, "people": 3, "wanted": False, "school": 12, "kind": "second look"}
    assert VISIT.checked(CONTEXT, given) == {
        "on_day": TODAY, "people": 3, "wanted": False, "school_id": 12, "kind": "second look",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "given", "sentence"),
    [
        ("title", "", IS_NEEDED),
        ("title", "\u202e\u0007", "it has nothing that can be kept: expected letters"),
        ("title", "x" * 201, "has 201 characters, more than 200: is it two cells run together?"),
        ("kind", None, IS_NEEDED),
        ("kind", "third", "expected one of first look, second look"),
        ("told_on", "8/9/26", "Tuesday 8 September 2026 is in the future: expected today or an earlier date"),
        ("people", "100", "expected a whole number from 0 to 99"),
        ("wanted", "perhaps", "expected yes or no (Y or N)"),
        ("notes", "x" * (LONGEST_WORDS + 1), "has 10,001 characters, more than 10,000: keep what matters, and file the rest"),
        ("school", "nowhere", "There is none."),
        (
            "tittle",
            "x",
            "there is no such field; expected one of title, kind, on_day, told_on, people, wanted, notes, school, groups",
        ),
    ],
)  # fmt: skip
def test_each_refusal_says_what_was_expected(name: str, given: object, sentence: str) -> None:
    values, problems = VISIT.read(CONTEXT, {name: given})
    assert (values, problems) == ({}, {name: sentence})


def records() -> Iterator[tuple[str, Fields]]:
    for found in pkgutil.walk_packages(transitions.__path__, "transitions."):
        if not found.name.startswith(("transitions.cli", "transitions.demo")):
            for name, value in vars(importlib.import_module(found.name)).items():
                if isinstance(value, Fields):
                    yield f"{found.name}.{name}", value


def wrong(field: Field) -> Iterator[tuple[str, str]]:
    """What no field of this kind takes, and how what is said against it begins; of one with a reader of its own, nothing."""
    if field.needed or field.kept:
        yield " ", IS_NEEDED
    if field.read or field.reader or field.find:
        return
    match field.kind:
        case "text" | "known":
            yield "\x1b", "it has nothing that can be kept: expected letters"
            yield "x" * (field.longest + 1), f"has {field.longest + 1:,} characters, more than {field.longest:,}"
        case "long text":
            yield "x" * (LONGEST_WORDS + 1), f"has {LONGEST_WORDS + 1:,} characters, more than {LONGEST_WORDS:,}"
        case "date":
            yield "soonish", "this is not a date"
        case "number":
            least, most = field.limits
            for text in ("many", "²", str(least - 1), str(most + 1)):
                yield text, f"expected a whole number from {least} to {most}"
        case "yes no":
            yield "perhaps", "expected yes or no (Y or N)"
        case "choice":
            yield "none of them", f"expected one of {', '.join(value for value, _ in field.choices)}"


def test_the_fields_of_every_record_refuse_alike() -> None:
    """So the tests of its writer ask only for what is its own, and for one refusal that keeps all else from being written."""
    found = dict(records())
    assert len({id(fields) for fields in found.values()}) >= 28
    for record, fields in found.items():
        names = ", ".join(fields)
        assert fields.read(CONTEXT, {"colour": "red"})[1] == {
            "colour": f"there is no such field; expected one of {names}"
        }
        assert list(fields.read(CONTEXT, {}, new=True)[1]) == list(fields.blank), record
        for name, field in fields.items():
            for given, sentence in wrong(field):
                values, problems = fields.read(CONTEXT, {name: given})
                assert (values, list(problems)) == ({}, [name]), (record, name, given)
                assert problems[name].startswith(sentence), (record, name, given)


def test_a_new_record_must_have_what_is_needed_and_may_go_without_the_rest() -> None:
    _, problems = VISIT.read(CONTEXT, {"people": "many"}, new=True)
    assert list(problems) == ["people", "title", "on_day"]
    with pytest.raises(FieldProblems) as refused:
        VISIT.checked(CONTEXT, {**VISIT.blank, "people": "many"})
    assert list(refused.value.problems) == ["title", "on_day", "people"]


def test_emptying_a_field_leaves_what_it_holds_when_empty() -> None:
    assert VISIT.checked(CONTEXT, {"notes": "", "wanted": None, "school": "", "groups": " "}) == {
        "notes": None, "wanted": False, "school_id": None, "groups": None,
    }  # fmt: skip


def test_what_stands_is_not_judged_again() -> None:
    standing = SimpleNamespace(title="x" * 300, on_day=TODAY, school_id=4)
    given = {"title": "x" * 300, "on_day": "2026-09-07", "school": 4, "people": "3"}
    assert VISIT.checked(CONTEXT, {**given}, existing=SimpleNamespace(**vars(standing), people=2)) == {"people": 3}


def test_a_form_begins_with_what_is_kept() -> None:
    row = SimpleNamespace(title="A visit", school_id=4, school="Brook", groups="A", people=None)
    assert VISIT.stored(row) == {"title": "A visit", "people": None, "school": (4, "Brook"), "groups": "<A>"}
    assert VISIT.stored(SimpleNamespace(school_id=None, groups="")) == {"school": None, "groups": None}


def test_days_are_said_back() -> None:
    assert VISIT["on_day"].reading("8 sep", CONTEXT) == Reading(date(2026, 9, 8), echo="Tuesday 8 September 2026")
    assert read_day_and_distance("8 sep", CONTEXT).echo == "Tuesday 8 September 2026, tomorrow"
    assert VISIT["on_day"].reading("08/09/2026", Context(TODAY)).value == date(2026, 9, 8)


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (True, "yes"), (False, "no"), (TODAY, "2026-09-07"), (("a", "b"), "a, b"), (12, "12"), (" x ", "x")],
)
def test_values_become_the_text_that_readers_read(value: object, text: str) -> None:
    assert as_text(value) == text
