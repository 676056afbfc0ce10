"""Who is let into a team's record, what each is told, and what nobody of another school sees by any way of the program."""

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from typing import NamedTuple

import pytest
from builders import add_pupil, add_school, add_terms, add_worker

from db.caseload import kept
from db.errors import ChangedSince, Fault, NoDatabase, NotAllowedThere, NotOurDatabase
from db.place import Server
from db.team import setup
from transitions.caseload.caseload import Caseload, describe, facets, first_rows
from transitions.clock import Clock
from transitions.custody import access_log, history
from transitions.custody.health_check import check, condition
from transitions.custody.notices import notices
from transitions.errors import FieldProblems, NoSuchRecord, NotAllowed
from transitions.exporting.outgoing import outgoing
from transitions.handovers import board
from transitions.milestones.recording import add_note
from transitions.pupils import editing
from transitions.pupils.schools import save_school
from transitions.team import members, workers
from transitions.workspace import Workspace

CLOCK = Clock.on(date(2026, 11, 21))
OURS, COMING, OTHERS = "Abbot", "Bryce", "Zzyzx"
"""A pupil at the SENCO's school, one whose next school it is, and one of another school."""


class Team(NamedTuple):
    """A record on a server with a login of each role, and the numbers of the three pupils."""

    keeper: Workspace
    sign_in: Callable[[str], Workspace]
    ours: int
    coming: int
    others: int


@pytest.fixture
def team(server: Server) -> Iterator[Team]:
    opened: list[Workspace] = []

    def sign_in(login: str) -> Workspace:
        opened.append(Workspace.open(Server(re.sub(r"//[^@]*@", f"//{login}@", server.url)), CLOCK))
        return opened[-1]

    keeper = sign_in("postgres")
    keeper.become(add_worker(keeper, "K. Eeper"))
    add_terms(keeper)
    here, there = add_school(keeper, "Layfield Primary"), add_school(keeper, "Otterbourne School")
    ours = add_pupil(keeper, surname=OURS, school_id=here)
    coming = add_pupil(keeper, surname=COMING, school_id=there, next_school_id=here)
    others = add_pupil(keeper, surname=OTHERS, school_id=there)
    for role in members.ROLES:
        school = here if role == "SENCO" else None
        members.add(keeper, f"A. {role.title()}", f"test_{role.lower()}", role, school)
    yield Team(keeper, sign_in, ours, coming, others)
    for workspace in opened:
        workspace.close()


def surnames(workspace: Workspace) -> list[str]:
    return [row.surname for row in first_rows(workspace, Caseload())]


def test_a_senco_works_with_their_own_pupils_and_those_who_come_to_them(team: Team) -> None:
    senco = team.sign_in("test_senco")
    assert surnames(senco) == [OURS, COMING]
    add_note(senco, [team.ours], "Likes maps.")
    add_note(senco, [team.coming], "Came to look round.")
    with pytest.raises(NoSuchRecord):
        editing.find_pupil(senco, f"#{team.others}")
    with pytest.raises(Fault):
        add_note(senco, [team.others], "Nobody may.")
    assert OTHERS not in str(history.entries(senco))
    assert history.undo(senco).name == "Note added"
    assert team.keeper.role == "keeper"
    assert OTHERS in str(history.entries(team.keeper))


def test_a_pupil_of_a_senco_is_at_their_school_and_one_who_would_not_be_is_refused_in_words(team: Team) -> None:
    senco = team.sign_in("test_senco")
    named = {"surname": "Quill", "forename": "Ada", "date_of_birth": "14/3/2015"}
    here = senco.record("pupil", team.ours)["school_id"]
    assert senco.record("pupil", editing.save_pupil(senco, None, named))["school_id"] == here
    for number, fields in (
        (None, {**named, "forename": "Bea", "school": "Otterbourne School"}),
        (team.ours, {"school": "Otterbourne School"}),
    ):
        with pytest.raises(FieldProblems) as refused:
            editing.save_pupil(senco, number, fields)
        assert refused.value.problems["school"].startswith(
            "Your login is for pupils who are at Layfield Primary or come to it;"
        )
    editing.save_pupil(team.keeper, team.others, {"upn": "B801200005001"})
    with pytest.raises(ChangedSince, match="a pupil of another school, who isn’t shown to you") as clash:
        editing.save_pupil(senco, team.ours, {"upn": "B801200005001"})
    assert OTHERS not in clash.value.sentence


def test_it_is_said_who_is_signed_in_as_what_and_whose_pupils_are_counted(team: Team) -> None:
    senco, lead = team.sign_in("test_senco"), team.sign_in("test_lead")
    assert workers.signed_in(senco) == "A. Senco (SENCO, Layfield Primary)"
    assert [workers.signed_in(lead), workers.signed_in(team.keeper)] == ["A. Lead (lead)", "K. Eeper (keeper)"]
    assert describe(senco, Caseload()) == "All pupils of Layfield Primary"
    assert describe(lead, Caseload()) == "All pupils"
    assert notices(senco)[0].startswith("You see the pupils who are at Layfield Primary or come to it.")
    assert check(senco) == [one for one in check(senco) if one.where == "pupils"]
    assert condition(senco)["pupils"] == 2
    editing.save_pupil(senco, team.ours, {"sen_provision": "E"})
    assert kept.is_right(team.keeper.read())  # of everybody, whoever writes
    assert [(one.label, one.pupils) for one in facets(senco, Caseload())["whose"]][1:] == [("all", 2), ("nobody's", 2)]
    assert senco.read().execute("SELECT count(*) FROM pupil_count").fetchone()[0] == 0
    assert facets(lead, Caseload())["whose"][1].pupils == facets(team.keeper, Caseload())["whose"][1].pupils == 3


def test_what_the_team_keeps_a_senco_is_told(team: Team) -> None:
    senco = team.sign_in("test_senco")
    with pytest.raises(NotAllowedThere, match="Nothing was changed"):
        save_school(senco, None, {"name": "Another School"})
    with pytest.raises(NotAllowedThere, match="Nothing was changed"):
        save_school(senco, senco.record("pupil", team.ours)["school_id"], {"town": "Elsewhere"})
    assert senco.refusal("lists") == (
        "The transitions team keeps schools, staff, dates, milestones and workshops; your login is a SENCO’s."
    )


def test_for_the_school_that_receives_it_is_the_other_school_that_is_waited_for(team: Team) -> None:
    def waits(workspace: Workspace) -> str:
        loaded = board.load(workspace, Caseload(), "6-7", 2026)
        return next(line.waiting_on for line in loaded.lines if line.row.pupil_id == team.coming)

    assert waits(team.keeper) == "us"
    assert waits(team.sign_in("test_senco")) == "Otterbourne School"


def test_only_a_lead_undoes_what_somebody_else_did(team: Team) -> None:
    caseworker, lead = team.sign_in("test_caseworker"), team.sign_in("test_lead")
    add_note(caseworker, [team.others], "Visited on Monday.")
    number = history.entries(caseworker, limit=1)[0].id
    add_note(lead, [team.others], "Read.")
    others = history.entries(lead, limit=1)[0].id
    with pytest.raises(NotAllowed, match="Only a lead"):
        history.undo(caseworker, others)
    assert history.undo(lead, number).id > number
    assert {entry.worker for entry in history.entries(lead, limit=3)} == {"A. Caseworker", "A. Lead"}


def test_a_reader_sees_everybody_changes_nothing_and_leaves_the_trace_of_having_looked(team: Team) -> None:
    reader = team.sign_in("test_reader")
    assert surnames(reader) == [OURS, COMING, OTHERS]
    with pytest.raises(NotAllowed, match="Your login is for reading"):
        add_note(reader, [team.ours], "Nobody may.")
    with pytest.raises(NotAllowed, match="Your login is for reading"):
        history.undo(reader)
    with pytest.raises(NotAllowed, match="Your login is for reading"), outgoing(reader):
        pass
    access_log.note(reader, team.ours, "page")
    assert [look.worker for look in access_log.views(team.keeper, limit=5)] == ["A. Reader"]
    assert "Your login is for reading: it shows everything and changes nothing." in notices(reader)


def test_somebody_whom_nobody_has_let_in_is_told_by_whom_and_how(team: Team) -> None:
    team.keeper.read().execute(
        "DO $$ BEGIN CREATE ROLE test_stranger LOGIN; EXCEPTION WHEN duplicate_object THEN END $$"
    )
    with pytest.raises(NotAllowedThere, match="transitions team add"):
        team.sign_in("test_stranger")
    members.add(team.keeper, "A. Reader", "test_reader", "lead")
    assert team.sign_in("test_reader").role == "lead"
    assert "A. Reader" in members.remove(team.keeper, "test_reader")
    with pytest.raises(NotAllowedThere, match="transitions team add"):
        team.sign_in("test_reader")


def test_only_a_keeper_lets_people_in(team: Team) -> None:
    lead, keeper = team.sign_in("test_lead"), team.sign_in("test_keeper")
    with pytest.raises(NotAllowed, match="Only a keeper"):
        members.add(lead, "N. Ewcomer", "test_new", "reader")
    assert "A. Lead" in {one.worker for one in members.members(lead)}
    assert "A. Caseworker" in members.remove(keeper, "test_caseworker")
    assert "took out A. Caseworker" in history.entries(keeper, limit=1)[0].summary


def test_a_senco_without_a_school_and_a_second_login_are_refused(team: Team) -> None:
    with pytest.raises(NotAllowed, match=r"which school N\. Ewcomer is the SENCO of"):
        members.add(team.keeper, "N. Ewcomer", "test_new", "SENCO")
    with pytest.raises(NotAllowed, match="has another login already"):
        members.add(team.keeper, "A. Lead", "test_other", "lead")


def test_the_login_says_who_somebody_is(team: Team) -> None:
    lead = team.sign_in("test_lead")
    with pytest.raises(NotAllowed, match="Your login says who you are"):
        lead.become(1)
    assert lead.me == lead.database.login.worker_id if lead.database.login else False


def test_who_sets_up_a_record_need_not_run_the_server(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("engine") != "postgresql":
        pytest.skip("a server runs with --engine postgresql only")
    from own_server import own_server

    with own_server() as server:
        server.ask("CREATE ROLE setter LOGIN CREATEROLE")
        server.ask("CREATE DATABASE kept OWNER setter TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'")
        where = server.address("kept", "setter")
        setup.create(where)
        with closing(Workspace.open(where, CLOCK)) as keeper:
            with pytest.raises(NotAllowed, match="Say who you are first"):
                members.add(keeper, "A. Lead", "a_lead", "lead")
            assert members.add(keeper, "S. Etter", "setter", "keeper") == "Added S. Etter: keeper, login setter."
            assert "A. Lead is new in the staff list" in members.add(keeper, "A. Lead", "a_lead", "lead")
            members.add(keeper, "A. Keeper", "a_keeper", "keeper")
            assert {entry.worker for entry in history.entries(keeper, limit=2)} == {"S. Etter"}
        with closing(Workspace.open(server.address("kept", "a_keeper"), CLOCK)) as another:
            with pytest.raises(NotAllowed, match=r"a_lead is the login of A\. Lead"):
                members.add(another, "D. Up", "a_lead", "reader")
            members.remove(another, "a_lead")
            assert [one.login for one in members.members(another)] == ["a_keeper", "setter"]
            with pytest.raises(NotAllowedThere, match="stays a keeper"):
                members.remove(another, "setter")
            with pytest.raises(NotAllowedThere, match="The server has no login a_new, and yours may not make one"):
                members.add(another, "N. Ew", "a_new", "reader")
            assert "N. Ew" not in {one.name for one in workers.workers_by_name(another)}
        setup.upgrade(where)
        with pytest.raises(NotOurDatabase, match="a record here already"):
            setup.create(where)
        server.ask("CREATE ROLE plain LOGIN")
        for does in (setup.create, setup.upgrade):
            with pytest.raises(NotAllowedThere, match=r"keepers of the record|not among those"):
                does(server.address("kept", "plain"))
        with pytest.raises(NoDatabase, match="your login may not make one"):
            setup.create(server.address("elsewhere", "plain"))
