"""The commands that make records encrypted or plain, and change what opens them."""

from pathlib import Path

import click

from transitions.cli.context import Session
from transitions.cli.options import A_FILE, command
from transitions.cli.output import say, talk
from transitions.cli.passphrases import new_passphrase, tell_code
from transitions.custody import backups, locking


@command("encrypt")
def encrypt_command(session: Session) -> None:
    """Encrypt the records, and their backups, under a passphrase; print the recovery code, which is shown once.

    Close the app first. A backup is made before; what stood on the disk in clear is written over.
    """
    session.close_workspace()
    given = new_passphrase(locking.given_file(session.typed.get("passphrase_file")))
    with locking.encrypted(session.path, given, session.clock) as code:
        tell_code(code)
    away = backups.out_of_reach(session.path)
    talk(f"Encrypted: {session.path}. From now on it asks for the passphrase. {away}".rstrip())


@command("decrypt")
@click.option(
    "--in-clear", is_flag=True, required=True, help="Say that you mean it: anybody who has the file can read it then."
)
def decrypt_command(session: Session, *, in_clear: bool) -> None:
    """Make the records plain again. Backups stay encrypted, with their keys beside them."""
    del in_clear
    session.close_workspace()
    locking.decrypt(session.path, session.clock)
    talk(f"In clear now: {session.path}. Anybody who has the file can read it.")


_new_file = click.option(
    "--new-passphrase-file", "new", type=A_FILE, help="Where the new passphrase stands; else it is asked for."
)


@command("change")
@_new_file
def passphrase_change_command(session: Session, new: Path | None) -> None:
    """Give the records another passphrase. The one before opens backups that were made before.

    With the keys from beside such a backup it opens the records of today as well: when somebody else knows it, use rekey.
    """
    session.close_workspace()
    locking.change(session.path, new_passphrase(new), session.clock)
    talk("Changed. The recovery code is as it was.")


@command("recovery")
def passphrase_recovery_command(session: Session) -> None:
    """Make a new recovery code, and print it once. The one before opens backups that were made before.

    With the keys from beside such a backup it opens the records of today as well: when somebody else has it, use rekey.
    """
    session.close_workspace()
    with locking.new_recovery_code(session.path, session.clock) as code:
        tell_code(code)


@command("rekey")
@_new_file
def passphrase_rekey_command(session: Session, new: Path | None) -> None:
    """Encrypt the records under another key, with a new passphrase and recovery code: when somebody has seen the old ones.

    Close the app first. Backups that were made before keep the old key. The system's keyring opens nothing until it is asked to again.
    """
    session.close_workspace()
    with locking.new_key(session.path, new_passphrase(new), session.clock) as code:
        tell_code(code)
    talk("Encrypted under another key.")


@command("keyring")
@click.option("--forget", is_flag=True, help="The keyring is to open the records no longer.")
def passphrase_keyring_command(session: Session, *, forget: bool) -> None:
    """Have this computer's keyring open the records when the program starts, so that no passphrase is asked for.

    Whoever can use your account on this computer can then open them: leave it where several people share one. After the app has locked,
    the passphrase is asked for all the same. The passphrase and the recovery code stay as they are. It needs the package keyring.
    """
    session.close_workspace()
    if forget:
        locking.leave_keyring(session.path, session.clock)
        talk("The keyring opens the records no longer: the passphrase is asked for.")
    else:
        locking.use_keyring(session.path, session.clock)
        talk(
            "This computer’s keyring opens the records from now on. Taken back with: transitions passphrase keyring --forget"
        )


@command("lock-after")
@click.argument("minutes", type=click.IntRange(1, locking.MOST_MINUTES))
def passphrase_lock_after_command(session: Session, minutes: int) -> None:
    """Lock the app when nobody has touched a key for so many minutes; it is 10 until you say otherwise."""
    recorded = locking.set_lock_after(session.workspace, minutes)
    say(recorded)
    if recorded.changed:
        talk("An app that is open keeps to the minutes of before until it is started again.")
