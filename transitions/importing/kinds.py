"""The kinds of files that can be imported, and who reads each."""

from collections.abc import Callable
from typing import Final

from transitions.importing.preview import ImportPreview

KINDS: Final = (
    "pupils",
    "ctf",
    "attendance",
    "events",
    "weeks",
    "scores",
    "sen2",
    "schools",
    "groups",
    "terms",
    "calendar",
    "milestones",
    "asks",
)
TAKEN_WHOLE: Final = ("milestones", "asks")
"""Files that are taken whole or not at all: their readers know no ``skip_bad``."""
OF_PUPILS: Final = ("pupils", "ctf", "attendance", "events", "weeks", "scores", "sen2")
"""Files whose readers ask (``ask``) which pupil is meant."""


def reader_of(kind: str) -> Callable[..., ImportPreview]:
    from transitions.importing import (
        attendance,
        deadlines,
        milestones,
        pupil_records,
        pupils,
        school_groups,
        schools,
        terms,
    )
    from transitions.importing.calendar import files as calendar_files
    from transitions.importing.ctf import preview as ctf
    from transitions.importing.sen2 import preview as sen2

    readers: dict[str, Callable[..., ImportPreview]] = {
        "pupils": pupils.prepare,
        "ctf": ctf.prepare,
        "attendance": attendance.prepare,
        "events": pupil_records.prepare_events,
        "weeks": pupil_records.prepare_weeks,
        "scores": pupil_records.prepare_scores,
        "sen2": sen2.prepare,
        "schools": schools.prepare,
        "groups": school_groups.prepare,
        "terms": terms.prepare,
        "calendar": calendar_files.prepare,
        "milestones": milestones.prepare,
        "asks": deadlines.prepare,
    }
    return readers[kind]
