"""After the move: placements and returns, the first weeks as the new school tells them, and funding that ends."""

from collections.abc import Callable, Sequence
from functools import partial

from screens.frame.dialogs import Choice, Choose
from screens.frame.host import Host
from screens.frame.pickers import school_finder
from screens.frame.record_form import RecordForm, Values, open_form
from screens.handovers.body_text import first_weeks_words, funding_words, placement_words
from screens.handovers.correspondence import DAY_WIDTH
from screens.widgets.fields import Field
from transitions.handovers import after_move as after
from transitions.handovers.after_move import FirstWeeksRow, FundingRow, PlacementRow
from transitions.workspace import Recorded

Row = PlacementRow | FirstWeeksRow | FundingRow
_RECORDED = "recorded"
_HAS_BEEN, _TO_COME = "5/9, 5 sep, mon, -3d", "5/9, 5 sep, +6w, end of term"


def after_move(host: Host, pupil_id: int) -> None:
    """List what is recorded; choosing one opens its form, and the list comes back when it is saved."""
    placed = after.placements(host.workspace, pupil_id)
    told = after.first_weeks(host.workspace, pupil_id)
    funded = after.funding(host.workspace, pupil_id)
    choices = [Choice(f"placement {one.id}", placement_words(one)) for one in placed]
    choices += [Choice(f"weeks {one.id}", first_weeks_words(one)) for one in told]
    choices += [Choice(f"funding {one.id}", funding_words(one)) for one in funded]
    choices += [
        Choice("placement 0", "Add a placement", key="p", hint="alternative provision, nurture group, part-time"),
        Choice("weeks 0", "Add how the first weeks go", key="w", hint="as the new school tells it"),
        Choice("funding 0", "Add funding that ends", key="f"),
    ]
    rows: dict[str, Row] = {f"placement {one.id}": one for one in placed}
    rows |= {f"weeks {one.id}": one for one in told}
    rows |= {f"funding {one.id}": one for one in funded}
    forms = {"placement": _placement_form, "weeks": _weeks_form, "funding": _funding_form}

    def chosen(what: str | None) -> None:
        if what is not None:
            form = forms[what.partition(" ")[0]](host, pupil_id, rows.get(what))
            open_form(host, form, partial(after_move, host, pupil_id))

    host.push_screen(Choose("After the move", choices, detail=host.pupil_name(pupil_id)), chosen)


def _placement_form(host: Host, pupil_id: int, before: Row | None) -> RecordForm:
    kinds = [(kind, f"{kind[:1].upper()}{kind[1:]}") for kind in after.PLACEMENT_KINDS]
    fields = [
        Field(name="kind", label="What", kind="choice", choices=kinds, required=True, help="Down lists the kinds"),
        Field(name="school", label="School", kind="suggest", suggest=school_finder(host.workspace)),
        Field(name="place", label="Or where else", help="A place that is no school in the list"),
        _day("started_on", "From", _TO_COME, required=True),
        _day("planned_end", "Planned until", _TO_COME),
        _day("ended_on", "Ended on", _HAS_BEEN),
        Field(name="end_reason", label="Because", kind="long text"),
        _day("back_on", "Back from", f"{_HAS_BEEN}; six months on it is looked at again"),
        _day("checked_on", "Looked at again on", _HAS_BEEN),
        Field(name="check_result", label="What was found", kind="long text"),
    ]
    stored = _stored(before, after.PLACEMENT_FIELDS)
    if isinstance(before, PlacementRow) and before.school_id is not None:
        stored["school"] = (before.school_id, before.school)

    def save(values: Values, changed: frozenset[str]) -> Recorded:
        if before is not None and values[_RECORDED] is False:
            return after.take_out_placement(host.workspace, before.id)
        wanted = _wanted(values, changed, before, after.PLACEMENT_FIELDS)
        return after.save_placement(host.workspace, pupil_id, before and before.id, wanted).recorded

    return _form("placement", pupil_id, before, fields, stored, save)


def _weeks_form(host: Host, pupil_id: int, before: Row | None) -> RecordForm:
    fields = [
        _day("on_day", "Told on", f"{_HAS_BEEN}; empty is today"),
        Field(name="attendance_percent", label="Attendance, %", width=10, help="0 to 100"),
        Field(name="suspensions", label="Suspensions", width=10, help="How many so far"),
        Field(name="part_time", label="Part-time timetable", kind="yes no"),
        Field(name="note", label="How it goes", kind="long text", help="No safeguarding content."),
    ]
    stored = _stored(before, after.FIRST_WEEKS_FIELDS)
    if isinstance(before, FirstWeeksRow):
        stored["part_time"] = bool(before.part_time)
        percent = before.attendance_percent
        stored["attendance_percent"] = None if percent is None else f"{percent:g}"

    def save(values: Values, changed: frozenset[str]) -> Recorded:
        if before is not None and values[_RECORDED] is False:
            return after.take_out_first_weeks(host.workspace, before.id)
        wanted = _wanted(values, changed, before, after.FIRST_WEEKS_FIELDS)
        return after.save_first_weeks(host.workspace, pupil_id, before and before.id, wanted).recorded

    return _form("how the first weeks go", pupil_id, before, fields, stored, save)


def _funding_form(host: Host, pupil_id: int, before: Row | None) -> RecordForm:
    fields = [
        Field(name="what", label="What", required=True, help="Top-up (high needs) funding, a SEN inclusion fund"),
        _day("ends_on", "Ends on", _TO_COME, required=True),
        _day("applied_on", "Applied for anew on", _HAS_BEEN),
        Field(name="note", label="Note", kind="long text"),
    ]

    def save(values: Values, changed: frozenset[str]) -> Recorded:
        if before is not None and values[_RECORDED] is False:
            return after.take_out_funding(host.workspace, before.id)
        wanted = _wanted(values, changed, before, after.FUNDING_FIELDS)
        return after.save_funding(host.workspace, pupil_id, before and before.id, wanted).recorded

    return _form("funding", pupil_id, before, fields, _stored(before, after.FUNDING_FIELDS), save)


def _day(name: str, label: str, help_: str, *, required: bool = False) -> Field:
    return Field(name=name, label=label, kind="date", width=DAY_WIDTH, help=help_, required=required)


def _stored(before: Row | None, names: Sequence[str]) -> dict[str, object]:
    stored: dict[str, object] = {_RECORDED: True}
    return stored if before is None else stored | {name: getattr(before, name) for name in names}


def _wanted(values: Values, changed: frozenset[str], before: Row | None, names: Sequence[str]) -> dict[str, object]:
    """What was changed of a record that stands, and everything of a new one."""
    return {name: values[name] for name in names if before is None or name in changed}


def _form(
    what: str,
    pupil_id: int,
    before: Row | None,
    fields: list[Field],
    stored: Values,
    save: Callable[[Values, frozenset[str]], Recorded],
) -> RecordForm:
    if before is not None:
        taken = Field(
            name=_RECORDED, label="Is it so?", kind="yes no", help="No takes out what was recorded by mistake"
        )
        fields = [*fields, taken]
    title = f"Add {'a ' if what == 'placement' else ''}{what}" if before is None else f"Edit: {what}"
    draft = f"draft {what} {before.id if before else f'new of pupil {pupil_id}'}"
    return RecordForm(title, fields, stored, save, draft)
