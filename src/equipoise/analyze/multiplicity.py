"""Multiplicity: P values adjusted by the testing procedure of the protocol."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from equipoise.analyze.result import Estimate
from equipoise.protocol.model import Protocol
from equipoise.protocol.multiplicity import Multiplicity
from equipoise.stats.multiplicity import ADJUSTMENTS, Vector, graphical


def adjusted(family: Multiplicity, p: Sequence[float]) -> Vector:
    """Adjusted p-values by the procedure of a protocol, in its order of endpoints."""
    if family.procedure == "graphical":
        return graphical(p, family.weights, family.transitions)
    return ADJUSTMENTS[family.procedure](p)


def decisions(protocol: Protocol, answers: Mapping[str, Estimate]) -> list[Estimate]:
    """For each endpoint of the family, the adjusted p-value and its verdict.

    An endpoint that could not be tested counts as p = 1: it never helps another. A
    one-sided P value of non-inferiority counts twice, as the error of the family is
    two-sided.
    """
    family = protocol.multiplicity
    if family is None:
        return []
    rows = [answers[name] for name in family.endpoints]
    values = adjusted(family, [_two_sided(row) for row in rows])
    estimates = []
    for name, row, value in zip(family.endpoints, rows, values, strict=True):
        verdict = "rejected" if value <= family.alpha else "not rejected"
        lacking = "; it could not be tested" if row.p is None else ""
        estimates.append(
            Estimate(
                id=f"{name}.adjusted-p",
                endpoint=name,
                analysis="adjusted-p",
                population=row.population,
                visit=row.visit,
                contrast=row.contrast,
                p=float(value),
                n=row.n,
                note=f"{verdict} at a two-sided alpha of {family.alpha:g} by the "
                f"{WORDS[family.procedure]}{lacking}",
            )
        )
    return estimates


def _two_sided(row: Estimate) -> float:
    if row.p is None:
        return 1.0
    return min(1.0, 2 * row.p) if row.analysis == "noninferiority" else row.p


WORDS = {
    "fixed-sequence": "fixed-sequence procedure",
    "holm": "Holm procedure",
    "hochberg": "Hochberg procedure",
    "graphical": "graphical procedure",
}
