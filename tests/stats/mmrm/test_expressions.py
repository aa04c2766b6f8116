"""Arithmetic inside a formula: it means what Python and R mean, and runs no text."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.errors import AnalysisError
from equipoise.stats.mmrm.expressions import Node, Reader, tokens

COLUMNS = {"x": np.array([0.5, 2.0, 3.0]), "größe": np.array([1.0, 4.0, 9.0])}
LEAVES = st.one_of(
    st.sampled_from([Node("column", name) for name in COLUMNS]),
    st.integers(1, 9).map(lambda n: Node("number", float(n))),
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from("+-*/"), inner, inner).map(
            lambda t: Node("operator", t[0], t[1:])
        ),
        inner.map(lambda node: Node("operator", "^", (node, Node("number", 2.0)))),
        inner.map(lambda node: Node("operator", "-", (node,))),
        inner.map(lambda node: Node("function", "abs", (node,))),
    ),
    max_leaves=8,
)


def value(text: str) -> np.ndarray:
    return Reader(text).arithmetic().values(COLUMNS)


@given(TREES)
def test_what_is_written_is_read_back(tree: Node) -> None:
    np.testing.assert_array_equal(value(str(tree)), tree.values(COLUMNS))


@given(TREES)
def test_it_is_the_arithmetic_of_python(tree: Node) -> None:
    """The text is made by the test, and evaluated by Python here only."""
    text = str(tree).replace("^", "**")
    with np.errstate(all="ignore"):
        theirs = eval(text, {"abs": np.abs, **COLUMNS})  # noqa: S307
    np.testing.assert_array_equal(
        value(text), np.broadcast_to(theirs, value(text).shape)
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-x**2", [-0.25, -4, -9]),
        ("2**3**2", 512),
        ("2**-1", 0.5),
        ("x/2/2", [0.125, 0.5, 0.75]),
        ("1 - 2 - 3", -4),
        ("log(exp(x))", [0.5, 2, 3]),
        ("np.sqrt(größe)", [1, 2, 3]),
        ("1.5e1 + I(x)", [15.5, 17, 18]),
    ],
)
def test_order_of_operations(text: str, expected: object) -> None:
    np.testing.assert_allclose(value(text), expected, rtol=1e-15)


def test_any_name_stands_between_back_quotes() -> None:
    assert [t.text for t in tokens("`CAPS-5 total`*x") if t.kind == "name"] == [
        "CAPS-5 total",
        "x",
    ]


@pytest.mark.parametrize("text", ["x $ 2", "`x", "``", "1.2.3", "x;y", "open('f')"])
def test_a_sign_without_a_meaning_is_refused(text: str) -> None:
    with pytest.raises(AnalysisError, match="EQ400"):
        Reader(text).arithmetic()
