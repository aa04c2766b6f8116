"""What is printed of many fits: means over the trials."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from equipoise.errors.counted import counted
from equipoise.stats.mmrm.correlations import Matrix
from equipoise.stats.table import Table, page_of, text_of

MOST_HYPOTHESES = 60  # that are printed


class ManyFits(Protocol):
    """Fits of R trials with r hypotheses each, as ``BatchFit`` holds them."""

    @property
    def labels(self) -> pd.DataFrame:
        """A row for each hypothesis."""

    @property
    def estimate(self) -> Matrix:
        """R x r, as the other arrays."""

    @property
    def std_error(self) -> Matrix:
        """Standard errors."""

    @property
    def df(self) -> Matrix:
        """Degrees of freedom."""

    @property
    def p(self) -> Matrix:
        """P values."""

    @property
    def converged(self) -> NDArray[np.bool_]:
        """Of each trial."""


def printed_batch(batch: ManyFits) -> str:
    """The text of many fits: the mean of each hypothesis over the trials."""
    table = text_of(_over_trials(batch), MOST_HYPOTHESES)
    return "\n".join([_batch_title(batch), f"{_OVER}:", table, _BATCH_HINT])


def batch_page(batch: ManyFits) -> str:
    """The same as HTML."""
    tables = [(_OVER, _over_trials(batch))]
    return page_of(_batch_title(batch), (), tables, (_BATCH_HINT,))


_OVER = "Means over the trials"
_BATCH_HINT = (
    "to_frame() has a row for each trial and hypothesis; estimate, std_error, df, t, p, "
    "lower and upper are arrays"
)


def _batch_title(batch: ManyFits) -> str:
    trials, fitted = len(batch.converged), int(batch.converged.sum())
    return f"{counted(trials, 'trial')}, {fitted:,} of them converged"


def _over_trials(batch: ManyFits) -> pd.DataFrame:
    """Of each hypothesis, over the trials with an answer."""
    table = batch.labels.copy()
    known = np.isfinite(batch.estimate)
    n = known.sum(axis=0)

    def mean(values: Any) -> Any:
        with np.errstate(invalid="ignore"):
            return np.where(known, values, 0.0).sum(axis=0) / np.where(n, n, np.nan)

    centre = mean(batch.estimate)
    with np.errstate(invalid="ignore", divide="ignore"):
        squares = np.where(known, batch.estimate - centre, 0.0) ** 2
        sd = np.sqrt(squares.sum(axis=0) / np.where(n > 1, n - 1, np.nan))
    table["trials"] = n
    table["estimate"] = centre
    table["sd_estimate"] = sd
    table["std_error"] = mean(batch.std_error)
    table["df"] = mean(batch.df)
    table["p_below_0.05"] = mean(batch.p < 0.05)
    return Table(table)
