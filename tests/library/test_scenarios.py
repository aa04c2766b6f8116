"""Every protocol of the library has virtual participants, like those of its data."""

import pandas as pd
import pytest

import equipoise as eq
from equipoise import library
from equipoise.exchange.protocols import load_protocol
from equipoise.exchange.scenarios import load_scenario
from equipoise.simulate.operating_characteristics.grid import primary_endpoint
from equipoise.simulate.operating_characteristics.selection import can_estimate
from equipoise.simulate.trial import simulate
from equipoise.stats.mmrm import mmrm
from tests.shared_data import shared

FILES = {
    "antidepressant": "antidepressant_data.csv",
    "beat-the-blues": "beat_the_blues.csv",
}


def test_every_protocol_has_a_scenario_that_can_be_simulated_often() -> None:
    assert library.names("scenarios") == library.names("protocols")
    for name in library.names("protocols"):
        protocol, scenario = load_protocol(name), load_scenario(name)
        assert scenario.scenario.protocol == name
        primary = protocol.endpoint(primary_endpoint(protocol))
        assert can_estimate(protocol, primary, scenario)


def ratings(data: eq.TrialData) -> pd.DataFrame:
    """A row for each total, with arm and baseline."""
    totals = data.scores[data.scores["score"] == "total"]
    arms = data.participants.set_index("participant")["arm"]
    made = totals[["participant", "visit", "value"]].join(arms, on="participant")
    first = made[made["visit"] == "baseline"].set_index("participant")["value"]
    return made.join(first.rename("base"), on="participant").astype(
        {"visit": str, "arm": str, "participant": str}
    )


@pytest.mark.parametrize("name", FILES)
def test_virtual_participants_are_like_those_of_the_data(name: str) -> None:
    """Tolerances: 1.5 standard errors of the data, 100 and 172 people, for what a
    scenario states; a scenario has one SD after baseline and one curve of correlations.
    """
    protocol = load_protocol(name)
    real = ratings(eq.read_data(shared(f"data/{FILES[name]}"), protocol))
    made = ratings(simulate(protocol, load_scenario(name), seed=20261203, n=2000))
    base = [t[t["visit"] == "baseline"]["value"] for t in (real, made)]
    assert base[1].mean() == pytest.approx(base[0].mean(), abs=1.5 * base[0].sem())
    assert base[1].std() == pytest.approx(base[0].std(), rel=0.1)
    stays = [t.groupby(["visit", "arm"])["participant"].size() for t in (real, made)]
    rates = [n / n["baseline"].reindex(n.index, level="arm") for n in stays]
    assert (rates[1] - rates[0]).abs().max() < 0.12
    after = [t[t["visit"] != "baseline"] for t in (real, made)]
    model = "value ~ base*visit + arm*visit + us(visit|participant)"
    differences = [mmrm(model, t).contrasts("arm", by="visit") for t in after]
    gap = (differences[1]["estimate"] - differences[0]["estimate"]).abs()
    assert (gap < 1.5 * differences[0]["std_error"]).all()


def test_esketamine_has_its_published_difference_and_error() -> None:
    """4.0 points with SE 1.69 in 223 participants (Popova et al. 2019, abstract).

    The difference is compared with three standard errors of the 2,000 simulated; the
    standard error with 4%: the abstract gives it to three digits, and the scenario states
    one SD after baseline.
    """
    n, published, error = 2000, 4.0, 1.69
    made = ratings(
        simulate(load_protocol("esketamine"), load_scenario("esketamine"), seed=2, n=n)
    )
    rated = made[made["visit"].isin([f"week-{k}" for k in range(1, 5)])]
    model = "value ~ base*visit + arm*visit + us(visit|participant)"
    found = mmrm(model, rated).contrasts("arm", by="visit").iloc[-1]
    assert abs(abs(found["estimate"]) - published) < 3 * found["std_error"]
    assert found["std_error"] * (n / 223) ** 0.5 == pytest.approx(error, rel=0.04)
