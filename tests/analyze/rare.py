"""The complete trial where it went otherwise: what seldom happens, happens here.

Models that cannot be fitted, arms without responders, doses that were not those planned,
visits that hang on an outcome, events without a date: what is seldom said is said here.
Three more have the same participants: in ``bare`` hardly a table was collected, in
``alone`` there are few people, and in ``dummy`` the arms are shuffled.
"""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import pandas as pd

from equipoise.analyze.result import Results
from equipoise.analyze.run import analyze, unblinded
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.model import Protocol
from tests.analyze import complete

OTHERWISE = {  # text of the complete trial -> text of this one, each found once or more
    'method = "permuted blocks"\nblock_sizes = [5, 10]': 'method = "complete"',
    # raters give a score of which more is better, and no scale is rated at infusions
    'label = "HAM-D at week 2"': 'label = "Alertness at week 2"',
    'score = "hamd17.total"\nmeasure = "value"': (
        'score = "moaas.total"\nmeasure = "value"'
    ),
    '[[instruments]]\nid = "cgi_s"\nby = "rater"': (
        '[[instruments]]\nid = "moaas"\nby = "rater"\nassumed = true\n\n'
        '[[instruments]]\nid = "cgi_s"\nby = "rater"'
    ),
    '{ instrument = "cgi_s" }]': '{ instrument = "cgi_s" }, { instrument = "moaas" }]',
    # the percent change is asked for where nobody of an arm is rated
    'measure = "percent-change"\nvisits = ["week-1", "week-2", "week-4"]\n'
    'at = "week-2"': (
        'measure = "percent-change"\nvisits = ["week-1", "week-6"]\nat = "week-6"'
    ),
    "Percent change in HAM-D to week 2": "Percent change in HAM-D to week 6",
    # adverse events count for a month, and all of them by infusion
    "days_after_last_dose = 14": "days_after_last_dose = 30",
    'label = "Adverse events by infusion"\nlevel = "safety"\ntype = "side-effects"\n'
    'assumed = true\n\n[endpoints.variable]\nevents = "related"': (
        'label = "Adverse events by infusion"\nlevel = "safety"\n'
        'type = "side-effects"\nassumed = true\n\n[endpoints.variable]\nevents = "all"'
    ),
    # many lose a response that is soon said to be one
    "Response (HAM-D reduced by at least 30%)": "Response: HAM-D reduced by 20%",
    "threshold = 30\n": "threshold = 20\n",
    'at = "week-2"\nzero = "last-infusion"': 'at = "week-1"\nzero = "last-infusion"',
    'interval = "plain"\nhorizon = 21': 'interval = "log"',
    'covariance = "cs"\ndf = "between-within"': 'covariance = "cs"\ndf = "residual"',
    # only responders are seen after week 4
    'id = "week-6"\nlabel = "Week 6"\nday = 42\n': (
        'id = "week-6"\nlabel = "Week 6"\nday = 42\nonly_if = "response"\n'
    ),
    # nobody falls by so much
    "threshold = 6\n": "threshold = 26\n",
    'covariates = ["baseline", "age"]': 'covariates = ["baseline", "sex"]',
    "at least 6 points": "at least 26 points",
    "Reduction by 6 points": "Reduction by 26 points",
    'procedure = "graphical"': 'procedure = "fixed-sequence"',
    "weights = [0.5, 0.3, 0.2]\n": "",
    "transitions = [[0, 0.5, 0.5], [1, 0, 0], [0, 1, 0]]\n": "",
}

UNMEASURED = [  # values that a rule needs before or during an infusion
    ("P01", "infusion-1", "SYSBP", -15),
    ("P02", "infusion-2", "SYSBP", 20),
    ("P02", "infusion-2", "SYSBP", 40),
    ("P13", "infusion-2", "OXYSAT", 40),
]
COLUMNS = ("participant", "term", "started_day", "serious", "related")
MORE = [  # so that both arms have a trend over the infusions
    *((f"P{k}", "headache", 0, False, True) for k in (13, 14, 15, 17)),
    *((f"P{k}", "nausea", 7, False, True) for k in (14, 18)),
    *((f"P0{k}", "nausea", 0, False, False) for k in (5, 7, 8, 9)),
    ("P13", "nausea", 14, False, False),
    ("P08", "nausea", 7, False, False),
]
COURSES = {  # shares of the score at baseline at weeks 1, 2 and 4
    (0.5, 0.6, 0.95): (
        "P01",
        "P03",
        "P07",
        "P13",
        "P14",
        "P15",
        "P17",
    ),  # lost by week 4
    (0.6, 0.9, 0.7): ("P09", "P18"),  # lost by week 2
    (0.5, 0.5, 0.6): ("P04", "P08", "P10", "P16"),  # kept
}


def _text() -> str:
    text = complete.TEXT.read_text(encoding="utf-8")
    for usual, other in OTHERWISE.items():
        assert usual in text, usual
        text = text.replace(usual, other)
    # Nothing is imputed and no group is looked at.
    return re.sub(
        r"\[\[endpoints\.(sensitivity|subgroups)\]\]\n.*?\n(?=\[)", "", text, flags=re.S
    )


@cache
def protocol() -> Protocol:
    """That of the complete trial, otherwise."""
    return complete.parsed(_text(), "rare.toml")


@cache
def results() -> Results:
    """Of ``data``."""
    return analyze(protocol(), data())


@cache
def data() -> UnblindedTrialData:
    """Not to be changed; what differs from the complete trial is written here."""
    known = complete.data()
    tables = dict(known.tables())
    tables["recorded_scores"] = _scores(tables["recorded_scores"])
    tables["exposures"] = _exposures(tables["exposures"])
    tables["visits"] = _visits(tables["visits"])
    tables["events"] = _events(tables["events"])
    tables["guesses"] = tables["guesses"][tables["guesses"]["by"] == "rater"]
    one = tables["measurements"]["name"] != "PULSE"
    tables["measurements"] = tables["measurements"][one]
    return _made(protocol(), tables | dict(known.provided))


@cache
def bare() -> tuple[Protocol, UnblindedTrialData, Results]:
    """The complete protocol, when only arms, sites and ratings were provided."""
    known = dict(complete.data().tables())
    tables = {name: known[name] for name in ("participants", "recorded_scores")}
    early = tables["recorded_scores"]["visit"].isin(["baseline", "week-1"])
    tables["recorded_scores"] = tables["recorded_scores"][early]
    made = _made(complete.protocol(), tables)
    return complete.protocol(), made, analyze(complete.protocol(), made)


@cache
def alone() -> tuple[Protocol, UnblindedTrialData, Results]:
    """Four participants, one of them in the second arm; events are no endpoint."""
    known = complete.data()
    tables = {**dict(known.tables()), **known.provided}
    few = {
        name: frame[frame["participant"].isin(["P01", "P02", "P03", "P13"])]
        for name, frame in tables.items()
    }
    values = few["measurements"]
    places = ["participant", "visit", "name", "timepoint_min"]
    gone = pd.MultiIndex.from_frame(values[places]).isin(UNMEASURED)
    few["measurements"] = values[~gone]
    whole = complete.protocol()
    kept = tuple(part for part in whole.endpoints if part.type != "incidence")
    trial = whole.model_copy(update={"endpoints": kept})
    made = _made(trial, few)
    return trial, made, analyze(trial, made)


@cache
def dummy() -> tuple[Protocol, UnblindedTrialData, Results]:
    """The rare trial while its arms are not known."""
    blind = data().blinded()
    known = unblinded(protocol(), blind, blind="dummy", seed=7)
    return protocol(), known, analyze(protocol(), blind, blind="dummy", seed=7)


def _made(trial: Protocol, tables: dict[str, pd.DataFrame]) -> UnblindedTrialData:
    made = UnblindedTrialData.from_tables(trial, tables)
    assert isinstance(made, UnblindedTrialData)
    return made


def _scores(rows: pd.DataFrame) -> pd.DataFrame:
    """Nobody of the second arm is rated at week 6, dissociation and P06 never."""
    rows = _relapsed(rows)
    rows = rows[(rows["participant"] != "P06") | (rows["visit"] == "baseline")]
    arm = rows["participant"].map(complete.data().arm)
    gone = (arm == "control") & (rows["visit"] == "week-6")
    kept = rows[~gone & (rows["instrument"] != "cadss")]
    rated = kept[kept["instrument"] == "cgi_s"]
    awake = rated.assign(instrument="moaas", value=6 - rated["value"].clip(1, 5))
    return pd.concat([kept, awake], ignore_index=True)


def _relapsed(rows: pd.DataFrame) -> pd.DataFrame:
    """Responses at week 1, of which most are lost."""
    total = rows["instrument"] == "hamd17"
    first = rows[total & (rows["visit"] == "baseline")]
    start = first.set_index("participant")["value"]
    made = rows.copy()
    for shares, people in COURSES.items():
        for visit, share in zip(("week-1", "week-2", "week-4"), shares, strict=True):
            own = total & (made["visit"] == visit) & made["participant"].isin(people)
            scores = share * made.loc[own, "participant"].map(start)
            made.loc[own, "value"] = scores.round()
    return made


def _exposures(rows: pd.DataFrame) -> pd.DataFrame:
    """Doses, lengths and weights that are not as planned, or not recorded."""
    made = rows.copy()

    def put(person: str, infusion: int, column: str, value: object) -> None:
        own = (made["participant"] == person) & (made["infusion"] == infusion)
        assert own.sum() == 1
        made.loc[own, column] = value

    put("P01", 2, "dose_mg", 20.0)
    put("P03", 1, "dose_mg", np.nan)
    put("P04", 2, "weight_kg", np.nan)
    put("P05", 1, "stopped_at", pd.NaT)
    put("P07", 3, "drug", pd.NA)
    put("P08", 1, "interrupted", pd.NA)
    put(
        "P14", 1, "stopped_at", made["started_at"][made["participant"] == "P14"].iloc[0]
    )
    lost = (made["participant"] == "P15") & (made["infusion"] == 3)
    return made[~lost]


def _visits(rows: pd.DataFrame) -> pd.DataFrame:
    """One infusion visit was missed with a reason; one week-6 visit was never due."""
    made = rows.copy()
    own = (made["participant"] == "P15") & (made["visit"] == "infusion-3")
    made.loc[own, "status"] = "missed"
    made.loc[own, "reason"] = "fever"
    made.loc[own, ["actual_day", "in_window"]] = pd.NA
    return made


def _events(rows: pd.DataFrame) -> pd.DataFrame:
    """Day, severity, seriousness and relation are not always known."""
    made = rows.copy()
    made.loc[made["term"] == "dizziness", ["started_day", "stopped_day"]] = pd.NA
    made.loc[made["term"] == "vomiting", "severity"] = pd.NA
    made.loc[made["term"] == "fall", "related"] = pd.NA
    made.loc[made["term"] == "anxiety", "outcome"] = pd.NA
    return pd.concat([made, pd.DataFrame(MORE, columns=COLUMNS)], ignore_index=True)
