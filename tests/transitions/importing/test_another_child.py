"""One UPN, another name and another date of birth: asked about in files, transfers and packs, and never merged unasked."""

from pathlib import Path
from typing import Any

import pytest
from builders import add_pupil, contents
from ctf_files import UPNS, add_schools, ctf, pupil, put

from transitions.errors import BadInput
from transitions.importing import pupils as table_import
from transitions.importing.ctf import preview as ctf_import
from transitions.importing.preview import ImportPreview, PupilQuestion, commit
from transitions.workspace import Workspace

TABLE = "UPN,Surname,Forename,DOB\n{upn},{surname},{forename},{born}\n"


def of_ctf(workspace: Workspace, folder: Path, surname: str, forename: str, born: str, **options: Any) -> ImportPreview:
    text = ctf(pupil(UPNS[0], surname, forename, born))
    return ctf_import.prepare(workspace, put(folder, text), **options)


def of_table(workspace: Workspace, folder: Path, surname: str, forename: str, born: str, **options: Any) -> ImportPreview:
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
    return add_pupil(workspace, year_group=5, upn=UPNS[0], surname="Sample", forename="Ada", date_of_birth=date_of("2016-03-05"))


def date_of(text: str) -> Any:
    from datetime import date

    return date.fromisoformat(text)


def test_with_nobody_to_ask_it_is_refused(workspace: Workspace, tmp_path: Path, ada: int, look: Any) -> None:
    before = contents(workspace)
    with pytest.raises(BadInput) as caught:
        look(workspace, tmp_path, "Other", "Benedict", "2014-04-06")
    (problem,) = caught.value.problems
    assert problem.what == (
        f"the UPN is that of #{ada} Ada Sample, born Sat 5 Mar 2016, UPN {UPNS[0]}, but the name and the date of birth are "
        "different. Check it with the sender, or say that it is the same pupil"
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
    assert question.doubt == "The UPN is this pupil's, but the name and the date of birth are different."
    assert [number for number, _ in question.candidates] == [ada]


def test_somebody_new_cannot_have_the_number_of_another(workspace: Workspace, tmp_path: Path, ada: int, look: Any) -> None:
    with pytest.raises(BadInput, match="belongs to another pupil already: #"):
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
    add_pupil(workspace, year_group=5, upn=UPNS[1], former_upn=UPNS[0], surname="Sample", forename="Ada", date_of_birth=date_of("2016-03-05"))
    preview = look(workspace, tmp_path, "Other", "Benedict", "2014-04-06", skip_bad=True)
    assert (preview.changed, len(preview.questions)) == ((), 1)
