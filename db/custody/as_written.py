"""Whether records say what was written: what stands in the tables, held against what the journal says of it."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, get_args

from db import vocabulary
from db.driver import Connection, columns_of
from db.journal import DERIVED, Table, key_columns
from db.rows import marks

_ALSO_WRITTEN: Final[frozenset[Table]] = frozenset({"destination", "milestone", "pupil_milestone"})
"""What the planner, a new version of the program or its migrations write too, past the journal."""
_HELD: Final = frozenset(get_args(Table)) - _ALSO_WRITTEN

_AGREED: Final[Mapping[str, tuple[str, ...]]] = {
    "plan": (*vocabulary.PLAN_CONTENT, "agreed_on"),
    "plan_outcome": (*vocabulary.OUTCOME_CONTENT, "plan_id"),
    "plan_action": (*vocabulary.ACTION_CONTENT, "plan_id"),
}

_Rows = dict[tuple[Any, ...], dict[str, Any]]


def rewritten(connection: Connection) -> Iterator[tuple[str, str]]:
    """What of the records the journal knows otherwise, each as what is wrong and where. Of what was never written there it says nothing."""
    written = _written(connection)
    agreed = {number for number, row in written.get("plan", {}).items() if row.get("agreed_on")}
    for table, rows in sorted(written.items()):
        names = list(columns_of(connection, table))
        quoted = [f'"{name}"' for name in names]
        keys = key_columns(table)
        there = {
            tuple(row[names.index(key)] for key in keys): row
            for row in connection.execute(f'SELECT {", ".join(quoted)} FROM "{table}"')
        }
        for number, row in rows.items():
            plan = number if table == "plan" else (row.get("plan_id"),)
            is_agreed = table in _AGREED and plan in agreed
            where = f"{table.replace('_', ' ')} #{', '.join(map(str, number))}"
            if is_agreed and table != "plan":
                where = f"plan #{plan[0]}, {table.removeprefix('plan_')} #{number[0]}"
            found = there.get(number)
            if found is None:
                yield (
                    "agreed content was removed from a plan"
                    if is_agreed
                    else "a record was removed without an entry in the history",
                    where,
                )
                continue
            differing = [
                name for name, value in zip(names, found, strict=True) if name in row and not _is_same(value, row[name])
            ]
            of_plan = [name for name in _AGREED[table] if name in differing] if is_agreed else []
            if differing:
                what = (
                    "an agreed plan was rewritten"
                    if of_plan
                    else "a record differs from what the history says was written"
                )
                yield f"{what}: {', '.join(of_plan or differing).replace('_', ' ')}", where


def _is_same(there: Any, said: Any) -> bool:
    """Whether a value is the one that was given: a number that was given as text stands in the table as a number."""
    return there == said or str(there) in (str(said), f"{said}.0")


def _written(connection: Connection) -> dict[Table, _Rows]:
    """By table and key the rows as the journal has them, in so far as it does; what was erased it does not."""
    rows: dict[Table, _Rows] = {}
    empty = {table: columns_of(connection, table) for table in _HELD}
    parameters: dict[str, Any] = {}
    query = (
        "SELECT table_name, row_key, old_values, new_values FROM journal_change "
        f"WHERE table_name IN ({marks(parameters, 'table', sorted(_HELD))}) ORDER BY action_id, position"
    )
    for table, key, old, new in connection.execute(query, parameters):
        number = tuple(json.loads(key).values())
        of_table = rows.setdefault(table, {})
        if new is None:  # taken out, or erased
            of_table.pop(number, None)
            continue
        if old is None:  # what a new row does not say is as in every new one
            of_table[number] = dict(empty[table])
        of_table.setdefault(number, {}).update(json.loads(new))
        for name in DERIVED:
            of_table[number].pop(name, None)
    return rows
