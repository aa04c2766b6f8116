"""One anchor of everything: participants' chains, and every chain of the vault."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from equipoise.conduct.allocation import services
from equipoise.conduct.audit.anchor import Anchor, anchor


def anchor_all(folder: Path, *, at: datetime, reconciled: bool = False) -> Anchor:
    """Writes what all chains are now; the line is on the disk when this returns.

    The vault is read before the chains: an allocation between the two reads is in the
    next anchor, and no anchor states an allocation that its chains do not know yet.

    Args:
        folder: of the anchors, outside the databases.
        at: UTC.
        reconciled: whether what was anchored before holds no more.

    Raises:
        ConductError: EQ942, the line could not be written; the file is as it was.
    """
    head, beside = services.head(), services.heads()
    return anchor(
        folder,
        vault=(head.count, head.hash),
        beside=beside,
        at=at,
        reconciled=reconciled,
    )
