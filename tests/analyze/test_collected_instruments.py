"""Instruments without an endpoint: each is described or named as not collected."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.analyze.collected_instruments import collected_instruments
from equipoise.analyze.result import Estimate
from tests.analyze.feder import feder, virtual
from tests.analyze.safety.safety_trial import trial, trial_data


def found(*ratings: tuple[str, str, int | None, str, float]) -> dict[str, Estimate]:
    data = trial_data(ratings=ratings)
    return {e.id: e for e in collected_instruments(trial(), data)}


def test_ratings_at_visits_by_visit_and_arm() -> None:
    values = {"A1": 2.0, "A2": 3.0, "A3": 1.0, "P1": 4.0}
    rows = found(*((p, "week-2", None, "cgi_i", v) for p, v in values.items()))
    start = "collected.cgi_i.total"
    mean = rows[f"{start}.mean.week-2.active"]
    assert (mean.estimate, mean.n, mean.visit) == (2, 3, "week-2")
    assert rows[f"{start}.sd.week-2.active"].estimate == 1
    assert rows[f"{start}.median.week-2.active"].estimate == 2
    assert rows[f"{start}.sd.week-2.placebo"].estimate is None  # one value
    response = rows[f"{start}.response.week-2.active"]
    assert (response.estimate, response.n) == (2, 3)
    assert response.note == "at most 2 (much or very much improved)"


def test_what_was_not_collected_is_named() -> None:
    rows = found(("A1", "week-2", None, "cgi_i", 2.0))
    own = rows["collected.cgi_s.visits"]
    assert own.estimate is None
    assert own.note == (
        "Clinical Global Impression, Severity (CGI-S): not collected or not provided"
    )
    assert rows["collected.cgi_i.visits"].estimate == 1


def test_an_instrument_with_an_endpoint_is_not_described_again() -> None:
    rows = found(("A1", "infusion", 20, "moaas", 4.0))
    assert not [name for name in rows if "hamd17" in name or "moaas" in name]


def test_every_instrument_of_the_reference_trial_is_reported() -> None:
    data = virtual()
    rows = {e.id: e for e in collected_instruments(feder(), data)}
    titles = {name for name, e in rows.items() if e.analysis == "instrument"}
    assert titles == {
        "collected.cgi_s.visits",
        "collected.cgi_i.visits",
        "collected.bprs_positive.infusions",
        "collected.ymrs.infusions",
        "collected.moaas.infusions",
    }
    table = data.scores
    table = table[(table["instrument"] == "moaas") & (table["timepoint_min"] == 40)]
    arm = table["participant"].map(data.arm)
    each = table[arm == "midazolam"].groupby("participant")["value"].mean()
    own = rows["collected.moaas.total.mean.min-40.midazolam"]
    assert own.estimate == pytest.approx(each.mean())
    assert own.n == len(each)
    worst = rows["collected.moaas.total.worst.min-40.midazolam"].estimate
    assert worst == table.loc[arm == "midazolam", "value"].min()  # lower is worse
    later = data.scores
    later = later[
        (later["instrument"] == "ymrs")
        & (later["timepoint_min"] > 0)
        & (later["visit"] == "infusion-3")
    ]
    top = later.groupby("participant")["value"].max()
    top = top[data.arm.reindex(top.index) == "ketamine"]
    own = rows["collected.ymrs.total.mean.infusion-3.ketamine"]
    assert own.estimate == pytest.approx(top.mean())
    sd = rows["collected.ymrs.total.sd.infusion-3.ketamine"].estimate
    assert sd == pytest.approx(np.std(top, ddof=1))
