"""The way of a handover: each step checked, undoable, and in its history."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from builders import add_handover, add_pupil, add_school, contents, edit_pupil
from conftest import TODAY

from db.handovers import handovers as store
from transitions.custody import history
from transitions.errors import NoSuchRecord, NotAllowed
from transitions.handovers import correspondence
from transitions.workspace import Recorded, Workspace

YESTERDAY = TODAY - timedelta(days=1)
Way = list[tuple[str, date, str | None, str | None, str | None]]


@pytest.fixture
def handover(workspace: Workspace) -> int:
    """Aisha Khan's handover to Northgate, not sent yet."""
    return add_handover(workspace, add_pupil(workspace, next_school_id=add_school(workspace, "Northgate")))


def received(workspace: Workspace) -> int:
    pupil = add_pupil(workspace, surname="Byrne")
    with workspace.change("Handover received", "made up") as action:
        return action.insert(
            "handover",
            {
                "uid": "in", "pupil_id": pupil, "transition": "6-7", "move_year": 2026, "direction": "in", "form": "6-7",
                "status": "sent", "started_on": TODAY, "sent_on": YESTERDAY, "received_on": YESTERDAY,
            },
        )  # fmt: skip


def row(workspace: Workspace, number: int) -> store.HandoverRow:
    return correspondence.current_row(workspace, number)


def way(workspace: Workspace, number: int) -> Way:
    return [(one.what, one.on_day, one.how, one.who, one.note) for one in store.events(workspace.read(), number)]


def test_sending_says_where_how_when_and_by_whom(workspace: Workspace, handover: int) -> None:
    done = correspondence.send(workspace, [handover], how=" pack\nfile ", on=YESTERDAY, by="")
    assert done == Recorded("Handover sent", "Aisha Khan", 1)
    found = row(workspace, handover)
    assert (found.status, found.revision, found.to_school) == ("sent", 1, "Northgate")
    assert (found.sent_on, found.sent_how, found.sent_by) == (YESTERDAY, "pack file", "K. Osei")
    assert way(workspace, handover) == [("sent", YESTERDAY, "pack file", "K. Osei", None)]


def test_what_is_sent_again_begins_anew_and_keeps_its_history(workspace: Workspace, handover: int) -> None:
    correspondence.send(workspace, [handover], how="post", on=YESTERDAY)
    correspondence.mark_viewed(workspace, [handover])
    correspondence.acknowledge(workspace, [handover], by="SENCO")
    correspondence.send(workspace, [handover], how="by hand", by="Head")
    found = row(workspace, handover)
    assert (found.status, found.revision, found.sent_on, found.sent_by) == ("sent", 2, TODAY, "Head")
    assert (found.viewed_on, found.acknowledged_on, found.acknowledged_by) == (None, None, None)
    assert [what for what, *_ in way(workspace, handover)] == ["sent", "viewed", "acknowledged", "sent again"]


def test_to_another_school_it_is_sent_for_the_first_time(workspace: Workspace, handover: int) -> None:
    correspondence.send(workspace, [handover], how="post")
    edit_pupil(workspace, row(workspace, handover).pupil_id, next_school_id=add_school(workspace, "Southgate"))
    correspondence.send(workspace, [handover], how="post")
    assert row(workspace, handover).to_school == "Southgate"
    assert [what for what, *_ in way(workspace, handover)] == ["sent", "sent"]


def test_after_the_move_it_can_go_again_to_where_it_went(workspace: Workspace, handover: int) -> None:
    correspondence.send(workspace, [handover], how="post")
    edit_pupil(workspace, row(workspace, handover).pupil_id, next_school_id=None)
    correspondence.send(workspace, [handover], how="post")
    assert row(workspace, handover).to_school == "Northgate"


STEPS: dict[str, Callable[[Workspace, int], Recorded]] = {
    "send": lambda workspace, number: correspondence.send(workspace, [number], how="post"),
    "viewed": lambda workspace, number: correspondence.mark_viewed(workspace, [number]),
    "acknowledged": lambda workspace, number: correspondence.acknowledge(workspace, [number], by="SENCO"),
    "fail": lambda workspace, number: correspondence.fail(workspace, [number], reason="Bounced"),
    "chase": lambda workspace, number: correspondence.chase(
        workspace, [number], how="by telephone", note="Left a message"
    ),
    "take back": lambda workspace, number: correspondence.take_back(workspace, [number]),
    "ask": lambda workspace, number: correspondence.record_question(workspace, number, "Which reading test?"),
    "note": lambda workspace, number: correspondence.note(workspace, number, "Has a twin"),
}
STATES: dict[str, tuple[str, ...]] = {
    "drafting": (),
    "sent": ("send",),
    "viewed": ("send", "viewed"),
    "acknowledged": ("send", "acknowledged"),
    "returned": ("send", "ask"),
    "failed": ("send", "fail"),
}
AFTER: dict[str, dict[str, str]] = {
    "drafting": {"send": "sent", "note": "drafting"},
    "sent": {
        "send": "sent", "viewed": "viewed", "acknowledged": "acknowledged", "fail": "failed", "chase": "sent",
        "take back": "drafting", "ask": "returned", "note": "sent",
    },
    "viewed": {"send": "sent", "viewed": "viewed", "acknowledged": "acknowledged", "chase": "viewed", "ask": "returned",
               "note": "viewed"},
    "acknowledged": {"send": "sent", "viewed": "acknowledged", "acknowledged": "acknowledged", "ask": "acknowledged",
                     "note": "acknowledged"},
    "returned": {"send": "sent", "viewed": "returned", "acknowledged": "acknowledged", "ask": "returned",
                 "note": "returned"},
    "failed": {"send": "sent", "fail": "failed", "take back": "drafting", "note": "failed"},
}  # fmt: skip
"""Where each step leads from each state; what is not there is refused."""


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("step", STEPS)
def test_every_step_leads_on_or_is_refused_and_undo_restores_exactly(
    workspace: Workspace, handover: int, state: str, step: str
) -> None:
    for earlier in STATES[state]:
        STEPS[earlier](workspace, handover)
    assert row(workspace, handover).status == state
    before = contents(workspace)
    wanted = AFTER[state].get(step)
    if wanted is None:
        with pytest.raises(NotAllowed, match=r"^Aisha Khan: .*\.$"):
            STEPS[step](workspace, handover)
        assert contents(workspace) == before
        return
    done = STEPS[step](workspace, handover)
    assert row(workspace, handover).status == wanted
    later = contents(workspace)
    assert (done.changed > 0) is (later != before)
    if done.changed:
        history.undo(workspace)
        assert contents(workspace) == before
        history.redo(workspace)
        assert contents(workspace) == later


def test_what_changed_nothing_leaves_nothing_in_the_history(workspace: Workspace, handover: int) -> None:
    correspondence.send(workspace, [handover], how="post")
    correspondence.acknowledge(workspace, [handover], by="SENCO")
    entries = history.entries(workspace)
    assert correspondence.acknowledge(workspace, [handover], by="Somebody else").changed == 0
    assert correspondence.mark_viewed(workspace, [handover]).changed == 0
    assert history.entries(workspace) == entries
    assert row(workspace, handover).acknowledged_by == "SENCO"


def test_taken_back_is_never_sent(workspace: Workspace, handover: int) -> None:
    correspondence.send(workspace, [handover], how="post")
    correspondence.take_back(workspace, [handover])
    found = row(workspace, handover)
    assert (found.status, found.revision, found.sent_on, found.sent_how, found.pack_id) == (
        "drafting",
        0,
        None,
        None,
        None,
    )
    correspondence.send(workspace, [handover], how="post")
    assert [what for what, *_ in way(workspace, handover)] == ["sent", "taken back", "sent"]


def test_many_at_once_are_one_action_and_each_is_there_once(workspace: Workspace) -> None:
    school = add_school(workspace, "Northgate")
    made = [add_handover(workspace, add_pupil(workspace, surname=f"K {n}", next_school_id=school)) for n in range(3)]
    done = correspondence.send(workspace, [*made, made[0]], how="portal")
    assert done == Recorded("Handover sent", "3 pupils", 3)
    assert {row(workspace, number).revision for number in made} == {1}
    correspondence.acknowledge(workspace, made[:1], by="SENCO")
    assert correspondence.acknowledge(workspace, made, by="SENCO") == Recorded("Handover acknowledged", "3 pupils", 2)
    history.undo(workspace)
    assert [row(workspace, number).status for number in made] == ["acknowledged", "sent", "sent"]


def test_when_one_of_many_is_refused_nothing_is_written(workspace: Workspace, handover: int) -> None:
    draft = add_handover(workspace, add_pupil(workspace, surname="Byrne"))
    before = contents(workspace)
    with pytest.raises(
        NotAllowed, match="Aisha Byrne: no next school is recorded for this move, so there is nobody to send it to"
    ):
        correspondence.send(workspace, [handover, draft], how="post")
    correspondence.send(workspace, [handover], how="post")
    with pytest.raises(NotAllowed, match="Aisha Byrne: the handover has not been sent, so it cannot be acknowledged"):
        correspondence.acknowledge(workspace, [handover, draft], by="SENCO")
    history.undo(workspace)
    assert contents(workspace) == before


def test_what_must_be_said_is_asked_for(workspace: Workspace, handover: int) -> None:
    with pytest.raises(NotAllowed, match="Say how it was sent"):
        correspondence.send(workspace, [handover], how=" \n ")
    correspondence.send(workspace, [handover], how="post")
    with pytest.raises(NotAllowed, match="Say who acknowledged it"):
        correspondence.acknowledge(workspace, [handover], by="  ")
    with pytest.raises(NotAllowed, match="Say what went wrong"):
        correspondence.fail(workspace, [handover], reason="")
    with pytest.raises(NoSuchRecord):
        correspondence.send(workspace, [999], how="post")


def test_a_step_is_recorded_when_it_has_happened_and_in_its_order(workspace: Workspace, handover: int) -> None:
    tomorrow = TODAY + timedelta(days=1)
    with pytest.raises(NotAllowed, match="22 Nov 2026 is in the future"):
        correspondence.send(workspace, [handover], how="post", on=tomorrow)
    correspondence.send(workspace, [handover], how="post", on=YESTERDAY)
    early = YESTERDAY - timedelta(days=1)
    steps: list[Callable[[date], Recorded]] = [
        lambda day: correspondence.send(workspace, [handover], how="post", on=day),
        lambda day: correspondence.mark_viewed(workspace, [handover], on=day),
        lambda day: correspondence.acknowledge(workspace, [handover], by="SENCO", on=day),
        lambda day: correspondence.fail(workspace, [handover], reason="Bounced", on=day),
        lambda day: correspondence.chase(workspace, [handover], how="post", on=day),
        lambda day: correspondence.record_question(workspace, handover, "When?", on=day),
    ]
    before = contents(workspace)
    for step in steps:
        with pytest.raises(NotAllowed, match=r"19 Nov 2026 is before it was (last )?sent.*20 Nov 2026"):
            step(early)
        with pytest.raises(NotAllowed, match="is in the future"):
            step(tomorrow)
    assert contents(workspace) == before


def test_what_came_to_us_is_acknowledged_by_us_and_neither_sent_nor_chased(workspace: Workspace) -> None:
    number = received(workspace)
    for refused in ("send", "fail", "chase", "take back"):
        with pytest.raises(NotAllowed):
            STEPS[refused](workspace, number)
    correspondence.mark_viewed(workspace, [number])
    correspondence.acknowledge(workspace, [number], by="K. Osei")
    assert row(workspace, number).status == "acknowledged"
    assert [what for what, *_ in way(workspace, number)] == ["viewed", "acknowledged"]


def test_words_of_any_length_and_kind_are_kept_short_and_clean(workspace: Workspace, handover: int) -> None:
    correspondence.send(workspace, [handover], how="by hand " * 100, by="K\x1b[31m\u202e Osei")
    correspondence.chase(workspace, [handover], how="", note="x" * 1000)
    (_, _, how, who, _), (_, _, none, _, note) = way(workspace, handover)
    assert how is not None
    assert note is not None
    assert (len(how), len(note), none) == (200, 200, None)
    assert who is not None
    assert who.isprintable()


def test_each_step_is_named_in_the_history_of_the_pupil(workspace: Workspace, handover: int) -> None:
    for step in ("send", "chase", "viewed", "ask", "send", "acknowledged"):
        STEPS[step](workspace, handover)
    names = [entry.name for entry in history.entries(workspace, pupil_id=row(workspace, handover).pupil_id)]
    assert names[:6] == [
        "Handover acknowledged", "Handover sent", "Question about a handover", "Handover viewed", "Handover chased",
        "Handover sent",
    ]  # fmt: skip
