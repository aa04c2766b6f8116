"""The rehearsal of the reference trial with the seed of ``make demo``, made once."""

from __future__ import annotations

import equipoise as eq
from equipoise.rehearse import Rehearsal
from tests.computed_once import computed_once

SEED = 2021


@computed_once
def rehearsal() -> tuple[Rehearsal, list[str]]:
    """The rehearsal, and its progress messages; not to be changed."""
    told: list[str] = []
    made = eq.rehearse(eq.load_protocol("feder2021"), seed=SEED, progress=told.append)
    return made, told
