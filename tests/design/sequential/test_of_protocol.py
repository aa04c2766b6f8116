"""The design of ``[interim]`` is that of rpact at the error of one side."""

import json

import pytest

from equipoise.design.sequential.of_protocol import (
    design_problems,
    rules,
    sequential_design,
    stated,
)
from equipoise.errors import DesignError
from equipoise.protocol.interim import InterimAnalyses
from equipoise.protocol.model import Protocol
from tests.protocol.faults import read
from tests.shared_data import shared

PLAIN = read()[0]


def planned(**keys: object) -> Protocol:
    plan = {"endpoint": "caps5_change", "analyses": (0.5, 1.0), "power": 0.9} | keys
    assert PLAIN is not None
    interim = InterimAnalyses.model_validate(plan | {"assumed": True})
    return PLAIN.model_copy(update={"interim": interim})


@pytest.mark.reference
@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("OF", {"efficacy": "obrien-fleming"}),
        ("P", {"efficacy": "pocock"}),
        ("asOF", {"efficacy": "lan-demets-of"}),
        ("asP", {"efficacy": "lan-demets-pocock"}),
        ("WT_0.25", {"efficacy": "wang-tsiatis", "parameter": 0.25}),
        ("HSD_-4", {"efficacy": "hwang-shih-decani", "parameter": -4}),
        ("asKD_2", {"efficacy": "kim-demets", "parameter": 2}),
    ],
)
def test_rpact(name: str, keys: dict[str, object]) -> None:
    wanted = json.loads(shared("reference/group_sequential.json").read_text())
    row = wanted["rpact"][f"{name}_k3"]
    design = sequential_design(planned(analyses=row["informationRates"], **keys))
    assert design.alpha == row["alpha"] == 0.025  # alpha = 0.05 of the protocol
    # rpact states its boundaries to 1e-8 of alpha.
    assert design.upper.tolist() == pytest.approx(row["criticalValues"], rel=1e-6)
    assert design.inflation == pytest.approx(row["inflationFactor"], rel=1e-6)


@pytest.mark.reference
def test_rpact_with_futility() -> None:
    wanted = json.loads(shared("reference/group_sequential.json").read_text())
    row = wanted["rpact"]["asOF_bsOF_k3"]
    protocol = planned(
        analyses=row["informationRates"],
        efficacy="lan-demets-of",
        futility="lan-demets-of",
    )
    design = sequential_design(protocol)
    assert design.lower[:-1].tolist() == pytest.approx(row["futilityBounds"], rel=3e-6)
    assert not design.binding


def test_both_rules_have_their_own_parameter() -> None:
    protocol = planned(
        efficacy="kim-demets", parameter=3, futility="kim-demets", futility_parameter=2
    )
    efficacy, futility = rules(stated(protocol))
    assert futility is not None
    assert (efficacy.parameter, futility.parameter) == (3, 2)


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ({"efficacy": "kim-demets"}, "EQ804"),  # without its parameter
        ({"efficacy": "hwang-shih-decani", "parameter": 99}, "EQ804"),
        ({"efficacy": "pocock", "parameter": 2}, "EQ809"),
        ({"efficacy": "haybittle-peto", "parameter": 1}, "EQ808"),
    ],
)
def test_a_design_that_does_not_exist_is_a_problem(
    keys: dict[str, object], code: str
) -> None:
    (problem,) = design_problems(planned(**keys), origin="trial.toml")
    assert (problem.code, problem.where) == (code, "trial.toml, interim")


def test_a_protocol_without_interim_analyses_has_no_design() -> None:
    assert PLAIN is not None
    with pytest.raises(DesignError, match="EQ835"):
        sequential_design(PLAIN)
