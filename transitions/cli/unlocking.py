"""The passphrase on the command line: from a file, or from a prompt; never from the command's own words, which others can read."""

import sys
from pathlib import Path

import click

from transitions.cli import streams
from transitions.cli.context import Session
from transitions.cli.options import A_FILE, command
from transitions.cli.output import echo, say, talk
from transitions.custody import locking
from transitions.errors import Fault, NotAllowed

_TRIES = 3


def unlock(path: Path, file: str | None) -> None:
    """Unlock a file by what is given. Raises WrongPassphrase and KeysLost, and NotAllowed where nobody can be asked."""
    given = locking.given_file(file)
    if given is not None:
        locking.unlock(path, locking.passphrase_in(given))
        return
    _check_can_ask(f"{path}: the records are locked")
    for left in reversed(range(_TRIES)):
        try:
            locking.unlock(path, _asked(f"Passphrase of {path.name}"))
        except Fault as fault:
            if not left:
                raise
            talk(fault.sentence)
        else:
            return


def begin(path: Path, file: str | None) -> None:
    """Make the key of a new file, and print its recovery code once. Raises NotAllowed."""
    if locking.given_file(file) is None:
        _check_can_ask(
            f"{path}: a new file is encrypted", f" For made-up pupils, one in clear: {locking.NEW_FILE}=plain."
        )
        talk(f"{path}: a new file begins here. {locking.WHY}")
    _told(locking.begin(path, _new_passphrase(locking.given_file(file))))


def _new_passphrase(file: Path | None) -> str:
    """What a file is to be opened by from now on; at a terminal it is typed twice."""
    if file is not None:
        return locking.passphrase_in(file)
    _check_can_ask("A passphrase is needed")
    while True:
        first = _asked(f"New passphrase, such as: {locking.proposed()}")
        try:
            locking.check_new(first)
        except NotAllowed as refused:
            talk(refused.sentence)
            continue
        if _asked("The same once more") == first:
            return first
        talk("The two are not the same. Type it again.")


def _told(recovery: str) -> None:
    talk(locking.WRITE_DOWN)
    echo(recovery)


def _asked(what: str) -> str:
    return str(click.prompt(what, hide_input=True, err=True))


def _check_can_ask(why: str, otherwise: str = "") -> None:
    if not streams.at_terminal(sys.stdin, sys.stderr):
        raise NotAllowed(
            f"{why}, and there is nobody to ask for the passphrase. Name a file that holds it: --passphrase-file FILE, or "
            f"{locking.PASSPHRASE_FILE}.{otherwise}"
        )


@command("encrypt")
def encrypt_command(session: Session) -> None:
    """Encrypt the records, and their backups, under a passphrase; print the recovery code, which is shown once.

    Close the app first. A backup is made before; what stood on the disk in clear is written over.
    """
    session.close_workspace()
    _told(locking.encrypt(session.path, _new_passphrase(locking.given_file(session.typed.get("passphrase_file")))))
    talk(f"Encrypted: {session.path}. From now on it asks for the passphrase.")


@command("decrypt")
@click.option(
    "--in-clear", is_flag=True, required=True, help="Say that you mean it: anybody who has the file can read it then."
)
def decrypt_command(session: Session, *, in_clear: bool) -> None:
    """Make the records plain again. Backups stay encrypted, with their keys beside them."""
    del in_clear
    session.close_workspace()
    locking.decrypt(session.path)
    talk(f"In clear now: {session.path}. Anybody who has the file can read it.")


_new_file = click.option(
    "--new-passphrase-file", "new", type=A_FILE, help="Where the new passphrase stands; else it is asked for."
)


@command("change")
@_new_file
def passphrase_change_command(session: Session, new: Path | None) -> None:
    """Give the records another passphrase. The one before opens only backups that were made before."""
    session.close_workspace()
    locking.change(session.path, _new_passphrase(new))
    talk("Changed. The recovery code is as it was.")


@command("recovery")
def passphrase_recovery_command(session: Session) -> None:
    """Make a new recovery code, and print it once; the one before opens nothing from then on, but backups made before."""
    session.close_workspace()
    _told(locking.new_recovery_code(session.path))


@command("rekey")
@_new_file
def passphrase_rekey_command(session: Session, new: Path | None) -> None:
    """Encrypt the records under another key, with a new passphrase and recovery code: when somebody has seen the old ones.

    Close the app first. Backups that were made before keep the old key.
    """
    session.close_workspace()
    _told(locking.new_key(session.path, _new_passphrase(new)))
    talk("Encrypted under another key.")


@command("lock-after")
@click.argument("minutes", type=click.IntRange(1, 240))
def passphrase_lock_after_command(session: Session, minutes: int) -> None:
    """Lock the app when nobody has touched a key for so many minutes; it is 10 until you say otherwise."""
    say(locking.set_lock_after(session.workspace, minutes))
