"""What programs do to a pupil's name on its way into a Common Transfer File, and what is said of it."""

from collections.abc import Mapping
from typing import Final

from transitions.importing.ctf.repairs import LOST
from transitions.importing.preview import PreviewDraft

_TITLES: Final[Mapping[str, str]] = {
    "surname": "Surname",
    "forename": "Forename",
    "preferred_name": "PreferredForename",
}


def look_at_names(draft: PreviewDraft, place: int, texts: Mapping[str, str]) -> None:
    """Refuse a name that has lost a letter, since whose it is can be seen but not how it is written; hint at the rest."""
    names = {name: texts.get(name, "") for name in _TITLES}
    for name, title in _TITLES.items():
        if LOST in names[name]:
            what = "a letter in it was lost before the file came here. Ask the sender how the name is written"
            draft.problem(place, title, what)
        elif "?" in names[name]:
            draft.warn(place, title, "has a ? that may stand for a lost letter. Check it with the sender")
    full = [names["surname"], names["forename"]]
    if all(len(name) > 1 and name.isupper() for name in full):
        what = (
            "in capitals throughout: a new pupil's name is kept so, one that is here already stays as it is; put it right on "
            "the pupil's page if that is only how the sender writes"
        )
        draft.warn(place, "Surname", what)
