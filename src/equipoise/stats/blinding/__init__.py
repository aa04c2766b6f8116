"""Success of blinding: indices, and what unblinding could explain."""

from equipoise.stats.blinding.e_value import EValue, e_value
from equipoise.stats.blinding.indices import BlindingIndex, bang_index, james_index

__all__ = ["BlindingIndex", "EValue", "bang_index", "e_value", "james_index"]
