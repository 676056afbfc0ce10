"""Stories of the records behind the figures, at a pupil and at a school."""

from builders import add_pupil, add_school
from reading import fill, more, press, screen_text, sentence, settle

from screens.frame.app import TransitionsApp
from transitions.impact import records as kinds
from transitions.pupils.small_records import records
from transitions.workspace import Workspace


async def test_a_referral_is_added_and_answered_a_case_study_written_and_an_offer_made(workspace: Workspace) -> None:
    school = add_school(workspace, "Conyers")
    pupil = add_pupil(workspace, school_id=school)
    app = TransitionsApp(workspace)
    async with app.run_test(size=(120, 36)) as pilot:
        app.open.pupil(pupil)
        await settle(pilot)
        await press(pilot, *more("pupil.records"))
        assert "Referrals, scores and more of Aisha Khan" in screen_text(app)
        assert screen_text(app).count("none yet") == 6
        await press(pilot, "r", "r")
        await fill(pilot, "Calm", "anxi")
        await press(pilot, "ctrl+s")
        assert "This is needed." in screen_text(app), "the day of the referral"
        await fill(pilot, "14/9/26")
        await press(pilot, "ctrl+s")
        assert "Referred to Calm on 14 Sep 2026 for anxi: no answer yet" in screen_text(app)
        await press(pilot, "enter")
        await fill(pilot, "", "", "", "", "", "20/9/26", "acc")
        await press(pilot, "ctrl+s")
        (row,) = records(workspace, kinds.REFERRAL, pupil)
        assert (row.outcome, row.school_id) == ("accepted", school)
        await press(pilot, "escape")
        assert "1, newest: Referred to Calm on 14 Sep 2026 for anxi: accepted" in sentence(app)
        await press(pilot, "c", "c")
        await fill(pilot, "A calm start", "It went well.")
        await press(pilot, "ctrl+s", "T", "y")
        assert records(workspace, kinds.CASE_STUDY, pupil) == []
        await press(pilot, "escape", "escape", "escape", "2", "S", "L", "o")
        await press(pilot, "g")
        await fill(pilot, "", "N. Ame", "2.5", "", "1/9/26")
        await press(pilot, "ctrl+s")
        assert "Gold, 2.5 Navigator days a week, N. Ame, since 1 Sep 2026" in sentence(app)
