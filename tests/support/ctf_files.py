"""Made-up Common Transfer Files in three public styles, and a builder for one pupil at a time."""

from pathlib import Path

from builders import add_school

from transitions.identifiers import make_upn
from transitions.workspace import Workspace

OAK, CONYERS = (808, 4000), (808, 4999)
UPNS = [make_upn(808, 4000, 2024, serial) for serial in range(1, 10)]

NATIONAL_25 = f"""<?xml version="1.0" encoding="utf-8"?>
<CTfile>
  <Header>
    <DocumentName>Common Transfer File</DocumentName>
    <CTFversion>25.0</CTFversion>
    <DateTime>2026-10-05T09:00:00</DateTime>
    <DocumentQualifier>partial</DocumentQualifier>
    <SupplierID>Madeup</SupplierID>
    <SourceSchool><LEA>XXX</LEA><Estab>XXXX</Estab><AcademicYear>2026</AcademicYear></SourceSchool>
    <DestSchool><LEA>808</LEA><Estab>4999</Estab></DestSchool>
  </Header>
  <CTFpupilData>
    <Pupil>
      <UPN>{UPNS[0]}</UPN><Surname>Testpupil</Surname><Forename>Alex</Forename><DOB>2016-02-15</DOB><Sex>F</Sex>
      <FSMhistory>
        <FSMinstance><FSMstartDate>2022-09-05</FSMstartDate><FSMendDate>2023-07-21</FSMendDate><UKcountry>ENG</UKcountry></FSMinstance>
        <FSMinstance><FSMstartDate>2025-09-01</FSMstartDate><UKcountry>ENG</UKcountry><FSMCategory>TFSM</FSMCategory></FSMinstance>
      </FSMhistory>
      <NAWdetails><SpeakWelsh>2</SpeakWelsh></NAWdetails>
      <StageAssessments><KeyStage><Stage>KS1</Stage><StageAssessment><Locale>ENG</Locale><Year>2023</Year>
        <Subject>MAT</Subject><Method>TT</Method><Component>ALL</Component><ResultStatus>R</ResultStatus>
        <ResultQualifier>NS</ResultQualifier><Result>101</Result></StageAssessment></KeyStage></StageAssessments>
    </Pupil>
  </CTFpupilData>
</CTfile>
"""
"""As the national service writes it: partial, Sex, no school of its own."""

SYSTEM_17 = f"""<?xml version="1.0"?>
<ctf:CTfile xmlns:ctf="http://example.invalid/ctf/17" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
 <ctf:Header><ctf:DocumentName>Common Transfer File</ctf:DocumentName><ctf:CTFversion>17.0</ctf:CTFversion>
  <ctf:DateTime>2026-10-05T14:05:11</ctf:DateTime><ctf:DocumentQualifier>full</ctf:DocumentQualifier>
  <ctf:SourceSchool><ctf:LEA>808</ctf:LEA><ctf:Estab>4000</ctf:Estab><ctf:SchoolName>Oak Primary</ctf:SchoolName>
   <ctf:AcademicYear>2026</ctf:AcademicYear></ctf:SourceSchool>
  <ctf:DestSchool><ctf:LEA>808</ctf:LEA><ctf:Estab>4999</ctf:Estab></ctf:DestSchool></ctf:Header>
 <ctf:CTFpupilData><ctf:Pupil>
  <ctf:ApplicationReference>808-2026-09-E-000001</ctf:ApplicationReference>
  <ctf:UPN>{UPNS[1]}</ctf:UPN><ctf:UniqueLearnerNumber>1234567899</ctf:UniqueLearnerNumber>
  <ctf:Surname>Sampleson</ctf:Surname><ctf:Forename>Robin</ctf:Forename><ctf:DOB>2015-09-20</ctf:DOB><ctf:Gender>M</ctf:Gender>
  <ctf:BasicDetails><ctf:FormerUPN>{UPNS[8]}</ctf:FormerUPN><ctf:PreferredSurname>Sampleson</ctf:PreferredSurname>
   <ctf:PreferredForename>Rob</ctf:PreferredForename><ctf:MiddleNames>Made Up</ctf:MiddleNames>
   <ctf:NCyearActual>6</ctf:NCyearActual><ctf:Ethnicity>WBRI</ctf:Ethnicity>
   <ctf:Languages><ctf:Type><ctf:LanguageType>F</ctf:LanguageType><ctf:Language>PNJ</ctf:Language></ctf:Type>
    <ctf:Type><ctf:LanguageType>H</ctf:LanguageType><ctf:Language>URD</ctf:Language></ctf:Type></ctf:Languages>
   <ctf:EnrolStatus>C</ctf:EnrolStatus><ctf:MedicalFlag>false</ctf:MedicalFlag></ctf:BasicDetails>
  <ctf:LookedAfter><ctf:InCare>true</ctf:InCare><ctf:CareAuthority>808</ctf:CareAuthority></ctf:LookedAfter>
  <ctf:SENhistory>
   <ctf:SEN><ctf:StartDate>2024-01-09</ctf:StartDate><ctf:SENprovision>E</ctf:SENprovision></ctf:SEN>
   <ctf:SEN><ctf:StartDate>2021-01-09</ctf:StartDate><ctf:SENprovision>K</ctf:SENprovision></ctf:SEN>
   <ctf:SENneeds><ctf:SENneed><ctf:SENtypeRank>2</ctf:SENtypeRank><ctf:SENtype>SEMH</ctf:SENtype></ctf:SENneed>
    <ctf:SENneed><ctf:SENtypeRank>1</ctf:SENtypeRank><ctf:SENtype>ASD</ctf:SENtype></ctf:SENneed></ctf:SENneeds>
  </ctf:SENhistory>
  <ctf:Address><ctf:PostCode>TS18 1TU</ctf:PostCode></ctf:Address>
  <ctf:Contacts>
   <ctf:Contact><ctf:Order>2</ctf:Order><ctf:Title>Mr</ctf:Title><ctf:Surname>Sampleson</ctf:Surname><ctf:Forename>Pat</ctf:Forename>
    <ctf:Relationship>PAF</ctf:Relationship></ctf:Contact>
   <ctf:Contact><ctf:Order>1</ctf:Order><ctf:Surname>Madeup</ctf:Surname><ctf:Forename>Kim</ctf:Forename>
    <ctf:Relationship>PAM</ctf:Relationship><ctf:Phones><ctf:Phone><ctf:TelephoneType>M</ctf:TelephoneType>
    <ctf:PhoneNo>07700 900123</ctf:PhoneNo></ctf:Phone></ctf:Phones><ctf:Email>kim@example.invalid</ctf:Email></ctf:Contact>
  </ctf:Contacts>
  <ctf:Attendance>
   <ctf:YearData><ctf:Year>2025</ctf:Year><ctf:SessionsPossible>380</ctf:SessionsPossible><ctf:SessionsAttended>190</ctf:SessionsAttended></ctf:YearData>
   <ctf:YearData><ctf:Year>2026</ctf:Year><ctf:SessionsPossible>40</ctf:SessionsPossible><ctf:SessionsAttended>38</ctf:SessionsAttended></ctf:YearData>
  </ctf:Attendance>
  <ctf:SchoolHistory>
   <ctf:School><ctf:LEA>808</ctf:LEA><ctf:Estab>4000</ctf:Estab><ctf:SchoolName>Oak Primary</ctf:SchoolName>
    <ctf:EntryDate>2022-09-05</ctf:EntryDate><ctf:LastSchool>true</ctf:LastSchool></ctf:School>
   <ctf:School><ctf:LEA>808</ctf:LEA><ctf:Estab>3000</ctf:Estab><ctf:SchoolName>Acorn Infants</ctf:SchoolName>
    <ctf:EntryDate>2019-09-03</ctf:EntryDate><ctf:LeavingDate>2022-07-21</ctf:LeavingDate></ctf:School>
  </ctf:SchoolHistory>
 </ctf:Pupil></ctf:CTFpupilData>
</ctf:CTfile>
"""
"""As a school's system writes it: full, Gender, a namespace with a prefix, histories newest first."""

OLDER_15 = f"""<?xml version="1.0" encoding="ISO-8859-1"?>
<CTfile xmlns="http://example.invalid/ctf/15">
<CTFpupilData>
<Pupil><Gender>F</Gender><DOB>2015-10-01</DOB><Forename>ZO\u00cb</Forename><Surname>EXAMPLE</Surname><UPN>{UPNS[2].lower()}</UPN>
<SENhistory><SENneeds/><SEN><SENprovision>N</SENprovision><StartDate>2020-09-01</StartDate></SEN></SENhistory>
<FSMhistory><FSMreviewDate>2024-01-10</FSMreviewDate><FSMinstance/></FSMhistory>
<Attendance/><Contacts><Contact/></Contacts><SchoolHistory></SchoolHistory><LookedAfter><InCare/></LookedAfter>
<BasicDetails><PreferredForename>ZO\u00cb</PreferredForename><NCyearActual>6</NCyearActual><FormerUPN/><Languages/></BasicDetails>
<FutureThing><Deep><Deeper>kept out</Deeper></Deep></FutureThing></Pupil>
</CTFpupilData>
<Header><DestSchool><Estab>4999</Estab><LEA>808</LEA></DestSchool><SourceSchool><Estab>4000</Estab><LEA>808</LEA></SourceSchool>
<CTFversion>15.0</CTFversion><DateTime>2026-10-05T00:00:00</DateTime></Header>
</CTfile>
"""
"""As an older system writes it: header last, another order, names in capitals, empty elements, Latin letters in one byte."""

STYLES = {"national": NATIONAL_25, "system": SYSTEM_17, "older": OLDER_15}


def encoded(text: str) -> bytes:
    return text.encode("latin-1" if "ISO-8859-1" in text else "utf-8")


def put(folder: Path, text: str | bytes, name: str = "8084000_CTF_8084999_001.xml") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else encoded(text))
    return path


def pupil(
    upn: str = UPNS[0], surname: str = "Testpupil", forename: str = "Alex", dob: str = "2016-02-15", more: str = ""
) -> str:
    """One pupil's element; ``more`` goes behind the names."""
    return f"<Pupil><UPN>{upn}</UPN><Surname>{surname}</Surname><Forename>{forename}</Forename><DOB>{dob}</DOB>{more}</Pupil>"


def ctf(
    *pupils: str,
    source: tuple[str, str] = ("808", "4000"),
    destination: tuple[str, str] = ("808", "4999"),
    made: str = "2026-10-05",
    header: str = "",
    version: str = "25.0",
) -> str:
    """A whole file around these pupils."""
    return (
        f"<CTfile><Header><CTFversion>{version}</CTFversion><DateTime>{made}T10:00:00</DateTime>{header}"
        f"<SourceSchool><LEA>{source[0]}</LEA><Estab>{source[1]}</Estab></SourceSchool>"
        f"<DestSchool><LEA>{destination[0]}</LEA><Estab>{destination[1]}</Estab></DestSchool></Header>"
        f"<CTFpupilData>{''.join(pupils)}</CTFpupilData></CTfile>"
    )


def add_schools(workspace: Workspace) -> tuple[int, int]:
    """Oak Primary, which sends, and Conyers, which receives."""
    oak = add_school(workspace, "Oak Primary", urn=111744, la_number=OAK[0], establishment_number=OAK[1], high_age=11)
    conyers = add_school(workspace, "Conyers", urn=138089, la_number=CONYERS[0], establishment_number=CONYERS[1])
    return oak, conyers
