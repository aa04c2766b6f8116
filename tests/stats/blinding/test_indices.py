"""Blinding indices, against the published examples."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.stats.blinding import bang_index, james_index

# Bang, Ni and Davis 2004, table 7 (CRISP); Houweling et al. 2014. By rows: first arm,
# second arm, don't know; columns: arm given. Four published digits: the tolerance.
EXAMPLES = {
    "CRISP": (
        [82, 27, 25, 29, 170, 83],
        (0.7479, 0.0217),
        (0.2058, 0.0352),
        (0.0144, 0.0538),
    ),
    "team": (
        [48, 22, 4, 30, 330, 319],
        (0.8964, 0.0109),
        (0.1152, 0.0179),
        (0.0216, 0.0194),
    ),
    "centre": (
        [94, 52, 11, 44, 289, 284],
        (0.8234, 0.0133),
        (0.2107, 0.0237),
        (-0.0211, 0.0258),
    ),
    "own": (
        [143, 104, 14, 57, 188, 175],
        (0.7051, 0.0159),
        (0.3739, 0.0302),
        (-0.1399, 0.0370),
    ),
}


@pytest.mark.parametrize("name", list(EXAMPLES))
def test_published_examples(name: str) -> None:
    rows, whole, first, second = EXAMPLES[name]
    counts = np.array(rows, dtype=float).reshape(3, 2)
    found = james_index(counts)
    assert found is not None
    assert (found.estimate, found.std_error) == pytest.approx(whole, abs=6e-5)
    for arm, wanted in ((0, first), (1, second)):
        own = bang_index(
            int(counts[arm, arm]), int(counts[1 - arm, arm]), int(counts[2, arm])
        )
        assert own is not None
        assert (own.estimate, own.std_error) == pytest.approx(wanted, abs=6e-5)


def test_the_published_interval() -> None:
    found = james_index(np.array(EXAMPLES["CRISP"][0], dtype=float).reshape(3, 2))
    assert found is not None
    assert found.interval() == pytest.approx((0.705, 0.791), abs=6e-4)


def test_nobody_knows_is_1_and_everybody_knows_is_0() -> None:
    nobody = james_index(np.array([[0, 0], [0, 0], [10.0, 12]]))
    assert nobody is not None
    assert (nobody.estimate, nobody.std_error) == (1.0, 0.0)
    all_know = james_index(np.array([[10.0, 0], [0, 10], [0, 0]]))
    assert all_know is not None
    assert all_know.estimate == pytest.approx(0.0)
    known = bang_index(10, 0, 0)
    assert known is not None
    assert (known.estimate, known.std_error) == (1.0, 0.0)


def test_no_guesses_no_index() -> None:
    assert james_index(np.zeros((3, 2))) is None
    assert bang_index(0, 0, 0) is None
    assert james_index(np.array([[5.0, 0], [0, 0], [0, 0]])) is None


@given(st.lists(st.integers(1, 40), min_size=6, max_size=6))
def test_the_order_of_the_arms_does_not_matter(n: list[int]) -> None:
    counts = np.array(n, dtype=float).reshape(3, 2)
    turned = counts[[1, 0, 2]][:, [1, 0]]
    one, other = james_index(counts), james_index(turned)
    assert one is not None
    assert other is not None
    assert one.estimate == pytest.approx(other.estimate)
    assert one.std_error == pytest.approx(other.std_error)
    assert -1e-12 <= one.estimate <= 1


def test_the_standard_error_is_that_of_many_samples() -> None:
    """10,000 multinomial samples: a standard deviation is known to 0.7%."""
    from equipoise.numerics.rng import stream

    counts = np.array(EXAMPLES["CRISP"][0], dtype=float).reshape(3, 2)
    n = int(counts.sum())
    rng = stream(1, "james")
    drawn = rng.multinomial(n, counts.ravel() / n, size=10_000).reshape(-1, 3, 2)
    values = [found.estimate for t in drawn if (found := james_index(t.astype(float)))]
    own = james_index(counts)
    assert own is not None
    assert np.std(values) == pytest.approx(own.std_error, rel=0.03)
