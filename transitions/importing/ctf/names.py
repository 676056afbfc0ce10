"""What programs do to a pupil's name on its way into a Common Transfer File, and what is said of it."""

from collections.abc import Mapping
from typing import Final

from transitions.importing import debris
from transitions.importing.cells import REAL_NAME
from transitions.importing.ctf.repairs import LOST
from transitions.importing.preview import PreviewDraft
from transitions.text import is_no_name, stands_for_no_name

_TITLES: Final[Mapping[str, str]] = {
    "surname": "Surname",
    "forename": "Forename",
    "preferred_name": "PreferredForename",
}


def names_looked_at(draft: PreviewDraft, place: int, texts: Mapping[str, str], *, real_names: bool) -> dict[str, str]:
    """The names as they are taken.

    One that has lost a letter is refused, since whose it is can be seen but not how it is written, and so is what is no name.
    Such as Null is asked about unless a person said that they are ``real_names``.
    """
    names = {name: texts.get(name, "") for name in _TITLES}
    for name, title in _TITLES.items():
        text, needed = names[name], name != "preferred_name"
        if LOST in text:
            what = "a letter in it was lost before the file came here. Ask the sender how the name is written"
            draft.problem(place, title, what)
        elif not text or (needed and stands_for_no_name(text)):
            continue
        elif debris.may_be_a_name(text, needed=needed):
            if not real_names:
                draft.problem(place, title, REAL_NAME.format(text))
                draft.names_to_ask.append((place, text))
        elif is_no_name(text) or debris.is_nothing_as_text(text):
            if needed:
                draft.problem(place, title, debris.why_refused(text, "", name=True))
            else:
                names[name] = ""
                draft.warn(place, title, f'"{text}" was read as empty')
        elif "?" in text:
            draft.warn(place, title, "has a ? that may stand for a lost letter. Check it with the sender")
    full = [names["surname"], names["forename"]]
    if all(len(name) > 1 and name.isupper() for name in full):
        what = (
            "in capitals throughout: a new pupil's name is kept so, one that is here already stays as it is; put it right on "
            "the pupil's page if that is only how the sender writes"
        )
        draft.warn(place, "Surname", what)
    return names
