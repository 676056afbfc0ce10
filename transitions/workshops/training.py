"""Training: the modules of a programme, who has been to all of them, and how sure of themselves people were before and after.

A person is known by name together with the school or agency: whoever changes schools between two sessions counts as two.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from db.journal import Value
from db.workshops import attendance as store
from db.workshops.attendance import ModuleRow, SessionRow, TraineeRow
from transitions.errors import FieldProblems, NotAllowed, require
from transitions.fields import Field, Fields, typed_in
from transitions.school_year import academic_year
from transitions.text import Share, searchable
from transitions.workspace import Recorded, Saved, Workspace

__all__ = ["ModuleRow", "SessionRow"]

CONFIDENT: Final = 4
"""From this of 1 to 5 on a person counts as confident."""
_MOST_MODULES: Final = 99
MODULE_FIELDS: Final = Fields(
    Field("programme", "Programme", "known", needed=True, help="Another name starts a new programme"),
    Field("name", "Module", needed=True, help="As the sessions call it"),
    Field("position", "Place", "number", limits=(1, _MOST_MODULES), kept=True, help="1 is the first. Empty: last"),
)


@dataclass(frozen=True)
class Programme:
    """A programme of training: its modules in their order, retired ones apart, and its sessions in date order.

    ``astray`` are the sessions that count for no module: they name none, or one that the programme does not have.
    """

    name: str
    modules: Sequence[ModuleRow]
    retired: Sequence[ModuleRow]
    sessions: Sequence[SessionRow]
    astray: Sequence[SessionRow]


class Trainee(NamedTuple):
    """A person, or a school taken as one (``name`` is None): which modules are done, and which are still missing.

    ``workshop_id`` is the newest session that somebody came to.
    """

    name: str | None
    school_id: int | None
    school: str | None
    agency: str | None
    done: tuple[str, ...]
    missing: tuple[str, ...]
    workshop_id: int


@dataclass(frozen=True)
class Completion:
    """Who has been to a session of every module, by today, of those who came to any session of the programme.

    ``people`` are those in the registers by name, ``schools`` all schools that anybody came from; both by name. ``invited`` is
    how many people were asked by name, and ``unnamed`` how many lines of registers say that somebody came but not who:
    nobody can tell whether these have completed it.
    """

    programme: str
    modules: tuple[str, ...]
    people: Sequence[Trainee]
    schools: Sequence[Trainee]
    invited: int
    unnamed: int

    @property
    def completed(self) -> Share:
        """The people who have completed every module, of those who came to anything; of nobody while there are no modules."""
        return self._complete(self.people)

    @property
    def completed_of_invited(self) -> Share:
        return Share(self.completed.counted, self.invited if self.modules else 0)

    @property
    def schools_completed(self) -> Share:
        """The schools from which somebody, not always the same person, has been to every module."""
        return self._complete(self.schools)

    @property
    def by_module(self) -> Mapping[str, Share]:
        return {name: Share(sum(name in one.done for one in self.people), len(self.people)) for name in self.modules}

    def _complete(self, found: Sequence[Trainee]) -> Share:
        return Share(sum(not one.missing for one in found), len(found)) if self.modules else Share(0, 0)


@dataclass(frozen=True)
class Confidence:
    """How sure people were before and after, 1 to 5, by those alone who said both: ``pairs`` of those who came.

    Each person counts once for each module in a school year, or session of none, and is compared with nothing said of
    another module or another year: who comes again a year later has begun anew.
    ``lower``, ``same`` and ``higher`` add up to the pairs. The means are None without pairs. ``confident_before`` and
    ``confident_after`` count those at 4 or 5, of the pairs.
    """

    pairs: Share
    before: float | None
    after: float | None
    lower: int
    same: int
    higher: int
    confident_before: Share
    confident_after: Share

    @property
    def text(self) -> str:
        if self.before is None or self.after is None:
            return f"Nobody has answered both before and after ({self.pairs.text} of those who came)."
        return f"Of {self.pairs.text} who came and answered both times, {self.higher:,} are more confident than before, {self.same:,} the same, {self.lower:,} less. Mean {self.before:.1f} before, {self.after:.1f} after. At 4 or 5: {self.confident_before.text} before, {self.confident_after.text} after."


def programmes(workspace: Workspace) -> list[Programme]:
    connection = workspace.read()
    modules, sessions = store.modules(connection), store.sessions(connection)
    names = {row.programme for row in modules} | {row.programme for row in sessions}
    in_order = sorted(names, key=lambda name: (searchable(name), name))
    return [_programme(name, modules, sessions) for name in in_order]


def save_module(workspace: Workspace, module_id: int | None, fields: Mapping[str, object]) -> Saved:
    """Save a new module (None) or changes to one; fields that are not given stay, and a new one comes last.

    ``programme`` and ``name`` are text, ``position`` a whole number from 1 to 99. The sessions of a module take its new name
    along, in the same action. Raises FieldProblems by field, and NoSuchRecord.
    """
    old = None if module_id is None else module_of(workspace, module_id)
    given = {**MODULE_FIELDS.blank, **fields} if old is None else fields
    values, problems = _fitted(workspace, old, MODULE_FIELDS.checked(typed_in(workspace), given))
    if problems:
        raise FieldProblems(problems)
    name = "Module added" if old is None else "Module changed"
    programme, module = values["programme"], values["name"]
    with workspace.change(name, f"{programme}: {module}", plans=False) as action:
        number = action.save("training_module", module_id, values)
        if old is not None:
            for session in store.sessions_to_rename(action.connection, old.programme, old.name):
                action.update("workshop", {"id": session}, {"module": module})
    return action.saved(number)


def retire_module(workspace: Workspace, module_id: int) -> Recorded:
    module = module_of(workspace, module_id)
    if module.retired_on is not None:
        raise NotAllowed(f"{module.name} is no longer part of {module.programme} already.")
    return _record_change(workspace, module, "Module retired", {"retired_on": workspace.clock.today})


def bring_back_module(workspace: Workspace, module_id: int) -> Recorded:
    module = module_of(workspace, module_id)
    if module.retired_on is None:
        raise NotAllowed(f"{module.name} is part of {module.programme} as it is.")
    return _record_change(workspace, module, "Module brought back", {"retired_on": None})


def completion(workspace: Workspace, programme: str) -> Completion:
    """Who has completed a programme: come, by today, to a session of each module that is not retired."""
    connection = workspace.read()
    modules = tuple(
        row.name for row in store.modules(connection) if row.programme == programme and row.retired_on is None
    )
    lines = store.of_programme(connection, programme, workspace.clock.today)
    came = [line for line in lines if line.attendance == "came"]
    people = _trainees((line for line in came if line.name), _person, modules)
    schools = _trainees((line for line in came if line.school_id is not None), _school, modules)
    return Completion(
        programme=programme,
        modules=modules,
        people=people,
        schools=[one._replace(name=None, agency=None) for one in schools],
        invited=len({_person(line) for line in lines if line.name}),
        unnamed=sum(not line.name for line in came),
    )


def confidence(workspace: Workspace, programme: str) -> Confidence:
    """How confidence changed over a programme: what each said before and after the same module in the same school year."""
    return _confidence(store.of_programme(workspace.read(), programme, workspace.clock.today))


def _programme(name: str, modules: Sequence[ModuleRow], sessions: Sequence[SessionRow]) -> Programme:
    own = [row for row in modules if row.programme == name]
    sessions_of = [row for row in sessions if row.programme == name]
    known = {row.name for row in own}
    return Programme(
        name=name,
        modules=[row for row in own if row.retired_on is None],
        retired=[row for row in own if row.retired_on is not None],
        sessions=sessions_of,
        astray=[row for row in sessions_of if row.module not in known],
    )


def _person(line: TraineeRow) -> Hashable:
    return searchable(line.name or ""), line.school_id or searchable(line.agency or "")


def _school(line: TraineeRow) -> Hashable:
    return line.school_id


def _trainees(
    came: Iterable[TraineeRow], key: Callable[[TraineeRow], Hashable], modules: Sequence[str]
) -> list[Trainee]:
    found: dict[Hashable, list[TraineeRow]] = {}
    for line in came:
        found.setdefault(key(line), []).append(line)
    rows = []
    for lines in found.values():
        last, been = lines[-1], {line.module for line in lines}
        done = tuple(name for name in modules if name in been)
        missing = tuple(name for name in modules if name not in been)
        rows.append(Trainee(last.name, last.school_id, last.school, last.agency, done, missing, last.workshop_id))
    return sorted(rows, key=lambda row: (searchable(row.school or row.agency or ""), searchable(row.name or "")))


def _confidence(lines: Sequence[TraineeRow]) -> Confidence:
    from statistics import fmean

    came: dict[Hashable, list[TraineeRow]] = {}
    for line in lines:
        rated = line.before is not None or line.after is not None
        if line.attendance == "came" and (line.name or rated):
            learned = (line.module, academic_year(line.on_day)) if line.module else line.workshop_id
            came.setdefault((_person(line), learned) if line.name else line.id, []).append(line)
    pairs = [pair for own in came.values() if (pair := _pair(own)) is not None]
    return Confidence(
        pairs=Share(len(pairs), len(came)),
        before=fmean(before for before, _ in pairs) if pairs else None,
        after=fmean(after for _, after in pairs) if pairs else None,
        lower=sum(after < before for before, after in pairs),
        same=sum(after == before for before, after in pairs),
        higher=sum(after > before for before, after in pairs),
        confident_before=Share(sum(before >= CONFIDENT for before, _ in pairs), len(pairs)),
        confident_after=Share(sum(after >= CONFIDENT for _, after in pairs), len(pairs)),
    )


def _pair(own: Sequence[TraineeRow]) -> tuple[int, int] | None:
    """What a person said at the newest session where both were said; else before one and after a later one of the same module."""
    for line in reversed(own):
        if line.before is not None and line.after is not None:
            return line.before, line.after
    befores = [(place, line.before) for place, line in enumerate(own) if line.before is not None]
    afters = [(place, line.after) for place, line in enumerate(own) if line.after is not None]
    if not befores or not afters or afters[-1][0] < befores[0][0]:
        return None
    return befores[0][1], afters[-1][1]


def _fitted(
    workspace: Workspace, old: ModuleRow | None, given: Mapping[str, Value]
) -> tuple[dict[str, Value], dict[str, str]]:
    every = programmes(workspace)
    typed = str(given.get("programme", old.programme if old else ""))
    programme = next((one for one in every if searchable(one.name) == searchable(typed)), None)
    spelled = programme.name if programme else typed
    others = [*programme.modules, *programme.retired] if programme else []
    name = str(given.get("name", old.name if old else ""))
    last = max((row.position for row in others), default=0)
    values: dict[str, Value] = {
        "programme": spelled,
        "name": name,
        "position": given.get("position", old.position if old else min(last + 1, _MOST_MODULES)),
    }
    same = next((row for row in others if row != old and searchable(row.name) == searchable(name)), None)
    if old is not None and spelled != old.programme:
        return values, {"programme": f"a module stays with {old.programme}: retire it and add it to the other one"}
    if same is not None:
        remedy = "" if same.retired_on is None else ", and is retired: bring it back"
        return values, {"name": f"{spelled} already has this module{remedy}"}
    return values, {}


def module_of(workspace: Workspace, module_id: int) -> ModuleRow:
    return require(store.module(workspace.read(), module_id), "There is no such module.")


def _record_change(workspace: Workspace, module: ModuleRow, name: str, values: Mapping[str, Value]) -> Recorded:
    summary = f"{module.programme}: {module.name}"
    with workspace.change(name, summary, plans=False) as action:
        changed = action.update("training_module", {"id": module.id}, values)
    return Recorded(name, summary, int(changed))
