"""The columns of complete models are those of formulaic."""

from itertools import combinations
from unittest.mock import patch

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.stats.mmrm import encoding
from equipoise.stats.mmrm.coding import treatment_coding
from equipoise.stats.mmrm.formula import parse

FRAME = pd.DataFrame(
    {
        "a": pd.Categorical(["x", "y", "z w", "x", "y", "z w"]),
        "b": pd.Categorical([1.0, 2.0, 1.0, 2.0, 1.0, 2.0]),
        "c": pd.Categorical([True, False, True, False, False, True]),
        "u": np.arange(6.0),
        "v": np.arange(6.0) ** 2,
        "y": np.arange(6.0),
    }
)


def both(text: str) -> list[encoding.Encoding]:
    formula = parse(f"y ~ {text} + us(b | c)")
    ours = encoding.encode(formula, FRAME)
    with patch.object(encoding, "treatment_coding", lambda *_: None):
        return [ours, encoding.encode(formula, FRAME)]


@pytest.mark.property
@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(st.sampled_from("abcuv"), min_size=1, max_size=3, unique=True),
        min_size=1,
        max_size=3,
    ),
    st.randoms(use_true_random=False),
)
def test_complete_models_have_the_columns_of_formulaic(
    terms: list[list[str]], random: object
) -> None:
    """Law: for any products with all their margins, in any order of the text."""
    products = {
        frozenset(chosen): ":".join(chosen)
        for term in terms
        for size in range(1, len(term) + 1)
        for chosen in combinations(term, size)
    }
    texts = list(products.values())
    random.shuffle(texts)  # type: ignore[attr-defined]
    ours, theirs = both(" + ".join(texts))
    assert (ours.spec is None, theirs.spec is None) == (True, False)
    assert ours.names == theirs.names
    assert ours.columns == theirs.columns
    assert ours.parts == theirs.parts
    np.testing.assert_array_equal(ours.cells, theirs.cells)
    np.testing.assert_array_equal(ours.matrix(FRAME), theirs.matrix(FRAME))


@pytest.mark.parametrize("text", ["a:b", "b + a:b", "u:a", "a + b + a:b:c"])
def test_a_missing_margin_is_left_to_formulaic(text: str) -> None:
    ours, theirs = both(text)
    assert ours.spec is not None
    assert ours.names == theirs.names


def test_a_model_of_numbers_has_one_cell() -> None:
    coded = treatment_coding([("u",), ("u", "v")], {})
    assert coded is not None
    assert coded.names == ("(Intercept)", "u", "u:v")
    assert coded.cells.tolist() == [[1.0, 1.0, 1.0]]
