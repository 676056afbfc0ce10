"""Files as accidents leave them: whatever was cut, doubled, re-encoded, shuffled or emptied ends in a look or a sentence."""

import csv
import io
import random
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import pytest
from conftest import Opener
from ctf_files import NATIONAL_25, OLDER_15, SYSTEM_17, add_schools, encoded, put
from test_school_register import HEADER, ROW

from transitions.errors import BadInput
from transitions.importing import schools
from transitions.importing.ctf import preview as ctf_import
from transitions.importing.preview import ImportPreview
from transitions.text import printable

Hurt = Callable[[bytes, random.Random], bytes]
TIMES = 25
ENCODINGS = ("cp1252", "latin-1", "utf-16", "utf-16-le", "utf-32", "cp850", "mac-roman", "cp1250", "utf-8-sig")


def cut(data: bytes, chance: random.Random) -> bytes:
    start, end = sorted(chance.sample(range(len(data)), 2))
    return chance.choice([data[:start], data[end:], data[:start] + data[end:]])


def double(data: bytes, chance: random.Random) -> bytes:
    start, end = sorted(chance.sample(range(len(data)), 2))
    return chance.choice([data + data, data[:end] + data[start:], data[:end] + data[start:end] * 3 + data[end:]])


def recode(data: bytes, chance: random.Random) -> bytes:
    text = data.decode(chance.choice(["utf-8", "cp1252", "latin-1"]), "replace")
    return text.encode(chance.choice(ENCODINGS), chance.choice(["replace", "ignore", "xmlcharrefreplace"]))


def flip(data: bytes, chance: random.Random) -> bytes:
    hurt = bytearray(data)
    for _ in range(chance.choice([1, 3, 30])):
        hurt[chance.randrange(len(hurt))] = chance.choice(
            [0, 0x1A, 0x1F, 0x22, 0x26, 0x3C, 0x80, 0x8D, 0xC3, 0xFF, chance.randrange(256)]
        )
    return bytes(hurt)


def misname(data: bytes, chance: random.Random) -> bytes:
    """A first line that says another encoding, which may be none at all."""
    names = [
        "gbk",
        "shift_jis",
        "utf-16",
        "utf-7",
        "iso-2022-jp",
        "cp037",
        "big5",
        "klingon",
        "idna",
        "hex",
        "rot13",
        "cp1250",
        "utf-32",
        "euc_kr",
    ]
    body = data.split(b"?>", 1)[-1]
    return b'<?xml version="1.0" encoding="%s"?>' % chance.choice(names).encode() + chance.choice(
        [body, flip(body, chance), recode(body, chance)]
    )


def swap(data: bytes, chance: random.Random) -> bytes:
    """Parts of the file in another order, as of an editor's slip."""
    edges = sorted(chance.sample(range(len(data)), 4))
    parts = [data[start:end] for start, end in zip([0, *edges], [*edges, len(data)], strict=True)]
    chance.shuffle(parts)
    return b"".join(parts)


def between(opening: bytes, closing: bytes) -> Hurt:
    """Empties, shuffles or doubles what stands between two signs, and leaves the shape of the file whole."""

    def hurt(data: bytes, chance: random.Random) -> bytes:
        pieces = data.split(opening)
        values = [piece.split(closing, 1) for piece in pieces]
        texts = [value[0] for value in values if len(value) == 2]
        for value in values:
            if len(value) == 2 and chance.random() < 0.3:
                value[0] = chance.choice([b"", b" ", value[0] * 2, chance.choice(texts), b"\xef\xbf\xbd", b"0" * 5_000])
        return opening.join(closing.join(value) for value in values)

    return hurt


ANY: Sequence[Hurt] = (cut, double, recode, flip, swap)


def columns(data: bytes, chance: random.Random) -> bytes:
    """Columns in another order, of another name, gone, or with cells of other columns."""
    rows = list(csv.reader(io.StringIO(data.decode("cp1252"), newline="")))
    order = list(range(len(rows[0])))
    chance.shuffle(order)
    order = order[: chance.choice([len(order), len(order) - 1, len(order) // 2])]
    header = [rows[0][place] for place in order] if chance.random() < 0.7 else rows[0][: len(order)]
    body = [[row[place] if chance.random() < 0.9 else chance.choice(["", *row]) for place in order] for row in rows[1:]]
    out = io.StringIO(newline="")
    csv.writer(out).writerows([header, *body])
    return out.getvalue().encode("cp1252")


def must_end_well(read: Callable[[], ImportPreview]) -> None:
    """Reading ends in nothing but a look, or a refusal whose every line is a sentence."""
    try:
        said = list(read().notes)
    except BadInput as refused:
        said = [str(problem) for problem in refused.problems]
        said += [""] if not said else []
    assert all(sentence.strip() and printable(sentence) == sentence for sentence in said)


@pytest.mark.parametrize("skip_bad", [False, True])
@pytest.mark.parametrize("style", [NATIONAL_25, SYSTEM_17, OLDER_15], ids=["national", "system", "older"])
@pytest.mark.parametrize(
    "hurt", [*ANY, misname, between(b">", b"<"), between(b"<", b">")], ids=lambda one: one.__qualname__[:7]
)
def test_a_hurt_transfer_file_ends_in_a_look_or_a_sentence(
    opener: Opener, tmp_path: Path, style: str, hurt: Hurt, skip_bad: bool
) -> None:
    workspace = opener()
    add_schools(workspace)
    chance = random.Random(f"{style[:60]}{skip_bad}")
    for _ in range(TIMES):
        path = put(tmp_path, hurt(encoded(style.replace("Testpupil", "Testpüpil")), chance))
        must_end_well(partial(ctf_import.prepare, workspace, path, skip_bad=skip_bad))


@pytest.mark.parametrize("skip_bad", [False, True])
@pytest.mark.parametrize("hurt", [*ANY, between(b",", b","), columns], ids=lambda one: one.__qualname__[:7])
def test_a_hurt_register_ends_in_a_look_or_a_sentence(
    opener: Opener, tmp_path: Path, hurt: Hurt, skip_bad: bool
) -> None:
    workspace = opener()
    chance = random.Random(skip_bad)
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, HEADER, restval="")
    writer.writeheader()
    writer.writerows({**ROW, "URN": str(133_000 + place), "Town": "Zoë’s Town"} for place in range(30))
    path = tmp_path / "edubasealldata.csv"
    for _ in range(TIMES):
        path.write_bytes(hurt(out.getvalue().encode("cp1252"), chance))
        must_end_well(partial(schools.prepare, workspace, path, skip_bad=skip_bad))
