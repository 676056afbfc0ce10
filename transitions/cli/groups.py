"""The menu: which commands there are, in the order in which people meet them, and the module that holds each."""

import click

from transitions.cli.context import Session
from transitions.cli.options import Commands, group
from transitions.text import an

COMMANDS: Commands = {
    "demo": ("custody", "Open the app on made-up pupils, in a separate file."),
    "today": ("pupils", "Print what can't wait."),
    "list": ("pupils", "Print a caseload."),
    "show": ("pupils", "Print one pupil with every step and plan."),
    "missed": ("pupils", "Print what is overdue and what was flagged missed."),
    "calendar": ("calendar", "Print the year's dates, or write them to a calendar, a wall planner or an e-mail."),
    "walk": ("around", "Go through a caseload pupil by pupil, in numbered questions."),
    "explain": ("pupils", "Say why a pupil's steps are or are not flagged."),
    "done": ("pupils", "Mark a step done."),
    "flag": ("pupils", "Flag an overdue step as missed, with a reason."),
    "waive": ("pupils", "Waive a step, with a reason."),
    "reopen": ("pupils", "Undo a decision about a step."),
    "remind": ("pupils", "Leave a pupil out of walks and Today until a day."),
    "phase-transfer": ("milestones", "Print how many EHC plans name the next place, or record what one says about it."),
    "guarantee": (
        "milestones",
        "Print how far the Transition Guarantee is kept: pupil premium compared with all others.",
    ),
    "forecast": (
        "milestones",
        "Print how many young people turn 18 in each quarter, and how many adults' services know about.",
    ),
    "impact": ("impact", "Print the figures that committees ask for, each with its base."),
    "report": ("impact", "Write the report for a committee: Word, a web page, or the recommendations as CSV."),
    "chronology": ("impact", "Write one young person's chronology, for an ombudsman or a tribunal."),
    "marker": ("groups", "Mark what must not be disclosed, what is restricted, who agrees to sharing and who objects."),
    "subject-access": ("impact", "Write everything held about one pupil, for a subject access request."),
    "cluster-plan": ("impact", "Write the year's plan for a school and its feeders."),
    "schools": ("around", "Print the schools, with how many pupils are there and coming."),
    "staff": ("around", "Print the staff, with how many pupils each has."),
    "team": ("groups", "Print who has how much, write the meeting sheet, or look after a record for the whole team."),
    "assign": ("pupils", "Give pupils a caseworker."),
    "note": ("pupils", "Write a note about a pupil."),
    "group": ("groups", "Manage LIFT groups, districts, clusters and other groups of schools."),
    "circle": ("around", "Print a pupil's circle of support, add somebody to it, or take somebody out."),
    "plan": ("groups", "Open, write, agree, review, audit and print a pupil's plan."),
    "milestone": ("groups", "Look up, add, change, move and retire milestones."),
    "workshop": ("groups", "Plan workshops and meetings, mark who came, follow up what was agreed."),
    "handover": ("groups", "Log, pack, send, receive and acknowledge what the next school must know."),
    "event": ("groups", "Record suspensions, exclusions, placements and other dated events, and count them."),
    "programme": ("groups", "Record the programmes that pupils and schools take part in, and count them."),
    "referral": ("groups", "Record referrals of pupils to services, and what the services answered."),
    "service": ("groups", "Keep the directory of services."),
    "offer": ("groups", "Record what schools are offered: tier, Navigator days, Healthy Schools."),
    "recommendation": ("groups", "Follow up a review's recommendations, with their grades."),
    "score": ("groups", "Record wellbeing scores before and after a move."),
    "readiness": ("groups", "Record how ready pupils are for a move."),
    "activity": ("groups", "Record what young people do after Year 11, by activity code."),
    "case-study": ("groups", "Keep pseudonymised case studies, with the family's agreement."),
    "figure": ("groups", "Enter other figures to compare with ours: last year's paper, England."),
    "week": ("groups", "Record weekly attendance in the first weeks at a new school."),
    "snapshot": ("groups", "Freeze the state of steps on named days, and compare one year with the one before."),
    "ask": ("groups", "Print or change the deadlines, returns and census days of every year."),
    "add": ("pupils", "Add a pupil, school or worker."),
    "edit": ("pupils", "Change a pupil, school or worker."),
    "me": ("pupils", "Say who you are, or see who the app thinks you are."),
    "import": ("files", "Read pupils, schools, terms or milestones from files."),
    "export": ("files", "Write plan summaries, pupils, the missed list, handovers or workshops to a file."),
    "history": ("custody", "Print what happened, to one pupil or to all."),
    "views": ("custody", "Print who opened which pupil's record."),
    "exports": ("custody", "Print which files left, for what, and their digests."),
    "copying": ("custody", "Say whether lists can be copied to the clipboard."),
    "undo": ("custody", "Undo the last action."),
    "redo": ("custody", "Redo the last undo."),
    "encrypt": ("unlocking", "Encrypt the records with a passphrase."),
    "decrypt": ("unlocking", "Decrypt the records."),
    "passphrase": ("groups", "Change the passphrase, the recovery code or the key of the records."),
    "backup": ("custody", "Write a verified copy of the database."),
    "restore": ("custody", "Replace the database with a backup."),
    "salvage": ("custody", "Save what can be read of a damaged file to a new one."),
    "copy": ("team", "Copy all records from a file to a server, or back."),
    "check": ("custody", "Look for damage and for gaps in the records."),
    "doctor": ("custody", "Print versions and settings for a support call; no pupil data."),
    "retention": ("groups", "Print which records have been kept long enough, and dispose of one with a certificate."),
    "locate": ("custody", "Print where the files are."),
}

PLAN_COMMANDS: Commands = {
    "new": ("plans", "Open a plan for a move."),
    "edit": ("plans", "Write answers to a plan's questions."),
    "outcome": ("plans", "Add, change or take out an outcome."),
    "action": ("plans", "Add an action, change it, tick it off or drop it."),
    "checklist": ("plans", "Print what the next step needs. Exit status 1 if something needed is missing."),
    "share": ("plans", "Record that the family has a copy."),
    "agree": ("plans", "Record that the pupil and family agreed."),
    "start": ("plans", "Record that the plan is in action."),
    "meeting": ("plans", "Record a meeting about a plan, planned or held."),
    "review": ("plans", "Record a review, and what happens to the plan."),
    "copy": ("plans", "Record who has a copy of a plan."),
    "link": ("around", "Add, change or take out a link to material, such as a toolkit or a form."),
    "version": ("plans", "Make the next version of an agreed plan."),
    "close": ("plans", "Close a plan that has ended."),
    "versions": ("plans", "Print a pupil's plans, version by version."),
    "compare": ("plans", "Print the differences between two versions of a plan."),
    "print": ("plan_quality", "Write a plan as a Word document, web page or plain text."),
    "blank": ("plan_quality", "Write a blank paper form: a plan, the survey or an audit."),
    "audit": ("plan_quality", "Audit a plan against the checklist."),
    "quality": ("plan_quality", "Print how many plans are completed, and what their audits found."),
    "survey": ("plan_survey", "Survey families, enter their answers, print the results."),
    "questions": ("plan_quality", "Print the questions of plans, with the names for plan edit."),
    "wording": ("plan_quality", "Print or change the council's own words, review cycles and thresholds."),
}


@group("plan", PLAN_COMMANDS)
def plan_command(_: Session) -> None:
    """Open, write, agree, review, audit and print a pupil's plan. PUPIL is a UPN, a name, or a number from list such as #12. The plan is the pupil's open one. If there are several, say which with --transition or --plan. An agreed plan can't be changed: a change makes the next version and says so."""


PASSPHRASE_COMMANDS: Commands = {
    "change": ("unlocking", "Change the passphrase."),
    "recovery": ("unlocking", "Make a new recovery code."),
    "rekey": ("unlocking", "Encrypt the records with a new key."),
    "keyring": ("unlocking", "Let this computer's keyring open the records, or stop it."),
    "lock-after": ("unlocking", "Set how many minutes without a key before the app locks."),
}


@group("passphrase", PASSPHRASE_COMMANDS)
def passphrase_command(_: Session) -> None:
    """Change how the records are opened. You are asked for the current passphrase first, or it is read from --passphrase-file."""


TEAM_COMMANDS: Commands = {
    "load": (
        "around",
        "Print each caseworker's load and what is missed compared with last week, or write the team meeting sheet.",
    ),
    "create": ("team", "Make the tables of a team's record on a server."),
    "upgrade": ("team", "Bring a record on a server to this version."),
    "add": ("team", "Let somebody into a record on a server, or give them another role."),
    "list": ("team", "Print who works with a record on a server, and what each may do."),
    "remove": ("team", "Shut somebody out of a record on a server."),
}


@group("team", TEAM_COMMANDS, usual="load")
def team_command(_: Session) -> None:
    """Print who has how much (load, when nothing else is named), or look after the record of a team on a PostgreSQL server."""


RETENTION_COMMANDS: Commands = {
    "list": ("retention", "Print which records have been kept long enough."),
    "keep": ("retention", "Keep one pupil's record longer, and say why."),
    "years": ("retention", "Print, or change, how many years from birth each class is kept."),
    "archive": ("retention", "Take pupils out of every list but keep their records, or bring them back."),
    "dispose": ("retention", "Remove everything held about one pupil, and write the certificate."),
}


@group("retention", RETENTION_COMMANDS)
def retention_command(_: Session) -> None:
    """Review and dispose of records kept long enough. Nothing is disposed of automatically or without a certificate."""


GROUP_COMMANDS: Commands = {
    "list": ("around", "Print the groups, and how many schools belong to each."),
    "show": ("around", "Print a group's schools, and the years they belong to it."),
    "member": ("around", "Add a school to a group, change its years, or print its groups."),
    "edit": ("around", "Give a group another name or kind."),
    "take-out": ("around", "Take out a group that was entered by mistake."),
}


@group("group", GROUP_COMMANDS)
def group_command(_: Session) -> None:
    """Manage groups of schools by academic year. list, missed, workshop invite and the figures take --group. GROUP is a number from group list such as #3, or words from its kind and name ("LIFT North"). To import a file of groups: import groups FILE."""


MILESTONE_COMMANDS: Commands = {
    "list": ("milestones", "Print the milestones."),
    "show": ("milestones", "Print one milestone in full, with its rule in earlier years."),
    "preview": ("milestones", "Print the effect of a change on pupils' steps, without writing anything."),
    "add": ("milestones", "Add a milestone of the council's own."),
    "edit": ("milestones", "Change a milestone, from an academic year on."),
    "move": ("milestones", "Give a milestone another date rule."),
    "retire": ("milestones", "Retire a milestone from a date."),
    "restore": ("milestones", "Bring a retired milestone back, or switch on one that is off."),
}


@group("milestone", MILESTONE_COMMANDS)
def milestone_command(_: Session) -> None:
    """Look up, add, change, move and retire milestones, seeing the effect first. MILESTONE is a code such as 6-7.handover-sent, a title, or some words from one. A change applies to moves from this academic year (or --from) on. Earlier years stay the same, and decided steps are not touched."""


WORKSHOP_COMMANDS: Commands = {
    "list": ("workshops", "Print an academic year's workshops, or the coming ones."),
    "show": ("workshops", "Print one workshop with its register, actions and feedback."),
    "new": ("workshops", "Plan a workshop or meeting, and see what its date clashes with."),
    "edit": ("workshops", "Change a workshop, or move it."),
    "next": ("workshops", "Plan the next meeting, with the same people invited."),
    "hold": ("workshops", "Record that a workshop was held, before marking anybody."),
    "cancel": ("workshops", "Call a workshop off, or bring it back."),
    "archive": ("workshops", "Take out a workshop that was entered by mistake."),
    "restore": ("workshops", "Bring back a workshop that was taken out."),
    "invite": ("workshop_register", "Add schools, agencies and people to the register, or print whom to invite."),
    "attend": ("workshop_register", "Mark who came, sent apologies or was absent, by hand or from a file."),
    "link": ("around", "Add, change or take out a link to material, such as a toolkit or a booklet."),
    "feedback": ("workshop_register", "Record what people said about a workshop, or print it by theme."),
    "action": ("workshop_register", "Add an action, change it, drop it or take it up again."),
    "grade": ("workshop_register", "Grade the progress of actions, 1 fully achieved to 4 not achieved."),
    "actions": ("workshop_register", "Print actions, or write them in the columns of a committee or a district plan."),
    "agenda": ("workshops", "Print a workshop's agenda, with carried-over actions."),
    "attendance": (
        "workshop_figures",
        "Print who came, by school, term or year, and settings with movers that sent nobody.",
    ),
    "feeders": ("workshop_figures", "Print which schools pupils move from and to."),
    "training": ("workshop_figures", "Print or change training programmes: modules, completion, confidence."),
}


@group("workshop", WORKSHOP_COMMANDS)
def workshop_command(_: Session) -> None:
    """Plan and run workshops and meetings, mark who came, follow up what was agreed.

    WORKSHOP is a number such as #12, or words from its title, kind, host and date ("forum 7 nov"). Every figure has its base.
    """


HANDOVER_COMMANDS: Commands = {
    "list": ("handovers", "Print the board: every pupil who moves, the handover's progress, and who is waiting for whom."),
    "show": ("handover_reading", "Print one handover: answers, what is missing, how it was sent, questions."),
    "questions": ("handover_reading", "Print the questions of a move's form, with their names."),
    "own-questions": ("handover_reading", "Print or change the council's own questions, asked beside the standard ones."),
    "start": ("handovers", "Start handovers for one pupil or a class."),
    "edit": ("handovers", "Answer questions for one pupil, or the same for many."),
    "accept": ("handovers", "Accept the answers that the pupil's record suggests."),
    "friend": ("handovers", "Record that two pupils should be kept together, or apart."),
    "unfriend": ("handovers", "Remove what is recorded about two pupils."),
    "tier": ("handover_support", "Print the suggested tier and why, or decide the tier."),
    "factors": ("handover_support", "Print or change how much each factor of the tier counts."),
    "child-protection": ("handover_support", "Record that a child protection file was sent, its receipt, or that it was chased."),
    "send": ("handover_delivery", "Record that handovers were sent to their next schools."),
    "viewed": ("handover_delivery", "Record that the receiving school has opened handovers."),
    "acknowledge": ("handover_delivery", "Record that the receiving school acknowledged handovers. Only then are they complete."),
    "fail": ("handover_delivery", "Record that handovers did not arrive."),
    "chase": ("handover_delivery", "Record that you asked the receiving school whether it has read handovers."),
    "take-back": ("handover_delivery", "Record that handovers were not sent."),
    "ask": ("handover_delivery", "Record a question from the receiving school."),
    "reply": ("handover_delivery", "Answer a question from the receiving school."),
    "note": ("handover_delivery", "Write a note to go with a handover."),
    "passphrase": ("handover_delivery", "Suggest a passphrase that is easy to say on the telephone."),
    "pack": ("handover_delivery", "Make a sealed file for each receiving school, with all its pupils, and mark them as sent."),
    "packs": ("handover_delivery", "Print the files that were sent and received."),
    "receive": ("handover_delivery", "Take in a pack from another school."),
    "inbox": ("handovers", "Print the handovers received from other schools."),
    "answer-pack": ("handover_delivery", "Write the file that tells a sender what has been received, acknowledged and asked."),
    "take-answer": ("handover_delivery", "Take in a school's answer to a pack."),
    "print": ("handover_reading", "Write a school's handovers for printing: a cover list, a page each, a receipt slip."),
    "format": ("handover_reading", "Write handovers in a school's own format, or set that format."),
    "placement": ("handover_support", "Record where a pupil went after a move, and their return."),
    "first-weeks": ("handover_support", "Record how the first weeks at the new school went."),
    "funding": ("handover_support", "Record extra funding that ends, and the reapplication."),
    "sustained": ("handover_support", "Print how many moves have lasted a term, six months and a year."),
}  # fmt: skip


@group("handover", HANDOVER_COMMANDS)
def handover_command(_: Session) -> None:
    """Record once what the next school must know, send it, and know for certain that it was read.

    PUPIL is a number such as #12, a UPN or a name. A handover is complete only when the receiving school acknowledges it.
    """


ASK_COMMANDS: Commands = {
    "list": ("calendar", "Print every deadline, with its dates in one academic year."),
    "show": ("calendar", "Print one deadline: its rules, basis and dates, and earlier versions."),
    "days": ("calendar", "Set a deadline's published dates for one academic year."),
    "add": ("calendar", "Add a deadline of the council's own."),
    "edit": ("calendar", "Change a deadline from an academic year on."),
    "retire": ("calendar", "Retire a deadline from a date."),
    "restore": ("calendar", "Bring a retired deadline back."),
}


@group("ask", ASK_COMMANDS)
def ask_command(_: Session) -> None:
    """Look up and change the yearly deadlines, returns and census days. CODE is a code such as census.spring, or words from a title."""


DATE_COMMANDS: Commands = {
    "list": ("calendar", "Print your own dates in an academic year, with their numbers."),
    "add": ("calendar", "Add a date: a deadline, a test, a trip or another event."),
    "edit": ("calendar", "Change a date, or move it."),
    "take-out": ("calendar", "Take a date out of the calendar."),
    "restore": ("calendar", "Bring back a date that was taken out."),
}


@group("date", DATE_COMMANDS)
def date_command(_: Session) -> None:
    """Add the council's and schools' own dates to the year: one-off deadlines, tests, trips, other events."""


EVENT_COMMANDS: Commands = {
    "list": ("pupil_records", "Print a pupil's suspensions, exclusions, placements and other dated events."),
    "add": ("pupil_records", "Record a suspension, an exclusion, alternative provision, off roll and so on."),
    "edit": ("pupil_records", "Change an event."),
    "take-out": ("pupil_records", "Take out an event recorded by mistake."),
    "by-school": ("pupil_records", "Print, by receiving school, what happened to its pupils in Year 7."),
}


@group("event", EVENT_COMMANDS)
def event_command(_: Session) -> None:
    """Record what happens to a pupil: suspensions, exclusions, placements, home education, off roll."""


PROGRAMME_COMMANDS: Commands = {
    "list": ("pupil_records", "Print the programmes that a pupil or a school takes part in."),
    "add": ("pupil_records", "Record that a pupil or a school takes part in a programme."),
    "edit": ("pupil_records", "Change what is recorded."),
    "take-out": ("pupil_records", "Take out a record made by mistake."),
    "names": ("pupil_records", "Print the names of all programmes."),
    "figures": ("pupil_records", "Print how many took part, and the outcomes."),
}


@group("programme", PROGRAMME_COMMANDS)
def programme_command(_: Session) -> None:
    """Record interventions and programmes: what a pupil or school takes part in, since when, and the outcome."""


def _record_group(name: str, what: str, said: str, more: Commands | None = None) -> click.Group:
    """The group of a kind of record that has the commands list, add, edit and take-out, and ``more``."""
    table: Commands = {
        "list": ("impact_records", "Print the records, with their numbers."),
        "add": ("impact_records", f"Record {an(what)}."),
        "edit": ("impact_records", f"Change {an(what)}."),
        "take-out": ("impact_records", f"Take out {an(what)} recorded by mistake."),
        **(more or {}),
    }

    def command_of(_: Session) -> None:
        pass

    command_of.__doc__ = said
    return group(name, table)(command_of)


referral_command = _record_group(
    "referral",
    "referral",
    "Record referrals: when a need was seen, when a pupil was referred from which school to which service, and the answer.",
)
service_command = _record_group(
    "service",
    "service",
    "Keep the directory of services: what they are for, who runs them, how to refer, for whom, key times of the year.",
    {"booklet": ("impact_records", "Write the directory as the support booklet.")},
)
offer_command = _record_group(
    "offer",
    "offer",
    "Record what a school is offered, and since when: platinum to bronze, Navigator days a week, Healthy Schools.",
)
recommendation_command = _record_group(
    "recommendation",
    "recommendation",
    "Follow up a review's recommendations: responsibility, date, action, success measure, progress with its grade, impact.",
)
score_command = _record_group(
    "score",
    "score",
    "Record wellbeing scores, such as Kidscreen-52, before and after a move: numbers and dates, no diagnosis.",
)
readiness_command = _record_group(
    "readiness",
    "readiness",
    "Record the good level of development, and how ready the pupil is according to school, pupil and family.",
)
activity_command = _record_group(
    "activity",
    "activity",
    "Record what a young person is doing and since when, by client caseload (NCCIS) activity code.",
)
case_study_command = _record_group(
    "case-study",
    "case study",
    "Keep case studies without names. Only those the family agrees to go into a report.",
)
figure_command = _record_group(
    "figure",
    "figure",
    "Enter figures from papers, with their base and source, to show beside ours. Nothing is calculated from them.",
)
week_command = _record_group(
    "week", "week", "Record how many sessions were possible for a pupil in a week and how many were attended."
)
marker_command = _record_group(
    "marker",
    "marker",
    "Mark a pupil’s record: do not disclose, restricted, correction asked, consent, objection; every file obeys.",
)

SNAPSHOT_COMMANDS: Commands = {
    "make": ("snapshots", "Freeze the state of this school year's steps today."),
    "list": ("snapshots", "Print the snapshots."),
    "show": ("snapshots", "Print one snapshot by milestone."),
    "compare": ("snapshots", "Compare a year with the one before: fewer missed, no clear change, more."),
    "series": ("snapshots", "Print what was missed month by month, and which months stand out."),
    "dates": ("snapshots", "Print or set the days on which a snapshot is made automatically."),
}


@group("snapshot", SNAPSHOT_COMMANDS)
def snapshot_command(_: Session) -> None:
    """Freeze the state of a school year's steps on a day, so one year can be compared with the one before. A snapshot can't be changed or undone. Quote its seal in a paper to prove later that it is the same one. check looks for alterations."""
