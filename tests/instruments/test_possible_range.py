"""The range that responses allow, compared with the range of a score."""

from equipoise.instruments.possible_range import same_range


def test_ranges_that_differ_by_rounding_are_the_same() -> None:
    assert same_range((0, 0.1 + 0.2), (0, 0.3))
    assert not same_range((0, 27), (0, 28))
