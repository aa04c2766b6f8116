"""Codes EQ450 to EQ499: plans, analysis sets and results."""

from __future__ import annotations

from equipoise.errors.error_code import Code

CODES: dict[str, Code] = {
    "EQ450": Code(
        "no such estimate",
        "The results do not contain the requested estimate or endpoint.",
    ),
    "EQ451": Code(
        "data are blinded",
        "The data have no arms, and no dummy allocation was requested.",
    ),
    "EQ452": Code(
        "analysis set cannot be derived",
        "An analysis set of exposed participants was requested, but the data have neither "
        "infusions nor a start of treatment; or a set is empty.",
    ),
    "EQ453": Code(
        "intercurrent event without a day",
        "The estimand depends on what happened before or after an event, and the data "
        "do not state when it happened.",
    ),
    "EQ454": Code(
        "data are not blinded",
        "A dummy allocation was requested, but the data have arms: the real analysis is "
        "possible, and shuffled arms could be mistaken for it.",
    ),
    "EQ460": Code(
        "argument not allowed",
        "A function of the analysis was called with an option that it does not have, or "
        "with a number out of range. It never uses another option instead.",
    ),
    "EQ461": Code(
        "times or events are impossible",
        "A time to an event is negative, missing or infinite, or events are not coded "
        "as True and False (or 1 and 0). A status of 1 and 2 would count every row as an "
        "event.",
    ),
    "EQ462": Code(
        "counts or numbers are impossible",
        "A count is negative or not an integer, there are more events than participants, a "
        "probability is not from 0 to 1, a value is missing or infinite, or arguments "
        "that describe the same participants differ in length.",
    ),
    "EQ469": Code(
        "no estimate",
        "The data contain no information on what was requested: no event in an arm, "
        "values that do not vary, covariates that separate the outcomes, or fewer "
        "participants than coefficients.",
    ),
    "EQ467": Code(
        "data do not allow this estimate",
        "No stratum has participants in both arms, a table has one row or column only, or "
        "the requested method has no variance with these counts, such as Wald's interval "
        "without an event. No interval of zero width is reported.",
    ),
    "EQ463": Code(
        "linear combination that cannot be read",
        "The weights for `fit.estimate` or `fit.test` are not finite or all zero, levels "
        "are given without `of`, or a combination has no level of a factor in `of`.",
    ),
    "EQ464": Code(
        "likelihood without a maximum",
        "A coefficient of a survival regression diverges, because a group has no event or "
        "the covariates separate participants with events from the others. Any number "
        "printed for it would depend on where the search stopped.",
    ),
    "EQ465": Code(
        "effect that the data cannot estimate",
        "There is no event, a covariate is constant or a combination of others among the "
        "participants at risk, or an estimated variance is 0.",
    ),
    "EQ466": Code(
        "intervals of a participant overlap",
        "Rows of recurrent events are intervals of a participant's time at risk. If "
        "two overlap, the participant would be counted twice.",
    ),
}
