"""Deeds on the sealed list, one function each: seal, allocate, open, verify.

These are the only modules that import the tables of the vault.
"""

from equipoise.conduct.allocation.services.allocating import (
    Kit,
    allocate,
    given,
    kit,
    position,
    restore,
)
from equipoise.conduct.allocation.services.chains import hashes, heads
from equipoise.conduct.allocation.services.ledger import (
    LOT,
    PARTICIPANT,
    SYRINGE,
    Delivery,
    Lot,
    Move,
    Recorded,
    confirm,
    ends,
    history,
    lots,
    move,
    of_lot,
    receive,
    record,
    unchanged,
)
from equipoise.conduct.allocation.services.opening import (
    Filled,
    Unsealed,
    contents,
    disclose,
    not_randomized,
    open_all,
    open_one,
    shown,
)
from equipoise.conduct.allocation.services.sealing import (
    Commitment,
    commitment,
    seal,
    sealed_by,
    sealed_under,
)
from equipoise.conduct.allocation.services.syringes import (
    REASON,
    Content,
    Syringe,
    answer_check,
    check_syringe,
    content_of,
    discard_syringe,
    discarded,
    end_syringe,
    fill_syringe,
    not_discarded,
    require_discardable,
    syringe,
    syringes_of,
    tries,
    unknown,
    why_discarded,
)
from equipoise.conduct.allocation.services.verifying import KEPT_BY_THE_KEY, verify

__all__ = [
    "KEPT_BY_THE_KEY", "LOT", "PARTICIPANT", "REASON", "SYRINGE", "Commitment",
    "Content", "Delivery", "Filled", "Kit", "Lot", "Move",
    "Recorded", "Syringe", "Unsealed", "allocate", "answer_check",
    "check_syringe", "commitment", "confirm", "content_of", "contents",
    "discard_syringe", "discarded", "disclose", "end_syringe", "ends",
    "fill_syringe", "given", "hashes", "heads", "history", "kit", "lots",
    "move", "not_discarded", "not_randomized", "of_lot", "open_all", "open_one",
    "position", "receive", "record", "require_discardable", "restore", "seal",
    "sealed_by", "sealed_under", "shown", "syringe", "syringes_of", "tries",
    "unchanged", "unknown", "verify", "why_discarded",
]  # fmt: skip
