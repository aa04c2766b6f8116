"""Scores of forms, worked out from their items and never stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from equipoise.instruments.model import Instrument
from equipoise.instruments.rules import Sheet
from equipoise.protocol.model import Protocol


def score_of(
    instrument: Instrument, answers: Mapping[str, str], score: str = ""
) -> float | None:
    """One score of one form.

    Args:
        instrument: of the form.
        answers: item -> answer, as it was saved.
        score: id of the score; the primary one if empty.

    Returns:
        The score; None where the rule for missing answers does not allow one.
    """
    name = score or instrument.primary_score
    if not instrument.items:
        return float(answers[name]) if answers.get(name) else None
    return _worked_out(instrument, answers, name)


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
