"""The child protection file as questions: that it went, that the receipt came, that the receipt was chased. No content."""

from screens.frame.dialogs import Choice, Choose
from screens.frame.host import Host
from screens.frame.pickers import school_finder
from screens.frame.record_form import RecordForm, Values, open_form
from screens.handovers.correspondence import day_field, day_of, text_of
from screens.widgets.fields import Field
from transitions.dates import short_with_year
from transitions.handovers import safeguarding
from transitions.handovers.page import HandoverPage
from transitions.pupils import editing
from transitions.team.lookups import me_name
from transitions.workspace import Recorded

NO_CONTENT = (
    "Only that there is a file, how it went and the receipt. What is in it is written nowhere in this program: it goes by "
    "itself, from one safeguarding lead to the other."
)
_SENT, _NO_FILE, _FILE = "sent", "no file", "file"


async def safeguard(host: Host, page: HandoverPage) -> None:
    choices: list[Choice[str]] = []
    for one in page.child_protection:
        if one.receipt_on is None:
            to = f"{short_with_year(one.sent_on)}, to {one.to_school or 'a school'}"
            choices.append(Choice(f"receipt {one.id}", "The receipt is here", hint=f"sent {to}"))
            choices.append(Choice(f"chase {one.id}", "I asked again for the receipt", hint=f"sent {to}"))
    choices.append(Choice(_SENT, "The file was sent", key="s"))
    if page.pupil.child_protection_file and not page.child_protection:
        choices.append(Choice(_NO_FILE, "There is no file after all", key="n"))
    elif not page.pupil.child_protection_file:
        choices.append(Choice(_FILE, "There is a file, not sent yet", key="f"))
    what = await host.ask(Choose("Child protection file", choices, detail=NO_CONTENT))
    if what is None:
        return
    kind, _, number = what.partition(" ")
    if what in (_FILE, _NO_FILE):
        host.record(_say_whether(host, page, there=what == _FILE))
    elif what == _SENT:
        await open_form(host, _sent_form(host, page))
    elif kind == "receipt":
        await open_form(host, _receipt_form(host, page, int(number)))
    else:
        host.record(safeguarding.chase(host.workspace, int(number)))


def _say_whether(host: Host, page: HandoverPage, *, there: bool) -> Recorded:
    editing.save_pupil(host.workspace, page.row.pupil_id, {"child_protection_file": there})
    return Recorded("Child protection file", "there is one" if there else "there is none", 1)


def _sent_form(host: Host, page: HandoverPage) -> RecordForm:
    ways = [(way, f"{way[:1].upper()}{way[1:]}") for way in safeguarding.HOW]
    fields = [
        Field(name="school", label="To", kind="suggest", suggest=school_finder(host.workspace), required=True),
        Field(name="how", label="How", kind="choice", choices=ways, required=True, help="Down lists the ways"),
        day_field(host, page, "on", "On"),
        Field(name="by", label="By whom", help="A name or an office, nothing else"),
    ]

    def save(values: Values, _changed: frozenset[str]) -> Recorded:
        school = values["school"]
        return safeguarding.record_sent(
            host.workspace,
            page.row.pupil_id,
            school if isinstance(school, int) else None,
            how=text_of(values, "how"),
            on=day_of(values, "on"),
            by=text_of(values, "by"),
        )

    pupil = page.pupil
    stored: dict[str, object] = {"by": me_name(host.workspace)}
    if pupil.next_school_id is not None:
        stored["school"] = (pupil.next_school_id, pupil.next_school)
    draft = f"draft child protection {pupil.id}"
    return RecordForm("The child protection file was sent", fields, stored, save, draft, notice=NO_CONTENT)


def _receipt_form(host: Host, page: HandoverPage, transfer_id: int) -> RecordForm:
    fields = [
        Field(name="by", label="Confirmed by", required=True, help="A name or an office of the receiving school"),
        day_field(host, page, "on", "On"),
    ]

    def save(values: Values, _changed: frozenset[str]) -> Recorded:
        return safeguarding.record_receipt(
            host.workspace, transfer_id, by=text_of(values, "by"), on=day_of(values, "on")
        )

    return RecordForm("The receipt is here", fields, {}, save, f"draft child protection receipt {transfer_id}")
