"""Builds a folder with the program and a Python of its own, for machines that have none: see README.md beside this file.

Usage: python packaging/build.py TARGET    with a Python 3.11 or later; makes TARGET/transitions and tries it
"""

import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
PYINSTALLER = "pyinstaller>=6.10,<7"
"""Only fetched here, into an environment that goes when the build ends: the program itself does not need it."""
OURS = ("transitions", "screens", "db")
START = "from transitions import main\n\nmain()\n"
BY_NAME_ONLY = ("_cffi_backend",)
"""What is imported by compiled code, so that PyInstaller does not see it: encryption needs it."""


def build(target: Path) -> Path:
    """Make ``target``/transitions anew and give the program in it. Raises ``CalledProcessError``."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        venv.create(folder / "python", with_pip=True)
        python = folder / "python" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        run(python, "-m", "pip", "install", "--quiet", PYINSTALLER, HERE.parent)
        start = folder / "start.py"
        start.write_text(START, encoding="utf-8")
        options = ["--noconfirm", "--onedir", "--noupx", "--console", "--name", "transitions"]
        options += ["--distpath", str(target.resolve()), "--workpath", str(folder / "work"), "--specpath", name]
        # What is loaded by name only: our own rooms and their data, Textual's widgets.
        for package in OURS:
            options += ["--collect-all", package]
        for package in ("textual", "rich"):
            options += ["--collect-submodules", package, "--collect-data", package]
        for module in BY_NAME_ONLY:
            options += ["--hidden-import", module]
        options += ["--copy-metadata", "pupil-transitions"]
        run(python, "-m", "PyInstaller", *options, start)
    # python-docx looks for its templates by way of this folder, which holds nothing else here.
    (target / "transitions" / "_internal" / "docx" / "parts").mkdir(exist_ok=True)
    return target / "transitions" / ("transitions.exe" if os.name == "nt" else "transitions")


def try_out(program: Path) -> None:
    """Start it, and what is easily left out of such a folder: a Word document, a workbook written and read, encryption."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "passphrase.txt").write_text("eleven green lamps sing", encoding="utf-8")
        records = ("--db", folder / "tried.db")
        run(program, "--version")
        run(program, "demo", *records, "--pupils", "20")
        run(program, "team", folder / "sheet.docx", *records, "--purpose", "Trying the build")
        run(program, "export", "pupils", folder / "pupils.xlsx", *records, "--purpose", "Trying the build")
        run(program, "import", "pupils", folder / "pupils.xlsx", *records, "--dry-run")
        run(program, "encrypt", *records, "--passphrase-file", folder / "passphrase.txt")
        run(program, "list", *records, "--passphrase-file", folder / "passphrase.txt")


def run(*words: str | Path) -> None:
    subprocess.run([str(word) for word in words], check=True, stdin=subprocess.DEVNULL)  # noqa: S603 - words of our own


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    program = build(Path(sys.argv[1]))
    try_out(program)
    print(f"Built and started: {program}")
