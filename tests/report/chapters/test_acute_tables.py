"""Tables of an acute effect, against the data."""

from __future__ import annotations

from dataclasses import replace

from equipoise.analyze.acute.effect_by_timepoint import acute, rated, summarized
from equipoise.report.blocks import Paragraph
from equipoise.report.chapters import acute_tables as tables
from tests.analyze.feder import feder
from tests.analyze.safety.safety_trial import trial, trial_data
from tests.report.made import data, results


def test_each_part_has_a_row_for_each_infusion_of_the_right_arm() -> None:
    endpoint = feder().endpoint("dissociation")
    table = tables.acute_table(feder(), results(), endpoint)
    assert table is not None
    assert (table.group, table.population) == ("14.3.6", "safety")
    assert len(table.rows) == 5 * 7 + 2
    peaks = summarized(rated(feder(), data(), endpoint))
    label, cells = table.rows[6]
    assert label == "\u2003Infusion 6"
    for place, arm in enumerate(("ketamine", "midazolam")):
        own = peaks[(peaks["arm"] == arm) & (peaks["infusion"] == 6)]
        printed = "".join(cell.text for cell in cells[place])
        assert printed.startswith(f"{own['peak'].mean():.1f} (")
        assert printed.endswith(f"n = {len(own)}")
        rise = "".join(cell.text for cell in table.rows[13][1][place])
        count = int((own["peak"] > own["before"]).sum())
        assert rise.startswith(f"{count}/{len(own)} (")


def test_p_stands_in_its_own_columns() -> None:
    endpoint = feder().endpoint("dissociation")
    table = tables.peak_trend_table(feder(), results(), endpoint)
    assert table is not None
    ((_, cells),) = table.rows
    for head, cell in zip(table.head[1:], cells, strict=True):
        assert (cell[0].field == "p") == head.endswith("P")


def test_an_effect_that_nobody_rated_is_said() -> None:
    endpoint = trial().endpoint("acute")
    made = replace(results(), estimates=tuple(acute(trial(), trial_data(), endpoint)))
    (only,) = tables.acute_blocks(trial(), made, endpoint)
    assert isinstance(only, Paragraph)
    assert "no rating with Modified Observer's" in only.text
    assert only.id == "acute.attenuation.difference"
