"""Paths that no system takes, or of people whom it does not know: a sentence under the box, never a crash."""

import errno

import pytest
from reading import settle, toasts
from test_errands import AskingApp, AskingCaseload, app

from screens.frame.saving import file_trouble, folder_trouble
from screens.widgets.path_box import _parted, path_of
from transitions.errors import expanded

__all__ = ["app"]
LONG = ["x" * 300, f"{'x' * 300}/pupils.csv", "x" * 5_000, f"{'x/' * 2_500}pupils.csv"]
UNKNOWN = "~nobody-here-is-called-so/pupils.csv"


@pytest.mark.parametrize("text", LONG)
def test_a_name_that_is_too_long_is_said(text: str) -> None:
    assert (
        file_trouble(text, path_of(text), "pupils.csv", [".csv", ""]) == "The name is too long: choose a shorter one."
    )
    assert folder_trouble(text) == "The name is too long: choose a shorter one."


def test_the_folder_of_somebody_who_is_not_known_is_not_there() -> None:
    assert str(path_of(UNKNOWN)) == str(expanded(path_of(UNKNOWN))) == UNKNOWN
    assert _parted(UNKNOWN)[1] == "pupils.csv"
    assert "There is no such folder" in (file_trouble(UNKNOWN, path_of(UNKNOWN), "pupils.csv", [".csv"]) or "")


@pytest.mark.parametrize("number", [errno.ENAMETOOLONG, errno.ENOSPC, errno.EACCES])
async def test_what_the_system_refuses_is_said_and_the_app_goes_on(
    app: AskingApp, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_: AskingCaseload) -> None:
        raise OSError(number, "refused", "pupils.csv")

    monkeypatch.setattr(AskingCaseload, "_fail", refused)
    async with app.run_test() as pilot:
        await pilot.press("o")
        await settle(pilot)
        [said] = toasts(app)
        assert said.startswith("pupils.csv: ")
        await pilot.press("d")
        await settle(pilot)
        assert app.caseload.done == ["done"]
