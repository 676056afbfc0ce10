"""A library between a program and its files (``faulty.c``): full disks, faults, kills at a change, a record of every change."""

import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest


@cache
def library() -> Path:
    """The library, compiled once; a drill that asks for it is skipped, and says why, where it cannot be had."""
    if not sys.platform.startswith("linux"):
        pytest.skip("faults of the disk are made by a library under LD_PRELOAD, which Linux alone has")
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler (cc) is here to make the library that makes faults of the disk")
    made = Path(mkdtemp(prefix="drill-")) / "faulty.so"
    source = Path(__file__).with_suffix(".c")
    subprocess.run([compiler, "-O1", "-shared", "-fPIC", "-o", made, source, "-ldl", "-lpthread"], check=True)
    return made


def faults(under: Path, **what: object) -> dict[str, str]:
    """The environment of a program whose files below a folder are faulty: ``faults(folder, room=4096)``."""
    said = {f"DRILL_{name.upper()}": str(value) for name, value in what.items()}
    return {"LD_PRELOAD": str(library()), "DRILL_UNDER": str(under), **said}
