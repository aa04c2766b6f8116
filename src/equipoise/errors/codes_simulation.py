"""Codes EQ6xx: virtual participants and truth files."""

from __future__ import annotations

from equipoise.errors.code import Code

CODES: dict[str, Code] = {
    "EQ601": Code(
        "truth file is not TOML",
        "The text of a truth file cannot be parsed.",
    ),
    "EQ602": Code(
        "truth file has the wrong shape",
        "A key is missing or unknown, or a value has the wrong type or is out of bounds, "
        "such as a negative standard deviation or a probability above 1.",
    ),
    "EQ603": Code(
        "number without provenance",
        "Every statement of a truth names its source or is marked as assumed; this one "
        "does neither, or both.",
    ),
    "EQ604": Code(
        "impossible correlation",
        "A correlation is beyond -1 or 1, a diagonal is not 1, or the matrix is not "
        "positive definite.",
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
        "stated twice",
        "A truth states the same thing more than once; which one holds cannot be known.",
    ),
    "EQ611": Code(
        "truth names what the protocol does not have",
        "An instrument, score, item, arm, visit, definition, criterion, characteristic "
        "or measurement of the truth is not in the protocol.",
    ),
    "EQ612": Code(
        "truth lacks what the protocol needs",
        "The protocol records something about which the truth says nothing.",
    ),
    "EQ613": Code(
        "truth and protocol disagree",
        "A value of the truth is not possible in the protocol, such as a mean outside "
        "the range of its score.",
    ),
    "EQ614": Code(
        "responses cannot be simulated for this score",
        "Responses to items are simulated for scores that are a sum of items or of maxima "
        "of items; this score has another rule.",
    ),
    "EQ621": Code(
        "impossible number of participants",
        "The number of participants is below 1, or the seed is negative.",
    ),
    "EQ622": Code(
        "nearly nobody is eligible",
        "Under this truth so few screened people are randomized that the trial would "
        "not end.",
    ),
    "EQ623": Code(
        "trial that would last too long",
        "Screening is so slow that the last visit lies beyond the year 2262, the limit of "
        "tables of dates.",
    ),
    "EQ631": Code(
        "drug has no such model",
        "The drug file does not contain the requested pharmacokinetic model.",
    ),
    "EQ632": Code(
        "impossible dose or weight",
        "A dose is negative, an infusion has no duration, or a participant has no weight.",
    ),
    "EQ641": Code(
        "endpoint without operating characteristics",
        "Operating characteristics are calculated from scores alone; this endpoint needs "
        "items, adverse events, treatment guesses or another analysis set.",
    ),
    "EQ642": Code(
        "folder of another run",
        "A folder holds simulated trials of another protocol, truth, size, seed or design; "
        "going on would mix them.",
    ),
    "EQ643": Code(
        "worker processes keep failing",
        "Several processes ended before any trial was simulated.",
    ),
    "EQ644": Code(
        "impossible scenario of a grid",
        "A sample size, a factor of the effect or of discontinuations, or a group "
        "sequential design gives no valid trial: too few participants, more "
        "discontinuations than participants, an interim analysis without new "
        "participants, or an endpoint without a test.",
    ),
    "EQ645": Code(
        "cluster cannot be used",
        "No Dask scheduler responds, it has no workers, or they have another version of "
        "Equipoise, whose numbers could differ.",
    ),
    "EQ671": Code(
        "unknown schedule",
        "The notation of a schedule of infusions after the induction is unknown, or an "
        "interval is not an integer number of days.",
    ),
    "EQ672": Code(
        "schedule that cannot be followed",
        "A schedule starts after the horizon or plans more infusions than are allowed, "
        "a schedule is given twice, or assessments are further apart than the horizon.",
    ),
    "EQ673": Code(
        "too few responders",
        "Too few simulated participants respond to the induction to compare schedules.",
    ),
}
