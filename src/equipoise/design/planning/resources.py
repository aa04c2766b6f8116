"""What a plan takes: time of recruitment, infusions, ratings and cost."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.design.requirements import check_positive, out_of_range
from equipoise.errors import DesignError, Problem, refuse

PARTS = ("participant", "infusion", "rating")


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """Rates and unit costs as stated; None for one that was not stated.

    Attributes:
        rate: participants randomized per unit of time.
        last_visit: from randomization to the last visit, in the same unit.
        unit: of time, such as months.
        infusions: for each participant.
        ratings: for each participant.
        cost_participant: of each participant, without infusions and ratings.
        cost_infusion: of each infusion.
        cost_rating: of each rating.

    Raises:
        DesignError: EQ801, a number is not above 0; EQ809, a number has no effect
            without another.

    Example:
        >>> made = Resources(rate=4, last_visit=3, infusions=6).numbers(140)
        >>> made["recruitment"], made["time_to_last_visit"], made["infusions"]
        (35.0, 38.0, 840)
    """

    rate: float | None = None
    last_visit: float | None = None
    unit: str = "months"
    infusions: int | None = None
    ratings: int | None = None
    cost_participant: float | None = None
    cost_infusion: float | None = None
    cost_rating: float | None = None

    def __post_init__(self) -> None:
        given = {
            name: value
            for name in ("rate", "infusions", "ratings", *(f"cost_{p}" for p in PARTS))
            if (value := getattr(self, name)) is not None
        }
        check_positive(**given)
        if self.last_visit is not None and not 0 <= self.last_visit < 1e9:
            raise DesignError(
                out_of_range("last_visit", self.last_visit, "of at least 0")
            )
        needs = (
            ("last_visit", "rate"),
            ("cost_infusion", "infusions"),
            ("cost_rating", "ratings"),
        )
        refuse(
            DesignError,
            [
                _without(name, other)
                for name, other in needs
                if getattr(self, name) is not None and getattr(self, other) is None
            ],
        )
        if self.unit != "months" and self.rate is None:
            raise DesignError(_without("time_unit", "rate"))

    def numbers(self, participants: int) -> dict[str, float]:
        """What so many randomized take; only what the statements allow to calculate.

        Args:
            participants: randomized.

        Returns:
            By name: ``recruitment`` and ``time_to_last_visit`` in ``unit``,
            ``infusions``, ``ratings``, and ``cost`` in the unit of the costs.
        """
        made: dict[str, float] = {}
        if self.rate is not None:
            made["recruitment"] = participants / self.rate
            if self.last_visit is not None:
                made["time_to_last_visit"] = participants / self.rate + self.last_visit
        counts = {"participant": participants}
        for name, each in (("infusion", self.infusions), ("rating", self.ratings)):
            if each is not None:
                counts[name] = made[f"{name}s"] = participants * each
        costs = [
            cost * counts[part]
            for part in PARTS
            if (cost := getattr(self, f"cost_{part}")) is not None
        ]
        return made | ({"cost": sum(costs)} if costs else {})

    def sentence(self, participants: int) -> str:
        """The same as text for the protocol; empty if nothing was stated."""
        made = self.numbers(participants)
        parts = []
        if "recruitment" in made:
            parts.append(
                f"At a rate of {self.rate:g} participants per "
                f"{self.unit.removesuffix('s')}, "
                f"recruitment takes {made['recruitment']:.1f} {self.unit}"
                + (
                    f" and the last visit is after {made['time_to_last_visit']:.1f}."
                    if "time_to_last_visit" in made
                    else "."
                )
            )
        counts = [
            f"{made[name]:.0f} {name}"
            for name in ("infusions", "ratings")
            if name in made
        ]
        if counts:
            parts.append(
                f"Planned: {' and '.join(counts)} if all participants complete."
            )
        if "cost" in made:
            parts.append(f"Cost in the unit of the stated costs: {made['cost']:,.0f}.")
        return " ".join(parts)


def _without(name: str, other: str) -> Problem:
    option, needed = (f"--{n.replace('_', '-')}" for n in (name, other))
    return Problem(
        code="EQ809",
        what=f"{option} has no effect without {needed}",
        where=f"design, {option}",
        fix=f"omit it, or give {needed}",
    )
