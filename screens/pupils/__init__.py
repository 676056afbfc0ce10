"""The page of one pupil, and the records around pupils."""
