"""Guesses of the allocation."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from equipoise.simulate.attendance import Attended
from equipoise.simulate.context import Context
from equipoise.simulate.random_draws import Floats, choices, uniforms
from equipoise.simulate.scenario_participants import DONT_KNOW, Guess
from equipoise.simulate.screening import Cohort


def guesses(
    context: Context, cohort: Cohort, attended: Attended, believes: NDArray[np.bool_]
) -> pd.DataFrame:
    """The table ``guesses``, for participants who had the visit.

    Args:
        context: states who is asked when.
        cohort: all screened participants.
        attended: only visits that were done have guesses.
        believes: (people,) who believes to have got the arm of ``[response.belief]``.
    """
    frames = []
    for stated in context.scenario.guesses:
        done = attended.done[:, context.visit[stated.visit]]
        who = (cohort.arms == context.arm[stated.arm]) & done
        u = uniforms(cohort.people, f"guess by {stated.by} at {stated.visit}")[who]
        frames.append(
            pd.DataFrame(
                {
                    "participant": cohort.ids[who],
                    "by": stated.by,
                    "visit": stated.visit,
                    "guess": _answers(context, stated, u, believes[who]),
                }
            )
        )
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def _answers(
    context: Context, stated: Guess, u: Floats, believes: NDArray[np.bool_]
) -> NDArray[np.object_]:
    """What people answer, from fixed shares or from what they believe."""
    if stated.dont_know is None:
        names = np.array([*stated.shares, list(stated.shares)[-1]], dtype=object)
        return np.asarray(names[choices(u, stated.shares.values())])
    response = context.scenario.response
    if response is None or response.belief is None:
        raise ValueError("no beliefs are specified in this scenario")
    believed = response.belief.arm
    other = next(arm for arm in context.arm if arm != believed)
    said = np.where(believes, believed, other).astype(object)
    return np.where(u < stated.dont_know, DONT_KNOW, said).astype(object)
