"""The family survey about a move: handing it out, writing down what came back, and what it comes to."""

from collections.abc import Iterator, Sequence
from functools import partial

from screens.frame import render_context
from screens.frame.dialogs import Choice, Choose, ReadScreen, read_and_show
from screens.frame.host import Host
from screens.frame.record_form import RecordForm, Values, open_form
from screens.frame.safe import cell
from screens.widgets.fields import Check, FormField, FormSection, PlainAnswer
from screens.widgets.panel import Block, Pair, TextParagraph, Title
from transitions.dates import short_with_year
from transitions.plans import survey_results, surveys
from transitions.plans.page import PlanPage, load, point_title
from transitions.plans.survey_results import NOT_SUPPRESSED, AnswerCounts, ResponseRow, Results
from transitions.plans.surveys import ANSWERS, NOT_SURE, OVERALL, RESPONDENTS, SURVEY_MOMENTS, WORRY, load_survey
from transitions.text import capital
from transitions.workspace import Recorded

_RESULTS = ("results", "")
_LINKED, _CODE = "linked", "pair_code"
_NO_FILTERS = "Answers from all pupils. Nobody knows whose the anonymous answers are, so only the filter for the kind of move applies here."


async def open_survey(host: Host, plan_id: int) -> None:
    goes_on = True
    while goes_on:
        page = load(host.workspace, plan_id)
        handed_out = {(one.moment, one.respondent) for one in surveys.handed_out(host.workspace, plan_id)}
        given = {moment: [one for one in RESPONDENTS if (moment, one) in handed_out] for moment in SURVEY_MOMENTS}
        choices = [
            Choice((moment, ""), f"Hand out {moment} the move", moment[0], _respondents_text(given[moment]))
            for moment in SURVEY_MOMENTS
        ]
        choices += [
            Choice((moment, one), f"Answers of the {one}, {moment} the move")
            for one in RESPONDENTS
            for moment in SURVEY_MOMENTS
        ]
        choices.append(Choice(_RESULTS, "What came back", "r", "every plan for this move, counted"))
        detail = f"{page.title}: what the family says about the move."
        value = await host.ask(Choose("Family survey", choices, detail=detail))
        if value is None:
            return
        if value == _RESULTS:
            await host.ask(_results_of(host, page))
        elif value[1]:
            goes_on = await _enter(host, page, *value)
        else:
            waiting = [one for one in RESPONDENTS if one not in given[value[0]]]
            goes_on = await _hand_out(host, plan_id, value[0], waiting)


def _respondents_text(respondents: Sequence[str]) -> str:
    return (
        "given to both" if len(respondents) > 1 else f"given to the {respondents[0]}" if respondents else "nobody yet"
    )


async def _hand_out(host: Host, plan_id: int, moment: str, waiting: list[str]) -> bool:
    if not waiting:
        host.say(f"The pupil and parent or carer have already had the survey {moment} the move.")
        return True
    choices: list[Choice[tuple[str, ...]]] = [
        Choice((one,), f"The {one}" if one == "pupil" else f"A {one}") for one in waiting
    ]
    if len(waiting) > 1:
        choices.insert(0, Choice(tuple(waiting), "Both the pupil and a parent or carer"))
    detail = "Counted from today, to show how many surveys are returned."
    title = f"Who was given the survey {moment} the move?"
    respondents = await host.ask(Choose(title, choices, detail=detail))
    if respondents:
        host.tell(await host.write(partial(surveys.record_handed_out, host.workspace, plan_id, moment, respondents)))
    return bool(respondents)


async def _enter(host: Host, page: PlanPage, moment: str, respondent: str) -> bool:
    codes: list[str] = []
    saved = await open_form(host, response_form(host, page, moment, respondent, codes))
    if saved and codes and codes[0] and moment == "before":
        written = [Choice(True, "It is written down")]
        await host.ask(Choose("Write this code on the family’s copy", written, detail=_code(codes[0])))
    return saved


def _code(code: str) -> str:
    return f"{code} The answers are anonymous: nothing here says whose they are. This code lets you match them with the answers after the move, to see whether the person is less worried. It is shown only once."


def response_form(host: Host, page: PlanPage, moment: str, respondent: str, codes: list[str]) -> RecordForm:
    """The form for one survey that came back; ``codes`` takes the code for the respondent's paper when it is saved."""
    survey = surveys.load_survey()
    items = survey.items_for(moment)

    def save(values: Values, _changed: frozenset[str]) -> Recorded:
        recorded, code = surveys.record_response(
            host.workspace,
            moment=moment,
            respondent=respondent,
            answers={item.code: values[item.code] for item in items},
            plan_id=page.plan.id,
            worry=values["worry"],
            overall=values["overall"],
            worked=str(values["worked"] or ""),
            change=str(values["change"] or ""),
            linked=values[_LINKED] is True,
            pair_code=str(values.get(_CODE) or ""),
        )
        codes[:] = [code]
        return recorded

    answers = tuple(_item(item.code, item.words[respondent], respondent) for item in items)
    content = (
        FormSection(title=f"What the {respondent} answered", fields=answers),
        FormSection(title="The move as a whole", fields=_whole(respondent)),
        FormSection(title="Whose answers these are", fields=tuple(_respondent_fields(moment))),
    )
    title = f"Survey {moment} the move · {respondent}"
    return RecordForm(title, content, {_LINKED: False}, save, f"draft survey {page.plan.id} {moment} {respondent}")


def _item(code: str, label: str, respondent: str) -> FormField:
    scale = {str(one): words for one, words in _scale(respondent).items()}
    options = [(one, str(one)) for one in ANSWERS]
    meaning = f"5 {scale['5'].lower()}, 1 {scale['1'].lower()}"
    return FormField(name=code, label=label, kind="choice", choices=options, check=_meaning(scale), help=meaning)


def _meaning(scale: dict[str, str]) -> Check:
    return lambda text: PlainAnswer(text, scale[text])


def _whole(respondent: str) -> tuple[FormField, ...]:
    survey = surveys.load_survey()
    best = [(one, str(one)) for one in reversed(OVERALL)]
    worry = f"{WORRY[0]} not worried at all, {WORRY[-1]} as worried as can be"
    return (
        FormField(name="worry", label=survey.worry[respondent], kind="number", width=6, help=worry),
        FormField(
            name="overall",
            label=survey.overall[respondent],
            kind="choice",
            choices=best,
            help="5 very good, 1 very bad",
        ),
        FormField(
            name="worked", label=survey.worked[respondent], kind="long text", help="In their own words, without names"
        ),
        FormField(name="change", label=survey.change[respondent], kind="long text"),
    )


def _respondent_fields(moment: str) -> Iterator[FormField]:
    yield FormField(
        name=_LINKED,
        label="May be linked to the pupil’s record?",
        kind="yes no",
        help="Yes only if the person agreed: pupil, plan and date are then kept with the answers, and staff can see whose they are. No keeps them anonymous, with only the kind of move and the month.",
    )
    if moment == "after":
        yield FormField(
            name=_CODE,
            label="Code on the paper",
            width=12,
            help="From the copy of the answers before the move, such as KMN-347. Leave empty if there is none.",
        )


async def open_results(host: Host, transitions: Sequence[str]) -> None:
    """Show what came back for one kind of move, or for every kind when ``transitions`` does not name exactly one."""
    transition = transitions[0] if len(transitions) == 1 else None

    def blocks(found: Results, hidden: bool) -> Sequence[Block]:
        return [TextParagraph(cell(_NO_FILTERS, "dim")), *results_text(found, (), hidden=hidden)]

    title = f"What families say · {point_title(transition) if transition else 'every move'}"
    await read_and_show(host, title, lambda: survey_results.results(host.workspace, transition=transition), blocks)


def _results_of(host: Host, page: PlanPage) -> ReadScreen:
    found = survey_results.results(host.workspace, transition=page.plan.transition)
    linked = surveys.linked(host.workspace, page.plan.id)
    return ReadScreen(f"What came back · {page.title}", lambda hidden: results_text(found, linked, hidden=hidden))


_QUIET = "dim"


def results_text(found: Results, linked: Sequence[ResponseRow], *, hidden: bool) -> list[Block]:
    return [
        *_rates(found),
        *_worry(found),
        *_counts(found),
        *_comments(found, hidden),
        *_linked(linked, hidden),
        TextParagraph(""),
        TextParagraph(cell(NOT_SUPPRESSED, _QUIET)),
    ]


def _rates(found: Results) -> Iterator[Block]:
    yield Title("How many were returned")
    for rate in found.rates:
        yield Pair(_who_and_when(rate.respondent, rate.moment), rate.text)
    if not found.responses:
        yield TextParagraph("")
        yield TextParagraph("No surveys returned yet. Enter answers from the pupil’s plan: Y, family survey.")


def _worry(found: Results) -> Iterator[Block]:
    if not found.responses:
        return
    yield Title("Worry about the move, before and after")
    for change in found.worry_change:
        yield Pair(capital(change.respondent), change.text)


def _counts(found: Results) -> Iterator[Block]:
    groups = dict.fromkeys((one.respondent, one.moment) for one in (*found.items, *found.worry, *found.overall))
    for group in groups:
        counted = [
            one
            for one in (*found.items, *found.worry, *found.overall)
            if (one.respondent, one.moment) == group and one.base
        ]
        if counted:
            yield Title(_who_and_when(*group) + " the move")
        for one in counted:
            yield TextParagraph(one.words)
            yield TextParagraph(cell(_answer_counts(one), _QUIET), indent=2)


def _answer_counts(one: AnswerCounts) -> str:
    """How often each answer was given: ``Yes, a lot 3 · Yes 1 · … · of 6``."""
    if one.code in ("worry", "overall"):
        given = [f"{answer}: {count}" for answer, count in one.counts.items() if count]
    else:
        scale = _scale(one.respondent)
        given = [f"{scale[answer]} {count}" for answer, count in one.counts.items()]
    return " · ".join([*given, f"of {one.base}"])


def _scale(respondent: str) -> dict[int | str, str]:
    labels: dict[int | str, str] = dict(load_survey().scale[respondent].items())
    return {**labels, NOT_SURE: load_survey().not_sure[respondent]}


def _comments(found: Results, hidden: bool) -> Iterator[Block]:
    for title, texts in (
        ("What worked", [one.worked for one in found.comments if one.worked]),
        ("What should change", [one.change for one in found.comments if one.change]),
    ):
        if texts:
            yield Title(title)
        for text in texts:
            yield TextParagraph(f"“{render_context.note(text, hidden=hidden)}”")


def _linked(linked: Sequence[ResponseRow], hidden: bool) -> Iterator[Block]:
    if not linked:
        return
    by_respondent = {item.code: item.words for item in load_survey().items}
    for response in linked:
        yield Title(
            f"{_who_and_when(response.respondent, response.moment)}, {short_with_year(response.answered_on)} · linked"
        )
        for code, answer in response.answers.items():
            asked = by_respondent[code][response.respondent] if code in by_respondent else code
            yield TextParagraph(f"{asked}: {_scale(response.respondent)[answer].lower()}")
        for label, value in (("Worry, 0 to 10", response.worry), ("Overall, 1 to 5", response.overall)):
            if value is not None:
                yield Pair(label, str(value))
        for label, text in (("Worked", response.worked), ("Should change", response.change)):
            if text:
                yield Pair(label, render_context.note(text, hidden=hidden))


def _who_and_when(respondent: str, moment: str) -> str:
    return f"{capital(respondent)}, {moment}"
