"""Whether candidates were declared before unblinding."""

from __future__ import annotations

from equipoise.errors import ProtocolError, refuse
from equipoise.errors.refusal import Problem
from equipoise.protocol.amend import content_hash
from equipoise.protocol.model import Protocol


def require_declared(protocol: Protocol, before: Protocol) -> None:
    """Rejects candidates that the protocol before unblinding does not state.

    Args:
        protocol: with candidates.
        before: the protocol in force before unblinding.

    Raises:
        ProtocolError: EQ852, a candidate stated as declared before unblinding is absent
            from it, or has another direction, visit, transformation or reason; likewise
            the worthwhile difference.
    """
    known = {(one.name, one.visit): one for one in before.candidates}
    problems = []
    for one in protocol.candidates:
        old = known.get((one.name, one.visit))
        if one.declared == "post hoc" or old == one:
            continue
        how = "does not state it" if old is None else "states it in another way"
        problems.append(
            Problem(
                code="EQ852",
                what=f"{one.name!r} is stated as declared before unblinding, and version "
                f"{before.trial.version} ({content_hash(before)[:12]}) {how}",
                where=f"{protocol.trial.id} {protocol.trial.version}, "
                f"candidates[{one.name}].declared",
                fix='state declared = "post hoc", or the candidate as it was declared',
            )
        )
    if protocol.worthwhile is not None and protocol.worthwhile != before.worthwhile:
        problems.append(
            Problem(
                code="EQ852",
                what=f"version {before.trial.version} ({content_hash(before)[:12]}) does "
                "not state this worthwhile difference",
                where=f"{protocol.trial.id} {protocol.trial.version}, worthwhile",
                fix="state the difference of the protocol before unblinding, or omit it",
            )
        )
    refuse(ProtocolError, problems)
