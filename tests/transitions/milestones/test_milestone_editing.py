"""Milestones changed in the app: the preview tells what saving does, decided steps stay, and last year's rule with them."""

import time
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest
from builders import add_pupil, add_terms, contents, step_of, steps_of
from conftest import Opener
from hypothesis import given, settings
from hypothesis import strategies as st

from db.errors import ChangedSince
from transitions.calendar.events import events
from transitions.custody import history
from transitions.errors import BadInput, FieldProblems, NoSuchRecord, NotAllowed
from transitions.milestones import definitions, editing, planning, recording
from transitions.milestones.catalogue import dates_in_words, find_milestone, lines, page, span_in_words
from transitions.milestones.criteria import criteria_text, read_criteria
from transitions.milestones.definitions import from_mapping, load_shipped
from transitions.milestones.explain import explain
from transitions.milestones.milestone import Milestone
from transitions.milestones.preview import SavePreview, groups_in_words
from transitions.milestones.recording import Step
from transitions.workspace import Workspace

SENT = "6-7.handover-sent"
READ = "6-7.handover-acknowledged"
TIER = "6-7.tier"
OWN = {
    "transition": "6-7",
    "title": "A buddy at the next school is named",
    "short": "Buddy named",
    "applies": "Year 6",
    "due": "1 June",
    "evidence": "The buddy’s first name and form",
    "why": "Nobody eats lunch alone in the first week.",
}


def due(workspace: Workspace, pupil: int, code: str, cycle: int = 2026) -> date | None:
    row = steps_of(workspace, pupil).get((code, cycle))
    return None if row is None else row.due_on


def edit(workspace: Workspace, code: str, **fields: str) -> editing.MilestoneProposal:
    proposal = editing.read_proposal(workspace, code, fields)
    assert editing.save(workspace, proposal).changed
    return proposal


def milestone(workspace: Workspace, code: str) -> Milestone:
    return next(one for one in workspace.milestones.values() if one.code == code)


def rows(workspace: Workspace) -> dict[Step, tuple[Any, ...]]:
    found = workspace.read().execute("SELECT * FROM pupil_milestone").fetchall()
    return {Step(*row[:3]): tuple(row) for row in found}


def problems(workspace: Workspace, which: str | None, **fields: str) -> dict[str, str]:
    with pytest.raises(FieldProblems) as caught:
        editing.read_proposal(workspace, which, fields)
    return caught.value.problems


# --- versions -----------------------------------------------------------------------------------------------------


def test_a_change_holds_from_its_year_on_and_last_years_rule_stays(opener: Opener) -> None:
    before = opener(date(2025, 11, 21))
    add_terms(before)
    year_6, year_5 = (
        add_pupil(before, year_group=6, sen_provision="K"),
        add_pupil(before, year_group=5, sen_provision="K"),
    )
    assert due(before, year_6, SENT, 2025) == date(2026, 6, 12)
    before.close()

    workspace = opener(date(2026, 11, 21))
    assert due(workspace, year_5, SENT) == date(2027, 6, 11)
    edit(workspace, SENT, due="2nd Friday of July")
    assert (due(workspace, year_6, SENT, 2025), due(workspace, year_5, SENT)) == (date(2026, 6, 12), date(2027, 7, 9))
    whole = milestone(workspace, SENT)
    assert [(older.through, older.milestone.due) for older in whole.earlier] == [(2025, "2nd Friday of June")]
    assert (whole.of_cycle(2025).due, whole.of_cycle(2026).due) == ("2nd Friday of June", "2nd Friday of July")
    # what explains a step, and the calendar, tell it by the rule of its own year
    assert [one.rule for one in explain(workspace, year_6, SENT)] == ["2nd Friday of June"]
    assert [one.rule for one in explain(workspace, year_5, SENT)] == ["2nd Friday of July"]
    of_year = {year: [e.first for e in events(workspace, year) if e.code == SENT] for year in (2025, 2026, 2027)}
    assert of_year == {2025: [date(2026, 6, 12)], 2026: [date(2027, 7, 9)], 2027: [date(2028, 7, 14)]}
    again = rows(workspace)
    with workspace.database.write() as connection:
        assert planning.replan(connection, workspace.planner(), workspace.clock.today) == 0
    assert rows(workspace) == again


def test_a_change_may_wait_for_next_year_and_be_taken_back(workspace: Workspace) -> None:
    add_terms(workspace)
    year_6, year_5 = add_pupil(workspace, year_group=6), add_pupil(workspace, year_group=5)
    stood = milestone(workspace, TIER)
    edit(workspace, TIER, due="30 April", from_year="2027/28")
    assert (due(workspace, year_6, TIER), due(workspace, year_5, TIER, 2027)) == (date(2027, 3, 31), date(2028, 4, 30))
    line = next(line for line in lines(workspace) if line.code == TIER)
    assert (line.due, line.next_on, line.changes_from) == ("31 March", date(2027, 3, 31), 2027)
    edit(workspace, TIER, due="31 March", from_year="2027/28")
    assert milestone(workspace, TIER).earlier == ()
    assert milestone(workspace, TIER).due == stood.due
    assert due(workspace, year_5, TIER, 2027) == date(2028, 3, 31)


def test_another_wording_makes_no_version(workspace: Workspace) -> None:
    edit(workspace, TIER, title="The tier is set", why="Visits take weeks to arrange.")
    whole = milestone(workspace, TIER)
    assert (whole.title, whole.earlier) == ("The tier is set", ())
    edit(workspace, TIER, grace_days="7")
    assert [older.milestone.grace_days for older in milestone(workspace, TIER).earlier] == [0]


@given(
    st.lists(st.tuples(st.integers(2024, 2030), st.sampled_from(("1 May", "1 June", "1 July"))), max_size=6),
    st.integers(2020, 2034),
)
def test_the_versions_cover_every_year_once(changes: list[tuple[int, str]], year: int) -> None:
    held = load_shipped().by_code[TIER]
    model = dict.fromkeys(range(2020, 2035), held.due)
    for first, rule in changes:
        held = held.revised(_with_due(held, rule), first)
        model |= {one: rule for one in model if one >= first}
    assert held.of_cycle(year).due == model[year]
    assert held.of_cycle(year + 10_000).due == model[year]
    throughs = [older.through for older in held.earlier]
    assert throughs == sorted(set(throughs))
    assert sum((one.first or 0) <= year <= (one.last or 9999) for one in held.versions) == 1
    assert from_mapping(held.to_mapping()) == held


def _with_due(held: Milestone, rule: str) -> Milestone:
    mapping = {key: value for key, value in held.to_mapping().items() if key != "earlier"}
    return from_mapping({**mapping, "due": rule})


_NUMBER = count()
RULES = ("15 February", "14th birthday", "3 months after the 14th birthday", "last school day of the summer term",
         "4 weeks after the due date of milestone 6-7.destination", "10 weeks before the 14th birthday")  # fmt: skip


@settings(max_examples=15)
@given(
    st.lists(st.tuples(st.sampled_from(RULES), st.sampled_from((2026, 2027))), min_size=1, max_size=3),
    st.dates(date(2011, 6, 1), date(2014, 3, 1)),
)
def test_planning_with_versions_is_idempotent_and_the_same_for_a_part(
    opener: Opener, changes: list[tuple[str, int]], born: date
) -> None:
    workspace = opener(name=f"{next(_NUMBER)}.db")
    add_terms(workspace)
    pupil = add_pupil(workspace, date_of_birth=born, sen_provision="E")
    add_pupil(workspace, year_group=6, sen_provision="E")
    for rule, year in changes:
        proposal = editing.read_proposal(
            workspace, TIER, {"due": rule, "applies": "every pupil", "from_year": f"{year}"}
        )
        told, stood = editing.preview(workspace, proposal), rows(workspace)
        editing.save(workspace, proposal)
        _as_told(told, stood, rows(workspace), proposal)
    partly = rows(workspace)
    with workspace.database.write() as connection:
        assert planning.replan(connection, workspace.planner(), workspace.clock.today) == 0
    assert rows(workspace) == partly
    once = [key for key in partly if key.pupil_id == pupil and workspace.milestones[key.milestone_id].code == TIER]
    kinds = {version.milestone.rule.kind for version in milestone(workspace, TIER).versions}
    assert kinds != {"once"} or len(once) <= 1  # what comes once in a life is never asked for twice
    workspace.close()


def _as_told(
    told: SavePreview, stood: dict[Step, Any], now: dict[Step, Any], proposal: editing.MilestoneProposal
) -> None:
    mine = proposal.number
    gain = {key.pupil_id for key in now.keys() - stood.keys() if key.milestone_id == mine}
    lose = {key.pupil_id for key in stood.keys() - now.keys() if key.milestone_id == mine}
    both = [key for key in now.keys() & stood.keys() if key.milestone_id == mine]
    move = {key.pupil_id for key in both if now[key][3] != stood[key][3]}
    assert told.counts[:3] == (len(gain), len(lose), len(move))


def test_what_comes_once_is_not_lost_between_two_rules_nor_asked_twice(workspace: Workspace) -> None:
    """By the rule of last year it falls in this one, by this year's in the last: it must not fall between them."""
    add_terms(workspace)
    code = next(
        one.code for one in workspace.milestones.values() if one.due.startswith("28 days after the later of the 14th")
    )
    whom = {"applies": "every pupil", "due": "28 days after the 14th birthday"}
    edit(workspace, code, **whom, from_year="2026/27")
    stays, falls = date(2012, 8, 20), date(2012, 10, 5)
    between, later = add_pupil(workspace, date_of_birth=stays), add_pupil(workspace, date_of_birth=falls)
    assert due(workspace, between, code) == date(2026, 9, 17)
    recording.mark_done(workspace, [step_of(workspace, later, code)])
    # from next year on it is the birthday itself: 20 August 2026 is before next year, 17 September 2026 in this one
    edit(workspace, code, due="14th birthday", from_year="2027/28")
    assert due(workspace, between, code) == date(2026, 9, 17)
    third = add_pupil(workspace, date_of_birth=date(2013, 8, 20))
    assert due(workspace, third, code, 2027) == date(2027, 8, 20)  # by the rule before 17 September 2027
    assert [one.due_on for one in explain(workspace, third, code)] == [date(2027, 8, 20)]
    edit(workspace, code, due="1 year after the 14th birthday", from_year="2026/27")
    assert {cycle for name, cycle in steps_of(workspace, later) if name == code} == {
        2026
    }  # done, though by another rule
    assert due(workspace, between, code, 2026) == date(2027, 8, 20)


# --- what is read -------------------------------------------------------------------------------------------------


def test_every_problem_is_said_under_its_field(workspace: Workspace) -> None:
    found = problems(
        workspace, None, transition="8-9", title=" ", short="Much too long a title", applies="Year 99\nsen suport",
        due="31 June", severity="law", grace_days="-1", from_year="2024/25", evidence="x", why="y", colour="red",
    )  # fmt: skip
    assert set(found) == {
        "transition", "title", "short", "applies", "due", "severity", "basis", "grace_days", "from_year",
        "colour",
    }  # fmt: skip
    assert found["due"].startswith(
        'The date rule "31 June" goes wrong: it says "31", expected a day that June has every year'
    )
    assert "did you mean “SEN support”?" in found["applies"]
    assert found["from_year"] == "Earlier years stay what they were: give 2026/27 or a year to come."
    assert found["title"] == "This is needed."


def test_a_councils_own_is_local_unless_it_says_on_whose_word(workspace: Workspace) -> None:
    assert problems(workspace, None, **OWN, severity="statutory") == {"basis": "This is needed."}
    proposal = editing.read_proposal(workspace, None, OWN)
    assert proposal.new is not None
    assert (proposal.new.severity, proposal.new.basis, proposal.code) == ("local", "Local agreement", "6-7.buddy-named")
    editing.save(workspace, proposal)
    found = problems(workspace, "6-7.buddy-named", severity="statutory")
    assert found["basis"].startswith("Give the basis for statutory")
    edit(workspace, "6-7.buddy-named", severity="statutory", basis="Education Act 1996, section 9")
    assert problems(workspace, None, **OWN | {"code": "buddy-named"})["code"].startswith(
        "6-7.buddy-named already exists"
    )


def test_steps_cannot_follow_each_other_in_a_ring_nor_one_that_is_not_there(workspace: Workspace) -> None:
    assert problems(workspace, SENT, due=f"5 days after milestone {READ}")["due"].startswith(
        "Not possible: milestones follow"
    )
    assert problems(workspace, SENT, due="5 days after milestone 6-7.nothing")["due"].startswith(
        "There is no milestone 6-7.noth"
    )
    review = next(one.code for one in workspace.milestones.values() if one.of_plan_review)
    assert "recorded with its plan" in problems(workspace, review, due="1 May")["due"]
    assert (
        problems(workspace, SENT, due=f"1 day after milestone {SENT}")["due"] == "A milestone cannot count from itself."
    )
    assert problems(workspace, SENT, transition="2-3")["transition"].startswith("This can't be changed")


CONDITIONS = st.fixed_dictionaries(
    {},
    optional={
        "year_group": st.lists(st.integers(-1, 20), min_size=1, unique=True),
        "sen": st.lists(st.sampled_from("NKE"), min_size=1, unique=True),
        "tier": st.lists(st.sampled_from(("universal", "targeted", "enhanced")), min_size=1, unique=True),
        "social_care": st.sampled_from(("any", "none"))
        | st.lists(st.sampled_from(("child in need", "looked after", "care leaver")), min_size=1, unique=True),
        "looked_after": st.booleans(),
        "previously_looked_after": st.booleans(),
        "english_additional_language": st.booleans(),
        "young_carer": st.booleans(),
        "moves_school": st.sampled_from(("yes", "yes or not known")),
        "has_plan": st.booleans(),
    },
)


@given(CONDITIONS, st.lists(CONDITIONS.filter(bool), max_size=3))
def test_whom_it_is_for_reads_back_as_it_is_said(wants: dict[str, object], any_of: list[dict[str, object]]) -> None:
    from transitions.milestones.criteria import parse_criteria

    criteria = parse_criteria({**wants, **({"any_of": any_of} if any_of else {})})
    assert read_criteria(criteria_text(criteria)) == criteria


def test_every_shipped_milestone_can_be_typed() -> None:
    for one in load_shipped().milestones:
        assert read_criteria(criteria_text(one.criteria)) == one.criteria


def test_whom_it_is_for_may_be_typed_in_several_ways() -> None:
    for text in ("Year 6; SEN", "Y6\nSEN support or an EHC plan", "year_group = [6], sen = ['K', 'E']"):
        assert read_criteria(text).in_words() == "Year 6 pupils with SEN support or an EHC plan"
    assert read_criteria("years 9-11").year_groups == (9, 10, 11)


# --- added, moved, retired ----------------------------------------------------------------------------------------


def test_one_of_ones_own_is_added_retired_and_brought_back(workspace: Workspace) -> None:
    add_terms(workspace)
    pupil = add_pupil(workspace, year_group=6)
    proposal = editing.read_proposal(workspace, None, OWN)
    told = editing.preview(workspace, proposal)
    assert told.counts == (1, 0, 0, 0, 0)
    assert told.examples[0][:2] == (pupil, "gain")
    assert groups_in_words(told.by_year_group) == [("Year 6", told.counts)]
    stood = contents(workspace)
    editing.save(workspace, proposal)
    code = proposal.code
    assert due(workspace, pupil, code) == date(2027, 6, 1)
    with workspace.database.write() as connection:
        definitions.put_shipped(connection, workspace.clock.today)  # a later version of the program leaves it alone
    assert due(workspace, pupil, code) == date(2027, 6, 1)

    ending = editing.retirement(workspace, code, date(2027, 5, 1))
    assert editing.preview(workspace, ending).counts == (0, 1, 0, 0, 0)
    editing.save(workspace, ending)
    assert due(workspace, pupil, code) is None
    line = next(line for line in lines(workspace) if line.code == code)
    assert (line.own, line.retired_from, line.retired) == (True, date(2027, 5, 1), False)
    back = editing.bringing_back(workspace, code)
    assert editing.preview(workspace, back).counts == (1, 0, 0, 0, 0)
    editing.save(workspace, back)
    assert due(workspace, pupil, code) == date(2027, 6, 1)
    for _ in range(3):
        history.undo(workspace)
    assert contents(workspace) == stood


def test_retiring_leaves_what_fell_due_before_and_what_was_decided(workspace: Workspace) -> None:
    add_terms(workspace)
    first, second = (add_pupil(workspace, year_group=6, sen_provision="K") for _ in range(2))
    done = step_of(workspace, second, SENT)
    recording.mark_done(workspace, [done], evidence="Sent by post")
    kept = rows(workspace)[done]
    editing.save(workspace, editing.retirement(workspace, SENT, date(2026, 12, 1)))
    editing.save(workspace, editing.retirement(workspace, "6-7.application", date(2026, 12, 1)))
    assert (due(workspace, first, SENT), rows(workspace)[done]) == (None, kept)
    assert due(workspace, first, "6-7.application") == date(2026, 10, 31)  # before that day, and still open
    with pytest.raises(NotAllowed, match="Last year stays the same"):
        editing.save(workspace, editing.retirement(workspace, TIER, date(2026, 8, 31)))
    with pytest.raises(NotAllowed, match="already retired by then"):
        editing.save(workspace, editing.retirement(workspace, SENT, date(2027, 1, 1)))
    with pytest.raises(NotAllowed, match="is in force, so there is nothing"):
        editing.bringing_back(workspace, TIER)


def test_one_that_never_began_goes_whole(workspace: Workspace) -> None:
    add_terms(workspace)
    pupil = add_pupil(workspace, year_group=5)
    editing.save(workspace, editing.read_proposal(workspace, None, {**OWN, "from_year": "2027/28"}))
    code = "6-7.buddy-named"
    assert (due(workspace, pupil, code, 2026), due(workspace, pupil, code, 2027)) == (None, date(2028, 6, 1))
    editing.save(workspace, editing.retirement(workspace, code, date(2027, 1, 11)))
    assert due(workspace, pupil, code, 2027) is None
    with pytest.raises(NotAllowed, match="Bring it back first"):
        editing.moved(workspace, code, "2 June")
    editing.save(workspace, editing.bringing_back(workspace, code))
    assert due(workspace, pupil, code, 2027) == date(2028, 6, 1)


def test_what_counts_from_it_moves_with_it_and_is_told(workspace: Workspace) -> None:
    add_terms(workspace)
    pupil = add_pupil(workspace, year_group=6, sen_provision="K")
    recording.mark_done(workspace, [step_of(workspace, pupil, SENT)])
    follows = {**OWN, "due": f"2 weeks after the due date of milestone {TIER}"}
    editing.save(workspace, editing.read_proposal(workspace, None, follows))
    proposal = editing.moved(workspace, TIER, "1 April")
    told = editing.preview(workspace, proposal)
    assert told.counts.move == 1
    assert [(one.title, one.counts.move) for one in told.followers] == [(OWN["title"], 1)]
    assert told.sentence == (
        "0 pupils gain a date, 0 lose it, 1 moves (from Wed 31 Mar 2027 to Thu 1 Apr 2027), 0 unchanged, "
        "0 already decided and left alone"
    )
    editing.save(workspace, proposal)
    assert due(workspace, pupil, "6-7.buddy-named") == date(2027, 4, 15)


def test_the_preview_says_what_one_must_know(workspace: Workspace) -> None:
    add_terms(workspace)
    add_pupil(workspace, year_group=6)
    told = editing.preview(workspace, editing.moved(workspace, TIER, "1 October"))
    assert told.notes == ("1 step would be overdue at once: the new date has passed.",)
    told = editing.preview(workspace, editing.moved(workspace, "6-7.application", "30 November"))
    assert told.notes == ("1 step would no longer be overdue.",)
    told = editing.preview(workspace, editing.moved(workspace, "6-7.names-school", "1 March"))
    assert told.notes == (
        "This is a statutory date. The legal date stays the same. Only the date asked for here changes.",
    )
    told = editing.preview(workspace, editing.read_proposal(workspace, TIER, {"grace_days": "5"}))
    assert (told.counts.same, told.notes) == (
        1, ("1 step would keep the date and count as overdue from another day.",)
    )  # fmt: skip


def test_nothing_is_saved_over_what_somebody_else_changed(workspace: Workspace, opener: Opener) -> None:
    proposal = editing.moved(workspace, TIER, "1 April")
    edit(opener(), TIER, due="2 April")
    with pytest.raises(ChangedSince, match="somebody has changed this milestone"):
        editing.save(workspace, proposal)
    workspace.forget()
    same = editing.moved(workspace, TIER, "2 April")
    assert (same.changed, editing.save(workspace, same).changed) == (False, 0)


def test_the_list_and_the_page_tell_what_holds(workspace: Workspace) -> None:
    add_terms(workspace)
    add_pupil(workspace, year_group=6, sen_provision="K")
    found = {line.code: line for line in lines(workspace)}
    assert len(found) == len(load_shipped().milestones)
    sent = found[SENT]
    assert (sent.open, sent.next_on, sent.due, sent.own) == (1, date(2027, 6, 11), "2nd Friday of June", False)
    assert {line.open for line in lines(workspace, counted=False)} == {None}
    edit(workspace, SENT, due="2nd Friday of July")
    shown = page(workspace, SENT)
    assert shown.dates == "2026/27: Friday 9 July 2027; 2027/28: Friday 14 July 2028"
    assert [(span_in_words(one), one.milestone.due) for one in shown.versions] == [
        ("from 2026/27", "2nd Friday of July"),
        ("up to 2025/26", "2nd Friday of June"),
    ]
    read = milestone(workspace, READ)
    assert dates_in_words(workspace, read.rule, 2026) == (
        "Counts from “Send the handover form to the next school” of the same pupil"
    )
    assert find_milestone(workspace, "6-7 handover sent") == SENT
    for words in ("handover", "nothing of the kind"):
        with pytest.raises(NoSuchRecord):
            find_milestone(workspace, words)


def test_a_file_may_not_say_what_a_milestone_was(workspace: Workspace) -> None:
    mapping = load_shipped().by_code[TIER].to_mapping()
    backwards = [{"through": 2025, **mapping}, {"through": 2024, **mapping}]
    with pytest.raises(BadInput, match="2024 is not after 2025"):
        from_mapping({**mapping, "earlier": backwards})


# --- twenty thousand ----------------------------------------------------------------------------------------------

MANY = 20_000
DECIDED = 400


@pytest.fixture
def county(opener: Opener) -> Workspace:
    """Twenty thousand pupils of Year 6, of whom four hundred have decided steps."""
    workspace = opener()
    add_terms(workspace)
    values = [(f"Khan {n}", "A", "2016-03-14", 2020, "NKE"[n % 3], "2026-09-01", f"khan {n} a") for n in range(MANY)]
    with workspace.database.write() as connection:
        connection.executemany(
            "INSERT INTO pupil (surname, forename, date_of_birth, cohort_year, sen_provision, planned_from, search_text) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            values,
        )
        number = next(key for key, one in workspace.milestones.items() if one.code == TIER)
        planning.replan(connection, workspace.planner([number]), workspace.clock.today, only=[number])
    steps = [Step(*key) for key in sorted(rows(workspace))]
    quarter = DECIDED // 4
    today = workspace.clock.today
    recording.mark_done(workspace, steps[:quarter], on=today - timedelta(days=3), evidence="Seen")
    recording.waive(workspace, steps[quarter : 3 * quarter], reason="other", words="Moving abroad")
    late = steps[3 * quarter : DECIDED]
    with workspace.change("Flagged missed", "made up") as action:
        for step in late:
            key = dict(zip(("pupil_id", "milestone_id", "cycle"), step, strict=True))
            action.update(
                "pupil_milestone", key, {"outcome": "missed", "missed_on": today, "reason": "other", "next_step": "x"}
            )
    return workspace


def test_moving_a_date_replans_twenty_thousand_and_not_one_that_was_decided(
    county: Workspace, record_property: Any
) -> None:
    number = next(key for key, one in county.milestones.items() if one.code == TIER)
    stood = rows(county)
    mine = {key: row for key, row in stood.items() if key.milestone_id == number}
    decided = {key: row for key, row in mine.items() if row[5] is not None}
    assert (len(mine), len(decided)) == (MANY, DECIDED)
    everything, actions = contents(county), len(history.entries(county, limit=10_000))

    proposal = editing.moved(county, TIER, "2nd Friday of April")
    told = _timed(record_property, "preview", lambda: editing.preview(county, proposal))
    assert told.counts == (0, 0, MANY - DECIDED, 0, DECIDED)
    assert told.shifts == ((date(2027, 3, 31), date(2027, 4, 9), MANY - DECIDED),)
    assert contents(county) == everything

    _timed(record_property, "save", lambda: editing.save(county, proposal))
    now = rows(county)
    assert len(history.entries(county, limit=10_000)) == actions + 1
    assert {key: now[key] for key in decided} == decided
    assert {row[3] for key, row in now.items() if key in mine and key not in decided} == {"2027-04-09"}
    changed = contents(county)
    _timed(record_property, "undo", lambda: history.undo(county))
    assert contents(county) == everything
    _timed(record_property, "redo", lambda: history.redo(county))
    assert contents(county) == changed


def _timed(record_property: Any, what: str, do: Any) -> Any:
    began = time.perf_counter()
    found = do()
    record_property(what, round(time.perf_counter() - began, 2))
    print(what, round(time.perf_counter() - began, 2))
    return found
