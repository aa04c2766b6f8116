"""Rejects a protocol with interim analyses where they are not applied."""

from __future__ import annotations

from equipoise.errors import ProtocolError
from equipoise.protocol.model import Protocol

OMIT = "omit [interim] to work without interim analyses, under another version"


def refuse_interim(protocol: Protocol, what: str, fix: str = OMIT) -> None:
    """Rejects a protocol with interim analyses where they are not applied.

    Args:
        protocol: checked.
        what: that does not apply them, at the start of a sentence.
        fix: what to do.

    Raises:
        ProtocolError: EQ834, the protocol has ``[interim]``.
    """
    if protocol.interim is None:
        return
    raise ProtocolError.single(
        "EQ834",
        f"{what} does not apply the interim analyses of the protocol: its results would "
        "be those of a trial without them",
        where=f"{protocol.trial.id} {protocol.trial.version}, interim",
        fix=fix,
    )
