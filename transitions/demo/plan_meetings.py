"""The made-up meetings and reviews of a plan, who was asked and who came, and who holds a copy."""

from collections.abc import Mapping
from datetime import date, timedelta

from transitions.demo.plan_life import Version
from transitions.demo.plan_rows import Book, Subject

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "plan_meeting": (
        "id", "pupil_id", "plan_id", "kind", "held_on", "happened", "place", "notes", "decisions", "result", "advocacy_needed",
        "next_on",
    ),
    "plan_attendee": ("pupil_id", "meeting_id", "name", "part", "attendance"),
    "plan_copy": ("pupil_id", "plan_id", "holder", "form", "given_on"),
}  # fmt: skip

_COMING = timedelta(days=75)
_DAY = timedelta(days=1)


class Meetings:
    """Writes down the meetings of one version after the other."""

    def __init__(self, book: Book) -> None:
        """Write into the book."""
        self.book = book

    def write(self, of: Subject, plan_id: int, version: Version, after: Version | None) -> None:
        """Add what there was of meetings: one to plan, the reviews, and the next one where its day is set.

        ``after`` is the version that was made from this one.
        """
        dice = self.book.dice
        if version.shared is not None and dice.chance(0.75):
            day = dice.day(version.opened, version.shared)
            self._meeting(of, plan_id, "meeting", day, result=None, next_on=None)
        for place, day in enumerate(version.reviews):
            last = place == len(version.reviews) - 1
            result = "close" if version.reason and not after and last else "amend" if after and last else "maintain"
            next_on = None if result == "close" else [*version.reviews, version.review][place + 1]
            self._meeting(of, plan_id, "review", day, result=result, next_on=next_on)
        due = version.review
        stands = version.closed is None and after is None
        if stands and due is not None and self.book.today < due <= self.book.today + _COMING and dice.chance(0.6):
            self._planned(of, plan_id, due)

    def copies(self, of: Subject, plan_id: int, version: Version) -> None:
        """Add who has a copy: the family from the day it was shared, others once it was agreed."""
        words, dice = self.book.words["sharing"], self.book.dice
        if version.shared is not None:
            form = f"in {of.person.language}" if of.person.language and dice.chance(0.5) else dice.one(words["forms"])
            self.book.add("plan_copy", of.person.id, plan_id, "the family", form, version.shared)
        if version.agreed is not None and dice.chance(0.7):
            day = self.book.between(version.agreed, version.agreed + 20 * _DAY)
            holder = self.book.one(words["others"], of)
            self.book.add("plan_copy", of.person.id, plan_id, holder, dice.one(words["forms"]), day)

    def _meeting(
        self, of: Subject, plan_id: int, kind: str, day: date, *, result: str | None, next_on: date | None
    ) -> None:
        book, words = self.book, self.book.words["meetings"]
        number = book.number("plan_meeting")
        advocacy = book.dice.chance(0.15) if kind == "review" else None
        book.add(
            "plan_meeting", number, of.person.id, plan_id, kind, day, True, book.dice.one(words["places"]),
            book.some(words["review_notes" if kind == "review" else "notes"], of),
            book.some(words["decisions"], of, between="\n"), result, advocacy, next_on,
        )  # fmt: skip
        self._attendees(of, number, planned=False)

    def _planned(self, of: Subject, plan_id: int, day: date) -> None:
        number = self.book.number("plan_meeting")
        place = self.book.dice.one(self.book.words["meetings"]["places"])
        self.book.add(
            "plan_meeting", number, of.person.id, plan_id, "review", day, False, place, None, None, None, None, None
        )
        self._attendees(of, number, planned=True)

    def _attendees(self, of: Subject, meeting: int, *, planned: bool) -> None:
        """The pupil first, then the family, then the others; most come."""
        person, dice, words = of.person, self.book.dice, self.book.words["meetings"]
        family = [one for one in of.circle if one.circle == "inner"]
        people = [(f"{person.called} {person.surname}", "pupil", 0.85)]
        people += [(f"{one.name}, {one.relationship}", "family", 0.9) for one in family]
        people.append((f"{of.worker}, named worker", "other", 0.97))
        part, role = dice.one(words["guests"])
        people.append((f"{self.book.grown_up()}, {role}", part, 0.75))
        if person.care_now:
            people.append((f"{self.book.grown_up()}, social worker", "social care", 0.8))
        if dice.chance(0.4):
            receiving = "college or provider" if person.group >= 11 else "school"
            role = words["receiving"][2 if person.group >= 11 else 1 if person.group > 2 else 0]
            people.append((f"{self.book.grown_up()}, {role}", receiving, 0.7))
        for name, part, comes in people:
            came = "came" if dice.chance(comes) else "apologies" if dice.chance(0.7) else "absent"
            self.book.add("plan_attendee", person.id, meeting, name, part, "invited" if planned else came)
