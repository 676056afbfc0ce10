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
    """Encrypt the records and their backups with a passphrase, and print the recovery code, which is shown once. Close the app first. A backup is made first, and the unencrypted data on the disk is overwritten."""
    locking.ensure_plain(session.path)
    session.close_workspace()
    given = new_passphrase(locking.given_file(session.typed.get("passphrase_file")))
    with locking.encrypted(session.path, given, session.clock) as code:
        tell_code(code)
    away = backups.out_of_reach(session.path)
    talk(f"Encrypted: {session.path}. From now on it asks for the passphrase. {away}".rstrip())


@command("decrypt")
@click.option("--in-clear", is_flag=True, required=True, help="Confirm: anybody who has the file can then read it.")
def decrypt_command(session: Session, *, in_clear: bool) -> None:
    """Decrypt the records. Backups stay encrypted, with their keys beside them."""
    del in_clear
    session.close_workspace()
    locking.decrypt(session.path, session.clock)
    talk(f"No longer encrypted: {session.path}. Anybody who has the file can read it.")


_NEW_FILE = "--new-passphrase-file"
_new_file = click.option(_NEW_FILE, "new", type=A_FILE, help="A file with the new passphrase; otherwise you are asked.")


@command("change")
@_new_file
def passphrase_change_command(session: Session, new: Path | None) -> None:
    """Change the passphrase. The old one still opens earlier backups, and with the keys beside such a backup it also opens today's records. If somebody else knows it, use rekey."""
    session.close_workspace()
    locking.ensure_encrypted(session.path)
    locking.change(session.path, new_passphrase(new, _NEW_FILE), session.clock)
    talk("Changed. The recovery code stays the same.")


@command("recovery")
def passphrase_recovery_command(session: Session) -> None:
    """Make a new recovery code, and print it once. The old one still opens earlier backups, and with the keys beside such a backup it also opens today's records. If somebody else has it, use rekey."""
    session.close_workspace()
    with locking.new_recovery_code(session.path, session.clock) as code:
        tell_code(code)


@command("rekey")
@_new_file
def passphrase_rekey_command(session: Session, new: Path | None) -> None:
    """Encrypt the records with a new key, passphrase and recovery code, if somebody has seen the old ones. Close the app first. Earlier backups keep the old key. The system keyring has to be set up again."""
    session.close_workspace()
    locking.ensure_encrypted(session.path)
    with locking.new_key(session.path, new_passphrase(new, _NEW_FILE), session.clock) as code:
        tell_code(code)
    talk("Encrypted under another key.")


@command("keyring")
@click.option("--forget", is_flag=True, help="Stop the keyring from opening the records.")
def passphrase_keyring_command(session: Session, *, forget: bool) -> None:
    """Let this computer's keyring open the records when the program starts, without asking for the passphrase. Anyone who can use your account on this computer can then open them, so don't do this on a shared account. After locking, the app still asks for the passphrase. The passphrase and recovery code stay the same. It needs the package keyring."""
    session.close_workspace()
    if forget:
        locking.leave_keyring(session.path, session.clock)
        talk("The keyring no longer opens the records. You will be asked for the passphrase.")
    else:
        locking.use_keyring(session.path, session.clock)
        talk(
            "This computer’s keyring opens the records from now on. To stop it: transitions passphrase keyring --forget"
        )


@command("lock-after")
@click.argument("minutes", type=click.IntRange(1, locking.MOST_MINUTES))
def passphrase_lock_after_command(session: Session, minutes: int) -> None:
    """Lock the app after this many minutes without a key. The default is 10."""
    recorded = locking.set_lock_after(session.workspace, minutes)
    say(recorded)
    if recorded.changed:
        talk("An app that is already open keeps the old setting until you restart it.")
