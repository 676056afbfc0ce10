"""The open database together with today and the person at the keyboard: what every use case is given."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from db import journal
from db.calendar import local_dates as term_store
from db.calendar.events import la_number_of
from db.custody.unfinished import unfinished
from db.database import Database
from db.driver import Connection, IntegrityError
from db.errors import CannotWriteDatabase, ChangedSince, DatabaseInUse
from db.journal import Action
from db.milestones import definitions as store
from db.place import Place, Role
from db.pupils import pupils as pupil_store
from db.team import open_at, roles
from transitions.clock import Clock
from transitions.errors import NoSuchRecord, NotAllowed, require
from transitions.milestones import definitions as milestone_store
from transitions.milestones.whose_calendar import CalendarOwner, Calendars
from transitions.school_year import academic_year
from transitions.term_dates import TermDates

if TYPE_CHECKING:
    from transitions.milestones.milestone import Milestone
    from transitions.milestones.planner import Planner

# Rules and planning load when a pupil is first planned: a list is on the screen before.

Kind = roles.Kind
YEARS_AHEAD = 1
"""Planned to the end of the academic year after this one, so that next September can be looked at today."""
MANY_ROWS = 200
"""A change of more rows than this is made behind a backup."""
SAID_BY_LOGIN = "Your login says who you are, so that the history is true. A colleague signs in with their own."
_EVERYBODY_TABLES = frozenset({"term", "closure", "milestone"})
"""A change in one of these can move any pupil's dates."""
_PLANS_NOTHING = frozenset({"note", "link"})
"""What no plan depends on."""
_THROUGH = "planned through"
DEMO = "demo"
"""The setting that made-up records have: for which day, how many and from which seed they were made."""
_PLANNED_TO = "planned to"
"""The last pupil who is planned as far as the newest school year, while others are not."""
_PIECE = 400
"""How many pupils are planned in one transaction while others may be waiting to save."""
_PLANNED_ON = "planned on"
"""The days by which the coming and going of social care is in the plans, first and last: they differ by pupil."""
_A_DAY = timedelta(days=1)  # the journal's moments are in UTC


class Recorded(NamedTuple):
    """What an action did: its name and summary as in the history, and how many rows it changed."""

    name: str
    summary: str
    changed: int


class Saved(Recorded):
    """What was recorded, with the number of the record that holds it."""

    number: int

    def under(self, number: int) -> "Saved":
        self.number = number
        return self


class Change(Action):
    """An action of a person; ``recorded`` says, when it has ended, what it did."""

    recorded: Recorded
    planning: Callable[[int, int], None] | None = None
    """Told how many pupils are planned again, and of how many; what it raises takes the action back."""

    def saved(self, number: int) -> Saved:
        return Saved(*self.recorded).under(number)


class Workspace:
    """One open file, one clock, one worker. Screens and commands hold one of these and nothing of the database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.clock = clock
        self._milestones: Mapping[int, Milestone] | None = None
        self._calendars: Calendars | None = None
        self._planner: Planner | None = None
        self._rules_seen: tuple[int, int] | None = None
        self._me: int | None = None
        self.waiting_for_desk: dict[tuple[int, str], object] = {}
        """What is to be left on a desk, by worker and name, and could not be written yet."""
        self.waiting_views: list[tuple[int | None, int, str, datetime]] = []
        """Who opened which record, how and when, and could not be noted yet."""
        self.to_say: list[str] = []
        """What was put right at the start, until somebody has been told."""

    @classmethod
    def open(
        cls, where: Place, clock: Clock, *, create: bool = False, read_only: bool = False, plans_ahead: bool = True
    ) -> "Workspace":
        """Open the records, put the shipped milestones in if they are new, and see that planning reaches far enough.

        Without ``plans_ahead`` whoever opens them sees to ``plan_ahead``. Raises the faults of ``db.errors``.
        """
        workspace = cls(open_at(where, create=create, read_only=read_only), clock)
        try:
            login = workspace.database.login
            kept = store.setting(workspace.read(), "me") if workspace.database.is_file else None
            workspace._me = login.worker_id if login else kept
            workspace._bring_up_to_date()
            if plans_ahead:
                with suppress(CannotWriteDatabase, DatabaseInUse):  # the next start goes on
                    workspace.plan_ahead()
        except BaseException:
            workspace.close()
            raise
        return workspace

    def read(self) -> Connection:
        """This thread's connection, for SELECT only."""
        return self.database.read()

    @property
    def has_unfinished_files(self) -> bool:
        """Whether a file was on its way out when the program was killed, or is now."""
        return not self.database.read_only and bool(unfinished(self.read()))

    @property
    def role(self) -> Role | None:
        """What the login is to the record of a team; None in a file, where everything is one's own."""
        return self.database.login.role if self.database.login else None

    @property
    def own_school(self) -> str | None:
        """The school whose pupils alone this login meets; None for one that works with all."""
        login = self.database.login
        return pupil_store.school_name(self.read(), login.school_id) if login and login.school_id else None

    def refusal(self, kind: Kind) -> str | None:
        """Why this login may not change records of that kind; None when it may."""
        return roles.refusal(self.role, kind)

    @property
    def keeps_for_everybody(self) -> bool:
        """Whether what falls due for all pupils may be done from here: planning a new year, and snapshots."""
        return not self.database.read_only and self.role != "SENCO"

    @property
    def me(self) -> int | None:
        """The worker at the keyboard, or None before anybody said who they are."""
        return self._me

    def become(self, worker_id: int) -> None:
        """Say who is at the keyboard, for this and every later start. Raises ``NoSuchRecord``."""
        if pupil_store.worker_name(self.read(), worker_id) is None:
            raise NoSuchRecord("There is no such person. Add them first.")
        if self.database.login and worker_id != self._me:
            raise NotAllowed(SAID_BY_LOGIN)
        with self.database.write() as connection:
            self.database.become(connection, worker_id)
        self._me = worker_id

    def record(self, table: Literal["pupil", "school", "worker"], number: int) -> dict[str, Any]:
        """Every column of one record by name. Raises ``NoSuchRecord``."""
        found = pupil_store.record(self.read(), table, number)
        return require(found, f"There is no {table} with the number {number}.")

    def day_gone_by(self, on: date | None, why: str) -> date:
        """The day for which something is recorded, today when none is given. Raises ``NotAllowed`` with ``why`` for one to come."""
        day = on or self.clock.today
        if day > self.clock.today:
            from transitions.dates import short_with_year

            raise NotAllowed(f"{short_with_year(day)} is in the future. {why}")
        return day

    @property
    def milestones(self) -> Mapping[int, "Milestone"]:
        if self._milestones is None:
            self._milestones = milestone_store.milestones_in_force(self.read())
        return self._milestones

    @property
    def calendars(self) -> Calendars:
        if self._calendars is None:
            self._calendars = Calendars.load(self.read())
        return self._calendars

    def calendar_owner(self, school_id: int | None = None, la_number: int | None = None) -> CalendarOwner:
        """Whose dates hold for a school, a council, or neither: then the only council's that has term dates, if one has."""
        if school_id is not None:
            return CalendarOwner(school_id, la_number or la_number_of(self.read(), school_id))
        if la_number is None:
            councils = {row.la_number for row in term_store.terms(self.read()) if row.school_id is None}
            if len(councils) == 1:
                (la_number,) = councils
        return CalendarOwner(None, la_number)

    def terms_for(self, school_id: int | None = None, la_number: int | None = None) -> TermDates:
        """The term dates that hold: the school's, else its council's, else everybody's; perhaps none.

        For neither school nor council they are everybody's, or, when none are entered for everybody, those of the only
        council that has some.
        """
        return self.calendars[self.calendars.key(*self.calendar_owner(school_id, la_number))]

    @property
    def planned_through(self) -> int:
        return int(store.setting(self.read(), _THROUGH) or 0)

    def planner(self, only: Collection[int] | None = None) -> "Planner":
        """The rules at work (``only`` some milestones, by number), for the years that are planned.

        Somebody else may have entered term dates since they were read, here or in another program: then they are read
        again, or a pupil would be planned by dates of the past. What was worked out by the same rules is kept.
        """
        now = (id(self.read()), self.database.version())
        if now != self._rules_seen:
            before, planner = (self._milestones, self._calendars), self._planner
            self.forget()
            self._rules_seen = now
            if planner and before == (self.milestones, self.calendars) and planner.through == self.planned_through:
                (self._milestones, self._calendars), self._planner = before, planner
        from transitions.milestones.planner import Planner

        whole = self._planner
        if whole is None:
            whole = self._planner = Planner(self.milestones, self.calendars, self.planned_through)
        if only is None:
            return whole
        chosen = {number: one for number, one in self.milestones.items() if number in only}
        return Planner(chosen, self.calendars, whole.through)

    @contextmanager
    def change(self, name: str, summary: str, *, plans: bool = True, backup: str = "") -> Iterator[Change]:
        """Begin one named, undoable action; at its end the pupils it touched are planned again, in the same transaction.

        Without ``plans`` it is one that touches no pupil, and need not wait for what planning loads. A ``backup`` of that name is
        made of what stood before, as it is before every change of many rows. Raises ``NotAllowed`` while one looks at a day to come.
        """
        if said := self.refusal("pupils"):
            raise NotAllowed(said)
        self.ensure_day_has_come()
        if plans:
            self.get_ready()
        with self.writing() as connection:
            action = Change(connection, name=name, summary=summary, worker_id=self._me, at=self.clock.now())
            yield action
            action.recorded = Recorded(name, summary, action.changes)
            if action.finish():
                self.settle(action, backup=backup, planning=action.planning)

    def ensure_day_has_come(self) -> None:
        """Raise ``NotAllowed`` while one looks at a day to come: what is recorded would be of a day that nobody has seen.

        Made-up records may have been made for such a day, and then they are of it.
        """
        made = store.setting(self.read(), DEMO) if self.clock.to_come else None
        if self.clock.to_come and not (made and self.clock.today <= date.fromisoformat(made[0])):
            from transitions.dates import short_with_year

            raise NotAllowed(
                f"Nothing was saved, because {short_with_year(self.clock.today)} is in the future and looking ahead records nothing. Leave --as-of out to record it today."
            )

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Begin a transaction that may change the rules: when it fails, what was read of them inside it is forgotten.

        Raises ``ChangedSince`` when the records no longer allow it: another program saved something meanwhile.
        """
        try:
            with self.database.write() as connection:
                yield connection
        except IntegrityError:
            self.forget()
            unseen = ", or with a pupil of another school, who isn’t shown to you" if self.own_school else ""
            raise ChangedSince(
                f"Not saved: it clashes with a change saved meanwhile by somebody else{unseen}. Look at the record again, then repeat your change."
            ) from None
        except BaseException:
            self.forget()
            raise

    def get_ready(self) -> None:
        """Load and read what planning needs before the transaction begins: while it goes on, everybody else waits."""
        import transitions.milestones.planning  # noqa: F401

        self.planner()

    def settle(self, action: Action, *, backup: str = "", planning: Callable[[int, int], None] | None = None) -> None:
        tables = action.touched.keys()
        pupils: list[int] | None = []
        rows = action.changes
        only: frozenset[int] | None = None
        if tables & _EVERYBODY_TABLES:
            pupils = None
            before = self._calendars if self._rules_seen == (id(self.read()), self.database.version()) else None
            self.forget()
            from transitions.milestones.planning import moved_by_dates, together

            if tables == {"milestone"}:
                only = together(self.milestones, action.touched["milestone"])
            elif before is not None and tables <= {"term", "closure"}:
                through = self.planned_through
                only = moved_by_dates(action.connection, self.milestones, before, self.calendars, through)
        elif not tables <= _PLANS_NOTHING:
            pupils = action.pupils
            if "school" in tables:
                from db.milestones.planning import pupils_at

                at_school = pupils_at(action.connection, action.touched["school"])
                pupils = sorted({*pupils, *at_school})
        if pupils != []:
            from transitions.milestones.planning import replan

            self._note_day(action.connection, pupils)
            planner, today = self.planner(only), self.clock.today
            rows += replan(action.connection, planner, today, pupils, action, only=only, progress=planning)
        if planning is not None:
            planning(1, 1)
        if backup or rows > MANY_ROWS:
            self.database.back_up_what_stands(backup or "before-many-changes")

    def _note_day(self, connection: Connection, pupils: Collection[int] | None) -> None:
        """Keep that somebody's social care of this day is in the plans, so that a later start looks at it again."""
        moved = self._whose_care_changed(connection, days := self._days_planned_on(self.clock.today))
        if moved and (pupils is None or not set(moved).isdisjoint(pupils)):
            store.set_setting(connection, _PLANNED_ON, [day.isoformat() for day in days])

    def forget(self) -> None:
        """Read milestones and term dates again when they are next asked for."""
        self._milestones = None
        self._calendars = None
        self._planner = None

    def close(self) -> None:
        self.database.close()

    def _bring_up_to_date(self) -> None:
        """Plan as far as this day asks for, but never because somebody looks at another day, or by a clock that is wrong."""
        connection, today = self.read(), self.clock.today
        if self.role in {"SENCO", "reader"}:
            return
        current, through = milestone_store.shipped_is_current(connection), self.planned_through
        reaches, pupils = through, []
        if not through:
            reaches = academic_year(today) + YEARS_AHEAD
        elif not self.clock.pretended and not self.clock_seems_wrong:
            reaches = academic_year(today) + YEARS_AHEAD
            pupils = self._whose_care_changed(connection, self._days_planned_on(today))
        if current and reaches == through and not pupils:
            return
        try:
            self._plan_everybody(reaches, pupils if current and through else None, current=current)
        except (CannotWriteDatabase, DatabaseInUse):
            if not through:
                raise
            self.forget()

    def _plan_everybody(self, reaches: int, pupils: list[int] | None, *, current: bool) -> None:
        from transitions.milestones.destinations import seed as seed_destinations
        from transitions.milestones.planning import replan

        today, through = self.clock.today, self.planned_through
        is_new_year = current and bool(through) and reaches != through
        tally = Counter[str]()
        with self.writing() as connection:
            if not current:
                milestone_store.put_shipped(connection, today)
                seed_destinations(connection, today)
                self.forget()
                if through:
                    replan(connection, self.planner(), today, tally=tally)
            store.set_setting(connection, _THROUGH, reaches)
            store.set_setting(connection, _PLANNED_ON, today.isoformat())
            if is_new_year:  # nothing of it is due before next September
                store.set_setting(connection, _PLANNED_TO, 0)
            if current or reaches != through:
                self.forget()
                replan(connection, self.planner(), today, pupils)
        if tally["new"] or tally["gone"] or tally["another day"]:
            self.to_say.append(milestone_store.schedule_changed(tally))

    @property
    def pupils_to_plan(self) -> int:
        """How many pupils are still to be planned for a school year that has begun."""
        last = store.setting(self.read(), _PLANNED_TO)
        if last is None or not self.keeps_for_everybody or self.clock.pretended or self.clock_seems_wrong:
            return 0
        from db.milestones.planning import how_many_after

        return how_many_after(self.read(), last)

    def plan_ahead(self, progress: Callable[[int, int], None] | None = None) -> None:
        """Plan these, some hundreds in each transaction: whoever saves has their turn between two. What was planned stays.

        It may be ended at any moment and goes on at the next start. Raises ``Stopped`` when ``progress`` says so, and
        ``DatabaseInUse``.
        """
        total, done, ids = self.pupils_to_plan, 0, [0]
        if total:
            from db.milestones.planning import pupils_after
            from transitions.milestones.planning import replan
        while total and ids:
            with self.writing() as connection:
                last = store.setting(connection, _PLANNED_TO)  # a colleague may be planning, too
                ids = [] if last is None else pupils_after(connection, last, _PIECE)
                replan(connection, self.planner(), self.clock.today, ids)
                store.set_setting(connection, _PLANNED_TO, ids[-1] if ids else None)
            done += len(ids)
            if progress is not None:
                progress(min(done, total), total)

    @staticmethod
    def _whose_care_changed(connection: Connection, days: tuple[date, date]) -> list[int]:
        if days[0] == days[1]:
            return []
        from db.milestones.planning import with_social_care_change

        return with_social_care_change(connection, *days)

    def _days_planned_on(self, today: date) -> tuple[date, date]:
        """The first and last day by which any pupil's social care is in the plans, and today among them."""
        kept = store.setting(self.read(), _PLANNED_ON) or []
        days = [today, *map(date.fromisoformat, [kept] if isinstance(kept, str) else kept)]
        return min(days), max(days)

    @property
    def clock_seems_wrong(self) -> bool:
        """Whether this day lies before the newest change, or in a later school year than the one after it."""
        newest, today = journal.newest(self.read()), self.clock.today
        if newest is None:
            return False
        return today < newest - _A_DAY or academic_year(today) > academic_year(newest) + 1
