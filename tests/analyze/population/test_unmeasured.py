"""Values that a safety rule needs and that were not taken leave the rule not known."""

import pandas as pd
import pytest

from equipoise.analyze.population.dosing_deviations import rules
from equipoise.dataset.trialdata import UnblindedTrialData
from tests.analyze.population.full import FULL, full_protocol, tables
from tests.analyze.small import protocol


def unknown(measurements: pd.DataFrame, exposures: pd.DataFrame | None = None) -> dict:
    rows = tables() | {"measurements": measurements}
    if exposures is not None:
        rows["exposures"] = exposures
    made = UnblindedTrialData.from_tables(full_protocol(), rows, accept=["EQ311"])
    assert isinstance(made, UnblindedTrialData)
    found = rules(full_protocol(), made)
    return {d.participant: d.what for d in found if not d.known}


def test_with_every_planned_value_the_rule_is_known() -> None:
    assert unknown(tables()["measurements"]) == {}


@pytest.mark.parametrize("dropped", [(20,), (-30, 20)])
def test_a_value_during_the_infusion_that_is_missing_is_not_known(
    dropped: tuple[int, ...],
) -> None:
    rows = tables()["measurements"]
    gone = (rows["participant"] == "A4") & rows["timepoint_min"].isin(dropped)
    assert unknown(rows[~gone]) == {"A4": "DIABP during the infusion not recorded"}


def test_a_value_after_the_infusion_that_is_missing_is_not_known() -> None:
    trial = protocol(
        FULL.replace('"during infusion"', '"after infusion"').replace(
            "minutes = [-30, 20]", "minutes = [-30, 60]"
        )
    )
    rows = tables()
    values = rows["measurements"].replace({"timepoint_min": {20: 60}})
    gone = (values["participant"] == "A4") & (values["timepoint_min"] == 60)
    made = UnblindedTrialData.from_tables(trial, rows | {"measurements": values[~gone]})
    assert isinstance(made, UnblindedTrialData)
    unseen = {d.participant: d.what for d in rules(trial, made) if not d.known}
    assert unseen == {"A4": "DIABP after the infusion not recorded"}


def test_a_value_before_the_infusion_does_not_matter_to_a_rule_during_it() -> None:
    rows = tables()["measurements"]
    gone = (rows["participant"] == "A4") & (rows["timepoint_min"] == -30)
    assert unknown(rows[~gone]) == {}


def test_another_minute_in_the_place_of_the_planned_one_is_a_value() -> None:
    rows = tables()["measurements"].replace({"timepoint_min": {20: 22}})
    assert unknown(rows) == {}


def test_nothing_is_missed_after_an_infusion_that_was_stopped_early() -> None:
    made = tables()
    exposures = made["exposures"].copy()
    stopped = exposures["participant"] == "A4"
    exposures.loc[stopped, "stopped_at"] = "2026-01-10T10:10"
    rows = made["measurements"]
    late = (rows["participant"] == "A4") & (rows["timepoint_min"] == 20)
    # One value at least is asked for: nobody looked during the ten minutes.
    assert list(unknown(rows[~late], exposures)) == ["A4"]
    early = rows.assign(timepoint_min=rows["timepoint_min"].mask(late, 5))
    assert unknown(early, exposures) == {}
