"""Text files in old encodings: told by the names that they would make, asked about where that leaves a doubt."""

from pathlib import Path

import pytest

from transitions.errors import BadInput
from transitions.importing import pupils
from transitions.importing.encodings import Unclear, encoding_of
from transitions.importing.table_rows import Chosen
from transitions.workspace import Workspace

HEADER = "UPN,Surname,Forename,DOB\r\n"


@pytest.mark.parametrize(
    ("rows", "encoding"),
    [
        (["Sample,Zoë"], "mac_roman"),
        (["Müller,José", "Peña,Chloé"], "mac_roman"),
        (["O’Brien,Una"], "mac_roman"),
        (["ÉCOLE,ZOË"], "mac_roman"),
        (["Nowak,Łukasz"], "cp1250"),
        (["Wójcik,Małgorzata", "Müller,Zoé"], "cp1250"),
        (["Zażółć,Gęślą"], "cp1250"),
        (["Dvořák,Jiří"], "cp1250"),
        (["Kończyk,Ana"], "cp1250"),
        (["Kovačić,Ivan"], "cp1250"),
        (["Sample,Mòrag", "Señor,Hélène"], "cp1252"),
        (["Sample,Zoë"], "cp1252"),
        (["Sørensen,Ægir", "St Mary’s,René"], "cp1252"),
        (["Ärzt,Ö"], "cp1252"),
        (["Björn,Åsa"], "cp1252"),
        (["‘Bob’ £5 – “café”,Una"], "cp1252"),
    ],
)
def test_it_is_told_by_the_names(rows: list[str], encoding: str) -> None:
    data = (HEADER + "\r\n".join(rows)).encode(encoding)
    found = encoding_of(data, "p.csv")
    assert data.decode(found.codec) == data.decode(encoding)
    assert found.sample.startswith("line ")


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_its_mark_is_read(workspace: Workspace, tmp_path: Path, codec: str) -> None:
    path = tmp_path / "p.csv"
    path.write_bytes((HEADER.replace(",", "\t") + "\tWójcik\tŻaneta\t05/03/2016\r\n").encode(codec))
    preview = pupils.prepare(workspace, path)
    assert (preview.read_as, [new.label for new in preview.new]) == ("UTF-16, separated by tabs", ["Żaneta Wójcik"])


def test_what_may_be_two_things_is_asked_about() -> None:
    with pytest.raises(
        Unclear, match=r'Windows-1250 \("Bjšrn"\) or MacRoman \("Björn"\): say which with --encoding'
    ) as asked:
        encoding_of((HEADER + "Sample,Björn\r\n").encode("mac_roman"), "p.csv")
    assert [codec for codec, _ in asked.value.choices] == ["cp1250", "mac_roman"]
    assert encoding_of((HEADER + "Sample,Björn\r\n").encode("mac_roman"), "p.csv", "mac_roman").codec == "mac_roman"


def test_lines_that_end_as_on_an_old_macintosh_decide() -> None:
    assert encoding_of("Surname,Forename\rSample,Björn\r".encode("mac_roman"), "p.csv").codec == "mac_roman"


def test_the_preview_says_what_it_was_read_as_with_a_line_that_has_accents(
    workspace: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "p.csv"
    path.write_bytes((HEADER + ",Plain,Ann,05/03/2016\r\n,Sample,Zoë,05/03/2016\r\n").encode("cp1252"))
    preview = pupils.prepare(workspace, path)
    assert (preview.read_as, preview.sample) == (
        "Windows-1252, separated by commas",
        'line 3: ",Sample,Zoë,05/03/2016"',
    )
    path.write_bytes((HEADER + ",Sample,Zoë,05/03/2016\r\n").encode())
    assert pupils.prepare(workspace, path).sample == ""


def test_letters_that_were_garbled_before_are_said(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text(HEADER + ",Sample,ZoÃ«,05/03/2016\r\n", encoding="utf-8")
    assert (
        'line 2 looks garbled where the file comes from: ",Sample,ZoÃ«,05/03/2016"'
        in pupils.prepare(workspace, path).notes[0]
    )


def test_an_encoding_that_does_not_fit_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_bytes((HEADER + ",Sample,Zoë,05/03/2016\r\n").encode("cp1252"))
    with pytest.raises(BadInput, match="line 2: the file is UTF-8 but cannot be read as that"):
        pupils.prepare(workspace, path, chosen=Chosen(encoding="utf-8"))
