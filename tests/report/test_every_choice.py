"""Every choice that a protocol offers has its name in the standard or program it is from.

A trial makes one choice of each kind, so that no report prints the words of all.
"""

from __future__ import annotations

from typing import get_args

import pytest

from equipoise.analyze.multiplicity import WORDS
from equipoise.analyze.plan import DF, STRUCTURE, VCOV
from equipoise.protocol.analysis_method import (
    CoefficientCovariance,
    Covariance,
    DegreesOfFreedom,
)
from equipoise.protocol.multiplicity import Procedure
from equipoise.report.chapters.methods import NAMES, WHEN
from equipoise.report.chapters.sensitivity_plan import IMPUTED, MILESTONES
from equipoise.report.chapters.statistics import PROCEDURES
from equipoise.report.chapters.treatment_methods import METHODS, randomization
from equipoise.report.datasets.trial import SETS
from equipoise.report.programmes.mapping import GLS, R_METHOD, R_VCOV, SAS_TYPE
from equipoise.stats.imputation.strategies import STRATEGIES
from tests.analyze.small import TEXT, protocol

PLAIN = ["toep", "ar1", "cs", "ad"]
# SAS/STAT 15.3 User's Guide, PROC MIXED, table "Covariance Structures" (REPEATED, TYPE=).
SAS = {"us": "UN", "toep": "TOEP", "toeph": "TOEPH", "ar1": "AR(1)", "ar1h": "ARH(1)",
       "cs": "CS", "csh": "CSH", "adh": "ANTE(1)"}  # fmt: skip
# R mmrm 0.3, mmrm_control(): methods of degrees of freedom, and vcov.
MMRM_DF = {"Satterthwaite", "Kenward-Roger", "Between-Within", "Residual"}
MMRM_VCOV = {"model": "Asymptotic", "empirical": "Empirical",
             "empirical-jackknife": "Empirical-Jackknife",
             "empirical-bias-reduced": "Empirical-Bias-Reduced"}  # fmt: skip
# R nlme 3.1, corClasses.
NLME = {"us": "corSymm", "ar1": "corAR1", "ar1h": "corAR1", "cs": "corCompSymm",
        "csh": "corCompSymm"}  # fmt: skip
# CDISC ADaM Implementation Guide 1.3, table 3.2.4: population indicators of ADSL.
ADSL = {
    "FAS": "Full Analysis Set Population Flag",
    "SAF": "Safety Population Flag",
    "ITT": "Intent-To-Treat Population Flag",
    "PPROT": "Per-Protocol Population Flag",
    "COMPL": "Completers Population Flag",
}
# CDISC SDTM controlled terminology, vital signs test codes (C66741), in lower case.
CODES = {
    "SYSBP": "systolic blood pressure",
    "DIABP": "diastolic blood pressure",
    "PULSE": "pulse rate",
    "RESP": "respiratory rate",
    "WEIGHT": "weight",
    "OXYSAT": "oxygen saturation",
    "TEMP": "temperature",
}
# Carpenter, Roger and Kenward 2013, J Biopharm Stat 23:1352-1371.
IMPUTATIONS = {
    "MAR": "missing at random",
    "JR": "jump to reference",
    "CR": "copy reference",
    "CIR": "copy increments in reference",
    "LMCF": "last mean carried forward",
}


def test_structures_and_degrees_of_freedom_have_words_for_every_choice() -> None:
    assert set(STRUCTURE) == set(get_args(Covariance))
    assert set(DF) == set(R_METHOD) == set(get_args(DegreesOfFreedom))
    assert set(VCOV) == set(R_VCOV) == set(get_args(CoefficientCovariance))


def test_structures_are_those_of_sas() -> None:
    assert SAS_TYPE == SAS
    words = {
        "us": "unstructured",
        "toep": "Toeplitz",
        "ar1": "first-order autoregressive",
        "cs": "compound symmetry",
        "ad": "ante-dependence",
    }
    each = {f"{k}h": f"{words[k]} with a variance for each visit" for k in PLAIN}
    assert words | each == STRUCTURE


def test_options_of_r_are_those_of_its_packages() -> None:
    assert set(R_METHOD.values()) == MMRM_DF
    assert R_METHOD["kenward-roger-linear"] == R_METHOD["kenward-roger"]
    for name, other in R_METHOD.items():
        assert name.startswith(other.lower()) or name == "asymptotic"
    assert R_VCOV == MMRM_VCOV
    for structure, (correlation, variances) in GLS.items():
        assert correlation.partition("(")[0] == NLME[structure]
        several = structure == "us" or structure.endswith("h")
        assert variances == ("varIdent(form = ~ 1 | AVISIT)" if several else "")


@pytest.mark.parametrize("name", SETS)
def test_analysis_sets_have_the_flags_of_adam(name: str) -> None:
    start, label = SETS[name]
    assert label == ADSL[start]
    alias = {"full": "fas", "per-protocol": "pprot", "per_protocol": "pprot"}
    assert alias.get(name, name).startswith(start.lower())


ALLOCATION = {  # method, with what the protocol states of it
    'method = "urn"\nballs = [2, 3]': "Urn randomization, 1:1; without stratification; "
    "2 balls of each arm at the start, 3 added each time (assumed",
    'method = "big stick"\nbound = 3': "Big stick design, 1:1; without stratification; "
    "the arms may differ by at most 3 participants (assumed",
    'method = "minimization"\nstrata = ["sex"]\nprobability = 0.8': "Minimization, 1:1; "
    "factors Sex; the preferred arm is allocated with probability 0.8 (assumed",
    'method = "permuted blocks"\nblock_sizes = [4, 6]': "Randomization in permuted "
    "blocks, 1:1, with block sizes of 4 and 6, drawn at random; without stratification",
    'method = "permuted blocks"\nblock_sizes = [4]': "Randomization in permuted blocks, "
    "1:1, with block sizes of 4; without stratification (assumed",
    'method = "complete"': "Complete randomization: each participant was allocated "
    "independently, 1:1; without stratification (assumed",
}


@pytest.mark.parametrize("stated", ALLOCATION)
def test_a_method_of_randomization_says_what_it_depends_on(stated: str) -> None:
    """Rosenberger and Lachin 2016, chapters 3 and 7: urn UD(w, b), big stick."""
    trial = protocol(TEXT.replace('method = "complete"', stated))
    assert randomization(trial).startswith(ALLOCATION[stated])


def test_vital_signs_are_those_of_cdisc() -> None:
    for code, name in NAMES.items():
        assert name.endswith(CODES[code])


def test_imputations_are_those_of_the_paper() -> None:
    assert IMPUTED == IMPUTATIONS
    for name, text in STRATEGIES.items():
        assert text.label == IMPUTATIONS[name]


def test_testing_procedures_are_named_after_their_authors() -> None:
    assert set(PROCEDURES) == set(WORDS) == set(get_args(Procedure))
    for name, word in WORDS.items():
        stem = name.capitalize() if name in ("holm", "hochberg") else name
        assert word == f"{stem} procedure"
        start = {"graphical": "the", "fixed-sequence": "a"}.get(name, "the")
        assert PROCEDURES[name].startswith(f"{start} {word}")


def test_other_choices_say_the_words_of_the_protocol() -> None:
    for name, text in WHEN.items():
        words = {"any": "at any time", "after randomization": name}
        assert text == words.get(name, name.replace(" ", " an "))
    for name, text in MILESTONES.items():
        words = {"study-withdrawn": "withdrew from the study"}
        assert text == words.get(name, name.replace("-", " ").replace("w up", "w-up"))
    for name, text in METHODS.items():
        assert (
            text.lower()
            .replace("randomization ", "", 1)
            .startswith(name if name != "permuted blocks" else "in permuted blocks")
        )
