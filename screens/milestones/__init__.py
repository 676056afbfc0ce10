"""The milestones to read and change, and why a step is flagged."""
