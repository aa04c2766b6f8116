"""The part of a scenario that says what is measured, over days and over minutes."""

from __future__ import annotations

from typing import Annotated, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from equipoise.instruments.provenance import Identifier, Part, Sourced, Text
from equipoise.protocol.quantity import Quantity
from equipoise.simulate.scenario_participants import Influence
from equipoise.simulate.scenario_response import Drive, Effect

Share = Annotated[float, Field(ge=0, le=1)]


class Level(Sourced):
    """Mean and standard deviation over participants."""

    mean: float
    sd: float = Field(ge=0)


class Spread(Sourced):
    """A standard deviation alone."""

    sd: float = Field(ge=0)


class ShareOf(Quantity):
    """A number between 0 and 1."""

    value: float = Field(ge=0, le=1)


class Limits(Sourced):
    """The lowest and the highest value that is recorded."""

    min: float
    max: float


class ArmLevel(Level):
    """Mean and standard deviation in one arm."""

    arm: Identifier


class Change(Sourced):
    """Mean change from baseline in one arm.

    Attributes:
        by_visit: visit id -> mean change. It is 0 up to the baseline visit, linear in
            days between the visits named, and constant after the last of them.
    """

    arm: Identifier
    by_visit: dict[Identifier, float] = Field(min_length=1)


class Emphasis(Sourced):
    """Items that take more (factor > 1) or less than their part of a total.

    Attributes:
        arm: only after baseline in this arm; None for all participants at all visits.
    """

    items: tuple[str, ...] = Field(min_length=1)
    factor: float = Field(gt=0)
    arm: Identifier | None = None


class ItemCriterion(Sourced):
    """What the items of all randomized participants meet at some visits.

    Totals stay as they are: the points are given to other items. A criterion that a
    total leaves no points for is met as far as the points go.

    Attributes:
        items: each by itself a part of the score, in steps of one point.
        visits: at which the criterion holds, such as the screening visit.
        at_least: answer that ``number`` of the items have or exceed; or
        at_most: answer that none of the items exceeds.
        number: of items for ``at_least``.
    """

    items: tuple[str, ...] = Field(min_length=1)
    visits: tuple[Identifier, ...] = Field(min_length=1)
    at_least: int | None = None
    at_most: int | None = None
    number: int = Field(default=1, ge=1)

    @model_validator(mode="after")
    def _one_limit(self) -> Self:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("state either at_least or at_most")
        if self.at_most is not None and self.number != 1:
            raise ValueError("number is for at_least: at_most holds for all items")
        if self.number > len(self.items):
            raise ValueError("number is greater than the number of items")
        return self


class ItemPattern(Sourced):
    """How a total spreads over its items.

    Attributes:
        spread: SD of the logarithm of an item's propensity; 0 spreads evenly.
        stable: share of that variance that belongs to the person and stays the same at
            every visit; it makes a profile recognizable over time.
        clusters: scores of the instrument; the items of each vary together.
        together: share of the variance that the items of a cluster have in common.
        criteria: what the items of the randomized meet at some visits.
    """

    spread: float = Field(ge=0)
    stable: Share
    emphasis: tuple[Emphasis, ...] = ()
    clusters: tuple[Identifier, ...] = ()
    together: Share = 0
    criteria: tuple[ItemCriterion, ...] = ()

    @model_validator(mode="after")
    def _clusters_have_a_share(self) -> Self:
        if bool(self.clusters) != (self.together > 0):
            raise ValueError("state clusters and together, or neither")
        return self


class Course(Part):
    """An instrument rated over days.

    Attributes:
        score: the score whose distribution is stated; items are made to give it.
        baseline: distribution up to the baseline visit, among screened participants.
        after: spread at later visits, in addition to individual differences by ``effects``.
        changes: mean changes as such, one an arm; or
        effects: what drug, placebo, expectancy and sessions do, along ``[response]``.
    """

    instrument: Identifier
    score: Text
    baseline: Level
    after: Spread
    changes: tuple[Change, ...] = ()
    effects: tuple[Effect, ...] = ()
    items: ItemPattern

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.changes) == bool(self.effects):
            raise ValueError("state either changes or effects, one for each arm")
        return self


class VisitCorrelation(Sourced):
    """Correlation of one person's scores at two visits, d days apart.

    ρ(d) = stable + (retest − stable) · exp(−d / days), a positive definite function
    for 0 ≤ stable ≤ retest < 1.
    """

    retest: float = Field(ge=0, lt=1)
    stable: Share
    days: float = Field(gt=0)


class Correlation(Sourced):
    """Correlation matrix by its lower triangle, row by row, with the diagonal."""

    names: tuple[Identifier, ...] = Field(min_length=1)
    lower: tuple[tuple[float, ...], ...]

    @model_validator(mode="after")
    def _is_triangle(self) -> Self:
        if [len(row) for row in self.lower] != list(range(1, len(self.names) + 1)):
            raise ValueError(
                "the lower triangle has one row per name; row k has k numbers"
            )
        return self

    def matrix(self) -> NDArray[np.float64]:
        """The full symmetric matrix, shape (k, k)."""
        full = np.zeros((len(self.names),) * 2)
        for k, row in enumerate(self.lower):
            full[k, : k + 1] = row
        return np.tril(full) + np.tril(full, -1).T


class MinuteCourse(Sourced):
    """Position of an effect between rest (0) and peak (1), by minute.

    Attributes:
        minutes: increasing; linear between them, constant outside.
        share: value at each of the minutes.
    """

    minutes: tuple[int, ...] = Field(min_length=1)
    share: tuple[Share, ...]

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if len(self.minutes) != len(self.share):
            raise ValueError("minutes and share must have the same length")
        if list(self.minutes) != sorted(set(self.minutes)):
            raise ValueError("minutes must increase")
        return self


class ConcentrationCourse(Part):
    """An effect that follows the concentration of the arm's drug in the blood.

    Its position between rest (0) and peak (1): what the participant's concentration is
    above the threshold, over what the typical person's peak is above it. Who has a
    higher concentration goes beyond 1.
    """

    drives: tuple[Drive, ...] = Field(min_length=1)


class AcuteCourse(Part):
    """An instrument rated at minutes around an infusion.

    A value is (1 − s) · rest + s · peak, with s from ``course`` times the attenuation
    to the power of earlier infusions; rest and peak are gamma distributed above the
    lowest possible score.

    Attributes:
        rest: distribution of the score without an effect.
        peaks: distribution of the score at the peak of the first infusion.
        attenuation: factor from each infusion to the next; 1 for none.
        stable: correlation of one person's values between infusions and minutes.
        limits: lowest and highest score that occurs; without them, those of the scale.
    """

    instrument: Identifier
    score: Text
    rest: Level
    peaks: tuple[ArmLevel, ...] = ()
    course: MinuteCourse | ConcentrationCourse
    attenuation: ShareOf
    stable: ShareOf
    limits: Limits | None = None
    items: ItemPattern


class Vital(Part):
    """A vital sign or laboratory value.

    Attributes:
        name: CDISC test code, as in the protocol.
        rest: distribution of persons' own levels.
        influences: characteristics on which the mean at rest depends; then the mean is
            that of participants to whom nothing is added, and the SD that of participants
            who are alike in these characteristics.
        within: SD of repeated values of one person.
        rises: rise above rest at the peak; negative for a fall.
        decimals: digits recorded after the point.
    """

    name: Identifier
    unit: Text
    decimals: int = Field(default=0, ge=0, le=3)
    rest: Level
    influences: tuple[Influence, ...] = ()
    within: Spread
    rises: tuple[ArmLevel, ...] = ()
    course: MinuteCourse | ConcentrationCourse
    limits: Limits


class ArmMedian(Sourced):
    """Median number of days in one arm."""

    arm: Identifier
    days: float = Field(gt=0)


class ArmProbability(Sourced):
    """A probability in one arm."""

    arm: Identifier
    probability: Share


class Relapse(Part):
    """Loss of a state (a ``loss-of`` definition) after an exponential time.

    Attributes:
        definition: id of the definition in the protocol.
        medians: median days from time zero among participants in the state then.
        kept: share of the arm's mean change that remains after the relapse.
        regained: probability that a visit which this loss triggers, with its infusion or
            session, restores the state.
    """

    definition: Identifier
    medians: tuple[ArmMedian, ...] = Field(min_length=1)
    kept: ShareOf
    regained: tuple[ArmProbability, ...] = ()
