"""The methods that are compared for a protocol, with usual settings and its own."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from equipoise.protocol.governance import Randomization
from equipoise.randomize.adaptive import big_stick, urn
from equipoise.randomize.processes import Process, by_counts, of_blocks
from equipoise.randomize.stratified_methods import (
    FromLists,
    Minimized,
    StratifiedMethod,
)

PROBABILITIES = (0.8, 1.0)  # of minimization
BOUND = 3  # of the big stick
OWN = " (protocol)"


def compared_methods(
    ratios: Mapping[str, int], plan: Randomization, *, stratified: bool
) -> dict[str, StratifiedMethod]:
    """Name -> method, each method that the ratios allow.

    Block sizes are one, two and three times the sum of the ratios. The settings of the
    protocol are added, and its method is marked. The big stick needs two equal arms.

    Args:
        ratios: arm -> positive ratio.
        plan: the randomization of the protocol.
        stratified: whether there are factors; without, each method has one list.

    Example:
        >>> plan = Randomization(method="complete")
        >>> list(compared_methods({"a": 2, "b": 1}, plan, stratified=False))[:2]
        ['complete (protocol)', 'permuted blocks of 3']
    """
    own = _own_name(plan)
    found: dict[str, StratifiedMethod] = {
        _marked("complete", own): FromLists(_independent(ratios), stratified=False)
    }
    scope = ", by stratum" if stratified else ""
    for name, process in _lists(ratios, plan).items():
        if stratified and name.startswith("permuted"):
            found[f"{name}, one list"] = FromLists(process, stratified=False)
        found[_marked(name, own, scope)] = FromLists(process, stratified)
    if stratified:
        own_probability = plan.probability or PROBABILITIES[0]
        for probability in sorted({*PROBABILITIES, own_probability}):
            name = f"minimization, {probability:g}"
            found[_marked(name, own)] = Minimized(ratios, probability, plan.measure)
    return found


def own_method(
    ratios: Mapping[str, int], plan: Randomization, *, stratified: bool
) -> StratifiedMethod:
    """The method of a protocol.

    Args:
        ratios: arm -> positive ratio.
        plan: the randomization of the protocol.
        stratified: whether there are factors.

    Raises:
        ValueError: the ratios do not allow the method, such as a big stick of unequal arms.

    Example:
        >>> own_method({"a": 1, "b": 1}, Randomization(method="urn"), stratified=False)
        ... # doctest: +ELLIPSIS
        FromLists(process=Process(...
    """
    known = compared_methods(ratios, plan, stratified=stratified)
    for name, method in known.items():
        if name.endswith(OWN):
            return method
    raise ValueError(f"{plan.method} with the ratios {dict(ratios)}")


def _marked(name: str, own: str, scope: str = "") -> str:
    return f"{name}{scope}{OWN if name == own else ''}"


def _own_name(plan: Randomization) -> str:
    if plan.method == "permuted blocks":
        return _blocks_name(plan.block_sizes)
    if plan.method == "urn":
        return _urn_name(plan.balls)
    if plan.method == "big stick":
        return f"big stick of {plan.bound or 1}"
    if plan.method == "minimization":
        return f"minimization, {plan.probability or PROBABILITIES[0]:g}"
    return plan.method


def _blocks_name(sizes: tuple[int, ...]) -> str:
    return "permuted blocks of " + " or ".join(map(str, sorted(sizes)))


def _urn_name(balls: tuple[float, float] | None) -> str:
    start, add = balls or (1.0, 1.0)
    return f"urn ({start:g}, {add:g})"


def _lists(ratios: Mapping[str, int], plan: Randomization) -> dict[str, Process]:
    total = sum(ratios.values())
    sizes = {(total,), (2 * total,), (2 * total, 3 * total)}
    if plan.method == "permuted blocks":
        sizes.add(tuple(sorted(plan.block_sizes)))
    found = {_blocks_name(own): of_blocks(ratios, own) for own in sorted(sizes)}
    for balls in dict.fromkeys((None, plan.balls)):
        start, add = balls or (1.0, 1.0)
        rule = partial(urn, ratios=ratios, start=start, add=add)
        found[_urn_name(balls)] = by_counts(ratios, rule)
    if len(ratios) == 2 and len(set(ratios.values())) == 1:
        own_bound = plan.bound or 1 if plan.method == "big stick" else BOUND
        for bound in sorted({BOUND, own_bound}):
            stick = partial(big_stick, ratios=ratios, bound=bound)
            found[f"big stick of {bound}"] = by_counts(ratios, stick)
    return found


def _independent(ratios: Mapping[str, int]) -> Process:
    """Complete randomization: nothing depends on the history."""
    total = sum(ratios.values())
    moves = [(ratio / total, k, ()) for k, ratio in enumerate(ratios.values())]
    return Process((), lambda _: moves)
