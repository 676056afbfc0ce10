"""A storm of keys in a real terminal, at 5 ms a key, while its window changes its size and another process writes.

Run it with ``uv run pytest -m drill tests/drills/test_key_storm.py -n 0 -s``; KEYS in the environment says how many keys,
SEED which, WAYS (parted by bars, written as below) by which ways it goes in place of all. They are random, but for the way
into another form, dialog or screen before each gust. A fault does not end the storm: all are told at its end, each with the
keys that led to it.
"""

import importlib
import json
import os
import pkgutil
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from statistics import median

import pytest

if sys.platform == "win32":
    pytest.skip("a terminal of its own is asked for", allow_module_level=True)

from terminal import Terminal
from textual.screen import Screen

import screens
from screens.frame.command_list import COMMANDS
from transitions.cli import run
from transitions.custody.places import crash_folder

pytestmark = pytest.mark.drill
KEYS = int(os.environ.get("KEYS", "20000"))
SEED = int(os.environ.get("SEED", "1"))
WAYS = os.environ.get("WAYS", "")
AS_OF = "2026-11-21"
GAP = 0.005
AT_ONCE = 60
PATIENCE = 60.0
FORMS = Path(__file__).parent.parent / "goldens" / "forms"
SIZES = ((80, 24), (120, 36), (140, 40), (200, 50), (60, 15), (40, 10))

# The program itself, which tells of each key that it has taken, and of each change that it says is saved.
APP = """
import faulthandler, signal, sys, time
from screens.frame.app import TransitionsApp
from screens.frame.keys_in_turn import KeysInTurn
from transitions import main

log = open(sys.argv.pop(1), "a", buffering=1, encoding="utf-8", errors="replace")
faulthandler.register(signal.SIGUSR1, log, all_threads=True)
settle, tell, last, begun = KeysInTurn._all_is_done, TransitionsApp.tell, None, 0.0

def title_of(screen):
    titles = (one.border_title for one in screen.walk_children() if one.border_title)
    return str(next(titles, "")) if screen.is_modal else ""

async def settled(app):
    global last, begun
    begun = begun or time.monotonic()
    await settle(app)
    if app._in_turn is None or app._in_turn is last or not app.screen_stack:
        return
    last = app._in_turn
    if app.screen is not settled.screen:
        settled.screen, settled.title = app.screen, title_of(app.screen)
    took, begun = time.monotonic() - begun, 0.0
    key = getattr(last, "key", "a paste")
    print("key", key, f"{took:.3f}", type(app.screen).__name__, settled.title, sep="\\t", file=log)

def told(app, recorded):
    print("saved", app.workspace.read().execute("SELECT max(id) FROM journal").fetchone()[0], sep="\\t", file=log)
    tell(app, recorded)

settled.screen = None
KeysInTurn._all_is_done, TransitionsApp.tell = settled, told
main()
"""
WRITER = """
import random, sqlite3, sys, time
from contextlib import closing, redirect_stderr, redirect_stdout
from io import StringIO
from transitions.cli import run

path, day = sys.argv[1:]
WANTED = "('McAllister', 'Desai', 'Wigglesworth', 'Dunmore', 'Gwynne', 'Kettlewell', 'Mensah')"  # the ways lead to their forms
dice = random.Random(2)

def pupil():
    with closing(sqlite3.connect(path)) as connection:
        return dice.choice(connection.execute("SELECT id FROM pupil WHERE surname NOT IN " + WANTED).fetchall())[0]

def command(*words):
    with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        return run(["--db", path, "--as-of", day, *words])

turn = 0
while True:
    turn += 1
    note = f"from elsewhere, number {turn}"
    words = {
        0: ("note", f"#{pupil()}", note),
        1: ("edit", "pupil", f"#{pupil()}", f"preferred_name={note}"),
        2: ("edit", "pupil", f"#{pupil()}", f"surname=Zed, {note}"),
    }[turn % 3]
    if command(*words) == 0:
        print(note, flush=True)
    time.sleep(1)
"""

ENCODED = r"""enter \r|tab \t|backspace \x7f|shift+tab \x1b[Z|escape \x1b[27u|up \x1b[A|down \x1b[B|right \x1b[C|left \x1b[D|
home \x1b[H|end \x1b[F|delete \x1b[3~|pageup \x1b[5~|pagedown \x1b[6~|f1 \x1bOP|f2 \x1bOQ|f3 \x1bOR|f4 \x1bOS|
f5 \x1b[15~|f6 \x1b[17~|f7 \x1b[18~|f8 \x1b[19~|f9 \x1b[20~|f12 \x1b[24~"""
BYTES = {
    "space": " ",
    **{f"ctrl+{letter}": chr(ord(letter) & 31) for letter in "akpqrsyz"},
    **{
        key: code.encode().decode("unicode_escape")
        for key, code in map(str.split, ENCODED.replace("\n", "").split("|"))
    },
}
STEERING = """enter enter tab escape escape escape up down left right home end pagedown pageup space delete backspace
shift+tab ctrl+s ctrl+s"""
SELDOM = "f1 f2 f3 f4 f5 f6 f7 f8 f9 ctrl+a ctrl+k ctrl+p ctrl+r ctrl+y ctrl+z"
OFTEN, RARELY = STEERING.split(), SELDOM.split()
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/?*+-.,:[]'é "
GUST_IS_OVER = "f12"
"""A key that does nothing."""

# Into what holds no form of the goldens; the words are those of the goldens.
MORE = """1 down enter|2 w|2 I|2 x|2 f|2 v|2 o|2 A d|2 A m|2 / 'a_b|2 p|2 :app.colours|2 :records.archived|3 g|3 e|3 enter|3 A m|
4 v|4 x|4 m|4 m enter|4 m M|4 m M ctrl+a '31_January enter|4 r|4 I|4 :calendar.taken_out|5 w right|5 c|5 g|
5 t|5 x|5 :workshops.archived|6 I|6 I I|6 A p|6 x|6 T|6 A s|6 A O|6 t|6 b|=McAllister P v|=McAllister P v c|=McAllister P y|=McAllister P a|=McAllister E|
=McAllister right right enter|=McAllister [ ] T|=Dunmore P g|=Gwynne P v|=Gwynne P v c o enter|=Kettlewell P y|
=Kettlewell P y 1 2 3 4|=Mensah P y a|6 b escape p enter|6 down b escape p enter|7 enter|7 down down down enter down enter|7 right|7 right right enter|2 :plan.quality|2 :plan.families|2 ?|2 ctrl+q"""


def ways() -> list[list[str]]:
    """The keys into every form of the goldens and into the other screens and dialogs, each from wherever one is."""
    lines = ["$ " + way for way in (WAYS or MORE.replace("\n", "")).split("|")]
    for file in sorted(FORMS.glob("*.txt")) if not WAYS else ():
        lines += [line for line in file.read_text(encoding="utf-8").split("\n") if line.startswith("$ ")]
    found: list[list[str]] = []
    begun: list[str] = []
    for line in lines:
        words = line.split()[1:]
        begun = [*begun, *words[1:]] if words[0] == "+" else words
        found.append([key for word in begun for key in keys_of(word)])
    return found


def keys_of(word: str) -> list[str]:
    if word.startswith("=") and len(word) > 1:
        return ["2", "/", *word[1:], "enter", "enter"]
    if word == "^":
        return ["escape", "escape"]
    if word.startswith("'") and len(word) > 1:
        return list(word[1:].replace("_", " "))
    if word.startswith(":"):
        title = next(one.title for one in COMMANDS if one.id == word[1:])
        return ["ctrl+p", *title, "enter"]
    return [] if word.startswith("@") else [word]


def every_screen(of: type = Screen) -> Iterator[type]:
    """The classes that are opened themselves."""
    for module in pkgutil.walk_packages(screens.__path__, "screens."):
        importlib.import_module(module.name)
    for found in of.__subclasses__():
        if found.__module__.startswith("screens.") and not found.__subclasses__():
            yield found
        yield from every_screen(found)


class Storm:
    """The app in its terminal, started again whenever it has ended."""

    def __init__(self, path: Path, log: Path) -> None:
        self._path, self._log, self._read = path, log, 0
        self.dice = random.Random(SEED)
        self.sent = self.starts = 0
        self.faults: list[str] = []
        self.taken: list[list[str]] = []
        self.saved: set[int] = set()
        self._start()

    def _start(self) -> None:
        self.starts += 1
        self.terminal = Terminal(APP, str(self._log), "--db", str(self._path), "--as-of", AS_OF)
        self.terminal.read_until("^p")
        threading.Thread(target=self._drain, args=[self.terminal], daemon=True).start()

    def go_on_in(self, path: Path) -> None:
        """Ask the app to end, and start it on another file."""
        self.terminal.running.terminate()
        assert self.terminal.end(PATIENCE) == 128 + signal.SIGTERM
        self.terminal.close()
        self._path = path
        self._start()

    def _drain(self, terminal: Terminal) -> None:
        with suppress(OSError):
            while read := os.read(terminal._ours, 65_536):
                terminal.sent = terminal.sent[-20_000:] + read

    def gust(self, way: list[str]) -> None:
        """Go a way, and on from there at random; wait until every key was taken, or the app has ended."""
        keys = ["escape", "home"] * 5 + way + [self._any_key() for _ in range(AT_ONCE)]
        reports = len(list(crash_folder().glob("*")))
        for key in (*keys, GUST_IS_OVER):
            with suppress(OSError):
                self.terminal.type(BYTES.get(key, key))
            time.sleep(GAP)
            if self.dice.random() < 0.01:
                self.terminal.resize(*self.dice.choice(SIZES))
        self.sent += len(keys)
        waits_until = time.monotonic() + PATIENCE
        while not self._gust_is_over():
            if self.terminal.running.poll() is not None or time.monotonic() > waits_until:
                self._end(keys)
                break
            time.sleep(0.02)
        for report in sorted(crash_folder().glob("*"))[reports:]:
            self.faults.append(f"{report.read_text()}\nafter {keys}")

    def memory(self) -> int:
        """In MB, what the app holds."""
        with suppress(OSError):
            return (
                int(Path(f"/proc/{self.terminal.running.pid}/statm").read_text().split()[1])
                * os.sysconf("SC_PAGE_SIZE")
                >> 20
            )
        return 0

    def _any_key(self) -> str:
        kind = self.dice.random()
        return self.dice.choice(OFTEN if kind < 0.45 else RARELY if kind < 0.48 else LETTERS)

    def _gust_is_over(self) -> bool:
        """Read what the app has told meanwhile."""
        with self._log.open(encoding="utf-8", errors="replace", newline="\n") as log:
            log.seek(self._read)
            told = log.read()
            self._read += len(told[: told.rfind("\n") + 1].encode())
        over = False
        for line in told[: told.rfind("\n") + 1].splitlines():
            words = line.split("\t")
            if words[0] == "key":
                over = words[1] == GUST_IS_OVER
                self.taken += [] if over else [words[1:]]
            elif words[0] == "saved":
                self.saved.add(int(words[1]))
        return over

    def _end(self, keys: list[str]) -> None:
        """The app has left, by a key of its own or by a fault, or hears nothing any more."""
        status = self.terminal.running.poll()
        if status is None:
            self.terminal.running.send_signal(signal.SIGUSR1)
            time.sleep(1)
            self.terminal.running.send_signal(signal.SIGKILL)
        time.sleep(0.2)
        shown = bytes(self.terminal.sent).decode(errors="replace")
        if self.terminal.end(PATIENCE) != 0 or "Traceback" in shown:
            self.faults.append(f"status {status} after {keys}\n{shown[-1500:]!r}")
        self._gust_is_over()
        self.terminal.close()
        self._start()


def test_a_storm_of_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path, log = tmp_path / "demo.db", tmp_path / "log.txt"
    assert run(["--as-of", AS_OF, "demo", "--db", str(path), "--pupils", "100", "--seed", "1"]) == 0
    Path.home().mkdir(exist_ok=True)  # packs go there
    for number in (11, 80, 90):  # with plans of two versions, or written by somebody else, who may be audited
        edit = ("edit", "pupil", f"#{number}", "worker=K. Osei")
        assert run(["--db", str(path), "--as-of", AS_OF, *edit]) == 0
    log.touch()
    storm = Storm(path, log)
    deck: list[list[str]] = []
    elsewhere = tmp_path / "elsewhere.txt"
    with (
        elsewhere.open("w") as acknowledged,
        subprocess.Popen([sys.executable, "-c", WRITER, str(path), AS_OF], stdout=acknowledged) as writer,
    ):
        try:
            while len(storm.taken) < KEYS:
                if not deck:
                    deck = ways()
                    storm.dice.shuffle(deck)
                storm.gust(deck.pop())
                print(len(storm.taken), len(storm.faults), f"{storm.memory()} MB", flush=True)
            assert writer.poll() is None
        finally:
            writer.kill()
            storm.terminal.running.terminate()
    status = storm.terminal.end(PATIENCE)
    storm.terminal.close()
    tell(storm)
    written = elsewhere.read_text().splitlines()
    lost = [*not_there(path, written), *not_as_journalled(path)]
    lost += [f"change {number}" for number in storm.saved - journalled(path)]
    print(f"{len(written)} changes from elsewhere, {len(storm.saved)} of its own, {len(lost)} lost")
    assert status == 128 + signal.SIGTERM
    assert storm.faults == []
    assert lost == []
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    assert run(["--db", str(path), "--as-of", AS_OF, "check"]) in (0, 1)


FIRST = [
    "",
    "'K._Osei enter",
    "'K._Osei enter enter",
    "'K._Osei enter enter down enter",
    "'K._Osei enter enter end enter",
]
"""Into the questions of a first start, the one further than the other."""


def test_a_storm_over_first_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    log = tmp_path / "log.txt"
    log.touch()
    storm = Storm(tmp_path / "1.db", log)
    while len(storm.taken) < KEYS // 10:
        for way in (FIRST[storm.starts % len(FIRST)], ""):
            storm.gust([key for word in way.split() for key in keys_of(word)])
        storm.go_on_in(tmp_path / f"{storm.starts + 1}.db")
        print(len(storm.taken), len(storm.faults), flush=True)
    storm.go_on_in(tmp_path / "last.db")
    storm.terminal.running.kill()
    tell(storm)
    assert storm.faults == []
    for path in tmp_path.glob("*.db"):
        assert run(["--db", str(path), "--as-of", AS_OF, "check"]) in (0, 1)


def tell(storm: Storm) -> None:
    waited = sorted(float(words[1]) for words in storm.taken)
    kinds = Counter(words[2] for words in storm.taken)
    titles = {(words[2], words[3]) for words in storm.taken}
    never = {screen.__name__ for screen in every_screen()} - set(kinds)
    print(
        f"seed {SEED}: {storm.sent:,} keys, {len(storm.taken):,} of them taken before the app was left"
        f" ({storm.starts - 1} times), {len(storm.faults)} faults, {len(kinds)} kinds of screens and dialogs under"
        f" {len(titles)} titles; never: {sorted(never)}; a key took {median(waited) * 1000:.0f} ms (median),"
        f" {waited[len(waited) * 99 // 100] * 1000:.0f} ms (99 in 100), {waited[-1]:.1f} s at most"
    )
    print(dict(kinds.most_common()))
    print(sorted(titles))
    print(*storm.faults, sep="\n\n")


def not_there(path: Path, written: list[str]) -> list[str]:
    """What was acknowledged elsewhere and is not in the journal."""
    with closing(sqlite3.connect(path)) as connection:
        kept = "\n".join(
            row[0] for row in connection.execute("SELECT new_values FROM journal_change WHERE new_values > ''")
        )
    return [note for note in written if f'{note}"' not in kept]


def journalled(path: Path) -> set[int]:
    with closing(sqlite3.connect(path)) as connection:
        return {row[0] for row in connection.execute("SELECT id FROM journal")}


def not_as_journalled(path: Path) -> list[str]:
    """The rows that do not hold what the journal wrote into them last."""
    rows: dict[tuple[str, str], dict[str, object]] = {}
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        for table, key, new in connection.execute(
            "SELECT table_name, row_key, new_values FROM journal_change WHERE table_name NOT IN ('file', 'journal') "
            "ORDER BY action_id, position"
        ):
            if new is None:
                rows[table, key] = {}
            else:
                rows.setdefault((table, key), {}).update(json.loads(new))
        return [f"{table} {key}" for (table, key), values in rows.items() if not stands(connection, table, key, values)]


def stands(connection: sqlite3.Connection, table: str, key: str, values: dict[str, object]) -> bool:
    names = json.loads(key)
    where = " AND ".join(f"{name} IS :{name}" for name in names)
    row = connection.execute(f"SELECT * FROM {table} WHERE {where}", names).fetchone()
    if not values:
        return row is None
    return row is not None and all(row[name] == value for name, value in values.items())
