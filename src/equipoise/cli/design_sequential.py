"""``equipoise design group-sequential``: stopping boundaries."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Annotated

import typer

from equipoise.cli import options, terminal
from equipoise.cli.design_target import Sided, sided
from equipoise.cli.planning_options import NOTHING, Filing, filed
from equipoise.cli.sequential_events import show_events
from equipoise.cli.sequential_options import (
    Endpoint,
    EndpointOptions,
    recruitment_of,
)
from equipoise.cli.sequential_output import show_participants
from equipoise.cli.sequential_rules import (
    FutilityParameter,
    FutilityRule,
    Parameter,
    Spending,
    rule_numbers,
    rules,
)
from equipoise.errors import DesignError, Problem, refuse

if TYPE_CHECKING:  # kept out of `equipoise --help`: scipy takes a second
    from equipoise.design.sequential.boundaries import Rule
    from equipoise.design.sequential.plan import Sequential

PowerOfAnalyses = Annotated[
    float | None,
    typer.Option(
        "--power",
        help="power at the assumed effect [default: 0.9]",
        callback=options.fraction,
    ),
]


@filed
def group_sequential(
    timing: Annotated[
        list[float], typer.Argument(help="information fractions, increasing to 1")
    ],
    spending: Spending = "lan-demets-of",
    parameter: Parameter = None,
    futility: FutilityRule = None,
    futility_parameter: FutilityParameter = None,
    binding: options.Binding = False,
    power: PowerOfAnalyses = None,
    alpha: options.OneError = None,
    sides: options.Sides = None,
    endpoint: Annotated[
        Endpoint | None,
        typer.Option(
            help="adds participants, and boundaries in the unit of the endpoint"
        ),
    ] = None,
    difference: Annotated[
        float | None, typer.Option(help="assumed difference of means")
    ] = None,
    sd: Annotated[
        float | None, typer.Option(help="standard deviation within an arm")
    ] = None,
    first: Annotated[
        float | None, typer.Option(help="assumed proportion, first arm")
    ] = None,
    second: Annotated[
        float | None, typer.Option(help="assumed proportion, second arm")
    ] = None,
    correlation: Annotated[
        float | None,
        typer.Option(help="baseline and outcome; for mmrm: of two visits"),
    ] = None,
    visits: Annotated[
        int | None, typer.Option(help="for mmrm: visits after baseline")
    ] = None,
    decay: Annotated[
        bool | None,
        typer.Option(
            "--decay", help="for mmrm: --correlation is of neighboring visits"
        ),
    ] = None,
    hazard_ratio: Annotated[
        str | None,
        typer.Option(help="first arm to second, such as 0.6, or 1x3,0.6 (delayed)"),
    ] = None,
    hazard: Annotated[
        str | None,
        typer.Option(help="in the second arm, such as 0.05, or 0.08x3,0.04"),
    ] = None,
    loss: Annotated[
        float | None, typer.Option(help="hazard of leaving before the event")
    ] = None,
    accrual: Annotated[
        float | None, typer.Option(help="duration of recruitment, for events")
    ] = None,
    follow_up: Annotated[
        float | None, typer.Option(help="after the last randomization, for events")
    ] = None,
    ratio: Annotated[
        float | None, typer.Option(help="allocation ratio, first arm to second")
    ] = None,
    dropout: Annotated[
        float | None, typer.Option(help="proportion without an outcome")
    ] = None,
    recruitment: Annotated[
        str | None,
        typer.Option(help="participants per unit of time, such as 4, or 3x2,6x2,9"),
    ] = None,
    time_to_outcome: Annotated[
        float | None,
        typer.Option(help="from randomization to the outcome, in the same unit"),
    ] = None,
    filing: Filing = NOTHING,
) -> None:
    r"""Stopping boundaries of a group sequential trial.

    The boundaries are for z of the difference. A trial with two sides (the default)
    stops for efficacy on the side of the assumed effect with half of --alpha.

    --endpoint makes a plan of it, with the participants of each analysis, its
    information, the boundaries in the unit of the endpoint, cumulative error and power,
    the conditional power at the futility boundary, and the texts of every plan. What is
    omitted is calculated: the size; the power, with --n; or the effect, with --n and
    without --difference (or --first). The futility boundary is that of --power.
    --recruitment and --time-to-outcome add the overrun: participants who are recruited
    while the analysis waits for outcomes.

    Example: interim analyses after 50% and 75% of the information, O'Brien-Fleming
    spending function of Lan and DeMets, non-binding futility.
      equipoise design group-sequential 0.5 0.75 1 --spending lan-demets-of \
        --futility hwang-shih-decani --futility-parameter -2 --power 0.9

    Example: a response in 50% against 30%; 4 participants a week, response at week 12.
      equipoise design group-sequential 0.5 1 --endpoint proportions --first 0.5 \
        --second 0.3 --recruitment 4 --time-to-outcome 12

    Example: relapse with an effect that begins after 3 months; recruitment begins slowly.
      equipoise design group-sequential 0.7 1 --endpoint events --hazard-ratio 1x3,0.6 \
        --hazard 0.05 --recruitment 3x2,6x2,9 --accrual 14 --follow-up 16
    """
    given = EndpointOptions(
        difference=difference, sd=sd, first=first, second=second,
        correlation=correlation, visits=visits, decay=decay, hazard_ratio=hazard_ratio,
        hazard=hazard, loss=loss, accrual=accrual, follow_up=follow_up, ratio=ratio,
        dropout=dropout, recruitment=recruitment, time_to_outcome=time_to_outcome,
    )  # fmt: skip
    _check_filing(filing, endpoint, recruitment)
    given.check(endpoint, solve=filing.n is not None)
    ratio = 1.0 if ratio is None else ratio
    target = sided(
        Sided(alpha, sides, power or 0.9, ratio)
    )  # rejects impossible values
    rule, lower = rules(spending, parameter, futility, futility_parameter, binding)
    if endpoint == "events":
        show_events(
            given, target, timing, (rule, lower), binding, as_json=filing.as_json
        )
        return
    if endpoint is None:
        from equipoise.design.sequential.plan import sequential

        plan = sequential(
            rule, timing, target.one_sided, target.power, futility=lower,
            binding=binding,
        )  # fmt: skip
        made = _numbers(plan, rule, lower) if filing.as_json else _text(plan)
        terminal.say(made, as_json=filing.as_json)
        return
    from equipoise.design.planning.interim_trial import InterimAnalyses

    interim = InterimAnalyses(
        timing=tuple(timing), efficacy=rule, futility=lower, binding=binding,
        recruitment=recruitment_of(recruitment), delay=time_to_outcome or 0.0,
    )  # fmt: skip
    numbers = _numbers(interim.design(target), rule, lower)
    show_participants(given, endpoint, target, interim, power, filing, numbers)


def _check_filing(
    filing: Filing, endpoint: Endpoint | None, recruitment: str | None
) -> None:
    """Rejects options of a plan without an endpoint, and two rates of recruitment.

    Raises:
        DesignError: EQ809.
    """
    if endpoint in (None, "events"):
        when = "without --endpoint" if endpoint is None else "with --endpoint events"
        problems = [
            Problem(
                code="EQ809",
                what=f"{name} has no effect {when}",
                where=f"design, {name}",
                fix="omit it, or give --endpoint means, proportions or mmrm",
            )
            for name in (f"--{n.replace('_', '-')}" for n in filing.given)
        ]
        refuse(DesignError, problems)
    if recruitment is not None and filing.rate is not None:
        raise DesignError.single(
            "EQ809",
            "--rate and --recruitment both state the recruitment",
            where="design, --rate",
            fix="give one of them; --recruitment adds the time of each analysis",
        )


def _text(plan: Sequential) -> dict[str, object]:
    no, yes = plan.crossing(0.0), plan.crossing(1.0)
    rows = [
        f"analysis at {terminal.timing(t)}: {_boundaries(b, a)}; stops for efficacy "
        f"{terminal.percent(p)} with the effect, {terminal.percent(q, 2)} without"
        for t, b, a, p, q in zip(
            plan.timing, plan.upper, plan.lower, yes.upper, no.upper, strict=True
        )
    ]
    return {
        "analyses": rows,
        "maximum sample size": f"{terminal.number(plan.inflation, 4)} times the fixed "
        "sample size",
        "expected sample size with the effect": f"{_times(plan.expected(1.0))}",
        "expected sample size without": f"{_times(plan.expected(0.0))}",
    }


def _boundaries(upper: float, lower: float) -> str:
    efficacy = f"efficacy at z ≥ {terminal.number(upper, 4)}"
    if not isfinite(upper):
        efficacy = "no efficacy boundary (beyond z = 12)"
    if not isfinite(lower):
        return efficacy
    return f"{efficacy}, futility at z ≤ {terminal.number(lower, 4)}"


def _times(value: float) -> str:
    return f"{terminal.number(value, 4)} times"


def _numbers(plan: Sequential, rule: Rule, lower: Rule | None) -> dict[str, object]:
    """The design as numbers; null for a boundary at infinity."""
    from scipy import special

    no, yes = plan.crossing(0.0), plan.crossing(1.0)
    analyses = []
    for look, (t, b, a) in enumerate(
        zip(plan.timing, plan.upper, plan.lower, strict=True)
    ):
        futile = isfinite(a)
        analyses.append(
            {
                "information": float(t),
                "efficacy_z": terminal.finite(b),
                "efficacy_p": float(special.ndtr(-b)) if isfinite(b) else None,
                "futility_z": terminal.finite(a),
                "futility_p": float(special.ndtr(-a)) if futile else None,
                "stops_for_efficacy_with_effect": float(yes.upper[look]),
                "stops_for_efficacy_without_effect": float(no.upper[look]),
                "stops_for_futility_with_effect": float(yes.lower[look]),
                "stops_for_futility_without_effect": float(no.lower[look]),
            }
        )
    return {
        "analyses": analyses,
        "efficacy": rule_numbers(rule),
        "futility": rule_numbers(lower),
        "binding": plan.binding,
        "one_sided_alpha": plan.alpha,
        "power": plan.power,
        "drift": plan.drift,
        "maximum_sample_size": plan.inflation,
        "expected_sample_size_with_effect": plan.expected(1.0),
        "expected_sample_size_without_effect": plan.expected(0.0),
        "unit": "fixed sample size",
    }
