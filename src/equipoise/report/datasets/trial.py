"""Source data and variable names that all analysis data sets share."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from equipoise.analyze.analysis_sets import members
from equipoise.dataset.attendance import attendance
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.errors import AnalysisError
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.labels import score_label
from equipoise.protocol.model import Protocol
from equipoise.protocol.population import SITE
from equipoise.report.datasets.dataset import Variable, distinct, one_line, unique_names

FIXED = frozenset(
    "STUDYID USUBJID SITEID RANDFL ARM ARMCD TRT01P TRT01PN TRT01A TRT01AN TRTSDY "  # noqa: SIM905 - a list of words reads best so
    "TRTEDY DTHFL AGEU EOTSTT EOTDY DCTREAS EOSSTT EOSDY DCSREAS TRTA TRTAID TRTAN "
    "ENDPOINT PARAMCD PARAM AVISIT AVISITID AVISITN ADY AVAL AVALC BASE CHG PCHG ABLFL "
    "ANL01FL EXCLRS OBSVALC IMPFL STARTDY CNSR EVNTDESC SINCE UNTIL ALLOC".split()
)  # names with a meaning of their own, in any data set
SETS = {  # id of an analysis set -> beginning and label of its flag in CDISC ADaM
    "itt": ("ITT", "Intent-To-Treat Population Flag"),
    "safety": ("SAF", "Safety Population Flag"),
    "fas": ("FAS", "Full Analysis Set Population Flag"),
    "full": ("FAS", "Full Analysis Set Population Flag"),
    "per-protocol": ("PPROT", "Per-Protocol Population Flag"),
    "per_protocol": ("PPROT", "Per-Protocol Population Flag"),
    "completers": ("COMPL", "Completers Population Flag"),
}
DAY = (
    "day 0 is the protocol's: {anchor}. CDISC's relative days have no day 0: there, days "
    "from 0 on are one more"
)
SITE_VARIABLE = Variable("SITEID", "Study Site Identifier", "Char", "as recorded")


@dataclass(frozen=True)
class Trial:
    """A trial whose data sets are made.

    Attributes:
        dummy: whether the arms are a dummy allocation.
    """

    protocol: Protocol
    data: UnblindedTrialData
    dummy: bool = False

    @cached_property
    def parameters(self) -> dict[str, str]:
        """``PARAMCD`` of each endpoint, by its id.

        That of a continuous endpoint names its score (``CAPS5TOT``); a second endpoint
        on the same score gets a number, since its rows and flags differ.
        """
        stems = {e.id: _code(e) for e in self.protocol.endpoints}
        taken: set[str] = set()
        for name, stem in stems.items():
            stems[name] = unique_names([stem], taken)[stem]
            taken.add(stems[name])
        return stems

    @cached_property
    def parameter_labels(self) -> dict[str, str]:
        """``PARAM`` of each endpoint: its score if that is all, else its label too."""
        made = {e.id: e.label for e in self.protocol.endpoints}
        rated = self.of_type("continuous")
        scores = Counter(e.variable.score for e in rated)
        for endpoint in rated:
            name = endpoint.variable.score or ""
            label = score_label(self.protocol, name)
            once = scores[name] == 1
            made[endpoint.id] = label if once else f"{label}: {endpoint.label}"
        return made

    @cached_property
    def arm_labels(self) -> dict[str, str]:
        """What an arm is called, by id; no two are called the same."""
        return distinct({arm.id: arm.label for arm in self.protocol.arms})

    @cached_property
    def visit_labels(self) -> dict[str, str]:
        """What a visit is called, by id; no two are called the same."""
        visits = self.protocol.schedule.visits
        return distinct({visit.id: visit.label for visit in visits})

    def contrast(self, name: str) -> str:
        """An arm or ``a - b`` with labels in place of ids."""
        return " - ".join(self.arm_labels.get(arm, arm) for arm in name.split(" - "))

    @cached_property
    def characteristics(self) -> dict[str, str]:
        """Variable of each characteristic, by its id; and of the site."""
        ids = (c.id for c in self.protocol.characteristics)
        return {**unique_names(ids, FIXED), SITE: "SITEID"}

    @cached_property
    def flags(self) -> dict[str, tuple[str, str]]:
        """Flag and reason of each analysis set, by its id."""
        ids = [chosen.id for chosen in self.protocol.analysis_sets]
        taken = [*FIXED, *self.characteristics.values()]
        made: dict[str, tuple[str, str]] = {}
        for i in ids:
            stem = SETS[i][0] if i in SETS else i
            flag = unique_names([stem], taken, suffix="FL")[stem]
            reason = unique_names([stem], taken, suffix="RS")[stem]
            taken += [flag, reason]
            made[i] = flag, reason
        return made

    @cached_property
    def arm_numbers(self) -> dict[str, int]:
        """Number of each arm, in the order of the protocol."""
        return {arm.id: n for n, arm in enumerate(self.protocol.arms, start=1)}

    @cached_property
    def visit_numbers(self) -> dict[str, int]:
        """Number of each visit, in the order of the schedule."""
        visits = self.protocol.schedule.visits
        return {visit.id: n for n, visit in enumerate(visits, start=1)}

    @cached_property
    def people(self) -> pd.DataFrame:
        """Participants by id."""
        return self.data.participants.set_index("participant", drop=False)

    @cached_property
    def attendance(self) -> dict[tuple[str, str], dict[Any, Any]]:
        """What is known of each visit of the protocol, by participant and visit."""
        table = attendance(self.data, self.protocol)
        keys = zip(table["participant"], table["visit"], strict=True)
        return dict(zip(keys, table.to_dict("records"), strict=True))

    def analyzed_as(self, endpoint: Endpoint) -> pd.Series[Any]:
        """Arm of each participant of an endpoint's analysis set; empty if unknown."""
        try:
            return members(self.protocol, self.data, endpoint.estimand.population)
        except AnalysisError:
            return pd.Series(dtype="string")

    @cached_property
    def treated(self) -> pd.Series[Any]:
        """Arm as treated of each participant; empty where no set has it or it is unknown.

        That of the first analysis set of the protocol with ``as = "treated"``.
        """
        for chosen in self.protocol.analysis_sets:
            if chosen.as_ == "treated":
                try:
                    return members(self.protocol, self.data, chosen.id)
                except AnalysisError:
                    break
        return pd.Series(dtype="string")

    def of_type(self, *types: str) -> list[Endpoint]:
        """The endpoints of these types."""
        return [e for e in self.protocol.endpoints if e.type in types]

    def arm_columns(self, participants: pd.Series[Any], arm: pd.Series[Any]) -> Any:
        """``STUDYID`` to ``TRTAN`` of rows about participants.

        Args:
            participants: of each row.
            arm: as analyzed, by participant.
        """
        analyzed = participants.map(arm)
        randomized = participants.map(self.data.arm)
        return {
            "STUDYID": self.protocol.trial.id,
            "USUBJID": participants,
            "ARM": randomized.map(self.arm_labels),
            "ARMCD": randomized,
            "TRTA": analyzed.map(self.arm_labels),
            "TRTAID": analyzed,
            "TRTAN": analyzed.map(self.arm_numbers),
        }

    def covariates(self, endpoints: list[Endpoint]) -> list[str]:
        """Characteristics that are covariates of any of these endpoints."""
        used = {name for e in endpoints for name in e.analysis.covariates}
        return [c for c in self.characteristics if c in used]

    def covariate_variables(self, ids: list[str]) -> list[Variable]:
        """The variables of characteristics and of the site."""
        known = {c.id: c for c in self.protocol.characteristics}
        full = {c.id: one_line(c.label) for c in known.values()}
        return [
            SITE_VARIABLE
            if name == SITE
            else Variable(
                self.characteristics[name],
                known[name].label,
                "Num" if known[name].type == "number" else "Char",
                f"{full[name]} ({name} in the protocol), as recorded",
                unit=known[name].unit or "",
                values="; ".join(
                    f"{v} = {known[name].labels.get(v, v)}" for v in known[name].values
                ),
                source=f"table of participants, {name}",
            )
            for name in ids
        ]


def arm_variables(trial: Trial) -> list[Variable]:
    """The variables of ``Trial.arm_columns``."""
    labels = "; ".join(trial.arm_labels.values())
    ids = "; ".join(f"{arm} = {label}" for arm, label in trial.arm_labels.items())
    return [
        Variable("STUDYID", "Study Identifier", "Char", "id of the protocol"),
        Variable(
            "USUBJID",
            "Unique Subject Identifier",
            "Char",
            "identifier of the participant as in the data",
            source="table of participants",
        ),
        Variable(
            "ARM",
            "Description of Planned Arm",
            "Char",
            "label of the randomized arm in the protocol",
            values=labels,
            source="table of participants, arm",
        ),
        Variable(
            "ARMCD",
            "Planned Arm Code",
            "Char",
            "id of the randomized arm in the protocol, as in results.json",
            values=ids,
            source="table of participants, arm",
        ),
        Variable(
            "TRTA",
            "Actual Treatment",
            "Char",
            "arm in which the participant is analyzed: that of the analysis set, as "
            "randomized or as treated; missing for participants not in the set",
            values=labels,
            source="analysis set of the estimand",
        ),
        Variable(
            "TRTAID",
            "Actual Treatment (ID)",
            "Char",
            "id of TRTA in the protocol, as in results.json; the programs select by it",
            values=ids,
        ),
        Variable(
            "TRTAN",
            "Actual Treatment (N)",
            "Num",
            "number of TRTA in the order of the protocol",
            values=arm_decode(trial),
        ),
    ]


def arm_decode(trial: Trial) -> str:
    """The number of each arm with its label."""
    return "; ".join(
        f"{n} = {trial.arm_labels[arm]}" for arm, n in trial.arm_numbers.items()
    )


def visit_decode(trial: Trial) -> str:
    """The id of each visit with its label."""
    return "; ".join(f"{i} = {label}" for i, label in trial.visit_labels.items())


def set_label(set_id: str) -> str:
    """Label of the flag of an analysis set: that of CDISC ADaM where there is one."""
    if set_id in SETS:
        return SETS[set_id][1]
    words = set_id.replace("-", " ").replace("_", " ").title()
    return f"{words} Population Flag"


def day_rule(trial: Trial) -> str:
    """How days are counted, for the codebook."""
    return DAY.format(anchor=trial.protocol.schedule.anchor)


def parameter_columns(trial: Trial, endpoint: Endpoint) -> dict[str, str]:
    """``PARAMCD``, ``PARAM`` and ``ENDPOINT`` of the rows of an endpoint."""
    return {
        "PARAMCD": trial.parameters[endpoint.id],
        "PARAM": trial.parameter_labels[endpoint.id],
        "ENDPOINT": endpoint.id,
    }


def parameter_variables(trial: Trial, *types: str) -> list[Variable]:
    """The variables of ``parameter_columns``."""
    endpoints = trial.of_type(*types)
    codes = "; ".join(
        f"{trial.parameters[e.id]} = {trial.parameter_labels[e.id]}" for e in endpoints
    )
    ids = "; ".join(f"{e.id} = {e.label}" for e in endpoints)
    return [
        Variable(
            "PARAMCD",
            "Parameter Code",
            "Char",
            "short name of the score, else of the endpoint; a number where several "
            "endpoints would have the same",
            values=codes,
        ),
        Variable(
            "PARAM",
            "Parameter",
            "Char",
            "name of the score, else label of the endpoint",
        ),
        Variable(
            "ENDPOINT",
            "Endpoint of the Protocol (ID)",
            "Char",
            "endpoint that the rows belong to, as in results.json",
            values=ids,
        ),
    ]


def _code(endpoint: Endpoint) -> str:
    """What the code of a parameter is made from: ``caps5.total`` gives ``caps5tot``."""
    if endpoint.type != "continuous" or endpoint.variable.score is None:
        return endpoint.id
    instrument, _, score = endpoint.variable.score.partition(".")
    plain = "".join(c for c in instrument if c.isalnum())
    return plain[:5] + "".join(c for c in score if c.isalnum())[:3]
