"""What a screen is narrowed to, and where one is, as it can stand on a desk."""

from typing import Any

from transitions.caseload.caseload import Caseload


def encoded(value: Any) -> Any:
    """As JSON can hold it. Raises TypeError for what is neither text, number nor a caseload, nor a list of these."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Caseload):
        return {"caseload": value.to_json()}
    if isinstance(value, tuple | list | range):
        return [encoded(one) for one in value]
    raise TypeError(value)


def decoded(value: Any, like: Any = None) -> Any:
    """What ``encoded`` was given; lists become tuples, of the kind of ``like`` when that is a tuple with names."""
    if isinstance(value, dict):
        return Caseload.from_json(value["caseload"])
    if not isinstance(value, list):
        return value
    found = tuple(map(decoded, value))
    return type(like)(*found) if hasattr(like, "_fields") else found
