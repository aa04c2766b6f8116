"""Figures of safety."""

from dataclasses import replace

from equipoise.report.figures import safety as drawings
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


def test_changes_start_from_zero_at_the_last_minute_before_the_infusion() -> None:
    trial = feder()
    made = drawings.vitals(trial, trial.endpoint("vital_signs"), results(), False)
    assert made is not None
    for part in made.series:
        assert (part.y[0], part.ids[0], part.lower[0]) == (0.0, "", None)
        sign = part.ids[1].split(".")[2]
        values = [
            row
            for row in results().select(analysis="vital-value", visit="all-infusions")
            if row.id.startswith(f"vital_signs.value.{sign}.")
            and row.contrast == part.arm
        ]
        before = max(float(v.statistic or 0) for v in values if (v.statistic or 0) < 0)
        (own,) = [v for v in values if v.statistic == before]
        assert (part.x[0], part.n[0]) == (before, own.n)
    for text in (b">n, Ketamine</text>", ">−30</text>".encode()):
        assert text in made.svg
