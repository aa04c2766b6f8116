"""The thresholds of the garbage collector are put back, whatever happens inside."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from equipoise.numerics.garbage_collection import ALLOCATED, rarely_collected


@pytest.fixture(autouse=True)
def _former() -> Iterator[None]:
    former = gc.get_threshold()
    gc.set_threshold(700, 10, 10)
    yield
    gc.set_threshold(*former)


def test_thresholds_are_higher_inside_and_the_same_after() -> None:
    """Also where one use stands in another."""
    with rarely_collected():
        assert gc.get_threshold() == (ALLOCATED, 10, 10)
        with rarely_collected():
            assert gc.get_threshold() == (ALLOCATED, 10, 10)
        assert gc.get_threshold() == (ALLOCATED, 10, 10)
    assert gc.get_threshold() == (700, 10, 10)


def test_thresholds_are_put_back_after_an_error() -> None:
    """As a decorator, and when what it decorates fails."""

    @rarely_collected()
    def failing() -> None:
        raise ValueError(str(gc.get_threshold()[0]))

    with pytest.raises(ValueError, match=str(ALLOCATED)):
        failing()
    assert gc.get_threshold() == (700, 10, 10)


@pytest.mark.parametrize("own", [(0, 10, 10), (1_000_000, 5, 5)])
def test_who_wants_fewer_searches_keeps_that(own: tuple[int, int, int]) -> None:
    """A collector that is switched off stays off; a higher threshold stays."""
    gc.set_threshold(*own)
    with rarely_collected():
        assert gc.get_threshold() == own
    assert gc.get_threshold() == own
