"""Guesses of the allocation: counts, blinding indices, and the adjusted effects."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from equipoise.analyze.analysis_sets import members
from equipoise.analyze.blinding.influence import DONT_KNOW, influence
from equipoise.analyze.result import Estimate
from equipoise.dataset.collected import NOT_COLLECTED, collected
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.numerics.distributions import t_two_sided
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.stats.blinding import BlindingIndex, bang_index, james_index
from equipoise.stats.blinding.indices import Counts


def blinding(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint
) -> list[Estimate]:
    """The James index, the Bang index by arm, the guesses, then the adjusted effects.

    Participants of the two arms of the comparison whose allocation was asked for; "did
    not know" is an answer. A guess of a further arm is a wrong one.
    """
    table = guessed(protocol, data, endpoint)
    counts = counted(endpoint, table)
    pair = endpoint.estimand.treatment
    arms = (pair.arm, pair.versus)
    estimates = [_james(endpoint, james_index(counts), int(counts.sum()))]
    for place, arm in enumerate(arms):
        right, wrong = int(counts[place, place]), int(counts[1 - place, place])
        unknown = int(counts[2, place])
        n = right + wrong + unknown
        estimates.append(_bang(endpoint, arm, bang_index(right, wrong, unknown), n))
    recorded = collected(data, "guesses")
    for place, arm in enumerate(arms):
        for number, (name, guess) in enumerate(
            zip((*arms, "unknown"), (*arms, DONT_KNOW), strict=True)
        ):
            estimates.append(
                Estimate(
                    **_named(endpoint, f"guess.{name}.{arm}", arm),
                    analysis="guess",
                    estimate=float(counts[number, place]) if recorded else None,
                    n=int(counts[:, place].sum()),
                    note=guess if recorded else NOT_COLLECTED["guesses"],
                )
            )
    if endpoint.variable.effect_on is not None:
        by_person = table.set_index("participant")["guess"]
        estimates += influence(protocol, data, endpoint, by_person)
    return estimates


def guessed(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint
) -> pd.DataFrame:
    """Guesses of the endpoint: ``participant, arm, guess``."""
    arm = members(protocol, data, endpoint.estimand.population)
    pair, asked = endpoint.estimand.treatment, endpoint.variable
    rows = data.guesses
    chosen = (rows["by"] == asked.guesses) & (rows["visit"] == asked.at)
    rows = rows[chosen.fillna(False).astype(bool)]
    table = rows[["participant", "guess"]].assign(arm=rows["participant"].map(arm))
    table = table[table["arm"].isin([pair.arm, pair.versus])]
    return table.astype({"guess": str, "arm": str}).reset_index(drop=True)


def counted(endpoint: Endpoint, table: pd.DataFrame) -> Counts:
    """Guesses (first arm, second arm, don't know) by the arm that was given, 3 x 2."""
    pair = endpoint.estimand.treatment
    arms = [pair.arm, pair.versus]
    counts = np.zeros((3, 2))
    for arm, guess in zip(table["arm"], table["guess"], strict=True):
        given = arms.index(arm)
        if guess == DONT_KNOW:
            row = 2
        elif guess == arm:
            row = given
        else:
            row = 1 - given
        counts[row, given] += 1
    return counts


def _james(endpoint: Endpoint, found: BlindingIndex | None, n: int) -> Estimate:
    named = _named(endpoint, "james", None)
    if found is None:
        why = "no guess was recorded" if n == 0 else "all guesses name one arm"
        return Estimate(
            **named, analysis="james", n=n, note=f"cannot be estimated: {why}"
        )
    level = endpoint.analysis.level
    lower, upper = found.interval(level)
    if upper < 0.5:
        meaning = "the interval is below 0.5: more correct guesses than by chance"
    else:
        meaning = "the interval includes 0.5 or is above it: compatible with chance"
    return Estimate(
        **named,
        analysis="james",
        estimate=found.estimate,
        std_error=found.std_error,
        lower=lower,
        upper=upper,
        level=level,
        n=n,
        note="1: no participant can name the arm, 0.5: chance, 0: all name it correctly; "
        f"{meaning}",
    )


def _bang(
    endpoint: Endpoint, arm: str, found: BlindingIndex | None, n: int
) -> Estimate:
    named = _named(endpoint, f"bang.{arm}", arm)
    if found is None:
        return Estimate(
            **named,
            analysis="bang",
            n=n,
            note="cannot be estimated: no guess was recorded",
        )
    level = endpoint.analysis.level
    lower, upper = found.interval(level)
    p = None
    if found.std_error > 0:
        p = float(t_two_sided(found.estimate / found.std_error, np.inf))
    return Estimate(
        **named,
        analysis="bang",
        estimate=found.estimate,
        std_error=found.std_error,
        lower=lower,
        upper=upper,
        level=level,
        p=p,
        n=n,
        note="1: all guesses correct, 0: chance, −1: all guesses wrong",
    )


def _named(endpoint: Endpoint, name: str, contrast: str | None) -> dict[str, Any]:
    pair = endpoint.estimand.treatment
    return {
        "id": f"{endpoint.id}.{name}",
        "endpoint": endpoint.id,
        "population": endpoint.estimand.population,
        "visit": endpoint.variable.at,
        "contrast": contrast or f"{pair.arm} - {pair.versus}",
    }
