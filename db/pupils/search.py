"""Looking for words in names: what a LIKE needs."""


def holding(word: str) -> str:
    """The pattern for texts that hold ``word`` as it stands; use it with ``ESCAPE '\\'``."""
    literal = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{literal}%"
