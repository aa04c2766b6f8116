"""How the cells of a grid of simulated trials are called, and what they say in short."""

from __future__ import annotations

import math

import pandas as pd

from equipoise.numerics.rounding import fixed

ENOUGH = 0.8  # power that a headline looks for


def effect_words(factor: float) -> str:
    """``no effect``, ``effect as stated``, ``0.5 times the effect``."""
    named = {0.0: "no effect", 1.0: "effect as stated"}
    return named.get(factor, f"{factor:g} times the effect")


def dropout_words(factor: float) -> str:
    """``nobody departs``, ``departures as stated``, ``2 times the departures``."""
    named = {0.0: "nobody departs", 1.0: "departures as stated"}
    return named.get(factor, f"{factor:g} times the departures")


def times(factor: float, nothing: str) -> str:
    """A factor where its column says of what: ``as stated``, ``× 0.5``, or nothing."""
    return {0.0: nothing, 1.0: "as stated"}.get(factor, f"× {factor:g}")


def design_words(design: str) -> str:
    """``no looks``, or the rule and the looks: ``lan-demets-of, looks at 50, 100 %``."""
    rule, _, looks = design.partition(":")
    if not looks:
        return "no looks"
    shares = ", ".join(f"{100 * float(part):.3g}" for part in looks.split(","))
    return f"{rule.replace('=', ' ')}, looks at {shares} %"


def with_error(value: object, error: object, digits: int, scale: float = 1) -> str:
    """``80.7 (0.4)``: a number with its Monte Carlo error; a dash where there is none."""
    if not isinstance(value, float | int) or math.isnan(value):
        return "–"
    text = fixed(value * scale, digits).replace("-", "−")
    if not isinstance(error, float | int) or math.isnan(error):
        return text
    return f"{text} ({fixed(error * scale, digits)})"


def headline(rows: pd.DataFrame, label: str) -> str:
    """The smallest size with enough power, of trials without looks if there are any.

    Args:
        rows: of the primary endpoint, from ``grid_table``.
        label: of the endpoint.
    """
    with_effect = rows[rows["effect"] > 0]
    if with_effect.empty:
        return f"{label}: every cell of this grid is without an effect."
    own = with_effect
    for name, wanted in (("effect", 1.0), ("dropout", 1.0), ("design", "fixed")):
        values = list(own[name].unique())
        own = own[own[name] == (wanted if wanted in values else values[-1])]
    first = own.iloc[0]
    where = ", ".join(
        (
            effect_words(float(first["effect"])),
            dropout_words(float(first["dropout"])),
            design_words(str(first["design"])),
        )
    )
    enough = own[own["power"] >= ENOUGH].sort_values("size")
    if enough.empty:
        best = own.sort_values("power").iloc[-1]
        said = f"no size of this grid has {100 * ENOUGH:.0f} % power; the most is"
    else:
        best = enough.iloc[0]
        said = f"the smallest size of this grid with {100 * ENOUGH:.0f} % power is"
    power = with_error(float(best["power"]), float(best["power_error"]), 1, 100)
    size = f"{int(best['size'])} people"
    return f"{label} ({where}): {said} {size}, power {power} %."
