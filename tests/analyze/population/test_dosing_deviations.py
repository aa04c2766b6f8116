"""Deviations of treatment, each made on purpose."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from equipoise.analyze.population.deviation import Deviation
from equipoise.analyze.population.dosing_deviations import (
    dosing,
    dosing_unknown,
    infusions,
    not_given,
    rules,
)
from tests.analyze.population.full import changed, full_protocol, tables, trial, without
from tests.analyze.small import TEXT, data, protocol

A1 = {"participant": "A1"}


def given(where: dict[str, Any], **values: Any) -> list[Deviation]:
    known = trial(exposures=changed("exposures", where, **values))
    return list(dosing(full_protocol(), known))


def test_a_treatment_as_planned_has_no_deviation() -> None:
    unknown = [d for d in dosing(full_protocol(), trial()) if d.known]
    assert unknown == []


def test_another_drug() -> None:
    found = [d for d in given(A1, drug="saline") if d.participant == "A1"]
    assert [(d.kind, d.what) for d in found] == [("treatment", "saline was given")]


def test_a_drug_that_is_not_recorded_is_not_known() -> None:
    found = [d for d in given(A1, drug=None) if d.participant == "A1"]
    assert [(d.kind, d.known) for d in found] == [("treatment", False)]


@pytest.mark.parametrize(
    ("mg", "kinds"), [(38.5, []), (38.6, ["dose"]), (31.5, []), (31.4, ["dose"])]
)
def test_a_dose_is_right_within_a_tenth(mg: float, kinds: list[str]) -> None:
    found = [d for d in given(A1, dose_mg=mg) if d.participant == "A1"]
    assert [d.kind for d in found] == kinds


@pytest.mark.parametrize("missing", ["dose_mg", "weight_kg"])
def test_a_dose_without_its_weight_is_not_known(missing: str) -> None:
    found = [d for d in given(A1, **{missing: None}) if d.participant == "A1"]
    assert [(d.kind, d.known) for d in found] == [("dose", False)]


def test_the_length_of_an_infusion() -> None:
    found = [
        d for d in given(A1, stopped_at="2026-01-10T10:30") if d.participant == "A1"
    ]
    assert [d.what for d in found] == ["30 min, 40 min planned"]
    open_ = [d for d in given(A1, stopped_at=None) if d.participant == "A1"]
    assert [(d.kind, d.known) for d in open_] == [("duration", False)]


def test_an_interruption_that_is_not_recorded_is_not_no_interruption() -> None:
    broken = [
        d for d in given(A1, interrupted=True, reason="pain") if d.kind == "infusion"
    ]
    assert [(d.what, d.known) for d in broken] == [("pain", True)]
    silent = [d for d in given(A1, interrupted=None) if d.kind == "infusion"]
    assert [(d.participant, d.known) for d in silent] == [("A1", False)]


def test_an_infusion_without_a_row_was_not_given_or_not_recorded() -> None:
    known = trial(
        exposures=without("exposures", **A1), measurements=without("measurements", **A1),
        visits=without("visits", participant="A1", visit="infusion"),
    )  # fmt: skip
    found = list(not_given(full_protocol(), known))
    assert [(d.participant, d.what, d.known) for d in found] == [
        ("A1", "no record of the infusion", True)
    ]
    assert list(not_given(full_protocol(), trial())) == []


def test_a_visit_recorded_as_missed_gives_the_reason() -> None:
    where = {"participant": "A1", "visit": "infusion"}
    rows = changed("visits", where, status="missed", reason="ill", actual_day=None)
    known = trial(
        exposures=without("exposures", **A1), measurements=without("measurements", **A1),
        visits=rows,
    )  # fmt: skip
    assert [d.what for d in not_given(full_protocol(), known)] == ["missed: ill"]


def test_after_treatment_was_discontinued_no_infusion_is_due() -> None:
    rows = tables()["dispositions"]
    rows = rows[
        ~((rows.participant == "A1") & (rows.milestone == "treatment-completed"))
    ]
    stopped = pd.DataFrame(
        [("A1", "treatment-discontinued", 0, "no wish")], columns=rows.columns
    )
    visits = without("visits", participant="A1", visit="infusion")
    known = trial(
        exposures=without("exposures", **A1), measurements=without("measurements", **A1),
        dispositions=pd.concat([rows, stopped]), visits=visits,
    )  # fmt: skip
    assert list(not_given(full_protocol(), known)) == []


def test_an_infusion_that_was_given_is_listed_also_at_another_visit() -> None:
    rows = changed("exposures", A1, visit="week-1")
    table = infusions(trial(exposures=rows), full_protocol())
    mine = table[table["participant"] == "A1"]
    assert list(mine["given"]) == [True]
    assert list(mine["due_mg"]) == [35.0]


def test_a_rule_met_while_the_infusion_went_on() -> None:
    high = changed("measurements", {**A1, "timepoint_min": 20}, value=112.0)
    found = list(rules(full_protocol(), trial(measurements=high)))
    assert [(d.participant, d.kind, d.known) for d in found] == [("A1", "rule", True)]
    assert "112" in found[0].what
    assert list(rules(full_protocol(), trial())) == []


def test_a_value_that_a_rule_needs_and_was_not_measured_is_not_known() -> None:
    known = trial(measurements=without("measurements", **A1))
    found = list(rules(full_protocol(), known))
    assert [(d.participant, d.known) for d in found] == [("A1", False)]


def test_without_exposures_nothing_is_known_of_treatment() -> None:
    known = trial(exposures=tables()["exposures"].iloc[:0])
    found = dosing_unknown(full_protocol(), known)
    assert set(found) == {
        "treatment", "dose", "duration", "infusion", "infusion-missed", "rule",
    }  # fmt: skip
    assert set(found.values()) == {"the data hold no record of treatment given"}
    assert set(dosing_unknown(full_protocol(), trial()).values()) == {""}


def test_a_column_without_values_shows_nothing() -> None:
    rows = tables()["exposures"].assign(interrupted=None, stopped_at=None)
    found = dosing_unknown(full_protocol(), trial(exposures=rows))
    assert found["infusion"] == "the data hold no record of interruptions"
    assert found["duration"] == "the data hold no start and end of infusions"
    assert found["infusion-missed"] == ""


def test_a_protocol_without_infusions_has_no_such_kind() -> None:
    trial_ = protocol(TEXT.replace("infusion = 1\n", ""))
    assert set(dosing_unknown(trial_, data())) == {"treatment"}


def test_an_arm_without_a_drug_received_another_treatment() -> None:
    text = TEXT.replace(
        'role = "placebo"\nintervention = "placebo"', 'role = "placebo"'
    )
    found = list(dosing(protocol(text), data(drugs={"P1": "active drug"})))
    assert ("P1", "treatment") in {(d.participant, d.kind) for d in found if d.known}
