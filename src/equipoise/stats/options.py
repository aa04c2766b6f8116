"""Options of ``equipoise.stats`` that are given by name, each in one registry.

A registry holds what a name means and what R and SAS call it. Protocols, reports and
error messages take the names from here. Nothing heavy is imported: a protocol loads
without numpy. The strategies of imputation have theirs in ``imputation.strategies``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Covariance = Literal["us", "toep", "toeph", "ar1", "ar1h", "cs", "csh", "ad", "adh"]
DfMethod = Literal[
    "satterthwaite",
    "kenward-roger",
    "kenward-roger-linear",
    "between-within",
    "residual",
    "asymptotic",
]
Vcov = Literal["model", "empirical", "empirical-jackknife", "empirical-bias-reduced"]
SurvivalInterval = Literal["log-log", "log", "plain"]
LogRankWeights = Literal[
    "log-rank",
    "gehan",
    "tarone-ware",
    "peto",
    "modified-peto",
    "fleming-harrington",
    "modest",
]
CoxTies = Literal["efron", "breslow", "exact"]
QuantileRule = Literal["r", "r-quantile", "sas"]
IncidenceVariance = Literal["infinitesimal-jackknife", "aalen"]
Alternative = Literal["two-sided", "fewer", "more"]
StrategyName = Literal["MAR", "JR", "CR", "CIR", "LMCF"]


@dataclass(frozen=True, slots=True)
class CovarianceStructure:
    """A covariance structure of an MMRM; R mmrm has it by the same name.

    Attributes:
        label: as a report writes it.
        correlation: family in ``correlations.FAMILIES`` or ``spatial.KINDS``.
        by_visit: a variance for each visit.
        by_distance: the distance between visits counts, so that a visit without
            ratings keeps its position.
        sas: TYPE= of the REPEATED statement of PROC MIXED; empty where it has no equal.
        sas_linear: SAS's parameters are entries of the matrix, so that its DDFM=KR is
            ``kenward-roger-linear``.
        spatial: the correlation depends on coordinates of the rows, not on visits.
    """

    label: str
    correlation: str
    sas: str
    by_visit: bool = False
    by_distance: bool = False
    sas_linear: bool = False
    spatial: bool = False


@dataclass(frozen=True, slots=True)
class NamedOption:
    """What a name means.

    Attributes:
        label: as a report writes it.
        r: name in R mmrm, or conf.type of survfit.
        sas: DDFM= of PROC MIXED, or CONFTYPE= of PROC LIFETEST; empty for no equal.
    """

    label: str
    r: str
    sas: str = ""


EACH = " with a variance for each visit"
STRUCTURES: Mapping[str, CovarianceStructure] = {
    "us": CovarianceStructure("unstructured", "us", "UN", True, sas_linear=True),
    "toep": CovarianceStructure("Toeplitz", "toep", "TOEP", False, True, True),
    "toeph": CovarianceStructure(f"Toeplitz{EACH}", "toep", "TOEPH", True, True),
    "ar1": CovarianceStructure(
        "first-order autoregressive", "ar1", "AR(1)", False, True
    ),
    "ar1h": CovarianceStructure(
        f"first-order autoregressive{EACH}", "ar1", "ARH(1)", True, True
    ),
    "cs": CovarianceStructure("compound symmetry", "cs", "CS", sas_linear=True),
    "csh": CovarianceStructure(f"compound symmetry{EACH}", "cs", "CSH", True),
    "ad": CovarianceStructure("ante-dependence", "ad", ""),
    "adh": CovarianceStructure(f"ante-dependence{EACH}", "ad", "ANTE(1)", True),
    "sp_exp": CovarianceStructure(
        "spatial exponential", "sp_exp", "SP(EXP)", spatial=True
    ),
    "sp_gau": CovarianceStructure(
        "spatial Gaussian", "sp_gau", "SP(GAU)", spatial=True
    ),
}
ON_VISITS = tuple(name for name, s in STRUCTURES.items() if not s.spatial)
DF_METHODS: Mapping[DfMethod, NamedOption] = {
    "satterthwaite": NamedOption("Satterthwaite", "Satterthwaite", "SATTERTHWAITE"),
    "kenward-roger": NamedOption(
        "Kenward and Roger, in the parameters of R mmrm", "Kenward-Roger", "KR"
    ),
    "kenward-roger-linear": NamedOption(
        "Kenward and Roger, linear as in SAS DDFM=KR", "Kenward-Roger", "KR(LINEAR)"
    ),
    "between-within": NamedOption(
        "the between-within method", "Between-Within", "BETWITHIN"
    ),
    "residual": NamedOption("rows minus coefficients", "Residual", "RESIDUAL"),
    "asymptotic": NamedOption("the normal distribution", "Residual", "NONE"),
}
VCOVS: Mapping[Vcov, NamedOption] = {
    "model": NamedOption("", "Asymptotic"),
    "empirical": NamedOption("empirical covariance of the coefficients", "Empirical"),
    "empirical-jackknife": NamedOption(
        "jackknife covariance of the coefficients", "Empirical-Jackknife"
    ),
    "empirical-bias-reduced": NamedOption(
        "bias-reduced empirical covariance of the coefficients",
        "Empirical-Bias-Reduced",
    ),
}
SURVIVAL_INTERVALS: Mapping[SurvivalInterval, NamedOption] = {
    "log-log": NamedOption("log(-log S)", "log-log", "loglog"),
    "log": NamedOption("log S", "log", "log"),
    "plain": NamedOption("S itself", "plain", "linear"),
}
LOG_RANK_WEIGHTS: Mapping[LogRankWeights, NamedOption] = {
    "log-rank": NamedOption("log-rank", "rho=0", "LOGRANK"),
    "gehan": NamedOption("Gehan's generalized Wilcoxon test", "", "WILCOXON"),
    "tarone-ware": NamedOption("Tarone and Ware", "", "TARONE"),
    "peto": NamedOption("Peto and Peto", "", "PETO"),
    "modified-peto": NamedOption("Peto and Peto, modified", "", "MODPETO"),
    "fleming-harrington": NamedOption("Fleming and Harrington", "rho=1", "FLEMING"),
    "modest": NamedOption("Magirr and Burman, modestly weighted", "nphRCT::wlrt mw"),
}
COX_TIES: Mapping[CoxTies, NamedOption] = {
    "efron": NamedOption("Efron", "efron", "EFRON"),
    "breslow": NamedOption("Breslow", "breslow", "BRESLOW"),
    "exact": NamedOption("exact, discrete logistic", "exact", "DISCRETE"),
}
QUANTILE_RULES: Mapping[QuantileRule, NamedOption] = {
    "r": NamedOption("as print(survfit) of R", "print.survfit"),
    "r-quantile": NamedOption("as quantile(survfit) of R", "quantile.survfit"),
    "sas": NamedOption("as SAS PROC LIFETEST", "", "LIFETEST"),
}
INCIDENCE_VARIANCES: Mapping[IncidenceVariance, NamedOption] = {
    "infinitesimal-jackknife": NamedOption("infinitesimal jackknife", "survfit"),
    "aalen": NamedOption("Aalen's variance", "cmprsk::cuminc", "AALEN"),
}
ALTERNATIVES: Mapping[Alternative, NamedOption] = {
    "two-sided": NamedOption("more or fewer events", "two.sided", "2"),
    "fewer": NamedOption("fewer events among the treated", "less", "L"),
    "more": NamedOption("more events among the treated", "greater", "U"),
}
