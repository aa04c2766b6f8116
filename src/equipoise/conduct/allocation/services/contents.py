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
    reason_of,
    sealed_reasons,
    syringes_of,
)


@dataclass(frozen=True, slots=True)
class Filled:
    """A syringe with its content.

    Attributes:
        why: it was discarded, as the pharmacist wrote it; empty if it was not.
    """

    syringe: Syringe
    content: Content
    why: str = ""


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
    why = {n: vault.open(sealed, reason_of(n)) for n, sealed in sealed_reasons()}
    return [
        Filled(
            known[row.number],
            Content(**json.loads(_opened(vault, row))),
            why.get(row.number, ""),
        )
        for row in SyringeRow.objects.all()
    ]


def _opened(vault: Vault, row: SyringeRow) -> str:
    return vault.open(row.content, f"syringe {row.number}")
