"""The plan of one pupil, and the quality of many."""
