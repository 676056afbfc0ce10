"""Common Transfer Files that would fill the memory or take hours: refused in a sentence within seconds and 256 MB."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

LARGE = 19_900_000
BEGUN = b"<CTfile><CTFpupilData><Pupil><Surname>"

CHILD = """
import resource, sys
from datetime import date
from pathlib import Path
from transitions.errors import BadInput
from transitions.importing.ctf.preview import read_ctf
resource.setrlimit(resource.RLIMIT_AS, (256 << 20, 256 << 20))
resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
try:
    print(len(read_ctf(Path(sys.argv[1]), date(2026, 11, 21)).pupils), "pupils")
except BadInput as refused:
    print(refused)
"""

HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "a namespace of a megabyte": (
        lambda: b"<CTfile xmlns='" + b"u" * 1_000_000 + b"'>" + b"<Pupil><UPN>x</UPN></Pupil>" * 20_000,
        "has a tag or an attribute of more than 131,072 characters",
    ),
    "a namespace that fits, for many elements": (
        lambda: (
            b"<CTfile xmlns:c='"
            + b"u" * 100_000
            + b"'>"
            + b"<c:Pupil><c:UPN>x</c:UPN></c:Pupil>" * 9_000
            + b"</CTfile>"
        ),
        "9000 pupils",
    ),
    "an attribute of a megabyte": (
        lambda: b"<CTfile a='" + b">" * 1_000_000 + b"'/>",
        "has a tag or an attribute of more",
    ),
    "a million attributes": (
        lambda: b"<CTfile " + b"".join(b'a%d=">" ' % place for place in range(1_000_000)),
        "has a tag or an attribute of more than",
    ),
    "a million names": (
        lambda: b"<CTfile>" + b"".join(b"<a%x/>" % place for place in range(1_000_000)),
        "has more than 20,000 kinds of elements",
    ),
    "nested 100,000 deep": (lambda: b"<CTfile>" + b"<a>" * 100_000, "is nested more than 60 elements deep"),
    "one long text": (lambda: BEGUN + b"x" * LARGE, "has more than 1,000,000 characters of text in one pupil"),
    "nothing but letters of two bytes": (
        lambda: BEGUN + b"\xc3\xab" * (LARGE // 2),
        "has more than 1,000,000 characters",
    ),
    "nothing but letters of Windows-1252": (
        lambda: BEGUN + b"\xeb " * (LARGE // 2),
        "has more than 1,000,000 characters",
    ),
    "UTF-8 written twice": (lambda: BEGUN + "Ã«".encode() * (LARGE // 4), "has more than 1,000,000 characters"),
    "UTF-16": (
        lambda: "<CTfile><Pupil><Surname>".encode("utf-16") + b"\x2d\x4e" * (LARGE // 2),
        "1,000,000 characters",
    ),
    "nothing but &": (lambda: BEGUN + b"&" * LARGE, "has more than 100,000 characters that no XML may hold"),
    "nothing but <": (lambda: BEGUN + b"<" * LARGE, "has more than 100,000 characters that no XML may hold"),
    "nothing but control characters": (lambda: BEGUN + b"\x01" * LARGE, "has more than 100,000 characters that no XML"),
    "comments that nobody closes": (lambda: BEGUN + b"<!--" * (LARGE // 4), "is not well-formed XML from here on"),
    "CDATA that nobody closes": (lambda: BEGUN + b"<![CDATA[" * (LARGE // 9), "has more than 1,000,000 characters"),
    "a processing instruction": (lambda: BEGUN + b"<?" + b"x" * LARGE, "has a tag or an attribute of more than"),
    "blanks that cannot be seen": (lambda: b"\xc2\xa0" * (LARGE // 2) + b"<CTfile/>", "without any pupil"),
    "blank lines": (lambda: b"\n" * LARGE + b"<CTfile/>", "without any pupil"),
    "a letter lost in every place": (lambda: BEGUN + b"\0x" * (LARGE // 2), "is not well-formed XML from here on"),
    "schools without end": (
        lambda: b"<CTfile>" + (b"<Pupil><SchoolHistory>" + b"<School/>" * 40_000 + b"</SchoolHistory></Pupil>") * 50,
        "has more than 500,000 elements about its pupils",
    ),
    "entities within entities": (
        lambda: (
            b"<!DOCTYPE CTfile [<!ENTITY a 'a'>"
            + b"".join(
                b'<!ENTITY %s "%s">' % (b"b" * place, b"&%s;" % (b"b" * (place - 1) or b"a") * 10)
                for place in range(1, 30)
            )
            + b"]><CTfile>&bbbbbbbbbbbbbbbbbbbb;</CTfile>"
        ),
        "has a document type declaration or entities of its own",
    ),
}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limits of this kind")
@pytest.mark.parametrize("kind", HOSTILE)
def test_what_would_fill_the_memory_is_refused_in_a_sentence(tmp_path: Path, kind: str) -> None:
    make, said = HOSTILE[kind]
    path = tmp_path / "8084000_CTF_8084999_001.xml"
    path.write_bytes(make())
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(path)], check=False, capture_output=True, text=True, timeout=120
    )
    path.unlink()
    assert (done.returncode, done.stderr) == (0, "")
    assert said in done.stdout
    assert len(done.stdout) < 500
