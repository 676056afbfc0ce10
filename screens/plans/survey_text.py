"""What came back of a survey, as blocks of text: every count with its base."""

from collections.abc import Iterator, Sequence

from screens.frame import privacy
from screens.frame.safe import cell
from screens.widgets.panel import Block, Pair, Title, Words
from transitions.dates import short_with_year
from transitions.plans.survey_results import NOT_SUPPRESSED, Counted, ResponseRow, Results
from transitions.plans.surveys import NOT_SURE, load_survey

_QUIET = "dim"


def results_text(found: Results, linked: Sequence[ResponseRow], *, hidden: bool) -> list[Block]:
    """Give how many came back, how worry changed, every answer counted, what was written, and what is linked to this plan."""
    return [
        *_rates(found),
        *_worry(found),
        *_counts(found),
        *_comments(found, hidden),
        *_linked(linked, hidden),
        Words(""),
        Words(cell(NOT_SUPPRESSED, _QUIET)),
    ]


def _rates(found: Results) -> Iterator[Block]:
    yield Title("How many came back")
    for rate in found.rates:
        yield Pair(_whose(rate.respondent, rate.moment), rate.words)
    if not found.responses:
        yield Words("")
        yield Words("Nothing has come back yet. Answers are written down from the pupil’s plan: Y, family survey.")


def _worry(found: Results) -> Iterator[Block]:
    if not found.responses:
        return
    yield Title("Worry about the move, before and after")
    for change in found.worry_change:
        yield Pair(_capital(change.respondent), change.words)


def _counts(found: Results) -> Iterator[Block]:
    groups = dict.fromkeys((one.respondent, one.moment) for one in (*found.items, *found.worry, *found.overall))
    for group in groups:
        counted = [
            one
            for one in (*found.items, *found.worry, *found.overall)
            if (one.respondent, one.moment) == group and one.base
        ]
        if counted:
            yield Title(_whose(*group) + " the move")
        for one in counted:
            yield Words(one.words)
            yield Words(cell(_said(one), _QUIET), indent=2)


def _said(one: Counted) -> str:
    """Give how often each answer was given: ``Yes, a lot 3 · Yes 1 · … · of 6``."""
    if one.code in ("worry", "overall"):
        given = [f"{answer}: {count}" for answer, count in one.counts.items() if count]
    else:
        scale = _scale(one.respondent)
        given = [f"{scale[answer]} {count}" for answer, count in one.counts.items()]
    return " · ".join([*given, f"of {one.base}"])


def _scale(respondent: str) -> dict[int | str, str]:
    words: dict[int | str, str] = dict(load_survey().scale[respondent].items())
    return {**words, NOT_SURE: load_survey().not_sure[respondent]}


def _comments(found: Results, hidden: bool) -> Iterator[Block]:
    for title, texts in (
        ("What worked", [one.worked for one in found.comments if one.worked]),
        ("What should change", [one.change for one in found.comments if one.change]),
    ):
        if texts:
            yield Title(title)
        for text in texts:
            yield Words(f"“{privacy.note(text, hidden=hidden)}”")


def _linked(linked: Sequence[ResponseRow], hidden: bool) -> Iterator[Block]:
    if not linked:
        return
    words = {item.code: item.words for item in load_survey().items}
    for response in linked:
        yield Title(f"{_whose(response.respondent, response.moment)}, {short_with_year(response.answered_on)} · linked")
        for code, answer in response.answers.items():
            asked = words[code][response.respondent] if code in words else code
            yield Words(f"{asked}: {_scale(response.respondent)[answer].lower()}")
        for label, value in (("Worry, 0 to 10", response.worry), ("Overall, 1 to 5", response.overall)):
            if value is not None:
                yield Pair(label, str(value))
        for label, text in (("Worked", response.worked), ("Should change", response.change)):
            if text:
                yield Pair(label, privacy.note(text, hidden=hidden))


def _whose(respondent: str, moment: str) -> str:
    return f"{_capital(respondent)}, {moment}"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
