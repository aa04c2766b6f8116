"""Order, population and numbers of listings."""

import pytest

from equipoise.analyze.listing_order import by_arm, described, signed
from tests.analyze.population.full import full_protocol, trial
from tests.analyze.small import data, protocol


def test_the_population_is_what_the_data_state() -> None:
    assert described(trial(), "arm") == "Randomized participants, sorted by arm."
    assert described(data(), "arm") == "Participants in the data, sorted by arm."


def test_participants_are_sorted_by_arm_then_id() -> None:
    key = by_arm(full_protocol(), trial())
    assert sorted(["P1", "A2", "A1"], key=key) == ["A1", "A2", "P1"]
    assert by_arm(protocol(), data())("P4")[0] == 1


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (3, None, "+3"), (-10.0, None, "−10"), (0.0, None, "0"), (-0.0, None, "0"),
        (2.5, None, "+2.5"), (-0.4, 0, "0"), (-49.6, 0, "−50"), (0.04, 1, "0.0"),
    ],
)  # fmt: skip
def test_a_change_has_a_true_minus_and_zero_no_sign(
    value: float, digits: int | None, text: str
) -> None:
    assert signed(value, digits) == text
