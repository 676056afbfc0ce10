"""Each record behind the figures in a sentence, and its changes in the history of the pupil."""

from datetime import date

import pytest
from builders import add_pupil, add_school

from db.impact.records import (
    ActivityRow,
    AttendanceWeekRow,
    CaseStudyRow,
    EnteredRow,
    OfferRow,
    ReadinessRow,
    RecommendationRow,
    ReferralRow,
    ScoreRow,
    ServiceRow,
)
from transitions.impact import records as kinds
from transitions.impact.listing import sentence
from transitions.pupils import history
from transitions.pupils.history import FieldTold
from transitions.pupils.small_records import save
from transitions.workspace import Workspace

DAY = date(2026, 9, 14)
LATER = date(2026, 9, 20)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (
            ReferralRow(1, 1, 1, "Conyers", "Calm", "anxiety", None, DAY, LATER, "accepted", None),
            "Referred to Calm on 14 Sep 2026 for anxiety: accepted on 20 Sep 2026",
        ),
        (
            ReferralRow(1, 1, None, None, "Calm", None, None, DAY, None, None, None),
            "Referred to Calm on 14 Sep 2026: no answer yet",
        ),
        (
            ServiceRow(1, "Calm", "secondary", None, "Ambershire", None, None, None, None, LATER),
            "Calm, secondary, Ambershire, ended on 20 Sep 2026",
        ),
        (
            OfferRow(1, 1, "gold", "N. Ame", 1.0, "achieved", DAY, None),
            "Gold, 1 Navigator day a week, N. Ame, Healthy Schools: achieved, since 14 Sep 2026",
        ),
        (OfferRow(1, 1, "silver", None, 2.5, None, DAY, LATER), "Silver, 2.5 Navigator days a week, from 14 Sep 2026 to 20 Sep 2026"),
        (
            RecommendationRow(1, "Review", "Every child has a plan", None, None, None, None, None, 3, DAY, None, None, None),
            "Every child has a plan: 3 Slipped",
        ),
        (ScoreRow(1, 1, "Kidscreen-52", "autonomy", "after", DAY, 41.0), "Kidscreen-52, autonomy: 41 after the move, on 14 Sep 2026"),
        (
            ReadinessRow(1, 1, DAY, False, 4, None, 5),
            "Readiness on 14 Sep 2026: not a good level of development yet; school 4, family 5 of 5",
        ),
        (ReadinessRow(1, 1, DAY, None, None, None, None), "Readiness on 14 Sep 2026: nothing said"),
        (
            ActivityRow(1, 1, 230, DAY, None, "Riverside", None),
            "Further education (230) at Riverside, since 14 Sep 2026",
        ),
        (
            CaseStudyRow(1, 1, None, "A calm start", "It went well", DAY, "mother", DAY, None),
            "Case study “A calm start”: mother agreed on 14 Sep 2026",
        ),
        (
            CaseStudyRow(1, 1, None, "A calm start", "It went well", DAY, "mother", DAY, LATER),
            "Case study “A calm start”: agreement withdrawn on 20 Sep 2026",
        ),
        (
            CaseStudyRow(1, 1, None, "A calm start", "It went well", DAY, None, None, None),
            "Case study “A calm start”: the family has not agreed yet",
        ),
        (
            EnteredRow(1, "plans-children", "England", "2024/25", 14, 48, None, None, "A paper", None),
            "Children with a completed plan: England 2024/25: 14 of 48 (29%)",
        ),
        (EnteredRow(1, "Own", "Kent", "2025", None, None, 45.0, "%", "A paper", None), "Own: Kent 2025: 45%, base not given"),
        (EnteredRow(1, "Own", "Kent", "2025", None, 23, 12.0, "days", "A paper", None), "Own: Kent 2025: 12 days, of 23"),
        (
            AttendanceWeekRow(1, 1, 1, "Conyers", DAY, 10, 9),
            "Week of 14 Sep 2026: came to 9 of 10 (90%) sessions at Conyers",
        ),
    ],
)  # fmt: skip
def test_a_record_is_a_sentence(row: object, words: str) -> None:
    assert sentence(row) == words


def test_the_history_of_a_pupil_says_what_the_fields_are_called_and_what_their_codes_mean(workspace: Workspace) -> None:
    pupil = add_pupil(workspace, school_id=add_school(workspace, "Conyers"))
    given = {"service": "Calm", "referred_on": DAY, "answered_on": LATER, "outcome": "bounced"}
    save(workspace, kinds.REFERRAL, pupil, None, given)
    save(workspace, kinds.ACTIVITY, pupil, None, {"code": 230, "started_on": DAY})
    save(workspace, kinds.READINESS, pupil, None, {"assessed_on": DAY, "good_level": "no"})
    readiness, activity, referral = (action.rows[0] for action in history.of_pupil(workspace, pupil)[:3])
    assert (referral.what, referral.how) == ("Referral", "added")
    assert set(referral.fields) == {
        FieldTold("To which service", None, "Calm"),
        FieldTold("From which school", None, "Conyers"),
        FieldTold("Referred on", None, "Mon 14 Sep 2026"),
        FieldTold("Answered on", None, "Sun 20 Sep 2026"),
        FieldTold("Answer", None, "Bounced"),
    }
    assert FieldTold("Activity", None, "230 further education") in activity.fields
    assert FieldTold("Good level of development", None, "No") in readiness.fields


def test_a_measure_is_known_by_its_title_too_and_kept_by_its_code(workspace: Workspace) -> None:
    given = {"measure": "children with a completed plan", "whose": "England", "period": "2025", "counted": 1}
    save(workspace, kinds.ENTERED, 0, None, {**given, "source": "A paper"})
    save(workspace, kinds.ENTERED, 0, None, {**given, "measure": "Our own", "source": "A paper"})
    assert [one.measure for one in kinds.ENTERED.of_owner(workspace.read(), 0)] == ["Our own", "plans-children"]
