"""Tokens of a formula, and arithmetic of columns; no text is ever evaluated as code."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from equipoise.errors import AnalysisError

Numbers = NDArray[np.float64]
FUNCTIONS: Mapping[str, Callable[[Numbers], Numbers]] = {
    "log": np.log,
    "log2": np.log2,
    "log10": np.log10,
    "log1p": np.log1p,
    "exp": np.exp,
    "expm1": np.expm1,
    "sqrt": np.sqrt,
    "abs": np.abs,
}
OPERATORS: Mapping[str, Callable[[Numbers, Numbers], Numbers]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "^": np.power,
}
SYMBOLS = ("**", *"~+-*/:^(),|=[]")


@dataclass(frozen=True, slots=True)
class Token:
    """A name, a number, a symbol, or the end of the text."""

    kind: str
    text: str
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Node:
    """A number, a column, or an operation on nodes.

    Attributes:
        kind: ``number``, ``column``, ``operator`` or ``function``.
        value: the number, or the name.
        inside: the nodes it works on.
    """

    kind: str
    value: Any
    inside: tuple[Node, ...] = ()

    def __str__(self) -> str:
        if self.kind == "number":
            return f"{self.value:g}"
        if self.kind == "column":
            return str(self.value)
        if self.kind == "function":
            return f"{self.value}({', '.join(map(str, self.inside))})"
        parts = [f"({n})" if n.kind == "operator" else str(n) for n in self.inside]
        if len(parts) == 1:
            return f"-{parts[0]}"
        space = "" if self.value in "^*/" else " "
        return f"{space}{self.value}{space}".join(parts)

    def columns(self) -> Iterator[str]:
        """Names of its columns, from left to right, perhaps repeated."""
        if self.kind == "column":
            yield self.value
        for node in self.inside:
            yield from node.columns()

    def values(self, columns: Mapping[str, Numbers]) -> Numbers:
        """Its value in each row; NaN or infinite where it is not defined."""
        if self.kind == "number":
            return np.asarray(float(self.value))
        if self.kind == "column":
            return columns[self.value]
        inside = [node.values(columns) for node in self.inside]
        with np.errstate(all="ignore"):  # what is not defined is rejected by its rows
            if self.kind == "function":
                return np.asarray(FUNCTIONS[self.value](inside[0]), dtype=float)
            if len(inside) == 1:
                return np.negative(inside[0])
            return np.asarray(OPERATORS[self.value](*inside), dtype=float)


def tokens(text: str) -> list[Token]:
    """Names, numbers and symbols of a formula.

    A name starts with a letter of any alphabet or ``_``, followed by letters, digits,
    ``_`` and ``.``; any other name stands between back-quotes.

    Raises:
        AnalysisError: EQ400, a character that has no meaning in a formula.
    """
    found: list[Token] = []
    at = 0
    while at < len(text):
        sign = text[at]
        if sign.isspace():
            at += 1
            continue
        end = _end_of_token(text, at)
        own = text[at:end]
        if sign == "`":
            found.append(Token("name", own[1:-1], quoted=True))
        elif sign.isdigit():
            found.append(Token("number", own))
        elif _starts_a_name(sign):
            found.append(Token("name", own))
        else:
            found.append(Token("symbol", "^" if own == "**" else own))
        at = end
    return [*found, Token("end", "")]


def _starts_a_name(sign: str) -> bool:
    return sign.isalpha() or sign == "_"


def _continues_a_name(sign: str) -> bool:
    return sign.isalnum() or sign in "_." or unicodedata.category(sign)[0] == "M"


def _end_of_token(text: str, at: int) -> int:
    sign = text[at]
    if sign == "`":
        end = text.find("`", at + 1)
        if end <= at + 1:
            raise unreadable(text, "a back-quote is not closed, or nothing is inside")
        return end + 1
    if sign.isdigit():
        return _end_of_number(text, at)
    if _starts_a_name(sign):
        end = at + 1
        while end < len(text) and _continues_a_name(text[end]):
            end += 1
        return end
    for symbol in SYMBOLS:
        if text.startswith(symbol, at):
            return at + len(symbol)
    raise unreadable(
        text,
        f"{sign!r} has no meaning in a formula; a column with such a name is written "
        "between back-quotes: `its name`",
    )


def _end_of_number(text: str, at: int) -> int:
    end = at
    while end < len(text) and (text[end].isdigit() or text[end] == "."):
        end += 1
    if text[end : end + 1] in ("e", "E"):
        digits = end + 1 + (text[end + 1 : end + 2] in ("+", "-"))
        if text[digits : digits + 1].isdigit():
            end = digits
            while end < len(text) and text[end].isdigit():
                end += 1
    try:
        float(text[at:end])
    except ValueError:
        raise unreadable(text, f"{text[at:end]!r} is not a number") from None
    return end


class Reader:
    """Tokens in order, with the arithmetic of the inside of a call."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._tokens = tokens(text)
        self._at = 0

    @property
    def next(self) -> Token:
        """The token to be read."""
        return self._tokens[self._at]

    def ahead(self, n: int) -> Token:
        """The n-th token after the next."""
        return self._tokens[min(self._at + n, len(self._tokens) - 1)]

    def take(self) -> Token:
        """Reads a token."""
        token = self.next
        self._at += token.kind != "end"
        return token

    def accept(self, *symbols: str) -> str | None:
        """Reads one of these symbols, if it is next."""
        if self.next.kind == "symbol" and self.next.text in symbols:
            return self.take().text
        return None

    def expect(self, symbol: str) -> None:
        """Reads this symbol.

        Raises:
            AnalysisError: EQ400, something else is next.
        """
        if not self.accept(symbol):
            raise self.unexpected(f"{symbol!r} is expected")

    def name(self, what: str) -> str:
        """Reads the name of a column."""
        if self.next.kind != "name":
            raise self.unexpected(f"{what} is expected")
        return self.take().text

    def closing(self) -> int:
        """Number of tokens up to the parenthesis that closes the next one."""
        depth = 0
        for number in range(len(self._tokens) - self._at):
            depth += {"(": 1, ")": -1}.get(self.ahead(number).text, 0)
            if depth == 0:
                return number
        raise unreadable(self.text, "a parenthesis is not closed")

    def unexpected(self, why: str) -> AnalysisError:
        """The error for a token that cannot be here."""
        here = repr(self.next.text) if self.next.kind != "end" else "the end"
        return unreadable(self.text, f"{why} at {here}")

    def arithmetic(self) -> Node:
        """A sum of products of powers, such as ``x**2 + log(z)/10``."""
        node = self._product()
        while sign := self.accept("+", "-"):
            node = Node("operator", sign, (node, self._product()))
        return node

    def _product(self) -> Node:
        node = self._signed()
        while sign := self.accept("*", "/"):
            node = Node("operator", sign, (node, self._signed()))
        return node

    def _signed(self) -> Node:
        if self.accept("-"):
            inside = self._signed()
            if inside.kind == "number":
                return Node("number", -inside.value)
            return Node("operator", "-", (inside,))
        self.accept("+")
        return self._power()

    def _power(self) -> Node:
        node = self._atom()
        if self.accept("^"):
            node = Node("operator", "^", (node, self._signed()))
        return node

    def _atom(self) -> Node:
        if self.accept("("):
            node = self.arithmetic()
            self.expect(")")
            return node
        if self.next.kind == "number":
            return Node("number", float(self.take().text))
        token = self.next
        name = self.name("a column, a number or a function")
        if token.quoted or not self.accept("("):
            return Node("column", name)
        function = name.removeprefix("np.")
        if function != "I" and function not in FUNCTIONS:
            raise unreadable(
                self.text,
                f"the function {name!r} is not available inside a term; available: "
                f"{', '.join(FUNCTIONS)}",
            )
        node = self.arithmetic()
        self.expect(")")
        return node if function == "I" else Node("function", function, (node,))


def unreadable(text: str, why: str) -> AnalysisError:
    """The error EQ400."""
    return AnalysisError.single(
        "EQ400",
        f"the formula cannot be read: {why}",
        where=f"formula {text!r}",
        fix="write it as outcome ~ baseline + arm * visit + us(visit | participant)",
    )
