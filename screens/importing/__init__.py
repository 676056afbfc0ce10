"""Looking at a file before it is taken in."""
