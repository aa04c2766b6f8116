"""Brent's search, as R's uniroot."""

from __future__ import annotations

import math

import pytest

from equipoise.stats.ranks.root_search import brent_root


@pytest.mark.reference
def test_it_stops_where_uniroot_stops() -> None:
    """R 4.2.2: uniroot(function(x) 2 - exp(x), c(0, 3), tol = 1e-4)$root, and of a step."""
    root = brent_root(lambda x: 2 - math.exp(x), 0, 3, 1e-4)
    assert root == pytest.approx(0.6931326375121936, rel=1e-13)
    root = brent_root(lambda x: 1.0 if x < 0.7 else -2.0, -1, 3, 1e-4)
    assert root == pytest.approx(0.6999314128943759, rel=1e-13)


def test_without_a_root_it_gives_the_nearer_end() -> None:
    assert brent_root(lambda x: -1.0, 0, 1, 1e-4) == 0
    assert brent_root(lambda x: 1.0, 0, 1, 1e-4) == 1
