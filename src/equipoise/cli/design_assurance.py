"""``equipoise design assurance``: the power averaged over a stated prior."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from equipoise.cli import options
from equipoise.cli.design_plans import show_question
from equipoise.cli.design_target import Sided, sided
from equipoise.cli.planning_options import NOTHING, Filing, filed
from equipoise.errors import DesignError, Problem, refuse

if TYPE_CHECKING:  # kept out of `equipoise --help`: scipy takes a second
    from equipoise.design.planning.assured_trials import AssuredTrial
    from equipoise.design.requirements import Target

Endpoint = Literal["means", "mmrm", "proportions", "events"]
NEEDS = {
    "means": ("sd",),
    "mmrm": ("sd", "correlation", "visits"),
    "proportions": ("second",),
    "events": ("median", "accrual", "follow_up"),
}
ALLOWS = {"mmrm": ("decay",), "events": ("dropout_time",)}


@filed
def assurance(
    estimate: Annotated[
        float,
        typer.Option(
            help="published effect: difference of means, log odds ratio of proportions "
            "(above 0: first arm better), log hazard ratio (below 0: first arm better)"
        ),
    ],
    se: Annotated[
        float, typer.Option(help="standard error of it", callback=options.above_0)
    ],
    endpoint: Annotated[Endpoint, typer.Option(help="what --estimate is of")] = "means",
    sd: Annotated[
        float | None,
        typer.Option(
            help="for means and mmrm: standard deviation within an arm",
            callback=options.above_0,
        ),
    ] = None,
    correlation: Annotated[
        float | None,
        typer.Option(help="for mmrm: of two visits", callback=options.within(-1, 1)),
    ] = None,
    visits: Annotated[
        int | None,
        typer.Option(help="for mmrm: after baseline", callback=options.within(0, 201)),
    ] = None,
    decay: Annotated[
        bool | None,
        typer.Option(
            "--decay", help="for mmrm: --correlation is of neighboring visits"
        ),
    ] = None,
    second: Annotated[
        float | None,
        typer.Option(
            help="for proportions: in the second arm", callback=options.fraction
        ),
    ] = None,
    median: Annotated[
        float | None,
        typer.Option(
            help="for events: median time in the second arm", callback=options.above_0
        ),
    ] = None,
    accrual: Annotated[
        float | None,
        typer.Option(
            help="for events: duration of recruitment", callback=options.above_0
        ),
    ] = None,
    follow_up: Annotated[
        float | None,
        typer.Option(
            help="for events: after the last randomization", callback=options.above_0
        ),
    ] = None,
    dropout_time: Annotated[
        float | None,
        typer.Option(
            help="for events: time of --dropout after randomization",
            callback=options.above_0,
        ),
    ] = None,
    sceptical: Annotated[
        float,
        typer.Option(
            help="weight of a prior around 0",
            callback=options.within(0, 1, closed=True),
        ),
    ] = 0.0,
    sceptical_sd: Annotated[
        float | None,
        typer.Option(
            help="SD of the prior around 0 [default: --se]", callback=options.above_0
        ),
    ] = None,
    power: Annotated[
        float | None,
        typer.Option(
            "--power", help="assurance to reach; or give --n", callback=options.fraction
        ),
    ] = None,
    alpha: options.OneError = None,
    sides: options.Sides = None,
    ratio: options.Ratio = 1.0,
    dropout: options.Dropout = 0.0,
    filing: Filing = NOTHING,
) -> None:
    r"""Assurance of a trial under a stated prior, or the sample size for it.

    Assurance is the power averaged over what is believed about the true effect: a
    normal prior from a published estimate and its standard error, or, with
    --sceptical, a mixture with a prior around no effect. For a meta-analysis with
    heterogeneity give the standard error of the prediction for a new trial. A trial
    succeeds if the first arm is shown to be better.

    Example: a meta-analysis with g = 0.27 (0.03 to 0.51), 308 participants: 60.8%.
      equipoise design assurance --estimate 0.27 --se 0.12245 --sd 1 --n 308

    Example: an odds ratio of 2 (SE of its logarithm 0.4), 30% respond on placebo.
      equipoise design assurance --endpoint proportions --estimate 0.693 --se 0.4 \
        --second 0.3 --power 0.7

    Example: a hazard ratio of relapse of 0.6 (SE of its logarithm 0.25).
      equipoise design assurance --endpoint events --estimate -0.511 --se 0.25 \
        --median 6 --accrual 24 --follow-up 6 --n 200
    """
    from equipoise.design.planning.assurance import Prior, assurance_question
    from equipoise.design.planning.question import nothing_left

    solved = nothing_left("--estimate", filing.n, True, power)
    target = sided(Sided(alpha, sides, power or 0.8, ratio))
    given = {
        "sd": sd, "correlation": correlation, "visits": visits, "decay": decay,
        "second": second, "median": median, "accrual": accrual,
        "follow_up": follow_up, "dropout_time": dropout_time,
    }  # fmt: skip
    _check(endpoint, given, dropout)
    if endpoint == "events" and (filing.rate or filing.last_visit) is not None:
        raise DesignError.single(
            "EQ809",
            "--rate and --last-visit have no effect with --endpoint events",
            where="design, --rate",
            fix="omit them: --accrual and --follow-up state the duration",
        )
    trial = _trial(endpoint, given, target, dropout)
    prior = Prior(
        estimate=trial.sign * estimate, std_error=se, sceptical=sceptical,
        sceptical_sd=sceptical_sd,
    )  # fmt: skip
    question = assurance_question(prior, trial, target)
    show_question(question, solved, filing, {"probability_of_benefit": prior.benefit})


def _check(endpoint: Endpoint, given: dict[str, float | None], dropout: float) -> None:
    """Rejects options that are missing or have no effect.

    Raises:
        DesignError: EQ809; EQ832, an option is missing.
    """
    needed = NEEDS[endpoint]
    allowed = (*needed, *ALLOWS.get(endpoint, ()))
    problems = [
        Problem(
            code="EQ809",
            what=f"{_option(name)} has no effect with --endpoint {endpoint}",
            where=f"design, {_option(name)}",
            fix="omit it, or choose the --endpoint that it belongs to",
        )
        for name, value in given.items()
        if value is not None and name not in allowed
    ]
    needed = (*needed, *(("dropout_time",) if endpoint == "events" and dropout else ()))
    problems += [
        Problem(
            code="EQ832",
            what=f"--endpoint {endpoint} needs {_option(name)}",
            where=f"design, {_option(name)}",
            fix=f"give {_option(name)}",
        )
        for name in needed
        if given[name] is None
    ]
    if given["dropout_time"] is not None and not dropout:
        problems.append(
            Problem(
                code="EQ809",
                what="--dropout-time has no effect without --dropout",
                where="design, --dropout-time",
                fix="give --dropout, or omit --dropout-time",
            )
        )
    refuse(DesignError, problems)


def _trial(
    endpoint: Endpoint,
    given: dict[str, float | None],
    target: Target,
    dropout: float,
) -> AssuredTrial:
    from equipoise.design.planning import assured_trials
    from equipoise.design.planning.events import TimeToEvent
    from equipoise.design.planning.repeated import RepeatedMeasures

    values = {name: float(value) for name, value in given.items() if value is not None}
    if endpoint == "means":
        return assured_trials.assured_means(values["sd"], target, dropout)
    if endpoint == "proportions":
        return assured_trials.assured_proportions(values["second"], target, dropout)
    if endpoint == "mmrm":
        return assured_trials.assured_repeated(
            RepeatedMeasures(
                difference=values["sd"], sd=values["sd"], dropout=dropout,
                correlation=values["correlation"], visits=int(values["visits"]),
                decay="decay" in values, target=target,
            )
        )  # fmt: skip
    return assured_trials.assured_events(
        TimeToEvent(
            hazard_ratio=0.5, hazard=log(2) / values["median"],
            accrual=values["accrual"], follow_up=values["follow_up"], dropout=dropout,
            dropout_time=values.get("dropout_time"), target=target,
        )
    )  # fmt: skip


def _option(name: str) -> str:
    return "--" + name.replace("_", "-")
