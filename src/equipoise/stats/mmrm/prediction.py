"""Expected and simulated outcomes of rows, seen or not."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from equipoise.errors import AnalysisError, listing
from equipoise.errors.counted import counted
from equipoise.numerics.rng import stream
from equipoise.stats.frames import as_frame
from equipoise.stats.input_checks import checked_count, checked_level, checked_option
from equipoise.stats.mmrm.correlations import Matrix
from equipoise.stats.mmrm.design import Design, matrices
from equipoise.stats.mmrm.fitted import Fitted
from equipoise.stats.mmrm.participants import ParticipantRows, participant_rows
from equipoise.stats.mmrm.rows import Kinds, Rows, read

Interval = Literal["none", "confidence", "prediction"]
UNSEEN = 0.0  # stands for an outcome that is missing; it is masked wherever it is used


def predicted(
    fit: Fitted,
    frame: pd.DataFrame | None,
    conditional: bool,
    interval: Interval,
    level: float,
) -> pd.DataFrame:
    """Expected outcome of each row with its standard error.

    Args:
        fit: a fit.
        frame: rows with covariates, visit and participant; the outcome may be missing
            or absent. None: the rows of the fit.
        conditional: given the outcomes of the same participant that the frame holds;
            a row with an outcome is then its own prediction.
        interval: ``confidence`` of the expectation, or ``prediction`` of one outcome,
            both by the normal distribution.
        level: coverage.

    Returns:
        ``estimate, std_error`` and ``lower, upper``, indexed as the frame. The standard
        error counts the uncertainty of the coefficients, not that of the covariance.

    Raises:
        AnalysisError: EQ401 to EQ403 the frame does not fit; EQ406; EQ407.

    Source: Searle, Casella and McCulloch 1992, Variance Components, chapter 7; R
    ``predict.mmrm``; docs/methods/mmrm.md, equation (prediction).
    """
    names = get_args(Interval)
    checked_option("interval", interval, names, code="EQ407", where="predict")
    checked_level(level, "EQ407")
    rows, part, known = _part(fit, frame)
    mean, of_mean, own = (np.empty(len(part.y)) for _ in range(3))
    for some in participant_rows(part, fit.basis, fit.top.model, fit.top.at.theta):
        at = (some.person, some.slot)
        expected, X, S = _given(fit, some, known if conditional else None)
        mean[some.rows] = expected[at]
        of_mean[some.rows] = ((X @ fit.inference.Phi) * X).sum(axis=2)[at]
        own[some.rows] = np.diagonal(S, axis1=1, axis2=2)[at]
    mean /= np.sqrt(part.weight)
    mean += part.X[:, fit.basis.kept] @ fit.basis.origin + part.offset
    # What is known exactly has a variance of zero, up to rounding.
    of_mean, own = (np.maximum(v, 0) / part.weight for v in (of_mean, own))
    error = np.sqrt(of_mean)
    table = {"estimate": mean, "std_error": error}
    if interval != "none":
        spread = own if interval == "prediction" else 0.0
        half = special.ndtri((1 + level) / 2) * np.sqrt(error**2 + spread)
        table |= {"lower": mean - half, "upper": mean + half}
    order = np.argsort(rows.position)
    return pd.DataFrame(table, index=rows.kept.index).iloc[order]


def simulated(
    fit: Fitted, n: int, seed: int, frame: pd.DataFrame | None, conditional: bool
) -> pd.DataFrame:
    """Outcomes drawn from the fitted model, its parameters taken as true.

    Args:
        fit: a fit.
        n: draws, the columns of the result.
        seed: non-negative integer.
        frame: rows; None: those of the fit.
        conditional: given the outcomes that the frame holds.

    Returns:
        A row for each row of the frame, in its order, and a column for each draw;
        ``mmrm_batch`` takes this frame.

    Raises:
        AnalysisError: as ``predicted``; EQ462, an impossible number of draws or seed.
    """
    checked_count("n", n)
    checked_count("seed", seed)
    rows, part, known = _part(fit, frame)
    values = np.empty((len(part.y), n))
    draw = stream(seed, "mmrm", "simulate")
    for some in participant_rows(part, fit.basis, fit.top.model, fit.top.at.theta):
        expected, _, S = _given(fit, some, known if conditional else None)
        size, vectors = np.linalg.eigh(S)  # conditional covariances are singular
        root = vectors * np.sqrt(np.maximum(size, 0))[:, None, :]
        noise = root @ draw.standard_normal((*S.shape[:2], n))
        values[some.rows] = (expected[..., None] + noise)[some.person, some.slot]
    values /= np.sqrt(part.weight)[:, None]
    shift = part.X[:, fit.basis.kept] @ fit.basis.origin + part.offset
    values += shift[:, None]
    order = np.argsort(rows.position)
    return pd.DataFrame(values, index=rows.kept.index).iloc[order]


def by_trial(outcomes: Matrix | pd.DataFrame, n_rows: int) -> Matrix | pd.DataFrame:
    """Outcomes as trials x rows; a frame as ``simulated`` gives it is turned.

    Args:
        outcomes: trials x rows; or a frame, whose orientation its shape decides.
        n_rows: of the design.

    Raises:
        AnalysisError: EQ411, a frame with as many columns as rows, which may be either.
    """
    if not isinstance(outcomes, pd.DataFrame):
        return outcomes
    rows, columns = outcomes.shape
    if rows == columns == n_rows:
        raise AnalysisError.single(
            "EQ411",
            f"a frame of {rows} x {columns} outcomes may be trials x rows or rows x trials",
            where="mmrm_batch",
            fix="give an array of trials x rows, such as simulated.to_numpy().T",
        )
    return outcomes.T if rows == n_rows else outcomes


def _part(
    fit: Fitted, frame: pd.DataFrame | None
) -> tuple[Rows, Design, NDArray[np.bool_]]:
    """Typed rows, their matrices, and which have an outcome."""
    _ = fit.deviance  # refuses a fit that did not converge
    whole = fit.source.whole
    if frame is None:
        if whole is None:
            raise AnalysisError.single(
                "EQ407",
                "the rows of the fit are not held in memory",
                where="predict",
                fix="give a frame",
            )
        rows = Rows(whole.rows, whole.position, whole.excluded)
        return rows, whole, np.ones(len(whole.y), dtype=bool)
    frame = as_frame(frame)
    formula = fit.formula
    outcome = formula.outcome
    filled = frame.assign(**{outcome: frame.get(outcome, np.nan)})
    known = filled[outcome].notna().to_numpy()
    filled[outcome] = filled[outcome].where(known, UNSEEN)
    levels = dict(fit.levels)
    if not formula.spatial:
        levels[formula.places[0]] = fit.visits
    if formula.group:
        levels[formula.group] = fit.source.groups
    _refuse_new_levels(frame, levels)
    weights = fit.weights if fit.weights in frame else None
    rows = read(filled, Kinds(formula, weights, levels))
    if len(rows.excluded):
        raise AnalysisError.single(
            "EQ402",
            f"{counted(len(rows.excluded), 'row', 'lacks')} "
            "a covariate, visit or participant",
            where="frame of the prediction",
            fix="complete these rows or leave them out",
            records=rows.excluded,
        )
    part = matrices(fit.source.encoding, rows.kept, weights)
    if formula.spatial:
        part = replace(part, visits=tuple(range(int(part.visit.max()) + 1)))
    return rows, part, known[rows.position]


def _refuse_new_levels(
    frame: pd.DataFrame, levels: dict[str, tuple[object, ...]]
) -> None:
    for name, known in levels.items():
        if name not in frame:
            continue  # refused as an absent column
        strange = ~frame[name].isin(list(known)) & frame[name].notna()
        if strange.any():
            raise AnalysisError.single(
                "EQ402",
                f"{name!r} has levels that the fit did not see: "
                f"{listing(map(str, frame[name][strange].unique()))}",
                where=f"frame of the prediction, column {name}",
                fix=f"levels: {listing(map(str, known))}",
                records=frame[strange],
            )


def _given(
    fit: Fitted, some: ParticipantRows, known: NDArray[np.bool_] | None
) -> tuple[Matrix, Matrix, Matrix]:
    """Expectation over the origin, its combination of beta, and covariance.

    All in the units of weighted rows for ``some.S``; given known outcomes if there are.
    """
    beta = fit.top.at.beta
    X, S = some.Z[..., :-1], some.S
    if known is None:
        return X @ beta, X, S
    seen = np.zeros(X.shape[:2], dtype=bool)
    seen[some.person, some.slot] = known[some.rows]
    pairs = seen[:, :, None] & seen[:, None, :]
    W = np.linalg.inv(np.where(pairs, S, np.eye(S.shape[1]))) * pairs
    B = S @ W  # regression on what was seen
    r = np.where(seen, some.Z[..., -1] - X @ beta, 0.0)
    expected = X @ beta + (B @ r[..., None])[..., 0]
    rest = S - B @ S
    return expected, X - B @ X, (rest + rest.swapaxes(1, 2)) / 2
