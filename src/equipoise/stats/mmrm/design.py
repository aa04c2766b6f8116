"""From rows to the matrices of the model."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from equipoise.errors import AnalysisError
from equipoise.stats.mmrm.correlations import Matrix
from equipoise.stats.mmrm.encoding import Encoding, encode
from equipoise.stats.mmrm.formula import Formula
from equipoise.stats.mmrm.row_checks import (
    Constancy,
    check_factors,
    check_visits,
    refuse_measured_times,
)
from equipoise.stats.mmrm.rows import FRAME, Kinds, read

__all__ = ["Codes", "Design", "Encoding", "design", "encode", "matrices", "positions"]

Codes = NDArray[np.intp]


@dataclass(frozen=True)
class Design:
    """Matrices of a model, ordered by participant and visit.

    Attributes:
        X: model matrix, rows x columns of the encoding.
        y: outcome.
        weight: positive, one per row.
        subject: code of the participant of each row, ascending.
        visit: position of the visit of each row in ``visits``; for a spatial structure
            its rank among the rows of its participant.
        group: position of the group of each row in ``groups``.
        places: coordinates of each row, rows x dimensions; None on a grid of visits.
        subjects: names of the participants, by code.
        excluded: rows of the frame that have no outcome, covariate or weight.
        rows: the typed rows themselves.
        position: of each row in the frame.
        planned: visits of the structure in order: those of ``visits``, and the visits
            and categories of the visit column without a complete row.
        offset: is added to the mean of each row; the outcome is without it.
        notes: what a reader of the results should know of the rows.
    """

    X: Matrix
    y: Matrix
    weight: Matrix
    subject: Codes
    visit: Codes
    group: Codes
    places: Matrix | None
    visits: tuple[Any, ...]
    groups: tuple[Any, ...]
    subjects: pd.Index[Any]
    encoding: Encoding
    excluded: pd.DataFrame
    rows: pd.DataFrame
    position: Codes
    planned: tuple[Any, ...]
    offset: Matrix | float = 0.0
    notes: tuple[str, ...] = ()

    @property
    def at(self) -> Codes:
        """Position of each visit among the planned visits."""
        return positions(self.visits, self.planned)


def positions(visits: tuple[Any, ...], planned: tuple[Any, ...]) -> Codes:
    """Position of each visit with rows among the planned visits."""
    order = {visit: number for number, visit in enumerate(planned)}
    return np.array([order[visit] for visit in visits], dtype=np.intp)


def design(formula: Formula, frame: pd.DataFrame, weights: str | None = None) -> Design:
    """Matrices of a model, all in memory.

    Raises:
        AnalysisError: EQ401 to EQ404.
    """
    rows = read(frame, Kinds(formula, weights))
    kept = rows.kept
    if kept.empty:
        raise AnalysisError.single(
            "EQ404",
            "no row has outcome, covariates and weight",
            where=FRAME,
            fix="look for a column that is missing throughout",
        )
    stored = {name: frame[name].dtype for name in formula.columns}
    people = kept[formula.subject].cat.codes.to_numpy()
    counts = np.bincount(people)
    n_people = int((counts > 0).sum())
    notes: tuple[str, ...] = ()
    if not formula.spatial:
        place = formula.places[0]
        visits = tuple(kept[place].cat.categories)
        most = int(counts.max())
        notes += refuse_measured_times(formula, len(visits), len(kept), most)
        notes += check_visits(formula, stored[place], rows.planned, visits)
    of_factors, unordered = check_factors(kept, stored, formula, n_people)
    constancy = Constancy()
    constancy.add(formula, kept)
    encoded = replace(encode(formula, kept), unordered=unordered)
    made = matrices(encoded, kept, weights)
    return replace(
        made,
        excluded=rows.excluded,
        position=rows.position,
        planned=rows.planned or made.visits,
        notes=(*notes, *of_factors, *constancy.notes()),
    )


def matrices(encoding: Encoding, kept: pd.DataFrame, weights: str | None) -> Design:
    """Matrices of typed and ordered rows."""
    formula = encoding.formula
    subject = kept[formula.subject].cat.codes.to_numpy().astype(np.intp)
    zero = np.zeros(len(kept), dtype=np.intp)
    group, groups = zero, (None,)
    if formula.group is not None:
        group = kept[formula.group].cat.codes.to_numpy().astype(np.intp)
        groups = tuple(kept[formula.group].cat.categories)
    if formula.spatial:
        places = kept[list(formula.places)].to_numpy(float)
        visit = _rank(subject)
        visits: tuple[Any, ...] = tuple(range(int(visit.max(initial=0)) + 1))
    else:
        places = None
        column = kept[formula.places[0]]
        visit = column.cat.codes.to_numpy().astype(np.intp)
        visits = tuple(column.cat.categories)
    offset: Matrix | float = 0.0
    if encoding.offsets:
        names = [name for each in formula.offsets for name in each.columns]
        offset = encoding.offset({name: kept[name].to_numpy(float) for name in names})
    return Design(
        X=encoding.matrix(kept),
        y=kept[formula.outcome].to_numpy(float) - offset,
        weight=kept[weights].to_numpy(float) if weights else np.ones(len(kept)),
        subject=subject,
        visit=visit,
        group=group,
        places=places,
        visits=visits,
        groups=groups,
        subjects=kept[formula.subject].cat.categories,
        encoding=encoding,
        excluded=kept.iloc[:0],
        rows=kept,
        position=np.arange(len(kept)),
        planned=visits,
        offset=offset,
    )


def _rank(subject: Codes) -> Codes:
    """Position of each row among those of its participant."""
    first = np.flatnonzero(np.diff(subject, prepend=-1))
    counts = np.diff(np.append(first, len(subject)))
    return np.arange(len(subject)) - np.repeat(first, counts)
