"""The academic year on one sheet of A4 for the wall: months across, days down, school holidays shaded.

On a screen the same dates stand below it once more as a list, for whoever listens to the page and for days with more dates
than a square holds. Paper gets the sheet alone.
"""

from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from html import escape
from typing import Final

from transitions.calendar.event import KINDS, Event
from transitions.dates import MONTHS, WEEKDAYS, short_with_year
from transitions.exporting.documents.html import standalone
from transitions.exporting.year.sheet import CHECK, Sheet, count_in_words, days_text, for_whom, hours, kind_of

_MARKS: Final = dict(zip(KINDS, "CTRAEPOWDMVXB", strict=True))
"""A letter for each kind beside its colour: a printer may have none, and a reader may not see it."""
_COLOURS: Final = dict(
    zip(
        KINDS,
        (
            "#cfe3f7", "#f9d9c2", "#fbeeb0", "#dcd6f2", "#c9ead3", "#c5e8ea", "#e4e4e4", "#b9e3ff", "#e6f2b3",
            "#f6d5e5", "#e9dcc5", "#d0d0d0", "#f3c6c6",
        ),
        strict=True,
    )
)  # fmt: skip
_FIRST_TO_SHOW: Final = (
    "bank holiday",
    "closure",
    "census",
    "test",
    "workshop",
    "admissions",
    "EHC plan",
    "return",
    "post-16",
)
"""What a crowded square shows first: that nobody is in, then what cannot be moved."""
_HELD = 2
"""How many lines a square holds."""

_STYLE = """
:root { color-scheme: light; }
* { box-sizing: border-box; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
body { margin: 1rem; color: #111; background: #fff; font: 1rem/1.4 Arial, "Liberation Sans", Helvetica, sans-serif; }
h1 { font-size: 1.4rem; margin: 0 0 .3rem; color: #1f3a4d; }
h2 { font-size: 1.2rem; margin: 1.5rem 0 .3rem; color: #1f3a4d; }
table { width: 100%; border-collapse: collapse; }
.year { table-layout: fixed; min-width: 88rem; font-size: .68rem; line-height: 1.15; }
.year th { background: #1f3a4d; color: #fff; padding: .15em; }
.year td { border: 1px solid #999; height: 2.9em; padding: 0 .15em; vertical-align: top; overflow: hidden; }
.year .none { border: 0; }
.year .weekend { background: #eee; }
.year .break { background: repeating-linear-gradient(135deg, #d9d9d9 0 3px, #f2f2f2 3px 6px); }
.day { float: left; width: 2.9em; color: #333; }
.date { display: block; margin-inline-start: 2.9em; white-space: nowrap; overflow: hidden; border-radius: .2em; }
.date b, .key b { padding: 0 .2em; }
.key { margin: .4rem 0 0; padding: 0; list-style: none; }
.key li { display: inline-block; margin: 0 .6em .2em 0; padding: 0 .3em; border-radius: .2em; }
.notes { margin: .2rem 0 0; }
.list { font-size: .9rem; }
.list th, .list td { border: 1px solid #999; padding: .3em .5em; text-align: start; vertical-align: top; }
.list td:nth-child(even), .list td:last-child { overflow-wrap: anywhere; }
.list th { background: #e8e8e8; }
@page { size: A4 landscape; margin: 6mm; }
@media print {
  body { margin: 0; padding: 0 1px; }
  h1 { font-size: 11pt; margin: 0 0 1mm; }
  .year { min-width: 0; font-size: 5.5pt; }
  .year td { height: 5.55mm; }
  .key, .notes { font-size: 6.5pt; margin: 1mm 0 0; line-height: 1.2; }
  .screen { display: none; }
}
"""


def render(sheet: Sheet) -> bytes:
    title = f"{sheet.title}: {sheet.whose}"
    colours = "\n".join(f".{_class(kind)} {{ background: {colour}; }}" for kind, colour in _COLOURS.items())
    style = f"{_STYLE.strip()}\n{colours}\n"
    body = ["<main>", f'<h1 dir="auto">{escape(title)}</h1>', *_year(sheet), *_legend(sheet), *_list(sheet), "</main>"]
    return standalone(title, style, body)


def _year(sheet: Sheet) -> Iterator[str]:
    months = list(_months(sheet.first))
    by_day = _by_day(sheet)
    yield '<table class="year">'
    heads = "".join(f'<th scope="col">{MONTHS[first.month - 1]} {first.year}</th>' for first in months)
    yield f"<thead><tr>{heads}</tr></thead>"
    yield "<tbody>"
    for number in range(1, 32):
        yield f"<tr>{''.join(_square(sheet, first, number, by_day) for first in months)}</tr>"
    yield "</tbody></table>"


def _months(first: date) -> Iterator[date]:
    for place in range(12):
        years, month = divmod(first.month - 1 + place, 12)
        yield date(first.year + years, month + 1, 1)


def _by_day(sheet: Sheet) -> Mapping[date, list[tuple[Event, str]]]:
    """What stands in each square: an event of several days stands where it begins and where it ends."""
    found: dict[date, list[tuple[Event, str]]] = {}
    for event in sheet.events:
        if event.first == event.last:
            found.setdefault(event.first, []).append((event, event.short))
            continue
        found.setdefault(max(event.first, sheet.first), []).append((event, f"{event.short} →"))
        found.setdefault(min(event.last, sheet.last), []).append((event, f"→ {event.short}"))
    for square in found.values():
        square.sort(key=lambda item: _rank(item[0]))
    return found


def _rank(event: Event) -> int:
    kind = kind_of(event)
    return _FIRST_TO_SHOW.index(kind) if kind in _FIRST_TO_SHOW else len(_FIRST_TO_SHOW)


def _square(sheet: Sheet, month: date, number: int, by_day: Mapping[date, Sequence[tuple[Event, str]]]) -> str:
    if number > monthrange(month.year, month.month)[1]:
        return '<td class="none"></td>'
    day = month.replace(day=number)
    shade = "break" if any(off.covers(day) for off in sheet.breaks) else "weekend" if day.weekday() > 4 else ""
    lines = _lines(by_day.get(day, ()))
    more = f"<br><b>+{len(lines) - _HELD}</b>" if len(lines) > _HELD else ""
    opening = f'<td class="{shade}">' if shade else "<td>"
    return (
        f'{opening}<span class="day">{number} {WEEKDAYS[day.weekday()][:2]}{more}</span>{"".join(lines[:_HELD])}</td>'
    )


def _lines(found: Sequence[tuple[Event, str]]) -> list[str]:
    verified: dict[tuple[str, str], bool] = {}
    for event, text in found:
        key = kind_of(event), text
        verified[key] = verified.get(key, True) and event.verified
    return [
        f'<span class="date {_class(kind)}"><b>{_MARKS[kind]}</b><bdi>{escape(text)}</bdi>{"" if sure else "*"}</span>'
        for (kind, text), sure in verified.items()
    ]


def _legend(sheet: Sheet) -> Iterator[str]:
    present = {kind_of(event) for event in sheet.events}
    yield '<ul class="key">'
    for kind, label in KINDS.items():
        if kind in present:
            yield f'<li class="{_class(kind)}"><b>{_MARKS[kind]}</b>{label}</li>'
    yield "</ul>"
    notes = [
        "Hatched: school holiday. Grey: weekend. → after a name: begins here. → before it: ends here. +2: two more, see the list.",
        f"* {CHECK}" if any(not event.verified for event in sheet.events) else "",
        sheet.missing,
        f"As of {short_with_year(sheet.as_of)}.",
    ]
    yield f'<p class="notes">{escape(" ".join(filter(None, notes)))}</p>'


def _list(sheet: Sheet) -> Iterator[str]:
    yield '<section class="screen"><h2>The same dates as a list</h2>'
    yield '<table class="list">'
    heads = "".join(f'<th scope="col">{head}</th>' for head in ("When", "What", "Kind", "For", "More"))
    yield f"<thead><tr>{heads}</tr></thead>"
    yield "<tbody>"
    for event in sheet.events:
        place = event.record.place if event.record else ""
        facts = (
            hours(event),
            place,
            count_in_words(event),
            event.detail,
            event.source,
            "" if event.verified else CHECK,
        )
        cells = (
            f"{days_text(event.first, event.last)} {event.last.year}",
            event.title,
            KINDS[kind_of(event)],
            for_whom(event.year_groups),
            ". ".join(fact.rstrip(".") for fact in facts if fact),
        )
        row = "".join(f'<td dir="auto">{escape(text)}</td>' for text in cells)
        yield f"<tr>{row}</tr>"
    yield "</tbody></table></section>"


def _class(kind: str) -> str:
    return f"kind-{kind.lower().replace(' ', '-')}"
