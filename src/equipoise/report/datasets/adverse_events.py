"""ADAE: adverse events, one row for each."""

from __future__ import annotations

import numpy as np

from equipoise.analyze.safety.emergent import emergent, with_infusion
from equipoise.report.datasets.dataset import Dataset, Variable, dataset
from equipoise.report.datasets.trial import Trial, arm_variables

FLAG = {True: "Y", False: "N"}


def adverse_events(trial: Trial) -> Dataset | None:
    """Every adverse event of a randomized participant; None if the data hold none.

    Not made under a dummy allocation: an event can disclose who received what.

    Source: CDISC ADaM Data Structure for Adverse Event Analysis 1.0.
    """
    rows = trial.data.events
    rows = rows[rows["participant"].isin(trial.data.arm.index)]
    if rows.empty or trial.dummy:
        return None
    counted, _ = emergent(trial.data)
    timed = with_infusion(trial.protocol, trial.data, rows)
    rows = rows.reset_index()
    variables = [v for v in arm_variables(trial) if v.name not in ("TRTA", "TRTAN")]
    columns = trial.arm_columns(rows["participant"], trial.data.arm) | {
        "AETERM": rows["term"],
        "ASTDY": rows["started_day"],
        "AENDY": rows["stopped_day"],
        "AESEV": rows["severity"].str.upper(),
        "AESER": rows["serious"].map(FLAG),
        "AEREL": rows["related"].map(FLAG),
        "AEACN": rows["action"],
        "AEOUT": rows["outcome"],
        "TRTEMFL": np.where(rows["index"].isin(counted.index), "Y", None),
        "INFNUM": timed["infusion"].to_numpy(),
        "INFDAYS": timed["days_since"].to_numpy(),
    }
    return dataset(
        "ADAE",
        "Adverse events",
        "an adverse event",
        [*variables, *VARIABLES],
        columns,
        dummy=False,
    )


UNKNOWN = "missing if not recorded"
VARIABLES = (
    Variable("AETERM", "Reported term", "Char", "as recorded", source="events.term"),
    Variable("ASTDY", "Start day", "Num", "as recorded", unit="d", values=UNKNOWN),
    Variable("AENDY", "End day", "Num", "as recorded", unit="d", values=UNKNOWN),
    Variable(
        "AESEV", "Severity", "Char", "as recorded", values=f"MILD, ...; {UNKNOWN}"
    ),
    Variable(
        "AESER", "Serious event", "Char", "as recorded", values=f"Y, N; {UNKNOWN}"
    ),
    Variable("AEREL", "Related", "Char", "as recorded", values=f"Y, N; {UNKNOWN}"),
    Variable("AEACN", "Action taken with treatment", "Char", "as recorded"),
    Variable("AEOUT", "Outcome of the event", "Char", "as recorded"),
    Variable(
        "TRTEMFL",
        "Treatment-emergent: counted in the report",
        "Char",
        "Y: counted as a treatment-emergent event",
        values="Y or missing",
        source="equipoise.analyze.safety",
    ),
    Variable("INFNUM", "Number of the last infusion before", "Num", "by day"),
    Variable("INFDAYS", "Days since that infusion", "Num", "ASTDY - its day", unit="d"),
)
