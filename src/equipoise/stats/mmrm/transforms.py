"""Functions of columns in a formula: arithmetic, polynomials, splines, centring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from equipoise.errors import AnalysisError
from equipoise.errors.counted import counted
from equipoise.stats.mmrm.expressions import FUNCTIONS, Node, Reader, unreadable

Numbers = NDArray[np.float64]
FACTORS = ("C", "factor", "as.factor")  # a column that is a factor
ARITHMETIC = ("I", *FUNCTIONS)
# Of several values, which depend on all rows: arguments with their defaults, as in R.
OF_ALL_ROWS: Mapping[str, Mapping[str, Any]] = {
    "poly": {"degree": 1, "raw": False},
    "bs": {"df": None, "knots": None, "degree": 3},
    "center": {},
    "scale": {},
}
POSITION = {("poly", "degree")}  # arguments that are written without their name


@dataclass(frozen=True, slots=True)
class Transform:
    """A function of columns, as a formula names it.

    Attributes:
        function: ``I`` for arithmetic, or a key of ``OF_ALL_ROWS``.
        inside: the arithmetic that it is a function of.
        options: its arguments.
    """

    function: str
    inside: Node
    options: tuple[tuple[str, Any], ...] = ()

    @property
    def label(self) -> str:
        """As the coefficients are named."""
        if self.function == "I":
            return str(self.inside) if self._named else f"I({self.inside})"
        options = ", ".join(
            _text(v) if (self.function, n) in POSITION else f"{n}={_text(v)}"
            for n, v in self.options
            if v != OF_ALL_ROWS[self.function][n] or (self.function, n) in POSITION
        )
        return f"{self.function}({self.inside}{options and ', '}{options})"

    @property
    def _named(self) -> bool:
        return self.inside.kind == "function"

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the frame that it needs."""
        return tuple(dict.fromkeys(self.inside.columns()))

    @property
    def components(self) -> tuple[str, ...]:
        """Names of its columns in the model matrix."""
        own = dict(self.options)
        if self.function == "poly":
            n = own["degree"]
        elif self.function == "bs":
            n = len(own["knots"]) + own["degree"] if own["knots"] else own["df"]
        else:
            return (self.label,)
        return tuple(f"{self.label}{k + 1}" for k in range(n))

    @property
    def of_all_rows(self) -> bool:
        """Whether its values depend on all rows of the fit."""
        return self.function in OF_ALL_ROWS

    def fitted(self, rows: pd.DataFrame) -> FittedTransform:
        """The function with what it takes from the rows of the fit.

        Raises:
            AnalysisError: EQ416, it is not defined in some rows.
        """
        x = self._inside({name: rows[name].to_numpy(float) for name in self.columns})
        x = np.broadcast_to(x, len(rows))
        defined = np.isfinite(x)
        if not defined.all():
            records = rows.loc[~defined, list(self.columns)]
            raise undefined(self, records)
        own = dict(self.options)
        constants: tuple[Numbers, ...] = ()
        if self.function == "poly" and not own["raw"]:
            constants = _recurrence(self, x, own["degree"])
        elif self.function == "bs":
            constants = (_knots(self, x, own),)
        elif self.function in ("center", "scale"):
            sd = np.std(x, ddof=1) if self.function == "scale" else np.ones(1)
            constants = (np.atleast_1d(x.mean()), np.atleast_1d(sd))
            if not np.all(constants[1] > 0):
                raise _too_few(self, "two different values")
        return FittedTransform(self, constants)

    def _inside(self, columns: Mapping[str, Numbers]) -> Numbers:
        return self.inside.values(columns)


@dataclass(frozen=True, slots=True)
class FittedTransform:
    """A function of columns with its constants.

    Attributes:
        transform: the function.
        constants: of ``poly`` the recurrence, of ``bs`` the knots, of ``center`` and
            ``scale`` mean and standard deviation, in the rows of the fit.
    """

    transform: Transform
    constants: tuple[Numbers, ...]

    def values(self, columns: Mapping[str, Numbers]) -> Numbers:
        """Rows x components.

        Raises:
            AnalysisError: EQ416, it is not defined in some rows.
        """
        own = self.transform
        needed = {name: np.asarray(columns[name], dtype=float) for name in own.columns}
        x = np.atleast_1d(own._inside(needed))
        options = dict(own.options)
        if own.function == "poly":
            made = _polynomial(x, options["degree"], self.constants)
        elif own.function == "bs":
            made = _spline(x, self.constants[0], options["degree"])
        elif own.function in ("center", "scale"):
            made = ((x - self.constants[0]) / self.constants[1])[:, None]
        else:
            made = x[:, None]
        wrong = ~np.isfinite(made).all(axis=1)
        if wrong.any():
            shown = {n: np.broadcast_to(v, x.shape)[wrong] for n, v in needed.items()}
            raise undefined(own, pd.DataFrame(shown))
        return made


def read_call(reader: Reader, name: str) -> Transform:
    """Reads the arguments of a function whose name and parenthesis were read.

    Raises:
        AnalysisError: EQ400, arguments that it does not have.
    """
    text = reader.text
    inside = reader.arithmetic()
    if name in ARITHMETIC:
        reader.expect(")")
        node = inside if name == "I" else Node("function", name, (inside,))
        transform = Transform("I", node)
    else:
        transform = Transform(name, inside, _options(reader, name))
    if not transform.columns:
        raise unreadable(text, f"{transform.label} names no column")
    return transform


def _options(reader: Reader, name: str) -> tuple[tuple[str, Any], ...]:
    """Literal arguments, by position or by name."""
    defaults = OF_ALL_ROWS[name]
    own = dict(defaults)
    order = list(defaults)
    while reader.accept(","):
        if reader.next.kind == "name" and reader.ahead(1).text == "=":
            key = reader.take().text
            reader.take()
        else:
            key = order[0] if order else ""
        if key not in own or key not in order:
            raise unreadable(
                reader.text,
                f"{name} has no argument {key!r} here; its arguments: "
                f"{', '.join(['a column', *defaults])}",
            )
        order.remove(key)
        own[key] = _literal(reader)
    reader.expect(")")
    _check(reader, name, own)
    return tuple(own.items())


def _literal(reader: Reader) -> Any:
    """A number, True or False, or several numbers in brackets or ``c()``."""
    if reader.next.text in ("True", "TRUE", "False", "FALSE"):
        return reader.take().text.upper() == "TRUE"
    if reader.next.text == "c" and reader.ahead(1).text == "(":
        reader.take()
    opened = reader.accept("[", "(")
    values = []
    while True:
        sign = -1.0 if reader.accept("-") else 1.0
        if reader.next.kind != "number":
            raise reader.unexpected("a number is expected")
        values.append(sign * float(reader.take().text))
        if not (opened and reader.accept(",")):
            break
    if opened:
        reader.expect("]" if opened == "[" else ")")
        return tuple(values)
    return int(values[0]) if values[0] == int(values[0]) else values[0]


def _check(reader: Reader, name: str, own: dict[str, Any]) -> None:
    """Rejects arguments out of range."""

    def whole(key: str, low: int) -> None:
        value = own[key]
        if isinstance(value, bool) or not isinstance(value, int) or value < low:
            raise unreadable(
                reader.text, f"{name} needs {key} = a whole number from {low}"
            )

    if name == "poly":
        whole("degree", 1)
        if not isinstance(own["raw"], bool):
            raise unreadable(reader.text, "poly needs raw = True or False")
    if name == "bs":
        whole("degree", 1)
        if isinstance(own["knots"], (int, float)) and not isinstance(
            own["knots"], bool
        ):
            own["knots"] = (float(own["knots"]),)
        if own["knots"] is None:
            own["df"] = own["degree"] if own["df"] is None else own["df"]
            whole("df", own["degree"])
        elif not isinstance(own["knots"], tuple) or own["df"] is not None:
            raise unreadable(reader.text, "bs needs either df or knots as numbers")


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(f'{v:g}' for v in value)}]"
    return str(value)


def _recurrence(own: Transform, x: Numbers, degree: int) -> tuple[Numbers, Numbers]:
    """Constants of the orthogonal polynomials of these values.

    Source: Kennedy and Gentle 1980, Statistical Computing, 343-344; R stats::poly.
    """
    if len(np.unique(x)) <= degree:
        raise _too_few(own, f"more than {counted(degree, 'different value')}")
    centres, norms = [], [float(len(x))]
    before, now = np.zeros_like(x), np.ones_like(x)
    for _ in range(degree):
        centre = float((x * now**2).sum() / norms[-1])
        ratio = norms[-1] / norms[-2] if len(norms) > 1 else 0.0
        before, now = now, (x - centre) * now - ratio * before
        centres.append(centre)
        norms.append(float((now**2).sum()))
    return np.array(centres), np.array(norms)


def _polynomial(x: Numbers, degree: int, constants: tuple[Numbers, ...]) -> Numbers:
    if not constants:
        return np.asarray(x[:, None] ** np.arange(1, degree + 1), dtype=float)
    centres, norms = constants
    before, now = np.zeros_like(x), np.ones_like(x)
    made = []
    for k in range(degree):
        ratio = norms[k] / norms[k - 1] if k else 0.0
        before, now = now, (x - centres[k]) * now - ratio * before
        made.append(now / np.sqrt(norms[k + 1]))
    return np.column_stack(made)


def _knots(own: Transform, x: Numbers, options: Mapping[str, Any]) -> Numbers:
    """All knots, those at the ends of the range repeated.

    Source: R splines::bs, Boundary.knots = range(x), inner knots at quantiles.
    """
    degree = options["degree"]
    low, high = float(x.min()), float(x.max())
    if low == high:
        raise _too_few(own, "two different values")
    inner = options["knots"]
    if inner is None:
        n = options["df"] - degree
        inner = np.quantile(x, np.linspace(0, 1, n + 2)[1:-1])
    inner = np.sort(np.asarray(inner, dtype=float))
    if len(inner) and not (low < inner[0] and inner[-1] < high):
        raise AnalysisError.single(
            "EQ416",
            f"the knots of {own.label} are not between {low:g} and {high:g}",
            where=f"formula, term {own.label}",
            fix="give knots inside the range of the values, or fewer of them",
        )
    ends = [low] * (degree + 1), [high] * (degree + 1)
    return np.concatenate([ends[0], inner, ends[1]])


def _spline(x: Numbers, knots: Numbers, degree: int) -> Numbers:
    """B-splines without the first, which the intercept replaces."""
    from scipy.interpolate import BSpline  # only where a formula asks for it

    n = len(knots) - degree - 1
    basis = BSpline(knots, np.eye(n), degree, extrapolate=True)
    return np.asarray(basis(x), dtype=float)[:, 1:]


def undefined(own: Transform, records: pd.DataFrame) -> AnalysisError:
    """The error EQ416."""
    return AnalysisError.single(
        "EQ416",
        f"{own.label} is not defined in {counted(len(records), 'row')}, "
        "such as a logarithm of 0 "
        "or of a negative number",
        where=f"formula, term {own.label}",
        fix="correct the values or make them missing, or choose another term",
        records=records,
    )


def _too_few(own: Transform, needed: str) -> AnalysisError:
    return AnalysisError.single(
        "EQ404",
        f"{own.label} needs {needed}",
        where=f"formula, term {own.label}",
        fix="use a lower degree or the column itself",
    )
