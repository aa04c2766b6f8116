"""Deeds on the sealed list, one function each: seal, allocate, open, verify.

These are the only modules that import the tables of the vault.
"""

from equipoise.conduct.allocation.services.allocating import (
    Given,
    Head,
    allocate,
    given,
    hash_at,
    head,
    kit,
    position,
    restore,
)
from equipoise.conduct.allocation.services.chains import hashes, heads
from equipoise.conduct.allocation.services.contents import Filled, contents
from equipoise.conduct.allocation.services.disclosing import disclose
from equipoise.conduct.allocation.services.opening import (
    Shown,
    open_all,
    open_one,
    shown,
)
from equipoise.conduct.allocation.services.sealing import (
    commitment,
    seal,
    sealed_by,
    sealed_under,
)
from equipoise.conduct.allocation.services.syringes import (
    REASON,
    Content,
    Syringe,
    check_syringe,
    content_of,
    discard_syringe,
    discarded,
    fill_syringe,
    not_discarded,
    require_discardable,
    syringe,
    syringes_of,
    why_discarded,
)
from equipoise.conduct.allocation.services.verifying import KEPT_BY_THE_KEY, verify

__all__ = [
    "KEPT_BY_THE_KEY",
    "REASON",
    "Content",
    "Filled",
    "Given",
    "Head",
    "Shown",
    "Syringe",
    "allocate",
    "check_syringe",
    "commitment",
    "content_of",
    "contents",
    "discard_syringe",
    "discarded",
    "disclose",
    "fill_syringe",
    "given",
    "hash_at",
    "hashes",
    "head",
    "heads",
    "kit",
    "not_discarded",
    "open_all",
    "open_one",
    "position",
    "require_discardable",
    "restore",
    "seal",
    "sealed_by",
    "sealed_under",
    "shown",
    "syringe",
    "syringes_of",
    "verify",
    "why_discarded",
]
