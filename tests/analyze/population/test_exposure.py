"""Exposure, counted by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from equipoise.analyze.population.exposure import by_infusion, exposure
from equipoise.analyze.result import Estimate
from equipoise.dataset.origin import Origin
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.simulate.trial import simulate
from tests.analyze.feder import feder, virtual
from tests.analyze.population.full import changed, full_protocol, trial, without
from tests.analyze.small import TEXT, data, protocol
from tests.protocol.faults import read
from tests.protocol.test_retreatment import TWO
from tests.simulate.trials import feder_scenario


def numbers(known: UnblindedTrialData) -> dict[str, Estimate]:
    found = by_infusion(full_protocol(), known)
    return {e.id.removeprefix("infusions."): e for e in found}


def test_infusions_and_dose_by_arm() -> None:
    drugs = dict.fromkeys(("A1", "A2", "A3"), "active drug") | {"P1": "saline"}
    found = {e.id: e for e in exposure(protocol(), data(drugs=drugs))}
    assert found["exposure.infusions-1.active"].estimate == 3
    assert found["exposure.infusions-0.active"].estimate == 1
    assert found["exposure.infusions-0.placebo"].estimate == 3
    assert found["dose.mean.active"].estimate == 35
    assert found["dose.mean.active"].n == 3
    assert found["dose.sd.active"].estimate == 0
    assert "dose.mean.placebo" not in found


def test_without_any_record_there_is_one_row_that_says_so() -> None:
    found = exposure(protocol(), data(drugs={}))
    assert [(e.id, e.estimate) for e in found] == [("exposure.recorded", None)]
    assert found[0].note == "the data hold no record of treatment given"
    assert by_infusion(protocol(), data(drugs={})) == []


def test_a_confirmed_absence_is_a_zero() -> None:
    sure = replace(data(drugs={}), origin=Origin(confirmed_empty=("exposures",)))
    found = {e.id: e for e in exposure(protocol(), sure)}
    assert found["exposure.infusions-0.active"].estimate == 4
    rows = {e.id: e for e in by_infusion(protocol(), sure)}
    assert rows["infusions.given.1.active"].estimate == 0
    assert rows["infusions.not-given.1.active"].estimate == 4


def test_without_infusions_planned_there_is_no_exposure() -> None:
    trial_ = protocol(TEXT.replace("infusion = 1\n", ""))
    assert exposure(trial_, data()) == []
    assert by_infusion(trial_, data()) == []


def test_each_infusion_by_arm() -> None:
    known = virtual(n=8)
    found = {e.id: e for e in by_infusion(feder(), known)}
    rows = known.exposures[known.exposures["infusion"] == 3]
    mine = rows[rows["participant"].map(known.arm) == "ketamine"]
    assert found["infusions.given.3.ketamine"].estimate == len(mine)
    assert found["infusions.given.3.ketamine"].visit == "infusion-3"
    mean = found["infusions.dose-mean.3.ketamine"]
    assert mean.estimate == pytest.approx(mine["dose_mg"].mean())
    by_weight = mine["dose_mg"] / mine["weight_kg"]
    for kind, values in (("dose-by-weight", by_weight), ("weight", mine["weight_kg"])):
        row = found[f"infusions.{kind}-mean.3.ketamine"]
        assert row.estimate == pytest.approx(values.mean())
        sd = found[f"infusions.{kind}-sd.3.ketamine"]
        assert sd.estimate == pytest.approx(values.std())


def test_amounts_length_and_interruptions_by_hand() -> None:
    rows = changed("exposures", {"participant": "A1"}, dose_mg=21.0, interrupted=True,
                   stopped_at="2026-01-10T10:20")  # fmt: skip
    rows.loc[rows["participant"] == "A2", "interrupted"] = None
    found = numbers(trial(exposures=rows))
    assert found["dose-mean.1.active"].estimate == (21 + 3 * 35) / 4
    assert found["dose-by-weight-mean.1.active"].estimate == (0.3 + 3 * 0.5) / 4
    assert found["duration-mean.1.active"].estimate == 35
    assert found["interrupted.1.active"].estimate == 1
    assert found["interrupted.1.active"].n == 3
    assert found["interrupted-unknown.1.active"].estimate == 1
    assert found["dose-mean.1.placebo"].estimate is None
    assert found["weight-mean.1.placebo"].estimate == 70


def test_a_change_of_dose_needs_both_doses() -> None:
    known = virtual(n=8)
    rows = known.exposures.copy()
    people = list(dict.fromkeys(rows["participant"]))[:3]
    third = rows["infusion"] == 3
    rows.loc[third & (rows["participant"] == people[0]), "dose_mg"] *= 0.8
    rows.loc[third & (rows["participant"] == people[1]), "dose_mg"] = None
    changed_ = UnblindedTrialData.from_tables(
        feder(), dict(known.tables()) | {"exposures": rows}
    )
    assert isinstance(changed_, UnblindedTrialData)
    found = by_infusion(feder(), changed_)

    def total(kind: str) -> float:
        return sum(
            e.estimate or 0 for e in found if e.id.startswith(f"infusions.{kind}.")
        )

    assert total("changed.3") == 1
    assert total("changed.4") == 1  # back to the planned dose
    assert total("changed-unknown.3") == total("changed-unknown.4") == 1
    assert {e.estimate for e in found if e.id.startswith("infusions.changed.1.")} == {
        None
    }


def test_a_row_that_is_gone_counts_as_not_given_and_hides_no_interruption() -> None:
    rows = changed("exposures", {"participant": "A1"}, interrupted=True)
    full = numbers(trial(exposures=rows))
    fewer = numbers(
        trial(
            exposures=rows[rows["participant"] != "A1"],
            measurements=without("measurements", participant="A1"),
        )
    )
    kinds = ("not-given", "interrupted", "interrupted-unknown")
    before, after = (
        sum(found[f"{kind}.1.active"].estimate or 0 for kind in kinds)
        for found in (full, fewer)
    )
    assert before == after == 1


def test_infusions_that_a_loss_of_response_triggered_are_counted() -> None:
    """From the protocol over simulated participants to the number in each arm."""
    own_trial = read(*TWO)[0]
    assert own_trial is not None
    known = simulate(own_trial, feder_scenario(), seed=3, n=40)
    rows = known.exposures[known.exposures["visit"].str.startswith("booster")]
    assert len(rows) > 5
    number = rows.groupby("participant").size().reindex(known.arm.index).fillna(0)
    found = {
        (row.contrast, row.note): row.estimate
        for row in exposure(own_trial, known)
        if row.analysis == "triggered"
    }
    for arm in ("ketamine", "midazolam"):
        own = number[known.arm == arm]
        counts = [float((own == k).sum()) for k in range(3)]
        labels = [f"{k or 'none'} triggered by a loss of response" for k in range(3)]
        assert [found[arm, label] for label in labels] == counts
