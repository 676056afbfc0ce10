"""Writing a partial Common Transfer File: what the record can vouch for, in the elements that the Department's own service uses.

Days on which something began, and sessions attended, are not in the record, so they are not in the file: none is made up. Of
social care there is only that a pupil is looked after, as the form of the file has it; people and notes stay here.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from db.exports import ExportedPupil
from transitions.importing.ctf.codes import YEAR_GROUPS, language_code
from transitions.importing.ctf.file_name import SchoolNumber
from transitions.school_year import academic_year
from transitions.text import printable

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

__all__ = ["VERSION", "Sender", "ctf_bytes", "number_of"]

VERSION: Final = "25.0"
_ENGLISH_CODE, _OTHER_LANGUAGE, _NOT_ENGLISH = "ENG", "OTH", "OTB"


class Sender(NamedTuple):
    """Whose file it is: a school, or an authority when the pupils come from several of its schools."""

    number: SchoolNumber
    name: str


def number_of(la: int | None, establishment: int | None) -> SchoolNumber | None:
    """Give the DfE number of a school in the two parts of a file; None when the record lacks one of them."""
    return None if la is None or establishment is None else SchoolNumber(f"{la:03d}", f"{establishment:04d}")


def ctf_bytes(sender: Sender, destination: SchoolNumber, pupils: Iterable[ExportedPupil], made_at: datetime) -> bytes:
    """Give the file, UTF-8, for these pupils as they stand on the day of ``made_at``."""
    from xml.etree.ElementTree import Element, indent, tostring

    year = academic_year(made_at.date())
    root = Element("CTfile")
    header = _under(root, "Header")
    _put(header, "DocumentName", "Common Transfer File")
    _put(header, "CTFversion", VERSION)
    _put(header, "DateTime", made_at.strftime("%Y-%m-%dT%H:%M:%S"))
    _put(header, "DocumentQualifier", "partial")
    _put(header, "SupplierID", "PupilTransitions")
    source = _under(header, "SourceSchool")
    _put_number(source, sender.number)
    _put(source, "SchoolName", sender.name)
    _put(source, "AcademicYear", str(year))
    _put_number(_under(header, "DestSchool"), destination)
    data = _under(root, "CTFpupilData")
    for pupil in pupils:
        _pupil(_under(data, "Pupil"), pupil, year)
    indent(root)
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _pupil(element: "Element", row: ExportedPupil, year: int) -> None:
    _put(element, "UPN", row.upn)
    _put(element, "UniqueLearnerNumber", row.uln)
    _put(element, "Surname", row.surname)
    _put(element, "Forename", row.forename)
    _put(element, "DOB", row.date_of_birth)
    _put(element, "Sex", row.sex)
    basic = _under(element, "BasicDetails")
    _put(basic, "FormerUPN", row.former_upn)
    _put(basic, "PreferredForename", row.preferred_name)
    _put(basic, "NCyearActual", YEAR_GROUPS.get(year - row.cohort_year))
    _languages(basic, row)
    if row.free_school_meals:
        _put(_under(_under(element, "FSMhistory"), "FSMinstance"), "UKcountry", "ENG")
    if "looked after" in (row.social_care or "").split(", "):
        _put(_under(element, "LookedAfter"), "InCare", "true")
    _special_needs(_under(element, "SENhistory"), row)
    _present_school(element, row)
    if not len(basic):
        element.remove(basic)


def _languages(basic: "Element", row: ExportedPupil) -> None:
    """Write the first language when it is known whether that is English, and the language of the home when that is another."""
    home = (language_code(row.home_language) or _OTHER_LANGUAGE) if row.home_language else None
    spoken = {}
    if row.english_additional_language:
        spoken["F"] = home if home and home != _ENGLISH_CODE else _NOT_ENGLISH
    if home and home not in spoken.values():
        spoken["H"] = home
    languages = _under(basic, "Languages") if spoken else basic
    for kind, code in spoken.items():
        one = _under(languages, "Type")
        _put(one, "LanguageType", kind)
        _put(one, "Language", code)


def _special_needs(history: "Element", row: ExportedPupil) -> None:
    _put(_under(history, "SEN"), "SENprovision", row.sen_provision)
    codes = [code for code in (row.primary_need, row.secondary_need, row.need_3) if code]
    needs = _under(history, "SENneeds") if codes else history
    for rank, code in enumerate(codes, 1):
        need = _under(needs, "SENneed")
        _put(need, "SENtypeRank", str(rank))
        _put(need, "SENtype", code)


def _present_school(element: "Element", row: ExportedPupil) -> None:
    number = number_of(row.school_la, row.school_establishment)
    if number is None:
        return
    school = _under(_under(element, "SchoolHistory"), "School")
    _put_number(school, number)
    _put(school, "SchoolName", row.school)
    _put(school, "LastSchool", "true")


def _put_number(element: "Element", number: SchoolNumber) -> None:
    _put(element, "LEA", number.la)
    _put(element, "Estab", number.establishment)


def _under(parent: "Element", name: str) -> "Element":
    from xml.etree.ElementTree import SubElement

    return SubElement(parent, name)


def _put(parent: "Element", name: str, text: str | None) -> None:
    if text:
        _under(parent, name).text = printable(text)
