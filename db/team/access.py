"""Who may what in a team's record, kept by the server itself: staff hold their login, and may come with any program.

One login is one person. What a login may is in its row of ``member``; the policies ask for ``session_user``, which neither SET ROLE nor
a setting changes. All logins are of one group, so that nothing of this is spread over grants. Keepers own the tables, and no policy
holds for them.
"""

from collections.abc import Iterable, Iterator, Mapping, Set
from importlib import resources
from typing import Final, NamedTuple

STAFF: Final = "transitions_staff"
KEEPERS: Final = "transitions_keepers"
"""The groups of a server: everybody who works with a record, and those who own its tables."""

_TEAM: Final = "(SELECT my_role()) IN ('caseworker', 'lead')"
_ALL: Final = "(SELECT my_role()) IN ('caseworker', 'lead', 'reader')"
_LEAD: Final = "(SELECT my_role()) = 'lead'"
_ANYBODY: Final = "(SELECT my_role()) IS NOT NULL"
_NOBODY: Final = "FALSE"
_AT_MY_SCHOOL: Final = "(SELECT my_school()) IN (school_id, next_school_id)"
_MINE: Final = "worker_id = (SELECT my_worker())"
_MY_PUPIL: Final = "pupil_id IN (SELECT my_pupils())"

_ANSWERED_HERE: Final = "pupil_id IS NULL AND (SELECT my_school()) IS NOT NULL AND id = newest_answer_here()"
"""The anonymous answer that a SENCO has just entered: whose it is nobody knows, so they see no other."""


class Rules(NamedTuple):
    """Which rows of a table somebody finds, which they may add, change and take out: each a condition."""

    reads: str
    adds: str
    changes: str
    takes_out: str


def _rules(reads: str, writes: str) -> Rules:
    return Rules(reads, writes, writes, writes)


_OF_A_PUPIL: Final = _rules(f"{_ALL} OR {_MY_PUPIL}", f"{_TEAM} OR {_MY_PUPIL}")
_EVERYBODYS: Final = _rules(_ANYBODY, _TEAM)
_APPENDED: Final = Rules(_ALL, _TEAM, _NOBODY, _NOBODY)

EVERYBODYS: Final = frozenset(
    [
        "ask",
        "closure",
        "entered_figure",
        "milestone",
        "recommendation",
        "school",
        "school_format",
        "school_group",
        "school_group_member",
        "school_offer",
        "service",
        "term",
        "training_module",
        "worker",
        "workshop",
        "workshop_action",
        "workshop_feedback",
        "workshop_invitation",
        "workshop_progress",
        "year_date",
    ]
)
"""What says nothing of a pupil: the team writes it, everybody reads it."""
_OTHERS: Final[Mapping[str, Rules]] = {
    "pupil": _rules(f"{_ALL} OR {_AT_MY_SCHOOL}", f"{_TEAM} OR {_AT_MY_SCHOOL}"),
    "friendship": _rules(*(f"{who} OR {_MY_PUPIL} AND other_id IN (SELECT my_pupils())" for who in (_ALL, _TEAM))),
    "survey_response": _rules(*(f"{who} OR {_MY_PUPIL} OR {_ANSWERED_HERE}" for who in (_ALL, _TEAM))),
    "participation": _rules(f"{_ALL} OR {_MY_PUPIL} OR school_id = (SELECT my_school())", f"{_TEAM} OR {_MY_PUPIL}"),
    "link": _rules(f"{_ALL} OR {_MY_PUPIL} OR workshop_id IS NOT NULL AND {_ANYBODY}", f"{_TEAM} OR {_MY_PUPIL}"),
    "pupil_count": _rules(_ALL, _TEAM),  # of everybody: whoever meets one school's pupils counts those
    "place_count": _rules(_ALL, _TEAM),
    "setting": _rules(_ANYBODY, f"{_TEAM} OR {_ANYBODY} AND name = 'planned on' AND (SELECT my_school()) IS NOT NULL"),
    "desk": _rules(_MINE, f"{_MINE} AND (SELECT my_role()) <> 'reader'"),
    "pack": _rules(f"{_ALL} OR {_MINE}", f"{_TEAM} OR {_MINE} AND (SELECT my_school()) IS NOT NULL"),
    "unfinished_file": _rules("login = session_user", "login = session_user AND (SELECT my_role()) <> 'reader'"),
    "snapshot": _APPENDED,
    "snapshot_step": _APPENDED,
    "record_view": Rules(f"{_ALL} OR {_MINE}", f"{_MINE} AND ({_ALL} OR {_MY_PUPIL})", _NOBODY, _NOBODY),
    "journal": Rules(
        f"{_ALL} OR {_MINE} AND NOT is_sealed(id) OR is_of_my_pupils(id)",
        f"{_MINE} AND (SELECT my_role()) <> 'reader' AND (undoes IS NULL OR {_LEAD} OR is_mine(undoes))",
        _LEAD,
        f"{_MINE} AND NOT is_sealed(id)",
    ),
    "journal_change": Rules(
        f"{_ALL} OR is_new_of_mine(action_id) OR is_of_my_pupils(action_id)",
        "is_new_of_mine(action_id)",
        _LEAD,
        _NOBODY,
    ),
    "journal_seal": Rules(
        f"{_ALL} OR action_id = (SELECT newest_seal())", "is_new_of_mine(action_id)", _NOBODY, _NOBODY
    ),
    "journal_erased": Rules(_ALL, _LEAD, _NOBODY, _NOBODY),
    "journal_key": Rules(_ANYBODY, _NOBODY, _NOBODY, _NOBODY),
    "member": Rules(f"{_ALL} OR login = session_user", _NOBODY, _NOBODY, _NOBODY),
    "record_version": Rules(_ANYBODY, _NOBODY, _NOBODY, _NOBODY),
}


def rules_of(table: str, columns: Set[str]) -> Rules | None:
    """The rules of a table, None for one that nobody has thought about: then only keepers may see it."""
    if table in EVERYBODYS:
        return _EVERYBODYS
    return _OTHERS.get(table) or (_OF_A_PUPIL if "pupil_id" in columns else None)


_DOES: Final = (("SELECT", "reads"), ("INSERT", "adds"), ("UPDATE", "changes"), ("DELETE", "takes_out"))


def statements(columns: Iterable[tuple[str, str]]) -> Iterator[str]:
    """What makes the policies as they are to be, whatever they were, of the tables that have these columns."""
    script = resources.files(__package__).joinpath("members.sql").read_text(encoding="utf-8")
    yield from (statement for statement in script.split(";\n") if statement.strip())
    tables: dict[str, set[str]] = {"member": set()}
    for table, column in columns:
        tables.setdefault(table, set()).add(column)
    yield f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {STAFF}"
    for table, names in sorted(tables.items()):
        yield f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY'
        yield f'GRANT SELECT, INSERT, UPDATE, DELETE ON "{table}" TO {STAFF}'
        rules = rules_of(table, names)
        for does, which in _DOES:
            name = f"{table}_{which}"
            yield f'DROP POLICY IF EXISTS "{name}" ON "{table}"'
            if rules is None or (rows := getattr(rules, which)) == _NOBODY:
                continue
            found = "" if does == "INSERT" else f" USING ({rows})"
            left = f" WITH CHECK ({rows})" if does in ("INSERT", "UPDATE") else ""
            yield f'CREATE POLICY "{name}" ON "{table}" FOR {does} TO {STAFF}{found}{left}'
