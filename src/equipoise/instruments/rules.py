"""The arithmetic of scores: one function for each rule, vectorized over forms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from equipoise.instruments.model import Condition, Instrument, Rule, Score

Vector: TypeAlias = NDArray[np.float64]
Counts: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Worked:
    """One score of every form.

    Attributes:
        value: (n_forms,) the score; NaN where its missing rule does not allow one.
        n_items: number of responses that the score needs.
        n_missing: (n_forms,) number of missing responses.
    """

    value: Vector
    n_items: int
    n_missing: Counts


@dataclass(slots=True)
class Sheet:
    """The responses of all forms of one instrument, and the scores calculated so far.

    Attributes:
        answers: (n_items, n_forms), one row per item in the order of the instrument,
            NaN where there is no response.
        blank: (n_forms,) for each item that is missing somewhere.
    """

    instrument: Instrument
    answers: Vector
    worked: dict[str, Worked] = field(default_factory=dict)
    blank: dict[str, Flags] = field(init=False)
    row: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self.row = {item: row for row, item in enumerate(self.instrument.items)}
        self.blank = {}
        for item, row in self.row.items():
            absent = np.isnan(self.answers[row])
            if absent.any():
                self.blank[item] = absent

    @property
    def n_forms(self) -> int:
        """Number of forms."""
        return int(self.answers.shape[1])

    def of(self, item: str) -> Vector:
        """(n_forms,) responses to one item; NaN if missing."""
        return np.asarray(self.answers[self.row[item]])

    def filled(self, item: str) -> Vector:
        """(n_forms,) responses to one item; 0 if missing."""
        answers = self.of(item)
        if item not in self.blank:
            return answers
        return np.where(self.blank[item], 0.0, answers)

    def count_missing(self, needed: tuple[tuple[str, ...], ...]) -> Counts:
        """(n_forms,) sets of items without any response."""
        count = np.zeros(self.n_forms, dtype=np.int64)
        for items in needed:
            if all(item in self.blank for item in items):
                count += np.logical_and.reduce([self.blank[item] for item in items])
        return count

    def score(self, score_id: str) -> Worked:
        """One score of every form; scores on which it depends are calculated first."""
        if score_id not in self.worked:
            score = self.instrument.scores[score_id]
            needed = self.instrument.answers_needed(score_id)
            n_missing = self.count_missing(needed)
            value = ARITHMETIC[score.rule](score, self, n_missing)
            self.worked[score_id] = Worked(value, len(needed), n_missing)
        return self.worked[score_id]


def _sum(score: Score, sheet: Sheet, n_missing: Counts) -> Vector:
    total = np.zeros(sheet.n_forms)
    for item in score.items:
        total += sheet.filled(item)
    if score.missing.rule == "prorate":
        n_items = len(score.items)
        answered = n_items - n_missing
        np.multiply(total, n_items, out=total, where=n_missing > 0)
        np.divide(total, answered, out=total, where=(n_missing > 0) & (answered > 0))
    return _allow(score, total, n_missing)


def _mean(score: Score, sheet: Sheet, n_missing: Counts) -> Vector:
    total = _sum(score, sheet, n_missing)
    total /= len(score.items)
    return total


def _count(score: Score, sheet: Sheet, n_missing: Counts) -> Vector:
    level = np.float64(score.at_least or 0)
    total = np.zeros(sheet.n_forms)
    for item in score.items:
        total += sheet.of(item) >= level
    return _allow(score, total, n_missing)


def _maxima(score: Score, sheet: Sheet, n_missing: Counts) -> Vector:
    total = np.zeros(sheet.n_forms)
    for group in score.groups:
        highest = sheet.of(group[0])
        for item in group[1:]:
            highest = np.fmax(highest, sheet.of(item))
        total += highest
    return _allow(score, total, n_missing)


def _all_of(score: Score, sheet: Sheet, n_missing: Counts) -> Vector:
    holds = np.ones(sheet.n_forms)
    for condition in score.all_of:
        holds *= _holds(condition, sheet)
    return _allow(score, holds, n_missing)


def _holds(condition: Condition, sheet: Sheet) -> Flags:
    if condition.score is not None:
        value = sheet.score(condition.score).value
        return np.asarray(value >= condition.at_least)
    high = [sheet.of(item) >= condition.at_least for item in condition.any_of]
    return np.asarray(np.logical_or.reduce(high))


def _recorded(score: Score, sheet: Sheet, n_missing: Counts) -> Vector:
    return np.full(sheet.n_forms, np.nan)


def _allow(score: Score, value: Vector, n_missing: Counts) -> Vector:
    """NaN where more responses are missing than the missing rule allows."""
    value[n_missing > (score.missing.at_most or 0)] = np.nan
    return value


ARITHMETIC: Mapping[Rule, Callable[[Score, Sheet, Counts], Vector]] = {
    "sum": _sum,
    "mean": _mean,
    "count-at-least": _count,
    "sum-of-maxima": _maxima,
    "all-of": _all_of,
    "recorded": _recorded,
}
