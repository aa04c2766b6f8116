from __future__ import annotations

import pytest

from equipoise.errors import InstrumentError
from equipoise.instruments.load import parse_instrument
from tests.instruments.small import changed, small

FAULTS = {
    "item range that descends": (
        ("range = [0, 4], values = [0, 2, 4]", "range = [4, 0]"),
        "EQ204",
        "4 to 0 is not ascending",
    ),
    "values that are not the range": (
        ("values = [0, 2, 4]", "values = [0, 2, 3]"),
        "EQ204",
        "[0, 2, 3] are not ascending from 0 to 4",
    ),
    "values that repeat": (
        ("values = [0, 2, 4]", "values = [0, 2, 2, 4]"),
        "EQ204",
        "are not ascending",
    ),
    "range of a sum": (("range = [0, 9]", "range = [0, 8]"), "EQ204", "items is 0 to 9"),
    "range of a mean": (
        ('label = "Mean"\nunit = "points"\nrange = [0, 3]', 'label = "Mean"\n'
         'unit = "points"\nrange = [0, 4]'),
        "EQ204",
        "items is 0 to 3",
    ),
    "range of a count": (("range = [0, 2]", "range = [0, 3]"), "EQ204", "items is 0 to 2"),
    "range of maxima": (("range = [0, 7]", "range = [0, 10]"), "EQ204", "items is 0 to 7"),
    "range of a condition": (
        ('unit = "1 = met"\nrange = [0, 1]', 'unit = "1 = met"\nrange = [0, 2]'),
        "EQ204",
        "items is 0 to 1",
    ),
    "recorded range that descends": (
        ("range = [0, 100]", "range = [100, 0]"),
        "EQ204",
        "100 to 0 is not ascending",
    ),
    "cut-off outside": (("at_least = 5", "at_least = 10"), "EQ204", "10 is outside"),
    "cut-off on both sides": (
        ("at_least = 5", "at_least = 5\nat_most = 6"),
        "EQ205",
        "exactly one of at_least, at_most",
    ),
    "change beyond the range": (("points = 3", "points = 10"), "EQ204", "10 points"),
    "convention without a rule": (
        ("improvement_percent = 50\n", ""),
        "EQ205",
        "exactly one of at_most, improvement_percent",
    ),
    "bands with a gap": (("range = [5, 9]", "range = [6, 9]"), "EQ206", "without gap"),
    "bands that overlap": (("range = [5, 9]", "range = [4, 9]"), "EQ206", "without gap"),
    "bands that end early": (("range = [5, 9]", "range = [5, 8]"), "EQ206", "without gap"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named(fault: str) -> None:
    piece, code, told = FAULTS[fault]
    with pytest.raises(InstrumentError) as caught:
        parse_instrument(changed(piece), origin="small.toml")
    assert any(
        problem.code == code and told in problem.what
        for problem in caught.value.problems
    )


def test_bands_of_a_mean_need_not_begin_one_above() -> None:
    text = (
        'score = "total"\nsource = "made up"\nbands = [{ label = "low", range = [0, 4] '
        '}, { label = "high", range = [5, 9] }]'
    )
    mean = (
        'score = "mean"\nsource = "made up"\nbands = [{ label = "low", range = [0, 1.4]'
        ' }, { label = "high", range = [1.5, 3] }]'
    )
    assert small((text, mean)).bands[0].score == "mean"
