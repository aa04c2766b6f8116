"""``mmrm``: mixed model for repeated measures."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from equipoise.errors import AnalysisError
from equipoise.stats.frames import as_frame, with_weights
from equipoise.stats.mmrm.aliasing import Basis
from equipoise.stats.mmrm.between_within import BetweenWithin, column_df, varying
from equipoise.stats.mmrm.chunks import is_large, open_chunks
from equipoise.stats.mmrm.design import Codes, design
from equipoise.stats.mmrm.formula import Formula, parse
from equipoise.stats.mmrm.inference import (
    Fixed,
    Method,
    Satterthwaite,
    check_options,
)
from equipoise.stats.mmrm.kenward_roger import kenward_roger
from equipoise.stats.mmrm.maximize import Maximum, maximize
from equipoise.stats.mmrm.moments import Moments
from equipoise.stats.mmrm.result import MmrmFit
from equipoise.stats.mmrm.sandwich import sandwich
from equipoise.stats.mmrm.scaling import no_variance, scaled_data
from equipoise.stats.mmrm.source import Source, in_memory
from equipoise.stats.options import DfMethod, Vcov, canonical_methods

if TYPE_CHECKING:
    import pandas as pd


def mmrm(
    formula: str,
    frame: pd.DataFrame | Any,
    reml: bool = True,
    df: DfMethod | str = "satterthwaite",
    vcov: Vcov | str = "model",
    weights: str | ArrayLike | None = None,
) -> MmrmFit:
    """Fits a mixed model for repeated measures.

    Args:
        formula: ``outcome ~ baseline + arm * visit + us(visit | participant)``; terms
            may hold ``C(arm)``, ``log(x)``, ``I(x**2)``, ``poly(x, 2)``,
            ``bs(x, df=4)``, ``offset(x)`` and others (docs/methods/mmrm.md); by group
            ``us(visit | arm / participant)``; by distance
            ``sp_exp(day | participant)``. Structures: us, toep, toeph, ar1, ar1h, cs,
            csh, ad, adh, sp_exp, sp_gau; or the names of SAS in any case: un, ar(1),
            arh(1), ante(1) (adh), sp(exp), sp(gau).
        frame: one row for each participant and visit: a pandas, polars or PyArrow
            table, a dictionary of columns, a list of dictionaries, a NumPy structured
            array or the path of a CSV file. Texts, booleans and categoricals are
            factors; the first category is the reference. Text visits have the order of
            their numbers ("week 2" before "week 12"), and ``fit.warnings`` says so. A
            category of the visits without rows, or a visit without a complete row, has
            no mean, but keeps its position in ar1, ar1h, toep and toeph;
            ``fit.warnings`` names it. Rows without outcome, covariate or weight are set
            aside in ``fit.excluded``. Or the path of a Parquet file or folder, or a
            Dask dataframe, in which the rows of a participant follow each other: those
            are read in parts.
        reml: restricted maximum likelihood (True) or maximum likelihood.
        df: denominator degrees of freedom: satterthwaite, kenward-roger-linear or kr
            (SAS DDFM=KR for us, cs and toep; DDFM=KR(LINEAR) for every structure),
            kenward-roger (the form of R mmrm; ``fit.warnings`` says where its standard
            errors are too small), between-within, residual, asymptotic. In any case,
            and by the names of R mmrm and of DDFM= in SAS.
        vcov: covariance of the coefficients: model, empirical, empirical-jackknife,
            empirical-bias-reduced, in any case and by the names of R mmrm.
            Kenward-Roger brings its own.
        weights: column of positive weights, or one weight for each row, a series by
            its index: the variance of a row is divided by it.

    Returns:
        A fit. If it did not converge, its numbers are refused (EQ406),
        ``fit.converged`` is False and ``fit.convergence`` tells what was tried.

    Raises:
        AnalysisError: EQ400 to EQ404, EQ407, EQ409, EQ410, EQ412 to EQ416.

    Source: Mallinckrodt et al. 2008, Drug Inf J 42:303-319; SAS PROC MIXED with
    REPEATED; R mmrm 0.3. The mathematics: docs/methods/mmrm.md, equation (model).

    Example:
        In the documentation of the package ``equipoise.stats.mmrm``.
    """
    method, kind = canonical_methods(df, vcov)
    check_options(method, kind)
    model = parse(formula)
    if is_large(frame):
        source = open_chunks(model, frame, weights)
    else:
        frame, weights = with_weights(as_frame(frame), weights)
        source = in_memory(design(model, frame, weights))
    axes, data = scaled_data(source.parts, model.structure)
    _refuse_unseen_pairs(model, source, data)
    _refuse_no_variance(source, data)
    start = np.concatenate(
        [block.start(S) for block, S in zip(data.blocks, data.start, strict=True)]
    )
    top = maximize(data.model(axes, reml=reml), start)
    return MmrmFit(
        formula=model,
        source=source,
        basis=axes,
        data=data,
        top=top,
        reml=reml,
        df=method,
        vcov_kind=kind,
        weights=None if weights is None else str(weights),
        method_of=partial(_method, source, axes, data, top),
    )


def _method(
    source: Source,
    axes: Basis,
    data: Moments,
    top: Maximum,
    df: DfMethod,
    vcov: Vcov,
) -> Method:
    """Covariance of the coefficients and degrees of freedom that were asked for."""
    at = top.at
    if df in ("kenward-roger", "kenward-roger-linear"):
        return kenward_roger(top.model, at, linear=df == "kenward-roger-linear")
    method: Method = Satterthwaite(at, at.Phi)
    if vcov != "model":
        whitened = source.whitened(axes, top.model, at.theta)
        method = sandwich(at.beta, at.Phi, vcov, whitened)
    if df == "asymptotic":
        return Fixed(method.Phi, float("inf"))
    if df == "residual":
        return Fixed(method.Phi, float(data.n_rows - data.n_coefficients))
    if df == "between-within":
        changes = varying(source.parts())[axes.kept]
        own = column_df(changes, 0, data.n_rows, data.n_subjects)
        return BetweenWithin(
            method.Phi, np.asarray(np.linalg.inv(axes.turn), dtype=float), own
        )
    return method


def _refuse_no_variance(source: Source, data: Moments) -> None:
    """An outcome that the model reproduces exactly has no variance to estimate."""
    constant = no_variance(data)
    if not constant.any():
        return
    what, remedy = "the outcome does not vary beyond what the model reproduces", ""
    if data.together:  # a structure on a grid of visits
        which = np.flatnonzero(constant)
        named = ", ".join(str(source.visits[position]) for position in which)
        what = f"{what} at {named}"
        remedy = _sparse_remedy(source, which)
    raise AnalysisError.single(
        "EQ404",
        what,
        where="frame of the model",
        fix=remedy or "look whether the same value was entered for all participants",
    )


def _sparse_remedy(source: Source, which: Codes) -> str:
    """What to do where a visit has no more ratings than coefficients of its own."""
    texts = []
    for part in source.parts():
        for position in which:
            X = part.X[part.visit == position]
            rank = int(np.linalg.matrix_rank(X)) if len(X) else 0
            if len(X) <= rank:
                texts.append(
                    f"{source.visits[position]} has {len(X)} ratings for {rank} "
                    "coefficients: leave the visit out"
                )
    return "; ".join(texts)


def _refuse_unseen_pairs(model: Formula, source: Source, data: Moments) -> None:
    """Without a participant at both visits, their covariance cannot be known."""
    if model.structure != "us":
        return
    missing = [
        f"{source.visits[a]} and {source.visits[b]}"
        for together in data.together
        for a, b in zip(*np.nonzero(np.triu(~together)), strict=True)
    ]
    if missing:
        pairs = list(dict.fromkeys(missing))
        more = f" and {len(pairs) - 8} more pairs" if len(pairs) > 8 else ""
        raise AnalysisError.single(
            "EQ404",
            f"no participant was rated at both of: {', '.join(pairs[:8])}{more}",
            where="frame of the model",
            fix="leave one of the visits out, or use a structure with fewer parameters",
        )
