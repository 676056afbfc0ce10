"""Common Transfer Files as programs, transfers and editors leave them: read where nothing is lost, else explained."""

from datetime import date
from pathlib import Path

import pytest
from ctf_files import UPNS, ctf, pupil, put

from transitions.errors import BadInput
from transitions.importing.ctf import preview as ctf_import
from transitions.importing.ctf.preview import Ctf, read_ctf
from transitions.importing.table_rows import Chosen
from transitions.workspace import Workspace

TODAY = date(2026, 11, 21)
DECLARED = '<?xml version="1.0" encoding="UTF-8"?>\n'
ZOE = ctf(pupil(forename="Zoë"))
LINES = ctf(pupil(forename="HERE"), pupil(UPNS[1], "Sample", "Ada")).replace("<Pupil>", "\n<Pupil>")


def read(folder: Path, data: str | bytes) -> Ctf:
    return read_ctf(put(folder, data), TODAY)


def forename(folder: Path, data: str | bytes) -> str:
    return read(folder, data).pupils[0].texts["forename"]


def refusal(folder: Path, data: str | bytes) -> str:
    with pytest.raises(BadInput) as caught:
        read(folder, data)
    (problem,) = caught.value.problems
    return str(problem).removeprefix(f"{folder}/8084000_CTF_8084999_001.xml").strip(" :")


def with_forename(name: str | bytes) -> bytes:
    """A file of two pupils, one a line, whose first has this forename, as bytes or as they stand in the file."""
    return (DECLARED + LINES).encode().replace(b"HERE", name if isinstance(name, bytes) else name.encode())


@pytest.mark.parametrize(
    "before",
    [
        "ï»¿".encode(),
        "\u200b\u00a0\n".encode(),
        b"\xef\xbb\xbf",
        b"\xef\xbb\xbf\r\n",
        b"\xef\xbb\xbf\xef\xbb\xbf",
        b"\r\n\r\n",
        b" \t\n\xef\xbb\xbf\n",
        b"\0\n",
    ],
    ids=[
        "mark twice over",
        "blanks that cannot be seen",
        "mark",
        "mark, line",
        "two marks",
        "lines",
        "lines, mark, line",
        "NUL, line",
    ],
)
@pytest.mark.parametrize("after", [b"", b"\0", b"\0" * 1_000, b"\x1a", b"\r\n\x1a\x1a\0\0\n"], ids=len)
def test_what_stands_before_and_behind_is_no_part_of_the_file(tmp_path: Path, before: bytes, after: bytes) -> None:
    found = read(tmp_path, before + (DECLARED + ZOE).encode() + after)
    assert [one.texts["forename"] for one in found.pupils] == ["Zoë"]
    assert found.notes == ()


@pytest.mark.parametrize(
    "declared", ["", DECLARED, DECLARED.replace("UTF-8", "utf-16"), DECLARED.replace("UTF-8", "ascii")]
)
def test_windows_1252_under_another_name_is_read_and_said(tmp_path: Path, declared: str) -> None:
    data = (declared + ctf(pupil(forename="Zoë", surname="O’Brien-Núñez"))).encode("cp1252")
    found = read(tmp_path, data)
    assert found.pupils[0].texts["forename"] == "Zoë"
    assert found.pupils[0].texts["surname"] == "O’Brien-Núñez"
    (note,) = found.notes
    assert "is Windows-1252, and was read as that: check the accents, as in “O’Brien-Núñez”, “Zoë”" in note


@pytest.mark.parametrize("declared", ["utf-16", "UTF-16", "ucs-2", "ISO-8859-1", "windows-1252", "iso-8859-15"])
def test_utf_8_under_another_name_is_read_as_what_it_is(tmp_path: Path, declared: str) -> None:
    data = f'<?xml version="1.0" encoding="{declared}"?>{ctf(pupil(forename="Zoë Łucja"))}'.encode()
    found = read(tmp_path, data)
    assert found.pupils[0].texts["forename"] == "Zoë Łucja"
    assert [("is UTF-8" in note, "“Zoë”, “Łucja”" in note) for note in found.notes] == [(True, True)]


@pytest.mark.parametrize(
    "encoding", ["utf-16-le", "utf-16-be", "utf-16", "utf-32", "utf-32-le", "utf-32-be", "utf-8-sig"]
)
@pytest.mark.parametrize("declared", ["", DECLARED])
def test_wide_letters_are_known_without_being_declared(tmp_path: Path, encoding: str, declared: str) -> None:
    assert forename(tmp_path, (declared + ZOE).encode(encoding)) == "Zoë"


@pytest.mark.parametrize("over", [b"\0", b"\n", b"\x1a"])
def test_one_byte_behind_wide_letters_harms_nothing(tmp_path: Path, over: bytes) -> None:
    assert forename(tmp_path, (DECLARED + ZOE).encode("utf-16") + over) == "Zoë"


def test_a_wide_file_that_is_cut_in_a_letter_is_cut_short(tmp_path: Path) -> None:
    said = refusal(tmp_path, LINES.encode("utf-16")[:-61])
    assert said.startswith(
        "line 3: cannot be read as UTF-16 from here on (truncated data): the copy is damaged or cut short"
    )


@pytest.mark.parametrize("letter", ["windows-1250", "iso-8859-2", "iso-8859-15", "macintosh", "cp850"])
def test_an_encoding_that_is_declared_truly_is_read(tmp_path: Path, letter: str) -> None:
    data = f'<?xml version="1.0" encoding="{letter}"?>{ZOE}'.encode(letter)
    found = read(tmp_path, data)
    assert found.pupils[0].texts["forename"] == "Zoë"
    (note,) = found.notes
    assert note.endswith(", as it says: check the accents, as in “Zoë”")


@pytest.mark.parametrize("declared", ["gbk", "shift_jis", "euc-jp", "big5", "cp874", "windows-1253", "iso-2022-jp"])
def test_an_encoding_that_is_declared_falsely_is_named_with_its_line(tmp_path: Path, declared: str) -> None:
    data = f'<?xml version="1.0" encoding="{declared}"?>\n'.encode() + with_forename(b"Zo\xff").removeprefix(
        DECLARED.encode()
    )
    said = refusal(tmp_path, data)
    assert said.startswith("line 3: has a letter (byte ")
    assert "so it cannot be read for certain. Ask the sender to export the file as UTF-8" in said


def test_accents_that_were_changed_to_utf_8_twice_are_put_right(tmp_path: Path) -> None:
    garbled = ZOE.replace("Zoë", "Zoë Đặng O’Hara Ý").encode().decode("latin-1").encode()
    # The second byte of Ý is none of Windows-1252, whose programs let it through as it is.
    windows = (
        ctf(pupil(forename="Zoë Ý")).encode().decode("cp1252", "surrogateescape").replace("\udc9d", "\x9d").encode()
    )
    found = read(tmp_path, garbled)
    assert found.pupils[0].texts["forename"] == "Zoë Đặng O’Hara Ý"
    what = "the file's accents had been converted to UTF-8 twice, which was corrected: check them, as in"
    assert found.notes == (f"{what} “Zoë”, “Đặng”, “O’Hara”",)
    assert forename(tmp_path, windows) == "Zoë Ý"


@pytest.mark.parametrize(
    ("name", "byte"),
    [
        (b"Zo\x91", "91"),
        (b"Jos\x8e", "8E"),
        (b"Ren\x82e", "82"),
        (b"\x8fric", "8F"),
        (b"Zo\x8d", "8D"),
        (b"\xa3ukasz", "A3"),
        (b"Micha\xb3", "B3"),
        (b"Wies\xb3awa", "B3"),
        (b"Jo\xbfka", "BF"),
    ],
)
def test_letters_of_other_machines_are_refused_by_line_and_never_guessed(
    tmp_path: Path, name: bytes, byte: str
) -> None:
    said = refusal(tmp_path, with_forename(name))
    assert said == (
        f"line 3: has a letter (byte {byte}) that is neither UTF-8 nor Windows-1252, so it cannot be read for certain. Ask "
        "the sender to export the file as UTF-8"
    )


@pytest.mark.parametrize("name", [b"Zo\xeb", b"Zo\xc3"], ids=["another encoding", "half a letter"])
def test_one_letter_that_does_not_fit_a_utf_8_file_is_named_and_is_not_called_cut_short(
    tmp_path: Path, name: bytes
) -> None:
    data = with_forename(name).replace(b"Sample", "Łucja-Zoë".encode())
    said = refusal(tmp_path, data)
    assert said.startswith(
        f"line 3: has a letter that is not UTF-8 (byte {name[-1]:02X}), unlike the rest of the file."
    )
    assert "cut short" not in said


@pytest.mark.parametrize(
    ("written", "read_as", "note"),
    [
        ("Ada & Eve", "Ada & Eve", "an & that should be written as &amp; was read as a plain & (line 3)"),
        ("R&D; Ada", "R&D; Ada", "an & that should be written as &amp; was read as a plain & (line 3)"),
        ("&who; Ada", None, ""),
        ("Ada &amp; Eve", "Ada & Eve", ""),
        ("<![CDATA[Ada & Eve]]>", "Ada & Eve", ""),
        ("Ada <!-- & --> Eve", "Ada  Eve", ""),
        ("Ada < Eve <3", "Ada < Eve <3", "a < that should be written as &lt; was read as a plain < (line 3)"),
        ("Ada ]]> Eve", "Ada ]]> Eve", ""),
        ("Zo&euml;&nbsp;A", "Zoë\xa0A", "letters by their HTML names, such as &eacute;, were read as meant (line 3)"),
        ("Zo&#235;", "Zoë", ""),
        ("Zo&#xEB;", "Zoë", ""),
        ("O&#146;Hara", "O’Hara", "Windows characters by number, such as &#146;, were read as meant (line 3)"),
        ("O\u0092Hara", "O’Hara", "Windows characters by number, such as &#146;, were read as meant (line 3)"),
        ("A\x1fd\x08a", "Ada", "control characters were left out (line 3)"),
        ("A&#x1F;d&#8;a", "Ada", "control characters were left out (line 3)"),
        ("Ada\x0bEve", "Ada Eve", "control characters were left out (line 3)"),
        ("Ada\uffff\ufffe", "Ada", "control characters were left out (line 3)"),
        ("A&#0;da", "A\ufffdda", "a letter was already missing when the file arrived (line 3)"),
        ("A\0da", "A\ufffdda", "a letter was already missing when the file arrived (line 3)"),
        ("A\x1ada", "A\ufffdda", "a letter was already missing when the file arrived (line 3)"),
        ("A&#xD83D;da", "A\ufffdda", "a letter was already missing when the file arrived (line 3)"),
    ],
)
def test_what_xml_does_not_allow_is_read_where_it_has_one_meaning(
    tmp_path: Path, written: str, read_as: str | None, note: str
) -> None:
    data = with_forename(written)
    if read_as is None:
        assert "line 3: is not well-formed XML from here on (undefined entity, column " in f"{refusal(tmp_path, data)}"
        return
    found = read(tmp_path, data)
    assert [one.texts["forename"] for one in found.pupils] == [read_as, "Ada"]
    assert found.notes == ((note,) if note else ())


def test_many_oddities_are_summed(tmp_path: Path) -> None:
    found = read(tmp_path, ctf(*[pupil(upn, "A&B") for upn in UPNS]).replace("<Pupil>", "\n<Pupil>"))
    assert found.notes == ("an & that should be written as &amp; was read as a plain & (lines 2, 3, 4 and more)",)


def test_empty_bytes_in_the_middle_are_a_damaged_copy(tmp_path: Path) -> None:
    assert refusal(tmp_path, with_forename(b"\0" * 512)) == (
        "line 3: has 512 empty bytes (NUL) where text should be: the copy is damaged. Copy or download it again"
    )
    assert "holds 2,000 empty bytes and no text: the copy failed" in refusal(tmp_path, b"\0" * 2_000)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (
            LINES[:-60],
            "line 3: is not well-formed XML from here on (unclosed token, column 70): the file ends inside <Forename>",
        ),
        (LINES.replace("</DOB>", "</Dob>", 1), "found </Dob> inside <DOB>. Ask the sender to export it again"),
        (
            LINES.replace("HERE", "&who;"),
            "line 2: is not well-formed XML from here on (undefined entity, column 70): &who; inside <Forename> has no meaning in XML.",
        ),
        (LINES.replace("<UPN>", "<UPN x=1>", 1), "a tag inside <Pupil> is not written as XML"),
        (LINES + LINES, "a second file follows the first. Separate them"),
        (DECLARED + LINES + DECLARED + LINES, "a second file follows the first. Separate them"),
    ],
    ids=["cut", "closed otherwise", "unknown name", "a tag", "two files", "two files with declarations"],
)
def test_a_refusal_says_what_was_found_and_what_to_do(tmp_path: Path, data: str, said: str) -> None:
    assert said in refusal(tmp_path, data)


@pytest.mark.parametrize("tail", ["upil></CTFpupilData></CTfile>", "\n-- \nSent by mail"])
def test_the_rest_of_an_older_longer_file_is_passed_over_and_said(tmp_path: Path, tail: str) -> None:
    found = read(tmp_path, LINES + tail)
    assert len(found.pupils) == 2
    assert len(found.notes) == 1
    assert "behind the end of the file were not read (line " in found.notes[0]


@pytest.mark.parametrize(
    "declared", ['<?xml version="1.1"?>', '<?xml version="1.0" standalone="yes" encoding="utf8" ?>']
)
def test_other_declarations(tmp_path: Path, declared: str) -> None:
    assert forename(tmp_path, declared + ZOE) == "Zoë"


def test_prefixes_that_nobody_declared_harm_nothing(tmp_path: Path) -> None:
    text = ZOE.replace("<Surname", '<Surname xsi:type="xs:string"').replace("CTfile>", "c:CTfile>")
    assert forename(tmp_path, text) == "Zoë"


@pytest.mark.parametrize(
    "more",
    [
        "<UPN>{upn}</UPN><LegalSurname>Sample</LegalSurname><LegalForename>Ada</LegalForename><DOB>2016-02-15</DOB><Gender>F</Gender>",
        (
            "<UPN>{upn}</UPN><BasicDetails><LegalSurname>Sample</LegalSurname><LegalForename>Ada</LegalForename><DOB>2016-02-15</DOB>"
            "<Gender>F</Gender></BasicDetails>"
        ),
        (
            "<BasicDetails><UPN>{upn}</UPN><Surname>Sample</Surname><Forename>Ada</Forename><DOB>2016-02-15T00:00:00</DOB><Sex>F</Sex>"
            "</BasicDetails>"
        ),
        "<UPN>{upn}</UPN><FamilyName>Sample</FamilyName><GivenName>Ada</GivenName><DateOfBirth>2016-02-15</DateOfBirth><Sex>F</Sex>",
        (
            "<UPN>{upn}</UPN><Surname>Sample</Surname><LegalSurname>Other</LegalSurname><Forename>Ada</Forename><DOB>2016-02-15</DOB>"
            "<Sex>F</Sex><BasicDetails><Surname/><LegalForename>Otherwise</LegalForename></BasicDetails>"
        ),
    ],
    ids=["legal", "legal in basic details", "all in basic details", "of other programs", "both: today's spelling"],
)
def test_older_and_other_spellings(tmp_path: Path, more: str) -> None:
    found = read(tmp_path, ctf(f"<Pupil>{more.format(upn=UPNS[0])}</Pupil>"))
    assert found.pupils[0].texts == {
        "upn": UPNS[0], "surname": "Sample", "forename": "Ada", "date_of_birth": "2016-02-15", "sex": "F",
    }  # fmt: skip


@pytest.mark.parametrize("born", ["2016-02-15Z", "2016-02-15+01:00", "2016-02-15T00:00:00", "2016-02-15T00:00:00.000Z"])
def test_a_date_with_a_time_or_a_zone_is_that_date(tmp_path: Path, born: str) -> None:
    assert read(tmp_path, ctf(pupil(dob=born))).pupils[0].texts["date_of_birth"] == "2016-02-15"


def test_one_letter_of_utf_8_among_others_is_never_read_as_two(tmp_path: Path) -> None:
    data = with_forename("Zoë").replace(b"Sample", b"N\xfa\xf1ez-N\xfa\xf1ez")
    assert refusal(tmp_path, data).startswith("line 4: has a letter that is not UTF-8 (byte FA), unlike the rest")
    shouted = with_forename(b"JOS\xc9\x92S N\xd1").replace(b"Sample", b"N\xfa\xf1ez")
    assert forename(tmp_path, shouted) == "JOSÉ’S NÑ"


def test_a_name_that_lost_a_letter_is_refused_and_a_doubtful_one_is_pointed_out(
    workspace: Workspace, tmp_path: Path
) -> None:
    text = ctf(pupil(forename="Zo\ufffd"), pupil(UPNS[1], "Ma?ewska"), pupil(UPNS[2], "Third"))
    preview = ctf_import.prepare(workspace, put(tmp_path, text), skip_bad=True)
    assert [entry.line for entry in preview.new] == [2, 3]
    assert [refused.reasons for refused in preview.refused] == [
        ("Forename: a letter was lost before the file arrived. Ask the sender how the name is spelt",)
    ]
    assert "Surname: has a ? that may replace a lost letter. Check with the sender (pupil 2)" in preview.notes


def test_how_a_file_was_read_is_said_before_anything_else(workspace: Workspace, tmp_path: Path) -> None:
    preview = ctf_import.prepare(workspace, put(tmp_path, (DECLARED + ZOE).encode("cp1252")))
    assert preview.notes[0] == (
        "the file should be UTF-8 but is Windows-1252, and was read as that: check the accents, as in “Zoë”"
    )


def test_a_zipped_file_is_to_be_unpacked(tmp_path: Path) -> None:
    from zipfile import ZipFile

    with ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("8084000_CTF_8084999_001.xml", ZOE)
    said = refusal(tmp_path, (tmp_path / "a.zip").read_bytes())
    assert said == (
        "is a zip file, not a Common Transfer File, which is XML. To import it, unpack it and import what is inside"
    )


@pytest.mark.parametrize("name", ["NULL", "True"])
def test_null_as_a_name_is_asked_about(workspace: Workspace, tmp_path: Path, name: str) -> None:
    path = put(tmp_path, ctf(pupil(forename=name)))
    preview = ctf_import.prepare(workspace, path, skip_bad=True)
    assert (preview.new, preview.names_to_ask) == ((), ((1, name),))
    taken = ctf_import.prepare(workspace, path, chosen=Chosen(real_names=True))
    assert [entry.label for entry in taken.new] == [f"{name} Testpupil"]


@pytest.mark.parametrize("name", ["#N/A", "0", "?"])
def test_what_is_no_name_is_refused(workspace: Workspace, tmp_path: Path, name: str) -> None:
    preview = ctf_import.prepare(workspace, put(tmp_path, ctf(pupil(forename=name))), skip_bad=True)
    assert preview.new == ()
    assert f'Forename: contains "{name}", which is not a name' in preview.refused[0].reasons[0]
