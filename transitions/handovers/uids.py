"""Names by which two files know the same thing: a handover, a message, a pack."""

import uuid

__all__ = ["new_uid"]


def new_uid() -> str:
    """Give a name that nothing else in any file has: 32 hexadecimal digits."""
    return uuid.uuid4().hex
