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
from equipoise.conduct.allocation.services.sealing import commitment, seal, sealed_under
from equipoise.conduct.allocation.services.syringes import (
    Content,
    Syringe,
    check_syringe,
    content_of,
    fill_syringe,
    syringe,
    syringes_of,
)
from equipoise.conduct.allocation.services.verifying import KEPT_BY_THE_KEY, verify

__all__ = [
    "KEPT_BY_THE_KEY",
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
    "disclose",
    "fill_syringe",
    "given",
    "hash_at",
    "hashes",
    "head",
    "heads",
    "kit",
    "open_all",
    "open_one",
    "position",
    "restore",
    "seal",
    "sealed_under",
    "shown",
    "syringe",
    "syringes_of",
    "verify",
]
