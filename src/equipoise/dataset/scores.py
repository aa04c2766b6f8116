"""Scores of a trial: from items where there are items, else as recorded."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from equipoise.errors import InstrumentError, Problem
from equipoise.instruments.model import Instrument
from equipoise.instruments.scoring import score

KEY = ["participant", "visit", "timepoint_min", "instrument", "score"]
COLUMNS = [*KEY, "value", "n_items", "n_missing", "recorded"]
ROUNDED = 0.005  # a mean is often written down with two decimals
EXACT = 1e-9


def worked_out(
    answers: pd.DataFrame,
    recorded: pd.DataFrame,
    scales: Mapping[str, Instrument],
) -> pd.DataFrame:
    """One row per form and score; a recorded score where its items give no row.

    Raises:
        InstrumentError: EQ210 to EQ214, answers that cannot be scored.
    """
    derived = _from_items(answers, scales)
    known = pd.MultiIndex.from_frame(derived[KEY])
    alone = ~pd.MultiIndex.from_frame(recorded[KEY]).isin(known)
    written = recorded.loc[alone, [*KEY, "value"]].assign(recorded=True)
    parts = [part for part in (derived, written) if len(part)]
    both = pd.concat(parts, ignore_index=True) if parts else derived
    both = both.reindex(columns=COLUMNS)
    counts = {"n_items": "Int64", "n_missing": "Int64", "recorded": "bool"}
    return both.astype(counts).sort_values(KEY, ignore_index=True)


def disagreements(
    answers: pd.DataFrame,
    recorded: pd.DataFrame,
    scales: Mapping[str, Instrument],
) -> list[Problem]:
    """What is wrong with the answers, or with recorded scores that have items."""
    try:
        derived = _from_items(answers, scales)
    except InstrumentError as refusal:
        return list(refusal.problems)
    both = recorded.merge(derived, on=KEY, suffixes=("", "_from_items"))
    means = [
        getattr(scales[i].scores[s], "rule", "") == "mean"
        for i, s in zip(both["instrument"], both["score"], strict=True)
    ]
    allowed = pd.Series(means, index=both.index, dtype=bool).map(
        {True: ROUNDED + EXACT, False: EXACT}
    )
    apart = (both["value"] - both["value_from_items"]).abs()
    wrong = both[apart.isna() | (apart > allowed)]
    if wrong.empty:
        return []
    return [
        Problem(
            code="EQ312",
            what=f"{len(wrong)} recorded scores disagree with their items",
            where="tables recorded_scores and answers",
            mend="correct the source, or go on with --accept EQ312: the items count",
            records=wrong[[*KEY, "value", "value_from_items", "n_missing"]],
        )
    ]


def _from_items(
    answers: pd.DataFrame, scales: Mapping[str, Instrument]
) -> pd.DataFrame:
    text = ["participant", "visit", "instrument", "item"]
    # Codes instead of strings: scoring a million forms takes seconds, not a minute.
    table = score(answers.astype(dict.fromkeys(text, "category")), scales)
    plain = dict.fromkeys(["participant", "visit", "instrument", "score"], "string")
    types = {**plain, "timepoint_min": "Int64", "n_items": "Int64"}
    return table.astype({**types, "n_missing": "Int64"}).assign(recorded=False)
