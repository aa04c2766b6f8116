"""What an export holds, as tables in memory and as ``TrialData``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pandas as pd

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.export.rows import UNSCHEDULED
from equipoise.conduct.export.services import begin, rows
from equipoise.conduct.export.snapshot import Sight, sight_of
from equipoise.conduct.export.unblinding import _open, _revealed
from equipoise.conduct.export.writers import MARK, Cells
from equipoise.conduct.study.protocols import version
from equipoise.dataset.tables import OPTIONAL, TABLES
from equipoise.dataset.trialdata import TrialData


def restored(text: str) -> str:
    """The text that was there before it was made harmless, as the README says it."""
    return text.removeprefix(MARK)


def frames(
    found: Iterator[tuple[str, Cells]], sight: Sight | None = None
) -> dict[str, pd.DataFrame]:
    """Rows as tables in memory, without visits that the protocol does not plan.

    Optional tables are there also without rows, but only for whom no form is concealed:
    a part would be taken for the whole.
    """
    held: dict[str, list[Cells]] = {
        name: [] for name in OPTIONAL if sight and sight.is_whole
    }
    for table, row in found:
        unplanned = str(row.get("visit", "")).startswith(UNSCHEDULED)
        if table in held if table in OPTIONAL else table in TABLES and not unplanned:
            held.setdefault(table, []).append(row)
    return {name: pd.DataFrame(own) for name, own in held.items()}


def trial_data(actor: Actor, *, at: datetime) -> TrialData:
    """The data that a person may have, checked against the protocol; blinded."""
    snapshot = begin(actor, "TrialData", at=at)
    tables = frames(rows(snapshot, actor), sight_of(actor))
    return TrialData.from_tables(version(snapshot.protocol), tables)


def unblinded_data(actor: Actor, key: Path, *, reason: str, at: datetime) -> TrialData:
    """The data of all sites with arm, drug and dose."""
    opened = _open(actor, key, reason, at)
    snapshot = begin(actor, "UnblindedTrialData", at=at)
    protocol = version(snapshot.protocol)
    tables = frames(_revealed(protocol, opened, rows(snapshot, actor)), sight_of(actor))
    return TrialData.from_tables(protocol, tables)
