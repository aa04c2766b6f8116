"""What things are called where there is little room: scales, vital signs, milestones."""

from __future__ import annotations

import re

from equipoise.conduct.forms.from_library import standard
from equipoise.protocol.vital_sign_names import NAMES

# At the bedside: as it is said there.
SIGNS = {
    "SYSBP": "Systolic", "DIABP": "Diastolic", "PULSE": "Pulse", "OXYSAT": "Oxygen",
}  # fmt: skip
ABBREVIATION = re.compile(r"\(([^()]+)\)\s*$")


def short(name: str) -> str:
    """``Montgomery-Åsberg Depression Rating Scale (MADRS)`` as ``MADRS``."""
    found = ABBREVIATION.search(name)
    return found[1] if found else name


def sign(code: str) -> str:
    """A vital sign in words: ``Systolic blood pressure`` for ``SYSBP``."""
    return NAMES[code][0] if code in NAMES else code


def short_sign(code: str) -> str:
    """A vital sign in one word."""
    return SIGNS.get(code, sign(code))


def milestone(value: str) -> str:
    """What happened, in words; an empty text for a form that is only begun."""
    labels = {c.value: c.label for c in standard("disposition").fields[0].choices}
    return labels.get(value, value)
