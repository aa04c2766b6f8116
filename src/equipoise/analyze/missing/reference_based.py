"""Reference-based imputation with conditional means and the jackknife.

Source: Wolbers et al. 2022, Pharm Stat 21:1246-1257; R rbmi, method_condmean("jackknife").
The model without each participant in turn is fitted by the engine for many trials at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from equipoise.analyze.missing.conditional_mean import imputed
from equipoise.analyze.missing.strategies import Strategy, expected
from equipoise.analyze.mmrm.batch import TrialDesign, coefficients, mmrm_design
from equipoise.errors import AnalysisError
from equipoise.numerics.distributions import t_quantile, t_two_sided

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Question:
    """What is asked of incomplete data.

    Attributes:
        formula: of the imputation model, with ``us(visit | participant)``.
        frame: a row for each participant and visit; the outcome may be missing, the
            rest may not.
        arm: column of the arms.
        treated: arm of interest.
        reference: arm that the strategies refer to, and of comparison.
        covariates: of the analysis at a visit, beside the arm.
        first: first visit after the intercurrent event by participant; absent for none.
    """

    formula: str
    frame: pd.DataFrame
    arm: str
    treated: Any
    reference: Any
    covariates: tuple[str, ...]
    first: pd.Series[Any]


@dataclass(frozen=True)
class Answer:
    """Difference at each visit, treated minus reference.

    Attributes:
        visits: in order.
        estimate: T.
        slope: how much the estimate moves for each point that is added to the imputed
            outcomes of the treated arm, T.
        replicates: estimates without each participant, N x T.
        replicate_slopes: N x T.
        completed: the completed outcomes, participants x T.
    """

    visits: tuple[Any, ...]
    estimate: Matrix
    slope: Matrix
    replicates: Matrix
    replicate_slopes: Matrix
    completed: pd.DataFrame

    def table(self, level: float = 0.95, delta: float = 0.0) -> pd.DataFrame:
        """Estimate, jackknife standard error, normal interval and p, by visit.

        Args:
            level: coverage.
            delta: points added to the imputed outcomes of the treated arm.

        Source: Efron and Tibshirani 1993, An Introduction to the Bootstrap, 11.5.
        """
        value = self.estimate + delta * self.slope
        each = self.replicates + delta * self.replicate_slopes
        n = len(each)
        spread = ((each - each.mean(axis=0)) ** 2).sum(axis=0)
        error = np.sqrt((n - 1) / n * spread)
        half = float(t_quantile((1 + level) / 2, np.inf)) * error
        return pd.DataFrame(
            {
                "visit": list(self.visits),
                "estimate": value,
                "std_error": error,
                "lower": value - half,
                "upper": value + half,
                "p": t_two_sided(value / error, np.inf),
            }
        )


@dataclass(frozen=True)
class _Prepared:
    plan: TrialDesign
    y: Matrix  # participants x T
    own: Matrix  # participants x T x columns of X
    other: Matrix  # the same in the arm of reference
    first: NDArray[np.intp]
    treated: NDArray[np.bool_]
    Z: Matrix  # participants x columns of the analysis


def reference_based(question: Question, strategy: Strategy) -> Answer:
    """The difference under a strategy for who had an intercurrent event.

    Outcomes after the event that were seen do not enter the imputation model, unless
    the strategy is missing at random; missing outcomes are replaced by their expectation
    given what was seen, and each visit is analyzed by least squares.

    Raises:
        AnalysisError: EQ406, the model does not converge with all participants, or
            without one of them; EQ411, the frame lacks rows or covariates.
    """
    ready = _prepared(question)
    y = ready.y
    T = y.shape[1]
    after = np.arange(T) >= ready.first[:, None]
    used = y if strategy == "MAR" else np.where(after, np.nan, y)
    n = len(y)
    outcomes = np.repeat(used[None], n + 1, axis=0)
    outcomes[np.arange(1, n + 1), np.arange(n)] = np.nan  # without each in turn
    beta, S, converged = coefficients(ready.plan, outcomes.reshape(n + 1, -1))
    if not converged.all():
        raise AnalysisError.single(
            "EQ406",
            f"the imputation model does not converge in {int((~converged).sum())} of "
            f"{n + 1} fits",
            where="reference-based imputation",
            mend="use fewer visits or covariates; look for visits that few attended",
        )
    own, other = (np.einsum("ntp,rp->rnt", X, beta) for X in (ready.own, ready.other))
    mean = expected(own, other, ready.first, strategy)
    whole = imputed(used, mean, S)
    whole = np.where(np.isnan(y), whole, y) if strategy == "MAR" else whole
    missing = np.isnan(used) & ready.treated[:, None]
    estimates = _differences(ready.Z, whole)
    slopes = _differences(
        ready.Z, np.repeat(missing[None].astype(float), n + 1, axis=0)
    )
    people = question.frame["participant"].unique()
    visits = ready.plan.matrices.visits
    return Answer(
        visits=visits,
        estimate=estimates[0],
        slope=slopes[0],
        replicates=estimates[1:],
        replicate_slopes=slopes[1:],
        completed=pd.DataFrame(whole[0], index=np.sort(people), columns=list(visits)),
    )


def _differences(Z: Matrix, outcomes: Matrix) -> Matrix:
    """Least-squares coefficient of the arm at each visit, R x T.

    The first replicate has everybody, the others leave one participant out in turn.
    """
    n = len(Z)
    keep = np.ones((n + 1, n))
    keep[np.arange(1, n + 1), np.arange(n)] = 0
    A = np.einsum("rn,na,nb->rab", keep, Z, Z, optimize=True)
    b = (keep[:, None, :] * Z.T) @ outcomes  # R x q x T
    return np.asarray(np.linalg.solve(A, b)[:, 1])


def _prepared(question: Question) -> _Prepared:
    frame = question.frame.sort_values(["participant", "visit"], ignore_index=True)
    plan = mmrm_design(question.formula, frame)
    matrices = plan.matrices
    T = len(matrices.visits)
    people = frame["participant"].unique()
    if len(frame) != len(people) * T:
        raise AnalysisError.single(
            "EQ411",
            f"{len(frame)} rows for {len(people)} participants and {T} visits",
            where="reference-based imputation",
            mend="give each participant a row for each visit, the outcome missing",
        )
    other = matrices.rows.assign(
        **{
            question.arm: pd.Categorical(
                [question.reference] * len(frame),
                categories=matrices.encoding.levels[question.arm],
            )
        }
    )
    shape = (len(people), T, -1)
    order = {visit: number for number, visit in enumerate(matrices.visits)}
    first = pd.Series(people).map(question.first).map(order).fillna(T)
    one = frame.drop_duplicates("participant")
    treated = (one[question.arm] == question.treated).to_numpy()
    covariates = [one[name].to_numpy(float) for name in question.covariates]
    return _Prepared(
        plan=plan,
        y=frame[plan.formula.outcome].to_numpy(float).reshape(len(people), T),
        own=matrices.X.reshape(shape),
        other=matrices.encoding.matrix(other).reshape(shape),
        first=first.to_numpy().astype(np.intp),
        treated=treated,
        Z=np.column_stack([np.ones(len(people)), treated, *covariates]),
    )
