"""A table of a trend holds the estimate and P of each arm under its heading."""

from equipoise.report.chapters.trends import trend_rows
from tests.analyze.feder import feder
from tests.report.made import results


def test_cells_are_those_of_the_arms_and_of_the_comparison() -> None:
    endpoint = feder().endpoint("side_effects")
    words = ("odds ratio", "Ratio", "Each infusion")
    table = trend_rows(feder(), results(), endpoint, "trend", words, 2).made("t", "T")
    assert table.head[1:] == (
        "Ketamine, odds ratio (95% CI)",
        "Ketamine, P",
        "Midazolam, odds ratio (95% CI)",
        "Midazolam, P",
        "Ratio (95% CI)",
        "P",
    )
    ((label, cells),) = table.rows
    assert label == "Each infusion"
    ids = [parts[0].id for parts in cells]
    start = "side_effects.trend."
    wanted = [f"{start}{x}" for x in ("ketamine", "midazolam", "difference")]
    assert ids == [name for name in wanted for _ in range(2)]
