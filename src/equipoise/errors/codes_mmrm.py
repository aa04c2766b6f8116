"""Codes EQ400 to EQ449: mixed models for repeated measures."""

from __future__ import annotations

from equipoise.errors.code import Code

CODES: dict[str, Code] = {
    "EQ400": Code(
        "formula that cannot be read",
        "A formula is not `outcome ~ terms + us(visit | participant)`. Formulas are "
        "never evaluated as code.",
    ),
    "EQ401": Code(
        "column is absent",
        "A formula names a column that the frame does not have.",
    ),
    "EQ402": Code(
        "column of the wrong kind",
        "The outcome, a weight or a covariate holds text where numbers are needed.",
    ),
    "EQ403": Code(
        "visit stands twice",
        "A participant has two rows for one visit; which one counts cannot be known.",
    ),
    "EQ404": Code(
        "too little data",
        "There are fewer rows than coefficients, fewer than two levels of a factor, or "
        "a pair of visits that nobody has.",
    ),
    "EQ405": Code(
        "coefficients that cannot be told apart",
        "Columns of the model matrix are combinations of others, as when an arm has no "
        "row at a visit.",
    ),
    "EQ406": Code(
        "fit did not converge",
        "The likelihood has no maximum that could be found inside the space of "
        "covariance matrices; its numbers cannot be reported.",
    ),
    "EQ407": Code(
        "no such option",
        "A structure, degree-of-freedom method or factor is not available.",
    ),
    "EQ408": Code(
        "contrast that does not fit the model",
        "A contrast matrix has another number of columns than there are coefficients, "
        "or its rows depend on each other.",
    ),
}
