"""Many allocations by the real services, in a vault of their own, as a program beside.

Run with ``EQUIPOISE_HOME`` set and the plan on standard input; writes JSON: for each
allocation arm, kit, seconds and bytes in the vault.
"""

from __future__ import annotations

import json
import sys
from time import perf_counter
from typing import Any


def allocations(plan: dict[str, Any], people: int) -> dict[str, list[Any]]:
    """Allocates so many participants, and opens the list.

    Args:
        plan: as for ``rehearse_conduct.setup``.
        people: how many; of strata in turn.
    """
    from django.conf import settings
    from django.utils import timezone

    from equipoise.conduct.allocation import services
    from equipoise.conduct.study.protocols import in_force
    from equipoise.rehearse_conduct.setup import set_up

    set_up(plan)
    protocol, key = in_force(), settings.VAULT_KEY
    known = {c.id: c.values for c in protocol.characteristics}
    kits, seconds, now = [], [], timezone.now()
    for number in range(people):
        name = f"S{number:05d}"
        levels = {
            factor: known[factor][number % len(known[factor])]
            for factor in protocol.randomization.strata
        }
        started = perf_counter()
        made = services.allocate(protocol, key, name, levels, actor="s", at=now)
        seconds.append(perf_counter() - started)
        kits.append(int(made.number))
    opened = services.open_all(key, reason="leak test", actor="s", at=now)
    return {
        "arms": [row.arm for row in opened],
        "kits": kits,
        "seconds": seconds,
        "sizes": _sizes(),
    }


def _sizes() -> list[int]:
    """Bytes of the sealed arm of each allocation, read past the services."""
    from django.db import connections

    with connections["vault"].cursor() as cursor:
        cursor.execute("SELECT length(arm) FROM allocation_allocation ORDER BY seq")
        return [int(row[0]) for row in cursor.fetchall()]


if __name__ == "__main__":
    import django

    django.setup()
    asked = json.load(sys.stdin)
    json.dump(allocations(asked["plan"], asked["people"]), sys.stdout)
