"""The words and limits that tables, queries and rules share; imports nothing, so that everything may import it."""

from datetime import date

PROVISIONS = ("N", "K", "E")
TIERS = ("universal", "targeted", "enhanced")
SOCIAL_CARE_KINDS = ("child in need", "child protection", "looked after", "care leaver", "short breaks")
OUTCOMES = ("met", "late", "missed", "waived", "not applicable")
SEVERITIES = ("statutory", "good practice", "local")
PLAN_STATUSES = ("draft", "shared with family", "agreed", "active", "reviewed", "closed")
ACTION_STATUSES = ("open", "done", "dropped")
FAR_FUTURE = date(9999, 12, 31)
"""Where a pupil with nothing open stands in an order by need: last, and still in the index."""
WORKER_ROLES = ("transitions team", "SENCO", "social worker", "manager", "other")
