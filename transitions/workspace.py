"""The open database together with today and the person at the keyboard: what every use case is given."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from db import milestones as store
from db.database import Database
from db.driver import Connection
from db.journal import Action
from transitions import milestone_book, planning
from transitions.calendar import academic_year
from transitions.calendars import Calendars
from transitions.clock import Clock
from transitions.milestones import Milestone

_EVERYBODY_TABLES = frozenset({"term", "closure", "milestone"})
"""A change in one of these can move any pupil's dates."""


class Workspace:
    """One open file, one clock, one worker. Screens and commands hold one of these and nothing of the database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.clock = clock
        self._milestones: Mapping[int, Milestone] | None = None
        self._calendars: Calendars | None = None
        self._me: int | None = None

    @classmethod
    def open(cls, path: Path, clock: Clock, *, create: bool = False) -> "Workspace":
        """Open the file, put the shipped milestones in if they are new, and see that planning reaches far enough.

        Raises the faults of ``db.errors``.
        """
        workspace = cls(Database(path, create=create), clock)
        try:
            workspace._me = store.setting(workspace.read(), "me")
            workspace._bring_up_to_date()
        except BaseException:
            workspace.close()
            raise
        return workspace

    def read(self) -> Connection:
        """Give this thread's connection, for SELECT only."""
        return self.database.read()

    @property
    def me(self) -> int | None:
        """The worker at the keyboard, or None before anybody said who they are."""
        return self._me

    def become(self, worker_id: int) -> None:
        """Say who is at the keyboard, for this and every later start."""
        with self.database.write() as connection:
            store.set_setting(connection, "me", worker_id)
        self._me = worker_id

    @property
    def milestones(self) -> Mapping[int, Milestone]:
        """The milestones in force, by number, in their order."""
        if self._milestones is None:
            self._milestones = milestone_book.load(self.read())
        return self._milestones

    @property
    def calendars(self) -> Calendars:
        """The term dates this database knows."""
        if self._calendars is None:
            self._calendars = Calendars.load(self.read())
        return self._calendars

    @property
    def planned_through(self) -> int:
        """The last academic year that is planned."""
        return int(store.setting(self.read(), "planned through") or 0)

    def planner(self) -> planning.Planner:
        """Give the rules at work, for the years that are planned."""
        return planning.Planner(self.milestones, self.calendars, self.planned_through)

    @contextmanager
    def change(self, name: str, summary: str) -> Iterator[Action]:
        """Begin one named, undoable action; at its end the pupils it touched are planned again, in the same transaction."""
        with self.database.write() as connection:
            action = Action(connection, name=name, summary=summary, worker_id=self._me, at=self.clock.now())
            yield action
            if action.finish():
                self.settle(action)

    def settle(self, action: Action) -> None:
        """Plan again whatever an action's changes can have moved."""
        tables = action.touched.keys()
        if tables & _EVERYBODY_TABLES:
            self.forget()
            planning.replan(action.connection, self.planner(), self.clock.today)
            return
        pupils = set(action.pupils)
        if "school" in tables:
            pupils.update(_pupils_of_schools(action.connection, action.touched["school"]))
        if pupils:
            planning.replan(action.connection, self.planner(), self.clock.today, sorted(pupils))

    def forget(self) -> None:
        """Read milestones and term dates again when they are next asked for."""
        self._milestones = None
        self._calendars = None

    def close(self) -> None:
        """Close the file."""
        self.database.close()

    def _bring_up_to_date(self) -> None:
        horizon = academic_year(self.clock.today) + planning.YEARS_AHEAD
        connection = self.read()
        if milestone_book.is_current(connection) and self.planned_through >= horizon:
            return
        with self.database.write() as connection:
            milestone_book.put_shipped(connection)
            store.set_setting(connection, "planned through", max(horizon, self.planned_through))
            self.forget()
            planning.replan(connection, self.planner(), self.clock.today)


def _pupils_of_schools(connection: Connection, schools: set[int]) -> list[int]:
    marks = ", ".join("?" for _ in schools)
    rows = connection.execute(f"SELECT id FROM pupil WHERE school_id IN ({marks})", tuple(schools))
    return [row[0] for row in rows]
