"""The academic year on one page: what falls on which day for which year groups, and the map that shows it."""
