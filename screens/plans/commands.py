"""The commands of plans: opening one, taking it through its life, its wording, and two versions side by side."""

from screens.frame.commands import CASELOAD, LISTS, PLAN, PLAN_VERSIONS, PUPIL, TODAY, Command

_CASELOAD = frozenset({CASELOAD})
_PUPIL = frozenset({PUPIL})
_PLAN = frozenset({PLAN})
_VERSIONS = frozenset({PLAN_VERSIONS})

# fmt: off
PLAN_COMMANDS = (
    Command("plan.open", "Open the plan", ("P",), "plan", LISTS | _PUPIL | {TODAY}, short="plan", footer=True,
            words="pcp person centred profile",
            help="Opens the pupil’s plan; if there is none, asks which move to start one for."),
    Command("pupil.open_tab", "Open what the tab shows", ("enter",), "open_tab", _PUPIL, short="open",
            help="Opens the plan or the handover from its tab, and explains the step on the Timeline."),
    Command("plan.begin", "Open a plan for another move", (), "begin_plan", _PUPIL | _PLAN,
            help="Starts a plan for another move, as well as the existing ones."),
    Command("plan.edit", "Edit the section", ("enter",), "edit", _PLAN, short="edit", footer=True,
            help="Opens the section under the cursor for writing."),
    Command("plan.next_step", "Go on", ("G",), "next_step", _PLAN, footer=True,
            help="Shows what the plan’s next step needs and what is missing, and takes it."),
    Command("plan.action", "Add an action", ("a",), "do('add an action')", _PLAN, short="action", footer=True,
            help="Records who will do what by when."),
    Command("plan.outcome", "Add an outcome", (), "do('add an outcome')", _PLAN,
            help="Records what will be different by a date, and which hope it comes from."),
    Command("plan.meetings", "Meetings and reviews", ("M",), "do('meetings')", _PLAN, short="meetings", footer=True,
            help="Plans a meeting or a review, and records who came and what was decided."),
    Command("plan.print", "Print", ("p",), "do('print')", _PLAN, footer=True,
            words="paper word pdf document save",
            help="Saves the plan as a Word document, a web page or plain text, or a blank form for paper."),
    Command("plan.versions", "Versions", ("v",), "do('versions')", _PLAN, footer=True,
            help="Shows two versions of this plan side by side."),
    Command("plan.links", "Links", (), "links", _PLAN,
            help="Shows this plan's links to material, to add one or copy its address."),
    Command("plan.audit", "Audit", (), "do('audit')", _PLAN,
            help="Judges the quality of this plan by the checklist; the author cannot be the auditor."),
    Command("plan.survey", "Family survey", (), "do('survey')", _PLAN,
            help="Records what the pupil and the family say before and after the move."),
    Command("plan.previous", "Plan before", ("[",), "previous", _PLAN, short="before", footer=True,
            help="Opens the plan of the previous pupil in the list you came from."),
    Command("plan.next", "Plan after", ("]",), "next", _PLAN, short="after", footer=True,
            help="Opens the plan of the next pupil in the list you came from."),
    Command("plan.new_version", "New version", (), "new_version", _PLAN,
            help="Makes the next version of an agreed plan, which stays in force until the new one is agreed."),
    Command("plan.close", "Close the plan", ("T",), "do('close')", _PLAN, short="close",
            help="Closes a plan that has ended, with the reason."),
)
PLAN_QUALITY_COMMANDS = (
    Command("plan.words", "Plan wording", (), "plan_words", _CASELOAD | _PLAN,
            words="questions prompts template settings", alone=True,
            help="Changes the questions and prompts of plans, how often they are reviewed, and the grades of the audit."),
    Command("plan.quality", "Quality of plans", (), "plan_quality", _CASELOAD | _PLAN,
            words="audit figures", alone=True,
            help="Shows how many of this academic year's plans are completed, and what audits found."),
    Command("plan.families", "What families say", (), "survey_results", _CASELOAD,
            words="survey feedback parents", alone=True,
            help="Shows the family survey results, with every answer counted."),
    Command("versions.older_back", "The version before", ("left",), "step(-1)", _VERSIONS, short="older", footer=True,
            help="Shows an older version on the left."),
    Command("versions.older_on", "The version after", ("right",), "step(1)", _VERSIONS, short="newer", footer=True,
            help="Shows a newer version on the left."),
    Command("versions.everything", "Everything or only changes", ("v",), "everything", _VERSIONS, short="all or changes",
            footer=True, help="Shows everything in the two versions, or only the differences."),
    Command("versions.choose_older", "Choose the older version", (), "choose_older", _VERSIONS,
            help="Lists the versions, to choose the one on the left."),
    Command("versions.choose_newer", "Choose the newer version", (), "choose_newer", _VERSIONS,
            help="Lists the versions, to choose the one on the right."),
)
# fmt: on
