"""Supporting methods that an endpoint may ask for, by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

SupportingName = Literal[
    "rank-sum",
    "van-elteren",
    "win-probability",
    "common-odds-ratio",
    "common-risk-ratio",
    "stratified-newcombe",
]


@dataclass(frozen=True, slots=True)
class SupportingMethod:
    """A method that gives one more estimate of an endpoint.

    Attributes:
        type: of the endpoint.
        label: of its row in the report.
        kind: of its number: ``score`` in points, ``proportion``, ``ratio``, or ``test``
            for a P value alone.
        strata: it compares the arms within strata.
    """

    type: Literal["continuous", "binary"]
    label: str
    kind: Literal["score", "proportion", "ratio", "test"]
    strata: bool = False


SUPPORTING_METHODS: Mapping[SupportingName, SupportingMethod] = {
    "rank-sum": SupportingMethod(
        "continuous", "Shift of Hodges and Lehmann; Wilcoxon rank-sum test", "score"
    ),
    "van-elteren": SupportingMethod(
        "continuous", "Rank-sum test of van Elteren", "test", strata=True
    ),
    "win-probability": SupportingMethod(
        "continuous", "Win probability (Brunner and Munzel)", "ratio"
    ),
    "common-odds-ratio": SupportingMethod(
        "binary", "Common odds ratio of Mantel and Haenszel", "ratio", strata=True
    ),
    "common-risk-ratio": SupportingMethod(
        "binary", "Common risk ratio of Mantel and Haenszel", "ratio", strata=True
    ),
    "stratified-newcombe": SupportingMethod(
        "binary",
        "Risk difference, stratified Newcombe interval",
        "proportion",
        strata=True,
    ),
}
