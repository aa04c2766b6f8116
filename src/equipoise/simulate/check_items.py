"""Whether what a scenario states about items fits the instrument and the protocol."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.errors import listing
from equipoise.instruments.model import Instrument
from equipoise.protocol.model import Protocol
from equipoise.simulate.consistency import Finding, unknown_name
from equipoise.simulate.item_responses import Form
from equipoise.simulate.scenario_measurements import ItemCriterion, ItemPattern


def item_problems(
    pattern: ItemPattern,
    instrument: Instrument,
    made_of: Form,
    protocol: Protocol,
    place: str,
) -> Iterator[Finding]:
    """Findings about the items, the clusters and the criteria of a pattern.

    Args:
        pattern: of a course or an acute course.
        instrument: that it is about.
        made_of: items of the score.
        protocol: states the visits.
        place: of the course in the scenario.
    """
    known = made_of.items
    for i, stated in enumerate(pattern.emphasis, start=1):
        where = f"{place}.items.emphasis[{i}]"
        for name in stated.items:
            if name not in known:
                yield unknown_name("item", name, where, known)
    yield from _clusters(pattern, instrument, made_of, f"{place}.items.clusters")
    visits = [visit.id for visit in protocol.schedule.visits]
    for i, criterion in enumerate(pattern.criteria, start=1):
        where = f"{place}.items.criteria[{i}]"
        for name in criterion.visits:
            if name not in visits:
                yield unknown_name("visit", name, f"{where}.visits", visits)
        yield from _criterion(criterion, instrument, made_of, where)


def _clusters(
    pattern: ItemPattern, instrument: Instrument, made_of: Form, place: str
) -> Iterator[Finding]:
    """A cluster is a score of items, none of which is in another cluster."""
    taken: dict[str, str] = {}
    for name in pattern.clusters:
        if name not in instrument.scores:
            yield unknown_name("score", name, place, instrument.scores)
            continue
        items = instrument.scores[name].items
        foreign = [item for item in items if item not in made_of.items]
        twice = [item for item in items if item in taken]
        if foreign or not items:
            yield (
                "EQ613",
                f"the score {name!r} is not one of items of the course",
                place,
                f"name scores of some of the items {listing(made_of.items)}",
            )
        elif twice:
            yield (
                "EQ613",
                f"item {twice[0]!r} is in the clusters {taken[twice[0]]!r} and {name!r}",
                place,
                "name clusters that share no item",
            )
        taken |= dict.fromkeys(items, name)


def _criterion(
    criterion: ItemCriterion, instrument: Instrument, made_of: Form, place: str
) -> Iterator[Finding]:
    """The items can be given points one by one, and have the answer."""
    limit = criterion.at_most if criterion.at_least is None else criterion.at_least
    for name in criterion.items:
        if name not in made_of.items:
            yield unknown_name("item", name, f"{place}.items", made_of.items)
        elif name not in made_of.free:
            yield (
                "EQ613",
                f"item {name!r} is not by itself a part of the score, in steps of 1 point",
                f"{place}.items",
                f"name items of {listing(made_of.free)}",
            )
        elif limit not in instrument.items[name].allowed:
            yield (
                "EQ613",
                f"{limit} is no answer of item {name!r}",
                place,
                f"state one of {listing(map(str, instrument.items[name].allowed))}",
            )
