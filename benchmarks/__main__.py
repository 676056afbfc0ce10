"""How fast the program is, as one table: every row a ratio to a floor of the same run, or a figure with its reach.

uv run python -m benchmarks                         all rows, 10,000 and 250,000 pupils: about a quarter of an hour
uv run python -m benchmarks --quick                 10,000 pupils, fewer of each: about three minutes
uv run python -m benchmarks --only cursor           the rows with such words
uv run python -m benchmarks --json new.json         and keep what was measured
uv run python -m benchmarks --compare old.json new.json
"""

import argparse
import os
import subprocess
import tempfile
import time
import tomllib
from collections.abc import Sequence
from pathlib import Path

from benchmarks import command_line, county, elsewhere, files, keys, rules
from benchmarks.bench import LARGEST, Bench, Scenario
from benchmarks.figures import HEAD, Run, compared, say
from benchmarks.terminal import urgent

SCENARIOS: Sequence[type[Scenario]] = tuple(
    scenario for part in (command_line, keys, county, rules, files, elsewhere) for scenario in part.SCENARIOS
)


BEGIN, END = "<!-- the figures: python -m benchmarks --into -->", "<!-- until here -->"

WHOLE = (10_000, LARGEST)


def main() -> None:
    given = _arguments()
    if given.compare:
        print(compared(*(Run.from_json(path.read_text()) for path in given.compare)))
        return
    if given.show:
        tell(Run.from_json(given.show.read_text()), given.into)
        return
    given.data.mkdir(parents=True, exist_ok=True)
    peers = os.environ.get("BENCHMARKS_PEERS")
    run = Run.here(not given.polite and urgent())
    with tempfile.TemporaryDirectory(dir=given.data, prefix="run-") as folder:
        bench = Bench(
            given.data,
            Path(folder),
            given.quick,
            Path(peers) if peers else None,
            given.pupils or (WHOLE[:1] if given.quick else WHOLE),
        )
        measure(run, bench, given.only)
    run.skipped = list(dict.fromkeys(bench.skipped))
    if given.json:
        given.json.write_text(run.to_json())
    tell(run, given.into)


def tell(run: Run, into: Path | None) -> None:
    """Print the table with its sentences, or put it between the two marks of a document."""
    why = tomllib.loads(Path(__file__).with_name("why.toml").read_text(encoding="utf-8"))
    if into is None:
        print(run.markdown(why))
        return
    before, _, rest = into.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    into.write_text(f"{before}{BEGIN}\n{run.markdown(why)}\n{END}{after}", encoding="utf-8")


def measure(run: Run, bench: Bench, only: str) -> None:
    """Measure the rows, each printed as soon as it is known."""
    print("\n".join([*run.machine, "", HEAD]), flush=True)
    for scenario in (one() for one in SCENARIOS):
        wanted = {row for row in scenario.rows.values() if only.lower() in f"{row.what} {row.against}".lower()}
        for pupils in bench.sizes[-1:] if scenario.largest_only else bench.sizes:
            begun = time.monotonic()
            try:
                for reading in scenario.measure(bench, pupils) if wanted else ():
                    if reading.row in wanted:
                        run.readings.append(reading)
                        print(reading.line(), flush=True)
            except (TimeoutError, subprocess.SubprocessError, RuntimeError) as error:
                said = getattr(error, "stderr", None) or str(error)
                bench.skip(f"{type(scenario).__name__} with {pupils:,} pupils: {str(said)[-300:]}")
            if wanted:
                say(f"  {type(scenario).__name__} with {pupils:,} pupils took {time.monotonic() - begun:.0f} s")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0] if __doc__ else None)
    parser.add_argument("--only", default="", metavar="WORDS", help="only the rows with these words")
    parser.add_argument("--quick", action="store_true", help="fewer of each")
    parser.add_argument("--pupils", type=_sizes, help="how many pupils (default 10000,250000; --quick: 10000)")
    default = Path(tempfile.gettempdir()) / "pupil-transitions-benchmarks"
    parser.add_argument("--data", type=Path, default=default, metavar="DIR", help="where the made-up records are kept")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep what was measured")
    parser.add_argument("--show", type=Path, metavar="FILE", help="print the table of a kept run")
    parser.add_argument("--into", type=Path, metavar="FILE", help="put the table into a document: docs/performance.md")
    parser.add_argument("--compare", type=Path, nargs=2, metavar=("OLD", "NEW"), help="compare two kept runs")
    parser.add_argument("--polite", action="store_true", help="leave its priority as it is, as other work goes on")
    return parser.parse_args()


def _sizes(text: str) -> Sequence[int]:
    return sorted(int(one.replace("_", "")) for one in text.split(","))


if __name__ == "__main__":
    main()
