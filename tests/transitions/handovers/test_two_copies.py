"""Two copies of the program, two files: what a primary sends a secondary receives, asks about and acknowledges."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from builders import contents, steps_of
from conftest import Opener
from made_handovers import DAY, MOVE, PASSPHRASE, Primary, make_primary, open_secondary, rows_of_every_table

from db.handovers import handovers as store
from db.handovers.handovers import HandoverRow, PackRow
from db.pupils import pupils
from transitions.caseload.caseload import Caseload
from transitions.caseload.missed import listing
from transitions.custody import history
from transitions.errors import BadInput
from transitions.handovers import (
    acknowledging,
    after_move,
    apply_pack,
    board,
    correspondence,
    packs,
    parcels,
    receiving,
    safeguarding,
)
from transitions.handovers import page as pages
from transitions.handovers.pack_content import Became
from transitions.handovers.pack_file import NotOpened
from transitions.impact.records import WEEK
from transitions.pupils import small_records
from transitions.pupils.editing import save_pupil
from transitions.workspace import Workspace


def the_board(workspace: Workspace) -> dict[str, int]:
    return {status: count for status, count in board.load(workspace, Caseload(), *MOVE).counts.items() if count}


def the_inbox(workspace: Workspace) -> dict[str, int]:
    return {status: count for status, count in board.inbox(workspace, Caseload(), 2025).counts.items() if count}


def handover_of(workspace: Workspace, uid: str) -> HandoverRow:
    row = store.by_uid(workspace.read(), uid)
    assert row is not None
    return row


def received_pack(workspace: Workspace) -> PackRow:
    return next(pack for pack in store.packs(workspace.read()) if pack.direction == "received")


def states(workspace: Workspace, pupil_id: int) -> tuple[Any, Any]:
    found = steps_of(workspace, pupil_id)
    return tuple(found[f"6-7.handover-{what}", 2025].outcome for what in ("sent", "acknowledged"))  # type: ignore[return-value]


def overdue(workspace: Workspace) -> set[str]:
    """Give the pupils for whom the missed list asks whether the handover was read."""
    return {
        f"{line.forename} {line.surname}"
        for line in listing(workspace, Caseload())
        if line.code == "6-7.handover-acknowledged"
    }


def reopened(opener: Opener, day: date) -> tuple[Workspace, Workspace]:
    return opener(day, name="primary.db"), opener(day, name="secondary.db")


def receive(workspace: Workspace, path: Path | None) -> receiving.Incoming:
    assert path is not None
    incoming = receiving.open_pack(workspace, path, PASSPHRASE)
    apply_pack.receive(workspace, incoming)
    return incoming


def test_a_class_of_thirty_goes_to_three_secondaries_and_one_of_them_answers(opener: Opener, tmp_path: Path) -> None:
    primary: Primary = make_primary(opener, 30)
    ours = primary.workspace
    safeguarding.pair(ours, primary.pupils[0], primary.pupils[4], "keep with")
    safeguarding.pair(ours, primary.pupils[1], primary.pupils[20], "keep apart")  # goes to another school
    safeguarding.record_sent(ours, primary.pupils[2], how="by hand", by="D. Lead")
    assert the_board(ours) == {"drafting": 30}

    made = packs.make_packs(ours, MOVE, tmp_path, PASSPHRASE)
    assert [(one.school, one.pupils, one.left_out) for one in made] == [
        ("Alderford School", 15, ()),
        ("Beechwood Academy", 10, ()),
        ("Cedarholme School", 5, ()),
    ]
    assert the_board(ours) == {"sent": 30}
    assert board.load(ours, Caseload(), *MOVE).waiting_on() == {
        "Alderford School": 15,
        "Beechwood Academy": 10,
        "Cedarholme School": 5,
    }

    theirs = open_secondary(opener)
    incoming = receive(theirs, made[0].path)
    assert incoming.summary == "Testerton Primary: 15 to come in"
    [asked] = incoming.notes  # nobody wrote down when their plans began
    assert asked.startswith("EHC plan start date: missing")
    assert the_inbox(theirs) == {"sent": 15}
    uids = {number: row.uid for number in primary.handovers if (row := store.handover(ours.read(), number))}
    first = handover_of(theirs, uids[primary.handovers[0]])
    assert (first.forename, first.tier, first.from_school, first.to_school) == (
        "Ada", "enhanced", "Testerton Primary", "Alderford School",
    )  # fmt: skip
    there = pages.load(theirs, first.id)
    assert there.answers["my_hopes"].value == "To find friend 0"
    assert there.answers["sen_provision"].value == "No SEN"
    assert [(friend.forename, friend.kind) for friend in there.friends] == [("Effie", "keep with")]
    assert pages.load(theirs, handover_of(theirs, uids[primary.handovers[1]]).id).friends == ()
    third = pages.load(theirs, handover_of(theirs, uids[primary.handovers[2]]).id)
    assert third.pupil.child_protection_file
    assert [(one.sent_on, one.sent_how, one.sent_by) for one in third.child_protection] == [(DAY, "by hand", "D. Lead")]

    correspondence.record_question(theirs, first.id, "Which hearing aid?")
    correspondence.mark_viewed(theirs, [handover_of(theirs, uids[primary.handovers[3]]).id])
    acknowledging.acknowledge(theirs, received_pack(theirs).id, by="P. Rao, head of Year 7")
    answer = acknowledging.make_answer(theirs, received_pack(theirs).id, tmp_path, PASSPHRASE)
    assert (answer.acknowledged, answer.asked, answer.listed) == (14, 1, 15)

    taken = acknowledging.take_answer(ours, answer.path, PASSPHRASE)
    assert (taken.school, taken.acknowledged, taken.returned, taken.notes) == ("Alderford School", 14, 1, ())
    assert the_board(ours) == {"returned": 1, "sent": 15, "acknowledged": 14}
    asked = pages.load(ours, primary.handovers[0])
    assert [(one.words, one.who) for one in asked.open_questions] == [("Which hearing aid?", "P. Rao")]
    assert handover_of(ours, uids[primary.handovers[3]]).acknowledged_by == "P. Rao, head of Year 7"
    assert acknowledging.take_answer(ours, answer.path, PASSPHRASE).recorded.changed == 0

    # what waits for an answer does not go again, then it does, with the answer
    [waiting] = parcels.for_schools(ours, MOVE, school_ids=[primary.schools[0]])
    assert (waiting.going, waiting.left_out[0].why) == ((), "a question from the school has not been answered yet")
    correspondence.answer(ours, asked.open_questions[0].id, "The left one, with a loop.")
    [again] = packs.make_packs(ours, MOVE, tmp_path, PASSPHRASE, school_ids=[primary.schools[0]], overwrite=True)
    assert (again.pupils, len(again.left_out)) == (1, 14)
    assert receive(theirs, again.path).summary == "Testerton Primary: 1 newer than the one here"
    there = pages.load(theirs, first.id)
    assert [(one.kind, one.words) for one in there.messages] == [
        ("question", "Which hearing aid?"),
        ("answer", "The left one, with a loop."),
    ]
    assert (there.row.revision, there.row.status, there.open_questions) == (2, "sent", [])

    pack = handover_of(theirs, first.uid).pack_id
    assert pack is not None
    acknowledging.acknowledge(theirs, pack, by="P. Rao")
    second = acknowledging.make_answer(theirs, pack, tmp_path / "second.handover", PASSPHRASE)
    late = acknowledging.take_answer(ours, answer.path, PASSPHRASE)
    assert late.recorded.changed == 0
    assert late.notes[0] == "Ada Atherstead: it has been sent again since, and the answer is about the earlier one"
    acknowledging.take_answer(ours, second.path, PASSPHRASE)
    assert the_board(ours) == {"sent": 15, "acknowledged": 15}
    assert the_inbox(theirs) == {"acknowledged": 15}


def test_the_missed_lists_of_both_agree_with_their_boards(opener: Opener, tmp_path: Path) -> None:
    primary = make_primary(opener, 6)
    ours, theirs = primary.workspace, open_secondary(opener)
    made = packs.make_packs(ours, MOVE, tmp_path, PASSPHRASE)
    receive(theirs, made[0].path)
    sent = board.inbox(theirs, Caseload(), 2025).lines
    assert {states(ours, number) for number in primary.pupils} == {("met", None)}
    assert {states(theirs, line.row.pupil_id) for line in sent} == {("met", None)}
    acknowledged = [line.row.handover_id for line in sent if line.row.forename != "Ada"]
    correspondence.acknowledge(theirs, [number for number in acknowledged if number is not None], by="P. Rao")
    answer = acknowledging.make_answer(theirs, received_pack(theirs).id, tmp_path, PASSPHRASE)
    taken = acknowledging.take_answer(ours, answer.path, PASSPHRASE)
    assert (taken.acknowledged, taken.received) == (2, 1)
    assert handover_of(ours, made_uid(ours, primary, 0)).received_on == DAY

    ours, theirs = reopened(opener, date(2026, 7, 3))
    assert overdue(ours) == {"Ada Atherstead", "Dov Dunmarsh", "Effie Elderfen", "Finn Atherstead"}
    assert overdue(theirs) == {"Ada Atherstead"}


def test_the_answer_of_the_autumn_tells_the_primary_what_became_of_its_pupils(opener: Opener, tmp_path: Path) -> None:
    primary = make_primary(opener, 6)
    made = packs.make_packs(primary.workspace, MOVE, tmp_path, PASSPHRASE)
    receive(open_secondary(opener), made[0].path)
    ours, theirs = reopened(opener, date(2026, 10, 16))
    ada, dov, *_ = (line.row.pupil_id for line in board.inbox(theirs, Caseload(), 2025).lines)
    for number, school in ((ada, "Alderford School"), (dov, "Cedarholme School")):
        save_pupil(theirs, number, {"school": school})
    for week, attended in (("7/9/26", 10), ("14/9/26", 7), ("21/9/26", 9)):
        small_records.save(theirs, WEEK, ada, None, {"week_on": week, "possible": 10, "attended": attended})
    path = tmp_path / "autumn.handover"
    answer = acknowledging.make_answer(theirs, received_pack(theirs).id, path, PASSPHRASE)
    assert (answer.told, answer.listed) == (2, 3)

    before = contents(ours)
    content, brings = acknowledging.open_answer(ours, path, PASSPHRASE)
    assert [one.became for one in content.handovers] == [
        Became(True, date(2026, 9, 21), 30, 26), Became(False), None,
    ]  # fmt: skip
    assert brings.counted == "0 of 3 acknowledged, 3 received, 2 with what happened to the pupil"
    assert acknowledging.take_answer(ours, path, PASSPHRASE).told == 2
    told = {number: after_move.records(ours, after_move.FIRST_WEEKS, number) for number in primary.pupils}
    [weeks] = told[primary.pupils[0]]
    assert (weeks.on_day, weeks.attendance_percent) == (date(2026, 10, 16), 86.7)
    words = "Alderford School answers: still there; attended 26 of 30 sessions (86.7%) to the week of Mon 21 Sep 2026."
    assert weeks.note == words
    assert sum(map(len, told.values())) == 1  # who has left was not in place, and gets a note
    gone = handover_of(ours, content.handovers[1].uid).pupil_id
    assert [one.text for one in pupils.notes(ours.read(), gone)] == ["Alderford School answers: no longer there."]
    assert acknowledging.take_answer(ours, path, PASSPHRASE).recorded.changed == 0
    history.undo(ours)
    assert contents(ours) == before


def made_uid(workspace: Workspace, primary: Primary, place: int) -> str:
    row = store.handover(workspace.read(), primary.handovers[place])
    assert row is not None
    return row.uid


def test_what_was_cut_changed_or_sealed_otherwise_is_refused_with_nothing_written(
    opener: Opener, tmp_path: Path
) -> None:
    primary = make_primary(opener, 6)
    ours, theirs = primary.workspace, open_secondary(opener)
    path = packs.make_packs(ours, MOVE, tmp_path, PASSPHRASE)[0].path
    assert path is not None
    whole = path.read_bytes()
    receive(theirs, path)
    answer = acknowledging.make_answer(theirs, received_pack(theirs).id, tmp_path, PASSPHRASE).path
    before = rows_of_every_table(theirs), rows_of_every_table(ours)
    line = whole.index(b"\n") + 1
    broken = {
        "cut.handover": (whole[:-7], PASSPHRASE, BadInput, "cut short"),
        "headless.handover": (whole[line:], PASSPHRASE, BadInput, "not a handover file"),
        "longer.handover": (whole + b"x", PASSPHRASE, BadInput, "something was added at the end"),
        "altered.handover": (whole[:-9] + bytes([whole[-9] ^ 1]) + whole[-8:], PASSPHRASE, NotOpened, "not opened"),
        "renamed.handover": (whole.replace(b"Testerton", b"Resterton", 1), PASSPHRASE, NotOpened, "not opened"),
        "other.handover": (whole, "canoe apron hedgehog river teapot", NotOpened, "passphrase is wrong"),
        "answer.handover": (answer.read_bytes(), PASSPHRASE, BadInput, "is the answer to a pack"),
        "table.handover": (b"Surname,Forename\r\n", PASSPHRASE, BadInput, "not a handover file"),
    }
    for name, (data, passphrase, refusal, words) in broken.items():
        (tmp_path / name).write_bytes(data)
        with pytest.raises(refusal, match=words):
            receiving.open_pack(theirs, tmp_path / name, passphrase)
        if name != "answer.handover":
            with pytest.raises(BadInput, match=words):
                acknowledging.take_answer(ours, tmp_path / name, passphrase)
    with pytest.raises(BadInput, match="is a pack, not the answer to one"):
        acknowledging.take_answer(ours, path, PASSPHRASE)
    with pytest.raises(BadInput, match="was made here, for Alderford School"):
        receiving.open_pack(ours, path, PASSPHRASE)
    assert (rows_of_every_table(theirs), rows_of_every_table(ours)) == before


def test_an_answer_to_a_pack_of_which_nothing_is_known_is_explained(opener: Opener, tmp_path: Path) -> None:
    primary, theirs = make_primary(opener, 3), open_secondary(opener)
    path = packs.make_packs(primary.workspace, MOVE, tmp_path, PASSPHRASE)[0].path
    receive(theirs, path)
    answer = acknowledging.make_answer(theirs, received_pack(theirs).id, tmp_path, PASSPHRASE).path
    other = make_primary(opener, 3, name="other.db").workspace
    before = rows_of_every_table(other)
    strange = acknowledging.take_answer(other, answer, PASSPHRASE)
    what, why, todo = strange.unknown
    assert what.startswith(
        "This is the answer of Alderford School to a pack of 1 handover, made Fri 12 Jun 2026 by P. Rao."
    )
    assert "made from another copy of the records" in why
    assert (
        todo
        == "None of its handovers is here. Take it in where the pack was made, or ask the school which pack it answers."
    )
    assert (strange.recorded.changed, rows_of_every_table(other)) == (0, before)
    history.undo(primary.workspace)
    unsent = acknowledging.take_answer(primary.workspace, answer, PASSPHRASE)
    assert unsent.unknown[2].startswith("1 handover of it is here, not marked as sent. If the pack went, record that")
    # and once that is recorded, it counts
    correspondence.send(primary.workspace, primary.handovers[:1], how="pack file")
    taken = acknowledging.take_answer(primary.workspace, answer, PASSPHRASE)
    assert (taken.unknown, taken.received) == ((), 1)
    assert taken.notes == ("the pack itself is not recorded here; what it says of handovers that were sent counts",)
    assert acknowledging.take_answer(primary.workspace, answer, PASSPHRASE).recorded.changed == 0


def test_an_answer_brings_what_its_preview_counted(opener: Opener, tmp_path: Path) -> None:
    primary, theirs = make_primary(opener, 12), open_secondary(opener)
    ours = primary.workspace
    receive(theirs, packs.make_packs(ours, MOVE, tmp_path, PASSPHRASE)[0].path)
    came = [line.row.handover_id or 0 for line in board.inbox(theirs, Caseload(), 2025).lines]
    correspondence.record_question(theirs, came[0], "Which hearing aid?")
    correspondence.mark_viewed(theirs, came[1:2])
    correspondence.acknowledge(theirs, came[2:5], by="P. Rao")
    answer = acknowledging.make_answer(theirs, received_pack(theirs).id, tmp_path, PASSPHRASE)
    # one of them was acknowledged by telephone meanwhile
    told = handover_of(ours, pages.load(theirs, came[2]).row.uid)
    correspondence.acknowledge(ours, [told.id], by="P. Rao")
    before = rows_of_every_table(ours)
    _, looked = acknowledging.open_answer(ours, answer.path, PASSPHRASE)
    assert rows_of_every_table(ours) == before
    taken = acknowledging.take_answer(ours, answer.path, PASSPHRASE)
    assert vars(looked).items() <= vars(taken).items()
    assert looked.counted == "2 of 6 acknowledged, 1 with a question, 1 viewed, 1 received"
    _, again = acknowledging.open_answer(ours, answer.path, PASSPHRASE)
    assert again.counted == "nothing new in it"
