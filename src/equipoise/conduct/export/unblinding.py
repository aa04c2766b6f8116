"""After the database is locked: the data with their arms, for who may have them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np

from equipoise.conduct.access.acting import Actor
from equipoise.conduct.allocation.disclosure import NAME
from equipoise.conduct.allocation.services import disclose, open_all
from equipoise.conduct.audit.chain import Fact
from equipoise.conduct.audit.models import STUDY
from equipoise.conduct.audit.record import append
from equipoise.conduct.capture.models import FormState
from equipoise.conduct.export.rows import Cells
from equipoise.conduct.export.services import (
    Export,
    Format,
    begin,
    frames,
    rows,
    write,
)
from equipoise.conduct.study.protocols import hash_in_force, version
from equipoise.dataset.origin import Origin
from equipoise.dataset.trialdata import TrialData
from equipoise.dataset.typed import contract
from equipoise.errors import AccessError, ConductError
from equipoise.protocol.model import Protocol


def locked() -> bool:
    """Whether the database is locked: there are forms, and every one of them is."""
    states = FormState.objects.all()
    return states.exists() and not states.exclude(status="locked").exists()


def unblinded_data(actor: Actor, key: Path, *, reason: str, at: datetime) -> TrialData:
    """The data of all sites with arm, drug and dose.

    Args:
        actor: a statistician of all sites.
        key: file of the key of the vault.
        reason: in words, such as ``final analysis``.
        at: UTC.

    Returns:
        ``UnblindedTrialData``.

    Raises:
        AccessError: EQ911.
        ConductError: EQ961, the database is not locked; EQ962, no reason was given.
    """
    arms = _open(actor, key, reason, at)
    snapshot = begin(actor, "UnblindedTrialData", at=at)
    protocol = version(snapshot.protocol)
    return TrialData.from_tables(
        protocol,
        frames(_revealed(protocol, arms, rows(snapshot, actor))),
        origin=Origin(files=(f"snapshot {snapshot.hash[:12]}",)),
    )


def unblinded_export(
    actor: Actor, form: Format, key: Path, *, reason: str, at: datetime
) -> Export:
    """The same as a file; see ``unblinded_data``.

    An archive of CSV or Parquet files holds the sealed list with its seed and salt too,
    so that anybody can check the commitment (``equipoise audit commitment``).
    """
    arms = _open(actor, key, reason, at)
    snapshot = begin(actor, f"unblinded {form}", at=at)
    protocol = version(snapshot.protocol)
    found = _revealed(protocol, arms, rows(snapshot, actor))
    disclosed = disclose(key, protocol.trial.id).text()
    made = write(snapshot, form, contract(protocol), found, {NAME: disclosed})
    return replace(made, name=made.name.replace(".", "-unblinded.", 1))


def _open(actor: Actor, key: Path, reason: str, at: datetime) -> dict[str, str]:
    """Who got what; written down in the trial and in the vault before it is known."""
    if not actor.may("lock", "*") or not actor.may("export", "*"):
        raise AccessError.single(
            "EQ911",
            "you may not unblind the trial",
            where="your roles",
            mend="the statistician of the trial unblinds it after the database is locked",
        )
    if not locked():
        raise ConductError.single(
            "EQ961",
            "the database is not locked: some forms can still be changed",
            where="the forms",
            mend="lock every form of every participant first",
        )
    if not reason.strip():
        raise ConductError.single(
            "EQ962",
            "the trial is not unblinded without a reason",
            where="reason",
            mend="say what the arms are needed for, such as: final analysis",
        )
    fact = Fact("unblind", value="all", reason=reason.strip())
    append(STUDY, [fact], actor=actor.name, protocol=hash_in_force(), at=at)
    opened = open_all(key, reason=reason.strip(), actor=actor.name, at=at)
    return {row.participant: row.arm for row in opened}


def _revealed(
    protocol: Protocol, arms: Mapping[str, str], found: Iterator[tuple[str, Cells]]
) -> Iterator[tuple[str, Cells]]:
    """Rows with arm, drug and dose."""
    for table, row in found:
        arm = arms.get(str(row["participant"]))
        if table == "participants":
            yield table, row | {"arm": arm}
        elif table == "exposures" and arm is not None:
            yield table, row | given(protocol, arm, row.get("weight_kg"))
        else:
            yield table, row


def given(protocol: Protocol, arm: str, weight: object) -> Cells:
    """Drug and dose of an arm, by the weight of that day.

    The dose of the protocol, rounded to 0.01 mg.
    """
    known = {kind.id: kind for kind in protocol.interventions}
    kind = known.get(protocol.arm(arm).intervention or "")
    if kind is None:
        return {"drug": None, "dose_mg": None}
    dose = None
    if kind.dose is not None and isinstance(weight, float):
        dose = float(np.round(kind.dose_mg(weight), 2))
    return {"drug": kind.drug, "dose_mg": dose}
