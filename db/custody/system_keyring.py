"""What the system's keyring keeps for us: Windows' credentials, the keychain of macOS, a secret service on Linux.

The package is an extra, and is loaded only for a file that says that its key is kept there.
"""

from collections.abc import Callable
from typing import Any

from db.errors import NoKeyring

_SERVICE = "pupil-transitions"
_NOT_INSTALLED = "the package keyring, which connects to it, is not installed: pip install keyring"
_NOT_THERE = "this program can't reach one (on Linux a secret service, such as GNOME's or KDE's)"


def put(name: str, secret: str) -> None:
    """Keep a secret, and see that it is kept. Raises NoKeyring."""
    _with(lambda keyring: keyring.set_password(_SERVICE, name, secret))
    if of(name) != secret:
        raise NoKeyring("it did not save the key")


def of(name: str) -> str | None:
    """The secret that is kept, None when there is none. Raises NoKeyring."""
    found: str | None = _with(lambda keyring: keyring.get_password(_SERVICE, name))
    return found


def take_out(name: str) -> None:
    """Raises NoKeyring."""
    if of(name) is not None:
        _with(lambda keyring: keyring.delete_password(_SERVICE, name))


def _with(do: Callable[[Any], Any]) -> Any:
    try:
        import keyring
        from keyring.errors import KeyringError, NoKeyringError
    except ImportError:
        raise NoKeyring(_NOT_INSTALLED) from None
    try:
        return do(keyring)
    except NoKeyringError:
        raise NoKeyring(_NOT_THERE) from None
    except (KeyringError, OSError, RuntimeError) as error:
        raise NoKeyring(f"it is locked or refused access ({type(error).__name__})") from None
