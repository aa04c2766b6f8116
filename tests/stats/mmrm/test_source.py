"""Where rows come from."""

import numpy as np

from equipoise.stats.mmrm.design import design
from equipoise.stats.mmrm.formula import parse
from equipoise.stats.mmrm.source import in_memory
from tests.stats.mmrm.fev import MODEL, small


def test_parts_can_be_read_again_and_again() -> None:
    source = in_memory(design(parse(MODEL), small()))
    assert [len(part.y) for part in source.parts()] == [
        len(part.y) for part in source.parts()
    ]
    assert source.whole is next(source.parts())


def test_shares_are_counts_of_rows() -> None:
    frame = small().assign(sex=lambda f: np.where(f["id"] < "06", "F", "M"))
    source = in_memory(design(parse("y ~ sex + arm + visit + us(visit | id)"), frame))
    counts = frame.groupby(["sex", "arm"]).size()
    assert source.shares(["sex", "arm"]) == {
        cell: float(n) for cell, n in counts.items()
    }
    assert source.shares(["sex"]) == {
        (cell,): float(n) for cell, n in frame.groupby("sex").size().items()
    }
