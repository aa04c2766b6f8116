"""Columns of a regression on times: numbers as they are, groups as indicators."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from equipoise.errors import AnalysisError
from equipoise.errors.counted import agreeing, counted
from equipoise.stats.input_checks import checked_option, impossible
from equipoise.stats.survival.columns import labels

Numbers = NDArray[np.float64]
NAME = r"(?:[^\W\d]|\.)[\w.]*"
PRODUCT = re.compile(rf"^({NAME})(\s*[*:]\s*{NAME})*$")
NUMERIC = 0.5  # proportion of numbers from which a text column is a spoiled number


@dataclass(frozen=True, slots=True)
class Covariates:
    """Columns with their names, such as ``arm[drug]``, and how each was made.

    Attributes:
        X: N x p.
        names: p.
        references: of each factor, the level that the others are compared to.
    """

    X: Numbers
    names: tuple[str, ...]
    references: dict[str, Any]


def covariates_of(
    covariates: Any, data: Any, reference: Mapping[str, Any] | None = None
) -> Covariates:
    """The covariates as numbers.

    Args:
        covariates: N numbers or labels; N x p numbers; a frame; a dictionary of columns;
            or, with ``data``, a list of its columns or the text of a formula such as
            ``arm + age`` or ``arm * sex``.
        data: frame, or None.
        reference: of factors, the level that the others are compared to; else the first.

    Raises:
        AnalysisError: EQ460, an unknown column or level, or a formula that cannot be
            read; EQ462, values are missing, or a text column is not a factor.
    """
    if isinstance(covariates, str):
        frame, terms = _formula(covariates, data)
    elif data is not None and _names(covariates):
        for name in covariates:
            checked_option("covariates", name, [str(each) for each in data])
        frame = {name: data[name] for name in covariates}
        terms = [(name,) for name in frame]
    else:
        frame = _frame(covariates)
        terms = [(name,) for name in frame]
    if reference is not None and not isinstance(reference, Mapping):
        raise AnalysisError.single(
            "EQ460",
            f"reference = {reference!r} does not say of which factor",
            where="reference",
            fix=f"name it, such as {{{next(iter(frame), 'arm')!r}: {reference!r}}}",
        )
    given = dict(reference or {})
    for name in given:
        checked_option("reference", name, list(frame))
    references: dict[str, Any] = {}
    blocks = {
        name: _block(name, values, given, references) for name, values in frame.items()
    }
    columns: dict[str, Numbers] = {}
    for term in terms:
        made = {"": np.ones(1)}
        for name in term:
            made = {
                f"{left}:{right}".lstrip(":"): a * b
                for left, a in made.items()
                for right, b in blocks[name].items()
            }
        columns |= made
    if not columns:
        raise impossible("there are no covariates", "covariates", "give at least one")
    return Covariates(
        np.column_stack(list(columns.values())), tuple(columns), references
    )


def _names(covariates: Any) -> bool:
    return isinstance(covariates, list | tuple) and all(
        isinstance(name, str) for name in covariates
    )


def _frame(covariates: Any) -> dict[str, Any]:
    """Columns by name; ``x1``, ``x2``, ... where they have none."""
    if isinstance(covariates, pd.DataFrame | Mapping):
        return {str(name): covariates[name] for name in covariates}
    if isinstance(covariates, pd.Series):
        return {"x" if covariates.name is None else str(covariates.name): covariates}
    if isinstance(covariates, pd.Categorical):
        return {"x": covariates}
    if hasattr(covariates, "to_pandas"):
        return _frame(covariates.to_pandas())
    try:
        values = np.asarray(covariates)
    except (TypeError, ValueError) as error:
        raise impossible("covariates are not N x p", "covariates") from error
    if values.ndim == 1:
        return {"x": values}
    if values.ndim != 2:
        raise impossible(
            f"covariates have shape {values.shape}, not N x p", "covariates"
        )
    return {f"x{k + 1}": values[:, k] for k in range(values.shape[1])}


def _formula(text: str, data: Any) -> tuple[dict[str, Any], list[tuple[str, ...]]]:
    """Reads ``a + b * c + c:d``, with or without a tilde before it."""
    left, tilde, right = text.partition("~")
    if tilde and left.strip():
        raise AnalysisError.single(
            "EQ460",
            f"covariates = {text!r} has a left side, which is not read",
            where="covariates",
            fix="give times and events as the arguments time and event, and the terms "
            f"alone: {right.strip()!r}",
        )
    body = right if tilde else text
    terms: dict[tuple[str, ...], None] = {}
    for piece in body.split("+"):
        if not PRODUCT.fullmatch(piece.strip()) or data is None:
            raise AnalysisError.single(
                "EQ460",
                f"covariates = {text!r} has no frame to take columns from"
                if data is None
                else f"{piece.strip()!r} in covariates = {text!r} is not a term",
                where="covariates",
                fix="write names of columns of data, joined by +, : and *, such as "
                "'arm * sex + age'",
            )
        factors = [tuple(n.strip() for n in f.split(":")) for f in piece.split("*")]
        for size in range(1, len(factors) + 1):
            for chosen in combinations(factors, size):
                terms[tuple(dict.fromkeys(n for f in chosen for n in f))] = None
    names = dict.fromkeys(name for term in terms for name in term)
    for name in names:
        checked_option("covariates", name, [str(each) for each in data])
    return {name: data[name] for name in names}, sorted(terms, key=len)


def _block(
    name: str, values: Any, given: dict[str, Any], references: dict[str, Any]
) -> dict[str, Numbers]:
    """A number's own column, or an indicator of each level but the reference."""
    series = pd.Series(
        values if isinstance(values, pd.Series | pd.Categorical) else np.asarray(values)
    )
    missing = series.isna().to_numpy()
    if missing.any():
        rows = ", ".join(map(str, np.flatnonzero(missing)[:5]))
        raise impossible(
            f"{name} is missing in {int(missing.sum())} of {counted(len(series), 'row')} "
            f"(positions {rows})",
            "covariates",
            "exclude these rows, or impute the covariate, before the analysis",
        )
    factor = isinstance(series.dtype, pd.CategoricalDtype)
    if not factor and not pd.api.types.is_numeric_dtype(series.dtype):
        factor = any(isinstance(value, str) for value in series)
        if factor:
            _check_text(name, series)
        elif pd.api.types.is_datetime64_any_dtype(series.dtype):
            raise impossible(f"{name} holds dates", "covariates", "give a number")
    if not factor and name not in given:
        numbers = series.to_numpy(dtype=float, na_value=np.nan)
        if not np.isfinite(numbers).all():
            raise impossible(f"{name} holds infinite values", "covariates")
        return {name: numbers}
    codes, levels = labels(series, name)
    if name in given:
        checked_option(f"reference of {name}", given[name], levels)
    base = given.get(name, levels[0])
    references[name] = base
    if len(levels) < 2:
        raise impossible(
            f"{name} has one level, {levels[0]!r}", "covariates", "leave it out"
        )
    return {
        f"{name}[{level}]": (codes == k).astype(float)
        for k, level in enumerate(levels)
        if level != base
    }


def _check_text(name: str, series: pd.Series) -> None:
    """Rejects text that is nearly all numbers, or nearly all different."""
    numbers = pd.to_numeric(series, errors="coerce").notna()
    spoiled = series[~numbers]
    if numbers.mean() > NUMERIC:
        shown = ", ".join(sorted({repr(str(value)) for value in spoiled})[:5])
        raise impossible(
            f"{name} is text in which {int(numbers.sum())} of "
            f"{counted(len(series), 'value')} "
            f"{agreeing(int(numbers.sum()), 'is')} numeric; "
            f"the others: {shown or 'none'}",
            "covariates",
            "make it numbers, or a categorical if its levels are groups",
        )
    levels = series.nunique()
    if levels > max(2, len(series) / 2):
        raise impossible(
            f"{name} is text with {levels} levels in {counted(len(series), 'row')}",
            "covariates",
            "leave it out, or combine its levels",
        )
