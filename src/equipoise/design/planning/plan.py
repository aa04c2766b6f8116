"""What a calculation of a sample size states, for a protocol and an analysis plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from equipoise.numerics.rounding import fixed
from equipoise.protocol.toml_string import toml_string
from equipoise.version import __version__

Solved = Literal["size", "power", "difference"]
SOFTWARE = f"Equipoise {__version__}"


@dataclass(frozen=True, slots=True)
class Assumption:
    """A number on which the plan depends.

    Attributes:
        unit: of the value; empty for a proportion or a count.
        source: where the value comes from; empty if not stated.
    """

    name: str
    value: float
    unit: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Scenario:
    """A row of the sensitivity table: what changes, and what follows.

    Attributes:
        changed: which assumption, and how.
        power: with the planned number of participants.
        participants: randomized for the power of the target; None if no number is enough,
            or if it was not searched.
        searched: whether the number was calculated.
    """

    changed: str
    power: float
    participants: int | None
    searched: bool = True

    @property
    def size_text(self) -> str:
        """The number of participants, or why there is none."""
        if self.participants is not None:
            return str(self.participants)
        return "not reached" if self.searched else "not calculated"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTable:
    """A further table of a plan, in the texts that every form shows.

    Attributes:
        name: short, unique in the plan.
        head: column labels.
        rows: one text for each column.
        note: below the table.
    """

    name: str
    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFigure:
    """A further plot of a plan.

    Attributes:
        name: short, unique in the plan.
        x_label: of the horizontal axis, with its unit.
        y_label: of the vertical axis, with its unit.
        lines: label, x and y of each line.
        zero: whether the line y = 0 is drawn.
    """

    name: str
    title: str
    x_label: str
    y_label: str
    lines: tuple[tuple[str, tuple[float, ...], tuple[float, ...]], ...]
    zero: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The plan of a trial for one question.

    Attributes:
        question: such as "difference of two means".
        solved_for: the quantity that was calculated from the others.
        participants: to randomize.
        power: at the assumptions, with the number that has an outcome.
        target_power: for which the sizes of ``sensitivity`` are calculated.
        quantity: what ``power`` is: "power", or "assurance" under a prior.
        numbers: everything that was calculated, by name, unrounded.
        protocol: paragraph for section 10.11 of an ICH M11 protocol.
        sap: paragraph for the statistical analysis plan.
        sensitivity: what follows if an assumption does not hold.
        curve: participants randomized and power, for the plot.
        references: of the method.
        seed: of the random numbers; None if nothing was simulated.
        errors: Monte Carlo standard error of a number, by its name in ``numbers``.
        tables: further results, such as the analyses of a group sequential trial.
        figures: further plots, such as its boundaries.

    Example:
        >>> plan = Plan(
        ...     question="difference of two means", solved_for="size", participants=128,
        ...     power=0.801, target_power=0.8, protocol="...", sap="...",
        ... )
        >>> print(plan.size_block().splitlines()[1])
        participants = 128
    """

    question: str
    solved_for: Solved
    participants: int
    power: float
    target_power: float
    protocol: str
    sap: str
    quantity: str = "power"
    assumptions: tuple[Assumption, ...] = ()
    numbers: Mapping[str, Any] = field(default_factory=dict)
    sensitivity: tuple[Scenario, ...] = ()
    curve: tuple[tuple[int, float], ...] = ()
    references: tuple[str, ...] = ()
    seed: int | None = None
    errors: Mapping[str, float] = field(default_factory=dict)
    tables: tuple[PlanTable, ...] = ()
    figures: tuple[PlanFigure, ...] = ()

    def size_block(self) -> str:
        """The ``[size]`` block of a protocol file.

        Returns:
            TOML; an assumption without a stated source says so.
        """
        lines = [
            "[size]",
            f"participants = {self.participants}",
            f"source = {toml_string(f'{SOFTWARE}: {self.question}')}",
        ]
        for assumed in self.assumptions:
            lines += [
                "",
                "[[size.assumptions]]",
                f"name = {toml_string(assumed.name)}",
                f"value = {float(assumed.value)!r}",
                *([f"unit = {toml_string(assumed.unit)}"] if assumed.unit else []),
                f"source = {toml_string(assumed.source or NO_SOURCE)}",
            ]
        return "\n".join(lines) + "\n"

    def to_json(self) -> dict[str, Any]:
        """The plan with numbers that are numbers, for a file or another program."""
        return {
            **self.numbers,
            "question": self.question,
            "solved_for": self.solved_for,
            "participants": self.participants,
            "power": self.power,
            "quantity": self.quantity,
            "sensitivity_power": self.target_power,
            "assumptions": [
                {"name": a.name, "value": a.value, "unit": a.unit, "source": a.source}
                for a in self.assumptions
            ],
            "protocol_text": self.protocol,
            "sap_text": self.sap,
            "size_block": self.size_block(),
            "sensitivity": [
                {"changed": s.changed, "power": s.power, "participants": s.participants}
                for s in self.sensitivity
            ],
            "curve": [{"participants": n, "power": p} for n, p in self.curve],
            "references": list(self.references),
            "software": SOFTWARE,
            "seed": self.seed,
            "monte_carlo_errors": dict(self.errors),
        }


def power_text(power: float) -> str:
    """A power as every form of a plan shows it: never 100% for less than certainty."""
    shown = fixed(100 * power, 1)
    return "more than 99.9%" if shown == "100.0" and power < 1 else f"{shown}%"


def time_text(value: float, unit: str) -> str:
    """A time with its unit: 1 month, 1.5 months; without a stated unit, units of time."""
    one, several = unit.removesuffix("s") or "unit of time", unit or "units of time"
    return f"{value:.4g} {one if value == 1 else several}"


NO_SOURCE = "not stated: add the source"
