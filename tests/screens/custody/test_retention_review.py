"""The review of what has been kept long enough, without an app: what is asked is answered as if by a person."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from builders import add_marker, add_pupil

from screens.custody import retention as screen
from screens.frame.dialogs import Ask, Choose, Confirm
from screens.frame.host import Host
from transitions.custody import retention
from transitions.errors import FieldProblems
from transitions.pupils.editing import archive_pupils
from transitions.pupils.markers import RESTRICTED
from transitions.workspace import Workspace

LONG_AGO = date(1990, 5, 6)


class Person:
    """Answers each dialog in turn, and hears what is said."""

    def __init__(self, workspace: Workspace, *answers: object) -> None:
        self.workspace, self.private, self.answers, self.said = workspace, False, [*answers], list[str]()
        self.asked: list[Any] = []
        self.opened: list[int] = []
        self.open = SimpleNamespace(pupil=self.opened.append)

    async def ask(self, dialog: Any) -> Any:
        self.asked.append(dialog)
        return self.answers.pop(0)

    async def write(self, work: Callable[[], Any]) -> Any:
        return work()

    def say(self, sentence: str) -> None:
        self.said.append(sentence)


async def review(person: Person) -> None:
    await screen.review(cast(Host, person))


async def test_nobody_is_said_and_a_pupil_is_looked_at(workspace: Workspace) -> None:
    await review(nobody := Person(workspace))
    assert nobody.said == [screen.NOBODY]
    pupil = add_pupil(workspace, surname="Old", date_of_birth=LONG_AGO)
    await review(person := Person(workspace, pupil, "open"))
    assert person.opened == [pupil]
    first, second = person.asked
    assert first._title == "1 pupil to review: kept long enough"
    assert [(one.label, one.hint) for one in first._choices] == [("Old, Aisha", "Every other pupil, until 6 May 2015")]
    assert "Every other pupil: 25 years from birth" in second._detail
    assert "Archive the pupil before disposing of the record" in second._detail
    assert [one.value for one in second._choices] == ["open", "keep"]


def test_the_words_name_nobody_while_names_are_hidden_and_say_what_is_in_the_way(workspace: Workspace) -> None:
    pupil = add_pupil(workspace, surname="Old", date_of_birth=LONG_AGO)
    retention.keep(workspace, pupil, {"kept_until": "1/12/26", "reason": "Mr Old asks"})
    add_marker(workspace, pupil, RESTRICTED)
    (one,) = retention.to_review(workspace, date(2026, 12, 1))
    assert "Kept longer: Mr Old asks" in screen.why(one, hidden=False)
    for said in (screen.line(one, hidden=True).label, screen.why(one, hidden=True)):
        assert "Old" not in said
        assert "1990" not in said
    assert "marked “restricted”: it can't be disposed of" in screen.why(one, hidden=True)


async def test_one_is_disposed_of_with_a_certificate_and_one_is_kept_longer(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, kept = (add_pupil(workspace, surname=name, date_of_birth=LONG_AGO) for name in ("Gone", "Kept"))
    archive_pupils(workspace, [gone])
    certificate = tmp_path / "certificate.docx"

    async def saved_as(_host: Host, form: Any) -> bool:
        form.save({"kept_until": date(2030, 1, 1), "reason": "An inquiry asks for it"}, frozenset())
        return True

    monkeypatch.setattr(screen, "open_form", saved_as)
    await review(person := Person(workspace, gone, "dispose", "B. Lee looked", str(certificate), True, kept, "keep"))
    assert [type(one) for one in person.asked] == [Choose, Choose, Ask, Ask, Confirm, Choose, Choose]
    assert certificate.exists()
    assert person.said[0].startswith("Records disposed of: pupil #")
    assert person.said[1] == screen.NOBODY
    assert [one.because for one in retention.to_review(workspace, date(2030, 1, 1))] == ["An inquiry asks for it"]
    with pytest.raises(FieldProblems, match="until then anyway"):
        retention.keep(workspace, kept, {"kept_until": "1/6/29", "reason": "again"})
    with pytest.raises(FieldProblems):
        retention.keep(workspace, kept, {"kept_until": "1/6/31"})
