"""A number alone does not make two records one child's."""

from datetime import date

import pytest

from transitions.importing.matching import Named, same_child

BORN, OTHER = date(2016, 3, 5), date(2014, 4, 6)
ADA = Named("Sample", "Ada", None, BORN)


@pytest.mark.parametrize(
    ("there", "said"),
    [
        (Named("Sample", "Ada", None, BORN), "agree"),
        (Named("Other", "Benedict", None, OTHER), "question"),
        (Named("Other", "Benedict", None, BORN), "agree"),  # renamed
        (Named("Sample", "Ada", None, OTHER), "agree"),  # the day was put right
        (Named("Other", "Ada", None, OTHER), "question"),
        (Named("Sample", "Benedict", None, OTHER), "question"),  # a brother or sister
        (Named(None, None, None, OTHER), "agree"),
        (Named("Sample", None, None, OTHER), "agree"),
        (Named("Other", None, None, OTHER), "question"),
        (Named("Other", "Benedict", None, None), "question"),
        (Named("Other", "Ada", None, None), "agree"),
        (Named("Ada", "Sample", None, OTHER), "agree"),  # the wrong way round
        (Named("Sample-Jones", "Ada Jane", None, OTHER), "agree"),
        (Named("SAMPLE", "ada", None, OTHER), "agree"),
    ],
)
def test_what_speaks_against_the_number(there: Named, said: str) -> None:
    assert same_child(ADA, there) == said
    assert same_child(there, ADA) == said


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("Zoë", "Zoe\u0308"),
        ("Zoë", "ZOE"),
        ("Zoë", "Zo\u200bë"),
        ("Zoë", "\u200eZoë\u200f"),
        ("Zoë", "Zo\u00adë"),
        ("Zoë", "\ufeffZoë"),
        ("Zoë", "Zo\u034fë"),
        ("Zoë", "Zoe\u200d\u0308"),
        ("Zoë", "\uff3aoë"),
        ("Anna Maria", "Anna\u00a0Maria"),
        ("Anna-Maria", "Annamaria"),
        ("D'Arcy", "D’arcy"),
        ("Łukasz", "LUKASZ"),
        ("نور\u200cالدین", "نورالدین"),
    ],
)
def test_names_are_compared_by_what_can_be_seen(here: str, there: str) -> None:
    assert same_child(Named("Sample", here, None, BORN), Named("Sample", there, None, OTHER)) == "agree"


def test_the_preferred_name_is_a_name() -> None:
    known = Named("Sample", "Samuel", "Sam", BORN)
    assert same_child(known, Named("Sample", "Sam", None, OTHER)) == "agree"
    assert same_child(known, Named("Sample", "Samira", None, OTHER)) == "question"
