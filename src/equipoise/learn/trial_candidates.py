"""The candidates of a trial as columns, and those that cannot be analyzed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from equipoise.dataset.derive import score_at
from equipoise.dataset.trialdata import TrialData
from equipoise.errors import Problem
from equipoise.errors.counted import counted
from equipoise.learn.interaction_scores import Floats
from equipoise.numerics.rounding import fixed
from equipoise.protocol.candidates import UNKNOWN, Candidate
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.labels import score_label
from equipoise.protocol.model import Protocol

MOST_MISSING = 0.2
FEWEST_PER_LEVEL = 3  # participants for each level of a category, on average
COLLINEAR = 1e-8


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the design: a number, or one level of a category against the others.

    Attributes:
        candidate: of the protocol, or the default.
        label: with the level and the transformation.
        values: (n,) NaN where missing.
        level: of a category; None for a number.
        unit: of a number before transformation.
    """

    candidate: Candidate
    label: str
    values: Floats
    level: str | None = None
    unit: str = ""

    @property
    def post_hoc(self) -> bool:
        """Whether it was not declared before unblinding."""
        return self.candidate.declared == "post hoc"

    @property
    def sd(self) -> float:
        """Of the known values."""
        return float(np.nanstd(self.values, ddof=1))

    @property
    def missing(self) -> int:
        """Participants without a value."""
        return int(np.isnan(self.values).sum())

    def filled(self) -> Floats:
        """(n,) with the mean of the others where it is missing."""
        return np.where(np.isnan(self.values), np.nanmean(self.values), self.values)


def stated_candidates(protocol: Protocol, endpoint: Endpoint) -> tuple[Candidate, ...]:
    """The candidates of the protocol; without any, what is known at baseline, post hoc.

    Args:
        protocol: of the trial.
        endpoint: its score at baseline is one of the default candidates.
    """
    if protocol.candidates:
        return protocol.candidates
    score = endpoint.variable.score
    names = [one.id for one in protocol.characteristics if one.baseline_table]
    return tuple(
        Candidate(
            name=name,
            direction=UNKNOWN,
            reason="not stated: the protocol declares no candidates",
            declared="post hoc",
        )
        for name in [*names, *([score] if score else [])]
    )


def candidate_columns(
    protocol: Protocol,
    data: TrialData,
    candidates: tuple[Candidate, ...],
    people: list[str],
) -> tuple[list[Column], list[Problem]]:
    """Columns of the participants, and the candidates that are excluded.

    Args:
        protocol: of the trial.
        data: of the trial.
        candidates: checked.
        people: (n,) participants with an outcome.

    Returns:
        Columns of full rank together with a constant; a problem EQ851 for each candidate
        or level that is excluded.
    """
    columns: list[Column] = []
    excluded: list[Problem] = []
    for one in candidates:
        for column, why in _columns(protocol, data, one, people):
            reason = why or _unusable(column) or _combined(column, columns)
            if reason is None:
                columns.append(column)
                continue
            what, fix = reason
            where = f"candidates[{one.name}]"
            text = f"{column.label}: {what}; excluded"
            excluded.append(Problem(code="EQ851", what=text, where=where, fix=fix))
    return columns, excluded


Reason = tuple[str, str]


def _columns(
    protocol: Protocol, data: TrialData, one: Candidate, people: list[str]
) -> list[tuple[Column, Reason | None]]:
    value, label, unit = _values(protocol, data, one)
    value = value.reindex(people)
    known = next((c for c in protocol.characteristics if c.id == one.name), None)
    if known is not None and known.type == "category":
        return _levels(one, label, known.values, known.labels, value)
    numbers = value.to_numpy(float)
    column = Column(one, label, numbers, unit=unit)
    if one.transformation == "none":
        return [(column, None)]
    column = replace(column, label=f"log {label}")
    below = int((numbers <= 0).sum())
    if below:
        return [
            (
                column,
                (
                    f"{counted(below, 'value')} of 0 or less has no logarithm",
                    "omit the transformation",
                ),
            )
        ]
    return [(replace(column, values=np.log(numbers)), None)]


def _values(
    protocol: Protocol, data: TrialData, one: Candidate
) -> tuple[pd.Series[Any], str, str]:
    if "." in one.name:
        at = one.visit or protocol.schedule.baseline
        visit = next(v for v in protocol.schedule.visits if v.id == at)
        label = f"{score_label(protocol, one.name)} at {visit.label.lower()}"
        return score_at(data, one.name, at), label, "points"
    known = next(c for c in protocol.characteristics if c.id == one.name)
    table = data.participants.set_index("participant")
    empty = pd.Series(pd.NA, index=table.index, dtype="object")
    value = table.get(one.name, empty)
    if known.type == "number":
        value = pd.to_numeric(value, errors="coerce")
    return value, known.label, known.unit or ""


def _levels(
    one: Candidate,
    label: str,
    values: tuple[str, ...],
    labels: dict[str, str],
    value: pd.Series[Any],
) -> list[tuple[Column, Reason | None]]:
    """A column for each level that occurs but the most frequent one."""
    count = value.value_counts()
    present = [level for level in values if count.get(level, 0)]
    if len(present) > max(2, len(value) / FEWEST_PER_LEVEL):
        own = Column(one, label, np.full(len(value), np.nan))
        what = f"{len(present)} levels of {counted(len(value), 'participant')}"
        return [(own, (what, "group the levels in the protocol"))]
    if len(present) < 2:
        constant = np.where(value.notna(), 1.0, np.nan)
        return [(Column(one, label, constant), None)]
    # Ties: the level that the protocol states first is the reference.
    reference = max(present, key=lambda level: int(count[level]))
    made: list[tuple[Column, Reason | None]] = []
    for level in present:
        if level == reference:
            continue
        marked = np.where(value.isna(), np.nan, (value == level).fillna(False))
        name = labels.get(level, level)
        other = "all others" if len(present) > 2 else labels.get(reference, reference)
        text = f"{label}: {name} against {other}"
        made.append((Column(one, text, marked.astype(float), name), None))
    return made


def _unusable(column: Column) -> Reason | None:
    n = len(column.values)
    lacking = column.missing
    if lacking > MOST_MISSING * n:
        share = fixed(100 * lacking / n, 0)
        return (
            f"missing in {lacking} of {counted(n, 'participant')} ({share}%)",
            "complete the values, or omit the candidate",
        )
    known = column.values[~np.isnan(column.values)]
    if np.ptp(known) == 0:
        return "all participants have the same value", "omit the candidate"
    if column.level is not None and min(known.sum(), len(known) - known.sum()) < 2:
        return (
            "one participant alone has this level or another one",
            "group the levels in the protocol",
        )
    return None


def _combined(column: Column, before: list[Column]) -> Reason | None:
    own = column.filled() - column.filled().mean()
    others = [one.filled() for one in before]
    design = np.column_stack([np.ones(len(own)), *others])
    scale = np.where(design.std(axis=0) > 0, design.std(axis=0), 1.0)
    design = (design - np.where(design.std(axis=0) > 0, design.mean(axis=0), 0)) / scale
    rest = own - design @ np.linalg.lstsq(design, own, rcond=None)[0]
    if rest @ rest > COLLINEAR * (own @ own):
        return None
    return "a combination of the candidates before it", "omit one of them"
