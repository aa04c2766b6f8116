"""What is asked beside the endpoints, each fault refused with its code."""

from __future__ import annotations

import pytest

from equipoise import library
from equipoise.errors import ProtocolError
from equipoise.exchange.protocols import library_form
from equipoise.instruments.load import parse_instrument
from equipoise.protocol.load import parse_protocol
from equipoise.protocol.model import Protocol

TEXT = library.text("protocols", "feder2021")
FAULTS = {
    'by = "sex"': ('by = "hair"', "EQ104"),
    "cuts = [40]\nassumed": ("assumed", "EQ107"),
    'by = "psychotropics"': ('by = "psychotropics"\ncuts = [1]', "EQ107"),
    'by = "age"\ncuts = [40]': ('by = "age"\ncuts = [40, 30]', "EQ107"),
    'strategy = "CIR"\nmilestones = [\n  "treatment-discontinued", "study-withdrawn", '
    '"lost-to-follow-up", "new-treatment",\n]': ('strategy = "CIR"', "EQ107"),
    'id = "increments"': ('id = "jump"', "EQ107"),
    'endpoints = ["caps5_change", "response", "madrs_change"]': (
        'endpoints = ["caps5_change", "responze"]',
        "EQ104",
    ),
    'endpoints = ["caps5_change", "response", "madrs_change"]\nalpha': (
        'endpoints = ["caps5_change", "caps5_change"]\nalpha',
        "EQ107",
    ),
    'procedure = "fixed-sequence"': ('procedure = "graphical"', "EQ107"),
    'effect_on = "caps5_change"\nscore = "cadss.total"': (
        'effect_on = "response"',
        "EQ104",
    ),
    'score = "cadss.total"\n\n[endpoints.estimand]': (
        'score = "madrs.total"\n\n[endpoints.estimand]',
        "EQ107",
    ),
}


def load(text: str) -> Protocol:
    return parse_protocol(
        text,
        origin="trial.toml",
        find_instrument=lambda name: parse_instrument(
            library.text("instruments", name), origin=name
        ),
        find_form=library_form,
    )


@pytest.mark.parametrize("old", FAULTS, ids=range(len(FAULTS)))
def test_each_fault_has_its_code(old: str) -> None:
    new, code = FAULTS[old]
    assert old in TEXT
    with pytest.raises(ProtocolError) as caught:
        load(TEXT.replace(old, new, 1))
    assert code in {problem.code for problem in caught.value.problems}


GRAPH = """procedure = "graphical"
weights = {weights}
transitions = {transitions}
"""


@pytest.mark.parametrize(
    ("weights", "transitions"),
    [
        ([0.5, 0.5], [[0, 1, 0], [0, 0, 1], [1, 0, 0]]),
        ([0.5, 0.6, 0.0], [[0, 1, 0], [0, 0, 1], [1, 0, 0]]),
        ([0.5, 0.5, 0.0], [[0, 1, 0.5], [0, 0, 1], [1, 0, 0]]),
        ([0.5, 0.5, 0.0], [[0.5, 0.5, 0], [0, 0, 1], [1, 0, 0]]),
        ([1.0, 0.0, 0.0], [[0, -1, 0], [0, 0, 1], [1, 0, 0]]),
    ],
)
def test_an_impossible_graph_is_refused(
    weights: list[float], transitions: list[list[float]]
) -> None:
    own = GRAPH.format(weights=weights, transitions=transitions)
    with pytest.raises(ProtocolError, match="EQ107"):
        load(TEXT.replace('procedure = "fixed-sequence"\n', own))


def test_a_graph_is_accepted() -> None:
    own = GRAPH.format(
        weights=[0.5, 0.5, 0], transitions=[[0, 0, 1], [0, 0, 1], [0.5, 0.5, 0]]
    )
    trial = load(TEXT.replace('procedure = "fixed-sequence"\n', own))
    assert trial.multiplicity is not None
    assert trial.multiplicity.weights == (0.5, 0.5, 0)


def test_subgroups_and_imputation_are_for_continuous_endpoints() -> None:
    part = (
        '[[endpoints.subgroups]]\nid = "s"\nlabel = "s"\nby = "sex"\nassumed = true\n'
    )
    text = TEXT.replace(
        '[[endpoints]]\nid = "relapse"', part + '[[endpoints]]\nid = "relapse"'
    )
    with pytest.raises(ProtocolError, match="has subgroups"):
        load(text)
