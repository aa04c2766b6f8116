"""Through the application or without it: the same trial, the same numbers."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import equipoise as eq
from equipoise.dataset.tables import OPTIONAL, TABLES
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.exchange.protocols import load_protocol
from equipoise.rehearse_conduct import run
from equipoise.rehearse_conduct.run import rehearse_conduct
from equipoise.simulate.trial import simulate

TOTAL = [str(item) for item in range(1, 21)]  # of the CAPS-5


def interrupted(*args: Any, **more: Any) -> UnblindedTrialData:
    """Virtual participants; the first infusion of the trial was interrupted."""
    data = simulate(*args, **more)
    given = data.exposures.copy()
    given.loc[0, ["interrupted", "reason"]] = True, "cough"
    return replace(data, exposures=given)


def lost(data: UnblindedTrialData) -> int:
    """Participants whose response of week 2 does not hold at a later visit."""
    rows = data.answers[data.answers["instrument"] == "caps5"]
    rows = rows[rows["item"].isin(TOTAL)]
    score = rows.groupby(["participant", "visit"])["value"].sum().unstack()
    holds = score.le(0.7 * score["baseline"], axis=0)
    late = [v.id for v in load_protocol("feder2021").schedule.visits if v.only_if]
    seen = [visit for visit in late if visit in score]
    away = score[seen].notna() & ~holds[seen]
    return int((holds["week-2"] & away.any(axis=1)).sum())


def without_optional(estimates: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in estimates if row["endpoint"] not in OPTIONAL]


def test_the_application_changes_no_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "simulate", interrupted)
    protocol = load_protocol("feder2021")
    made = rehearse_conduct("feder2021", seed=1, n=3)
    page = made.save(tmp_path)
    stored = json.loads((page.parent / "results.json").read_text("utf-8"))
    plain = eq.analyze(protocol, made.simulated, seed=1)
    written = json.loads(json.dumps(plain.to_dict()))["estimates"]
    # What the application alone provides is in no simulated data.
    assert without_optional(stored["estimates"]) == without_optional(written)
    assert set(made.data.provided) == set(OPTIONAL)
    assert made.simulated.provided == {}
    fired = sum(
        row["estimate"]
        for row in stored["estimates"]
        if row["id"].startswith("alerts.total.") and row["id"].count(".") == 2
    )
    randomized = made.data.provided["alerts"]["participant"].isin(made.data.arm.index)
    assert fired == randomized.sum()
    assert [r["estimate"] for r in written if r["endpoint"] == "alerts"] == [None]
    for (name, one), (_, without) in zip(
        made.data.tables(), made.simulated.tables(), strict=True
    ):
        # What only people record: who rated where, and when something was measured.
        apart = ["site", "rater", "measured_at", "stopped_early"]
        left = one.drop(columns=apart, errors="ignore")
        right = without.drop(columns=apart, errors="ignore")
        if name == "answers":  # items that are not simulated are filled in
            keys = ["participant", "visit", "timepoint_min", "instrument", "item"]
            left = right[keys].merge(left, on=keys)
        further = left.columns.difference(right.columns)  # asked, and not simulated
        assert {c.name for c in TABLES[name].columns if c.optional} >= set(further)
        assert left[right.columns].equals(right), name
    given = len(made.simulated.exposures)
    assert made.done["syringes"] == made.done["infusions"] == given
    assert made.data.exposures["interrupted"].sum() == 1
    assert made.done["losses of response"] == lost(made.simulated) > 0
    assert made.verified.startswith("audit verify: no problems in ")
