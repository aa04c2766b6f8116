"""Data sets and programs of the complete trial, and pages, are the approved ones."""

import pytest

from tests.differences import assert_approved
from tests.report.written import APPROVED, WRITTEN


@pytest.mark.parametrize("name", WRITTEN)
def test_what_is_written_is_as_approved(name: str) -> None:
    approved = APPROVED / f"{name}.txt"
    assert_approved(approved, WRITTEN[name](), "tests.report.written")
