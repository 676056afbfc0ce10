"""Find anybody and anything: pupils, their plans, schools, staff, workshops and commands, from any screen, while one types."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Final, cast

from textual.command import Hit, Hits, Provider

from screens.frame.host import Host, host_of
from screens.frame.jobs import Job
from screens.frame.left_once import Palette
from screens.frame.palette import CommandsProvider, beside
from screens.frame.render_context import list_name
from screens.frame.safe import txt
from screens.widgets.line import one_line
from transitions.caseload import finder
from transitions.caseload.caseload import Caseload
from transitions.caseload.finder import Found, Kind

PLACEHOLDER: Final = "A pupil, a school, one of the staff, a workshop, or what you want to do"
_TITLES: Mapping[Kind, str] = {
    "pupil": "Pupil",
    "plan": "Plan",
    "school": "School",
    "person": "Staff",
    "workshop": "Workshop",
}
_NEARLY: Final = 10_000
"""What is written so comes before what is written nearly so, commands included."""


class FoundProvider(Provider):
    """What the records have of that name. A letter that follows interrupts what the one before it made the file look for."""

    async def search(self, query: str) -> Hits:
        host, job = host_of(self.screen), Job()

        def look() -> list[Found]:
            with host.workspace.database.stopping_when(job.is_stopping):
                return finder.find(host.workspace, query)

        try:
            found = await asyncio.to_thread(look)
        except asyncio.CancelledError:
            job.stop()
            raise
        for place, one in enumerate(found):
            yield _hit(host, one, (0 if one.nearly else _NEARLY) + len(found) - place)
        if sum(one.kind == "pupil" for one in found) == finder.EACH:
            everybody = Caseload(text=query.replace(",", " "), sort="name")
            yield Hit(
                score=_NEARLY + len(found) - finder.EACH + 0.5,
                match_display=txt("All pupils with these letters"),
                command=partial(host.show_pupils, everybody),
                text=query,
                help=cast("str", txt("Lists them in the caseload")),
            )


class StrictCommandsProvider(CommandsProvider):
    """The commands of which a name or another word for them begins so: among names, one letter here and there is nothing."""

    strict = True


def finder_line() -> Palette:
    return Palette([FoundProvider, StrictCommandsProvider], placeholder=PLACEHOLDER)


def _hit(host: Host, one: Found, score: float) -> Hit:
    of_pupil = one.kind in ("pupil", "plan")
    name = list_name(one.forename, one.name, hidden=host.private) if of_pupil else one.name
    detail = " · ".join(part for part in (one.detail, "similar spelling" if one.nearly else "") if part)
    return Hit(
        score=score,
        match_display=beside(name, _TITLES[one.kind]),
        command=partial(_open, host, one),
        text=name,
        help=cast("str", txt(one_line(detail))),
    )


def _open(host: Host, one: Found) -> Awaitable[None] | None:
    ways: Mapping[Kind, Callable[[int], Awaitable[None] | None]] = {
        "pupil": host.open.pupil,
        "plan": host.open.plan_version,
        "school": host.open.schools,
        "person": host.open.staff,
        "workshop": host.open.workshop,
    }
    return ways[one.kind](one.number)
