"""A rating scale or questionnaire: its items, its scores, and their interpretation.

An instrument is data: a TOML file that a clinician can read and correct. Every number
in it states its ``source`` or is marked as an assumption (``assumed = true``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from equipoise.instruments.provenance import Identifier, Part, Sourced, Text

InstrumentId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_]*$", max_length=40)]
Direction = Literal["lower", "higher"]
Rater = Literal["clinician", "self", "observer"]
Rule = Literal["sum", "mean", "count-at-least", "sum-of-maxima", "all-of", "recorded"]


class Recall(Sourced):
    """The recall period of the responses, such as ``past week``."""

    period: Text


class Licence(Sourced):
    """The copyright owner of the wording, and the terms of its use.

    Attributes:
        wording_shipped: True if Equipoise includes the exact wording. Labels of items
            are short nouns and not the wording.
    """

    owner: Text
    terms: Text
    wording_shipped: bool


class Item(Sourced):
    """One question or rating.

    Attributes:
        label: a short noun, not the wording of the form.
        range: lowest and highest integer response.
        values: the allowed responses, ascending, if not every integer in ``range`` is
            allowed; empty otherwise.
    """

    id: Identifier
    label: Text
    range: tuple[int, int]
    values: tuple[int, ...] = ()

    @property
    def allowed(self) -> tuple[int, ...]:
        """Every allowed response, ascending."""
        return self.values or tuple(range(self.range[0], self.range[1] + 1))


class Alternatives(Sourced):
    """Items of which only one is rated; the others stay blank.

    A blank item is not a missing response if one of the items has a response. A score
    takes the highest of them: they form one group of a ``sum-of-maxima``.
    """

    items: tuple[Identifier, ...] = Field(min_length=2)


class Missing(Sourced):
    """Rule for a score with missing responses.

    Attributes:
        rule: ``none``: the score is missing unless every item has a response.
            ``prorate``: missing items are replaced by the mean of the others.
        at_most: maximum number of missing items for ``prorate``.
    """

    rule: Literal["none", "prorate"]
    at_most: Annotated[int, Field(ge=1)] | None = None


class Condition(Part):
    """A condition of a diagnostic rule: a score, or any of some items, is high enough.

    Exactly one of ``score`` and ``any_of`` is given.

    Attributes:
        score: id of a score of the same instrument.
        any_of: items; one at or above ``at_least`` is sufficient.
        at_least: the threshold.
    """

    score: Identifier | None = None
    any_of: tuple[Identifier, ...] = ()
    at_least: float


class Score(Sourced):
    """A number calculated from the items, or recorded without them.

    Attributes:
        range: lowest and highest possible value of complete responses.
        rule: how it is calculated.
            ``sum``, ``mean``: of ``items``;
            ``count-at-least``: number of ``items`` at or above ``at_least``;
            ``sum-of-maxima``: the highest response of each of ``groups``, summed;
            ``all-of``: 1 if every condition of ``all_of`` is met, else 0;
            ``recorded``: recorded as a score, never calculated.
        missing: rule for missing responses.
    """

    id: Identifier
    label: Text
    unit: Text
    range: tuple[float, float]
    rule: Rule
    items: tuple[Identifier, ...] = ()
    groups: tuple[Annotated[tuple[Identifier, ...], Field(min_length=1)], ...] = ()
    at_least: float | None = None
    all_of: tuple[Condition, ...] = ()
    missing: Missing

    @property
    def own_items(self) -> tuple[str, ...]:
        """Items that the score names itself, each once, in the order of naming."""
        in_groups = (item for group in self.groups for item in group)
        in_conditions = (item for part in self.all_of for item in part.any_of)
        return tuple(dict.fromkeys([*self.items, *in_groups, *in_conditions]))

    @property
    def own_scores(self) -> tuple[str, ...]:
        """Scores that the conditions of the score name."""
        return tuple(part.score for part in self.all_of if part.score is not None)


class Band(Part):
    """One band of severity, both ends included."""

    label: Text
    range: tuple[float, float]


class Bands(Sourced):
    """Bands of severity of a score, ascending."""

    score: Identifier
    bands: tuple[Band, ...] = Field(min_length=2)


class CutOff(Sourced):
    """A cut-off of a score: at or above, or at or below.

    Exactly one of ``at_least`` and ``at_most`` is given.
    """

    label: Text
    score: Identifier
    at_least: float | None = None
    at_most: float | None = None


class Change(Sourced):
    """A clinically relevant improvement of a score, in points.

    Attributes:
        label: such as ``reliable change``.
        points: minimum improvement, positive for both directions of benefit.
    """

    label: Text
    score: Identifier
    points: Annotated[float, Field(gt=0)]


class Convention(Sourced):
    """Conventional definition of response or remission; a protocol states its own.

    Exactly one of ``improvement_percent`` and ``at_most`` is given.

    Attributes:
        improvement_percent: minimum improvement from baseline, in percent of baseline.
        at_most: highest value of the score.
    """

    label: Literal["response", "remission"]
    score: Identifier
    improvement_percent: Annotated[float, Field(gt=0, le=100)] | None = None
    at_most: float | None = None


class Instrument(Part):
    """A rating scale or questionnaire.

    Attributes:
        schema_: version of the file format.
        better: direction of benefit of every score; no sign is ever guessed.
        rater: who rates it.
        items: by item id, in the order of the form; empty if only totals are known.
        scores: by score id, in the order of reports.
        primary_score: the main score of the instrument.
        alternatives: sets of items of which only one is rated.
        symptom_free: the response to every item if nothing was observed, such as 0 of the
            CADSS and 5 ("awake") of the MOAA/S; None if there is no such response.
    """

    schema_: Literal[1] = Field(alias="schema")
    id: InstrumentId
    name: Text
    version: Text
    recall: Recall
    better: Direction
    rater: Rater
    source: Text
    note: Text | None = None
    licence: Licence
    items: Mapping[Identifier, Item] = Field(default_factory=dict)
    scores: Mapping[Identifier, Score] = Field(min_length=1)
    primary_score: Identifier
    alternatives: tuple[Alternatives, ...] = ()
    symptom_free: int | None = None
    bands: tuple[Bands, ...] = ()
    cut_offs: tuple[CutOff, ...] = ()
    changes: tuple[Change, ...] = ()
    conventions: tuple[Convention, ...] = ()

    def answers_needed(self, score_id: str) -> tuple[tuple[str, ...], ...]:
        """Sets of items of which a score needs one response each.

        A set has one item, or is one of ``alternatives``. KeyError if the score does not
        exist.
        """
        set_of = {item: part.items for part in self.alternatives for item in part.items}
        sets = (set_of.get(item, (item,)) for item in self.items_of(score_id))
        return tuple(dict.fromkeys(sets))

    def items_of(self, score_id: str) -> tuple[str, ...]:
        """Every item on which a score depends, also through other scores, in form order.

        KeyError if the score does not exist.
        """
        reached: set[str] = set()
        waiting, seen = [score_id], {score_id}
        while waiting:
            score = self.scores[waiting.pop()]
            reached.update(score.own_items)
            waiting += [name for name in score.own_scores if name not in seen]
            seen.update(score.own_scores)
        return tuple(item for item in self.items if item in reached)
