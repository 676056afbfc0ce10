"""The commands of pupils' records, and of the lists of schools and staff."""

from screens.frame.commands import CASELOAD, LISTS, PLAN, PUPIL, SCHOOLS, STAFF, Command

_CASELOAD = frozenset({CASELOAD})
_PUPIL = frozenset({PUPIL})
_PLAN = frozenset({PLAN})
_SCHOOLS = frozenset({SCHOOLS})
_STAFF = frozenset({STAFF})

# fmt: off
PUPIL_COMMANDS = (
    Command("pupil.add", "Add a pupil", ("a",), "add_pupil", LISTS, short="add",
            help="Opens an empty form for a new pupil."),
    Command("list.edit", "Edit pupil", ("e",), "edit", LISTS, short="edit",
            help="Opens the details of the highlighted pupil for editing."),
    Command("pupil.edit", "Edit pupil", ("e",), "edit", _PUPIL, short="edit", footer=True,
            help="Opens the details of this pupil for editing."),
    Command("records.schools", "Schools", ("S",), "schools", LISTS,
            help="Lists the schools, to look up, add or edit one."),
    Command("records.staff", "Staff", ("K",), "staff", LISTS,
            help="Lists the members of staff and how many pupils each has."),
    Command("records.import", "Import", ("I",), "import_file", LISTS,
            help="Reads pupils, schools or term dates from a file; first it shows what would change."),
    Command("pupil.contacts", "Circle of support", ("C",), "contacts", LISTS | _PUPIL | _PLAN, short="circle",
            help="Shows the people around the pupil, to look up, add or edit one."),
    Command("pupil.events", "Events and programmes", (), "events", _PUPIL,
            help="Shows suspensions, exclusions, placements and other dated events, and what the pupil takes part in."),
    Command("pupil.records", "Referrals, scores and more", (), "records", _PUPIL,
            help="Shows referrals, wellbeing scores, readiness, activities, case studies and weeks of attendance."),
    Command("pupil.markers", "Data protection", (), "markers", _PUPIL,
            help="Shows what must not be disclosed, what is restricted, who agrees to sharing and who objects."),
    Command("pupil.access", "Everything held", (), "access", _PUPIL,
            help="Writes everything held about this pupil to a document, with what to look at before it leaves."),
    Command("pupil.archive", "Archive the pupil", ("T",), "archive", LISTS | _PUPIL,
            help="Takes the pupil out of every list and keeps the record; it can be brought back at any time."),
    Command("records.archived", "Archived pupils", (), "archived", _CASELOAD,
            help="Lists the pupils who were archived, to bring one back."),
    Command("records.retention", "Records kept long enough", ("Z",), "retention", _CASELOAD,
            help="Lists whose records have been kept long enough, to look at one, keep it longer, or dispose of it with a certificate."),
)
RECORD_LIST_COMMANDS = (
    Command("school.pupils", "Pupils of the school", ("enter",), "pupils", _SCHOOLS, short="pupils", footer=True,
            help="Lists the pupils who are at the highlighted school, or will be; Escape comes back to it."),
    Command("school.edit", "Edit school", ("e",), "edit", _SCHOOLS, short="edit", footer=True,
            help="Opens the highlighted school for editing."),
    Command("school.add", "Add a school", ("a",), "add", _SCHOOLS, short="add", footer=True,
            help="Opens an empty form for a new school."),
    Command("school.programmes", "Programmes", (), "programmes", _SCHOOLS,
            help="Shows what the highlighted school takes part in, to look at, add or edit one."),
    Command("school.offer", "Support level and offer", ("L",), "offer", _SCHOOLS, short="support level", footer=True,
            help="Shows what the highlighted school is offered: its tier, the Navigator's days, Healthy Schools."),
    Command("school.archive", "Archive the school", ("T",), "archive", _SCHOOLS, short="archive", footer=True,
            help="Takes the highlighted school out of the lists; pupils keep it as their school."),
    Command("school.archived", "Archived schools", (), "archived", _SCHOOLS,
            help="Lists the schools that were archived, to bring one back."),
    Command("school.groups", "Groups of the school", (), "groups", _SCHOOLS,
            help="Shows to which LIFT group, district or cluster the highlighted school belongs, and since when."),
    Command("school.filter", "Only one group", ("f",), "filter", _SCHOOLS, short="filter", footer=True,
            help="Shows only the schools that belong to one group this academic year."),
    Command("worker.pupils", "Pupils", ("enter",), "pupils", _STAFF, short="pupils", footer=True,
            help="Lists the pupils whose caseworker the highlighted person is; Escape comes back to it."),
    Command("worker.edit", "Edit", ("e",), "edit", _STAFF, footer=True,
            help="Opens the highlighted member of staff for editing."),
    Command("worker.add", "Add a member of staff", ("a",), "add", _STAFF, short="add", footer=True,
            help="Opens an empty form for a new member of staff."),
    Command("worker.archive", "Archive, or bring back", ("T",), "archive", _STAFF, short="archive", footer=True,
            help="Takes the highlighted member of staff out of the lists to choose from, or brings an archived one back."),
    Command("worker.me", "This is me", (), "me", _STAFF,
            help="Says that this is who sits at the keyboard, from now on and at every later start."),
    Command("records.find", "Find", ("/",), "find", _SCHOOLS | _STAFF, footer=True,
            help="Finds as you type, by name, town or number."),
    Command("records.import_schools", "Import", ("I",), "import_file", _SCHOOLS, footer=True,
            help="Reads schools from a file, such as the national register's download."),
)
# fmt: on
