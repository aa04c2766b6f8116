"""The final analysis of a simulated trial, after its interim analyses."""

from datetime import date
from math import sqrt

import numpy as np
import pytest
from scipy import stats

import equipoise as eq
from equipoise.analyze.result import Results
from equipoise.analyze.run import analyze
from equipoise.errors import AnalysisError, DesignError, ProtocolError
from equipoise.interim.analysis import interim_analysis
from equipoise.interim.cutoff import at_cutoff
from equipoise.interim.final import final_analysis
from equipoise.interim.record import Entry
from equipoise.protocol.model import Protocol
from tests.interim.trials import FEDER, changed, planned, virtual

FIRST, SECOND, END = date(2018, 1, 1), date(2019, 2, 1), date(2100, 1, 1)
NAME = "caps5_change"


def record(protocol: Protocol, n: int = 30) -> tuple[Entry, ...]:
    first = interim_analysis(protocol, virtual(n), 1, FIRST)
    second = interim_analysis(protocol, virtual(n), 2, SECOND, record=first.entries)
    return second.entries


@pytest.fixture(scope="module")
def protocol() -> Protocol:
    return planned()


@pytest.fixture(scope="module")
def final(protocol: Protocol) -> Results:
    return final_analysis(protocol, virtual(), record(protocol))


@pytest.fixture(scope="module")
def ordinary() -> Results:
    return analyze(FEDER, virtual())


def test_only_the_primary_endpoint_is_changed(
    final: Results, ordinary: Results
) -> None:
    ids = {NAME + end for end in (".difference.week-2", ".adjusted-p")}
    rows = {row.id: row for row in final.estimates}
    for row in ordinary.estimates:
        if row.id in ids or row.analysis == "adjusted-p":
            continue
        assert rows[row.id] == row
    plain, kept = ordinary[NAME], rows[f"{NAME}.difference.week-2.unadjusted"]
    assert (kept.estimate, kept.lower, kept.p) == (plain.estimate, plain.lower, plain.p)
    assert final.provenance.protocol_hash != ordinary.provenance.protocol_hash


def test_the_p_value_by_simulated_brownian_motion(final: Results) -> None:
    """400,000 paths at the actual information, by sums of increments."""
    t = [final[f"{NAME}.information.{k}"].estimate or 0.0 for k in (1, 2, 3)]
    bounds = [final[f"{NAME}.boundary.{k}"].estimate or np.inf for k in (1, 2)]
    observed = final[f"{NAME}.interim.3"].statistic
    steps = np.diff([0.0, *t])
    paths = np.random.RandomState(5).standard_normal((400_000, 3)) * np.sqrt(steps)
    z = np.cumsum(paths, axis=1) / np.sqrt(t)
    early = (z[:, :2] >= bounds).any(axis=1)
    share = (early | (z[:, 2] >= observed)).mean()
    error = sqrt(share * (1 - share) / len(z))
    assert (final[NAME].p or 0) / 2 == pytest.approx(share, abs=4 * error)


def test_the_p_value_decides_as_the_boundary_does(final: Results) -> None:
    z, bound = (
        final[f"{NAME}.interim.3"].statistic,
        final[f"{NAME}.boundary.3"].estimate,
    )
    assert z is not None
    assert bound is not None
    answer = final[NAME]
    assert ((answer.p or 0) < 0.05) == (z >= bound)
    assert (answer.upper or 0) < 0  # a lower CAPS-5 is a benefit
    assert answer.std_error is answer.statistic is answer.df is None
    verdict = str(final[f"{NAME}.adjusted-p"].note)
    assert verdict.startswith("rejected" if z >= bound else "not rejected")
    assert final[f"{NAME}.adjusted-p"].p == answer.p


def test_one_analysis_at_the_full_information_is_the_ordinary_analysis(
    ordinary: Results,
) -> None:
    protocol = planned(power=0.3)
    only = interim_analysis(protocol, virtual(), 1, END)
    assert only.fraction >= 1
    found = final_analysis(protocol, virtual(), only.entries)[NAME]
    plain = ordinary[NAME]
    for field in ("estimate", "lower", "upper", "p"):
        assert getattr(found, field) == pytest.approx(getattr(plain, field), rel=1e-7)


def test_a_trial_that_stopped_has_the_result_of_that_analysis() -> None:
    protocol, data = planned(), virtual(100)
    endpoint = protocol.endpoint(NAME)
    cutoff = date(2021, 6, 1)
    stop = interim_analysis(protocol, data, 1, cutoff)
    assert stop.decision == "efficacy"
    found = final_analysis(protocol, data, stop.entries)
    plain = analyze(FEDER, at_cutoff(FEDER, data, endpoint, cutoff))[NAME]
    for field in ("estimate", "lower", "upper", "p"):
        value = getattr(found[NAME], field)
        assert value == pytest.approx(getattr(plain, field), rel=1e-6)
    assert found[NAME].n == sum(stop.found.included.values()) < 100
    assert "ended at an interim analysis" in str(found[NAME].note)
    assert found[f"{NAME}.difference.week-2.unadjusted"].n == 100
    with pytest.raises(DesignError, match="stopped at analysis 1"):
        interim_analysis(protocol, data, 2, END, record=stop.entries)


def test_the_order_of_rows_decides_nothing(protocol: Protocol, final: Results) -> None:
    tables = {n: f.sample(frac=1, random_state=2) for n, f in virtual().tables()}
    other = final_analysis(protocol, changed(**tables), record(protocol))
    assert other.estimates == final.estimates


def test_a_record_that_is_not_complete_is_refused(protocol: Protocol) -> None:
    entries = record(protocol)
    for known in ((), entries[:1]):
        with pytest.raises(DesignError, match="missing from the record"):
            final_analysis(protocol, virtual(), known)
    with pytest.raises(DesignError, match="EQ835"):
        final_analysis(FEDER, virtual(), entries)
    with pytest.raises(DesignError, match="actual allocation"):
        final_analysis(protocol, virtual().blinded(), entries, blind="dummy")
    with pytest.raises(AnalysisError, match="EQ451"):
        final_analysis(protocol, virtual().blinded(), entries)
    with pytest.raises(ProtocolError, match="EQ834"):
        eq.analyze(protocol, virtual())


def test_the_absence_of_an_arm_is_refused(protocol: Protocol) -> None:
    people = virtual().participants
    kept = people.loc[
        people["arm"].isna() | (people["arm"] == "ketamine"), "participant"
    ]
    tables = {n: f[f["participant"].isin(kept)] for n, f in virtual().tables()}
    with pytest.raises(DesignError, match="EQ836"):
        final_analysis(protocol, changed(**tables), record(protocol))


@pytest.mark.parametrize("kind", ["binary", "time-to-event"])
def test_other_types_of_endpoints(kind: str) -> None:
    """The interval of one analysis is the ordinary one; the P value that of the test."""
    name = next(e.id for e in FEDER.endpoints if e.type == kind)
    endpoints = tuple(
        e.model_copy(update={"level": "primary" if e.id == name else "secondary"})
        for e in FEDER.endpoints
    )
    events = FEDER.size.assumptions[0].model_copy(
        update={"name": "events", "value": 10.0, "unit": "events"}
    )
    size = FEDER.size.model_copy(update={"assumptions": (events,)})
    plan = planned(endpoint=name).interim
    trial = FEDER.model_copy(
        update={"endpoints": endpoints, "size": size, "interim": plan}
    )
    only = interim_analysis(trial, virtual(100), 1, END)
    assert only.fraction >= 1  # of 30 participants, or 10 events
    results = final_analysis(trial, virtual(100), only.entries)
    effect = only.found.effect
    found, plain = results[effect.id], results[f"{effect.id}.unadjusted"]
    for field in ("estimate", "lower", "upper"):
        assert getattr(found, field) == pytest.approx(getattr(plain, field), rel=1e-5)
    test = results[only.found.test.id]
    assert test.p == pytest.approx(only.found.test.p, rel=1e-7)
    assert stats.norm.sf(abs(only.found.z)) * 2 == pytest.approx(test.p, rel=1e-7)
