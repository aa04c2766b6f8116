"""``equipoise design mmrm``: the plan of a mixed model."""

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
    show_question(ask(difference), solved, filing, {"difference": difference})


def show_question(
    question: Question, solved: Solved, filing: Filing, more: dict[str, float]
) -> None:
    """Prints and files the plan of a question with one test.

    Args:
        question: of the size.
        solved: what was calculated.
        filing: the options of every plan.
        more: further numbers.
    """
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
