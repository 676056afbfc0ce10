"""Runs a transcript: its own ``$`` lines against made-up data, each followed by all that the command said and did.

A file of ``files/`` is a list of commands, each followed by what it left behind::

    $ list --format json        a command line, run in a folder of its own on a copy of the data
    | ...                       what it printed
    ! ...                       what it said on standard error
    ? 65                        its exit status, when it was not 0
    $ cat plans.csv             what a file holds: text, the cells of a workbook, the words of a document
    $ on school                 go on with another database (demo is the first): demo, school, new, before
    $ keys doctor --format json only the keys of what it printed
    $ day 2027-06-15            from here on look at another day than 2026-11-21
    # ...                       a remark; it stays

To hold one more command, write its line into the file and write the file anew: TRANSITIONS_GOLDENS=write pytest tests/goldens
(then read the difference before you commit it).  Characters that cannot be seen stand as pictures: ␍, ␉, ¤ for a byte order
mark, ⊣ where the last line does not end. Names that nothing else has (uids, codes, keys) come from dice that always fall alike.
"""

import hashlib
import json
import os
import re
import shlex
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path

from sqlcipher3 import dbapi2 as sqlite

from transitions.cli import run

HERE = Path(__file__).parent
VERSION = version("pupil-transitions")
AS_OF = "2026-11-21"
PICTURES = {**{code: 0x2400 + code for code in range(32) if code != 10}, 0x7F: 0x2421, 0xFEFF: "¤"}
Read = Callable[[], tuple[str, str]]


def rewriting() -> bool:
    return os.environ.get("TRANSITIONS_GOLDENS") == "write"


def replay(text: str, folder: Path, base: Callable[[str], bytes], read: Read) -> str:
    """Give the transcript anew: the commands and remarks of ``text``, and what the commands do now.

    ``base`` gives the bytes of a database by its name, ``read`` what was printed since it was last asked.
    """
    new: list[str] = []

    def on(name: str) -> Path:
        database = folder / f"{name}.db"
        if name != "new" and not database.exists():
            database.write_bytes(base(name))
        return database

    def quoted(mark: str, said: str) -> Iterator[str]:
        said = said.replace(str(folder), "<folder>").replace(VERSION, "<version>")
        said = re.sub(r"(the newest of ).* at \d\d:\d\d", r"\1<now>", said)
        said = re.sub(r"\b[0-9a-f]{12}-\d+-\d+-[0-9a-f]{32}\b", "<head>", said)
        lines = said.translate(PICTURES).split("\n")
        if lines[-1]:
            lines[-1] += "⊣"
        else:
            lines.pop()
        return (f"{mark} {line}" if line else mark for line in lines)

    database, day = on("demo"), AS_OF
    for line in text.removesuffix("\n").split("\n"):
        if not line.startswith("$ "):
            new += [line] if line.startswith("#") or not line else []
            continue
        new.append(line)
        name, *words = shlex.split(line[2:])
        if name == "on":
            database = on(words[0])
        elif name == "day":
            day = words[0]
        elif name == "cat":
            new += quoted("|", shown(folder / words[0]))
        elif name == "schema":
            new += quoted("|", schema(database))
        elif name == "rows":
            new += quoted("|", rows(database))
        else:
            read()
            typed = [*words] if name == "keys" else [name, *words]
            status = run(["--db", str(database), "--as-of", day, *typed])
            out, err = read()
            if name == "keys":
                out = keys(json.loads(out))
            new += [*quoted("|", out), *quoted("!", err), *([f"? {status}"] if status else [])]
    return "\n".join(new) + "\n"


def shown(path: Path) -> str:
    """Give what a file or a folder holds as text."""
    if path.is_dir():
        return "".join(
            f"== {one.relative_to(path)}\n{shown(one)}\n" for one in sorted(path.rglob("*")) if one.is_file()
        )
    if not path.exists():
        return "(no such file)\n"
    if path.suffix == ".xlsx":
        return workbook(path)
    if path.suffix == ".docx":
        return document(path)
    return path.read_bytes().decode("utf-8")


def keys(found: object, before: str = "") -> str:
    """Give the keys of JSON, one a line, where its values are another machine's or another day's."""
    if isinstance(found, list):
        return keys(found[0], f"{before}[]") if found else f"{before}[]\n"
    if isinstance(found, dict):
        return "".join(keys(value, f"{before}.{key}") for key, value in found.items())
    return f"{before}\n"


def workbook(path: Path) -> str:
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(path)
    lines = []
    for name in book.sheet_names:
        lines.append(f"[{name}]")
        lines += (
            " ¦ ".join("" if cell == "" else str(cell) for cell in row)
            for row in book.get_sheet_by_name(name).to_python()
        )
    return "\n".join(lines) + "\n"


def document(path: Path) -> str:
    from docx import Document
    from docx.table import Table

    lines = []
    opened = Document(str(path))
    lines.append(f"title={opened.core_properties.title} author={opened.core_properties.author}")
    for section in opened.sections:
        for name, part in (("header", section.header), ("footer", section.footer)):
            lines += (f"{name}: {one.text}" for one in part.paragraphs if one.text)
    for block in opened.iter_inner_content():
        if isinstance(block, Table):
            lines += (" ¦ ".join(cell.text for cell in row.cells) for row in block.rows)
        else:
            lines.append(f"{block.style.name if block.style else ''}: {block.text}")
    return "\n".join(lines) + "\n"


def schema(path: Path) -> str:
    """Give the SQL of every table, index and trigger, and the numbers in the head of the file."""
    with Reading(path) as connection:
        made = connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY type, name").fetchall()
        heads = [
            (name, connection.execute(f"PRAGMA {name}").fetchone()[0]) for name in ("user_version", "application_id")
        ]
    return "".join(f"{name} = {value}\n" for name, value in heads) + "".join(
        f"-- {kind} {name}\n{sql}\n" for kind, name, sql in made
    )


def rows(path: Path) -> str:
    """Give how many rows each table holds, and a digest of all their values."""
    with Reading(path) as connection:
        tables = [
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        ]
        held = [(table, sorted(map(repr, connection.execute(f'SELECT * FROM "{table}"')))) for table in tables]
    # made under a key of the file's own, as the digests of packs are
    held = [(table, [*map(_SEALED[table], found)] if table in _SEALED else found) for table, found in held]
    return "".join(
        f"{table} {len(found)} {hashlib.sha256(chr(10).join(found).encode()).hexdigest()[:16]}\n"
        for table, found in held
    )


_SEALED: dict[str, Callable[[str], str]] = {
    "journal_key": lambda _: "",
    "journal_seal": lambda _: "",
    "record_view": lambda row: row.rpartition(",")[0],
    "journal_change": lambda row: re.sub(r'"sha256":"\w{64}","bytes":\w+', "", row),
}


class Reading:
    def __init__(self, path: Path) -> None:
        self._connection = sqlite.connect(str(path))

    def __enter__(self) -> sqlite.Connection:
        return self._connection

    def __exit__(self, *_: object) -> None:
        self._connection.close()
