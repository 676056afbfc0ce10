"""Milestones by command: list, show, preview, add, edit, move, retire and restore."""

import json
from typing import Any

from command import Command

OWN = (
    "transition=6-7", "title=A buddy is named", "applies=Year 6", "due=1 June", "evidence=The buddy’s name",
    "why=Nobody eats lunch alone.",
)  # fmt: skip


def read(command: Command, *words: str) -> Any:
    return json.loads(command.ok("milestone", *words, "--format", "json").out)


def test_milestones_are_listed_and_shown(school: Command) -> None:
    found = {line["code"]: line for line in read(school, "list")}
    sent = found["6-7.handover-sent"]
    assert (sent["due"], sent["origin"], sent["severity"]) == ("2nd Friday of June", "shipped", "local")
    assert sent["next_date"] == "2027-06-11"
    assert set(read(school, "list", "--transition", "6-7")[0]) == set(sent)
    assert {line["transition"] for line in read(school, "list", "--transition", "6-7")} == {"6-7"}
    shown = read(school, "show", "6-7.tier")
    assert (shown["dates"], len(shown["versions"])) == (
        "2026/27: Wednesday 31 March 2027; 2027/28: Friday 31 March 2028", 1
    )  # fmt: skip
    assert "code: 6-7.tier" in school.ok("milestone", "show", "6-7.tier").out
    assert school("milestone", "show", "handover").status == 65


def test_a_date_is_looked_at_first_then_moved_and_taken_back(school: Command) -> None:
    before = read(school, "show", "6-7.tier")
    looked = school.ok("milestone", "preview", "6-7.tier", "due=2nd Friday of April", "--format", "json")
    (whole, *groups) = json.loads(looked.out)
    assert (whole["year_group"], whole["gain"], whole["lose"]) == ("all", 0, 0)
    assert whole["move"] == sum(group["move"] for group in groups) > 0
    assert "Due: 31 March → 2nd Friday of April" in looked.err
    assert f"{whole['move']} move (" in looked.err
    assert "from Wed 31 Mar 2027 to Fri 9 Apr 2027" in looked.err
    assert read(school, "show", "6-7.tier") == before

    moved = school.ok("milestone", "move", "6-7.tier", "2nd Friday of April")
    assert "Milestone moved: " in moved.err
    shown = read(school, "show", "6-7.tier")
    assert [version["holds"] for version in shown["versions"]] == ["from 2026/27", "up to 2025/26"]
    assert (shown["due"], shown["origin"]) == ("2nd Friday of April", "own")
    assert "up to 2025/26: 31 March" in school.ok("milestone", "show", "6-7.tier").out
    assert "nothing changed" in school.ok("milestone", "move", "6-7.tier", "2nd Friday of April").err
    school.ok("undo")
    assert read(school, "show", "6-7.tier") == before


def test_one_of_ones_own_is_added_edited_retired_and_restored(school: Command) -> None:
    assert json.loads(school.ok("milestone", "preview", "new", *OWN, "--format", "json").out)[0]["gain"] > 0
    assert school.ok("milestone", "add", *OWN).out == "6-7.a-buddy-is-named\n"
    school.ok("milestone", "edit", "buddy", "grace-days=5", "applies=Year 6; SEN", "--from", "2027/28")
    (line,) = [line for line in read(school, "list") if line["code"] == "6-7.a-buddy-is-named"]
    assert (line["for"], line["changes_from"], line["origin"]) == ("Year 6 pupils", "2027/28", "own")
    assert " lose it, " in school.ok("milestone", "retire", "buddy", "--from", "1 May 27").err
    assert json.loads(school.ok("milestone", "preview", "buddy", "--restore", "--format", "json").out)[0]["gain"] > 0
    (line,) = [line for line in read(school, "list") if line["code"] == "6-7.a-buddy-is-named"]
    assert (line["origin"], line["retired_from"]) == ("until Sat 1 May 2027", "2027-05-01")
    school.ok("milestone", "restore", "buddy")
    school.ok("milestone", "retire", "buddy")
    assert "6-7.a-buddy-is-named" not in {line["code"] for line in read(school, "list")}
    assert "6-7.a-buddy-is-named" in {line["code"] for line in read(school, "list", "--retired")}


def test_what_is_wrong_is_said_and_nothing_is_written(school: Command) -> None:
    refused = school("milestone", "add", *OWN[:3], "due=31 June", "grace-days=x")
    assert refused.status == 65
    assert 'due: The date rule "31 June" goes wrong' in refused.err
    assert "evidence: This is needed." in refused.err
    assert school("milestone", "edit", "6-7.tier", "due=1 May", "--from", "2024/25").status == 65
    assert school("milestone", "preview", "6-7.tier", "due=1 May", "--restore").status == 2
    assert {line["origin"] for line in read(school, "list", "--retired")} == {"shipped", "switched off"}


def test_the_guarantee_is_printed_with_its_base_once_it_is_switched_on(school: Command) -> None:
    none = school.ok("guarantee", "--format", "json")
    assert json.loads(none.out) == []
    assert "Switch them on with: transitions milestone restore 6-7.guarantee-pathway" in none.err
    school.ok("milestone", "restore", "6-7.guarantee-tracker")
    rows = json.loads(school.ok("guarantee", "--format", "json").out)
    assert [row["cohort"] for row in rows[:4]] == [
        "pupil premium",
        "previously looked after",
        "pupil premium or previously looked after",
        "all others",
    ]
    assert rows[3]["base"] == "children who have every step of theirs in the schedule: all others"
    assert sum(row["denominator"] for row in rows[2:4]) == len(
        json.loads(school.ok("list", "--year-group", "6", "--format", "json").out)
    )
    assert {row["numerator"] for row in rows} == {0}
    assert "0 of " in school.ok("guarantee").out
    assert school.ok("guarantee", "--format", "csv").out.startswith("cohort,step,numerator,denominator,percent,")
