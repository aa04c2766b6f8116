"""What one text says otherwise than another: approved files, and what is new in them."""

from __future__ import annotations

import difflib
from pathlib import Path


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


def assert_approved(approved: Path, now: str, module: str, *, around: int = 1) -> None:
    """The text is that of the file.

    Args:
        approved: the file.
        now: the text.
        module: whose run writes the file anew.
        around: lines beside each difference that are shown.
    """
    before = approved.read_text(encoding="utf-8").splitlines()
    changes = difflib.unified_diff(
        before, now.splitlines(), "approved", "now", lineterm="", n=around
    )
    text = "\n".join(changes)
    assert not text, f"{text}\n\nread it; python -m {module} approves it"
