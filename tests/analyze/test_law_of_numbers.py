"""No number of the complete trial, or of the rare one, moves unseen."""

import pytest

from tests.analyze.numbers import APPROVED, NUMBERS

# Six digits are approved; models are fitted to at least five.
SAME = 1e-4
NOTHING = 1e-9  # what is zero but for rounding


@pytest.mark.parametrize("name", NUMBERS)
def test_every_number_is_the_approved_one(name: str) -> None:
    approved = (APPROVED / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    now = NUMBERS[name]().splitlines()
    advice = "python -m tests.analyze.numbers approves it"
    assert [row.split()[0] for row in now] == [r.split()[0] for r in approved], advice
    moved = [
        (old, new)
        for old, new in zip(approved[1:], now[1:], strict=True)
        if not _same(old.split()[1:], new.split()[1:])
    ]
    assert not moved, advice


def _same(old: list[str], new: list[str]) -> bool:
    return all(_alike(was, become) for was, become in zip(old, new, strict=True))


def _alike(was: str, become: str) -> bool:
    if "-" in (was, become):
        return was == become
    return float(become) == pytest.approx(float(was), rel=SAME, abs=NOTHING)
