"""Comparisons of marginal means."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from equipoise.errors import AnalysisError
from equipoise.stats.mmrm import mmrm
from equipoise.stats.mmrm.marginal import comparisons, within
from tests.stats.mmrm.fev import small

LEVELS = ("a", "b", "c")


def test_kinds() -> None:
    assert list(comparisons(LEVELS, None, None)) == ["a - b", "a - c", "b - c"]
    assert list(comparisons(LEVELS, None, "b")) == ["a - b", "c - b"]
    assert list(comparisons(LEVELS, "reference", None)) == ["b - a", "c - a"]
    assert list(comparisons(LEVELS, "sequential", None)) == ["b - a", "c - b"]
    made = comparisons(LEVELS, {"mean": {"b": 0.5, "c": 0.5, "a": -1}}, None)
    assert_allclose(made["mean"], [-1, 0.5, 0.5])
    for kind, reference in (("odd", None), (None, "z"), ({"x": {"z": 1}}, None)):
        with pytest.raises(AnalysisError, match="EQ407"):
            comparisons(LEVELS, kind, reference)  # type: ignore[arg-type]


def test_within_each_visit() -> None:
    cells = pd.DataFrame(
        [(a, v) for a in "ab" for v in "xyz"], columns=["arm", "visit"]
    )
    labels, rows = within(cells, np.eye(6), "visit", comparisons(("a", "b"), None, "a"))
    assert list(labels["visit"]) == list("xyz")
    assert_allclose(rows, np.hstack([-np.eye(3), np.eye(3)]))


def test_comparisons_of_a_fit_are_differences_of_its_means() -> None:
    frame = small(2, n=60)
    frame["arm"] = pd.Categorical([LEVELS[int(i) % 3] for i in frame["id"]], LEVELS)
    fit = mmrm("y ~ x + arm * visit + us(visit | id)", frame)
    means = fit.emmeans("arm", by="visit").set_index(["arm", "visit"])["estimate"]
    for kind in ("pairwise", "sequential"):
        for row in fit.contrasts("arm", by="visit", kind=kind).itertuples():  # type: ignore[arg-type]
            one, other = str(row.contrast).split(" - ")
            assert_allclose(
                row.estimate, means[one, row.visit] - means[other, row.visit]
            )
    trend = {"trend": {"a": -1.0, "c": 1.0}}
    custom = fit.contrasts("visit", kind={"late": {"v2": 1, "v0": -1}})
    assert list(custom["contrast"]) == ["late"]
    assert_allclose(
        fit.contrasts("arm", by="visit", kind=trend)["estimate"],
        fit.contrasts("arm", by="visit", kind={"c - a": {"c": 1, "a": -1}})["estimate"],
    )
