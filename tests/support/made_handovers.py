"""Two made-up schools and their pupils, each in a file of its own: what one packs, the other receives."""

from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from builders import add_pupil, add_school, add_terms
from conftest import Opener

from db import driver
from transitions.handovers import writing
from transitions.handovers.pack_content import (
    Acknowledgement,
    ChildProtectionFile,
    PackContent,
    Party,
    SentAnswer,
    SentFriendship,
    SentHandover,
    SentPupil,
    write_content,
)
from transitions.handovers.pack_file import Cost, Header, PackKind, seal
from transitions.identifiers import make_upn
from transitions.milestones.destinations import Move
from transitions.workspace import Workspace

DAY = date(2026, 6, 12)
"""A Friday of the summer term, on which handovers are due."""
MOVE = Move("6-7", 2025)
PASSPHRASE = "teapot river hedgehog apron canoe"
SECONDARIES = (("Alderford School", 900001), ("Beechwood Academy", 900002), ("Cedarholme School", 900003))
PRIMARY = ("Testerton Primary", 900010)
_FORENAMES = (
    "Ada", "Bo", "Cleo", "Dov", "Effie", "Finn", "Gita", "Hal", "Ines", "Jory", "Kofi", "Lark", "Mina", "Nils", "Oona",
    "Pip", "Quill", "Rafi", "Suki", "Tomas", "Una", "Vik", "Wren", "Xan", "Yara", "Zeb", "Anouk", "Bram", "Cato", "Dilys",
)  # fmt: skip
_SURNAMES = ("Atherstead", "Brackenby", "Coldwater", "Dunmarsh", "Elderfen")


class Primary(NamedTuple):
    """The file of the primary: its pupils in order, their handovers, and the three secondaries."""

    workspace: Workspace
    pupils: list[int]
    handovers: list[int]
    schools: list[int]


def add_schools(workspace: Workspace) -> list[int]:
    """Put all four schools into the list and the terms into the calendar; give the secondaries and the primary."""
    add_terms(workspace, years=(2025, 2026))
    ages: dict[str, Any] = {"low_age": 11, "high_age": 16}
    numbers = [add_school(workspace, name, urn=urn, **ages) for name, urn in SECONDARIES]
    return [*numbers, add_school(workspace, PRIMARY[0], urn=PRIMARY[1], low_age=4, high_age=11)]


def make_primary(opener: Opener, size: int = 6, *, name: str = "primary.db") -> Primary:
    """Open a primary with a class of which half goes to the first secondary, a third to the second, the rest to the third.

    Every handover is started; the pupils' tiers go round, the first is enhanced.
    """
    workspace = opener(DAY, name=name, me="J. Moor")
    *schools, primary = add_schools(workspace)
    pupils = [
        add_pupil(
            workspace,
            forename=_FORENAMES[place],
            surname=_SURNAMES[place % len(_SURNAMES)],
            date_of_birth=date(2015, 1 + place % 8, 1 + place % 28),
            upn=make_upn(908, 2001, 2019, 100 + place) if place % 4 else None,
            sex="F" if place % 2 else "M",
            sen_provision="NKE"[place % 3],
            tier=("enhanced", "targeted", "universal")[place % 3],
            school_id=primary,
            next_school_id=schools[0 if place < size // 2 else 1 if place < size * 5 // 6 else 2],
            next_school_recorded_on=date(2026, 3, 2),
        )
        for place in range(size)
    ]
    started = writing.start(workspace, pupils, "6-7").handovers
    handovers = [started[number] for number in pupils]
    for place, number in enumerate(handovers):
        words = {"my_hopes": f"To find friend {place}", "interests": "Kites", "medical_alert": "no"}
        writing.save_answers(workspace, number, words)
    return Primary(workspace, pupils, handovers, schools)


def open_secondary(opener: Opener, *, name: str = "secondary.db", day: date = DAY) -> Workspace:
    """Open the empty file of a secondary, with the schools of the area in its list."""
    workspace = opener(day, name=name, me="P. Rao")
    add_schools(workspace)
    return workspace


def rows_of_every_table(workspace: Workspace) -> dict[str, list[tuple[Any, ...]]]:
    """Give every row of every table, those of the journal too: whatever was refused must have left no trace."""
    connection = workspace.read()
    names = sorted(driver.table_names(connection))
    return {name: sorted(connection.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr) for name in names}


def seal_to(path: Path, content: PackContent | Acknowledgement, passphrase: str = PASSPHRASE) -> Path:
    """Write a pack, or an answer, whose content somebody else made; cheap to open."""
    kind: PackKind = "handover pack" if isinstance(content, PackContent) else "acknowledgement"
    header = Header(kind, content.pack, content.sender.name, content.receiver.name, content.made_on)
    path.write_bytes(seal(write_content(content), header, passphrase, cost=Cost(1, 8192)))
    return path


ADA = SentPupil("Atherstead", "Ada", date(2015, 3, 1), 2019, upn=make_upn(908, 2001, 2019, 7), sex="F")


def made_pack(
    *handovers: SentHandover, uid: str = "pack-0001", made_on: date = DAY, pairs: tuple[SentFriendship, ...] = ()
) -> PackContent:
    """Give a pack from the primary to the first secondary."""
    sender, receiver = Party(PRIMARY[0], str(PRIMARY[1])), Party(SECONDARIES[0][0], str(SECONDARIES[0][1]))
    return PackContent(uid, sender, receiver, made_on, "J. Moor", handovers, pairs)


def made_handover(uid: str = "h-ada", pupil: SentPupil = ADA, revision: int = 1, **parts: Any) -> SentHandover:
    """Give a handover with these ``parts``, and ``answers`` as a mapping by code."""
    answers = tuple(
        SentAnswer(code, "A section", f"Label of {code}", value) for code, value in parts.pop("answers", {}).items()
    )
    file = parts.pop("child_protection_file", ChildProtectionFile(False))
    return SentHandover(uid, revision, "6-7", 2025, "6-7 2026.1", pupil, answers, file, **parts)
