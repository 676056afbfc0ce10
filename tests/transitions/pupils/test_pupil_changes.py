"""What moves together when something about a pupil is recorded."""

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from db.importing import NO_CARE, Care
from db.pupils.pupils import Episode
from transitions.pupils.codes import NEEDS
from transitions.pupils.derived_columns import CareChange, care_changes, columns, need_writes, put_needs

TODAY = date(2026, 11, 21)
BORN = date(2015, 9, 5)


def new_pupil(**given_: Any) -> dict[str, Any]:
    return columns({"surname": "Khan", "forename": "Aisha", "date_of_birth": BORN, **given_}, None, TODAY)


def old_pupil(**values: Any) -> dict[str, Any]:
    names = ("upn", "former_upn", "preferred_name", "school_id", "next_school_id", "owner_id", "out_of_year_reason")
    return {**dict.fromkeys(names), **new_pupil(), "next_school_recorded_on": None, "owner_since": None, **values}


def test_a_new_pupil_is_planned_from_the_first_of_september() -> None:
    values = new_pupil()
    assert (values["planned_from"], values["cohort_year"]) == (date(2026, 9, 1), 2020)
    assert values["search_text"] == "khan aisha"
    assert columns({"surname": "K", "date_of_birth": BORN}, None, TODAY, plan_from=TODAY)["planned_from"] == TODAY


def test_a_pupil_out_of_year_has_a_reason_as_long_as_it_lasts() -> None:
    assert new_pupil(year_group=5)["out_of_year_reason"] == "not given"
    assert new_pupil(year_group=5, out_of_year_reason="summer-born")["out_of_year_reason"] == "summer-born"
    shifted = old_pupil(cohort_year=2021, out_of_year_reason="summer-born")
    assert columns({"year_group": 5}, shifted, TODAY) == {}
    assert columns({"year_group": 6}, shifted, TODAY) == {"cohort_year": 2020, "out_of_year_reason": None}


def test_a_date_of_birth_put_right_takes_the_shift_with_it() -> None:
    shifted = old_pupil(cohort_year=2021, out_of_year_reason="summer-born")
    assert columns({"date_of_birth": date(2014, 9, 5)}, shifted, TODAY)["cohort_year"] == 2020


def test_the_day_of_recording_follows_the_next_school_and_the_owner() -> None:
    assert columns({"next_school_id": 3}, old_pupil(), TODAY) == {"next_school_id": 3, "next_school_recorded_on": TODAY}
    placed = old_pupil(next_school_id=3, next_school_recorded_on=date(2026, 3, 1), owner_id=1, owner_since=TODAY)
    assert columns({"next_school_id": 3, "owner_id": 1}, placed, TODAY) == {}
    assert columns({"next_school_id": None, "owner_id": None}, placed, TODAY) == {
        "next_school_id": None, "next_school_recorded_on": None, "owner_id": None, "owner_since": None,
    }  # fmt: skip


def test_a_upn_that_is_replaced_is_kept_as_the_former_one() -> None:
    changed = columns({"upn": "B808400024001"}, old_pupil(upn="A80840002401A"), TODAY)
    assert changed["former_upn"] == "A80840002401A"
    assert changed["search_text"] == "khan aisha b808400024001"


def test_needs_by_rank() -> None:
    assert put_needs(["SLCN", "ASD"], {1: "SEMH"}) == ["SEMH", "ASD"]
    assert put_needs(["SLCN", "ASD", "HI"], {1: "ASD"}) == ["ASD", "HI"]
    assert put_needs(["SLCN", "ASD", "HI"], {2: None}) == ["SLCN"]
    assert put_needs(["SLCN", "ASD"], {1: None, 2: "HI"}) == ["HI"]
    assert put_needs(["SLCN", "HI"], {1: "ASD", 2: "ASD"}) == ["ASD", "HI"]


@given(
    st.lists(st.sampled_from(sorted(NEEDS)), unique=True, max_size=9),
    st.dictionaries(st.integers(1, 3), st.none() | st.sampled_from(sorted(NEEDS))),
)
def test_the_same_needs_given_again_change_nothing(standing: list[str], ranks: dict[int, str | None]) -> None:
    once = put_needs(standing, ranks)
    assert put_needs(once, ranks) == once
    assert len(set(once)) == len(once)
    assert {code for code in ranks.values() if code} <= set(once)
    assert set(once) <= {*standing, *ranks.values()}


@given(*(st.lists(st.sampled_from(sorted(NEEDS)), unique=True, max_size=9) for _ in range(2)))
def test_need_writes_lead_from_one_order_to_the_other(standing: list[str], wanted: list[str]) -> None:
    rows = dict(enumerate(standing, 1))
    for write in need_writes(7, standing, wanted):
        if write.values is None:
            assert write.key is not None
            del rows[write.key["rank"]]
        else:
            assert write.values["rank"] not in rows
            assert write.values["code"] not in rows.values()
            rows[write.values["rank"]] = write.values["code"]
    assert [rows[rank] for rank in sorted(rows)] == wanted
    assert need_writes(7, wanted, wanted) == []


def test_social_care_opens_once_and_closes_on_the_day_that_is_said_or_on_none() -> None:
    since = date(2026, 1, 5)
    standing = Care({"child in need": Episode(4, 1, "child in need", since, None)}, [])
    assert care_changes(NO_CARE, ["looked after"], ()) == [CareChange("looked after")]
    assert care_changes(standing, ["child in need"], ()) == []
    assert care_changes(standing, ["child in need"], (), since) == []
    assert care_changes(standing, ["child in need"], (), date(2025, 6, 1)) == [
        CareChange("child in need", started_on=date(2025, 6, 1), episode=4)
    ]
    for ended in (TODAY, None):
        assert care_changes(standing, (), ["child in need", "looked after"], ended=ended) == [
            CareChange("child in need", ended_on=ended, episode=4, closed=True)
        ]
    assert care_changes(standing, ["looked after"], ["child in need"], date(2026, 11, 20)) == [
        CareChange("looked after", date(2026, 11, 20)),
        CareChange("child in need", ended_on=date(2026, 11, 19), episode=4, closed=True),
    ]
    waits = Care({"looked after": Episode(5, 1, "looked after", None, None)}, [standing.open["child in need"]])
    assert care_changes(waits, ["looked after"], (), date(2026, 11, 20))[1].ended_on == date(2026, 11, 19)
