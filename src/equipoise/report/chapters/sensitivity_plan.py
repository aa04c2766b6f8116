"""Planned sensitivity analyses for missing data: ICH E3 9.7.1."""

from __future__ import annotations

from equipoise.protocol.analysis_method import Sensitivity, supporting_inference
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.report.blocks import TextTable
from equipoise.stats.imputation.strategies import STRATEGIES

IMPUTED = {name: strategy.label for name, strategy in STRATEGIES.items()}
INFERENCE = {
    "jackknife": "conditional mean imputation, jackknife standard error",
    "bootstrap": "conditional mean imputation, bootstrap interval",
    "rubin": "multiple imputation, combined by Rubin's rules",
}
MILESTONES = {
    "treatment-discontinued": "treatment discontinued",
    "study-withdrawn": "withdrew from the study",
    "lost-to-follow-up": "lost to follow-up",
    "new-treatment": "new treatment",
    "death": "death",
}


def sensitivity_plan(protocol: Protocol) -> TextTable | None:
    """Each sensitivity analysis with its assumption and inference; None without one."""
    rows = [
        (endpoint.label, part.label, *_rests(endpoint, part))
        for endpoint in protocol.endpoints
        for part in endpoint.sensitivity
    ]
    if not rows:
        return None
    return TextTable(
        "sensitivity-analyses",
        "Sensitivity analyses for missing data",
        (
            "Endpoint",
            "Analysis",
            "Assumption",
            "Applies after",
            "Inference",
        ),
        tuple(rows),
        kind="Table",
    )


def _rests(endpoint: Endpoint, part: Sensitivity) -> tuple[str, str, str]:
    assumed = IMPUTED[part.strategy]
    if part.delta:
        assumed += f", {part.delta:+g} points in the arm of interest".replace("-", "−")
    since = ", ".join(MILESTONES.get(name, name) for name in part.milestones)
    how = INFERENCE[part.inference]
    if part.inference == "bootstrap":
        how += f" ({part.draws} samples)"
    elif part.inference == "rubin":
        how += f" ({part.draws} imputations)"
    second = supporting_inference(part, endpoint.sensitivity)
    if second is not None:
        how += f"; supporting: {INFERENCE[second]}"
        if second != "jackknife":
            how += f" ({part.supporting_draws} draws)"
    return assumed, since or "–", how
