"""Feeder schools: from where pupils go to each school, and where those of each school go, by recorded destinations."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from screens.frame.commands import FEEDERS
from screens.frame.dialogs import Choice, Choose
from screens.frame.host import Host
from screens.frame.report_screen import FiguresScreen, ReportLine, ReportTab
from screens.frame.safe import cell
from screens.widgets.columns import Column
from transitions.caseload.caseload import Caseload
from transitions.school_year import academic_year, academic_year_label, year_group_label
from transitions.text import how_many, searchable, share
from transitions.workshops import feeders
from transitions.workshops.feeders import GroupMoves, Link
from transitions.workspace import Workspace

TO, FROM, GROUPS = "to", "from", "groups"
_SHARE = 18


@dataclass(frozen=True)
class LoadedLinks:
    """Between which schools pupils move in a year, and in which year groups they are before the move."""

    links: Sequence[Link]
    year_groups: Mapping[int, int]
    groups: Sequence[GroupMoves]

    @classmethod
    def of(cls, workspace: Workspace, year: int, only: Sequence[int] = ()) -> "LoadedLinks":
        """The moves of a year, or of those the moves ``only`` of some year groups."""
        counts: Counter[int] = Counter()
        for move in feeders.moves(workspace, year):
            counts[year - move.cohort_year] += move.pupils
        links = feeders.links(workspace, year, year_groups=only)
        return cls(links, counts, feeders.by_group(workspace, year, year_groups=only))

    @property
    def how_much(self) -> str:
        return how_many(sum(link.pupils for link in self.links), "pupil")

    def amount(self, name: str) -> int:
        if name == GROUPS:
            return len(self.groups)
        return len({link.receiving_id if name == TO else link.feeder_id for link in self.links})

    def part(self, name: str) -> ReportTab:
        if name == GROUPS:
            return _groups(self.groups, self.figures)
        columns = (
            Column("From" if name == TO else "To", flex=1, min_width=24, priority=10),
            Column("Pupils", width=_SHARE, priority=10),
        )
        lines = []
        for school in sorted({_other_school(link, name) for link in self.links}):
            own = [link for link in self.links if _other_school(link, name) == school]
            pupils = sum(link.pupils for link in own)
            schools = how_many(len(own), "school")
            heading = f"{school[0]} · {how_many(pupils, 'pupil')} {'from' if name == TO else 'to'} {schools}"
            lines += [_link_line(link, name, pupils, heading) for link in own]
        return ReportTab(columns, lines, self.figures, _EMPTY)

    @property
    def figures(self) -> list[str]:
        if not self.links:
            return []
        feeding, receiving = {link.feeder_id for link in self.links}, {link.receiving_id for link in self.links}
        return [
            f"{self.how_much} with a recorded destination leave {len(feeding):,} for {len(receiving):,} schools",
            "counted by the next school on each record; after the move by the change of school",
        ]


class FeedersScreen(FiguresScreen):
    """The links of a year; Enter shows the pupils of one in the caseload."""

    SCOPE: ClassVar[str] = FEEDERS
    PARTS: ClassVar[Mapping[str, str]] = {TO: "To each school", FROM: "From each school", GROUPS: "Groups"}
    FIND = "find a school"
    read_all: LoadedLinks

    def __init__(self, year: int | None = None) -> None:
        super().__init__(year)
        self.year_group: int | None = None

    def load(self) -> LoadedLinks:
        return LoadedLinks.of(self.workspace, self.year, self._groups)

    @property
    def _groups(self) -> Sequence[int]:
        return () if self.year_group is None else (self.year_group,)

    def what(self) -> str:
        only = "" if self.year_group is None else f" · only {year_group_label(self.year_group)}"
        return f"Feeder schools {academic_year_label(self.year)}{only}"

    async def go(self, goal: Any) -> None:
        link: Link = goal
        self.host.show_pupils(movers(self.workspace, self.year, link, self._groups))

    async def action_filter(self) -> None:
        counts = self.read_all.year_groups if self.is_read else {}
        choices: list[Choice[int | str]] = [Choice("all", "Every year group", hint=f"{sum(counts.values()):,}")]
        choices += [Choice(group, year_group_label(group), hint=f"{counts[group]:,}") for group in sorted(counts)]
        current = "all" if self.year_group is None else self.year_group
        chosen = await self.host.ask(Choose("Count moves for which year group?", choices, current=current))
        if chosen is not None:
            self._narrow(chosen if isinstance(chosen, int) else None)

    def _narrow(self, year_group: int | None) -> None:
        self.year_group = year_group
        self.read_again()

    def peel(self) -> bool:
        if super().peel():
            return True
        if self.year_group is None:
            return False
        self._narrow(None)
        return True


_EMPTY = "No destinations are recorded for this year's movers. To record a pupil's next school, press 2 for the caseload, then e to edit the pupil."


async def show_movers(host: Host, year: int, feeder_id: int) -> None:
    links = feeders.links(host.workspace, year, feeder_id=feeder_id)
    link: Link | None = next(iter(links), None)
    if len(links) > 1:
        choices = [Choice(one, one.receiving, hint=how_many(one.pupils, "pupil")) for one in links]
        link = await host.ask(Choose(f"From {links[0].feeder}, pupils moving to", choices))
    if link is not None:
        host.show_pupils(movers(host.workspace, year, link))


def movers(workspace: Workspace, year: int, link: Link, year_groups: Sequence[int] = ()) -> Caseload:
    """The pupils of a link, wherever they are now, by a filter that Escape peels off."""
    later = academic_year(workspace.clock.today) - year
    moves = feeders.moves(workspace, year, feeder_id=link.feeder_id, receiving_id=link.receiving_id)
    groups = {year - move.cohort_year for move in moves}
    return Caseload(
        school_id=link.feeder_id,
        next_school_id=link.receiving_id,
        year_groups=tuple(sorted(group + later for group in groups.intersection(year_groups or groups))),
        moved_in=year,
        movers=tuple(feeders.movers(workspace, year, link.feeder_id, link.receiving_id)),
    )


def _groups(rows: Sequence[GroupMoves], figures: Sequence[str]) -> ReportTab:
    columns = (
        Column("Group of schools", flex=1, min_width=24, priority=10),
        Column("Leave for one of it", width=_SHARE + 2, priority=10),
        Column("Come from within", width=_SHARE, priority=9),
    )
    lines = [
        ReportLine(
            (cell(row.group), row.stay.text, row.from_within.text),
            row,
            searchable(row.group),
            [
                row.group,
                f"Of those leaving its schools, {row.stay.text} go to a school in the same group.",
                f"Of those joining its schools, {row.from_within.text} come from one in the same group.",
            ],
            opens=False,
        )
        for row in rows
    ]
    return ReportTab(columns, lines, figures, "There are no school groups. Press ; in the list of schools to make one.")


def _other_school(link: Link, name: str) -> tuple[str, int]:
    return (link.receiving, link.receiving_id) if name == TO else (link.feeder, link.feeder_id)


def _link_line(link: Link, name: str, of_all: int, heading: str) -> ReportLine:
    school, other = (link.feeder, link.receiving) if name == TO else (link.receiving, link.feeder)
    of_these = share(link.pupils, of_all)
    summary = f"{of_these} of those who {'come to' if name == TO else 'leave'} {other}."
    return ReportLine(
        (cell(school), of_these),
        link,
        searchable(link.feeder, link.receiving),
        [f"{link.feeder} → {link.receiving}", summary, "Enter shows the pupils."],
        heading,
    )
