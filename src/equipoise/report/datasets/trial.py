"""What every analysis data set is made from, and the names that they share."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from equipoise.analyze.sets import members
from equipoise.dataset.attendance import attendance
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.errors import AnalysisError
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.report.datasets.dataset import Variable, unique_names

FIXED = frozenset(
    "STUDYID USUBJID SITEID RANDFL ARM TRT01P TRT01PN TRT01A TRT01AN EOTSTT EOTDY "  # noqa: SIM905 - a list of words reads best so
    "DCTREAS EOSSTT EOSDY DCSREAS TRTA TRTAN PARAMCD PARAM AVISIT AVISITN VISIT ADY "
    "AVAL AVALC BASE CHG PCHG ABLFL ANL01FL EXCLRS OBSVALC IMPFL STARTDY CNSR EVNTDESC "
    "SINCE UNTIL ALLOC".split()
)  # names with a meaning of their own, in any data set


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
        """``PARAMCD`` of each endpoint, by its id."""
        return unique_names(e.id for e in self.protocol.endpoints)

    @cached_property
    def characteristics(self) -> dict[str, str]:
        """Variable of each characteristic, by its id."""
        return unique_names((c.id for c in self.protocol.characteristics), FIXED)

    @cached_property
    def flags(self) -> dict[str, tuple[str, str]]:
        """Flag and reason of each analysis set, by its id."""
        ids = [chosen.id for chosen in self.protocol.analysis_sets]
        taken = [*FIXED, *self.characteristics.values()]
        names = {"safety": "saf"}  # SAFFL is the name in CDISC ADaM
        flags = unique_names([names.get(i, i) for i in ids], taken, suffix="FL")
        why = unique_names([names.get(i, i) for i in ids], taken, suffix="RS")
        return {
            i: (flag, reason)
            for i, flag, reason in zip(ids, flags.values(), why.values(), strict=True)
        }

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

    def of_type(self, *types: str) -> list[Endpoint]:
        """The endpoints of these types."""
        return [e for e in self.protocol.endpoints if e.type in types]

    def arm_columns(self, participants: pd.Series[Any], arm: pd.Series[Any]) -> Any:
        """``STUDYID`` to ``TRTAN`` of rows about participants.

        Args:
            participants: of each row.
            arm: as analyzed, by participant.
        """
        randomized = participants.map(self.data.arm)
        analyzed = participants.map(arm)
        labels = {group.id: group.label for group in self.protocol.arms}
        return {
            "STUDYID": self.protocol.trial.id,
            "USUBJID": participants,
            "ARM": randomized.map(labels),
            "TRT01P": randomized,
            "TRTA": analyzed,
            "TRTAN": analyzed.map(self.arm_numbers),
        }

    def covariates(self, endpoints: list[Endpoint]) -> list[str]:
        """Characteristics that are covariates of any of these endpoints."""
        used = {name for e in endpoints for name in e.analysis.covariates}
        return [c for c in self.characteristics if c in used]

    def covariate_variables(self, ids: list[str]) -> list[Variable]:
        """The variables of characteristics."""
        known = {c.id: c for c in self.protocol.characteristics}
        return [
            Variable(
                self.characteristics[name],
                known[name].label,
                "Num" if known[name].type == "number" else "Char",
                f"characteristic {name} as recorded",
                unit=known[name].unit or "",
                values="; ".join(
                    f"{v} = {known[name].labels.get(v, v)}" for v in known[name].values
                ),
                source=f"participants.{name}",
            )
            for name in ids
        ]


def arm_variables(trial: Trial) -> list[Variable]:
    """The variables of ``Trial.arm_columns``."""
    codes = "; ".join(f"{a.id} = {a.label}" for a in trial.protocol.arms)
    numbers = "; ".join(f"{n} = {arm}" for arm, n in trial.arm_numbers.items())
    return [
        Variable("STUDYID", "Study identifier", "Char", "id of the protocol"),
        Variable(
            "USUBJID",
            "Unique subject identifier",
            "Char",
            "identifier of the participant as in the data",
            source="participants.participant",
        ),
        Variable("ARM", "Description of randomized arm", "Char", "label of TRT01P"),
        Variable(
            "TRT01P",
            "Planned treatment: randomized arm",
            "Char",
            "id of the arm in the protocol, as in results.json",
            values=codes,
            source="participants.arm",
        ),
        Variable(
            "TRTA",
            "Arm as analyzed for this parameter",
            "Char",
            "arm in the analysis set of the endpoint: as randomized or as treated; "
            "missing if the participant is not in the set",
            values=codes,
            source="analysis set of the estimand",
        ),
        Variable(
            "TRTAN",
            "Arm as analyzed (N)",
            "Num",
            "number of TRTA in the order of the protocol",
            values=numbers,
        ),
    ]


def parameter_variables(trial: Trial, *types: str) -> list[Variable]:
    """``PARAMCD`` and ``PARAM``."""
    codes = "; ".join(
        f"{trial.parameters[e.id]} = {e.id}" for e in trial.of_type(*types)
    )
    return [
        Variable(
            "PARAMCD",
            "Parameter code",
            "Char",
            "short name of the endpoint",
            values=codes,
        ),
        Variable(
            "PARAM", "Parameter: label of the endpoint", "Char", "from the protocol"
        ),
    ]
