"""Tokens and arithmetic of a formula."""

import numpy as np
import pytest

from equipoise.errors import AnalysisError
from equipoise.stats.mmrm.expressions import Reader, tokens

COLUMNS = {"x": np.array([1.0, 4.0]), "z y": np.array([2.0, 3.0])}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1 + 2 * x ^ 2", [3, 33]),
        ("-x^2", [-1, -16]),  # as in R and Python
        ("2 ** 3 ** 2 + 0 * x", [512, 512]),
        ("(x + 1) / `z y` - 1e-1", [0.9, 5 / 3 - 0.1]),
        ("log(exp(x)) + sqrt(x) + abs(-x)", [3, 10]),
        ("np.log2(x) + I(x - 1)", [0, 5]),
        ("+x", [1, 4]),
    ],
)
def test_arithmetic(text: str, wanted: list[float]) -> None:
    reader = Reader(text)
    node = reader.arithmetic()
    assert reader.next.kind == "end"
    np.testing.assert_allclose(node.values(COLUMNS), wanted)
    quoted = str(node).replace("z y", "`z y`")
    np.testing.assert_allclose(Reader(quoted).arithmetic().values(COLUMNS), wanted)


def test_names_are_of_any_alphabet() -> None:
    names = ["Größe", "возраст", "年齢", "x_1.b", "o\u0308l", "a b:c"]
    text = " + ".join([*names[:-1], f"`{names[-1]}`"])
    assert [t.text for t in tokens(text) if t.kind == "name"] == names


@pytest.mark.parametrize(
    "text",
    ["x @ z", "'x'", "1.2.3", "`x", "x[0", "x.__class__()", "(x", "x +", "foo(x)"],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(AnalysisError, match="EQ400"):
        read(text)


def read(text: str) -> None:
    """All of a text as one expression."""
    reader = Reader(text)
    reader.arithmetic()
    reader.expect("end of the text")
