"""The planned number of participants against the assumptions that are stated for it."""

import pytest

from equipoise.design.stated_size import size_notes
from equipoise.exchange.protocols import load_protocol
from equipoise.protocol.governance import Size, SizeAssumption
from equipoise.protocol.model import Protocol

ERROR = {"two-sided type I error": 0.05}
MEANS = {"difference of means": 1.0, "standard deviation": 1.0, "power": 0.9, **ERROR}
RATES = {
    "proportion in the first arm": 0.67,
    "proportion in the second arm": 0.20,
    "power": 0.9,
    **ERROR,
}


def planned(
    participants: int, assumptions: dict[str, float], unit: str | None = None
) -> Protocol:
    size = Size(
        participants=participants,
        assumed=True,
        assumptions=tuple(
            SizeAssumption(name=name, value=value, unit=unit, assumed=True)
            for name, value in assumptions.items()
        ),
    )
    return load_protocol("feder2021").model_copy(update={"size": size})


def test_the_size_of_the_reference_trial_follows_from_its_assumptions() -> None:
    assert size_notes(load_protocol("feder2021")) == []


# R help page of power.t.test: power = .90, delta = 1 gives n = 22.02 in each arm.
@pytest.mark.parametrize(
    ("participants", "noted"), [(46, False), (41, True), (51, True)]
)
def test_a_size_beyond_a_tenth_is_named_with_the_size_of_the_assumptions(
    participants: int, noted: bool
) -> None:
    notes = size_notes(planned(participants, MEANS))
    assert bool(notes) is noted
    assert all(f"{participants} participants are stated" in text for text in notes)
    assert all("give 46 (t test of two means)" in text for text in notes)


def test_the_power_of_the_stated_size_is_given() -> None:
    """R help page of power.t.test: n = 20, delta = 1, sd = 1 has power 0.8689528."""
    (note,) = size_notes(planned(40, MEANS | {"power": 0.95}))
    assert "with 40 the power is 86.9%" in note


def test_dropout_is_part_of_the_size() -> None:
    lost = MEANS | {"proportion without an outcome": 0.2}
    assert size_notes(planned(58, lost)) == []  # 46 / 0.8
    assert size_notes(planned(46, lost)) != []


def test_two_proportions_are_compared_by_fishers_test() -> None:
    """25 in each arm have 91.3% by Fisher's exact test."""
    assert size_notes(planned(50, RATES)) == []
    (note,) = size_notes(planned(20, RATES))
    assert "give 50 (Fisher's exact test)" in note


def test_percentages_are_percentages() -> None:
    percent = {name: 100 * value for name, value in RATES.items()}
    assert size_notes(planned(50, percent, "%")) == []


@pytest.mark.parametrize(
    "assumptions",
    [
        {},
        {"smallest difference to detect": 11.1},
        MEANS | {"number of visits": 6.0},
        MEANS | {"standard deviation within an arm": 2.0},
        MEANS | {"one-sided type I error": 0.025},
        {name: value for name, value in MEANS.items() if name != "power"},
    ],
)
def test_nothing_is_compared_with_assumptions_that_give_no_size(
    assumptions: dict[str, float],
) -> None:
    assert size_notes(planned(140, assumptions)) == []


def test_impossible_assumptions_are_named() -> None:
    (note,) = size_notes(planned(140, MEANS | {"power": 90.0}))
    assert "give no size" in note
    assert "power is 90" in note


def with_margin(margin: float, trial: Protocol) -> Protocol:
    first, *others = trial.endpoints
    analysis = first.analysis.model_copy(update={"margin": margin})
    first = first.model_copy(update={"analysis": analysis})
    return trial.model_copy(update={"endpoints": (first, *others)})


NONINFERIOR = {
    "difference of means": 0.0,
    "standard deviation": 10.0,
    "power": 0.9,
    "one-sided type I error": 0.025,
}


def test_a_margin_gives_the_size_of_its_test() -> None:
    """R power.t.test(delta = 3, sd = 10, power = 0.9, type = "two.sample",
    sig.level = 0.025, alternative = "one.sided"): n = 234.4628 in each arm."""
    assert size_notes(with_margin(3.0, planned(470, NONINFERIOR))) == []
    (note,) = size_notes(with_margin(3.0, planned(300, NONINFERIOR)))
    assert "give 470 (t test of two means)" in note


def test_another_margin_under_the_assumptions_is_named() -> None:
    stated = planned(470, NONINFERIOR | {"margin": 3.0})
    assert size_notes(with_margin(3.0, stated)) == []
    (note,) = size_notes(with_margin(4.0, stated))
    assert "a margin of 3 is stated" in note
    (note,) = size_notes(stated)
    assert "none in the analysis" in note


def test_a_margin_of_proportions_gives_the_size_of_the_score_test() -> None:
    """207 in each arm, as in ``test_margin_proportions``, where tables are enumerated."""
    rates = {
        "proportion in the first arm": 0.85,
        "proportion in the second arm": 0.85,
        "power": 0.8,
        "one-sided type I error": 0.025,
    }
    assert size_notes(with_margin(0.1, planned(414, rates))) == []
    (note,) = size_notes(with_margin(0.1, planned(300, rates)))
    assert "give 414 (score test of Farrington and Manning" in note
