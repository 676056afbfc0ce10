"""Schools and workers, one at a time."""

from datetime import date

import pytest
from builders import add_pupil, add_school, contents

from transitions.custody import history
from transitions.errors import FieldProblems, NoSuchRecord, NotAllowed
from transitions.pupils import schools
from transitions.team import workers
from transitions.workspace import Workspace

CONYERS = {
    "name": "Conyers School",
    "urn": "138089",
    "laestab": "808/4000",
    "low_age": "11",
    "high_age": 18,
    "town": "Yarm",
}


def school_problems(workspace: Workspace, school_id: int | None, **fields: object) -> dict[str, str]:
    with pytest.raises(FieldProblems) as caught:
        schools.save_school(workspace, school_id, fields)
    return caught.value.problems


def test_a_school_typed_in_by_hand(workspace: Workspace) -> None:
    before = contents(workspace)
    number = schools.save_school(workspace, None, {**CONYERS, "postcode": "ts159et", "closed_on": ""})
    query = "SELECT name, urn, la_number, establishment_number, low_age, high_age, postcode, search_text FROM school"
    assert workspace.read().execute(query).fetchone() == (
        "Conyers School", 138089, 808, 4000, 11, 18, "TS15 9ET", "conyers school yarm 138089 808/4000 8084000",
    )  # fmt: skip
    schools.save_school(workspace, number, {"laestab": None, "town": "Stockton"})
    assert workspace.read().execute("SELECT la_number, search_text FROM school").fetchone() == (
        None,
        "conyers school stockton 138089",
    )
    history.undo(workspace)
    history.undo(workspace)
    assert contents(workspace) == before


def test_what_is_wrong_with_a_school(workspace: Workspace) -> None:
    number = schools.save_school(workspace, None, CONYERS)
    found = school_problems(workspace, None, name="", urn="138089", postcode="TS18 ITU", high_age="old", colour="red")
    assert found["name"] == "This is needed."
    assert found["urn"] == "This URN belongs to Conyers School already."
    assert found["postcode"].startswith("a postcode's last three characters are a digit and two letters")
    assert found["high_age"] == "expected a whole number from 0 to 99"
    assert found["colour"].startswith("there is no such field")
    assert school_problems(workspace, None, town="Yarm") == {"name": "This is needed."}
    assert school_problems(workspace, number, low_age="19") == {
        "low_age": "The lowest age (19) is above the highest (18)."
    }
    with pytest.raises(NoSuchRecord, match="no school with the number 99"):
        schools.save_school(workspace, 99, CONYERS)


def test_finding_a_school(workspace: Workspace) -> None:
    conyers = schools.save_school(workspace, None, CONYERS)
    add_school(workspace, "Conyers School Sixth Form")
    for text in ("138089", "808/4000", "8084000", f"#{conyers}", "conyers yarm", "Conyers School"):
        assert schools.find_school(workspace, text) == conyers, text
    with pytest.raises(NoSuchRecord) as caught:
        schools.find_school(workspace, "conyers")
    assert caught.value.sentence == (
        'Several schools match "conyers": #2 Conyers School Sixth Form (no town); #1 Conyers School (Yarm). Give the '
        "number or the URN."
    )
    for text, words in (
        ("hogwarts", "import the school list"),
        ("", "Name the school"),
        ("#77", "no school with the number 77"),
    ):
        with pytest.raises(NoSuchRecord, match=words):
            schools.find_school(workspace, text)


def test_an_archived_school_is_not_offered_and_comes_back(workspace: Workspace) -> None:
    number = schools.save_school(workspace, None, CONYERS)
    before = contents(workspace)
    schools.archive_school(workspace, number)
    with pytest.raises(NoSuchRecord, match="No school matches"):
        schools.find_school(workspace, "conyers")
    schools.restore_school(workspace, number)
    assert contents(workspace) == before


def worker_problems(workspace: Workspace, worker_id: int | None, **fields: object) -> dict[str, str]:
    with pytest.raises(FieldProblems) as caught:
        workers.save_worker(workspace, worker_id, fields)
    return caught.value.problems


def test_a_worker_is_added_and_edited(workspace: Workspace) -> None:
    school = add_school(workspace)
    fields = {"name": " R.  Lowe ", "role": "social worker", "email": "r.lowe@example.gov.uk", "school": "layfield"}
    number = workers.save_worker(workspace, None, fields)
    query = "SELECT name, role, email, school_id FROM worker WHERE id = ?"
    assert workspace.read().execute(query, (number,)).fetchone() == (
        "R. Lowe",
        "social worker",
        "r.lowe@example.gov.uk",
        school,
    )
    workers.save_worker(workspace, number, {"role": "senco", "email": None})
    assert workspace.read().execute(query, (number,)).fetchone() == ("R. Lowe", "SENCO", None, school)


def test_what_is_wrong_with_a_worker(workspace: Workspace) -> None:
    assert worker_problems(workspace, None, name="k. osei", role="boss", email="r.lowe", school="x", hat="y") == {
        "name": "K. Osei is here already. If it is somebody else, add an initial or a role.",
        "role": "expected one of transitions team, SENCO, social worker, manager, other",
        "email": "expected an address such as k.osei@example.gov.uk",
        "school": 'No school matches "x". Try fewer letters, or import the school list (I in the app, or: transitions import schools FILE)',
        "hat": "there is no such field; expected one of name, role, email, telephone, school",
    }
    assert worker_problems(workspace, None, telephone="1") == {"name": "This is needed."}
    with pytest.raises(NoSuchRecord, match="no worker with the number 99"):
        workers.save_worker(workspace, 99, {"name": "X"})


def test_a_worker_with_pupils_is_not_archived(workspace: Workspace) -> None:
    number = workers.save_worker(workspace, None, {"name": "R. Lowe"})
    pupil = add_pupil(workspace, owner_id=number, owner_since=date(2026, 9, 1))
    with pytest.raises(NotAllowed, match=r"^R\. Lowe is still the caseworker for 1 pupil\. Give"):
        workers.archive_worker(workspace, number)
    with workspace.change("x", "y") as action:
        action.update("pupil", {"id": pupil}, {"owner_id": None, "owner_since": None})
    workers.archive_worker(workspace, number)
    with pytest.raises(NoSuchRecord, match="No worker matches"):
        workers.find_worker(workspace, "lowe")
    assert worker_problems(workspace, None, name="r. lowe")["name"].startswith("R. Lowe is archived")
    workers.restore_worker(workspace, number)
    assert workers.find_worker(workspace, "lowe") == number


def test_finding_a_worker(workspace: Workspace) -> None:
    me = workspace.me
    assert me is not None
    other = workers.save_worker(workspace, None, {"name": "K. Oseifa"})
    for text in ("k. osei", f"#{me}", str(me)):
        assert workers.find_worker(workspace, text) == me
    assert workers.find_worker(workspace, "oseifa") == other
    with pytest.raises(NoSuchRecord, match=rf'^Several workers match "ose": #{me} K\. Osei; #{other} K\. Oseifa\.'):
        workers.find_worker(workspace, "ose")
    with pytest.raises(NoSuchRecord, match=r'^No worker matches "k. ossi"\. Nearest: K\. Osei; K\. Oseifa\. '):
        workers.find_worker(workspace, "k. ossi")
