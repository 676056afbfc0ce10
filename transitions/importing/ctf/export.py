"""A partial Common Transfer File of the pupils who go to one school, under the name that systems expect, and in the journal."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from db import exports as store
from db.exports import ExportedPupil
from db.pupils import pupils
from db.pupils.pupils import PupilPage
from transitions.caseload import caseload as caseloads
from transitions.caseload.caseload import Caseload
from transitions.errors import NoSuchRecord, NotAllowed, require
from transitions.exporting.files import described
from transitions.exporting.outgoing import ExportNote, put_in_place
from transitions.exporting.target import check_ending, standard_output, where_and_why
from transitions.importing.ctf.codes import YEAR_GROUPS, FileName, SchoolNumber, language_code, proposed, read_name
from transitions.pupils.markers import Markers, left_out, told_left_out
from transitions.school_year import academic_year
from transitions.text import how_many, printable
from transitions.workspace import Workspace

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


VERSION: Final = "25.0"
_ENGLISH_CODE, _OTHER_LANGUAGE, _NOT_ENGLISH = "ENG", "OTH", "OTB"


class Sender(NamedTuple):
    """Whose file it is: a school, or an authority when the pupils come from several of its schools."""

    number: SchoolNumber
    name: str


def number_of(la: int | None, establishment: int | None) -> SchoolNumber | None:
    return None if la is None or establishment is None else SchoolNumber(f"{la:03d}", f"{establishment:04d}")


def ctf_bytes(sender: Sender, destination: SchoolNumber, pupils: Iterable[ExportedPupil], made_at: datetime) -> bytes:
    from xml.etree.ElementTree import Element, indent, tostring

    year = academic_year(made_at.date())
    root = Element("CTfile")
    header = _under(root, "Header")
    _add_element(header, "DocumentName", "Common Transfer File")
    _add_element(header, "CTFversion", VERSION)
    _add_element(header, "DateTime", made_at.strftime("%Y-%m-%dT%H:%M:%S"))
    _add_element(header, "DocumentQualifier", "partial")
    _add_element(header, "SupplierID", "PupilTransitions")
    source = _under(header, "SourceSchool")
    _put_number(source, sender.number)
    _add_element(source, "SchoolName", sender.name)
    _add_element(source, "AcademicYear", str(year))
    _put_number(_under(header, "DestSchool"), destination)
    data = _under(root, "CTFpupilData")
    for pupil in pupils:
        _pupil(_under(data, "Pupil"), pupil, year)
    indent(root)
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _pupil(element: "Element", row: ExportedPupil, year: int) -> None:
    page = row.page
    _add_element(element, "UPN", page.upn)
    _add_element(element, "UniqueLearnerNumber", page.uln)
    _add_element(element, "Surname", page.surname)
    _add_element(element, "Forename", page.forename)
    _add_element(element, "DOB", page.date_of_birth.isoformat())
    _add_element(element, "Sex", page.sex)
    basic = _under(element, "BasicDetails")
    _add_element(basic, "FormerUPN", page.former_upn)
    _add_element(basic, "PreferredForename", page.preferred_name)
    _add_element(basic, "NCyearActual", YEAR_GROUPS.get(year - page.cohort_year))
    _languages(basic, page)
    if page.free_school_meals:
        _add_element(_under(_under(element, "FSMhistory"), "FSMinstance"), "UKcountry", "ENG")
    if "looked after" in (row.social_care or "").split(", "):
        _add_element(_under(element, "LookedAfter"), "InCare", "true")
    _special_needs(_under(element, "SENhistory"), row)
    _present_school(element, row)
    if not len(basic):
        element.remove(basic)


def _languages(basic: "Element", page: PupilPage) -> None:
    home = (language_code(page.home_language) or _OTHER_LANGUAGE) if page.home_language else None
    spoken = {}
    if page.english_additional_language:
        spoken["F"] = home if home and home != _ENGLISH_CODE else _NOT_ENGLISH
    if home and home not in spoken.values():
        spoken["H"] = home
    languages = _under(basic, "Languages") if spoken else basic
    for kind, code in spoken.items():
        one = _under(languages, "Type")
        _add_element(one, "LanguageType", kind)
        _add_element(one, "Language", code)


def _special_needs(history: "Element", row: ExportedPupil) -> None:
    _add_element(_under(history, "SEN"), "SENprovision", row.page.sen_provision)
    codes = [code for code in (row.primary_need, row.secondary_need, row.need_3) if code]
    needs = _under(history, "SENneeds") if codes else history
    for rank, code in enumerate(codes, 1):
        need = _under(needs, "SENneed")
        _add_element(need, "SENtypeRank", str(rank))
        _add_element(need, "SENtype", code)


def _present_school(element: "Element", row: ExportedPupil) -> None:
    number = number_of(row.school_la, row.school_establishment)
    if number is None:
        return
    school = _under(_under(element, "SchoolHistory"), "School")
    _put_number(school, number)
    _add_element(school, "SchoolName", row.page.school)
    _add_element(school, "LastSchool", "true")


def _put_number(element: "Element", number: SchoolNumber) -> None:
    _add_element(element, "LEA", number.la)
    _add_element(element, "Estab", number.establishment)


def _under(parent: "Element", name: str) -> "Element":
    from xml.etree.ElementTree import SubElement

    return SubElement(parent, name)


def _add_element(parent: "Element", name: str, text: str | None) -> None:
    if text:
        _under(parent, name).text = printable(text)


class ExportedCtf(NamedTuple):
    """Where the file is (None for standard output), how many pupils it holds, and what is worth saying about it."""

    path: Path | None
    pupils: int
    notes: tuple[str, ...] = ()


def export_ctf(
    workspace: Workspace,
    caseload: Caseload,
    to_school_id: int,
    target: Path | None,
    *,
    purpose: str = "",
    overwrite: bool = False,
) -> ExportedCtf:
    """Write the pupils of the caseload whose next school is ``to_school_id``, and no others, to ``target``.

    In a folder the file gets its right name with the next free counter; None is standard output. The journal notes who
    received it and for what ``purpose``.

    Raises NoSuchRecord when no pupil of the caseload goes there, NotAllowed when a school lacks its DfE number or the
    pupils come from several authorities, and CannotWrite.
    """
    if target is not None and not target.is_dir():
        check_ending(target, ".xml")
    name, destination = _receiver(workspace, to_school_id)
    pupils, held_back = _going(workspace, caseload, to_school_id, name)
    sender = _sender(pupils)
    if target is not None and target.is_dir():
        target = proposed(target, sender.number, destination)
    made_at = datetime.combine(workspace.clock.today, workspace.clock.now().time())
    data = ctf_bytes(sender, destination, pupils, made_at)
    summary = ExportNote(
        "Exported Common Transfer File", _summary(workspace, caseload, name, len(pupils), held_back, target, purpose)
    )
    if target is None:
        with standard_output(workspace, lambda: summary) as out:
            out.write(data)
    else:
        with put_in_place(workspace, target, lambda: summary, overwrite=overwrite) as made:
            made.write_bytes(data)
    notes = [told_left_out(held_back)] if held_back else []
    notes += _worth_saying(pupils, target, sender.number, destination)
    return ExportedCtf(target, len(pupils), tuple(notes))


def _receiver(workspace: Workspace, school_id: int) -> tuple[str, SchoolNumber]:
    school = require(
        pupils.record(workspace.read(), "school", school_id),
        "The school is no longer there: choose another.",
    )
    number = number_of(school["la_number"], school["establishment_number"])
    if number is None:
        raise NotAllowed(
            f"{school['name']} has no DfE number here, which the file needs. Record it with the school first."
        )
    return school["name"], number


def _going(workspace: Workspace, caseload: Caseload, school_id: int, name: str) -> tuple[list[ExportedPupil], str]:
    """The pupils who go there, and in words how many are held back."""
    # Who is at or goes to a school is one filter, so that a file for one school does not read the county.
    narrowed = caseload if caseload.school_id is not None else replace(caseload, school_id=school_id)
    connection = workspace.read()
    going = store.going_to(connection, school_id)
    found = store.pupils(connection, caseloads.selection(workspace, narrowed), caseload.sort)
    pupils = [pupil for pupil in found if pupil.page.id in going]
    held_back = Markers(workspace).held_back
    passing = [pupil for pupil in pupils if pupil.page.id not in held_back]
    if pupils and not passing:
        raise NotAllowed(f"Nothing was written: {left_out(len(pupils))}. Their pages say why.")
    if not pupils:
        raise NoSuchRecord(f"No pupil in this list has {name} as the next school, so there is nothing to send there.")
    return passing, left_out(len(pupils) - len(passing))


def _sender(pupils: Sequence[ExportedPupil]) -> Sender:
    schools = {(number_of(row.school_la, row.school_establishment), row.page.school) for row in pupils}
    number, name = next(iter(schools))
    if len(schools) == 1 and number is not None:
        return Sender(number, name or "")
    authorities = {row.school_la for row in pupils if row.school_la is not None}
    if len(authorities) == 1:
        return Sender(SchoolNumber(f"{authorities.pop():03d}", "LLLL"), "")
    if not authorities:
        raise NotAllowed("The pupils' current school has no DfE number here, which the file needs. Record it first.")
    raise NotAllowed("The pupils come from schools of several authorities: make a file for each school, with --school.")


def _summary(
    workspace: Workspace, caseload: Caseload, name: str, pupils: int, held_back: str, target: Path | None, purpose: str
) -> list[str]:
    parts = [
        f"to {name}",
        described(workspace, caseload),
        how_many(pupils, "pupil"),
        *([held_back] if held_back else []),
    ]
    return [*parts, *where_and_why(target, purpose=purpose)]


def _worth_saying(
    pupils: Sequence[ExportedPupil], target: Path | None, source: SchoolNumber, destination: SchoolNumber
) -> list[str]:
    notes = []
    if target is not None and read_name(target.name) != FileName(source, destination):
        right = proposed(target.parent, source, destination).name
        notes.append(f"Schools' systems only accept it with the right name, which is {right}.")
    without = sum(pupil.page.upn is None for pupil in pupils)
    if without:
        who = "1 pupil has" if without == 1 else f"{without:,} pupils have"
        notes.append(f"{who} no UPN here, and a school's system may refuse the file without one.")
    return notes
