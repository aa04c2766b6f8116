"""Pictures of a fit: each draws on axes of matplotlib and returns them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import pandas as pd
from scipy import special

from equipoise.errors import AnalysisError
from equipoise.errors.counted import counted
from equipoise.errors.packages import extras
from equipoise.stats.input_checks import checked_option
from equipoise.stats.mmrm.correlations import Matrix
from equipoise.stats.mmrm.design import Design
from equipoise.stats.mmrm.estimated import Estimated
from equipoise.stats.mmrm.prediction import predicted
from equipoise.stats.mmrm.residuals import OF_R, Residual, residuals

if TYPE_CHECKING:  # matplotlib takes half a second, and belongs to the extra report
    from matplotlib.axes import Axes

Kind = Literal["means", "profile", "residuals", "qq", "covariance", "correlation"]
# Okabe and Ito 2008: told apart with every kind of color vision, and in gray by marks.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00")
MARKS = ("o", "s", "^", "D", "v", "P")
INK, GREY, GRID = "#1f2933", "#52606d", "#e4e7eb"
DARK = 0.6  # of the largest value, from which numbers are white
SIDE = 0.06  # of the distance of two visits between the marks of two arms
NAMES = {
    "raw": "Residual",
    "scaled": "Residual / SD",
    "normalized": "Normalized residual",
}


def plotted(
    fit: Estimated, kind: str, ax: Axes | None, options: dict[str, Any]
) -> Axes:
    """The picture of this kind; see ``MmrmFit.plot``.

    Raises:
        AnalysisError: EQ406, EQ407.
        EquipoiseError: EQ004, matplotlib is not installed.
    """
    names = get_args(Kind)
    checked_option("kind", kind, names, code="EQ407", where="plot")
    draw, allowed = DRAWINGS[kind]
    for name in options:
        checked_option("option", name, allowed, code="EQ407", where=f"plot, {kind}")
    _ = fit.inference  # refuses a fit that did not converge
    axes = _new_axes() if ax is None else ax
    draw(fit, axes, **options)
    return axes


def _new_axes() -> Axes:
    """Axes of a new figure; in a notebook it is shown below the cell."""
    with extras():
        from matplotlib import pyplot
    return pyplot.subplots(figsize=(6.4, 4.0), layout="constrained")[1]


def _means(
    fit: Estimated, axes: Axes, factor: str | None = None, level: float = 0.95
) -> None:
    """Marginal means with intervals, by arm over the visits."""
    visit = _visit_factor(fit)
    factor = _factor(fit, factor, visit)
    if factor is None or visit is None:
        name = factor or visit
        if name is None:
            raise _without_factor("means")
        table = fit.means_table(name, level=level)
        _intervals(
            axes, np.arange(len(table), dtype=float), table, number=0, label=None
        )
        _ticks(axes, np.arange(len(table), dtype=float), fit.levels[name])
        axes.set_xlabel(name)
    else:
        table = fit.means_table(factor, by=visit, level=level)
        at = _positions(fit.levels[visit])
        gap = float(np.diff(at).min()) if len(at) > 1 else 1.0
        arms = fit.levels[factor]
        for number, arm in enumerate(arms):
            shift = (number - (len(arms) - 1) / 2) * SIDE * gap
            part = table[table[factor] == arm]
            _intervals(axes, at + shift, part, number=number, label=str(arm))
        _ticks(axes, at, fit.levels[visit])
        axes.set_xlabel(visit)
        _legend(axes, factor)
    axes.set_ylabel(f"{fit.formula.outcome}: mean ({100 * level:g}% CI)")
    axes.set_title(_means_title(fit), fontsize="medium")
    _frame(axes)


def _means_title(fit: Estimated) -> str:
    return f"Estimated marginal means, {counted(fit.n_subjects, 'participant')}"


def _intervals(
    axes: Axes, x: Matrix, table: pd.DataFrame, *, number: int, label: str | None
) -> None:
    middle = table["estimate"].to_numpy(float)
    limits = np.abs(table[["lower", "upper"]].to_numpy(float).T - middle)
    axes.errorbar(
        x, middle, yerr=limits, capsize=3, markersize=5, linewidth=1.5, label=label,
        color=COLOURS[number % len(COLOURS)], marker=MARKS[number % len(MARKS)],
    )  # fmt: skip


def _profile(fit: Estimated, axes: Axes, factor: str | None = None) -> None:
    """Observed outcomes of each participant, and the observed means of each arm."""
    whole = _in_memory(fit, "profile")
    visit = None if fit.formula.spatial else fit.formula.places[0]
    factor = _factor(fit, factor, visit)
    rows = whole.rows
    if visit is None:
        x = rows[fit.formula.places[0]].to_numpy(float)
    else:
        x = _positions(fit.visits)[whole.visit]
    arms = (None,) if factor is None else fit.levels[factor]
    for number, arm in enumerate(arms):
        own = np.ones(len(x), bool) if arm is None else (rows[factor] == arm).to_numpy()
        color = COLOURS[number % len(COLOURS)]
        axes.plot(*_with_gaps(x[own], whole.y[own], whole.subject[own]), color=color,
                  linewidth=0.7, alpha=_faint(fit.n_subjects), zorder=1)  # fmt: skip
        if visit is not None:
            mean = pd.Series(whole.y[own]).groupby(x[own]).mean()
            axes.plot(mean.index, mean, color=color, linewidth=2.4, markersize=6,
                      marker=MARKS[number % len(MARKS)], zorder=3,
                      label=None if arm is None else str(arm))  # fmt: skip
    if visit is not None:
        _ticks(axes, _positions(fit.visits), fit.visits)
    axes.set_xlabel(fit.formula.places[0])
    axes.set_ylabel(f"{fit.formula.outcome}, observed")
    lines = "thin: participants; bold: observed means" if visit else "participants"
    axes.set_title(lines, fontsize="medium")
    if factor is not None and visit is not None:
        _legend(axes, factor)
    _frame(axes)


def _faint(n: int) -> float:
    """Opacity of the line of a participant."""
    return float(np.clip(12 / np.sqrt(n) / 3, 0.08, 0.5))


def _with_gaps(x: Matrix, y: Matrix, subject: Matrix) -> tuple[Matrix, Matrix]:
    """The lines of all participants as one, broken between them."""
    last = np.flatnonzero(np.diff(subject)) + 1
    return np.insert(x, last, np.nan), np.insert(y, last, np.nan)


def _residual_plot(fit: Estimated, axes: Axes, residual: Residual = "scaled") -> None:
    """Residuals against expectations."""
    values = residuals(fit, residual)
    expected = predicted(fit, None, False, "none", 0.95)["estimate"]
    axes.axhline(0, color=GREY, linewidth=1)
    axes.plot(expected, values, "o", color=COLOURS[0], markersize=3.5, alpha=0.6,
              markeredgewidth=0)  # fmt: skip
    axes.set_xlabel(f"Expected {fit.formula.outcome}")
    axes.set_ylabel(NAMES[OF_R.get(residual, residual)])
    axes.set_title(f"Residuals of {counted(fit.n_rows, 'row')}", fontsize="medium")
    _frame(axes)


def _qq(fit: Estimated, axes: Axes, residual: Residual = "normalized") -> None:
    """Residuals in order against normal quantiles, plotting positions of Blom.

    Source: Blom 1958; R ``qqnorm``, whose ``ppoints`` are these for 10 values or fewer.
    """
    values = np.sort(residuals(fit, residual).to_numpy(float))
    n = len(values)
    offset = 3 / 8 if n <= 10 else 1 / 2  # as R ppoints
    x = special.ndtri((np.arange(1, n + 1) - offset) / (n + 1 - 2 * offset))
    ends = np.array([min(x[0], values[0]), max(x[-1], values[-1])])
    standard = OF_R.get(residual, residual) != "raw"
    if standard:
        axes.plot(ends, ends, color=GREY, linewidth=1)
    else:  # through the quartiles, as R qqline
        low, high = np.quantile(values, [0.25, 0.75])
        slope = (high - low) / (2 * special.ndtri(0.75))
        axes.axline((0, (low + high) / 2), slope=slope, color=GREY, linewidth=1)
    axes.plot(x, values, "o", color=COLOURS[0], markersize=3.5, markeredgewidth=0)
    axes.set_xlabel("Normal quantile")
    axes.set_ylabel(NAMES[OF_R.get(residual, residual)])
    axes.set_title(f"Normal Q-Q plot of {n:,} residuals", fontsize="medium")
    _frame(axes)


def _covariance(fit: Estimated, axes: Axes, group: Any = None) -> None:
    """The covariance matrix of the visits, its numbers in the cells."""
    matrix = _matrix_of(fit, group)
    largest = float(np.abs(matrix.to_numpy()).max())
    unit = f"covariance of {fit.formula.outcome} (its unit squared)"
    _heat(fit, axes, matrix, largest, "Covariance", unit)


def _correlation(fit: Estimated, axes: Axes, group: Any = None) -> None:
    """The correlation matrix of the visits, its numbers in the cells."""
    matrix = _matrix_of(fit, group)
    sd = np.sqrt(np.diag(matrix))
    correlation = matrix.div(sd, axis=0).div(sd, axis=1)
    _heat(fit, axes, correlation, 1.0, "Correlation", "correlation")


def _matrix_of(fit: Estimated, group: Any) -> pd.DataFrame:
    covariances = fit.covariances
    if group is None:
        return next(iter(covariances.values()))
    checked_option("group", group, covariances, code="EQ407", where="plot")
    return covariances[group]


def _heat(
    fit: Estimated,
    axes: Axes,
    matrix: pd.DataFrame,
    largest: float,
    name: str,
    unit: str,
) -> None:
    values = matrix.to_numpy(float)
    signed = bool((values < 0).any()) or largest == 1.0
    image = axes.imshow(
        values,
        cmap="RdBu_r" if signed else "Blues",
        vmin=-largest if signed else 0.0,
        vmax=largest,
    )
    labels = [str(visit) for visit in matrix.index]
    axes.set_xticks(range(len(labels)), labels, rotation=90 if _long(labels) else 0)
    axes.set_yticks(range(len(labels)), labels)
    axes.figure.colorbar(image, ax=axes, label=unit, shrink=0.9)
    axes.set_xlabel("" if fit.formula.spatial else fit.formula.places[0])
    size = 9 if len(labels) <= 8 else 6
    form = ".2f" if largest == 1.0 else ".3g"
    for (row, column), value in np.ndenumerate(values):
        dark = abs(value) > DARK * largest
        axes.text(column, row, f"{value:{form}}", ha="center", va="center",
                  fontsize=size, color="white" if dark else INK)  # fmt: skip
    what = "two rows at distance one" if fit.formula.spatial else fit.formula.places[0]
    axes.set_title(f"{name} by {what}", fontsize="medium")


def _visit_factor(fit: Estimated) -> str | None:
    """The column of the visits, where it is a factor of the fixed effects."""
    visit = fit.formula.places[0]
    return visit if visit in fit.levels else None


def _factor(fit: Estimated, factor: str | None, visit: str | None) -> str | None:
    """The factor of the arms: the one given, else the first that meets the visits.

    Of the factors in an interaction with the visit; else the first other factor.
    """
    others = [name for name in fit.levels if name != visit]
    if factor is not None:
        checked_option("factor", factor, others, code="EQ407", where="plot")
        return factor
    meets = [
        name
        for name in others
        if any(name in term and visit in term for term in fit.formula.terms)
    ]
    return next(iter([*meets, *others]), None)


def _in_memory(fit: Estimated, kind: str) -> Design:
    whole = fit.source.whole
    if whole is None:
        raise AnalysisError.single(
            "EQ407",
            "the rows of the fit are not held in memory",
            where=f"plot, {kind}",
            fix="fit a frame in memory",
        )
    return whole


def _without_factor(kind: str) -> AnalysisError:
    return AnalysisError.single(
        "EQ407",
        "the model has no factor whose means could be drawn",
        where=f"plot, {kind}",
        fix='add the arm or the visit to the model, or draw kind="residuals"',
    )


def _positions(levels: tuple[Any, ...]) -> Matrix:
    """Visits that are ascending numbers at their distances, others side by side."""
    try:
        numbers = np.array([float(level) for level in levels])
    except (TypeError, ValueError):
        return np.arange(len(levels), dtype=float)
    if (np.diff(numbers) > 0).all():
        return numbers
    return np.arange(len(levels), dtype=float)


def _ticks(axes: Axes, at: Matrix, levels: tuple[Any, ...]) -> None:
    labels = [str(level) for level in levels]
    axes.set_xticks(at, labels, rotation=45 if _long(labels) else 0,
                    ha="right" if _long(labels) else "center")  # fmt: skip


def _long(labels: list[str]) -> bool:
    return sum(map(len, labels)) > 48


def _legend(axes: Axes, title: str) -> None:
    axes.legend(title=title, frameon=False, fontsize="small", title_fontsize="small")


def _frame(axes: Axes) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)


DRAWINGS: dict[str, tuple[Callable[..., None], tuple[str, ...]]] = {
    "means": (_means, ("factor", "level")),
    "profile": (_profile, ("factor",)),
    "residuals": (_residual_plot, ("residual",)),
    "qq": (_qq, ("residual",)),
    "covariance": (_covariance, ("group",)),
    "correlation": (_correlation, ("group",)),
}
