"""``import attendance``, as a script meets it."""

from command import Command


def test_year_6_attendance_is_taken_and_today_says_whom_to_watch(school: Command) -> None:
    file = school.write("y6.csv", "UPN,Surname,Forename,DOB,Possible,Attended\n,Ward,Elsie,20/11/2015,364,306\n")
    seen = school.ok("import", "attendance", file, "--dry-run")
    assert "Attendance %:  -> 84.07" in seen.out
    taken = school.ok("import", "attendance", file)
    assert "y6.csv: 1 changed" in taken.err
    assert "1 pupil in Year 7 is to be watched" in school("today", as_of="2027-09-10").out
    assert "to be watched" not in school("today").out
    school.ok("undo")
    assert "to be watched" not in school("today", as_of="2027-09-10").out
