"""What is copied to the clipboard: markers hold it back, the history notes it, and it can be switched off."""

from collections.abc import Sequence

import pytest
from builders import add_pupil

from transitions.custody import access_log
from transitions.errors import NotAllowed
from transitions.exporting.copying import allow, copied
from transitions.pupils.markers import ADDRESS, MARKER, NOT_DISCLOSED, WHOLE_RECORD
from transitions.pupils.small_records import save
from transitions.workspace import Workspace

TITLES = ("Name", "School", "Note")


def copy(workspace: Workspace, titles: Sequence[str], *rows: tuple[int | None, Sequence[str]]) -> tuple[str, str]:
    cells = {key: row for key, (_, row) in enumerate(rows)}
    pupils = {key: pupil for key, (pupil, _) in enumerate(rows)}
    return copied(workspace, "the list of caseload", titles, cells, pupils, names_people=True)


def exported(workspace: Workspace) -> list[str]:
    return [f"{row.name}: {row.summary}" for row in access_log.exports(workspace, limit=9)]


def test_a_cell_is_copied_as_it_is_and_rows_as_a_table_that_runs_nothing(workspace: Workspace) -> None:
    pupil = add_pupil(workspace)
    assert copy(workspace, ["Name"], (pupil, ["Khan, Aisha"])) == ("Khan, Aisha", "")
    text, _ = copy(workspace, TITLES, (pupil, ["Khan, Aisha", "-", "=1+1"]), (pupil, ["Khan, Aisha", "Layfield", ""]))
    assert text == "Name\tSchool\tNote\nKhan, Aisha\t\t'=1+1\nKhan, Aisha\tLayfield\t\n"
    assert exported(workspace) == [
        "Copied: the list of caseload; 2 rows; 1 pupil; clipboard",
        "Copied: the list of caseload; 1 row; 1 pupil; clipboard",
    ]


def test_what_is_marked_is_left_out_and_said(workspace: Workspace) -> None:
    secret, moved, other = (add_pupil(workspace, surname=name) for name in ("Secret", "Moved", "Other"))
    for pupil, what in ((secret, WHOLE_RECORD), (moved, ADDRESS)):
        save(workspace, MARKER, pupil, None, {"kind": NOT_DISCLOSED, "what": what, "started_on": "1/9/26"})
    names = ((secret, "? Secret"), (moved, "? Moved"), (other, "Other"))
    rows = [(pupil, [name, "Layfield", ""]) for pupil, name in names]
    text, said = copy(workspace, TITLES, *rows)
    assert text.splitlines()[1:] == ["Moved\t\t", "Other\tLayfield\t"]
    assert said == "1 pupil left out because of a marker; schools left out of 1 pupil because of a marker"
    assert said in exported(workspace)[0]
    noted = exported(workspace)
    with pytest.raises(NotAllowed, match="Nothing was copied: 1 pupil left out because of a marker"):
        copy(workspace, ["Name"], (secret, ["Secret"]))
    assert exported(workspace) == noted, "what did not leave is not noted"


def test_copying_is_switched_off_for_everybody(workspace: Workspace) -> None:
    allow(workspace, on=False)
    with pytest.raises(NotAllowed, match="switched off"):
        copy(workspace, ["Name"], (add_pupil(workspace), ["Khan, Aisha"]))
    assert exported(workspace) == []
    allow(workspace, on=True)
    assert copy(workspace, ["Name"], (None, ["K. Osei"])) == ("K. Osei", "")
