"""The words and limits that tables, queries and rules share; imports nothing, so that everything may import it."""

from datetime import date

PROVISIONS = ("N", "K", "E")
TRANSITIONS = (
    "EY-R", "R-1", "2-3", "MID", "6-7", "9-PFA", "14+", "11-16P", "12-13", "P16-P16", "18", "CARE16", "25", "INYR", "CARE", "EHCP",
)  # fmt: skip
"""The transition points, in the order of the bits that stand for them: a new one goes to the end."""
EHC_DECISIONS = ("assess", "do not assess")
PLACE_OUTCOMES = ("named", "type only", "neither")
"""What the final EHC plan of a phase transfer says of the place; the first two are what the law asks for."""
TIERS = ("universal", "targeted", "enhanced")
SOCIAL_CARE_KINDS = ("child in need", "child protection", "looked after", "care leaver", "short breaks")
OUTCOMES = ("met", "late", "missed", "waived", "not applicable")
SEVERITIES = ("statutory", "good practice", "local")
PLAN_STATUSES = ("draft", "shared with family", "agreed", "active", "reviewed", "closed")
PLANS_IN_FORCE = ("agreed", "active", "reviewed")
"""The statuses in which a plan is reviewed."""
ACTION_STATUSES = ("open", "done", "dropped", "carried over")
OUTCOME_AREAS = ("education", "independence", "community", "health")
OUTCOME_PROGRESS = ("on track", "achieved", "changed", "not achieved")
DESTINATION_STAGES = ("intended", "agreed", "confirmed")
PLACE_STAGES = ("intended", "offered", "agreed")
"""How sure a place at the next school is."""
MEETING_KINDS = ("meeting", "review")
REVIEW_RESULTS = ("maintain", "amend", "close")
ATTENDEE_PARTS = ("pupil", "family", "school", "college or provider", "social care", "health", "other")
ATTENDANCES = ("invited", "came", "apologies", "absent")
SURVEY_MOMENTS = ("before", "after")
RESPONDENTS = ("pupil", "parent or carer")
PLAN_CONTENT = (
    "admired", "important_to_me", "support", "communication", "pupil_voice", "pupil_voice_how", "pupil_voice_on", "hopes",
    "hopes_how", "hopes_on", "family_voice", "different_views", "working_pupil", "not_working_pupil", "working_family",
    "not_working_family", "working_school", "not_working_school", "working_others", "not_working_others", "risks",
    "decision_making", "advocate_offered", "advocate_on", "adult_assessments",
)  # fmt: skip
"""What a plan says, as it was agreed: a change of any of these after that day takes a new version."""
OUTCOME_CONTENT = ("area", "hope", "baseline", "outcome", "by_when")
"""What an outcome says, likewise."""
ACTION_CONTENT = ("what", "owner", "due_on")
"""What an action says; whether it was done goes on after the agreement."""
WHAT_WAS_AGREED_STANDS = "what was agreed stands: a change takes a new version"
"""What the triggers say, so that whoever was refused can be told why."""
WORKSHOP_KINDS = (
    "transitions workshop", "information-sharing forum", "SENCO transition meeting", "LIFT meeting", "strategic meeting",
    "evening for parents", "transition day", "training", "other meeting",
)  # fmt: skip
WORKSHOP_STATUSES = ("planned", "held", "cancelled")
FEEDBACK_FROM = ("school", "family", "pupil", "other")
YEAR_DATE_KINDS = ("ask", "test", "trip", "event")
"""What a council or school puts into the year beside its workshops: what it asks for, its tests, its trips, and the rest."""
FOR_SCHOOLS = ("all", "primary", "secondary", "early years", "college", "council")
"""Who is asked: which schools, or the council itself and no school."""
GRADES = (1, 2, 3, 4)
"""Progress of an action of a workshop: 1 Fully achieved, 2 On track, 3 Slipped, 4 Not achieved."""
HANDOVER_STATUSES = ("drafting", "sent", "viewed", "acknowledged", "returned", "failed")
"""How far one handover has come; a pupil without a row has not been started. "Returned" is sent back with a question."""
HANDOVER_DIRECTIONS = ("out", "in")
"""Whether we pass it on, or another school passed it to us."""
MESSAGE_SIDES = ("sender", "receiver")
MESSAGE_KINDS = ("question", "answer", "note")
FRIENDSHIP_KINDS = ("keep with", "keep apart")
PLACEMENT_KINDS = ("new school", "alternative provision", "nurture group", "managed move", "part-time timetable")
"""Where a pupil goes, for how long, and from which there may be a return."""
SUSPENSIONS = ("suspension", "lunchtime suspension")
EVENT_KINDS = (*SUSPENSIONS, "permanent exclusion", "elective home education", "missing education", "off roll")
"""What else happens to a pupil on a day, or since one, that may not be known."""
PACK_DIRECTIONS = ("made", "received", "acknowledged", "answered")
ANOTHER_CYCLE = 10_000
"""A cycle is numbered by its academic year; of steps that come more than once in a year (plans are reviewed every month
before a move) the second has this much more, the third twice as much."""
FAR_FUTURE = date(9999, 12, 31)
"""Where a pupil with nothing open stands in an order by need: last, and still in the index."""
WORKER_ROLES = ("transitions team", "SENCO", "social worker", "manager", "other")
REFERRAL_OUTCOMES = ("accepted", "reworked", "bounced", "duplicate")
"""What a service answers: taken, taken after it was written anew, sent back, or already there."""
OFFER_TIERS = ("platinum", "gold", "silver", "bronze")
FROZEN_STATES = ("met", "late", "missed", "waived", "not applicable", "unknown")
"""How a step stood on the day of a snapshot; unknown is due with nothing recorded."""
WHAT_WAS_FROZEN_STANDS = "what was frozen stands: a snapshot is never altered"
WHAT_HAPPENED_STANDS = "what happened stands: the history is never altered"
MARKER_KINDS = ("do not disclose", "restricted", "correction asked", "consent", "objection")
MARKED = ("whole record", "address", "contacts", "plans", "handovers")
"""What a marker is about; the last two are what somebody agrees, or objects, to others being given."""
