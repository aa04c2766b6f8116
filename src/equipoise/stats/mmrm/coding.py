"""Columns of a model whose terms have all their margins: treatment coding.

Such a model, which ``*`` always gives, needs no search for the coding of its factors:
each has an indicator for every level but the first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Any

import numpy as np

from equipoise.stats.mmrm.correlations import Matrix
from equipoise.stats.mmrm.formula import Term


@dataclass(frozen=True)
class Coded:
    """Columns of X.

    Attributes:
        names: of the columns, ``(Intercept)`` first.
        columns: positions of the columns of each product, by its components.
        cells: X in each cell of the factors, the last one fastest; numbers at one.
    """

    names: tuple[str, ...]
    columns: dict[frozenset[str], list[int]]
    cells: Matrix


def treatment_coding(
    parts: Sequence[Term], levels: Mapping[str, tuple[Any, ...]]
) -> Coded | None:
    """The columns of products of components, those of fewer components first.

    Args:
        parts: components of each product.
        levels: of each factor; every other component is a number.

    Returns:
        The coding of R and formulaic; None where a margin of a product is missing, as in
        ``visit + visit:arm``, whose factors need another coding.
    """
    return _coded(tuple(parts), tuple((name, own) for name, own in levels.items()))


@lru_cache(maxsize=256)
def _coded(
    parts: tuple[Term, ...], own: tuple[tuple[str, tuple[Any, ...]], ...]
) -> Coded | None:
    levels = dict(own)
    known = {frozenset(part) for part in parts}
    if len(known) < len(parts) or not all(
        _margins(part, known, levels) for part in parts
    ):
        return None
    shape = [len(each) for each in levels.values()]
    cells = list(product(*map(range, shape)))
    codes = np.array(cells, dtype=np.intp).reshape(len(cells), len(shape))
    place = {name: number for number, name in enumerate(levels)}
    names, made = ["(Intercept)"], [np.ones(len(codes))]
    columns: dict[frozenset[str], list[int]] = {frozenset(("1",)): [0]}
    for part in sorted(parts, key=len):
        at = len(names)
        factors = [name for name in reversed(part) if name in levels]
        for chosen in product(*(range(1, len(levels[name])) for name in factors)):
            level = dict(zip(factors, chosen, strict=True))
            names.append(
                ":".join(
                    f"{n}[T.{levels[n][level[n]]}]" if n in level else n for n in part
                )
            )
            flags = [codes[:, place[n]] == code for n, code in level.items()]
            made.append(np.prod([np.ones(len(codes)), *flags], axis=0))
        columns[frozenset(part)] = list(range(at, len(names)))
    return Coded(tuple(names), columns, np.ascontiguousarray(np.stack(made, axis=1)))


def _margins(
    part: Term, known: set[frozenset[str]], levels: Mapping[str, tuple[Any, ...]]
) -> bool:
    """Whether the model has the product without each of its factors."""
    rests = [frozenset(part) - {name} for name in part if name in levels]
    return all(not rest or rest in known for rest in rests)
