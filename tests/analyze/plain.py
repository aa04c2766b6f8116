"""The complete trial with little in it: a treatment that is talk, and two visits.

No drug, no infusion, no criterion, no covariate and no concealment; arms with long names;
one endpoint has a single visit. Many leave, without a word why, before the visit that
counts; nobody is rated after it.
"""

from __future__ import annotations

import re
from functools import cache

import pandas as pd

from equipoise.analyze.result import Results
from equipoise.analyze.run import analyze
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.model import Protocol
from tests.analyze import complete

GONE = (  # tables of the protocol, by the start of each
    "[[interventions]]",
    "[[eligibility]]",
    "[[safety_rules]]",
    "[[endpoints.subgroups]]",
    *(f'[[schedule.visits]]\nid = "infusion-{number}"' for number in (1, 2, 3)),
    '[[instruments]]\nid = "cadss"',
)
LINES = ("intervention", "covariates", "by_visit", "weights", "transitions", "exposed",
         "as", "paper", "decimals", "spelling", "header", "footer", "participant",
         "rater", '"infusion team"')  # fmt: skip
UNASKED = ("side_effects", "vital_signs", "dissociation", "blind_participant",
           "blind_rater")  # fmt: skip
OTHERWISE = {
    'label = "Ketamine"': (
        'label = "Eight sessions of cognitive behavioral therapy by telephone, with a '
        'workbook and a reminder on each day between two sessions"'
    ),
    'label = "Midazolam"': (
        'label = "Eight conversations of the same length without advice, by telephone, '
        'with a diary and a reminder on each day between two of them"'
    ),
    'anchor = "first infusion"': 'anchor = "randomization"',
    'zero = "last-infusion"\n': "",
    'visits = ["week-1", "week-2", "week-4"]': 'visits = ["week-1", "week-2"]',
    'measure = "value"\nvisits = ["week-1", "week-2"]': (
        'measure = "value"\nvisits = ["week-2"]'
    ),
    'label = "Week 4"\n': 'label = "Week 4"\nonly_if = "response"\n',
    'label = "Week 6"\n': 'label = "Week 6"\nonly_if = "response"\n',
    'population = "safety"': 'population = "itt"',
    'procedure = "graphical"': 'procedure = "holm"',
    'covariance = "cs"\ndf = "between-within"': 'covariance = "us"\ndf = "residual"',
    'population = "itt"\nsummary = "survival function"': (
        'population = "rated"\nsummary = "survival function"'
    ),
    "participants = 20\n": "participants = 20\nplanned = false\n",
}
NEVER = ("P04", "P15")  # without a rating after baseline
EARLY = ("P02", "P07", "P14", "P18")  # without a rating from week 2


@cache
def protocol() -> Protocol:
    """That of the complete trial, without most of it."""
    text = complete.TEXT.read_text(encoding="utf-8")
    for start in GONE:
        text = re.sub(
            re.escape(start) + r".*?(?=\n\[(?!\[?blinding))", "", text, flags=re.S
        )
    for name in LINES:
        text = re.sub(rf"^{name} = .*\n", "", text, flags=re.M)
    for name in UNASKED:
        start = re.escape(f'[[endpoints]]\nid = "{name}"')
        text = re.sub(rf"{start}.*?(?=\n\[(?!endpoints\.))", "", text, flags=re.S)
    for usual, other in OTHERWISE.items():
        assert usual in text, usual
        text = text.replace(usual, other)
    return complete.parsed(text, "plain.toml")


@cache
def data() -> UnblindedTrialData:
    """Not to be changed."""
    known = dict(complete.data().tables())
    people = known["participants"].copy()
    people[["consented_at", "randomized_at"]] = pd.NaT
    left = known["dispositions"].copy()
    left["reason"] = pd.NA
    left.loc[left["milestone"] == "treatment-completed", "day"] = pd.NA
    tables = {
        "participants": people,
        "recorded_scores": _scores(known["recorded_scores"]),
        "dispositions": left,
        "events": known["events"].iloc[:0],
    }
    made = UnblindedTrialData.from_tables(protocol(), tables)
    assert isinstance(made, UnblindedTrialData)
    return made


@cache
def results() -> Results:
    """Of these data."""
    return analyze(protocol(), data())


def _scores(rows: pd.DataFrame) -> pd.DataFrame:
    first = rows["visit"] == "baseline"
    late = ~first & (rows["visit"] != "week-1")
    followed = rows["visit"].isin(["week-4", "week-6"])
    gone = (~first & rows["participant"].isin(NEVER)) | (
        late & rows["participant"].isin(EARLY)
    )
    made = rows[~gone & ~followed & (rows["instrument"] != "cadss")].copy()
    better = (made["participant"] < "P12") & (made["visit"] != "baseline")
    better &= made["instrument"] == "hamd17"  # so that a tipping point has to be far
    made.loc[better, "value"] = (made.loc[better, "value"] - 6).clip(0)
    return made
