"""Hypotheses of whole terms: type III and type II."""

from __future__ import annotations

import numpy as np

from equipoise.stats.mmrm.aliasing import LOST, Basis
from equipoise.stats.mmrm.correlations import Matrix
from equipoise.stats.mmrm.design import Encoding
from equipoise.stats.mmrm.formula import Term


def name_of(term: Term) -> str:
    """As R writes it."""
    return ":".join(term)


def type_three(encoding: Encoding, basis: Basis, term: Term) -> Matrix:
    """Combinations of the kept columns that are zero under the type III hypothesis.

    Marginal means of the factors of the term, every cell of the other factors counting
    equally, are alike; covariates of other terms stand at zero. The rows are effects
    that sum to zero. F does not depend on that choice; Satterthwaite's degrees of
    freedom of several rows do, a little, and SAS, R car and R mmrm each choose others.

    Source: Searle 1987, Linear Models for Unbalanced Data, chapter 12; SAS/STAT, "The
    Four Types of Estimable Functions"; docs/methods/mmrm.md, equation (type-three).
    """
    parts = [_type_three(encoding, part) for part in encoding.formula.split(term)]
    return estimable(np.concatenate(parts), basis)


def _type_three(encoding: Encoding, term: Term) -> Matrix:
    """The hypothesis of one product of factors and numeric components."""
    levels = encoding.levels
    covariates = {name for name in term if name not in levels}
    factors = [name for name in term if name in levels]
    means = _cells(encoding, factors, covariates)
    margins: set[frozenset[str]] = {frozenset(other) for other in encoding.parts} | {
        frozenset()
    }
    contrast: Matrix = np.eye(1)
    for name in factors:
        k = len(levels[name])
        full = frozenset(term) - {name} not in margins
        rows = np.eye(k) if full else np.eye(k)[:-1] - 1 / k
        contrast = np.asarray(np.kron(contrast, rows), dtype=float)
    return np.asarray(contrast @ means)


def _cells(encoding: Encoding, factors: list[str], covariates: set[str]) -> Matrix:
    """The coefficient of the product of the covariates in each cell of the factors."""
    levels = encoding.levels
    others = [name for name in levels if name not in factors]
    names = [*factors, *others]
    X = encoding.cells_of(names, dict.fromkeys(encoding.means, 1.0))
    belongs = np.zeros(X.shape[1], dtype=bool)
    if not covariates:
        belongs[encoding.columns["1"]] = True
    for part, columns in encoding.parts.items():
        if {name for name in part if name not in levels} == covariates:
            belongs[columns] = True
    count = int(np.prod([len(levels[name]) for name in factors], dtype=int))
    return np.asarray((X * belongs).reshape(count, -1, X.shape[1]).mean(axis=1))


def type_two(encoding: Encoding, basis: Basis, term: Term) -> Matrix:
    """Combinations of the kept columns that are zero under the type II hypothesis.

    The term is adjusted for every term that does not contain it. A term contains
    another if it has the same covariates and more factors.

    Source: SAS/STAT, "The Four Types of Estimable Functions"; the hypothesis is that of
    least squares without weights, as in PROC MIXED, HTYPE=2; docs/methods/mmrm.md,
    equation (type-two).
    """
    levels = encoding.levels
    numeric = {name for name in term if name not in levels}
    containing = [
        other
        for other in encoding.formula.terms
        if set(other) > set(term)
        and {name for name in other if name not in levels} == numeric
    ]
    own = _kept(encoding, basis, [term])
    above = _kept(encoding, basis, containing)
    rest = [j for j in range(len(basis.kept)) if j not in own and j not in above]
    ordered = basis.factor[:, basis.kept[[*rest, *own, *above]]]
    R = np.asarray(np.linalg.qr(ordered, mode="r"))
    begin, end = len(rest), len(rest) + len(own)
    L = np.zeros((len(own), len(basis.kept)))
    L[:, own] = np.eye(len(own))
    if above:
        L[:, above] = np.linalg.solve(R[begin:end, begin:end], R[begin:end, end:])
    return L


def _kept(encoding: Encoding, basis: Basis, terms: list[Term]) -> list[int]:
    """Positions, among the kept columns, of the columns of some terms."""
    wanted = {j for term in terms for j in encoding.columns[name_of(term)]}
    return [i for i, j in enumerate(basis.kept) if j in wanted]


def estimable(L: Matrix, basis: Basis) -> Matrix:
    """The part of a hypothesis on all columns that the kept columns can answer."""
    if basis.null.shape[1]:
        needed, sizes = basis.needed(L)
        U, s, _ = np.linalg.svd(needed)
        rank = int((s > LOST * sizes.max(initial=0.0)).sum())
        L = U[:, rank:].T @ L
    return np.asarray(L[:, basis.kept])
