"""``equipoise design trend``: proportions that rise with the dose."""

from __future__ import annotations

from math import ceil
from typing import Annotated

import typer

from equipoise.cli import options, terminal
from equipoise.cli.design_target import Sided, level, sided

EXACT = 400  # participants up to which the exact power is shown


def trend(
    proportions: Annotated[
        list[float], typer.Argument(help="assumed proportions, one for each group")
    ],
    score: Annotated[
        list[float] | None,
        typer.Option("--score", help="score of a group, in the same order; repeatable"),
    ] = None,
    weight: Annotated[
        list[float] | None,
        typer.Option("--weight", help="allocation of a group; repeatable"),
    ] = None,
    power: options.Power = 0.8,
    alpha: options.OneError = None,
    sides: options.Sides = None,
    dropout: options.Dropout = 0.0,
    as_json: options.Json = False,
) -> None:
    r"""Sample size for a trend of proportions (Cochran-Armitage).

    The groups are ordered, such as doses; their scores are 0, 1, 2, ... unless given.
    The sample size is by the normal approximation (Nam); for small trials the power of
    the exact test is shown too.

    Example: five doses with response rates from 10% to 22%. R multiCA: 527; 530 here,
    because the groups are equal.
      equipoise design trend 0.10 0.13 0.16 0.19 0.22 --score 0 --score 1 --score 2 \
        --score 4 --score 8 --alpha 0.05 --sides 1
    """
    from equipoise.design.fixed.inflation import for_dropout
    from equipoise.design.fixed.trend import exact_trend_power, trend_power, trend_total
    from equipoise.design.requirements import Size

    target = sided(Sided(alpha, sides, power))
    total = trend_total(proportions, score, weight, target)
    weights = weight or [1.0] * len(proportions)
    lost = for_dropout(Size(total, 0.0), dropout).total
    groups, analyzed = (
        [ceil(n * w / sum(weights) - 1e-9) for w in weights] for n in (lost, total)
    )
    numbers: dict[str, object] = {
        "participants": sum(groups),
        "groups": groups,
        "power": trend_power(sum(analyzed), proportions, score, weight, target),
        "exact_power": exact_trend_power(analyzed, proportions, score, target)
        if sum(analyzed) <= EXACT
        else None,
        "before_rounding": lost,
        "test": "Cochran-Armitage test of trend",
        "sides": target.sides,
        "alpha": target.alpha,
        "target_power": power,
    }
    if as_json:
        terminal.say_json(numbers)
        return
    exact = numbers["exact_power"]
    terminal.say(
        {
            "participants": sum(groups),
            "groups": " + ".join(map(str, groups)),
            "test": f"{numbers['test']}, {level(target)}",
            "power": terminal.percent(float(str(numbers["power"]))),
            "exact power": "not calculated above 400 participants"
            if exact is None
            else terminal.percent(float(str(exact))),
            "before rounding": terminal.number(lost, 4),
        },
        as_json=False,
    )
