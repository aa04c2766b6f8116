"""``equipoise design mmrm`` and ``assurance``: plans with the texts of every plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from equipoise.cli import options
from equipoise.cli.design_target import Sided, level, sided
from equipoise.cli.planning_options import NOTHING, Filing, filed

if TYPE_CHECKING:  # kept out of `equipoise --help`: scipy takes a second
    from equipoise.design.planning.plan import Solved
    from equipoise.design.planning.question import Question


@filed
def mmrm(
    sd: options.Sd,
    correlation: Annotated[
        float, typer.Option(help="of two visits", callback=options.within(-1, 1))
    ],
    visits: Annotated[
        int, typer.Option(help="after baseline", callback=options.within(0, 201))
    ],
    difference: Annotated[
        float | None,
        typer.Option(help="at the last visit; omit with --n to solve for it"),
    ] = None,
    decay: Annotated[
        bool, typer.Option("--decay", help="--correlation is of neighboring visits")
    ] = False,
    power: options.PowerIfSize = None,
    alpha: options.OneError = None,
    sides: options.Sides = None,
    ratio: options.Ratio = 1.0,
    dropout: options.Dropout = 0.0,
    filing: Filing = NOTHING,
) -> None:
    r"""Sample size, power or detectable difference of a mixed model (MMRM).

    The difference is at the last visit, adjusted for baseline, with unstructured
    covariance. --dropout is the proportion that has left by the last visit, in equal
    steps; the ratings until then are analyzed, so that the size is not divided by the
    proportion who stay. What is omitted is calculated, as for means.

    Example: 5 points, SD 10.51, six visits, 20% leave, 90% power.
      equipoise design mmrm --difference 5 --sd 10.51 --correlation 0.6 --visits 6 \
        --dropout 0.2 --power 0.9
    """
    from equipoise.design.planning.question import detectable, nothing_left
    from equipoise.design.planning.repeated import RepeatedMeasures

    solved = nothing_left("--difference", filing.n, difference is not None, power)
    target = sided(Sided(alpha, sides, power or 0.8, ratio))

    def ask(assumed: float) -> Question:
        return RepeatedMeasures(
            difference=assumed, sd=sd, correlation=correlation, visits=visits,
            decay=decay, dropout=dropout, target=target,
        ).question()  # fmt: skip

    if difference is None:
        difference = detectable(ask, filing.n or 0, 0.0, 100 * sd)
    _show(ask(difference), solved, filing, {"difference": difference})


@filed
def assurance(
    estimate: Annotated[
        float, typer.Option(help="published difference of means, first arm better")
    ],
    se: Annotated[
        float, typer.Option(help="standard error of it", callback=options.above_0)
    ],
    sd: options.Sd,
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

    Assurance is the power averaged over what is believed about the true difference: a
    normal prior from a published estimate and its standard error, or, with
    --sceptical, a mixture with a prior around no difference. For a meta-analysis with
    heterogeneity give the standard error of the prediction for a new trial. A trial
    succeeds if the first arm is shown to be better.

    Example: a meta-analysis with g = 0.27 (0.03 to 0.51), 308 participants: 60.8%.
      equipoise design assurance --estimate 0.27 --se 0.12245 --sd 1 --n 308
    """
    from equipoise.design.planning.assurance import Prior, assurance_question
    from equipoise.design.planning.question import nothing_left

    solved = nothing_left("--estimate", filing.n, True, power)
    target = sided(Sided(alpha, sides, power or 0.8, ratio))
    prior = Prior(
        estimate=estimate, std_error=se, sceptical=sceptical, sceptical_sd=sceptical_sd
    )
    question = assurance_question(prior, sd, target, dropout)
    _show(question, solved, filing, {"probability_of_benefit": prior.benefit})


def _show(
    question: Question, solved: Solved, filing: Filing, more: dict[str, float]
) -> None:
    from equipoise.design.planning.plan import power_text
    from equipoise.design.planning.question import plan_question

    plan = plan_question(question, filing.n, solved, filing.source)
    target = question.target
    numbers: dict[str, object] = {
        **more,
        "test": question.test,
        "sides": target.sides,
        "alpha": target.alpha,
        "ratio": target.ratio,
        "dropout": question.dropout,
    }
    text: dict[str, object] = {
        "participants": plan.participants,
        "test": f"{question.test}, {level(target)}",
        question.quantity: power_text(plan.power),
    }
    text |= {k.replace("_", " "): f"{v:g}" for k, v in more.items()}
    filing.show(plan, numbers, text)
