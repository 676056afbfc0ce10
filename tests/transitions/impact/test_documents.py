"""What leaves for a committee, an ombudsman or a cluster of schools: what stands in it, and what does not."""

import csv
import re
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from builders import add_marker, add_plan, add_pupil

from db import journal
from db.driver import columns_of, table_names
from db.impact import chronology as store
from transitions.caseload.caseload import Caseload
from transitions.clock import Clock
from transitions.custody import access_log, health_check
from transitions.demo.make import make
from transitions.errors import CannotWrite, FieldProblems, NoSuchRecord, NotAllowed
from transitions.exporting.documents import html, rendering, word
from transitions.exporting.documents.model import Bars, Document, blocks
from transitions.impact import booklet, chronology, cluster, report, snapshots, subject_access
from transitions.impact.measure import Asked, Figure, measures
from transitions.impact.records import CASE_STUDY, ENTERED, OFFER, RECOMMENDATION, REFERRAL, SERVICE
from transitions.impact.report import report_document, write_report
from transitions.impact.suppression import HIDDEN
from transitions.pupils.markers import MARKER
from transitions.pupils.small_records import COUNCIL, save
from transitions.workspace import Workspace

TODAY = date(2026, 11, 21)
EVIL = "<script>alert(1)</script> [/x] ­\x1b[31m"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    workspace = Workspace.open(tmp_path_factory.mktemp("documents") / "demo.db", Clock.on(TODAY), create=True)
    make(workspace, 400)
    yield workspace
    workspace.close()


@pytest.fixture
def asked(demo: Workspace) -> Asked:
    return Asked(demo, 2026)


def text(document: Document) -> str:
    """The document as plain text, on one line."""
    return " ".join(rendering.render(document).decode().split())


def planned(workspace: Workspace) -> int:
    """A pupil with an agreed plan and steps that were decided."""
    query = "SELECT pupil_id FROM plan WHERE agreed_on IS NOT NULL ORDER BY id LIMIT 1"
    return int(workspace.read().execute(query).fetchone()[0])


def test_a_bar_is_drawn_and_said_in_every_kind_of_file() -> None:
    page = Document(
        "Figures",
        (Bars(("Whom", "2026/27"), (("Children", "5 of 40 (13%)", 13), ("Others", "c of 40", None))),),
        "",
        TODAY,
    )
    web = html.render(page).decode()
    assert web.count("<svg") == 1
    assert 'aria-hidden="true"' in web
    assert '<th scope="row" dir="auto">Children</th>' in web
    assert "Children: 5 of 40 (13%)" in rendering.render(page).decode()
    assert word.render(page)[:2] == b"PK"
    assert blocks(13) == "███░░░░░░░░░░░░░░░░░"
    assert (blocks(0), blocks(100), blocks(None)) == ("░" * 20, "█" * 20, "")


def test_the_report_asks_every_question_and_says_where_its_definition_stands(asked: Asked) -> None:
    said = text(report_document(asked))
    for one in measures().values():
        assert one.title in said
        assert " ".join(one.question.split()) in said


def test_the_report_that_leaves_hides_small_numbers_and_the_other_says_that_it_does_not(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = Figure("plans-children", "2026/27", 3, 41, "children", beside="2 not known")
    monkeypatch.setattr(report, "figures", lambda _: [few])
    outside, inside = report_document(asked), report_document(asked, inside=True)
    assert "c of 41 children" in text(outside)
    assert "3 of 41" not in text(outside)
    assert "2 not known" not in text(outside)
    assert "3 of 41 children (7%); 2 not known" in text(inside)
    assert "Not for publication" in text(inside)
    assert "inside the council" in inside.footer


def neet(counted: int, part: str = "", measure: str = "neet", beside: str = "") -> Figure:
    return Figure(measure, "2026/27", counted, 60, "children", part=part, beside=beside)


@pytest.mark.parametrize(
    ("kinds", "printed_kinds"),
    [((12, 9, 39), True), ((3, 9, 48), False), ((20, 38, 2), False)],
    ids=["none small", "one small", "what is left is small"],
)
def test_measures_of_the_same_children_leave_in_parts_only_when_no_cell_of_them_is_small(
    asked: Asked, monkeypatch: pytest.MonkeyPatch, kinds: tuple[int, int, int], printed_kinds: bool
) -> None:
    whole = kinds[0] + kinds[1]
    found = [
        neet(whole),
        *(
            neet(count, name, "neet-kinds")
            for count, name in zip(kinds, ("NEET", "not known", "learning"), strict=True)
        ),
    ]
    monkeypatch.setattr(report, "figures", lambda _: found)
    said = text(report_document(asked))
    for count in kinds:
        assert (f"{count} of 60 children" in said) == (printed_kinds and count >= 5)
    assert f"{HIDDEN if kinds[2] < 5 else whole} of 60 children" in said


def test_an_interval_is_not_printed_where_a_count_of_it_is_hidden(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = Figure(
        "missed-change", "2026/27", None, 35, "steps", part="steps", value=-11.4, unit="points", spread="-27.5 to +4.3",
        beside="no clear change; 2 of 35 steps (5.7%), 6 of 35 steps (17.1%) a year before",
    )  # fmt: skip
    monkeypatch.setattr(report, "figures", lambda _: [change])
    said = text(report_document(asked))
    assert "11.4" not in said
    assert "27.5" not in said


def test_of_missed_steps_the_year_before_leaves_and_statutory_steps_and_months_do_not(asked: Asked) -> None:
    said = text(report_document(asked))
    change = said[said.index("Missed or late, compared with the year before") : said.index("Recommendations")]
    assert "a year before" in change
    assert "statutory" not in change
    assert "Oct 2026" not in change
    assert "statutory, steps" in text(report_document(asked, inside=True))


def test_a_report_of_some_says_whom_it_is_of_and_a_single_school_stands_behind_no_figure(asked: Asked) -> None:
    school = (
        asked.workspace.read()
        .execute("SELECT id, name FROM school WHERE id IN (SELECT school_id FROM pupil) LIMIT 1")
        .fetchone()
    )
    only = Asked(asked.workspace, 2026, Caseload(school_id=school[0]))
    page = report_document(only)
    assert school[1] in page.title
    assert school[1] in page.footer
    assert "not printed: fewer than 3 schools" in text(page)


@pytest.mark.of_a_file
def test_an_altered_snapshot_is_not_written_of(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path / "altered.db", Clock(TODAY, pretended=False), create=True)
    snapshots.make(workspace)
    with workspace.database.write() as connection:
        connection.execute("DROP TRIGGER snapshot_changes_never")
        connection.execute("UPDATE snapshot SET name = 'Another'")
    with pytest.raises(NotAllowed, match="A snapshot was altered"):
        write_report(Asked(workspace, 2026), tmp_path / "r.html")
    assert not (tmp_path / "r.html").exists()
    workspace.close()


def test_figures_of_others_stand_beside_ours_with_base_and_source(asked: Asked) -> None:
    paper = {"whose": "Maidstone", "source": "STLS plan 2017-18, page 4"}
    for given in (
        {"measure": "plans-children", "period": "June 2017", "counted": "14", "base": "48"},
        {"measure": "SENCOs mentored", "period": "2016/17", "counted": "23", "base": "60"},
        {"measure": "Understanding before", "period": "2016/17", "value": "45%", "unit": "%"},
        {"measure": "Understanding after", "period": "2016/17", "value": "85", "unit": "%", "base": "23"},
    ):
        save(asked.workspace, ENTERED, COUNCIL, None, {**paper, **given})
    said = text(report_document(asked))
    assert "Maidstone, June 2017: 14 of 48 (29%) (STLS plan 2017-18, page 4)" in said
    assert "23 of 60 (38%)" in said
    assert "45%, base not given" in said
    assert "85%, of 23" in said
    save(
        asked.workspace,
        ENTERED,
        COUNCIL,
        None,
        {**paper, "measure": "SENCOs", "period": "2016", "counted": "1", "base": "3"},
    )
    assert "1 of 3 (STLS" in text(report_document(asked))
    for wrong in (
        {"measure": "plans-childrn", "counted": "1"},
        {"value": "120", "unit": "%"},
        {"counted": "1", "value": "3", "unit": "%"},
    ):
        with pytest.raises(FieldProblems):
            save(asked.workspace, ENTERED, COUNCIL, None, {**paper, "measure": "SENCOs", "period": "2016", **wrong})


def test_only_case_studies_to_which_a_family_agrees_today_are_in_the_report(asked: Asked) -> None:
    pupil = planned(asked.workspace)
    study = {"title": "A calm start", "story": "It went well.", "agreed_by": "mother", "agreed_on": "1/9/26"}
    number = save(asked.workspace, CASE_STUDY, pupil, None, study).number
    save(asked.workspace, CASE_STUDY, pupil, None, {"title": "Not agreed", "story": "It went otherwise."})
    said = text(report_document(asked))
    assert "It went well." in said
    assert "It went otherwise." not in said
    marker = add_marker(asked.workspace, pupil, "restricted")
    held = text(report_document(asked))
    assert "It went well." not in held
    assert "1 case study left out because of a marker." in held
    save(asked.workspace, MARKER, pupil, marker, {"ended_on": "20/11/26"})
    save(asked.workspace, CASE_STUDY, pupil, number, {"withdrawn_on": "20/11/26"})
    assert "It went well." not in text(report_document(asked))


def test_recommendations_are_a_table_in_the_committees_own_columns(asked: Asked, tmp_path: Path) -> None:
    given = {
        "review": "Review 2025",
        "recommendation": "Every child of 14 has a plan",
        "grade": "2",
        "due_on": "2027-03-31",
    }
    save(asked.workspace, RECOMMENDATION, COUNCIL, None, given)
    write_report(asked, tmp_path / "r.csv")
    lines = [line for line in (tmp_path / "r.csv").read_text("utf-8-sig").splitlines() if not line.startswith('"#')]
    heads, *rows = csv.reader(lines)
    row = next(row for row in rows if row[0] == given["recommendation"])
    assert heads == [
        "Recommendation", "Responsibility", "Date", "Agreed action", "Agreed success measure", "Evidence of progress",
        "Assessment of progress", "Evidence of impact",
    ]  # fmt: skip
    assert (row[0], row[2], row[6]) == ("Every child of 14 has a plan", "2027-03-31", "2 On track")
    with pytest.raises(CannotWrite, match=r"\.docx"):
        write_report(asked, tmp_path / "r.pdf")


def test_a_written_report_is_whole_and_noted(asked: Asked, tmp_path: Path) -> None:
    for name in ("r.docx", "r.html"):
        write_report(asked, tmp_path / name, purpose="Committee of 26 January")
        assert (tmp_path / name).stat().st_size > 5_000
    entry = journal.entries(asked.workspace.read(), limit=1)[0]
    assert (entry.kind, entry.name) == ("export", "Wrote a report")
    assert "small numbers hidden" in entry.summary
    assert "for: Committee of 26 January" in entry.summary


def test_a_chronology_has_every_duty_that_was_due_and_every_entry_of_the_journal(
    demo: Workspace, tmp_path: Path
) -> None:
    pupil = planned(demo)
    said = text(chronology.chronology(demo, pupil))
    due = demo.read().execute(
        "SELECT m.title FROM pupil_milestone s JOIN milestone m ON m.id = s.milestone_id WHERE s.pupil_id = ? AND s.due_on <= ?", (pupil, "2026-11-21")
    ).fetchall()  # fmt: skip
    assert due
    assert all(" ".join(title.split()) in said for (title,) in due)
    opened = demo.read().execute("SELECT count(*) FROM plan WHERE pupil_id = ?", (pupil,)).fetchone()[0]
    assert said.count("· Opened on") == opened
    save(demo, CASE_STUDY, pupil, None, {"title": "Known since today", "story": "It is written down."})
    assert "Case study recorded" in text(chronology.chronology(demo, pupil))
    with pytest.raises(NotAllowed, match="say what it is for"):
        chronology.write_chronology(demo, pupil, tmp_path / "c.docx", purpose=" ")
    with pytest.raises(NoSuchRecord):
        chronology.chronology(demo, 99_999)
    chronology.write_chronology(demo, pupil, tmp_path / "c.docx", purpose="Complaint 12")
    assert journal.entries(demo.read(), limit=1)[0].name == "Wrote a chronology"


def test_a_chronology_says_of_a_day_what_was_so_on_it(workspace: Workspace) -> None:
    pupil = add_pupil(workspace, surname="Khan", forename="Aisha")
    plan = add_plan(workspace, pupil, status="agreed")
    with workspace.change("Meetings and a step", "made for a test") as action:
        days = {"opened_on": date(2026, 1, 3), "shared_on": date(2026, 2, 20), "agreed_on": date(2026, 3, 10)}
        action.update("plan", {"id": plan}, days)
        same = {"pupil_id": pupil, "plan_id": plan}
        action.insert(
            "plan_meeting", {**same, "held_on": date(2026, 2, 1), "happened": True, "next_on": date(2027, 2, 2)}
        )
        action.insert(
            "plan_meeting", {**same, "kind": "review", "held_on": date(2026, 5, 2), "happened": True, "result": "amend"}
        )
    given = {"service": "Calm", "reason": "anxiety", "referred_on": "2026-09-01", "answered_on": "2026-09-10"}
    save(workspace, REFERRAL, pupil, None, {**given, "need_identified_on": "2026-08-30", "outcome": "accepted"})
    study = {"title": "A calm start", "story": "The visit in spring was loud.", "written_on": "2026-09-20"}
    save(workspace, CASE_STUDY, pupil, None, study)
    said = text(chronology.chronology(workspace, pupil))
    happened, to_come = said.partition("What happened, day by day")[2].partition("Still to come")[::2]
    assert "2 Feb 2027" not in happened
    assert "2 Feb 2027 What: Meeting about the plan · Next one" in to_come
    assert "Sat 3 Jan 2026 What: Plan · Opened on" in happened
    assert "Status: agreed" not in happened
    assert "My dog, Biscuit" not in happened
    assert "Sun 1 Feb 2026 What: Meeting about the plan · Held on" in happened
    assert "Sat 2 May 2026 What: Review of the plan · Held on What happens to the plan: it is changed" in happened
    assert "Thu 10 Sep 2026 What: Referral · Answered on Answer: Accepted" in happened
    assert happened.count("Answer: Accepted") == 1
    assert "A calm start" in happened
    assert "was loud" not in said
    assert "was loud" in text(subject_access.everything_held(workspace, pupil))


def test_a_chronology_has_the_reasons_of_steps_in_words(demo: Workspace) -> None:
    query = "SELECT pupil_id FROM pupil_milestone WHERE reason = ? AND outcome = ? AND due_on <= '2026-11-21' LIMIT 1"
    for code, outcome in (("not-sent", "missed"), ("family-choice", "waived")):
        found = demo.read().execute(query, (code, outcome)).fetchone()
        assert found
        said = text(chronology.chronology(demo, found[0])).partition("What happened, day by day")[0]
        assert code not in said


def test_everything_held_has_a_word_of_every_row_and_marks_who_else_is_named(demo: Workspace, tmp_path: Path) -> None:
    pupil = planned(demo)
    connection = demo.read()
    other, forename, surname = connection.execute(
        "SELECT id, forename, surname FROM pupil WHERE id <> ? ORDER BY id DESC LIMIT 1", (pupil,)
    ).fetchone()
    worker = connection.execute("SELECT name FROM worker WHERE role = 'SENCO' LIMIT 1").fetchone()[0]
    with demo.change("Rows of everything", "made for a test") as action:
        reached = {"relationship": "aunt", "telephone": "07700 900002"}
        action.insert("contact", {"pupil_id": pupil, "name": "Zelda Madeup", **reached})
        friends = {"pupil_id": min(pupil, other), "other_id": max(pupil, other), "recorded_on": TODAY}
        action.insert("friendship", {**friends, "kind": "keep with"})
        note = f"Zelda rang; {forename} {surname} was there, said {worker}."
        action.insert("note", {"pupil_id": pupil, "written_on": TODAY, "text": note})
    held = subject_access.everything_held(demo, pupil)
    said = text(held)
    assert "[REVIEW: Zelda] rang" in said
    for one in reached.values():
        assert said.count(f"[REVIEW: {one}]") == 2, "what is held, and who recorded it"
    assert f"[REVIEW: {forename} {surname}]" in said
    assert f"{worker}" not in said
    assert "a member of staff (SENCO)" in said
    assert "could it cause serious harm?" in said
    tables = table_names(connection)
    with_pupils = [one for one in tables if "pupil_id" in columns_of(connection, one)]
    filled = {
        one
        for one in with_pupils
        if connection.execute(f'SELECT 1 FROM "{one}" WHERE pupil_id = ?', (pupil,)).fetchone()
    }
    assert {"contact", "note", "pupil_milestone", "plan_action", "friendship", "journal_change"} <= filled
    stand = {record.table for record in store.of_pupil(connection, pupil)}
    assert filled | {"pupil"} == stand
    assert "Left out: 1 pupil to keep with" in text(subject_access.checklist(demo, pupil))
    with pytest.raises(NotAllowed, match="say what it is for"):
        subject_access.write_subject_access(demo, pupil, tmp_path / "all.docx", purpose="")
    subject_access.write_subject_access(demo, pupil, tmp_path / "all.txt", purpose="Request 7")
    subject_access.write_subject_access(demo, pupil, tmp_path / "all", purpose="Request 7")
    assert (tmp_path / "all.txt").read_text(encoding="utf-8").count("REVIEW: Zelda") >= 2
    left = {one.file["name"]: one.told for one in access_log.exports(demo, limit=2) if one.file}
    for file in (tmp_path / "all").iterdir():
        told = left.pop(f"all/{file.name}") or {}
        assert told["sha256"] == sha256(file.read_bytes()).hexdigest(), "each file has the digest that others see"
    assert not left
    assert "all is as it left" in health_check.against(demo, str(tmp_path / "all"))[1]
    assert "for: Request 7" in journal.entries(connection, limit=1)[0].summary


def test_a_cluster_plan_counts_the_movers_by_tier_as_the_records_do(demo: Workspace) -> None:
    query = (
        "SELECT d.school_id, count(*) FROM destination d JOIN pupil p ON p.id = d.pupil_id WHERE move_year = 2026 "
        "AND from_school_id <> d.school_id AND p.archived_at IS NULL GROUP BY 1 ORDER BY 2 DESC"
    )
    school, pupils = demo.read().execute(query).fetchone()
    said = text(cluster.cluster_plan(demo, school, 2026))
    together = re.search(
        r"Together Pupils: (\d+) Universal: (\d+) Targeted: (\d+) Enhanced: (\d+) Not decided: (\d+)", said
    )
    assert together is not None
    numbers = [int(number) for number in together.groups()]
    assert numbers[0] == pupils == sum(numbers[1:])
    names = demo.read().execute("SELECT surname FROM pupil WHERE length(surname) > 6").fetchall()
    assert not [name for (name,) in names if f" {name}" in said]


def test_the_booklet_has_what_runs_and_what_schools_are_offered(demo: Workspace, tmp_path: Path) -> None:
    save(demo, SERVICE, COUNCIL, None, {"name": "Calm", "what_for": EVIL, "how_to_refer": "By the form"})
    save(demo, SERVICE, COUNCIL, None, {"name": "Ended long ago", "ended_on": "1/9/20"})
    save(demo, OFFER, 1, None, {"tier": "gold", "days_a_week": "2", "started_on": "1/9/26"})
    said = text(booklet.booklet(demo))
    assert "By the form" in said
    assert "Gold" in said
    assert "Ended long ago" not in said
    booklet.write_booklet(demo, tmp_path / "b.html")
    page = (tmp_path / "b.html").read_text(encoding="utf-8")
    assert "<script>" not in page
    assert "\x1b" not in page
