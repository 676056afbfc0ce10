"""What stands in a printed pack: the list of pupils by tier, each pupil's page, and the slip by which the school answers.

A page is read in the order of the form, the pupil's own words first. Of a child protection file it says that there is one and
how it went; friends stand on it only when they go to the same school.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from db.vocabulary import TIERS
from transitions.dates import day_in_words, short_with_year
from transitions.exporting.documents import model
from transitions.handovers.page import AnsweredQuestion, HandoverPage
from transitions.handovers.tiers import read_decision
from transitions.plans.page import point_title
from transitions.pupils.codes import PROVISIONS
from transitions.questionnaire import Section
from transitions.school_year import academic_year_label
from transitions.text import initials

_VOICE: Final = "voice"
_LONG: Final = 80
"""Answers of more characters stand under their question, not beside it."""
_CONFIDENTIAL: Final = "Confidential: for the staff of the receiving school who need it."
_NO_CONTENT: Final = "The file itself goes separately, from one designated safeguarding lead to the other."


@dataclass(frozen=True)
class PrintedPack:
    """What is printed: for which school, from which, on which day, the pupils in their order, and the pairs among them."""

    school: str
    sender: str
    made_on: date
    transition: str
    move_year: int
    school_id: int
    pages: tuple[HandoverPage, ...]

    @property
    def title(self) -> str:
        return f"Handovers for {self.school}"

    @property
    def footer(self) -> str:
        """What stands at the foot of every page, which names no pupil."""
        return f"{self.sender} to {self.school} · {short_with_year(self.made_on)} · confidential"


def whole_document(pack: PrintedPack) -> model.Document:
    parts: list[model.Part] = list(_cover(pack))
    for page in pack.pages:
        parts += [model.Heading(name_of(page), 2, new_page=True), *_pupil(pack, page, 3)]
    parts += [model.Heading("Receipt", 2, new_page=True), *_receipt(pack)]
    return _document(pack, pack.title, parts)


def cover_document(pack: PrintedPack) -> model.Document:
    return _document(pack, pack.title, _cover(pack))


def pupil_document(pack: PrintedPack, page: HandoverPage) -> model.Document:
    return _document(pack, name_of(page), _pupil(pack, page, 2), who=initials(page.pupil.forename, page.pupil.surname))


def receipt_document(pack: PrintedPack) -> model.Document:
    return _document(pack, f"Receipt: {pack.title[:1].lower()}{pack.title[1:]}", _receipt(pack))


def name_of(page: HandoverPage) -> str:
    return f"{page.called} {page.pupil.surname}".strip() or "A pupil"


def _document(pack: PrintedPack, title: str, parts: Iterable[model.Part], *, who: str = "") -> model.Document:
    footer = f"{who} · {pack.footer}" if who else pack.footer
    return model.Document(title=title, parts=tuple(parts), footer=footer, as_at=pack.made_on)


def _cover(pack: PrintedPack) -> Iterator[model.Part]:
    count = "1 pupil" if len(pack.pages) == 1 else f"{len(pack.pages)} pupils"
    move = f"{point_title(pack.transition)}, {academic_year_label(pack.move_year)}"
    yield model.Note(f"From {pack.sender}, {short_with_year(pack.made_on)}\n{move}: {count}\n{_CONFIDENTIAL}")
    for tier in (*reversed(TIERS), None):
        pages = [page for page in pack.pages if page.pupil.tier == tier]
        if pages:
            yield model.Heading(f"{tier.capitalize()} transition" if tier else "No tier decided", 2)
            yield model.Table(
                ("Pupil", "Born", "UPN", "SEN", "Sent before"),
                tuple(_listed(page) for page in pages),
                (4, 4, 4, 3, 2),
            )
    pairs = list(_pairs(pack))
    if pairs:
        yield model.Heading("Friendships among these pupils", 2)
        yield model.Bullets(tuple(pairs))


def _listed(page: HandoverPage) -> tuple[str, ...]:
    pupil, times = page.pupil, page.row.revision
    again = "no" if not times else "once" if times == 1 else f"{times} times"
    return (
        name_of(page),
        day_in_words(pupil.date_of_birth),
        pupil.upn or "not known",
        PROVISIONS[pupil.sen_provision],
        again,
    )


def _pairs(pack: PrintedPack) -> Iterator[str]:
    names = {page.row.pupil_id: name_of(page) for page in pack.pages}
    for page in pack.pages:
        for friend in page.friends:
            if friend.pupil_id in names and page.row.pupil_id < friend.pupil_id:
                label = "keep together" if friend.kind == "keep with" else "keep apart"
                yield f"{names[page.row.pupil_id]} and {names[friend.pupil_id]}: {label}"


def _pupil(pack: PrintedPack, page: HandoverPage, level: int) -> Iterator[model.Part]:
    pupil = page.pupil
    legal = f"{pupil.forename} {pupil.surname}".strip()
    who = [f"{legal}, born {day_in_words(pupil.date_of_birth)}", f"UPN {pupil.upn or 'not known'}"]
    moves = f"{page.row.from_school or pupil.school or pack.sender} → {pack.school}"
    yield model.Note("\n".join((" · ".join(who), moves)))
    given = page.to_tell
    for section in page.form.sections:
        answers = [one for one in given if one.section is section]
        parts = [*_answers(section, answers, level), *_HELD[section.holds](pack, page)]
        if parts:
            yield model.Heading(section.title, level)
            yield from parts
    messages = tuple((f"{short_with_year(one.on_day)}, {one.kind}", one.words) for one in page.messages)
    if messages:
        yield model.Heading("Questions and notes", level)
        yield model.Pairs(messages)


def _answers(section: Section, answers: Sequence[AnsweredQuestion], level: int) -> Iterator[model.Part]:
    own_words = section.code == _VOICE
    long = [
        one
        for one in answers
        if len(one.text) > _LONG or "\n" in one.text or (own_words and one.question.kind == "long text")
    ]
    short = tuple((one.question.label, one.text) for one in answers if one not in long)
    if short:
        yield model.Pairs(short)
    for one in long:
        yield model.Heading(one.question.label, level + 1)
        yield model.Quote(one.text) if own_words else model.Paragraph(one.text)


def _friends(pack: PrintedPack, page: HandoverPage) -> Iterator[model.Part]:
    going = {one.row.pupil_id: name_of(one) for one in pack.pages}
    found = [(one.kind.capitalize(), going[one.pupil_id]) for one in page.friends if one.pupil_id in going]
    if found:
        yield model.Pairs(tuple(found))


def _child_protection(pack: PrintedPack, page: HandoverPage) -> Iterator[model.Part]:
    sent = next((one for one in page.child_protection if one.to_school_id == pack.school_id), None)
    if sent is None and not page.pupil.child_protection_file:
        return
    sentences = "There is a child protection file. "
    if sent is None:
        sentences += "It has not been sent to you yet."
    else:
        by = f" by {sent.sent_by}" if sent.sent_by else ""
        sentences += f"It was sent on {short_with_year(sent.sent_on)}, {sent.sent_how}{by}."
        if sent.receipt_on is None:
            sentences += " Please confirm that you have received it."
    yield model.Paragraph(f"{sentences} {_NO_CONTENT}")


def _tier(_pack: PrintedPack, page: HandoverPage) -> Iterator[model.Part]:
    tier, decision = page.pupil.tier, page.tier
    if tier is None:
        return
    counted = read_decision(decision).factors if decision is not None and decision.tier == tier else ()
    because = "; ".join(f"{one.words}{'' if one.value == 'yes' else f': {one.value}'}" for one in counted)
    yield model.Pairs((("Tier", tier), *((("Because of", because),) if because else ())))


def _nothing(_pack: PrintedPack, _page: HandoverPage) -> Iterator[model.Part]:
    return iter(())


_HELD: Final[dict[str, Callable[[PrintedPack, HandoverPage], Iterator[model.Part]]]] = {
    "": _nothing,
    "friendships": _friends,
    "child protection": _child_protection,
    "tier": _tier,
}


def _receipt(pack: PrintedPack) -> Iterator[model.Part]:
    yield model.Paragraph(
        f"Please fill this in and send it back to {pack.sender} within five school days. A handover is complete when you acknowledge it. Questions are welcome."
    )
    yield model.Table(
        ("Pupil", "Born", "Came", "Read by", "Question"),
        tuple((name_of(page), day_in_words(page.pupil.date_of_birth), "", "", "") for page in pack.pages),
        (4, 3, 2, 3, 4),
    )
    for label in ("Name and office", "Signature", "Date"):
        yield model.Lines(label)
