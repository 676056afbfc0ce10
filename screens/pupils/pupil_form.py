"""The form for a pupil: who, which school, needs, care, attendance, and the move that is coming; its small records."""

from datetime import date
from functools import partial
from typing import cast

from textual import on
from textual.widgets import Input

from screens.frame import render_context
from screens.frame.dialogs import Choice
from screens.frame.host import Host, host_of
from screens.frame.record_form import RecordForm, Values, question, questions
from screens.frame.small_records import Shown, small_records
from screens.pupils.page_text import dated_words, placement_words, programme_words
from screens.widgets.fields import FormField, FormSection
from screens.widgets.form import Form
from transitions.dates import short_with_year
from transitions.pupils import editing, lists, programmes
from transitions.pupils import page as pupil_page
from transitions.pupils.codes import NEEDS
from transitions.pupils.editing import FORM_FIELDS, load_tables
from transitions.pupils.events import EVENT
from transitions.pupils.markers import MARKER, marker_words
from transitions.pupils.page import PupilView
from transitions.pupils.placements import PLACEMENT
from transitions.pupils.pupil_fields import EHC_FIELDS
from transitions.school_year import academic_year, cohort_year_of, year_group_label
from transitions.team import workers
from transitions.workspace import Recorded, Saved, Workspace

_NEED_FIELDS = ("need_1", "need_2", "need_3")
_NEED_LABELS = ("Primary need", "Second need", "Third need")


def pupil_form(host: Host, pupil_id: int | None) -> RecordForm:
    """The form for a pupil, or for a new one. Raises ``NoSuchRecord`` when the pupil is no longer there."""
    load_tables()
    workspace = host.workspace
    view = None if pupil_id is None else pupil_page.load(workspace, pupil_id)
    title = "Add a pupil"
    if view is not None:
        page = view.page
        title = f"Edit {render_context.display_name(page.preferred_name or page.forename, page.surname, hidden=host.private)}"
    return RecordForm(
        title,
        _content(workspace, view),
        _new_values(workspace) if view is None else _values(view),
        lambda values, changed: _save(workspace, view, values, changed),
        f"draft pupil {pupil_id or 'new'}",
        PupilForm,
        now=None if pupil_id is None else lambda: _values(pupil_page.load(workspace, pupil_id)),
    )


class PupilForm(Form):
    """A form in which the year group follows the date of birth for as long as nobody has changed it by hand."""

    _by_age = ""

    def on_mount(self) -> None:
        self._by_age = self._group_by_age()

    @on(Input.Changed)
    def _follow(self, event: Input.Changed) -> None:
        if event.input is not self._rows["date_of_birth"].editor:
            return
        row, by_age = self._rows["year_group"], self._group_by_age()
        if by_age and row.text in ("", self._by_age):
            row.text = self._by_age = by_age

    def _group_by_age(self) -> str:
        """The year group by the date of birth as it stands in the field; "" while that is none."""
        try:
            born = self._rows["date_of_birth"].checked().value
        except ValueError:
            return ""
        if not isinstance(born, date):
            return ""
        today = host_of(self).workspace.clock.today
        return _group_words(academic_year(today) - cohort_year_of(born))


_WHO = {
    "Who": (
        "surname", "forename", "preferred_name", "date_of_birth", "year_group", "out_of_year_reason", "sex", "upn",
        "former_upn", "uln",
    ),
    "School and next school": ("school", "next_school", "next_school_stage", "in_year_move_on"),
}  # fmt: skip
_CARE = {
    "Circumstances": (
        "pupil_premium",
        "free_school_meals",
        "english_additional_language",
        "home_language",
        "young_carer",
    ),
    "Social care": (
        "social_care",
        "social_care_since",
        "social_care_ended",
        "support_to_25",
        "previously_looked_after",
        "child_protection_file",
    ),
    "Attendance": ("attendance_percent", "suspensions", "part_time_timetable", "part_time_timetable_until"),
    "Transition": ("tier", "worker"),
}


def _content(workspace: Workspace, view: PupilView | None) -> list[FormField | FormSection]:
    context = editing.form_context(workspace)
    types = [(code, f"{words} ({code})") for code, words in NEEDS.items()]
    needs = [
        question(FORM_FIELDS["sen_provision"], context, late=True),
        *(
            FormField(name=name, label=label, kind="choice", choices=types)
            for name, label in zip(_NEED_FIELDS, _NEED_LABELS, strict=True)
        ),
    ]
    since = "; ".join(
        f"{kind}, start date not known" if day is None else f"{kind} since {short_with_year(day)}"
        for kind, day in _open_episodes(view)
    )
    # Days and numbers are asked as text, which the record's own reader judges.
    overrides: dict[str, dict[str, object]] = {
        name: {"late": True, **({"kind": "text"} if field.kind in ("date", "number") else {})}
        for name, field in FORM_FIELDS.items()
    }
    overrides["social_care"] |= {
        "help": f"Now: {since}" if since else "Such as child in need. Separate several with commas"
    }
    return [
        *questions(FORM_FIELDS, context, _WHO, overrides=overrides),
        FormSection(title="Special educational needs", fields=needs),
        *questions(FORM_FIELDS, context, {"EHC plan": [field.name for field in EHC_FIELDS]}, overrides=overrides),
        *questions(FORM_FIELDS, context, _CARE, {"social_care": _find_kinds}, overrides),
    ]


def _find_kinds(typed: str) -> list[tuple[object, str]]:
    """The ways of being open that go on from what was typed, which may hold some before a comma."""
    before, comma, start = typed.rpartition(",")
    named = [part.strip().casefold() for part in before.split(",")]
    lead = f"{before.strip()}, " if comma else ""
    return [
        (kind, lead + kind)
        for kind, _ in FORM_FIELDS["social_care"].choices
        if start.strip().casefold() in kind and kind not in named and start.strip().casefold() != kind
    ]


def _new_values(workspace: Workspace) -> Values:
    """A pupil whom one adds oneself is one's own, until somebody says otherwise."""
    flags = [name for name, field in FORM_FIELDS.items() if field.kind == "yes no"]
    me = workers.me_name(workspace)
    return {**dict.fromkeys(flags, False), "sen_provision": "N", "worker": me and (workspace.me, me)}


def _values(view: PupilView) -> Values:
    page = view.page
    values: dict[str, object] = {name: getattr(page, name) for name in FORM_FIELDS if hasattr(page, name)}
    values |= dict(zip(_NEED_FIELDS, view.needs, strict=False))
    values["year_group"] = _group_words(view.year_group) or None
    values["school"] = page.school_id and (page.school_id, page.school)
    values["next_school"] = page.next_school_id and (page.next_school_id, page.next_school)
    values["worker"] = page.owner_id and (page.owner_id, page.owner)
    values["social_care"] = ", ".join(kind for kind, _ in _open_episodes(view)) or None
    return values


def _open_episodes(view: PupilView | None) -> list[tuple[str, date | None]]:
    return [] if view is None else [(one.kind, one.started_on) for one in view.episodes if one.has_no_end]


def _group_words(group: int) -> str:
    """The year group in words that can be read back; "" for one outside school."""
    return year_group_label(group) if -1 <= group <= 14 else ""


def _save(workspace: Workspace, view: PupilView | None, values: Values, changed: frozenset[str]) -> Recorded:
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
    wanting = _reason_wanting(workspace, values)
    number = editing.save_pupil(workspace, None if view is None else view.page.id, fields, wanting)
    name = " · ".join([name, *editing.second_looks(workspace, "pupil", number, fields)])
    return Saved("Pupil added" if view is None else "Pupil edited", name, len(fields)).under(number)


def _reason_wanting(workspace: Workspace, values: Values) -> dict[str, str]:
    born, group = values["date_of_birth"], values["year_group"]
    if not isinstance(born, date) or not isinstance(group, int) or values["out_of_year_reason"]:
        return {}
    by_age = academic_year(workspace.clock.today) - cohort_year_of(born)
    what = f"{year_group_label(by_age)} is the year group for this age. Say why the pupil is taught in another."
    return {} if group == by_age else {"out_of_year_reason": what}


_EVENT = Shown(
    EVENT,
    dated_words,
    Choice("event 0", "Add an event", "e", "suspension, exclusion, home education, off roll"),
    "event",
)
_PROGRAMME = Shown(
    programmes.OF_PUPIL,
    programme_words,
    Choice("programme 0", "Add a programme", "g", "an intervention, a group, mentoring"),
    "programme",
    {"programme": partial(programmes.names, owner="pupil")},
)
_PLACEMENT = Shown(
    PLACEMENT,
    placement_words,
    Choice("placement 0", "Add a placement", "p", "alternative provision, nurture group, part-time"),
    "placement",
)


_MARKER = Shown(
    MARKER,
    marker_words,
    Choice("marker 0", "Add a marker", "m", "do not disclose, restricted, correction asked, consent, objection"),
    "marker",
)


async def markers_of(host: Host, pupil_id: int) -> None:
    """What is marked on the record about data protection."""
    await small_records(host, pupil_id, "Data protection", host.pupil_name(pupil_id), {"marker": _MARKER})


async def events_of(host: Host, pupil_id: int) -> None:
    """The dated events of a pupil, and the programmes."""
    shown = {"event": _EVENT, "placement": _PLACEMENT, "programme": _PROGRAMME}
    await small_records(host, pupil_id, "Events and programmes", host.pupil_name(pupil_id), shown)


async def programmes_of(host: Host, school_id: int) -> None:
    """What a school takes part in."""
    shown = {
        "programme": _PROGRAMME._replace(
            kind=programmes.OF_SCHOOL, known={"programme": partial(programmes.names, owner="school")}
        )
    }
    await small_records(host, school_id, "Programmes", lists.school(host.workspace, school_id)["name"], shown)
