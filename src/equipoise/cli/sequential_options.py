"""Options of ``equipoise design group-sequential`` that state an endpoint."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Literal

from equipoise.errors import DesignError, Problem, refuse

if TYPE_CHECKING:  # kept out of `equipoise --help`: scipy takes a second
    from equipoise.design.planning.fixed_trial import FixedTrial
    from equipoise.design.requirements import Target
    from equipoise.design.sequential.recruitment import Recruitment

Endpoint = Literal["means", "proportions", "events", "mmrm"]
NEEDS: Mapping[str, tuple[str, ...]] = {  # endpoint -> options it needs
    "means": ("difference", "sd"),
    "proportions": ("first", "second"),
    "mmrm": ("difference", "sd", "correlation", "visits"),
    "events": ("hazard_ratio", "hazard", "recruitment", "accrual", "follow_up"),
}
ALLOWS: Mapping[str, tuple[str, ...]] = {  # and those that it may have
    "means": ("correlation", "ratio", "dropout", "recruitment", "time_to_outcome"),
    "proportions": ("ratio", "dropout", "recruitment", "time_to_outcome"),
    "mmrm": ("decay", "ratio", "dropout", "recruitment", "time_to_outcome"),
    "events": ("ratio", "loss"),
}

EFFECTS = ("difference", "first")  # what --n alone solves for


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointOptions:
    """The options as typed; None for one that was not given."""

    difference: float | None = None
    sd: float | None = None
    first: float | None = None
    second: float | None = None
    correlation: float | None = None
    visits: int | None = None
    decay: bool | None = None
    hazard_ratio: str | None = None
    hazard: str | None = None
    loss: float | None = None
    accrual: float | None = None
    follow_up: float | None = None
    ratio: float | None = None
    dropout: float | None = None
    recruitment: str | None = None
    time_to_outcome: float | None = None

    def effect(self, endpoint: Endpoint) -> float | None:
        """The assumed effect that --n alone would solve for, if it was given."""
        return self.first if endpoint == "proportions" else self.difference

    def check(self, endpoint: Endpoint | None, *, solve: bool = False) -> None:
        """Rejects options that are missing or have no effect.

        Args:
            endpoint: as typed.
            solve: whether the effect may be omitted, to be solved for.

        Raises:
            DesignError: EQ809, an option does not belong to the endpoint; EQ832, one that
                it needs is missing.
        """
        given = [f.name for f in fields(self) if getattr(self, f.name) is not None]
        needed = NEEDS[endpoint] if endpoint else ()
        allowed = (*needed, *(ALLOWS[endpoint] if endpoint else ()))
        when = f"with --endpoint {endpoint}" if endpoint else "without --endpoint"
        problems = [
            Problem(
                code="EQ809",
                what=f"{_option(name)} has no effect {when}",
                where=f"design, {_option(name)}",
                fix="omit it, or choose the --endpoint that it belongs to",
            )
            for name in given
            if name not in allowed
        ]
        problems += [
            Problem(
                code="EQ832",
                what=f"--endpoint {endpoint} needs {_option(name)}",
                where=f"design, {_option(name)}",
                fix=f"give {_option(name)}",
            )
            for name in needed
            if name not in given and not (solve and name in EFFECTS)
        ]
        if self.time_to_outcome is not None and self.recruitment is None:
            problems.append(
                Problem(
                    code="EQ809",
                    what="--time-to-outcome has no effect without --recruitment",
                    where="design, --time-to-outcome",
                    fix="give --recruitment, participants in the same unit of time",
                )
            )
        refuse(DesignError, problems)


def ask_trial(
    options: EndpointOptions, endpoint: Endpoint, target: Target
) -> tuple[Callable[[float], FixedTrial], float, float]:
    """The trial of an effect, no effect, and the largest effect that is looked for.

    Args:
        options: checked.
        endpoint: other than events.
        target: error, power and allocation.

    Raises:
        DesignError: EQ801, EQ802, EQ803, when the trial is asked for.
    """
    from equipoise.design.planning.fixed_trial import (
        trial_of_means,
        trial_of_proportions,
        trial_of_repeated_measures,
    )
    from equipoise.design.planning.repeated import RepeatedMeasures

    dropout = check_dropout(options.dropout)
    if endpoint == "proportions":
        second = _given(options.second)
        return (
            lambda first: trial_of_proportions(first, second, target, dropout=dropout),
            second, 1 - 1e-6,
        )  # fmt: skip
    sd = _given(options.sd)
    if endpoint == "means":
        return (
            lambda difference: trial_of_means(
                difference, sd, target, correlation=options.correlation or 0.0,
                dropout=dropout,
            ),
            0.0, 100 * sd,
        )  # fmt: skip
    correlation, visits = _given(options.correlation), options.visits or 1
    return (
        lambda difference: trial_of_repeated_measures(
            RepeatedMeasures(
                difference=difference, sd=sd, correlation=correlation, visits=visits,
                decay=bool(options.decay), dropout=dropout, target=target,
            )
        ),
        0.0, 100 * sd,
    )  # fmt: skip


def check_dropout(dropout: float | None) -> float:
    """A proportion from 0 to below 1.

    Raises:
        DesignError: EQ801.
    """
    from equipoise.design.requirements import out_of_range

    if dropout is not None and not 0 <= dropout < 1:
        raise DesignError(out_of_range("dropout", dropout, "from 0 to below 1"))
    return dropout or 0.0


def recruitment_of(text: str | None) -> Recruitment | None:
    """A recruitment from its text.

    Args:
        text: rates, each but the last with its duration: ``4`` or ``3x2,6x2,9``.

    Raises:
        DesignError: EQ801; EQ832, it cannot be read.
    """
    from equipoise.design.sequential.recruitment import Recruitment

    if text is None:
        return None
    rates, durations = periods(text, "--recruitment")
    if len(durations) == len(rates):
        durations = durations[:-1]
    return Recruitment(rates, durations)


def periods(text: str, option: str) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Values, and the durations of those that state one: ``0.9x3,0.6``.

    Raises:
        DesignError: EQ832, it cannot be read, or a duration is missing before the last.
    """
    values, durations = [], []
    parts = text.split(",")
    try:
        for position, part in enumerate(parts):
            value, cross, duration = part.partition("x")
            values.append(float(value))
            if cross:
                durations.append(float(duration))
            elif position + 1 < len(parts):
                raise ValueError
    except ValueError:
        raise DesignError.single(
            "EQ832",
            f"{option} {text!r} cannot be read",
            where=f"design, {option}",
            fix="give a value, or several, each but the last with its duration: 4, or "
            "3x2,6x2,9 for 3 during 2, then 6 during 2, then 9",
        ) from None
    return tuple(values), tuple(durations)


def _option(name: str) -> str:
    return "--" + name.replace("_", "-")


def _given(value: float | None) -> float:
    if value is None:
        raise AssertionError("an option that is needed has been checked")
    return value
