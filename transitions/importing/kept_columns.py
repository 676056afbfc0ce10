"""What a person chose for the columns of a sender, kept for the next file with the same header."""

import hashlib
import json
from collections.abc import Sequence

from db.milestones import definitions as store
from transitions.importing.header_names import TableKind, key
from transitions.workspace import Recorded, Workspace

_TITLES = 4
"""How many of its columns a summary names."""


def kept_columns(workspace: Workspace, kind: TableKind, header: Sequence[str]) -> tuple[str, ...]:
    """A field, or nothing, for each column of this header; empty when nobody chose for it."""
    kept = store.setting(workspace.read(), _name(kind, header))
    return tuple(map(str, kept)) if isinstance(kept, list) and any(kept) else ()


def keep_columns(workspace: Workspace, kind: TableKind, header: Sequence[str], fields: Sequence[str]) -> Recorded:
    """Keep the choice for files with this header; without any field it is forgotten."""
    titles = [title for title in header if title]
    with workspace.change("Columns chosen", f"{kind} · {', '.join(titles[:_TITLES])}") as action:
        store.change_setting(action, _name(kind, header), json.dumps(list(fields)))
    return action.recorded


def _name(kind: TableKind, header: Sequence[str]) -> str:
    # A system's export keeps its header from file to file, while files and folders are renamed.
    told = hashlib.sha256("\0".join(map(key, header)).encode()).hexdigest()
    return f"columns {kind} {told[:32]}"
