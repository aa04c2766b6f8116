"""The MMRM engine: mixed models for repeated measures."""

from equipoise.analyze.mmrm.batch import BatchFit, TrialDesign, mmrm_batch, mmrm_design
from equipoise.analyze.mmrm.fit import mmrm
from equipoise.analyze.mmrm.result import MmrmFit

__all__ = [
    "BatchFit",
    "MmrmFit",
    "TrialDesign",
    "mmrm",
    "mmrm_batch",
    "mmrm_design",
]
