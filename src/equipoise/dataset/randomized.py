"""Whether the data state which participants were randomized; an arm is not enough."""

from __future__ import annotations

from equipoise.dataset.memoization import derived_once
from equipoise.dataset.trialdata import UnblindedTrialData

RANDOMIZED, IN_DATA = "randomized", "in the data"  # populations of estimates
NOT_STATED = "the data do not state who was randomized"


@derived_once
def randomization_recorded(data: UnblindedTrialData) -> bool:
    """Whether the data state which participants were randomized.

    They do with a date of randomization, with the milestone ``randomized``, if they
    contain participants who were screened and not randomized, or if their source states
    that they contain every randomized participant (``Origin.all_randomized``). Otherwise
    the source may contain only some of the randomized participants, such as those with a
    rating: a report then counts *participants in the data*.

    Source: Hopewell et al. 2025, CONSORT 2025 statement, items 22a and 22b.
    """
    return (
        data.origin.all_randomized
        or bool(data.participants["randomized_at"].notna().any())
        or bool((data.dispositions["milestone"] == "randomized").any())
        or len(data.participants) > len(data.arm)
    )


def counted_population(data: UnblindedTrialData) -> str:
    """Population of counts by arm: ``randomized``, or ``in the data``."""
    return RANDOMIZED if randomization_recorded(data) else IN_DATA
