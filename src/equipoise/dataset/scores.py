"""Scores of a trial: from items if there are any, otherwise as recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from equipoise.errors import InstrumentError, Problem
from equipoise.errors.counted import counted
from equipoise.instruments.model import Instrument
from equipoise.instruments.scoring import score

FORM = ["participant", "visit", "timepoint_min", "instrument"]
ITEM = [*FORM, "item"]
KEY = [*FORM, "score"]
COLUMNS = [*KEY, "value", "n_items", "n_missing", "recorded"]
ROUNDED = 0.005  # a mean is often written down with two decimals
EXACT = 1e-9


def worked_out(
    answers: pd.DataFrame,
    recorded: pd.DataFrame,
    scales: Mapping[str, Instrument],
) -> pd.DataFrame:
    """One row per form and score; a recorded score if none of its items was answered.

    Args:
        answers: of ``TrialData``, without problems.
        recorded: likewise.
        scales: by instrument id.

    Returns:
        ``COLUMNS``, sorted by ``KEY``.
    """
    return _combined(_from_items(answers, scales), recorded)


def _combined(derived: pd.DataFrame, recorded: pd.DataFrame) -> pd.DataFrame:
    """Scores of items, and recorded scores of forms without items."""
    stated = pd.MultiIndex.from_frame(recorded[KEY])
    silent = derived["n_missing"] == derived["n_items"]
    derived = derived[~(silent & pd.MultiIndex.from_frame(derived[KEY]).isin(stated))]
    alone = ~stated.isin(pd.MultiIndex.from_frame(derived[KEY]))
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
    """Problems of the responses, and of recorded scores that have items.

    Rows with an incomplete key, an unknown instrument or a duplicate are reported by
    ``validate``.

    Returns:
        EQ211 and EQ212 for responses that cannot be scored; EQ312 for recorded scores
        that do not match their items.
    """
    derived, found = _from_sound_items(answers, scales)
    return [*found, *_apart(recorded, derived, scales)]


def scores_despite_problems(
    answers: pd.DataFrame,
    recorded: pd.DataFrame,
    scales: Mapping[str, Instrument],
) -> pd.DataFrame:
    """As ``worked_out``, for data that are refused.

    A form with a response that is not allowed has no score, unless it was recorded.
    """
    needed = ["participant", "visit", "instrument", "score", "value"]
    sound = recorded.dropna(subset=needed).drop_duplicates(KEY)
    return _combined(_from_sound_items(answers, scales)[0], sound)


def _from_sound_items(
    answers: pd.DataFrame, scales: Mapping[str, Instrument]
) -> tuple[pd.DataFrame, list[Problem]]:
    """Scores of the forms that can be scored, and EQ211 and EQ212 for the others."""
    once = ~answers.duplicated(subset=ITEM, keep=False)
    whole = answers[ITEM].drop(columns="timepoint_min").notna().all(axis=1)
    sound = once & whole & answers["instrument"].isin(list(scales))
    kept = _without_forms(answers, answers[~sound]) if not sound.all() else answers
    found: list[Problem] = []
    try:
        return _from_items(kept, scales), found
    except InstrumentError as refusal:
        for problem in refusal.problems:
            rows = pd.Index([]) if problem.records is None else problem.records.index
            found.append(replace(problem, records=answers.loc[rows]))
            kept = _without_forms(kept, answers.loc[rows])
    return _from_items(kept, scales), found


def _apart(
    recorded: pd.DataFrame, derived: pd.DataFrame, scales: Mapping[str, Instrument]
) -> list[Problem]:
    both = recorded.merge(derived, on=KEY, suffixes=("", "_from_items"))
    allowed = [
        ROUNDED + EXACT if scales[i].scores[s].rule == "mean" else EXACT
        for i, s in zip(both["instrument"], both["score"], strict=True)
    ]
    # A score that its items do not give is missing here, and differs as well.
    agrees = (both["value"] - both["value_from_items"]).abs() <= allowed
    answered = both["n_missing"] < both["n_items"]
    wrong = both[both["value"].notna() & answered & ~agrees]
    if wrong.empty:
        return []
    return [
        Problem(
            code="EQ312",
            what=f"{counted(len(wrong), 'recorded score', 'does')} not match the items",
            where="tables recorded_scores and answers",
            fix="correct the source, or use the items with --accept EQ312",
            records=wrong[[*KEY, "value", "value_from_items", "n_missing"]],
        )
    ]


def _without_forms(answers: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """The responses without the forms of these rows."""
    forms = rows[FORM].drop_duplicates()
    side = answers.merge(forms, on=FORM, how="left", indicator=True)["_merge"]
    return answers[(side == "left_only").to_numpy()]


def _from_items(
    answers: pd.DataFrame, scales: Mapping[str, Instrument]
) -> pd.DataFrame:
    text = ["participant", "visit", "instrument", "item"]
    # Codes instead of strings: scoring a million forms takes seconds, not a minute.
    table = score(answers.astype(dict.fromkeys(text, "category")), scales)
    plain = dict.fromkeys(["participant", "visit", "instrument", "score"], "string")
    types = {**plain, "timepoint_min": "Int64", "n_items": "Int64"}
    return table.astype({**types, "n_missing": "Int64"}).assign(recorded=False)
