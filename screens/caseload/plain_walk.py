"""The walk without a screen: one line after another and numbered questions, for screen readers and for plain terminals."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from rich.text import Text

from screens.caseload import walk_text
from screens.caseload.walk_text import Waiting, WalkQuestion
from screens.frame.record_form import day_to_come
from screens.frame.render_context import DocumentContext, RenderContext
from screens.milestones import step_text
from screens.pupils import page_text
from screens.widgets.panel import Block, Pair, TextParagraph, Title, TwoColumns
from transitions.caseload import chasing, walk
from transitions.caseload.caseload import Caseload
from transitions.caseload.chasing import Due
from transitions.caseload.walk import DueAction, Walk
from transitions.custody import access_log, history
from transitions.errors import Fault, NotAllowed
from transitions.milestones import phase_transfers, recording
from transitions.milestones.definitions import load_shipped
from transitions.milestones.milestone import CodedReason
from transitions.milestones.recording import OTHER_REASON
from transitions.plans import actions as plan_actions
from transitions.pupils import page
from transitions.pupils.markers import told_left_out
from transitions.pupils.page import PupilView
from transitions.team import workers
from transitions.text import capital, how_many
from transitions.workspace import Recorded, Workspace

_BACK = "Nothing was recorded."


class PlainWalk:
    """One walk. ``read`` gives what was typed, line by line, and raises EOFError when nobody types any more."""

    def __init__(self, workspace: Workspace, tell: Callable[[str], None], read: Callable[[], str]) -> None:
        self.workspace, self.tell, self.read = workspace, tell, read
        self.context = RenderContext(workspace.clock.today)
        self.walk = Walk("", "", ())
        self.view: PupilView | None = None
        self.waiting: Sequence[Waiting] = ()
        self.asked = 0
        self.told: object = None
        """The pupil and what is asked, when it was told last: it is not told again after a note."""
        self.choices: Sequence[tuple[str, Callable[[], None]]] = (
            ("Mark done", self._done),
            ("Flag missed", self._missed),
            ("Waive, or drop an action", self._waive),
            ("Remind me on another day", self._later),
            ("Add a note", self._note),
            ("Add an action", self._add_action),
            ("Change caseworker", self._caseworker),
            ("Draft an e-mail or a call note", self._chase),
            ("Ask about another step first", self._other),
            ("Skip this pupil", self._skip),
            ("Back one pupil", self._previous),
            ("Undo the last change", self._undo),
            ("Read the pupil's page", self._read_pupil),
            ("Read the handover", self._read_handover),
            ("Save the open actions of this walk to a file", self._export),
        )

    def run(self, caseload: Caseload) -> None:
        """Walk the caseload, or go on with the walk that was left; at any question the place is kept."""
        try:
            self._begin(caseload)
            while self.view is not None:
                self._ask_one()
            self._end()
        except EOFError:
            if not self.walk.finished:
                where = f"pupil {self.walk.position + 1:,} of {len(self.walk.pupil_ids):,}"
                self.tell(f"Stopped at {where}. The next walk continues from there, here or in the app.")

    def _begin(self, caseload: Caseload) -> None:
        left = walk.left_off(self.workspace)
        if left is not None and left.position:
            self.tell("You have an unfinished walk.")
            where = f"pupil {left.position + 1:,} of {len(left.pupil_ids):,}: {left.description}"
            choice = self._choose("Go on?", [f"Go on at {where}", "Start again with this list"])
            if choice is None:
                raise EOFError
            left = left if choice == 0 else None
        else:
            left = None
        self.walk = left or walk.begin(self.workspace, caseload)
        self._arrive()
        self.tell(walk_text.heading(self.walk, self.context))

    def _arrive(self, direction: int = 1, *, pass_decided: bool = True) -> None:
        found = walk_text.arrive(self.workspace, self.walk, direction, pass_decided=pass_decided)
        self.walk, self.view, self.waiting, self.asked = found.walk, found.view, found.waiting, 0
        if found.passed:
            self.tell(found.passed)

    # Telling

    def _ask_one(self) -> None:
        assert self.view is not None  # noqa: S101 - the loop of run
        about = self.view.page.id, [one.key for one in self.waiting], self.asked
        if about != self.told:
            self._tell_pupil(self.view)
        place = self._choose(
            "What happened?", [title for title, _ in self.choices], "Stop here", listed=self.told is None
        )
        self.told = about
        if place is None:
            raise EOFError
        try:
            self.choices[place][1]()
        except Fault as refused:
            self.tell(refused.sentence)

    def _tell_pupil(self, view: PupilView) -> None:
        counts = walk.tally(self.workspace, self.walk)
        so_far = ", ".join(f"{count:,} {word}" for count, word in walk_text.tallies(counts))
        self.tell("")
        self.tell(
            f"Pupil {self.walk.position + 1:,} of {len(self.walk.pupil_ids):,}. {f'{so_far}.' if so_far else ''}".strip()
        )
        question = WalkQuestion.of(self.workspace, view, self.waiting, self.asked)
        self._tell_blocks(walk_text.card(view, question, self.context, None))

    def _tell_blocks(self, blocks: Sequence[Block]) -> None:
        for block in blocks:
            match block:
                case Title():
                    self.tell(f"{_plain(block.text)}:")
                case Pair():
                    self.tell(f"{_plain(block.label)} {_plain(block.value)}")
                case TwoColumns():
                    self._tell_blocks([block.left, block.right])
                case TextParagraph():
                    self.tell(_plain(block.text))

    def _end(self) -> None:
        if not self.walk.pupil_ids:
            self._tell_blocks(walk_text.nobody(self.context.today))
            return
        from transitions.exporting import exports

        counts = walk.tally(self.workspace, self.walk)
        left = walk_text.left_over(self.workspace, self.walk, self.context)
        actions = len(exports.open_actions(self.workspace, self.walk.pupil_ids))
        self._tell_blocks(walk_text.summary(self.walk, counts, left, actions, self.context, keys=False))

    # Asking

    def _line(self, question: str) -> str:
        self.tell(question)
        return self.read().strip()

    def _choose(self, question: str, choices: Sequence[str], stops: str = "Back", *, listed: bool = True) -> int | None:
        """The place of what was chosen; None for 0. What is no number lists the choices again."""
        self.tell(question)
        while True:
            for number, choice in enumerate(choices if listed else [], start=1):
                self.tell(f"{number} {choice}")
            again = "" if listed else " ?: the list."
            typed = self._line(f"Type a number from 1 to {len(choices)}. 0: {stops}.{again}")
            if typed.isdecimal() and int(typed) <= len(choices):
                return int(typed) - 1 if int(typed) else None
            listed = True

    def _words(self, question: str) -> str:
        return self._line(f"{question} An empty line goes back.")

    def _day(self, question: str, *, today_too: bool = False) -> date | None:
        terms = page.terms_of(self.workspace, self._pupil)
        read_day = day_to_come(self.context.today, terms, today_too=today_too)
        while typed := self._words(f"{question} A date: 5/9, 5 sep, mon, +2w or end of term."):
            try:
                found = read_day(typed)
            except ValueError as problem:
                self.tell(str(problem))
            else:
                self.tell(found.echo)
                return found.value
        return None

    # Deciding

    @property
    def _pupil(self) -> int:
        assert self.view is not None  # noqa: S101 - asked about a pupil only
        return self.view.page.id

    @property
    def _now(self) -> Waiting:
        if not self.waiting:
            raise NotAllowed("There is nothing left to decide for this pupil. Skip to go on.")
        return self.waiting[self.asked]

    def _record(self, work: Callable[[], Recorded], kind: str = "") -> None:
        """Record, unless somebody else has decided it since it was told; then go on to what comes next."""
        if kind and self._now.key not in [one.key for one in walk_text.pupil_of(self.workspace, self._pupil)[1]]:
            self.tell("Not recorded: somebody else has just decided this.")
        else:
            recorded = work()
            self.tell(f"{recorded.name}: {recorded.summary}.")
            if kind:
                self.walk = self.walk.decided(walk.about(self._now.key, kind), kind)
        self._look_again()

    def _look_again(self) -> None:
        """Stay at this pupil while something waits, and go on after the last of it."""
        had = bool(self.waiting)
        _, self.waiting = walk_text.pupil_of(self.workspace, self._pupil)
        self.walk = self.walk.moved(1) if had and not self.waiting else self.walk
        self._arrive(pass_decided=had)

    def _done(self) -> None:
        now = self._now
        if isinstance(now, DueAction):
            self._record(lambda: plan_actions.finish_actions(self.workspace, [now.action_id]), "done")
            return
        outcome: str | None = None
        if phase_transfers.asks_outcome(self.workspace, now.key.milestone_id):
            said = [*phase_transfers.SAID.values(), "Just mark it done, without saying"]
            place = self._choose("What does the final plan say about the place?", said)
            if place is None:
                self.tell(_BACK)
                return
            outcome = [*phase_transfers.SAID, None][place]
        if outcome is None:
            self._record(lambda: recording.mark_done(self.workspace, [now.key]), "done")
        else:
            self._record(lambda: phase_transfers.record_of_step(self.workspace, now.key, outcome), "done")

    def _missed(self) -> None:
        now = self._now
        if isinstance(now, DueAction):
            raise NotAllowed("An action is not flagged missed. Mark it done, or drop it with a reason.")
        refusal = recording.why_not_missed(self.workspace, [now.key])
        if refusal:
            raise NotAllowed(refusal)
        found = self._reason("Why was it missed?", load_shipped().missed_reasons)
        if found:
            self._record(
                lambda: recording.flag_missed(self.workspace, [now.key], reason=found[0], next_step=found[1]), "missed"
            )

    def _waive(self) -> None:
        now = self._now
        if isinstance(now, DueAction):
            reason = self._words("Why is the action dropped? In a few words.")
            if reason:
                drop = lambda: plan_actions.drop_actions(self.workspace, [now.action_id], reason=reason)  # noqa: E731
                self._record(drop, "waived")
            return
        found = self._reason("Why is it waived?", load_shipped().waived_reasons)
        if found:
            self._record(lambda: recording.waive(self.workspace, [now.key], reason=found[0], words=found[1]), "waived")

    def _reason(self, question: str, reasons: Sequence[CodedReason]) -> tuple[str, str] | None:
        place = self._choose(question, [capital(one.words) for one in reasons])
        code = None if place is None else reasons[place].code
        words = self._words("In a few words.") if code == OTHER_REASON else ""
        if code is None or (code == OTHER_REASON and not words):
            self.tell(_BACK)
            return None
        return code, words

    def _later(self) -> None:
        now = self._now
        if isinstance(now, DueAction):
            if plan_actions.is_agreed(now, now.agreed_on):
                raise NotAllowed(
                    "Its date was agreed in the plan, so it is fixed. Drop it with a reason, or add another."
                )
            until = self._day("What is the new date for this action?")
            if until is not None:
                fields = {"due_on": until}
                self._record(lambda: plan_actions.save_action(self.workspace, *now.key, fields), "put off")
            return
        until, pupil = self._day("When should you be reminded?"), self._pupil
        if until is not None:
            self._record(lambda: recording.put_off(self.workspace, [pupil], until), "put off")

    def _note(self) -> None:
        text = self._words("The note, in one line.")
        if text:
            self._record(lambda: recording.add_note(self.workspace, [self._pupil], text))

    def _add_action(self) -> None:
        what = self._words("What will be done?")
        owner = what and self._words(f"By whom? A person's name, such as {workers.me_name(self.workspace) or 'yours'}.")
        due_on = self._day("By when?", today_too=True) if owner else None
        if owner:
            self._record(
                lambda: plan_actions.add_action(self.workspace, self._pupil, what=what, owner=owner, due_on=due_on)
            )

    def _caseworker(self) -> None:
        staff = list(workers.workers_by_name(self.workspace))
        place = self._choose("Who is the caseworker?", [*(one.name for one in staff), "Nobody"])
        if place is not None:
            number = staff[place].id if place < len(staff) else None
            self._record(lambda: recording.assign(self.workspace, [self._pupil], number))

    def _chase(self) -> None:
        assert self.view is not None  # noqa: S101 - asked about a pupil only
        _ = self._now
        reached = chasing.whom_to_ring(self.workspace, self.view)
        drafts = [(one, write) for one in reached for write in (chasing.e_mail, chasing.call_note)]
        if not drafts:
            raise NotAllowed("There is nobody to ask yet: nobody who may be contacted, and no school.")
        titles = {chasing.e_mail: "E-mail to", chasing.call_note: "Call to"}
        place = self._choose("Draft what?", [f"{titles[write]} {one.called}" for one, write in drafts])
        if place is not None:
            to, write = drafts[place]
            due = [Due(walk_text.title(one, self.context), walk_text.due_of(one)) for one in self.waiting]
            self.tell(write(self.workspace, self.view, to, due))
            self.tell("Nothing was sent. Copy the draft to wherever you want it.")

    # Reading, and a file

    def _read_pupil(self) -> None:
        assert self.view is not None  # noqa: S101 - asked about a pupil only
        access_log.note(self.workspace, self._pupil, "page")
        self._tell_blocks(page_text.about(self.view, self.context))
        self.tell("Steps:")
        for step in self.view.steps:
            noted = step_text.noted(step, self.context)
            what = (f"{step.state}: {step.row.title}", step_text.far(step, self.context.today), noted)
            self.tell(" · ".join(filter(None, what)))

    def _read_handover(self) -> None:
        # Of a handover, and of a file, nothing is needed before.
        from screens.frame.theme import DEFAULTS
        from screens.handovers import body_text
        from screens.handovers.summary_text import how_far
        from transitions.handovers.page import of_pupil

        newest = next(iter(of_pupil(self.workspace, self._pupil)), None)
        if newest is None:
            raise NotAllowed("No handover is started for this pupil. Start one with: transitions handover start PUPIL")
        access_log.note(self.workspace, self._pupil, "handover")
        whole = body_text.read_whole(self.workspace, newest.id)
        self.tell(f"{whole.page.title} · {newest.status}. {how_far(whole.page, self.context)}")
        for section in body_text.sections(whole, DocumentContext(self.context, DEFAULTS)):
            self._tell_blocks(section)

    def _export(self) -> None:
        from transitions.exporting.exports import export_actions

        purpose = self._words("What is the file for?")
        name = purpose and self._words("A file that ends in .xlsx or .csv.")
        if name:
            caseload = Caseload.from_json(self.walk.caseload)
            done = export_actions(self.workspace, caseload, self.walk.pupil_ids, Path(name).expanduser(), purpose)
            said = f"Saved {how_many(done.rows, 'open action')} to {done.path}."
            self.tell(f"{said} {told_left_out(done.left_out)}".strip())

    # Moving

    def _other(self) -> None:
        if len(self.waiting) < 2:
            raise NotAllowed("There is nothing else to decide for this pupil.")
        place = self._choose("About which?", [walk_text.title(one, self.context) for one in self.waiting])
        self.asked = self.asked if place is None else place

    def _skip(self) -> None:
        self.walk = self.walk.passed_by() if self.waiting else self.walk.moved(1)
        self._arrive()

    def _previous(self) -> None:
        if self.walk.position == 0:
            raise NotAllowed("This is the first pupil of the walk.")
        self.walk = self.walk.moved(-1)
        self._arrive(-1, pass_decided=False)

    def _undo(self) -> None:
        entry = history.next_undo(self.workspace)
        if entry is not None and not history.is_recent(self.workspace, entry.at):
            self.tell(f"{entry.name}: {entry.summary}. Recorded {history.told(entry)}.")
            if self._choose("Undo it?", ["Undo it"]) is None:
                return
        undone = history.undo(self.workspace, None if entry is None else entry.id)
        self.tell(f"Undone: {undone.name}, {undone.summary}.")
        pupil = next((one for one in undone.pupils if one in self.walk.pupil_ids), self._pupil)
        self.walk = self.walk.at(pupil)
        self._arrive(pass_decided=False)


def _plain(text: str | Text) -> str:
    return text.plain if isinstance(text, Text) else text
