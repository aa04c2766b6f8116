"""Codes EQ6xx: simulated participants and scenario files."""

from __future__ import annotations

from equipoise.errors.error_code import Code

CODES: dict[str, Code] = {
    "EQ601": Code(
        "scenario file is not TOML",
        "The text of a scenario file cannot be parsed.",
    ),
    "EQ602": Code(
        "scenario file has the wrong shape",
        "A key is missing or unknown, or a value has the wrong type or is out of bounds, "
        "such as a negative standard deviation or a probability above 1.",
    ),
    "EQ603": Code(
        "number without provenance",
        "Every statement of a scenario names its source or is marked as assumed; this one "
        "does neither, or both.",
    ),
    "EQ604": Code(
        "impossible correlation",
        "A correlation is beyond -1 or 1, a diagonal is not 1, or the matrix is not "
        "positive definite: no population has it.",
    ),
    "EQ605": Code(
        "probabilities do not add up",
        "Proportions that must sum to 1 do not, or alternatives sum to more than 1.",
    ),
    "EQ606": Code(
        "impossible distribution",
        "No distribution has the stated mean, standard deviation and bounds.",
    ),
    "EQ607": Code(
        "specified twice",
        "A scenario specifies the same item more than once.",
    ),
    "EQ608": Code(
        "influence that cannot be determined",
        "A number of a scenario depends on a characteristic that is not specified before "
        "it, on a value that it does not have, or on a category by a slope.",
    ),
    "EQ611": Code(
        "scenario names what the protocol does not have",
        "An instrument, score, item, arm, visit, definition, criterion, characteristic "
        "or measurement of the scenario is not in the protocol.",
    ),
    "EQ612": Code(
        "scenario does not specify what the protocol needs",
        "The protocol records something that the scenario does not specify.",
    ),
    "EQ613": Code(
        "scenario and protocol do not match",
        "A value of the scenario is not possible in the protocol, such as a mean outside "
        "the range of its score.",
    ),
    "EQ614": Code(
        "score cannot be converted to item responses",
        "Items are simulated for scores that are a sum of items or of maxima of items; "
        "this score is calculated in another way.",
    ),
    "EQ621": Code(
        "impossible number of participants",
        "A simulation of fewer than one participant or with a negative seed was requested.",
    ),
    "EQ622": Code(
        "almost no participant is eligible",
        "Under this scenario so few screened participants are randomized that the trial "
        "would not end.",
    ),
    "EQ623": Code(
        "trial that would not end in time",
        "Participants are screened so rarely that the last visit is after the year 2262, "
        "which tables of dates cannot contain.",
    ),
    "EQ631": Code(
        "drug has no such model",
        "The requested pharmacokinetic model is not in the drug file.",
    ),
    "EQ632": Code(
        "impossible dose or weight",
        "A dose is negative, an infusion has no length, or a participant no weight.",
    ),
    "EQ641": Code(
        "endpoint that cannot be simulated in many trials",
        "Operating characteristics are calculated from scores alone; this endpoint "
        "needs items, adverse events, guesses or another analysis set.",
    ),
    "EQ642": Code(
        "folder of another run",
        "The folder contains simulated trials of another protocol, scenario, sample size, "
        "seed or design; continuing would mix them.",
    ),
    "EQ643": Code(
        "workers keep failing",
        "Process after process ended before it had simulated anything.",
    ),
    "EQ644": Code(
        "impossible scenario of a grid",
        "A sample size, a factor of the effect or of the withdrawals, or a design with "
        "interim analyses is impossible: too few participants, more withdrawals than "
        "participants, an analysis that adds no participants, or an endpoint without a "
        "test.",
    ),
    "EQ645": Code(
        "cluster cannot be used",
        "No Dask scheduler answers, it has no workers, or they have another version of "
        "Equipoise, whose numbers could differ.",
    ),
    "EQ646": Code(
        "assurance that a grid cannot calculate",
        "The power of a grid is averaged over a prior of the true difference of the "
        "primary endpoint; the effects of the grid do not cover the prior, the prior "
        "favors the control, or the true difference of this endpoint is not known.",
    ),
    "EQ661": Code(
        "scenario of another protocol",
        "The scenario names another protocol than the one that is simulated; its "
        "assumptions about arms, visits and effects are those of that trial.",
    ),
    "EQ671": Code(
        "unknown schedule",
        "A schedule of infusions after the induction is spelled in an unknown way, "
        "or with an interval that is not an integer number of days.",
    ),
    "EQ672": Code(
        "schedule that cannot be followed",
        "A schedule starts after the horizon, plans more infusions than are allowed or "
        "is listed twice, or assessments are further apart than the horizon is long.",
    ),
    "EQ673": Code(
        "too few responders",
        "So few simulated participants respond to the induction that schedules cannot be "
        "compared.",
    ),
}
