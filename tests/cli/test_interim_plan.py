"""``equipoise check`` prints the boundaries of ``[interim]`` and what they cost."""

import json

import pytest
from scipy import stats

from equipoise.cli.interim_plan import numbers, texts
from tests.design.sequential.test_of_protocol import planned
from tests.shared_data import shared


@pytest.mark.reference
def test_the_numbers_are_those_of_rpact() -> None:
    wanted = json.loads(shared("reference/group_sequential.json").read_text())
    row = wanted["rpact"]["asOF_k2"]
    found = numbers(planned(efficacy="lan-demets-of"))
    first, last = found["analyses"]
    # rpact: levels of one side; ours are two-sided.
    assert first["nominal_p"] == pytest.approx(2 * row["stageLevels"][0], rel=1e-6)
    assert last["nominal_p"] == pytest.approx(2 * row["stageLevels"][1], rel=1e-6)
    assert last["error_spent"] == pytest.approx(0.05, abs=1e-8)
    assert found["inflation"] == pytest.approx(row["inflationFactor"], rel=1e-6)
    assert found["equivalent_size"] == pytest.approx(30 / row["inflationFactor"], 1e-6)
    expected = found["expected_information"]["planned_effect"]
    # Stops in favour of the control hardly occur under the planned effect.
    wanted_size = row["ASN_H1"] / row["inflationFactor"]
    assert expected == pytest.approx(wanted_size, abs=1e-6)
    # Without an effect the trial stops as often in either direction.
    null = found["expected_information"]["no_effect"]
    assert null == pytest.approx(1 - 2 * row["stageLevels"][0] / 2, rel=1e-6)


def test_lines_for_a_terminal() -> None:
    shown = texts(planned(efficacy="lan-demets-of", futility="lan-demets-of"))
    (first, last) = shown[
        "interim analyses of caps5_change (z in the direction of benefit)"
    ]
    assert first.startswith("50% of the information: efficacy at z 2.9626 (two-sided P")
    assert "non-binding futility at z" in first
    assert "futility" not in last
    assert str(shown["maximum"]).startswith("30 participants; the information is 1.0")


def test_an_analysis_that_cannot_stop() -> None:
    shown = texts(planned(efficacy="lan-demets-of", analyses=(0.03, 1.0)))
    first = next(iter(shown.values()))[0]
    assert first.startswith("3% of the information: no stop for efficacy")


def test_the_maximum_information_or_what_is_missing_for_it() -> None:
    protocol = planned(efficacy="lan-demets-of")
    size = float(texts(protocol)["at an interim analysis"].split()[8])
    found = numbers(protocol)
    # A fixed design with 90% power at 11.1 points has the error 11.1 / (1.96 + 1.2816).
    fixed = 11.1 / (stats.norm.isf(0.025) + stats.norm.isf(0.1))
    assert size == pytest.approx(fixed / found["inflation"] ** 0.5, abs=5e-4)
    bare = protocol.size.model_copy(update={"assumptions": ()})
    without = protocol.model_copy(update={"size": bare})
    assert "EQ837" in texts(without)["at an interim analysis"]
