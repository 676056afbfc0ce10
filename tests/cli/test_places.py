"""Where a live database may not be, and looking without writing."""

from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath

import pytest
from command import Command

from db import driver
from db.custody import backup
from transitions.custody import risky_places
from transitions.custody.risky_places import Machine, risk_of

MOUNTS = """/dev/vda / ext4 rw 0 0
fileserver:/homes /home nfs4 rw 0 0
/dev/sdb1 /home/sam/local ext4 rw 0 0
//fileserver/send /mnt/send\\040team cifs rw 0 0
sam@server:/ /home/sam/local/far fuse.sshfs rw 0 0
/dev/sdc1 /media/stick fuseblk rw 0 0
C:\\134 /mnt/c 9p rw 0 0
"""


def machine(mounts: str = MOUNTS, **environment: str) -> Machine:
    return Machine(mounts, environment, lambda root: 4 if root == "H:\\" else 3)


@pytest.mark.parametrize(
    ("place", "what"),
    [
        ("/home/sam/pupils.db", "(nfs4 at /home)"),
        ("/home/sam/local/pupils.db", None),
        ("/home/sam/local/far/pupils.db", "(fuse.sshfs at /home/sam/local/far)"),
        ("/mnt/send team/pupils.db", "(cifs at /mnt/send team)"),
        ("/mnt/c/Users/sam/pupils.db", "(9p at /mnt/c)"),
        ("/media/stick/pupils.db", None),
        ("/srv/pupils.db", None),
        ("/srv/Dropbox/pupils.db", "Dropbox"),
        ("/srv/dropbox.db", None),
        ("/home/k/Box/pupils.db", "Box"),
        ("/Users/sam/Library/Mobile Documents/pupils.db", "iCloud"),
        ("/Users/sam/Library/CloudStorage/GoogleDrive-sam/My Drive/pupils.db", "cloud storage"),
        ("/Users/sam/GoogleDrive-sam/pupils.db", "Google Drive"),
    ],
)
def test_shares_and_synchronised_folders_are_known(place: str, what: str | None) -> None:
    found = risk_of(PurePosixPath(place), machine())
    assert (found is None) if what is None else (found is not None and what in found)


@pytest.mark.parametrize(
    ("place", "what"),
    [
        (r"\\fileserver\send\pupils.db", r"(\\fileserver\send)"),
        (r"H:\send\pupils.db", "network drive (H:)"),
        (r"C:\Users\sam\AppData\Local\pupils.db", None),
        (r"C:\Users\sam\OneDrive - Northmere Council\pupils.db", "OneDrive"),
        (r"D:\Work Files\Send\pupils.db", "OneDrive"),
        (r"C:\Users\sam\iCloudDrive\pupils.db", "iCloud"),
    ],
)
def test_shares_and_synchronised_folders_of_windows_are_known(place: str, what: str | None) -> None:
    found = risk_of(PureWindowsPath(place), machine("", OneDriveCommercial=r"d:\work files"))
    assert (found is None) if what is None else (found is not None and what in found)


def test_a_computer_whose_own_root_is_shared_has_no_other_place() -> None:
    mounts = "none / 9p rw 0 0\nproc /proc proc rw 0 0\n"
    assert risk_of(PurePath("/home/sam/pupils.db"), machine(mounts)) is None


@pytest.fixture
def synchronised(school: Command) -> Command:
    """The same records in a folder that is synchronised."""
    folder = school.path.parent / "Dropbox"
    folder.mkdir()
    school.path.rename(folder / "pupils.db")
    school.path = folder / "pupils.db"
    return school


@pytest.mark.of_a_file
def test_a_synchronised_folder_is_refused_with_the_safe_place_unless_understood(
    synchronised: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = synchronised.path.read_bytes()
    for words in (("list",), ("note", "Khan", "x"), ("restore", synchronised.path)):
        refused = synchronised(*words)
        assert refused.status == 77
        assert "a folder that Dropbox synchronises, where a database can be damaged" in refused.err
    assert synchronised.path.read_bytes() == before
    take = refused.err.partition("Copy it there with: transitions ")[2].partition(". Copies")[0]
    _, source, _, target = (
        word.strip('"')
        for word in take.replace('" --db', '"|--db')
        .replace("restore ", "restore|")
        .replace("--db ", "--db|")
        .split("|")
    )
    Path(target).parent.mkdir(parents=True)
    Path(target).touch()  # as when somebody has other records there
    assert f'--db "{Path(target).with_stem("pupils-2")}"' in synchronised("list").err
    Path(target).unlink()
    synchronised.ok("restore", source, "--db", target)
    assert "Aisha" in synchronised.ok("list", "--db", target).out
    synchronised.ok("note", "Khan", "x", "--i-understand")
    assert "Aisha" in synchronised.ok("list", "--read-only").out


def test_a_link_into_a_synchronised_folder_is_no_way_round(synchronised: Command) -> None:
    link = synchronised.path.parent.parent / "link.db"
    link.symlink_to(synchronised.path)
    synchronised.path = link
    assert synchronised("list").status == 77


def test_the_safe_place_is_not_named_where_it_is_none(synchronised: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(risky_places, "risk_of", lambda *_: "a network share (nfs at /home)")
    assert "in a folder on its own disk" in synchronised("list").err


@pytest.mark.of_a_file
def test_read_only_writes_nothing_not_even_beside_it(school: Command) -> None:
    before, there = school.path.read_bytes(), sorted(school.path.parent.rglob("*"))
    looked = school.ok("list", "--read-only")
    assert "Opened read-only, as you asked" in looked.err
    assert "Aisha" in looked.out
    for words in (("note", "Khan", "x"), ("undo",), ("restore", school.path), ("encrypt",), ("backup", "--not-also")):
        refused = school(*words, "--read-only")
        assert refused.status in {73, 77}
        assert "--read-only" in refused.err
    assert school("list", "--read-only", "--db", school.path.with_name("new.db")).status == 66
    assert school.path.read_bytes() == before
    assert sorted(school.path.parent.rglob("*")) == there


@pytest.mark.of_a_file
def test_read_only_sees_what_the_app_beside_it_saves(school: Command) -> None:
    school.ok("impact", "--read-only")
    with_wal = driver.connect(school.path)
    with_wal.execute("UPDATE pupil SET forename = 'Anouk' WHERE forename = 'Aisha'")
    assert "Anouk" in school.ok("list", "--read-only").out
    with_wal.close()


@pytest.mark.of_a_file
def test_read_only_does_not_bring_an_old_file_up_to_date(school: Command) -> None:
    old = driver.connect(school.path)
    driver.set_file_version(old, 12)
    old.close()
    refused = school("list", "--read-only")
    assert refused.status in {65, 73}
    assert backup.backups_of(school.path) == []
