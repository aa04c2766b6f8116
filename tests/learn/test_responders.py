"""What a trial says about responders, on the reference trial and where it refuses."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from equipoise.analyze.observed import changes
from equipoise.dataset.derive import baseline
from equipoise.errors import AnalysisError
from equipoise.learn.responders import responders
from equipoise.learn.rule import Rule
from tests.learn.responders_trial import candidate, declaring, trial, trial_with_rule


def test_the_reference_trial_cannot_tell() -> None:
    protocol, data = trial()
    found = responders(protocol, data, draws=499)
    assert (found.randomized, found.n) == (30, 30)
    assert round(found.planned.halves, 2) == 2.05  # issue 21: (z.975 + z.8) * 4 / √30
    assert found.test.p > 0.05
    assert found.test.draws == 499
    assert all(line.column.post_hoc for line in found.lines)
    assert len(found.reasons) == 4


def test_one_candidate_is_the_regression_of_a_textbook() -> None:
    """Two regressions of the adjusted change on age, one in each arm."""
    protocol, data = trial(40, 7)
    protocol = declaring(protocol, candidate("age"))
    found = responders(protocol, data, draws=199)
    table = changes(protocol, data, found.endpoint).set_index("participant")
    start = baseline(data, protocol, "caps5.total")[table.index].to_numpy(float)
    y = table["change"].to_numpy(float)
    y = y - np.polyval(np.polyfit(start, y, 1), start)
    age = data.participants.set_index("participant").loc[table.index, "age"]
    x, arm = age.to_numpy(float), table["arm"].to_numpy()
    slopes = [
        np.polyfit(x[arm == name], y[arm == name], 1)[0]
        for name in ("ketamine", "midazolam")
    ]
    (line,) = found.lines
    assert line.interval is not None
    expected = (slopes[0] - slopes[1]) * x.std(ddof=1)
    assert_allclose(line.interval[0], expected, rtol=1e-8)
    assert not line.column.post_hoc


def test_a_category_is_the_difference_of_differences() -> None:
    protocol, data = trial(40, 7)
    end = next(e for e in protocol.endpoints if e.id == "caps5_change")
    plain = end.analysis.model_copy(update={"covariates": (), "by_visit": ()})
    end = end.model_copy(update={"analysis": plain})
    protocol = protocol.model_copy(
        update={"endpoints": (end,), "candidates": (candidate("psychotropics"),)}
    )
    found = responders(protocol, data, draws=199)
    table = changes(protocol, data, end).set_index("participant")
    group = data.participants.set_index("participant").loc[table.index, "psychotropics"]
    mean = table["change"].groupby([group, table["arm"]]).mean().unstack()
    effect = mean["ketamine"] - mean["midazolam"]
    (line,) = found.lines
    assert line.interval is not None
    sign = 1 if line.column.level == "Yes" else -1
    assert_allclose(line.interval[0], sign * (effect["yes"] - effect["no"]), rtol=1e-8)


def test_the_same_seed_gives_the_same_result() -> None:
    protocol, data = trial()
    first, again, other = (
        responders(protocol, data, draws=199, seed=seed).test for seed in (1, 1, 2)
    )
    assert first == again != other


def test_small_arms_are_refused() -> None:
    protocol, data = trial(12)
    with pytest.raises(AnalysisError, match=r"EQ853 [0-9] participants of"):
        responders(protocol, data, draws=199)


def test_an_endpoint_that_is_not_continuous_is_refused() -> None:
    protocol, data = trial()
    with pytest.raises(AnalysisError, match="EQ853 'response' is not a continuous"):
        responders(protocol, data, endpoint="response", draws=199)


def test_a_trial_without_a_usable_candidate_is_refused() -> None:
    protocol, data = trial()
    people = data.participants.assign(age=40.0)
    from tests.learn.responders_trial import with_people

    with pytest.raises(AnalysisError) as refused:
        responders(
            declaring(protocol, candidate("age")),
            with_people(data, people),
            draws=199,
        )
    assert [one.code for one in refused.value.problems] == ["EQ851", "EQ853"]


def test_a_rule_needs_every_condition() -> None:
    protocol, data = trial_with_rule()
    found = responders(protocol, data, draws=199)
    assert found.reasons == ()
    assert isinstance(found.rule, Rule)
    assert found.rule.cut is not None
    assert found.rule.treated.benefit > found.rule.others.benefit
    assert [term for term, _ in found.card][-1] == "Trial that would confirm it"
    none = protocol.model_copy(update={"worthwhile": None})
    (why,) = responders(none, data, draws=199).reasons
    assert "states no worthwhile difference" in why
    far = protocol.worthwhile
    assert far is not None
    far = far.model_copy(update={"difference": 60.0})
    (why,) = responders(
        protocol.model_copy(update={"worthwhile": far}), data, draws=199
    ).reasons
    assert "at least the worthwhile difference" in why
    for changed in (
        {"test": replace(found.test, p=0.051)},
        {"needed": found.n + 1},
        {"gap": replace(found.gap, lower=0.0)},
    ):
        assert len(replace(found, **changed).reasons) == 1  # type: ignore[arg-type]


def test_the_rule_of_another_endpoint_is_not_used() -> None:
    protocol, data = trial_with_rule()
    stated = protocol.worthwhile
    assert stated is not None
    other = stated.model_copy(update={"endpoint": "another"})
    found = responders(
        protocol.model_copy(update={"worthwhile": other}), data, draws=199
    )
    assert found.worthwhile is None
    assert found.card == ()
