"""The direction in which the estimate of an endpoint is a benefit."""

from __future__ import annotations

from typing import Literal

from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol


def benefit(protocol: Protocol, endpoint: Endpoint) -> Literal[-1, 1]:
    """Sign of a benefit of the treatment compared with the control.

    Args:
        protocol: of the trial.
        endpoint: continuous, binary, or a time to an event.

    Returns:
        1 if a higher difference (or hazard ratio) is a benefit, -1 if a lower one is.

    Example:
        >>> import equipoise as eq
        >>> protocol = eq.load_protocol("feder2021")
        >>> benefit(protocol, protocol.endpoint("caps5_change"))
        -1
    """
    variable = endpoint.variable
    if variable.definition is not None:
        kind = protocol.definition(variable.definition).kind
        return 1 if kind in ("response", "remission") else -1
    return -1 if protocol.better(variable.score or "") == "lower" else 1
