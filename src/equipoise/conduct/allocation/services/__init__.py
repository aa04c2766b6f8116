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
from equipoise.conduct.allocation.services.contents import Filled, contents
from equipoise.conduct.allocation.services.opening import open_all, open_one
from equipoise.conduct.allocation.services.sealing import commitment, seal
from equipoise.conduct.allocation.services.syringes import (
    Content,
    Syringe,
    check_syringe,
    content_of,
    fill_syringe,
    syringe,
    syringes_of,
)
from equipoise.conduct.allocation.services.verifying import verify

__all__ = [
    "Content",
    "Filled",
    "Given",
    "Head",
    "Syringe",
    "allocate",
    "check_syringe",
    "commitment",
    "content_of",
    "contents",
    "fill_syringe",
    "given",
    "hash_at",
    "head",
    "kit",
    "open_all",
    "open_one",
    "position",
    "restore",
    "seal",
    "syringe",
    "syringes_of",
    "verify",
]
