"""So that ``python -m transitions.cli`` works where the command is not on the path."""

from transitions import main

main()
