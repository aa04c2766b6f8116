"""``equipoise design one-proportion``: a single arm, by the exact binomial test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from equipoise.cli import options, terminal
from equipoise.cli.design_target import Sided, level, sided

if TYPE_CHECKING:  # kept out of `equipoise --help`: scipy takes a second
    from equipoise.design.fixed.one_proportion import BinomialTest


def one_proportion(
    null: Annotated[float, typer.Argument(help="proportion of the null hypothesis")],
    assumed: Annotated[float, typer.Argument(help="assumed proportion")],
    power: options.Power = 0.8,
    alpha: options.OneError = None,
    sides: options.Sides = None,
    dropout: options.Dropout = 0.0,
    as_json: options.Json = False,
) -> None:
    """Sample size for one proportion (exact binomial test).

    Two sample sizes are shown, because exact power has a sawtooth shape: the first with
    the requested power, and the smallest from which all larger ones have it. A
    two-sided test has half of the error in each tail.

    Example: a single-arm trial, response of 5% with earlier treatments, 20% assumed;
    27 participants and 4 responders (A'Hern 2001) reach the power first.
      equipoise design one-proportion 0.05 0.20 --alpha 0.05 --sides 1
    """
    from equipoise.design.fixed.inflation import for_dropout
    from equipoise.design.fixed.one_proportion import binomial_size
    from equipoise.design.requirements import Size

    target = sided(Sided(alpha, sides, power))
    made = binomial_size(null, assumed, target)
    randomized = for_dropout(Size(float(made.needed.n), 0.0), dropout).rounded[0]
    if as_json:
        terminal.say_json(
            {
                "participants": randomized,
                "needed": _numbers(made.needed),
                "first_reached": _numbers(made.first_reached),
                "calculated_to": made.horizon,
                "test": "exact binomial test",
                "null": null,
                "assumed": assumed,
                "sides": target.sides,
                "alpha": target.alpha,
                "target_power": power,
                "dropout": dropout,
            }
        )
        return
    first = made.first_reached
    terminal.say(
        {
            "participants": randomized,
            "test": f"exact binomial test, {level(target)}",
            "rejects": _region(made.needed),
            "exact power": terminal.percent(made.needed.power),
            "type I error": terminal.percent(made.needed.error),
            "first reached": f"{first.n} with {_region(first)}: power "
            f"{terminal.percent(first.power)}",
            "retained": f"from {made.needed.n} upward (calculated to {made.horizon})",
        },
        as_json=False,
    )


def _region(test: BinomialTest) -> str:
    parts = []
    if test.lowest <= test.n:
        parts.append(f"{test.lowest} or more")
    if test.highest >= 0:
        parts.append(f"{test.highest} or fewer")
    return (" and ".join(parts) or "no number of") + " responders"


def _numbers(test: BinomialTest) -> dict[str, object]:
    return {
        "participants": test.n,
        "rejects_from": test.lowest if test.lowest <= test.n else None,
        "rejects_up_to": test.highest if test.highest >= 0 else None,
        "power": test.power,
        "type_1_error": test.error,
    }
