"""Schedules of infusions after the induction, and how they are spelled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from equipoise.errors import Problem, SimulationError, refuse

APART = 2  # days between the infusions of one booster, as in an induction
LONGEST = 3650


@dataclass(frozen=True, slots=True)
class Trigger:
    """A booster: infusions once response is found to be lost.

    Attributes:
        every: days between ratings.
        within: days from such a rating to the first infusion.
        infusions: given each time, two days apart.
        most: infusions in all; None for no limit.
        least: days from the last infusion before another booster is ordered.
    """

    every: int
    within: int = 2
    infusions: int = 1
    most: int | None = None
    least: int = 7


@dataclass(frozen=True, slots=True)
class Schedule:
    """What is given after the induction.

    Attributes:
        spelling: as typed.
        label: as text.
        gaps: days to each infusion from the one before, the first from the start of
            maintenance; the last gap is repeated. Empty for none.
        trigger: of boosters; None for none.
    """

    spelling: str
    label: str
    gaps: tuple[int, ...] = ()
    trigger: Trigger | None = None

    def planned(self, horizon: int) -> tuple[int, ...]:
        """Days of maintenance with a planned infusion, below ``horizon``."""
        days: list[int] = []
        day = number = 0
        while self.gaps:
            day += self.gaps[min(number, len(self.gaps) - 1)]
            if day >= horizon:
                break
            days.append(day)
            number += 1
        return tuple(days)

    def ratings(self, horizon: int) -> tuple[int, ...]:
        """Days of maintenance on which this schedule needs a rating."""
        if self.trigger is None:
            return ()
        return tuple(range(self.trigger.every, horizon, self.trigger.every))


def read_schedule(spelling: str) -> Schedule:
    """The schedule that a text spells.

    Args:
        spelling: ``none``; ``every:14``; ``taper:7x4,14x4,28``, gaps in days, each
            repeated as often as it says and the last one to the end; ``booster:7`` or
            ``booster:7,within=2,infusions=1,most=12,least=7``, the fields of
            ``Trigger``.

    Raises:
        SimulationError: EQ671.
    """
    kind, _, rest = spelling.strip().partition(":")
    maker = KINDS.get(kind)
    made = maker(spelling, [p for p in rest.split(",") if p]) if maker else None
    if made is None:
        raise SimulationError.single(
            "EQ671",
            f"{spelling!r} is not a schedule",
            where="schedule",
            fix="write none, every:14, taper:7x4,14x4,28 or booster:7,most=6, with "
            f"whole days from 1 to {LONGEST}",
        )
    return made


def check_schedules(
    schedules: Sequence[Schedule], horizon: int, allowed: int | None = None
) -> None:
    """Rejects schedules that cannot be followed within the horizon.

    Args:
        schedules: at least one.
        horizon: days of maintenance.
        allowed: infusions that one person may have; None for no limit.

    Raises:
        SimulationError: EQ672, all problems together.
    """
    found = [_problem(f"a horizon of {horizon} days", "1 day or more")] * (horizon < 1)
    names = [s.spelling for s in schedules]
    if len(set(names)) < len(names):
        found.append(_problem(f"{', '.join(names)}: one stands twice", "each once"))
    for s in schedules if horizon >= 1 else ():
        first = s.trigger.every if s.trigger else s.gaps[0] if s.gaps else 0
        if first >= horizon:
            what = f"{s.spelling} begins after {first} days, the horizon is {horizon}"
            found.append(_problem(what, "a longer horizon or a shorter interval"))
        most = len(s.planned(horizon)) + ((s.trigger.most or 0) if s.trigger else 0)
        if allowed is not None and most > allowed:
            what = f"{s.spelling} plans up to {most} infusions, allowed are {allowed}"
            found.append(_problem(what, "fewer infusions, or allow more"))
        if allowed is not None and s.trigger and s.trigger.most is None:
            what = f"{s.spelling} has no largest number, allowed are {allowed}"
            found.append(_problem(what, f"such as {s.spelling},most={allowed}"))
    refuse(SimulationError, found)


def _problem(what: str, wanted: str) -> Problem:
    return Problem(code="EQ672", what=what, where="schedules", fix=f"give {wanted}")


def _whole(text: str, least: int = 1) -> int | None:
    """A whole number within the bounds, or None."""
    good = text.isascii() and text.isdigit() and least <= int(text) <= LONGEST
    return int(text) if good else None


def _none(spelling: str, parts: list[str]) -> Schedule | None:
    return None if parts or ":" in spelling else Schedule("none", "no further infusion")


def _every(spelling: str, parts: list[str]) -> Schedule | None:
    gap = _whole(parts[0]) if len(parts) == 1 else None
    if gap is None:
        return None
    return Schedule(spelling.strip(), f"every {gap} days", (gap,))


def _taper(spelling: str, parts: list[str]) -> Schedule | None:
    gaps: list[int] = []
    told: list[str] = []
    for part in parts:
        gap, mark, times = part.partition("x")
        days, often = _whole(gap), _whole(times) if mark else 1
        if days is None or often is None:
            return None
        gaps += [days] * often
        told.append(f"{often} × every {days} days")
    if not gaps:
        return None
    told[-1] = f"then every {gaps[-1]} days"
    return Schedule(spelling.strip(), ", ".join(told), tuple(gaps))


def _booster(spelling: str, parts: list[str]) -> Schedule | None:
    every = _whole(parts[0]) if parts else None
    least = {"within": 0, "infusions": 1, "most": 1, "least": 0}
    given: dict[str, int] = {}
    for part in parts[1:]:
        name, _, value = part.partition("=")
        number = _whole(value, least[name]) if name in least else None
        if number is None or name in given:
            return None
        given[name] = number
    if every is None:
        return None
    trigger = Trigger(every, **given)
    label = f"when lost, rated every {every} days"
    if trigger.most is not None:
        label += f", at most {trigger.most}"
    return Schedule(spelling.strip(), label, (), trigger)


KINDS: dict[str, Callable[[str, list[str]], Schedule | None]] = {
    "none": _none,
    "every": _every,
    "taper": _taper,
    "booster": _booster,
}
