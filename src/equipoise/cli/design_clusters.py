"""``equipoise design clusters``: two means with participants treated in clusters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from equipoise.cli import options, terminal
from equipoise.cli.design_target import Sided, level, sided
from equipoise.cli.planning_options import NOTHING, Filing, filed

if TYPE_CHECKING:  # kept out of `equipoise --help`: scipy takes a second
    from equipoise.design.planning.clusters import ClusteredMeans
    from equipoise.design.planning.plan import Plan
    from equipoise.design.planning.question import Question

FARTHEST = 100  # standard deviations beyond which no detectable difference is sought


@filed
def clusters(
    sd: options.Sd,
    cluster_size: Annotated[
        float,
        typer.Option(
            help="mean participants of a cluster",
            callback=options.within(1, 1e9, closed=True),
        ),
    ],
    icc: Annotated[
        float,
        typer.Option(
            help="intracluster correlation", callback=options.within(0, 1, closed=True)
        ),
    ],
    difference: Annotated[
        float | None,
        typer.Option(help="assumed difference of means; omit with --n to solve for it"),
    ] = None,
    variation: Annotated[
        float,
        typer.Option(
            "--cv",
            help="coefficient of variation of the cluster sizes",
            callback=options.within(0, 1000, closed=True),
        ),
    ] = 0.0,
    clustered: Annotated[
        Literal["both", "first"],
        typer.Option(help="arms with clusters: both, or the first alone"),
    ] = "both",
    power: options.PowerIfSize = None,
    alpha: options.OneError = None,
    sides: options.Sides = None,
    ratio: options.Ratio = 1.0,
    dropout: options.Dropout = 0.0,
    filing: Filing = NOTHING,
) -> None:
    r"""Sample size, power or detectable difference with clusters.

    Clusters are therapists, therapy groups or centers: outcomes within a cluster are
    correlated. With --clustered both, both arms have clusters, whether they are
    randomized as a whole or formed by the treatment. With --clustered first, only the
    first arm has them (partially nested), such as psychotherapy against medication.

    What is omitted is calculated: the size without --n; the power with --n and
    --difference; the smallest detectable difference with --n alone (at --power).

    The test is a t test with degrees of freedom of the clusters. --sd is the total
    standard deviation within an arm. The size is rounded up to complete clusters.
    The report has no random effect of the cluster: that analysis is done elsewhere.

    Example: therapists of 6 patients in one arm, medication in the other.
      equipoise design clusters --difference 5 --sd 10 --cluster-size 6 --icc 0.05 \
        --cv 0.4 --clustered first --power 0.9

    Example: the difference that 20 centers of 8 participants detect.
      equipoise design clusters --sd 10 --cluster-size 8 --icc 0.05 --n 160
    """
    from equipoise.design.planning.clusters import ClusteredMeans
    from equipoise.design.planning.question import (
        detectable,
        nothing_left,
        plan_question,
    )

    solved = nothing_left("--difference", filing.n, difference is not None, power)
    target = sided(Sided(alpha, sides, power or 0.8, ratio))

    def means(assumed: float) -> ClusteredMeans:
        return ClusteredMeans(
            difference=assumed, sd=sd, cluster_size=cluster_size, icc=icc,
            variation=variation, clustered=clustered, dropout=dropout, target=target,
        )  # fmt: skip

    def ask(assumed: float) -> Question:
        return means(assumed).question()

    if difference is None:
        difference = detectable(ask, filing.n or 0, 0.0, FARTHEST * sd)
    made = means(difference)
    plan = plan_question(made.question(), filing.n, solved, filing.source)
    numbers = _numbers(made, plan)
    filing.show(plan, numbers, _text(made, plan, numbers))


def _numbers(made: ClusteredMeans, plan: Plan) -> dict[str, object]:
    from equipoise.design.planning.proportions import arms_of

    target, n = made.target, plan.participants
    arms = arms_of(n, target.ratio)
    numbers: dict[str, object] = {}
    if plan.solved_for == "size":
        arms = made.arms()
        numbers["before_rounding"] = made.size().total
    many = made.clusters(n)
    return numbers | {
        "first_arm": arms[0],
        "second_arm": arms[1],
        "clusters_first_arm": many[0],
        "clusters_second_arm": many[1] if made.clustered == "both" else None,
        "clustered": made.clustered,
        "design_effect": made.effect,
        "degrees_of_freedom": made.precision(n)[1],
        "difference": made.difference,
        "sd": made.sd,
        "cluster_size": made.cluster_size,
        "icc": made.icc,
        "coefficient_of_variation": made.variation,
        "dropout": made.dropout,
        "test": made.question().test,
        "sides": target.sides,
        "alpha": target.alpha,
    }


def _text(
    made: ClusteredMeans, plan: Plan, numbers: dict[str, object]
) -> dict[str, object]:
    from equipoise.design.planning.plan import power_text

    n = plan.participants
    first, second = (terminal.number(k, 1).removesuffix(".0") for k in made.clusters(n))
    both = made.clustered == "both"
    facts: dict[str, object] = {
        "participants": n,
        "first arm": numbers["first_arm"],
        "second arm": numbers["second_arm"],
        "clusters": f"{first} and {second}" if both else f"{first} in the first arm",
        "test": f"{numbers['test']}, {level(made.target)}",
        "power": power_text(plan.power),
        "difference": terminal.number(made.difference, 4),
        "design effect": terminal.number(made.effect, 4),
        "degrees of freedom": terminal.number(made.precision(n)[1], 1),
    }
    if plan.solved_for == "size":
        facts["before rounding"] = terminal.number(made.size().total, 4)
    return facts
