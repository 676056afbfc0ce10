"""The file of handovers: how far each is and who waits, for everybody who moves; what they answer only when all is asked for."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import Final

from db.pupils import pupils as pupil_store
from transitions.caseload.caseload import Caseload
from transitions.errors import NotAllowed
from transitions.exporting.columns import ANSWER, ANSWERS, HANDOVER_SECTIONS, HANDOVERS, completeness
from transitions.exporting.files import Code, ExportTable, Options, described
from transitions.handovers import board as boards
from transitions.handovers import page as pages
from transitions.handovers.board import US, Board, BoardLine
from transitions.handovers.page import HandoverPage
from transitions.milestones.destinations import LEAVING
from transitions.school_year import academic_year, academic_year_label, year_group_short
from transitions.workspace import Workspace

TITLE: Final = "Handovers, moves of {}. Complete means the receiving school has acknowledged it"
"""The heading says what is counted, for the number is quoted without the program at hand."""
_ACKNOWLEDGED: Final = "acknowledged"
_THEM: Final = "them"
_HEADERS: Final = tuple(column.header for column in HANDOVERS)
_OF_LINE: Final = ("surname", "forename", "tier", "sen_provision", "preferred_name", "chased_on")
_OF_HANDOVER: Final = (
    "form", "started_on", "sent_on", "received_on", "viewed_on", "acknowledged_on", "returned_on", "failed_on", "sent_how",
    "sent_by", "acknowledged_by", "fail_reason",
)  # fmt: skip


def handovers_table(workspace: Workspace, caseload: Caseload, options: Options) -> ExportTable:
    """A row for each pupil of the caseload who moves in the academic year of the options (this one, for None).

    Those whose handover is not started are there too, and last the handovers that came from other schools. The transition points
    of the caseload choose the moves. Raises NotAllowed for a move that has no board.
    """
    year = academic_year(workspace.clock.today) if options.academic_year is None else options.academic_year
    unknown = [code for code in caseload.transitions if code not in LEAVING]
    if unknown:
        raise NotAllowed(f"There are no handovers for {unknown[0]}. Choose from: {', '.join(LEAVING)}")

    def rows(code: Code) -> Iterator[Sequence[object]]:
        cells = _Cells(workspace, code, full=options.full)
        for board in _boards(workspace, caseload, year):
            lines = (one for one in board.lines if not options.pupils or one.row.pupil_id in options.pupils)
            yield from (cells.of(line, board) for line in lines)

    title = TITLE.format(academic_year_label(year))
    return ExportTable(title, described(workspace, caseload), rows)


def _boards(workspace: Workspace, caseload: Caseload, year: int) -> Iterator[Board]:
    everyone = replace(caseload, transitions=())
    for transition in caseload.transitions or LEAVING:
        yield boards.load(workspace, everyone, transition, year)
    yield _of_moves(workspace, boards.inbox(workspace, everyone, year), caseload.transitions)


def _of_moves(workspace: Workspace, came: Board, transitions: Sequence[str]) -> Board:
    if not transitions:
        return came
    chosen = [
        line for line in came.lines if pages.current_row(workspace, line.row.handover_id or 0).transition in transitions
    ]
    return Board(came.transition, came.move_year, chosen)


class _Cells:
    """Makes the cells of one row after the other."""

    def __init__(self, workspace: Workspace, code: Code, *, full: bool) -> None:
        self._workspace, self._code, self._full = workspace, code, full
        self._group: Callable[[int], str] = cache(
            lambda cohort: year_group_short(academic_year(workspace.clock.today) - cohort)
        )

    def of(self, line: BoardLine, board: Board) -> tuple[object, ...]:
        row = line.row
        page = None if row.handover_id is None else pages.load(self._workspace, row.handover_id)
        made: dict[str, object] = {
            **{name: getattr(row, name) for name in _OF_LINE},
            "pseudonym": self._code(row.pupil_id, row.upn),
            "upn": row.upn,
            "year_group": self._group(row.cohort_year),
            "direction": page.row.direction if page else "out",
            "transition": page.row.transition if page else board.transition,
            "academic_year": academic_year_label(board.move_year),
            "school": row.from_school,
            "next_school": row.to_school,
            "worker": row.owner,
            "status": line.status,
            "complete": line.status == _ACKNOWLEDGED and not row.sent_elsewhere,
            "waiting_on": line.waiting_on if line.waiting_on in (US, "") else _THEM,
            "waiting_since": line.since,
            "times_sent": row.revision or 0,
            "sent_elsewhere": bool(row.sent_elsewhere),
            "questions": 0,
            "questions_open": row.questions,
            **(_of_page(page) if page else {}),
        }
        if self._full:
            made |= self._in_full(row.pupil_id, page)
        return tuple(made.get(name) for name in _HEADERS)

    def _in_full(self, pupil_id: int, page: HandoverPage | None) -> dict[str, object]:
        pupil = page.pupil if page else pupil_store.page(self._workspace.read(), pupil_id)
        pupil_values = (
            {"date_of_birth": pupil.date_of_birth, "child_protection_file": bool(pupil.child_protection_file)}
            if pupil
            else {}
        )
        return {**pupil_values, **(_answers(page) if page else {})}


def _of_page(page: HandoverPage) -> dict[str, object]:
    filled, to_school = page.filled, page.row.to_school_id
    sent = next((one for one in page.child_protection if one.to_school_id == to_school), None)
    return {
        **{name: getattr(page.row, name) for name in _OF_HANDOVER},
        "questions": sum(one.kind == "question" for one in page.messages),
        "filled": filled.filled,
        "asked": filled.asked,
        "to_confirm": sum(page.to_confirm.values()),
        **{
            name: cell
            for code in HANDOVER_SECTIONS
            for name, cell in completeness(code, page.completeness.get(code)).items()
        },
        "child_protection_sent_on": sent.sent_on if sent else None,
        "child_protection_receipt_on": sent.receipt_on if sent else None,
    }


def _answers(page: HandoverPage) -> dict[str, object]:
    """What there is to tell the next school: what our form asks in columns, all else in one."""
    found = {f"{ANSWER}{one.question.code}": _value(one.answer.value) for one in page.to_tell if one.answer is not None}
    others = [f"{one.question.label}: {one.text}" for one in page.to_tell if one.question.code not in ANSWERS]
    return {**found, "other_answers": "\n".join(others) or None}


def _value(text: str) -> object:
    """An answer as a cell: whole numbers as such, so that a workbook can add them up; nothing with a nought before it."""
    return int(text) if text.isdecimal() and text == str(int(text)) else text
