"""Reads a scenario from the text of its file, and checks its consistency."""

from __future__ import annotations

from collections.abc import Sequence
from warnings import warn

from pydantic import ValidationError

from equipoise.errors import Problem, SimulationError, refuse
from equipoise.errors.toml import read_toml
from equipoise.simulate.consistency import inconsistencies
from equipoise.simulate.scenario import Scenario


def parse_scenario(text: str, *, origin: str) -> Scenario:
    """The scenario in a TOML text; its table may still be named ``[truth]``.

    Args:
        text: content of the file.
        origin: name of the file, for messages.

    Raises:
        SimulationError: EQ601 to EQ608; all problems of the stage that failed.
    """
    content = read_toml(text, origin=origin, error=SimulationError, code="EQ601")
    if "truth" in content and "scenario" not in content:
        content["scenario"] = content.pop("truth")
        warn(
            f"{origin}: the table [truth] is now named [scenario]; rename it.",
            FutureWarning,
            stacklevel=2,
        )
    try:
        scenario = Scenario.model_validate(content)
    except ValidationError as error:
        raise SimulationError(
            *(
                Problem(
                    code="EQ602",
                    what=f"{detail['msg']} (got {_shown(detail['input'])})",
                    where=f"{origin}, {_place(detail['loc'])}",
                    fix="see docs/reference/scenario.md for the keys and their bounds",
                )
                for detail in error.errors()
            )
        ) from error
    refuse(SimulationError, inconsistencies(scenario, origin=origin))
    return scenario


def _place(loc: Sequence[str | int]) -> str:
    """``courses[1].baseline.sd``: entries of a list are counted from 1."""
    place = ""
    for part in loc:
        if isinstance(part, int):
            place += f"[{part + 1}]"
        else:
            place += f".{part}" if place else part
    return place


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
