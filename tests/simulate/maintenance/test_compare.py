"""Schedules compared: medians against closed forms, errors against repetition."""

import numpy as np
import pytest
from scipy import stats

from equipoise.errors import SimulationError
from equipoise.simulate.maintenance.assumptions import Assumptions
from equipoise.simulate.maintenance.compare import OUTCOMES, compare, variants
from equipoise.simulate.maintenance.participants import induced
from equipoise.simulate.maintenance.schedules import read_schedule

USUAL = Assumptions(entry_day=-14, entry_least=30)
SHARP = USUAL.varied(  # the only thing that differs between people is sensitivity
    baseline_sd=0.0, after_sd=0.0, placebo=0.0, drug=-30.0, sensitivity=0.6
)


def test_losses_without_noise_have_their_analytic_distribution() -> None:
    """Lost once 30 A0 S 2^(−t/h) < 12.5, the fall that makes 41 a whole score of 28.

    Responders have S above c; their day of loss is h log2(S / c), found at the next
    daily assessment. S is log-normal, so that the share who last beyond day t is
    P(S > c 2^(t/h)) / P(S > c). 3,000 people: known to 0.012.
    """
    made = compare(SHARP, [read_schedule("none")], people=3000, horizon=120, assessed=1)
    none = made.kept[0]
    factor = stats.lognorm(0.6, scale=np.exp(-(0.6**2) / 2))
    c = 12.5 / (30 * induced(SHARP, np.ones(1))[0])
    assert made.responders / 3000 == pytest.approx(factor.sf(c), abs=0.035)
    for day in (10, 30, 60, 90):
        lasting = np.where(none.seen, none.lost, np.inf) > day
        wanted = factor.sf(c * 2 ** (day / 45)) / factor.sf(c)
        error = np.sqrt(wanted * (1 - wanted) / made.responders)
        assert lasting.mean() == pytest.approx(wanted, abs=4 * error)
    median = np.ceil(45 * np.log2(factor.isf(factor.sf(c) / 2) / c))
    middle, low, high = none.median_loss()
    assert low <= median <= high
    assert middle == pytest.approx(median, abs=4)


def test_monte_carlo_errors_are_those_of_repeated_comparisons() -> None:
    """60 comparisons of 150 people: an SD of 60 is known to 9%."""
    gains, errors, prices, price_errors = [], [], [], []
    for seed in range(60):
        made = compare(
            USUAL,
            [read_schedule("every:20")],
            people=150,
            horizon=80,
            seed=seed,
            assessed=20,
        )
        number = made.gain(made.kept[1], "days_true")
        price = made.infusions_per_gain(made.kept[1])
        gains.append(number.value)
        errors.append(number.error)
        prices.append(price.value)
        price_errors.append(price.error)
    assert np.std(gains, ddof=1) == pytest.approx(np.mean(errors), rel=0.35)
    assert np.std(prices, ddof=1) == pytest.approx(np.mean(price_errors), rel=0.35)


def test_the_same_people_make_differences_more_certain() -> None:
    made = compare(
        USUAL, [read_schedule("every:14"), read_schedule("every:28")], people=800
    )
    often, seldom = made.kept[1:]
    paired = made.gain(often, "days_true", seldom)
    apart = np.hypot(often.mean("days_true").error, seldom.mean("days_true").error)
    assert paired.value > 5
    assert paired.error < 0.4 * apart
    assert [k.schedule.spelling for k in made.kept] == ["none", "every:14", "every:28"]
    assert often.mean("infusions").value == 12
    assert made.infusions_per_gain(seldom).value < made.infusions_per_gain(often).value
    assert np.isnan(made.infusions_per_gain(made.kept[0]).value)
    assert set(often.values) == set(OUTCOMES)


def test_the_curve_adds_up_to_the_days() -> None:
    made = compare(USUAL, [read_schedule("booster:14")], people=400)
    for kept in made.kept:
        assert kept.curve[1:].sum() == pytest.approx(kept.mean("days_true").value)
        assert kept.curve[-1] == pytest.approx(kept.mean("end_true").value)


def test_a_loss_that_must_be_confirmed_comes_later() -> None:
    one, two = (compare(USUAL, [], people=400, confirmed=n).kept[0] for n in (1, 2))
    assert (two.lost >= one.lost).all()
    assert two.seen.mean() < one.seen.mean()


def test_a_median_that_is_not_reached_is_infinite() -> None:
    lasting = USUAL.varied(half_life=1e9, after_sd=0.0, placebo_days=1e-3)
    assert compare(lasting, [], people=50).kept[0].median_loss()[0] == np.inf


def test_each_assumption_is_changed_alone() -> None:
    made = variants(USUAL)
    assert made.pop("as assumed") == USUAL
    for changed in made.values():
        names = Assumptions.__slots__
        different = [n for n in names if getattr(changed, n) != getattr(USUAL, n)]
        assert len(different) == 1
        assert 0 < changed.build_up < 1


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"assessed": 0}, "EQ672"),
        ({"assessed": 200}, "EQ672"),
        ({"confirmed": 27}, "EQ672"),
        ({"horizon": 10}, "EQ672"),
        ({"allowed": 3}, "EQ672"),
        ({"people": 0}, "EQ621"),
        ({"people": 1}, "EQ673"),
    ],
)
def test_what_cannot_be_compared_is_refused(more: dict[str, int], code: str) -> None:
    with pytest.raises(SimulationError, match=code):
        compare(USUAL, [read_schedule("every:14")], **more)  # type: ignore[arg-type]
