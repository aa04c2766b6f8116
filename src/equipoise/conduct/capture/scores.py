"""Scores of forms, worked out from their items and never stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from equipoise.instruments.model import Instrument
from equipoise.instruments.rules import Sheet
from equipoise.protocol.model import Protocol


def score_of(
    instrument: Instrument, answers: Mapping[str, str], score: str = ""
) -> float | None:
    """One score of one form, the primary one if none is named.

    None where the rule for missing answers does not allow one.
    """
    name = score or instrument.primary_score
    if not instrument.items:
        return float(answers[name]) if answers.get(name) else None
    return _worked_out(instrument, answers, name)


@dataclass(frozen=True, slots=True)
class Total:
    """The primary score of a form that is being filled in."""

    label: str
    # The score; of unfinished answers, what they add up to so far; None where they
    # cannot say it.
    value: float | None
    highest: float
    missing: int  # answers that it still needs, and that missing codes stand for
    final: bool  # whether it is the score of the form as it is

    def __str__(self) -> str:
        more = f"{self.missing} not answered" if self.missing else ""
        if self.value is None:
            return f"{self.label}: not known yet; {more}"
        said = f"{self.label}: {self.value:.6g} of {self.highest:g}"
        if more and self.final:
            said += ", prorated"
        return f"{said}; {more}" if more else said


def total_so_far(instrument: Instrument, answers: Mapping[str, str]) -> Total | None:
    """The primary score of answers as far as they go, by the rule of the instrument.

    Items without an answer count as 0 so far, where 0 is the lowest answer to each. None
    for a single item, whose answer says all.
    """
    if len(instrument.items) < 2:
        return None
    import numpy as np

    name = instrument.primary_score
    score = instrument.scores[name]
    column = np.array(
        [[float(answers.get(item) or "nan") for item in instrument.items]]
    )
    worked = Sheet(instrument, column.T).score(name)
    value, missing = float(worked.value[0]), int(worked.n_missing[0])
    final = value == value
    if not final and all(item.allowed[0] == 0 for item in instrument.items.values()):
        value = float(Sheet(instrument, np.nan_to_num(column).T).score(name).value[0])
    known = value if value == value and answers else None
    return Total(score.label, known, score.range[1], missing, final)


def named_score(
    protocol: Protocol, name: str, answers: Mapping[str, str]
) -> float | None:
    """The score ``instrument.score`` of one form."""
    instrument, _, score = name.partition(".")
    return score_of(protocol.scales[instrument], answers, score)


def named_scores(
    protocol: Protocol, name: str, forms: Sequence[Mapping[str, str]]
) -> list[float | None]:
    """The score ``instrument.score`` of many forms, all at once."""
    instrument, _, score = name.partition(".")
    scale = protocol.scales[instrument]
    if not scale.items or not forms:
        return [score_of(scale, answers, score) for answers in forms]
    import numpy as np

    rows = [[float(said.get(item) or "nan") for item in scale.items] for said in forms]
    values = Sheet(scale, np.array(rows).T).score(score).value
    return [None if value != value else float(value) for value in values]


def _worked_out(
    instrument: Instrument, answers: Mapping[str, str], name: str
) -> float | None:
    import numpy as np

    column = [float(answers.get(item) or "nan") for item in instrument.items]
    value = float(Sheet(instrument, np.array([column]).T).score(name).value[0])
    return None if value != value else value
