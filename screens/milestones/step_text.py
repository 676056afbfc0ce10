"""What is said of one step: when it is due and how far away that is, what was recorded, what would count as done."""

from datetime import date
from typing import NamedTuple

from rich.text import Text

from screens.frame.render_context import LOOKS, RenderContext
from screens.frame.safe import cell
from screens.widgets.line import one_line
from transitions.dates import brief, how_far, long, needs_year, short, short_with_year, without_weekday
from transitions.milestones.definitions import load_shipped
from transitions.milestones.milestone import OPEN_STATES, Milestone
from transitions.pupils.page import PupilView, TimedStep
from transitions.school_year import academic_year, academic_year_label, year_group_label

NO_DATE = "No date yet: one of the pupil's dates or that year's term dates have not been entered"


class TimelineRow(NamedTuple):
    """One line of the timeline."""

    step: TimedStep
    when: str
    far: str
    noted: str


class TimelineText(NamedTuple):
    """The whole timeline: rows in date order, the headings of academic years, and the line that is today."""

    rows: tuple[TimelineRow, ...]
    headings: tuple[tuple[int, str], ...]
    today_line: str

    @property
    def pressing(self) -> int:
        """The index of the most pressing open step; the step nearest to today when none is open; 0 when there is none."""
        waiting = [
            (row.step.row.late_after, row.step.row.milestone_id, index)
            for index, row in enumerate(self.rows)
            if row.step.state in OPEN_STATES and row.step.row.late_after is not None
        ]
        if waiting:
            return min(waiting)[2]
        today = next((start for start, title in self.headings if title == self.today_line), 0)
        return max(0, min(today, len(self.rows) - 1))


NOTHING = TimelineText((), (), "")


def timeline(view: PupilView, context: RenderContext) -> TimelineText:
    rows = tuple(
        TimelineRow(
            step, short(step.row.due_on) if step.row.due_on else "", far(step, context.today), noted(step, context)
        )
        for step in view.steps
    )
    days = [step.row.due_on for step in view.steps]
    years = [None if day is None else academic_year(day) for day in days]
    starts = [index for index, year in enumerate(years) if index == 0 or year != years[index - 1]]
    headings = [(start, _year_title(view, years[start])) for start in starts]
    today_line = f"today, {long(context.today)}"
    split = next((index for index, day in enumerate(days) if day is None or day >= context.today), len(days))
    this_year = academic_year(context.today)
    # The year that today lies in begins above today's line, a later one below it.
    above = sum(start < split or (start == split and years[start] == this_year) for start in starts)
    headings.insert(above, (split, today_line))
    return TimelineText(rows, tuple(headings) if rows else (), today_line)


def _year_title(view: PupilView, year: int | None) -> str:
    if year is None:
        return NO_DATE
    return f"{academic_year_label(year)} · {year_group_label(year - view.page.cohort_year)}"


def far(step: TimedStep, today: date) -> str:
    """How far away a step is, or what became of it, in few words: ``12 days late``, ``done 3 Nov``."""
    row = step.row
    if step.state in ("met", "late"):
        return f"done {_under(row.due_on, row.done_on, today)}" if row.done_on else "done"
    if step.state == "missed":
        return f"flagged {_under(row.due_on, row.missed_on, today)}" if row.missed_on else "flagged"
    if step.state not in OPEN_STATES:
        return ""
    if row.due_on is None:
        return "no date yet"
    if step.state != "overdue" and row.due_on < today and row.late_after is not None:
        return f"until {_under(row.due_on, row.late_after, today)}"
    return how_far(row.due_on, today)


def _under(due_on: date | None, day: date, today: date) -> str:
    """``13 Feb``, with its year where neither the heading above the step nor today tells it."""
    same = due_on is not None and academic_year(due_on) == academic_year(day)
    return brief(day) if same or not needs_year(day, today) else without_weekday(day)


def noted(step: TimedStep, context: RenderContext) -> str:
    row = step.row
    parts = []
    if row.reason:
        parts.append(_reason(row.reason))
    if row.next_step:
        parts.append(f"next: {context.text(row.next_step)}")
    if row.evidence:
        parts.append(context.text(row.evidence))
    if row.from_record:
        parts.append("seen in the pupil’s record")
    return one_line("; ".join(parts))


def due_line(step: TimedStep, today: date) -> str:
    """``was due Friday 13 February 2026 · 12 days late · statutory · Year 6 to Year 7``."""
    row = step.row
    if row.due_on is None:
        when = NO_DATE
    else:
        verb = "was due" if row.due_on < today else "due"
        when = f"{verb} {long(row.due_on)}"
        if step.state in OPEN_STATES:
            when += f" · {how_far(row.due_on, today)}"
            if row.late_after is not None and row.late_after != row.due_on and row.late_after >= today:
                when += f", in time until {short_with_year(row.late_after)}"
    point = load_shipped().transitions.get(row.transition)
    return f"{when} · {row.severity} · {point.title if point else row.transition}"


def outcome_line(step: TimedStep, context: RenderContext) -> str:
    """What became of a step in long form: ``done on Tuesday 3 November 2026, recorded by K. Osei``; "" while open."""
    row = step.row
    if row.done_on is not None and step.state in ("met", "late"):
        outcome = f"done on {long(row.done_on)}"
        if row.missed_on is not None:
            outcome += f", flagged missed on {long(row.missed_on)}"
    elif row.missed_on is not None and step.state == "missed":
        outcome = f"flagged missed on {long(row.missed_on)}"
    else:
        outcome = "" if step.state in OPEN_STATES else step.state
    by = f", recorded by {row.recorded_by}" if outcome and row.recorded_by else ""
    rest = noted(step, context)
    return "; ".join(part for part in (outcome + by, rest) if part)


def detail(step: TimedStep, milestone: Milestone | None, context: RenderContext) -> Text:
    recorded = outcome_line(step, context)
    evidence = f"Counts as done: {milestone.evidence}" if milestone is not None and not recorded else ""
    title = cell(one_line(f"{LOOKS[step.state].symbol} {step.row.title}: {step.state}"), "bold")
    rest = [cell(one_line(line)) for line in (due_line(step, context.today), recorded or evidence) if line]
    return Text("\n").join([title, *rest])


def _reason(code: str) -> str:
    shipped = load_shipped()
    reasons = (*shipped.missed_reasons, *shipped.waived_reasons)
    return next((reason.words for reason in reasons if reason.code == code), code)
