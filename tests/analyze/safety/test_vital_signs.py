"""The endpoint of vital signs: its answer, its names and what was not measured."""

from __future__ import annotations

import pandas as pd
import pytest

from equipoise.analyze.result import Estimate
from equipoise.analyze.safety.vital_signs import vital_signs
from equipoise.dataset.trialdata import UnblindedTrialData
from tests.analyze.feder import feder, virtual
from tests.analyze.safety.safety_trial import trial, trial_data


def estimates(data: UnblindedTrialData) -> list[Estimate]:
    return vital_signs(trial(), data, trial().endpoint("signs"))


def test_the_answer_is_a_change_of_the_arm_of_interest() -> None:
    rows = vital_signs(feder(), virtual(), feder().endpoint("vital_signs"))
    assert rows[0].id == "vital_signs.change.SYSBP.all-infusions.min-10.ketamine"
    assert len({row.id for row in rows}) == len(rows)


def test_all_infusions_count_each_participant_once() -> None:
    data = virtual()
    rows = vital_signs(feder(), data, feder().endpoint("vital_signs"))
    found = {row.id: row for row in rows}
    own = found["vital_signs.change.SYSBP.all-infusions.min-40.midazolam"]
    assert own.n == (data.arm == "midazolam").sum()


def test_the_name_has_the_unit_of_the_data() -> None:
    rows = {
        e.id: e for e in estimates(trial_data(values={("A1", "infusion", 20): 120}))
    }
    own = rows["signs.measurement.SYSBP"]
    assert (own.note, own.estimate, own.n) == ("Systolic blood pressure (mm Hg)", 1, 1)


def test_a_sign_that_nobody_measured_is_named_as_not_collected() -> None:
    protocol = trial()
    endpoint = protocol.endpoint("signs")
    variable = endpoint.variable.model_copy(update={"measurements": ("SYSBP", "PULSE")})
    endpoint = endpoint.model_copy(update={"variable": variable})
    data = trial_data(values={("A1", "infusion", 20): 120})
    rows = {e.id: e for e in vital_signs(protocol, data, endpoint)}
    own = rows["signs.measurement.PULSE"]
    assert own.estimate is None
    assert own.note == "Pulse rate (beats/min): not collected or not provided"


def test_mixed_units_are_not_averaged() -> None:
    frame = pd.DataFrame(
        [("A1", "infusion", 20, "SYSBP", 120.0, "mmHg"),
         ("A2", "infusion", 20, "SYSBP", 16.0, "kPa")],
        columns=["participant", "visit", "timepoint_min", "name", "value", "unit"],
    )  # fmt: skip
    rows = {e.id: e for e in estimates(trial_data(more={"measurements": frame}))}
    assert rows["signs.measurement.SYSBP"].estimate is None
    assert "units differ" in str(rows["signs.measurement.SYSBP"].note)
    assert rows["signs.marked.stop.active"].estimate is None


def test_values_without_one_before_the_infusion_are_still_reported() -> None:
    rows = {
        e.id: e for e in estimates(trial_data(values={("A1", "infusion", 20): 190}))
    }
    assert rows["signs.value.SYSBP.all-infusions.min-20.active"].estimate == 190
    assert rows["signs.marked.stop.active"].estimate == 1


@pytest.mark.parametrize(
    ("values", "infusions", "why"),
    [
        ({}, None, "the data hold no vital signs or laboratory values"),
        (
            {("A1", "week-1", 20): 120.0},
            None,
            "no measurement at a minute of an infusion",
        ),
        ({("A1", "infusion", 20): 120.0}, [], "neither infusions nor the milestone"),
    ],
)
def test_without_measurements_it_says_so(values, infusions, why) -> None:  # type: ignore[no-untyped-def]
    (only,) = estimates(trial_data(values=values, infusions=infusions))
    assert why in (only.note or "")
    assert only.estimate is None
