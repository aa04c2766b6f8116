"""The whole list with its seed and salt: after the end of the trial, for its auditors."""

from __future__ import annotations

import json
from pathlib import Path

from equipoise.conduct.allocation.disclosure import Disclosed
from equipoise.conduct.allocation.key import Vault
from equipoise.conduct.allocation.models import Allocation, Place, Sealed
from equipoise.conduct.allocation.services.sealing import bound
from equipoise.conduct.audit.models import stamp


def disclose(key: Path, trial: str) -> Disclosed:
    """Everything that the commitment was made of, and who got which place.

    Called only after every arm was opened (``open_all``), which is written down.

    Args:
        key: file of the key of the vault.
        trial: id of the protocol.

    Raises:
        ConductError: EQ931, EQ932.
    """
    vault, sealed = Vault(key), Sealed.objects.get()
    lines = []
    for place in Place.objects.order_by("id"):
        arm = vault.open(place.arm, bound(place)) if place.arm else ""
        lines.append(f"{place.stratum}\t{place.position}\t{place.kit}\t{arm}")
    rows = Allocation.objects.select_related("place")
    return Disclosed(
        commitment=sealed.commitment,
        seed=int(vault.open(sealed.seed, "seed")),
        salt=bytes.fromhex(vault.open(sealed.salt, "salt")),
        lines=tuple(lines),
        allocations=tuple(
            {
                "participant": row.participant,
                "kit": row.place.kit,
                "arm": vault.open(row.arm, f"participant {row.participant}"),
                "factors": json.loads(row.factors),
            }
            for row in rows
        ),
        about={
            "trial": trial,
            "method": sealed.method,
            "protocol": sealed.protocol,
            "sealed_at": stamp(sealed.made_at),
        },
    )
