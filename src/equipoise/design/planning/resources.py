"""What a plan takes: time of recruitment, infusions, ratings and cost."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.design.planning.plan import PlanTable
from equipoise.design.planning.sites import Site, interval, together
from equipoise.design.requirements import check_positive, out_of_range
from equipoise.design.sequential.recruitment import Recruitment
from equipoise.errors import DesignError, Problem, refuse
from equipoise.errors.counted import counted

PARTS = ("participant", "infusion", "rating")


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """Rates and unit costs as stated; None for one that was not stated.

    Attributes:
        rate: participants randomized per unit of time.
        sites: instead of ``rate``: those of each site, from its opening on.
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
    sites: tuple[Site, ...] = ()
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
        names = [site.name for site in self.sites]
        if len(set(names)) < len(names) or (names and self.rate is not None):
            what = "two sites have the same name"
            if self.rate is not None:
                what = "both --rate and --site are given"
            raise DesignError.single(
                "EQ809",
                what,
                where="design, --site",
                fix="give --rate for all sites together, or --site NAME=RATE once for "
                "each site",
            )
        paced = self._recruitment is not None
        needs = (
            ("last_visit", "rate", paced),
            ("cost_infusion", "infusions", self.infusions is not None),
            ("cost_rating", "ratings", self.ratings is not None),
        )
        refuse(
            DesignError,
            [
                _without(name, other)
                for name, other, known in needs
                if getattr(self, name) is not None and not known
            ],
        )
        if self.unit != "months" and not paced:
            raise DesignError(_without("time_unit", "rate"))

    @property
    def _recruitment(self) -> Recruitment | None:
        if self.rate is not None:
            return Recruitment((self.rate,))
        return together(self.sites) if self.sites else None

    def numbers(self, participants: int) -> dict[str, float]:
        """What so many randomized take; only what the statements allow to calculate.

        Args:
            participants: randomized.

        Returns:
            By name: ``recruitment``, with its 90% interval if people arrive
            independently, and ``time_to_last_visit`` in ``unit``, ``infusions``,
            ``ratings``, and ``cost`` in the unit of the costs.
        """
        made: dict[str, float] = {}
        if (recruitment := self._recruitment) is not None:
            made["recruitment"] = recruitment.time_of(participants)
            low, high = interval(recruitment, participants)
            made["recruitment_lower"], made["recruitment_upper"] = low, high
            if self.last_visit is not None:
                made["time_to_last_visit"] = made["recruitment"] + self.last_visit
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
            parts.append(self._time(made))
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

    def _time(self, made: dict[str, float]) -> str:
        unit = self.unit.removesuffix("s")
        if self.rate is not None:
            pace = f"At a rate of {self.rate:g} participants per {unit}"
        else:
            total = sum(site.rate for site in self.sites)
            pace = (
                f"With {counted(len(self.sites), 'site')} that randomize {total:g} "
                f"participants per {unit} together once all are open"
            )
        last = (
            f" and the last visit is after {made['time_to_last_visit']:.1f}"
            if "time_to_last_visit" in made
            else ""
        )
        return (
            f"{pace}, recruitment takes {made['recruitment']:.1f} {self.unit} (90% of "
            f"trials with these rates: {made['recruitment_lower']:.1f} to "
            f"{made['recruitment_upper']:.1f}){last}."
        )

    def by_site(self, participants: int) -> dict[str, float]:
        """Expected participants of each site at the end; empty without sites."""
        if not self.sites:
            return {}
        end = together(self.sites).time_of(participants)
        return {site.name: site.randomized(end) for site in self.sites}

    def tables(self, participants: int) -> tuple[PlanTable, ...]:
        """What is expected of each site, as a table; empty without sites."""
        expected = self.by_site(participants)
        if not expected:
            return ()
        rows = [
            (s.name, f"{s.opens:g}", f"{s.rate:g}", f"{expected[s.name]:.1f}")
            for s in self.sites
        ]
        unit = self.unit.removesuffix("s")
        head = ("Site", f"Opens ({self.unit})", f"Participants per {unit}", "Expected")
        return (
            PlanTable(
                name="sites", title="Recruitment by site", head=head, rows=tuple(rows),
                note=f"Expected: participants of the site when all {participants} are "
                "randomized.",
            ),
        )  # fmt: skip


def _without(name: str, other: str) -> Problem:
    option, needed = (f"--{n.replace('_', '-')}" for n in (name, other))
    return Problem(
        code="EQ809",
        what=f"{option} has no effect without {needed}",
        where=f"design, {option}",
        fix=f"omit it, or give {needed}",
    )
