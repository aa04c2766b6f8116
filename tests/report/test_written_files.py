"""Data sets and programs of the complete trial, and pages, are the approved ones."""

import difflib

import pytest

from tests.report.written import APPROVED, WRITTEN


@pytest.mark.parametrize("name", WRITTEN)
def test_what_is_written_is_as_approved(name: str) -> None:
    approved = (APPROVED / f"{name}.txt").read_text(encoding="utf-8")
    changes = difflib.unified_diff(
        approved.splitlines(),
        WRITTEN[name]().splitlines(),
        "approved",
        "now",
        lineterm="",
        n=1,
    )
    text = "\n".join(changes)
    assert not text, f"{text}\n\nread it; python -m tests.report.written approves it"
