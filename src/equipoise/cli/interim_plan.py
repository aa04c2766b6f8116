"""The interim analyses of a protocol, as ``equipoise check`` prints them."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite

import numpy as np
from scipy import special

from equipoise.cli.terminal import finite, number, percent, timing
from equipoise.design.sequential.of_protocol import sequential_design, stated
from equipoise.design.sequential.plan import Sequential
from equipoise.errors import DesignError
from equipoise.errors.counted import counted
from equipoise.interim.maximum import planned_information
from equipoise.protocol.model import Protocol


def numbers(protocol: Protocol) -> dict[str, object]:
    """The boundaries and the information, for JSON.

    Returns:
        ``analyses``, one dict each; ``inflation``, maximum information as a multiple of
        that of a trial without interim analyses and the same power; ``equivalent_size``,
        participants of that trial; ``expected_information`` under the planned effect and
        under no effect, as fractions of the maximum.
    """
    plan, design = stated(protocol), sequential_design(protocol)
    return {
        "endpoint": plan.endpoint,
        "alpha": plan.alpha,
        "power": plan.power,
        "binding": plan.binding,
        "unblinded_to": list(plan.unblinded_to),
        "recommendation_to": list(plan.recommendation_to),
        "analyses": _analyses(design),
        "inflation": design.inflation,
        "maximum_size": protocol.size.participants,
        "equivalent_size": protocol.size.participants / design.inflation,
        "expected_information": {
            "planned_effect": _expected(design, 1.0),
            "no_effect": _expected(design, 0.0),
        },
    }


def texts(protocol: Protocol) -> dict[str, object]:
    """The same as lines for a terminal."""
    plan, design = stated(protocol), sequential_design(protocol)
    n = protocol.size.participants
    return {
        f"interim analyses of {plan.endpoint} (z in the direction of benefit)": [
            _line(row, plan.binding) for row in _analyses(design)
        ],
        "maximum": f"{counted(n, 'participant')}; the information is "
        f"{number(design.inflation, 4)} times that of a trial without interim analyses "
        f"and a power of {percent(plan.power, 0)}, so that they have the power of "
        f"{number(n / design.inflation, 1)} without",
        "at an interim analysis": _maximum(protocol, design),
        "results at an interim analysis": "comparative results for "
        f"{_named(plan.unblinded_to)}; only the recommendation for "
        f"{_named(plan.recommendation_to)}",
        "expected": f"{percent(_expected(design, 1.0))} of the maximum information with "
        f"the planned effect, {percent(_expected(design, 0.0))} with none",
    }


def _maximum(protocol: Protocol, design: Sequential) -> str:
    """The information that a fraction refers to, or what the protocol does not state."""
    endpoint = protocol.endpoint(stated(protocol).endpoint)
    try:
        most = planned_information(protocol, endpoint, design)
    except DesignError as error:
        (problem,) = error.problems
        return f"not possible yet ({problem.code}): {problem.fix}"
    if endpoint.type == "continuous":
        size = number(most**-0.5, 3)
        return (
            f"the maximum information is a standard error of {size} of the difference"
        )
    unit = "participants" if endpoint.type == "binary" else "events"
    return f"the maximum information is {number(most, 0)} {unit}"


def _named(names: tuple[str, ...]) -> str:
    return ", ".join(names) or "recipients that [interim] does not state"


def _analyses(design: Sequential) -> list[dict[str, float | None]]:
    spent = design.errors().cumsum()
    return [
        {
            "information": float(t),
            "efficacy_z": finite(b),
            "nominal_p": float(2 * special.ndtr(-b)),
            "futility_z": finite(a),
            "error_spent": float(2 * error),
        }
        for t, b, a, error in zip(
            design.timing, design.upper, design.lower, spent, strict=True
        )
    ]


def _line(row: dict[str, float | None], binding: bool) -> str:
    z, p = row["efficacy_z"], row["nominal_p"]
    last = row["information"] == 1
    kind = "binding" if binding else "non-binding"
    text = f"{timing(float(row['information'] or 0))} of the information: "
    if z is None:
        text += "no stop for efficacy"
    else:
        text += f"efficacy at z {number(z, 4)} (two-sided P {number(float(p or 0), 5)})"
    lower = row["futility_z"]
    if lower is not None and isfinite(lower) and not last:
        text += f", {kind} futility at z {number(lower, 4)}"
    return f"{text}; two-sided error spent {number(float(row['error_spent'] or 0), 5)}"


def _expected(design: Sequential, fraction: float) -> float:
    """Mean information at the end as a fraction of the maximum, for any reason to stop."""
    both = replace(design, lower=np.maximum(design.lower, -design.upper))
    return both.expected(fraction) / both.inflation
