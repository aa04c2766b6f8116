"""The layout of every table is the approved one: which estimate stands where."""

import difflib

import pytest

from tests.report.layout import APPROVED, of
from tests.report.trials import TRIALS, VARIANTS


@pytest.mark.parametrize("name", [*TRIALS, *VARIANTS])
def test_every_table_is_laid_out_as_approved(name: str) -> None:
    approved = (APPROVED / f"{name}.txt").read_text(encoding="utf-8")
    changes = difflib.unified_diff(
        approved.splitlines(),
        of(name).splitlines(),
        "approved",
        "now",
        lineterm="",
        n=1,
    )
    text = "\n".join(changes)
    assert not text, f"{text}\n\nread it; python -m tests.report.layout approves it"
