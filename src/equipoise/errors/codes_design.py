"""Codes EQ800 to EQ849: the design of a trial."""

from __future__ import annotations

from equipoise.errors.code import Code

CODES: dict[str, Code] = {
    "EQ801": Code(
        "impossible value in a design",
        "An error rate, a power, a standard deviation, a proportion or an effect is "
        "outside its possible range.",
    ),
    "EQ802": Code(
        "no sample size is large enough",
        "The requested power cannot be reached with any number of participants.",
    ),
    "EQ803": Code(
        "impossible covariance",
        "A covariance matrix of visits is not positive definite, or the proportions of "
        "participants still in the study do not fit it.",
    ),
    "EQ804": Code(
        "impossible interim analyses",
        "Information fractions do not increase to 1, or a boundary or spending function "
        "is unknown.",
    ),
    "EQ805": Code(
        "impossible selection of doses",
        "More doses continue than there are, or the test does not fit the number of doses "
        "that continue: a pooled statistic is defined for one dose only.",
    ),
    "EQ806": Code(
        "impossible adaptive allocation",
        "The allocation rule is unknown, its burn-in or delay does not fit the sample "
        "size, or the drift moves a probability outside 0 to 1.",
    ),
    "EQ807": Code(
        "too many tables to enumerate",
        "Exact power is the sum over all tables of events; with so many participants in "
        "an arm, only the formula is available.",
    ),
}
