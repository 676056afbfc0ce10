"""What the tests of a team's record are given; of faults a server of their own, and a record that is reached straight and over a wire."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date

import own_server
import pytest
from builders import add_pupil, add_school, add_terms, add_worker
from own_server import Record
from roles_record import team_with_roles

from transitions.clock import Clock
from transitions.workspace import Workspace

__all__ = ["team_with_roles"]
CLOCK = Clock.on(date(2026, 11, 21))


@pytest.fixture(scope="session")
def machine(request: pytest.FixtureRequest) -> Iterator[own_server.OwnServer]:
    if request.config.getoption("engine") != "postgresql":
        pytest.skip("a server runs with --engine postgresql only")
    with own_server.own_server() as server:
        yield server


@pytest.fixture
def record(machine: own_server.OwnServer, request: pytest.FixtureRequest) -> Iterator[Record]:
    name = f"r{abs(hash(request.node.name)) % 10**8}"
    where = machine.create(name)
    with closing(own_server.Wire(machine.port)) as wire, closing(Workspace.open(where, CLOCK)) as there:
        there.become(add_worker(there, "K. Eeper"))
        add_terms(there)
        pupil = add_pupil(there, school_id=add_school(there))
        with closing(Workspace.open(machine.address(name, port=wire.port), CLOCK)) as here:
            yield Record(machine, wire, there, here, pupil, name)
