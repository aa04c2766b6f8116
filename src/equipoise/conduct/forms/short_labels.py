"""Short labels of scales, vital signs and milestones."""

from __future__ import annotations

import re

from equipoise.conduct.forms.from_library import standard
from equipoise.protocol.vital_sign_names import NAMES

# As used at the bedside.
SIGNS = {
    "SYSBP": "Systolic", "DIABP": "Diastolic", "PULSE": "Pulse", "OXYSAT": "Oxygen",
}  # fmt: skip
ABBREVIATION = re.compile(r"\(([^()]+)\)\s*$")


def short(name: str) -> str:
    """``Montgomery-Åsberg Depression Rating Scale (MADRS)`` as ``MADRS``."""
    found = ABBREVIATION.search(name)
    return found[1] if found else name


def sign(code: str) -> str:
    """The label of a vital sign: ``Systolic blood pressure`` for ``SYSBP``."""
    return NAMES[code][0] if code in NAMES else code


def short_sign(code: str) -> str:
    """The short label of a vital sign."""
    return SIGNS.get(code, sign(code))


def milestone(value: str) -> str:
    """The label of a milestone; empty for a form without an answer."""
    labels = {c.value: c.label for c in standard("disposition").fields[0].choices}
    return labels.get(value, value)
