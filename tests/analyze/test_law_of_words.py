"""Every estimate of the complete trial is named, and explained, as approved.

So are those of the same trial where rare things happen, or hardly anything was collected.
"""

import difflib

import pytest

from tests.analyze.words import APPROVED, WORDS


@pytest.mark.parametrize("name", WORDS)
def test_every_estimate_says_what_was_approved(name: str) -> None:
    approved = (APPROVED / f"{name}.txt").read_text(encoding="utf-8")
    changes = difflib.unified_diff(
        approved.splitlines(),
        WORDS[name]().splitlines(),
        "approved",
        "now",
        lineterm="",
        n=1,
    )
    text = "\n".join(changes)
    assert not text, f"{text}\n\nread it; python -m tests.analyze.words approves it"
