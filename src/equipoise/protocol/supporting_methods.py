"""Supporting methods that an endpoint may ask for, by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

SupportingName = Literal[
    "rank-sum",
    "van-elteren",
    "win-probability",
    "ancova",
    "ancova-hc3",
    "marginal-effect",
    "gee",
    "common-odds-ratio",
    "common-risk-ratio",
    "stratified-newcombe",
    "marginal-risk-difference",
    "marginal-risk-ratio",
    "marginal-odds-ratio",
    "cox",
    "fleming-harrington",
    "max-combo",
    "rmst-ratio",
    "gray",
    "fine-gray",
    "cause-specific-hazard",
    "competing-event-hazard",
    "rate-ratio",
    "rate-difference",
    "negative-binomial",
    "marginal-rate-ratio",
]
SupportingType = Literal["continuous", "binary", "time-to-event", "incidence"]
Use = Literal["no", "if any", "needed"]
StrataUse = Literal["no", "if any", "needed", "in the model"]


@dataclass(frozen=True, slots=True)
class SupportingMethod:
    """A method that gives one more estimate of an endpoint.

    Attributes:
        type: of the endpoints that may have it.
        label: of its row in the report.
        kind: of its number: ``score`` in points, ``proportion``, ``ratio``, ``rate`` in
            100 participant-weeks, or ``test`` for a P value alone.
        text: the method as the chapter on statistical methods states it, without its
            covariates and strata; ``{ties}``, ``{rho}``, ``{gamma}`` and
            ``{correlation}`` are options of the analysis, ``{competing}`` the competing
            events, ``{events}`` the adverse events that count.
        source: the paper.
        strata: whether it compares the arms within the strata of the analysis, or has
            them as a factor in its model.
        covariates: whether it adjusts for the covariates of the analysis.
        adjusts: it needs covariates or strata, whichever.
        options: keys of the analysis that only such methods use.
    """

    type: SupportingType
    label: str
    kind: Literal["score", "proportion", "ratio", "rate", "test"]
    text: str
    source: str
    strata: StrataUse = "no"
    covariates: Use = "no"
    adjusts: bool = False
    options: tuple[str, ...] = ()


STANDARDIZED = (
    "as if all participants had one arm against all having the other (standardization"
)
ROBUST = "robust variance with HC3 residuals"
MARGINAL = "FDA 2023; Ye, Shao, Yi and Zhao 2023"
SUPPORTING_METHODS: Mapping[SupportingName, SupportingMethod] = {
    "rank-sum": SupportingMethod(
        "continuous",
        "Shift of Hodges and Lehmann; Wilcoxon rank-sum test",
        "score",
        "shift of Hodges and Lehmann, with the Wilcoxon rank-sum test",
        "Wilcoxon 1945; Hodges and Lehmann 1963",
    ),
    "van-elteren": SupportingMethod(
        "continuous",
        "Rank-sum test of van Elteren",
        "test",
        "rank-sum test within strata",
        "van Elteren 1960",
        strata="needed",
    ),
    "win-probability": SupportingMethod(
        "continuous",
        "Win probability (Brunner and Munzel)",
        "ratio",
        "probability that a participant of the first arm has the higher value, ties "
        "counted half",
        "Brunner and Munzel 2000",
    ),
    "ancova": SupportingMethod(
        "continuous",
        "Difference by analysis of covariance",
        "score",
        "analysis of covariance at the visit of the estimate, one variance in both arms",
        "Senn 2007",
        covariates="if any",
    ),
    "ancova-hc3": SupportingMethod(
        "continuous",
        "Difference by analysis of covariance, HC3 variance",
        "score",
        "analysis of covariance at the visit of the estimate, heteroscedastic variance "
        "HC3",
        "MacKinnon and White 1985",
        covariates="if any",
    ),
    "marginal-effect": SupportingMethod(
        "continuous",
        "Covariate-adjusted marginal difference",
        "score",
        f"difference {STANDARDIZED}; linear model), {ROBUST}",
        MARGINAL,
        strata="in the model",
        covariates="if any",
        adjusts=True,
    ),
    "gee": SupportingMethod(
        "continuous",
        "Difference by estimating equations",
        "score",
        "generalized estimating equations over the visits of the endpoint, arm by visit, "
        "{correlation} working correlation, covariance of Mancl and DeRouen, t "
        "distribution; valid if outcomes are missing completely at random given the "
        "covariates",
        "Liang and Zeger 1986; Mancl and DeRouen 2001",
        covariates="if any",
        options=("correlation",),
    ),
    "common-odds-ratio": SupportingMethod(
        "binary",
        "Common odds ratio of Mantel and Haenszel",
        "ratio",
        "common odds ratio of Mantel and Haenszel",
        "Mantel and Haenszel 1959; Robins, Breslow and Greenland 1986",
        strata="needed",
    ),
    "common-risk-ratio": SupportingMethod(
        "binary",
        "Common risk ratio of Mantel and Haenszel",
        "ratio",
        "common risk ratio of Mantel and Haenszel",
        "Greenland and Robins 1985",
        strata="needed",
    ),
    "stratified-newcombe": SupportingMethod(
        "binary",
        "Risk difference, stratified Newcombe interval",
        "proportion",
        "risk difference with the stratified Newcombe interval",
        "Yan and Su 2010",
        strata="needed",
    ),
    "marginal-risk-difference": SupportingMethod(
        "binary",
        "Covariate-adjusted marginal risk difference",
        "proportion",
        f"risk difference {STANDARDIZED}; logistic model), {ROBUST}",
        MARGINAL,
        strata="in the model",
        covariates="if any",
        adjusts=True,
    ),
    "marginal-risk-ratio": SupportingMethod(
        "binary",
        "Covariate-adjusted marginal risk ratio",
        "ratio",
        f"risk ratio {STANDARDIZED}; logistic model), {ROBUST}",
        MARGINAL,
        strata="in the model",
        covariates="if any",
        adjusts=True,
    ),
    "marginal-odds-ratio": SupportingMethod(
        "binary",
        "Covariate-adjusted marginal odds ratio",
        "ratio",
        f"marginal odds ratio {STANDARDIZED}; logistic model), {ROBUST}",
        MARGINAL,
        strata="in the model",
        covariates="if any",
        adjusts=True,
    ),
    "cox": SupportingMethod(
        "time-to-event",
        "Hazard ratio, Cox regression",
        "ratio",
        "hazard ratio by Cox regression, {ties}, Wald test and interval",
        "Cox 1972",
        strata="if any",
        covariates="if any",
        options=("ties",),
    ),
    "fleming-harrington": SupportingMethod(
        "time-to-event",
        "Fleming-Harrington weighted log-rank test",
        "test",
        "weighted log-rank test of Fleming and Harrington, rho = {rho}, gamma = {gamma}, "
        "two-sided",
        "Fleming and Harrington 1991",
        strata="if any",
        options=("rho", "gamma"),
    ),
    "max-combo": SupportingMethod(
        "time-to-event",
        "Max-combo test",
        "test",
        "max-combo test of the Fleming-Harrington weights (0, 0), (0, 1), (1, 0) and "
        "(1, 1), P value of their joint distribution, two-sided",
        "Lin et al. 2020",
        strata="if any",
    ),
    "rmst-ratio": SupportingMethod(
        "time-to-event",
        "Ratio of restricted mean times",
        "ratio",
        "ratio of restricted mean times up to the horizon of the endpoint, normal "
        "distribution of its logarithm",
        "Uno et al. 2014",
    ),
    "gray": SupportingMethod(
        "time-to-event",
        "Gray's test of the cumulative incidence",
        "test",
        "Gray's test of equal cumulative incidence, competing event: {competing}",
        "Gray 1988",
        strata="if any",
    ),
    "fine-gray": SupportingMethod(
        "time-to-event",
        "Subdistribution hazard ratio (Fine and Gray)",
        "ratio",
        "subdistribution hazard ratio, robust variance, censoring estimated in both arms "
        "together, competing event: {competing}",
        "Fine and Gray 1999",
        covariates="if any",
    ),
    "cause-specific-hazard": SupportingMethod(
        "time-to-event",
        "Cause-specific hazard ratio",
        "ratio",
        "cause-specific hazard ratio by Cox regression, {ties}; time at risk ends with "
        "the competing event: {competing}",
        "Prentice et al. 1978",
        strata="if any",
        covariates="if any",
        options=("ties",),
    ),
    "competing-event-hazard": SupportingMethod(
        "time-to-event",
        "Cause-specific hazard ratio of the competing event",
        "ratio",
        "cause-specific hazard ratio of the competing event ({competing}) by Cox "
        "regression, {ties}",
        "Latouche et al. 2013",
        strata="if any",
        covariates="if any",
        options=("ties",),
    ),
    "rate-ratio": SupportingMethod(
        "incidence",
        "Ratio of event rates, exact",
        "ratio",
        "ratio of the rates of all {events}, exact test and interval "
        "given their number, events of a participant taken as independent",
        "Przyborowski and Wilenski 1940",
    ),
    "rate-difference": SupportingMethod(
        "incidence",
        "Difference of event rates, per 100 participant-weeks",
        "rate",
        "difference of the rates of all {events}, score interval of "
        "Miettinen and Nurminen, events of a participant taken as independent",
        "Miettinen and Nurminen 1985; Liu et al. 2006",
        strata="if any",
    ),
    "negative-binomial": SupportingMethod(
        "incidence",
        "Ratio of event rates, negative binomial",
        "ratio",
        "ratio of the rates by negative binomial regression of the {events} of each "
        "participant, logarithm of the time at risk as offset, observed information",
        "Lawless 1987",
        strata="in the model",
        covariates="if any",
    ),
    "marginal-rate-ratio": SupportingMethod(
        "incidence",
        "Ratio of event rates, robust variance",
        "ratio",
        f"ratio of the rates {STANDARDIZED}; log-linear model of the {{events}} of each "
        f"participant and the time at risk), {ROBUST}",
        MARGINAL,
        strata="in the model",
        covariates="if any",
    ),
}


# Supporting methods that may be the planned test of a time to an event instead.
PLANNED_TESTS: tuple[SupportingName, ...] = ("fleming-harrington", "max-combo")


def any_in_strata(names: Iterable[SupportingName]) -> bool:
    """Whether any of these methods compares the arms within strata."""
    return any(SUPPORTING_METHODS[name].strata != "no" for name in names)


def options_of_methods() -> tuple[str, ...]:
    """Keys of an analysis that only supporting methods use."""
    named = [key for m in SUPPORTING_METHODS.values() for key in m.options]
    return tuple(dict.fromkeys(named))
