"""The record of a planned interim analysis that was not held."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

from equipoise.design.sequential.of_protocol import stated
from equipoise.errors import DesignError
from equipoise.interim.analysis import check_number
from equipoise.interim.record import (
    FIRST,
    NotHeld,
    Recorded,
    earlier_analyses,
    rules_of,
)
from equipoise.protocol.amend import content_hash
from equipoise.protocol.model import Protocol
from equipoise.version import __version__


def not_held(
    protocol: Protocol,
    number: int,
    decided: date,
    reason: str,
    *,
    record: Sequence[Recorded] = (),
    allocation: Literal["actual", "dummy"] = "actual",
) -> tuple[Recorded, ...]:
    """The record with a planned analysis that was not held, and why.

    The analysis spends no error: a later one spends, at its own information, what the
    spending function allows up to there. The type I error is kept if the reason has
    nothing to do with the comparison of the arms. After a futility boundary it is kept
    too, because the trial can then only miss its chance of efficacy.

    Args:
        protocol: with ``[interim]``.
        number: of the analysis in ``[interim]``, from 1; not the last one.
        decided: date of the decision.
        reason: such as ``the committee had no quorum``.
        record: entries of the earlier analyses.
        allocation: ``dummy`` for the record of a dry run.

    Returns:
        The earlier entries and the new one.

    Raises:
        DesignError: EQ835, no interim analyses are planned; EQ836, no such analysis;
            EQ838, the record; EQ839, there is no reason.

    Source: Lan and DeMets 1983, Biometrika 70:659-663: number and times of the analyses
    need not be those of the plan. ICH E9, 4.5: changes of interim analyses and their
    reasons are documented.
    """
    plan = stated(protocol)
    check_number(plan, number)
    earlier = earlier_analyses(protocol, plan, record, number, allocation=allocation)
    if not reason.strip():
        raise DesignError.single(
            "EQ839",
            f"analysis {number} has no reason why it was not held",
            where="interim, --not-held",
            fix="state the reason, such as --not-held 'the committee had no quorum'",
        )
    entry = NotHeld(
        analysis=number,
        cutoff=decided.isoformat(),
        protocol=protocol.trial.id,
        version=protocol.trial.version,
        protocol_hash=content_hash(protocol),
        allocation=allocation,
        plan=rules_of(plan),
        software=f"equipoise {__version__}",
        reason=reason.strip(),
    )
    return (*earlier, entry.sealed(earlier[-1].sha256 if earlier else FIRST))
