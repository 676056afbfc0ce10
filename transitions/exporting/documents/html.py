"""A document as one web page that needs nothing else: no script, no picture, no style sheet of its own to lose."""

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from html import escape

from transitions.exporting.documents import model

_STYLE = """
:root { color-scheme: light; }
body { margin: 2rem auto; padding: 0 1rem; max-width: 44rem; color: #111; background: #fff;
  font: 1.125rem/1.5 Arial, "Liberation Sans", Helvetica, sans-serif; overflow-wrap: anywhere; }
h1, h2, h3, h4 { color: #1f3a4d; line-height: 1.2; margin: 1.4em 0 .3em; break-after: avoid; }
h1 { font-size: 2rem; margin-top: 0; padding-bottom: .2em; border-bottom: 2px solid; }
h2 { font-size: 1.4rem; } h3 { font-size: 1.2rem; } h4 { font-size: 1.125rem; }
p { margin: 0 0 .5em; orphans: 2; widows: 2; }
blockquote { margin: 0 0 .5em; padding-inline-start: .8rem; border-inline-start: 4px solid #1f3a4d; }
dl { margin: 0 0 .8em; } dl div { margin: 0 0 .3em; orphans: 2; widows: 2; }
dt, dd { display: inline; margin: 0; } dt { font-weight: bold; } dt:not(.asked)::after { content: ":"; }
table { width: 100%; table-layout: fixed; border-collapse: collapse; margin: 0 0 1em; }
th, td { border: 1px solid #444; padding: .3em .5em; text-align: start; vertical-align: top; }
th { background: #e8e8e8; } td.blank { height: 2.8rem; } tr { break-inside: avoid; } tr.long { break-inside: auto; }
td p { margin: 0 0 .2em; }
.label { font-weight: bold; margin-top: .8em; break-after: avoid; }
.leading { break-after: avoid; }
.line { border-bottom: 1px solid #444; height: 2.2rem; margin-bottom: .3rem; }
.box { border: 1px solid #444; padding: .3em .5em; margin-bottom: 1em; break-inside: avoid; }
footer { margin-top: 2rem; padding-top: .5rem; border-top: 1px solid #444; }
@media print {
  body { margin: 0; padding: 0; max-width: none; font-size: 12pt; line-height: 1.25; }
  h2, h3, h4 { margin-top: .8em; }
  .new-page { break-before: page; margin-top: 0; }
  footer { display: none; }
}
"""
_WHOLE_ROW = 600
"""A row of more characters may run on to the next page."""


def render(document: model.Document) -> bytes:
    """``document`` as a standalone page in UTF-8; whoever opens it sends nothing anywhere."""
    style = "\n".join([_STYLE.strip(), *_measures(document.parts), _print_page(document.footer), ""])
    body = [
        "<main>",
        f'<h1 dir="auto">{escape(document.title)}</h1>',
        *(line for part in document.parts for line in _written(part)),
        "</main>",
        f'<footer dir="auto">{escape(document.footer)}</footer>',
    ]
    return standalone(document.title, style, body, document.language, document.history)


def standalone(title: str, style: str, body: Iterable[str], language: str = "en-GB", history: str = "") -> bytes:
    """A whole page in UTF-8, whose own policy lets nothing in but this ``style``: no script, no other address.

    ``body`` is markup already; ``title`` is made safe here.
    """
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    page = [
        "<!DOCTYPE html>",
        f'<html lang="{escape(language)}">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="referrer" content="no-referrer">',
        *([f'<meta name="history" content="{escape(history)}">'] if history else []),
        f"<title>{escape(title)}</title>",
        f"<style>{style}</style>",
        "</head>",
        "<body>",
        *body,
        "</body>",
        "</html>",
        "",
    ]
    return "\n".join(page).encode()


def _written(part: model.Part) -> Iterator[str]:
    match part:
        case model.Heading(text, level, new_page):
            page = ' class="new-page"' if new_page else ""
            yield f'<h{level}{page} dir="auto">{escape(text)}</h{level}>'
        case model.Paragraph(text, lines) if lines:
            yield from (f'<div class="box high-{lines}">', *_paragraphs(text), "</div>")
        case model.Note(text, True):
            yield from _leading(text)
        case model.Paragraph(text) | model.Note(text):
            yield from _paragraphs(text)
        case model.Quote(text, said):
            yield from ("<blockquote>", *_paragraphs(text), "</blockquote>", *_paragraphs(said))
        case model.Bullets(items):
            yield from ("<ul>", *(f'<li dir="auto">{escape(item)}</li>' for item in items), "</ul>")
        case model.Pairs(pairs):
            yield from ("<dl>", *(_pair(label, value) for label, value in pairs), "</dl>")
        case model.Table(header, rows, shares):
            yield from _table(header, rows, shares)
        case model.Bars(header, rows):
            yield from _bars(header, rows)
        case model.SideBySide(left, right):
            yield from _table((left[0], right[0]), ((left[1], right[1]),), (1, 1))
        case model.Lines(label, count):
            yield from (_label(label), *['<div class="line"></div>'] * count)
        case model.Box(label, lines, prompt):
            yield from (_label(label), *_leading(prompt), f'<div class="box high-{lines}"></div>')


def _paragraphs(text: str) -> list[str]:
    return [f'<p dir="auto">{escape(line)}</p>' for line in model.lines_of(text)]


def _leading(text: str) -> list[str]:
    return [f'<p class="leading" dir="auto">{escape(line)}</p>' for line in model.lines_of(text)]


def _pair(label: str, value: str) -> str:
    lines = "<br>".join(map(escape, model.lines_of(value)))
    as_question = ' class="asked"' if label.endswith("?") else ""
    return f'<div><dt{as_question} dir="auto">{escape(label)}</dt> <dd dir="auto">{lines}</dd></div>'


def _label(text: str) -> str:
    return f'<p class="label" dir="auto">{escape(text)}</p>'


def _table(header: Sequence[str], rows: Sequence[Sequence[str]], shares: Sequence[int]) -> list[str]:
    widths = "".join(f'<col class="wide-{percent}">' for percent in _percents(shares))
    heads = "".join(f'<th scope="col" dir="auto">{escape(text)}</th>' for text in header)
    body = ["<table>", f"<colgroup>{widths}</colgroup>", f"<thead><tr>{heads}</tr></thead>", "<tbody>"]
    for cells in rows:
        long = ' class="long"' if sum(map(len, cells)) >= _WHOLE_ROW else ""
        body.append(f"<tr{long}>{''.join(map(_cell, cells))}</tr>")
    return [*body, "</tbody>", "</table>"]


def _bars(header: Sequence[str], rows: Sequence[tuple[str, str, int | None]]) -> list[str]:
    """A table whose last column draws what the one before it says; a screen reader passes it over."""
    heads = "".join(f'<th scope="col" dir="auto">{escape(text)}</th>' for text in header)
    lines = ['<table class="bars">', f'<thead><tr>{heads}<td aria-hidden="true"></td></tr></thead>', "<tbody>"]
    for label, words, percent in rows:
        bar = "" if percent is None else _BAR.format(percent)
        lines.append(
            f'<tr><th scope="row" dir="auto">{escape(label)}</th>{_cell(words)}<td aria-hidden="true">{bar}</td></tr>'
        )
    return [*lines, "</tbody>", "</table>"]


_BARRED = (
    ".bars tbody th { background: none; font-weight: normal; } .bars td:last-child { width: 30%; }",
    ".bars thead td { background: #e8e8e8; }",
)
_BAR = (
    '<svg viewBox="0 0 100 10" width="100%" height="14" preserveAspectRatio="none" aria-hidden="true">'
    '<rect width="100" height="10" fill="#fff" stroke="#444" stroke-width="1"/><rect width="{}" height="10" fill="#1f3a4d"/></svg>'
)


def _cell(text: str) -> str:
    return f"<td>{''.join(_paragraphs(text))}</td>" if text else '<td class="blank"></td>'


def _percents(shares: Sequence[int]) -> list[int]:
    return [round(100 * share / sum(shares)) for share in shares]


def _measures(parts: Sequence[model.Part]) -> list[str]:
    """The rules for widths and heights: the page's own policy forbids them beside the elements they are for."""
    wide, high = set(), set()
    for part in parts:
        match part:
            case model.Table(_, _, shares):
                wide.update(_percents(shares))
            case model.SideBySide():
                wide.add(50)
            case model.Box(_, lines) | model.Paragraph(_, lines):
                high.add(lines)
    barred = any(isinstance(part, model.Bars) for part in parts)
    return [
        *(_BARRED if barred else ()),
        *(f".wide-{percent} {{ width: {percent}%; }}" for percent in sorted(wide)),
        *(f".high-{lines} {{ min-height: {lines * 2.2:.1f}rem; }}" for lines in sorted(high - {0})),
    ]


def _print_page(footer: str) -> str:
    return (
        "@page { size: A4; margin: 2cm; font: 11pt Arial, sans-serif; "
        f'@bottom-left {{ content: "{_in_style(footer)}"; }} '
        '@bottom-right { content: "Page " counter(page) " of " counter(pages); } }'
    )


def _in_style(text: str) -> str:
    """``text`` for between quotation marks in a style sheet, inside an element: nothing there can end either."""
    return re.sub(r"[^A-Za-z0-9 .,]", lambda found: f"\\{ord(found[0]):x} ", text)
