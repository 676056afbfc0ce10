"""The council's own wording of plans: what questions are called, what helps to answer them, review cycles, audit grades."""

from collections.abc import Iterator, Mapping

from screens.frame.dialogs import Choice, Choose
from screens.frame.host import Host
from screens.frame.record_form import RecordForm, Values, open_form, sentence
from screens.widgets.fields import FormField
from screens.widgets.fields import FormSection as Part
from transitions.plans import auditing, questions
from transitions.questionnaire import Question, Section
from transitions.text import capital
from transitions.workspace import Recorded

_CYCLES, _GRADES = "review cycles", "audit grades"
_PARTS: Mapping[str, str] = {"label": "Called", "prompt": "Prompt"}


async def open_plan_words(host: Host) -> None:
    saved = True
    while saved:
        own = questions.own_words(host.workspace)
        shipped = questions.load_shipped()
        choices = [
            Choice(section.code, section.title, hint=_own_hint(sum(one.code in own for one in section.questions)))
            for section in shipped.sections
            if section.questions
        ]
        changed = sum(f"review {cycle.code}" in own for cycle in shipped.cycles)
        choices.append(Choice(_CYCLES, "How often plans are reviewed", "r", _own_hint(changed)))
        grades = auditing.thresholds(host.workspace)
        changed = sum(grades[code] != lowest for code, lowest in auditing.load_checklist().grades.items())
        choices.append(Choice(_GRADES, "Grades of the quality audit", "g", _own_hint(changed)))
        detail = "The questions of every plan, in your council’s words. Leave a field empty to keep the original words."
        code = await host.ask(Choose("Plan wording", choices, detail=detail))
        saved = code is not None and await open_form(host, _form(host, code))


def _own_hint(changed: int) -> str:
    return f"{changed} in your own words" if changed else ""


def _form(host: Host, code: str) -> RecordForm:
    if code == _CYCLES:
        return _cycles_form(host)
    if code == _GRADES:
        return _grades_form(host)
    section = next(one for one in questions.load_shipped().sections if one.code == code)
    return _section_form(host, section)


def _section_form(host: Host, section: Section) -> RecordForm:
    own = questions.own_words(host.workspace)
    stored = {f"{one.code} {part}": own.get(one.code, {}).get(part) for one in section.questions for part in _PARTS}

    def save(values: Values, changed: frozenset[str]) -> Recorded:
        wording: dict[str, dict[str, object]] = {}
        for field in changed:
            name, _, part = field.rpartition(" ")
            wording.setdefault(name, {})[part] = values[field]
        return questions.save_words(host.workspace, wording)

    content = [Part(title=one.label, fields=tuple(_fields(one))) for one in section.questions]
    return RecordForm(
        f"Wording · {section.title}",
        content,
        stored,
        save,
        f"draft plan wording {section.code}",
        now=lambda: _section_form(host, section).stored,
    )


def _fields(question: Question) -> Iterator[FormField]:
    yield FormField(name=f"{question.code} label", label=_PARTS["label"], help=f"Original: {question.label}")
    every_move = " Some moves have their own prompt. Yours applies to all." if question.help_at else ""
    shipped = sentence(f"Original: {question.help or 'no prompt'}")
    yield FormField(
        name=f"{question.code} prompt", label=_PARTS["prompt"], kind="long text", help=f"{shipped}{every_move}"
    )


def _cycles_form(host: Host) -> RecordForm:
    own, cycles = questions.own_words(host.workspace), questions.load_shipped().cycles
    names = {f"review {cycle.code} months": cycle for cycle in cycles}

    def save(values: Values, changed: frozenset[str]) -> Recorded:
        months = {f"review {names[one].code}": {"months": values[one]} for one in changed}
        return questions.save_words(host.workspace, months)

    content = [
        FormField(
            name=name,
            label="Every plan" if cycle.code == "plan" else capital(cycle.code),
            kind="number",
            width=10,
            help=sentence(f"Original, {cycle.months} {'month' if cycle.months == 1 else 'months'}: {cycle.words}"),
        )
        for name, cycle in names.items()
    ]
    stored = {name: own.get(f"review {cycle.code}", {}).get("months") for name, cycle in names.items()}
    return RecordForm(
        "How often plans are reviewed",
        content,
        stored,
        save,
        "draft plan wording review cycles",
        now=lambda: _cycles_form(host).stored,
    )


def _grades_form(host: Host) -> RecordForm:
    shipped = auditing.load_checklist().grades
    current = auditing.thresholds(host.workspace)
    *marks, lowest = shipped

    def save(values: Values, changed: frozenset[str]) -> Recorded:
        return auditing.save_thresholds(host.workspace, {name: values[name] or shipped[name] for name in changed})

    content = [
        FormField(
            name=name,
            label=name,
            kind="number",
            width=10,
            help=f"From this score on, in percent. Original: {shipped[name]}."
            + (f" Anything lower is {lowest.lower()}." if name == marks[-1] else ""),
        )
        for name in marks
    ]
    stored = {name: current[name] if current[name] != shipped[name] else None for name in marks}
    return RecordForm(
        "Grades of the quality audit",
        content,
        stored,
        save,
        "draft plan wording audit grades",
        now=lambda: _grades_form(host).stored,
    )
