"""Numbers that SAS and R print on the pages of CAMIS, and how closely they must be met."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from tests.shared_data import shared


@dataclass(frozen=True)
class Printed:
    """Texts of one program, by the identifier of the number."""

    texts: dict[str, str]

    def disagreements(self, ours: Mapping[str, float]) -> dict[str, tuple[str, float]]:
        """Numbers that do not round to what is printed, and identifiers unknown here."""
        return {
            name: (self.texts.get(name, "absent"), value)
            for name, value in ours.items()
            if name not in self.texts or not _rounds_to(value, self.texts[name])
        }


def printed(name: str, program: str) -> Printed:
    """The numbers of ``../shared/reference/camis_<name>.json`` of a program."""
    content = json.loads(shared(f"reference/camis_{name}.json").read_text("utf-8"))
    return Printed(
        {
            row["id"]: row["value"]
            for row in content["printed"]
            if row["program"].startswith(program)
        }
    )


def _rounds_to(value: float, text: str) -> bool:
    """Half a unit of the last printed digit; ``<.0001`` is an upper bound."""
    if text.startswith("<"):
        return value < float(text[1:])
    mantissa, _, exponent = text.lower().partition("e")
    decimals = len(mantissa.partition(".")[2]) - int(exponent or 0)
    return abs(value - float(text)) <= 0.5000001 * 10.0**-decimals
