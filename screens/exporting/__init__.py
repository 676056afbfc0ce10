"""Saving a list to a file."""
