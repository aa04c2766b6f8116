"""Any question of a sample size: what it must answer, and the plan that follows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from equipoise.design.planning.plan import (
    SOFTWARE,
    Assumption,
    Plan,
    Scenario,
    Solved,
    power_text,
)
from equipoise.design.requirements import MOST, Target
from equipoise.design.root import root
from equipoise.errors import DesignError
from equipoise.errors.counted import counted

POINTS = (0.5, 0.625, 0.75, 0.875, 1.0, 1.125, 1.25, 1.375, 1.5)  # of the curve
CLOSE = 1e-6  # relative, of a detectable effect


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question of a sample size, with everything that is assumed.

    Attributes:
        title: such as "difference of two proportions, superiority".
        test: for which the size is calculated.
        supposition: the effect as a clause, such as "the true proportions are 0.5 and 0.3".
        target: error, power and allocation.
        participants: the smallest number to randomize with the power of the target.
        power: with so many randomized.
        assumptions: on which the power depends.
        changes: other assumptions of the sensitivity table, with the question of each.
        method: of the calculation, one clause.
        references: of the method.
        dropout: proportion of the participants without an outcome.
        missing: what happens to them, one clause.
        complete: the sentence instead if there are none.
        allocated: whether two arms are allocated in the ratio of the target.
        quantity: what ``power`` gives, "power" or "assurance".
        details: further sentences for the protocol, by the number randomized.
        least: fewest randomized with which the test can be made.
        seed: of the random numbers; None if nothing is simulated.
        errors: Monte Carlo standard error of the power, if it is simulated.
        points: of the curve, multiples of the planned number; None for all.
        searched: whether the sizes of the sensitivity table are calculated.
    """

    title: str
    test: str
    supposition: str
    target: Target
    participants: Callable[[], int]
    power: Callable[[int], float]
    assumptions: tuple[Assumption, ...]
    method: str
    references: tuple[str, ...]
    changes: Callable[[], Iterable[tuple[str, Question]]] = tuple
    dropout: float = 0.0
    missing: str = "have no outcome and are not analyzed"
    complete: str = "All participants are expected to have an outcome."
    allocated: bool = True
    quantity: str = "power"
    details: Callable[[int], str] = lambda n: ""
    least: int = 4
    seed: int | None = None
    errors: Callable[[float], float] | None = None
    points: tuple[float, ...] | None = None
    searched: bool = True


def plan_question(
    question: Question, n: int | None = None, solved: Solved = "size", source: str = ""
) -> Plan:
    """The plan of a question, with its texts and sensitivity.

    Args:
        question: with the effect that is assumed, or that was solved for.
        n: randomized; None to calculate it.
        solved: what was calculated.
        source: of the assumptions; empty if not stated.

    Raises:
        DesignError: as of the question; EQ801, too few for the test.
    """
    if n is not None:
        check_number(question, n)
    planned = question.participants() if n is None else n
    power = question.power(planned)
    parts = question.points or POINTS
    sizes = sorted({round(planned * part) for part in parts})
    curve = tuple(
        (many, power if many == planned else question.power(many))
        for many in sizes
        if many == planned or question.least <= many <= MOST
    )
    return Plan(
        question=question.title,
        solved_for=solved,
        participants=planned,
        power=power,
        target_power=question.target.power,
        quantity=question.quantity,
        protocol=_protocol(question, planned, power, solved, source),
        sap=_sap(question, planned, power),
        assumptions=tuple(
            replace(a, source=a.source or source) for a in question.assumptions
        ),
        sensitivity=_sensitivity(question, planned, power, solved),
        curve=curve,
        references=question.references,
        seed=question.seed,
        errors={"power": question.errors(power)} if question.errors else {},
    )


def detectable(
    ask: Callable[[float], Question], n: int, none: float, farthest: float
) -> float:
    """The effect nearest to none that so many randomized find with the target's power.

    Args:
        ask: the question, by its effect.
        n: randomized.
        none: the value of no effect, or the margin; it is not asked itself.
        farthest: the largest effect that is looked for, on the side that is meant.

    Raises:
        DesignError: EQ802, no effect has the power.
    """
    check_number(ask(farthest), n)

    def surplus(part: float) -> float:
        made = ask(none + part * (farthest - none))
        return made.power(n) - made.target.power

    if surplus(1.0) < 0:
        raise DesignError.single(
            "EQ802",
            f"no effect has this power with {counted(n, 'participant')}",
            where="design, --n",
            fix="give a larger --n, or a lower --power",
        )
    part = root(surplus, CLOSE, 1.0, what="every effect has this power", xtol=1e-10)
    return none + part * (farthest - none)


def check_number(question: Question, n: int) -> None:
    """Rejects a number of participants with which the test cannot be made.

    Raises:
        DesignError: EQ801.
    """
    if not question.least <= n <= MOST:
        raise DesignError.single(
            "EQ801",
            f"--n is {n}",
            where="design, --n",
            fix=f"give a number from {question.least} to {MOST:.0f}",
        )


def nothing_left(
    effect: str, n: int | None, given: bool, power: float | None
) -> Solved:
    """What is calculated: what is omitted.

    Args:
        effect: names of the options of the effect.
        n: randomized, if given.
        given: whether the effect is.
        power: if given.

    Raises:
        DesignError: EQ809, nothing or more than one thing is left to calculate.
    """
    if n is None and not given:
        what, fix = f"neither {effect} nor --n is given", "give one of them, or both"
    elif n is not None and given and power is not None:
        what = f"{effect}, --n and --power are given: nothing is left to calculate"
        fix = "omit the one to calculate"
    else:
        return "size" if n is None else "power" if given else "difference"
    raise DesignError.single("EQ809", what, where="design, --n", fix=fix)


def _sensitivity(
    question: Question, planned: int, power: float, solved: Solved
) -> tuple[Scenario, ...]:
    first = planned if solved == "size" else _size(question)
    searched = question.searched
    rows = [Scenario("as assumed", power, first, searched)]
    for label, other in question.changes():
        if planned >= other.least:
            rows.append(Scenario(label, other.power(planned), _size(other), searched))
    return tuple(rows)


def _size(question: Question) -> int | None:
    if not question.searched:
        return None
    try:
        return question.participants()
    except DesignError:
        return None


def _protocol(
    question: Question, n: int, power: float, solved: Solved, source: str
) -> str:
    target = question.target
    allocated = f", allocated {target.ratio:g}:1" if question.allocated else ""
    wanted = power_text(target.power)
    quantity = "an assurance" if question.quantity == "assurance" else "a power"
    reason = {
        "size": f"The sample size was calculated for {quantity} of {wanted}.",
        "power": f"The {question.quantity} was calculated for a fixed sample size.",
        "difference": "The effect is the smallest that a fixed sample size detects with "
        f"a power of {wanted}.",
    }[solved]
    lost = question.complete
    if question.dropout:
        lost = f"{100 * question.dropout:.3g}% are expected to {question.missing}."
    seed = "nothing was simulated" if question.seed is None else f"seed {question.seed}"
    error = ""
    if question.errors is not None:
        error = (
            f" (Monte Carlo standard error {100 * question.errors(power):.1f} points)"
        )
    sentences = (
        f"With {counted(n, 'participant')} randomized{allocated}, "
        f"{_the(question.test)} at a "
        f"{side(target)} level of {100 * target.alpha:g}% has {quantity} of "
        f"{power_text(power)}{error} if {question.supposition} "
        f"({source or 'the source of these assumptions remains to be stated'}).",
        lost,
        reason,
        question.details(n),
        f"Method: {question.method} ({question.references[0].rstrip('.')}). "
        f"Calculated with {SOFTWARE}; {seed}.",
    )
    return " ".join(text for text in sentences if text)


def _sap(question: Question, n: int, power: float) -> str:
    quantity, target = question.quantity, question.target
    return (
        f"The sample size is for {_the(question.test)}, {side(target)} at "
        f"{100 * target.alpha:g}%: {counted(n, 'participant', 'is')} "
        f"randomized; {quantity} "
        f"{power_text(power)}. The sensitivity of {quantity} and size to the "
        "assumptions is tabulated in the plan of the sample size."
    )


def _the(test: str) -> str:
    """A test with its article, unless it starts with a name."""
    return test if test[0].isupper() else f"the {test}"


def side(target: Target) -> str:
    """Sides of the test as text."""
    return "two-sided" if target.sides == 2 else "one-sided"
