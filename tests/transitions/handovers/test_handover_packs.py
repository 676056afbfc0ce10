"""Packs one side at a time: who is in one, what it says and does not say, and what comes of it where it arrives."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from builders import add_pupil, add_school, contents, edit_pupil
from conftest import Opener
from hostile import TEXTS, VERY_LONG
from made_handovers import (
    ADA,
    DAY,
    MOVE,
    PASSPHRASE,
    Primary,
    made_handover,
    made_pack,
    make_primary,
    open_secondary,
    rows_of_every_table,
    seal_to,
)

from db.errors import ChangedSince
from db.handovers import handovers as store
from db.handovers.handovers import HandoverRow, friends
from transitions.caseload.caseload import Caseload
from transitions.custody import access_log, history
from transitions.errors import BadInput, CannotWrite, FieldProblems, NotAllowed
from transitions.handovers import (
    acknowledging,
    apply_pack,
    board,
    correspondence,
    form,
    packs,
    parcels,
    receiving,
    safeguarding,
    writing,
)
from transitions.handovers import page as pages
from transitions.handovers.pack_content import (
    Acknowledgement,
    ChildProtectionFile,
    Party,
    Received,
    SentFactor,
    SentFriendship,
    SentMessage,
    SentPupil,
    SentTier,
    read_pack,
    write_content,
)
from transitions.handovers.pack_file import open_sealed, peek
from transitions.importing.preview import FieldDifference
from transitions.team.workers import save_worker
from transitions.text import clean
from transitions.workspace import Workspace

BEN = SentPupil("Brackenby", "Ben", date(2015, 4, 2), 2019)


@pytest.fixture
def primary(opener: Opener) -> Primary:
    return make_primary(opener)


@pytest.fixture
def secondary(opener: Opener) -> Workspace:
    return open_secondary(opener)


def statuses(primary: Primary) -> list[str]:
    return [pages.load(primary.workspace, number).row.status for number in primary.handovers]


def the_handover(workspace: Workspace, uid: str = "h-ada") -> HandoverRow:
    row = store.by_uid(workspace.read(), uid)
    assert row is not None
    return row


def received(workspace: Workspace, path: Path, **given: object) -> receiving.Incoming:
    incoming = receiving.open_pack(workspace, path, PASSPHRASE, **given)  # type: ignore[arg-type]
    apply_pack.receive(workspace, incoming)
    return incoming


# Making


def test_the_highest_tier_stands_first_and_whoever_is_left_out_is_named_with_the_reason(
    primary: Primary, tmp_path: Path
) -> None:
    workspace, (alderford, *_rest) = primary.workspace, primary.schools
    new = add_pupil(
        workspace, forename="New", surname="Comer", date_of_birth=date(2015, 2, 2), next_school_id=alderford
    )
    edit_pupil(workspace, primary.pupils[5], next_school_id=None)
    edit_pupil(workspace, primary.pupils[2], tier=None)
    made = packs.make_packs(workspace, MOVE, tmp_path, PASSPHRASE)
    assert [(one.school, one.pupils) for one in made] == [
        ("Alderford School", 3),
        ("Beechwood Academy", 2),
        ("No next school recorded", 0),
    ]
    assert made[0].left_out == (parcels.LeftOut(new, "New Comer", "the handover has not been started"),)
    assert (made[2].path, made[2].left_out[0].why) == (None, "no next school is recorded")
    assert made[0].path is not None
    _, data = open_sealed(made[0].path.read_bytes(), PASSPHRASE)
    content = read_pack(data)
    assert [one.tier.tier if one.tier else None for one in content.handovers] == ["enhanced", "targeted", None]
    assert statuses(primary) == ["sent"] * 5 + ["drafting"]


def test_what_was_sent_goes_again_only_when_it_is_marked(primary: Primary, tmp_path: Path) -> None:
    workspace, beechwood = primary.workspace, primary.schools[1]
    packs.make_packs(workspace, MOVE, tmp_path, PASSPHRASE, school_ids=[beechwood])
    writing.save_answers(workspace, primary.handovers[3], {"interests": "Kites and cogs"})
    [parcel] = parcels.for_schools(workspace, MOVE, school_ids=[beechwood])
    assert (parcel.going, [one.why for one in parcel.left_out]) == (
        (),
        [
            "already sent on Fri 12 Jun 2026, written on since: mark it to send it again",
            "already sent on Fri 12 Jun 2026, unchanged since: mark it to send it again",
        ],
    )
    with pytest.raises(CannotWrite, match="exists already"):
        packs.make_packs(workspace, MOVE, tmp_path, PASSPHRASE, only=[primary.handovers[3]])
    for number in (2, 3):
        [again, *_] = packs.make_packs(workspace, MOVE, tmp_path, PASSPHRASE, only=[primary.handovers[3]], beside=True)
        assert again.path == tmp_path / f"handovers-beechwood-academy-2026-06-12 ({number}).handover"
        history.undo(workspace)
    packs.make_packs(workspace, MOVE, tmp_path, PASSPHRASE, only=[primary.handovers[3]], overwrite=True)
    assert [pages.load(workspace, number).row.revision for number in primary.handovers] == [0, 0, 0, 2, 1, 0]


def test_a_pupil_who_goes_elsewhere_now_is_sent_there_without_being_marked(primary: Primary, tmp_path: Path) -> None:
    packs.make_packs(primary.workspace, MOVE, tmp_path, PASSPHRASE)
    edit_pupil(primary.workspace, primary.pupils[0], next_school_id=primary.schools[2], next_school_recorded_on=DAY)
    going = {
        one.school: [row.forename for row in one.going]
        for one in parcels.for_schools(primary.workspace, MOVE)
        if one.going
    }
    assert going == {"Cedarholme School": ["Ada"]}


def test_making_packs_is_one_action_and_the_exports_stay_in_the_journal(primary: Primary, tmp_path: Path) -> None:
    workspace = primary.workspace
    before = contents(workspace)
    made = packs.make_packs(workspace, MOVE, tmp_path, PASSPHRASE)
    entries = history.entries(workspace, limit=4)
    assert [(one.kind, one.name) for one in entries] == [("export", "Exported handovers")] * 3 + [
        ("change", "Handovers sent")
    ]
    assert entries[3].summary == "6 pupils · pack file to Alderford School, Beechwood Academy, Cedarholme School"
    assert entries[0].summary == (
        "to Cedarholme School; 1 pupil; handovers-cedarholme-school-2026-06-12.handover; Finn Atherstead"
    )
    left = [(one.name, one.file["name"], bool(one.told)) for one in access_log.exports(workspace, limit=9) if one.file]
    assert sorted(left) == sorted(("Exported handovers", one.path.name, True) for one in made if one.path)
    assert len(left) == len(access_log.exports(workspace, limit=9)), "each file left once"
    assert statuses(primary) == ["sent"] * 6
    assert [one.acknowledged for one in store.packs(workspace.read())] == [0, 0, 0]
    history.undo(workspace)
    assert contents(workspace) == before
    assert all(one.path and one.path.exists() for one in made)
    assert sum(one.kind == "export" for one in history.entries(workspace)) == 3


def test_the_file_names_no_pupil_to_whoever_has_not_the_passphrase(primary: Primary, tmp_path: Path) -> None:
    made = packs.make_packs(primary.workspace, MOVE, tmp_path, PASSPHRASE)[0]
    assert made.path is not None
    data = made.path.read_bytes()
    assert peek(data).receiver == "Alderford School"
    assert not any(name in data for name in (b"Ada", b"Atherstead", b"Kites"))
    assert made.path.stat().st_mode & 0o077 == 0


def test_a_pack_says_nothing_of_a_child_who_goes_elsewhere(primary: Primary) -> None:
    workspace = primary.workspace
    safeguarding.pair(workspace, primary.pupils[0], primary.pupils[1], "keep with")
    safeguarding.pair(workspace, primary.pupils[0], primary.pupils[3], "keep apart")
    content = packs.pack_content(workspace, "pack-0001", primary.schools[0], primary.handovers[:3], DAY)
    uids = [one.uid for one in content.handovers]
    assert content.friendships == (SentFriendship(uids[0], uids[1], "keep with"),)
    assert "Dov" not in write_content(content).decode()
    # nor of one who goes there too, but about whom the school has not been told
    alone = packs.pack_content(workspace, "pack-0002", primary.schools[0], primary.handovers[:1], DAY)
    assert alone.friendships == ()


def test_friends_whose_handovers_come_in_two_packs_are_kept_together(opener: Opener, tmp_path: Path) -> None:
    primary, secondary = make_primary(opener), open_secondary(opener)
    workspace, (bo, ada) = primary.workspace, (primary.handovers[1], primary.handovers[0])
    safeguarding.pair(workspace, primary.pupils[0], primary.pupils[1], "keep with")
    for number in (bo, ada):
        made = packs.make_packs(workspace, MOVE, tmp_path, PASSPHRASE, only=[number], overwrite=True)
        assert made[0].path is not None
        received(secondary, made[0].path)
    there = the_handover(secondary, pages.load(workspace, ada).row.uid)
    assert [(one.forename, one.kind) for one in pages.load(secondary, there.id).friends] == [("Bo", "keep with")]


def test_a_pair_with_somebody_who_never_came_is_nothing_here(secondary: Workspace, tmp_path: Path) -> None:
    pairs = (SentFriendship("h-ada", "h-elsewhere", "keep apart"),)
    received(secondary, seal_to(tmp_path / "a.handover", made_pack(made_handover(), pairs=pairs)))
    assert secondary.read().execute("SELECT count(*) FROM friendship").fetchone() == (0,)


def test_what_the_record_proposed_is_kept_as_it_was_sent(primary: Primary, tmp_path: Path) -> None:
    workspace, number = primary.workspace, primary.handovers[1]
    assert pages.load(workspace, number).answers.keys().isdisjoint({"sen_provision"})
    packs.make_packs(workspace, MOVE, tmp_path, PASSPHRASE)
    edit_pupil(workspace, primary.pupils[1], sen_provision="E")
    assert pages.load(workspace, number).values["sen_provision"] == "SEN support"


@pytest.mark.parametrize(
    ("passphrases", "words"),
    [({}, "There is none for Alderford School"), ("password", "too easy to guess"), ({1: PASSPHRASE}, "Beechwood")],
)
def test_without_a_good_passphrase_for_each_school_there_is_no_file(
    primary: Primary, tmp_path: Path, passphrases: dict[int, str] | str, words: str
) -> None:
    before = rows_of_every_table(primary.workspace)
    with pytest.raises(FieldProblems, match=words):
        packs.make_packs(primary.workspace, MOVE, tmp_path, passphrases)
    assert rows_of_every_table(primary.workspace) == before
    assert list(tmp_path.glob("*.handover")) == []


def test_the_name_of_a_pupil_inside_is_no_passphrase(primary: Primary, tmp_path: Path) -> None:
    [first, *_] = [one for one in parcels.for_schools(primary.workspace, MOVE) if one.going]
    typed = f"{first.going[0].forename} {first.going[0].surname} 2026"
    with pytest.raises(FieldProblems, match="too easy to guess"):
        packs.make_packs(primary.workspace, MOVE, tmp_path, typed)
    assert list(tmp_path.glob("*.handover")) == []


def test_when_one_file_cannot_be_written_none_is_and_nothing_is_marked(primary: Primary, tmp_path: Path) -> None:
    before = rows_of_every_table(primary.workspace)
    in_the_way = tmp_path / "handovers-cedarholme-school-2026-06-12.handover"
    in_the_way.write_bytes(b"mine")
    with pytest.raises(CannotWrite, match="exists already"):
        packs.make_packs(primary.workspace, MOVE, tmp_path, PASSPHRASE)
    assert rows_of_every_table(primary.workspace) == before
    assert [path.name for path in tmp_path.glob("*.handover")] == [in_the_way.name]
    assert in_the_way.read_bytes() == b"mine"


def test_somebody_who_changes_a_record_meanwhile_stops_the_packs(
    primary: Primary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*given: object) -> bytes:
        edit_pupil(primary.workspace, primary.pupils[0], surname="Elsewhere")
        return b"sealed"

    monkeypatch.setattr(packs, "seal", slow)
    with pytest.raises(ChangedSince):
        packs.make_packs(primary.workspace, MOVE, tmp_path, PASSPHRASE)
    assert list(tmp_path.glob("*.handover")) == []
    assert set(statuses(primary)) == {"drafting"}


def test_a_change_to_another_pupil_meanwhile_stops_nothing(
    primary: Primary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    another, seal = add_pupil(primary.workspace, surname="Another"), packs.seal
    given_names = iter(("One", "Two", "Three", "Four"))

    def slow(*given: object) -> bytes:
        edit_pupil(primary.workspace, another, forename=next(given_names))
        return seal(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(packs, "seal", slow)
    assert any(made.path for made in packs.make_packs(primary.workspace, MOVE, tmp_path, PASSPHRASE))
    assert "sent" in statuses(primary)


def test_whatever_people_write_arrives_made_safe(opener: Opener, tmp_path: Path) -> None:
    primary, secondary = make_primary(opener, len(TEXTS)), open_secondary(opener)
    workspace, alderford = primary.workspace, primary.schools[0]
    for text, pupil_id, number in zip(TEXTS.values(), primary.pupils, primary.handovers, strict=True):
        edit_pupil(workspace, pupil_id, surname=clean(text), preferred_name=clean(text), next_school_id=alderford)
        with workspace.change("Answered", "as another program could leave it") as action:
            value = text.encode("utf-8", "ignore").decode()
            whose = {"handover_id": number, "pupil_id": pupil_id, "answered_on": DAY}
            action.insert("handover_answer", {**whose, "question": "strengths", "value": value})
    [made] = packs.make_packs(workspace, MOVE, tmp_path, PASSPHRASE)
    assert made.path is not None
    arrived = {one.sent.uid for one in received(secondary, made.path).arrivals}
    there = [pages.load(secondary, the_handover(secondary, uid).id) for uid in arrived]
    assert {(page.pupil.surname, page.called) for page in there} == {(clean(text),) * 2 for text in TEXTS.values()}
    written = {clean(text.encode("utf-8", "ignore").decode(), lines=True) for text in TEXTS.values()}
    assert {page.values["strengths"] for page in there} == written


def test_a_pupil_with_one_name_is_sent_and_received(opener: Opener, tmp_path: Path) -> None:
    primary, secondary = make_primary(opener, 3), open_secondary(opener)
    edit_pupil(primary.workspace, primary.pupils[0], surname="")
    path = packs.make_packs(primary.workspace, MOVE, tmp_path, PASSPHRASE)[0].path
    assert path is not None
    assert [one.name for one in received(secondary, path).arrivals] == ["Ada"]


# Receiving


def test_a_new_pupil_is_made_with_what_the_answers_say_and_planned(secondary: Workspace, tmp_path: Path) -> None:
    answers = {
        "sen_provision": "EHC plan", "needs": "SLCN, ASD", "free_school_meals": "yes", "looked_after": "yes",
        "attendance_this_year": "87.2", "my_hopes": "A friend",
    }  # fmt: skip
    file = ChildProtectionFile(True, DAY, "words about the file", "D. Lead")
    tier = SentTier("enhanced", (SentFactor("EHC plan", "yes", 2, date(2023, 5, 1)),), "2026.1")
    sent = made_handover(answers=answers, child_protection_file=file, tier=tier)
    incoming = received(secondary, seal_to(tmp_path / "a.handover", made_pack(sent)))
    assert [one.text for one in incoming.arrivals] == ["comes in; a new pupil"]
    page = pages.load(secondary, the_handover(secondary).id)
    pupil = page.pupil
    assert (pupil.sen_provision, pupil.free_school_meals, pupil.attendance_percent, pupil.tier) == (
        "E",
        1,
        87.2,
        "enhanced",
    )
    assert (pupil.school, pupil.next_school) == ("Testerton Primary", "Alderford School")
    assert [(one.sent_on, one.sent_how) for one in page.child_protection] == [(DAY, "another way")]
    assert page.tier is not None
    assert page.tier.reason == "As Testerton Primary sent it"
    assert (page.row.status, page.row.received_on, page.row.sent_by) == ("sent", DAY, "J. Moor")
    assert dict(secondary.read().execute("SELECT rank, code FROM need").fetchall()) == {1: "SLCN", 2: "ASD"}
    assert secondary.read().execute("SELECT kind FROM social_care_episode").fetchall() == [("looked after",)]


def test_after_the_summer_the_pupil_is_at_the_receiving_school(opener: Opener, tmp_path: Path) -> None:
    secondary = open_secondary(opener, day=date(2026, 9, 14))
    received(secondary, seal_to(tmp_path / "a.handover", made_pack(made_handover())))
    pupil = pages.load(secondary, the_handover(secondary).id).pupil
    assert (pupil.school, pupil.next_school) == ("Alderford School", None)


def test_known_pupils_are_matched_by_upn_else_by_name_and_birthday_and_differences_are_shown(
    secondary: Workspace, tmp_path: Path
) -> None:
    by_upn = add_pupil(
        secondary, surname="Atherstead-Vale", forename="Ada", date_of_birth=ADA.date_of_birth, upn=ADA.upn
    )
    by_name = add_pupil(secondary, surname="brackenby", forename="BEN", date_of_birth=BEN.date_of_birth)
    pack = made_pack(made_handover(), made_handover("h-ben", BEN))
    incoming = receiving.open_pack(secondary, seal_to(tmp_path / "a.handover", pack), PASSPHRASE)
    assert [(one.pupil_id, one.known_by) for one in incoming.arrivals] == [(by_upn, "upn"), (by_name, "name")]
    assert FieldDifference("Surname", "Atherstead-Vale", "Atherstead") in incoming.preview.changed[0].differences
    apply_pack.receive(secondary, incoming, keep=[1])
    rows = [pages.load(secondary, the_handover(secondary, uid).id) for uid in ("h-ada", "h-ben")]
    assert [page.pupil.surname for page in rows] == ["Atherstead-Vale", "Brackenby"]
    assert secondary.read().execute("SELECT count(*) FROM pupil").fetchone() == (2,)


def test_whose_it_is_is_asked_and_never_guessed(secondary: Workspace, tmp_path: Path) -> None:
    one, other = (
        add_pupil(secondary, surname="Brackenby", forename="Ben", date_of_birth=BEN.date_of_birth) for _ in range(2)
    )
    path = seal_to(tmp_path / "a.handover", made_pack(made_handover(), made_handover("h-ben", BEN)))
    before = rows_of_every_table(secondary)
    with pytest.raises(BadInput, match="pupil 2 \\(Ben Brackenby\\): this could be several pupils"):
        receiving.open_pack(secondary, path, PASSPHRASE)
    assert rows_of_every_table(secondary) == before
    some = receiving.open_pack(secondary, path, PASSPHRASE, skip_bad=True)
    assert [one.what for one in some.arrivals] == ["new", "refused"]
    apply_pack.receive(secondary, some)
    rest = receiving.open_pack(secondary, path, PASSPHRASE, ask={2: other})
    assert [(one.what, one.pupil_id) for one in rest.arrivals][1] == ("new", other)
    apply_pack.receive(secondary, rest)
    assert the_handover(secondary, "h-ben").pupil_id == other != one
    assert len(store.packs(secondary.read())) == 1


def test_the_same_pack_twice_changes_nothing(secondary: Workspace, tmp_path: Path) -> None:
    path = seal_to(tmp_path / "a.handover", made_pack(made_handover(answers={"sen_provision": "SEN support"})))
    received(secondary, path)
    edit_pupil(secondary, the_handover(secondary).pupil_id, surname="Corrected", sen_provision="E")
    before = rows_of_every_table(secondary)
    incoming = receiving.open_pack(secondary, path, PASSPHRASE)
    assert incoming.summary == "Testerton Primary: 1 here already"
    assert apply_pack.receive(secondary, incoming).changed == 0
    assert rows_of_every_table(secondary) == before


def test_what_was_put_right_here_survives_a_later_sending(secondary: Workspace, tmp_path: Path) -> None:
    nameless = replace(ADA, upn=None)
    tier = SentTier("targeted", (), "2026.1")
    answers = {"sen_provision": "SEN support", "free_school_meals": "no"}
    first = made_handover(pupil=nameless, answers=answers, tier=tier)
    received(secondary, seal_to(tmp_path / "a.handover", made_pack(first)))
    pupil_id = the_handover(secondary).pupil_id
    edit_pupil(secondary, pupil_id, surname="Corrected", sen_provision="E", tier="enhanced")
    again = made_handover(pupil=ADA, revision=2, answers={**answers, "free_school_meals": "yes"}, tier=tier)
    incoming = received(secondary, seal_to(tmp_path / "b.handover", made_pack(again, uid="pack-0002")))
    assert incoming.notes == ("Ada Atherstead: surname is Atherstead in the pack and Corrected here. Ours is kept",)
    page = pages.load(secondary, the_handover(secondary).id)
    assert page.row.pupil_id == pupil_id
    assert (page.pupil.surname, page.pupil.sen_provision, page.pupil.tier) == ("Corrected", "E", "enhanced")
    assert (page.pupil.free_school_meals, page.pupil.upn) == (1, ADA.upn)
    assert (page.row.revision, page.values["sen_provision"]) == (2, "SEN support")


def test_an_older_sending_is_passed_over_and_an_answer_taken_back_goes(secondary: Workspace, tmp_path: Path) -> None:
    old = made_pack(made_handover(answers={"my_hopes": "Old", "triggers": "Bells"}))
    new = made_pack(made_handover(revision=2, answers={"my_hopes": "New"}), uid="pack-0002")
    received(secondary, seal_to(tmp_path / "old.handover", old))
    correspondence.acknowledge(secondary, [the_handover(secondary).id], by="P. Rao")
    received(secondary, seal_to(tmp_path / "new.handover", new))
    page = pages.load(secondary, the_handover(secondary).id)
    assert dict(page.values) == {"my_hopes": "New"}
    assert (page.row.status, page.row.acknowledged_on) == ("sent", None)
    before = rows_of_every_table(secondary)
    late = received(secondary, tmp_path / "old.handover")
    assert late.notes == (
        "Ada Atherstead: the pack has the handover as it was sent the 1st time, and the 2nd is here already: passed over",
    )
    assert rows_of_every_table(secondary) == before


def test_sending_that_was_undone_and_repeated_is_received_anew(opener: Opener, tmp_path: Path) -> None:
    primary, secondary = make_primary(opener, 3), open_secondary(opener)
    received(secondary, packs.make_packs(primary.workspace, MOVE, tmp_path, PASSPHRASE)[0].path or tmp_path)
    history.undo(primary.workspace)
    writing.save_answers(primary.workspace, primary.handovers[0], {"interests": "Cogs"})
    path = packs.make_packs(primary.workspace, MOVE, tmp_path, PASSPHRASE, overwrite=True)[0].path or tmp_path
    [arrival] = received(secondary, path).arrivals
    assert (arrival.what, arrival.sent.revision) == ("newer", 1)
    assert pages.load(secondary, the_handover(secondary, arrival.sent.uid).id).values["interests"] == "Cogs"


def test_another_handover_for_the_same_move_takes_the_place_of_the_first(secondary: Workspace, tmp_path: Path) -> None:
    received(secondary, seal_to(tmp_path / "a.handover", made_pack(made_handover(answers={"my_hopes": "Old"}))))
    other = made_pack(made_handover("h-ada-again", answers={"interests": "Cogs"}), uid="pack-0002")
    [arrival] = received(secondary, seal_to(tmp_path / "b.handover", other)).arrivals
    assert arrival.text == "takes the place of another one for the same move; the pupil is matched by UPN"
    assert store.by_uid(secondary.read(), "h-ada") is None
    assert dict(pages.load(secondary, the_handover(secondary, "h-ada-again").id).values) == {"interests": "Cogs"}


def test_receiving_is_one_action_that_can_be_undone(secondary: Workspace, tmp_path: Path) -> None:
    before = contents(secondary)
    pack = made_pack(
        made_handover(answers={"my_hopes": "A friend"}, messages=(SentMessage("m-1", "sender", "note", "Hello", DAY),)),
        made_handover("h-ben", BEN),
        pairs=(SentFriendship("h-ada", "h-ben", "keep with"),),
    )
    incoming = received(secondary, seal_to(tmp_path / "a.handover", pack))
    assert history.entries(secondary)[0].summary == "2 pupils · from Testerton Primary"
    assert friends(secondary.read(), the_handover(secondary).pupil_id)[0].forename == "Ben"
    history.undo(secondary)
    assert contents(secondary) == before
    with pytest.raises(ChangedSince):
        apply_pack.receive(secondary, incoming)
    assert contents(secondary) == before


def test_questions_that_are_not_ours_are_kept_in_their_own_words(secondary: Workspace, tmp_path: Path) -> None:
    own = {"code": "own_bus_pass", "label": "Has a bus pass", "kind": "yes or no"}
    form.save(secondary, [own])
    answers = {
        "own_bus_pass": "Ask the driver", "own_boat": "yes", "said_on": "the day after tomorrow",
        "transition_day": "<script>", "reading_age": VERY_LONG[:3000],
    }  # fmt: skip
    received(secondary, seal_to(tmp_path / "a.handover", made_pack(made_handover(answers=answers))))
    page = pages.load(secondary, the_handover(secondary).id)
    assert set(page.values) == {f"Label of {code}" for code in answers}
    assert {one.section.title for one in page.to_tell} == {"Also told"}
    assert [one.text for one in page.to_tell if one.question.label == "Label of said_on"] == ["the day after tomorrow"]


def test_a_school_that_is_not_in_the_list_is_said_and_comes_to_no_harm(secondary: Workspace, tmp_path: Path) -> None:
    pack = replace(
        made_pack(made_handover()), sender=Party("Nowhere Primary"), receiver=Party("Alderford School", "100001")
    )
    incoming = received(secondary, seal_to(tmp_path / "a.handover", pack))
    assert incoming.notes == (
        "Alderford School is not in the school list here, so the pupils come without it",
        "Nowhere Primary is not in the school list here, so the pupils come without it",
    )
    row = the_handover(secondary)
    assert (row.from_school, row.from_school_id, row.to_school) == ("Nowhere Primary", None, None)
    assert [one.row.from_school for one in board.inbox(secondary, Caseload(), row.move_year).lines] == [
        "Nowhere Primary"
    ]


@pytest.mark.parametrize(
    ("pack", "words"),
    [
        (made_pack(replace(made_handover(), transition="7-8")), "“7-8” is not a move that this version knows"),
        (made_pack(made_handover("h-1", BEN), made_handover("h-2", BEN)), "about the same person"),
        (made_pack(made_handover(pupil=replace(ADA, date_of_birth=date(2030, 1, 1)))), "is in the future"),
    ],
)
def test_a_pack_that_an_import_would_refuse_is_refused_whole(
    secondary: Workspace, tmp_path: Path, pack: object, words: str
) -> None:
    before = rows_of_every_table(secondary)
    with pytest.raises(BadInput, match=words):
        receiving.open_pack(secondary, seal_to(tmp_path / "a.handover", pack), PASSPHRASE)  # type: ignore[arg-type]
    assert rows_of_every_table(secondary) == before


def test_a_message_cannot_be_moved_to_another_handover(secondary: Workspace, tmp_path: Path) -> None:
    said = SentMessage("m-1", "sender", "note", "Hello", DAY)
    received(secondary, seal_to(tmp_path / "a.handover", made_pack(made_handover(messages=(said,)))))
    stolen = made_pack(made_handover("h-ben", BEN, messages=(said,)), uid="pack-0002")
    with pytest.raises(BadInput, match="a message in it belongs to another handover"):
        receiving.open_pack(secondary, seal_to(tmp_path / "b.handover", stolen), PASSPHRASE)


# Answers


def answer_of(primary: Primary, tmp_path: Path, *said: Received) -> acknowledging.TakenAnswer:
    pack = next(one for one in store.packs(primary.workspace.read()) if one.school == "Alderford School")
    answer = Acknowledgement(pack.uid, Party("Alderford School"), Party("Testerton Primary"), DAY, "P. Rao", said)
    return acknowledging.take_answer(primary.workspace, seal_to(tmp_path / "answer.handover", answer), PASSPHRASE)


def test_days_of_another_computer_are_brought_to_days_that_can_be(primary: Primary, tmp_path: Path) -> None:
    packs.make_packs(primary.workspace, MOVE, tmp_path, PASSPHRASE)
    uids = [pages.load(primary.workspace, number).row.uid for number in primary.handovers]
    answer_of(
        primary,
        tmp_path,
        Received(uids[0], 1, date(2020, 1, 1), date(2020, 1, 1), "P. Rao"),
        Received(uids[1], 1, date(2030, 1, 1), date(2030, 1, 1), "P. Rao"),
    )
    rows = [pages.load(primary.workspace, number).row for number in primary.handovers[:2]]
    assert [(row.status, row.viewed_on, row.acknowledged_on) for row in rows] == [("acknowledged", DAY, DAY)] * 2


def test_who_is_not_in_the_answer_is_named_and_what_is_not_ours_is_passed_over(
    primary: Primary, tmp_path: Path
) -> None:
    packs.make_packs(primary.workspace, MOVE, tmp_path, PASSPHRASE)
    uids = [pages.load(primary.workspace, number).row.uid for number in primary.handovers]
    correspondence.take_back(primary.workspace, [primary.handovers[1]])
    taken = answer_of(
        primary, tmp_path, Received("h-nobody", 1), Received(uids[1], 1, DAY, DAY, "P. Rao"), Received(uids[0], 1, DAY)
    )
    assert taken.notes == (
        "a handover in it is no longer here: passed over",
        "Bo Brackenby: sending was taken back here: passed over",
        "Cleo Coldwater: the school does not list the handover; ask whether it arrived",
    )
    assert (taken.viewed, taken.acknowledged) == (1, 0)
    assert statuses(primary)[:3] == ["viewed", "drafting", "sent"]


def test_an_answer_that_says_less_than_an_earlier_one_takes_nothing_back(primary: Primary, tmp_path: Path) -> None:
    packs.make_packs(primary.workspace, MOVE, tmp_path, PASSPHRASE)
    uid = pages.load(primary.workspace, primary.handovers[0]).row.uid
    answer_of(primary, tmp_path, Received(uid, 1, DAY, DAY, "P. Rao"))
    asked = SentMessage("m-9", "receiver", "question", "And the loop?", DAY, "P. Rao")
    answer_of(primary, tmp_path, Received(uid, 1, messages=(asked,)))
    page = pages.load(primary.workspace, primary.handovers[0])
    assert (page.row.status, [one.words for one in page.open_questions]) == ("acknowledged", ["And the loop?"])
    before = contents(primary.workspace)
    assert answer_of(primary, tmp_path, Received(uid, 1)).recorded.changed == 0
    assert contents(primary.workspace) == before


def test_taking_an_answer_in_is_undone_in_one(primary: Primary, tmp_path: Path) -> None:
    packs.make_packs(primary.workspace, MOVE, tmp_path, PASSPHRASE)
    before = contents(primary.workspace)
    uid = pages.load(primary.workspace, primary.handovers[0]).row.uid
    asked = SentMessage("m-9", "receiver", "question", "And the loop?", DAY)
    answer_of(primary, tmp_path, Received(uid, 1, messages=(asked,)))
    assert statuses(primary)[0] == "returned"
    history.undo(primary.workspace)
    assert contents(primary.workspace) == before


def test_a_pack_with_nothing_left_to_acknowledge_says_so(secondary: Workspace, tmp_path: Path) -> None:
    received(secondary, seal_to(tmp_path / "a.handover", made_pack(made_handover())))
    number = the_handover(secondary).pack_id or 0
    acknowledging.acknowledge(secondary, number, by="P. Rao")
    with pytest.raises(NotAllowed, match="already acknowledged"):
        acknowledging.acknowledge(secondary, number, by="P. Rao")


def test_who_sends_is_a_school_or_the_team(primary: Primary) -> None:
    workspace = primary.workspace
    elsewhere = add_school(workspace, "Otherton Primary", urn=900011, la_number=908, low_age=4, high_age=11)
    edit_pupil(workspace, primary.pupils[0], school_id=elsewhere)
    writing.start(workspace, primary.pupils[:1], "6-7")
    with workspace.change("Moved", "as an import does") as action:
        action.update("handover", {"id": primary.handovers[0]}, {"from_school_id": elsewhere})
    made = packs.pack_content(workspace, "pack-0001", primary.schools[0], primary.handovers[:3], DAY)
    assert made.sender == Party("Transitions team, authority 908")
    assert [one.school.name for one in made.handovers if one.school] == [
        "Otherton Primary", "Testerton Primary", "Testerton Primary",
    ]  # fmt: skip
    save_worker(workspace, workspace.me, {"school": "Otherton Primary"})
    made = packs.pack_content(workspace, "pack-0001", primary.schools[0], primary.handovers[:3], DAY)
    assert made.sender.name == "Otherton Primary"
