"""Exposure of a cohort, and what follows them."""

import numpy as np
import pytest

from equipoise.simulate.exposure import Exposure, arm_drugs
from equipoise.simulate.pharmacokinetics.compartments import typical
from equipoise.simulate.scenario_measurements import ConcentrationCourse
from equipoise.simulate.scenario_response import Drive
from tests.simulate.trials import feder, feder_scenario, feder_stages, small_stages


def test_the_typical_peaks_are_those_of_the_models() -> None:
    """35 mg and 3.15 mg over 40 min in 70 kg, ng/mL at 40 min, worked out apart from
    this program: Clements and Nimmo 177, Wiebe et al. 70."""
    drugs = arm_drugs(feder(), feder_scenario())
    assert drugs["ketamine"].peak == pytest.approx(177.3, abs=0.1)
    assert drugs["midazolam"].peak == pytest.approx(69.6, abs=0.1)


def drive(threshold: float, *arms: str) -> ConcentrationCourse:
    return ConcentrationCourse(
        drives=tuple(Drive(arm=a, threshold=threshold, assumed=True) for a in arms)
    )


def test_the_typical_person_is_at_1_at_the_end_and_linear_above_the_threshold() -> None:
    stages = feder_stages()
    exposed = stages.history.exposed
    minutes = np.array([-30.0, 0.0, 10.0, 40.0, 120.0, 240.0])
    found = exposed.effect_fraction(drive(50, "ketamine"), minutes)
    drug, who, people = exposed.own["ketamine"]
    concentration = drug.concentration(people, minutes)
    below = concentration <= 50
    assert (found[who][below] == 0).all()
    above = found[who][~below] * (drug.peak - 50) + 50
    np.testing.assert_allclose(above, concentration[~below], rtol=1e-12)
    assert (found[:, :2] == 0).all()
    assert not found[~who].any()
    peaks = found[who][:, 3]
    assert np.median(peaks) == pytest.approx(1, abs=0.15)


def test_people_differ_in_their_peak_as_their_pharmacokinetics_say() -> None:
    """By the delta method from ω² of volume and clearance; 300 people, 5 errors."""
    exposed = feder_stages(600).history.exposed
    drug, who, _ = exposed.own["ketamine"]
    k10, *others = drug.model.rates
    (V1,) = drug.model.volumes
    step = 1.01
    moved = {
        "V1": {"volumes": (V1 * step,), "rates": (k10 / step, *others)},
        "CL": {"rates": (k10 * step, *others)},
    }
    variance = 0.0
    for part in drug.model.variability:
        other = drug.model.model_copy(update=moved[part.parameter])
        peak = drug.concentration(
            typical(other, np.array([70.0])), np.array([drug.minutes])
        )[0, 0]
        slope = np.log(peak / drug.peak) / np.log(step)
        variance += slope**2 * part.omega2
    found = np.log(exposed.ratio()[who])
    assert found.mean() == pytest.approx(0, abs=5 * np.sqrt(variance / 300))
    assert found.std() == pytest.approx(np.sqrt(variance), rel=5 / np.sqrt(600))


def test_who_is_not_randomized_has_no_exposure_of_his_own() -> None:
    stages = feder_stages()
    outside = ~stages.inside
    assert (stages.history.exposed.ratio()[outside] == 1).all()


def test_a_trial_without_drugs_has_no_concentrations() -> None:
    stages = small_stages()
    exposed = Exposure.of(stages.context, stages.cohort)
    assert exposed.own == {}
    assert (exposed.ratio() == 1).all()
