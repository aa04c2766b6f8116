"""What one text says otherwise than another: an approved file without what is known."""

from __future__ import annotations

import difflib


def differences(known: str, other: str) -> str:
    """Lines of two texts that differ, those of the first behind ``-``, in their order.

    Example:
        >>> print(differences("a\\nb\\n", "a\\nc\\n"), end="")
        -b
        +c
    """
    lines = difflib.unified_diff(
        known.splitlines(), other.splitlines(), lineterm="", n=0
    )
    kept = [line for line in lines if not line.startswith(("@@", "---", "+++"))]
    return "\n".join(line.rstrip() for line in kept) + "\n"
