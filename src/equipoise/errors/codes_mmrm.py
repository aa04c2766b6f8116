"""Codes EQ400 to EQ449: mixed models for repeated measures."""

from __future__ import annotations

from equipoise.errors.error_code import Code

CODES: dict[str, Code] = {
    "EQ400": Code(
        "formula that cannot be read",
        "A formula does not have the form `outcome ~ terms + us(visit | participant)`. "
        "Formulas are never evaluated as code.",
    ),
    "EQ401": Code(
        "column is absent",
        "A formula names a column that the frame does not have.",
    ),
    "EQ402": Code(
        "column of the wrong type",
        "The outcome, a weight or a covariate contains text or infinite values where "
        "numbers are needed, or rows to predict have levels that were not in the fit.",
    ),
    "EQ403": Code(
        "duplicate visit",
        "A participant has two rows for one visit. Equipoise cannot know which one is "
        "right.",
    ),
    "EQ404": Code(
        "too little data",
        "There are fewer rows than coefficients, fewer than two levels of a factor, an "
        "outcome that does not vary, or a pair of visits that no participant has.",
    ),
    "EQ405": Code(
        "coefficients that cannot be separated",
        "A hypothesis needs columns of the model matrix that were dropped because the "
        "columns before them determine them, as when an arm has no row at a visit. "
        "`fit.aliased` names them.",
    ),
    "EQ406": Code(
        "fit did not converge",
        "No maximum of the likelihood could be found inside the space of covariance "
        "matrices; the estimates cannot be reported.",
    ),
    "EQ407": Code(
        "no such option",
        "A covariance structure, degrees-of-freedom method or factor is not available.",
    ),
    "EQ408": Code(
        "contrast that does not fit the model",
        "The number of columns of a contrast matrix is not the number of coefficients, "
        "or its rows are linearly dependent.",
    ),
    "EQ409": Code(
        "fits that cannot be compared",
        "A likelihood-ratio test needs two nested fits of the same rows; with REML they "
        "also need the same fixed effects.",
    ),
    "EQ410": Code(
        "model file that cannot be read in parts",
        "The file is not Parquet, or the rows of a participant are not consecutive.",
    ),
    "EQ411": Code(
        "outcomes that do not fit the design",
        "The outcomes of many trials and their common design have different numbers of "
        "rows, or outcomes are infinite.",
    ),
    "EQ412": Code(
        "not a table",
        "The data are not a table with named columns, or weights do not belong to its "
        "rows.",
    ),
    "EQ413": Code(
        "covariate that is neither a number nor a factor",
        "A text covariate has nearly as many values as there are participants, or a "
        "covariate holds dates: it would become a factor with that many levels.",
    ),
    "EQ414": Code(
        "order of visits or doses is unknown",
        "A covariance structure, a contrast or an imputation depends on the order of "
        "visits or doses, and their names are text without a certain order. "
        "Alphabetical order is never used for it.",
    ),
    "EQ415": Code(
        "measured times instead of visits",
        "The column of the visits has so many different values that they are measured "
        "times, for which `sp_exp(time | participant)` is available.",
    ),
    "EQ416": Code(
        "function that is undefined for some values",
        "A function in a formula is not defined in some rows, such as the logarithm of 0 "
        "or of a negative number.",
    ),
    "EQ420": Code(
        "outcome too small or too large to calculate with",
        "The residuals of the outcome are smaller than 1e-60 or larger than 1e60, or the "
        "likelihood cannot be calculated at their covariance. Change the unit.",
    ),
}
