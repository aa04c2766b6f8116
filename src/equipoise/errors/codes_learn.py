"""Codes EQ850 to EQ899: what a trial says beyond its endpoints."""

from __future__ import annotations

from equipoise.errors.error_code import Code

CODES: dict[str, Code] = {
    "EQ850": Code(
        "not a candidate",
        "A candidate of ``[[candidates]]`` is measured after randomization or an outcome, "
        "or its direction or transformation does not fit what it is.",
    ),
    "EQ851": Code(
        "candidate excluded",
        "A candidate cannot be analyzed: it is constant, missing in more than 20% of "
        "participants, a combination of other candidates, has almost as many levels as "
        "there are participants, or has values without a logarithm. The other "
        "candidates are analyzed.",
    ),
    "EQ852": Code(
        "candidate was not declared before unblinding",
        "A candidate is stated as declared before unblinding, and the protocol that was "
        "in force before unblinding does not state it.",
    ),
    "EQ853": Code(
        "no analysis of responders",
        "An arm has fewer than ten participants with an outcome, no candidate is left, "
        "there is no continuous endpoint, or the data lack what is needed to draw the "
        "allocation again.",
    ),
    "EQ854": Code(
        "worthwhile difference of another kind of endpoint",
        "The endpoint of ``[worthwhile]`` is not continuous.",
    ),
}
