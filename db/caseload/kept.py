"""What is kept of every pupil and of all of them, so that nobody counts a county again for one change.

``pupil.counted_as`` is derived, a bit for each thing that a list is filtered by and no day changes. Triggers keep how many pupils are
counted alike (``pupil_count``), and at which schools (``place_count``), whoever writes. A bit means what its place says: a new one
goes to the end, and a step of the tables works it out for the pupils there are.
"""

from collections.abc import Sequence

from db.driver import Connection
from db.rows import fetch_number
from db.vocabulary import SUSPENSIONS, TRANSITIONS


def _of(table: str, which: str) -> str:
    return f"EXISTS (SELECT 1 FROM {table} o WHERE o.pupil_id = pupil.id AND {which})"


def _undated(*kinds: str) -> str:
    listed = ", ".join(map(repr, kinds))
    return _of("placement", f"o.started_on IS NULL AND o.ended_on IS NULL AND o.kind IN ({listed})")


_CARE, _OTHER_CARE = "o.kind = 'looked after'", "o.kind <> 'looked after'"
_NO_FIRST_DAY = "o.started_on IS NULL AND o.ended_on IS NULL AND NOT o.end_not_known"
# while the first day of what came after it is asked for, the answer to that is the answer to this
_FIRST_DAY_KNOWN = f"NOT {_of('social_care_episode', _NO_FIRST_DAY)}"
MISSED = "missed"
_TESTS = {
    MISSED: _of("pupil_milestone", "o.outcome = 'missed'"),
    "EHC plan": "pupil.sen_provision = 'E'",
    "SEN support": "pupil.sen_provision = 'K'",
    "awaiting an EHC assessment": "pupil.sen_provision <> 'E' AND " + _of(
        "ehc_plan", "o.ehc_requested_on IS NOT NULL AND o.ehc_started_on IS NULL AND o.ehc_ended_on IS NULL "
        "AND coalesce(o.ehc_decision, 'assess') = 'assess'"),
    "pupil premium": "pupil.pupil_premium",
    "previously looked after": "pupil.previously_looked_after",
    "Transition Guarantee": "pupil.pupil_premium OR pupil.previously_looked_after",
    "young carer": "pupil.young_carer",
    "part-time timetable": "pupil.part_time_timetable",
    "enhanced transition": "pupil.tier = 'enhanced'",
    "no next school": "pupil.next_school_id IS NULL",
    "care start date?": _of("social_care_episode", f"{_NO_FIRST_DAY} AND {_CARE}"),
    "social care start date?": _of("social_care_episode", f"{_NO_FIRST_DAY} AND {_OTHER_CARE}"),
    "care end date?": f"{_FIRST_DAY_KNOWN} AND {_of('social_care_episode', f'o.end_not_known AND {_CARE}')}",
    "social care end date?": f"{_FIRST_DAY_KNOWN} AND {_of('social_care_episode', f'o.end_not_known AND {_OTHER_CARE}')}",
    "part-time start date?": "pupil.part_time_timetable AND NOT " + _of(
        "placement", "o.kind = 'part-time timetable' AND o.ended_on IS NULL"),
    "part-time end date?": "pupil.part_time_timetable AND pupil.part_time_timetable_until IS NULL",
    "EHC plan start date?": "pupil.sen_provision = 'E' AND NOT " + _of("ehc_plan", "o.ehc_started_on IS NOT NULL"),
    "EHC plan end date?": "pupil.sen_provision <> 'E' AND " + _of(
        "ehc_plan", "o.ehc_started_on IS NOT NULL AND o.ehc_ended_on IS NULL"),
    "off-roll date?": _undated("off roll"),
    "home education start date?": _undated("elective home education"),
    "missing education start date?": _undated("missing education"),
    "suspension or exclusion date?": _undated(*SUSPENSIONS, "permanent exclusion"),
}  # fmt: skip
_ROOM = 24
"""Bits for transition points, of which more may come."""
BITS = {
    **{point: 1 << place for place, point in enumerate(TRANSITIONS)},
    **{name: 1 << _ROOM + place for place, name in enumerate(_TESTS)},
}
_POINTS = " ".join(f"WHEN '{point}' THEN {BITS[point]}" for point in TRANSITIONS)
COUNTED_AS = (
    f"coalesce((SELECT sum(DISTINCT CASE m.transition {_POINTS} ELSE 0 END) FROM pupil_milestone pm "
    "JOIN milestone m ON m.id = pm.milestone_id WHERE pm.pupil_id = pupil.id), 0) + "
    + " + ".join(f"CASE WHEN {test} THEN {BITS[name]} ELSE 0 END" for name, test in _TESTS.items())
)
"""The bits of a ``pupil`` whose other derived columns are right."""


def is_one_of(names: Sequence[str]) -> str:
    """The condition on a pupil ``p`` to be counted as one of these."""
    return f"p.counted_as & {sum(BITS[name] for name in set(names))} <> 0"


_COUNTS = {
    "pupil_count": ("cohort_year, unowned, counted_as", "cohort_year, owner_id IS NULL, counted_as"),
    "place_count": ("school_id, next_school_id", "coalesce(school_id, 0), coalesce(next_school_id, 0)"),
}
"""By table the columns of its key, and what of a pupil they are."""


def _anew(table: str) -> str:
    return f"SELECT {_COUNTS[table][1]}, count(*) FROM pupil WHERE archived_at IS NULL GROUP BY 1, 2{', 3' if table == 'pupil_count' else ''}"


def is_right(connection: Connection) -> bool:
    """Whether what is kept is what counting anew gives."""
    if fetch_number(connection, f"SELECT count(*) FROM pupil WHERE counted_as <> {COUNTED_AS}"):
        return False
    for table, (key, _) in _COUNTS.items():
        kept = connection.execute(f"SELECT {key}, number FROM {table} WHERE number <> 0").fetchall()
        if set(kept) != set(connection.execute(_anew(table)).fetchall()):
            return False
    return True


def count_anew(connection: Connection) -> None:
    connection.execute(f"UPDATE pupil SET counted_as = {COUNTED_AS} WHERE counted_as <> {COUNTED_AS}")
    for table, (key, _) in _COUNTS.items():
        connection.execute(f"DELETE FROM {table}")
        connection.execute(f"INSERT INTO {table} ({key}, number) {_anew(table)}")
