"""Whether the planned number of participants follows from the assumptions stated for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from equipoise.design.fixed.margin_proportions import MarginProportions
from equipoise.design.fixed.mean_comparison import MeanComparison
from equipoise.design.planning.means import MeansQuestion
from equipoise.design.planning.plan import power_text
from equipoise.design.planning.proportions import margin_proportions, two_proportions
from equipoise.design.requirements import Target
from equipoise.errors import DesignError
from equipoise.errors.counted import counted
from equipoise.protocol.model import Protocol

NAMES = {  # name in [[size.assumptions]] -> what it is
    "smallest difference to detect": "difference",
    "difference of means": "difference",
    "standard deviation": "sd",
    "standard deviation within an arm": "sd",
    "correlation of baseline and outcome": "correlation",
    "proportion in the first arm": "first",
    "proportion in the second arm": "second",
    "proportion without an outcome": "dropout",
    "two-sided type I error": "two-sided",
    "one-sided type I error": "one-sided",
    "power": "power",
    "margin": "margin",
}
MEANS = {"difference", "sd"}
PROPORTIONS = {"first", "second"}
TOLERANCE = 0.1  # of the size: assumptions are printed with few digits
FEW = 2  # participants by which arms of equal size differ from a total


def size_notes(protocol: Protocol) -> list[str]:
    """A note if the stated size and its assumptions contradict each other.

    The assumptions of two arms with their error and power give a size by the t test of
    two means (with the baseline as a covariate, if its correlation is stated) or Fisher's
    exact test of two proportions; with a non-inferiority margin of the primary endpoint,
    by the test of its margin. A size within a tenth of it, or within two participants,
    follows from them. Nothing is compared if an assumption is missing, or has a name that
    is not in ``NAMES``.

    Args:
        protocol: with ``[size]`` and its assumptions.

    Example:
        >>> import equipoise as eq
        >>> protocol = eq.load_protocol("feder2021")
        >>> size_notes(protocol)
        []
        >>> larger = protocol.size.model_copy(update={"participants": 140})
        >>> size_notes(protocol.model_copy(update={"size": larger}))[0][:60]
        'size: 140 participants are stated, and the stated assumption'
    """
    known = _assumptions(protocol)
    sides = known.keys() & {"two-sided", "one-sided"}
    if len(sides) != 1 or "power" not in known or len(protocol.arms) != 2:
        return []
    others = known.keys() - sides - {"power", "dropout", "margin"}
    margin = next(e for e in protocol.endpoints if e.level == "primary").analysis.margin
    if known.get("margin", margin) != margin:
        return [
            f"size: a margin of {known['margin']:g} is stated under the assumptions, and "
            + ("none" if margin is None else f"{margin:g}")
            + " in the analysis of the primary endpoint"
        ]
    try:
        target = Target(
            alpha=known[next(iter(sides))],
            power=known["power"],
            sides=2 if "two-sided" in sides else 1,
            ratio=protocol.arms[0].ratio / protocol.arms[1].ratio,
        )
        if MEANS <= others <= MEANS | {"correlation"}:
            return _note(protocol, *_means(known, target, margin))
        if others == PROPORTIONS:
            return _note(protocol, *_proportions(known, target, margin))
    except DesignError as error:
        what = "; ".join(problem.what for problem in error.problems)
        return [f"size: the stated assumptions give no size, because {what}"]
    return []


Calculation = tuple[int, Callable[[int], float], str]  # size, power of a size, test


def _means(
    known: Mapping[str, float], target: Target, margin: float | None
) -> Calculation:
    comparison = MeanComparison(
        difference=known["difference"],
        sd=known["sd"],
        correlation=known.get("correlation", 0.0),
        hypothesis="superiority" if margin is None else "noninferiority",
        margin=margin,
        target=target,
    )
    test = "analysis of covariance" if comparison.covariate else "t test of two means"
    question = MeansQuestion(comparison, test, known.get("dropout", 0.0))
    return question.participants(), question.power, test


def _proportions(
    known: Mapping[str, float], target: Target, margin: float | None
) -> Calculation:
    first, second, dropout = known["first"], known["second"], known.get("dropout", 0.0)
    if margin is None:
        question = two_proportions(first, second, target, dropout=dropout)
    else:
        plan = MarginProportions(
            first=first, second=second, margin=margin, target=target
        )
        question = margin_proportions(plan, dropout)
    return question.participants(), question.power, question.test


def _note(
    protocol: Protocol, needed: int, power: Callable[[int], float], test: str
) -> list[str]:
    stated = protocol.size.participants
    if abs(stated - needed) <= max(TOLERANCE * needed, FEW):
        return []
    return [
        f"size: {counted(stated, 'participant', 'is')} stated, and the stated "
        f"assumptions give {needed} ({test}); with {stated} the "
        f"power is {power_text(power(stated))}: "
        "state the assumptions of this size, or the size of these assumptions"
    ]


def _assumptions(protocol: Protocol) -> dict[str, float]:
    """Values by what they are; empty if a name is unknown or occurs twice."""
    size, found = protocol.size, dict[str, float]()
    if not size.planned:
        return {}
    for part in size.assumptions:
        what = NAMES.get(part.name)
        if what is None or what in found:
            return {}
        found[what] = part.value / 100 if part.unit == "%" else part.value
    return found
