"""The readable pack: a cover list by tier, a page for each pupil, a slip to send back; nothing of a child who goes elsewhere."""

import io
import re
from pathlib import Path

import docx
import pytest
from builders import edit_pupil
from conftest import Opener
from hostile import TEXTS, VERY_LONG
from made_handovers import MOVE, Primary, make_primary

from transitions.custody import history
from transitions.errors import CannotWrite, NoSuchRecord
from transitions.exporting.documents import html, rendering
from transitions.handovers import correspondence, page, safeguarding, tiers, writing
from transitions.handovers.documents import content, printing
from transitions.handovers.documents.printing import KINDS, PackKind, default_name, kind_of, print_pack


@pytest.fixture
def primary(opener: Opener) -> Primary:
    return make_primary(opener)


def whole(primary: Primary, school: int = 0) -> str:
    pack, _ = printing._pack(primary.workspace, primary.schools[school], MOVE, None)
    return rendering.render(content.whole_document(pack)).decode()


def test_the_cover_lists_the_pupils_by_tier(primary: Primary) -> None:
    text = whole(primary)
    places = [text.index(words) for words in ("Enhanced transition", "Targeted transition", "Universal transition")]
    assert places == sorted(places)
    assert re.findall(r"^1\. (.*)$", text, re.MULTILINE)[:3] == [
        "Ada Atherstead", "Bo Brackenby", "Cleo Coldwater",
    ]  # fmt: skip
    assert "From Testerton Primary, Fri 12 Jun 2026\nYear 6 to Year 7, 2025/26: 3 pupils" in text
    assert "Please fill this in and send it back to Testerton Primary" in text


def test_a_page_says_what_the_form_asks_in_its_order_and_of_a_file_only_that_it_went(primary: Primary) -> None:
    workspace, number, ada = primary.workspace, primary.handovers[0], primary.pupils[0]
    writing.save_answers(workspace, number, {"my_worries": "The stairs.", "what_works": "A timer. " * 20})
    safeguarding.pair(workspace, ada, primary.pupils[1], "keep with")
    safeguarding.pair(workspace, ada, primary.pupils[4], "keep apart")
    safeguarding.record_sent(workspace, ada, how="by hand", by="D. Lead")
    edit_pupil(workspace, primary.pupils[1], child_protection_file=True)
    tiers.decide(workspace, [primary.pupils[1]], "enhanced", "Many small things")
    correspondence.send(workspace, [number], how="post")
    correspondence.record_question(workspace, number, "Which bus?", who="P. Rao")
    text = whole(primary)
    order = [
        "In my own words",
        "“To find friend 0”",
        "“The stairs.”",
        "What I enjoy: Kites",
        "What works",
        "Friendships\n",
    ]
    places = [text.index(words) for words in order]
    assert places == sorted(places)
    assert "Keep with: Bo Brackenby" in text
    assert "Effie" not in text  # who goes to another school
    assert "It was sent on Fri 12 Jun 2026, by hand by D. Lead." in text
    assert "It has not been sent to you yet." in text
    assert "Because of: SEN support" in text
    assert "Many small things" not in text
    assert "Fri 12 Jun 2026, question: Which bus?" in text
    assert "know from day one? no" in text


def test_the_pack_for_one_school_holds_nobody_elses_pupils(primary: Primary) -> None:
    assert "Dov" not in whole(primary)
    assert "Ada" not in whole(primary, 1)


def test_a_folder_has_a_cover_a_page_for_each_pupil_and_a_slip(primary: Primary, tmp_path: Path) -> None:
    target = tmp_path / default_name(primary.workspace, primary.schools[0])
    done = print_pack(primary.workspace, primary.schools[0], MOVE, target)
    assert (done.path, done.files, done.handovers, done.not_started) == (target, 5, tuple(primary.handovers[:3]), 0)
    assert target.name == "handovers-alderford-school-2026-06-12"
    names = sorted(path.name for path in target.iterdir())
    assert names == ["0-cover.html", "1-AA.html", "2-BB.html", "3-CC.html", "4-receipt.html"]
    assert all(path.stat().st_mode & 0o077 == 0 for path in target.iterdir())
    assert "To find friend 1" in (target / "2-BB.html").read_text("utf-8")
    word = tmp_path / "word"
    print_pack(
        primary.workspace, primary.schools[0], MOVE, word, "folder of Word documents", only=[primary.handovers[1]]
    )
    assert sorted(path.name for path in word.iterdir()) == ["0-cover.docx", "1-BB.docx", "2-receipt.docx"]
    assert docx.Document(str(word / "1-BB.docx")).paragraphs[0].text == "Bo Brackenby"
    with pytest.raises(CannotWrite, match="exists already: choose another name for the folder"):
        print_pack(primary.workspace, primary.schools[0], MOVE, target)


@pytest.mark.parametrize("kind", ["docx", "html", "xlsx"])
def test_one_file_holds_all_and_the_journal_names_them(primary: Primary, tmp_path: Path, kind: PackKind) -> None:
    target = tmp_path / default_name(primary.workspace, primary.schools[0], kind)
    assert print_pack(primary.workspace, primary.schools[0], MOVE, target).files == 1
    entry = history.entries(primary.workspace)[0]
    assert (entry.kind, entry.name) == ("export", "Printed handovers")
    assert entry.summary == (
        f"to Alderford School; 3 pupils; {KINDS[kind]}; handovers-alderford-school-2026-06-12.{kind}; "
        "Ada Atherstead; Bo Brackenby; Cleo Coldwater"
    )
    assert page.load(primary.workspace, primary.handovers[0]).row.status == "drafting"


def test_the_workbook_has_cover_answers_and_slip(primary: Primary, tmp_path: Path) -> None:
    from python_calamine import CalamineWorkbook

    writing.save_answers(primary.workspace, primary.handovers[0], {"strengths": "=cmd|'/c calc'!A0"})
    print_pack(primary.workspace, primary.schools[0], MOVE, tmp_path / "pack.xlsx")
    book = CalamineWorkbook.from_path(str(tmp_path / "pack.xlsx"))
    assert book.sheet_names == ["Cover", "Handovers", "Receipt"]
    assert [row[:2] for row in book.get_sheet_by_name("Cover").to_python()[1:]] == [
        ["enhanced", "Ada Atherstead"],
        ["targeted", "Bo Brackenby"],
        ["universal", "Cleo Coldwater"],
    ]
    rows = book.get_sheet_by_name("Handovers").to_python()
    who = ["Ada Atherstead", "1 January 2015", "enhanced"]
    assert [*who, "In my own words", "My hopes", "To find friend 0"] in rows
    assert [*who, "What I am good at and enjoy", "What I am good at", "=cmd|'/c calc'!A0"] in rows
    assert b"<f>" not in (tmp_path / "pack.xlsx").read_bytes()
    assert [row[0] for row in book.get_sheet_by_name("Receipt").to_python()[1:]] == [
        "Ada Atherstead", "Bo Brackenby", "Cleo Coldwater",
    ]  # fmt: skip


@pytest.mark.parametrize("name", TEXTS)
def test_whatever_people_write_is_text_and_nothing_else(primary: Primary, name: str) -> None:
    text = TEXTS[name].encode("utf-8", "ignore").decode()
    edit_pupil(primary.workspace, primary.pupils[0], surname=text, forename=text)
    with primary.workspace.change("Answered", "as another program could leave it") as action:
        whose = {
            "handover_id": primary.handovers[0],
            "pupil_id": primary.pupils[0],
            "answered_on": primary.workspace.clock.today,
        }
        action.insert("handover_answer", {**whose, "question": "strengths", "value": f"{text} {VERY_LONG}"[:9000]})
    pack, _ = printing._pack(primary.workspace, primary.schools[0], MOVE, None)
    markup = html.render(content.whole_document(pack)).decode()
    assert "<script" not in markup
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", markup)
    assert all(re.fullmatch(r"[0-9]+(-[A-Za-z]+)?\.html", found) for found in printing._pages_of(pack, "html"))
    assert len(docx.Document(io.BytesIO(printing._one_file(pack, "docx"))).paragraphs) > 20
    assert printing._one_file(pack, "xlsx").startswith(b"PK")


def test_what_cannot_be_printed_leaves_nothing(primary: Primary, tmp_path: Path) -> None:
    workspace, school = primary.workspace, primary.schools[0]
    count = len(history.entries(workspace))
    (tmp_path / "pack.docx").write_bytes(b"mine")
    with pytest.raises(CannotWrite, match="exists already"):
        print_pack(workspace, school, MOVE, tmp_path / "pack.docx")
    with pytest.raises(CannotWrite, match=r"end the name with one of \.docx, \.html, \.htm, \.xlsx, or with none"):
        print_pack(workspace, school, MOVE, tmp_path / "pack.pdf")
    with pytest.raises(CannotWrite, match="there is no folder"):
        print_pack(workspace, school, MOVE, tmp_path / "none" / "pack")
    with pytest.raises(CannotWrite, match="control characters"):
        print_pack(workspace, school, MOVE, tmp_path / "a\x1bb")
    with pytest.raises(NoSuchRecord, match="No handover to Testerton Primary"):
        print_pack(workspace, 4, MOVE, tmp_path / "pack")
    with pytest.raises(NoSuchRecord, match="no school with the number 99"):
        print_pack(workspace, 99, MOVE, tmp_path / "pack")
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith((".tr", "pack", "a"))] == ["pack.docx"]
    assert len(history.entries(workspace)) == count


def test_a_folder_that_fails_half_way_is_not_there(
    primary: Primary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, data: bytes) -> None:
        path.write_bytes(data)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(printing, "_write_whole", full)
    with pytest.raises(CannotWrite, match="the disk is full"):
        print_pack(primary.workspace, primary.schools[0], MOVE, tmp_path / "pack")
    assert [path.name for path in tmp_path.iterdir() if path.is_dir() and path.name != "home"] == []
    assert history.entries(primary.workspace)[0].kind == "change"


def test_the_ending_says_what_it_is() -> None:
    assert [kind_of(Path(name)) for name in ("pack", "pack.DOCX", "pack.htm", "pack.xlsx")] == [
        "folder", "docx", "html", "xlsx",
    ]  # fmt: skip
