"""Figures of safety."""

from dataclasses import replace

from equipoise.report.drawings import safety as drawings
from tests.analyze.feder import feder
from tests.report.made import results


def test_each_has_its_panels_with_names_and_units() -> None:
    trial = feder()
    course = drawings.course(trial, trial.endpoint("dissociation"), results(), False)
    assert "each of 6 infusions" in course.alt
    assert "n at each time: Ketamine 1" in course.note
    vitals = drawings.vitals(trial, trial.endpoint("vital_signs"), results(), False)
    assert vitals is not None
    for label in ("Systolic blood pressure (mm Hg)", "Oxygen saturation (%)"):
        assert label in vitals.alt
        assert label.encode() in vitals.svg
    share = drawings.by_infusion(
        trial, trial.endpoint("side_effects"), results(), False
    )
    assert [part.x for part in share.series] == [(1, 2, 3, 4, 5, 6)] * 2


def test_without_numbers_they_are_empty_and_do_not_fail() -> None:
    trial, none = feder(), replace(results(), estimates=())
    assert drawings.vitals(trial, trial.endpoint("vital_signs"), none, False) is None
    assert drawings.course(trial, trial.endpoint("dissociation"), none, False).svg
    assert drawings.by_infusion(trial, trial.endpoint("side_effects"), none, False).svg
