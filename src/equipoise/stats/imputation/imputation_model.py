"""Incomplete outcomes with their imputation model, and the arrays behind them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from equipoise.errors import AnalysisError, listing
from equipoise.errors.counted import counted
from equipoise.stats.columns import require_numbers
from equipoise.stats.frames import as_frame, columns_of
from equipoise.stats.imputation.strategies import expected_outcomes
from equipoise.stats.input_checks import checked_option
from equipoise.stats.mmrm.batch import TrialDesign, mmrm_design
from equipoise.stats.mmrm.rows import visit_factor
from equipoise.stats.natural_order import natural_order
from equipoise.stats.options import StrategyName

Matrix = NDArray[np.float64]
ROUNDING = 1e-10  # of the largest outcome: less is no variation


@dataclass(frozen=True)
class IncompleteData:
    """Outcomes with missing values, and the model by which they are imputed.

    Attributes:
        formula: of the imputation model, with ``us(visit | participant)``.
        frame: a row for each participant and visit; the outcome may be missing, the
            rest may not.
        arm: column of the arms.
        treated: arm of interest.
        reference: arm that the strategies refer to, and of comparison.
        covariates: of the analysis at a visit, in addition to the arm.
        first: first visit after the intercurrent event by participant; absent or
            missing for none.
        needed: participants that a visit needs to be rated in a sample of them, as
            ``sparse_visits`` counts; 0 where that is not checked.

    Example:
        In the documentation of the package ``equipoise.stats.imputation``.
    """

    formula: str
    frame: pd.DataFrame
    arm: str
    treated: Any
    reference: Any
    covariates: tuple[str, ...]
    first: pd.Series[Any]
    needed: int = 0


@dataclass(frozen=True)
class ImputationArrays:
    """Incomplete outcomes as arrays: n participants, T visits, in order.

    Attributes:
        formula: of the imputation model.
        frame: sorted by participant and visit.
        y: n x T, NaN where missing.
        own: rows of X, n x T x columns.
        other: the same if all were in the arm of reference.
        first: position of the first visit after the event, n; T for none.
        treated: n, in the arm of interest.
        Z: columns of the analysis at a visit: one, arm, covariates.
        needed: as of the incomplete data.
    """

    formula: str
    frame: pd.DataFrame
    plan: TrialDesign
    y: Matrix
    own: Matrix
    other: Matrix
    first: NDArray[np.intp]
    treated: NDArray[np.bool_]
    Z: Matrix
    needed: int = 0

    def used(self, strategy: StrategyName) -> Matrix:
        """Outcomes that the imputation model sees: none after the event, but for MAR.

        Raises:
            AnalysisError: EQ404, no participant of an arm was rated at a visit, or the
                outcome does not vary there.
        """
        after = np.arange(self.y.shape[1]) >= self.first[:, None]
        used = self.y if strategy == "MAR" else np.where(after, np.nan, self.y)
        for arm in (True, False):
            mine = self.treated == arm
            unseen = np.isnan(used[mine]).all(axis=0)
            # After the event the reference arm applies, unless missing at random.
            own = np.isnan(used[mine]) & ~(after[mine] & (strategy != "MAR"))
            if (unseen & own.any(axis=0)).any():
                self._refuse("no participant of an arm was rated", unseen)
        still = np.nanstd(used, axis=0) <= ROUNDING * np.nanmax(np.abs(used))
        if still.any():
            self._refuse("the outcome is the same in all participants", still)
        return used

    def _refuse(self, what: str, which: NDArray[np.bool_]) -> None:
        visits = [
            str(visit)
            for visit, hit in zip(self.plan.matrices.visits, which, strict=True)
            if hit
        ]
        raise AnalysisError.single(
            "EQ404",
            f"{what} at {listing(visits)}",
            where="imputation model",
            fix="leave the visit out",
        )

    def means(self, beta: Matrix, strategy: StrategyName) -> Matrix:
        """What is expected of each participant by R sets of coefficients, R x n x T."""
        own, other = (
            np.einsum("ntp,rp->rnt", X, beta, optimize=True)
            for X in (self.own, self.other)
        )
        return expected_outcomes(own, other, self.first, strategy)


def imputation_arrays(data: IncompleteData) -> ImputationArrays:
    """The arrays of incomplete data.

    Raises:
        AnalysisError: EQ407, a column or arm that the frame does not have; EQ411, the
            frame has missing rows.
    """
    given = as_frame(data.frame, "frame of the incomplete data")
    data = replace(data, frame=given)
    _check_names(data)
    visit = visit_factor(given["visit"])
    _refuse_unordered_visits(data, visit)
    frame = given.assign(visit=visit.cat.remove_unused_categories()).sort_values(
        ["participant", "visit"], ignore_index=True
    )
    plan = mmrm_design(data.formula, frame)
    matrices = plan.matrices
    T = len(matrices.visits)
    people = frame["participant"].unique()
    if len(frame) != len(people) * T:
        raise AnalysisError.single(
            "EQ411",
            f"{counted(len(frame), 'row')} for {counted(len(people), 'participant')} "
            f"and {T} visits",
            where="reference-based imputation",
            fix="give each participant a row for each visit, the outcome missing",
        )
    other = matrices.rows.assign(
        **{
            data.arm: pd.Categorical(
                [data.reference] * len(frame),
                categories=matrices.encoding.levels[data.arm],
            )
        }
    )
    shape = (len(people), T, -1)
    first = _positions(data.first, people, matrices.visits)
    one = frame.drop_duplicates("participant")
    treated = (one[data.arm] == data.treated).to_numpy()
    where = "frame of the incomplete data"
    covariates = [
        require_numbers(one[name], where).to_numpy() for name in data.covariates
    ]
    return ImputationArrays(
        formula=data.formula,
        frame=frame,
        plan=plan,
        y=_outcomes(frame, plan.formula.outcome).reshape(len(people), T),
        own=matrices.X.reshape(shape),
        other=matrices.encoding.matrix(other).reshape(shape),
        first=first,
        treated=treated,
        Z=np.column_stack([np.ones(len(people)), treated, *covariates]),
        needed=data.needed,
    )


def _outcomes(frame: pd.DataFrame, name: str) -> Matrix:
    """The outcome of each row, NaN where missing.

    Raises:
        AnalysisError: EQ401, EQ402: no such column, or it is not numeric.
    """
    where = "frame of the incomplete data"
    column = columns_of(frame, [name], where)[name]
    return require_numbers(column, where).to_numpy()


def _refuse_unordered_visits(data: IncompleteData, visit: pd.Series[Any]) -> None:
    """Rejects text visits without a certain order where an event divides them: EQ414."""
    visits = tuple(visit.cat.categories)
    declared = isinstance(data.frame["visit"].dtype, pd.CategoricalDtype)
    if declared or len(visits) < 2 or not len(pd.Series(data.first).dropna()):
        return
    if all(isinstance(each, str) for each in visits) and not natural_order(visits):
        raise AnalysisError.single(
            "EQ414",
            f"the order of the visits {listing(visits)} is not known: they are text, and "
            "the imputation depends on what is after an event",
            where="incomplete data, column visit",
            fix="say the order: pd.Categorical(visit, categories=order, ordered=True)",
        )


def _check_names(data: IncompleteData) -> None:
    """Rejects columns and arms that the frame does not have, and one arm for both."""
    where, columns = "incomplete data", list(data.frame.columns)
    for name in ("participant", "visit", data.arm, *data.covariates):
        checked_option("column", name, columns, code="EQ407", where=where)
    arms = data.frame[data.arm].dropna().unique().tolist()
    checked_option("treated", data.treated, arms, code="EQ407", where=where)
    others = [arm for arm in arms if arm != data.treated]
    checked_option("reference", data.reference, others, code="EQ407", where=where)


def _positions(
    first: pd.Series[Any], people: NDArray[Any], visits: tuple[Any, ...]
) -> NDArray[np.intp]:
    """Position of the first visit after the event of each participant; T for none.

    Raises:
        AnalysisError: EQ411, a visit or participants that the frame does not hold.
    """
    named = first.dropna()
    strange = named[~named.isin(list(visits))]
    if len(named) and not named.index.isin(people).any():
        strange = named  # ids of another kind would all count as without an event
    if len(strange):
        pairs = [f"{who!r}: {visit!r}" for who, visit in strange.head(5).items()]
        raise AnalysisError.single(
            "EQ411",
            f"the first visit after the event of {counted(len(strange), 'participant')} "
            "does not "
            f"match the frame: {listing(pairs)}",
            where="reference-based imputation, first",
            fix="name participants and visits as the frame does: "
            f"{listing([repr(visit) for visit in visits])}",
        )
    order = {visit: number for number, visit in enumerate(visits)}
    at = pd.Series(people).map(named).map(order).fillna(len(visits))
    return at.to_numpy().astype(np.intp)


def differences(Z: Matrix, outcomes: Matrix, weights: Matrix) -> Matrix:
    """Weighted least-squares coefficient of the arm at each visit, R x T.

    Args:
        Z: n x q, the arm in the second column.
        outcomes: complete, R x n x T.
        weights: how often each participant counts, R x n.
    """
    A = np.einsum("rn,na,nb->rab", weights, Z, Z, optimize=True)
    b = (weights[:, None, :] * Z.T) @ outcomes  # R x q x T
    return np.asarray(np.linalg.solve(A, b)[:, 1])
