"""The MMRM engine: mixed models for repeated measures."""

from equipoise.stats.mmrm.batch import BatchFit, TrialDesign, mmrm_batch, mmrm_design
from equipoise.stats.mmrm.fit import mmrm
from equipoise.stats.mmrm.result import MmrmFit

__all__ = [
    "BatchFit",
    "MmrmFit",
    "TrialDesign",
    "mmrm",
    "mmrm_batch",
    "mmrm_design",
]
