"""ADAE: adverse events, one row for each."""

from __future__ import annotations

from equipoise.analyze.safety.treatment_emergent import classified, with_infusion
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
    emergent = classified(trial.protocol, trial.data)["emergent"].loc[rows.index]
    timed = with_infusion(trial.protocol, trial.data, rows)
    rows = rows.reset_index(drop=True)
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
        "TRTEMFL": emergent.map(FLAG).to_numpy(),
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
        "Treatment-emergent adverse event",
        "Char",
        "Y: started from the first dose to the end of the window of the protocol, or "
        "without a start day; N: before or after",
        values="Y, N; missing if the treatment period is not recorded",
        source="equipoise.analyze.safety.treatment_emergent.classified",
    ),
    Variable("INFNUM", "Number of the last infusion before", "Num", "by day"),
    Variable("INFDAYS", "Days since that infusion", "Num", "ASTDY - its day", unit="d"),
)
