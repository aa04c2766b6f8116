"""Answers that score to the totals that they were made from."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise import library
from equipoise.instruments.load import parse_instrument
from equipoise.instruments.scoring import score
from equipoise.simulate.item_responses import Form, emphasis, form, limits, propensities
from equipoise.simulate.scenario_measurements import (
    Emphasis,
    ItemCriterion,
    ItemPattern,
)
from tests.instruments.small import small
from tests.simulate.trials import crowd

PATTERN = ItemPattern(spread=0.8, stable=0.5, assumed=True)
TOTALS = {
    "caps5": (0, 80),
    "madrs": (0, 60),
    "ymrs": (0, 60),
    "qids_sr16": (0, 27),
    "bprs_positive": (4, 28),
    "hamd17": (0, 52),
    "bdi2": (0, 63),
}


def form_of(name: str) -> tuple[Form, object]:
    instrument = parse_instrument(library.text("instruments", name), origin=name)
    made = form(instrument, "total")
    assert made is not None
    return made, instrument


@pytest.mark.parametrize(("name", "reach"), TOTALS.items())
def test_every_total_of_an_instrument_comes_back_from_its_items(
    name: str, reach: tuple[int, int]
) -> None:
    """Scored by the instrument's own rules, which know nothing of how they were made."""
    made, instrument = form_of(name)
    totals = np.arange(reach[0], reach[1] + 1, dtype=float)
    everybody = crowd(len(totals), seed=5)
    people = everybody.names.tolist()
    strength = propensities(made, PATTERN, everybody, name, 1)[:, 0]
    values = made.answers(totals, strength)
    person, item = np.nonzero(np.isfinite(values))
    answers = pd.DataFrame(
        {
            "participant": np.array(people)[person],
            "visit": "v",
            "timepoint_min": pd.array([pd.NA] * len(person), dtype="Int64"),
            "instrument": name,
            "item": np.array(made.items)[item],
            "value": values[person, item],
        }
    )
    scored = score(answers, {name: instrument})
    total = scored[scored["score"] == "total"].set_index("participant")["value"]
    assert total.reindex(people).tolist() == totals.tolist()


@pytest.mark.property
@given(
    total=st.integers(0, 7),
    weights=st.lists(st.floats(0.1, 10), min_size=3, max_size=3, unique=True),
)
def test_of_alternatives_only_the_stronger_is_answered(
    total: int, weights: list[float]
) -> None:
    made = form(small(), "highest")
    assert made is not None
    assert made.items == ("d", "e", "f")
    d, e, f = made.answers(np.array([float(total)]), np.array([weights]))[0]
    assert d in {0, 2, 4}
    assert np.isnan(e) != np.isnan(f)
    assert np.isnan(e) == (weights[1] < weights[2])
    assert d + np.nanmax([e, f]) == total


@pytest.mark.parametrize("rule", ["mean", "present", "met", "global"])
def test_scores_of_other_rules_have_no_form(rule: str) -> None:
    assert form(small(), rule) is None


def test_uneven_answers_have_no_form() -> None:
    uneven = small(
        ("range = [0, 4], values = [0, 2, 4]", "range = [0, 4], values = [0, 1, 4]")
    )
    assert form(uneven, "highest") is None


def test_a_profile_is_as_stable_as_stated() -> None:
    made = form(small(), "total")
    assert made is not None
    log = np.log(propensities(made, PATTERN, crowd(3000), "small", 2))
    assert np.isclose(log.std(), 0.8, atol=0.02)
    between = np.corrcoef(log[:, 0].ravel(), log[:, 1].ravel())[0, 1]
    assert np.isclose(between, 0.5, atol=0.03)


def test_emphasis_is_for_everybody_or_for_an_arm() -> None:
    made = form(small(), "total")
    assert made is not None
    stated = (
        Emphasis(items=("a", "b"), factor=2, assumed=True),
        Emphasis(items=("b",), factor=3, arm="walk", assumed=True),
    )
    pattern = ItemPattern(spread=0, stable=0, emphasis=stated, assumed=True)
    always, by_arm = emphasis(made, pattern, {"wait": 0, "walk": 1})
    assert always.tolist() == [2, 2, 1]
    assert by_arm.tolist() == [[1, 1, 1], [1, 3, 1], [1, 1, 1]]


def test_items_of_a_cluster_vary_together() -> None:
    """The correlation of two propensities is the share that they have in common."""
    made = form(small(), "total")
    assert made is not None
    pattern = PATTERN.model_copy(update={"clusters": ("ab",), "together": 0.4})
    log = np.log(
        propensities(made, pattern, crowd(4000), "small", 2, [("a", "b")])[:, 0]
    )
    r = np.corrcoef(log.T)
    far = 4 / np.sqrt(4000)
    assert abs(r[0, 1] - 0.4) < far
    assert abs(r[0, 2]) < far
    assert abs(r[1, 2]) < far
    assert np.allclose(log.std(axis=0), 0.8, atol=0.04)


def criteria(*stated: dict) -> ItemPattern:
    made = tuple(ItemCriterion(**one, assumed=True) for one in stated)
    return PATTERN.model_copy(update={"criteria": made})


def test_a_criterion_is_met_by_the_strongest_items_at_its_visits() -> None:
    made = form(small(), "total")
    assert made is not None
    strength = np.array([[1.0, 3.0, 2.0], [1.0, 3.0, 2.0]])
    stated = {"items": ("a", "b", "c"), "visits": ("v",), "at_least": 2, "number": 2}
    found = limits(made, criteria(stated), np.array(["v", "w"], dtype=object), strength)
    assert found is not None
    values = made.answers(np.array([4.0, 4.0]), strength, *found)
    assert values.tolist() == [[0, 2, 2], [1, 2, 1]]


def test_what_an_item_may_not_exceed_goes_to_the_others() -> None:
    made = form(small(), "total")
    assert made is not None
    strength = np.array([[1.0, 9.0, 1.0]] * 3)
    stated = {"items": ("b",), "visits": ("v",), "at_most": 1}
    found = limits(made, criteria(stated), np.array(["v"] * 3, dtype=object), strength)
    assert found is not None
    values = made.answers(np.array([1.0, 7.0, 9.0]), strength, *found)
    assert values.tolist() == [[0, 1, 0], [3, 1, 3], [3, 3, 3]]  # nothing else is left


def test_without_criteria_there_are_no_limits() -> None:
    made = form(small(), "total")
    assert made is not None
    assert limits(made, PATTERN, np.array(["v"], dtype=object), np.ones((1, 3))) is None
