"""How good plans are and what families say of them: audits, who wrote what, surveys handed out and answered."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from db.caseload.listing import LATE_ACTION, Selection
from db.driver import Connection
from db.exports import COMPLETED
from db.journal import NOT_UNDONE
from db.rows import Parameters, among, columns, decoder, fetch
from db.vocabulary import OUTCOME_CONTENT, PLAN_CONTENT


class AuditRow(NamedTuple):
    """How good a version of a plan is, by a checklist, as somebody saw it who did not write it.

    ``judgements`` has by the code of each item met, partly, not met or not applicable.
    """

    id: int
    pupil_id: int
    plan_id: int
    auditor_id: int
    auditor: str
    audited_on: date
    checklist: str
    judgements: Mapping[str, str]
    score: int | None
    grade: str | None
    comment: str | None


class AuditOfPlan(NamedTuple):
    """An audit with what a count over many has to know of the plan and the pupil."""

    audit: AuditRow
    transition: str
    agreed_on: date | None
    date_of_birth: date
    cohort_year: int


class VersionRow(NamedTuple):
    """One version of a plan as a count over many needs it; ``completed`` by the published definition, as it stands now."""

    id: int
    pupil_id: int
    transition: str
    version: int
    opened_on: date
    agreed_on: date | None
    closed_on: date | None
    completed: bool


class CorrectiveAction(NamedTuple):
    """An action that came of an audit; ``overdue`` is one that is open past its day."""

    id: int
    pupil_id: int
    plan_id: int
    what: str
    status: str
    overdue: bool


class Corrective(NamedTuple):
    """How many corrective actions there are, and how many of them are done, dropped, and open past their day."""

    total: int
    done: int
    dropped: int
    overdue: int

    @property
    def open(self) -> int:
        """How many wait to be done, the overdue ones among them."""
        return self.total - self.done - self.dropped


class AskedRow(NamedTuple):
    """A family survey that was handed out: what a response rate is counted against."""

    id: int
    pupil_id: int
    plan_id: int
    transition: str
    moment: str
    respondent: str
    asked_on: date


class ResponseRow(NamedTuple):
    """What a pupil, parent or carer said of the move.

    Without the respondent's consent neither pupil nor plan is kept, and the day is the first of its month; ``pair_code``
    alone brings a person's answers before and after together.
    """

    id: int
    pupil_id: int | None
    plan_id: int | None
    transition: str
    moment: str
    respondent: str
    answered_on: date
    pair_code: str | None
    survey: str
    answers: Mapping[str, int | str]
    worry: int | None
    overall: int | None
    worked: str | None
    change: str | None


_AUDIT = columns(AuditRow, "u", auditor="w.name")
_AUDIT_OF_PLAN = (
    f"SELECT {_AUDIT}, l.transition, l.agreed_on, p.date_of_birth, p.cohort_year FROM plan_audit u "
    "JOIN worker w ON w.id = u.auditor_id JOIN plan l ON l.id = u.plan_id JOIN pupil p ON p.id = u.pupil_id "
)
_AUDITED = "u.audited_on BETWEEN :first AND :last"


def audits(connection: Connection, plan_id: int) -> list[AuditRow]:
    """The audits of one version of a plan, the newest first."""
    return fetch(
        connection,
        AuditRow,
        f"SELECT {_AUDIT} FROM plan_audit u JOIN worker w ON w.id = u.auditor_id WHERE u.plan_id = :plan "
        "ORDER BY u.audited_on DESC, u.id DESC",
        {"plan": plan_id},
    )


def writers(connection: Connection, pupil_id: int) -> dict[int, set[int]]:
    """By the number of each of a pupil's plans the workers who wrote what it says, or what its outcomes say.

    A change that was undone is nobody's, and so is one of status, destination or progress.
    """
    rows = connection.execute(
        "SELECT j.worker_id, c.table_name, c.row_key, c.old_values, c.new_values FROM journal_change c "
        "JOIN journal j ON j.id = c.action_id WHERE c.pupil_id = :pupil AND c.table_name IN ('plan', 'plan_outcome') "
        f"AND j.kind = 'change' AND {NOT_UNDONE} ORDER BY c.action_id, c.position",
        {"pupil": pupil_id},
    )
    found: dict[int, set[int]] = {}
    plan_of_outcome: dict[int, int] = {}
    for worker_id, table, key, old_text, new_text in rows:
        number = json.loads(key)["id"]
        old, new = json.loads(old_text or "{}"), json.loads(new_text or "{}")
        if table == "plan_outcome":
            # a change holds only the columns it changed; which plan an outcome is of stands where it was written first
            plan_id = plan_of_outcome.setdefault(number, {**old, **new}.get("plan_id", 0))
            wrote = bool(new.keys() & set(OUTCOME_CONTENT)) or new_text is None
        else:
            plan_id, wrote = number, old_text is None or bool(new.keys() & set(PLAN_CONTENT))
        if wrote and worker_id is not None:
            found.setdefault(plan_id, set()).add(worker_id)
    return found


def audits_between(connection: Connection, selection: Selection, first: date, last: date) -> list[AuditOfPlan]:
    """The audits of these days of the selection's plans, the newest first."""
    where, parameters = selection.where_of_plans()
    rows = connection.execute(
        f"{_AUDIT_OF_PLAN}WHERE {_AUDITED} AND {where} ORDER BY u.audited_on DESC, u.id DESC",
        {**parameters, "first": first, "last": last},
    )
    return [_audit_of_plan(row) for row in rows]


def versions(connection: Connection, selection: Selection) -> list[VersionRow]:
    """Every version of the selection's plans, pupil by pupil and in their order."""
    where, parameters = selection.where_of_plans()
    return fetch(
        connection,
        VersionRow,
        f"SELECT {columns(VersionRow, 'l', completed=COMPLETED)} FROM plan l JOIN pupil p ON p.id = l.pupil_id WHERE {where} ORDER BY l.pupil_id, l.transition, l.version",
        parameters,
    )


def corrective_between(connection: Connection, selection: Selection, first: date, last: date) -> list[CorrectiveAction]:
    """The corrective actions of the audits of these days; one that was carried over is there once."""
    where, parameters = selection.where_of_plans()
    return fetch(
        connection,
        CorrectiveAction,
        f"SELECT {columns(CorrectiveAction, 'a', overdue=f'coalesce({LATE_ACTION}, FALSE)')} FROM plan_audit u JOIN plan l ON l.id = u.plan_id "
        "JOIN pupil p ON p.id = u.pupil_id JOIN plan_action a ON a.pupil_id = u.pupil_id AND a.audit_id = u.id "
        f"WHERE a.status <> 'carried over' AND {_AUDITED} AND {where} ORDER BY a.id",
        {**parameters, "first": first, "last": last},
    )


def audits_by_several(connection: Connection) -> list[AuditOfPlan]:
    """The audits of agreed versions that more than one person has audited, plan by plan, the oldest first."""
    rows = connection.execute(
        f"{_AUDIT_OF_PLAN}WHERE u.audited_on >= l.agreed_on AND u.plan_id IN (SELECT plan_id FROM plan_audit "
        "GROUP BY plan_id HAVING count(DISTINCT auditor_id) > 1) ORDER BY u.plan_id, u.audited_on, u.id"
    )
    return [_audit_of_plan(row) for row in rows]


def handed_out(connection: Connection, plan_ids: Sequence[int]) -> list[AskedRow]:
    """Which surveys were handed out for these versions of a plan, in the order of the days."""
    return _handed_out_rows(connection, *among("k.plan_id", plan_ids))


def asked(connection: Connection, transition: str | None = None) -> list[AskedRow]:
    """Which surveys were handed out, for one move or all, in the order of the days."""
    where = "CAST(:transition AS TEXT) IS NULL OR l.transition = :transition"
    return _handed_out_rows(connection, where, {"transition": transition})


def responses(connection: Connection, transition: str | None = None) -> list[ResponseRow]:
    return _responses(
        connection, "CAST(:transition AS TEXT) IS NULL OR transition = :transition", {"transition": transition}
    )


def responses_of_plans(connection: Connection, plan_ids: Sequence[int]) -> list[ResponseRow]:
    """The responses that are linked to these versions of a plan, because the people agreed to it."""
    return _responses(connection, *among("plan_id", plan_ids))


def responses_with_code(connection: Connection, pair_code: str) -> list[ResponseRow]:
    """The responses that carry a code: one before the move, and one after it when that has come back."""
    return _responses(connection, "pair_code = :code", {"code": pair_code})


def _audit_of_plan(row: Sequence[Any]) -> AuditOfPlan:
    width = len(AuditRow._fields)
    return decoder(AuditOfPlan)((decoder(AuditRow)(row[:width]), *row[width:]))


def _handed_out_rows(connection: Connection, where: str, parameters: Parameters) -> list[AskedRow]:
    return fetch(
        connection,
        AskedRow,
        f"SELECT {columns(AskedRow, 'k', transition='l.transition')} FROM survey_asked k "
        f"JOIN plan l ON l.id = k.plan_id WHERE {where} ORDER BY k.asked_on, k.id",
        parameters,
    )


def _responses(connection: Connection, where: str, parameters: Parameters) -> list[ResponseRow]:
    query = f"SELECT {columns(ResponseRow)} FROM survey_response WHERE {where} ORDER BY id"
    return fetch(connection, ResponseRow, query, parameters)
