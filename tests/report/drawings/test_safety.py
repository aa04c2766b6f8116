"""Figures of safety."""

from dataclasses import replace

from equipoise.report.drawings import safety as drawings
from tests.analyze.feder import feder
from tests.report.made import results


def test_each_has_its_panels_in_words() -> None:
    trial = feder()
    course = drawings.course(trial, trial.endpoint("dissociation"), results(), False)
    assert "each of 6 infusions" in course.alt
    vitals = drawings.vitals(trial, trial.endpoint("vital_signs"), results(), False)
    assert vitals is not None
    assert "SYSBP, DIABP, PULSE, OXYSAT" in vitals.alt
    share = drawings.by_infusion(
        trial, trial.endpoint("side_effects"), results(), False
    )
    assert share.svg.count(b"<path") > 20
    bang = drawings.guesses(trial, trial.endpoint("blind_rater"), results(), False)
    assert bang.name == "blind_rater-bang"


def test_without_numbers_they_are_empty_and_do_not_fail() -> None:
    trial, none = feder(), replace(results(), estimates=())
    assert drawings.vitals(trial, trial.endpoint("vital_signs"), none, False) is None
    empty = drawings.course(trial, trial.endpoint("dissociation"), none, False)
    assert empty.svg
