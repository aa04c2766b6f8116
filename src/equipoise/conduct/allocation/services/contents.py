"""What was filled into every syringe: after the database was locked."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from equipoise.conduct.allocation.key import Vault
from equipoise.conduct.allocation.models import SyringeRow
from equipoise.conduct.allocation.services.syringes import (
    Content,
    Syringe,
    syringes_of,
)


@dataclass(frozen=True, slots=True)
class Filled:
    """A syringe with its content."""

    syringe: Syringe
    content: Content


def contents(key: Path) -> list[Filled]:
    """Every syringe, also one that was thrown away, in the order of filling.

    Each content is opened once. Who calls has opened every arm before with ``open_all``,
    which is written down: a syringe tells the arm of its participant and no other.

    Args:
        key: file of the key of the vault.

    Raises:
        ConductError: EQ932, a content does not open.
    """
    vault, known = Vault(key), {made.number: made for made in syringes_of()}
    return [
        Filled(known[row.number], Content(**json.loads(_opened(vault, row))))
        for row in SyringeRow.objects.all()
    ]


def _opened(vault: Vault, row: SyringeRow) -> str:
    return vault.open(row.content, f"syringe {row.number}")
