"""Who is locked now, for lists: the last lock or unlock of each participant."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from equipoise.conduct.audit.models import STUDY, Entry
from equipoise.conduct.audit.record import require_blinded
from equipoise.conduct.capture.current import current, require_unlocked

FEW = 500  # identifiers that are asked for by name; beyond, all are read


def locked(identifiers: Collection[str]) -> dict[str, tuple[str, datetime]]:
    """Identifier -> who locked the participant, and when; others are left out.

    The same as ``capture.current.Current.locked`` one by one.
    """
    rows = Entry.objects.filter(form="", act__in=("lock", "unlock"))
    if len(identifiers) <= FEW:
        rows = rows.filter(chain__in=list(identifiers))
    found: dict[str, tuple[str, datetime]] = {}
    for chain, act, actor, at in rows.order_by("seq").values_list(
        "chain", "act", "actor", "at"
    ):
        found.pop(chain, None)
        if act == "lock" and chain != STUDY:
            found[chain] = actor, at
    return {name: found[name] for name in identifiers if name in found}


def require_open(identifier: str) -> None:
    """Refuses what the allocation database would record of somebody who is locked.

    Raises:
        ConductError: EQ921, the participant is locked; EQ970, the trial is unblinded.
    """
    require_blinded()
    require_unlocked(current(identifier, ("schedule",)))
