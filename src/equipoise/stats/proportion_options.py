"""Methods of proportions, tables and rates by name, with what R and SAS call them.

As ``options``, of which this is a part: nothing heavy is imported. ``r`` is the function or
its argument in R, ``sas`` the option of PROC FREQ; empty where there is no equal.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from equipoise.stats.options import NamedOption

CommonDifference = Literal[
    "miettinen-nurminen",
    "mantel-haenszel",
    "greenland-robins",
    "klingenberg",
    "newcombe",
    "summary-score",
]
StratumWeights = Literal["mantel-haenszel", "miettinen-nurminen", "inverse-variance"]
CommonRatio = Literal["mantel-haenszel", "logit"]
COMMON_DIFFERENCES: Mapping[CommonDifference, NamedOption] = {
    "miettinen-nurminen": NamedOption(
        "Miettinen and Nurminen's stratified score", "scoreci(stratified = TRUE)"
    ),
    "mantel-haenszel": NamedOption(
        "Mantel and Haenszel, variance of Sato", "rma.mh", "COMMONRISKDIFF(CL=MH)"
    ),
    "greenland-robins": NamedOption(
        "Mantel and Haenszel, variance of Greenland and Robins", "stratifiedTest"
    ),
    "klingenberg": NamedOption("Klingenberg", "", "COMMONRISKDIFF(CL=KLINGENBERG)"),
    "newcombe": NamedOption(
        "Newcombe's hybrid score, stratified by Yan and Su",
        "prop_diff_strat_nc",
        "COMMONRISKDIFF(CL=NEWCOMBE)",
    ),
    "summary-score": NamedOption(
        "summary score of the strata's intervals", "", "COMMONRISKDIFF(CL=SCORE)"
    ),
}
STRATUM_WEIGHTS: Mapping[StratumWeights, NamedOption] = {
    "mantel-haenszel": NamedOption("n1 n2 / (n1 + n2)", "MH"),
    "miettinen-nurminen": NamedOption("weights of Miettinen and Nurminen", "MN"),
    "inverse-variance": NamedOption("inverse variance of the score", "IVS"),
}
ChiSquareMethod = Literal["pearson", "n-1", "yates", "likelihood-ratio"]
CHI_SQUARES: Mapping[ChiSquareMethod, NamedOption] = {
    "pearson": NamedOption("Pearson", "chisq.test(correct = FALSE)", "CHISQ"),
    "n-1": NamedOption("Pearson's times (N - 1) / N", ""),
    "yates": NamedOption("continuity corrected by Yates", "chisq.test", "CHISQ"),
    "likelihood-ratio": NamedOption("likelihood ratio", "", "CHISQ"),
}
CmhScores = Literal["table", "rank", "ridit", "modridit"]
CMH_SCORES: Mapping[CmhScores, NamedOption] = {
    "table": NamedOption("values of the levels", "", "SCORES=TABLE"),
    "rank": NamedOption("midranks in each stratum", "midrank", "SCORES=RANK"),
    "ridit": NamedOption("midranks over the stratum's size", "", "SCORES=RIDIT"),
    "modridit": NamedOption(
        "midranks over the stratum's size plus 1", "", "SCORES=MODRIDIT"
    ),
}
COMMON_RATIOS: Mapping[CommonRatio, NamedOption] = {
    "mantel-haenszel": NamedOption("Mantel and Haenszel", "mantelhaen.test", "CMH"),
    "logit": NamedOption("Woolf's mean of logarithms", "", "CMH"),
}
HomogeneityTest = Literal["breslow-day", "tarone", "woolf", "risk-difference"]
HOMOGENEITY: Mapping[HomogeneityTest, NamedOption] = {
    "breslow-day": NamedOption("Breslow and Day", "", "CMH(BREDAY)"),
    "tarone": NamedOption("Breslow and Day, corrected by Tarone", "", "CMH(BDT)"),
    "woolf": NamedOption("Woolf", "woolf_test"),
    "risk-difference": NamedOption("differences of risks", "scoreci(Qtest)"),
}
ProportionInterval = Literal[
    "wilson", "wilson-cc", "clopper-pearson", "mid-p", "jeffreys",
    "agresti-coull", "blaker", "wald", "wald-cc",
]  # fmt: skip
PROPORTION_INTERVALS: Mapping[ProportionInterval, NamedOption] = {
    "wilson": NamedOption("Wilson", "prop.test(correct = FALSE)", "CL=WILSON"),
    "wilson-cc": NamedOption(
        "Wilson, corrected for continuity", "prop.test", "CL=WILSON(CORRECT)"
    ),
    "clopper-pearson": NamedOption("Clopper and Pearson", "binom.test", "CL=EXACT"),
    "mid-p": NamedOption("exact, mid-P", "binom.exact(midp = TRUE)", "CL=MIDP"),
    "jeffreys": NamedOption("Jeffreys", "BinomCI", "CL=JEFFREYS"),
    "agresti-coull": NamedOption("Agresti and Coull", "BinomCI", "CL=AGRESTICOULL"),
    "blaker": NamedOption("Blaker", "blakerci", "CL=BLAKER"),
    "wald": NamedOption("Wald", "BinomCI", "CL=WALD"),
    "wald-cc": NamedOption(
        "Wald, corrected for continuity", "BinomCI", "CL=WALD(CORRECT)"
    ),
}
BinomialTest = Literal["exact", "mid-p", "score", "score-cc", "wald"]
BINOMIAL_TESTS: Mapping[BinomialTest, NamedOption] = {
    "exact": NamedOption("exact binomial", "binom.test", "EXACT BINOMIAL"),
    "mid-p": NamedOption(
        "exact binomial, mid-P", "binom.exact(midp = TRUE)", "EXACT BINOMIAL / MIDP"
    ),
    "score": NamedOption("score", "prop.test(correct = FALSE)", "BINOMIAL"),
    "score-cc": NamedOption(
        "score, corrected for continuity", "prop.test", "BINOMIAL(CORRECT)"
    ),
    "wald": NamedOption("Wald", "", "BINOMIAL(VAR=SAMPLE)"),
}
TwoSided = Literal["minimum-likelihood", "central"]
TWO_SIDED: Mapping[TwoSided, NamedOption] = {
    "minimum-likelihood": NamedOption(
        "outcomes no likelier than observed", "binom.test"
    ),
    "central": NamedOption("twice the smaller tail", "central", "EXACT BINOMIAL"),
}
DifferenceInterval = Literal[
    "miettinen-nurminen", "mee", "newcombe", "newcombe-cc", "agresti-caffo", "wald",
    "wald-cc", "hauck-anderson", "exact-score", "exact-agresti-min", "exact",
]  # fmt: skip
DIFFERENCE_INTERVALS: Mapping[DifferenceInterval, NamedOption] = {
    "miettinen-nurminen": NamedOption(
        "Miettinen and Nurminen", "scoreci(skew = FALSE)", "RISKDIFF(CL=MN)"
    ),
    "mee": NamedOption("Mee", "scoreci(bcf = FALSE)", "RISKDIFF(CL=MN(CORRECT=NO))"),
    "newcombe": NamedOption("Newcombe", "moverci", "RISKDIFF(CL=NEWCOMBE)"),
    "newcombe-cc": NamedOption(
        "Newcombe, corrected for continuity", "", "RISKDIFF(CORRECT CL=NEWCOMBE)"
    ),
    "agresti-caffo": NamedOption("Agresti and Caffo", "wald2ci", "RISKDIFF(CL=AC)"),
    "wald": NamedOption("Wald", "prop.test(correct = FALSE)", "RISKDIFF(CL=WALD)"),
    "wald-cc": NamedOption(
        "Wald, corrected for continuity", "prop.test", "RISKDIFF(CORRECT CL=WALD)"
    ),
    "hauck-anderson": NamedOption("Hauck and Anderson", "", "RISKDIFF(CL=HA)"),
    "exact-score": NamedOption(
        "exact by the score, Chan and Zhang", "", "EXACT RISKDIFF(METHOD=SCORE)"
    ),
    "exact-agresti-min": NamedOption(
        "exact by the score, Agresti and Min", "", "EXACT RISKDIFF(METHOD=SCORE2)"
    ),
    "exact": NamedOption("exact, Santner and Snell", "", "EXACT RISKDIFF"),
}
DifferenceTest = Literal[
    "miettinen-nurminen", "farrington-manning", "wald", "hauck-anderson"
]
DIFFERENCE_TESTS: Mapping[DifferenceTest, NamedOption] = {
    "miettinen-nurminen": NamedOption("Miettinen and Nurminen", "scoreci"),
    "farrington-manning": NamedOption(
        "Farrington and Manning", "scoreci(bcf = FALSE)", "METHOD=FM"
    ),
    "wald": NamedOption("Wald", "", "METHOD=WALD"),
    "hauck-anderson": NamedOption("Hauck and Anderson", "", "METHOD=HA"),
}
RatioInterval = Literal[
    "miettinen-nurminen", "koopman", "likelihood", "wald", "wald-modified"
]
RATIO_INTERVALS: Mapping[RatioInterval, NamedOption] = {
    "miettinen-nurminen": NamedOption(
        "Miettinen and Nurminen", "scoreci(skew = FALSE)", "RELRISK(CL=MN)"
    ),
    "koopman": NamedOption("Koopman", "riskscoreci", "RELRISK(CL=SCORE(CORRECT=NO))"),
    "likelihood": NamedOption("profile likelihood", "", "RELRISK(CL=LR)"),
    "wald": NamedOption("Wald", "riskratio", "RELRISK(CL=WALD)"),
    "wald-modified": NamedOption("Wald, with 1/2 more", "", "RELRISK(CL=WALDMODIFIED)"),
}
OddsInterval = Literal[
    "miettinen-nurminen", "score", "likelihood", "wald", "wald-modified", "exact", "mid-p"
]  # fmt: skip
ODDS_INTERVALS: Mapping[OddsInterval, NamedOption] = {
    "miettinen-nurminen": NamedOption(
        "Miettinen and Nurminen", "orscoreci", "OR(CL=SCORE)"
    ),
    "score": NamedOption("score", "scoreci(bcf = FALSE)", "OR(CL=SCORE(CORRECT=NO))"),
    "likelihood": NamedOption("profile likelihood", "", "OR(CL=LR)"),
    "wald": NamedOption("Wald", "oddsratio", "OR(CL=WALD)"),
    "wald-modified": NamedOption("Wald, with 1/2 more", "", "OR(CL=WALDMODIFIED)"),
    "exact": NamedOption("exact given the margins", "fisher.test", "OR(CL=EXACT)"),
    "mid-p": NamedOption("exact, mid-P", "oddsratio.midp", "OR(CL=MIDP)"),
}
McNemarTest = Literal["asymptotic", "corrected", "exact", "mid-p"]
MCNEMAR_TESTS: Mapping[McNemarTest, NamedOption] = {
    "asymptotic": NamedOption("McNemar", "mcnemar.test(correct = FALSE)", "AGREE"),
    "corrected": NamedOption("McNemar, corrected for continuity", "mcnemar.test"),
    "exact": NamedOption("exact McNemar", "exact2x2::mcnemar.exact", "EXACT MCNEM"),
    "mid-p": NamedOption(
        "McNemar, mid-P", "mcnemar.exact(midp = TRUE)", "EXACT / MIDP"
    ),
}
PairedDifference = Literal["tango", "newcombe", "agresti-min", "bonett-price", "wald"]
PAIRED_DIFFERENCES: Mapping[PairedDifference, NamedOption] = {
    "tango": NamedOption("Tango", "ratesci::scorepairci", "%PAIRBINCI"),
    "newcombe": NamedOption("Newcombe's hybrid score of pairs", "ratesci::moverpairci"),
    "agresti-min": NamedOption("Agresti and Min", "PropCIs::diffpropci.mp"),
    "bonett-price": NamedOption("Bonett and Price", "ratesci::rdpairci"),
    "wald": NamedOption("Wald", "PropCIs::diffpropci.Wald.mp"),
}
PairedRatio = Literal["tang", "wald"]
PAIRED_RATIOS: Mapping[PairedRatio, NamedOption] = {
    "tang": NamedOption("Tang, Tang and Chan", "ratesci::scorepairci", "%PAIRBINCI"),
    "wald": NamedOption("Wald", "ratesci::rrpairci"),
}
MarginalTest = Literal["stuart-maxwell", "bhapkar"]
MARGINAL_TESTS: Mapping[MarginalTest, NamedOption] = {
    "stuart-maxwell": NamedOption("Stuart and Maxwell", "coin::mh_test"),
    "bhapkar": NamedOption("Bhapkar", "irr::bhapkar", "CATMOD"),
}
RateInterval = Literal["exact", "mid-p", "score", "jeffreys", "wald"]
RATE_INTERVALS: Mapping[RateInterval, NamedOption] = {
    "exact": NamedOption("exact", "poisson.test"),
    "mid-p": NamedOption("exact, mid-P", "poisson.exact(midp = TRUE)"),
    "score": NamedOption("score", "ratesci::rateci"),
    "jeffreys": NamedOption("Jeffreys", "ratesci::rateci"),
    "wald": NamedOption("Wald, of the logarithm", "", "STDRATE"),
}
RateTest = Literal["exact", "mid-p"]
RATE_TESTS: Mapping[RateTest, NamedOption] = {
    "exact": NamedOption("exact", "poisson.test"),
    "mid-p": NamedOption("exact, mid-P", "poisson.exact(midp = TRUE)"),
}
RateDifferenceMethod = Literal["miettinen-nurminen", "wald"]
RATE_DIFFERENCES: Mapping[RateDifferenceMethod, NamedOption] = {
    "miettinen-nurminen": NamedOption(
        "Miettinen and Nurminen", 'scoreci(distrib = "poi", skew = FALSE)'
    ),
    "wald": NamedOption("Wald", "", "STDRATE(EFFECT=DIFF)"),
}
