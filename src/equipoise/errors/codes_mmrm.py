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
        "The outcome, a weight or a covariate holds text or infinite values where "
        "numbers are needed, or rows to predict have levels that the fit did not see.",
    ),
    "EQ403": Code(
        "visit stands twice",
        "A participant has two rows for one visit; which one counts cannot be known.",
    ),
    "EQ404": Code(
        "too little data",
        "There are fewer rows than coefficients, fewer than two levels of a factor, an "
        "outcome that does not vary, or a pair of visits that nobody has.",
    ),
    "EQ405": Code(
        "coefficients that cannot be told apart",
        "A hypothesis needs columns of the model matrix that were dropped because the "
        "columns before them determine them, as when an arm has no row at a visit. "
        "`fit.aliased` names them.",
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
    "EQ409": Code(
        "fits that cannot be compared",
        "A likelihood-ratio test needs two nested fits of the same rows; with REML they "
        "also have the same fixed effects.",
    ),
    "EQ410": Code(
        "file of the model that cannot be read in parts",
        "It is no Parquet, or the rows of a participant do not follow each other.",
    ),
    "EQ411": Code(
        "outcomes that do not fit the design",
        "Outcomes of many trials have another number of rows than their common design, "
        "or hold infinite values.",
    ),
}
