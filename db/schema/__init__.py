"""The tables as they stand in the file, a module for each room."""
