"""The words behind the codes of a Common Transfer File.

Codes: the Department's common basic data set; of its languages those that schools meet most. A code that is not among
them is kept as it stands.
"""

from collections.abc import Mapping
from typing import Final

from transitions.text import searchable

__all__ = ["ENGLISH", "LANGUAGES", "NOT_KNOWN", "OTHER_THAN_ENGLISH", "YEAR_GROUPS", "language_code", "relationship"]

YEAR_GROUPS: Final[Mapping[int, str]] = {-2: "N1", -1: "N2", 0: "R", **{group: str(group) for group in range(1, 15)}}

ENGLISH: Final = frozenset({"ENG", "ENB"})
"""English, and believed to be English."""
OTHER_THAN_ENGLISH: Final = frozenset({"OTB", "OTH"})
"""Believed to be other than English, and a language that has no code."""
NOT_KNOWN: Final = frozenset({"NOT", "REF", "ZZZ"})
"""Not obtained, refused, not classified yet."""

LANGUAGES: Final[Mapping[str, str]] = {
    "AKA": "Akan", "ALB": "Albanian", "AMR": "Amharic", "ARA": "Arabic", "ARM": "Armenian", "BNG": "Bengali",
    "BSL": "British Sign Language", "BUL": "Bulgarian", "CHI": "Chinese", "CYM": "Welsh", "CZE": "Czech", "DAN": "Danish",
    "DUT": "Dutch", "ENG": "English", "EST": "Estonian", "FIN": "Finnish", "FRN": "French", "GAE": "Irish",
    "GEO": "Georgian", "GER": "German", "GRE": "Greek", "GUJ": "Gujarati", "HAU": "Hausa", "HEB": "Hebrew",
    "HGR": "Hungarian", "HIN": "Hindi", "IGB": "Igbo", "ITA": "Italian", "JPN": "Japanese", "KIN": "Kinyarwanda",
    "KOR": "Korean", "KRI": "Krio", "KUR": "Kurdish", "LGA": "Luganda", "LIN": "Lingala", "LIT": "Lithuanian",
    "LTV": "Latvian", "MAR": "Marathi", "MLM": "Malayalam", "MLT": "Maltese", "NEP": "Nepali", "NOR": "Norwegian",
    "ORM": "Oromo", "PAT": "Pashto", "PNJ": "Panjabi", "POL": "Polish", "POR": "Portuguese", "PRS": "Persian",
    "RMN": "Romanian", "RUS": "Russian", "SHO": "Shona", "SLO": "Slovak", "SLV": "Slovenian", "SND": "Sindhi",
    "SNH": "Sinhala", "SOM": "Somali", "SPA": "Spanish", "SWA": "Swahili", "SWE": "Swedish", "TAM": "Tamil",
    "TEL": "Telugu", "TGL": "Tagalog", "TGR": "Tigrinya", "THA": "Thai", "TUR": "Turkish", "UKR": "Ukrainian",
    "URD": "Urdu", "VIE": "Vietnamese", "WOL": "Wolof", "XHO": "Xhosa", "YOR": "Yoruba", "ZUL": "Zulu",
}  # fmt: skip

_OTHER_NAMES: Final[Mapping[str, str]] = {
    "punjabi": "PNJ", "farsi": "PRS", "bangla": "BNG", "pashtu": "PAT", "filipino": "TGL", "sinhalese": "SNH",
    "mandarin": "CHI", "cantonese": "CHI", "british sign": "BSL", "bsl": "BSL", "twi": "AKA",
}  # fmt: skip
_CODES: Final = {**{searchable(name): code for code, name in LANGUAGES.items()}, **_OTHER_NAMES}

_RELATIONSHIPS: Final[Mapping[str, str]] = {
    "PAM": "mother",
    "PAF": "father",
    "STP": "step-parent",
    "CAR": "carer",
    "FAM": "other family member",
    "SWR": "social worker",
}


def language_code(name: str) -> str | None:
    """Give the code of a language by its name or its code; None for one that has none here."""
    return name.upper() if name.upper() in LANGUAGES else _CODES.get(searchable(name))


def relationship(code: str) -> str:
    """Give the words for how a person is related to the pupil; a code that is not known stays."""
    return _RELATIONSHIPS.get(code.upper(), code)
