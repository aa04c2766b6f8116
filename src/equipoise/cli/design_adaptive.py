"""``equipoise design adaptive``: response-adaptive against equal allocation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from equipoise.cli import options, terminal
from equipoise.cli.terminal import number, percent

if TYPE_CHECKING:  # kept out of `equipoise --help`: scipy takes a second
    from equipoise.design.adaptive.allocation_cost import (
        AllocationComparison,
        RuleCharacteristics,
    )

Rule = Literal["play-the-winner", "neyman", "optimal", "thompson"]
Trials = Annotated[int, typer.Option(min=2, help="number of simulated trials")]

TEST = "score test of two proportions; the report prints Fisher's, which has less power"


def adaptive(
    first: Annotated[float, typer.Argument(help="response rate of the first arm")],
    second: Annotated[float, typer.Argument(help="response rate of the second arm")],
    n: Annotated[int, typer.Option(help="number of participants")],
    rule: Annotated[Rule, typer.Option(help="allocation rule")] = "optimal",
    burn_in: Annotated[int, typer.Option(help="per arm before the rule")] = 5,
    delay: Annotated[int, typer.Option(help="randomizations before a response")] = 0,
    drift: Annotated[float, typer.Option(help="rise of the rates in the trial")] = 0.2,
    cap: Annotated[float, typer.Option(help="maximum allocation probability")] = 0.9,
    gamma: Annotated[float, typer.Option(help="pull of the biased coin")] = 2.0,
    alpha: options.Alpha = 0.05,
    trials: Trials = 10_000,
    seed: options.Seed = 1,
    as_json: options.Json = False,
) -> None:
    """Compare response-adaptive with equal allocation.

    Both have the same number of participants.

    Example: the response rates of the reference trial, 60 participants, each response
    known after three more randomizations, and a time trend of 0.2 over the trial.
      equipoise design adaptive 0.67 0.2 --n 60 --rule optimal --delay 3 --drift 0.2
    """
    from equipoise.design.adaptive.allocation_cost import compare_allocation
    from equipoise.design.adaptive.response_adaptive import AdaptiveTrial

    trial = AdaptiveTrial(
        n=n, rates=(first, second), rule=rule, burn_in=burn_in, delay=delay,
        gamma=gamma, cap=cap,
    )  # fmt: skip
    with terminal.progress(as_json=as_json) as tell:
        comparison = compare_allocation(
            trial, alpha=alpha, drift=drift, trials=trials, seed=seed, tell=tell
        )
    _say_comparison(comparison, as_json=as_json)


def _say_comparison(found: AllocationComparison, *, as_json: bool) -> None:
    if as_json:
        terminal.say_json(terminal.plain(asdict(found)) | {"test": TEST})
        return
    equal, other = _rows(found, found.equal), _rows(found, found.adaptive)
    rows = [
        {"": name, "equal": value, found.adaptive.rule: other[name]}
        for name, value in equal.items()
    ]
    terminal.say_table(rows, as_json=False)
    typer.echo(f"\n{found.sentence}\nTest: {TEST}.")


def _rows(
    found: AllocationComparison, column: RuleCharacteristics
) -> Mapping[str, str]:
    drift = f"type I error, drift {found.drift:g}"
    worse, spread = number(column.worse, 1), number(column.worse_sd, 1)
    return {
        "power": _uncertain(found, column.power),
        "type I error": _uncertain(found, column.error),
        drift: _uncertain(found, column.error_drifting),
        "expected failures": number(column.failures, 1),
        "on the worse arm": f"{worse} (SD {spread})",
        "more than half on the worse arm": percent(column.misled),
        "bias of the difference": number(column.bias, 4),
    }


def _uncertain(found: AllocationComparison, share: float) -> str:
    """A probability with its Monte Carlo error."""
    return f"{percent(share)} ({number(100 * found.error_of(share), 1)})"
