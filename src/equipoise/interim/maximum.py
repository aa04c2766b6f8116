"""The maximum information of a plan with interim analyses."""

from __future__ import annotations

from equipoise.design.sequential.plan import Sequential
from equipoise.errors import DesignError
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol

DIFFERENCES = ("smallest difference to detect", "difference of means")


def planned_information(
    protocol: Protocol, endpoint: Endpoint, design: Sequential
) -> float:
    """The maximum information of the plan, in the unit of ``observed``.

    For a difference of means, that with which the boundaries have their power at the
    planned difference: ``(drift / difference)**2``. For proportions the planned number of
    participants, and for a time to an event the planned number of events.

    Args:
        protocol: with ``[interim]`` and ``[[size.assumptions]]``.
        endpoint: of ``[interim]``.
        design: of ``[interim]``.

    Raises:
        DesignError: EQ837, the protocol does not state the number that is needed.

    Source: Jennison and Turnbull 2000, 11.2 (information-based monitoring); Mehta and
    Tsiatis 2001, Drug Inf J 35:1095-1112.
    """
    values = {part.name: part.value for part in protocol.size.assumptions}
    if endpoint.type == "continuous":
        for name in DIFFERENCES:
            if values.get(name):
                return float((design.drift / values[name]) ** 2)
        raise _no_maximum(protocol, f"an assumption named {DIFFERENCES[0]!r}")
    if endpoint.type == "binary":
        if protocol.size.planned:
            return float(protocol.size.participants)
        raise _no_maximum(protocol, "a planned number of participants")
    if values.get("events", 0) > 0:
        return float(values["events"])
    raise _no_maximum(protocol, "an assumption named 'events', the planned number")


def _no_maximum(protocol: Protocol, what: str) -> DesignError:
    return DesignError.single(
        "EQ837",
        "the maximum information of the plan is unknown, and without it the fraction of "
        "the information at this analysis",
        where=f"{protocol.trial.id} {protocol.trial.version}, size",
        fix=f"state {what} under [size]; `equipoise design` prints that block",
    )
