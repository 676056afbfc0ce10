"""What people and scripts see, byte for byte: see transcript.py for how a file is read and written anew."""

import gzip
import random
import secrets
import shutil
import uuid
from collections.abc import Callable
from difflib import unified_diff
from itertools import islice
from pathlib import Path

import pytest
from command import PUPILS, SCHOOLS, TERMS
from transcript import AS_OF, HERE, replay, rewriting

from transitions.cli import run

FILES = sorted((HERE / "files").glob("*.txt"))


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], bytes]:
    """Give the bytes of a database by its name, each made once."""
    folder = tmp_path_factory.mktemp("bases")
    known: dict[str, bytes] = {}

    def ready(name: str) -> bytes:
        if name in known:
            return known[name]
        path = folder / f"{name}.db"
        if name == "before":
            path.write_bytes(gzip.decompress((HERE / "before.db.gz").read_bytes()))
        elif name == "demo":
            assert run(["--as-of", AS_OF, "demo", "--db", str(path), "--pupils", "100", "--seed", "1"]) == 0
        elif name == "school":
            for kind, text in (("schools", SCHOOLS), ("terms", TERMS), ("pupils", PUPILS)):
                (folder / f"{kind}.csv").write_text(text, encoding="utf-8", newline="")
            start = ["--db", str(path), "--as-of", AS_OF]
            assert run([*start, "me", "K. Osei"]) == 0
            for kind in ("schools", "terms", "pupils"):
                assert run([*start, "import", kind, str(folder / f"{kind}.csv")]) == 0
        known[name] = path.read_bytes()
        return known[name]

    return ready


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_command_says_and_writes_what_it_did(
    file: Path,
    made: Callable[[str], bytes],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    dice = random.Random(1)
    monkeypatch.setattr(uuid, "uuid4", lambda: uuid.UUID(int=dice.getrandbits(128), version=4))
    monkeypatch.setattr(secrets, "token_bytes", lambda size=32: dice.randbytes(size))
    monkeypatch.setattr(secrets._sysrand, "_randbelow", dice.randrange, raising=False)  # type: ignore[attr-defined]
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("LINES", "40")
    folder = tmp_path / "work"
    shutil.copytree(HERE / "inputs", folder)
    monkeypatch.chdir(folder)
    text = file.read_text(encoding="utf-8")
    new = replay(text, folder, made, lambda: tuple(capsys.readouterr()))  # type: ignore[arg-type,return-value]
    if rewriting():
        file.write_text(new, encoding="utf-8", newline="\n")
    elif new != text:
        apart = unified_diff(
            text.split("\n"), new.split("\n"), f"{file.name} as it was", "as it is now", n=1, lineterm=""
        )
        pytest.fail("\n".join(islice(apart, 80)), pytrace=False)
