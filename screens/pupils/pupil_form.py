"""The form for a pupil: who, which school, needs, care, attendance, and the move that is coming."""

from collections.abc import Sequence
from datetime import date
from typing import cast

from textual import on
from textual.widgets import Input

from screens.frame import privacy
from screens.frame.host import Host, host_of
from screens.frame.pickers import school_finder, worker_finder
from screens.frame.record_form import RecordForm, Values, checked
from screens.widgets.fields import Field, Section
from screens.widgets.form import Form
from transitions.dates import short_with_year
from transitions.errors import FieldProblems
from transitions.pupils import editing
from transitions.pupils import page as pupil_page
from transitions.pupils.codes import NEEDS, PROVISIONS
from transitions.pupils.page import PupilView
from transitions.pupils.pupil_fields import FIELDS
from transitions.school_year import academic_year, cohort_year_of, year_group_label
from transitions.team import lookups
from transitions.workspace import Recorded, Workspace

_NEED_FIELDS = ("need_1", "need_2", "need_3")
_NEED_LABELS = ("Primary need", "Second need", "Third need")
_SAME_NAME = (
    "surname", "forename", "preferred_name", "date_of_birth", "sex", "upn", "former_upn", "uln", "out_of_year_reason",
    "in_year_move_on", "sen_provision", "pupil_premium", "free_school_meals", "english_additional_language",
    "home_language", "young_carer", "previously_looked_after", "child_protection_file", "attendance_percent",
    "suspensions", "part_time_timetable", "part_time_timetable_until", "tier",
)  # fmt: skip
"""Fields of the form that have the name of what the pupil's page holds."""


def pupil_form(host: Host, pupil_id: int | None) -> RecordForm:
    """Give the form for a pupil, or for a new one. Raises ``NoSuchRecord`` when the pupil is no longer there."""
    workspace = host.workspace
    view = None if pupil_id is None else pupil_page.load(workspace, pupil_id)
    title = "Add a pupil"
    if view is not None:
        page = view.page
        title = f"Edit {privacy.display_name(page.preferred_name or page.forename, page.surname, hidden=host.private)}"
    return RecordForm(
        title,
        [*_who(workspace), *_schools(workspace), *_needs(), *_care(workspace, view), *_move(workspace)],
        _new_values(workspace) if view is None else _values(view),
        lambda values, changed: _save(workspace, view, values, changed),
        f"draft pupil {pupil_id or 'new'}",
        PupilForm,
    )


class PupilForm(Form):
    """A form in which the year group follows the date of birth for as long as nobody has changed it by hand."""

    _by_age = ""

    def on_mount(self) -> None:
        """Know which year group is the one by age: only that one follows."""
        self._by_age = self._group_by_age()

    @on(Input.Changed)
    def _follow(self, event: Input.Changed) -> None:
        if event.input is not self._rows["date_of_birth"].editor:
            return
        row, by_age = self._rows["year_group"], self._group_by_age()
        if by_age and row.text in ("", self._by_age):
            row.text = self._by_age = by_age

    def _group_by_age(self) -> str:
        """Give the year group by the date of birth as it stands in the field; "" while that is none."""
        try:
            born = self._rows["date_of_birth"].read().value
        except ValueError:
            return ""
        if not isinstance(born, date):
            return ""
        today = host_of(self).workspace.clock.today
        return _group_words(academic_year(today) - cohort_year_of(born))


def _field(workspace: Workspace, name: str, label: str = "", **how: object) -> Field:
    return checked(name, label or FIELDS[name].title, FIELDS[name].read, workspace, **how)


def _yes_no(name: str, label: str = "") -> Field:
    return Field(name=name, label=label or FIELDS[name].title, kind="yes no")


def _who(workspace: Workspace) -> Sequence[Section]:
    fields = [
        _field(workspace, "surname"),
        _field(workspace, "forename", help="A surname, a forename or both"),
        _field(workspace, "preferred_name", help="What the pupil likes to be called"),
        _field(workspace, "date_of_birth", required=True, width=24, help="5/9/2015 or 5 sep 2015"),
        _field(workspace, "year_group", width=24, help="From the date of birth, unless you change it"),
        _field(workspace, "out_of_year_reason", "Why out of year", help="When it is not the year group by age"),
        Field(name="sex", label="Sex", kind="choice", choices=[("F", "Female"), ("M", "Male")]),
        _field(workspace, "upn", width=24, help="A letter and 12 digits"),
        _field(workspace, "former_upn", width=24),
        _field(workspace, "uln", width=24, help="Ten digits, from about the age of 14"),
    ]
    return [Section(title="Who", fields=fields)]


def _schools(workspace: Workspace) -> Sequence[Section]:
    find = school_finder(workspace)
    fields = [
        Field(name="school", label="School", kind="suggest", suggest=find),
        Field(
            name="next_school", label="Next school", kind="suggest", suggest=find, help="Empty while it is not known"
        ),
        _field(
            workspace, "in_year_move_on", "Moves in-year on", width=24, help="Only for a move within the school year"
        ),
    ]
    return [Section(title="School and next school", fields=fields)]


def _needs() -> Sequence[Section]:
    types = [(code, f"{words} ({code})") for code, words in NEEDS.items()]
    fields = [
        Field(name="sen_provision", label="SEN provision", kind="choice", choices=list(PROVISIONS.items())),
        *(
            Field(name=name, label=label, kind="choice", choices=types)
            for name, label in zip(_NEED_FIELDS, _NEED_LABELS, strict=True)
        ),
    ]
    return [Section(title="Special educational needs", fields=fields)]


def _care(workspace: Workspace, view: PupilView | None) -> Sequence[Section]:
    since = "; ".join(f"{kind} since {short_with_year(started_on)}" for kind, started_on in _open_episodes(view))
    circumstances = [
        _yes_no("pupil_premium"),
        _yes_no("free_school_meals"),
        _yes_no("english_additional_language", "English additional"),
        _field(workspace, "home_language"),
        _yes_no("young_carer"),
    ]
    care = [
        _field(
            workspace,
            "social_care",
            "Open as",
            kind="suggest",
            suggest=_find_kinds,
            help=f"Now: {since}" if since else "Such as child in need; several with commas",
        ),
        _field(
            workspace,
            "social_care_since",
            "Open since",
            width=24,
            help="The first day; empty is today for what is new",
        ),
        _yes_no("previously_looked_after", "Looked after before"),
        _yes_no("child_protection_file", "CP file exists"),
    ]
    attendance = [
        _field(workspace, "attendance_percent", "Attendance", width=12, help="Per cent, such as 93.4"),
        _field(workspace, "suspensions", width=12, help="How many, this school year"),
        _yes_no("part_time_timetable"),
        _field(workspace, "part_time_timetable_until", "Part-time until", width=24),
    ]
    return [
        Section(title="Circumstances", fields=circumstances),
        Section(title="Social care", fields=care),
        Section(title="Attendance", fields=attendance),
    ]


def _move(workspace: Workspace) -> Sequence[Section]:
    tiers = [(tier, tier.capitalize()) for tier in ("universal", "targeted", "enhanced")]
    fields = [
        Field(name="tier", label="Tier of support", kind="choice", choices=tiers),
        Field(name="worker", label="Who answers for them", kind="suggest", suggest=worker_finder(workspace)),
    ]
    return [Section(title="Transition", fields=fields)]


_CARE_KINDS = ("child in need", "child protection", "looked after", "care leaver", "short breaks")


def _find_kinds(typed: str) -> list[tuple[object, str]]:
    """Give the ways of being open that go on from what was typed, which may hold some before a comma."""
    before, comma, start = typed.rpartition(",")
    named = [part.strip().casefold() for part in before.split(",")]
    lead = f"{before.strip()}, " if comma else ""
    return [
        (kind, lead + kind)
        for kind in _CARE_KINDS
        if start.strip().casefold() in kind and kind not in named and start.strip().casefold() != kind
    ]


def _new_values(workspace: Workspace) -> Values:
    """A pupil whom one adds oneself is one's own, until somebody says otherwise."""
    flags = [name for name in _SAME_NAME if FIELDS[name].empty is False]
    me = lookups.me_name(workspace)
    return {**dict.fromkeys(flags, False), "sen_provision": "N", "worker": me and (workspace.me, me)}


def _values(view: PupilView) -> Values:
    page = view.page
    values: dict[str, object] = {name: getattr(page, name) for name in _SAME_NAME}
    values |= dict(zip(_NEED_FIELDS, view.needs, strict=False))
    values["year_group"] = _group_words(view.year_group) or None
    values["school"] = page.school_id and (page.school_id, page.school)
    values["next_school"] = page.next_school_id and (page.next_school_id, page.next_school)
    values["worker"] = page.owner_id and (page.owner_id, page.owner)
    values["social_care"] = ", ".join(kind for kind, _ in _open_episodes(view)) or None
    return values


def _open_episodes(view: PupilView | None) -> list[tuple[str, date]]:
    return [] if view is None else [(one.kind, one.started_on) for one in view.episodes if one.ended_on is None]


def _group_words(group: int) -> str:
    """Give the year group in words that can be read back; "" for one outside school."""
    return year_group_label(group) if -1 <= group <= 14 else ""


def _save(workspace: Workspace, view: PupilView | None, values: Values, changed: frozenset[str]) -> Recorded:
    _ask_for_reason(workspace, values)
    wanted = changed if view is not None else {name for name, value in values.items() if value is not None}
    fields = {name: values[name] for name in wanted if name not in _NEED_FIELDS}
    if wanted & set(_NEED_FIELDS):
        kept = [] if view is None else view.needs[len(_NEED_FIELDS) :]
        fields["needs"] = [*(values[name] for name in _NEED_FIELDS if values[name]), *kept]
    if "social_care_since" in fields:
        fields["social_care"] = values["social_care"]
    if isinstance(fields.get("year_group"), int):
        fields["year_group"] = _group_words(cast("int", fields["year_group"])) or "N1"
    if fields.get("attendance_percent") is not None:
        fields["attendance_percent"] = f"{fields['attendance_percent']}%"
    name = " ".join(str(values[part]) for part in ("forename", "surname") if values[part])
    if not fields:
        return Recorded("Pupil edited", name, 0)
    editing.save_pupil(workspace, None if view is None else view.page.id, fields)
    return Recorded("Pupil added" if view is None else "Pupil edited", name, len(fields))


def _ask_for_reason(workspace: Workspace, values: Values) -> None:
    born, group = values["date_of_birth"], values["year_group"]
    if not isinstance(born, date) or not isinstance(group, int) or values["out_of_year_reason"]:
        return
    by_age = academic_year(workspace.clock.today) - cohort_year_of(born)
    if group != by_age:
        what = f"{year_group_label(by_age)} is the year group by age. Say why the pupil is taught in another."
        raise FieldProblems({"out_of_year_reason": what})
