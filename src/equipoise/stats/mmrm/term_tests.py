"""F tests of whole terms: one set of rows for a hypothesis, whatever type it is called."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from equipoise.stats.input_checks import checked_option
from equipoise.stats.mmrm.aliasing import Basis
from equipoise.stats.mmrm.correlations import Matrix
from equipoise.stats.mmrm.design import Encoding
from equipoise.stats.mmrm.estimated import Estimated
from equipoise.stats.mmrm.formula import Term
from equipoise.stats.mmrm.terms import name_of, type_three, type_two

TYPES = ("II", "III")
DEPENDENT = 1e8  # condition number from which rows count as dependent


def tested_terms(fit: Estimated, type_: str) -> pd.DataFrame:
    """F test of each term: ``term, num_df, den_df, F, p``.

    Raises:
        AnalysisError: EQ406 not converged; EQ407 no such type.
    """
    checked_option("type", type_, TYPES, code="EQ407", where="test_terms")
    make = type_two_rows if type_ == "II" else type_three
    rows = []
    for term in fit.formula.terms:
        L = make(fit.source.encoding, fit.basis, term)
        tested: dict[Any, Any] = {"num_df": 0.0, "den_df": np.nan, "F": np.nan}
        tested |= {"p": np.nan}
        if len(L):
            tested = fit.tested(L)
        rows.append({"term": name_of(term), **tested})
    return pd.DataFrame(rows)


def type_two_rows(encoding: Encoding, basis: Basis, term: Term) -> Matrix:
    """The type II hypothesis, in the effects of the type III hypothesis of the term.

    Satterthwaite's denominator depends on how the rows of a hypothesis are written. With
    the same effects a term that no other contains, for which both types are one
    hypothesis, has one line in both tables, as in SAS (HTYPE=2,3).

    Source: docs/methods/mmrm.md, equation (type-two).
    """
    two = type_two(encoding, basis, term)
    columns = set(encoding.columns[name_of(term)])
    own = [i for i, j in enumerate(basis.kept) if j in columns]
    effects = type_three(encoding, basis, term)[:, own]
    if len(effects) != len(own) or not len(own):
        return two
    if np.linalg.cond(effects) > DEPENDENT:
        return two
    return np.asarray(effects @ two)
