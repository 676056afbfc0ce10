"""What can go wrong with the database file, each as a sentence for the person at the keyboard."""


class Fault(Exception):
    """Something a person can put right; ``sentence`` says what and how, ``exit_status`` is for scripts."""

    exit_status = 70

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NotOurDatabase(Fault):
    """The file is not a database of this program, or is damaged."""

    exit_status = 65


class DamagedDatabase(NotOurDatabase):
    """The file cannot be read as a database, or contradicts itself."""


class Garbled(ValueError):
    """What stands in a row is not what this program writes there; see ``damage.behind``."""


class ForeignSchema(NotOurDatabase):
    """The file has tables, triggers or views that this program has not made, or lacks some that it makes."""


class NewerDatabase(Fault):
    """The file was written by a later version of this program."""

    exit_status = 65


class NoDatabase(Fault):
    """There is no file, or no folder, at that place."""

    exit_status = 66


class WrongPassphrase(Fault):
    """What was given opens no slot of the file's keys, or nothing was given."""

    exit_status = 77


class NoMemory(Fault):
    """Nothing is wrong with the file, but with the room that the program has."""

    exit_status = 71

    def __init__(self, for_what: str = "") -> None:
        super().__init__(
            f"There is not enough memory{for_what}. What was saved is safe. Close other programs and try again."
        )


class NoKeyring(Fault):
    """The system's keyring cannot be used; the sentence is the reason, to stand in another."""

    exit_status = 69


class KeysLost(Fault):
    """The file is encrypted, and what holds its keys is not beside it or cannot be read."""

    exit_status = 66


class CannotWriteDatabase(Fault):
    """The folder or file is read-only, or the disk is full."""

    exit_status = 73


class DatabaseInUse(Fault):
    """Another program holds the write lock for longer than we are willing to wait."""

    exit_status = 75


class Stopped(Fault):
    """A person stopped it before it was done; what it had written by then was taken back."""

    exit_status = 130


class ChangedSince(Fault):
    """An undo would overwrite what somebody changed later; the sentence names the field."""

    exit_status = 1


class NothingToUndo(Fault):
    """There is no change left to undo or redo."""

    exit_status = 1


class ServerGone(Fault):
    """The server of a team's record cannot be reached, or was lost on the way."""

    exit_status = 69


class OutcomeUnknown(ServerGone):
    """The server was lost at the very moment of saving, and could not be asked afterwards."""


class NotAFile(Fault):
    """What only a file has was asked of a record on a server."""

    exit_status = 77


class NotAllowedThere(Fault):
    """The login on a team's server may not do this."""

    exit_status = 77
