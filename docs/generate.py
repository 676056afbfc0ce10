"""Writes the reference pages from the code itself, so that they cannot say anything else.

uv run python docs/generate.py            writes docs/reference/*.md
uv run python docs/generate.py --check    says which of them are out of date, exit status 1 if any
"""

import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import fill

import pages_from_code
import pages_from_data

from transitions.cli import cli
from transitions.told_at_once import HELP

FOLDER = Path(__file__).with_name("reference")
WRITTEN_BY = "<!-- Written by docs/generate.py from the code; do not edit. -->\n"

PAGES: dict[str, Callable[[], str]] = {
    "command-line.md": pages_from_code.commands,
    "keys.md": pages_from_code.keys,
    "files.md": pages_from_code.files,
    "milestones.md": pages_from_data.milestones,
    "plans.md": pages_from_data.plans,
    "calendar.md": pages_from_data.calendar,
    "workshops.md": pages_from_data.workshops,
    "handovers.md": pages_from_data.handovers,
    "impact.md": pages_from_data.impact,
}
README = FOLDER.parents[1] / "README.md"


def readme() -> str:
    """The README with the steps of the app's tours, as ``tours.toml`` has them."""
    from screens.frame.tour import tours

    text = README.read_text(encoding="utf-8")
    for tour in tours():
        steps = (
            fill(one.text, 139, initial_indent=f"{place}. ", subsequent_indent="   ")
            for place, one in enumerate(tour.steps, 1)
        )
        before, heading, after = text.partition(f"## {tour.title}\n\n")
        text = before + heading + "\n".join(steps) + "\n\n" + after.partition("\n\n")[2]
    return text


def help_of_all() -> str:
    """What the command line writes for ``--help`` in a terminal of eighty columns."""
    return cli.get_help(cli.make_context("transitions", [], resilient_parsing=True, terminal_width=78)) + "\n"


def stale() -> list[str]:
    """Give the names of the pages that no longer say what the code says."""
    tours = ["../../README.md"] if README.read_text(encoding="utf-8") != readme() else []
    told = ["../../transitions/cli/help.txt"] if Path(HELP).read_text(encoding="utf-8") != help_of_all() else []
    return [name for name, page in PAGES.items() if _standing(name) != WRITTEN_BY + page()] + tours + told


def _standing(name: str) -> str:
    path = FOLDER / name
    return path.read_text(encoding="utf-8") if path.exists() else ""


def main() -> int:
    """Write the pages, or with --check say which are out of date."""
    if "--check" in sys.argv[1:]:
        for name in stale():
            print(f"docs/reference/{name} is out of date; write it again with: uv run python docs/generate.py")
        return 1 if stale() else 0
    FOLDER.mkdir(exist_ok=True)
    for name, page in PAGES.items():
        (FOLDER / name).write_text(WRITTEN_BY + page(), encoding="utf-8")
    README.write_text(readme(), encoding="utf-8")
    Path(HELP).write_text(help_of_all(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
