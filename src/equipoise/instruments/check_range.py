"""Checks the ranges of items, scores, thresholds and bands of an instrument file."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from equipoise.errors import listing
from equipoise.instruments.draft import Draft, Finding
from equipoise.instruments.model import Bands, Change, Convention, CutOff, Score
from equipoise.instruments.possible_range import same_range, span


def items(draft: Draft) -> Iterator[Finding]:
    """EQ204: the range of an item ascends, and its values are the range."""
    for name, item in draft.item.items():
        low, high = item.range
        if low >= high:
            yield Finding(
                "EQ204",
                f"the range {low} to {high} is not ascending",
                f"items.{name}",
                "write the lowest response first",
            )
        values = item.values
        if values and (
            list(values) != sorted(set(values)) or (values[0], values[-1]) != item.range
        ):
            yield Finding(
                "EQ204",
                f"values {list(values)} are not ascending from {low} to {high}",
                f"items.{name}",
                "list each value once, from the lowest to the highest",
            )


def scores(draft: Draft) -> Iterator[Finding]:
    """EQ204: the range of a score matches its items."""
    items = draft.item
    for name, score in draft.score.items():
        complete = all(part in items for part in score.own_items)
        empty = score.rule != "recorded" and not (score.own_items or score.own_scores)
        if (
            not complete
            or empty
            or (score.rule == "sum-of-maxima" and not score.groups)
        ):
            continue
        possible = span(score, items)
        if possible is not None and not same_range(score.range, possible):
            yield Finding(
                "EQ204",
                f"the range is {_interval(score.range)}, but that of its items is "
                f"{_interval(possible)}",
                f"scores.{name}",
                "correct the range, or the items of the score",
            )
        if score.range[0] >= score.range[1]:
            yield Finding(
                "EQ204",
                f"the range {_interval(score.range)} is not ascending",
                f"scores.{name}",
                "write the lowest value first",
            )


def thresholds(draft: Draft) -> Iterator[Finding]:
    """EQ204 and EQ205: a threshold is stated once, and can be reached."""
    for place, part in draft.meanings.items():
        score = draft.score.get(part.score)
        if isinstance(part, CutOff):
            yield from _one_of(place, at_least=part.at_least, at_most=part.at_most)
            yield from _inside(place, score, part.at_least, part.at_most)
        elif isinstance(part, Convention):
            percent = part.improvement_percent
            yield from _one_of(place, improvement_percent=percent, at_most=part.at_most)
            yield from _inside(place, score, part.at_most)
        elif isinstance(part, Change):
            yield from _possible(place, score, part.points)


def _possible(place: str, score: Score | None, points: float) -> Iterator[Finding]:
    if score is not None and points > score.range[1] - score.range[0]:
        yield Finding(
            "EQ204",
            f"a change of {points:g} points is more than the range "
            f"{_interval(score.range)} allows",
            place,
            "correct the points, or name another score",
        )


def _one_of(place: str, **given: float | None) -> Iterator[Finding]:
    if sum(value is not None for value in given.values()) != 1:
        yield Finding(
            "EQ205",
            f"exactly one of {listing(given)} is required",
            place,
            "give one and remove the other",
        )


def _inside(
    place: str, score: Score | None, *levels: float | None
) -> Iterator[Finding]:
    for level in levels:
        if (
            score
            and level is not None
            and not score.range[0] <= level <= score.range[1]
        ):
            yield Finding(
                "EQ204",
                f"{level:g} is outside the range {_interval(score.range)} of "
                f"{score.id!r}",
                place,
                "correct the threshold, or name another score",
            )


def bands(draft: Draft) -> Iterator[Finding]:
    """EQ206: bands cover the range of their score without overlap."""
    for place, part in draft.of(Bands).items():
        score = draft.score.get(part.score)
        if score is None:
            continue
        ranges = [band.range for band in part.bands]
        whole = 0 if score.rule == "mean" else 1  # the least step of the score
        joined = all(
            low == high + 1 if whole else low > high
            for (_, high), (low, _) in pairwise(ranges)
        )
        ends = (ranges[0][0], ranges[-1][1])
        if not joined or ends != score.range or any(low > high for low, high in ranges):
            yield Finding(
                "EQ206",
                f"bands {', '.join(_interval(r) for r in ranges)} do not cover "
                f"{_interval(score.range)} without gap or overlap",
                place,
                "start each band one above the end of the band before it, from the "
                "lowest to the highest value of the score",
            )


def _interval(values: tuple[float, float]) -> str:
    return f"{values[0]:g} to {values[1]:g}"
