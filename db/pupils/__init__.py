"""Pupils, and what is kept beside them: schools, staff, circles, EHC plans, destinations, events, groups of schools."""
