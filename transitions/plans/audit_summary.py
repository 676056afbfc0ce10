"""Many plans together: how many are completed, how good they are, what is weakest, and whether two auditors see the same."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Final

from db.plans import quality as store
from db.plans.quality import AuditOfPlan, Corrective, CorrectiveAction, VersionRow
from transitions.caseload import caseload as caseloads
from transitions.caseload.caseload import Caseload
from transitions.dates import short_with_year
from transitions.plans.auditing import NOT_APPLICABLE, load_checklist
from transitions.plans.page import by_move
from transitions.questionnaire import Question
from transitions.school_year import academic_year, age_on
from transitions.text import Share
from transitions.workspace import Workspace

NOT_GRADED: Final = "no grade: nothing applies"
PAIRS_NEEDED: Final = 20
"""Plans audited by two people before agreement is worked out: below, the number says more about chance than about auditors."""


@dataclass(frozen=True)
class ItemCount:
    """How one item was judged: ``not_met`` of ``judged``, which leaves out the plans to which it does not apply."""

    code: str
    words: str
    not_met: int
    partly: int
    met: int

    @property
    def judged(self) -> int:
        """The base: plans to which the item applies."""
        return self.not_met + self.partly + self.met

    def share(self, count: int) -> Share:
        return Share(count, self.judged, "judged plans")


@dataclass(frozen=True)
class Summary:
    """The plans and their audits from ``first`` to ``last``, both included.

    ``child_ids`` are the children of the caseload as it is today, of whom ``completed_ids`` have a completed plan: some have more than one plan, and ``without_plan`` have none that was
    open on any of these days. Each plan counts once, whatever its versions: one move of one pupil, by its newest version.
    ``completed`` of ``open`` are those that were open then and whose version in force, the newest agreed by the last of these
    days, counts as completed (``lifecycle.COMPLETED_MEANS``). ``audited`` of ``plans``, which are those that were open or
    audited, by the ``newest`` audit of these days. ``drafts`` of ``audited`` were not agreed when they were audited.
    ``grades`` add up to ``audited``. ``items`` that were judged at all, those most often not met first. ``put_right`` says what
    became of the ``actions`` that came of all ``audits``.
    """

    first: date
    last: date
    child_ids: frozenset[int]
    completed_ids: frozenset[int]
    without_plan: int
    open_plans: Mapping[int, int]
    """By the number of a plan that of its pupil."""
    completed_plans: frozenset[int]
    newest: Mapping[int, AuditOfPlan]
    audits: int
    items: tuple[ItemCount, ...]
    actions: Sequence[CorrectiveAction]

    @property
    def children(self) -> int:
        return len(self.child_ids)

    @property
    def children_completed(self) -> int:
        return len(self.completed_ids)

    @property
    def open(self) -> int:
        return len(self.open_plans)

    @property
    def completed(self) -> int:
        return len(self.completed_plans)

    @property
    def plans(self) -> int:
        return len(self.newest.keys() | self.open_plans.keys())

    @property
    def audited(self) -> int:
        return len(self.newest)

    @property
    def drafts(self) -> int:
        return sum(one.agreed_on is None or one.audit.audited_on < one.agreed_on for one in self.newest.values())

    @property
    def grades(self) -> Mapping[str, int]:
        found = Counter(one.audit.grade or NOT_GRADED for one in self.newest.values())
        return {name: found[name] for name in dict.fromkeys((*load_checklist().grades, *found))}

    @property
    def corrective(self) -> Corrective:
        status = Counter(one.status for one in self.actions)
        overdue = sum(one.overdue for one in self.actions)
        return Corrective(len(self.actions), status["done"], status["dropped"], overdue)

    @property
    def shares(self) -> Mapping[str, Share]:
        """Every share of children and of plans under its name, each of the base that it names; children come first."""
        return {
            "with a completed plan": Share(self.children_completed, self.children, "children"),
            "without an open plan": Share(self.without_plan, self.children, "children"),
            "completed": Share(self.completed, self.open, "open plans"),
            "audited": Share(self.audited, self.plans, "open or audited plans"),
            "audited as a draft": Share(self.drafts, self.audited, "audited plans"),
        }

    @property
    def graded(self) -> Mapping[str, Share]:
        return {name: Share(count, self.audited, "audited plans") for name, count in self.grades.items()}

    @property
    def put_right(self) -> Mapping[str, Share]:
        """What became of the corrective actions; the overdue ones are a share of those that are open."""
        found, every = self.corrective, "corrective actions"
        return {
            "open": Share(found.open, found.total, every),
            "overdue": Share(found.overdue, found.open, f"open {every}"),
            "done": Share(found.done, found.total, every),
            "dropped": Share(found.dropped, found.total, every),
        }

    @property
    def days(self) -> str:
        return f"{short_with_year(self.first)} to {short_with_year(self.last)}"


@dataclass(frozen=True)
class Agreement:
    """How far two auditors of the same plans agree: ``same`` of ``judgements``, over ``plans`` audited twice.

    ``kappa`` is Cohen's, -1 to 1 (1 complete agreement, 0 what chance alone would give); None while there are too few plans,
    or when chance alone would make everybody agree.
    """

    plans: int
    judgements: int
    same: int
    kappa: float | None

    @property
    def text(self) -> str:
        if self.plans < PAIRS_NEEDED:
            wanted = f"Agreement is calculated once there are {PAIRS_NEEDED}."
            return f"Plans audited by two people: {self.plans}. {wanted}"
        found = (
            "can't be calculated, because every judgement is the same" if self.kappa is None else f"is {self.kappa:.2f}"
        )
        return f"Two auditors agreed on {self.same:,} of {self.judgements:,} items, over {self.plans:,} plans audited twice. Cohen's kappa {found}."


def summary(workspace: Workspace, caseload: Caseload, first: date, last: date) -> Summary:
    connection, chosen = workspace.read(), caseloads.selection(workspace, caseload)
    audits = store.audits_between(connection, chosen, first, last)
    moves = by_move(store.versions(connection, chosen))
    open_then = [versions for versions in moves if any(_open_between(one, first, last) for one in versions)]
    completed = [versions for versions in open_then if _completed(versions, first, last)]
    planned = {versions[0].pupil_id for versions in open_then}
    children = planned.union(caseloads.keys(workspace, caseload))
    newest = _newest_of_each(audits, moves)
    return Summary(
        first=first,
        last=last,
        child_ids=frozenset(children),
        completed_ids=frozenset(versions[0].pupil_id for versions in completed),
        without_plan=len(children - planned),
        open_plans={versions[-1].id: versions[-1].pupil_id for versions in open_then},
        completed_plans=frozenset(versions[-1].id for versions in completed),
        newest=newest,
        audits=len(audits),
        items=_weakest_first([one.audit.judgements for one in newest.values()]),
        actions=store.corrective_between(connection, chosen, first, last),
    )


def agreement(workspace: Workspace) -> Agreement:
    """How far two auditors agree on the items of agreed versions that two people have audited.

    Of each version the first audit by each of the first two auditors counts, when both used the same checklist; items that do
    not apply at the pupil's age are left out, as nobody judged them. Pairs of auditors differ from plan to plan, so this is
    agreement between auditors in general, the earlier one against the later one.
    """
    plans = 0
    pairs: list[tuple[str, str]] = []
    for earlier, later in _double_audits(store.audits_by_several(workspace.read())):
        plans += 1
        pairs.extend(
            (earlier.audit.judgements[item.code], later.audit.judgements[item.code])
            for item in load_checklist().items
            if _was_asked(item, earlier, later)
        )
    same = sum(one == other for one, other in pairs)
    return Agreement(plans, len(pairs), same, kappa(pairs) if plans >= PAIRS_NEEDED else None)


def kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Cohen's kappa of pairs of judgements, -1 to 1; None without any, or when chance alone would make all agree.

    Cohen, J. (1960), A coefficient of agreement for nominal scales.
    """
    number, same = len(pairs), sum(one == other for one, other in pairs)
    firsts, seconds = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    by_chance = sum(count * seconds[judgement] for judgement, count in firsts.items())
    if number * number == by_chance:
        return None
    return (same * number - by_chance) / (number * number - by_chance)


def _open_between(version: VersionRow, first: date, last: date) -> bool:
    return version.opened_on <= last and (version.closed_on is None or version.closed_on >= first)


def _completed(versions: Sequence[VersionRow], first: date, last: date) -> bool:
    """Whether the version that was in force on any of these days is completed; a draft behind it changes nothing."""
    agreed = [one for one in versions if one.agreed_on is not None and one.agreed_on <= last]
    return bool(agreed) and agreed[-1].completed and _open_between(agreed[-1], first, last)


def _newest_of_each(audits: Iterable[AuditOfPlan], moves: Iterable[Sequence[VersionRow]]) -> Mapping[int, AuditOfPlan]:
    """The newest audit of each plan by the number of its newest version, out of audits of which the newest comes first."""
    newest_version = {one.id: versions[-1].id for versions in moves for one in versions}
    newest: dict[int, AuditOfPlan] = {}
    for one in audits:
        if one.audit.plan_id in newest_version:  # the pupil may have been archived between the two reads
            newest.setdefault(newest_version[one.audit.plan_id], one)
    return newest


def _double_audits(audits: Sequence[AuditOfPlan]) -> Iterator[tuple[AuditOfPlan, AuditOfPlan]]:
    for _, of_plan in groupby(audits, lambda one: one.audit.plan_id):
        first_of_each: dict[int, AuditOfPlan] = {}
        for one in of_plan:
            first_of_each.setdefault(one.audit.auditor_id, one)
        two = list(first_of_each.values())[:2]
        if len(two) == 2 and two[0].audit.checklist == two[1].audit.checklist:
            yield two[0], two[1]


def _was_asked(item: Question, earlier: AuditOfPlan, later: AuditOfPlan) -> bool:
    if item.code not in earlier.audit.judgements or item.code not in later.audit.judgements:
        return False
    day = earlier.audit.audited_on
    return item.applies(age=age_on(earlier.date_of_birth, day), year_group=academic_year(day) - earlier.cohort_year)


def _weakest_first(judged: Sequence[Mapping[str, str]]) -> tuple[ItemCount, ...]:
    counts: dict[str, Counter[str]] = {item.code: Counter() for item in load_checklist().items}
    labels = {item.code: item.label for item in load_checklist().items}
    for judgements in judged:
        for code, given in judgements.items():
            if given != NOT_APPLICABLE:
                counts.setdefault(code, Counter())[given] += 1
    found = [
        ItemCount(code, labels.get(code, code), each["not met"], each["partly"], each["met"])
        for code, each in counts.items()
        if each
    ]
    return tuple(sorted(found, key=lambda one: (-one.not_met / one.judged, -one.partly / one.judged)))
