"""A tiny made-up trial: its protocol, and tables that have nothing wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import pandas as pd
import pytest

from equipoise.dataset.trialdata import TrialData, UnblindedTrialData
from equipoise.errors import DataError, Problem
from equipoise.protocol.load import parse_protocol
from equipoise.protocol.model import Protocol
from tests.instruments.small import small

PROTOCOL = """
schema = 1

[trial]
id = "tiny"
label = "Tiny"
title = "A tiny trial"
version = "1"
condition = "none"
design = "parallel"
reference = "made up"

[[arms]]
id = "red"
label = "Red"
role = "experimental"
intervention = "redium"

[[arms]]
id = "blue"
label = "Blue"
role = "placebo"
intervention = "blueium"

[[interventions]]
id = "redium"
label = "Redium"
assumed = true

[[interventions]]
id = "blueium"
label = "Blueium"
assumed = true

[[characteristics]]
id = "age"
label = "Age"
type = "number"
min = 18
max = 70

[[characteristics]]
id = "sex"
label = "Sex"
type = "category"
values = ["F", "M"]

[randomization]
method = "complete"
assumed = true

[blinding]
assumed = true

[blinding.conceal]
participant = ["arm"]

[[instruments]]
id = "small"
by = "participant"
assumed = true

[schedule]
procedures = [{ id = "r", assess = [{ instrument = "small" }] }]
anchor = "first infusion"
baseline = "start"
assumed = true
visits = [
  { id = "start", label = "0", day = 0, procedures = ["r"], infusion = 1, assumed = true },
  { id = "week-1", label = "Week 1", day = 7, procedures = ["r"], assumed = true },
  { id = "week-2", label = "Week 2", day = 14, procedures = ["r"], assumed = true },
  { id = "week-3", label = "Week 3", day = 21, procedures = ["r"], assumed = true },
  { id = "week-4", label = "Week 4", day = 28, procedures = ["r"], assumed = true },
]

[[definitions]]
id = "half"
label = "Halved"
kind = "response"
rule = "percent-reduction"
score = "small.total"
threshold = 50
assumed = true

[[definitions]]
id = "three"
label = "Three points"
kind = "response"
rule = "points-reduction"
score = "small.total"
threshold = 3
assumed = true

[[definitions]]
id = "low"
label = "Low"
kind = "remission"
rule = "at-most"
score = "small.total"
threshold = 2
assumed = true

[[definitions]]
id = "high"
label = "High"
kind = "remission"
rule = "at-least"
score = "small.total"
threshold = 5
assumed = true

[[definitions]]
id = "relapse"
label = "Relapse"
kind = "relapse"
rule = "loss-of"
of = "low"
at = "week-1"
assumed = true

[[analysis_sets]]
id = "all"
label = "All randomized"
assumed = true

[[endpoints]]
id = "low"
label = "Low at week 1"
level = "primary"
type = "binary"
assumed = true
variable = { definition = "low", at = "week-1" }
analysis = { method = "risk-difference" }

[endpoints.estimand]
treatment = { arm = "red", versus = "blue" }
population = "all"
summary = "risk difference"

[size]
participants = 4
assumed = true
"""

Tables = Mapping[str, pd.DataFrame]


@cache
def tiny(better: str = "lower") -> Protocol:
    """The protocol; its one instrument is ``small`` of the tests of instruments."""
    scale = small(('better = "lower"', f'better = "{better}"'))
    return parse_protocol(PROTOCOL, origin="tiny.toml", find_instrument=lambda _: scale)


def frame(columns: str, *rows: tuple[Any, ...]) -> pd.DataFrame:
    """Rows under columns that are named in one text."""
    return pd.DataFrame(rows, columns=columns.split())


def answers(*forms: tuple[str, str, int, int, int]) -> pd.DataFrame:
    """Answers to items a, b and c: participant, visit and three values each."""
    return frame(
        "participant visit instrument item value",
        *(
            (person, visit, "small", item, value)
            for person, visit, *values in forms
            for item, value in zip("abc", values, strict=True)
        ),
    )


def tables(**replaced: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Every table with some rows; those that are given stand for these."""
    made = {
        "participants": frame(
            "participant site consented_at randomized_at arm age sex",
            ("P1", "N", "2027-01-04", "2027-01-05T09:30", "red", 30, "F"),
            ("P2", "N", "2027-01-05", "2027-01-06T10:00", "blue", 40.5, "M"),
            ("P3", "S", "2027-01-06", None, None, 50, None),
        ),
        "visits": frame(
            "participant visit planned_day actual_day in_window status",
            ("P1", "start", 0, 0, True, "done"),
            ("P1", "week-1", 7, 8, True, "done"),
            ("P2", "start", 0, 0, True, "done"),
            ("P2", "week-1", 7, None, None, "missed"),
        ),
        "answers": answers(
            ("P1", "start", 3, 3, 2),
            ("P1", "week-1", 1, 1, 0),
            ("P2", "start", 2, 2, 2),
        ),
        "recorded_scores": frame(
            "participant visit instrument score value",
            ("P1", "start", "small", "total", 8),
            ("P2", "week-1", "small", "total", 5),
            ("P1", "week-1", "small", "global", 40),
        ),
        "exposures": frame(
            "participant visit infusion drug dose_mg weight_kg started_at stopped_at",
            ("P1", "start", 1, "redium", 35.25, 70.5, "2027-01-05T10:00", None),
            ("P2", "start", 1, "blueium", 3.6, 80.0, "2027-01-06T10:00", None),
        ),
        "measurements": frame(
            "participant visit timepoint_min name value unit",
            ("P1", "start", 40, "SYSBP", 130, "mmHg"),
            ("P1", "start", None, "SYSBP", 120, "mmHg"),
        ),
        "events": frame(
            "participant term started_day stopped_day severity serious related",
            ("P1", "headache", 0, 1, "mild", False, True),
            ("P1", "headache", 0, 1, "mild", False, True),
        ),
        "dispositions": frame(
            "participant milestone day reason",
            ("P1", "consented", -1, None),
            ("P1", "randomized", 0, None),
            ("P2", "randomized", 0, None),
            ("P3", "excluded", -1, "not eligible"),
        ),
        "guesses": frame(
            "participant by visit guess certainty",
            ("P1", "participant", "week-1", "red", 70),
            ("P1", "rater", "week-1", "don't know", None),
        ),
    }
    return {**made, **replaced}


def read(given: Tables | None = None, *, accept: tuple[str, ...] = ()) -> TrialData:
    """The trial from its tables."""
    return TrialData.from_tables(
        tiny(), tables() if given is None else given, accept=accept
    )


def unblinded() -> UnblindedTrialData:
    """The trial, its arms known."""
    data = read()
    assert isinstance(data, UnblindedTrialData)
    return data


def refused(given: Tables, *, accept: tuple[str, ...] = ()) -> list[Problem]:
    """Every problem for which the tables are refused."""
    with pytest.raises(DataError) as caught:
        read(given, accept=accept)
    return list(caught.value.problems)


def only(given: Tables) -> Problem:
    """The one problem for which the tables are refused."""
    problems = refused(given)
    assert len(problems) == 1, [str(problem) for problem in problems]
    return problems[0]


def rows(problem: Problem, *columns: str) -> list[tuple[Any, ...]]:
    """These columns of the records of a problem."""
    assert problem.records is not None
    return list(problem.records[list(columns)].itertuples(index=False, name=None))
