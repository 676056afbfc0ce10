"""The commands of one handover: writing it section by section, sending it, and what belongs to it."""

from screens.frame.commands import Command

HANDOVER = "handover"

_ONE = frozenset({HANDOVER})

# fmt: off
HANDOVER_COMMANDS = (
    Command("handover.edit", "Edit the section", ("enter",), "edit", _ONE, short="edit", footer=True,
            help="Opens the section under the cursor for writing, or asks what is to be done in it."),
    Command("handover.accept", "Accept what the record says", ("y",), "accept", _ONE, short="accept", footer=True,
            help="Takes over as answers what the record proposes in this section."),
    Command("handover.send", "Send", ("s",), "send", _ONE, footer=True,
            help="Records that the handover went to the next school, and how; again, when it went before."),
    Command("handover.next", "Handover after", ("]",), "next", _ONE, short="next pupil", footer=True,
            help="Goes to the next pupil of the list who makes the same move, at the same section."),
    Command("handover.previous", "Handover before", ("[",), "previous", _ONE, short="before", footer=True,
            help="Goes to the pupil before in the list who makes the same move, at the same section."),
    Command("handover.acknowledge", "Acknowledged", ("a",), "acknowledge", _ONE, footer=True,
            help="Records that the receiving school acknowledges it, and who there did; only then it is complete."),
    Command("handover.go_on", "Go on", ("g",), "go_on", _ONE, footer=True,
            help="Opens the next section in which something is missing."),
    Command("handover.answer", "Answer a question", ("r",), "answer", _ONE, short="answer", footer=True,
            help="Answers a question of the receiving school; the answer goes when the handover is sent again."),
    Command("handover.tier", "Decide the tier", ("t",), "tier", _ONE, short="tier", footer=True,
            help="Shows which tier is proposed, with every factor and its date, and asks which one it is to be."),
    Command("handover.friends", "Friendships", ("f",), "friends", _ONE, short="friends", footer=True,
            help="Records with which pupils this one is to be kept together, and from which apart."),
    Command("handover.safeguarding", "Safeguarding", ("S",), "safeguarding", _ONE, footer=True,
            help="Records that the child protection file went, and the receipt; never what is in it."),
    Command("handover.note", "Add a note", ("n",), "note", _ONE, short="note", footer=True,
            help="Writes a note that goes along with the handover."),
    Command("handover.chase", "Chase", ("c",), "chase", _ONE, footer=True,
            help="Records that you asked the receiving school whether it has read the handover."),
    Command("handover.after", "After the move", ("m",), "after", _ONE, footer=True,
            help="Records placements and returns from them, the first weeks at the new school, and funding that ends."),
    Command("handover.ask", "Question of the receiving school", ("Q",), "ask", _ONE, short="question",
            help="Writes down what the receiving school asks; the handover then waits on the school that sent it."),
    Command("handover.viewed", "Viewed", ("v",), "viewed", _ONE,
            help="Records that the receiving school has opened it; that is not yet an acknowledgement."),
    Command("handover.failed", "Did not arrive", ("x",), "failed", _ONE,
            help="Records that the handover did not arrive, with the reason, so that it is sent again."),
    Command("handover.take_back", "Take back", (), "take_back", _ONE,
            help="Makes a draft again of a handover that was not sent after all."),
    Command("handover.accept_all", "Accept all that the record says", ("Y",), "accept_all", _ONE, short="accept all",
            help="Takes over as answers what the record proposes, in every section."),
    Command("handover.pupil", "Open the pupil", ("o",), "pupil", _ONE, short="pupil",
            help="Opens the page of the pupil."),
)
# fmt: on
