"""Checks of the rows of a model that a reader of its results should know of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from equipoise.errors import AnalysisError
from equipoise.errors.counted import counted
from equipoise.stats.mmrm.formula import Formula
from equipoise.stats.mmrm.rows import FRAME, is_alphabetical
from equipoise.stats.natural_order import natural_order
from equipoise.stats.options import STRUCTURES

SHOWN = 5  # names in a message
FEW_VISITS = 8  # so many are never measured times
MANY_VISITS = 30
SPREAD = 4  # times as many visits as a participant has rows: these are measured times
NEARLY = 0.75  # levels of a text for each participant: a name, not a factor
CHANGING = 0.5  # proportion of participants within whom a constant covariate may change


def _list(names: Any) -> str:
    names = [str(name) for name in names]
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


def check_visits(
    formula: Formula, stored: Any, planned: tuple[Any, ...], visits: tuple[Any, ...]
) -> tuple[str, ...]:
    """Notes about the order of the visits.

    Args:
        formula: the model.
        stored: data type of the visit column.
        planned: all visits in the order of the model.
        visits: those with ratings.

    Raises:
        AnalysisError: EQ414, the structure depends on an order that is not known.
    """
    structure = STRUCTURES[formula.structure]
    name = formula.places[0]
    depends = structure.correlation in ("ar1", "toep", "ad") and len(planned) > 2
    declared = isinstance(stored, pd.CategoricalDtype)
    if declared and stored.ordered:
        return ()
    if not all(isinstance(visit, str) for visit in planned) or len(planned) < 2:
        return _spacing(formula, visits) if not declared else ()
    natural = natural_order(planned)
    fix = f"pd.Categorical({name}, categories=order, ordered=True)"
    if natural is not None:
        alphabet = tuple(sorted(planned))
        before = alphabet if not declared else tuple(stored.categories)
        if natural == before or (declared and not is_alphabetical(before)):
            return ()
        return (
            f"the visits of {name} are text and are ordered by their numbers: "
            f"{_list(planned)}; for another order use {fix}",
        )
    if declared:
        if depends and is_alphabetical(planned):
            return (
                f"the categories of {name} are in the order of the alphabet: "
                f"{_list(planned)}; {formula.structure} depends on it, and {fix} "
                "confirms it",
            )
        return ()
    if depends:
        raise AnalysisError.single(
            "EQ414",
            f"the order of the visits {_list(planned)} is not known: they are text, and "
            f"{formula.structure} depends on it",
            where=f"{FRAME}, column {name}",
            fix=f"say the order: {fix}",
        )
    return (
        (
            f"the order of the visits of {name} is not known, because they are text; "
            f"tables list {_list(planned)}; for another order use {fix}",
        )
        if len(planned) > 2
        else ()
    )


def _spacing(formula: Formula, visits: tuple[Any, ...]) -> tuple[str, ...]:
    """Numbered visits with gaps, where the distance counts."""
    if not STRUCTURES[formula.structure].by_distance or len(visits) < 3:
        return ()
    try:
        steps = np.diff(np.array(visits, dtype=float))
    except (TypeError, ValueError):
        return ()
    if np.allclose(steps, steps[0]):
        return ()
    shown = _list(f"{visit:g}" for visit in visits)
    return (
        f"the visits {shown} are not equally spaced, and {formula.structure} takes each "
        "as next to the one before; if a visit between them was planned, name it in the "
        f"categories of {formula.places[0]}; sp_exp({formula.places[0]} | "
        f"{formula.subject}) uses the distance itself",
    )


def refuse_measured_times(
    formula: Formula, n_visits: int, n_rows: int, most: int
) -> tuple[str, ...]:
    """Rejects times that were measured in place of planned visits.

    Args:
        formula: the model.
        n_visits: different visits.
        n_rows: rows.
        most: rows of the participant with most of them.

    Returns:
        A note where visits are many, but not that many.

    Raises:
        AnalysisError: EQ415, about as many visits as rows, or far more visits than any
            participant has.
    """
    name = formula.places[0]
    use = f"sp_exp({name} | {formula.subject})"
    if n_visits <= max(FEW_VISITS, most):
        return ()
    if 2 * n_visits > n_rows or (n_visits > MANY_VISITS and n_visits > SPREAD * most):
        raise AnalysisError.single(
            "EQ415",
            f"{name!r} has {counted(n_visits, 'different value')} "
            f"in {counted(n_rows, 'row')}, and a participant "
            f"has at most {most}: these are measured times, not planned visits",
            where=f"{FRAME}, column {name}",
            fix=f"use the planned visits, or {use} if time is measured",
        )
    if n_visits > 2 * most:
        return (
            f"{name} has {n_visits} visits, and a participant has at most {most}; if "
            f"these are measured times, use {use}",
        )
    return ()


def refuse_names(column: pd.Series[Any], stored: Any, n_subjects: int) -> None:
    """Rejects text that names participants rather than groups of them.

    Raises:
        AnalysisError: EQ413, nearly as many levels as participants.
    """
    n = len(column.cat.categories)
    if isinstance(stored, pd.CategoricalDtype) or n < 4 or n < NEARLY * n_subjects:
        return
    raise AnalysisError.single(
        "EQ413",
        f"{column.name!r} is text with {counted(n, 'different value')} "
        f"for {counted(n_subjects, 'participant')}",
        where=f"{FRAME}, column {column.name}",
        fix="leave it out, group its values, or convert it if numbers are meant; "
        f"C({column.name}) in the formula makes it a factor with so many levels",
    )


def order_note(column: pd.Series[Any], stored: Any) -> tuple[str, ...]:
    """A note where the numbers in a text decide the order of the levels of a factor."""
    levels = tuple(column.cat.categories)
    if isinstance(stored, pd.CategoricalDtype) or is_alphabetical(levels):
        return ()
    if not all(isinstance(level, str) for level in levels):
        return ()
    return (
        f"the levels of {column.name} are text and are ordered by their numbers: "
        f"{_list(levels)}; the first is the reference",
    )


def text_without_order(column: pd.Series[Any], stored: Any) -> bool:
    """Whether no order of the levels of a factor is known but that of the alphabet."""
    levels = tuple(column.cat.categories)
    if len(levels) < 3 or not is_alphabetical(levels):
        return False
    if isinstance(stored, pd.CategoricalDtype):
        natural = natural_order(levels)
        return not stored.ordered and natural is not None and natural != levels
    return natural_order(levels) is None


@dataclass
class Constancy:
    """Covariates that belong to a participant, and participants within whom they change.

    Attributes:
        changing: participants by column.
        n: participants with several rows.
    """

    changing: dict[str, list[Any]] = field(default_factory=dict)
    n: int = 0

    def add(self, formula: Formula, kept: pd.DataFrame) -> None:
        """Rows of whole participants, in order."""
        codes = kept[formula.subject].cat.codes.to_numpy()
        again = codes[1:] == codes[:-1]
        self.n += int((again & np.append(True, ~again[:-1])).sum())
        for name in formula.variables:
            if name in formula.places or name == formula.subject:
                continue
            different = again & _changes(kept[name])
            if different.any():
                people = np.unique(codes[1:][different])
                names = kept[formula.subject].cat.categories[people]
                self.changing.setdefault(name, []).extend(names)

    def notes(self) -> tuple[str, ...]:
        """Covariates that change within few participants."""
        return tuple(
            f"{name} has several values in {len(people)} of "
            f"{counted(self.n, 'participant')} with several rows ({_list(people)}) "
            "and one in all others; if it belongs to the "
            "participant, as an arm or a baseline does, correct these rows"
            for name, people in self.changing.items()
            if len(people) < CHANGING * self.n
        )


def _changes(column: pd.Series[Any]) -> NDArray[np.bool_]:
    """Whether a row differs from the one before, but for rounding."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return np.asarray(np.diff(column.cat.codes.to_numpy()) != 0)
    values = column.to_numpy(float)
    size = np.maximum(np.abs(values[1:]), np.abs(values[:-1]))
    return np.asarray(np.abs(np.diff(values)) > 1e-9 * size)


def check_factors(
    kept: pd.DataFrame, stored: Mapping[str, Any], formula: Formula, n_subjects: int
) -> tuple[tuple[str, ...], frozenset[str]]:
    """Notes about the factors, and those whose order is only that of the alphabet.

    Args:
        kept: typed rows, at least one.
        stored: data type of each column of the frame.
        formula: the model.
        n_subjects: participants.

    Raises:
        AnalysisError: EQ413.
    """
    notes: list[str] = []
    unordered = set()
    for name in formula.variables:
        column = kept[name]
        if not isinstance(column.dtype, pd.CategoricalDtype):
            continue
        if name in formula.places:
            if natural_order_unknown(column, stored[name]):
                unordered.add(name)
            continue
        if name not in formula.factors:
            refuse_names(column, stored[name], n_subjects)
        notes += order_note(column, stored[name])
        if text_without_order(column, stored[name]):
            unordered.add(name)
    return tuple(notes), frozenset(unordered)


def natural_order_unknown(column: pd.Series[Any], stored: Any) -> bool:
    """Whether visits are text without an order."""
    levels = tuple(column.cat.categories)
    if isinstance(stored, pd.CategoricalDtype) or len(levels) < 3:
        return False
    return all(isinstance(v, str) for v in levels) and natural_order(levels) is None
