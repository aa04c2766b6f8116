"""Options of ``equipoise.stats`` that are given by name, each in one registry.

A registry holds what a name means and what R and SAS call it. Protocols, reports and
error messages take the names from here. Nothing heavy is imported: a protocol loads
without numpy. The strategies of imputation have theirs in ``imputation.strategies``,
proportions, tables and rates in ``proportion_options``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

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
EventAlternative = Literal["two-sided", "fewer", "more"]
StrategyName = Literal["MAR", "JR", "CR", "CIR", "LMCF"]
Alternative = Literal["two-sided", "less", "greater"]
RankTest = Literal["auto", "exact", "normal", "t"]
ShiftMethod = Literal["auto", "exact", "moses", "r-root"]
StratumWeight = Literal["van-elteren", "equal"]
LinearVcov = Literal["model", "HC0", "HC1", "HC2", "HC3"]
MeanWeights = Literal["equal", "observed"]
EffectFamily = Literal["gaussian", "binomial", "poisson"]
EffectMeasure = Literal["difference", "ratio", "odds-ratio"]
EffectVariance = Literal["robust", "ye", "ge-robust", "ge"]
CountFamily = Literal["negative-binomial", "poisson", "quasi-poisson"]
Information = Literal["observed", "expected"]
WorkingCorrelation = Literal["independence", "exchangeable", "ar1", "unstructured"]
GeeVcov = Literal[
    "robust", "mancl-derouen", "kauermann-carroll", "fay-graubard", "model"
]
WinInterval = Literal["logit", "plain", "newcombe"]


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
        aliases: other names that ``canonical_name`` reads.
        caution: what the author of a plan should know before choosing it.
    """

    label: str
    r: str
    sas: str = ""
    aliases: tuple[str, ...] = ()
    caution: str = ""


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
    "satterthwaite": NamedOption(
        "Satterthwaite", "Satterthwaite", "SATTERTHWAITE", aliases=("satterth", "sat")
    ),
    "kenward-roger": NamedOption(
        "Kenward and Roger, in the parameters of R mmrm",
        "Kenward-Roger",
        "KR",
        caution="kenward-roger is the form of R mmrm: with fewer than about 30 "
        "participants per arm its standard errors are smaller than those of SAS DDFM=KR, "
        "and it rejects too often; kenward-roger-linear does not",
    ),
    "kenward-roger-linear": NamedOption(
        "Kenward and Roger, linear as in SAS DDFM=KR",
        "Kenward-Roger",
        "KR(LINEAR)",
        aliases=("kr", "kr-linear", "kr-lin"),
    ),
    "between-within": NamedOption(
        "the between-within method", "Between-Within", "BETWITHIN", aliases=("bw",)
    ),
    "residual": NamedOption("rows minus coefficients", "Residual", "RESIDUAL"),
    "asymptotic": NamedOption("the normal distribution", "Residual", "NONE"),
}
VCOVS: Mapping[Vcov, NamedOption] = {
    "model": NamedOption("", "Asymptotic", aliases=("model-based",)),
    "empirical": NamedOption(
        "empirical covariance of the coefficients",
        "Empirical",
        aliases=("sandwich", "classical"),
    ),
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
ALTERNATIVES: Mapping[Alternative, NamedOption] = {
    "two-sided": NamedOption("two-sided", "two.sided", "SIDES=2"),
    "less": NamedOption("smaller values", "less", "SIDES=L"),
    "greater": NamedOption("larger values", "greater", "SIDES=U"),
}
RANK_TESTS: Mapping[RankTest, NamedOption] = {
    "auto": NamedOption("exact in small samples", "exact = NULL"),
    "exact": NamedOption("the permutation distribution", "exact = TRUE", "EXACT"),
    "normal": NamedOption("the normal distribution", "exact = FALSE", "Pr > |Z|"),
    "t": NamedOption("the t distribution", "", "t Approximation"),
}
SHIFT_METHODS: Mapping[ShiftMethod, NamedOption] = {
    "auto": NamedOption("exact in small samples", "exact = NULL"),
    "exact": NamedOption("limits of the exact test", "exact = TRUE", "EXACT HL"),
    "moses": NamedOption("limits of Moses", "", "HL"),
    "r-root": NamedOption("root of the standardized rank sum", "exact = FALSE"),
}
STRATUM_WEIGHTS: Mapping[StratumWeight, NamedOption] = {
    "van-elteren": NamedOption(
        "1 / (N + 1) of the stratum", "", "CMH2 SCORES=MODRIDIT"
    ),
    "equal": NamedOption("1 for each stratum", "", "CMH2 SCORES=RANK"),
}
WIN_INTERVALS: Mapping[WinInterval, NamedOption] = {
    "logit": NamedOption("Brunner and Munzel, logit", "logit"),
    "plain": NamedOption("Brunner and Munzel", "brunner.munzel.test"),
    "newcombe": NamedOption("Newcombe, method 5", ""),
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
EVENT_ALTERNATIVES: Mapping[EventAlternative, NamedOption] = {
    "two-sided": NamedOption("more or fewer events", "two.sided", "2"),
    "fewer": NamedOption("fewer events among the treated", "less", "L"),
    "more": NamedOption("more events among the treated", "greater", "U"),
}
LINEAR_VCOVS: Mapping[LinearVcov, NamedOption] = {
    "model": NamedOption("one residual variance", "lm"),
    "HC0": NamedOption("White's sandwich", "HC0", "HCCMETHOD=0"),
    "HC1": NamedOption("White's sandwich times n / (n - p)", "HC1", "HCCMETHOD=1"),
    "HC2": NamedOption("residuals over sqrt(1 - leverage)", "HC2", "HCCMETHOD=2"),
    "HC3": NamedOption("residuals over 1 - leverage", "HC3", "HCCMETHOD=3"),
}
MEAN_WEIGHTS: Mapping[MeanWeights, NamedOption] = {
    "equal": NamedOption("each level as often", "equal", "LSMEANS"),
    "observed": NamedOption("levels as often as observed", "proportional", "OM"),
}
EFFECT_FAMILIES: Mapping[EffectFamily, NamedOption] = {
    "gaussian": NamedOption("continuous", "gaussian", "DIST=NORMAL"),
    "binomial": NamedOption("binary", "binomial", "DIST=BINOMIAL"),
    "poisson": NamedOption("counts", "poisson", "DIST=POISSON"),
}
EFFECT_MEASURES: Mapping[EffectMeasure, NamedOption] = {
    "difference": NamedOption("difference of means", "diff"),
    "ratio": NamedOption("ratio of means", "ratio"),
    "odds-ratio": NamedOption("odds ratio of risks", "odds_ratio"),
}
EFFECT_VARIANCES: Mapping[EffectVariance, NamedOption] = {
    "robust": NamedOption("influence function, HC3", ""),
    "ye": NamedOption("Ye et al. 2023", "RobinCar"),
    "ge-robust": NamedOption("Ge et al. 2011, sandwich HC3", "beeca, type HC3"),
    "ge": NamedOption("Ge et al. 2011, model-based", "beeca", "%Margins"),
}
COUNT_FAMILIES: Mapping[CountFamily, NamedOption] = {
    "negative-binomial": NamedOption("negative binomial", "glm.nb", "DIST=NEGBIN"),
    "poisson": NamedOption("Poisson", "poisson", "DIST=POISSON"),
    "quasi-poisson": NamedOption(
        "Poisson, variance by Pearson", "quasipoisson", "DIST=POISSON PSCALE"
    ),
}
INFORMATION_KINDS: Mapping[Information, NamedOption] = {
    "observed": NamedOption("observed information", "", "PROC GENMOD"),
    "expected": NamedOption("expected information", "glm.nb", "EXPECTED"),
}
WORKING_CORRELATIONS: Mapping[WorkingCorrelation, NamedOption] = {
    "independence": NamedOption("independence", "independence", "IND"),
    "exchangeable": NamedOption("exchangeable", "exchangeable", "EXCH"),
    "ar1": NamedOption("first-order autoregressive", "ar1", "AR"),
    "unstructured": NamedOption("unstructured", "unstructured", "UN"),
}
GEE_VCOVS: Mapping[GeeVcov, NamedOption] = {
    "robust": NamedOption("Liang and Zeger", "san.se", "EMPIRICAL"),
    "mancl-derouen": NamedOption("Mancl and DeRouen", "bias_reduced", "FIRORES"),
    "kauermann-carroll": NamedOption("Kauermann and Carroll", "", "ROOT"),
    "fay-graubard": NamedOption("Fay and Graubard", "", "FIROEEQ"),
    "model": NamedOption("model-based", "naive", "MODELSE"),
}


def canonical_name(value: object, registry: Mapping[Any, Any]) -> Any:
    """The name of an option in its registry, from a name that R or SAS uses.

    Case, blanks and underscores do not matter. A name of the registry comes before
    that of R, and that before those of SAS: ``"Kenward-Roger"`` is R's form,
    ``"KR"`` what DDFM=KR gives.

    Args:
        value: as the user wrote it.
        registry: ``DF_METHODS``, ``VCOVS``, ``STRUCTURES`` or another of this module.

    Returns:
        The name of the registry; the value itself if no option has this name.

    Example:
        >>> canonical_name("Satterthwaite", DF_METHODS), canonical_name("kr", DF_METHODS)
        ('satterthwaite', 'kenward-roger-linear')
        >>> [canonical_name(name, STRUCTURES) for name in ("UN", "AR(1)", "ante(1)")]
        ['us', 'ar1', 'adh']
    """
    if not isinstance(value, str) or value in registry:
        return value
    names: dict[str, Any] = {}
    for spelling, name in _spellings(registry):
        names.setdefault(_folded(spelling), name)
    return names.get(_folded(value), value)


def canonical_methods(df: object, vcov: object) -> tuple[Any, Any]:
    """Names of ``df`` and ``vcov``, also as R mmrm has them for Kenward and Roger.

    R takes ``method = "Kenward-Roger"`` with ``vcov = "Kenward-Roger-Linear"``.
    """
    method, kind = canonical_name(df, DF_METHODS), canonical_name(vcov, VCOVS)
    own = canonical_name(vcov, DF_METHODS)
    both = [each for each in (method, own) if isinstance(each, str)]
    if len(both) == 2 and {*both} <= {"kenward-roger", "kenward-roger-linear"}:
        return own, "model"
    return method, kind


def _spellings(registry: Mapping[Any, Any]) -> Iterator[tuple[str, Any]]:
    """Names of the options, those that come first before others."""
    yield from ((str(name), name) for name in registry)
    for attribute in ("aliases", "r", "sas", "label"):
        for name, option in registry.items():
            found = getattr(option, attribute, ())
            yield from ((each, name) for each in _texts(found))


def _texts(found: str | tuple[str, ...]) -> tuple[str, ...]:
    texts = (found,) if isinstance(found, str) else found
    return tuple(text for text in texts if text)


def _folded(name: str) -> str:
    return "".join(name.casefold().split()).replace("_", "-")
