"""The year's dates as files: what other programs read in them, and what must never be in them."""

import csv
import re
import sys
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest
from builders import add_episode, add_pupil, add_school, add_terms
from hypothesis import given
from hypothesis import strategies as st

from db.vocabulary import SEVERITIES
from transitions.calendar.event import KINDS, ORIGINS, Event, OwnRecord
from transitions.caseload.caseload import Caseload
from transitions.custody.history import entries
from transitions.errors import CannotWrite, NotAllowed
from transitions.exporting.columns import CALENDAR
from transitions.exporting.year import ics, wall_planner, writing
from transitions.exporting.year import sheet as year_sheet
from transitions.exporting.year.sheet import CHECK, DateSelection, Sheet, hours, kind_of, load, load_weeks
from transitions.exporting.year.writing import write_year
from transitions.identifiers import make_upn
from transitions.term_dates import DayOff
from transitions.workspace import Workspace

Opener = Callable[..., Workspace]
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
HOSTILE = "Złe dni 😀 <script>alert('x')</script></style>&\"';,\\ \x1b[31m\u202e\u2028 BEGIN:VEVENT\r\nEND:VCALENDAR\r\n=cmd()"


def event(code: str, first: date, last: date | None = None, **values: Any) -> Event:
    given = {"title": f"What {code} asks", "short": code[:16], "kind": "census", "year_groups": (), "origin": "ask"}
    return Event(**{"code": code, "first": first, "last": last or first, **given, **values})


def sheet(*events: Event, **values: Any) -> Sheet:
    return Sheet(
        **{
            "title": "Transition dates 2026/27",
            "whose": "Layfield Primary, Kent; north",
            "first": date(2026, 9, 1),
            "last": date(2027, 8, 31),
            "as_of": date(2026, 11, 21),
            "events": events,
            "breaks": (),
            **values,
        }
    )


# --- iCalendar, read by a reader of our own --------------------------------------------------------------------------


class Line(NamedTuple):
    """One property of RFC 5545 (section 3.1), after unfolding."""

    name: str
    parameters: dict[str, str]
    value: str


def lines_of(made: bytes) -> list[Line]:
    """Unfold and split content lines as RFC 5545 says, holding the file to it on the way."""
    assert made.endswith(b"\r\n")
    raw = made[:-2].split(b"\r\n")
    assert not any(b"\r" in line or b"\n" in line for line in raw)
    assert max(map(len, raw)) <= 75
    for line in raw:
        line.decode()  # a fold inside a character would break a reader that decodes line by line
    unfolded: list[bytes] = []
    for line in raw:
        if line[:1] == b" ":
            unfolded[-1] += line[1:]
        else:
            unfolded.append(line)
    return [property_of(line.decode()) for line in unfolded]


def property_of(line: str) -> Line:
    found = re.fullmatch(r'([A-Z0-9-]+)((?:;[A-Z0-9-]+=(?:"[^"]*"|[^";:,]*))*):(.*)', line, flags=re.S)
    assert found, line
    parameters = dict(part.split("=", 1) for part in found[2].split(";") if part)
    return Line(found[1], parameters, found[3])


def unescaped(value: str) -> str:
    """Read TEXT (section 3.3.11); what may not stand bare in it fails."""
    assert not re.search(r"(?<!\\)(?:\\\\)*[;,]", value), value
    return re.sub(r"\\(.)", lambda found: {"n": "\n", "N": "\n"}.get(found[1], found[1]), value)


def entries_of(made: bytes) -> list[dict[str, Line]]:
    """Give the properties of every VEVENT; nothing may be nested in it, and each property stands once."""
    found: list[dict[str, Line]] = []
    inside: dict[str, Line] | None = None
    for line in lines_of(made)[1:-1]:
        if line.name == "BEGIN":
            assert line.value == "VEVENT"
            assert inside is None
            inside = {}
        elif line.name == "END":
            assert inside is not None
            found.append(inside)
            inside = None
        elif inside is not None:
            assert line.name not in inside
            inside[line.name] = line
    return found


def days_of(entry: dict[str, Line]) -> tuple[date, date]:
    """Give the first and last day; the end in the file is the day after."""
    start, end = entry["DTSTART"], entry["DTEND"]
    assert start.parameters == end.parameters == {"VALUE": "DATE"}
    first, after = (date.fromisoformat(line.value) for line in (start, end))
    return first, after - timedelta(days=1)


def test_a_calendar_file_says_what_it_is_and_holds_every_event_on_its_days() -> None:
    given = [
        event("a", date(2026, 10, 1)),
        event("b", date(2027, 1, 21), date(2027, 2, 17)),
        event("c", date(2028, 2, 29)),
    ]
    made = ics.render(sheet(*given), "all", NOW)
    lines = lines_of(made)
    assert [(line.name, line.value) for line in (lines[0], lines[-1])] == [("BEGIN", "VCALENDAR"), ("END", "VCALENDAR")]
    head = {line.name: unescaped(line.value) for line in lines[1:6]}
    assert head["VERSION"] == "2.0"
    assert head["PRODID"]
    assert head["X-WR-CALNAME"] == "Transition dates 2026/27, Layfield Primary, Kent; north"
    found = entries_of(made)
    assert [days_of(entry) for entry in found] == [(one.first, one.last) for one in given]
    assert [unescaped(entry["SUMMARY"].value) for entry in found] == [one.title for one in given]
    assert {entry["DTSTAMP"].value for entry in found} == {"20261121T120000Z"}
    assert {entry["TRANSP"].value for entry in found} == {"TRANSPARENT"}


def test_a_day_is_the_same_day_in_every_time_zone() -> None:
    made = ics.render(sheet(event("a", date(2027, 3, 28)), event("b", date(2026, 10, 25))), "all", NOW)
    assert b"VTIMEZONE" not in made
    assert b"TZID" not in made
    for zone in map(ZoneInfo, ("Pacific/Auckland", "America/Los_Angeles", "Europe/London")):
        shown = []
        for entry in entries_of(made):
            value = entry["DTSTART"].value
            assert re.fullmatch(r"\d{8}", value)  # no T, no Z: there is no moment that a zone could move
            shown.append(datetime.combine(date.fromisoformat(value), datetime.min.time(), zone).date())
        assert shown == [date(2027, 3, 28), date(2026, 10, 25)]


def test_a_later_file_changes_the_events_of_an_earlier_one_and_adds_none_twice() -> None:
    before = [event("a", date(2026, 10, 1)), event("b", date(2026, 10, 2), title="Old")]
    after = [event("a", date(2026, 10, 8)), event("b", date(2026, 10, 2), title="New")]
    calendar: dict[str, dict[str, Line]] = {}
    for events, now in ((before, NOW), (after, NOW + timedelta(seconds=1))):
        for entry in entries_of(ics.render(sheet(*events), "all", now)):
            known = calendar.get(entry["UID"].value)
            assert known is None or int(known["SEQUENCE"].value) < int(entry["SEQUENCE"].value) < 2**31
            calendar[entry["UID"].value] = entry
    assert sorted((days_of(one)[0], one["SUMMARY"].value) for one in calendar.values()) == [
        (date(2026, 10, 2), "New"),
        (date(2026, 10, 8), "What a asks"),
    ]


def test_the_same_ask_of_another_year_school_or_day_is_another_event() -> None:
    one = event("census.autumn", date(2026, 10, 1))
    assert ics.uid(one, "all") == ics.uid(one._replace(title="Other", first=date(2026, 10, 8)), "all")
    assert ics.uid(one, "all") != ics.uid(one._replace(first=date(2027, 10, 7)), "all")
    assert ics.uid(one, "all") != ics.uid(one, "school-900001")
    counted = one._replace(by_day=True)
    assert ics.uid(counted, "all") != ics.uid(counted._replace(first=date(2026, 10, 8)), "all")


def test_a_calendar_entry_says_for_whom_where_it_comes_from_and_what_to_check() -> None:
    said = event(
        "a", date(2026, 10, 1), kind="EHC plan", year_groups=(5, 6), source="Regulation 18", verified=False, detail="By post.", pupils=14
    )  # fmt: skip
    entry = entries_of(ics.render(sheet(said), "all", NOW))[0]
    assert unescaped(entry["DESCRIPTION"].value).split("\n") == [
        "For: Year 5 or Year 6",
        "Still open for 14 pupils",
        "By post.",
        "Source: Regulation 18",
        CHECK,
    ]
    assert entry["CATEGORIES"].value == "EHC plan"


@given(st.lists(st.text(max_size=120), min_size=1, max_size=3))
def test_no_text_breaks_out_of_its_property(texts: list[str]) -> None:
    from transitions.text import clean

    given = [event(f"n{place}", date(2026, 10, 1), title=clean(words)) for place, words in enumerate(texts)]
    found = entries_of(ics.render(sheet(*given), "all", NOW))
    # The library reads a typed "\\N" as the line break that it stands for in a file.
    assert [unescaped(entry["SUMMARY"].value) for entry in found] == [one.title.replace("\\N", "\n") for one in given]


# --- the wall planner -------------------------------------------------------------------------------------------------


class Page(HTMLParser):
    """Reads a page: its elements with their classes, and the text of each square."""

    def __init__(self, made: bytes) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.squares: list[str] = []
        self.text = ""
        self._in_square = False
        self.feed(made.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "td" and "dir" not in dict(attrs):
            self.squares.append("")
            self._in_square = True

    def handle_endtag(self, tag: str) -> None:
        self._in_square = self._in_square and tag != "td"

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._in_square:
            self.squares[-1] += data

    def square(self, month: int, day: int) -> str:
        """Give the text of a square; months are counted from September, 0."""
        return self.squares[(day - 1) * 12 + month]


@pytest.mark.parametrize("year", [2026, 2027])
def test_a_planner_has_a_square_for_every_day_of_the_year_leap_year_included(year: int) -> None:
    page = Page(wall_planner.render(sheet(first=date(year, 9, 1), last=date(year + 1, 8, 31))))
    assert len(page.squares) == 31 * 12
    assert sum(bool(square) for square in page.squares) == (date(year + 1, 8, 31) - date(year, 8, 31)).days
    assert page.square(0, 1) == f"1 {'Tu' if year == 2026 else 'We'}"
    assert bool(page.square(5, 29)) is (year == 2027)


def test_an_event_stands_on_its_day_and_one_of_several_days_where_it_begins_and_ends() -> None:
    page = Page(
        wall_planner.render(
            sheet(
                event("a", date(2026, 10, 1), short="Census"),
                event("b", date(2027, 5, 11), date(2027, 5, 14), short="KS2 tests", kind="test", verified=False),
            )
        )
    )
    assert page.square(1, 1) == "1 ThCCensus"
    assert [page.square(8, day) for day in (11, 12, 14)] == ["11 TuTKS2 tests →*", "12 We", "14 FrT→ KS2 tests*"]
    assert "* Check with your LA" in page.text


def test_a_crowded_square_shows_what_cannot_be_moved_and_says_how_many_more() -> None:
    day = date(2026, 10, 1)
    crowd = [
        event("m1", day, short="M one", kind="6-7", origin="milestone"),
        event("m2", day, short="M two", kind="6-7", origin="milestone"),
        event("c", day, short="Census"),
        event("b", day, short="Holiday", kind="bank holiday", origin="bank holiday"),
    ]
    page = Page(wall_planner.render(sheet(*crowd)))
    assert page.square(1, 1) == "1 Th+2BHolidayCCensus"
    assert all(one.title in page.text for one in crowd)  # the list below it holds them all


def test_what_reads_the_same_for_two_year_groups_takes_one_line() -> None:
    day = date(2027, 6, 11)
    same = [
        event(f"{group}.sent", day, short="Handover sent", kind="6-7", origin="milestone", verified=group == 2)
        for group in (2, 6)
    ]
    page = Page(wall_planner.render(sheet(*same, event("c", day, short="Census"))))
    assert page.square(9, 11) == "11 FrCCensusMHandover sent*"


def test_holidays_are_hatched_and_what_is_not_known_is_said() -> None:
    half_term = DayOff(date(2026, 10, 26), date(2026, 10, 30), "Autumn half term")
    made = wall_planner.render(sheet(breaks=(half_term,), missing="No term dates of 2026/27 are entered."))
    classes = [given.get("class") for tag, given in Page(made).elements if tag == "td"]
    hatched = [place for place, name in enumerate(classes) if name == "break"]
    assert hatched == [(day - 1) * 12 + 1 for day in range(26, 31)]
    assert "No term dates of 2026/27 are entered." in Page(made).text


def test_a_planner_runs_nothing_and_asks_nobody() -> None:
    made = wall_planner.render(
        sheet(event("a", date(2026, 10, 1), title=HOSTILE, short=HOSTILE), whose=HOSTILE)
    ).decode()
    page = Page(made.encode())
    assert {tag for tag, _ in page.elements} <= {
        "html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "table", "thead", "tbody", "tr", "th", "td",
        "span", "b", "bdi", "br", "ul", "li", "p", "section",
    }  # fmt: skip
    assert not any(
        name in {"style", "src", "href"} or name.startswith("on") for _, given in page.elements for name in given
    )
    style = re.search(r"<style>(.*?)</style>", made, flags=re.S)
    assert style
    digest = b64encode(sha256(style[1].encode()).digest()).decode()
    policy = next(given["content"] for tag, given in page.elements if given.get("http-equiv"))
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert "size: A4 landscape" in style[1]
    assert "@media print" in style[1]


def test_every_kind_has_a_mark_and_a_colour_of_its_own() -> None:
    made = [
        event(kind, date(2026, 10, 1), kind=kind, origin=kind if kind in ORIGINS else "ask")
        for kind in KINDS
    ]  # fmt: skip
    assert [kind_of(one) for one in made] == list(KINDS)
    page = wall_planner.render(sheet(*made)).decode()
    legend = re.findall(r'<li class="(kind-[a-z0-9-]+)"><b>(.)</b>([^<]+)</li>', page)
    assert [words for _, _, words in legend] == list(KINDS.values())
    assert len({mark for _, mark, _ in legend}) == len(KINDS)
    colours = {name: re.findall(rf"\.{name} {{ background: (#[0-9a-f]{{6}}); }}", page) for name, _, _ in legend}
    assert len({tuple(found) for found in colours.values()}) == len(KINDS)
    assert all(contrast(found[0]) >= 7 for found in colours.values())


def contrast(background: str) -> float:
    """Give the contrast of the page's #111 on it (WCAG 2.2)."""

    def luminance(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return sum(part * weight for part, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))

    return (luminance(background) + 0.05) / (luminance("#111111") + 0.05)


# --- the text of the weekly e-mail ------------------------------------------------------------------------------------


def six_weeks(*events: Event, **values: Any) -> list[str]:
    given = sheet(*events, **{"first": date(2027, 1, 18), "last": date(2027, 2, 28), **values})
    return writing.render(given).decode().split("\n")


def part(lines: list[str], name: str) -> list[str]:
    """Give the lines below a heading."""
    start = next(place for place, line in enumerate(lines) if line.startswith(name)) + 2
    return lines[start : lines.index("", start)]


def test_each_date_stands_in_its_week_and_a_window_where_it_begins_and_ends() -> None:
    lines = six_weeks(
        event("w", date(2026, 9, 1), date(2027, 2, 28), title="A long one"),
        event("c", date(2027, 1, 21), title="Census day"),
        event("r", date(2027, 1, 21), date(2027, 2, 17), title="Census return", verified=False),
        event("n", date(2027, 1, 31), title="Sunday", year_groups=(6,), pupils=1),
        breaks=(DayOff(date(2027, 2, 15), date(2027, 2, 19), "February half term"),),
    )
    assert part(lines, "This week: Mon 18 Jan to Sun 24 Jan") == [
        "- Thu 21 Jan: Census day",
        "- Thu 21 Jan to Wed 17 Feb: Census return *",
        "- until Sun 28 Feb: A long one",
    ]
    assert part(lines, "Next week: Mon 25 Jan to Sun 31 Jan") == ["- Sun 31 Jan: Sunday (Year 6, 1 pupil)"]
    assert part(lines, "The four weeks after: Mon 1 Feb to Sun 28 Feb") == [
        "- February half term: Mon 15 Feb to Fri 19 Feb",
        "- until Wed 17 Feb: Census return *",
        "- until Sun 28 Feb: A long one",
    ]
    assert lines[-5:] == [
        "",
        "* Check with your LA: this date was not verified against a published",
        "source.",
        "As of Sat 21 Nov 2026.",
        "",
    ]


def test_a_week_without_dates_says_so() -> None:
    lines = six_weeks()
    assert [part(lines, name) for name in ("This week", "Next week", "The four weeks after")] == [["Nothing."]] * 3
    assert not any(line.startswith("*") for line in lines)


def test_the_text_fits_a_mail_and_holds_no_control_code() -> None:
    from transitions.text import clean

    lines = six_weeks(
        event("a", date(2027, 1, 21), title=clean(HOSTILE) * 3),
        event("b", date(2027, 1, 22), title="x" * 200),
        missing="No term dates are entered: " + "long " * 40,
        whose="W" * 100,
    )
    assert max(map(len, lines)) <= 72
    assert all(line.isprintable() for line in lines)


# --- whole files from a workspace -------------------------------------------------------------------------------------

NAMES = ("Quixworthy", "Zebedina", "Vanterpool", "Ozias")
BORN_16 = date(2011, 2, 9)
REVIEWED = date(2026, 12, 3)


@pytest.fixture
def full(workspace: Workspace) -> Workspace:
    """A workspace with terms, a hostile closure, a child's 16th birthday in the year, and plans with a day of review."""
    add_terms(workspace)
    school = add_school(workspace, "Layfield, “Primary”; <b>", urn=900001, high_age=11)
    add_closure(workspace, date(2026, 11, 27), HOSTILE)
    pupils = [
        add_pupil(workspace, surname="Quixworthy", forename="Zebedina", upn=make_upn(808, 4000, 2020, 1), school_id=school,
                  sen_provision="E"),
        add_pupil(workspace, surname="Vanterpool", forename="Ozias", date_of_birth=BORN_16, sen_provision="E"),
    ]  # fmt: skip
    add_episode(workspace, pupils[1], "looked after", date(2025, 1, 5))
    with workspace.change("Plan opened", "Quixworthy, Zebedina") as action:
        action.insert(
            "plan",
            {
                "pupil_id": pupils[0],
                "transition": "6-7",
                "opened_on": date(2026, 9, 9),
                "review_on": REVIEWED,
                "agreed_on": date(2026, 10, 9),
                "status": "agreed",
            },
        )
    return workspace


def add_closure(workspace: Workspace, day: date, reason: str, **values: Any) -> None:
    with workspace.change("Closure entered", "made up") as action:
        action.insert("closure", {"day": day, "reason": reason, **values})


def exported(workspace: Workspace) -> list[str]:
    return [entry.summary for entry in entries(workspace) if entry.name == "Exported calendar"]


FILES = ("dates.ics", "dates.html", "dates.txt", "dates.csv", "dates.xlsx")


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("pupils", [None, True, False])
def test_no_child_is_named_in_any_file(full: Workspace, tmp_path: Path, name: str, pupils: bool | None) -> None:
    made = tmp_path / name
    assert write_year(full, 2026, made, pupils=pupils, caseload=Caseload(text="quixworthy")) == made
    held = text_of(made).casefold()
    assert "census" in held or name.endswith(".txt")
    for words in (*NAMES, make_upn(808, 4000, 2020, 1), BORN_16.isoformat(), "09/02/2011"):
        assert words.casefold() not in held
    assert not any(words.casefold() in summary.casefold() for words in NAMES for summary in exported(full))


def text_of(made: Path) -> str:
    if made.suffix == ".xlsx":
        with ZipFile(made) as archive:
            return " ".join(archive.read(name).decode() for name in archive.namelist())
    return made.read_bytes().decode("utf-8-sig").replace("\r\n ", "")


def test_what_goes_to_others_holds_no_count_and_no_day_of_a_pupils_own_unless_asked(
    full: Workspace, tmp_path: Path
) -> None:
    def days(pupils: bool | None) -> dict[date, str]:
        made = tmp_path / "dates.ics"
        write_year(full, 2026, made, pupils=pupils, overwrite=True)
        found = entries_of(made.read_bytes())
        return {days_of(entry)[0]: unescaped(entry["DESCRIPTION"].value) for entry in found}

    few, all_days = days(None), days(True)
    assert few == days(False)
    three_months_after_the_16th_birthday = date(2027, 5, 9)
    assert {REVIEWED, three_months_after_the_16th_birthday} <= all_days.keys() - few.keys()
    assert not any("pupil" in words and "open for" in words for words in few.values())
    assert any("Still open for 1 pupil" in words for words in all_days.values())


def test_every_event_of_the_year_has_an_entry_of_its_own_that_stays_its_own(
    full: Workspace, opener: Opener, tmp_path: Path
) -> None:
    made = tmp_path / "dates.ics"
    write_year(full, 2026, made, pupils=True)
    first = {entry["UID"].value: days_of(entry) for entry in entries_of(made.read_bytes())}
    sheet = load(full, 2026, DateSelection(pupils=True))
    assert len(first) == len(sheet.events) == len({one.key for one in sheet.events})
    write_year(opener(date(2027, 3, 1), name="pupils.db"), 2026, made, pupils=True, overwrite=True)
    again = {entry["UID"].value: days_of(entry) for entry in entries_of(made.read_bytes())}
    assert first == again


def test_another_school_or_council_has_entries_of_its_own(full: Workspace, tmp_path: Path) -> None:
    school = full.read().execute("SELECT id FROM school").fetchone()[0]
    unnumbered = add_school(full, "No number")

    def uids(**choice: Any) -> set[str]:
        made = tmp_path / "dates.ics"
        write_year(full, 2026, made, overwrite=True, **choice)
        return {entry["UID"].value for entry in entries_of(made.read_bytes())}

    sets = [uids(), uids(school_id=school), uids(school_id=unnumbered), uids(la_number=808),
            uids(pupils=True, caseload=Caseload(year_groups=(6,)))]  # fmt: skip
    assert all(not one & other for place, one in enumerate(sets) for other in sets[place + 1 :])
    assert any(".school-900001." in uid for uid in sets[1])
    # What was looked for, perhaps a name, leaves no trace, not even a digest.
    scopes = [
        {
            re.sub(r".*\.(caseload-[0-9a-f]{12})\..*", r"\1", uid)
            for uid in uids(pupils=True, caseload=Caseload(text=words))
        }
        for words in ("quix", "vanter", "")
    ]
    assert scopes[0] == scopes[1] == scopes[2]
    assert len(scopes[0]) == 1
    assert uids(caseload=Caseload(school_id=school)) == sets[1]


def test_a_closure_of_any_words_steers_no_file(full: Workspace, tmp_path: Path) -> None:
    for name in FILES[:4]:
        write_year(full, 2026, tmp_path / name)
    found = [e for e in entries_of((tmp_path / "dates.ics").read_bytes()) if e["CATEGORIES"].value == "Closure"]
    assert [days_of(entry) for entry in found] == [(date(2026, 11, 27), date(2026, 11, 27))]
    assert "<script>" in unescaped(found[0]["SUMMARY"].value)
    page = (tmp_path / "dates.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert page.count("</style>") == 1
    assert "&lt;script&gt;" in page
    for name in FILES[:4]:
        held = text_of(tmp_path / name)
        assert not set("\x1b\u202e\u2028") & set(held)
    add_closure(full, date(2026, 11, 30), "=HYPERLINK(1)")
    write_year(full, 2026, tmp_path / "formula.csv")
    with (tmp_path / "formula.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [row[4] for row in csv.reader(file) if row[0] == "2026-11-30"]
    assert cells == ["'=HYPERLINK(1)"]


def test_a_table_has_the_documented_headers_and_says_what_day_it_is_of(full: Workspace, tmp_path: Path) -> None:
    made = tmp_path / "dates.csv"
    write_year(full, 2026, made)
    with made.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    head = next(place for place, row in enumerate(lines) if not row[0].startswith("#"))
    assert "# Title: Transition dates 2026/27: All schools" in [row[0] for row in lines[:head]]
    assert "# As of: 2026-11-21" in [row[0] for row in lines[:head]]
    assert lines[head] == [column.header for column in CALENDAR] == [column.header for column in year_sheet.COLUMNS]
    rows = [dict(zip(lines[head], row, strict=True)) for row in lines[head + 1 :]]
    assert len(rows) == len(load(full, 2026, DateSelection(pupils=True)).events)
    by_code = {row["code"]: row for row in rows}
    census = next(row for row in rows if row["kind"] == "census" and row["first_day"] == "2027-01-21")
    assert (census["last_day"], census["year_groups"], census["pupils"]) == ("2027-01-21", "", "")
    named = by_code["6-7.names-school"]
    assert (named["first_day"], named["year_groups"], named["pupils"]) == ("2027-02-15", "6", "1")
    assert named["severity"] in SEVERITIES
    assert {row["verified"] for row in rows} == {"yes", "no"}
    assert {row["kind"] for row in rows} <= set(KINDS)


def test_only_the_kinds_that_were_asked_for(full: Workspace, tmp_path: Path) -> None:
    made = tmp_path / "dates.ics"
    write_year(full, 2026, made, kinds=("census", "closure"))
    assert {entry["CATEGORIES"].value for entry in entries_of(made.read_bytes())} == {"Census", "Closure"}


def test_the_weeks_run_on_into_the_next_academic_year(opener: Opener) -> None:
    workspace = opener(date(2027, 8, 18))
    add_terms(workspace)
    add_closure(workspace, date(2027, 8, 31), "Last of the old")
    add_closure(workspace, date(2027, 9, 1), "First of the new")
    add_closure(workspace, date(2027, 9, 26), "Last day of the text")
    add_closure(workspace, date(2027, 9, 27), "A day too late")
    found = load_weeks(workspace, workspace.clock.today, DateSelection(kinds=("closure",)))
    assert (found.first, found.last) == (date(2027, 8, 16), date(2027, 9, 26))
    assert [one.title for one in found.events] == ["Last of the old", "First of the new", "Last day of the text"]


def test_the_text_is_of_the_weeks_to_come(full: Workspace, tmp_path: Path) -> None:
    made = tmp_path / "dates.txt"
    write_year(full, 2027, made)
    assert made.read_text(encoding="utf-8").startswith("Transition dates, week of Monday 30 August 2027\n")
    with pytest.raises(NotAllowed, match="2025/26 is over"):
        write_year(full, 2025, tmp_path / "past.txt")
    assert not (tmp_path / "past.txt").exists()
    assert len(exported(full)) == 1


def test_what_is_missing_without_term_dates_is_said(workspace: Workspace, tmp_path: Path) -> None:
    for name in ("dates.html", "dates.txt"):
        write_year(workspace, 2026, tmp_path / name)
        assert "term dates for 2026/27" in " ".join((tmp_path / name).read_text(encoding="utf-8").split())


def test_every_file_is_noted_in_the_journal_and_a_failed_one_leaves_nothing(full: Workspace, tmp_path: Path) -> None:
    for name in FILES:
        write_year(full, 2026, tmp_path / name)
        with pytest.raises(CannotWrite, match="exists already"):
            write_year(full, 2026, tmp_path / name)
        write_year(full, 2026, tmp_path / name, overwrite=True)
    noted = exported(full)
    assert len(noted) == 2 * len(FILES)
    assert all(any(summary.endswith(name) for summary in noted) for name in FILES)
    assert re.fullmatch(r"Transition dates 2026/27; All schools; \d+ dates; workbook; dates\.xlsx", noted[0])
    kept = sorted(path.name for path in tmp_path.iterdir())
    for bad in ("dates.pdf", "nowhere/dates.ics", "nowhere/dates.csv"):
        with pytest.raises(CannotWrite):
            write_year(full, 2026, tmp_path / bad)
    with pytest.raises(CannotWrite, match=r"\.xlsx"):
        write_year(full, 2026, tmp_path / "table.csv", kind="xlsx")
    with pytest.raises(CannotWrite, match=r"\.xlsx"):
        write_year(full, 2026, tmp_path / "table.xlsx", kind="csv")
    with pytest.raises(CannotWrite, match=r"\.xlsx"):
        write_year(full, 2026, None, kind="xlsx")
    assert sorted(path.name for path in tmp_path.iterdir()) == kept
    assert exported(full) == noted


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are not those of POSIX there")
def test_a_file_is_its_owners_alone(full: Workspace, tmp_path: Path) -> None:
    made = tmp_path / "dates.ics"
    write_year(full, 2026, made)
    assert made.stat().st_mode & 0o777 == 0o600


def test_standard_output_is_a_table_unless_another_kind_is_named(
    full: Workspace, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert write_year(full, 2026, None) is None
    assert capsysbinary.readouterr().out.splitlines()[-1].startswith(b'"2027-0')
    assert write_year(full, 2026, None, kind="ics") is None
    assert entries_of(capsysbinary.readouterr().out)
    assert [summary.rpartition("; ")[2] for summary in exported(full)] == ["standard output"] * 2


@pytest.mark.parametrize("year", [2026, 2027])
def test_a_year_maps_whole_over_two_academic_years_leap_day_included(
    full: Workspace, tmp_path: Path, year: int
) -> None:
    add_closure(full, date(2028, 2, 29), "Leap day")
    made = tmp_path / "dates.ics"
    write_year(full, year, made)
    found = [days_of(entry) for entry in entries_of(made.read_bytes())]
    assert all(date(year, 9, 1) <= first <= last <= date(year + 1, 8, 31) for first, last in found)
    assert ((date(2028, 2, 29), date(2028, 2, 29)) in found) is (year == 2027)


# --- workshops, with hours --------------------------------------------------------------------------------------------


def meeting(number: int, first: date, last: date | None = None, **record: Any) -> Event:
    held = OwnRecord(number, "transitions workshop", **{"starts": "09:30", "ends": "12:00", **record})
    return event(
        f"workshop.{number}", first, last, title="Transitions workshop", short="Workshop", kind="workshop", origin="workshop",
        movable=True, record=held,
    )  # fmt: skip


DAYS_AROUND_THE_CLOCK = (
    date(2025, 11, 7), date(2026, 1, 26), date(2026, 3, 27), date(2026, 3, 30), date(2026, 10, 23), date(2026, 10, 26),
    date(2027, 3, 29), date(2028, 2, 29), date(2028, 6, 12),
)  # fmt: skip
"""The two public workshops, and days on both sides of the clocks' going forward and back."""


def test_a_workshop_is_at_its_hours_in_london_and_at_the_same_moment_elsewhere() -> None:
    from icalendar import Calendar

    made = ics.render(sheet(*(meeting(n, day) for n, day in enumerate(DAYS_AROUND_THE_CLOCK))), "all", NOW)
    london, auckland, new_york = map(ZoneInfo, ("Europe/London", "Pacific/Auckland", "America/New_York"))
    found = {entry.decoded("dtstart").date(): entry for entry in Calendar.from_ical(made).walk("VEVENT")}
    assert tuple(found) == DAYS_AROUND_THE_CLOCK
    for day, entry in found.items():
        starts, ends = entry.decoded("dtstart"), entry.decoded("dtend")
        assert starts == datetime(day.year, day.month, day.day, 9, 30, tzinfo=london)
        assert ends == datetime(day.year, day.month, day.day, 12, 0, tzinfo=london)
        assert starts.astimezone(london).strftime("%d %H:%M") == f"{day.day:02d} 09:30"
        summer = date(day.year, 3, 29) <= day < date(day.year, 10, 25)
        assert starts.astimezone(UTC).hour == (8 if summer else 9)
        for zone in (auckland, new_york):
            there = starts.astimezone(zone)
            assert there == datetime(day.year, day.month, day.day, 9, 30, tzinfo=london)
            assert there.utcoffset() != starts.astimezone(london).utcoffset()
    moments = {day: found[day].decoded("dtstart") for day in found}
    in_new_york = {day: moments[day].astimezone(new_york).strftime("%H:%M") for day in moments}
    assert in_new_york[date(2026, 1, 26)] == "04:30"
    assert in_new_york[date(2026, 3, 27)] == "05:30"  # the clocks have gone forward there, and not yet here
    assert in_new_york[date(2026, 10, 26)] == "05:30"  # and here they have gone back, and not yet there
    assert moments[date(2028, 2, 29)].astimezone(auckland).strftime("%d %b %H:%M") == "29 Feb 22:30"
    assert moments[date(2028, 6, 12)].astimezone(auckland).strftime("%d %b %H:%M") == "12 Jun 20:30"


def test_the_file_itself_says_what_london_time_is() -> None:
    from io import StringIO

    from dateutil.tz import tzical

    made = ics.render(sheet(meeting(1, date(2026, 1, 26))), "all", NOW).decode()
    assert made.count("BEGIN:VTIMEZONE") == 1
    assert "DTSTART;TZID=Europe/London:20260126T093000\r\n" in made
    # Whoever has no time zones of its own reads these rules: they are those of the world.
    ours, theirs = tzical(StringIO(made)).get("Europe/London"), ZoneInfo("Europe/London")
    for year in (2025, 2026, 2027, 2028, 2037):
        for n in range(366):
            noon = datetime(year, 1, 1, 12) + timedelta(days=n)  # noqa: DTZ001 - both zones are put to it
            assert noon.replace(tzinfo=ours).utcoffset() == noon.replace(tzinfo=theirs).utcoffset()


def test_a_calendar_without_hours_names_no_time_zone() -> None:
    made = ics.render(sheet(meeting(1, date(2026, 1, 26), starts="", ends="")), "all", NOW)
    assert b"VTIMEZONE" not in made
    assert days_of(entries_of(made)[0]) == (date(2026, 1, 26), date(2026, 1, 26))


def test_days_with_hours_come_again_each_day_and_one_without_an_end_has_none() -> None:
    from icalendar import Calendar

    made = ics.render(
        sheet(meeting(1, date(2026, 10, 23), date(2026, 10, 26)), meeting(2, date(2026, 11, 3), ends="")), "all", NOW
    )
    several, open_ended = Calendar.from_ical(made).walk("VEVENT")
    assert several.decoded("dtstart").date() == several.decoded("dtend").date() == date(2026, 10, 23)
    assert several["rrule"].to_ical() == b"FREQ=DAILY;COUNT=4"
    assert "dtend" not in open_ended


def test_place_link_and_calling_off_are_in_the_entry() -> None:
    from icalendar import Calendar

    link = "https://teams.example.org/meeting?id=1;2,3"
    told = meeting(1, date(2026, 1, 26), place="Hall; ground floor, left", link=link)
    (entry,) = Calendar.from_ical(ics.render(sheet(told), "all", NOW)).walk("VEVENT")
    assert (str(entry["location"]), str(entry["url"]), entry.get("status")) == ("Hall; ground floor, left", link, None)
    off = meeting(1, date(2026, 1, 26), cancelled=True)
    (after,) = Calendar.from_ical(ics.render(sheet(off), "all", NOW + timedelta(seconds=1))).walk("VEVENT")
    assert (str(after["status"]), after["uid"], after["sequence"] > entry["sequence"]) == (
        "CANCELLED",
        entry["uid"],
        True,
    )


def test_a_workshop_that_moves_keeps_its_uid() -> None:
    one = meeting(7, date(2027, 7, 1))
    assert ics.uid(one, "all") == ics.uid(meeting(7, date(2027, 10, 1), place="Elsewhere"), "all")
    assert ics.uid(one, "all") != ics.uid(meeting(8, date(2027, 7, 1)), "all")


def test_hours_and_place_are_in_the_text_the_planner_and_the_table() -> None:
    told = meeting(1, date(2027, 1, 26), place="Town hall")
    assert part(six_weeks(told), "Next week") == ["- Tue 26 Jan: Transitions workshop (09:30 to 12:00, Town hall)"]
    page = Page(wall_planner.render(sheet(told)))
    assert page.square(4, 26) == "26 TuWWorkshop"
    assert "09:30 to 12:00. Town hall" in page.text
    cells = dict(zip([column.header for column in year_sheet.COLUMNS], year_sheet.cells(told), strict=True))
    assert (cells["kind"], cells["starts"], cells["ends"], cells["place"]) == (
        "workshop",
        "09:30",
        "12:00",
        "Town hall",
    )
    assert hours(meeting(1, date(2027, 1, 26), ends="")) == "from 09:30"
    assert hours(event("a", date(2027, 1, 26))) == ""


def test_no_file_holds_what_was_written_about_a_workshop_or_who_was_invited(full: Workspace, tmp_path: Path) -> None:
    school = full.read().execute("SELECT id FROM school").fetchone()[0]
    with full.change("Workshop planned", "one") as action:
        row = {
            "kind": "SENCO transition meeting", "title": "SENCO transition meeting", "series": "S", "on_day": date(2026, 11, 25),
            "starts": "09:30", "notes": "Quixworthy came up", "agenda": "1. Zebedina", "place": "Hall", "cancel_reason": None,
        }  # fmt: skip
        number = action.insert("workshop", row)
        action.insert("workshop_invitation", {"workshop_id": number, "school_id": school, "name": "Vanterpool, Ozias"})
        off = {**row, "title": "Called off", "status": "cancelled", "cancel_reason": "Ozias is ill"}
        action.insert("workshop", off)
    for name in FILES:
        write_year(full, 2026, tmp_path / name)
        held = text_of(tmp_path / name)
        assert "SENCO transition meeting" in held
        assert not any(words.casefold() in held.casefold() for words in NAMES)
        assert ("Called off" in held) is (name == "dates.ics")  # whoever took it in must hear of it
