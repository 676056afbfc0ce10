"""The columns of the file of handovers: how far each is, how much of it is filled in, and in full what it answers."""

from typing import Final

from transitions.exporting.column_kinds import PERCENT, PSEUDONYM, UPN, ExportColumn, counted, day, in_full, told
from transitions.handovers.form import HOLDS_NO_WORDS, shipped, shipped_questions, transitions
from transitions.questionnaire import Question

__all__ = ["ANSWER", "ANSWERS", "HANDOVERS", "HANDOVER_SECTIONS"]

HANDOVER_SECTIONS: Final = {
    section.code: section.title
    for code in transitions()
    for section in shipped(code).sections
    if section.code != "friendships"
} | {"own": "What our council also asks"}
"""The sections of every handover form with their titles; of friendships there is nothing to count."""
ANSWER: Final = "answer_"
"""What the header of an answer begins with."""
ANSWERS: Final = shipped_questions()
"""The questions of every handover form that ships, by code."""


def _filled(code: str, title: str) -> ExportColumn:
    meaning = f"{title}: per cent of what counts there that is answered or stands in the record, rounded down; empty when nothing does"
    # whether this one is empty tells whether there is a child protection file
    return ExportColumn(f"{code}{PERCENT}", meaning, "number", "in full" if code in HOLDS_NO_WORDS else "always")


def _answer(code: str, question: Question) -> ExportColumn:
    after = ANSWERS.get(question.follows)
    meaning = question.label if after is None else f"{after.label} {question.label}"
    return ExportColumn(f"{ANSWER}{code}", meaning, question.cell_kind, "in full")


HANDOVERS: Final = (
    PSEUDONYM,
    UPN,
    in_full("surname", "Surname"),
    in_full("forename", "Forename"),
    in_full("preferred_name", "The forename the pupil goes by, when it is another"),
    in_full("date_of_birth", "Date of birth", "date"),
    told("year_group", "<N before nursery, N, R, 1 to 14, >14 after, on the day of the file"),
    told("direction", "out: to the pupil's next school; in: it came from another school"),
    told("transition", "The code of the transition point"),
    told("academic_year", "The academic year at whose end, or within which, the pupil moves, such as 2026/27"),
    told("school", "The school that the pupil leaves, or left"),
    ExportColumn("next_school", "The school to which the pupil goes, or went"),
    told("tier", "universal, targeted or enhanced"),
    told("worker", "Who answers for the pupil"),
    told("status", "not started, drafting, sent, viewed, acknowledged, returned (with a question) or failed"),
    told(
        "complete",
        "yes when the school to which the pupil goes has acknowledged it, else no: one that was sent is not complete",
    ),
    told("waiting_on", "us, or them: the other school; empty when nobody waits any more"),
    day("waiting_since", "Since when; empty for what is not started"),
    day("started_on", "The day on which it was started"),
    day("sent_on", "The day on which it was sent the last time"),
    counted("times_sent", "How many times it was sent"),
    day("received_on", "The day on which the other school says it came; of one that came to us, when we took it in"),
    day("viewed_on", "The day on which it was opened"),
    day("acknowledged_on", "The day on which it was acknowledged"),
    day("returned_on", "The day on which it came back with a question the last time"),
    day("failed_on", "The day on which it was known that it did not arrive"),
    day("chased_on", "The day on which the other school was last asked whether it has read it"),
    told("sent_elsewhere", "yes when it went to a school that is no longer the pupil's next, else no"),
    counted("questions", "How many questions the receiving school has asked"),
    counted("questions_open", "How many of them nobody has answered yet"),
    told("form", "The version of the form"),
    counted(
        "filled", "How many questions that count are answered or stand in the record; empty when it is not started"
    ),
    counted("asked", "How many count for this pupil"),
    counted("to_confirm", "How many answers only stand in the record, and nobody has confirmed them yet"),
    *(_filled(code, title) for code, title in HANDOVER_SECTIONS.items()),
    in_full("sen_provision", "N, K or E"),
    in_full("child_protection_file", "yes or no: whether there is a file, never what is in it"),
    in_full("child_protection_sent_on", "The day on which it went to the next school the last time", "date"),
    in_full("child_protection_receipt_on", "The day on which that school confirmed the receipt", "date"),
    in_full("sent_how", "How the handover was sent"),
    in_full("sent_by", "By whom"),
    in_full("acknowledged_by", "Who acknowledged it"),
    in_full("fail_reason", "Why it did not arrive"),
    *(_answer(code, question) for code, question in ANSWERS.items()),
    in_full(
        "other_answers",
        "Answers to the council's own questions, and to those that our form does not ask: one on each line",
    ),
)
