"""What makes a trial larger: dropout, clusters, sites; and factorial designs."""

from __future__ import annotations

from equipoise.design.fixed.means import t_total
from equipoise.design.requirements import (
    MOST,
    Size,
    Target,
    check_finite,
    check_positive,
    out_of_range,
)
from equipoise.errors import DesignError


def for_dropout(size: Size, share: float) -> Size:
    """Participants to randomize so that enough stay.

    Args:
        size: who must be analyzed.
        share: of who leaves, 0 to below 1.

    Raises:
        DesignError: EQ801; EQ802, more than 1e9 participants.
    """
    if not 0 <= share < 1:
        raise DesignError(out_of_range("dropout", share, "from 0 to below 1"))
    factor = 1 / (1 - share)
    if size.total * factor > MOST:
        raise DesignError.single(
            "EQ802",
            f"a dropout of {share:.10g} needs more than {MOST:g} participants",
            where="design, dropout",
            fix="assume a proportion that leaves enough to analyze",
        )
    return Size(size.first * factor, size.second * factor, size.events)


def design_effect(cluster: float, icc: float, variation: float = 0.0) -> float:
    """How much larger a trial of clusters must be.

    Args:
        cluster: mean participants in a cluster, such as a therapist or a group, >= 1.
        icc: intracluster correlation, 0 to below 1.
        variation: coefficient of variation of the cluster sizes.

    Raises:
        DesignError: EQ801.

    Source: Donner and Klar 2000; Eldridge, Ashby and Kerry 2006, Int J Epidemiol
    35:1292-1300 (unequal clusters).
    """
    if not (0 <= icc < 1 and 1 <= cluster <= MOST and 0 <= variation <= 1000):
        raise DesignError.single(
            "EQ801",
            f"clusters of {cluster:g}, correlation {icc:g}, variation {variation:g}",
            where="design, clusters",
            fix="give a size of at least 1, a correlation from 0 to below 1, and a "
            "coefficient of variation of at least 0",
        )
    return 1 + ((variation**2 + 1) * cluster - 1) * icc


def multisite(size: Size, sites: int, heterogeneity: float) -> Size:
    """Participants when the effect differs between sites.

    Args:
        size: without heterogeneity.
        sites: number, each with both arms, at least 2.
        heterogeneity: variance of the effect between sites as a share of the variance of
            the estimate in ``size``, 0 to below the number of sites.

    Raises:
        DesignError: EQ801; EQ802, so few sites cannot answer however large they are.

    Source: Fedorov and Jones 2005, Stat Methods Med Res 14:205-248.
    """
    check_positive(sites=sites - 1)
    left = 1 - heterogeneity / sites
    if not (heterogeneity >= 0 and left > 1e-9):
        raise DesignError.single(
            "EQ802",
            f"{sites} sites whose effects vary by {heterogeneity:g} times the error",
            where="design, sites",
            fix="plan more sites: no number of participants makes up for it",
        )
    return Size(size.first / left, size.second / left, size.events)


def factorial(
    first: float,
    second: float,
    interaction: float,
    sd: float,
    target: Target | None = None,
) -> dict[str, float]:
    """Participants in all four cells of a 2 x 2 trial, such as drug by psychotherapy.

    Args:
        first: effect of the first factor, averaged over the second.
        second: effect of the second, averaged over the first.
        interaction: how much larger the effect of the first is with the second.
        sd: within a cell.
        target: error and power of each of the three tests.

    Returns:
        Total participants for ``first``, ``second`` and ``interaction``; the largest
        is enough for all three. An effect of 0 is omitted.

    Raises:
        DesignError: EQ801.

    Source: Montgomery, Peters and Little 2003, BMC Med Res Methodol 3:26: an interaction
    has four times the variance of a main effect. Each test is the t test of a two-way
    analysis of variance, with N - 4 degrees of freedom.
    """
    target = target or Target()
    check_positive(sd=sd)
    check_finite(first=first, second=second, interaction=interaction)
    made = {}
    for name, effect in (("first", first), ("second", second)):
        if effect:
            made[name] = t_total(abs(effect) / sd, target, lost=4)
    if interaction:
        made["interaction"] = t_total(abs(interaction) / 2 / sd, target, lost=4)
    return made
