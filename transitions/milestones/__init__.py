"""What must have happened by when: the rules, the planner, and what was recorded."""
