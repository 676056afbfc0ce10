"""The passphrase on the command line: from a file, or from a prompt; never from the command's own words, which others can read."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import click

from transitions.cli import streams
from transitions.cli.output import echo, talk
from transitions.custody import locking
from transitions.errors import NotAllowed, WrongPassphrase

_TRIES = 3


def see_to(path: Path, file: str | None, *, create: bool, asks: Callable[[Path, str], str] | None) -> str:
    """See that a file can be opened: by the keyring, by what is given, by what ``asks`` on the screen, or else at a prompt.

    With ``create`` one that is not there begins. Gives what is to be said of it when the app has been opened.
    """
    if create and not path.exists():
        locking.check_begins(path)
    begins = create and not path.exists() and not locking.new_file_is_plain(os.environ)
    if not begins and not locking.is_locked(path):
        return ""
    why = ""
    if locking.given_file(file) is None and not begins:
        why = locking.try_keyring(path)
        if not locking.is_locked(path):
            return ""
    if asks and locking.given_file(file) is None:
        return asks(path, why)
    if why:
        talk(why)
    (begin if begins else unlock)(path, file)
    return ""


def unlock(path: Path, file: str | None) -> None:
    """Unlock a file by what is given. Raises WrongPassphrase, KeysLost and DamagedDatabase, and NotAllowed where nobody can be asked."""
    given = locking.given_file(file)
    if given is not None:
        _unlock(path, locking.passphrase_in(given))
        return
    _check_can_ask(f"{path}: the records are locked")
    for left in reversed(range(_TRIES)):
        try:
            _unlock(path, _asked(f"Passphrase of {path.name}"))
        except WrongPassphrase as fault:
            if not left:
                raise
            talk(fault.sentence)
        else:
            return


def _unlock(path: Path, given: str) -> None:
    if locking.unlock(path, given):
        talk(
            "The recovery code opened the records. Choose a new passphrase with: transitions passphrase change. If somebody else may have "
            "the code, too: transitions passphrase recovery"
        )


def begin(path: Path, file: str | None) -> None:
    """Make the key of a new file, and print its recovery code once. Raises NotAllowed."""
    if locking.given_file(file) is None:
        _check_can_ask(
            f"{path}: a new file is encrypted", f" For made-up pupils, unencrypted: {locking.NEW_FILE}=plain."
        )
        talk(f"{path}: a new file begins here. {locking.WHY}")
    with locking.begun(path, new_passphrase(locking.given_file(file))) as code:
        tell_code(code)


def new_passphrase(file: Path | None, option: str = "") -> str:
    """What a file is to be opened by from now on; at a terminal it is typed twice. ``option`` is what names the file."""
    if file is not None:
        return locking.passphrase_in(file)
    _check_can_ask("A new passphrase is needed", option=option)
    while True:
        first = _asked(f"New passphrase, such as: {locking.proposed()}")
        try:
            locking.check_new(first)
        except NotAllowed as refused:
            talk(refused.sentence)
            continue
        if _asked("Type it again") == first:
            return first
        talk("The two don't match. Type it again.")


def tell_code(recovery: str) -> None:
    talk(locking.WRITE_DOWN)
    echo(recovery)


def password() -> Callable[[str], str] | None:
    """What asks for the password of a server, if anybody is there to be asked."""

    def ask(why: str) -> str:
        talk(why)
        return _asked("Password")

    return ask if streams.at_terminal(sys.stdin, sys.stderr) else None


def _asked(what: str) -> str:
    return str(click.prompt(what, hide_input=True, err=True))


def _check_can_ask(why: str, otherwise: str = "", option: str = "") -> None:
    if not streams.at_terminal(sys.stdin, sys.stderr):
        how = (
            f"with {option} FILE" if option else f"transitions --passphrase-file FILE ..., or {locking.PASSPHRASE_FILE}"
        )
        raise NotAllowed(
            f"{why}, and there is nobody to ask for it. Name a file with the {'new ' * bool(option)}passphrase: {how}.{otherwise}"
        )
