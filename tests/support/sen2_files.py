"""A made-up SEN2 return in five modules, under the names that its exports use."""

from pathlib import Path

from transitions.identifiers import make_upn

UPNS = [make_upn(999, 2001, 2024, serial) for serial in range(1, 8)]
PERSONS = "persontableid,surname,forename,personbirthdate,sex,ethnicity,postcode,upn,uniquelearnernumber,upnunknown"
RETURN = {
    "person.csv": f"""{PERSONS}
1,Testpupil,Alex,2016-Feb-15 00:00:00,F,WBRI,NM1 1AA,{UPNS[0]},1234567899,
2,Sampleson,Robin,2015-Sep-20 00:00:00,M,WBRI,NM1 1AA,{UPNS[1]},,
3,Madeup,Kim,2015-Oct-02 00:00:00,F,WBRI,NM1 1AA,{UPNS[2]},,
4,Ceased,Lee,2010-Oct-02 00:00:00,F,WBRI,NM1 1AA,{UPNS[3]},,
""",
    "requests.csv": """requeststableid,persontableid,receiveddate,rya,requestoutcomedate,requestoutcome,exported
11,1,2021-Sep-28 00:00:00,0,2021-Oct-28 00:00:00,Y,
12,2,2021-Sep-28 00:00:00,0,2021-Oct-28 00:00:00,Y,
13,3,2021-Sep-28 00:00:00,0,2021-Oct-28 00:00:00,Y,
14,4,2019-Sep-28 00:00:00,0,2019-Oct-28 00:00:00,Y,
""",
    "named_plan.csv": """namedplantableid,requeststableid,startdate,planres,planwbp,pb,oa,dp,ceasedate,ceasereason
21,11,2022-Jan-10 00:00:00,N,N,N,N,N,,
22,12,2022-Jan-10 00:00:00,N,N,N,N,N,,
23,13,2022-Jan-10 00:00:00,N,N,N,N,N,,
24,14,2020-Jan-10 00:00:00,N,N,N,N,N,2026-Jul-03 00:00:00,2
""",
    "active_plans.csv": """activeplanstableid,requeststableid,transferla,reviewmeeting,reviewoutcome,reviewdraft,phasetransferduedate,phasetransferfinaldate,lastreview
31,11,,2026-Nov-10 00:00:00,A,,2027-Feb-15 00:00:00,2026-Nov-18 00:00:00,2025-Nov-20 00:00:00
32,12,,,,,,,2026-Oct-01 00:00:00
33,13,,,,,,,
""",
    "placement_detail.csv": """placementdetailtableid,activeplanstableid,urn,ukprn,sensetting,placementrank,entrydate,leavingdate
41,31,900002,,,1,2026-Sep-01 00:00:00,
42,31,900001,,,2,2026-Sep-01 00:00:00,
43,32,900001,,,1,2020-Sep-01 00:00:00,2026-Aug-31 00:00:00
44,32,900002,,,1,2026-Sep-01 00:00:00,
""",
    "sen_need.csv": """senneedtableid,activeplanstableid,sentype,sentyperank
51,31,SLCN,2
52,31,ASD,1
53,32,SEMH,1
""",
}


def put_return(folder: Path, **changed: str | None) -> Path:
    """Write the modules into a folder, those of ``changed`` with other text or, for None, not at all; gives the person file."""
    folder.mkdir(exist_ok=True)
    for name, usual in RETURN.items():
        text = changed.get(name.removesuffix(".csv"), usual)
        if text is not None:
            (folder / name).write_text(text, encoding="utf-8")
    return folder / "person.csv"
