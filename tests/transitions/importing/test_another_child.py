"""One UPN, another name and another date of birth: asked about in files, transfers and packs, and never merged unasked."""

from datetime import date
from pathlib import Path
from typing import Any

import made_handovers as made
import pytest
from builders import add_pupil, contents
from conftest import Opener
from ctf_files import UPNS, add_schools, ctf, pupil, put

from transitions.errors import BadInput
from transitions.handovers import apply_pack, receiving
from transitions.importing import pupils as table_import
from transitions.importing.ctf import preview as ctf_import
from transitions.importing.preview import ImportPreview, PupilQuestion, commit
from transitions.workspace import Workspace

BORN = date(2016, 3, 5)
TABLE = "UPN,Surname,Forename,DOB\n{upn},{surname},{forename},{born}\n"


def of_ctf(workspace: Workspace, folder: Path, surname: str, forename: str, born: str, **options: Any) -> ImportPreview:
    text = ctf(pupil(UPNS[0], surname, forename, born))
    return ctf_import.prepare(workspace, put(folder, text), **options)


def of_table(
    workspace: Workspace, folder: Path, surname: str, forename: str, born: str, **options: Any
) -> ImportPreview:
    path = folder / "p.csv"
    path.write_text(TABLE.format(upn=UPNS[0], surname=surname, forename=forename, born=born), encoding="utf-8")
    return table_import.prepare(workspace, path, **options)


WAYS = {"transfer": of_ctf, "table": of_table}


@pytest.fixture(params=WAYS)
def look(request: pytest.FixtureRequest) -> Any:
    return WAYS[request.param]


@pytest.fixture
def ada(workspace: Workspace) -> int:
    add_schools(workspace)
    return add_pupil(workspace, year_group=5, upn=UPNS[0], surname="Sample", forename="Ada", date_of_birth=BORN)


def test_with_nobody_to_ask_it_is_refused(workspace: Workspace, tmp_path: Path, ada: int, look: Any) -> None:
    before = contents(workspace)
    with pytest.raises(BadInput) as caught:
        look(workspace, tmp_path, "Other", "Benedict", "2014-04-06")
    (problem,) = caught.value.problems
    assert problem.what == (
        f"the UPN belongs to #{ada} Ada Sample, born Sat 5 Mar 2016, UPN {UPNS[0]}, but the name and date of birth are different. Check with the sender, or say that it is the same pupil (--match {problem.line}=#{ada})"
    )
    preview = look(workspace, tmp_path, "Other", "Benedict", "2014-04-06", skip_bad=True)
    assert (preview.new, preview.changed, len(preview.refused), len(preview.questions)) == ((), (), 1, 1)
    assert contents(workspace) == before


def test_the_question_says_why(workspace: Workspace, tmp_path: Path, ada: int, look: Any) -> None:
    asked: list[PupilQuestion] = []

    def answer(question: PupilQuestion) -> int:
        asked.append(question)
        return ada

    preview = look(workspace, tmp_path, "Other", "Benedict", "2014-04-06", ask=answer)
    assert [entry.label for entry in preview.changed] == ["Benedict Other"]
    (question,) = asked
    assert question.doubt == "The UPN is this pupil's, but the name and date of birth are different."
    assert [number for number, _ in question.candidates] == [ada]


def test_somebody_new_cannot_have_the_number_of_another(
    workspace: Workspace, tmp_path: Path, ada: int, look: Any
) -> None:
    with pytest.raises(BadInput, match="already belongs to another pupil: #"):
        look(workspace, tmp_path, "Other", "Benedict", "2014-04-06", ask=lambda _question: "new")


@pytest.mark.parametrize(
    ("surname", "forename", "born"),
    [("Sample", "Ada", "2014-04-06"), ("Other", "Benedict", "2016-03-05"), ("SAMPLE", "A\u200bda", "2016-05-03")],
)
def test_one_difference_is_a_change_as_before(
    workspace: Workspace, tmp_path: Path, ada: int, look: Any, surname: str, forename: str, born: str
) -> None:
    preview = look(workspace, tmp_path, surname, forename, born)
    assert (len(preview.changed), preview.questions) == (1, ())
    commit(workspace, preview)


def test_a_former_upn_is_a_number_too(workspace: Workspace, tmp_path: Path, look: Any) -> None:
    add_schools(workspace)
    add_pupil(
        workspace, year_group=5, upn=UPNS[1], former_upn=UPNS[0], surname="Sample", forename="Ada", date_of_birth=BORN
    )
    preview = look(workspace, tmp_path, "Other", "Benedict", "2014-04-06", skip_bad=True)
    assert (preview.changed, len(preview.questions)) == ((), 1)


def test_a_pack_never_writes_one_child_over_another(opener: Opener, tmp_path: Path) -> None:
    workspace = made.open_secondary(opener)
    other = add_pupil(
        workspace, year_group=6, upn=made.ADA.upn, surname="Other", forename="Benedict", date_of_birth=date(2014, 4, 6)
    )
    path = made.seal_to(tmp_path / "ada.handover", made.made_pack(made.made_handover()))
    before = contents(workspace)
    with pytest.raises(BadInput, match=f"the UPN belongs to #{other} Benedict Other, born Sun 6 Apr 2014"):
        receiving.open_pack(workspace, path, made.PASSPHRASE)
    incoming = receiving.open_pack(workspace, path, made.PASSPHRASE, skip_bad=True)
    assert [(one.what, one.taken) for one in incoming.arrivals] == [("refused", False)]
    assert len(incoming.preview.questions) == 1
    assert contents(workspace) == before
    answered = receiving.open_pack(workspace, path, made.PASSPHRASE, ask={1: other})
    assert [(one.what, one.pupil_id) for one in answered.arrivals] == [("new", other)]
    apply_pack.receive(workspace, answered)
