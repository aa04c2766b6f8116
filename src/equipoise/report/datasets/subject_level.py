"""ADSL: one row for each participant."""

from __future__ import annotations

from itertools import count
from typing import Any

import pandas as pd

from equipoise.analyze.analysis_sets import members
from equipoise.analyze.population.membership import exclusions
from equipoise.analyze.safety.deaths import deaths
from equipoise.analyze.safety.treatment_emergent import treatment_period
from equipoise.analyze.subgroups import grouped
from equipoise.dataset.randomized import randomization_recorded
from equipoise.errors import AnalysisError
from equipoise.protocol.labels import score_label
from equipoise.report.datasets.dataset import (
    LONGEST_NAME,
    Dataset,
    Variable,
    dataset,
    flagged,
)
from equipoise.report.datasets.trial import (
    FIXED,
    SITE_VARIABLE,
    Trial,
    arm_decode,
    arm_variables,
    day_rule,
    set_label,
)

LEFT = ("lost-to-follow-up", "study-withdrawn", "death")
Columns = tuple[list[Variable], dict[str, Any]]


def subject_level(trial: Trial) -> Dataset:
    """Every participant with arm, analysis sets, covariates, subgroups and disposition.

    Source: CDISC ADaM Implementation Guide 1.3, section 3.2 (ADSL).
    """
    people = trial.people["participant"].reset_index(drop=True)
    known = arm_variables(trial)
    variables = [v for v in known if not v.name.startswith("TRTA")]
    columns = trial.arm_columns(people, trial.data.arm)
    for part in (
        _randomization,
        _treatment,
        _sets,
        _characteristics,
        _subgroups,
        _disposition,
        _death,
    ):
        more, values = part(trial, people)
        variables += more
        columns |= values
    return dataset(
        "ADSL",
        "Subject-level analysis data set",
        "a participant",
        variables,
        columns,
        dummy=trial.dummy,
    )


def _randomization(trial: Trial, people: pd.Series[Any]) -> Columns:
    randomized = people.isin(trial.data.arm.index)
    stated = randomization_recorded(trial.data)
    flags = {True: "Y", False: "N"} if stated else {True: None, False: None}
    planned = people.map(trial.data.arm)
    return [
        Variable(
            "TRT01P",
            "Planned Treatment for Period 01",
            "Char",
            "label of the randomized arm: the trial has one period",
            values="; ".join(trial.arm_labels.values()),
        ),
        Variable(
            "TRT01PN",
            "Planned Treatment for Period 01 (N)",
            "Num",
            "number of TRT01P in the order of the protocol",
            values=arm_decode(trial),
        ),
        SITE_VARIABLE,
        Variable(
            "RANDFL",
            "Randomized Population Flag",
            "Char",
            "Y: has a randomized arm; missing where randomization is not stated",
            values="Y, N",
        ),
    ], {
        "TRT01P": planned.map(trial.arm_labels),
        "TRT01PN": planned.map(trial.arm_numbers),
        "SITEID": people.map(trial.people["site"]),
        "RANDFL": randomized.map(flags),
    }


def _treatment(trial: Trial, people: pd.Series[Any]) -> Columns:
    """The arm as treated, and first and last day of treatment where recorded."""
    actual = people.map(trial.treated)
    period = treatment_period(trial.protocol, trial.data)
    missing = "missing if the data do not record it"
    source = "infusions, else milestones of treatment"
    return [
        Variable(
            "TRT01A",
            "Actual Treatment for Period 01",
            "Char",
            "label of the arm as treated: that whose drug was given at the first infusion",
            values=f"{'; '.join(trial.arm_labels.values())}; missing if not treated or "
            "not known",
            source="infusions; analysis set as treated",
        ),
        Variable(
            "TRT01AN",
            "Actual Treatment for Period 01 (N)",
            "Num",
            "number of TRT01A in the order of the protocol",
            values=arm_decode(trial),
        ),
        Variable(
            "TRTSDY",
            "Day of First Exposure to Treatment",
            "Num",
            f"day, since dates may not be recorded; {day_rule(trial)}",
            unit="d",
            values=missing,
            source=source,
        ),
        Variable(
            "TRTEDY",
            "Day of Last Exposure to Treatment",
            "Num",
            "counted as TRTSDY",
            unit="d",
            values=missing,
            source=source,
        ),
    ], {
        "TRT01A": actual.map(trial.arm_labels),
        "TRT01AN": actual.map(trial.arm_numbers),
        "TRTSDY": people.map(period["first"]),
        "TRTEDY": people.map(period["last"]),
    }


def _death(trial: Trial, people: pd.Series[Any]) -> Columns:
    """Whether a participant died; missing is not a sign of being alive."""
    died = set(deaths(trial.protocol, trial.data).table["participant"])
    return [
        Variable(
            "DTHFL",
            "Subject Death Flag",
            "Char",
            "Y: the milestone death or a fatal adverse event is recorded",
            values="Y; missing if no death is recorded, whether or not that is known",
            source="milestones; adverse events",
        )
    ], {"DTHFL": flagged(people.isin(died))}


def _sets(trial: Trial, people: pd.Series[Any]) -> Columns:
    """Flag of each analysis set, and why a randomized participant is not in it."""
    why = {
        (row[0], row[2]): row[4]
        for row in exclusions(trial.protocol, trial.data).rows
        if row[3] == "not in the set"
    }
    variables: list[Variable] = []
    columns: dict[str, Any] = {}
    for chosen in trial.protocol.analysis_sets:
        flag, reason = trial.flags[chosen.id]
        variables += [
            Variable(
                flag,
                set_label(chosen.id),
                "Char",
                f"Y: in the analysis set {chosen.id}, {chosen.label}",
                values="Y, N; missing if the data cannot tell",
                source="definition of the set in the protocol",
            ),
            Variable(
                reason,
                f"Reason {flag} Is Not Y",
                "Char",
                f"if {flag} is N or missing",
            ),
        ]
        try:
            inside = people.isin(members(trial.protocol, trial.data, chosen.id).index)
        except AnalysisError as refusal:
            columns[flag], columns[reason] = None, refusal.problems[0].what
            continue
        columns[flag] = inside.map({True: "Y", False: "N"})
        columns[reason] = [
            None if known else why.get((person, chosen.label), "not randomized")
            for person, known in zip(people, inside, strict=True)
        ]
    return variables, columns


def _characteristics(trial: Trial, people: pd.Series[Any]) -> Columns:
    ids = [c.id for c in trial.protocol.characteristics]
    variables = trial.covariate_variables(ids)
    columns = {
        trial.characteristics[name]: people.map(trial.people[name]) for name in ids
    }
    unit = next((v.unit for v in variables if v.name == "AGE" and v.unit), None)
    if unit is not None:
        text = "unit of AGE in the protocol; missing without an age"
        variables.append(Variable("AGEU", "Age Units", "Char", text))
        aged = pd.Series(columns["AGE"]).notna()
        columns["AGEU"] = aged.map({True: unit.upper(), False: None})
    return variables, columns


def _subgroups(trial: Trial, people: pd.Series[Any]) -> Columns:
    """Group of each participant, for each subgroup analysis of an endpoint."""
    used = {*FIXED, *trial.characteristics.values()}
    used |= {name for pair in trial.flags.values() for name in pair}
    parts = [(e, part) for e in trial.of_type("continuous") for part in e.subgroups]
    variables: list[Variable] = []
    columns: dict[str, Any] = {}
    for endpoint, part in parts:
        name = _group_name(trial.characteristics.get(part.by, "BASE"), used)
        used.add(name)
        group, labels = grouped(trial.protocol, trial.data, endpoint, part)
        text = f"{part.label}: subgroups of {endpoint.label}, from {part.by}"
        if part.by == "baseline":
            text += f" ({score_label(trial.protocol, endpoint.variable.score or '')})"
        variables.append(
            Variable(
                name,
                f"Pooled Group {name.rpartition('GR')[2]}: {part.label}",
                "Char",
                text,
                values="; ".join(labels),
                source="subgroups of the protocol",
            )
        )
        columns[name] = people.map(group)
    return variables, columns


def _group_name(variable: str, used: set[str]) -> str:
    """Name of a grouping of a variable, as CDISC ADaM has it: ``AGEGR1``, ``AGEGR2``."""
    numbers = count(1)
    while True:
        ending = f"GR{next(numbers)}"
        name = variable[: LONGEST_NAME - len(ending)] + ending
        if name not in used:
            return name


def _disposition(trial: Trial, people: pd.Series[Any]) -> Columns:
    """How treatment and study ended, where the data record it."""
    rows = trial.data.dispositions
    variables: list[Variable] = []
    columns: dict[str, Any] = {}
    for kind, letter, done, stopped, label in (
        (
            "treatment",
            "T",
            "treatment-completed",
            ("treatment-discontinued",),
            "Reason for Discontinuation of Treatment",
        ),
        (
            "study",
            "S",
            "study-completed",
            LEFT,
            "Reason for Discontinuation from Study",
        ),
    ):
        ended = rows[rows["milestone"].isin((done, *stopped))]
        ended = ended.sort_values("day", kind="stable").drop_duplicates("participant")
        ended = ended.set_index("participant")
        state = ended["milestone"].map(
            lambda name, done=done: "COMPLETED" if name == done else "DISCONTINUED"
        )
        left = ended["milestone"].where(state == "DISCONTINUED")
        reason = ended["reason"].where(state == "DISCONTINUED").fillna(left)
        if trial.dummy:  # a recorded reason can disclose who received what
            reason = left
        names = f"EO{letter}STT", f"EO{letter}DY", f"DC{letter}REAS"
        missing = "missing if the data do not record it"
        variables += [
            Variable(
                names[0],
                f"End of {kind.title()} Status",
                "Char",
                f"COMPLETED: {done}; DISCONTINUED: {', '.join(stopped)}; the first one",
                values=f"COMPLETED, DISCONTINUED; {missing}",
                source="milestones of the participant",
            ),
            Variable(
                names[1],
                f"Day of End of {kind.title()}",
                "Num",
                f"day of {names[0]}",
                unit="d",
            ),
            Variable(
                names[2],
                label,
                "Char",
                "reason as recorded, else the milestone",
                values=missing,
                source="reason of the milestone",
            ),
        ]
        for name, column in zip(names, (state, ended["day"], reason), strict=True):
            columns[name] = people.map(column)
    return variables, columns
