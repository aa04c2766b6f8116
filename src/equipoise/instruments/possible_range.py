"""The range that the responses of a score allow."""

from __future__ import annotations

from collections.abc import Mapping
from math import isclose

from equipoise.instruments.model import Item, Score


def span(score: Score, items: Mapping[str, Item]) -> tuple[float, float] | None:
    """Lowest and highest possible value of complete responses.

    Args:
        score: a score whose items are all among ``items``.
        items: by item id.

    Returns:
        None for a recorded score, which has no items to compare with.
    """
    low = {item: items[item].range[0] for item in score.own_items}
    high = {item: items[item].range[1] for item in score.own_items}
    match score.rule:
        case "sum":
            return sum(low.values()), sum(high.values())
        case "mean":
            return sum(low.values()) / len(low), sum(high.values()) / len(high)
        case "count-at-least":
            return 0, len(score.items)
        case "sum-of-maxima":
            lows = sum(max(low[item] for item in group) for group in score.groups)
            highs = sum(max(high[item] for item in group) for group in score.groups)
            return lows, highs
        case "all-of":
            return 0, 1
        case "recorded":
            return None


def same_range(first: tuple[float, float], second: tuple[float, float]) -> bool:
    """Whether two ranges are equal but for rounding."""
    pairs = zip(first, second, strict=True)
    return all(isclose(a, b, rel_tol=1e-5, abs_tol=1e-8) for a, b in pairs)
