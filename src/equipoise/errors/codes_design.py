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
        "not known, or its parameter is missing or out of range.",
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
    "EQ808": Code(
        "no design has these properties",
        "No boundary, critical value or power satisfies the design: for example, the "
        "fixed early boundaries spend the type I error or more, so that nothing is left "
        "for the last analysis.",
    ),
    "EQ809": Code(
        "option does not apply",
        "An option does not apply to the chosen design; it is rejected, not ignored.",
    ),
    "EQ810": Code(
        "too few events in the planned time",
        "With the assumed hazards, recruitment, dropout and follow-up, the required "
        "number of events is not observed.",
    ),
    "EQ811": Code(
        "margin does not fit the difference",
        "The assumed difference is not inside the margins of equivalence, or not on the "
        "better side of the non-inferiority margin: no sample size has the power.",
    ),
    "EQ830": Code(
        "boundary cannot be recalculated",
        "Boundaries that are fixed by the planned analyses, such as those of Pocock or "
        "O'Brien and Fleming, are undefined at other information; a spending function is "
        "needed.",
    ),
    "EQ831": Code(
        "impossible information",
        "The information of the analyses does not rise from one to the next, or reaches "
        "the planned maximum before the last analysis.",
    ),
    "EQ832": Code(
        "assumption missing or unreadable",
        "A group sequential trial in participants needs the assumptions of its endpoint; "
        "one is absent, or its text cannot be read.",
    ),
    "EQ833": Code(
        "interim analyses do not fit the protocol",
        "The table ``[interim]`` of a protocol names an endpoint that is not the only "
        "primary one, information that does not rise to 1, an option without effect, or "
        "another type I error than ``[multiplicity]``; or the trial does not have two "
        "arms.",
    ),
    "EQ834": Code(
        "interim analyses are not applied",
        "The protocol plans interim analyses, and the command or function does not apply "
        "them; its results would be those of a trial without them.",
    ),
    "EQ835": Code(
        "no interim analyses are planned",
        "The protocol has no ``[interim]``: its trial has no boundaries and no interim "
        "analysis.",
    ),
    "EQ836": Code(
        "interim analysis is not possible",
        "The protocol has no interim analysis with this number, or the primary endpoint "
        "cannot be estimated in the data at the cut-off: an arm has no participant, or "
        "a date of randomization is missing.",
    ),
    "EQ837": Code(
        "maximum information is unknown",
        "The fraction of the information at an interim analysis needs the planned "
        "maximum, and ``[size]`` does not state what it follows from.",
    ),
    "EQ838": Code(
        "record of interim analyses does not match",
        "The record of the earlier interim analyses is missing, incomplete, changed, of "
        "another trial or other rules, or already has this analysis.",
    ),
    "EQ839": Code(
        "interim analysis that was not held",
        "The record of an interim analysis that was not held needs its reason and takes "
        "no data; an analysis that was held needs them.",
    ),
    "EQ840": Code(
        "no such randomization list",
        "The protocol cannot have this list: the number of allocations is below 1, the "
        "stratum does not exist, the sites are missing or repeated, or the method does "
        "not allocate from a list.",
    ),
    "EQ841": Code(
        "randomization list does not match",
        "A randomization list differs from the list that its header and the protocol "
        "give, or it cannot be read.",
    ),
    "EQ842": Code(
        "key is not protected",
        "The key of a randomization list would be lost, would replace another key, or "
        "would be written into the folder that is handed over with the list.",
    ),
    "EQ843": Code(
        "methods cannot be compared",
        "The comparison of randomization methods has proportions that do not fit the "
        "strata of the protocol, no strata where they are needed, or numbers of "
        "participants, trials or power that cannot be.",
    ),
}
