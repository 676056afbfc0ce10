"""The reference pages that come from data files: milestones, plans, the year, workshops, handovers."""

import tomllib
from collections.abc import Iterator, Sequence
from importlib.resources import files
from typing import Final

from transitions.milestones.definitions import load_shipped

CLASHES: Final = {
    "no school": "on a weekend, in a holiday, on a bank holiday, a closure or a staff day",
    "census day": "on a census day of the same schools",
    "test": "while the same year groups sit a test",
    "return window": "in the weeks in which the same schools fill in a statutory return",
    "feeder": "a transition day on the day of a trip or a test of pupils who would come",
    "same schools": "two workshops on one day with the same schools; not two transition days, on which schools agree together",
    "close asks": "two things asked of the same schools with {close} school days or fewer between them",
}
STATUSES: Final = {
    "not started": "the pupil moves, and nobody has begun",
    "drafting": "begun, not sent",
    "returned": "the receiving school has asked a question that waits for an answer",
    "failed": "it did not arrive",
    "sent": "it went; whether it was read is not known",
    "viewed": "the receiving school has opened it",
    "acknowledged": "the receiving school says that it has it: only now it is complete",
}


def milestones() -> str:
    """Give the page of the milestones that ship with the program."""
    shipped = load_shipped()
    lines = [
        "# Milestones",
        "",
        (
            f"The set that comes with this version ({shipped.version}): {len(shipped.milestones)} milestones. A council reads its "
            "own copy in with `transitions import milestones FILE`; the shipped file is `transitions/milestones.toml`. "
            "*Check* marks what was not verified against a published source: check it with your council before relying on it."
        ),
    ]
    for code, point in shipped.transitions.items():
        found = [milestone for milestone in shipped.milestones if milestone.transition == code]
        if not found:
            continue
        lines.extend(("", f"## {code}: {point.title}", "", point.sentence, ""))
        lines.extend(
            ("| code | milestone | for whom | due | how firm | basis |", "| --- | --- | --- | --- | --- | --- |")
        )
        lines.extend(
            f"| `{m.code}` | {m.title} | {m.criteria.in_words()} | {m.due} | {m.severity}{'' if m.verified else ', *check*'} "
            f"| {m.basis}{f'. Until: {m.until}' if m.until else ''} |"
            for m in found
        )
    lines.extend(("", "## Reasons", "", "| code | words | used for |", "| --- | --- | --- |"))
    lines.extend(
        f"| `{reason.code}` | {reason.words} | {reason.state} |"
        for reason in (*shipped.missed_reasons, *shipped.waived_reasons)
    )
    return "\n".join((*lines, *_own_rules())) + "\n"


def _own_rules() -> Iterator[str]:
    from transitions.milestones.criteria import EXAMPLES
    from transitions.milestones.criteria_fields import KEYS, CriteriaProblem
    from transitions.milestones.date_rules import UNDERSTOOD

    yield from ("", "## A milestone in your own words", "")
    yield "When it is due is typed as one of these, or several of them put together:"
    yield ""
    yield from (f"- {one}" for one in UNDERSTOOD)
    yield ""
    yield (
        "For whom it is, one condition a line, each of which must hold; after *either:* one of the alternatives between "
        f"bars is enough. *Every pupil* is everybody. Such as: {'; '.join(EXAMPLES)}."
    )
    yield from ("", "| about | conditions |", "| --- | --- |")
    for name, key in KEYS.items():
        if name == "year_group":
            continue
        said: list[str] = []
        for value in (True, False, "any", "none", "yes", "yes or not known", "yes unless staying", *_single_values()):
            try:
                said.append(key.phrase(key.parse(value)))
            except CriteriaProblem:
                continue
        yield f"| {key.label} | {'; '.join(said)} |"


def _single_values() -> Iterator[list[str]]:
    from db.vocabulary import PROVISIONS, SOCIAL_CARE_KINDS, TIERS
    from transitions.milestones.criteria_fields import EHC_ASSESSMENTS, HANDED_OVER

    yield from ([one] for one in (*PROVISIONS, *TIERS, *SOCIAL_CARE_KINDS, *HANDED_OVER, *EHC_ASSESSMENTS))


def plans() -> str:
    """Give the page of plans: what each asks, what a step needs to be taken, how it is audited and what families are asked."""
    from transitions.plans import lifecycle, questions
    from transitions.plans.auditing import load_checklist
    from transitions.plans.surveys import load_survey

    asked, checklist, survey = questions.load_shipped(), load_checklist(), load_survey()
    lines = [
        "# Plans: what they ask and how they are judged",
        "",
        f"A plan counts as **completed** when it is {lifecycle.COMPLETED_MEANS}.",
        "",
        "Shares are of all children that are asked for, with those who have no plan; what is counted of plans says so. Of a plan the",
        "version in force counts, the newest that was agreed: a draft behind it changes nothing.",
        "",
        f"## Questions (version {asked.version})",
        "",
        "A council keeps its own labels, prompts and review cycles with `transitions plan wording`, or Plan wording in the app.",
    ]
    for section in asked.sections:
        lines.extend(("", f"### {section.title}", "", section.help, ""))
        if section.questions:
            lines.extend(("| name | question | from age | may change after agreement |", "| --- | --- | --- | --- |"))
        lines.extend(
            f"| `{one.code}` | {one.label} | {one.from_age or ''} | {'yes' if one.running else ''} |"
            for one in section.questions
        )
    lines.extend(("", "## How often a plan is reviewed", "", "The shortest that applies; *months* is editable.", ""))
    lines.extend(("| cycle | months | why |", "| --- | ---: | --- |"))
    lines.extend(f"| {cycle.code} | {cycle.months} | {cycle.words} |" for cycle in asked.cycles)
    lines.extend(("", f"## Quality audit (version {checklist.version})", ""))
    lines.extend(("| item | what is looked for | asked |", "| --- | --- | --- |"))
    lines.extend(
        f"| `{item.code}` | {item.label} | {_asked_from(item.from_age, item.from_year_group)} |"
        for item in checklist.items
    )
    lines.extend(("", "Met counts 2, partly 1, not met 0; the score is the percentage over the items that apply.", ""))
    lines.extend(("| grade | from |", "| --- | ---: |"))
    lines.extend(f"| {grade} | {lowest}% |" for grade, lowest in checklist.grades.items())
    lines.extend(
        ("", f"## Family survey (version {survey.version})", "", "| item | asked of the pupil | asked of the family |")
    )
    lines.append("| --- | --- | --- |")
    lines.extend(
        f"| `{item.code}` | {item.words['pupil']} | {item.words['parent or carer']} |" for item in survey.items
    )
    return "\n".join(lines) + "\n"


def _asked_from(age: int, year_group: int) -> str:
    parts = [f"from {age}" if age else "", f"from Year {year_group}" if year_group else ""]
    return ", ".join(part for part in parts if part) or "always"


def calendar() -> str:
    """Give the page of the year: what is asked, what clashes, what an entry of an imported calendar becomes."""
    from transitions.calendar.clashes import CLASH_KINDS, CLOSE
    from transitions.calendar.deadlines import load_shipped as load_asks
    from transitions.importing.calendar.titles import ENTRY_KINDS as BECOMES

    asked = load_asks()
    lines = [
        "# The year: what is asked, and what clashes",
        "",
        f"## Asked every year (version {asked.version})",
        "",
        (
            "*Check* marks what was not verified against a published source: check it with your LA. `transitions ask days` sets "
            "the days of one year as they were published; `transitions ask`, or `;` (more) in the calendar, changes the rest."
        ),
        "",
        "| code | what | first day | last day | asked of | basis |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    lines.extend(
        f"| `{deadline.code}` | {deadline.title} | {deadline.first} | {'' if str(deadline.last) == str(deadline.first) else deadline.last} "
        f"| {deadline.for_schools} | {deadline.basis}{'' if deadline.verified else ', *check*'} |"
        for deadline in asked.deadlines
    )
    lines.extend(("", "## Clashes", "", "| clash | a workshop or a date of your own |", "| --- | --- |"))
    lines.extend(f"| {kind} | {CLASHES[kind].format(close=CLOSE)} |" for kind in CLASH_KINDS)
    lines.extend(("", "## Importing a calendar", ""))
    lines.append(
        "An entry becomes what its column *kind* says, or `--as`; otherwise what its title or its categories say (*INSET*, "
        "*closed*, *half term*, *SATs*, *trip*), and an event when they say nothing. The preview names the words."
    )
    lines.extend(("", f"It may become: {', '.join(BECOMES)}."))
    return "\n".join(lines) + "\n"


def workshops() -> str:
    """Give the page of workshops: their kinds, what is counted, how actions are graded, what feedback is about."""
    from transitions.workshops.actions import GRADE_WORDS
    from transitions.workshops.feedback import load_themes
    from transitions.workshops.reading import KINDS as MEETINGS
    from transitions.workshops.scrutiny import COLUMNS

    themes = load_themes()
    lines = ["# Workshops and meetings", "", "## Kinds", "", "| kind | what it is |", "| --- | --- |"]
    lines.extend(f"| {name} | {kind.help} |" for name, kind in MEETINGS.items())
    lines.extend(("", "## What is counted", ""))
    lines.extend(
        (
            "- Of those invited, who came: both numbers and the percentage, such as 14 of 48 (29%).",
            "- A school counts once at a meeting, however many of its people came.",
            "- Who is not marked stands beside the figure, and is never counted as absent.",
            "- A meeting that was called off, or whose day is to come, is not counted.",
            "- Confidence before and after is compared only for people of whom both are known.",
        )
    )
    lines.extend(("", "## Progress of actions", "", "| grade | words |", "| ---: | --- |"))
    lines.extend(f"| {grade} | {words} |" for grade, words in GRADE_WORDS.items())
    lines.extend(
        ("", "An action is carried to every following meeting of its series until its grade is 1 or it is dropped.")
    )
    lines.extend(("", "It is written out for others in their own columns:", ""))
    lines.extend(
        f"- **{layout}**: {', '.join(column.header for column in columns)}" for layout, columns in COLUMNS.items()
    )
    lines.extend(("", f"## Feedback (version {themes.version})", "", "| theme | what is asked |", "| --- | --- |"))
    lines.extend(f"| {theme.title} | {theme.question} |" for theme in themes.by_code.values())
    return "\n".join(lines) + "\n"


def handovers() -> str:
    """Give the page of handovers: what they ask, how the tier is proposed, how far one can be, how a pack is sealed."""
    from transitions.handovers.board import STATUSES as KNOWN
    from transitions.handovers.form import shipped, transitions

    forms = {code: shipped(code) for code in transitions()}
    questions = {one.code: one for form in forms.values() for one in form.questions}
    # The file says the order of what no single form holds whole.
    order = tomllib.loads(files("transitions.handovers").joinpath("form.toml").read_text(encoding="utf-8"))
    lines = ["# Handovers: what they ask and how they travel", "", "## How far one is", ""]
    lines.extend(("| status | what it means |", "| --- | --- |"))
    lines.extend(f"| {status} | {STATUSES[status]} |" for status in KNOWN)
    lines.extend(("", f"## Questions (version {order['version']})", ""))
    lines.append(
        "How many each move asks: "
        + ", ".join(f"{code} {len(form.questions)}" for code, form in forms.items())
        + ". What the pupil's provision or an earlier answer makes needless is not asked. A council adds questions of its own "
        "with `transitions handover own-questions`. *One for all* may be given to many pupils at once; *sensitive* is left empty "
        "in a school's own columns unless it is asked for, with a purpose."
    )
    for section in order["section"]:
        lines.extend(("", f"### {section['title']}", "", section["help"]))
        asked = [questions[one["code"]] for one in section.get("question", ())]
        if asked:
            lines.extend(
                ("", "| name | question | answer | moves | proposed from | |", "| --- | --- | --- | --- | --- | --- |")
            )
        for one in asked:
            marks = [word for word, holds in (("one for all", one.one_for_all), ("sensitive", one.sensitive)) if holds]
            bounds = f" {one.least} to {one.most}" if one.kind == "score" else ""
            answer = f"{one.kind}{bounds}{': ' if one.choices else ''}{', '.join(one.choices)}"
            known = one.from_record.replace("_", " ").replace(".", ": ")
            lines.append(
                f"| `{one.code}` | {one.label} | {answer} | {_moves(one.transitions, list(forms))} | {known} | {', '.join(marks)} |"
            )
    return "\n".join((*lines, *_tiers(), *_packs())) + "\n"


def _moves(asked_at: Sequence[str], every: Sequence[str]) -> str:
    but = [move for move in every if move not in asked_at]
    return ", ".join(asked_at) if len(but) > 2 else f"all but {' and '.join(but)}" if but else "all"


def _tiers() -> Iterator[str]:
    from transitions.handovers.tiers import load_factors
    from transitions.text import listed

    table = load_factors()
    begins = ", ".join(f"{tier} from {points}" for tier, points in table.from_points.items())
    yield from ("", f"## Which tier is proposed (factors {table.version})", "")
    yield (
        f"A person decides; another tier than is proposed needs a reason. Points: {begins}. Of factors with the same source only "
        "the one with most points counts. `transitions handover factors` changes the numbers: check them with your LA."
    )
    yield from ("", "| factor | holds when | points |", "| --- | --- | ---: |")
    for factor in table.factors:
        bounds = (("at most", factor.at_most), ("at least", factor.at_least))
        numbers = [f"is {word} {bound:g}" for word, bound in bounds if bound is not None]
        holds = f"is {listed(factor.is_one_of, 'or')}" if factor.is_one_of else " and ".join(numbers) or "is yes"
        yield f"| {factor.words} | `{factor.source}` {holds} | {factor.points} |"


def _packs() -> Iterator[str]:
    from transitions.handovers.pack_content import MOST_HANDOVERS
    from transitions.handovers.pack_file import COST, LONGEST_FILE
    from transitions.handovers.passphrases import LEAST, WORDS, word_list

    yield from ("", "## Packs", "")
    yield (
        f"A pack holds up to {MOST_HANDOVERS:,} handovers and {LONGEST_FILE // 1_000_000} MB. Its first line can be read by "
        "anybody: which school it is from, for which school, the day, and how the key is made. It names no pupil. All the rest is "
        f"sealed with XChaCha20-Poly1305; the key comes from the passphrase by Argon2id ({COST.passes} passes over "
        f"{COST.memory_kib // 1024} MiB). A changed bit anywhere, the first line included, is found out, and the file is refused."
    )
    yield ""
    yield (
        f"Each school gets a passphrase of its own: {WORDS} words drawn out of {len(word_list()):,}, shown once and kept nowhere. One "
        f"that you choose has at least {LEAST} letters or digits, where a common word, a date, a pattern of the keyboard, a repetition "
        "or a name that stands on the file counts as one. Capitals, hyphens and how many blanks there are do not count."
    )


def impact() -> str:
    """Give the page of the measures that committees ask for: what each counts, of whom, and what to know beside it."""
    from transitions.impact.measure import SECTIONS, measures
    from transitions.text import FEWEST

    lines = [
        "# Impact: what each measure counts",
        "",
        "`transitions impact` prints them all, or those of the codes below; `--rows` prints who stands behind each, `--format json` a record",
        "for each figure, and `transitions export impact FILE` writes them to a table. No figure is without its base, and what is not known",
        "stands beside it. The filters of `transitions list` choose the pupils; of what is marked *all* they narrow nothing. On a base",
        f"below {FEWEST} only counts are printed for others to read.",
    ]
    for section in SECTIONS:
        found = [one for one in measures().values() if one.section == section]
        if found:
            lines.extend(("", f"## {section}", "", "| code | question | counts | of | time | note | source |"))
            lines.append("| --- | --- | --- | --- | --- | --- | --- |")
        lines.extend(
            f"| `{one.code}` | {one.question} | {one.counts} | {one.of} | {one.time}{'' if one.filtered else '; *all*'} | {one.note} | {one.source} |"
            for one in found
        )
    lines.extend(
        (
            "",
            "## Figures of others",
            "",
            "What another council, the nation or last year's paper says is entered with its source, and stands below the figures of the measure:",
            "",
            '    transitions figure add measure=forum-attendance whose=Maidstone period="June 2017" counted=14 base=48 source="STLS plan 2017-18"',
            "",
            "Where a paper gives no base, that is said. Other words than a code make a measure of your own, which is printed last.",
        )
    )
    return "\n".join(lines) + "\n"
