"""The words behind the codes of a Common Transfer File.

Codes: the Department's common basic data set; of its languages those that schools meet most. A code that is not among
them is kept as it stands.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from transitions.text import searchable

_NAME = re.compile(r"([0-9]{3}(?:[0-9]{4}|L{4})|X{7})_CTF_([0-9]{3}(?:[0-9]{4}|L{4})|X{7}|M{7})_([0-9]{3})\.XML")
_COPY = re.compile(r"[ _-]*(?:\([0-9]+\)|copy)(?=\.xml$)", re.IGNORECASE)
"""What a browser or a person puts behind the name of a second copy."""
_LAST = 999


class SchoolNumber(NamedTuple):
    """The two parts of a DfE number as a file writes them, digits or the letters that stand for them."""

    la: str
    establishment: str

    def __str__(self) -> str:
        return f"{self.la}/{self.establishment}"

    @property
    def is_school(self) -> bool:
        return len(self.la) == 3 and len(self.establishment) == 4 and (self.la + self.establishment).isdecimal()


class FileName(NamedTuple):
    """Who a file's name says it comes from, and where it goes."""

    source: SchoolNumber
    destination: SchoolNumber


def read_name(name: str) -> FileName | None:
    """Read the name of a file, in any letter case and with the "(1)" of a second download; None when it is another name."""
    found = _NAME.fullmatch(_COPY.sub("", name).upper())
    return None if found is None else FileName(_parted(found[1]), _parted(found[2]))


def mismatches(name: str, source: SchoolNumber | None, destination: SchoolNumber | None) -> list[str]:
    known = read_name(name)
    if known is None:
        return []
    pairs = (("comes from", known.source, source), ("goes to", known.destination, destination))
    return [
        f"the file name says it {verb} {by_name}, its header says {by_header}: ask the sender which is right"
        for verb, by_name, by_header in pairs
        if by_header is not None and by_name != by_header
    ]


def proposed(folder: Path, source: SchoolNumber, destination: SchoolNumber) -> Path:
    """The path in ``folder`` with the right name and the first counter that is free, from 001."""
    stem = f"{source.la}{source.establishment}_CTF_{destination.la}{destination.establishment}"
    names = (folder / f"{stem}_{counter:03d}.xml" for counter in range(1, _LAST + 1))
    return next((path for path in names if not path.exists()), folder / f"{stem}_{_LAST:03d}.xml")


def _parted(text: str) -> SchoolNumber:
    return SchoolNumber(text[:3], text[3:])


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
    return name.upper() if name.upper() in LANGUAGES else _CODES.get(searchable(name))


def relationship(code: str) -> str:
    return _RELATIONSHIPS.get(code.upper(), code)
