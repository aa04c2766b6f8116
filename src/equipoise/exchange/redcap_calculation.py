"""Calculated fields of REDCap: formulas that are understood, and their values.

A formula is parsed, never evaluated as code. Blanks are treated as REDCap treats them:
``sum`` and ``mean`` skip them, every other operation with a blank gives a blank.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

Values = Mapping[str, "pd.Series[Any]"]
_Part = Callable[[Values], "pd.Series[Any] | float"]

DEEPEST, LONGEST = 40, 20_000  # nested parts and characters of a formula
_SYMBOL = re.compile(
    r"\s*(?:(?P<field>\[[^\[\]]+\])|(?P<number>\d+\.?\d*|\.\d+)"
    r"|(?P<name>[A-Za-z]\w*)|(?P<sign>[-+*/^(),]))"
)


class NotUnderstoodError(ValueError):
    """A formula uses something other than the functions that are known."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that is understood.

    Attributes:
        text: as REDCap stores it.
        fields: names in brackets, in their order.
    """

    text: str
    fields: tuple[str, ...]
    _part: _Part

    def values(self, fields: Values) -> pd.Series[Any]:
        """Value of the formula in each row, missing where it is blank.

        Args:
            fields: numbers of each field, missing where it is blank.
        """
        index = next(iter(fields.values())).index
        result = pd.Series(self._part(fields), index=index, dtype="float64")
        return result.where(np.isfinite(result))


def understood(text: str) -> Formula | None:
    """The formula, None if it is not fully understood.

    Known are fields in brackets, numbers, ``+ - * / ^``, ``sum``, ``mean``, ``round``,
    ``roundup``, ``rounddown``, ``min``, ``max``, ``abs`` and ``sqrt``. Not known are
    fields of other events, conditions and dates.

    Args:
        text: such as ``round([weight] / [height]^2, 1)``.
    """
    if len(text) > LONGEST:
        return None
    try:
        parser = _Parser(_symbols(text))
        part = parser.addition(0)
        parser.end()
    except NotUnderstoodError:
        return None
    fields = tuple(dict.fromkeys(parser.fields))
    return Formula(text, fields, part) if fields else None


def _symbols(text: str) -> list[str]:
    symbols, position = [], 0
    text = re.sub(r"//[^\n]*|/\*.*?\*/", " ", text, flags=re.DOTALL).strip()
    while position < len(text):
        found = _SYMBOL.match(text, position)
        if found is None:
            raise NotUnderstoodError(text[position : position + 10])
        symbols.append(found[0].strip())
        position = found.end()
    return symbols


class _Parser:
    """Recursive descent: addition, multiplication, sign, power, atom."""

    def __init__(self, symbols: Sequence[str]) -> None:
        self.symbols = list(symbols)
        self.fields: list[str] = []
        self.position = 0

    def peek(self) -> str:
        return self.symbols[self.position] if self.position < len(self.symbols) else ""

    def next(self) -> str:
        symbol = self.peek()
        self.position += 1
        return symbol

    def expect(self, symbol: str) -> None:
        if self.next() != symbol:
            raise NotUnderstoodError(symbol)

    def end(self) -> None:
        if self.peek():
            raise NotUnderstoodError(self.peek())

    def addition(self, depth: int) -> _Part:
        if depth > DEEPEST:
            raise NotUnderstoodError("too deep")
        part = self.multiplication(depth)
        while self.peek() in ("+", "-"):
            part = _binary(self.next(), part, self.multiplication(depth))
        return part

    def multiplication(self, depth: int) -> _Part:
        part = self.signed(depth)
        while self.peek() in ("*", "/"):
            part = _binary(self.next(), part, self.signed(depth))
        return part

    def signed(self, depth: int) -> _Part:
        negative = False
        while self.peek() in ("+", "-"):
            negative ^= self.next() == "-"
        part = self.power(depth)
        return _binary("-", _constant(0.0), part) if negative else part

    def power(self, depth: int) -> _Part:
        part = self.atom(depth)
        if self.peek() != "^":
            return part
        self.next()
        part = _binary("^", part, self.atom(depth))
        if self.peek() == "^":
            raise NotUnderstoodError("^ twice")  # programs differ in its order
        return part

    def atom(self, depth: int) -> _Part:
        symbol = self.next()
        if symbol == "(":
            part = self.addition(depth + 1)
            self.expect(")")
            return part
        if symbol.startswith("["):
            name = symbol[1:-1].strip()
            if self.peek().startswith("["):
                raise NotUnderstoodError("a field of another event")
            self.fields.append(name)
            return lambda values: values[name]
        if symbol[:1].isdigit() or symbol.startswith("."):
            return _constant(float(symbol))
        if symbol.lower() in FUNCTIONS and self.peek() == "(":
            return self.function(symbol.lower(), depth)
        raise NotUnderstoodError(symbol)

    def function(self, name: str, depth: int) -> _Part:
        self.expect("(")
        parts = [self.addition(depth + 1)]
        while self.peek() == ",":
            self.next()
            parts.append(self.addition(depth + 1))
        self.expect(")")
        function, few, many = FUNCTIONS[name]
        if not few <= len(parts) <= many:
            raise NotUnderstoodError(name)
        return lambda values: function([part(values) for part in parts])


def _constant(number: float) -> _Part:
    return lambda values: number


def _binary(sign: str, left: _Part, right: _Part) -> _Part:
    def part(values: Values) -> Any:
        a, b = np.asarray(left(values), float), np.asarray(right(values), float)
        with np.errstate(all="ignore"):  # what is not finite becomes a blank
            operations: dict[str, Callable[[], Any]] = {
                "+": lambda: a + b,
                "-": lambda: a - b,
                "*": lambda: a * b,
                "/": lambda: a / b,
                "^": lambda: np.power(a, b),
            }
            return _numbers(operations[sign]())

    return part


def _numbers(array: Any) -> Any:
    """The array, or a number if it holds only one without an index."""
    return float(array) if np.ndim(array) == 0 else array


def _table(parts: Sequence[Any]) -> Any:
    return np.vstack(np.broadcast_arrays(*[np.asarray(p, float) for p in parts]))


def _sum(parts: Sequence[Any]) -> Any:
    return np.nansum(_table(parts), axis=0) + _blank_where_all(parts)


def _mean(parts: Sequence[Any]) -> Any:
    table = _table(parts)
    count = (~np.isnan(table)).sum(axis=0)
    with np.errstate(all="ignore"):
        return np.nansum(table, axis=0) / count


def _blank_where_all(parts: Sequence[Any]) -> Any:
    """A blank where every part is blank, else zero."""
    return np.where(np.isnan(_table(parts)).all(axis=0), np.nan, 0.0)


def _rounded(how: Callable[[Any], Any]) -> Callable[[Sequence[Any]], Any]:
    def function(parts: Sequence[Any]) -> Any:
        places = np.asarray(parts[1] if len(parts) > 1 else 0.0, float)
        scale = np.power(10.0, places)
        number = np.asarray(parts[0], float) * scale
        # A half that the machine stores as 0.49999… is meant as a half.
        return np.sign(number) * how(np.abs(number)) / scale

    return function


FUNCTIONS: dict[str, tuple[Callable[[Sequence[Any]], Any], int, int]] = {
    "sum": (_sum, 1, 1000),
    "mean": (_mean, 1, 1000),
    "min": (lambda parts: np.fmin.reduce(_table(parts)), 1, 1000),
    "max": (lambda parts: np.fmax.reduce(_table(parts)), 1, 1000),
    "round": (_rounded(lambda n: np.floor(n + 0.5 + 1e-9)), 1, 2),
    "roundup": (_rounded(lambda n: np.ceil(n - 1e-9)), 1, 2),
    "rounddown": (_rounded(lambda n: np.floor(n + 1e-9)), 1, 2),
    "abs": (lambda parts: np.abs(np.asarray(parts[0], float)), 1, 1),
    "sqrt": (lambda parts: np.sqrt(np.asarray(parts[0], float)), 1, 1),
}
