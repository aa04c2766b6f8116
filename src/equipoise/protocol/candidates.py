"""Candidates: what may change the effect of the treatment, stated in advance."""

from __future__ import annotations

from typing import Literal

from equipoise.instruments.provenance import Identifier, Part, Text

UNKNOWN = "unknown"
HIGHER, LOWER = "higher", "lower"


class Candidate(Part):
    """``[[candidates]]``: a value before randomization that may change the effect.

    Attributes:
        name: a characteristic, or ``instrument.score``.
        visit: of a score, at or before the baseline visit, which is the default.
        direction: who is expected to benefit more: ``higher`` or ``lower`` values; for a
            category one of its values; ``unknown`` where nothing is expected.
        reason: why, such as a mechanism or previous trials.
        transformation: of a number before it is analyzed.
        declared: whether it was stated before unblinding, or ``post hoc``.

    Source: Schandelmaier et al. 2020, CMAJ 192:E901-E906 (ICEMAN, items 2 and 4).
    """

    name: Text
    visit: Identifier | None = None
    direction: Text
    reason: Text
    transformation: Literal["none", "log"] = "none"
    declared: Literal["before unblinding", "post hoc"]
