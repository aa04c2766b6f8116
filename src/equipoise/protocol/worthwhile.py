"""The smallest benefit that is worth the treatment."""

from __future__ import annotations

from pydantic import Field

from equipoise.instruments.provenance import Identifier, Part, Text


class Worthwhile(Part):
    """``[worthwhile]``: above which benefit a participant should have the treatment.

    Attributes:
        endpoint: a continuous endpoint.
        difference: from the comparator, in units of the outcome, in the direction of
            benefit.
        reason: why less is not worth it, such as the burden of the infusions.

    Source: Vickers et al. 2007, Trials 8:14 (decisions from predicted benefit).
    """

    endpoint: Identifier
    difference: float = Field(gt=0, allow_inf_nan=False)
    reason: Text
