"""ADAE: adverse events, one row for each."""

from __future__ import annotations

from dataclasses import replace

from equipoise.analyze.safety.treatment_emergent import classified, with_infusion
from equipoise.report.datasets.dataset import Dataset, Variable, dataset
from equipoise.report.datasets.trial import Trial, arm_variables, day_rule

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
    columns = trial.arm_columns(rows["participant"], trial.treated) | {
        "AESEQ": rows.groupby("participant").cumcount() + 1,
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
        [*_arms(trial), *_variables(trial)],
        columns,
        dummy=False,
    )


def _arms(trial: Trial) -> list[Variable]:
    text = (
        "arm as treated: that whose drug was given at the first infusion; missing for "
        "participants without treatment"
    )
    return [
        replace(v, derivation=text, source="analysis set as treated")
        if v.name == "TRTA"
        else v
        for v in arm_variables(trial)
    ]


UNKNOWN = "missing if not recorded"


def _variables(trial: Trial) -> list[Variable]:
    return [
        Variable(
            "AESEQ",
            "Sequence Number",
            "Num",
            "number within the participant, as listed",
        ),
        Variable(
            "AETERM",
            "Reported Term for the Adverse Event",
            "Char",
            "as recorded; terms are not coded, so there are no AEDECOD and AEBODSYS",
            source="table of adverse events",
        ),
        Variable(
            "ASTDY",
            "Analysis Start Relative Day",
            "Num",
            f"as recorded; {day_rule(trial)}",
            unit="d",
            values=UNKNOWN,
        ),
        Variable(
            "AENDY",
            "Analysis End Relative Day",
            "Num",
            "as recorded, counted as ASTDY",
            unit="d",
            values=UNKNOWN,
        ),
        Variable(
            "AESEV",
            "Severity/Intensity",
            "Char",
            "as recorded",
            values=f"MILD, MODERATE, SEVERE or as recorded; {UNKNOWN}",
        ),
        Variable(
            "AESER", "Serious Event", "Char", "as recorded", values=f"Y, N; {UNKNOWN}"
        ),
        Variable(
            "AEREL",
            "Causality",
            "Char",
            "related to treatment, as recorded",
            values=f"Y, N; {UNKNOWN}",
        ),
        Variable("AEACN", "Action Taken with Study Treatment", "Char", "as recorded"),
        Variable("AEOUT", "Outcome of Adverse Event", "Char", "as recorded"),
        Variable(
            "TRTEMFL",
            "Treatment Emergent Analysis Flag",
            "Char",
            "Y: started from the first dose to "
            f"{trial.protocol.treatment_emergent.days_after_last_dose} days after the "
            "last, or without a start day; N: before or after",
            values="Y, N; missing if the treatment period is not recorded",
            source="adverse events and infusions",
        ),
        Variable(
            "INFNUM", "Number of the Last Infusion Before", "Num", "by day of the event"
        ),
        Variable(
            "INFDAYS", "Days Since That Infusion", "Num", "ASTDY - its day", unit="d"
        ),
    ]
