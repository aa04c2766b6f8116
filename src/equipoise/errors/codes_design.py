"""Codes EQ800 to EQ849: the design of a trial."""

from __future__ import annotations

from equipoise.errors.error_code import Code

CODES: dict[str, Code] = {
    "EQ801": Code(
        "number out of range",
        "An error, a power, a standard deviation, a proportion or an effect is outside the "
        "values that it can take.",
    ),
    "EQ802": Code(
        "no sample size is enough",
        "The requested power cannot be reached with any number of participants.",
    ),
    "EQ803": Code(
        "impossible covariance",
        "A covariance matrix of visits is not positive definite, or the proportions "
        "of participants who remain do not fit it.",
    ),
    "EQ804": Code(
        "impossible interim analyses",
        "Information fractions do not rise to 1, or a boundary or spending function is "
        "not known.",
    ),
    "EQ805": Code(
        "impossible selection of doses",
        "More doses are kept than there are, or the test does not fit what is kept: a "
        "pooled statistic is defined for one dose only.",
    ),
    "EQ806": Code(
        "impossible adaptive allocation",
        "The rule of allocation is not known, its burn-in or delay does not fit the size "
        "of the trial, or a drift carries a probability out of 0 to 1.",
    ),
    "EQ807": Code(
        "too many tables to enumerate",
        "Exact power is the sum over all tables of events; with so many participants in "
        "an arm only the formula is offered.",
    ),
}
