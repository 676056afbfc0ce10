"""Pupils, schools and staff: one at a time, and the lists around them."""
