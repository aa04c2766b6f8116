"""Codes EQ1xx: a protocol file."""

from __future__ import annotations

from equipoise.errors.error_code import Code

CODES: dict[str, Code] = {
    "EQ101": Code(
        "protocol file is not TOML",
        "The text of a protocol file cannot be parsed.",
    ),
    "EQ102": Code(
        "protocol file has a wrong key or value",
        "A key is missing or unknown, or a value has the wrong type or is out of bounds.",
    ),
    "EQ103": Code(
        "duplicate id",
        "Two elements of the same kind have the same id; references to it are ambiguous.",
    ),
    "EQ104": Code(
        "reference to an unknown id",
        "An id is not defined in the protocol or its instruments.",
    ),
    "EQ105": Code(
        "statement without provenance",
        "Every statement names its source or is marked as assumed; this one does "
        "neither, or both.",
    ),
    "EQ106": Code(
        "impossible schedule",
        "Visits, windows, infusions or minutes contradict each other.",
    ),
    "EQ107": Code(
        "endpoint contradicts itself",
        "The type of an endpoint does not fit its variable, summary measure or method; or "
        "a sensitivity analysis, a subgroup or the testing procedure does not fit the "
        "endpoint.",
    ),
    "EQ108": Code(
        "strategy that the analysis does not support",
        "The method of analysis of this endpoint does not support the strategy for an "
        "intercurrent event.",
    ),
    "EQ109": Code(
        "impossible randomization",
        "Blocks, ratios or strata do not fit the arms.",
    ),
    "EQ110": Code(
        "safety rule can never be met",
        "A rule has no limit, uses a value that is not measured at its time, or uses an "
        "item or response that does not exist or can never meet the rule.",
    ),
    "EQ111": Code(
        "instrument cannot be used",
        "An instrument of the protocol is neither in the library nor in the folder of the "
        "protocol, or its file has a problem.",
    ),
    "EQ112": Code(
        "rule is incomplete",
        "A definition, an eligibility rule or a characteristic does not have a key that "
        "its kind needs, or has a key that its kind cannot use.",
    ),
    "EQ113": Code(
        "unknown unit",
        "The unit of a dose, a cap or an infusion is unknown.",
    ),
    "EQ114": Code(
        "no primary endpoint",
        "A trial needs at least one endpoint of level primary.",
    ),
    "EQ115": Code(
        "rule that no participant or every participant meets",
        "A bound or threshold can never be reached, or is always met; or the score of a "
        "rule is not rated at its visit.",
    ),
    "EQ116": Code(
        "text that cannot be printed",
        "A text contains a control character, a surrogate, a noncharacter or a control of "
        "writing direction; or a label contains a tab or a line break. A report cannot "
        "print it, or would show numbers in another order.",
    ),
    "EQ117": Code(
        "text that is too long",
        "A title may have 255 characters (the limit of a Word file), a label 160, and a "
        "note or another text 2000.",
    ),
    "EQ118": Code(
        "report option that cannot be applied",
        "The table ``[report]`` names a section that reports of this trial do not have, "
        "names a section twice, or names a logo that is not a PNG or SVG file in the "
        "folder of the protocol.",
    ),
    "EQ119": Code(
        "form that cannot be completed",
        "An entry of ``[[forms]]``, or a form of the library, is incomplete, names a "
        "field, visit or response that does not exist, or is never due.",
    ),
    "EQ120": Code(
        "events of a time to event contradict each other",
        "A milestone is an event and a competing event of the same definition, or cannot "
        "occur after randomization.",
    ),
    "EQ121": Code(
        "strata of an analysis do not fit",
        "An endpoint without stratified tests has strata, a stratum is a numeric "
        "characteristic, or the planned test is stratified and there are no strata.",
    ),
    "EQ122": Code(
        "supporting method does not fit the endpoint",
        "A method in ``supporting`` is for another type of endpoint, is named twice, or "
        "needs strata, covariates, a score, several visits or a competing event that the "
        "endpoint does not have; or an option is stated that no method uses.",
    ),
    "EQ123": Code(
        "amended content without a new version",
        "Two protocols differ and have the same version; an ethics committee approves a "
        "version, so that one version must have one content.",
    ),
    "EQ124": Code(
        "non-inferiority margin does not fit the endpoint",
        "A margin is stated for an endpoint that is neither continuous nor binary, whose "
        "direction of benefit is not known, or that has interim analyses; or its size or "
        "its type I error contradicts the protocol.",
    ),
    "EQ126": Code(
        "limits of triggered visits do not fit",
        "An entry of ``schedule.retreatments`` names a definition that triggers no visit, "
        "is stated twice, or has a maximum or an interval that the visits cannot reach.",
    ),
    "EQ125": Code(
        "interventions contradict each other",
        "An arm states ``intervention`` and ``interventions``, lists one twice or has "
        "several drugs; a drug has sessions, or a psychotherapy has a dose or an infusion.",
    ),
}
