"""The MMRM engine: mixed models for repeated measures."""

from equipoise.analyze.mmrm.fit import MmrmFit, mmrm

__all__ = ["MmrmFit", "mmrm"]
