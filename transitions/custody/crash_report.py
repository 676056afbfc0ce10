"""What is written down when the program fails: where it was, never what it held.

Exception messages quote the values that they choked on, and those are children's records. So the report holds the types
of the exceptions and the file and line of each frame, and nothing else.
"""

import os
import platform
import traceback
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from transitions.clock import Clock
from transitions.custody.places import make_private

OUR_FAULT = 70
_PACKAGES = Path(__file__).resolve().parents[2]


def anonymous(error: BaseException) -> str:
    """The types and frames of ``error`` and of the errors that led to it, without a single value."""
    return "\n".join(_lines("", error, seen=set()))


def _lines(link: str, error: BaseException | None, seen: set[int]) -> Iterator[str]:
    if error is None or id(error) in seen:
        return
    seen.add(id(error))
    yield f"{link}{type(error).__module__}.{type(error).__qualname__}"
    for frame in traceback.extract_tb(error.__traceback__):
        yield f"  {_place(frame.filename)}:{frame.lineno} in {frame.name}"
    inner = getattr(error, "error", None)  # a failed worker of the app carries what it failed of
    if isinstance(inner, BaseException):
        yield from _lines("in the worker: ", inner, seen)
    if isinstance(error, BaseExceptionGroup):
        for member in error.exceptions:
            yield from _lines("together with: ", member, seen)
    yield from _lines("after: ", error.__cause__, seen)
    yield from _lines("after: ", error.__context__, seen)


def _place(filename: str) -> str:
    """Shorten a path: the folders above a package carry the name of whoever is logged in."""
    path = Path(filename)
    if "site-packages" in path.parts:
        return "/".join(path.parts[path.parts.index("site-packages") + 1 :])
    with suppress(ValueError):
        return path.relative_to(_PACKAGES).as_posix()
    return path.name


def write_report(error: BaseException, folder: Path) -> Path | None:
    """Write the report on ``error`` into ``folder``, readable by its owner only; None when that cannot be done."""
    now = Clock.now()
    text = "\n".join(
        (
            "Pupil transitions stopped because of a fault in the program. This report contains no pupil details.",
            f"at {now:%Y-%m-%d %H:%M:%S} UTC",
            f"program {installed('pupil-transitions')}, textual {installed('textual')}, Python {platform.python_version()}",
            f"on {platform.system()} {platform.machine()}",
            "",
            anonymous(error),
            "",
        )
    )
    try:
        make_private(folder)
        path = _free_name(folder, f"crash-{now:%Y%m%dT%H%M%S%f}")
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
    except OSError:
        return None
    return path


def _free_name(folder: Path, stem: str) -> Path:
    """A name that no report has yet: one fault often brings another in the same moment."""
    path, number = folder / f"{stem}.txt", 1
    while path.exists():
        number += 1
        path = folder / f"{stem}-{number}.txt"
    return path


def sentence(report: Path | None) -> str:
    where = (
        "No report could be written." if report is None else f"There is a report, without pupil details, in {report}"
    )
    return f"Transitions had to stop because of a fault in the program. What was saved is safe. {where}"


def installed(package: str) -> str:
    from importlib.metadata import PackageNotFoundError, version  # slow to load, and no start needs it

    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed as a package"
