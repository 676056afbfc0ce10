"""Handovers: what the next school must know of a pupil, sent once, and complete only when that school has received it."""
