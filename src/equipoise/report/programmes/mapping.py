"""Options of the mixed model in R mmrm, R nlme and SAS PROC MIXED."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.protocol.analysis_method import Analysis
from equipoise.stats.options import DF_METHODS, ON_VISITS, STRUCTURES, VCOVS

ORDERED = tuple(name for name in ON_VISITS if STRUCTURES[name].by_distance)
SAS_TYPE = {name: STRUCTURES[name].sas for name in ON_VISITS if STRUCTURES[name].sas}
CORRELATION = "form = ~ as.integer(AVISIT) | USUBJID"
BY_VISIT = "varIdent(form = ~ 1 | AVISIT)"
GLS = {  # structure -> correlation and variances of nlme::gls
    "us": (f"corSymm({CORRELATION})", BY_VISIT),
    "ar1": (f"corAR1({CORRELATION})", ""),
    "ar1h": (f"corAR1({CORRELATION})", BY_VISIT),
    "cs": ("corCompSymm(form = ~ 1 | USUBJID)", ""),
    "csh": ("corCompSymm(form = ~ 1 | USUBJID)", BY_VISIT),
}
R_METHOD = {name: option.r for name, option in DF_METHODS.items()}
R_VCOV = {name: option.r for name, option in VCOVS.items()}


@dataclass(frozen=True, slots=True)
class ROptions:
    """Arguments of ``mmrm::mmrm``.

    Attributes:
        method: degrees of freedom.
        vcov: covariance of the coefficients.
        gls: correlation and variances for ``nlme::gls``; None where it has no equal.
        gls_gives: of each number, what ``gls`` gives as well.
        normal: whether P values and intervals come from the normal distribution.
        comment: what differs, for the reader.
    """

    method: str
    vcov: str
    gls: tuple[str, str] | None
    gls_gives: tuple[str, ...]
    normal: bool
    comment: str = ""


@dataclass(frozen=True, slots=True)
class SasOptions:
    """Options of PROC MIXED.

    Attributes:
        type: of the REPEATED statement; empty where SAS has no equal.
        ddfm: of the MODEL statement.
        empirical: whether the option EMPIRICAL is set.
        same: which of estimate, SE and df must equal those of the report.
        comments: what differs, for the reader.
    """

    type: str
    ddfm: str
    empirical: bool
    same: tuple[str, ...]
    comments: tuple[str, ...]


def r_options(analysis: Analysis) -> ROptions:
    """The model of an endpoint as R has it.

    Source: mmrm 0.3.18, ``mmrm_control`` (method, vcov); nlme, ``corClasses``.
    """
    vcov = R_VCOV[analysis.vcov]
    if analysis.df == "kenward-roger":
        vcov = "Kenward-Roger"
    elif analysis.df == "kenward-roger-linear":
        vcov = "Kenward-Roger-Linear"
    plain = vcov == "Asymptotic"
    gives: tuple[str, ...] = ("estimate", "SE") if plain else ("estimate",)
    if plain and analysis.df in ("residual", "asymptotic"):
        gives = ("estimate", "SE", "df", "lower", "upper", "P")
    normal = analysis.df == "asymptotic"
    return ROptions(
        method=R_METHOD[analysis.df],
        vcov=vcov,
        gls=GLS.get(analysis.covariance),
        gls_gives=gives,
        normal=normal,
        comment="mmrm has no normal approximation: the degrees of freedom are set below"
        if normal
        else "",
    )


def sas_options(analysis: Analysis) -> SasOptions:
    """The model of an endpoint as PROC MIXED has it.

    Source: SAS/STAT User's Guide, The MIXED Procedure: MODEL statement, DDFM=; REPEATED
    statement, TYPE=; PROC MIXED statement, EMPIRICAL.
    """
    ddfm = DF_METHODS[analysis.df].sas
    if ddfm == "KR(LINEAR)" and STRUCTURES[analysis.covariance].sas_linear:
        ddfm = "KR"
    same: tuple[str, ...] = ("estimate", "SE", "df")
    comments = []
    if analysis.df == "kenward-roger":
        same = ("estimate",)
        comments.append(
            "The report has Kenward-Roger in the parameters of R mmrm (log-Cholesky). "
            "PROC MIXED has its own parameters: estimates agree, standard errors and "
            "degrees of freedom need not."
        )
    if analysis.df == "between-within":
        same = ("estimate", "SE")
        comments.append(
            "SAS and R divide between and within differently for interactions: the "
            "degrees of freedom need not agree."
        )
    if analysis.vcov != "model":
        same = ("estimate", "SE") if analysis.vcov == "empirical" else ("estimate",)
        comments.append(
            "The degrees of freedom of the report belong to the empirical covariance; "
            "PROC MIXED has no equal."
        )
    if analysis.vcov in ("empirical-jackknife", "empirical-bias-reduced"):
        comments.append(
            f"PROC MIXED has no {analysis.vcov} covariance: EMPIRICAL is the uncorrected "
            "sandwich; compare the estimates only."
        )
    if analysis.covariance == "ad":
        comments.append(
            "PROC MIXED has no ante-dependence structure with equal variances: the model "
            "cannot be fitted there. ANTE(1) would have a variance for each visit."
        )
    return SasOptions(
        type=SAS_TYPE.get(analysis.covariance, ""),
        ddfm=ddfm,
        empirical=analysis.vcov != "model",
        same=same,
        comments=tuple(comments),
    )
