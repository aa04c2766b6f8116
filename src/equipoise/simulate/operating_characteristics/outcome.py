"""What the trials of a run amount to, whether they had looks or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from equipoise.simulate.operating_characteristics.chunk import Run
from equipoise.simulate.operating_characteristics.interim_analyses import (
    decided,
    stopping,
)
from equipoise.simulate.operating_characteristics.summary import (
    characteristics,
    power_error,
)
from equipoise.simulate.random_draws import Floats


def outcome(run: Run, found: Floats, true_values: Mapping[str, float]) -> pd.DataFrame:
    """Characteristics of a run, one row an endpoint.

    Args:
        run: what was simulated.
        found: what ``chunk`` gives.
        true_values: true difference of continuous endpoints.

    Returns:
        As ``characteristics``. For a run with looks one row: power is the share of
        trials that crossed a boundary; bias and coverage are those of the estimate at
        the end as if there had been no looks, the naive one; ``expected_size`` and
        ``stop_k`` as in ``stopping``.
    """
    asked = run.question()
    if run.looks is None:
        return characteristics(asked, found, true_values)
    first = replace(asked, endpoints=asked.endpoints[:1])  # the one that is looked at
    table = characteristics(first, ended(run, found), true_values)
    told = stopping(found, run.looks.boundaries(run.n), run.looks.sizes(run.n))
    return table.assign(**told)


def run_error(run: Run, found: Floats) -> float:
    """The largest Monte Carlo error of a power of a run, for a stop rule."""
    return power_error(ended(run, found))


def ended(run: Run, found: Floats) -> Floats:
    """The answers with which each trial ends: trials x endpoints x ``FIELDS``."""
    if run.looks is None:
        return found
    return decided(found, run.looks.boundaries(run.n))
