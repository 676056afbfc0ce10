"""Making the answer to a pack: which pack, with which passphrase, into which folder; then the passphrase, once."""

from secrets import SystemRandom

from screens.frame.dialogs import Choice, Choose
from screens.frame.host import Host
from screens.frame.privacy import HIDDEN_NOTE
from screens.frame.record_form import sentence
from screens.frame.safe import cell
from screens.frame.saving import folder_trouble, short_path, usual_folder
from screens.handovers.packs import OnceScreen
from screens.widgets.fields import Answer, Field
from screens.widgets.form import Form
from screens.widgets.form_screen import FormScreen
from screens.widgets.panel import Block, Pair, Words
from screens.widgets.path_box import path_of
from transitions.dates import parse_typed, short_with_year
from transitions.errors import Fault
from transitions.handovers import acknowledging
from transitions.handovers.acknowledging import MadeAnswer, PackRow
from transitions.handovers.pack_file import propose_passphrase, read_new_passphrase
from transitions.text import printable


async def make_answer(host: Host) -> None:
    """Ask which pack is answered, when several came, and how; then make the file."""
    found = acknowledging.received_packs(host.workspace)
    if not found:
        host.say("No pack has come that could be answered. I receives one.", "warning")
        return
    pack: PackRow | None = found[0]
    if len(found) > 1:
        choices = [
            Choice(
                one,
                f"{one.school or 'A school'}, {short_with_year(one.on_day)}",
                hint=f"{one.acknowledged:,} of {one.pupils:,} acknowledged",
            )
            for one in found
        ]
        pack = await host.ask(Choose("Answer which pack?", choices))
    values = await host.ask(_form(host, pack)) if pack is not None else None
    if pack is None or values is None:
        return
    number, folder = pack.id, path_of(str(values["folder"]))
    words = str(values["passphrase"] or "") or propose_passphrase(SystemRandom())
    try:
        made = await host.in_thread(lambda: acknowledging.make_answer(host.workspace, number, folder, words))
    except Fault as fault:
        host.say(f"No answer was made. {fault.sentence}", "error")
        return
    host.publish()
    host.push_screen(OnceScreen("The answer is made", lambda hidden: _told(made, words, hidden=hidden)))


def _form(host: Host, pack: PackRow) -> FormScreen:
    today = host.clock.today
    fields = [
        Field(name="passphrase", label="Passphrase", check=_passphrase,
              help="The one agreed with the school; empty: five words are proposed"),
        Field(name="folder", label="Folder", required=True, check=_folder),
    ]  # fmt: skip
    # No draft is kept of this form: a passphrase is written down nowhere.
    form = Form(
        fields,
        {"folder": short_path(usual_folder())},
        parse_date=lambda text: Answer(parse_typed(text, today)),
        clean=printable,
        notice=f"{pack.acknowledged:,} of {pack.pupils:,} of the pack are acknowledged; the answer lists every pupil of it.",
    )
    return FormScreen(f"Answer to {pack.school or 'the school'}", form)


def _told(made: MadeAnswer, words: str, *, hidden: bool) -> list[Block]:
    only_listed = made.listed - made.acknowledged - made.asked
    return [
        Words("Read the passphrase out by telephone; never send it along with the file. It is shown only now."),
        Words(""),
        Pair("File", cell(short_path(made.path))),
        Pair("Acknowledged", f"{made.acknowledged:,} of {made.listed:,}"),
        Pair("Asked about", f"{made.asked:,}"),
        Pair("Only received", f"{max(0, only_listed):,}"),
        Pair("Passphrase", HIDDEN_NOTE if hidden else cell(words, "bold")),
    ]


def _passphrase(text: str) -> Answer:
    try:
        read_new_passphrase(text)
    except ValueError as error:
        raise ValueError(sentence(str(error))) from None
    return Answer(text)


def _folder(text: str) -> Answer:
    if trouble := folder_trouble(text):
        raise ValueError(trouble)
    return Answer(text)
