"""Codes EQ6xx: virtual participants and scenario files."""

from __future__ import annotations

from equipoise.errors.code import Code

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
        "positive definite: no people can be like that.",
    ),
    "EQ605": Code(
        "probabilities do not add up",
        "Shares that must sum to 1 do not, or alternatives sum to more than 1.",
    ),
    "EQ606": Code(
        "impossible distribution",
        "No distribution has the stated mean, standard deviation and bounds.",
    ),
    "EQ607": Code(
        "stated twice",
        "A scenario states the same thing more than once; which one holds cannot be known.",
    ),
    "EQ611": Code(
        "scenario names what the protocol does not have",
        "An instrument, score, item, arm, visit, definition, criterion, characteristic "
        "or measurement of the scenario is not in the protocol.",
    ),
    "EQ612": Code(
        "scenario lacks what the protocol needs",
        "The protocol records something about which the scenario says nothing.",
    ),
    "EQ613": Code(
        "scenario and protocol disagree",
        "A value of the scenario is not possible in the protocol, such as a mean outside "
        "the range of its score.",
    ),
    "EQ614": Code(
        "score cannot be turned into answers",
        "Answers are made for scores that are a sum of items or of maxima of items; "
        "this score is worked out in another way.",
    ),
    "EQ621": Code(
        "impossible number of participants",
        "A simulation was asked for fewer than one participant or a negative seed.",
    ),
    "EQ622": Code(
        "nearly nobody is eligible",
        "Under this scenario so few screened people are randomized that the trial would "
        "not end.",
    ),
    "EQ623": Code(
        "trial that would not end in time",
        "People are screened so rarely that the last visit lies beyond the year 2262, "
        "which tables of dates cannot hold.",
    ),
    "EQ631": Code(
        "drug has no such model",
        "A pharmacokinetic model was asked for that the drug file does not hold.",
    ),
    "EQ632": Code(
        "impossible dose or weight",
        "A dose is negative, an infusion has no length, or a person no weight.",
    ),
    "EQ641": Code(
        "endpoint that many trials cannot be asked for",
        "Operating characteristics are worked out from scores alone; this endpoint "
        "needs items, adverse events, guesses or another analysis set.",
    ),
    "EQ642": Code(
        "folder of another run",
        "The folder contains simulated trials of another protocol, scenario, sample size, "
        "seed or design; continuing would mix them.",
    ),
    "EQ643": Code(
        "workers keep dying",
        "Process after process ended before it had simulated anything.",
    ),
    "EQ644": Code(
        "impossible cell of a grid",
        "A size, a factor of the effect or of the departures, or a design with looks "
        "makes no trial: too few people, more departures than people, a look without "
        "anybody new, or an endpoint without a test.",
    ),
    "EQ645": Code(
        "cluster cannot be used",
        "No Dask scheduler answers, it has no workers, or they hold another version of "
        "Equipoise, whose numbers could differ.",
    ),
    "EQ671": Code(
        "unknown schedule",
        "A schedule of infusions after the induction is spelled in a way that is not "
        "known, or with an interval that is no whole number of days.",
    ),
    "EQ672": Code(
        "schedule that cannot be followed",
        "A schedule begins after the horizon or plans more infusions than are allowed, "
        "one stands twice, or assessments are further apart than the horizon is long.",
    ),
    "EQ673": Code(
        "nobody to maintain",
        "So few virtual people respond to the induction that schedules cannot be "
        "compared on them.",
    ),
}
