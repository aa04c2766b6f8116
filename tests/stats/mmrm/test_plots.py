"""Pictures of a fit show its numbers, on axes that can be styled."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any, get_args

import numpy as np
import pytest
from matplotlib import pyplot
from matplotlib.axes import Axes
from numpy.testing import assert_allclose
from scipy import stats

from equipoise.errors import AnalysisError, EquipoiseError
from equipoise.stats.mmrm import MmrmFit, mmrm
from equipoise.stats.mmrm.plots import Kind
from tests.stats.mmrm.fev import MODEL, small

KINDS = get_args(Kind)


@pytest.fixture(scope="module")
def fit() -> MmrmFit:
    return mmrm(MODEL, small(2, n=40))


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    pyplot.switch_backend("agg")
    pyplot.close("all")  # those another module's test left open in this process
    yield
    pyplot.close("all")


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_draws_on_the_given_axes_or_on_new_ones(
    kind: Any, fit: MmrmFit
) -> None:
    figure, axes = pyplot.subplots()
    assert fit.plot(kind, ax=axes) is axes
    assert pyplot.get_fignums() == [figure.number]
    new = fit.plot(kind)
    assert isinstance(new, Axes)
    assert len(pyplot.get_fignums()) == 2
    new.set_title("styled")
    new.figure.canvas.draw()
    assert new.get_xlabel()
    assert axes.get_title()


def test_means_are_those_of_emmeans_by_arm_over_the_visits(fit: MmrmFit) -> None:
    axes = fit.plot("means", level=0.9)
    table = fit.emmeans("arm", by="visit", level=0.9)
    for number, arm in enumerate("ab"):
        bars = axes.containers[number]
        own = table[table["arm"] == arm]
        assert_allclose(bars[0].get_ydata(), own["estimate"])
        ends = np.array([s[:, 1] for s in bars[2][0].get_segments()])
        assert_allclose(ends, own[["lower", "upper"]])
    assert [t.get_text() for t in axes.get_xticklabels()] == ["v0", "v1", "v2"]
    assert [t.get_text() for t in axes.get_legend().get_texts()] == ["a", "b"]
    assert "90% CI" in axes.get_ylabel()


def test_visits_that_are_numbers_keep_their_distances() -> None:
    frame = small(2, n=40)
    days = frame["visit"].map({"v0": 1, "v1": 2, "v2": 8})
    fit = mmrm(MODEL, frame.assign(visit=days))
    assert_allclose(fit.plot("means").get_xticks(), [1, 2, 8])
    assert_allclose(fit.plot("profile").get_xticks(), [1, 2, 8])


def test_the_profile_shows_each_outcome_once_and_the_observed_means(
    fit: MmrmFit,
) -> None:
    frame = small(2, n=40)
    lines = fit.plot("profile").get_lines()
    thin = np.concatenate([line.get_ydata() for line in lines[::2]])
    assert_allclose(np.sort(thin[~np.isnan(thin)]), np.sort(frame["y"]))
    assert int(np.isnan(thin).sum()) == 40 - 2  # breaks between participants
    means = frame.groupby(["arm", "visit"])["y"].mean()
    assert_allclose(lines[1].get_ydata(), means["a"])


def test_residuals_and_quantiles(fit: MmrmFit) -> None:
    points = fit.plot("residuals", residual="response").get_lines()[1]
    assert_allclose(points.get_xdata(), fit.fittedvalues)
    assert_allclose(points.get_ydata(), fit.resid)
    points = fit.plot("qq").get_lines()[1]
    (theirs, ordered), _ = stats.probplot(fit.residuals("normalized"))
    assert_allclose(points.get_ydata(), ordered)
    # scipy uses Filliben's plotting positions, R's ppoints are used here
    assert_allclose(points.get_xdata(), theirs, atol=0.12)
    n = fit.n_rows
    assert_allclose(points.get_xdata(), stats.norm.ppf((np.arange(n) + 0.5) / n))
    fit.plot("qq", residual="raw").figure.canvas.draw()


def test_matrices_show_their_numbers(fit: MmrmFit) -> None:
    texts = [t.get_text() for t in fit.plot("covariance").texts]
    assert texts == [f"{v:.3g}" for v in fit.covariance.to_numpy().ravel()]
    sd = np.sqrt(np.diag(fit.covariance))
    correlation = (fit.covariance / np.outer(sd, sd)).to_numpy()
    axes = fit.plot("correlation")
    assert [t.get_text() for t in axes.texts] == [
        f"{v:.2f}" for v in correlation.ravel()
    ]
    grouped = mmrm(MODEL.replace("| id", "| arm / id"), small(2, n=60))
    shown = [t.get_text() for t in grouped.plot("covariance", group="b").texts]
    assert shown[0] == f"{grouped.covariances['b'].iloc[0, 0]:.3g}"
    with pytest.raises(AnalysisError, match="EQ407"):
        grouped.plot("covariance", group="c")


def test_models_without_arm_visit_or_grid() -> None:
    frame = small(2, n=60).assign(day=lambda f: f["visit"].str[1:].astype(float))
    spatial = mmrm("y ~ x + arm + sp_exp(day | id)", frame)
    for kind in KINDS:
        spatial.plot(kind).figure.canvas.draw()
    assert mmrm("y ~ x + visit + us(visit | id)", frame).plot().get_xlabel() == "visit"
    with pytest.raises(AnalysisError, match="EQ407 the model has no factor"):
        mmrm("y ~ x + us(visit | id)", frame).plot()
    mmrm("y ~ x + us(visit | id)", frame).plot("profile")


def test_wrong_options_are_rejected(fit: MmrmFit) -> None:
    for options in ({"factors": "arm"}, {"residual": "raw"}, {"factor": "visit"}):
        with pytest.raises(AnalysisError, match="EQ407"):
            fit.plot("means", **options)
    with pytest.raises(AnalysisError, match=r"EQ407.*did you mean 'means'"):
        fit.plot("mean")  # type: ignore[arg-type]


def test_without_matplotlib_the_extra_is_named(
    fit: MmrmFit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(EquipoiseError, match=r"EQ004 .*matplotlib") as caught:
        fit.plot()
    assert "equipoise[report]" in caught.value.problems[0].fix
