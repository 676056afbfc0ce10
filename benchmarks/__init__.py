"""How fast the program is: ``uv run python -m benchmarks``. The server that tests stop and start is used as well."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "tests" / "support"))
