"""What young people do after Year 11: the activity codes of the national client caseload (NCCIS), and what each counts as.

Source: the client caseload's published current activity codes. 550 stands under employment in one copy and under NEET in
another; it counts as taking part here.
"""

from collections.abc import Mapping
from typing import Final, Literal

from transitions.fields import read_whole_number

Group = Literal["in learning or work", "NEET", "not known", "custody", "still at school"]

ACTIVITIES: Final[Mapping[int, str]] = {
    110: "registered at a school",
    120: "educated at home",
    130: "in custody, of school age",
    140: "not registered at a school",
    150: "not known, of school age",
    210: "school sixth form",
    220: "sixth-form college",
    230: "further education",
    240: "higher education",
    250: "part-time education",
    260: "gap year before higher education",
    270: "full-time education, other",
    280: "special post-16 institution",
    290: "full-time education in custody",
    310: "apprenticeship",
    320: "full-time job with regulated study",
    330: "job without training",
    340: "job with other training",
    350: "temporary job",
    360: "part-time job",
    380: "self-employed",
    381: "self-employed with study",
    410: "work-based learning",
    430: "other training",
    440: "training of the employment service",
    450: "traineeship",
    460: "supported internship",
    530: "re-engagement provision",
    540: "working, not for reward",
    550: "working, not for reward, with part-time study",
    610: "not yet ready for work or learning",
    615: "start agreed, not of regulated learning",
    616: "start agreed of regulated learning",
    619: "looking for work or learning",
    620: "carer",
    630: "teenage parent",
    640: "illness",
    650: "pregnancy",
    660: "religious grounds",
    670: "unlikely ever to be economically active",
    680: "not available, other reason",
    710: "custody (young adult offender)",
    720: "refugee or asylum seeker (older code)",
    810: "not known",
    820: "cannot be contacted",
    830: "refused to say",
}

_BY_FIRST: Final[Mapping[int, Group]] = {
    1: "still at school",
    2: "in learning or work",
    3: "in learning or work",
    4: "in learning or work",
    5: "in learning or work",
    6: "NEET",
    7: "custody",
    8: "not known",
}
_OTHERWISE: Final[Mapping[int, Group]] = {540: "NEET", 720: "NEET"}


def read_activity(text: str) -> int:
    """Read a code, with or without its words behind it. Raises ValueError for one that is not of the list."""
    code = read_whole_number(text.strip().partition(" ")[0], 100, 999)
    if code not in ACTIVITIES:
        raise ValueError("expected an activity code of the client caseload, such as 230 (further education) or 619")
    return code


def group_of(code: int) -> Group:
    """What a code counts as; custody is out of the base."""
    return _OTHERWISE.get(code) or _BY_FIRST[code // 100]
