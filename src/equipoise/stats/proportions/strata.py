"""Two arms in strata: their counts, checked, and those strata that compare the arms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from equipoise.errors import AnalysisError
from equipoise.errors.counted import counted
from equipoise.stats.input_checks import (
    checked_events,
    checked_lengths,
    checked_level,
    checked_names,
    float_array,
    impossible,
)

Numbers = NDArray[np.float64]
NAMED = 5  # strata that a note names one by one
CONTINUITY = 0.5  # added to the cells of a stratum in which a quantity has no value


class StratumCounts(NamedTuple):
    """Events and sizes of two arms in each stratum: arguments of the stratified methods.

    Fields:
        events1: participants of the first arm with the outcome, by stratum.
        n1: participants of the first arm, by stratum.
        events2: of the second arm.
        n2: of the second arm.
        strata: names, in the order in which they first appear.
    """

    events1: tuple[int, ...]
    n1: tuple[int, ...]
    events2: tuple[int, ...]
    n2: tuple[int, ...]
    strata: tuple[str, ...]


def counts_by_stratum(
    outcome: ArrayLike, treated: ArrayLike, strata: Any = None
) -> StratumCounts:
    """Counts of two arms in strata, from a row for each participant.

    Args:
        outcome: N, True (or 1) for the outcome; a missing one is rejected, never dropped.
        treated: N, True for the first arm.
        strata: N labels, or a sequence of columns whose combinations are the strata, such
            as ``frame[["site", "sex"]]``; one stratum if absent.

    Returns:
        Counts that any stratified method takes as ``method(*counts)``.

    Raises:
        AnalysisError: EQ461, outcomes or arms are not coded as true and false; EQ462,
            arguments differ in length or a stratum is missing.

    Example:
        >>> counts = counts_by_stratum([1, 0, 1, 0], [1, 1, 0, 0], ["a", "b", "a", "b"])
        >>> counts.events1, counts.n1, counts.strata
        ((1, 0), (1, 1), ('a', 'b'))

    Source: the columns of PROC FREQ's TABLES strata * arm * outcome.
    """
    y = checked_events(outcome, "outcome")
    first = checked_events(treated, "treated")
    labels = stratum_labels(strata, len(y))
    checked_lengths(outcome=y, treated=first, strata=labels)
    codes, names = pd.factorize(labels)
    columns = [
        np.bincount(codes[rows], minlength=len(names))
        for rows in (first & y, first, ~first & y, ~first)
    ]
    a, b, c, d = (tuple(map(int, column)) for column in columns)
    return StratumCounts(a, b, c, d, tuple(map(str, names)))


def stratum_labels(strata: Any, n: int) -> NDArray[Any]:
    """One label for each row; several columns are joined; a missing one is rejected."""
    if strata is None:
        return np.full(n, "all participants", dtype=object)
    try:
        array = np.asarray(strata)
        labels = array.ravel().tolist()
        set(labels)
    except (TypeError, ValueError) as error:
        raise impossible("strata must hold one label for each row", "strata") from error
    if array.ndim not in (1, 2):
        raise impossible(f"strata have shape {array.shape}", "strata")
    frame = pd.DataFrame(array)
    if frame.isna().to_numpy().any():
        missing = int(frame.isna().any(axis=1).sum())
        raise impossible(
            f"{counted(missing, 'participant', 'has')} no stratum", "strata"
        )
    if frame.shape[1] == 1:
        return frame.iloc[:, 0].to_numpy()
    rows = list(frame.itertuples(index=False, name=None))
    joined = [" / ".join(map(str, row)) for row in rows]
    if len(set(joined)) < len(set(rows)):  # a label contains the separator
        joined = [" / ".join(map(repr, row)) for row in rows]
    return np.asarray(joined, dtype=object)


@dataclass(frozen=True, slots=True)
class Strata:
    """The strata that compare two arms, and a note of those that do not.

    Attributes:
        x1: events of the first arm, by stratum.
        n1: its participants, at least 1.
        x2: events of the second arm.
        n2: its participants, at least 1.
        names: of these strata.
        notes: which other strata there were, and why they contribute nothing.
    """

    x1: Numbers
    n1: Numbers
    x2: Numbers
    n2: Numbers
    names: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def cells(self) -> tuple[Numbers, Numbers, Numbers, Numbers]:
        """With and without the event: first arm, then second."""
        return self.x1, self.n1 - self.x1, self.x2, self.n2 - self.x2

    @property
    def mantel_haenszel(self) -> Numbers:
        """Weights n1 n2 / (n1 + n2) of Cochran, Mantel and Haenszel."""
        return np.asarray(self.n1 * self.n2 / (self.n1 + self.n2))

    def only(self, rows: NDArray[np.bool_], reason: str) -> Strata:
        """These strata; the others are named in a note with this reason."""
        if rows.all():
            return self
        if not rows.any():
            raise nothing_compared(f"{reason}, in every stratum")
        left = [name for name, row in zip(self.names, rows, strict=True) if not row]
        return Strata(
            self.x1[rows],
            self.n1[rows],
            self.x2[rows],
            self.n2[rows],
            tuple(name for name, row in zip(self.names, rows, strict=True) if row),
            (*self.notes, _note(left, reason)),
        )

    def with_continuity(self, rows: NDArray[np.bool_], kind: str = "") -> Strata:
        """1/2 more in each cell of these strata, which a note names with their kind."""
        if not rows.any():
            return self
        more = np.where(rows, CONTINUITY, 0.0)
        names = ", ".join(n for n, row in zip(self.names, rows, strict=True) if row)
        return replace(
            self,
            x1=self.x1 + more,
            n1=self.n1 + 2 * more,
            x2=self.x2 + more,
            n2=self.n2 + 2 * more,
            notes=(*self.notes, f"0.5 added to each cell of strata{kind}: {names}"),
        )


def checked_strata(
    events1: ArrayLike,
    n1: ArrayLike,
    events2: ArrayLike,
    n2: ArrayLike,
    strata: Sequence[str] | None = None,
    level: float = 0.5,
) -> Strata:
    """Counts by stratum, of which those with both arms are returned.

    Raises:
        AnalysisError: EQ460, the level; EQ462, impossible counts or lengths; EQ467, no
            stratum has participants in both arms.
    """
    checked_level(level)
    given = dict(zip(("events1", "n1", "events2", "n2"),
                     (events1, n1, events2, n2), strict=True))  # fmt: skip
    x1, m1, x2, m2 = (_counts(name, value) for name, value in given.items())
    names = tuple(map(str, checked_names(strata, len(m1))))
    checked_lengths(events1=x1, n1=m1, events2=x2, n2=m2, strata=names)
    for x, m, arm in ((x1, m1, "first"), (x2, m2, "second")):
        wrong = x > m
        if wrong.any():
            at = int(np.flatnonzero(wrong)[0])
            raise impossible(
                f"{x[at]:g} events among {m[at]:g} participants of the {arm} arm are "
                f"impossible (stratum {names[at]})",
                "events and n",
            )
    every = Strata(x1, m1, x2, m2, names, ())
    return every.only((m1 > 0) & (m2 > 0), "no participants in one of the arms")


def nothing_compared(what: str) -> AnalysisError:
    """The error EQ467: no stratum says anything about the arms."""
    return AnalysisError.single(
        "EQ467",
        f"the strata do not compare the arms: {what}",
        where="strata",
        fix="combine small strata before the analysis, or analyze without strata",
    )


def _counts(name: str, values: ArrayLike) -> Numbers:
    numbers = np.atleast_1d(float_array(name, values))
    if numbers.ndim != 1 or len(numbers) == 0:
        raise impossible(
            f"{name} must be a sequence with a count for each stratum", name
        )
    wrong = ~(np.isfinite(numbers) & (numbers >= 0) & (numbers % 1 == 0))
    if wrong.any():
        raise impossible(
            f"{name} holds {numbers[wrong][0]:g}; counts are whole numbers from 0", name
        )
    return numbers


def _note(names: list[str], reason: str) -> str:
    listed = ", ".join(names[:NAMED])
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    word = "stratum" if len(names) == 1 else "strata"
    return f"{word} {listed}{more} excluded: {reason}"
