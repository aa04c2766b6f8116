"""Data that cannot answer: a sentence in place of the number, never a crash."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import pandas as pd
import pytest

from equipoise.analyze.result import Results
from equipoise.analyze.run import analyze
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.report.document import report
from tests.analyze.feder import feder, virtual


def drop(frame: pd.DataFrame, rows: object) -> None:
    frame.drop(frame.index[np.asarray(rows, dtype=bool)], inplace=True)


def no_responders(data: UnblindedTrialData) -> None:
    rows = data.scores
    caps = (rows["instrument"] == "caps5") & (rows["visit"] != "screening")
    start = rows[caps & (rows["visit"] == "baseline")].set_index(
        ["participant", "score"]
    )
    keys = pd.MultiIndex.from_frame(rows.loc[caps, ["participant", "score"]])
    rows.loc[caps, "value"] = (
        start["value"].reindex(keys).to_numpy() + np.arange(caps.sum()) % 3
    )


def no_events(data: UnblindedTrialData) -> None:
    drop(data.events, np.ones(len(data.events)))


def one_arm_unrated(data: UnblindedTrialData) -> None:
    arm = data.scores["participant"].map(data.arm)
    later = ~data.scores["visit"].isin(["screening", "baseline"])
    drop(data.scores, ((arm == "midazolam") & later).fillna(False))


def nobody_at_week_2(data: UnblindedTrialData) -> None:
    drop(data.scores, data.scores["visit"] == "week-2")


def one_stratum_empty(data: UnblindedTrialData) -> None:
    data.participants["sex"] = pd.array(["F"] * len(data.participants), dtype="string")


def zero_variance(data: UnblindedTrialData) -> None:
    rows = data.scores
    rows.loc[rows["instrument"] == "caps5", "value"] = 40.0


def nobody_measured(data: UnblindedTrialData) -> None:
    drop(data.measurements, np.ones(len(data.measurements)))
    drop(data.guesses, np.ones(len(data.guesses)))
    drop(data.scores, data.scores["timepoint_min"].notna())


def nobody_infused_twice(data: UnblindedTrialData) -> None:
    drop(data.exposures, data.exposures["infusion"] > 1)


CASES = {
    f.__name__: f
    for f in (
        no_responders,
        no_events,
        one_arm_unrated,
        nobody_at_week_2,
        one_stratum_empty,
        zero_variance,
        nobody_measured,
        nobody_infused_twice,
    )
}


@cache
def made(name: str) -> tuple[UnblindedTrialData, Results]:
    """Data of a case and their results; not to be changed."""
    data = virtual()
    CASES[name](data)
    return data, analyze(feder(), data)


@pytest.mark.parametrize("name", CASES)
def test_everything_is_reported_with_a_sentence_where_there_is_no_number(
    name: str,
) -> None:
    data, results = made(name)
    for row in results:
        numbers = [row.estimate, row.lower, row.upper, row.std_error, row.p]
        assert not any(v is not None and not np.isfinite(v) for v in numbers), row
        if row.lower is not None and row.upper is not None and row.estimate is not None:
            assert row.lower - 1e-9 <= row.estimate <= row.upper + 1e-9, row
    for endpoint in feder().endpoints:
        answer = results[endpoint.id]
        if answer.estimate is None:
            assert answer.note, endpoint.id
    files = report(feder(), data, results).files
    assert not re.search(rb">(nan|inf|None)<|\b(nan|inf)\b", files["report.html"])
    assert files["report.pdf"].startswith(b"%PDF")


def test_nobody_at_week_2_leaves_the_primary_answer_with_its_reason() -> None:
    _, results = made("nobody_at_week_2")
    answer = results["caps5_change"]
    assert answer.estimate is None
    assert "no participant of Ketamine or Midazolam was rated" in (answer.note or "")
    assert "Week 2" in (answer.note or "")


def test_no_variance_is_no_infinite_certainty() -> None:
    _, results = made("zero_variance")
    answer = results["caps5_change"]
    assert (
        answer.estimate is None
        or answer.std_error is None
        or answer.p is None
        or answer.p > 0
    )
    assert results["response"].estimate == 0
