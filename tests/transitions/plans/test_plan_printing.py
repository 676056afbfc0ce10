"""Plans and blank forms as files: whole or not at all, and the journal knows of every plan that left."""

import io
import stat
from datetime import date
from pathlib import Path
from typing import Any

import docx
import pytest
from builders import add_pupil, edit_pupil

from transitions.errors import CannotWrite, NoSuchRecord, NotAllowed
from transitions.exporting.documents import rendering
from transitions.exporting.documents.model import Box, Document, Heading, Lines, Table
from transitions.plans import opening, printing
from transitions.plans import page as pages
from transitions.plans.printing import default_name, print_blank, print_plan
from transitions.workspace import Workspace


def open_plan(workspace: Workspace, transition: str = "14+", **pupil: Any) -> int:
    pupil_id = add_pupil(workspace, **{"year_group": 10, "forename": "Ashley", **pupil})
    return opening.open_plan(workspace, pupil_id, transition).number


def exports(workspace: Workspace) -> list[tuple[Any, ...]]:
    rows = workspace.read().execute("SELECT name, summary, worker_id FROM journal WHERE kind = 'export' ORDER BY id")
    return [tuple(row) for row in rows]


@pytest.mark.parametrize(
    ("name", "begins", "words"),
    [
        ("plan.docx", b"PK", "Word document"),
        ("plan.HTML", b"<!DOCTYPE html>", "web page"),
        ("plan.htm", b"<!DOCTYPE html>", "web page"),
        ("plan.txt", "Ashley’s plan".encode(), "plain text"),
    ],
)
def test_a_plan_is_written_as_its_name_ends_and_the_journal_knows(
    workspace: Workspace, tmp_path: Path, name: str, begins: bytes, words: str
) -> None:
    plan_id = open_plan(workspace)
    with workspace.change("Plan edited", "test") as action:
        action.update("plan", {"id": plan_id}, {"admired": "OWNWORDS"})
    target = tmp_path / name
    assert print_plan(workspace, plan_id, target) == target
    assert target.read_bytes().startswith(begins)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    summary = f"Khan, Ashley; 14 and open to social care, version 1, draft; {words}; {name}"
    assert exports(workspace) == [("Printed plan", summary, workspace.me)]


def test_the_kind_may_be_said_whatever_the_name_ends_in(workspace: Workspace, tmp_path: Path) -> None:
    plan_id = open_plan(workspace)
    print_plan(workspace, plan_id, tmp_path / "plan", "txt")
    assert (tmp_path / "plan").read_text("utf-8").startswith("Ashley’s plan (DRAFT)\n")


def test_what_cannot_be_written_leaves_nothing_and_notes_nothing(workspace: Workspace, tmp_path: Path) -> None:
    plan_id = open_plan(workspace)
    target = tmp_path / "plan.docx"
    target.write_text("mine")
    with pytest.raises(CannotWrite, match="exists already"):
        print_plan(workspace, plan_id, target)
    with pytest.raises(CannotWrite, match=r"end the name with one of \.docx \(Word document\), \.html"):
        print_plan(workspace, plan_id, tmp_path / "plan.pdf")
    with pytest.raises(CannotWrite, match="there is no folder"):
        print_plan(workspace, plan_id, tmp_path / "none" / "plan.docx")
    with pytest.raises(NoSuchRecord):
        print_plan(workspace, 99, tmp_path / "other.docx")
    assert target.read_text() == "mine"
    assert exports(workspace) == []
    assert [path.name for path in tmp_path.glob("*.docx")] == ["plan.docx"]
    print_plan(workspace, plan_id, target, overwrite=True)
    assert docx.Document(io.BytesIO(target.read_bytes())).core_properties.title == "Ashley’s plan (DRAFT)"


def test_a_note_that_fails_keeps_the_file_back(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan_id = open_plan(workspace)

    def refuse(*_: object, **__: object) -> None:
        raise RuntimeError("the journal is gone")

    monkeypatch.setattr("transitions.exporting.target.Action", refuse)
    with pytest.raises(RuntimeError, match="the journal is gone"):
        print_plan(workspace, plan_id, tmp_path / "plan.docx")
    assert not list(tmp_path.glob("*.docx"))


def test_a_file_name_does_not_tell_whose_plan_it_is(workspace: Workspace) -> None:
    plan_id = open_plan(workspace)
    assert default_name(pages.load(workspace, plan_id)) == "plan-AK-14plus-v1.docx"
    edit_pupil(workspace, pages.load(workspace, plan_id).pupil.id, forename="7", surname="-")
    assert default_name(pages.load(workspace, plan_id), "html") == "plan-14plus-v1.html"


def labels(form: Document) -> list[str]:
    return [part.label for part in form.parts if isinstance(part, Box | Lines)]


def test_the_blank_plan_asks_what_the_screens_ask(workspace: Workspace) -> None:
    form = printing.plan_form(workspace, "18")
    asked = labels(form)
    assert asked[:5] == [
        "My name, and what I like to be called",
        "What people like and admire about me",
        "What is important to me",
        "How best to support me",
        "How I communicate",
    ]
    assert "Was I offered an advocate? (yes or no)" in asked
    assert "How certain (intended or agreed or confirmed)" in asked
    first = next(place for place, part in enumerate(form.parts) if isinstance(part, Heading))
    assert form.parts[first] == Heading("What I say, and what my family says", new_page=True)
    assert labels(Document("x", form.parts[:first], "", date(2026, 11, 21))) == asked[:5]
    areas = [part.text for part in form.parts if isinstance(part, Heading) and part.level == 3]
    assert areas == ["Education and employment", "Independent living", "Friends, relationships and community", "Health"]
    tables = [part.header for part in form.parts if isinstance(part, Table)]
    assert tables[0] == ("Working: my view", "Not working: my view")
    assert ("What", "Who (a person)", "By when", "Done on") in tables
    assert all(cell == "" for part in form.parts if isinstance(part, Table) for row in part.rows for cell in row)


def test_a_year_6_form_does_not_ask_about_employment_or_advocates(workspace: Workspace) -> None:
    text = rendering.render(printing.plan_form(workspace, "6-7")).decode().casefold()
    assert "what i hope year 7 will be like" in " ".join(text.split())
    for word in ("employment", "advocate", "adult social care"):
        assert word not in text


def test_there_is_no_form_for_what_has_no_plan(workspace: Workspace) -> None:
    for transition in ("EHCP", "nonsense"):
        with pytest.raises(NotAllowed, match="is not a planned move"):
            printing.plan_form(workspace, transition)


def test_every_move_has_a_form(workspace: Workspace) -> None:
    from transitions.milestones.definitions import load_shipped

    for transition in load_shipped().transitions:
        if transition not in opening.NOT_PLANNED:
            assert len(labels(printing.plan_form(workspace, transition))) > 20


def test_the_audit_form_has_every_item_and_the_councils_grades(workspace: Workspace) -> None:
    from transitions.plans.auditing import load_checklist, save_thresholds

    save_thresholds(workspace, {"Good": 65})
    form = printing.audit_form(workspace)
    table = next(part for part in form.parts if isinstance(part, Table))
    assert table.header == ("Is it so?", "Met", "Partly", "Not met", "Not applicable")
    assert [row[0].split("\n")[0] for row in table.rows] == [
        f"{number}. {item.label}" for number, item in enumerate(load_checklist().items, 1)
    ]
    assert "Good from 65%, Requires improvement from 40%" in " ".join(rendering.render(form).decode().split())


def test_a_survey_has_a_row_to_tick_for_every_item_and_keeps_no_name_unless_asked(workspace: Workspace) -> None:
    from transitions.plans.surveys import load_survey

    before, after = (printing.survey_form(workspace, "pupil", moment) for moment in ("before", "after"))
    for form, moment in ((before, "before"), (after, "after")):
        asked = [part.text for part in form.parts if isinstance(part, Heading) and part.level == 3]
        assert asked == [item.words["pupil"] for item in load_survey().items_for(moment)]
        tables = [part for part in form.parts if isinstance(part, Table)]
        assert len(tables) == len(asked) + 2
        assert tables[0].header == ("Yes, a lot", "Yes", "Sort of", "No", "Not at all", "I don’t know")
        assert tables[-2].header == ("0 not at all", *map(str, range(1, 10)), "10 as worried as can be")
        assert tables[-1].header == ("1 very bad", "2", "3", "4", "5 very good")
        assert all(table.rows == (("",) * len(table.header),) for table in tables)
    assert "The code of your first survey, if you have it" in labels(after)
    assert "The code of your first survey, if you have it" not in labels(before)
    with pytest.raises(NotAllowed, match="There is no survey for “teacher” “before” the move"):
        printing.survey_form(workspace, "teacher", "before")


def test_blank_forms_are_printed_and_nothing_is_noted(workspace: Workspace, tmp_path: Path) -> None:
    add_pupil(workspace, surname="Khan")
    for what, transition in (("plan", "6-7"), ("survey", None), ("audit", None)):
        for kind in printing.KINDS:
            target = tmp_path / f"{what}.{kind}"
            assert print_blank(workspace, what, transition, target) == target
            assert b"Khan" not in target.read_bytes()
    with pytest.raises(CannotWrite, match="exists already"):
        print_blank(workspace, "audit", None, tmp_path / "audit.docx")
    with pytest.raises(NotAllowed):
        print_blank(workspace, "plan", None, tmp_path / "new.docx")
    assert exports(workspace) == []
