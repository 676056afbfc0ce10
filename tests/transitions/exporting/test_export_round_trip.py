"""A file of pupils imports as it was exported, whatever the names."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from builders import add_school, add_worker
from hypothesis import given, settings
from hypothesis import strategies as st

from transitions.caseload.caseload import Caseload
from transitions.demo.make import make
from transitions.exporting.exports import Options, export
from transitions.identifiers import make_upn
from transitions.importing import pupils as importing
from transitions.importing.cells import is_nothing_as_text
from transitions.importing.preview import CLEAR, commit
from transitions.milestones.destinations import seed
from transitions.pupils.codes import NEEDS
from transitions.school_year import cohort_year_of
from transitions.text import clean, is_no_name, searchable
from transitions.workspace import Workspace

pytestmark = pytest.mark.of_a_file

TODAY = date(2026, 11, 21)
EVERYBODY = Caseload(sort="name")
Opener = Callable[..., Workspace]

SAME = (
    "upn", "former_upn", "uln", "surname", "forename", "preferred_name", "date_of_birth", "sex", "cohort_year",
    "out_of_year_reason", "school_id", "next_school_id", "in_year_move_on", "sen_provision", "tier", "owner_id",
    "pupil_premium", "free_school_meals", "previously_looked_after", "child_protection_file", "english_additional_language",
    "home_language", "young_carer", "attendance_percent", "suspensions", "part_time_timetable", "part_time_timetable_until",
    "search_text", "social_care_now",
)  # fmt: skip
"""What an export keeps of a pupil; the rest is the day on which it was recorded, or follows."""


def standing(workspace: Workspace) -> list[Any]:
    """Give the pupils with their needs and open social care, in an order of their own."""
    needs = "(SELECT group_concat(code) FROM (SELECT code FROM need WHERE pupil_id = p.id ORDER BY rank))"
    care = (
        "(SELECT group_concat(kind || started_on) FROM (SELECT kind, started_on FROM social_care_episode "
        "WHERE pupil_id = p.id AND ended_on IS NULL ORDER BY kind))"
    )
    columns = ", ".join(f"p.{column}" for column in SAME)
    return list(
        workspace.read().execute(f"SELECT {columns}, {needs}, {care} FROM pupil p ORDER BY p.date_of_birth, p.upn")
    )


def schools_and_workers(workspace: Workspace) -> None:
    add_school(workspace, "Layfield Primary", urn=900001, la_number=999, establishment_number=2001, high_age=11)
    add_school(workspace, "The 'Glebe', =1+1", la_number=999, establishment_number=40)
    add_school(workspace, '@home, "West"')
    add_worker(workspace, "'t Hooft")
    add_worker(workspace, "=cmd()")


HOSTILE = [
    '=HYPERLINK("http://example.org","x")', "'=x", "''", "+44 7700 900123", "-5", "@SUM(A1)", "＝1", "O'Neill", "’Alī",
    'say "hi"', "a,b;c|d", "01/02/2015", "1e5", "00123", "TRUE", "# heading", "(cleared)", "ﷺ", "عليا", "Ngọ̀zi", "🦊", "x" * 200,
]  # fmt: skip
words = (st.sampled_from(HOSTILE) | st.text(max_size=30)).map(clean)
words = words.filter(lambda text: text and text != CLEAR and not is_nothing_as_text(text))
"""What cannot come back is the word that tells an import to empty the field, and what programs leave in empty cells."""
names = words.filter(lambda text: not is_no_name(text))
texts = st.none() | words
flags = st.booleans()
days = st.dates(date(2000, 1, 1), date(2040, 12, 31))


@st.composite
def pupil(draw: st.DrawFn, place: int) -> dict[str, Any]:
    born = (
        date(2010, 9, 1) + timedelta(days=draw(st.integers(0, 340))) + timedelta(days=365 * draw(st.integers(-1, 11)))
    )
    shift = draw(st.integers(-1, 1))
    row = {
        "upn": draw(st.none() | st.just(make_upn(999, 2001, 2020, place))),
        "former_upn": draw(st.none() | st.just(make_upn(808, 4000, 2019, place))),
        "uln": draw(st.none() | st.just(("1234567899", "1000000019", "9276308686")[place])),
        "surname": draw(names),
        "forename": draw(names | st.just("")),
        "preferred_name": draw(st.none() | names),
        "date_of_birth": born,
        "sex": draw(st.sampled_from([None, "F", "M"])),
        "cohort_year": cohort_year_of(born) + shift,
        "out_of_year_reason": draw(words) if shift else None,
        "school_id": draw(st.sampled_from([None, 1, 2, 3])),
        "next_school_id": draw(st.sampled_from([None, 1, 2, 3])),
        "in_year_move_on": draw(st.none() | days.filter(lambda day: day >= born)),
        "sen_provision": draw(st.sampled_from("NKE")),
        "tier": draw(st.sampled_from([None, "universal", "targeted", "enhanced"])),
        "owner_id": draw(st.sampled_from([None, 1, 2, 3])),
        "home_language": draw(texts),
        "attendance_percent": draw(st.none() | st.sampled_from([0.0, 0.4, 1.0, 1.01, 93.45, 100.0])),
        "suspensions": draw(st.none() | st.integers(0, 200)),
        "part_time_timetable_until": draw(st.none() | days.filter(lambda day: day >= born)),
        "planned_from": date(2026, 9, 1),
    }
    for name in SAME:
        if name not in row and name not in {"search_text", "social_care_now"}:
            row[name] = draw(flags)
    row["search_text"] = searchable(*(row[name] for name in ("surname", "forename", "preferred_name", "upn")))
    needs = draw(st.lists(st.sampled_from(sorted(NEEDS)), max_size=3, unique=True))
    kinds = ["child in need", "child protection", "looked after", "care leaver", "short breaks"]
    care = draw(st.lists(st.sampled_from(kinds), max_size=3, unique=True))
    since = draw(st.dates(max(born, date(2015, 1, 1)), TODAY))
    return {"row": row, "needs": needs, "care": [(kind, since) for kind in care]}


def record(workspace: Workspace, pupils: list[dict[str, Any]]) -> None:
    with workspace.change("Pupils added", "for the test") as action:
        for one in pupils:
            number = action.insert("pupil", one["row"])
            for rank, code in enumerate(one["needs"], 1):
                action.insert("need", {"pupil_id": number, "rank": rank, "code": code})
            for kind, since in one["care"]:
                action.insert("social_care_episode", {"pupil_id": number, "kind": kind, "started_on": since})
        seed(action.connection, TODAY)


def forget(workspace: Workspace) -> None:
    with workspace.database.write() as connection:
        for table in (
            "pupil_milestone",
            "need",
            "social_care_episode",
            "destination",
            "pupil",
        ):
            connection.execute(f"DELETE FROM {table}")


@pytest.fixture
def pair(opener: Opener) -> tuple[Workspace, Workspace]:
    """Two databases with the same schools and workers and no pupils."""
    both = opener(name="here.db"), opener(name="there.db")
    for workspace in both:
        schools_and_workers(workspace)
    return both


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
@settings(max_examples=15)
@given(data=st.data())
def test_what_was_exported_imports_as_it_was(
    tmp_path: Path, pair: tuple[Workspace, Workspace], suffix: str, data: st.DataObject
) -> None:
    here, there = pair
    for workspace in pair:
        forget(workspace)
    born = set()
    people = []
    for place in range(data.draw(st.integers(1, 3))):
        one = data.draw(pupil(place))
        if one["row"]["date_of_birth"] not in born:
            born.add(one["row"]["date_of_birth"])
            people.append(one)
    record(here, people)
    target = tmp_path / f"pupils{suffix}"
    assert export(here, "pupils", EVERYBODY, target, Options(overwrite=True)) == (target, len(people), "")
    preview = importing.prepare(there, target)
    assert preview.refused == ()
    commit(there, preview)
    assert standing(there) == standing(here)
    again = importing.prepare(here, target)
    assert (list(again.new), list(again.changed)) == ([], [])


def test_the_demonstration_imports_as_it_was(tmp_path: Path, opener: Opener) -> None:
    here, there = opener(name="here.db", me=None), opener(name="there.db", me=None)
    make(here, 120)
    columns = "id, name, urn, la_number, establishment_number, high_age, search_text"
    with there.database.write() as connection:
        connection.executemany(
            f"INSERT INTO school ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?)",
            here.read().execute(f"SELECT {columns} FROM school").fetchall(),
        )
        connection.executemany(
            "INSERT INTO worker (id, name, role) VALUES (?, ?, ?)",
            here.read().execute("SELECT id, name, role FROM worker").fetchall(),
        )
    export(here, "pupils", EVERYBODY, tmp_path / "p.csv")
    commit(there, importing.prepare(there, tmp_path / "p.csv"))
    assert standing(there) == standing(here)
