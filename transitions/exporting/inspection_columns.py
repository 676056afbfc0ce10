"""The headings that an area SEND inspection asks for, in its order, and what is kept here of each."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from transitions.exporting.column import ExportColumn, always_shown, counted, day

NOT_KEPT: Final = {
    "Ethnicity": "The ethnic group",
    "Date updated EHC plan issued": "The date of the latest final EHC plan",
    "Date EHC plan last reviewed": "The date of the last annual review",
    "Subsidiary education establishment – phase (dual registration)": "The phase of a second school",
    "Does the child or young person have a disability?": "Yes or No",
}
"""What an inspection asks for and nobody records here, with what it is."""
_ON_BOTH_LISTS: Final = (
    always_shown("Unique ID", "The number of the pupil here; in a pseudonymised file the code"),
    ExportColumn("UPN", "The unique pupil number"),
    ExportColumn("ULN", "The unique learner number"),
    ExportColumn("Date of birth", "The date of birth", "date"),
    ExportColumn("Gender", "F or M, as the school census has it"),
)
_NEED_AND_SCHOOL: Final = (
    always_shown("SEN primary need", "The code of the primary need, such as SLCN"),
    counted("Main education establishment – URN", "The school's unique reference number"),
    always_shown("Main education establishment – phase", "Its phase"),
)
_AT_SCHOOL: Final = (
    counted("Absence", "Per cent of sessions missed this year: 100 minus the recorded attendance"),
    always_shown("Pupil Premium", "Yes or No"),
    always_shown("Known to children's social care?", "Yes or No: whether a time open to social care has no end"),
    always_shown("Which children's social care team?", "How the case is open. This program does not record teams"),
)


def _asked(header: str) -> ExportColumn:
    return always_shown(header, f"{NOT_KEPT[header]}; not kept here, so empty")


_LIST_1: Final = (
    *_ON_BOTH_LISTS,
    _asked("Ethnicity"),
    day("Date initial EHC plan issued", "The date of the first final EHC plan. Empty if not known"),
    _asked("Date updated EHC plan issued"),
    _asked("Date EHC plan last reviewed"),
    *_NEED_AND_SCHOOL,
    _asked("Subsidiary education establishment – phase (dual registration)"),
    always_shown("Elective home education", "Yes if an event that has not ended says so, otherwise empty"),
    counted("Suspensions", "How many this year"),
    counted("Permanent exclusions", "How many are recorded as events. Empty if none"),
    *_AT_SCHOOL,
    _asked("Does the child or young person have a disability?"),
)
_LIST_2: Final = tuple(
    column for column in _LIST_1 if "EHC plan" not in column.header and column.header != "Elective home education"
)
INSPECTION: Final[Mapping[str, tuple[ExportColumn, ...]]] = MappingProxyType(
    {"send-list-1": _LIST_1, "send-list-2": _LIST_2}
)
"""Lists 1 and 2 of an area SEND inspection, with the headings and the order in which it asks for them."""
