"""The bulk look-ups of imports: every column exists, and the kinds of the values are right."""

from datetime import date

from builders import add_episode, add_pupil, add_school, add_worker

from db import importing
from db.pupils.ehc_plans import EHC_PLAN
from db.pupils.pupils import Episode, PupilPage, pages
from db.schema.pupils import Pupil
from transitions.workspace import Workspace


def test_every_column_of_a_pupil_is_there() -> None:
    elsewhere = {"school", "next_school", "next_school_stage", "owner", "archived", "ehc_plan_id", *EHC_PLAN}
    assert set(PupilPage._fields) - elsewhere <= set(Pupil.model_fields)


def test_a_pupil_comes_back_with_days_and_yes_or_no(workspace: Workspace) -> None:
    number = add_pupil(workspace, young_carer=True, in_year_move_on=date(2026, 12, 1), uln="1234567899")
    found = pages(workspace.read(), [number, 99])
    assert set(found) == {number}
    assert found[number].young_carer is True
    assert found[number].pupil_premium is False
    assert found[number].in_year_move_on == date(2026, 12, 1)
    assert importing.holder(workspace.read(), "uln", "1234567899") == number
    assert importing.holder(workspace.read(), "upn", "1234567899") is None
    assert list(importing.pupil_names(workspace.read())) == [(number, "Khan", "Aisha", None, "2016-03-14")]
    assert importing.former_upns(workspace.read()) == []


def test_care_without_end_is_what_is_open_and_what_ended_on_a_day_not_known(workspace: Workspace) -> None:
    number = add_pupil(workspace)
    add_episode(workspace, number, "child in need", date(2025, 1, 1), date(2025, 6, 1))
    again = add_episode(workspace, number, "child in need", date(2026, 1, 1))
    assert importing.care_without_end(workspace.read(), [number]) == {
        number: ({"child in need": Episode(again, number, "child in need", date(2026, 1, 1), None)}, [])
    }


def test_schools_and_workers(workspace: Workspace) -> None:
    school = add_school(workspace, status="Closed", urn=100001)
    add_school(workspace, "Gone", archived_at=workspace.clock.now())
    assert [(row.id, row.urn, row.closed) for row in importing.school_rows(workspace.read())] == [
        (school, 100001, True)
    ]
    gone = add_worker(workspace, "R. Lowe", archived_at=workspace.clock.now())
    assert importing.worker_rows(workspace.read()) == [(workspace.me, "K. Osei", False), (gone, "R. Lowe", True)]
    add_pupil(workspace, owner_id=gone)
    assert importing.owned_by(workspace.read(), gone) == 1
    assert not importing.has_contact(workspace.read(), 1, 1)


def test_the_newest_change_leaves_exports_out(workspace: Workspace) -> None:
    newest = importing.last_change(workspace.read())
    with workspace.database.write() as connection:
        connection.execute("INSERT INTO journal (at, kind, name, summary) VALUES ('2026-11-21', 'export', 'x', 'y')")
    assert importing.last_change(workspace.read()) == newest
    assert importing.last_change(workspace.read(), before=newest) < newest


def test_what_actions_of_a_name_brought_is_known_by_table(workspace: Workspace) -> None:
    with workspace.change("Imported calendar", "a.csv: 2 new") as action:
        date_id = action.insert(
            "year_date", {"kind": "event", "title": "Fair", "first_day": "2026-11-20", "last_day": "2026-11-20"}
        )
        closure = action.insert("closure", {"day": date(2026, 11, 23), "reason": "INSET"})
    with workspace.change("Imported calendar", "a.csv: 1 changed") as action:
        action.update("closure", {"id": closure}, {"reason": "INSET day"})
    with workspace.change("Imported calendar", "b.csv: 1 new") as action:
        action.insert("closure", {"day": date(2026, 11, 24), "reason": "INSET"})
    found = importing.brought(workspace.read(), "Imported calendar", "a.csv: ")
    assert found == {"year_date": {date_id}, "closure": {closure}}
    assert importing.brought(workspace.read(), "Imported terms", "a.csv: ") == {}
