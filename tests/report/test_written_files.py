"""The data sets and programs of the complete trial are the approved ones."""

import difflib

from tests.report.written import APPROVED, written


def test_data_sets_and_programs_are_as_approved() -> None:
    changes = difflib.unified_diff(
        APPROVED.read_text(encoding="utf-8").splitlines(),
        written().splitlines(),
        "approved",
        "now",
        lineterm="",
        n=1,
    )
    text = "\n".join(changes)
    assert not text, f"{text}\n\nread it; python -m tests.report.written approves it"
