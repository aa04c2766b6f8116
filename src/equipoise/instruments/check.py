"""Checks the content of an instrument file, in addition to its keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from equipoise.errors import Problem, listing
from equipoise.errors.counted import counted
from equipoise.instruments import check_range
from equipoise.instruments.draft import Draft, Finding
from equipoise.instruments.model import (
    Alternatives,
    Item,
    Missing,
    Rule,
    Score,
)
from equipoise.instruments.provenance import Sourced

USES: Mapping[Rule, frozenset[str]] = {
    "sum": frozenset({"items"}),
    "mean": frozenset({"items"}),
    "count-at-least": frozenset({"items", "at_least"}),
    "sum-of-maxima": frozenset({"groups"}),
    "all-of": frozenset({"all_of"}),
    "recorded": frozenset(),
}
PRORATED = ("sum", "mean")


def check(draft: Draft, *, origin: str) -> list[Problem]:
    """All problems of the content of an instrument file."""
    return [
        Problem(
            code=found.code,
            what=found.what,
            where=f"{origin}, {found.place}",
            fix=found.fix,
        )
        for find in CHECKS
        for found in find(draft)
    ]


def _provenance(draft: Draft) -> Iterator[Finding]:
    """EQ202; elements with the same problem are named together."""
    stated: dict[str, Sourced] = dict(draft.of(Sourced))
    stated |= {
        f"{place}.missing": score.missing
        for place, score in draft.of(Score).items()
        if score.missing != draft.parts.get("missing")
    }
    if isinstance(response := draft.parts.get("response"), Sourced):
        said = (response.source, response.assumed)
        for place, item in draft.of(Item).items():
            if (item.source, item.assumed) == said:
                del stated[place]
    faults = {
        "has neither a source nor assumed = true": [
            place for place, part in stated.items() if not (part.source or part.assumed)
        ],
        "has both a source and assumed = true": [
            place for place, part in stated.items() if part.source and part.assumed
        ],
    }
    for fault, places in faults.items():
        if places:
            yield Finding(
                "EQ202",
                f"{', '.join(places)}: each {fault}",
                places[0],
                'give either source = "..." or assumed = true',
            )


def _names(draft: Draft) -> Iterator[Finding]:
    """EQ203: every name that is used must exist."""
    for place, score in draft.of(Score).items():
        yield from _absent(score.own_items, draft.items, "items", place)
        yield from _absent(score.own_scores, draft.scores, "scores", place)
    for place, part in draft.of(Alternatives).items():
        yield from _absent(part.items, draft.items, "items", place)
    for place, meaning in draft.meanings.items():
        yield from _absent((meaning.score,), draft.scores, "scores", place)
    primary = draft.primary_score
    if isinstance(primary, str):
        yield from _absent((primary,), draft.scores, "scores", "primary_score")
    for name in draft.score:
        if name in _reached(name, draft.score):
            yield Finding(
                "EQ203",
                f"score {name!r} depends on itself",
                f"scores.{name}",
                "name only other scores in its conditions",
            )


def _ids(draft: Draft) -> Iterator[Finding]:
    """EQ203: an item or score that repeats its id repeats its key."""
    for kind, parts in (("items", draft.item), ("scores", draft.score)):
        for name, part in parts.items():
            if part.id != name:
                yield Finding(
                    "EQ203",
                    f"the id {part.id!r} differs from the key {name!r}",
                    f"{kind}.{name}",
                    "remove the id; the key is the id",
                )


def _absent(
    used: Iterable[str], known: Iterable[str], kind: str, place: str
) -> Iterator[Finding]:
    unknown = [name for name in used if name not in set(known)]
    if unknown:
        yield Finding(
            "EQ203",
            f"there are no {kind} {listing(unknown)}",
            place,
            f"use {kind} of the instrument: {', '.join(known) or '(none)'}",
        )


def _reached(name: str, scores: Mapping[str, Score]) -> set[str]:
    """Scores on which a score depends, directly or through others."""
    reached: set[str] = set()
    waiting = [name]
    while waiting:
        score = scores.get(waiting.pop())
        new = set(score.own_scores) - reached if score else set()
        reached |= new
        waiting += new
    return reached


def _rules(draft: Draft) -> Iterator[Finding]:
    """EQ205: a score has what its rule needs, and nothing else."""
    for place, score in draft.of(Score).items():
        given = {
            key
            for key in ("items", "groups", "at_least", "all_of")
            if getattr(score, key) not in ((), None)
        }
        for key in sorted(USES[score.rule] - given):
            yield Finding(
                "EQ205", f"rule {score.rule!r} needs {key!r}", place, f"add {key!r}"
            )
        for key in sorted(given - USES[score.rule]):
            yield Finding(
                "EQ205",
                f"rule {score.rule!r} does not use {key!r}",
                place,
                f"remove {key!r}, or choose another rule",
            )
        yield from _repeats(place, score)
        yield from _missing_rule(place, score)


def _repeats(place: str, score: Score) -> Iterator[Finding]:
    named = [*score.items, *(item for group in score.groups for item in group)]
    twice = sorted({item for item in named if named.count(item) > 1})
    if twice:
        yield Finding(
            "EQ205",
            f"items are named more than once: {listing(twice)}",
            place,
            "name each item once",
        )
    for number, part in enumerate(score.all_of):
        if (part.score is None) == (not part.any_of):
            yield Finding(
                "EQ205",
                "the condition does not have exactly one of score and any_of",
                f"{place}.all_of.{number}",
                "give one of them",
            )


def _missing_rule(place: str, score: Score) -> Iterator[Finding]:
    rule: Missing = score.missing
    prorated = rule.rule == "prorate"
    if prorated and score.rule not in PRORATED:
        yield Finding(
            "EQ205",
            f"rule {score.rule!r} cannot be prorated",
            f"{place}.missing",
            "use the missing rule 'none'",
        )
    if prorated == (rule.at_most is None):
        yield Finding(
            "EQ205",
            "missing rule 'prorate' needs at_most, and missing rule 'none' does not use it",
            f"{place}.missing",
            "add or remove at_most",
        )
    elif rule.at_most is not None and score.items and rule.at_most >= len(score.items):
        yield Finding(
            "EQ205",
            f"at_most = {rule.at_most}, but there are {counted(len(score.items), 'item')}",
            f"{place}.missing",
            "set at_most below the number of items",
        )


def _alternatives(draft: Draft) -> Iterator[Finding]:
    """EQ205: alternatives are disjoint, and each score takes the highest of them."""
    sets = draft.of(Alternatives)
    named = [item for part in sets.values() for item in part.items]
    twice = sorted({item for item in named if named.count(item) > 1})
    if twice:
        yield Finding(
            "EQ205",
            f"items are in alternatives more than once: {listing(twice)}",
            "alternatives",
            "name each item once",
        )
    for place, part in sets.items():
        for name, score in draft.score.items():
            used = set(part.items) & set(score.own_items)
            if used and not any(set(part.items) <= set(g) for g in score.groups):
                yield Finding(
                    "EQ205",
                    f"score {name!r} uses {listing(used)}, of which only one is rated, "
                    "but does not take the highest of them",
                    place,
                    "put all of them into one group of a sum-of-maxima",
                )


def _symptom_free(draft: Draft) -> Iterator[Finding]:
    """EQ204: the response for "not observed" is a response to every item."""
    value = draft.symptom_free
    lacking = [n for n, item in draft.item.items() if value not in item.allowed]
    if value is not None and lacking:
        yield Finding(
            "EQ204",
            f"{value!r} is not a response to items {listing(lacking)}",
            "symptom_free",
            "give a response that every item has, or remove symptom_free",
        )


CHECKS = (
    _provenance,
    _ids,
    _names,
    _rules,
    _alternatives,
    check_range.items,
    check_range.scores,
    check_range.thresholds,
    check_range.bands,
    _symptom_free,
)
