"""The year's dates as other programs and other people take them: a calendar file, a wall planner, an e-mail, a table."""
