"""``mmrm_batch``: many trials that share a design, fitted together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from equipoise.errors import AnalysisError
from equipoise.errors.counted import counted
from equipoise.numerics.distributions import t_quantile, t_two_sided
from equipoise.numerics.progress import watched
from equipoise.stats.frames import as_frame
from equipoise.stats.input_checks import checked_level, float_array
from equipoise.stats.mmrm.aliasing import Basis, basis
from equipoise.stats.mmrm.batch_summary import batch_page, printed_batch
from equipoise.stats.mmrm.correlations import Matrix
from equipoise.stats.mmrm.design import Design, design
from equipoise.stats.mmrm.formula import Formula, parse
from equipoise.stats.mmrm.inference import Satterthwaite, estimate_columns
from equipoise.stats.mmrm.joint_search import JointFits, search
from equipoise.stats.mmrm.marginal import comparisons, within
from equipoise.stats.mmrm.maximize import maximize
from equipoise.stats.mmrm.pattern_trials import PatternTrials
from equipoise.stats.mmrm.prediction import by_trial
from equipoise.stats.mmrm.saturated import Saturated
from equipoise.stats.mmrm.scaling import no_variance, scaled_data
from equipoise.stats.mmrm.trials import Shared, Trials

NUMBERS = 2**21  # of the largest array of a chunk of trials


@dataclass(frozen=True, eq=False, repr=False)
class TrialDesign:
    """Rows that many trials share, with the hypotheses to be answered.

    Attributes:
        formula: the model.
        matrices: of the rows, as if every outcome were there.
        n_rows: of the frame, in whose order outcomes are given.
        labels: a row for each hypothesis.
        L: hypotheses x columns of X.
    """

    formula: Formula
    matrices: Design
    n_rows: int
    labels: pd.DataFrame
    L: Matrix

    def __repr__(self) -> str:
        rows = counted(self.n_rows, "row")
        return f"TrialDesign({self.formula}; {rows}, {len(self.L)} hypotheses)"

    def contrasts(
        self, factor: str, by: str | None = None, reference: Any = None
    ) -> TrialDesign:
        """The same design, with differences of marginal means.

        Args:
            factor: factor of the fixed effects.
            by: second factor; differences are within its levels.
            reference: level that is subtracted from each other one; None for pairs.

        Raises:
            AnalysisError: EQ407, no such factor or level.
        """
        encoding = self.matrices.encoding
        of = (factor,) if by is None else (factor, by)
        cells, L = encoding.grid(of)
        compared = comparisons(encoding.levels[factor], None, reference)
        labels, rows = within(cells, L, by, compared)
        return replace(self, labels=labels, L=rows)


@dataclass(frozen=True, eq=False, repr=False)
class BatchFit:
    """Fits of R trials, with r hypotheses each.

    Attributes:
        labels: a row for each hypothesis.
        estimate: R x r, as the other arrays of that shape; NaN where a fit did not
            converge.
        converged: R.
        n_iterations: R.
        deviance: minus twice the restricted log-likelihood, R.
    """

    labels: pd.DataFrame
    estimate: Matrix
    std_error: Matrix
    df: Matrix
    t: Matrix
    p: Matrix
    lower: Matrix
    upper: Matrix
    converged: NDArray[np.bool_]
    n_iterations: NDArray[np.intp]
    deviance: Matrix

    def __repr__(self) -> str:
        return printed_batch(self)

    def _repr_html_(self) -> str:
        return batch_page(self)

    def to_frame(self) -> pd.DataFrame:
        """A row for each trial and hypothesis."""
        R, r = self.estimate.shape
        labels = pd.concat([self.labels] * R, ignore_index=True)
        names = ("estimate", "std_error", "df", "t", "p", "lower", "upper")
        numbers = {name: getattr(self, name).reshape(-1) for name in names}
        table = labels.assign(**numbers, converged=np.repeat(self.converged, r))
        table.insert(0, "trial", np.repeat(np.arange(R), r))
        return table


def mmrm_design(formula: str, frame: pd.DataFrame) -> TrialDesign:
    """The design that many trials share.

    Args:
        formula: as for ``mmrm``, with the structure ``us`` and without groups.
        frame: a row for each participant and visit that a trial may have; the outcome
            column may be absent.

    Returns:
        A design whose hypotheses are the single coefficients; see ``contrasts``.

    Raises:
        AnalysisError: EQ400 to EQ405, EQ407.

    Example:
        In the documentation of the package ``equipoise.stats.mmrm``.
    """
    model = parse(formula)
    if model.structure != "us" or model.group is not None:
        raise AnalysisError.single(
            "EQ407",
            f"the structure {model.structure} of many trials",
            where=f"formula {formula!r}",
            fix="use us(visit | participant), or fit the trials one by one",
        )
    if model.offsets:
        raise AnalysisError.single(
            "EQ407",
            "an offset in a design of many trials",
            where=f"formula {formula!r}",
            fix="subtract it from the outcomes",
        )
    frame = as_frame(frame)
    made = design(model, frame.assign(**{model.outcome: 0.0}))
    if len(made.excluded):
        raise AnalysisError.single(
            "EQ411",
            f"{counted(len(made.excluded), 'row')} of the design without a covariate",
            where="frame of the design",
            fix="complete them or leave them out",
            records=made.excluded,
        )
    names = made.encoding.names
    labels = pd.DataFrame({"term": names})
    return TrialDesign(model, made, len(frame), labels, np.eye(len(names)))


def mmrm_batch(
    design: TrialDesign,
    outcomes: Matrix | pd.DataFrame,
    reml: bool = True,
    level: float = 0.95,
) -> BatchFit:
    """Fits many trials together, with Satterthwaite's degrees of freedom.

    Args:
        design: from ``mmrm_design``.
        outcomes: trials x rows of the design, NaN where missing; or the frame that
            ``fit.simulate`` gives, rows x trials.
        reml: restricted maximum likelihood (True) or maximum likelihood.
        level: coverage of the intervals.

    Returns:
        The digits that ``mmrm`` gives for each trial alone. A trial that the joint
        search cannot fit is fitted alone. Where that fails too, and where a trial has
        no answer to a hypothesis (an arm or all participants without a rating at a
        visit), every number of the answer is NaN. Marginal means and differences that
        depend on covariates are at the means of the rows of the design.

    Raises:
        AnalysisError: EQ411, the outcomes do not fit the design.

    Source: as ``mmrm``; the search by average information, Gilmour, Thompson and Cullis
    1995, Biometrics 51:1440-1450, ends with Newton's method.

    Example:
        In the documentation of the package ``equipoise.stats.mmrm``.
    """
    checked_level(level, "EQ407")
    if not isinstance(design, TrialDesign):
        raise AnalysisError.single(
            "EQ411",
            f"design is a {type(design).__name__}, not a design of trials",
            where="mmrm_batch",
            fix="give the result of mmrm_design",
        )
    y = float_array("outcomes", by_trial(outcomes, design.n_rows), "EQ411")
    found, axes = _found(design, y, reml)
    lost = axes.lost(design.L)
    for numbers in (found.value, found.variance, found.df):
        numbers[:, lost] = np.nan
    return _finished(design, found, level)


def coefficients(
    design: TrialDesign, outcomes: Matrix, reml: bool = True
) -> tuple[Matrix, Matrix, NDArray[np.bool_]]:
    """Coefficients and covariance matrices of many trials, without inference.

    Returns:
        Coefficients, trials x columns of X, zero for aliased columns; covariance of the
        visits, trials x T x T; and which fits converged.

    Raises:
        AnalysisError: EQ411, the outcomes do not fit the design.
    """
    plain = replace(design, L=design.L[:0], labels=design.labels[:0])
    found, axes = _found(plain, outcomes, reml)
    beta = np.zeros((len(found.beta), len(design.matrices.encoding.names)))
    beta[:, axes.kept] = found.beta @ axes.turn.T
    return beta, found.S, found.converged


def _found(
    design: TrialDesign, outcomes: Matrix, reml: bool
) -> tuple[JointFits, Basis]:
    """All trials, in the basis of the whole design."""
    y = _checked(design, outcomes)
    axes = basis([replace(design.matrices, y=np.zeros(len(design.matrices.y)))])
    shared, where = _shared(design.matrices, axes, reml)
    N, T, p = shared.X.shape
    found = JointFits.empty(len(y), len(design.L), p, T)
    k = len(shared.lower)
    step = max(1, NUMBERS // (k * max(k * N, p * p)))
    L = design.L[:, axes.kept] @ axes.turn
    saturated = Saturated.of(shared)
    starts = range(0, len(y), step)
    for at in watched("mmrm: trials", starts, len(starts)):
        own = np.arange(at, min(at + step, len(y)))
        grid = np.full((len(own), N, T), np.nan)
        grid[:, where[0], where[1]] = y[own]
        with np.errstate(all="ignore"):  # what cannot be fitted leaves as NaN
            _search(shared, saturated, grid, L, own, found)
    if reml:
        found.deviance[:] += axes.log_det  # of the basis
    for number in np.flatnonzero(~found.converged):
        with np.errstate(all="ignore"):  # as above
            _alone(design, axes, y[number], reml, int(number), found)
    return found, axes


def _search(
    shared: Shared,
    saturated: Saturated | None,
    grid: Matrix,
    L: Matrix,
    own: NDArray[np.intp],
    found: JointFits,
) -> None:
    """The trials together, by sums over patterns of visits where that is possible."""
    if saturated is None:
        search(Trials.of(shared, grid), L, own, found)
        return
    turn = saturated.turn
    by_visit = np.asarray(np.linalg.solve(turn.T, L.T).T, dtype=float)
    search(PatternTrials.of(saturated, grid), by_visit, own, found)
    found.beta[own] = np.linalg.solve(turn, found.beta[own].T).T
    if shared.reml:
        found.deviance[own] += 2 * np.linalg.slogdet(turn)[1]


def _checked(design: TrialDesign, outcomes: Matrix) -> Matrix:
    """Outcomes in the order of the matrices."""
    y = np.asarray(outcomes, dtype=float)
    if y.ndim != 2 or y.shape[1] != design.n_rows or np.isinf(y).any():
        raise AnalysisError.single(
            "EQ411",
            f"outcomes of shape {y.shape} for {counted(design.n_rows, 'row')}, "
            f"{int(np.isinf(y).sum())} of them infinite",
            where="mmrm_batch",
            fix="give trials x rows of the design, NaN where missing",
        )
    return y[:, design.matrices.position]


def _shared(
    matrices: Design, axes: Basis, reml: bool
) -> tuple[Shared, tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """X on the grid of participants and visits, and the place of each row."""
    person = np.unique(matrices.subject, return_inverse=True)[1].reshape(-1)
    N, T = int(person.max()) + 1, len(matrices.visits)
    X = np.zeros((N, T, len(axes.kept)))
    X[person, matrices.visit] = matrices.X[:, axes.kept] @ axes.turn
    return Shared(X, reml), (person, matrices.visit)


def _alone(
    plan: TrialDesign,
    whole: Basis,
    y: Matrix,
    reml: bool,
    number: int,
    found: JointFits,
) -> None:
    """The trial by the search of ``mmrm``, which tries more."""
    part = _rows(plan.matrices, y)
    if part is None:
        return
    try:
        axes, data = scaled_data(lambda: iter([part]), "us")
        if not data.together[0].all() or no_variance(data).any():
            return
        start = data.blocks[0].start(data.start[0])
        top = maximize(data.model(axes, reml=reml), start)
    except (AnalysisError, np.linalg.LinAlgError):
        return
    found.n_iterations[number] += top.n_iterations
    if not top.converged:
        return
    lost = axes.lost(plan.L)
    L = plan.L[:, axes.kept]
    own = axes.origin + axes.turn @ top.at.beta
    value = L @ own
    beta = np.zeros(len(plan.matrices.encoding.names))
    beta[axes.kept] = own
    found.beta[number] = np.linalg.solve(whole.turn, beta[whole.kept])
    rated = np.ix_(part.at, part.at)
    found.S[number][rated] = top.model.covariances(top.at.theta)[0]
    numbers = estimate_columns(
        L @ axes.turn, value, Satterthwaite(top.at, top.at.Phi), 0.95
    )
    found.converged[number] = True
    found.value[number] = np.where(lost, np.nan, value)
    found.variance[number] = np.where(lost, np.nan, numbers["std_error"] ** 2)
    found.df[number] = np.where(lost, np.nan, numbers["df"])
    found.deviance[number] = top.at.deviance


def _rows(whole: Design, y: Matrix) -> Design | None:
    """The rows of one trial, with the visits that it has; None if it has no row."""
    known = ~np.isnan(y)
    if not known.any():
        return None
    rated, visit = np.unique(whole.visit[known], return_inverse=True)
    return replace(
        whole,
        X=whole.X[known],
        y=y[known],
        weight=whole.weight[known],
        subject=whole.subject[known],
        visit=visit.reshape(-1),
        group=whole.group[known],
        visits=tuple(whole.visits[at] for at in rated),
        planned=whole.visits,
    )


def _finished(plan: TrialDesign, found: JointFits, level: float) -> BatchFit:
    with np.errstate(invalid="ignore"):
        error = np.sqrt(found.variance)
        t = found.value / error
        half = t_quantile((1 + level) / 2, found.df) * error
        p = t_two_sided(t, found.df)
    return BatchFit(
        labels=plan.labels,
        estimate=found.value,
        std_error=error,
        df=found.df,
        t=t,
        p=p,
        lower=found.value - half,
        upper=found.value + half,
        converged=found.converged,
        n_iterations=found.n_iterations,
        deviance=found.deviance,
    )
