"""``import attendance`` and ``import sen2``, as a script meets it."""

from command import Command
from sen2_files import put_return


def test_year_6_attendance_is_taken_and_today_says_whom_to_watch(school: Command) -> None:
    file = school.write("y6.csv", "UPN,Surname,Forename,DOB,Possible,Attended\n,Ward,Elsie,20/11/2015,364,306\n")
    seen = school.ok("import", "attendance", file, "--dry-run")
    assert "Attendance %:  -> 84.07" in seen.out
    taken = school.ok("import", "attendance", file)
    assert "y6.csv: 1 changed" in taken.err
    assert "1 pupil in Year 7 is to watch" in school("today", as_of="2027-09-10").out
    assert "to watch" not in school("today").out
    school.ok("undo")
    assert "to watch" not in school("today", as_of="2027-09-10").out


def test_a_sen2_return_is_compared_written_taken_and_taken_back(school: Command) -> None:
    folder = put_return(school.folder / "return").parent
    seen = school.ok("import", "sen2", folder, "--dry-run")
    assert "in SEN2, not here: Alex Testpupil (UPN" in seen.out
    assert "here, not in SEN2: Aisha Khan (UPN B801200005001): SEN provision: E here, nothing in SEN2" in seen.out
    assert "Compared with the records: 3 in SEN2 and not here, 1 here and not in SEN2, 0 differences." in seen.err
    table = school.folder / "differences.csv"
    refused = school("import", "sen2", folder, "--take", "new", "--reconciliation", table)
    assert (refused.status, table.exists()) == (77, False)
    taken = school.ok("import", "sen2", folder, "--take", "new", "--reconciliation", table, "--purpose", "Panel")
    assert "person.csv: 3 new" in taken.err
    assert table.read_text(encoding="utf-8-sig").startswith('"What","Line","UPN","Pupil","Field","Here","In SEN2"')
    assert "Read the return again to record their review" in taken.err
    again = school.ok("import", "sen2", *sorted(folder.iterdir())).err
    assert "0 in SEN2 and not here" in again
    assert "person.csv: 2 changed, 1 unchanged" in again
    school.ok("undo")
    school.ok("undo")
    assert "Testpupil" not in school.ok("list").out
    assert school("import", "pupils", folder / "person.csv", "--take", "new").status == 2
