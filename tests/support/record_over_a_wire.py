"""What tests of a server that fails are given: one of their own, and a record on it that is reached straight and over a wire."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date

import own_server
import pytest
from builders import add_pupil, add_school, add_terms, add_worker
from own_server import Record

from transitions.clock import Clock
from transitions.workspace import Workspace

CLOCK = Clock.on(date(2026, 11, 21))


@pytest.fixture(scope="session", name="machine")
def machine_of_their_own(request: pytest.FixtureRequest) -> Iterator[own_server.OwnServer]:
    if request.config.getoption("engine") != "postgresql":
        pytest.skip("a server runs with --engine postgresql only")
    with own_server.own_server() as server:
        yield server


@pytest.fixture(name="record")
def record_over_a_wire(machine: own_server.OwnServer, request: pytest.FixtureRequest) -> Iterator[Record]:
    name = f"r{abs(hash(request.node.name)) % 10**8}"
    where = machine.create(name)
    with closing(own_server.Wire(machine.port)) as wire, closing(Workspace.open(where, CLOCK)) as there:
        there.become(add_worker(there, "K. Eeper"))
        add_terms(there)
        pupil = add_pupil(there, school_id=add_school(there))
        with closing(Workspace.open(machine.address(name, port=wire.port), CLOCK)) as here:
            yield Record(machine, wire, there, here, pupil, name)
