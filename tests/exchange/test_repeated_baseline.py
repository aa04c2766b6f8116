"""A column with the baseline next to the rows of the baseline."""

from pathlib import Path

import pytest

from equipoise.exchange.mapping_proposal import propose_mapping
from tests.exchange.small import protocol

SCORES = [30, 20, 25, 41, 28, 33, 22, 36]


def drafted(folder: Path, *, error: int = 0) -> str:
    rows = ["id,visit,madrs,madrs_base"]
    for n, score in enumerate(SCORES):
        base = score + (error if n == 0 else 0)
        rows += [f"P-{n},baseline,{score},{base}", f"P-{n},day 1,{score - 9},{base}"]
    path = folder / "long.csv"
    path.write_text("\n".join(rows) + "\n", "utf-8")
    return propose_mapping(path, protocol()).text


def test_the_baseline_is_read_from_its_rows_only(tmp_path: Path) -> None:
    text = drafted(tmp_path)
    assert text.count('to = "score.madrs.total"') == 1
    assert 'madrs_base = "repeats madrs of the rows at baseline"' in text


@pytest.mark.parametrize("error", [1, -7])
def test_a_baseline_that_differs_must_be_reviewed(tmp_path: Path, error: int) -> None:
    text = drafted(tmp_path, error=error)
    assert 'madrs_base = "NOT RECOGNIZED (differs from madrs at baseline' in text
    assert "in 1 participant)" in text


def test_without_rows_at_baseline_the_column_is_read(tmp_path: Path) -> None:
    rows = ["id,visit,madrs,madrs_base"]
    for n, score in enumerate(SCORES):
        rows += [f"P-{n},day 1,{score - 9},{score}", f"P-{n},day 7,{score - 5},{score}"]
    path = tmp_path / "long.csv"
    path.write_text("\n".join(rows) + "\n", "utf-8")
    text = propose_mapping(path, protocol()).text
    assert 'column = "madrs_base"\nto = "score.madrs.total"\nvisit = "baseline"' in text
