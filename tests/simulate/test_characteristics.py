"""Characteristics: distributions with the stated moments, inside their bounds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import linregress

from equipoise.simulate.characteristics import characteristics
from tests.simulate.chance import FAR, mean_error
from tests.simulate.trials import crowd, feder_scenario, small_scenario

PEOPLE = crowd(4000)


@pytest.fixture(scope="module")
def values() -> dict[str, np.ndarray]:
    return characteristics(feder_scenario(), PEOPLE)


def test_ages_have_the_published_mean_and_sd(values) -> None:
    """38.9 (13.2) years: ClinicalTrials.gov NCT02397889."""
    assert np.isclose(values["age"].mean(), 38.9, atol=4 * 13.2 / np.sqrt(4000))
    assert np.isclose(values["age"].std(), 13.2, rtol=0.04)
    assert np.all((values["age"] >= 18) & (values["age"] <= 70))


def test_categories_have_the_published_shares(values) -> None:
    """23 female, 6 male and 1 other of 30: ClinicalTrials.gov NCT02397889."""
    for code, share in {"F": 23 / 30, "M": 6 / 30, "other": 1 / 30}.items():
        near = 4 * np.sqrt(share * (1 - share) / 4000)
        assert np.isclose((values["sex"] == code).mean(), share, atol=near)


def test_a_duration_is_skewed_and_below_the_age(values) -> None:
    years = values["ptsd_years"]
    assert np.all(years <= values["age"] - 3 + 0.05)
    assert years.mean() > np.median(years)
    assert np.isclose(np.median(years), 14, rtol=0.2)


def test_weight_depends_on_sex_as_published(values) -> None:
    """Women 168.5 lb and men 195.7 lb: NCHS, Vital and Health Statistics 3(39), 2016."""
    pound = 0.45359237
    for code, mean in {"F": 168.5 * pound, "M": 195.7 * pound}.items():
        own = values["weight_kg"][values["sex"] == code]
        assert abs(mean_error(own, mean)) < FAR
        assert np.isclose(
            own.std(), 17, rtol=0.08
        )  # 5 SE of an SD of 800 men, and more
        assert np.all((own >= 45) & (own <= 150))


def test_a_number_depends_on_a_number() -> None:
    """Regression gives the stated slope; the SD around it is the stated one."""
    people = crowd(4000)
    scenario = small_scenario(
        (
            'source = "made up"\n',
            """source = "made up"

[[characteristics]]
id = "steps"
distribution = "bounded"
mean = 10
sd = 2
min = 0
max = 20
assumed = true
influences = [{ by = "age", slope = -0.1, at = 60, assumed = true }]
""",
        )
    )
    drawn = characteristics(scenario, people)
    fit = linregress(drawn["age"], drawn["steps"])
    assert abs(fit.slope + 0.1) < FAR * fit.stderr
    assert abs(fit.intercept - 16) < FAR * fit.intercept_stderr
    around = drawn["steps"] - 16 + 0.1 * drawn["age"]
    assert abs(mean_error(around**2, 4)) < FAR


def test_influences_leave_other_characteristics_alone(values) -> None:
    scenario = feder_scenario()
    plain = scenario.model_copy(
        update={
            "characteristics": tuple(
                part.model_copy(update={"influences": ()})
                if part.id == "weight_kg"
                else part
                for part in scenario.characteristics
            )
        }
    )
    without = characteristics(plain, PEOPLE)
    for name in values:
        assert np.array_equal(values[name], without[name]) == (name != "weight_kg")


def test_numbers_have_one_decimal(values) -> None:
    assert np.allclose(values["weight_kg"], np.round(values["weight_kg"], 1))


@pytest.mark.property
@given(share=st.floats(0.02, 0.98), narrow=st.floats(0.05, 0.9))
def test_a_bounded_number_has_its_moments_wherever_they_are(
    share: float, narrow: float
) -> None:
    mean = round(18 + 72 * share, 4)
    sd = round(narrow * np.sqrt((mean - 18) * (90 - mean)), 4)
    scenario = small_scenario(
        ("mean = 60\nsd = 15\nmin = 18", f"mean = {mean}\nsd = {sd}\nmin = 18")
    )
    ages = characteristics(scenario, crowd(1500))["age"]
    assert np.isclose(ages.mean(), mean, atol=5 * sd / np.sqrt(1500) + 0.05)
    assert np.all((ages >= 18) & (ages <= 90))
