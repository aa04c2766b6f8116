"""Every estimate of the complete trial is named, and explained, as approved.

So are those of the same trial where rare things happen, or hardly anything was collected.
"""

import pytest

from tests.analyze.words import APPROVED, WORDS
from tests.differences import assert_approved


@pytest.mark.parametrize("name", WORDS)
def test_every_estimate_says_what_was_approved(name: str) -> None:
    approved = APPROVED / f"{name}.txt"
    assert_approved(approved, WORDS[name](), "tests.analyze.words")
