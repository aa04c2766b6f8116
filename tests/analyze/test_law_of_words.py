"""Every estimate of the complete trial is named, and explained, as approved."""

import difflib

from tests.analyze import complete
from tests.analyze.words import APPROVED, words


def test_every_estimate_says_what_was_approved() -> None:
    approved = APPROVED.read_text(encoding="utf-8")
    changes = difflib.unified_diff(
        approved.splitlines(),
        words(complete.results()).splitlines(),
        "approved",
        "now",
        lineterm="",
        n=1,
    )
    text = "\n".join(changes)
    assert not text, f"{text}\n\nread it; python -m tests.analyze.words approves it"
