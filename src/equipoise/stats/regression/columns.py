"""Columns of a frame as a regression takes them: complete and numeric, none recoded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from equipoise.errors import AnalysisError, listing
from equipoise.errors.counted import counted
from equipoise.stats.frames import as_frame
from equipoise.stats.input_checks import (
    Numbers,
    checked_labels,
    checked_option,
    impossible,
    shown,
)

CLOSE = 1e-9  # of a column's length: nearer to the columns before it, it is aliased
MANY_LEVELS = 0.5  # of the participants: text with more levels is not a factor


@dataclass(frozen=True)
class Columns:
    """Complete rows of a frame.

    Attributes:
        outcome: n.
        arms: arms that occur, the reference first.
        arm: n, position in ``arms``.
        covariates: n x c, numbers centred at their mean, factors as 0 and 1 with the
            mean subtracted.
        names: c, name of each column.
        terms: c, covariate or stratum that each column belongs to.
        centres: c, means that were subtracted.
        factors: levels of each covariate that is a factor.
        aliased: columns that others determine; they are not in ``covariates``.
        kept: the complete rows.
        excluded: rows without an outcome, arm or covariate.
    """

    outcome: Numbers
    arms: tuple[Any, ...]
    arm: NDArray[np.intp]
    covariates: Numbers
    names: tuple[str, ...]
    terms: tuple[str, ...]
    centres: Numbers
    factors: dict[str, tuple[Any, ...]]
    aliased: tuple[str, ...]
    kept: pd.DataFrame
    excluded: int

    @property
    def n(self) -> int:
        """Participants of the analysis."""
        return len(self.outcome)

    @property
    def indicators(self) -> Numbers:
        """N x (arms - 1): membership of each arm but the reference."""
        member = self.arm[:, None] == np.arange(1, len(self.arms))
        return np.asarray(member, dtype=float)


def read_columns(
    frame: pd.DataFrame,
    outcome: str,
    arm: str,
    covariates: Sequence[str] = (),
    strata: Sequence[str] = (),
    reference: Any = None,
    others: Sequence[str] = (),
) -> Columns:
    """The complete rows of a frame.

    Args:
        frame: one row for each participant, or for each visit.
        outcome: column of numbers, or of booleans.
        arm: column of the arms.
        covariates: columns; text, booleans and categoricals are factors.
        strata: columns whose combinations are one factor.
        reference: an arm; by default the first category of a categorical, and False.
        others: columns that must be complete as well.

    Raises:
        AnalysisError: EQ401, a column is absent; EQ402, it contains what it cannot;
            EQ404, fewer than two arms; EQ405, arms that the covariates determine; EQ460,
            a reference that is missing or not an arm.
    """
    names = [outcome, arm, *_listed(covariates), *_listed(strata), *others]
    used = _present(frame, names)
    whole = used.notna().all(axis=1).to_numpy()
    kept = used[whole]
    arms = _arms(kept[arm], arm, reference)
    code = kept[arm].map({each: i for i, each in enumerate(arms)}).to_numpy(np.intp)
    y = numbers(kept[outcome], outcome)
    blocks = [_block(kept[name], name) for name in _listed(covariates)]
    if strata:
        blocks.append(_crossed(kept, _listed(strata)))
    raw = np.column_stack([np.zeros((len(kept), 0)), *(b.values for b in blocks)])
    labels = [name for b in blocks for name in b.names]
    terms = [b.term for b in blocks for _ in b.names]
    centres = raw.mean(axis=0) if len(raw) else np.zeros(raw.shape[1])
    centred = raw - centres
    keep = _independent(centred, np.abs(raw).max(axis=0, initial=0.0))
    columns = Columns(
        y, arms, code, centred[:, keep], _chosen(labels, keep), _chosen(terms, keep),
        centres[keep], {b.term: b.levels for b in blocks if b.levels},
        _chosen(labels, ~keep), kept, int((~whole).sum()),
    )  # fmt: skip
    _require_arms(columns.covariates, columns.indicators, arm)
    return columns


@dataclass(frozen=True)
class _Block:
    """Columns of one covariate."""

    term: str
    names: tuple[str, ...]
    values: Numbers
    levels: tuple[Any, ...] = ()


def numbers(column: pd.Series[Any], name: str) -> Numbers:
    """A column as finite numbers: EQ402 for text and infinite values."""
    if not (pd.api.types.is_numeric_dtype(column) or column.dtype == bool):
        raise _wrong_type(name, f"contains {_examples(column)}, not numbers", column)
    values = column.to_numpy(dtype=float)
    if not np.isfinite(values).all():
        raise _wrong_type(
            name, "contains infinite values", column[~np.isfinite(values)]
        )
    return values


def used_categories(column: pd.Series[Any]) -> list[Any]:
    """The categories that occur, in their order."""
    return list(column.cat.remove_unused_categories().cat.categories)


def _listed(names: Sequence[str]) -> list[str]:
    if isinstance(names, str):
        return [names]
    if not isinstance(names, Iterable):
        raise impossible(f"{names!r} is not a list of columns", "covariates and strata")
    return list(names)


def _present(frame: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    frame = as_frame(frame)
    names = [checked_labels("columns", [name]).tolist()[0] for name in names]
    absent = [name for name in names if name not in frame.columns]
    twice = {name for name in names if names.count(name) > 1}
    twice |= {name for name in names if list(frame.columns).count(name) > 1}
    if absent or twice:
        what = f"there is no column {listing(map(str, absent))}"
        if not absent:
            what = f"the column {listing(map(str, twice))} is given twice"
        raise AnalysisError.single(
            "EQ401",
            what,
            where="frame of the model",
            fix=f"columns: {listing(map(str, frame.columns))}",
        )
    return frame[names]


def _arms(column: pd.Series[Any], name: str, reference: Any) -> tuple[Any, ...]:
    if isinstance(column.dtype, pd.CategoricalDtype):
        levels = used_categories(column)
    else:
        levels = sorted(pd.unique(column), key=lambda each: (str(type(each)), each))
    if len(levels) < 2:
        raise AnalysisError.single(
            "EQ404",
            f"the column {name} has {len(levels)} arms in the complete rows",
            where=name,
            fix="check the column of the arms, and the missing values of the others",
        )
    ordered = isinstance(column.dtype, pd.CategoricalDtype) or column.dtype == bool
    if reference is None and not ordered:
        raise AnalysisError.single(
            "EQ460",
            f"the reference arm of {name} is not given, and no order of the arms decides",
            where="reference",
            fix=f"give reference=, one of {', '.join(map(shown, levels[:8]))}",
        )
    if reference is not None:
        checked_option("reference", reference, levels)
        levels = [reference, *(each for each in levels if each != reference)]
    return tuple(levels)


def _block(column: pd.Series[Any], name: str) -> _Block:
    """A number as one column, a factor as indicators of all levels but the first."""
    if pd.api.types.is_numeric_dtype(column) and column.dtype != bool:
        return _Block(name, (name,), numbers(column, name)[:, None])
    if isinstance(column.dtype, pd.CategoricalDtype):
        levels = used_categories(column)
    else:
        levels = sorted(
            pd.unique(column), key=lambda each: (str(type(each)), str(each))
        )
        if column.dtype != bool:
            _refuse_numbers_as_text(column, name, levels)
    columns = [(column == each).to_numpy(dtype=float) for each in levels[1:]]
    values = np.column_stack([np.zeros((len(column), 0)), *columns])
    labels = tuple(f"{name}[T.{each}]" for each in levels[1:])
    return _Block(name, labels, values, tuple(levels))


def _crossed(kept: pd.DataFrame, strata: list[str]) -> _Block:
    """The combinations of all strata that occur, as one factor."""
    name = ":".join(strata)
    cells = pd.Series(
        list(kept[strata].itertuples(index=False, name=None)), dtype=object
    )
    levels = sorted(set(cells), key=str)
    columns = [np.array([cell == each for cell in cells], float) for each in levels[1:]]
    labels = [f"{name}[T.{':'.join(map(str, each))}]" for each in levels[1:]]
    values = np.column_stack([np.zeros((len(kept), 0)), *columns])
    return _Block(name, tuple(labels), values, tuple(levels))


def _refuse_numbers_as_text(
    column: pd.Series[Any], name: str, levels: list[Any]
) -> None:
    numeric = pd.to_numeric(pd.Series(levels, dtype=object), errors="coerce").notna()
    if len(levels) > 2 and numeric.mean() > 0.5:
        others = [each for each, yes in zip(levels, numeric, strict=True) if not yes]
        what = "contains numbers as text"
        if others:
            what += f", and {', '.join(map(repr, others[:5]))}"
        raise _wrong_type(name, what, column[column.isin(others)] if others else column)
    if len(levels) > 3 and len(levels) > MANY_LEVELS * len(column):
        raise _wrong_type(
            name,
            f"is text with {len(levels)} levels in {counted(len(column), 'row')}",
            column,
        )


def _independent(columns: Numbers, size: Numbers) -> NDArray[np.bool_]:
    """Columns that those before them, and a constant, do not determine.

    A centred column is compared with its length before and after the columns before it
    are removed; a constant has a length of rounding errors.
    """
    keep = np.zeros(columns.shape[1], dtype=bool)
    basis = np.zeros((len(columns), 0))
    for j in range(columns.shape[1]):
        column = columns[:, j]
        length = float(np.linalg.norm(column))
        if length <= 1e-14 * float(size[j]) * len(columns) ** 0.5:
            continue
        rest = column / length
        for _ in range(2):  # once more for the digits that the first removal lost
            rest = rest - basis @ (basis.T @ rest)
        left = float(np.linalg.norm(rest))
        if left > CLOSE:
            keep[j] = True
            basis = np.column_stack([basis, rest / left])
    return keep


def _require_arms(covariates: Numbers, indicators: Numbers, arm: str) -> None:
    both = np.column_stack([covariates, indicators - indicators.mean(axis=0)])
    size = np.concatenate([np.ones(covariates.shape[1]), np.ones(indicators.shape[1])])
    if not _independent(both, size)[covariates.shape[1] :].all():
        raise AnalysisError.single(
            "EQ405",
            f"the covariates determine the arm: the effect of {arm} cannot be separated",
            where=arm,
            fix="exclude the covariate or the stratum that identifies an arm",
        )


def _chosen(names: list[str], keep: NDArray[np.bool_]) -> tuple[str, ...]:
    return tuple(name for name, yes in zip(names, keep, strict=True) if yes)


def _examples(column: pd.Series[Any]) -> str:
    return ", ".join(map(repr, pd.unique(column)[:3]))


def _wrong_type(name: str, what: str, rows: pd.Series[Any]) -> AnalysisError:
    return AnalysisError.single(
        "EQ402",
        f"the column {name} {what}",
        where=name,
        fix="convert it to numbers with missing values, or to a pandas categorical",
        records=rows.to_frame(),
    )
