"""The non-inferiority margin of an endpoint: on which side it is, and its text."""

from __future__ import annotations

from typing import Literal

from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol

Direction = Literal["lower", "higher"]
OUTCOMES: dict[str, Direction] = {
    "response": "higher",
    "remission": "higher",
    "relapse": "lower",
}


def direction(protocol: Protocol, endpoint: Endpoint) -> Direction | None:
    """Whether a lower or a higher estimate is a benefit; None if that is not known.

    Args:
        protocol: checked.
        endpoint: continuous, or binary with a definition of a response, a remission or
            a relapse.
    """
    variable = endpoint.variable
    if variable.definition is not None:
        return OUTCOMES.get(protocol.definition(variable.definition).kind)
    return None if variable.score is None else protocol.better(variable.score)


def difference_at_margin(protocol: Protocol, endpoint: Endpoint) -> float | None:
    """The difference, arm minus versus, at the margin; None without a margin.

    Returns:
        The margin where lower is better, otherwise minus the margin: at this difference,
        and beyond it, the arm is inferior. In the unit of the estimate.

    Example:
        >>> import equipoise as eq
        >>> protocol = eq.load_protocol("feder2021")
        >>> endpoint = protocol.endpoint("caps5_change")  # a lower score is better
        >>> analysis = endpoint.analysis.model_copy(update={"margin": 3.0})
        >>> difference_at_margin(
        ...     protocol, endpoint.model_copy(update={"analysis": analysis}))
        3.0
    """
    margin = endpoint.analysis.margin
    if margin is None:
        return None
    return margin if direction(protocol, endpoint) == "lower" else -margin


def one_sided_error(endpoint: Endpoint) -> float:
    """Type I error of the test of non-inferiority, 0.025 for intervals of 95%."""
    return (1 - endpoint.analysis.level) / 2


def margin_text(endpoint: Endpoint) -> str:
    """The margin with its unit: ``3 points``, ``10 percentage points``."""
    margin = endpoint.analysis.margin or 0.0
    if endpoint.type == "binary":
        return f"{100 * margin:g} percentage points"
    percent = endpoint.variable.measure == "percent-change"
    return f"{margin:g} {'percentage points' if percent else 'points'}"


def tested_margin(endpoint: Endpoint) -> str:
    """How non-inferiority is tested, as a clause; for an endpoint with a margin."""
    level = f"{100 * endpoint.analysis.level:g}%"
    return (
        f"non-inferiority with a margin of {margin_text(endpoint)}, shown if the {level} "
        f"interval excludes it (one-sided type I error "
        f"{100 * one_sided_error(endpoint):g}%)"
    )


def margin_sentence(endpoint: Endpoint) -> str:
    """The same as a sentence after another; empty without a margin."""
    if endpoint.analysis.margin is None:
        return ""
    return f" N{tested_margin(endpoint)[1:]}."
