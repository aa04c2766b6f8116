"""The layout of every table is the approved one: which estimate stands where."""

import pytest

from tests.differences import assert_approved
from tests.report.layout import APPROVED, of
from tests.report.trials import TRIALS, VARIANTS


@pytest.mark.parametrize("name", [*TRIALS, *VARIANTS, "vocabulary"])
def test_every_table_is_laid_out_as_approved(name: str) -> None:
    approved = APPROVED / f"{name}.txt"
    assert_approved(approved, of(name), "tests.report.layout")
