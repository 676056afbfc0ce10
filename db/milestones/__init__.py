"""The milestones, each pupil's steps, and what planning reads and writes."""
