"""The meetings and reviews of a plan: who was invited, who came, what was decided, and what becomes of the plan."""

from collections import Counter
from functools import partial

from screens.frame.dialogs import Choice, Choose, Confirm
from screens.frame.host import Host
from screens.frame.record_form import RecordForm, Values, open_form, question, sentence
from screens.plans.steps import close_plan
from screens.widgets.fields import FormField, FormSection, PlainAnswer
from transitions.dates import how_far, short_with_year
from transitions.errors import require
from transitions.fields import typed_in
from transitions.plans import lifecycle, meetings, opening
from transitions.plans.attendees import Attendee, attendees_text, likely_attendees, read_attendees
from transitions.plans.meetings import MEETING_FIELDS
from transitions.plans.page import Meeting, PlanPage, load
from transitions.pupils.page import terms_of
from transitions.workspace import Recorded

ALL_CAME, TAKES_PLACE, PEOPLE = "all_came", "takes_place", "attendees"
_ATTENDANCES = {"came": "came", "apologies": "sent apologies", "absent": "did not come", "invited": "invited"}
_NEW_MEETING, _NEW_REVIEW = (0, "meeting"), (0, "review")


async def open_meetings(host: Host, plan_id: int) -> None:
    comes_back = True
    while comes_back:
        page = load(host.workspace, plan_id)
        pages = [page, *(load(host.workspace, one.id) for one in page.versions if one.version < page.plan.version)]
        found = [(meeting, of) for of in pages for meeting in of.meetings]
        found.sort(key=lambda one: (one[0].row.held_on, one[0].row.id), reverse=True)
        choices = [
            Choice((meeting.row.id, ""), _meeting_line(meeting, of), hint=_hint(meeting, of, page))
            for meeting, of in found
        ]
        choices += [Choice(_NEW_MEETING, "Add a meeting", "a"), Choice(_NEW_REVIEW, "Add a review", "r")]
        of_meeting = {meeting.row.id: (meeting, of) for meeting, of in found}
        detail = (
            ""
            if found
            else "None yet. Plan one by giving a future date. Afterwards use the same form for who came and what was decided."
        )
        value = await host.ask(Choose("Meetings and reviews", choices, detail=detail))
        if value is None:
            return
        number, kind = value
        if number:
            meeting, of = of_meeting[number]
            comes_back = await _open(host, of, meeting, kind=meeting.row.kind)
        else:
            comes_back = await _open(host, in_force(host, page) if kind == "review" else page, None, kind=kind)


def in_force(host: Host, page: PlanPage) -> PlanPage:
    """The version that is reviewed: the newest that is agreed and not closed, while a newer one is being written."""
    agreed = [one for one in page.versions if one.agreed_on is not None and one.status != "closed"]
    return load(host.workspace, agreed[-1].id) if agreed else page


def _meeting_line(meeting: Meeting, page: PlanPage) -> str:
    row = meeting.row
    symbol = "+" if row.happened else "!" if row.held_on < page.today else "."
    return f"{symbol} {short_with_year(row.held_on)} · {row.kind}"


def _hint(meeting: Meeting, of: PlanPage, shown: PlanPage) -> str:
    row = meeting.row
    if not row.happened:
        state = (
            f"planned, {how_far(row.held_on, of.today)}" if row.held_on >= of.today else "planned, not recorded as held"
        )
    else:
        came = sum(person.attendance == "came" for person in meeting.attendees)
        state = f"held, {came} of {len(meeting.attendees)} came" if meeting.attendees else "held"
    version = f"version {of.plan.version}" if of.plan.id != shown.plan.id else ""
    return " · ".join(part for part in (state, row.result or "", version) if part)


async def _open(host: Host, page: PlanPage, meeting: Meeting | None, *, kind: str) -> bool:
    """Open the form; whether the list comes back: when it was saved, unless a review leads to something else."""
    before = meeting.row.result if meeting else None
    saved: list[str] = []
    if not await open_form(host, meeting_form(host, page, meeting, kind, saved)):
        return False
    result = saved[0] if saved and saved[0] != before else ""
    return result not in ("amend", "close") or not await _offer(host, page.plan.id, result)


async def _offer(host: Host, plan_id: int, result: str) -> bool:
    """Offer what the review has led to; False when it has happened already."""
    page = load(host.workspace, plan_id)
    version = page.plan.version
    if result == "amend" and page.later is None:
        detail = (
            f"Version {version} stays in force until version {version + 1} is agreed. Open actions move to the new one."
        )
        question = f"The review says amend. Make version {version + 1} of the plan now?"
        if await host.ask(Confirm(question, detail, yes="Make it", no="Later")):
            host.tell(await host.write(partial(opening.new_version, host.workspace, plan_id)))
        return True
    if result == "close" and page.plan.status != "closed":
        detail = "The reason is asked next. Open actions stay open and are still asked about."
        if await host.ask(Confirm("The review says close. Close the plan now?", detail, yes="Close", no="Later")):
            await close_plan(host, plan_id)
        return True
    return False


def meeting_form(host: Host, page: PlanPage, meeting: Meeting | None, kind: str, saved: list[str]) -> RecordForm:
    """The form for a meeting or review of a version, or for a new one; ``saved`` takes the result of a review."""
    row = None if meeting is None else meeting.row
    stored = _stored(page, meeting, kind)

    def save(values: Values, changed: frozenset[str]) -> Recorded:
        if row is not None and values.get(TAKES_PLACE) is False:
            return meetings.take_out_meeting(host.workspace, page.plan.id, row.id)
        wanted = {name for name in MEETING_FIELDS if name in changed or (row is None and values[name] is not None)}
        fields = {name: values[name] for name in wanted}
        people = None if row is not None and not {PEOPLE, ALL_CAME} & changed else _people(values)
        recorded = meetings.save_meeting(host.workspace, page.plan.id, row and row.id, fields, people)
        saved[:] = [str(values["result"] or "")]
        return recorded

    proposed = lifecycle.propose_review(host.workspace, page, after=page.today)
    next_on = f"Empty after a review: about {short_with_year(proposed.on)}, because {proposed.because}"
    overrides: dict[str, dict[str, object]] = {
        "happened": {"help": "" if meeting else "Empty: held, unless the date is in the future"},
        "next_on": {"help": sentence(next_on)},
    }
    context = typed_in(host.workspace, page, terms_of(host.workspace, page.plan.pupil_id))
    by_name = {name: question(field, context, (), **overrides.get(name, {})) for name, field in MEETING_FIELDS.items()}
    when = [by_name["kind"], by_name["held_on"], by_name["happened"]]
    if meeting and not meeting.row.happened:
        when.append(FormField(name=TAKES_PLACE, label="Takes place?", kind="yes no", help="No calls it off"))
    content = [
        FormSection(title="When and where", fields=[*when, by_name["place"]]),
        FormSection(title="Who", fields=_WHO),
        FormSection(title="What was said", fields=[by_name["notes"], by_name["decisions"]]),
        FormSection(title="What follows", fields=[by_name["result"], by_name["advocacy_needed"], by_name["next_on"]]),
    ]
    title = f"Add a {kind}" if row is None else f"{kind.capitalize()} of {short_with_year(row.held_on)}"
    draft = f"draft meeting {f'new {kind} of plan {page.plan.id}' if row is None else row.id}"

    def now() -> Values:
        there = (one for one in load(host.workspace, page.plan.id).meetings if row and one.row.id == row.id)
        gone = "It is no longer in the plan. Check the meetings again."
        return _stored(page, require(next(there, None), gone), kind)

    return RecordForm(title, content, stored, save, draft, now=None if row is None else now)


def _stored(page: PlanPage, meeting: Meeting | None, kind: str) -> dict[str, object]:
    stored: dict[str, object] = {"kind": kind} if meeting is None else MEETING_FIELDS.stored(meeting.row)
    people = likely_attendees(page) if meeting is None else attendees_text(meeting.attendees)
    return {**stored, PEOPLE: people, TAKES_PLACE: True}


def _people(values: Values) -> list[Attendee]:
    people = values[PEOPLE]
    assert people is None or isinstance(people, list)  # noqa: S101 - its check gives nothing else
    if values[ALL_CAME] is not True:
        return people or []
    return [one._replace(attendance="came") if one.attendance == "invited" else one for one in people or []]


def _read_people(text: str) -> PlainAnswer:
    """Read the attendees; raises ValueError with a sentence for each line that is not understood."""
    people = read_attendees(text)
    counts = Counter(person.attendance for person in people)
    return PlainAnswer(
        people, ", ".join(f"{counts[one]} {label}" for one, label in _ATTENDANCES.items() if counts[one])
    )


_WHO = (
    FormField(
        name=PEOPLE,
        label="Invited, and who came",
        kind="long text",
        check=_read_people,
        help="One per line: name, group (pupil, family, school, health, social care, college), invited, came or apologies",
    ),
    FormField(
        name=ALL_CAME, label="Did all of them come?", kind="yes no", help="Yes changes every “invited” to “came”"
    ),
)
