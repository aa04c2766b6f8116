"""Interim analyses: the group sequential design of a protocol."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from equipoise.instruments.provenance import Identifier, Sourced, Text

SpendingFunction = Literal[
    "lan-demets-of", "lan-demets-pocock", "hwang-shih-decani", "kim-demets"
]
Boundary = Literal[
    SpendingFunction, "obrien-fleming", "pocock", "wang-tsiatis", "haybittle-peto"
]


class InterimAnalyses(Sourced):
    """``[interim]``: when the trial is analyzed before its end, and what stops it.

    ``rule`` and ``looks`` are read as ``efficacy`` and ``analyses``. Without ``endpoint``
    it is the only primary endpoint, without ``power`` that of ``size.assumptions``.
    The plan is a decision of this protocol: it may state a source, and needs none.

    The boundaries for efficacy are those of a one-sided test with error ``alpha / 2`` in
    the direction of benefit. A statistic at or beyond them in the other direction stops
    the trial too.

    Attributes:
        endpoint: id of the primary endpoint, the only one on which the trial stops.
        analyses: planned information at each analysis as a fraction of the maximum,
            rising to 1; the last one is the final analysis.
        efficacy: spending function (``lan-demets-of``, ``lan-demets-pocock``,
            ``hwang-shih-decani``, ``kim-demets``), or a family of boundaries. Only the
            boundaries of a spending function can be recalculated if an analysis has
            other information than planned.
        parameter: gamma of Hwang, Shih and DeCani; rho of Kim and DeMets; Delta of Wang
            and Tsiatis; z of Haybittle and Peto. The other rules have none.
        futility: spending function of the type II error; None for no futility boundary.
        futility_parameter: its parameter.
        binding: True if a trial that crosses the futility boundary must stop; the
            boundaries for efficacy are then lower. Non-binding boundaries may be
            overruled without inflation of the type I error.
        alpha: two-sided type I error, that of ``[multiplicity]`` for the endpoint.
        power: at the effect for which the sample size was planned.
        unblinded_to: who receives the comparative results of an interim analysis, such as
            the data monitoring committee.
        recommendation_to: who receives only the recommendation to stop or to continue.
    """

    endpoint: Identifier
    analyses: tuple[float, ...] = Field(min_length=2, max_length=20)
    efficacy: Boundary
    parameter: float | None = None
    futility: SpendingFunction | None = None
    futility_parameter: float | None = None
    binding: bool = False
    alpha: float = Field(default=0.05, gt=0, lt=0.5)
    power: float = Field(gt=0.25, lt=1)
    unblinded_to: tuple[Text, ...] = ()
    recommendation_to: tuple[Text, ...] = ()


SPELLINGS = {"rule": "efficacy", "looks": "analyses"}  # as other software says them


def completed(content: Mapping[str, Any]) -> Mapping[str, Any]:
    """A protocol file whose ``[interim]`` has the keys that follow from the rest of it.

    Of a key that is stated in both spellings, the second one is then unknown.

    Args:
        content: keys of the file, of any type.
    """
    plan = content.get("interim")
    if not isinstance(plan, dict):
        return content
    plan = {
        key if SPELLINGS.get(key, key) in plan else SPELLINGS[key]: value
        for key, value in plan.items()
    }
    plan = {**_only_primary(content), **_stated_power(content), **plan}
    return {**content, "interim": plan}


def _only_primary(content: Mapping[str, Any]) -> dict[str, Any]:
    rows = [part for part in _tables(content.get("endpoints")) if "id" in part]
    primary = [part["id"] for part in rows if part.get("level") == "primary"]
    return {"endpoint": primary[0]} if len(primary) == 1 else {}


def _stated_power(content: Mapping[str, Any]) -> dict[str, Any]:
    size = content.get("size")
    rows = _tables(size.get("assumptions") if isinstance(size, dict) else None)
    stated = [
        part["value"]
        for part in rows
        if part.get("name") == "power" and "value" in part
    ]
    return {"power": stated[0]} if len(stated) == 1 else {}


def _tables(parts: object) -> list[dict[str, Any]]:
    rows = parts if isinstance(parts, list | tuple) else ()
    return [part for part in rows if isinstance(part, dict)]
