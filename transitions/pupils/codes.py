"""The words and codes that schools and councils write for one thing, each read into the one form that is stored.

Codes: the school census (SEN provision N, K, E; types of need), and the words of children's social care.
"""

import re
from collections.abc import Mapping
from typing import Final

from db.vocabulary import PLACE_STAGES
from transitions.fields import read_yes_no

PERSISTENT: Final = 90
"""Attendance of so many per cent or less is persistent absence: ten per cent or more of sessions missed (DfE)."""

PROVISIONS: Final[Mapping[str, str]] = {"N": "No SEN", "K": "SEN support", "E": "EHC plan"}

NEEDS: Final[Mapping[str, str]] = {
    "SPLD": "Specific learning difficulty",
    "MLD": "Moderate learning difficulty",
    "SLD": "Severe learning difficulty",
    "PMLD": "Profound and multiple learning difficulty",
    "SEMH": "Social, emotional and mental health",
    "SLCN": "Speech, language and communication needs",
    "ASD": "Autistic spectrum disorder",
    "HI": "Hearing impairment",
    "VI": "Vision impairment",
    "MSI": "Multi-sensory impairment",
    "PD": "Physical disability",
    "DS": "Down syndrome",
    "OTH": "Other difficulty or disability",
    "NSA": "SEN support but no specialist assessment of type of need",
}
"""The census's types of need, by code."""

EXCLUSION_REASONS: Final[Mapping[str, str]] = {
    "PP": "Physical assault against a pupil",
    "PA": "Physical assault against an adult",
    "VP": "Verbal abuse or threatening behaviour against a pupil",
    "VA": "Verbal abuse or threatening behaviour against an adult",
    "OW": "Use, or threat of use, of an offensive weapon or prohibited item",
    "BU": "Bullying",
    "RA": "Racist abuse",
    "LG": "Abuse against sexual orientation or gender identity",
    "DS": "Abuse relating to disability",
    "SM": "Sexual misconduct",
    "DA": "Drug and alcohol related",
    "DM": "Damage",
    "TH": "Theft",
    "DB": "Persistent or general disruptive behaviour",
    "MT": "Inappropriate use of social media or online technology",
    "PH": "Wilful and repeated transgression of protective measures in place for public health",
}
"""The census's reasons for a suspension or permanent exclusion, by code; DS is another DS than that of needs."""
EXCLUSIONS: Final[Mapping[str, str]] = {
    "susp": "suspension",
    "lnch": "lunchtime suspension",
    "perm": "permanent exclusion",
    "fixd": "suspension",
    "fixed term exclusion": "suspension",
    "fixed period exclusion": "suspension",
    "suspended": "suspension",
    "lunchtime": "lunchtime suspension",
    "lunchtime exclusion": "lunchtime suspension",
    "permanent": "permanent exclusion",
    "permanently excluded": "permanent exclusion",
    "ehe": "elective home education",
    "home educated": "elective home education",
    "home education": "elective home education",
    "cme": "missing education",
    "child missing education": "missing education",
    "children missing education": "missing education",
    "off-roll": "off roll",
}
"""The census's codes for events, and what schools' systems and councils call them."""

_CODE_AND_WORDS = re.compile(r"([A-Za-z]{1,4})\s*[-–:]\s+\S.*|([A-Za-z]{1,4})\s+[-–:]\s*\S.*")
"""A code with its meaning behind it, as management systems print them: "K - SEN Support"."""
_BETWEEN = re.compile(r"\s*(?:[,;/+&|\n]|\band\b)\s*", re.IGNORECASE)


def _key(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _code_of(text: str) -> str:
    found = _CODE_AND_WORDS.fullmatch(text.strip())
    return (found[1] or found[2]) if found else text


def read_previously_looked_after(text: str) -> bool:
    """Read yes or no, or the census's post-looked-after arrangements: A adopted, G special guardianship, R child arrangements."""
    if text.strip().casefold() in {"a", "g", "r"}:
        return True
    try:
        return read_yes_no(text)
    except ValueError:
        raise ValueError("expected yes or no, or one of the census's codes A, G, R and N") from None


_PROVISION_WORDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("n", "no", "none", "nosen", "nosend", "nospecialeducationalneed", "nospecialeducationalneeds"), "N"),
    **dict.fromkeys(("k", "sensupport", "sendsupport"), "K"),
    **dict.fromkeys(
        (
            "e", "ehc", "ehcp", "ehcplan", "educationhealthandcareplan", "educationhealthcareplan",
            "educationhealthandcare",
        ),
        "E",
    ),
}  # fmt: skip
_OLD_PROVISIONS: Final[Mapping[str, str]] = {
    "a": "school action",
    "schoolaction": "school action",
    "p": "school action plus",
    "schoolactionplus": "school action plus",
    "s": "a statement",
    "statement": "a statement",
    "statemented": "a statement",
}


def read_provision(text: str) -> str:
    """Read an SEN provision, by code or in words, and give N, K or E.

    The codes from before September 2014 (A, P, S) are refused: which of today's they have become is not ours to guess.
    """
    key = _key(_code_of(text))
    found = _PROVISION_WORDS.get(key)
    if found is not None:
        return found
    if key in _OLD_PROVISIONS:
        raise ValueError(
            f"this means {_OLD_PROVISIONS[key]}, which ended in 2014: expected N (no SEN), K (SEN support) or E (EHC plan)"
        )
    raise ValueError("expected N (no SEN), K (SEN support) or E (EHC plan)")


def _need_key(text: str) -> str:
    words = re.findall(r"[a-z0-9]+", text.casefold())
    singular = {"difficulties": "difficulty", "needs": "need", "impaired": "impairment", "disabilities": "disability"}
    return "".join(singular.get(word, word) for word in words if word not in {"and", "or", "the"})


_NEED_WORDS: Final[Mapping[str, str]] = {
    **{_need_key(code): code for code in NEEDS},
    **{_need_key(name): code for code, name in NEEDS.items()},
    **dict.fromkeys(
        ("asc", "autism", "autismspectrumdisorder", "autismspectrumcondition", "autisticspectrumcondition"), "ASD"
    ),
    **dict.fromkeys(("visualimpairment", "visionimpairment"), "VI"),
    **dict.fromkeys(("downssyndrome", "downsyndrome"), "DS"),
    **dict.fromkeys(("other", "otherdifficultydisability"), "OTH"),
    **dict.fromkeys(("speechlanguagecommunicationneed", "speechlanguagecommunication"), "SLCN"),
    "nospecialistassessment": "NSA",
}


def read_need(text: str) -> str:
    found = _NEED_WORDS.get(_need_key(_code_of(text)))
    if found is not None:
        return found
    if _key(text) in {"besd", "ebd", "esbd"}:
        raise ValueError(
            "this code ended in 2014: expected SEMH (social, emotional and mental health) or another of today's"
        )
    raise ValueError(f"expected a type of need: {', '.join(NEEDS)}")


def read_needs(text: str) -> tuple[str, ...]:
    """Read types of need, the primary one first, separated by commas; one that comes twice is kept once."""
    whole = _NEED_WORDS.get(_need_key(text))
    if whole is not None:
        return (whole,)
    parts = [part for part in re.split(r"\s*[,;/\n]\s*", text.strip()) if part]
    found = tuple(dict.fromkeys(read_need(part) for part in parts))
    if len(found) > 9:
        raise ValueError("up to nine needs are kept: expected the most important ones")
    return found


_SOCIAL_CARE_WORDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("cin", "childinneed", "childreninneed", "s17", "section17"), "child in need"),
    **dict.fromkeys(("cp", "cpp", "childprotection", "childprotectionplan"), "child protection"),
    **dict.fromkeys(
        ("lac", "cla", "lookedafter", "lookedafterchild", "childlookedafter", "incare", "childrenlookedafter"),
        "looked after",
    ),
    **dict.fromkeys(("careleaver", "careleavers", "leavingcare"), "care leaver"),
    **dict.fromkeys(("shortbreaks", "shortbreak"), "short breaks"),
}
_EXPECTED_SOCIAL_CARE = (
    "expected child in need (CIN), child protection (CP), looked after (LAC), care leaver or short breaks, or none"
)


def read_social_care(text: str) -> tuple[str, ...]:
    """Read in which ways a pupil is open to social care, separated by commas; "none" gives ()."""
    found: dict[str, None] = {}
    if _key(text) in {"none", "no", "n", "notopen", "closed"}:
        return ()
    for part in _BETWEEN.split(text.strip()):
        key = _key(part)
        if key in {"y", "yes", "true", "1"}:
            raise ValueError(f"yes does not say which kind: {_EXPECTED_SOCIAL_CARE}")
        if key in {"eh", "earlyhelp", "tac", "taf"}:
            raise ValueError(f"early help is not an open social care case: {_EXPECTED_SOCIAL_CARE}")
        if key not in _SOCIAL_CARE_WORDS:
            raise ValueError(_EXPECTED_SOCIAL_CARE)
        found[_SOCIAL_CARE_WORDS[key]] = None
    return tuple(found)


_PLACE_WORDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("preference", "preferred", "appliedfor", "applied"), "intended"),
    "offer": "offered",
    **dict.fromkeys(("accepted", "confirmed", "named"), "agreed"),
}


def read_tier(text: str) -> str:
    key = _key(text).removesuffix("transition").removesuffix("support").removesuffix("offer")
    for tier in ("universal", "targeted", "enhanced"):
        if key in {tier, tier[0]}:
            return tier
    raise ValueError("expected universal, targeted or enhanced")


def read_place_stage(text: str) -> str:
    key = _key(text)
    found = next((stage for stage in PLACE_STAGES if key in {stage, stage[0]}), None) or _PLACE_WORDS.get(key)
    if found is None:
        raise ValueError("expected intended, offered or agreed")
    return found


def read_sex(text: str) -> str:
    key = _key(text)
    if key in {"f", "female", "girl"}:
        return "F"
    if key in {"m", "male", "boy"}:
        return "M"
    raise ValueError("expected F or M as in the census, or nothing")
