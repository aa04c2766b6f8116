"""ADSL: one row for each participant."""

from __future__ import annotations

from typing import Any

import pandas as pd

from equipoise.analyze.population.membership import exclusions
from equipoise.analyze.sets import members
from equipoise.analyze.subgroups import grouped
from equipoise.dataset.randomized import randomization_recorded
from equipoise.errors import AnalysisError
from equipoise.report.datasets.dataset import Dataset, Variable, dataset, unique_names
from equipoise.report.datasets.trial import FIXED, Trial, arm_variables

LEFT = ("lost-to-follow-up", "study-withdrawn", "death")
Columns = tuple[list[Variable], dict[str, Any]]


def subject_level(trial: Trial) -> Dataset:
    """Every participant with arm, analysis sets, covariates, subgroups and disposition.

    Source: CDISC ADaM Implementation Guide 1.3, section 3.2 (ADSL).
    """
    people = trial.people["participant"].reset_index(drop=True)
    variables = [v for v in arm_variables(trial) if v.name not in ("TRTA", "TRTAN")]
    columns = trial.arm_columns(people, trial.data.arm)
    for part in (_randomization, _sets, _characteristics, _subgroups, _disposition):
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
    stated = randomization_recorded(trial.data)
    randomized = people.isin(trial.data.arm.index).map({True: "Y", False: "N"})
    return [
        Variable("TRT01PN", "Planned treatment (N)", "Num", "number of TRT01P"),
        Variable("SITEID", "Study site identifier", "Char", "as recorded"),
        Variable(
            "RANDFL",
            "Randomized population flag",
            "Char",
            "Y if TRT01P is known; missing where the data do not state who was randomized",
        ),
    ], {
        "TRT01PN": people.map(trial.data.arm).map(trial.arm_numbers),
        "SITEID": people.map(trial.people["site"]),
        "RANDFL": randomized
        if stated
        else pd.Series(None, index=people.index, dtype=object),
    }


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
                f"In set: {chosen.label}",
                "Char",
                f"analysis set {chosen.id}: {chosen.label}",
                values="Y, N; missing if the data cannot tell",
                source="equipoise.analyze.sets.members",
            ),
            Variable(
                reason, f"Reason not in set {chosen.id}", "Char", f"if {flag} is N"
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
    return trial.covariate_variables(ids), {
        trial.characteristics[name]: people.map(trial.people[name]) for name in ids
    }


def _subgroups(trial: Trial, people: pd.Series[Any]) -> Columns:
    """Group of each participant, for each subgroup analysis of an endpoint."""
    found = [
        (endpoint, part)
        for endpoint in trial.of_type("continuous")
        for part in endpoint.subgroups
    ]
    once = len({part.id for _, part in found}) == len(found)
    parts = {
        part.id if once else f"{part.id}-{endpoint.id}": (endpoint, part)
        for endpoint, part in found
    }
    taken = [*FIXED, *trial.characteristics.values()]
    taken += [name for pair in trial.flags.values() for name in pair]
    names = unique_names(parts, taken, suffix="GR")
    variables: list[Variable] = []
    columns: dict[str, Any] = {}
    for key, (endpoint, part) in parts.items():
        group, labels = grouped(trial.protocol, trial.data, endpoint, part)
        text = f"subgroup {part.id} of endpoint {endpoint.id}, from {part.by}"
        if part.by == "baseline":
            text += f" ({endpoint.variable.score})"
        variables.append(
            Variable(
                names[key],
                f"Subgroup: {part.label}",
                "Char",
                text,
                values="; ".join(labels),
                source="equipoise.analyze.subgroups.grouped",
            )
        )
        columns[names[key]] = people.map(group)
    return variables, columns


def _disposition(trial: Trial, people: pd.Series[Any]) -> Columns:
    """How treatment and study ended, where the data record it."""
    rows = trial.data.dispositions
    variables: list[Variable] = []
    columns: dict[str, Any] = {}
    for kind, letter, done, stopped in (
        ("treatment", "T", "treatment-completed", ("treatment-discontinued",)),
        ("study", "S", "study-completed", LEFT),
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
                f"End of {kind} status",
                "Char",
                f"COMPLETED: {done}; DISCONTINUED: {', '.join(stopped)}; the first one",
                values=f"COMPLETED, DISCONTINUED; {missing}",
                source="dispositions",
            ),
            Variable(
                names[1], f"Day of end of {kind}", "Num", f"of {names[0]}", unit="d"
            ),
            Variable(
                names[2],
                f"Reason for discontinuation of {kind}",
                "Char",
                "reason as recorded, else the milestone",
                values=missing,
                source="dispositions.reason",
            ),
        ]
        for name, column in zip(names, (state, ended["day"], reason), strict=True):
            columns[name] = people.map(column)
    return variables, columns
