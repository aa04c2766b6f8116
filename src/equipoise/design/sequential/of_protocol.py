"""The group sequential design that ``[interim]`` of a protocol states."""

from __future__ import annotations

from equipoise.design.sequential.boundaries import Rule
from equipoise.design.sequential.plan import Sequential, sequential
from equipoise.errors import DesignError, Problem
from equipoise.protocol.interim import InterimAnalyses
from equipoise.protocol.model import Protocol


def sequential_design(protocol: Protocol) -> Sequential:
    """Boundaries, drift and inflation of the interim analyses of a protocol.

    Args:
        protocol: with ``[interim]``.

    Returns:
        The design of a one-sided test with error ``alpha / 2`` in the direction of
        benefit, at the planned information.

    Raises:
        DesignError: EQ804, a parameter is missing or out of range; EQ808, no design has
            these properties; EQ809, a rule has no parameter.

    Source: as ``sequential``.
    """
    plan = stated(protocol)
    efficacy, futility = rules(plan)
    return sequential(
        efficacy,
        plan.analyses,
        alpha=plan.alpha / 2,
        power=plan.power,
        futility=futility,
        binding=plan.binding,
    )


def stated(protocol: Protocol) -> InterimAnalyses:
    """``[interim]`` of a protocol that has it.

    Raises:
        DesignError: EQ835, the protocol plans no interim analyses.
    """
    if protocol.interim is None:
        raise DesignError.single(
            "EQ835",
            "the protocol plans no interim analyses",
            where=f"{protocol.trial.id} {protocol.trial.version}, interim",
            fix="state [interim] in an amended protocol, before the first analysis",
        )
    return protocol.interim


def rules(plan: InterimAnalyses) -> tuple[Rule, Rule | None]:
    """The rules for efficacy and for futility."""
    futility = plan.futility
    return Rule(kind=plan.efficacy, parameter=plan.parameter), (
        None
        if futility is None
        else Rule(kind=futility, parameter=plan.futility_parameter)
    )


def design_problems(protocol: Protocol, *, origin: str) -> list[Problem]:
    """Why the design of ``[interim]`` does not exist; empty if it does.

    Args:
        protocol: with ``[interim]``, otherwise without problems.
        origin: name of the file, for messages.
    """
    try:
        sequential_design(protocol)
    except DesignError as error:
        return [
            Problem(code=p.code, what=p.what, where=f"{origin}, interim", fix=p.fix)
            for p in error.problems
        ]
    return []
