"""Codes EQ1xx: a protocol file."""

from __future__ import annotations

from equipoise.errors.code import Code

CODES: dict[str, Code] = {
    "EQ101": Code(
        "protocol file is not TOML",
        "The text of a protocol file cannot be parsed.",
    ),
    "EQ102": Code(
        "protocol file has the wrong shape",
        "A key is missing or unknown, or a value has the wrong type or is out of bounds.",
    ),
    "EQ103": Code(
        "id used twice",
        "Two parts of the same kind have the same id; what refers to it is ambiguous.",
    ),
    "EQ104": Code(
        "refers to what is not there",
        "An id is named that no part of the protocol, or of its instruments, has.",
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
        "The type of an endpoint does not fit its variable, its summary or its method; or "
        "a sensitivity analysis, a subgroup or the testing procedure does not.",
    ),
    "EQ108": Code(
        "strategy cannot be estimated",
        "An intercurrent event has a strategy that the method of analysis of this "
        "endpoint does not estimate.",
    ),
    "EQ109": Code(
        "impossible randomization",
        "Blocks, ratios or strata do not fit the arms.",
    ),
    "EQ110": Code(
        "safety rule can never fire",
        "A rule has no limit, looks at a value that is never measured at its time, or at "
        "an item or answer that does not exist or cannot be what the rule asks for.",
    ),
    "EQ111": Code(
        "instrument cannot be used",
        "An instrument of the protocol is not in the library nor beside the protocol, "
        "or its file has a problem of its own.",
    ),
    "EQ112": Code(
        "rule is incomplete",
        "A definition, an eligibility rule or a characteristic lacks a part that its "
        "kind needs, or has a part that it cannot use.",
    ),
    "EQ113": Code(
        "unit that cannot be worked with",
        "A dose, cap or infusion is given in a unit that is not known.",
    ),
    "EQ114": Code(
        "no primary endpoint",
        "A trial has at least one endpoint of level primary.",
    ),
    "EQ115": Code(
        "rule that tells nobody apart",
        "A bound or threshold is out of reach, or is met by everybody; or what a rule "
        "looks at is not rated at its visit.",
    ),
    "EQ116": Code(
        "text that cannot be printed",
        "A text holds a control character, a surrogate, a noncharacter or a control of "
        "direction; or a label holds a tab or a new line. No form of a report could "
        "print it, or it would show numbers in another order.",
    ),
    "EQ117": Code(
        "text that is too long",
        "A title may have 255 letters (a Word file holds no more), a label 160, and a "
        "note or another text 2000.",
    ),
    "EQ118": Code(
        "option of the report that cannot be followed",
        "The section ``[report]`` names a part that no report of this "
        "trial has, names a section twice, or names a logo that is not a PNG or SVG file "
        "beside the protocol.",
    ),
    "EQ119": Code(
        "form that cannot be filled in",
        "An entry of ``[[forms]]``, or a form of the library, lacks a part, names a field, "
        "visit or answer that is not there, or is never filled in.",
    ),
}
