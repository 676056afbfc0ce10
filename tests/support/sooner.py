"""What lets a run of the tests end sooner, imported before all that it is about."""

import sys

sys.dont_write_bytecode = (
    False  # where that is set, each worker would compile every test anew: a seventh of all its work
)
